"""Messages expliqués: the commonest error messages of PHP, SQL, Flask and spreadsheets, explained in French.

The English message is always kept beside its explanation: reading it is part of the trade (C3.3). The catalogue is
``messages.yaml``, each entry with its source; this module finds them in what an application printed. Whatever it
is given is foreign: it is never a template, never longer than a readable line, and free of control characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from etabli.exam.reading.markup import unescape
from etabli.system.yaml_files import Described

MOST = 10
"""Messages given at most, for one call."""

READABLE = 200
"""Characters of a message that are kept."""

FILE = Path(__file__).with_name("messages.yaml")
_LONGEST_TEXT, _LONGEST_LINE, _LONGEST_VALUE = 1_000_000, 10_000, 60
_TRACEBACK = 20_000
"""How far above a message of Python its place is looked for."""

_TAGS = re.compile(r"</?(?:a|b|body|br|code|div|em|h[1-6]|i|li|p|pre|span|strong|t[dhr]|title)\b[^<>\n]{0,300}>", re.I)
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LOG = re.compile(r"^(?:\[[^\]\n]{1,60}\]\s*)+|^\s*PHP (?=[A-Z])")
_STACK = re.compile(r"\\nStack trace:|\bStack trace:|\\n")
_BYTES = re.compile(r"(?:\\x[0-9A-Fa-f]{2}){1,400}")
_ROOT = re.compile(r"/srv/app/")
_PHP_PLACE = re.compile(r"\bin (?:/srv/app/)?(?P<file>[^\s:«»(),]{1,80}\.(?:php|inc))(?: on line |:)(?P<line>\d+)")
_PHP_FRAME = re.compile(
    r"#\d{1,2} (?:/srv/app/)?(?P<file>[^\s:«»(),]{1,80}\.(?:php|inc))\((?P<line>\d+)\)"
    r"|\(appelé par (?P<by>[^\s:«»(),]{1,80}), ligne (?P<at>\d+)\)"
)
"""A line of PHP's stack, as PHP prints it and as a check quotes it."""
_PYTHON_PLACE = re.compile(r'File "/srv/app/(?P<file>[^"\n]{1,80})", line (?P<line>\d+)')
_GROUP = re.compile(r"\{(\w+)\}")
_PLACED = ("PHP", "SQL", "Python", "Flask")
_PLACE = " Endroit signalé : {file}, ligne {line}{caller}."
_CALLER = ", appelé par {file}, ligne {line}"


class KnownMessage(Described):
    """A message of the catalogue; ``means`` and ``look`` may use the named groups of the pattern: ``{name}``."""

    id: str
    technology: str
    pattern: re.Pattern[str]
    """Looked for in a line; it starts with a fixed text where it can, which makes the search fast."""
    example: str
    """The message as the tool prints it."""
    means: str
    look: str
    source: str
    """Address of the page that documents the message."""
    played: bool = False
    """The grading itself may play this failure: of an exam that did, it says nothing of the work."""


@dataclass(frozen=True)
class Explained:
    """One message that an application printed, with what it means."""

    id: str
    """Stable identifier in ``messages.yaml``."""
    message: str
    """The line as it was printed, cut to a readable length."""
    means: str
    """What it means, in plain French."""
    look: str
    """Where to look next."""
    played: bool = False
    """See :class:`KnownMessage`."""


@cache
def catalogue() -> tuple[KnownMessage, ...]:
    """Returns all known messages, the most specific first."""
    groups = yaml.safe_load(FILE.read_text("utf-8")).items()
    return tuple(
        KnownMessage(id=name, technology=technology, **facts)
        for technology, messages in groups
        for name, facts in messages.items()
    )


def explain(texts: Iterable[str]) -> tuple[Explained, ...]:
    """Finds known messages in what an application printed.

    A line is explained by one entry, the first of the catalogue that fits.

    Args:
        texts: Journals, bodies of error pages, observed sentences; any length (what follows the first million
            characters of one is left alone).

    Returns:
        Each known message once, in order of appearance, at most ten; a whole message rather than one that was cut.
    """
    found: dict[str, Explained] = {}
    for entry, match in _of_each(texts):
        known = found.get(entry.id)
        if (known is None and len(found) < MOST) or (known is not None and known.message.endswith("…")):
            new = _explained(entry, match)
            found[entry.id] = known if known and new.message.endswith("…") else new
    return tuple(found.values())


