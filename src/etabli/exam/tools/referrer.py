"""What a page lets a browser say of it to the next one: the header ``Referrer-Policy`` and ``<meta name=referrer>``.

Within one site, most policies change nothing. The others are kept by address, for requests that come from such a page.
Source: Referrer Policy (W3C), and HTML standard (WHATWG), « referrer ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

NOBODY, PLACE = "no-referrer", "origin"
"""The page tells nobody that one comes from there, or its site alone; any other tells its own site all."""
_PLAIN: Final = (
    "", "no-referrer-when-downgrade", "same-origin", "origin-when-cross-origin", "strict-origin-when-cross-origin",
    "unsafe-url",
)  # fmt: skip
_KNOWN: Final = dict.fromkeys(_PLAIN, "") | {NOBODY: NOBODY, PLACE: PLACE, "strict-origin": PLACE}
_OLD: Final = {"never": NOBODY, "default": "", "always": "", "origin-when-crossorigin": ""}
_META: Final = re.compile(
    r"""<meta\b(?=[^<>]*\bname\s*+=\s*+["']?referrer\b)[^<>]*?\bcontent\s*+=\s*+(?:"([^"<>]*)"|'([^'<>]*)'|([^\s<>"']++))""",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"\bnoreferrer\b|\breferrerpolicy\b", re.IGNORECASE)
Policies = dict[str, str]
"""Of pages, by their address; of the others nothing is kept."""


def policy_of(headers: Mapping[str, str], text: str = "") -> str:
    """Returns `NOBODY`, `PLACE` or, for all others, ''.

    Args:
        headers: Of the answer; names are looked up without case.
        text: Its HTML.
    """
    said = headers.get("referrer-policy", "").lower().split(",")
    policy = next((_KNOWN[word.strip()] for word in reversed(said) if word.strip() in _KNOWN), "")
    for words in _META.findall(text) if "referrer" in text.lower() else ():
        word = "".join(words).strip().lower()
        policy = (_KNOWN | _OLD).get(word, policy) if word else policy
    return policy


def heed(policies: Policies, address: str, headers: Mapping[str, str], text: str = "") -> None:
    """Keeps what a page says, and forgets what it said before."""
    policies.pop(address, None)
    if policy := policy_of(headers, text):
        policies[address] = policy


def some_links_differ(text: str) -> bool:
    """Whether a link of this HTML may have a policy of its own."""
    return "referrer" in text.lower() and bool(_LINK.search(text))
