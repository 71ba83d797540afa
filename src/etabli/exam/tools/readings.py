"""What still pages said when they were looked at: the same page, however often it comes, is asked each question once.

Nothing runs in a still page (:mod:`etabli.exam.tools.still`), so what our scripts read there depends on its address and
on its HTML. When the same HTML comes from there again and is only looked at, the tab need not show it at all, provided
that the server would not have noticed: all that the page asks for is there, kept as browsers keep it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any, Final

from etabli.exam.tools.tab import Tab

MOST: Final = 8_000_000
"""Signs of HTML whose readings are kept: a site that never sends the same page twice does not fill our memory."""


@dataclass
class _Page:
    """One page, as it came."""

    said: dict[str, Any] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    """What it may have asked for when it was shown: all that pages of the site had asked for by then."""


class Readings:
    """What was read in the still pages of one exam."""

    def __init__(self) -> None:
        self._pages: dict[bytes, _Page] = {}
        self._had = 0

    def of(self, tab: Tab, script: str, *args: object) -> Any:
        """What a script that changes nothing gives in the page now shown.

        Args:
            tab: Where it is shown.
            script: Its text.
            *args: Plain values.

        Raises:
            BrowserError: As for `Tab.run`.
        """
        page = self._page(tab)
        if page is None:
            return tab.look(script, *args)
        asked = json.dumps([script, args])
        if asked not in page.said:
            page.said[asked] = tab.look(script, *args)
            page.parts |= tab.wanted
        return page.said[asked]

    def spare(self, tab: Tab) -> bool:
        """Whether the page that was given need not be shown yet: it was read before, and would ask for nothing more."""
        page = self._page(tab)
        return page is not None and bool(page.said) and all(map(tab.parts.get, page.parts))

    def _page(self, tab: Tab) -> _Page | None:
        """What is known of the page as it was given; None for any other, or when enough is kept."""
        given = tab.given
        if given is None or not given.source or not tab.untouched:
            return None
        name = blake2s(f"{tab.address}\n{given.source}".encode("utf-8", "surrogatepass")).digest()
        if name not in self._pages and self._had + len(given.source) <= MOST:
            self._had += len(given.source)
            self._pages[name] = _Page()
        return self._pages.get(name)