def _of_each(texts: Iterable[str]) -> Iterator[tuple[KnownMessage, re.Match[str]]]:
    for text in texts:
        yield from _matches(_clean(text))


def _matches(text: str) -> list[tuple[KnownMessage, re.Match[str]]]:
    """The first line of each entry, in order of appearance; a line belongs to the first entry that fits it."""
    taken: set[int] = set()
    found: list[tuple[KnownMessage, re.Match[str]]] = []
    for entry in catalogue():
        lines = [(text.rfind("\n", 0, match.start()), match) for match in entry.pattern.finditer(text)]
        found += [(entry, match) for line, match in lines if line not in taken][:1]
        taken.update(line for line, _match in lines)
    return sorted(found, key=lambda pair: pair[1].start())


def _clean(text: str) -> str:
    """Plain lines of bounded length: no tags, no entities, no colours, no control characters."""
    plain = _TAGS.sub("", text[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))
    plain = _INVISIBLE.sub(" ", _COLOURS.sub("", _BYTES.sub(_letters, unescape(plain))))
    return "\n".join(line[:_LONGEST_LINE] for line in plain.split("\n"))


def _letters(found: re.Match[str]) -> str:
    r"""MariaDB writes letters with accents as their bytes: ``\xC3\x89`` is « É »."""
    try:
        return bytes.fromhex(found.group().replace("\\x", "")).decode()
    except UnicodeDecodeError:
        return found.group()


def _explained(entry: KnownMessage, match: re.Match[str]) -> Explained:
    values = {name: value or "…" for name, value in match.groupdict().items()}
    means = _fill(entry.means, values)
    look = _fill(entry.look, values)
    place = _place(match) if entry.technology in _PLACED else None
    if place:
        caller = _caller(place, _bounds(match)[1]) if entry.technology == "SQL" else ""
        look += _PLACE.format(file=place["file"], line=place["line"], caller=caller)
    return Explained(entry.id, _message(match), means, look, entry.played)


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Puts named groups into a text of ours; braces of anything else stay as they are."""
    return _GROUP.sub(lambda group: _cut(_ROOT.sub("", values.get(group[1], group[0])), _LONGEST_VALUE), text)


def _bounds(match: re.Match[str]) -> tuple[int, int]:
    """Where the message begins and ends: its line, or the quotation « … » that holds it."""
    text = match.string
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    end = len(text) if end < 0 else end
    opened = text.rfind("« ", start, match.start())
    closed = text.find(" »", match.start(), end)
    if opened >= 0 and closed >= 0 and text.find("»", opened, match.start()) < 0:
        return opened + 2, closed
    return start, end


def _message(match: re.Match[str]) -> str:
    start, end = _bounds(match)
    stack = _STACK.search(match.string, match.end(), end)
    end = stack.start() if stack else end
    before, after = match.string[start : match.start()], match.string[match.start() : end]
    before = _LOG.sub("", _LOG.sub("", before))
    if len(before) + len(match.group()) > READABLE:
        before = "… " + before[-40:] if len(before) > 40 else before
    return _cut(" ".join(_ROOT.sub("", before + after).split()), READABLE)


def _place(match: re.Match[str]) -> re.Match[str] | None:
    """The file and line of the candidate's that the message names."""
    start, end = _bounds(match)
    return _PHP_PLACE.search(match.string, start, end) or _above(match.string, start)


def _caller(place: re.Match[str], end: int) -> str:
    """What called the line of PHP that failed: a request is often sent by one function, and written by another."""
    frames = _PHP_FRAME.finditer(place.string, place.end(), end)
    named = ((one["file"] or one["by"], one["line"] or one["at"]) for one in frames)
    other = next((one for one in named if one != (place["file"], place["line"])), None)
    return _CALLER.format(file=other[0], line=other[1]) if other else ""


def _above(text: str, end: int) -> re.Match[str] | None:
    """The last line of the candidate's that a traceback names before its message."""
    start = max(0, text.rfind("Traceback (most recent call last)", max(0, end - _TRACEBACK), end))
    if text.find("\n\n", start, end) >= 0:
        return None
    return next(iter(reversed(list(_PYTHON_PLACE.finditer(text, max(start, end - _TRACEBACK), end)))), None)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
