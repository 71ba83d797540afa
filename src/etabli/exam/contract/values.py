"""What the fixtures hand to a check: plain, frozen values.

They are read in one go from the page, the server or the database, and never
change afterwards: to see a later state, ask the fixture again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.words import best_match

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(r"<meta[^<>]+charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link of the page that leads somewhere on the candidate's site."""

    text: str
    """Its visible text, spaces collapsed (may be empty for an icon)."""
    href: str
    """Absolute address, without fragment."""
    path: str
    """The same address from the site's root: ``/fiche.php?id=3``."""
    label: str
    """Accessible name: aria-label, else the text, else an image's alt, else title."""
    rel: str = ""
    """Content of ``rel``: ``next``, ``prev`` …"""
    visible: bool = True


@dataclass(frozen=True)
class Option:
    """A choice of a select, or one radio of a group."""

    text: str
    value: str
    selected: bool = False


@dataclass(frozen=True)
class Field:
    """A control of a form; a group of radios is one field with options."""

    form: int
    index: int
    label: str
    """Text of its ``<label>`` (or of the ``<legend>`` for a group), '' when it has none."""
    aria: str
    placeholder: str
    name: str
    kind: str
    """text, search, number, date, email, tel, url, password, select, textarea, radio,
    checkbox, file, hidden … (``radio`` stands for the whole group)."""
    value: str
    """What a reload of the form would send: value, the selected option's value, 'on'."""
    required: bool
    labelled: bool
    """A text that is seen in the page names it, for assistive technology too: label, legend, aria-labelledby."""
    options: tuple[Option, ...] = ()
    checked: bool = False
    message: str = ""
    """Text attached by aria-describedby or aria-errormessage."""
    nearby: str = ""
    """Visible text next to the field that belongs to it alone, label and options excluded."""
    visible: bool = True

    @property
    def chosen(self) -> str:
        """Visible text of the selected option, '' when there is none."""
        return next((option.text for option in self.options if option.selected), "")


@dataclass(frozen=True)
class Button:
    """A button that sends a form."""

    form: int
    index: int
    name: str
    """Accessible name."""


@dataclass(frozen=True)
class Pressable:
    """Something visible that a visitor can press, and that leads to no address by itself."""

    index: int
    name: str
    """Accessible name."""
    method: str = ""
    """``get`` or ``post`` of the form that it sends, '' when it sends none."""
    form: int = -1
    """The form in which it stands, -1 outside of any."""
    modal: bool = False
    """It stands in a window that is open over the page."""


@dataclass(frozen=True)
class Form:
    """A form of the page, or (index -1) the controls that stand outside of any form."""

    index: int
    method: str
    """``get`` or ``post``."""
    action: str
    """Absolute address."""
    fields: tuple[Field, ...]
    """Visible and hidden controls, in page order; buttons are apart."""
    buttons: tuple[Button, ...]
    text: str = ""
    """Visible text of the whole form."""

    def field(self, label: str) -> Field | None:
        """The visible field that a visitor would call `label`, or None.

        Looked up by label, then aria-label, then placeholder, then field name;
        case, accents, punctuation and ``*`` are ignored.
        """
        return best_match(label, [item for item in self.fields if item.kind != "hidden"])

    @property
    def entries(self) -> tuple[Field, ...]:
        """Fields that a visitor can fill (not the hidden ones)."""
        return tuple(item for item in self.fields if item.kind != "hidden")


@dataclass(frozen=True)
class Contrast:
    """A text and its background whose colours are too close."""

    text: str
    """``#aaaaaa``."""
    background: str
    ratio: float
    wanted: float


