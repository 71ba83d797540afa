"""LibreOffice documents as blocks.

Source: OASIS Open Document Format 1.3, part 3, clauses 5.3 (lists), 10.4 (frames), 16.27 to 16.30 (styles).
"""

from __future__ import annotations

from ..archive import Archive
from ..markup import END, START, TEXT, Event, walk
from ..ods.sheets import CONTENT, STYLES, refuse_encrypted, spacing
from ..prose import ODT_ASIDE, ODT_HIDDEN, is_pale, veils_in_odt
from ..told import BlockTold
from .building import Blocks, is_mono


def odt(archive: Archive) -> list[BlockTold]:
    """The blocks of a LibreOffice document.

    Raises:
        Refused: It is encrypted, damaged or too big.
    """
    refuse_encrypted(archive)
    reader = _Odt()
    for part in (STYLES, CONTENT):
        if part in archive:
            for event in walk(archive.read(part), part):
                reader.take(event)
    reader.blocks.end()
    return reader.blocks.told


_HIDDEN = " hidden"
"""In the place of a style's name, for an element that nobody sees."""


class _Odt:
    """Takes events, fills blocks."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._fonts: dict[str, str] = {}
        self._style = ""
        self._based: dict[str, str] = {}
        self._looks: dict[str, dict[str, str]] = {_HIDDEN: {"veiled": "yes"}}
        """What each style says of the look of its text."""
        self._listed: dict[str, dict[str, bool]] = {}
        self._lists: list[str] = []
        self._around: list[str] = []
        """The style of each element around the text."""
        self._rows = self._depth = self._aside = 0
        self._words: list[str] | None = None
        """Of a frame, which may hold a picture."""
        self._drawn = self._begun = False
        """Whether the frame holds a picture; whether an item of a list has just begun."""
        self._told = False

    def take(self, event: Event) -> None:
        """Takes one event."""
        if event.name in ODT_ASIDE and event.kind in (START, END):
            self._aside += 1 if event.kind == START else -1
        if event.kind == START:
            hidden = event.name in ODT_HIDDEN or (event.name == "section" and event.attributes.get("display") == "none")
            self._around.append(_HIDDEN if hidden else event.attributes.get("style-name", ""))
            self._start(event)
        elif event.kind == END:
            self._around.pop()
            self._end(event)
        elif event.kind == TEXT and not self._aside:
            if self._told and self._words is not None:
                self._words.append(event.text)
            elif self._depth:
                self.blocks.add(event.text, self._is_mono(), self._is_unseen())

    def _is_mono(self) -> bool:
        return self._look("mono") == "yes"

    def _is_unseen(self) -> bool:
        return self._look("veiled") == "yes" or is_pale(self._look("color"), self._look("ground") or "FFFFFF")

    def _look(self, what: str) -> str:
        """What the nearest style that says it says; empty when none does."""
        for name in reversed(self._around):
            seen = set[str]()
            while name and name not in seen:
                if found := self._looks.get(name, {}).get(what):
                    return found
                seen.add(name)
                name = self._based.get(name, "")
        return ""

    def _start(self, event: Event) -> None:
        name, attributes = event.name, event.attributes
        if name == "font-face":
            self._fonts[attributes.get("name", "")] = (
                f"{attributes.get('font-family', '')} {attributes.get('name', '')}"
            )
        elif name in ("style", "list-style"):
            self._style = attributes.get("name", "")
            self._based[self._style] = attributes.get("parent-style-name", "")
        elif name.endswith("-properties"):
            self._take_look(event)
        elif name.startswith("list-level-style-"):
            self._listed.setdefault(self._style, {})[attributes.get("level", "1")] = name.endswith("number")
        elif name == "list":
            self._lists.append(attributes.get("style-name", "") or (self._lists[-1] if self._lists else ""))
        elif name == "table-row":
            self.blocks.end("row")
            self._rows += 1
        elif name == "table-cell":
            self.blocks.add(" | ")
        elif name == "frame":
            self._words, self._drawn = [], False
        elif name in ("image", "object"):
            self._drawn = True
        elif name == "list-item":
            self._begun = True
        elif name in ("title", "desc") and self._words is not None:
            self._told = True
        elif name in ("p", "h"):
            self._depth += 1
            numbers = self._listed.get(self._lists[-1], {}).get(str(len(self._lists))) if self._lists else False
            if self._depth == 1 and not self._rows:
                self.blocks.end("heading" if name == "h" else "item" if numbers and self._begun else "text")
            else:
                self.blocks.add("\n")
                if numbers and self._begun:
                    self.blocks.step()
            self._begun = False
        elif name == "note":
            self.blocks.add(" ")
        elif self._depth and not self._aside:
            self.blocks.add(spacing(event), self._is_mono())

    def _take_look(self, event: Event) -> None:
        look = self._looks.setdefault(self._style, {})
        for what, key in (("color", "color"), ("background-color", "ground"), ("fill-color", "ground")):
            if value := event.attributes.get(what, "").removeprefix("#").replace("transparent", ""):
                look[key] = value
        font = event.attributes.get("font-name") or event.attributes.get("font-family", "")
        if font:
            look["mono"] = "yes" if is_mono(f"{font} {self._fonts.get(font, '')}") else "no"
        if veils_in_odt(event):
            look["veiled"] = "yes"

    def _end(self, event: Event) -> None:
        if event.name == "list" and self._lists:
            self._lists.pop()
        elif event.name == "table-row":
            self._rows -= 1
            self.blocks.end()
        elif event.name in ("title", "desc"):
            self._told = False
        elif event.name == "frame":
            if self._drawn:
                self.blocks.picture("".join(self._words or ()))
            self._words, self._drawn = None, False
        elif event.name in ("p", "h"):
            self._depth -= 1
