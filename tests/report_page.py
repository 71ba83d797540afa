"""Reads a report as a browser does, without one: tags, attributes, text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "rect", "input"}


class Page(HTMLParser):
    """One page.

    Args:
        source: HTML.
        named: True after the click that shows names; False before; None to read everything.
    """

    def __init__(self, source: str, named: bool | None = None) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self._hidden_class = {None: None, True: "unnamed", False: "named"}[named]
        self._hidden_below: int | None = None
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if self._hidden_below is None and self._hidden_class in classes and tag not in VOID:
            self._hidden_below = len(self._open)
        if self._hidden_below is None:
            self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag, f"</{tag}> closes another element"
            if self._hidden_below == len(self._open):
                self._hidden_below = None

    def handle_data(self, data: str) -> None:
        if self._hidden_below is None and self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def attributes(self, name: str) -> list[str]:
        return [value for _tag, attributes in self.tags if (value := attributes.get(name)) is not None]
