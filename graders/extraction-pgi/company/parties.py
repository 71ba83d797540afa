"""The company and whom it knows, renamed: customers, suppliers, employees, their addresses, numbers and terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from etabli.exam.contract.draw import Draw

from .database import Database, Row, ordered, stored
from .names import WORDS, Namer, luhn, plain
from .trades import Trade


@dataclass
class Parties:
    """Who is who, by id."""

    customers: list[int]
    """The first two have names that are easily confused; the next ones have digits, apostrophes, accents."""
    suppliers: list[int]
    terms: dict[int, int]
    """The payment term of each customer."""


class Renamer:
    """Renames every party of a history."""

    def __init__(self, database: Database, seed: bytes, trade: Trade) -> None:
        self.database, self.trade = database, trade
        self.draw = Draw(b"parties|" + seed)
        self.namer = Namer(self.draw)
        self._addresses = database["party_address"].by("party")
        self._mechanisms = database["party_contact_mechanism"].by("party")
        self._identifiers = database["party_identifier"].by("party")

    def rename(self) -> Parties:
        """Returns who is who, under new names."""
        data = self.database
        (company,) = (row["party"] for row in data["company_company"])
        employees = [row["party"] for row in data["company_employee"]]
        suppliers = list(dict.fromkeys(row["party"] for row in data["purchase_purchase"]))
        known = {company, *employees, *suppliers}
        buyers = {row["party"] for row in data["sale_sale"]}
        others = [party["id"] for party in data["party_party"] if party["id"] not in known]
        customers = self.draw.shuffled([party for party in others if party in buyers])
        self._codes([*customers, *suppliers])
        self._company(company)
        names = zip(
            [*customers, *(party for party in others if party not in buyers)],
            self.namer.customers(len(others)),
            strict=True,
        )
        for party, name in names:
            self._party(party, name, "contact")
        for party in suppliers:
            self._party(party, self.namer.supplier(), "ventes")
        for party in employees:
            self._party(party, self.namer.person(), "")
        self._staff()
        return Parties(customers, suppliers, self._terms(customers))

    def _codes(self, parties: list[int]) -> None:
        """Deals the same codes to other parties."""
        table = self.database["party_party"]
        columns = ("code", "code_alnum", "code_digit")
        codes = [tuple(table[party][column] for column in columns) for party in sorted(parties)]
        for party, values in zip(parties, self.draw.shuffled(codes), strict=True):
            table[party].update(zip(columns, values, strict=True))

    def _company(self, party: int) -> None:
        sign, surname = self.namer.word("signs"), self.namer.surname()
        series = self.draw.one([word for word in WORDS["series"] if word[0] in "AÉIO"])
        name = sign.format(sign=self.trade.sign, surname=surname, series=series)
        self._party(party, f"{self.namer.word('legal_forms')} {name}", "bonjour")

    def _party(self, party: int, name: str, mailbox: str) -> None:
        self.database["party_party"][party]["name"] = name
        for rank, address in enumerate(ordered(self._addresses[party])):
            place = self.namer.place(site=rank > 0)
            address.update(street_unstructured=place.street, postal_code=place.postal_code, city=place.town)
        for mechanism in self._mechanisms[party]:
            mail = (
                f"{mailbox or plain(name)}@{plain(name)[:40]}.example" if mailbox else f"{plain(name)}@courrier.example"
            )
            value = mail if mechanism["type"] == "email" else self.namer.phone(mobile=mechanism["type"] == "mobile")
            mechanism.update(value=value, value_compact=value)
        self._numbers(self._identifiers[party])

    def _numbers(self, identifiers: list[Row]) -> None:
        siren = self.namer.siren()
        spaced = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
        office = f"{self.draw.between(1, 4):04d}"
        nic = office + luhn(siren + office)
        vat = f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
        codes = {"fr_siren": (spaced, siren), "fr_siret": (f"{spaced} {nic}", siren + nic), "eu_vat": (vat, vat)}
        for identifier in identifiers:
            if identifier["type"] in codes:
                identifier["code"], identifier["code_compact"] = codes[identifier["type"]]

    def _staff(self) -> None:
        costs = self.database["company_employee_cost_price"].by("employee")
        for employee in self.database["company_employee"]:
            hired = (date(2016, 3, 1) + timedelta(days=self.draw.below(3000))).isoformat()
            employee["start_date"] = hired
            for cost in costs[employee["id"]]:
                cost.update(date=hired, cost_price=stored(Decimal(self.draw.between(1900, 3900)) / 100))

    def _terms(self, customers: list[int]) -> dict[int, int]:
        """Deals the payment terms of the history to other customers."""
        rows = {row["party"]: row for row in self.database["party_party_payment_term"]}
        terms = sorted({rows[party]["customer_payment_term"] for party in customers} - {None})
        dealt = {party: terms[rank % len(terms)] for rank, party in enumerate(self.draw.shuffled(customers))}
        for party, term in dealt.items():
            rows[party]["customer_payment_term"] = term
        return dealt
