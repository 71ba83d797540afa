"""Customers as the checks need them, and what the ERP knows about people that no workbook needs."""

from __future__ import annotations

import sqlite3
from itertools import combinations

from ..shape import Customer


def customers(database: sqlite3.Connection) -> dict[str, Customer]:
    """Name and number of addresses of those who were ever sold something, by code."""
    query = """
    SELECT p.code, p.name, (SELECT COUNT(*) FROM party_address a WHERE a.party = p.id) AS addresses FROM party_party p
    WHERE p.id IN (SELECT party FROM sale_sale) ORDER BY p.code"""
    return {row["code"]: Customer(row["name"], row["addresses"]) for row in database.execute(query)}


def namesakes(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Pairs of codes whose names differ by one or two letters."""
    pairs = combinations(sorted(names), 2)
    return tuple((one, other) for one, other in pairs if distance(names[one], names[other]) <= 2)


def distance(one: str, other: str) -> int:
    """How many letters to put in, take out or change to go from one text to the other; 3 stands for more."""
    if abs(len(one) - len(other)) > 2:
        return 3
    row = list(range(len(other) + 1))
    for rank, letter in enumerate(one, 1):
        corner, row[0] = row[0], rank
        for column, against in enumerate(other, 1):
            corner, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, corner + (letter != against))
    return min(3, row[-1])


def private(database: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """E-mails, phones, streets and employees' names: all but the company's own."""

    def listed(query: str) -> tuple[str, ...]:
        return tuple(sorted({row[0] for row in database.execute(query)} - {None, ""}))

    others = "party NOT IN (SELECT party FROM company_company)"
    return {
        "emails": listed(f"SELECT value FROM party_contact_mechanism WHERE type = 'email' AND {others}"),
        "phones": listed(f"SELECT value FROM party_contact_mechanism WHERE type IN ('phone', 'mobile') AND {others}"),
        "streets": listed(f"SELECT street_unstructured FROM party_address WHERE {others}"),
        "employees": listed("SELECT p.name FROM company_employee e JOIN party_party p ON p.id = e.party"),
    }
