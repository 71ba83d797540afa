"""Who the company knows: customers, suppliers, employees, and what employees do."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from decimal import Decimal

from . import trade
from .office import Office
from .plan import Plan, term_of
from .setting import address, identify


def _siren(rnd: random.Random) -> str:
    from stdnum import luhn

    digits = "".join(str(rnd.randint(0 if place else 3, 9)) for place in range(8))
    return digits + luhn.calc_check_digit(digits)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalnum())


class People:
    """The ids of the parties and employees, in the plan's order."""

    def __init__(self) -> None:
        self.customers: list[int] = []
        self.suppliers: list[int] = []
        self.employees: list[int] = []
        self.activities: list[int] = []

    def make(self, office: Office) -> None:
        """Writes them in Tryton: suppliers and customers share one numbering, as in life."""
        rnd = random.Random("people")
        found = office.get("account.invoice.payment_term").search([])
        self._terms = {term.name: term.id for term in found}
        self._country = office.get("country.country").search([("code", "=", "FR")])[0].id
        every = max(1, len(trade.CUSTOMERS) // len(trade.SUPPLIERS))
        suppliers = iter(trade.SUPPLIERS)
        for index, customer in enumerate(trade.CUSTOMERS):
            if index % every == 0 and (supplier := next(suppliers, None)):
                self.suppliers.append(self._supplier(office, rnd, supplier, len(self.suppliers)))
            self.customers.append(self._customer(office, rnd, index, customer))
        self.suppliers += [self._supplier(office, rnd, name, len(self.suppliers)) for name in suppliers]
        self._staff(office, rnd)

    def _customer(self, office: Office, rnd: random.Random, index: int, customer: trade.Customer) -> int:
        places = [address(customer.street, customer.town, self._country) | {"sequence": 1, "invoice": True}]
        if customer.second:
            places.append(
                address(customer.second[0], customer.second[1], self._country) | {"sequence": 2, "delivery": True}
            )
        slug = _slug(customer.name)
        (party,) = office.get("party.party").create(
            [
                {
                    "name": customer.name,
                    "addresses": [("create", places)],
                    "contact_mechanisms": [
                        (
                            "create",
                            [
                                {"type": "email", "value": f"contact@{slug}.example"},
                                {"type": "phone", "value": f"01 99 00 {index // 100:02d} {index % 100:02d}"},
                            ],
                        )
                    ],
                    "customer_payment_term": self._terms[term_of(index)],
                }
            ]
        )
        identify(office, party, _siren(rnd))
        return int(party.id)

    def _supplier(self, office: Office, rnd: random.Random, name: str, index: int) -> int:
        (party,) = office.get("party.party").create(
            [
                {
                    "name": name,
                    "addresses": [
                        (
                            "create",
                            [address(f"{3 + index * 7} zone industrielle", trade.TOWNS[index % 10], self._country)],
                        )
                    ],
                    "contact_mechanisms": [("create", [{"type": "email", "value": f"ventes@{_slug(name)}.example"}])],
                    "supplier_payment_term": self._terms["30 jours"],
                }
            ]
        )
        identify(office, party, _siren(rnd))
        return int(party.id)

    def _staff(self, office: Office, rnd: random.Random) -> None:
        for index, name in enumerate(trade.EMPLOYEES):
            (party,) = office.get("party.party").create(
                [
                    {
                        "name": name,
                        "addresses": [
                            ("create", [address(f"{2 + index * 5} rue des Hortensias", trade.TOWNS[0], self._country)])
                        ],
                        "contact_mechanisms": [("create", [{"type": "mobile", "value": f"06 39 98 00 {index:02d}"}])],
                    }
                ]
            )
            hired = dt.date(2019, 1, 7) + dt.timedelta(days=rnd.randint(0, 1600))
            cost = Decimal(rnd.randint(1900, 3800)) / 100
            (employee,) = office.get("company.employee").create(
                [
                    {
                        "party": party.id,
                        "company": office.company,
                        "start_date": hired,
                        "supervisor": self.employees[0] if self.employees else None,
                        "cost_prices": [("create", [{"date": hired, "cost_price": cost}])],
                    }
                ]
            )
            self.employees.append(int(employee.id))
        works = office.get("timesheet.work").create(
            [{"name": name, "company": office.company} for name in trade.ACTIVITIES]
        )
        self.activities = [int(work.id) for work in works]

    def hours(self, office: Office, plan: Plan) -> None:
        """Writes the timesheets."""
        office.get("timesheet.line").create(
            [
                {
                    "company": office.company,
                    "employee": self.employees[line.employee],
                    "work": self.activities[line.activity],
                    "date": line.date,
                    "duration": dt.timedelta(minutes=line.minutes),
                }
                for line in sorted(plan.hours, key=lambda line: (line.date, line.employee))
            ]
        )
