"""What a form hides: its tokens, and what else its page gives to whoever asks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING

from etabli.exam.reading.markup import bounded

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.contract.values import Form
    from etabli.exam.tools.http import Http

_SIGNS = tuple(map(frozenset, (digits, "0123456789abcdef", "0123456789ABCDEF", ascii_lowercase, ascii_uppercase)))
"""What a token is made of, the narrowest first."""


def hidden_fields(source: str, place: int) -> dict[str, str]:
    """Hidden fields of a page's forms; of two that bear the same name, that of the form at `place`, counted from 0."""
    found = _Hidden()
    found.feed(bounded(source))
    own = found.forms[place : place + 1]
    return {name: value for form in [*found.forms, *own] for name, value in form.items()}


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and given.get("type", "").lower() == "hidden" and given.get("name"):
            self.forms[-1][given["name"]] = given.get("value", "")


def refreshed(visitor: Http, form: Form, data: Sequence[tuple[str, str]], page_address: str) -> list[tuple[str, str]]:
    """What this visitor sends with the same form, once its page is asked for again: other hidden fields, the rest as it was."""
    hidden = {field.name for field in form.fields if field.kind == "hidden"}
    known = hidden_fields(visitor.get(page_address).readable, form.index)
    return [(name, known.get(name, old) if name in hidden else old) for name, old in data]


def is_token(name: str, value: str) -> bool:
    """Whether a hidden field is meant as a token: by its name, or by a long value that no one types."""
    return bool(value) and bool(
        re.search(r"csrf|xsrf|jeton|token|nonce", name, re.IGNORECASE) or re.fullmatch(r"(?=.*\d)[\w+/=.-]{16,}", value)
    )


def another_token(value: str, draw: Draw, *, late: bool = False) -> str:
    """A token of the same look, whose first half, or `late` one, is another: letters for letters, digits for digits.

    The last sign of some may change without what it stands for being another: it stays.
    """
    half = max(1, len(value) // 2)
    start, end = (half, len(value) - 1) if late and len(value) > half + 1 else (0, half)
    kinds = [kind for kind in _SIGNS if set(value) <= kind] + [kind for kind in _SIGNS if len(kind) in (10, 26)]

    def other(sign: str) -> str:
        like = next((kind for kind in kinds if sign in kind), frozenset(sign))
        return draw.one(sorted(like - {sign}) or [sign])

    return value[:start] + "".join(map(other, value[start:end])) + value[end:]
