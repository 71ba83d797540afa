"""Numbers that a browser sends: those of our rows, and no other; Python refuses to read one of 4,301 digits.

``{id:int}`` in a route is what this module says: a longer number leads nowhere, as any address that is not there.
"""

from __future__ import annotations

from starlette.convertors import IntegerConvertor, register_url_convertor

_DIGITS = 9
"""The numbers of rows have 32 bits."""


class RowNumber(IntegerConvertor):
    """The number of a row, in an address."""

    regex = f"[0-9]{{1,{_DIGITS}}}"


register_url_convertor("int", RowNumber())


def number_in(text: str, digits: int = _DIGITS) -> int | None:
    """Returns the number that a field holds; ``None`` when it is none, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
