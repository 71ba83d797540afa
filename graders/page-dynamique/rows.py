"""Rows of a variant: plausible, and with the same traps for everybody.

Every draw of rows holds: accents, apostrophes, `<` and `&` in names and in a
description, prices over 1 000, equal prices and equal dates whose order by name is
not their order by id, missing prices and descriptions, a category without item,
ids with gaps and in no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from etabli.exam.contract.draw import Draw

from .nouns import Family, Setting, fold
from .shape import ItemRow, LinkedRow, Rows

CATEGORIES = 6
PLACES = 5
ITEMS = (82, 88)
QUOTAS = (("<", 2), ("&", 2), ("dear", 4), ("'", 4))
MISSING_PRICES = 6
MISSING_DESCRIPTIONS = 8
FIRST_DAY = date(2025, 3, 1)
DAYS = 600
CENTS = (0, 0, 0, 50, 50, 90, 25, 5)
T = TypeVar("T")
Draft = dict[str, Any]
"""An item while traps are laid."""


@dataclass(frozen=True)
class Idea:
    """A possible item: its name and the family it belongs to."""

    name: str
    family: Family

    def is_kind(self, kind: str) -> bool:
        """Whether it fills the quota `kind`."""
        if kind == "dear":
            return self.name.startswith(self.family.dear) and not self.is_special
        return kind in self.name and (kind in "<&" or not self.is_special)

    @property
    def is_special(self) -> bool:
        """Whether its name holds a character that HTML reserves."""
        return "<" in self.name or "&" in self.name


def make_rows(setting: Setting, atelier: bytes, rows: bytes) -> Rows:
    """Rows drawn from `rows`; those of the workshop when both seeds are equal.

    The workshop's names and all others come from two halves of the corpus, so that
    no item of a training base is found again at grading.
    """
    half = 0 if rows == atelier else 1
    draw = Draw(b"rows|" + rows)
    families = draw.shuffled(_window(setting.families, CATEGORIES, half, atelier))
    spots = draw.shuffled(_window(setting.spots, PLACES, half, atelier))
    used = families[1:]  # the first one stays without item
    ideas = [idea for family in used for idea in _ideas(setting, family, atelier)[half::2]]
    taken = [family.name for family in families] + spots
    chosen = _choose(draw.shuffled(ideas), taken, draw.between(*ITEMS))
    category_ids = dict(zip((f.name for f in families), _ids(draw, CATEGORIES, 60), strict=True))
    place_ids = _ids(draw, PLACES, 60)
    return Rows(
        category=tuple(LinkedRow(number, name) for name, number in category_ids.items()),
        place=tuple(map(LinkedRow, place_ids, spots)),
        item=tuple(ItemRow(**item) for item in _items(setting, draw, chosen, category_ids, place_ids)),
    )


def _window(pool: Sequence[T], size: int, half: int, atelier: bytes) -> list[T]:
    """The first `size` of the pool for the workshop, the last ones for grading."""
    shuffled = Draw(b"window|" + atelier).shuffled(pool)
    return shuffled[:size] if half == 0 else shuffled[-size:]


def _ideas(setting: Setting, family: Family, atelier: bytes) -> list[Idea]:
    tails = family.tails + setting.less_than + setting.ampersands
    ideas = [Idea(f"{stem} {tail}", family) for stem in family.stems for tail in tails]
    return Draw(b"ideas|" + fold(family.name).encode() + b"|" + atelier).shuffled(ideas)


def _choose(ideas: list[Idea], taken: list[str], count: int) -> list[Idea]:
    """`count` ideas that fill the quotas; no name holds another one."""
    chosen: list[Idea] = []
    folded = [fold(name) for name in taken]
    for idea in _by_quota(ideas, count):
        name = fold(idea.name)
        if any(name in other or other in name for other in folded):
            continue
        folded.append(name)
        chosen.append(idea)
        if len(chosen) == count:
            break
    return chosen


def _by_quota(ideas: list[Idea], count: int) -> Iterator[Idea]:
    """Ideas of each quota first, then ordinary ones."""
    seen: list[Idea] = []
    for kind, quota in QUOTAS:
        kinds = [idea for idea in ideas if idea.is_kind(kind) and idea not in seen]
        seen += kinds[:quota]
    yield from seen
    yield from (idea for idea in ideas if idea not in seen and not idea.is_special)


def _ids(draw: Draw, count: int, top: int) -> list[int]:
    return draw.some(range(2, top), count)


def _price(draw: Draw, low: int, high: int) -> str:
    return f"{draw.between(low, high)}.{draw.one(CENTS):02d}"


def _day(draw: Draw) -> str:
    """One of some sixty days, so that several items share one."""
    return (FIRST_DAY + timedelta(days=draw.below(DAYS // 10) * 10 + 3)).isoformat()


def _description(setting: Setting, draw: Draw) -> str:
    return f"{draw.one(setting.openings)} {draw.one(setting.closings)}"


def _items(
    setting: Setting, draw: Draw, chosen: list[Idea], category_ids: dict[str, int], place_ids: list[int]
) -> list[Draft]:
    ids = _ids(draw, len(chosen), 480)
    items: list[Draft] = [
        {
            "id": number,
            "name": idea.name,
            "description": _description(setting, draw),
            "price": _price(draw, *idea.family.prices),
            "date": _day(draw),
            "category": category_ids[idea.family.name],
            "place": draw.one(place_ids),
        }
        for number, idea in zip(ids, chosen, strict=True)
    ]
    _lay_traps(setting, draw, chosen, items)
    return draw.shuffled(items)


def _lay_traps(setting: Setting, draw: Draw, chosen: list[Idea], items: list[Draft]) -> None:
    dear = [item for item, idea in zip(items, chosen, strict=True) if idea.is_kind("dear")][:4]
    for item in dear:
        item["price"] = _price(draw, 1010, 1990)
    others = draw.shuffled([item for item in items if item not in dear])
    _tie(others[0:2], "price")
    _tie(others[2:4], "date")
    others[4]["description"] = draw.one(setting.marked)
    for item in others[5 : 5 + MISSING_PRICES]:
        item["price"] = None
    for item in others[8 : 8 + MISSING_DESCRIPTIONS]:
        item["description"] = None


def _tie(pair: list[Draft], key: str) -> None:
    """Give both the same value, and ids against the order of their names."""
    first, second = sorted(pair, key=lambda item: fold(item["name"]))
    second[key] = first[key]
    low, high = sorted((first["id"], second["id"]))
    first["id"], second["id"] = high, low
