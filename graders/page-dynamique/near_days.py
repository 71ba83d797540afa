"""The days around today, which programs like to tell in words: they are written in figures as all others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from .columns import column_told
from .diagnosis import visible_text
from .formats import mentions_date, quote, shows_date
from .values import expect_date, expect_date_of_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .stock import Item
    from .visitor import Site

AROUND = -1, 0, 1
"""Yesterday, today and tomorrow, be it midnight meanwhile: each is looked at on its item's page as well."""


def expect_near_days(site: Site, before: Mapping[str, Item]) -> None:
    """In a list of few rows, yesterday, today and tomorrow, the days around them and a drawn one of the last and of the next days;
    those three, and a drawn other one, on the page of their item as well.

    Args:
        site: The visitor's.
        before: Name → item as it was when the check began: who still shows its day does not follow the base.
    """
    draw, table, columns = site.draws.of("jours proches"), site.stock.tables["item"], site.stock.columns["item"]
    others = [-2, 2, -draw.between(3, 6), draw.between(3, 6)]
    looked, shifts, today = {*AROUND, draw.one(others)}, [*AROUND, *others], date.today()
    items, rows = draw.some(site.stock.items(), len(shifts)), site.stock.snapshot()
    near = {
        item.name: (before[item.name], today + timedelta(days=shift), shift in looked)
        for item, shift in zip(items, shifts, strict=False)
    }
    few = [row | {columns["date"]: near[name][1]} for row in rows[table] if (name := str(row[columns["name"]])) in near]
    site.stock.replace(rows | {table: few})
    listing, visitor = site.home(), site.visitor()
    for entry in listing.entries:
        item, day, _looked = near[entry.name]
        if day == item.date or not mentions_date(entry.text, item.date):  # else it does not follow the base
            where, because = f"Dans la liste, pour {quote(entry.name)}", column_told(site, listing, "date")
            expect_date(site, entry.text, day, where, because)
    for entry in listing.entries:
        item, day, on_page = near[entry.name]
        if on_page and entry.href and not shows_date(visible_text(visitor.get(entry.href).readable), day):
            expect_date_of_page(site, item, entry.href, day)
