"""Text documents as blocks: headings, numbered steps, rows of tables, what is typed in monospace, pictures.

Sources: ECMA-376, part 1, clauses 17.3 (paragraphs and runs), 17.7 (styles) and 17.9 (numbering); OASIS Open Document
Format 1.3, part 3, clauses 5.3 (lists), 16.30 (list styles) and 10.4 (frames); CommonMark 0.31; HTML Living Standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from . import pdf
from .archive import Archive
from .markup import END, START, TEXT, Event, walk
from .ods.sheets import CONTENT, STYLES, refuse_encrypted, spacing
from .prose import ODT_ASIDE, hides_in_odt, hides_in_word
from .relations import main_part, relations
from .told import BlockTold

_MONO = re.compile(
    r"mono|courier|consol|menlo|typewriter|fixed|lucida sans t|cascadia|source ?code|fira ?code|cmtt", re.I
)
_WORD_SPACES = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass
class Blocks:
    """Blocks while they are read."""

    told: list[BlockTold] = field(default_factory=list)
    kind: str = "text"
    _pieces: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether the current block holds nothing yet."""
        return not any(text.strip() for text, _ in self._pieces)

    def add(self, text: str, mono: bool = False) -> None:
        """Adds a piece of the current block."""
        if text:
            self._pieces.append((text, mono))

    def picture(self, words: str) -> None:
        """Adds a picture, with its text alternative."""
        self.told.append(BlockTold("picture", " ".join(words.split()), []))

    def end(self, kind: str = "text") -> None:
        """Ends the current block; the next one is of that kind."""
        text = "".join(piece for piece, _ in self._pieces).strip("\n")
        if self.kind == "row":
            text = " | ".join(" ".join(cell.split()) for cell in text.split("|")).strip(" |")
        if text.strip():
            self.told.append(BlockTold(self.kind, text.replace("\r", ""), list(_runs(self._pieces))))
        self._pieces.clear()
        self.kind = kind


