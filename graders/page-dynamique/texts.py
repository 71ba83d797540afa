"""What ordinary texts hold, and a program may take for something else: addresses, a telephone, capitals, an emoji, spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etabli.exam.contract.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etabli.exam.contract.draw import Draw

HOSTS = ("example.com", "example.net", "example.org")
"""Nobody's (RFC 2606)."""
PARTS = ("avis", "notice", "photos", "plan", "video")
CAPITALS = ("À NE PAS MANQUER", "À VOIR VITE", "DERNIERS JOURS", "TRÈS DEMANDÉ")
LONG_LETTERS = ("Bravooo", "Hmmm", "Merciii", "Ouiii", "Waouhhh")
EMOJIS = "🌿🎁🎈🎉👍📦🔧😀"


def web(draw: Draw, *, scheme: bool) -> str:
    """The address of a page: with « https:// » and no « www », or the other way round."""
    start = f"{draw.one(('http', 'https'))}://" if scheme else "www."
    return f"{start}{draw.one(HOSTS)}/{draw.one(PARTS)}"


def mail(draw: Draw, people: Sequence[str]) -> str:
    """An address of e-mail."""
    return f"{fold(draw.one(people))}@{draw.one(HOSTS)}"


def particulars(draw: Draw, people: Sequence[str]) -> str:
    """Sentences with an address of each kind, a telephone number of no subscriber, capitals, an emoji, letters and spaces that
    are repeated.
    """
    pages = draw.shuffled([web(draw, scheme=True), web(draw, scheme=False)])
    phone = f"06 39 98 {draw.below(100):02d} {draw.below(100):02d}"
    asked = f"{draw.one(CAPITALS)} {draw.one(EMOJIS)} {'!' * draw.between(2, 4)}"
    return (
        f"Voir {pages[0]} et {pages[1]} ; écrire à {mail(draw, people)} ou appeler le {phone}. "
        f"{asked}{' ' * draw.between(2, 3)}{draw.one(LONG_LETTERS)}."
    )
