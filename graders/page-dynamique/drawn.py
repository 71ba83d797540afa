"""What an exam types, stores and sends: drawn for each exam, plausible, and of one strength whatever is drawn.

Names are made of the setting's own nouns, as the rows are. Whoever wants to recognise the examiner by a constant finds
none; whoever reads this file knows the kinds of draws, and has to treat each of them as any visitor's.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from etabli.exam.contract.words import fold

from . import texts
from .amounts import MOST_PRICE
from .decors import SETTINGS

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.tools.draws import Draws

    from .shape import Variant

PEOPLE = (
    "Agathe", "Alban", "Alix", "Amandine", "Annie", "Armand", "Arthur", "Astrid", "Audrey", "Axelle", "Edgar", "Edmond",
    "Emeric", "Emma", "Ernest", "Estelle", "Igor", "Irma", "Isaure", "Isidore", "Ivan", "Octave", "Odile", "Olga",
    "Olivier", "Oscar", "Ulysse", "Urbain", "Ursule", "Yvan", "Yves", "Yvonne",
)  # fmt: skip
"""« d' » goes before each. These have no accent: what is looked for may be found without."""
ACCENTED = (
    "Adèle", "Agnès", "Alizée", "Amélie", "Anaïs", "Andréa", "Aurélie", "Édith", "Éléonore", "Élisa", "Élise", "Élodie",
    "Éloïse", "Émile", "Émilie", "Éric", "Étienne", "Éva", "Hélène", "Héloïse", "Inès", "Irène", "Océane", "Ophélie",
)  # fmt: skip
SECONDS = ("Chloé", "Gaël", "Joël", "Léo", "Maël", "Mélanie", "Noé", "Raphaël", "Zélie", "Zoé")
VOWELS = {"a": "àâ", "e": "éèêë", "i": "îï", "o": "ô", "u": "ùûü"}
"""With the accents that French has; none of which counts in a search."""
PRINTED = ("3 → 4", "5 €", "le cœur", "d’époque", "etc…", "– à voir")
"""Signs of ordinary texts that old alphabets of 256 signs lack."""
UNITS = ("pièces", "places", "parts", "lots", "heures")
RELATIVES = ("fils", "filles", "neveux", "voisins", "compagnie")
SIGNS = "!#$%*+;=?@[]^_`{|}~"
"""Those of ordinary names, besides the quotation mark and the backslash, which each of them has."""
LABELS = ("Côté", "Dépôt", "Réserve", "Sélection", "Théâtre")
OPENINGS = ("b", "br", "c", "ch", "d", "f", "g", "gr", "j", "l", "m", "n", "p", "pr", "r", "s", "t", "tr", "v", "vr")
MIDDLES = ("a", "ai", "an", "e", "eu", "i", "in", "o", "on", "ou", "oi", "u")
ENDINGS = ("ade", "age", "ard", "eau", "elle", "et", "ette", "ier", "il", "in", "oir", "on", "ot", "otte", "ou", "ure")
"""Of made-up words, which sound as French ones do."""
MOST_GUESSED = 3
FEW = 10
"""Stems that come first, or last, among all."""
LETTERED = ("douze", "vingt", "quinze", "trente", "quarante", "seize")
NO_DAY = ((31, 4), (31, 6), (31, 9), (31, 11))
"""Whoever thinks of February alone takes them."""
LEAP_DAY = (29, 2)
"""No day either, of most years."""
NO_FEBRUARY = ((30, 2), (31, 2))
YEARS, LATER_YEARS = range(1995, 2038), range(2027, 2038)
"""A date may be of any; of the second ones, one is typed in each check that stores what was typed."""
UNEVEN = tuple(cents for cents in range(1, 100) if cents % 10)
"""Cents that no list of prices in tens of cents has."""
LONG_WORDS = (
    "dorée",
    "réparée",
    "colorée",
    "élégante",
    "légère",
    "préférée",
    "à côté",
    "très âgée",
    "forêt",
    "façonnée",
)
SITES = ("www.{one}.{end}", "{one}.{end}", "www.{one}-{two}.{end}", "{one}-{two}.{end}", "{two}.{one}.{end}")
SITE_ENDS = ("be", "biz", "blog", "ch", "com", "eu", "fr", "info", "net", "online", "org", "shop", "site")


