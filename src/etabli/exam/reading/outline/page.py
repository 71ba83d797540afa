"""Web pages as blocks.

Sources: HTML Living Standard; CSS Cascading Level 4, for selectors of one element only.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from ..markup import bounded
from ..prose import is_pale
from ..told import BlockTold
from .building import Blocks, is_mono

_BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section summary table tbody thead tr ul".split()
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_TYPED = ("code", "pre", "kbd", "samp", "tt")
_UNSEEN = ("script", "style", "template", "head", "noscript")
_INSTEAD = ("audio", "canvas", "datalist", "iframe", "object", "video")
"""Elements whose text is only for programs that do not know them."""
_BY_SIZE = (
    r"(?<![-\w])(?:max-)?(?:height|width|block-size|inline-size):"
    r"(?:[0-5](?:\.\d+)?(?:px|pt)|0?\.[0-4]\d*r?em|0(?:\.[01]\d*)?(?:cm|in|v[hw])|[01]%|1|0(?!\.?\d)\w*)\s*(?=[;!]|$)"
)
_CUT = r"overflow(?:-[xy])?:(?:hidden|clip|auto|scroll)"
_FAR = r"(?:\d{3}|(?:[2-9]\d|1\d)(?:r?em|cm|in|v[hw]))"
_HIDING = re.compile(
    r"display:none|content-visibility:hidden|opacity:(?:0?\.0\d*|0(?!\.?\d)|\d%)|opacity\(0?(?:\.0\d*)?%?\)|"
    rf"(?:left|top|right|bottom|inset[\w-]*|text-indent|margin-left|margin-top|margin-inline-start):-{_FAR}|"
    rf"(?<![-\w])(?:inset|translate):[^;]*-{_FAR}|(?<![-\w])zoom:0(?:\.0\d*)?%?\s*(?:[;!]|$)|"
    rf"(?<![-\w])margin:(?:[^;]*\s)?-{_FAR}|(?:left|text-indent):\d{{4}}|"
    r"scale(?:[xy]|3d)?\(0?(?:\.0\d*)?[,)]|(?<![-\w])scale:0?(?:\.0\d*)?(?:[;\s!]|$)|translate[xy]?\([^)]*-\d{4}|rotate[xy]\(-?90deg|"
    r"(?<![-\w])(?:-webkit-text-fill-)?color:(?:transparent|#(?:[\da-f]{3}|[\da-f]{6}0)0(?![\da-f])|(?:rgb|hsl)a?\((?:(?:[^,)]+,){3}|[^)]*/)\s?0?(?:\.0\d*)?%?\))|"
    r"(?<![-\w])clip:rect\([01]|clip-path:(?:inset\((?:[5-9]\d%|[^)]*\d{3}%)|(?:circle|ellipse)\(0)|"
    r"clip-path:polygon\(0\w*%? 0\w*%?(?:,\s?0\w*%? 0\w*%?)+\)|"
    r"grid-template-rows:0(?:fr|px)?\s*(?:[;!]|$)|"
    rf"{_BY_SIZE}(?s:.*){_CUT}|{_CUT}(?s:.*){_BY_SIZE}"
)
"""In declarations without spaces around their signs."""
_LENGTH = re.compile(r"(\d*\.?\d+)([a-z]+|%)?")
_IN_PX = {
    "px": 1,
    "pt": 1.33,
    "rem": 16,
    "": 1,
    "cm": 38,
    "mm": 3.8,
    "in": 96,
    "pc": 16,
    "vw": 12,
    "vh": 8,
    "vmin": 8,
    "vmax": 12,
}
_LEAST_PX = 5.3
"""Of letters that somebody reads: four points."""
_COLOUR = re.compile(r"(?<![-\w])(color|background|background-color):([^;!]+)")
_NAMED = {
    "white": "FFFFFF",
    "snow": "FFFAFA",
    "ivory": "FFFFF0",
    "whitesmoke": "F5F5F5",
    "ghostwhite": "F8F8FF",
    "floralwhite": "FFFAF0",
    "mintcream": "F5FFFA",
    "azure": "F0FFFF",
    "lightyellow": "FFFFE0",
    "aliceblue": "F0F8FF",
    "honeydew": "F0FFF0",
    "seashell": "FFF5EE",
    "black": "000000",
}
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,5000})\}")
_NOT_ON_SCREEN = re.compile(
    r"/\*.*?(?:\*/|\Z)|@media(?!\s*(?:screen|all)\s*\{)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.S
)


_NUMBERED = "numbered: yes"
"""In the place of declarations: a counter shows before the element."""


class _Look(NamedTuple):
    """How an element shows its text: its own, and what it takes from those around it."""

    tag: str = ""
    names: frozenset[str] = frozenset()
    """What a selector may call it."""
    mono: bool = False
    left_out: bool = False
    """It is no text of the page."""
    veiled: bool = False
    """Nothing within it can be seen."""
    invisible: bool = False
    """By its visibility, which an element within may take back; likewise sizes."""
    size: float = 16.0
    """Of its letters, in px."""
    flat: bool = False
    """Its lines have no height."""
    colour: str = "000000"
    ground: str = "FFFFFF"

    @property
    def unseen(self) -> bool:
        """Whether nobody sees its text."""
        return self.veiled or self.invisible or self.flat or self.size < _LEAST_PX or is_pale(self.colour, self.ground)


class _Page(HTMLParser):
    """Takes tags, fills blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = Blocks()
        self._open: list[_Look] = []
        """Each element around the text."""
        self._rules: list[tuple[list[set[str]], str]] = []
        """Of style sheets: each part of a selector, and what it says."""
        self._values: dict[str, str] = {}
        """What style sheets have given a name of their own."""

    @property
    def _look(self) -> _Look:
        return self._open[-1] if self._open else _Look()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        own = {name: value or "" for name, value in attrs}
        names = frozenset(
            {tag, *(f".{one.lower()}" for one in own.get("class", "").split()), f"#{own.get('id', '').lower()}"}
        )
        styles = [said for parts, said in self._rules if self._selects(parts, names)]
        styles += [f"{what}:{own[key]}" for key, what in (("bgcolor", "background"), ("color", "color")) if key in own]
        style = "; ".join([*styles, own.get("style", "")]).lower()
        style = re.sub(r"var\(\s*(--[\w-]+)[^)]*\)", lambda found: self._values.get(found[1], found[0]), style)
        look = _looking(self._look, style)
        look = look._replace(
            tag=tag,
            names=names,
            left_out=look.left_out or tag in _UNSEEN,
            veiled=look.veiled
            or "hidden" in own
            or tag in _INSTEAD
            or (tag == "dialog" and "open" not in own)
            or (tag == "svg" and "0" in (own.get("width"), own.get("height"))),
            mono=look.mono or tag in _TYPED,
        )
        if tag in _TYPED and not self._look.mono:
            self.blocks.part()
        if tag == "img" and not (look.left_out or look.veiled or look.invisible):
            self.blocks.picture(own.get("alt", ""))
        elif tag == "br":
            self.blocks.add("\n", look.mono)
        elif tag in ("td", "th", "dd"):
            self.blocks.add(" | ")
        elif tag in _BLOCKS:
            self._cut(tag)
        if _NUMBERED in styles:
            self.blocks.step()
        if tag not in _VOID:
            self._open.append(look)

    def _selects(self, parts: list[set[str]], names: frozenset[str]) -> bool:
        """Whether a selector is about an element of these names, within those that are open."""
        return parts[-1] <= names and all(any(part <= one.names for one in self._open) for part in parts[:-1])

    def _kind(self, tag: str) -> str:
        if re.fullmatch(r"h[1-6]", tag):
            return "heading"
        if tag in ("tr", "dt"):
            return "row"
        lists = [one.tag for one in self._open if one.tag in ("ol", "ul")]
        begins = tag == "li" or (self.blocks.kind == "item" and self.blocks.empty and tag in ("p", "div"))
        return "item" if begins and lists and lists[-1] == "ol" else "text"

    def _within(self, tag: str) -> bool:
        return any(one.tag == tag for one in self._open)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, with those within it that were left open."""
        names = [one.tag for one in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]
        if tag in _BLOCKS and tag != "dt":
            self._cut()

    def _cut(self, tag: str = "") -> None:
        """Ends the current block, or the current line of a cell."""
        if self._within("tr"):
            self.blocks.add("\n")
            if tag == "li" and self._kind(tag) == "item":
                self.blocks.step()
        else:
            self.blocks.end(self._kind(tag))

    def handle_data(self, data: str) -> None:
        """A text."""
        look = self._look
        if look.tag == "style":
            self._values |= dict(re.findall(r"(--[\w-]+)\s*:\s*([^;{}]+)", data.lower()))
            for selectors, said in _RULE.findall(_NOT_ON_SCREEN.sub("", data.lower())):
                for one in selectors.split(","):
                    counted = one.strip().endswith(":before") and "counter(" in said
                    plain = one.strip().removesuffix(":before").rstrip(":") if counted else one
                    if plain.strip() and not set(":[*+~") & set(plain):
                        parts = [set(re.findall(r"[.#]?[\w-]+", part)) for part in plain.replace(">", " ").split()]
                        self._rules.append((parts, _NUMBERED if counted else said))
        elif not look.left_out:
            if look.tag == "sup" and data.strip("[]() \n").isdigit():  # a note's number is no part of what it follows
                self.blocks.add(" ")
            self.blocks.add(
                data if self._within("pre") else re.sub(r"\s", " ", re.sub(r"[ \t\r\n\f]+", " ", data)),
                look.mono,
                look.unseen and bool(data.strip()),
            )


def _looking(look: _Look, style: str) -> _Look:
    """What declarations make of the look of the element around."""
    style = re.sub(r"\s{0,9}([:;])\s{0,9}", r"\1", style)
    if "font" in style and is_mono(style):
        look = look._replace(mono=True)
    if _HIDING.search(style):
        look = look._replace(veiled=True)
    for value in re.findall(r"(?<![-\w])visibility:(\w+)", style):
        look = look._replace(invisible=value in ("hidden", "collapse"))
    for name, value in re.findall(r"(?<![-\w])(font|font-size|line-height):([^;!]+)", style):
        look = _sized(look, name, value.strip())
    for what, value in _COLOUR.findall(style):
        found = look.ground if value.strip() in ("none", "transparent") else _colour(value.strip())
        look = look._replace(colour=found) if what == "color" else look._replace(ground=found)
    return look


def _sized(look: _Look, name: str, value: str) -> _Look:
    """What a size of letters or lines makes of the look of the element around; keywords are sizes that are read."""
    if name == "line-height":
        found = _LENGTH.match(value)
        least = {"px": _LEAST_PX, "pt": _LEAST_PX, "%": 20}.get((found and found[2]) or "", 0.2)
        return look._replace(flat=bool(found and float(found[1]) < least))
    sizes = [one for one in _LENGTH.finditer(value.partition("/")[0]) if name == "font-size" or one[2] or one[1] == "0"]
    if not sizes:
        return look._replace(
            size=look.size if name == "font-size" and value in ("inherit", "smaller", "larger") else 16.0
        )
    own = {"em": look.size, "%": look.size / 100, "ch": look.size / 2, "ex": look.size / 2}
    return look._replace(size=max(float(one[1]) * {**_IN_PX, **own}.get(one[2] or "", 16) for one in sizes))


def _colour(value: str) -> str:
    """Six hexadecimal digits of a colour, or something else."""
    first = value.partition(" ")[0] if not value.startswith("rgb") else value
    if numbers := re.match(r"rgba?\((\d{1,3})[, ]+(\d{1,3})[, ]+(\d{1,3})", first):
        return "".join(f"{min(255, int(one)):02X}" for one in numbers.groups())
    if re.match(r"hsla?\([^)]*[, ](?:9[5-9]|100)%", value):
        return "FFFFFF"
    if short := re.fullmatch(r"#([\da-f])([\da-f])([\da-f])", first):
        return "".join(2 * one for one in short.groups())
    return _NAMED.get(first, first.removeprefix("#"))


def html(text: str) -> list[BlockTold]:
    """The blocks of a web page."""
    page = _Page()
    page.feed(bounded(text))
    page.close()
    page.blocks.end()
    return page.blocks.told
