"""Lines of a *Données* sheet: what a candidate has extracted, well or badly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Data = Mapping[str, Any]
Row = dict[str, Any]
Rows = list[Row]

EDGE = 5
"""Lines outside the period, where one looks at its edges."""
NUMBERS = ("quantite", "montant", "taux")


class DayText(str):
    """« 05/01/2026 », a text; its month is still known to who adds up."""

    value: date

    def __new__(cls, value: date) -> DayText:
        made = super().__new__(cls, f"{value:%d/%m/%Y}")
        made.value = value
        return made

    def __format__(self, form: str) -> str:
        return format(self.value, form) if form else str(self)


def extraction(data: Data) -> Rows:
    """The right lines, typed: dates are dates, amounts numbers, codes text."""
    return [typed(row) for row in data["rows"]]


def typed(row: Mapping[str, Any]) -> Row:
    """One line of the variant, with Python's types."""
    numbers = {name: Decimal(row[name]) for name in NUMBERS}
    return {**row, **numbers, "date": date.fromisoformat(row["date"])}


def columns(data: Data) -> list[str]:
    """The demanded columns, in the brief's order."""
    return [column["id"] for column in data["columns"]]


def headers(data: Data) -> dict[str, str]:
    """The demanded columns' titles."""
    return {column["id"]: column["title"] for column in data["columns"]}


def changed(**make: Callable[[Row], Any]) -> Callable[[Data], Rows]:
    """The right lines, some columns told otherwise."""
    return lambda data: [row | {name: told(row) for name, told in make.items()} for row in extraction(data)]


def with_outside(family: str) -> Callable[[Data], Rows]:
    """Documents of a family that must not be there (drafts, cancelled…) are there too: those of the period."""

    def make(data: Data) -> Rows:
        start, end = data["period"]["from"], data["period"]["to"]
        found = [item for item in data["outside"][family] if start <= item["date"] <= end]
        if not found:
            raise ValueError(f"no {family} in the period")
        return extraction(data) + [stranger(data, item) for item in found]

    return make


def stranger(data: Data, item: Mapping[str, Any]) -> Row:
    """A line for a document that must not be there."""
    code = item.get("code_client") or ""
    name = data["customers"].get(code, {}).get("name", "Tiers")
    return extraction(data)[0] | {
        "numero": item["numero"],
        "date": date.fromisoformat(item["date"]),
        "code_client": code,
        "client": name,
        "quantite": Decimal(1),
        "montant": Decimal(item["montant"]),
    }


def without_credit_notes(data: Data) -> Rows:
    """Credit notes are forgotten."""
    return [row for row in extraction(data) if not row["credit"]]


def added_credit_notes(data: Data) -> Rows:
    """Credit notes are added to the sales instead of taken away."""
    return [row | {"montant": abs(row["montant"])} if row["credit"] else row for row in extraction(data)]


def without_last_day(data: Data) -> Rows:
    """« Before the last day » instead of « up to the last day », for the invoices; credit notes were another export."""
    last = date.fromisoformat(data["period"]["to"])
    return [row for row in extraction(data) if row["credit"] or row["date"] < last]


def too_early(data: Data) -> Rows:
    """The days before the period are there too."""
    before = sorted(data["outside"]["before"], key=lambda item: str(item["date"]))
    return [stranger(data, item) for item in before[-EDGE:]] + extraction(data)


def beyond(data: Data) -> Rows:
    """The days after the period's end are there too."""
    after = sorted(data["outside"]["after"], key=lambda item: str(item["date"]))
    return extraction(data) + [stranger(data, item) for item in after[:EDGE]]


def doubled(data: Data) -> Rows:
    """A document was exported twice."""
    lines = extraction(data)
    again = lines[len(lines) // 2]["numero"]
    return lines + [row for row in lines if row["numero"] == again]


def cut(data: Data) -> Rows:
    """The list stopped at a page of the ERP: some lines inside the period are missing."""
    lines = extraction(data)
    first, last = (date.fromisoformat(data["period"][end]) for end in ("from", "to"))
    inside = [row for row in lines if first < row["date"] < last and not row["credit"]]
    return [row for row in lines if row not in inside[-9:]]


def sorted_alone(data: Data) -> Rows:
    """The column of articles was sorted without the others."""
    lines = extraction(data)
    articles = sorted(str(row["article"]) for row in lines)
    return [row | {"article": article} for row, article in zip(lines, articles, strict=True)]
