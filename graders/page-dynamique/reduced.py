"""The list as a filter or a search reduces it, or further on: what the sheets demand of a list holds there as well.

One page of each is read, once in an exam, and a later one of the longer of both; what is wrong with it is looked for once
more, on the page itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from etabli.exam import Failed

from .choices import choose_here, look_up
from .formats import quote
from .reading import Entry, Listing, PageLink

if TYPE_CHECKING:
    from .stock import Item
    from .visitor import Site

FILTER, SEARCH, PAGE = "filter", "search", "page"
LEAST_SHOWN = 2
"""Rows without which a page is no list."""
PIECES = 2, 3, 4
"""Letters that are searched: as many as is drawn."""
SAME_LIST = (
    "Sur la page /, c'est juste : un filtre ou une recherche réduit cette même liste. Passez par la même requête (mêmes colonnes, ORDER BY, "
    "LIMIT), avec une condition de plus, et par la même boucle d'affichage."
)
SAME_ROWS = (
    "Sur la page /, c'est juste. Toutes les pages de la liste passent par la même requête et la même boucle d'affichage : cherchez ce qui y "
    "dépend du numéro de page, ou de ce que contient cette ligne."
)
_KEPT, _FURTHER = "reduced", "further-page"
"""Of the memo: what was read; a page of the whole list."""
MOST_TURNED = 4
"""Pages of a reduced list that are turned."""
FIRST_FURTHER = 3
"""The first page of the list that no check opens for itself."""

Look = Callable[[Listing, Mapping[str, "Item"]], None]


@dataclass(frozen=True)
class Reduced:
    """A page of a list that was reduced, or of the whole one, and what is to be done to see it."""

    way: str
    what: str
    listing: Listing

    @property
    def doing(self) -> str:
        """How it was reduced, or where it is, in French."""
        if self.way == PAGE:
            return f"Sur la page n° {self.number} de la liste"
        turned = f", page n° {self.number}" if self.number > 1 else ""
        return f"Pour {'le filtre' if self.way == FILTER else 'la recherche'} {quote(self.what)}{turned}"

    @property
    def number(self) -> int:
        """Which page of its list it is."""
        return len(self.listing.before) + 1


def expect_reduced_too(
    site: Site, items: Mapping[str, Item], look: Look, advice: str = SAME_LIST, *, further: bool = True
) -> None:
    """Raises what `look` raises of a reduced list, or of a further page, where it does so when the page is opened again.

    Args:
        site: As its visitor sees it; this check has changed no row yet.
        items: Its rows, by name.
        look: What is demanded of any list.
        advice: Where to look, in a reduced list.
        further: Whether a further page of the whole list is looked at too, if there is one.
    """
    if further and _FURTHER not in site.memo:  # `liste-complete` comes later, or has not seen all pages
        site.memo[_FURTHER] = "[]"
        with suppress(Failed):
            keep_further(site, list(site.walk()))
    for one in [*reduced_lists(site), *(_kept(site, _FURTHER) if further else ())]:
        try:
            _look_at_rows(look, one.listing, items)
        except Failed:
            again = _reduce(site, one.way, one.what, one.number)
            try:
                items = site.stock.by_name()
                _look_at_rows(look, again, items)
            except Failed as failed:
                said = failed.observed
                failed.observed = f"{one.doing} : {said[:1].lower()}{said[1:]}"
                failed.help = SAME_ROWS if one.way == PAGE else advice
                failed.because = ()
                raise


def _look_at_rows(look: Look, listing: Listing, items: Mapping[str, Item]) -> None:
    """Without what is no row any more, if anything is left: a site may change rows, or their order, whenever it is looked at."""
    if entries := tuple(entry for entry in listing.entries if entry.name in items):
        look(replace(listing, entries=entries), items)


def reduced_lists(site: Site) -> list[Reduced]:
    """One of the filter, one of the search; none of what the site has not, or does not show as a list.

    Of one of them, drawn, more rows are wanted than a page has, of the other a row without price: as far as there are such.
    Of the first one, a drawn later page is there as well.
    """
    if _KEPT not in site.memo:
        found = list[Reduced]()
        with suppress(Failed):  # rows that cannot be read are told by who needs them
            found = [one for way, what, pages in _chosen(site) for one in _taken(site, way, what, pages)]
        site.memo[_KEPT] = json.dumps([asdict(one) for one in found])
    return _kept(site, _KEPT)


def keep_further(site: Site, listings: Sequence[Listing]) -> None:
    """Of the pages of the whole list, keeps a drawn one that no check opens for itself, for all those that look at a list."""
    number = site.draws.of("autre page de la liste").below(max(1, len(listings) - FIRST_FURTHER + 1)) + FIRST_FURTHER
    kept = [_turned(listings[:number])] if len(listings) >= number and listings[number - 1].entries else []
    site.memo[_FURTHER] = json.dumps([asdict(Reduced(PAGE, "", one)) for one in kept])


def _kept(site: Site, key: str) -> list[Reduced]:
    return [
        Reduced(
            one["way"],
            one["what"],
            Listing(
                one["listing"]["url"],
                _entries(one),
                _links(one),
                tuple(one["listing"]["headers"]),
                before=tuple(one["listing"]["before"]),
                moved=one["listing"]["moved"],
            ),
        )
        for one in json.loads(site.memo.get(key, "[]"))
    ]


def _entries(one: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> tuple[Entry, ...]:
    return tuple(Entry(**row) for row in one["listing"]["entries"])


def _links(one: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> tuple[PageLink, ...]:
    return tuple(PageLink(**row) for row in one["listing"]["links"])


def _chosen(site: Site) -> list[tuple[str, str, int]]:
    """What is filtered and searched, in a drawn order, and how many pages of it are read."""
    items, size, draw = site.stock.items(), site.rules.page_size, site.draws.of("listes réduites")
    groups: dict[str, dict[str, list[Item]]] = {FILTER: {}, SEARCH: {}}
    for item in items:
        label = item.category if site.rules.filter == "category" else item.place
        groups[FILTER].setdefault(label, []).append(item)
        words = re.findall(r"[a-z]+", item.name.lower())
        for piece in sorted(
            {word[at : at + size] for word in words for size in PIECES for at in range(len(word) - size + 1)}
        ):
            groups[SEARCH].setdefault(piece, []).append(item)
    chosen = []
    for place, way in enumerate(draw.shuffled(list(groups))):
        known = {what: rows for what, rows in groups[way].items() if len(rows) >= LEAST_SHOWN}
        lacks = [what for what, rows in known.items() if len(rows) <= size and any(row.price is None for row in rows)]
        many = [what for what, rows in known.items() if len(rows) > size]
        most = sorted(known, key=lambda what: len(known[what]))[-1:]
        if fit := (many if place == 0 else lacks) or most:
            what = draw.one(fit)
            filled = -(-len(known[what]) // size) if place == 0 else 1
            turned = site.draws.of("page d'une liste réduite").between(2, max(2, min(filled, MOST_TURNED)))
            chosen.append((way, what, min(filled, turned)))
    return chosen


def _taken(site: Site, way: str, what: str, pages: int) -> Iterator[Reduced]:
    """What is shown of it now, and on the last of so many `pages`; nothing where that is no list, which other checks tell."""
    with suppress(Failed):
        for number in dict.fromkeys((1, pages)):
            listing = _reduce(site, way, what) if number == 1 else _turn_on(site, number)
            if (
                len(listing.entries) < (LEAST_SHOWN if number == 1 else 1)
                or site.page.status >= 400
                or site.trouble.crash()
            ):
                return
            if len(listing.before) == number - 1:
                yield Reduced(way, what, listing)


def _reduce(site: Site, way: str, what: str, number: int = 1) -> Listing:
    """Filter or search from ``/``, or turn pages from there; what is shown then, on the page of this number."""
    if way == PAGE:
        return _turned(list(islice(site.walk(), number)))
    if way == FILTER:
        site.start()
        choose_here(site, what)
    else:
        look_up(site, what)
    return site.read() if number == 1 else _turn_on(site, number)


def _turn_on(site: Site, number: int) -> Listing:
    """Turn pages from the first one, now open."""
    return _turned(list(islice(site.walk(here=True), number)))


def _turned(listings: Sequence[Listing]) -> Listing:
    """The last of these pages, which knows those before."""
    return replace(listings[-1], before=tuple(len(set(one.names)) for one in listings[:-1]))
