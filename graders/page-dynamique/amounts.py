"""Amounts as visitors write them: each writing that the brief allows is taken, by the form that adds and by the one that changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etabli.exam import Failed

from .differences import problems
from .forms import deliver, field_of
from .tokens import refreshed

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.contract.values import Form

    from .forms import Draft
    from .stock import Item
    from .visitor import Site

MOST_PRICE = 99_000
SMALL = 1, 990
TENTHS = "123456789"
TENS = tuple(f"{tenth}0" for tenth in TENTHS)
TAKEN = "Un nombre positif ou nul, deux décimales au plus, avec une virgule ou un point : 12, 12,5 ou 12,50."


def decimals(draw: Draw) -> list[str]:
    """One decimal and two, the last one 0, after a comma and after a point, of less than a thousand and of thousands; 0 with some.

    Example:
        >>> from etabli.exam.contract.draw import Draw
        >>> decimals(Draw(b"7"))
        ['26,5', '1021.8', '1132,10', '540.40', '0,00']
    """
    signs, large = draw.shuffled(",."), (1010, draw.one((1990, MOST_PRICE)))
    sizes = ((SMALL, TENTHS), (large, TENTHS), (large, TENS), (SMALL, TENS))
    made = [_number(draw, *size, sign) for size, sign in zip(sizes, signs * 2, strict=True)]
    return [*made, f"0{draw.one(',.')}{draw.one(('0', '00'))}"]


def _number(draw: Draw, between: tuple[int, int], tails: Sequence[str], sign: str) -> str:
    """A hundred times it is whole in floating point as well: rounding is no matter of some draws only."""
    while True:
        whole, tail = draw.between(*between), draw.one(tails)
        if (float(f"{whole}.{tail}") * 100).is_integer():
            return f"{whole}{sign}{tail}"


@dataclass(frozen=True)
class Sent:
    """A form as it was filled in and sent: where it is, what of it, and the draft that this is."""

    form: Form
    page: str
    data: Sequence[tuple[str, str]]
    values: Draft


def not_taken(site: Site, sent: Sent, amounts: Sequence[str], row: Callable[[], Item | None]) -> list[str]:
    """Those of these amounts with which the form does not store what it holds, sent as a program does, all else as it was.

    Where the form cannot be sent so, or has no such field, that is each of them. `row`: the one that was just stored.
    """
    field = field_of(site, sent.form, "price")
    if field is None or field.name not in dict(sent.data):
        return list(amounts)
    visitor, refused = site.visitor(), list[str]()
    site.acts()
    for amount in amounts:
        written = amount.replace(",", ".") if field.kind == "number" else amount  # as a browser sends it
        stored: Item | None = None
        with suppress(Failed):  # what does not answer has stored nothing that is wanted
            fresh = refreshed(visitor, sent.form, sent.data, sent.page)
            data = [(name, written if name == field.name else value) for name, value in fresh]
            deliver(visitor, sent.form, data, sent_from=sent.page, redirects=False)
            stored = row()
        if stored is None or problems(site, stored, sent.values.but(price=amount)):
            refused.append(amount)
    return refused
