"""The one person who uses a candidate's company: reads what the work needs, writes nothing, configures nothing.

Tryton lets everybody do everything with a model that nobody thought of protecting, and reads a menu for whoever has one
of its groups: so this group says what it may do with every model, and is let into the menus of trade.
"""

from __future__ import annotations

from typing import Any

from .office import Office

LOGIN = "assistant"
TITLE = "Assistant de gestion"
READ = frozenset(
    """
    party.party party.address party.identifier party.contact_mechanism
    product.product product.template product.category
    account.invoice account.invoice.line account.invoice.tax account.invoice.payment_term
    account.invoice-account.move.line account.invoice-additional-account.move account.invoice.line-account.tax
    account.move account.move.line account.move.reconciliation
    account.account account.account.type account.journal account.period account.fiscalyear account.tax account.tax.line
    sale.sale sale.line stock.move stock.location stock.shipment.out stock.shipment.out.return
    production timesheet.line timesheet.work company.company company.employee
    """.split()
)
"""Models of the company's business that are read; those of any other module of business are closed."""
OWN = frozenset({"ir.ui.view_tree_width", "ir.ui.view_tree_optional", "ir.ui.view_tree_state", "ir.ui.view_search"})
OWN |= {"ir.ui.menu.favorite", "res.user.device"}
"""What the web client keeps of each person: widths, columns, searches, favourites."""
CLOSED = ("purchase", "account.payment", "account.statement", "attendance", "sale.opportunity", "project", "bank")
SHOWN = (("account", "menu_account"), ("sale", "menu_sale"), ("stock", "menu_stock"), ("stock", "menu_move_form"))
SHOWN += (("production", "menu_production"),)
HIDDEN = (("bank", "menu_banking"), ("attendance", "menu_main_attendance"), ("project", "menu_project"))
HIDDEN += (("account_payment", "menu_payments"), ("account", "menu_processing"), ("account", "menu_open_journal"))
HIDDEN += (("production", "menu_production_calendar"),)  # the same name as the list, and nothing to export
HIDDEN += (("account", "menu_move_template_create"), ("timesheet", "menu_line_enter"), ("account_fr", "menu_fec"))
LISTS = (
    (
        "Lignes de factures client",
        "account.invoice.line",
        [("invoice.type", "=", "out")],
        ("account_invoice", "menu_invoices"),
    ),
    ("Lignes d'écritures comptables", "account.move.line", [], ("account", "menu_entries")),
)
"""Lists that Tryton keeps inside others, and that a company opens to whoever extracts."""


def assistant(office: Office) -> None:
    """Makes the person, their group, what it may do, and the lists from which one extracts."""
    (group,) = office.get("res.group").create([{"name": TITLE}])
    (french,) = office.get("ir.lang").search([("code", "=", "fr")])
    office.get("res.user").create(
        [
            {
                "name": TITLE,
                "login": LOGIN,
                "language": french.id,
                "groups": [("add", [group.id])],
                "companies": [("add", [office.company])],
                "company": office.company,
            }
        ]
    )
    _accesses(office, group)
    _menus(office, group)
    _searches(office)
    _lists(office)


def _accesses(office: Office, group: Any) -> None:
    from trytond.model import ModelSQL
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    access = office.get("ir.model.access")
    everybody = access.search([("group", "=", None)])
    for_all = {row.model for row in everybody}
    with Transaction().set_user(0):  # these rows are Tryton's own
        access.write(everybody, dict.fromkeys(_WRITES, False))
    rows = []
    for name, model in sorted(Pool().iterobject()):
        if not issubclass(model, ModelSQL) or name in OWN or callable(getattr(model, "table_query", None)):
            continue
        if name in for_all and name not in READ:
            continue  # what Tryton says of everybody is enough
        read = name in READ or not name.startswith((*CLOSED, "ir.email"))
        rows.append({"model": name, "group": group.id, "perm_read": read} | dict.fromkeys(_WRITES, False))
    access.create(rows)


_WRITES = ("perm_write", "perm_create", "perm_delete")


def _menus(office: Office, group: Any) -> None:
    menus = office.get("ir.ui.menu")
    admin = office.xml("res", "group_admin")
    for names, allowed in ((SHOWN, group.id), (HIDDEN, admin)):
        menus.write([menus(office.xml(*name)) for name in names], {"groups": [("add", [allowed])]})


def _searches(office: Office) -> None:
    """Lists open on all they have: some of Tryton's open on what was typed in the last twelve months of the clock."""
    from trytond.transaction import Transaction

    windows = office.get("ir.action.act_window")
    with Transaction().set_user(0):
        windows.write(windows.search([("search_value", "like", "%create_date%")]), {"search_value": None})


def _lists(office: Office) -> None:
    from trytond.pyson import PYSONEncoder

    windows, menus = office.get("ir.action.act_window"), office.get("ir.ui.menu")
    for title, model, domain, parent in LISTS:
        (window,) = windows.create([{"name": title, "res_model": model, "domain": PYSONEncoder().encode(domain)}])
        place = office.xml(*parent)
        menus.create([{"name": title, "parent": place, "sequence": 15, "icon": "tryton-list", "action": str(window)}])
