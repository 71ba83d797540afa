"""The list as a filter or a search reduces it: what the sheets demand of a list holds there as well.

One page of either is read, once in an exam; what is wrong with it is looked for once more, on the page itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from etabli.exam import Failed

from .formats import quote
from .reading import Entry, Listing, PageLink

if TYPE_CHECKING:
    from .stock import Item
    from .visitor import Site

FILTER, SEARCH = "filter", "search"
LEAST_SHOWN = 2
"""Rows without which a page is no list."""
PIECE = 3
"""Letters that are searched."""
SAME_LIST = (
    "Sur la page /, c'est juste : un filtre ou une recherche réduit cette même liste. Passez par la même requête (mêmes colonnes, ORDER BY, "
    "LIMIT), avec une condition de plus, et par la même boucle d'affichage."
)
_KEPT = "reduced"
"""Of the memo: what was read."""

Look = Callable[[Listing, Mapping[str, "Item"]], None]


@dataclass(frozen=True)
class Reduced:
    """The first page of a list that was reduced, and what is to be done to see it."""

    way: str
    what: str
    listing: Listing

    @property
    def doing(self) -> str:
        """How it was reduced, in French."""
        return f"Pour {'le filtre' if self.way == FILTER else 'la recherche'} {quote(self.what)}"


def expect_reduced_too(site: Site, items: Mapping[str, Item], look: Look, advice: str = SAME_LIST) -> None:
    """Raises what `look` raises of a reduced list, where it does so when the page is opened again.

    Args:
        site: As its visitor sees it; this check has changed no row yet.
        items: Its rows, by name.
        look: What is demanded of any list.
        advice: Where to look.
    """
    for one in reduced_lists(site):
        try:
            look(_of_rows(one.listing, items), items)
        except Failed:
            _reduce(site, one.way, one.what)
            try:
                items = site.stock.by_name()
                look(_of_rows(site.read(), items), items)
            except Failed as failed:
                said = failed.observed
                failed.observed = f"{one.doing} : {said[:1].lower()}{said[1:]}"
                failed.help = advice
                failed.because = ()
                raise


def _of_rows(listing: Listing, items: Mapping[str, Item]) -> Listing:
    """Without what is no row any more: a site may change them whenever it is looked at."""
    return replace(listing, entries=tuple(entry for entry in listing.entries if entry.name in items))


def reduced_lists(site: Site) -> list[Reduced]:
    """One of the filter, one of the search; none of what the site has not, or does not show as a list.

    Of one of them, drawn, more rows are wanted than a page has, of the other a row without price: as far as there are such.
    """
    if _KEPT not in site.memo:
        found = list[Reduced]()
        with suppress(Failed):  # rows that cannot be read are told by who needs them
            found = [one for way, what in _chosen(site) if (one := _taken(site, way, what))]
        site.memo[_KEPT] = json.dumps([asdict(one) for one in found])
    return [
        Reduced(
            one["way"],
            one["what"],
            Listing(one["listing"]["url"], _entries(one), _links(one), tuple(one["listing"]["headers"])),
        )
        for one in json.loads(site.memo[_KEPT])
    ]


def _entries(one: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> tuple[Entry, ...]:
    return tuple(Entry(**row) for row in one["listing"]["entries"])


def _links(one: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> tuple[PageLink, ...]:
    return tuple(PageLink(**row) for row in one["listing"]["links"])


def _chosen(site: Site) -> list[tuple[str, str]]:
    """What is filtered and searched, in a drawn order."""
    items, size, draw = site.stock.items(), site.rules.page_size, site.draws.of("listes réduites")
    groups: dict[str, dict[str, list[Item]]] = {FILTER: {}, SEARCH: {}}
    for item in items:
        label = item.category if site.rules.filter == "category" else item.place
        groups[FILTER].setdefault(label, []).append(item)
        words = re.findall(r"[a-z]+", item.name.lower())
        for piece in sorted({word[at : at + PIECE] for word in words for at in range(len(word) - PIECE + 1)}):
            groups[SEARCH].setdefault(piece, []).append(item)
    chosen = []
    for place, way in enumerate(draw.shuffled(list(groups))):
        known = {what: rows for what, rows in groups[way].items() if len(rows) >= LEAST_SHOWN}
        lacks = [what for what, rows in known.items() if len(rows) <= size and any(row.price is None for row in rows)]
        many = [what for what, rows in known.items() if len(rows) > size]
        most = sorted(known, key=lambda what: len(known[what]))[-1:]
        if fit := (many if place == 0 else lacks) or most:
            chosen.append((way, draw.one(fit)))
    return chosen


def _taken(site: Site, way: str, what: str) -> Reduced | None:
    """What is shown of it now; None where that is no list, which other checks tell."""
    with suppress(Failed):
        _reduce(site, way, what)
        listing = site.read()
        if len(listing.entries) >= LEAST_SHOWN and site.page.status < 400 and not site.crash():
            return Reduced(way, what, listing)
    return None


def _reduce(site: Site, way: str, what: str) -> None:
    """Filter or search from ``/``."""
    if way == FILTER:
        site.start()
        site.choose_here(what)
    else:
        site.look_up(what)