@dataclass(frozen=True)
class Brand:
    """A made-up word with accents: three names that hold it, each in another writing, and what finds all three."""

    names: tuple[str, ...]
    searches: tuple[str, ...]


@dataclass(frozen=True)
class Signs:
    """A search whose signs LIKE reads, the name that holds it, and those that LIKE takes for it."""

    text: str
    name: str
    taken: tuple[str, ...]
    """Where both signs are left as they are, the second one, the first one."""


@dataclass(frozen=True)
class Lot:
    """What is searched over several pages: words, an apostrophe, and a sign that must not be left as it is in a link."""

    text: str
    stem: str
    tail: str
    end: str
    others: tuple[str, str]
    """Stems of a name that holds its words the other way round, and of one that holds the first of them only: it comes after
    all those that hold it whole."""

    @property
    def word(self) -> str:
        """Its first word."""
        return self.text.split()[0]

    @property
    def turned(self) -> str:
        """Its words, the last one first."""
        return " ".join(reversed(self.text.split()))


@dataclass(frozen=True)
class Drawn:
    """The draws of one exam."""

    put: str
    """A name put into the base; this one and the next ones hold an apostrophe and an accent."""
    renamed: str
    renamed_label: str
    renamed_place: str
    readdressed: str
    edited: str
    corrected: str
    usual: str
    refused: str
    kept: str
    single: str
    series: str
    plain: str
    """Without accents; found by « d' » and `plain_person` alone."""
    plain_person: str
    special: str
    """Accents, an apostrophe, « & » and « < »; and, as `corrected` and two descriptions, a quotation mark, a backslash, a drawn other
    sign, and the address of a page; `rounded` has one of e-mail, those three have both."""
    unpriced: str
    """This one and the next ones are such as the base holds."""
    free: str
    blank: str
    beside: str
    rounded: str
    long: str
    """120 characters, more bytes."""
    neighbours: tuple[str, str]
    """Two names from A to Z, which the numbers of their letters put the other way round."""
    brand: Brand
    signs: Signs
    lot: Lot
    price: str
    corrected_price: str
    amounts: tuple[Decimal, Decimal]
    """Less than 1, and tens or hundreds of thousands."""
    dear: str
    """Thousands and cents, with the point of SQL."""
    negative: str
    lettered: str
    whole: str
    """No decimals."""
    precise: str
    """Three decimals."""
    later: date
    """After the current year, its day no month's number."""
    day: date
    """Which stays a date, another one, when its day and its month are swapped."""
    corrected_day: date
    no_day: tuple[int, int]
    """A day and a month that no calendar of the year of `day` has."""
    no_february: tuple[int, int]
    """The same, of February."""
    description: str
    long_description: str
    """Several lines of several sentences."""
    corrected_description: str
    absent: str
    """Words that no row holds, for a search, an address and hostile texts."""
    unknown: str
    beyond: int
    """Added to the greatest identifier."""
    near: int
    """The same, where a site may well have a row tomorrow."""
    page: int
    """A page number too high."""
    searches: tuple[str, ...]
    """What shows too much, or breaks, when the text is pasted into the SQL of a search."""
    values: tuple[str, ...]
    """The same for a value taken from an address: none is the identifier of anything."""
    foreign: str
    """The page of another site."""
    guessed: int
    """Letters of a token, so few that another site tries them all."""


