"""Figures of a text that the team brought, and what a sheet writes that is none of them, nor equal to one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from .words import bare

_UNITS = {
    ("time", 1): "s|secs?|seconds?|secondes?", ("time", 0.001): "ms|milliseconds?|millisecondes?",
    ("time", 60): "min|mins|mn|minutes?", ("time", 3600): "h|hrs?|hours?|heures?",
    ("time", 86400): "days?|jours?", ("time", 604800): "weeks?|semaines?",
    ("months", 1): "months?|mois", ("months", 12): "years?|ans?|annees?",
    ("size", 1): "bytes?|octets?|o|b", ("size", 1e3): "kb|ko|kio?b?|kilo-?(?:bytes?|octets?)",
    ("size", 1e6): "mb|mo|mio?b?|mega-?(?:bytes?|octets?)", ("size", 1e9): "gb|go|gio?b?|giga-?(?:bytes?|octets?)",
    ("size", 1e12): "tb|to|tio?b?|tera-?(?:bytes?|octets?)",
    ("length", 1): "mm|millimet(?:er|re)s?", ("length", 10): "cm|centimet(?:er|re)s?",
    ("length", 1e3): "m|met(?:er|re)s?", ("length", 1e6): "km|kilomet(?:er|re)s?", ("length", 25.4): "inch(?:es)?|pouces?",
    ("mass", 1): "g|gram(?:me)?s?", ("mass", 1e3): "kg|kilos?|kilogram(?:me)?s?",
    ("part", 1): "%|per ?cent|pour cent", ("volume", 1): "l|lit(?:er|re)s?", ("heat", 1): "°c?|degres?|degrees?",
    ("volts", 1): "v|volts?", ("watts", 1): "w|watts?", ("pixels", 1): "px|pixels?",
    ("dollars", 1): r"\$|dollars?", ("euros", 1): "€|euros?",
}  # fmt: skip
"""Kind and size of each unit, in both languages."""
_NUMBER = r"\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,]\d+)*"
_UNIT = "|".join(_UNITS.values())
_END = r"(?![\w'])"
_MEASURE = re.compile(rf"(?<![\w.,])(?<!\w-)({_NUMBER})(?: ?(?:-|to|or|and|a|ou|et) ?({_NUMBER}))?[ -]?({_UNIT}){_END}")
_LONG = re.compile(
    r"(?<![\w.,])(\d{1,6}) ?(?:min|mn|minutes?) ?(?:et |and )?(\d{2})(?: ?(?:s|sec|seconds?|secondes?))?(?![\w'])"
)
_HOUR = re.compile(
    r"(?<![\w.,:])([01]?\d|2[0-4])(?: ?:([0-5]\d)| ?(?:h|heures?)(?: ?([0-5]\d))?)(?![\w:'])( ?(?:min|mn|minutes?)\b)?( (?:de l'apres|du soir))?"
)
_CLOCK = re.compile(
    r"(?<![\w.,:])(\d{1,2})(?:[:.h](\d\d))?(?: ?(?:to|-|and) ?(\d{1,2})(?:[:.](\d\d))?)? ?([ap])\.? ?m\b|(?<![\w.,:])(\d{1,2})[:h](\d\d)(?![\w:])"
)
_ENGLISH_MONTHS = "january february march april may june july august september october november december".split()
_FRENCH_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
_MONTH = {name: rank for names in (_ENGLISH_MONTHS, _FRENCH_MONTHS, [one[:3] for one in _ENGLISH_MONTHS]) for rank, name in enumerate(names, 1)}  # fmt: skip
_NAMED = "|".join(sorted(_MONTH, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:er|st|nd|rd|th)?(?: of)? ({_NAMED})\b|\b({_NAMED})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\w:])|\b(\d{{1,4}})[/-](\d{{1,2}})[/-](\d{{1,4}})\b"
)
_SPELLED = dict(zip("one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty-five sixty ninety".split(), (*range(1, 13), 15, 20, 30, 45, 60, 90), strict=True))  # fmt: skip
_IN_WORDS = re.compile(rf"\b({'|'.join(_SPELLED)}|an?)(?=(?:[ -](?:to|or) \w+)?[ -](?:{_UNIT})\b)")
_QUALIFIED = re.compile(
    rf"(?<=\d) (?!(?:to|or|and|{_UNIT})\b)[a-z]+ (?=(?:bytes|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b)"
)
_AS_ENGLISH = re.compile(
    r"(?<![\w.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])|(?<![\w.,])\d+(?:[.,]\d+)? ?(?:[KMGT]i?B|(?:[ap]\.m\.|[ap]m)|(?:kilo|mega|giga)bytes?)(?!\w)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:duree|temps|comptez|compter|prevoyez|prevoir)(?: totale?| necessaire| environ)? ?:?(?: environ)? ?\d+(?: ?(?:a|-|ou) ?\d+)? ?(?:minutes?|min|mn|h|heures?)\b(?: ?\d\d\b)?"
    r"|^(?:fiche|auteur|version|date|redige|fait|mise? a jour)\b[^\n]*|\b(?:consulte|lu|redige|fait|mis)\w*(?: a jour)? (?:le|en) [^\n.;)]*"
    r"|\b(?:etapes?|pages?|figure|annexe|n°) ?\d+(?: ?(?:a|et|ou|-|/|sur) ?\d+)?|\b\d+ pages?\b|^[ |]*\d{1,2} ?[.)°:-](?!\d)",
    re.MULTILINE,
)
"""What a sheet counts of itself."""
_NOT_COUNTED = re.compile(
    r"(?m)^[#* ]{0,9}(?:step )?\d{1,3}[.):]|\b(?:step|version|chapter|section|release) [\d.]{1,20}"
)

_AT_LEAST = re.compile(
    r"\b(?:doi|dev)\w{1,6} (?:toujours |bien )?(?:faire|avoir|contenir|peser|compter|mesurer) (?:plus de|au moins|au minimum) $"
)
_UNLESS = re.compile(r"\b(?:ne|pas|jamais|si|s'il|quand|lorsque|des qu\w*|qui|evit\w*|interdit)\b|\bn'")
_BELOW = re.compile(r"\b(?:moins de|jusqu'a|en[ -]dessous de|au-dessous de) $")
_HELD = re.compile(r"\b(?:rest|gard|vaut mieux|conseil|avant|evit|peu[xt]|pouv)\w*")
_SLOW = re.compile(
    r" ?fichiers?(?: \w+){0,4},? (?:la |une |chaque |cette |l'|il |elle |ca |c')\w* ?(?:\w+ ){0,2}?"
    r"(?:prend|dure|met|devient|est|demande|faut)\b(?: \w+){0,3} (?:minutes|longue?s?|lente?s?)\b"
)
_NOT_SLOW = re.compile(
    r"\b(?:ne|pas|moins|avant|puis|apres|ensuite|secondes?|rapid\w*|vite|plus|davantage|au-?dela|au[ -]dessus|depass\w*|"
    r"sinon|sauf|sans|evit\w*|contraire)\b|\bn'"
)


def is_contrary(told: str, before: str, after: str) -> bool:
    """Whether a limit is said the other way round: a greatest size that is asked for, fewer files that take longer.

    Args:
        told: What the figure is.
        before: The part of the sentence before it, without accents.
        after: The rest of its sentence.
    """
    if "maximal" in told:
        return bool(_AT_LEAST.search(before)) and not _UNLESS.search(before)
    longer = "au-delà" in told and _BELOW.search(before) and _SLOW.match(after)
    return bool(longer) and not _HELD.search(before) and not _NOT_SLOW.search(after)


class Measure(NamedTuple):
    """A number with its unit."""

    kind: str
    value: float
    """In the least unit of its kind."""
    number: str


def as_english(text: str) -> str:
    """The first figure that has the form of English: thousands, a size, an hour."""
    found = _AS_ENGLISH.search(text)
    return found[0] if found else ""


def strangers(sheet: str, document: str) -> list[str]:
    """The figures of a sheet that are none of a document's, nor equal to one in another unit."""
    known = _Known(document)
    text = _OWN.sub(" ", _bare(sheet))
    strange: list[tuple[int, str]] = []

    def seen(found: re.Match[str], right: bool) -> str:
        if not right:
            strange.append((found.start(), found[0].strip()))
        return " " * len(found[0])

    text = _DATE.sub(lambda found: found[0] if found[5] else seen(found, known.dates.issuperset(_days(found))), text)
    text = _LONG.sub(lambda found: seen(found, known.has("time", int(found[1]) * 60 + int(found[2]))), text)
    text = _HOUR.sub(lambda found: seen(found, known.has_hour(found)), text)
    text = _MEASURE.sub(lambda found: seen(found, all(map(known.bears, _measured(found, english=False)))), text)
    for found in re.finditer(_NUMBER, text):
        value = _value(found[0], english=False)
        if len(value) > 1 and value not in known.numbers:
            strange.append((found.start(), found[0]))
    return [said for _, said in sorted(strange)]


