"""What two works of one lab share, once the starter is taken away: for a teacher to read, and never a verdict.

Texts are compared by shingles: each run of so many words and signs in a row. A shingle that the starter has, or more
than half of the class, is nobody's. Passages are what two works have in a row beyond that. What is no text (a workbook,
a picture) is compared whole, by its SHA-256.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from etabli.exam.reading.unpacking import opened as open_member
from etabli.system.digest import files_below
from etabli.system.zip_errors import UNREADABLE

LENGTH = 12
"""Words and signs of a shingle: a short line of code."""
_WORDS = 3
"""Of which so many are words, or it says nothing."""
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_MOST_FILES = 300
_LARGEST = 300_000
"""Bytes of a text; what is longer was not typed, and is compared whole."""
_MOST_BYTES = 30_000_000
"""Of all files of a work."""
_FEW = 4
"""Works below which nothing is common to « more than half »."""
_NOT_WORK = frozenset({"rendu.json"})
_SHOWN = 6
_CUT = 700
"""Passages of two works that are shown, and characters of each."""


@dataclass(frozen=True)
class Text:
    """A file of words, and its shingles."""

    name: str
    content: str
    places: tuple[tuple[int, int], ...]
    """Where each word and sign begins and ends."""
    shingles: tuple[int, ...]
    """Of each place at which one begins."""
    telling: tuple[bool, ...]
    """Which of them say something: brackets and tags alone do not."""


@dataclass(frozen=True)
class Work:
    """What a learner handed in, ready to be compared."""

    texts: tuple[Text, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    """What is no text: name of each, by SHA-256."""

    @property
    def shingles(self) -> set[int]:
        """Of all texts."""
        return {one for text in self.texts for one in text.shingles}


@dataclass(frozen=True)
class Passage:
    """What stands in two works."""

    file: str
    line: int
    text: str
    words: int


@dataclass(frozen=True)
class Likeness:
    """What one other work has of this one."""

    whose: str
    words: int
    """Words and signs of this work that are in the other one too."""
    share: float
    """Of all that is this work's own, between 0 and 1."""
    passages: tuple[Passage, ...]
    same: tuple[str, ...]
    """Files that are the same, byte for byte."""


@dataclass(frozen=True)
class Compared:
    """A work beside the others of its lab."""

    words: int
    """Words and signs that are its own, once the starter and what is common are taken away."""
    others: int
    """How many works it was compared with."""
    found: tuple[Likeness, ...]
    """Those that share something, the most first."""
    whole: tuple[str, ...]
    """Files that could only be compared whole."""


def work_in(archive: bytes | Path) -> Work:
    """Reads a hand-in; what cannot be read of it is left out."""
    with suppress(*UNREADABLE):
        source = io.BytesIO(archive) if isinstance(archive, bytes) else archive
        with zipfile.ZipFile(source) as opened:
            return _work(_members(opened))
    return Work()


def _members(opened: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    left = _MOST_BYTES
    for member in opened.infolist()[:_MOST_FILES]:
        if member.is_dir() or member.file_size > left:
            continue
        try:
            with open_member(opened, member) as stream:
                content = stream.read(left)
        except UNREADABLE:
            continue
        left -= len(content)
        yield member.filename, content


def work_below(folder: Path) -> Work:
    """Reads a folder: a starter."""
    return _work((name, path.read_bytes()) for name, path in files_below(folder))


def _work(files: Iterable[tuple[str, bytes]]) -> Work:
    texts, others = [], {}
    for name, content in files:
        if PurePosixPath(name).name in _NOT_WORK:
            continue
        if len(content) > _LARGEST or b"\0" in content:
            others[hashlib.sha256(content).hexdigest()] = name
        else:
            texts.append(_text(name, content))
    return Work(tuple(texts), others)


def _text(name: str, content: bytes) -> Text:
    try:
        told = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = content.decode("cp1252", "replace")
    found = [(match.start(), match.end()) for match in _TOKEN.finditer(told)]
    tokens = [told[begin:end].casefold() for begin, end in found]
    words = [token[0].isalpha() for token in tokens]
    starts = range(len(tokens) - LENGTH + 1)
    return Text(
        name,
        told,
        tuple(found),
        tuple(hash(tuple(tokens[at : at + LENGTH])) for at in starts),
        tuple(sum(words[at : at + LENGTH]) >= _WORDS for at in starts),
    )


def compare(own: Work, others: Mapping[str, Work], starter: Work = Work()) -> Compared:
    """Finds what a work shares with others.

    Args:
        own: The work.
        others: Those of the others on the same lab, by whose they are.
        starter: What everybody was given.
    """
    shingles = {whose: work.shingles for whose, work in others.items()}
    nobody_s = starter.shingles | _common([own.shingles, *shingles.values()])
    mine = [_Own(text, nobody_s) for text in own.texts]
    words = sum(len(one.shared(own.shingles)) for one in mine)
    known = starter.others.keys()
    found = [
        likeness
        for whose, work in others.items()
        if (likeness := _likeness(whose, mine, shingles[whose], words, _same(own, work, known)))
    ]
    found.sort(key=lambda one: (-len(one.same), -one.share, one.whose))
    whole = tuple(sorted(name for digest, name in own.others.items() if digest not in known))
    return Compared(words, len(others), tuple(found), whole)


def _common(works: list[set[int]]) -> set[int]:
    """What more than half of the class has: the words of the sheet, or what everybody was told."""
    if len(works) < _FEW:
        return set()
    seen = Counter(one for work in works for one in work)
    return {one for one, times in seen.items() if times * 2 > len(works)}


def _same(own: Work, other: Work, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(own.others[digest] for digest in own.others.keys() & other.others.keys() - set(known)))


class _Own:
    """A text of which what is nobody's is taken away."""

    def __init__(self, text: Text, nobody_s: set[int]) -> None:
        self.text = text
        self._nobody_s = nobody_s
        self._given = {place for at, one in enumerate(text.shingles) if one in nobody_s for place in _span(at)}

    def shared(self, theirs: set[int]) -> list[int]:
        """Returns the places of its words that stand in a shingle of theirs, and in none of nobody's."""
        wanted = theirs - self._nobody_s
        told = enumerate(zip(self.text.shingles, self.text.telling, strict=True))
        return sorted(
            {place for at, (one, says) in told if says and one in wanted for place in _span(at)} - self._given
        )


def _span(at: int) -> range:
    """The places that a shingle covers."""
    return range(at, at + LENGTH)


def _likeness(whose: str, mine: list[_Own], theirs: set[int], words: int, same: tuple[str, ...]) -> Likeness | None:
    passages: list[Passage] = []
    shared = 0
    for one in mine:
        places = one.shared(theirs)
        shared += len(places)
        passages += [_passage(one.text, run) for run in _runs(places)]
    if not (shared or same):
        return None
    passages.sort(key=lambda one: -one.words)
    return Likeness(whose, shared, shared / words if words else 0.0, tuple(passages[:_SHOWN]), same)


def _runs(places: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _passage(text: Text, run: list[int]) -> Passage:
    begin, end = text.places[run[0]][0], text.places[run[-1]][1]
    told = text.content[begin:end]
    cut = told if len(told) <= _CUT else f"{told[:_CUT]}…"
    return Passage(text.name, text.content.count("\n", 0, begin) + 1, cut, len(run))
