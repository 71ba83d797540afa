"""PDF files, by Poppler's own programs: each runs alone, on an open descriptor, within this process's limits."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import zlib
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from .archive import Budget
from .limits import MAX_TEXT, Refused
from .markup import unescape
from .prose import is_pale

_STREAM = re.compile(rb"stream\r?\n(.*?)(?:endstream|\Z)", re.DOTALL)
_PASSWORD = "Incorrect password"
_DAMAGED = ("May not be a PDF", "Couldn't find trailer", "Couldn't read xref", "Couldn't read page catalog")
_WAIT_S = 60
_NEARLY_ALL = 0.9
_FULL = 0.8
"""Of the longest line: with less, a sentence that goes on would have had room."""
_LINES, _NARROW, _MOST_COLUMNS, _BEGINNINGS = 4, 0.15, 4, 24
"""Of a column: the fewest lines, the least part of the width; on a page, the most, and where one may begin."""
_TINY = 5
"""Of a font, in the pixels of `pdftohtml`, one and a half for a point."""
_FONT = re.compile(r'<fontspec id="(\d{1,9})" size="(-?\d{1,6})"[^>\n]*? color="#([0-9a-f]{6})"')
_FAMILY = re.compile(r'<fontspec id="(\d{1,9})" [^<>\n]*?family="([^"\n]{0,200})"')
_PIECE = re.compile(r'<text [^<>\n]*?font="(\d{1,9})">([^\n]*)</text>')
_PLACED = re.compile(r'<text top="(-?\d{1,6})" left="(-?\d{1,6})" width="(-?\d{1,6})" height="(\d{1,6})" font="')
_PAGE = re.compile(r'height="(\d{1,6})" width="(\d{1,6})">')
_MARK = re.compile(r"[•◦▪–*-]|\d{1,2}\s?[.)°]")
"""What stands before an item of a list."""
_TAG = re.compile(r"</?[abi](?: [^>\n]*)?>")


def text(data: bytes) -> str:
    """Returns the text of all pages, invisible text included.

    Raises:
        Refused: It is encrypted, damaged or too heavy.
    """
    return _run("pdftotext", "-enc", "UTF-8", "-nopgbrk", data=data, output="-")


def seen(data: bytes) -> str:
    """Returns the text of all pages without what nobody sees: drawn invisibly, nearly white, or tiny.

    Two programs do not cut all words alike: where nearly all are seen, all of it is.

    Raises:
        Refused: As `text`.
    """
    whole = text(data)
    left = Counter(word for line in _drawn(data) for word in line.split())
    lines = []
    for line in whole.splitlines():
        kept = [word for word in line.split() if left[word] > 0]
        left.subtract(kept)
        lines.append(" ".join(kept))
    shown, total = (len(one.split()) for one in ("\n".join(lines), whole))
    return whole if shown >= _NEARLY_ALL * total else "\n".join(lines)


APART = (" | ", "")


class DrawnLine(NamedTuple):
    """A line of text as it stands on a page."""

    top: int
    height: int
    full: bool
    """It goes nearly as far as the longest of its page."""
    pieces: list[tuple[str, str]]
    """Texts, each with its font; `APART` between those that stand well apart, as cells do."""
    left: int = 0
    right: int = 0
    edge: int = 0
    """Where it begins and ends, and where the longest line of its page ends."""
    unseen: bool = False
    """Nobody sees it: it is tiny, or beside the page. What is pale is left out, for nothing tells what is behind it."""


def lines(data: bytes) -> Iterator[DrawnLine]:
    """Yields the lines of each page, from top to bottom: those that show, then the others.

    Raises:
        Refused: As `text`.
    """
    told = _run("pdftohtml", "-xml", "-i", "-nodrm", "-stdout", data=data)
    fonts = {found[1]: int(found[2]) >= _TINY and not is_pale(found[3]) for found in _FONT.finditer(told)}
    sizes = {found[1]: int(found[2]) for found in _FONT.finditer(told)}
    families = {found[1]: found[2] for found in _FAMILY.finditer(told)}
    for page in told.split("<page ")[1:]:
        drawn = [(place, found) for found in _PIECE.finditer(page) if (place := _PLACED.match(found[0]))]
        pieces = [_Piece(int(at[1]), int(at[2]), int(at[3]), int(at[4]), found) for at, found in drawn]
        beside = _beside(page)
        hidden = [one for one in pieces if 0 <= sizes.get(one.found[1], _TINY) < _TINY or beside(one)]
        shown = [one for one in pieces if fonts.get(one.found[1], True) and one not in hidden]
        for part in _columns(shown):
            yield from _joined(part, families)
        yield from (line._replace(unseen=True) for line in _joined(hidden, families))


class _Piece(NamedTuple):
    top: int
    left: int
    width: int
    height: int
    found: re.Match[str]


def _beside(page: str) -> Callable[[_Piece], bool]:
    """What tells whether a piece stands beside its page."""
    size = _PAGE.search(page)
    height, width = (int(size[1]), int(size[2])) if size else (0, 0)
    return lambda one: bool(size) and not (-one.height < one.top < height and -one.width < one.left < width)


def _columns(pieces: list[_Piece], most: int = _MOST_COLUMNS) -> Iterator[list[_Piece]]:
    """The parts of a page as they are read, columns one after the other.

    A table stands in columns too, but is drawn row by row: columns are those of which the left one was drawn first.
    """
    left = min((one.left for one in pieces), default=0)
    wide = max((one.left + one.width for one in pieces), default=0) - left
    begins = Counter(one.left for one in pieces if one.left - left > _NARROW * wide)
    place = {id(one): at for at, one in enumerate(pieces)}
    parts: list[list[_Piece]] = []
    for at, _ in begins.most_common(_BEGINNINGS if most else 0):
        across = sorted(one.top for one in pieces if one.left < at < one.left + one.width + one.height // 2)
        bands: dict[int, list[_Piece]] = {}
        for one in pieces:
            bands.setdefault(bisect(across, one.top), []).append(one)
        for band, inside in bands.items():
            second = [one for one in inside if one.left >= at]
            bottom, last = (
                max((one.top for one in second), default=0),
                max((place[id(one)] for one in second), default=0),
            )
            first = [one for one in inside if one.left < at and (one.top <= bottom or place[id(one)] < last)]
            enough = all(len({one.top for one in side}) >= _LINES for side in (first, second))
            if enough and len(first + second) > sum(map(len, parts[1:3])) and _drawn_first(place, first, second):
                known = {id(one) for one in first + second}
                rest = [(bisect(across, one.top) < band, one) for one in pieces if id(one) not in known]
                parts = [
                    [one for above, one in rest if above],
                    first,
                    second,
                    [one for above, one in rest if not above],
                ]
    for part in parts:
        yield from _columns(part, most - 1)
    if not parts:
        yield pieces


def _drawn_first(place: Mapping[int, int], first: list[_Piece], second: list[_Piece]) -> bool:
    """Whether nearly all of these pieces were drawn before nearly all of those; marks of lists may be drawn apart."""
    own = [
        sorted(place[id(one)] for one in side if not _MARK.fullmatch(_TAG.sub("", one.found[2]).strip()))
        for side in (first, second)
    ]
    few = [len(one) - int(len(one) * _NEARLY_ALL) for one in own]
    return all(own) and own[0][-1 - few[0]] < own[1][few[1]]


def _joined(pieces: list[_Piece], families: Mapping[str, str]) -> Iterator[DrawnLine]:
    """The lines of a page; what stands at the same height is one, whenever it was drawn."""
    lines: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda one: one[:2]):
        if lines and (piece.top - lines[-1][0].top) * 2 <= piece.height:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    most = max((one.left + one.width for one in pieces), default=0)
    for line in lines:
        told: list[tuple[str, str]] = []
        right = 0
        for one in sorted(line, key=lambda one: one.left):
            told += [APART] * bool(told and one.left - right > one.height and not _MARK.fullmatch(told[-1][0].strip()))
            told.append((unescape(_TAG.sub("", one.found[2])), families.get(one.found[1], "")))
            right = one.left + one.width
        left = min(one.left for one in line)
        yield DrawnLine(line[0].top, line[0].height, right > _FULL * most, told, left, right, most)


def _drawn(data: bytes) -> Iterator[str]:
    """The pieces of text that show on a page."""
    told = _run("pdftohtml", "-xml", "-i", "-nodrm", "-stdout", data=data)
    fonts = {found[1]: int(found[2]) >= _TINY and not is_pale(found[3]) for found in _FONT.finditer(told)}
    for found in _PIECE.finditer(told):
        if fonts.get(found[1], True):
            yield unescape(_TAG.sub("", found[2]))


def properties(data: bytes) -> str:
    """Returns title, author, keywords and the rest of what the file says of itself, one per line.

    Raises:
        Refused: As `text`.
    """
    return "\n".join((_run("pdfinfo", "-enc", "UTF-8", data=data), _run("pdfinfo", "-meta", data=data)))


def streams(data: bytes, budget: Budget) -> Iterator[bytes]:
    """Yields what the file's compressed streams hold: attachments, annotations, what no page shows."""
    for match in _STREAM.finditer(data):
        try:
            yield from _inflated(match.group(1), budget)
        except zlib.error:
            continue  # an image, or another compression: its raw bytes are searched with the rest


