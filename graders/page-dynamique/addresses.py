"""Addresses that the site does not give: its own, with another value or another identifier in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from urllib.parse import quote as percent

from etabli.exam.contract.addresses import form_encoded

if TYPE_CHECKING:
    from .reading import Entry

SUSPICIOUS = re.compile(r"suppr|delet|effac|retir|remove|modif|edit|action|vider|reset", re.IGNORECASE)
"""Addresses that a careless site lets change something."""


def with_values(address: str, value: str, *, after: bool = False) -> list[str]:
    """The address with each parameter replaced by `value`, one at a time; or with `value` `after` what it has.

    Example:
        >>> with_values("http://x/?rayon=3", "'"), with_values("http://x/?rayon=3", " z", after=True)
        (['http://x/?rayon=%27'], ['http://x/?rayon=3+z'])
    """
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    changed = []
    for place, (name, old) in enumerate(pairs):
        if old:
            query = form_encoded([*pairs[:place], (name, (old if after else "") + value), *pairs[place + 1 :]])
            changed.append(urlunsplit(parts._replace(query=query)))
    return changed


def value_addresses(address: str, value: str) -> list[str]:
    """The address with `value` after what each parameter has, one at a time; where it has none, after a number that ends its path.

    Example:
        >>> value_addresses("http://x/page/2", " z"), value_addresses("http://x/?page=2", " z")
        (['http://x/page/2%20z'], ['http://x/?page=2+z'])
    """
    parts = urlsplit(address)
    if parts.query or not re.search(r"/\d+/?$", parts.path):
        return with_values(address, value, after=True)
    return [urlunsplit(parts._replace(path=parts.path.rstrip("/") + percent(value, safe="")))]


def filter_addresses(address: str, value: str) -> list[str]:
    """Addresses of a filtered list with a hostile value, in its parameters or its last segment."""
    changed = with_values(address, value)
    if changed:
        return changed
    head, _, last = urlsplit(address).path.rpartition("/")
    return [urlunsplit(urlsplit(address)._replace(path=f"{head}/{percent(value, safe='')}"))] if last else []


def item_address(first: Entry, second: Entry, value: str) -> list[str]:
    """The address of an item with another identifier; none when both have the same address."""
    head, mine, tail = split_identifier(first.href, second.href)
    return [f"{head}{percent(value, safe='')}{tail}"] if mine else []


def altered_addresses(first: str, second: str, free: int, word: str) -> list[str]:
    """The address of an item that does not exist, from those of two that do.

    What differs between the two addresses is the identifier, a number or a word.

    Example:
        >>> altered_addresses("http://x/f.php?id=3", "http://x/f.php?id=12", 900, "igloo")
        ['http://x/f.php?id=900']
    """
    head, mine, tail = split_identifier(first, second)
    if not mine:
        return []
    if mine.isdigit():
        return [f"{head}{free}{tail}"]
    if re.search(r"\d", mine):
        return [f"{head}{re.sub(r'[0-9]+', str(free), mine)}{tail}"]
    return [f"{head}{mine}-{word}{tail}"]


def split_identifier(first: str, second: str) -> tuple[str, str, str]:
    """What two addresses share at both ends, and the first one's own part, cut at word borders."""
    words, others = (re.split(r"([/?&=#;,])", address) for address in (first, second))
    start = 0
    while start < min(len(words), len(others)) and words[start] == others[start]:
        start += 1
    end = 0
    while end < min(len(words), len(others)) - start and words[-1 - end] == others[-1 - end]:
        end += 1
    stop = len(words) - end
    return "".join(words[:start]), "".join(words[start:stop]), "".join(words[stop:])
