"""A very long word in each text of a row, as an address of the web is one: no screen is as wide."""

from __future__ import annotations

from string import ascii_letters, digits
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw

    from .stock import Item
    from .visitor import Site

ADVICE = (
    "Un mot très long, comme l'adresse d'un site, ne passe pas à la ligne tout seul : dans votre CSS, écrivez « overflow-wrap: anywhere; » pour "
    "body. Le tableau de la liste peut défiler seul, dans un bloc « overflow-x: auto »."
)
_LONG, _SHORT = range(56, 67), range(48, 53)
"""Signs without a break: wider than a telephone in any ordinary font; the second ones for names of categories and places."""


def address(draw: Draw) -> str:
    """A link as people share them, with a long word at its end."""
    return f"https://{draw.one(('drive', 'photos', 'docs', 'cloud'))}.example.com/{draw.one(('d', 'file', 'share', 's'))}/{_word(draw, _LONG)}"


def _word(draw: Draw, lengths: range) -> str:
    return "".join(draw.one(ascii_letters + digits) for _sign in range(draw.one(lengths)))


class Lengthened:
    """A row of which each text holds such a word, and the address of its page."""

    def __init__(self, site: Site, item: Item, href: str) -> None:
        draw = site.draws.of("mots très longs")
        self._site, self._item, self.href = site, item, href
        self._name = f"{item.name[:20].strip()} {address(draw)}"
        self._description = f"{site.drawn.description} {address(draw)}"
        self._words = _word(draw, _SHORT), _word(draw, _SHORT)

    def put(self, *, labels: bool) -> None:
        """Puts them in its name and its description; with `labels`, what its category and its place are called has some too, which
        lists of choices would show whole."""
        self._site.stock.change(self._item, name=self._name, description=self._description)
        self._rename(*(self._words if labels else ("", "")))

    def take_back(self) -> None:
        """Puts back what was there."""
        self._site.stock.change(self._item, name=self._item.name, description=self._item.description)
        self._rename("", "")

    def _rename(self, category: str, place: str) -> None:
        item, rename = self._item, self._site.stock.rename
        rename("category", item.category_id, f"Site {category}" if category else item.category)
        rename("place", item.place_id, f"Site {place}" if place else item.place)
