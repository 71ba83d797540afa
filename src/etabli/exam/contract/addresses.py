"""Addresses as others write them: what is none stays none, and is nobody's mistake but theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, unquote, urlencode, urljoin, urlsplit


def joined(base: str, address: str) -> str:
    """An address from the page that names it; '' when it is none, which browsers follow no more than we do.

    Example:
        >>> joined("http://x/a/", "b?c=1"), joined("http://x/", "http://[2001"), joined("http://x/", "//x:99999/")
        ('http://x/a/b?c=1', '', '')
    """
    try:
        whole = urljoin(base, address)
    except ValueError:
        return ""
    return whole if parts_of(whole) else ""


def form_encoded(pairs: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    """What a form sends, as browsers write it: of the signs that are no letter and no digit, ``*-._`` alone stay.

    Source: URL standard (WHATWG), « application/x-www-form-urlencoded percent-encode set ».

    Example:
        >>> form_encoded({"nom*": "a~b é"})
        'nom*=a%7Eb+%C3%A9'
    """
    return urlencode(pairs, safe="*").replace("~", "%7E")


def parts_of(address: str) -> SplitResult | None:
    """The parts of an address; None when it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # told only when it is asked for
    except ValueError:
        return None
    return parts


def same_page(first: str, second: str) -> bool:
    """Whether two addresses are those of one page, however their signs are written and wherever in it they point.

    Example:
        >>> same_page("http://x/?q=d%27Ivan#a", "http://x/?q=d'Ivan"), same_page("http://x/a", "http://x/b")
        (True, False)
    """
    return unquote(first).split("#")[0] == unquote(second).split("#")[0]
