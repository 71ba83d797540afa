"""What a row holds otherwise than it was typed, in French."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from etabli.exam.contract.words import cut, squeeze

from .formats import quote

if TYPE_CHECKING:
    from .forms import Draft
    from .stock import Item
    from .visitor import Site

TEXTS = ("name", "description")
LEAST_ALIKE = 8
"""Letters that two texts have in common, of which one was made of the other."""
BEFORE, SHOWN = 20, 60
"""Of a long text, what is quoted before the first difference, and in all."""
_OF_ADDRESSES = ("://", "www.", "@")
AS_IT_COMES = (
    "Un texte s'enregistre tel qu'il arrive, sauf les espaces des deux bouts : adresses, retours à la ligne, majuscules et émojis compris. "
    "Cherchez ce qui le change avant la requête (preg_replace, str_replace, strip_tags, filter_var ; re.sub, replace en Python)."
)


def problems(site: Site, item: Item, values: Draft) -> list[str]:
    """What was not stored as it was typed."""
    stored_price = "" if item.price is None else f"{item.price:.2f}"
    pairs = {
        "name": (item.name.strip(), values.name),
        "category": (item.category, values.category),
        "place": (item.place, values.place),
        "price": (stored_price, f"{Decimal(values.price.replace(',', '.')):.2f}" if values.price else ""),
        "date": (f"{item.date:%d/%m/%Y}", values.date),
        "description": (_lines(item.description or ""), _typed(site, values.description)),
    }
    return [
        f"{quote(site.words.fields[kind])} {_told(found, typed)}"
        for kind, (found, typed) in pairs.items()
        if found != typed
    ]


def reworked(site: Site, item: Item, values: Draft) -> bool:
    """Whether the first thing that is wrong is a text of which a part was stored, or which was changed."""
    pairs = {kind: (getattr(item, kind) or "", getattr(values, kind)) for kind in TEXTS}
    wrong = problems(site, item, values)
    kinds = [kind for kind in TEXTS if wrong and wrong[0].startswith(quote(site.words.fields[kind]))]
    return any(_alike(*map(squeeze, pairs[kind])) >= LEAST_ALIKE for kind in kinds)


def lacks_addresses(site: Site, item: Item, values: Draft) -> bool:
    """Whether addresses alone are gone from what was typed: no other check types any."""
    texts = {kind: (getattr(item, kind) or "").strip() for kind in TEXTS}
    same = all(_without_addresses(texts[kind]) == _without_addresses(getattr(values, kind)) for kind in TEXTS)
    fewer = any(len(texts[kind].split()) < len(getattr(values, kind).split()) for kind in TEXTS)
    return same and fewer and not problems(site, item, values.but(**texts))


def _without_addresses(text: str) -> str:
    return " ".join(word for word in text.split() if not any(sign in word for sign in _OF_ADDRESSES))


def _alike(one: str, other: str) -> int:
    """How many signs two texts have in common at their beginning."""
    both = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in both if left != right), min(len(one), len(other)))


def _lines(text: str) -> str:
    """A text without the spaces of its ends; its lines end as a program writes them."""
    return re.sub(r"\r\n?", "\n", text).strip()


def _typed(site: Site, text: str) -> str:
    """A description as its field takes it."""
    return _lines(text).replace("\n", " ") if site.one_line else _lines(text)


def _told(found: str, typed: str) -> str:
    if found and squeeze(found) == squeeze(typed):
        what = "ses retours à la ligne" if found.count("\n") != typed.count("\n") else "toutes ses espaces"
        return f"n'a plus {what}, ou en a d'autres"
    start = _alike(found, typed) if max(len(found), len(typed)) > SHOWN else 0
    first = max(0, start - BEFORE)
    shown = [f"{'…' if first else ''}{cut(squeeze(text[first:]), SHOWN)}" for text in (found, typed)]
    return (
        f"{f'vaut {quote(shown[0])}' if found else 'est vide dans la base,'} "
        f"au lieu de {quote(shown[1]) if typed else 'rien'}"
    )
