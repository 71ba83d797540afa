"""Word documents as blocks.

Source: ECMA-376, part 1, clauses 17.3 (paragraphs and runs), 17.4.33 (cells), 17.7 (styles) and 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..archive import Archive
from ..markup import END, START, TEXT, Event, walk, whole
from ..prose import AROUND, WORD_SPACES, colour_in_word, is_pale, veils_in_word
from ..relations import main_part, relations
from ..told import BlockTold
from .building import Blocks, is_mono

_PAGE = 11_900
"""Twentieths of a point: A4 is as wide."""


@dataclass
class _Style:
    """What a style of Word says."""

    based: str = ""
    mono: bool | None = None
    number: str = ""
    heading: bool = False
    colour: str = ""
    ground: str = ""
    veiled: bool = False


def docx(archive: Archive) -> list[BlockTold]:
    """The blocks of a Word document: what stands around its pages, then its body.

    Raises:
        Refused: It is damaged or too big.
    """
    main = main_part(archive)
    related = [one for one in relations(archive, main).values() if one.target in archive]
    found = {one.kind: one.target for one in related}
    around = sorted({one.target for one in related if one.kind in AROUND})
    themed = _theme_fonts(archive, found["theme"]) if "theme" in found else {}
    styles = _word_styles(archive, found["styles"], themed) if "styles" in found else {}
    numbered = _word_numbers(archive, found["numbering"]) if "numbering" in found else None
    reader = _Docx(styles, numbered, themed)
    for part in (*around, main):
        for event in walk(archive.read(part), part):
            reader.take(event)
        reader.blocks.end()
    return reader.blocks.told


class _Docx:
    """Takes events, fills blocks.

    Args:
        styles: By their identifier.
        numbered: Whether each list, at each level, is numbered; None where no part says it: all are.
        themed: The fonts of the theme, by what names them.
    """

    def __init__(
        self,
        styles: Mapping[str, _Style],
        numbered: Mapping[tuple[str, str], bool] | None,
        themed: Mapping[str, str],
    ) -> None:
        self.blocks = Blocks()
        self._themed = themed
        self._styles = styles
        self._numbered = numbered
        self._style = _Style()
        self._number, self._level = "", "0"
        self._rows = self._twins = 0
        self._inside = self._properties = False
        self._own = _Style()
        """What the run says of itself."""
        self._grounds = {"tc": "", "p": "", "r": ""}
        """The colours behind the text."""
        self._level_of_ground = "p"

    def take(self, event: Event) -> None:
        """Takes one event."""
        if event.name == "Fallback" and event.kind in (START, END):  # the same text box, for older readers
            self._twins += 1 if event.kind == START else -1
        elif self._twins:
            return
        elif event.kind == TEXT:
            self.blocks.add(event.text if self._inside else "", self._is_mono(), self._is_unseen())
        elif event.kind == START:
            self._inside = event.name == "t"
            self._start(event.name, event.attributes.get("val", ""), event)
        elif event.kind == END:
            self._inside = False
            self._end(event.name)

    def _is_mono(self) -> bool:
        return bool(self._style.mono if self._own.mono is None else self._own.mono)

    def _is_unseen(self) -> bool:
        grounds = (self._grounds["r"], self._own.ground, self._grounds["p"], self._style.ground, self._grounds["tc"])
        ground = next((one for one in grounds if one not in ("", "auto")), "FFFFFF")
        return self._own.veiled or self._style.veiled or is_pale(self._own.colour or self._style.colour, ground)

    def _start(self, name: str, value: str, event: Event) -> None:
        if name == "txbxContent":  # its shape may have any colour
            self._grounds["tc"] = "shape"
        if name in self._grounds:
            self._level_of_ground, self._grounds[name] = name, ""
        if name in ("p", "tr", "tc"):
            self._begin(name)
        elif name == "shd":
            self._grounds[self._level_of_ground] = event.attributes.get("fill", "")
        elif name == "pPr":
            self._properties = True
        elif name == "pStyle":
            self._style = _resolved(self._styles, value)
            self._number = self._style.number
        elif name == "numId":
            self._number = value
        elif name == "ind":
            sides = [event.attributes.get(side, "").lstrip("-") for side in ("left", "start", "firstLine")]
            self._style.veiled = self._style.veiled or max(whole(one, 0) for one in sides) > _PAGE
        elif name == "ilvl":
            self._level = value
        elif name == "docPr":
            self.blocks.picture(event.attributes.get("descr") or event.attributes.get("title", ""))
        elif not self._properties:
            self._run(name, value, event)

    def _begin(self, name: str) -> None:
        """A paragraph, a row or a cell; paragraphs of a row are one block."""
        if name == "tr":
            self.blocks.end("row")
            self._rows += 1
        elif name == "tc":
            self.blocks.add(" | ")
        else:
            self._style, self._number, self._level = _Style(), "", "0"
            if self._rows:
                self.blocks.add("\n")
            else:
                self.blocks.end()

    def _run(self, name: str, value: str, event: Event) -> None:
        if name == "r":
            self._own = _Style()
        elif name == "rStyle":
            self._own = _resolved(self._styles, value)
        elif name == "highlight":
            self._grounds["r"] = "000000" if value == "black" else "FFFF00" if value != "none" else ""
        else:
            _take_look(self._own, event, self._themed)
        self.blocks.add(WORD_SPACES.get(name, ""), self._is_mono())

    def _end(self, name: str) -> None:
        if name == "txbxContent":
            self._grounds["tc"] = ""
        if name == "pPr":
            self._properties = False
            if not self._rows:
                self.blocks.kind = "heading" if self._style.heading else "item" if self._is_step() else "text"
            elif self._is_step():
                self.blocks.step()
        elif name == "tr":
            self._rows -= 1
            self.blocks.end()

    def _is_step(self) -> bool:
        if self._number in ("", "0"):
            return False
        return self._numbered is None or self._numbered.get((self._number, self._level), False)


def _take_look(style: _Style, event: Event, themed: Mapping[str, str]) -> None:
    """Takes what a property says of the look of a text."""
    if event.name == "rFonts":
        style.mono = is_mono(" ".join(themed.get(one, one) for one in event.attributes.values()))
    style.colour = colour_in_word(event) or style.colour
    style.veiled = style.veiled or veils_in_word(event)


def _theme_fonts(archive: Archive, part: str) -> Mapping[str, str]:
    """The fonts of a theme for Latin letters, by what a text calls them (clause 17.18.96)."""
    fonts: dict[str, str] = {}
    kind = ""
    for event in walk(archive.read(part), part):
        if event.kind == START and event.name in ("majorFont", "minorFont"):
            kind = event.name.removesuffix("Font")
        elif event.kind == START and event.name == "latin" and kind:
            fonts |= dict.fromkeys((f"{kind}HAnsi", f"{kind}Ascii"), event.attributes.get("typeface", ""))
    return fonts


def _word_styles(archive: Archive, part: str, themed: Mapping[str, str]) -> Mapping[str, _Style]:
    styles: dict[str, _Style] = {}
    current = _Style()
    for event in walk(archive.read(part), part):
        if event.kind != START:
            continue
        value = event.attributes.get("val", "")
        if event.name == "style":
            current = styles.setdefault(event.attributes.get("styleId", ""), _Style())
        elif event.name == "basedOn":
            current.based = value
        elif event.name == "shd":
            current.ground = event.attributes.get("fill", "")
        elif event.name == "numId":
            current.number = value
        elif event.name in ("outlineLvl", "name"):
            current.heading = (
                current.heading
                or (event.name == "outlineLvl" and value != "9")
                or bool(re.match(r"(?i)heading|titre|title", value))
            )
        else:
            _take_look(current, event, themed)
    return styles


def _resolved(styles: Mapping[str, _Style], name: str) -> _Style:
    """A style with what it takes from those that it is based on."""
    whole, seen = _Style(), set[str]()
    while name in styles and name not in seen:
        seen.add(name)
        one = styles[name]
        whole.mono = one.mono if whole.mono is None else whole.mono
        whole.number = whole.number or one.number
        whole.heading = whole.heading or one.heading
        whole.colour, whole.ground = whole.colour or one.colour, whole.ground or one.ground
        whole.veiled = whole.veiled or one.veiled
        name = one.based
    return whole


def _word_numbers(archive: Archive, part: str) -> Mapping[tuple[str, str], bool]:
    """Whether each list, at each level, is numbered."""
    kinds: dict[tuple[str, str], bool] = {}
    lists: dict[tuple[str, str], bool] = {}
    abstract, number, level = "", "", "0"
    for event in walk(archive.read(part), part):
        if event.kind != START:
            continue
        if event.name == "abstractNum":
            abstract, number = event.attributes.get("abstractNumId", ""), ""
        elif event.name == "num":
            number = event.attributes.get("numId", "")
        elif event.name == "lvl":
            level = event.attributes.get("ilvl", "0")
        elif event.name == "numFmt" and not number:
            kinds[abstract, level] = event.attributes.get("val", "") not in ("bullet", "none")
        elif event.name == "abstractNumId" and number:
            own = event.attributes.get("val", "")
            lists |= {(number, one): kind for (known, one), kind in kinds.items() if known == own}
    return lists
