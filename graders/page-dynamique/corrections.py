"""What is typed into the form that changes an item."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from string import ascii_lowercase
from typing import TYPE_CHECKING

from .formats import price_text
from .forms import Draft

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw

    from .stock import Item
    from .visitor import Site

_ACCENTS = dict(zip("eéaàiîoôuùcç", "éeàaîiôoùuçc", strict=True))


def changed_draft(site: Site, item: Item) -> Draft:
    """A draft that changes everything of an item."""
    kinds = {kind: list(site.stock.labels(kind).values()) for kind in ("category", "place")}
    choice, drawn = site.draws.of("choix de la correction"), site.drawn
    return Draft(
        name=drawn.corrected,
        category=choice.one([label for label in kinds["category"] if label != item.category]),
        place=choice.one([label for label in kinds["place"] if label != item.place]),
        price=drawn.corrected_price.replace(",", site.draws.of("virgule de la correction").one(",.")),
        date=f"{drawn.later:%d/%m/%Y}",
        description=drawn.corrected_description,
    )


def slightly(text: str, draw: Draw) -> str:
    """The text but for one slip of the pen, inside a word: a letter, an accent, a capital or a space more, less or another.

    Example:
        >>> slightly("Été", Draw(b"7")), slightly("12", Draw(b"7"))
        ('ÉtÉ', '12')
    """
    places = [
        found.start() for found in re.finditer(r"(?<=[^\W\d_])[^\W\d_](?=[^\W\d_])|(?<=[^\W\d_]{2})[^\W\d_]", text)
    ]
    accents = [at for at in places if text[at] in _ACCENTS]
    kind = draw.one(("other", "less", "more", "capital", "space", "accent")) if places else ""
    if not kind:
        return text
    at = draw.one(accents if kind == "accent" and accents else places)
    letter = text[at]
    new = {
        "other": draw.one([one for one in ascii_lowercase if one != letter.lower()]),
        "less": "",
        "more": letter + draw.one(ascii_lowercase),
        "capital": letter.swapcase(),
        "space": f" {letter}",
        "accent": _ACCENTS.get(letter, letter.swapcase()),
    }
    return text[:at] + new[kind] + text[at + 1 :]


def corrected_alone(site: Site) -> list[str]:
    """The fields that are corrected alone in a form that is sent as it came: one, or more."""
    draw = site.draws.of("champs corrigés")
    return draw.some(("name", "category", "place", "date", "description"), draw.one((1, 1, 2, 3)))


def slight(site: Site) -> list[str]:
    """Those of them in which what is corrected is a slip; each other field has its own when all are typed anew."""
    draw = site.draws.of("petites corrections")
    last = [kind for kind in ("name", "date", "description") if draw.below(2)]
    return [kind for kind in corrected_alone(site) if kind in last]


def but_for_a_slip(site: Site, values: Draft, kinds: Collection[str], purpose: str) -> dict[str, str]:
    """These values of a draft, of which each is a slip away from what the draft has: a letter, or a day; none of an empty one."""
    draw, near = site.draws.of(purpose), dict[str, str]()
    for kind in kinds:
        if kind == "date":
            day = datetime.strptime(values.date, "%d/%m/%Y").date() + timedelta(days=draw.one((-1, 1)))
            near[kind] = f"{day:%d/%m/%Y}"
        elif text := getattr(values, kind):
            near[kind] = slightly(text, draw)
    return near


def as_shown(item: Item) -> Draft:
    """What the form of an item shows before anything is typed."""
    price = "" if item.price is None else price_text(item.price).removesuffix(" €").replace(" ", "")
    return Draft(item.name, item.category, item.place, price, f"{item.date:%d/%m/%Y}", item.description or "")
