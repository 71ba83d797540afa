"""The company before its first day: French chart, fiscal years, payment terms, bank, categories, products, recipes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from . import trade
from .office import Office


def company(office: Office) -> None:
    """Makes the currency, the countries and the company, and ends the first-login wizards."""
    get = office.get
    wizards = get("ir.module.config_wizard.item")
    wizards.write(wizards.search([("state", "=", "open")]), {"state": "done"})
    lang = get("ir.lang")
    lang.write(lang.search([("code", "=", "fr")]), {"date": "%d/%m/%Y"})
    (euro,) = get("currency.currency").create(
        [
            {
                "name": "Euro",
                "symbol": "€",
                "code": "EUR",
                "numeric_code": "978",
                "digits": 2,
                "rounding": Decimal("0.01"),
            }
        ]
    )
    (country,) = get("country.country").create(
        [{"name": "France", "code": "FR", "code3": "FRA", "code_numeric": "250"}]
    )
    (sequence,) = get("ir.sequence").search([("sequence_type", "=", office.xml("party", "sequence_type_party"))])
    sequence.padding = 5
    sequence.save()
    told = trade.COMPANY
    (party,) = get("party.party").create(
        [{"name": told["name"], "addresses": [("create", [address(told["street"], told["town"], country.id)])]}]
    )
    identify(office, party, told["siren"])
    (made,) = get("company.company").create([{"party": party.id, "currency": euro.id, "timezone": "Europe/Paris"}])
    office.company = made.id
    users = get("res.user")
    (admin,) = users.search([("login", "=", "admin")])
    users.write(
        [admin],
        {"companies": [("add", [made.id])], "company": made.id, "language": lang.search([("code", "=", "fr")])[0].id},
    )


def address(street: str, town: tuple[str, str], country: int, name: str = "") -> dict[str, Any]:
    """Returns the values of an address."""
    values = {"street_unstructured": street, "postal_code": town[0], "city": town[1], "country": country}
    return values | ({"party_name": name} if name else {})


def identify(office: Office, party: Any, siren: str) -> None:
    """Gives a party its French identifiers; a SIRET hangs on an address."""
    from stdnum import luhn

    siret = siren + "0001" + luhn.calc_check_digit(siren + "0001")
    vat = f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
    office.get("party.identifier").create(
        [
            {"party": party.id, "type": "fr_siren", "code": siren},
            {"party": party.id, "type": "eu_vat", "code": vat},
            {"party": party.id, "type": "fr_siret", "code": siret, "address": party.addresses[0].id},
        ]
    )


def account(office: Office, code: str) -> Any:
    """Returns the account of this code."""
    (found,) = office.get("account.account").search([("code", "=", code), ("company", "=", office.company)])
    return found


def chart(office: Office) -> None:
    """Makes the French chart of accounts."""
    wizard = office.get("account.create_chart", "wizard")
    session, _, _ = wizard.create()
    run = wizard(session)
    run.account.account_template = office.xml("account_fr", "root")
    run.account.company = office.company
    run.transition_create_account()
    run.properties.company = office.company
    run.properties.account_receivable = account(office, "4111")
    run.properties.account_payable = account(office, "4011")
    for name in run.properties._fields:
        if name.startswith("category_account_"):
            setattr(run.properties, name, account(office, "7071" if name.endswith("revenue") else "6071"))
    run.transition_create_properties()
    wizard.delete(session)


def years(office: Office) -> None:
    """Makes the two fiscal years, their months and their numbering."""
    kind = office.xml("account_invoice", "sequence_type_account_invoice")
    moves = office.xml("account", "sequence_type_account_move")

    def sequence(name: str, prefix: str, sequence_type: int) -> int:
        (made,) = office.get("ir.sequence.strict").create(
            [{"name": name, "prefix": prefix, "padding": 5, "sequence_type": sequence_type, "company": office.company}]
        )
        return int(made.id)

    for year in (2025, 2026):
        bought = sequence(f"Factures fournisseurs {year}", f"FF{year}-", kind)
        (made,) = office.get("account.fiscalyear").create(
            [
                {
                    "name": str(year),
                    "start_date": dt.date(year, 1, 1),
                    "end_date": dt.date(year, 12, 31),
                    "company": office.company,
                    "move_sequence": sequence(f"Écritures {year}", f"{year}/", moves),
                    "invoice_sequences": [
                        (
                            "create",
                            [
                                {
                                    "company": office.company,
                                    "out_invoice_sequence": sequence(f"Factures clients {year}", f"FC{year}-", kind),
                                    "out_credit_note_sequence": sequence(f"Avoirs clients {year}", f"AV{year}-", kind),
                                    "in_invoice_sequence": bought,
                                    "in_credit_note_sequence": bought,
                                }
                            ],
                        )
                    ],
                }
            ]
        )
        office.get("account.fiscalyear").create_period([made])


def terms(office: Office) -> None:
    """Makes payment terms of one maturity each, the bank journal and the transfer."""
    deltas = {
        "Comptant": [],
        "30 jours": [{"days": 30}],
        "45 jours fin de mois": [{"sequence": 1, "days": 45}, {"sequence": 2, "day": 31}],
    }
    model = office.get("account.invoice.payment_term")
    model.write(model.search([]), {"active": False})
    model.create(
        [
            {"name": name, "lines": [("create", [{"type": "remainder", "relativedeltas": [("create", steps)]}])]}
            for name, steps in deltas.items()
        ]
    )
    (bank,) = office.get("account.journal").create([{"name": "Banque", "code": "BQ", "type": "cash"}])
    office.get("account.journal").create([{"name": "Opérations diverses", "code": "OD", "type": "general"}])
    cash = account(office, "5121").id
    office.get("account.invoice.payment.method").create(
        [
            {
                "name": "Virement",
                "journal": bank.id,
                "debit_account": cash,
                "credit_account": cash,
                "company": office.company,
            }
        ]
    )


def products(office: Office) -> None:
    """Makes the categories (accounts and VAT), the products and what the made ones are made of."""
    get = office.get
    category, template = get("product.category"), get("product.template")

    def tax(name: str) -> int:
        (found,) = get("account.tax").search(
            [("template", "=", office.xml("account_fr", name)), ("company", "=", office.company)]
        )
        return int(found.id)

    kinds = {}
    for kind, (name, _, revenue, expense, sold, bought) in trade.CATEGORIES.items():
        (kinds[kind],) = category.create(
            [
                {
                    "name": name,
                    "accounting": True,
                    "account_revenue": account(office, revenue).id,
                    "account_expense": account(office, expense).id,
                    "customer_taxes": [("add", [tax(sold)])],
                    "supplier_taxes": [("add", [tax(bought)])],
                }
            ]
        )
    names = list(dict.fromkeys(product.family for product in trade.PRODUCTS))
    families = dict(zip(names, category.create([{"name": name} for name in names]), strict=True))
    units = {"unit": office.xml("product", "uom_unit"), "hour": office.xml("product", "uom_hour")}
    made = {}
    for product in trade.PRODUCTS:
        unit = units["hour" if product.code in {"MO-H", "FORM-J"} else "unit"]
        kind = trade.CATEGORIES[product.kind][1]
        (one,) = template.create(
            [
                {
                    "name": product.name,
                    "code": product.code,
                    "type": kind,
                    "default_uom": unit,
                    "list_price": product.price,
                    "cost_price_method": "fixed",
                    "account_category": kinds[product.kind].id,
                    "categories": [("add", [families[product.family].id])],
                    "salable": True,
                    "sale_uom": unit,
                    "purchasable": product.kind in {"goods", "parts", "books"},
                    "purchase_uom": unit,
                    "producible": product.kind == "made",
                    "products": [("create", [{"cost_price": product.cost}])],
                }
            ]
        )
        made[product.code] = one.products[0]
    _recipes(office, made, units["unit"])


def _recipes(office: Office, made: dict[str, Any], unit: int) -> None:
    for code, parts in trade.RECIPES.items():
        (bom,) = office.get("production.bom").create(
            [
                {
                    "name": f"Nomenclature {code}",
                    "inputs": [
                        (
                            "create",
                            [
                                {"product": made[part].id, "quantity": float(count), "unit": unit}
                                for part, count in parts
                            ],
                        )
                    ],
                    "outputs": [("create", [{"product": made[code].id, "quantity": 1.0, "unit": unit}])],
                }
            ]
        )
        office.get("product.product-production.bom").create([{"product": made[code].id, "bom": bom.id}])
