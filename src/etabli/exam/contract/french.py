"""French as it is said and set: numbers, quotations, lists, and no-break spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from etabli.exam.contract.words import cut, fold, squeeze

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ROWS = 10_000_000
"""More than any sheet has."""
_INNER = re.compile(r"« ?| ?»")
_CONTRACTED = {"le": "du", "les": "des"}
_VOWELS = {*"aeiou", "oe", "ae"}
_MUTE = {*_VOWELS, "h"}


def count(number: int, one: str, many: str) -> str:
    """Fills ``{n}`` of the singular (below 2, as French has it) or of the plural."""
    return (one if number < 2 else many).format(n=number)


def listed(items: Iterable[str], last: str = "et", mark: str = ", ") -> str:
    """Joins words as a sentence lists them: « a, b et c ».

    Args:
        items: The words.
        last: What stands before the last one: « ou » where one of them is enough.
        mark: What stands between the others: « ; » where there are commas within.
    """
    *others, end = items
    return f"{mark.join(others)} {last} {end}" if others else end


def quoted(items: Iterable[str]) -> str:
    """Quotes each name and joins them: « a », « b » et « c »."""
    return listed(f"« {item} »" for item in items)


def of(named: str) -> str:
    """Returns « de » and a name, its article included: « du », « des », and « d' » before a vowel or a mute h.

    Example:
        >>> of("le Centre Orbelune"), of("les Transports Malvique"), of("l'Association Passerive"), of("Inès Morel")
        ('du Centre Orbelune', 'des Transports Malvique', "de l'Association Passerive", "d'Inès Morel")
    """
    first, _, rest = named.partition(" ")
    if rest and first in _CONTRACTED:
        return f"{_CONTRACTED[first]} {rest}"
    return f"d'{named}" if _elides(named) else f"de {named}"


def _elides(named: str) -> bool:
    """Whether « de » elides: `y` sounds as a vowel before a consonant (« d'Yves »), else not (« de Yanis »)."""
    initial, after = fold(named[:1]), fold(named[1:2])
    return initial in _MUTE or (initial == "y" and after.isalpha() and after not in _VOWELS)


def some(parts: Sequence[str], limit: int = 4, mark: str = ", ") -> str:
    """Returns some parts and how many more: ``ligne 3, ligne 8 et 2 autres``; `mark` as in :func:`listed`."""
    more = len(parts) - limit
    return listed([*parts[:limit], counted(more, "autre")] if more > 0 else parts, mark=mark) if parts else ""


def rows(numbers: Sequence[int], limit: int = 4) -> str:
    """Returns rows as a sentence names them: « ligne 3 », « lignes 3, 8 et 2 autres », « lignes 232 à 242 »."""
    return f"{'ligne' if len(numbers) < 2 else 'lignes'} {spans([(number, str(number)) for number in numbers], limit)}"


def spans(numbered: Sequence[tuple[int, str]], limit: int = 4) -> str:
    """Returns some numbered things and how many more; three or more that follow each other are told by both ends.

    Example:
        >>> spans([(6, "B6"), (7, "B7"), (8, "B8"), (12, "B12")])
        'B6 à B8 et B12'
    """
    runs: list[list[tuple[int, str]]] = []
    for one in numbered:
        follows = runs and one[0] == runs[-1][-1][0] + 1
        runs = [*runs[:-1], [*runs[-1], one]] if follows else [*runs, [one]]
    whole = [f"{run[0][1]} à {run[-1][1]}" for run in runs]
    parts = [
        part
        for run, both in zip(runs, whole, strict=True)
        for part in ([both] if len(run) > 2 else [w for _, w in run])
    ]
    sizes = [size for run in runs for size in ([len(run)] if len(run) > 2 else [1] * len(run))]
    more = sum(sizes[limit:])
    return listed([*parts[:limit], counted(more, "autre")] if more else parts) if parts else ""


def cells(names: Sequence[str], limit: int = 4) -> str:
    """Returns cells as a sentence names them: « B6 à B12, C20 et 3 autres »; a range stays as it is.

    Example:
        >>> cells(["B6", "B7", "B8", "B9"]), cells(["C4", "D4", "C6:C12"])
        ('B6 à B9', 'C4, D4 et C6:C12')
    """
    found = [_CELL.fullmatch(name) for name in names]
    places = [int(one[1], 36) * _ROWS + int(one[2]) if one else -2 * at for at, one in enumerate(found, 1)]
    return spans(list(zip(places, names, strict=True)), limit)


def grouped(number: int) -> str:
    """Returns a whole number by thousands: « 15 230 », the space being one that does not break."""
    return f"{number:,}".replace(",", "\u202f")


def counted(number: int, singular: str, plural: str = "") -> str:
    """Returns a number and its noun; French counts nothing and one as singular.

    Example:
        >>> counted(1, "ligne"), counted(2, "ligne"), counted(2, "mot de passe", "mots de passe")
        ('1 ligne', '2 lignes', '2 mots de passe')
    """
    return f"{number} {singular if number < 2 else plural or singular + 's'}"


def quote(text: str, limit: int = 60) -> str:
    """Returns a candidate's words as a French sentence quotes them, shortened if need be; a quotation within in “ ”."""
    return f"« {cut(_INNER.sub(_inner, squeeze(text)), limit)} »"


def _inner(mark: re.Match[str]) -> str:
    return "“" if "«" in mark[0] else "”"


def typeset(text: str) -> str:
    """Keeps punctuation on the line of its word, by no-break spaces."""
    return re.sub(r"(?<=«) | (?=[»:;?!])", "\u00a0", text)
