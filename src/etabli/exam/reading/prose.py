"""Text documents of Word and LibreOffice, as lines of plain text.

Sources: ECMA-376, part 1, clause 17 (WordprocessingML); OASIS Open Document Format 1.3, part 3, clauses 4 to 7.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from .archive import Archive
from .markup import END, START, TEXT, Event, walk, whole
from .ods.sheets import CONTENT, STYLES, refuse_encrypted, spacing
from .relations import main_part, relations

AROUND = ("header", "footer", "footnotes", "endnotes")
"""Parts of a Word document that stand around its body."""
WORD_SPACES = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NO = ("0", "false", "off")
_TINY_HALF_POINTS, _TINY_POINTS = 6, 3.0
"""With less, nobody reads it."""
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_FAR = re.compile(r"-?(?:(?:2[1-9]|[3-9]\d|\d{3,6})(?:\.\d{1,6})?cm|(?:9|[1-9]\d{1,6})(?:\.\d{1,6})?in)")
"""Beside a page, in a length of an open document."""
_LEAST_CONTRAST = 1.25
"""WCAG's contrast ratio with white: with less, nobody reads it."""
_LIGHT = ("background1", "light1")
"""White, in the words of a theme."""
ODT_HIDDEN = ("hidden-text", "hidden-paragraph")
ODT_ASIDE = ("annotation", "tracked-changes", "sequence-decls", "index-title-template")


def docx(archive: Archive, *, seen: bool = False) -> str:
    """Returns the text of a Word document: body, then headers, footers and notes; no deleted text, no comment.

    Args:
        archive: The open file.
        seen: Without what is hidden, white or tiny.

    Raises:
        Refused: It is damaged or too big.
    """
    main = main_part(archive)
    found = relations(archive, main).values()
    parts = [main, *sorted(one.target for one in found if one.kind in AROUND and one.target in archive)]
    hidden = _hiding_styles(archive, [one.target for one in found if one.kind == "styles" and one.target in archive])
    return "\n".join(line for part in parts for line in _word_lines(archive, part, seen, hidden))


def _hiding_styles(archive: Archive, parts: Iterable[str]) -> set[str]:
    """The styles whose text nobody sees, and those that are made from them."""
    hidden: set[str] = set()
    made_from: dict[str, str] = {}
    style = ""
    for part in parts:
        for event in walk(archive.read(part), part):
            if event.kind != START:
                continue
            if event.name == "style":
                style = event.attributes.get("styleId", "")
            elif event.name == "basedOn":
                made_from[style] = event.attributes.get("val", "")
            elif style and hides_in_word(event):
                hidden.add(style)
    while more := {one for one, other in made_from.items() if other in hidden and one not in hidden}:
        hidden |= more
    return hidden


def _word_lines(archive: Archive, part: str, seen: bool, hidden: Collection[str]) -> Iterator[str]:
    line: list[str] = []
    inside = unseen = veiled = False
    twins = 0
    for event in walk(archive.read(part), part):
        if event.name == "Fallback" and event.kind in (START, END):  # the same text box, for older readers
            twins += 1 if event.kind == START else -1
        elif twins:
            continue
        elif event.kind == TEXT and inside:
            line.append("" if seen and (unseen or veiled) else event.text)
        elif event.kind == START:
            inside = event.name == "t"
            styled = event.name in ("pStyle", "rStyle") and event.attributes.get("val", "") in hidden
            unseen = event.name != "r" and (unseen or hides_in_word(event) or (styled and event.name == "rStyle"))
            veiled = event.name != "p" and (veiled or (styled and event.name == "pStyle"))
            line.append(WORD_SPACES.get(event.name, ""))
        elif event.kind == END:
            inside = False
            if event.name == "p":
                yield "".join(line).strip()
                line.clear()


def hides_in_word(event: Event) -> bool:
    """Whether a property of a run makes that nobody sees it on white paper."""
    return veils_in_word(event) or is_pale(colour_in_word(event))


