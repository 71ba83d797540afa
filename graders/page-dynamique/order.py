"""The demanded order: whether names come in it, and how it is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed

from .formats import quote
from .stock import first_disorder

if TYPE_CHECKING:
    from .visitor import Site


MOVED = " Dans le code HTML, l'ordre est un autre."
MOVING = "Cherchez dans le CSS (column-reverse, order, position, transform) ou dans un script ce qui déplace les lignes à l'écran."


def expect_order(
    site: Site, names: Sequence[str], because: Sequence[str] = (), *, here: bool = False, moved: bool = False
) -> None:
    """Raises Failed at the first item that is shown before one that should precede it.

    Args:
        names: As they are shown.
        because: The check that tells the same disorder, where it is seen again.
        here: On the page now open.
        moved: They are shown in another order than that of the document.
    """
    items = site.stock.by_name()
    rows = [items[name] for name in names]
    place = first_disorder(rows, site.rules.order, site.stock.name_ranks())
    if place is None:
        return
    column = next((key for key, _ in site.rules.order if rows[place].key(key) != rows[place + 1].key(key)), "name")
    left, right = (f"{quote(row.name)} ({row.key(column)})" for row in rows[place : place + 2])
    if column == "name":
        left, right = quote(rows[place].name), quote(rows[place + 1].name)
    first, _ = site.rules.order[0]
    tied = ""
    if column != first:
        tied = f" Les deux ont « {site.title(first)} » : {rows[place].key(first)}. C'est « {site.title(column)} » qui les départage."
    if not here:
        site.look_for(rows[place].name)  # the page whose picture is kept
    page, line = divmod(place, site.rules.page_size)
    there = f" (page {page + 1}, ligne {line + 1})" if page else ""
    raise Failed(
        observed=f"À la place n° {place + 1}{there}, {left} est affiché avant {right}.{tied}{MOVED if moved else ''}",
        expected=f"Ordre demandé : {order_words(site)}.",
        help=MOVING if moved else None,
        because=because,
    )


def order_words(site: Site) -> str:
    """The demanded order, in words."""
    ways = {
        ("date", "desc"): "la date la plus récente en premier",
        ("date", "asc"): "la date la plus ancienne en premier",
        ("price", "desc"): "le montant le plus élevé en premier",
        ("price", "asc"): "le montant le plus bas en premier",
        ("name", "asc"): "de A à Z",
        ("name", "desc"): "de Z à A",
    }
    keys = [f"par « {site.title(column)} », {ways[(column, way)]}" for column, way in site.rules.order]
    return " ; puis ".join(keys)