def make_drawn(draws: Draws, variant: Variant) -> Drawn:
    """Draws what one exam uses."""
    base = _base(variant)
    setting = next(setting for setting in SETTINGS if setting.id == variant.setting)
    friends = iter(draws.of("personnes à accent").shuffled(ACCENTED))
    people = iter([one for one in draws.of("personnes").shuffled(PEOPLE) if f"d'{fold(one)}" not in base])
    families = [family for family in setting.families if family.name in {row.name for row in variant.rows.category}]
    stems = draws.of("noms").shuffled([stem for family in families for stem in family.stems])
    tails = draws.of("suites").shuffled([tail for family in families for tail in family.tails])
    ordered = sorted(stems, key=fold)
    first, last = (draws.of("ordre des noms").one(some) for some in (ordered[:FEW], ordered[-FEW:]))
    other = draws.of("autre nom").one([one for one in stems if one not in (first, last)])
    bare = [stem for stem in stems if stem.isascii() and "'" not in stem]
    rows = _rows(draws.of("lignes").shuffled([f"{stem} {tail}" for family in families for stem in family.stems
                                              for tail in family.tails]), variant)  # fmt: skip
    words = _made_up(draws.of("mots absents"), "\n".join([base, *map(fold, (*stems, *tails, *LONG_WORDS))]))
    draw = draws.of("valeurs")
    stem, tail = iter(stems), iter(tails)

    def quoted() -> str:
        shape = draw.one(("{stem} d'{person}", "{stem} d'{person}, {tail}", "{stem} d'{person} {tail}"))
        return shape.format(stem=next(stem), tail=next(tail), person=next(friends))

    marked, signs, printed = (draws.of(purpose) for purpose in ("guillemets", "autres signes", "signes d'imprimerie"))

    def marks() -> str:
        both = [f'{marked.between(11, 98)}"', f"{marked.one('CDEFG')}:\\{marked.one(LABELS)}"]
        return " ".join([*marked.shuffled(both), f"{signs.between(2, 9)}{signs.one(SIGNS)}", printed.one(PRINTED)])

    addresses = draws.of("adresses")
    pages = addresses.shuffled([texts.web(addresses, scheme=True), texts.web(addresses, scheme=False)])
    months, years = draws.of("dates").some(range(1, 13), 4), draws.of("années").some(YEARS, 2)
    person = next(people)
    word, opening = next(words), draw.shuffled(setting.openings)
    then = draws.of("suite de la correction").one(("\n", "\n\n"))
    return Drawn(
        put=quoted(),
        renamed=quoted(),
        renamed_label=f"{draw.one(LABELS)} d'{next(people)}",
        readdressed=quoted(),
        edited=quoted(),
        corrected=f"{next(stem)} d'{next(friends)} & {draw.one(SECONDS)} {marks()} {pages[0]} {texts.mail(addresses, PEOPLE)}",
        usual=quoted(),
        refused=quoted(),
        kept=quoted(),
        single=quoted(),
        series=quoted(),
        plain=f"{bare[0]} d'{person}",
        plain_person=person,
        special=f"{next(stem)} d'{next(friends)} & {draw.one(SECONDS)} <{draw.between(2, 9)} {draw.one(UNITS)}> {marks()} {pages[1]}",
        unpriced=next(rows),
        free=next(rows),
        blank=next(rows),
        beside=next(rows),
        rounded=f"{next(rows)}, {texts.mail(addresses, PEOPLE)}",
        long=_long(draws.of("nom long")),
        neighbours=_neighbours(draws.of("noms voisins"), bare),
        brand=_brand(draws.of("marque"), stems, base),
        signs=_signs(draws.of("signes"), bare[1], next(people)),
        lot=Lot(f"d'{next(people)} & {draw.one(RELATIVES)}", first, next(tail), next(tail), (other, last)),
        price=_price(draw, 1, 990),
        corrected_price=_price(draw, 1, 990),
        amounts=_amounts(draws.of("montants extrêmes")),
        dear=_price(draw, 1010, draw.one((1990, MOST_PRICE))).replace(",", "."),
        negative=f"-{draw.between(1, draw.one((9, 990)))}",
        lettered=draw.one(LETTERED),
        whole=str(draws.of("prix entier").between(1, 990)),
        precise=f"{draw.between(11, 89)}{draws.of('trois décimales').one(',.')}{draw.between(11, 99)}{draw.between(1, 9)}",
        later=_later(draws.of("date à venir")),
        day=date(years[0], months[0], months[1]),
        corrected_day=date(years[1], months[2], months[3]),
        no_day=draw.one(NO_DAY if isleap(years[0]) else (*NO_DAY, LEAP_DAY)),
        no_february=draws.of("jour de février").one(NO_FEBRUARY),
        description=f"{opening[0]} L'été, {draw.one(setting.closings)}",
        long_description="\n".join(
            [
                *map(" ".join, zip(opening[:2], draws.of("long texte").some(setting.closings, 2), strict=True)),
                f"Format : {marks()}.",
                texts.particulars(draws.of("détails"), PEOPLE),
            ]
        ),
        corrected_description=f"{opening[1]} Déjà essayé, {marks()}, ça va.{then}{draw.one(setting.closings)} "
        + texts.particulars(draws.of("détails de la correction"), PEOPLE),
        absent=word,
        unknown=next(words),
        beyond=draw.between(1200, 8800) * draws.of("numéro lointain").one((1, 10, 100)),
        near=draws.of("numéro voisin").between(1, 9),
        page=draw.between(700, 9900),
        searches=_searches(draws.of("recherches piégées"), [next(words) for _time in range(5)]),
        values=_values(draws.of("valeurs piégées")),
        foreign=_site(draws.of("autre site"), next(words), next(words)),
        guessed=draws.of("jeton deviné").between(1, MOST_GUESSED),
        renamed_place=f"{draws.of('lieu renommé').one(LABELS)} d'{next(people)}",
    )