def _runs(pieces: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """The texts in monospace, those that follow each other joined."""
    current = ""
    for text, mono in [*pieces, ("", False)]:
        if mono or (current and text and not text.strip(" ")):
            current += text
            continue
        if current.strip():
            yield current.strip("\n").rstrip()
        current = ""


# -- Word


@dataclass
class _Style:
    """What a style of Word says."""

    based: str = ""
    mono: bool | None = None
    number: str = ""
    heading: bool = False


def docx(archive: Archive) -> list[BlockTold]:
    """The blocks of a Word document, without what nobody sees.

    Raises:
        Refused: It is damaged or too big.
    """
    main = main_part(archive)
    found = {one.kind: one.target for one in relations(archive, main).values() if one.target in archive}
    styles = _word_styles(archive, found["styles"]) if "styles" in found else {}
    numbered = _word_numbers(archive, found["numbering"]) if "numbering" in found else None
    reader = _Docx(styles, numbered)
    for event in walk(archive.read(main), main):
        reader.take(event)
    reader.blocks.end()
    return reader.blocks.told


class _Docx:
    """Takes events, fills blocks.

    Args:
        styles: By their identifier.
        numbered: Whether each list, at each level, is numbered; None where no part says it: all are.
    """

    def __init__(self, styles: Mapping[str, _Style], numbered: Mapping[tuple[str, str], bool] | None) -> None:
        self.blocks = Blocks()
        self._styles = styles
        self._numbered = numbered
        self._style = _Style()
        self._number, self._level = "", "0"
        self._rows = self._twins = 0
        self._inside = self._properties = self._hidden = False
        self._mono: bool | None = None
        """What the run says of its own font."""

    def take(self, event: Event) -> None:
        """Takes one event."""
        if event.name == "Fallback" and event.kind in (START, END):  # the same text box, for older readers
            self._twins += 1 if event.kind == START else -1
        elif self._twins:
            return
        elif event.kind == TEXT:
            self.blocks.add("" if self._hidden or not self._inside else event.text, self._is_mono())
        elif event.kind == START:
            self._inside = event.name == "t"
            self._start(event.name, event.attributes.get("val", ""), event)
        elif event.kind == END:
            self._inside = False
            self._end(event.name)

    def _is_mono(self) -> bool:
        return bool(self._style.mono) if self._mono is None else self._mono

    def _start(self, name: str, value: str, event: Event) -> None:
        if name in ("p", "tr", "tc"):
            self._begin(name)
        elif name == "pPr":
            self._properties = True
        elif name == "pStyle":
            self._style = _resolved(self._styles, value)
            self._number = self._style.number
        elif name == "numId":
            self._number = value
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
                self.blocks.add(" ")
            else:
                self.blocks.end()

    def _run(self, name: str, value: str, event: Event) -> None:
        if name == "r":
            self._mono, self._hidden = None, False
        elif name == "rStyle":
            self._mono = _resolved(self._styles, value).mono
        elif name == "rFonts":
            self._mono = bool(_MONO.search(" ".join(event.attributes.values())))
        self._hidden = self._hidden or hides_in_word(event)
        self.blocks.add(_WORD_SPACES.get(name, ""), self._is_mono())

    def _end(self, name: str) -> None:
        if name == "pPr":
            self._properties = False
            if not self._rows:
                self.blocks.kind = "heading" if self._style.heading else "item" if self._is_step() else "text"
        elif name == "tr":
            self._rows -= 1
            self.blocks.end()

    def _is_step(self) -> bool:
        if self._number in ("", "0"):
            return False
        return self._numbered is None or self._numbered.get((self._number, self._level), False)


def _word_styles(archive: Archive, part: str) -> Mapping[str, _Style]:
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
        elif event.name == "rFonts":
            current.mono = bool(_MONO.search(" ".join(event.attributes.values())))
        elif event.name == "numId":
            current.number = value
        elif event.name in ("outlineLvl", "name"):
            current.heading = (
                current.heading
                or (event.name == "outlineLvl" and value != "9")
                or bool(re.match(r"(?i)heading|titre|title", value))
            )
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


# -- LibreOffice


def odt(archive: Archive) -> list[BlockTold]:
    """The blocks of a LibreOffice document, without what nobody sees.

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


class _Odt:
    """Takes events, fills blocks."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._fonts: dict[str, str] = {}
        self._style = ""
        self._based: dict[str, str] = {}
        self._mono: dict[str, bool] = {}
        self._hidden: set[str] = set()
        self._listed: dict[str, dict[str, bool]] = {}
        self._lists: list[str] = []
        self._around: list[str] = []
        """The style of each element around the text."""
        self._rows = self._depth = self._aside = 0
        self._words: list[str] | None = None
        """Of a picture."""
        self._told = False

    def take(self, event: Event) -> None:
        """Takes one event."""
        if event.name in ODT_ASIDE and event.kind in (START, END):
            self._aside += 1 if event.kind == START else -1
        if event.kind == START:
            self._around.append(event.attributes.get("style-name", ""))
            self._start(event)
        elif event.kind == END:
            self._around.pop()
            self._end(event)
        elif event.kind == TEXT and not self._aside:
            if self._told and self._words is not None:
                self._words.append(event.text)
            elif self._depth and not any(one in self._hidden for one in self._around):
                self.blocks.add(event.text, self._is_mono())

    def _is_mono(self) -> bool:
        for name in reversed(self._around):
            seen = set[str]()
            while name and name not in seen:
                if name in self._mono:
                    return self._mono[name]
                seen.add(name)
                name = self._based.get(name, "")
        return False

    def _start(self, event: Event) -> None:
        name, attributes = event.name, event.attributes
        if name == "font-face":
            self._fonts[attributes.get("name", "")] = (
                f"{attributes.get('font-family', '')} {attributes.get('name', '')}"
            )
        elif name in ("style", "list-style"):
            self._style = attributes.get("name", "")
            self._based[self._style] = attributes.get("parent-style-name", "")
        elif name == "text-properties":
            font = attributes.get("font-name") or attributes.get("font-family", "")
            if font:
                self._mono[self._style] = bool(_MONO.search(f"{font} {self._fonts.get(font, '')}"))
            if hides_in_odt(event):
                self._hidden.add(self._style)
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
            self._words = []
        elif name in ("title", "desc") and self._words is not None:
            self._told = True
        elif name in ("p", "h"):
            self._depth += 1
            if self._depth == 1 and not self._rows:
                numbers = self._listed.get(self._lists[-1], {}).get(str(len(self._lists))) if self._lists else False
                self.blocks.end("heading" if name == "h" else "item" if numbers else "text")
            else:
                self.blocks.add(" ")
        elif self._depth and not self._aside:
            self.blocks.add(spacing(event), self._is_mono())

    def _end(self, event: Event) -> None:
        if event.name == "list" and self._lists:
            self._lists.pop()
        elif event.name == "table-row":
            self._rows -= 1
            self.blocks.end()
        elif event.name in ("title", "desc"):
            self._told = False
        elif event.name == "frame" and self._words is not None:
            self.blocks.picture("".join(self._words))
            self._words = None
        elif event.name in ("p", "h"):
            self._depth -= 1


# -- pages


_BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section summary table tbody thead tr ul".split()
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_TYPED = ("code", "pre", "kbd", "samp", "tt")
_UNSEEN = ("script", "style", "template", "head", "noscript")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


class _Page(HTMLParser):
    """Takes tags, fills blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = Blocks()
        self._open: list[tuple[str, bool, bool]] = []
        """Each element around the text: its name, in monospace or not, hidden or not."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        own = {name: value or "" for name, value in attrs}
        style = own.get("style", "").lower()
        _, mono, unseen = self._open[-1] if self._open else ("", False, False)
        unseen = unseen or tag in _UNSEEN or "hidden" in own or bool(_HIDING.search(style))
        mono = mono or tag in _TYPED or bool("font" in style and _MONO.search(style))
        if tag == "img" and not unseen:
            self.blocks.picture(own.get("alt", ""))
        elif tag == "br":
            self.blocks.add("\n", mono)
        elif tag in ("td", "th", "dd"):
            self.blocks.add(" | ")
        elif tag in _BLOCKS and not self._within("tr"):
            self.blocks.end(self._kind(tag))
        if tag not in _VOID:
            self._open.append((tag, mono, unseen))

    def _kind(self, tag: str) -> str:
        if re.fullmatch(r"h[1-6]", tag):
            return "heading"
        if tag in ("tr", "dt"):
            return "row"
        lists = [one for one, _, _ in self._open if one in ("ol", "ul")]
        begins = tag == "li" or (self.blocks.kind == "item" and self.blocks.empty and tag in ("p", "div"))
        return "item" if begins and lists and lists[-1] == "ol" else "text"

    def _within(self, tag: str) -> bool:
        return any(one == tag for one, _, _ in self._open)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, with those within it that were left open."""
        names = [one for one, _, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]
        if tag in _BLOCKS and tag != "dt" and not self._within("tr"):
            self.blocks.end()

    def handle_data(self, data: str) -> None:
        """A text."""
        _, mono, unseen = self._open[-1] if self._open else ("", False, False)
        if not unseen:
            self.blocks.add(data if self._within("pre") else re.sub(r"\s+", " ", data), mono)


def html(text: str) -> list[BlockTold]:
    """The blocks of a web page."""
    page = _Page()
    page.feed(text)
    page.close()
    page.blocks.end()
    return page.blocks.told


# -- Markdown


_FENCE = re.compile(r" {0,8}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}#{1,6}\s(.*)")
_ITEM = re.compile(r"(?:(\d{1,3})[.)]|[-*+])\s(.*)")
_RULE = re.compile(r"[\s|:=-]*")
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\n]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\([^()\n]{0,500}\)")
_CODE = re.compile(r"(`{1,3})([^`\n]{1,999})\1")
_STRONG = re.compile(r"\*\*|__|(?<![\w\\*])[*_](?=\w)|(?<=[\w.!?»])[*_](?!\w)")


def markdown(text: str) -> list[BlockTold]:
    """The blocks of a Markdown text; of a plain one too."""
    blocks = Blocks()
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
                blocks.end()
            else:
                blocks.add(f"{line}\n", mono=True)
        elif mark:
            blocks.end()
            fence = mark[1]
        else:
            _markdown_line(line, blocks)
    blocks.end()
    return blocks.told


def _markdown_line(line: str, blocks: Blocks) -> None:
    bare = re.sub(r"^\s{0,3}>\s?", "", line)
    heading, item = _HEADING.match(bare), _ITEM.match(bare.lstrip())
    if not bare.strip():
        blocks.end()
    elif heading:
        blocks.end("heading")
        _inline(heading[1].strip().rstrip("#").rstrip(), blocks)
        blocks.end()
    elif bare.lstrip().startswith("|"):
        blocks.end("row")
        _inline("" if _RULE.fullmatch(bare) else bare, blocks)
        blocks.end()
    elif item:
        blocks.end("item" if item[1] else "text")
        _inline(item[2].strip(), blocks)
    elif line.startswith(("    ", "\t")) and blocks.empty and blocks.kind == "text":
        blocks.add(line.expandtabs(4)[4:], mono=True)
        blocks.end()
    else:
        _inline(f" {bare.strip()}" if not blocks.empty else bare.strip(), blocks)


def _inline(text: str, blocks: Blocks) -> None:
    for words in _PICTURE.findall(text):
        blocks.picture(words)
    text = _LINK.sub(r"\1", _PICTURE.sub("", text))
    place = 0
    for found in _CODE.finditer(text):
        blocks.add(_STRONG.sub("", text[place : found.start()]))
        blocks.add(found[2].strip(), mono=True)
        place = found.end()
    blocks.add(_STRONG.sub("", text[place:]))


# -- PDF


_NUMBERED = re.compile(r"\d{1,2}\s?[.)°]\s?\D")
_BULLET = re.compile(r"[•◦▪–*-]\s")
_LAST = (".", "!", "?", ":", ";")


def paper(data: bytes) -> list[BlockTold]:
    """The blocks of a PDF: lines in monospace, and paragraphs of the others. Its pictures are not told.

    Raises:
        Refused: It is encrypted, damaged or too heavy.
    """
    blocks = Blocks()
    former = pdf.DrawnLine(0, 0, False, [])
    for line in pdf.lines(data):
        text = "".join(piece for piece, _ in line.pieces).lstrip()
        row = pdf.APART in line.pieces
        alone = row or all(_MONO.search(font) for piece, font in line.pieces if piece.strip())
        if alone or _NUMBERED.match(text) or _BULLET.match(text) or not _goes_on(former, line):
            blocks.end("row" if row else "item" if _NUMBERED.match(text) else "text")
        else:
            blocks.add(" ")
        for piece, font in line.pieces:
            blocks.add(piece, bool(_MONO.search(font)))
        former = line._replace(full=line.full and not alone)
    blocks.end()
    return blocks.told


def _goes_on(former: pdf.DrawnLine, line: pdf.DrawnLine) -> bool:
    """Whether a line goes on with the sentence of the former one."""
    text = "".join(piece for piece, _ in former.pieces).rstrip()
    near = 0 < line.top - former.top < 2 * former.height and former.height == line.height
    return former.full and near and not text.endswith(_LAST)


ARCHIVED: Mapping[str, Callable[[Archive], list[BlockTold]]] = {"docx": docx, "odt": odt}
