"""What a search must find."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import fold, squeeze

from .choices import search
from .connection import own_texts
from .diagnosis import leak
from .filters import expect_asked, filter_is_lost
from .formats import new_sentences, quote
from .results import expect_shown

if TYPE_CHECKING:
    from .visitor import Site

INSIDE = (
    "{text} est un nom, ou un morceau d'un nom : le visiteur tape ce qu'il veut, même deux ou trois lettres du milieu d'un mot. "
    "Enlevez de votre recherche ce qui demande des mots entiers, le début d'un mot ou un nombre de lettres (REGEXP, MATCH, LIKE sans % "
    "devant, strlen)."
)
ONE_TEXT = (
    "{text} se cherche en un seul morceau, espaces compris. Ne le coupez pas en mots : ceux-ci peuvent être dans un nom, chacun à sa place, "
    "sans que le nom contienne le texte tapé."
)
_COLLATION = re.compile(
    r"\bCOLLATE\s{1,9}['\"`]?(\w{2,60})|\bLIKE\s{1,9}BINARY\b|\bBINARY\s{1,9}[\w`.]{1,60}\s{1,9}LIKE\b", re.IGNORECASE
)
"""What says in a query how texts are compared; BINARY has no name."""
_OF_CONNECTION = re.compile(r"NAMES\s{1,9}\W{0,3}\w{1,20}\W{0,3}\s{1,9}$", re.IGNORECASE)
"""What stands before it in what only opens a connection: that of a column overrules it."""
_STRICT = {"bin": "des majuscules et des accents", "as": "des accents", "cs": "des majuscules"}
"""The parts of such a name, and what the base minds then."""
MOST_DRAWN = 40
"""Pieces of names among which one is taken."""
_TWO_IN_ONE = re.compile(r"oe|ae|ss")
"""Two letters that one sign may stand for (œ, æ, ß): bases compare them in more than one way."""
_SHORT = re.compile(r"\b(?:lettres?|caracteres?|court)\b")
"""Says of a text, in a folded page, that it is too short, be it said wherever nothing is found."""
_OF_TWO = "aeos"
"""The letters of these."""
LONG_PIECE, SHORT_PIECE = range(5, 8), range(2, 4)
"""Letters of what is searched inside words: a visitor types a few, and not always from the start of a word."""


def fragment_of_names(site: Site) -> tuple[str, list[str]]:
    """A drawn word of two to six names, found nowhere else in the database if possible, and these names.

    Written alike in all of them if possible: other capitals and accents are for `recherche-casse-accents`.
    """
    items = [
        (item.name, fold(item.name), fold(f"{item.description or ''} {item.category} {item.place}"))
        for item in site.stock.items()
    ]
    words = {word for name, *_ in items for word in re.findall(r"[^\W\d_]{4,}", name)}
    choices = []
    for word in sorted(words):
        names = [name for name, folded, _ in items if fold(word) in folded]
        elsewhere = any(fold(word) in others for *_, others in items)
        choices.append((elsewhere or _unlike(word, names), not 2 <= len(names) <= 6, word, names))
    best = min(choices)[:2]
    *_, word, names = site.draws.of("mot cherché").one([one for one in choices if one[:2] == best])
    return word, names


def pieces_of_names(site: Site) -> Iterator[tuple[str, list[str]]]:
    """A long and a short piece of a name, drawn inside a word, and the names that hold it; few do, and it is written
    alike in all of them, if possible.
    """
    names = [(name, fold(name)) for name in site.stock.names()]
    words = {word.lower() for name, _ in names for word in re.findall(r"[A-Za-z]{6,}", name)}
    draw = site.draws.of("morceaux de noms")
    for sizes in (LONG_PIECE, SHORT_PIECE):
        inside = {word[at : at + size] for word in words for size in sizes for at in range(1, len(word) - size)}
        cut_out = sorted(piece for piece in inside if not _TWO_IN_ONE.search(piece))
        found = [
            (piece, [name for name, folded in names if piece in folded]) for piece in draw.some(cut_out, MOST_DRAWN)
        ]
        if found:
            yield min(found, key=lambda one: (_unlike(*one), len(one[1]) > site.rules.page_size, not one[1]))


def whole_or_ends(site: Site) -> list[tuple[str, list[str]]]:
    """A whole name, or the beginning or the end of one (drawn), and the names that hold it; as `pieces_of_names` chooses them."""
    names = site.stock.names()
    plain = [name for name in names if re.fullmatch(r"[A-Za-z][A-Za-z -]{6,38}[A-Za-z]", name)]
    draw = site.draws.of("nom entier ou bout de nom")
    way = draw.one(("whole", "whole", "beginning", "end"))
    some = list[tuple[str, list[str]]]()
    for name in draw.some(sorted(set(plain)), MOST_DRAWN):
        size = draw.one(LONG_PIECE)
        text = {"whole": name, "beginning": name[:size].strip(), "end": name[-size:].strip()}[way]
        if not _TWO_IN_ONE.search(fold(text)):
            some.append((text, [one for one in names if fold(text) in fold(one)]))
    return [min(some, key=lambda one: (_unlike(*one), len(one[1]) > site.rules.page_size))] if some else []


def lone_signs(site: Site) -> list[tuple[str, list[str]]]:
    """One drawn letter, and the names that hold it: none, or else a few; none holds a digit, if all letters are held."""
    names = site.stock.names()
    held = {sign: [name for name in names if sign in fold(name)] for sign in ascii_lowercase + digits}
    free = [sign for sign in ascii_lowercase if not held[sign]] or [sign for sign in digits if not held[sign]]
    few = [
        sign
        for sign in ascii_lowercase
        if 0 < len(held[sign]) <= site.rules.page_size and not (sign in _OF_TWO or _unlike(sign, held[sign]))
    ]
    draw = site.draws.of("signe seul")
    kinds = [kind for kind in (free, few) if kind]
    return [(sign, held[sign]) for sign in ([draw.one(draw.one(kinds))] if kinds else [])]


def _unlike(piece: str, names: Iterable[str]) -> bool:
    """Whether a name holds the piece with other capitals or accents, which another check looks at."""
    return any(piece not in name for name in names)


def expect_search(site: Site) -> None:
    """A part of a name finds the names that hold it, wherever they do, and no other row; over several pages too."""
    fragment, names = fragment_of_names(site)
    searched = ((fragment, names), *pieces_of_names(site), *whole_or_ends(site))
    for text, wanted in site.shuffled("ordre des recherches", searched):
        try:
            expect_shown(site, search(site, text), wanted, f"Pour la recherche {quote(text)}", text)
        except Failed as failed:
            if text != fragment and not failed.help and "il manque" in failed.observed:
                failed.help = INSIDE.format(text=quote(text))
            raise
    nothing = "Pour une recherche qui ne correspond à aucun nom"
    expect_shown(site, search(site, site.drawn.absent), (), nothing)
    site.trouble.expect_decent(site.page.status, site.page.text, nothing)
    known = site.page.text
    for sign, names in lone_signs(site):
        alone = f"Pour la recherche {quote(sign)}{'' if names else ', que ne contient aucun nom'}"
        results = search(site, sign, here=True)
        refused = not results.names and (
            _SHORT.search(fold(site.page.text))
            or any(new_sentences(known.replace(site.drawn.absent, sign), site.page.text))
        )
        if not (names and refused):  # who refuses so short a text by a sentence shows no name
            expect_shown(site, results, names, alone, sign)
        site.trouble.expect_decent(site.page.status, site.page.text, alone)
    many = _add_lots(site)
    later = len(list(islice(site.walk(), 2))) > 1
    text = site.drawn.lot.text
    results = search(site, text, here=later)
    # An apostrophe that breaks the query is told by `injection-sql`.
    if site.page.status >= 500 or leak(site.page.text):
        text, later = text.partition("'")[2], False
        results = search(site, text)
    paged = "" if any(name not in many for name in results.names) else ", qui demande plusieurs pages"
    try:
        doing = f"Pour la recherche {quote(text)}{paged}"
        expect_asked(site, results, partial(search, site, text), many, doing, text, later=later)
    except Failed as failed:
        extra = [name for name in results.names if name not in many]
        if extra and all(word in fold(name) for name in extra for word in fold(text).split()):
            failed.help, failed.stops = (
                ONE_TEXT.format(text=quote(text)),
                False,
            )  # no other check searches several words
        here = site.page.url
        strange = any(name not in many for name in results.pages[0])
        if strange or not filter_is_lost(site):  # page links that lose both are told once, by the filter
            search(site, text)  # its page is the one whose picture is kept
            site.back(here)
            raise


def expect_writings_found(site: Site) -> None:
    """A made-up word is found in each of its writings: with other capitals, with other accents or none."""
    names, before = site.drawn.brand.names, site.stock.raw()
    for name in names:
        site.stock.add(name)
    site.stock.since(before)  # these rows, all of them, are what is kept beside a failure
    for text in site.drawn.brand.searches:
        results = search(site, text)
        try:
            expect_shown(site, results, names, f"Pour la recherche {quote(text)}")
        except Failed as failed:
            failed.observed += _which_writing(text, names, set(results.names))
            failed.help = failed.help or _strict_comparison(site)
            raise


def _strict_comparison(site: Site) -> str | None:
    """Where a source asks the base to mind capitals or accents, if it does."""
    for path, text in own_texts(site.files).items():
        for found in _COLLATION.finditer(text):
            kinds = [kind for kind in _STRICT if kind in (found[1] or "").lower().split("_")]
            if (kinds or not found[1]) and not _OF_CONNECTION.search(text[max(0, found.start() - 60) : found.start()]):
                line = text.count("\n", 0, found.start()) + 1
                minds = _STRICT[kinds[0]] if kinds else _STRICT["bin"]
                return (
                    f"Dans {path}, ligne {line}, on lit « {squeeze(found[0])} » : la base y tient compte {minds}. Enlevez ces mots : "
                    "sans eux, elle compare comme le dit la colonne, et celle que vous avez reçue est en utf8mb4_unicode_ci, qui ignore majuscules "
                    "et accents."
                )
    return None


def _which_writing(text: str, names: Sequence[str], shown: Collection[str]) -> str:
    """Says which of capitals and accents the search minds, when what it found tells."""
    found = {name for name in names if name in shown}
    added = f" La vérification a mis dans la base : {listed(map(quote, names))}."
    if found and found == {name for name in names if text.casefold() in name.casefold()}:
        return f" Les majuscules sont bien ignorées ; les accents ne le sont pas.{added}"
    return added


def _add_lots(site: Site) -> list[str]:
    """Add names with the drawn lot at their start, in their middle and at their end, for two pages (how many, is drawn); gives them.

    And, first and last in the list, rows that hold it elsewhere than in the name, or hold its words in another order, or the first only.
    """
    lot = site.drawn.lot
    size = site.rules.page_size
    count = size - 1 + site.draws.of("noms de plusieurs pages").below(size)
    many = [f"{lot.stem} n° {number} {lot.text} {lot.tail}" for number in range(count)]
    many += [f"{lot.text}, {lot.end}", f"{lot.stem} {lot.text}"]
    model = site.stock.some()
    usual = {"category": model.category_id, "place": model.place_id, "date": model.date, "price": model.price}
    others: list[dict[str, object]] = [
        {"name": site.drawn.beside, "description": f"{site.drawn.description} Voir aussi {lot.text}."},
        {"name": f"{lot.others[0]} {lot.turned} {lot.tail}", "description": None},
        {"name": f"{lot.others[1]} {lot.word} {lot.tail}", "description": None, **usual},
    ]
    site.stock.add_many({"description": None, **usual, "name": name} for name in many)
    site.stock.add_many({**usual, **site.stock.ahead(), **other} for other in others)
    site.stock.rename("category", model.category_id, f"Coin {lot.text}")
    site.stock.rename("place", model.place_id, f"Secteur {lot.text}")
    return many