def veils_in_word(event: Event) -> bool:
    """Whether a property of a run makes that nobody sees it on any paper."""
    value = event.attributes.get("val", "")
    if event.name == "sz":
        return whole(value, _TINY_HALF_POINTS) < _TINY_HALF_POINTS
    return event.name == "vanish" and value not in _NO


def colour_in_word(event: Event) -> str:
    """The colour that a property gives a run's text; empty when it gives none."""
    if event.name != "color":
        return ""
    light = event.attributes.get("themeColor", "") in _LIGHT and "themeShade" not in event.attributes
    return "FFFFFF" if light else event.attributes.get("val", "")


def odt(archive: Archive, *, seen: bool = False) -> str:
    """Returns the text of a LibreOffice document: paragraphs, headings, tables, notes; no comment.

    Args:
        archive: The open file.
        seen: Without what is hidden, white or tiny.

    Raises:
        Refused: It is encrypted, damaged or too big.
    """
    refuse_encrypted(archive)
    return "\n".join(_odt_lines(archive, seen))


def open_margins(archive: Archive) -> list[str]:
    """Returns the lines of the headers and footers of a LibreOffice document, of text or of cells.

    Raises:
        Refused: It is damaged or too big.
    """
    return [*_odt_lines(archive, False, STYLES)] if STYLES in archive else []


def _odt_lines(archive: Archive, seen: bool, part: str = CONTENT) -> Iterator[str]:
    line: list[str] = []
    hidden: set[str] = set()
    style = ""
    around: list[bool] = []
    """Whether each element around the text hides it."""
    depth = aside = 0
    for event in walk(archive.read(part), part):
        if event.kind == START:
            style = event.attributes.get("name", "") if event.name == "style" else style
            if event.name == "text-properties" and hides_in_odt(event):
                hidden.add(style)
            around.append(event.name in ODT_HIDDEN or event.attributes.get("style-name") in hidden)
        elif event.kind == END:
            around.pop()
        if event.name in ODT_ASIDE and event.kind in (START, END):
            aside += 1 if event.kind == START else -1
        elif aside:
            continue
        elif event.kind == TEXT and depth:
            line.append("" if seen and any(around) else event.text)
        elif event.name in ("p", "h") and event.kind in (START, END):
            depth += 1 if event.kind == START else -1
            if line:
                yield "".join(line).strip()
                line.clear()
        elif event.kind == START and depth:
            line.append(spacing(event))


def hides_in_odt(event: Event) -> bool:
    """Whether a style makes that nobody sees its text on white paper."""
    return veils_in_odt(event) or is_pale(event.attributes.get("color", "").removeprefix("#"))


def veils_in_odt(event: Event) -> bool:
    """Whether a style makes that nobody sees its text on any paper."""
    size = event.attributes.get("font-size", "").removesuffix("pt")
    tiny = size.replace(".", "", 1).isdecimal() and float(size) < _TINY_POINTS
    beside = any(_FAR.match(event.attributes.get(side, "")) for side in ("margin-left", "text-indent"))
    return tiny or beside or event.attributes.get("display") == "none"


def is_pale(colour: str, ground: str = "FFFFFF") -> bool:
    """Whether nobody reads a text of this colour on paper of that one.

    Args:
        colour: Six hexadecimal digits; anything else is no colour of its own.
        ground: As `colour`; white paper where nothing is said.

    Example:
        >>> is_pale("FFFFFF"), is_pale("fefefe"), is_pale("C0C0C0"), is_pale("auto"), is_pale("FFFFFF", "1F3864")
        (True, True, False, False, False)
    """
    if not _HEX.fullmatch(colour) or not _HEX.fullmatch(ground):
        return False
    dark, light = sorted(map(_luminance, (colour, ground)))
    return (light + 0.05) / (dark + 0.05) < _LEAST_CONTRAST


def _luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
