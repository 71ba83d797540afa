"""Addresses as others write them: what is none stays none, and is nobody's mistake but theirs."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit


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


def parts_of(address: str) -> SplitResult | None:
    """The parts of an address; None when it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # told only when it is asked for
    except ValueError:
        return None
    return parts
