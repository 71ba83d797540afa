"""What is typed, or put in an address, to reach a query: nothing of it is read as SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from etabli.exam import Failed
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.tools.still import kind_of

from .addresses import SUSPICIOUS, value_addresses
from .choices import search
from .formats import quote

if TYPE_CHECKING:
    from .stock import Item
    from .visitor import Site

STAYS_TEXT = "Ce que tape le visiteur reste un texte à chercher ; il ne devient pas un morceau de requête."
APART = "Cherchez, dans les fichiers que nomme le message, le texte SQL où une variable est collée : mettez-y un « ? » (« %s » en Python), et donnez la valeur à part, à execute."
DOUBLED = "Une apostrophe seule passe, mais « \\' » coupe la requête : doubler l'apostrophe ne suffit pas. "
LEAST_NEAR = 4
"""Letters after an apostrophe by which a typed text is known again in what MariaDB could not read."""
_NEAR = re.compile(r"\b1064\b.{0,60}? near '(.{0,80})", re.DOTALL)
COMMENTS = "/*{}*/", " -- {}", "#{}"
"""What SQL does not read, from anything else it is a part of."""


@contextmanager
def read_as_sql() -> Iterator[None]:
    """Says of a request that a typed text has broken what it shows: this text was read as SQL."""
    try:
        yield
    except Failed as failed:
        if "1064" in failed.observed:
            failed.expected = f"{STAYS_TEXT} Attraper l'erreur ne suffit pas : la requête doit aboutir."
            # What was searched before had an apostrophe, and that search was right.
            failed.help = (DOUBLED if "\\'" in failed.observed.partition("»")[0] else "") + APART
        raise


@contextmanager
def typed_as_sql(typed: Iterable[str]) -> Iterator[None]:
    """Says the same of a form, where what the base could not read is what follows the apostrophe of a `typed` text."""
    try:
        yield
    except Failed as failed:
        near = _NEAR.search(failed.observed)
        rests = ((text, text.partition("'")[2][:LEAST_NEAR]) for text in typed)
        pasted = next(
            (text for text, rest in rests if near and len(rest) == LEAST_NEAR and near[1].startswith(rest)), ""
        )
        if pasted:
            failed.observed += f" On avait tapé {quote(pasted)} : son apostrophe a fermé le texte SQL."
            failed.expected = (
                "Ce que tape le visiteur est enregistré tel quel ; il ne devient pas un morceau de requête."
            )
            failed.help = APART
        raise


def expect_search_safe(site: Site, searches: Iterable[str]) -> None:
    """Raises Failed when one of these searches shows rows it should not, or breaks."""
    for text in searches:
        shown = search(site, text, here=True).names
        doing = f"Pour la recherche {quote(text)}"
        site.trouble.expect_decent(site.page.status, site.page.text, doing)
        if shown:
            raise Failed(
                observed=f"{doing}, contenue dans aucun nom, la page montre {site.many(len(shown))}.",
                expected=STAYS_TEXT,
            )


def sums(site: Site, identifiers: Iterable[int]) -> list[str]:
    """Calculations whose result is each of these identifiers: only SQL does them; read as a number, none is one."""
    beyond = site.free_id()
    return [f"{beyond}-{beyond - identifier}" for identifier in identifiers]


def expect_addresses_safe(
    site: Site, addresses: Callable[[str], list[str]], allowed: set[str], others: Iterable[int]
) -> None:
    """Raises Failed when a hostile value in an address breaks the page or shows more items.

    `others` are identifiers that would show some. More than `allowed`, and worse than for a harmless unknown value: a site may ignore it, or refuse it
    clumsily, without any SQL being at stake.
    """
    usual, clumsy, unknown = set(allowed), False, site.drawn.unknown
    for value in (unknown, *site.shuffled("valeurs d'adresse", [*site.drawn.values, *sums(site, others)])):
        for address in addresses(value):
            site.page.open(address)
            doing = f"À l'adresse {cut(site.page.path, 90)}"
            shown, status = _named(site), site.page.status
            if value == unknown:
                usual.update(shown)
                clumsy = clumsy or status >= 500
            site.trouble.expect_decent(200 if clumsy else status, site.page.text, doing)
            extra = [name for name in shown if name not in usual]
            if extra:
                raise Failed(
                    observed=f"{doing}, la page montre {quote(extra[0])}, qui ne correspond pas à cette adresse.",
                    expected="Une valeur d'adresse inconnue ne montre rien de plus ; elle ne devient pas du SQL.",
                )


def expect_links_safe(site: Site) -> None:
    """Raises Failed when SQL reads what a link from the list to itself carries (a number of rows, an order).

    A comment after it then changes nothing, and a word does. Who reads a number kindly takes both; who does not, neither.
    """
    word, second = site.drawn.unknown, [listing.url for listing in islice(site.walk(), 2)][-1]
    turned = {kind_of(second): second}
    for link in site.page.links():
        said = f"{link.href} {link.text}".replace("action", "")  # a common name of a value, which says what is done
        if urlsplit(link.href).path == urlsplit(second).path and not SUSPICIOUS.search(said):
            turned.setdefault(kind_of(link.href), link.href)
    if len(turned) > 1:
        site.acts()  # a link that changes rows is another check's matter
    for address in turned.values():
        usual = _listed(site, address)
        here = site.page.path
        apart = value_addresses(address, f" {word}")
        for place, wordy in enumerate(apart if usual else ()):
            # Of a path, "/" and "#" may be signs of the program that reads it.
            comments: Sequence[str] = [one for one in COMMENTS if urlsplit(address).query or not {"/", "#"} & set(one)]
            if (
                _listed(site, wordy) == usual
            ):  # of a value that is cut at its first space, the first word is left to try
                stuck = [value_addresses(address, f"{sign}{word}")[place] for sign in ("", "~")]
                if any(_listed(site, one) == usual for one in stuck):  # who takes the letters alone reads no SQL
                    continue
                comments = [one for one in comments if " " not in one]
            there = site.page.path
            for comment in site.shuffled("commentaires SQL", comments):
                if _listed(site, value_addresses(address, comment.format(word))[place]) == usual:
                    raise Failed(
                        observed=f"À l'adresse {cut(site.page.path, 90)}, la page montre ce que montre {cut(here, 90)} ; "
                        f"à l'adresse {cut(there, 90)}, elle ne le montre plus. Ce que l'adresse porte est lu comme du SQL.",
                        expected="Ce que porte une adresse est un nombre ou un texte ; cela ne devient pas du SQL.",
                        help="LIMIT, OFFSET et ORDER BY ne prennent que ce que votre programme a choisi : un nombre passé par "
                        "(int) en PHP ou int en Python, un nom de colonne pris dans une liste écrite dans le code.",
                    )


def expect_edit_address_safe(site: Site, item: Item, address: str) -> None:
    """Raises Failed when the form of an item answers to its identifier written as a calculation, and not to an unknown one.

    `address`: that form's, without the site's own.
    """
    head, own, tail = address.rpartition(str(item.id))
    shown = []
    for value in (str(site.free_id()), *sums(site, [item.id])) if own else ():
        site.page.open(f"{head}{percent(value, safe='')}{tail}")
        shown.append(any(field.value == item.name for form in site.page.forms() for field in form.fields))
    if shown == [False, True]:
        raise Failed(
            observed=f"À l'adresse {cut(site.page.path, 90)}, le formulaire montre {quote(item.name)} : la base a fait ce calcul. "
            "Ce que l'adresse porte est lu comme du SQL.",
            expected="Un identifiant est un nombre ; il ne devient pas un morceau de requête.",
        )


def _listed(site: Site, address: str) -> list[str]:
    """The items that the list of an address shows, in its order."""
    site.page.open(address)
    return site.read().names


def _named(site: Site) -> list[str]:
    """Items that the page lists or announces in its title."""
    names = set(site.stock.names())
    headings = {squeeze(heading) for heading in site.page.headings(1)}
    return [*(entry.name for entry in site.read().entries), *sorted(headings & names)]