class _Known:
    """The figures of a document.

    Args:
        document: Its text, in Markdown.
    """

    def __init__(self, document: str) -> None:
        text = _bare(document).replace("half an hour", "30 minutes").replace("quarter of an hour", "15 minutes")
        text = re.sub(r"\bnoon\b", "12:00", re.sub(r"\bmidnight\b", "00:00", text))
        text = _QUALIFIED.sub(" ", text)  # « 4 working hours »
        text = _IN_WORDS.sub(lambda found: str(_SPELLED.get(found[1], 1)), text)
        self.numbers = {_value(one, english=True) for one in re.findall(_NUMBER, text)}
        self._measures = {one[:2] for found in _MEASURE.finditer(text) for one in _measured(found, english=True)}
        self._measures |= {("time", int(one[1]) * 60 + int(one[2])) for one in _LONG.finditer(text)}
        self._measures |= {("time", int(hours) * 3600 + int(rest) * 60) for hours, rest in re.findall(r"(\d{1,6}) ?(?:h|hours?) (?:and )?(\d{1,6}) ?min", text)}  # fmt: skip
        self.dates = set(chain.from_iterable(map(_days, _DATE.finditer(text))))
        self.hours = set(chain.from_iterable(map(_hours, _CLOCK.finditer(text))))
        self.numbers |= {str(one) for both in self.hours for one in both}
        rest = _NOT_COUNTED.sub(" ", _MEASURE.sub(" ", _CLOCK.sub(" ", _DATE.sub(" ", text))))
        listed = "\n".join(line for line in rest.splitlines() if line.startswith("|"))
        self._bare = {_value(one, english=True) for one in re.findall(_NUMBER, rest) if len(one) > 1}
        self._bare |= {_value(one, english=True) for one in re.findall(_NUMBER, listed)}

    def has(self, kind: str, value: float) -> bool:
        """Whether the document has a measure; a kilobyte is 1,000 or 1,024 bytes."""
        same = (1, 1.024, 1 / 1.024) if kind == "size" else (1,)
        return any(
            kind == own and any(abs(value * one - there) <= there * 1e-6 for one in same)
            for own, there in self._measures
        )

    def bears(self, measure: Measure) -> bool:
        """Whether the document has a measure, or its number with the unit told elsewhere, as on top of a column."""
        return self.has(measure.kind, measure.value) or measure.number in self._bare

    def has_hour(self, found: re.Match[str]) -> bool:
        """Whether the document has an hour of the day, or a length of as many hours."""
        hours, minutes = int(found[1]), int(found[2] or found[3] or 0)
        late = hours + 12 if found[5] and hours < 12 else hours
        return (late, minutes) in self.hours or self.has("time", hours * 3600 + minutes * 60)


