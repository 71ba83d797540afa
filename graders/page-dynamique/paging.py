"""How the list goes from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from etabli.exam import Answer, Failed
from etabli.exam.contract.french import counted
from etabli.exam.contract.words import fold

from .addresses import altered_addresses, split_identifier
from .diagnosis import visible_text
from .formats import in_english, new_sentences, quote
from .order import expect_order, order_words
from .reading import from_root, may_lead_back, next_page
from .reduced import expect_reduced_too

if TYPE_CHECKING:
    from etabli.exam.contract.values import Response

    from .reading import Listing
    from .stock import Item
    from .visitor import Site

TOO_LOW = (
    "OFFSET ne prend pas de nombre négatif : ramenez le numéro de page à 1 s'il est plus petit (max(1, …) en PHP et en Python), avant "
    "ce calcul."
)
COUNT_ALIKE = (
    "Comptez les lignes de la liste réduite : la requête SELECT COUNT(*) a besoin du même WHERE que la liste. Ne montrez « suivant » que s'il "
    "reste une page."
)
_NOT_DISABLED = """
return [...document.links].some((one) => one.href.split("#")[0] === arguments[0] && one.getAttribute("aria-disabled") !== "true"
  && getComputedStyle(one).pointerEvents !== "none");
"""
"""Whether a link of the page leads to this address, and may be pressed."""
ANSWER_SECONDS = 15
LARGE = 880, 920
"""Rows that are added to the others, which makes a thousand."""


def expect_page_size(site: Site) -> None:
    """Full pages hold exactly the demanded number of items, those of a filter or a search too; a last one no more."""
    size = site.rules.page_size
    left = len(site.stock.names())
    for number, listing in enumerate(site.walk(), start=1):
        if len(set(listing.names)) != min(size, left - size * (number - 1)):
            raise Failed(
                observed=f"La page n° {number} montre {site.many(len(set(listing.names)))}.",
                expected=f"{size} par page, avec des liens vers les autres pages.",
            )
        if number == 2:
            expect_reduced_too(site, site.stock.by_name(), partial(_expect_size, site))
            return
    raise Failed(
        observed=f"La page / montre {size} {site.words.items}, sans lien vers une page suivante.",
        expected="Des liens mènent aux autres pages : numéros, ou « suivant ».",
    )


def _expect_size(site: Site, listing: Listing, _items: Mapping[str, Item]) -> None:
    """No more than the demanded number on this page, and as many on each of those that were turned before."""
    shown, size = len(set(listing.names)), site.rules.page_size
    odd = next(((number, count) for number, count in enumerate(listing.before, 1) if count != size), None)
    if odd or shown > size:
        where = f"la page n° {odd[0]}, qui n'est pas la dernière," if odd else "la première page"
        seen = (
            f"{where} montre {site.many(odd[1] if odd else shown)}"
            if odd or not listing.before
            else f"on y voit {site.many(shown)}"
        )
        raise Failed(
            observed=f"{seen[:1].upper()}{seen[1:]}.",
            expected=f"{size} par page, la dernière peut en avoir moins : d'un filtre et d'une recherche aussi.",
        )


def expect_full_walk(site: Site) -> None:
    """The walk gives each item once, on pages that are not empty and that lead back, and a page number too high is told.

    The rows fill the last page: a number of pages that is one too many shows.
    """
    expect_reduced_too(site, site.stock.by_name(), partial(_expect_no_empty_page, site), COUNT_ALIKE, further=False)
    added = [f"{site.drawn.series} n° {number}" for number in range(-len(site.stock.names()) % site.rules.page_size)]
    site.stock.add_many({"name": name} for name in added)
    listings = list(site.walk())
    names = [name for listing in listings for name in dict.fromkeys(listing.names)]
    again = [name for name, count in Counter(names).items() if count > 1]
    if again:
        raise Failed(
            observed=f"En allant de page en page, on revoit {quote(again[0])}"
            + (f" et {counted(len(again) - 1, 'autre nom', 'autres noms')}." if len(again) > 1 else "."),
            expected="Chaque ligne est sur une seule page.",
        )
    missing = set(site.stock.names()) - set(names)
    if missing.issuperset(added):  # a list that does not follow the base is told by `liste-suit-ajout`
        missing -= set(added)
    if missing:
        seen = site.many(len(names))
        raise Failed(
            observed=f"En {counted(len(listings), 'page')}, on voit {seen} ; il en manque {len(missing)}.",
            expected="De page en page, on voit toutes les lignes de la base.",
        )
    _expect_last_filled(site, listings)
    _expect_way_back(site, listings)
    pages = [listing.url for listing in listings[1:3]]
    draw, high = site.draws.of("page trop haute"), site.drawn.page
    low = -1  # of rows: 0 is the first page
    if len(pages) == 2 and split_identifier(pages[0], pages[1])[1] == "2":  # else it may be a number of rows
        high = draw.one((high, len(listings) + draw.between(1, 9)))
        low = site.draws.of("page avant la première").one((0, -1))
    for address in altered_addresses(pages[0], pages[-1], high, site.drawn.unknown) if len(pages) == 2 else []:
        answer = _asked_page(site, address, "Pour un numéro de page trop grand")
        if not (400 <= answer.status < 500) and not _told_too_high(site, pages[0], answer, names):
            raise Failed(
                observed=f"Pour un numéro de page trop grand ({from_root(address, 60)}), la liste est vide, et aucune phrase ne le dit.",
                expected="Une phrase en français, un code 404, ou la dernière page.",
                help="Comparez ce numéro au nombre de pages. S'il est plus grand, prenez la dernière page (min), ou écrivez une phrase.",
            )
    for address in altered_addresses(pages[0], pages[-1], low, site.drawn.unknown) if len(pages) == 2 else []:
        _asked_page(site, address, f"À l'adresse {from_root(address, 60)}, d'une page avant la première", TOO_LOW)


def _asked_page(site: Site, address: str, doing: str, advice: str = "") -> Response:
    """What is answered for a page of the list; it is no crash."""
    answer = site.http.get(address)
    try:
        site.trouble.expect_decent(answer.status, answer.text, doing)
    except Failed as failed:
        failed.help, failed.at = advice or failed.help, Answer()  # no page that the browser has open
        raise
    return answer


def _told_too_high(site: Site, usual: str, answer: Response, names: Collection[str]) -> bool:
    """Whether a page shows rows, or a sentence that the `usual` page has not; by its source, then in the browser."""

    def shows(text: str) -> bool:
        folded = fold(text)
        return any(fold(name) in folded for name in names)

    text, known = visible_text(answer.readable), visible_text(site.http.get(usual).readable)
    if shows(text) or not all(in_english(said) for said in new_sentences(known, text)):
        return True
    site.page.open(usual)
    known = site.page.text
    site.page.open(answer.url)
    text = site.page.text
    return shows(text) or not all(in_english(said) for said in new_sentences(known, text))


def _expect_no_empty_page(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    """Where a page of a reduced list is not full, no link leads to an empty one after it."""
    count, number = len(set(listing.names)), len(listing.before) + 1
    link = next_page(listing.links, number, {listing.url.split("#")[0]})
    if count >= site.rules.page_size or link is None or not link.href:
        return
    site.page.open(link.href)
    if site.page.status < 400 and not site.read().entries and _may_be_followed(site, listing.url, link.href):
        fits = f"La liste tient en {counted(number, 'page') if number > 1 else 'une page'} ({site.many(count + sum(listing.before))})"
        raise Failed(
            observed=f"{fits}, et un lien mène pourtant à une page {number + 1}, vide.",
            expected="Le nombre de pages est celui de la liste réduite : aucune page n'est vide.",
        )


def _expect_last_filled(site: Site, listings: Sequence[Listing]) -> None:
    """No page is empty; the last one is full."""
    number = next((number for number, listing in enumerate(listings) if number and not listing.entries), 0)
    if number and _may_be_followed(site, listings[number - 1].url, listings[number].url):
        filled, size = counted(number, "page"), site.rules.page_size
        raise Failed(
            observed=f"{site.many(number * size)} tiennent en {filled} de {size} ; un lien mène pourtant à la page n° {number + 1}, vide.",
            expected="Aucune page n'est vide : la dernière n'a pas de lien vers une page de plus.",
            help=f"Le nombre de pages est celui des lignes (SELECT COUNT(*)) divisé par {size}, arrondi au-dessus : ceil en PHP, math.ceil en "
            "Python. Ne montrez « suivant » que s'il reste une page.",
        )


def _may_be_followed(site: Site, page: str, address: str) -> bool:
    """Whether a link of a page may be pressed: one that is greyed may keep its address; the page where it leads is then open."""
    if page == address:
        return True
    site.page.open(page)
    free: bool = site.page.script(_NOT_DISABLED, address.split("#")[0], kind=bool)
    site.page.open(address)
    return free


def _expect_way_back(site: Site, listings: Sequence[Listing]) -> None:
    """From a drawn page, the third or a later one, a link leads to the one before, be it by its number."""
    if len(listings) < 3:
        return
    number = site.draws.of("page d'où l'on revient").between(2, len(listings) - 1)
    before, here = listings[number - 1 : number + 1]
    if any(link.button < 0 and _place(link.href) == _place(before.url) for link in here.links):
        return
    backward = [link for link in here.links if link.text == str(number) or may_lead_back(link)]
    if any(link.button >= 0 for link in backward):
        return
    for link in backward:
        if fold(before.names[0]) in fold(visible_text(site.http.get(link.href).readable)):
            return
    site.page.open(here.url)
    if "history." in site.http.get(here.url).readable:  # its own « précédent » is the browser's
        return
    raise Failed(
        observed=f"Depuis la page n° {number + 1}, aucun lien ne ramène à la page n° {number}.",
        expected="Un lien « précédent », ou les numéros des pages : on va d'une page à l'autre dans les deux sens.",
        help="Dès la page 2, montrez un lien vers le numéro d'avant (page - 1), qui garde le filtre et la recherche comme le lien « suivant ».",
    )


def _place(address: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """What an address asks for, whatever the order of its values; those that are empty ask for nothing."""
    parts = urlsplit(address)
    return re.sub(r"/index\.\w+$", "/", parts.path) or "/", frozenset(parse_qsl(parts.query))


def expect_large_list(site: Site) -> None:
    """Many rows, one of them ahead of those that were there: ``/`` in time, one page of items, the first of the demanded order."""
    size, ahead = site.rules.page_size, site.stock.ahead()
    model, draw = site.stock.some(), site.draws.of("mille lignes")
    base, dear, later = date(draw.between(2015, 2026), 1, 1), draw.one((37, 41, 43, 47)), draw.one((11, 13, 17, 19))
    site.stock.add_many(
        {
            "name": f"{site.drawn.series} n° {number:04d}",
            "price": Decimal(5 + (number * dear) % 3000) + Decimal("0.25"),
            "date": base + timedelta(days=(number * later) % 700),
            "description": site.drawn.description,
            "category": model.category_id,
            "place": model.place_id,
        }
        | (ahead if not number else {})
        for number in range(draw.between(*LARGE))
    )
    start = monotonic()
    listing = site.home(doing="Avec mille lignes dans la table")
    seconds = monotonic() - start
    names = list(dict.fromkeys(listing.names))
    if len(names) > size or seconds > ANSWER_SECONDS:
        raise Failed(
            observed=f"Avec mille lignes, la page / montre {site.many(len(names))} en {seconds:.0f} s.",
            expected=f"{size} au plus, en moins de {ANSWER_SECONDS} s.",
        )
    last = site.stock.sorted()[size - 1].name
    if len(names) < size:
        raise Failed(
            observed=f"Avec mille lignes, la page / montre {site.many(len(names))} seulement.",
            expected=f"Les {size} premiers dans l'ordre demandé : {order_words(site)}.",
        )
    frozen = not any(
        name.startswith(site.drawn.series) for name in names
    )  # none of so many rows: the base is not read again
    because = ["liste-suit-ajout", "liste-ordre"] if frozen else ["liste-ordre"]
    expect_order(site, names if names[-1] == last else [*names, last], because=because)