def _base(variant: Variant) -> str:
    """All texts of the base, folded."""
    items = (*variant.rows.item, *variant.own.item)
    return "\n".join(map(fold, [*_names(variant), *(row.description for row in items if row.description)]))


def _names(variant: Variant) -> list[str]:
    both = (variant.rows, variant.own)
    linked = [row.name for rows in both for row in (*rows.category, *rows.place)]
    return linked + [row.name for rows in both for row in rows.item]


def _made_up(draw: Draw, texts: str) -> Iterator[str]:
    """Words that no text holds, nor another one of them: nobody has their list."""
    made: list[str] = []
    while True:
        word = "".join(draw.one(OPENINGS) + draw.one(MIDDLES) for _syllable in range(2))
        word += draw.one(OPENINGS) + draw.one(ENDINGS)
        if word not in texts and not any(word in other or other in word for other in made):
            made.append(word)
            yield word


def _site(draw: Draw, one: str, two: str) -> str:
    place = draw.one(SITES).format(one=one, two=two, end=draw.one(SITE_ENDS))
    return f"{draw.one(('http', 'https'))}://{place}/"


def _rows(names: Sequence[str], variant: Variant) -> Iterator[str]:
    """Names that the base might hold, and does not; none holds another one, nor one of the base."""
    taken = list(map(fold, _names(variant)))
    for name in names:
        folded = fold(name)
        if not any(folded in other or other in folded for other in taken):
            taken.append(folded)
            yield name


def _long(draw: Draw) -> str:
    words = "Été à côté, forêt".split()
    while len(" ".join(words)) < 120:
        words.append(draw.one(LONG_WORDS))
    return " ".join(words)[:119].rstrip(" ,").ljust(119, "é") + "é"