@dataclass(frozen=True)
class Violation:
    """A rule of axe-core that the page breaks."""

    id: str
    impact: str
    """minor, moderate, serious or critical."""
    help: str
    """In French."""
    rgaa: tuple[str, ...]
    """Criteria of the RGAA: ``("11.1",)``; empty for a best practice."""
    nodes: tuple[str, ...]
    """The faulty elements, as short HTML; the first ones."""
    count: int = 0
    """How many elements are faulty."""
    contrasts: tuple[Contrast, ...] = ()
    """Each pair of colours once, with the highest ratio that is wanted of it, where the rule is about colours."""


@dataclass(frozen=True)
class Overflow:
    """How far a page can be scrolled sideways."""

    pixels: int
    """0 when it fits."""
    culprit: str
    """Short description of the element that is too wide, and its width; '' when all fits."""


@dataclass(frozen=True)
class Message:
    """An error of the Nu HTML checker."""

    line: int
    text: str
    """In French where we know it."""
    english: str = ""
    """The checker's own words, when `text` is a translation."""


@dataclass(frozen=True)
class Hit:
    """A line of a submitted file."""

    path: str
    line: int
    text: str


@dataclass(frozen=True)
class Response:
    """What the candidate's site answered to `http`."""

    status: int
    headers: Mapping[str, str]
    """Names are looked up without case."""
    body: bytes
    url: str
    """Final address, after redirects."""
    history: tuple[int, ...] = ()
    """Status of each redirect that was followed."""
    truncated: bool = False
    """The body passed 5 MB and was cut."""

    @property
    def ok(self) -> bool:
        """The status is below 400."""
        return self.status < 400

    @property
    def media(self) -> str:
        """``text/html``, ``image/png`` … as the server says it, in lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The encoding that the header or the page announces; ``utf-8`` when neither does."""
        header = _CHARSET.search(self.headers.get("content-type", ""))
        meta = _META.search(self.body[:2048].decode("ascii", "replace"))
        return (header or meta).group(1) if header or meta else "utf-8"  # type: ignore[union-attr]

    @property
    def text(self) -> str:
        """The body as text.

        Raises:
            Failed: The bytes are not in the encoding they claim.
        """
        try:
            return self.body.decode(self.charset, "ignore" if self.truncated else "strict")
        except (LookupError, UnicodeError) as error:
            raise failed(Cause.UNREADABLE, f"{self.url}, {self.charset}") from error

    @property
    def readable(self) -> str:
        """The body as text whatever it is: unknown bytes become U+FFFD."""
        try:
            return self.body.decode(self.charset, "replace")
        except (LookupError, UnicodeError):  # the latter: the codec called « undefined »
            return self.body.decode("utf-8", "replace")


Row = dict[str, object]


@dataclass(frozen=True)
class RowChange:
    """One row before and after."""

    before: Row
    after: Row

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that differ."""
        return tuple(name for name in self.before if self.before[name] != self.after.get(name))


@dataclass(frozen=True)
class Diff:
    """What happened to a table between two readings; falsy when nothing did."""

    added: tuple[Row, ...] = field(default=())
    removed: tuple[Row, ...] = field(default=())
    changed: tuple[RowChange, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class TypedLine:
    """A line typed in a terminal like the candidate's own."""

    text: str
    """As a student types it: ``python3 rendu/essai.py < donnees/lignes.csv``; nothing hidden, for it is shown."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What ``donnees/`` holds from now on beside what it had, by plain name: best a name that the candidate knows."""
    screen: int = 0
    """Not 0: it is typed at a keyboard and its output goes to a screen (both outputs in one, lines end with CR LF). The
    number decides of its size, and whether the command opened it or a room."""
    earlier: int = 0
    """How many programs its shell has begun before it, 999 at most: the numbers of processes say so."""
    own: bool = False
    """Its files are lists that the candidate has made: they lie in ``/tmp``, for ``donnees/`` cannot be written to."""


class Leftover(NamedTuple):
    """Something that a program made, wrote or took away, wherever it may write; or what goes on, or stays in memory."""

    path: str
    """Its place, or what it is in French."""
    target: str = ""
    """Of a link."""