def _inflated(piece: bytes, budget: Budget) -> Iterator[bytes]:
    machine = zlib.decompressobj()
    found = machine.decompress(piece, MAX_TEXT)
    budget.take(len(found))
    if machine.unconsumed_tail:
        raise Refused("too-heavy", "unpacked", limit=MAX_TEXT)
    yield found


def _run(program: str, *options: str, data: bytes, output: str = "") -> str:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as result, tempfile.TemporaryFile() as errors:
        source.write(data)
        source.flush()
        place = f"/dev/fd/{source.fileno()}"
        argv = [program, *options, place, *([output] if output else [])]
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=result,
            stderr=errors,
            pass_fds=(source.fileno(),),
            timeout=_WAIT_S,
            check=False,
        )
        said = _start(errors.fileno(), 4000).decode("utf-8", "replace")
        if done.returncode < 0:
            # The parent ends the same way, so that whoever watches it gives the same words.
            os.kill(os.getpid(), -done.returncode)
        if done.returncode:
            _refuse(program, said)
        raw = _start(result.fileno(), MAX_TEXT + 1)
    if len(raw) > MAX_TEXT:
        raise Refused("too-heavy", "text")
    return raw.decode("utf-8", "replace")


def _start(descriptor: int, size: int) -> bytes:
    return os.pread(descriptor, size, 0)


def _refuse(program: str, said: str) -> None:
    if _PASSWORD in said:
        raise Refused("encrypted")
    if any(mark in said for mark in _DAMAGED) or "Syntax" in said:
        raise Refused("broken-file")
    raise RuntimeError(f"{program}: {said}")