def _brand(draw: Draw, stems: Sequence[str], base: str) -> Brand:
    """Three drawn vowels and a c: two of them and the c have an accent in one writing, all three may have another one in a search,
    where any letter may be a capital.
    """
    bare = ""
    while not bare or bare in base:
        vowels = draw.some(sorted(VOWELS), 3)
        bare = "".join(draw.one("bdfgklmnprstv") + vowel for vowel in vowels) + "c"
    first, _second, third = (draw.one(VOWELS[vowel]) for vowel in vowels)
    word = f"{bare[0]}{first}{bare[2:4]}{bare[4]}{third}ç"
    others = [
        draw.one([one for one in (*VOWELS[vowel], vowel) if one != mine])
        for vowel, mine in zip(vowels, (first, vowels[1], third), strict=True)
    ]
    turned = "".join(
        draw.one((sign, sign.upper())) for sign in f"{bare[0]}{others[0]}{bare[2]}{others[1]}{bare[4]}{others[2]}c"
    )
    one, two, three = stems[-3:]
    names = (f"{one} {word.capitalize()}", f"{two} {word} plat", f"{three} {draw.one((bare, word)).upper()}")
    searches = (bare.upper(), word, turned)
    return Brand(names, tuple(draw.shuffled(searches)))


def _neighbours(draw: Draw, stems: Sequence[str]) -> tuple[str, str]:
    """One begins with a small letter; or has an accent where the other one has a letter far after it."""
    one = draw.one(stems)
    one, two = sorted((one, draw.one([stem for stem in stems if stem[0] != one[0]])), key=fold)
    early = draw.one([person for person in ACCENTED if person.startswith("É")])
    late = draw.one([person for person in PEOPLE if person[0] in "IOUY"])
    return draw.one(
        ((f"{one[0].lower()}{one[1:]} d'{late}", f"{two} d'{early}"), (f"{two} d'{early}", f"{two} d'{late}"))
    )


def _signs(draw: Draw, stem: str, person: str) -> Signs:
    digit, other = draw.some("23456789", 2)
    first, second = draw.some("bfkmpvxz", 2)
    text = f"{digit}%_d"
    taken = (f"{digit} ou {other}", f"{digit}%{first}d", f"{digit}{first}{second}_d")
    return Signs(text, f"{stem} {text}'{person}", tuple(f"{stem} {one} d'{person}" for one in taken))


def _later(draw: Draw) -> date:
    year, month = draw.one(LATER_YEARS), draw.between(1, 12)
    return date(year, month, draw.between(13, monthrange(year, month)[1]))


def _price(draw: Draw, low: int, high: int) -> str:
    """With cents; a hundred times it is whole in floating point as well: rounding is no matter of some draws only."""
    while True:
        price = f"{draw.between(low, high)}.{draw.one(UNEVEN):02d}"
        if (float(price) * 100).is_integer():
            return price.replace(".", ",")


def _amounts(draw: Draw) -> tuple[Decimal, Decimal]:
    """Their cents are such as no list of prices in tens of cents has."""
    cents = [Decimal(draw.one(UNEVEN)) / 100 for _amount in range(2)]
    return cents[0], draw.between(10_000, draw.one((99_999, 999_999))) + cents[1]


def _searches(draw: Draw, words: Sequence[str]) -> tuple[str, ...]:
    """One of each kind, always.

    OR and or, « || », XOR, « && », comments of two kinds, a UNION, and the sign that ends a text early.
    """
    number, sign = draw.between(1, 9), draw.one("abcdefgh123456789")
    one, other = draw.shuffled(("OR", "or"))
    return tuple(
        draw.shuffled(
            [
                f"' {one} '{sign}'='{sign}",
                f"%' {other} {number}={number} -- ",
                f"{words[0]}' || {number} || '",
                f"{words[1]}' UNION SELECT {','.join(str(number + more) for more in range(5))} -- ",
                f"{words[2]}\\",
                f"{words[3]}\\' {draw.one(('OR', 'or'))} {number}={number} -- ",
                f"{words[4]}' {draw.one(('XOR', 'xor'))} {number} #",
                f"%' && {number}={number} #",
            ]
        )
    )


def _values(draw: Draw) -> tuple[str, ...]:
    number, sign, none = draw.between(1, 9), draw.one("abcdefgh123456789"), draw.between(700, 9900)
    values = [
        f"{none} OR {number}={number}",
        f"{none}' OR '{sign}'='{sign}",
        "'",
        f"{none} || {number}",
        f"{none} XOR {number}",
    ]
    return tuple(draw.shuffled(values))