def _measured(found: re.Match[str], *, english: bool) -> Iterator[Measure]:
    """What is measured, one value or two."""
    kind, size = next(unit for unit, named in _UNITS.items() if re.fullmatch(named, found[3]))
    for said in filter(None, found.groups()[:2]):
        number = _value(said, english=english)
        if number.count(".") <= 1:
            yield Measure(kind, float(number) * size, number)


def _days(found: re.Match[str]) -> Sequence[tuple[int, int]]:
    """Days and months that a date may mean."""
    if found[5]:
        numbers = [int(one) for one in found.groups()[4:]]
        day, month = numbers[1:] if numbers[0] > 31 else numbers[:2]
        return [(day, month), (month, day)]
    return [(int(found[1] or found[4]), _MONTH[found[2] or found[3]])]


def _hours(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Hours and minutes of the day, in twenty-four."""
    if found[6]:
        yield int(found[6]), int(found[7])
    for hour, minute in ((found[1], found[2]), (found[3], found[4])):
        if hour and found[5]:
            yield int(hour) % 12 + (12 if found[5] == "p" else 0), int(minute or 0)
            if found[3]:  # « 11 to 2 p.m. » begins in the morning
                yield int(hour), int(minute or 0)


def _bare(text: str) -> str:
    return bare(text).replace("–", "-")


def _value(number: str, *, english: bool) -> str:
    """A number as both languages have it: « 1,200 » is twelve hundred in English only."""
    plain = re.sub(r",(?=\d{3}\b)" if english else r" |(?<=\d)\.(?=\d{3}(?![\d.]))", "", number).replace(",", ".")
    return plain.lstrip("0") or "0"
