"""XML as a stream of events, without any entity, external or not."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.parsers import expat

from .limits import Refused

START: Final = "start"
END: Final = "end"
TEXT: Final = "text"
NOTE: Final = "note"
"""An XML comment or a processing instruction."""
_CHUNK = 1 << 16
_NO_MEMORY = 1
_LINK = "http://www.w3.org/1999/xlink href"
_NOTHING: Mapping[str, str] = {}
_NUMBERED = re.compile(r"&#(?=[0-9])0*+([0-9]*+)(;?)")
_MOST_DIGITS = 7
"""Of a character's number."""


class Event(NamedTuple):
    """One event; names have lost their namespaces."""

    kind: str
    name: str
    attributes: Mapping[str, str] = _NOTHING

    @property
    def text(self) -> str:
        """The text of a `TEXT` or a `NOTE`."""
        return self.name


def whole(text: str | None, default: int = 0, *, digits: int = 9) -> int:
    """Returns the number that digits of somebody else's say, the default when they say none or an absurd one.

    `int` refuses thousands of digits, and takes « ² » for none where `str.isdigit` takes it for one.

    Args:
        text: An attribute, or what a pattern found.
        default: For want of a number.
        digits: Of the longest number that has a sense.
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else default


def bounded(source: str) -> str:
    """Returns a text of HTML whose character references are short: what `html.parser` and `html.unescape` can read.

    Both ask `int`, which refuses thousands of digits. A browser shows U+FFFD for the number of no character.
    """
    return _NUMBERED.sub(lambda one: f"&#{one[1] or 0}{one[2]}" if len(one[1]) <= _MOST_DIGITS else "\ufffd", source)


def unescape(text: str) -> str:
    """Returns the text that HTML stands for, whatever its character references."""
    return html.unescape(bounded(text))


def walk(data: bytes, part: str) -> Iterator[Event]:
    """Yields the events of an XML part.

    A document type that declares anything is refused: office suites write none, and entities need one. The bare
    ``<!DOCTYPE … "library.dtd">`` of LibreOffice's macros declares nothing, and nothing is ever fetched.

    Args:
        data: Its bytes.
        part: Its name, for the words of a refusal.

    Raises:
        Refused: It is not well-formed, or declares entities.
    """
    events: list[Event] = []
    parser = _parser(events, part)
    try:
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
            yield from events
            events.clear()
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that is not known
        if getattr(error, "code", None) == _NO_MEMORY:
            raise MemoryError from error
        raise Refused("broken-file", "part", name=part) from error
    yield from events


def _parser(events: list[Event], part: str) -> expat.XMLParserType:
    names: dict[str, str] = {}

    def local(name: str) -> str:
        found = names.get(name)
        if found is None:
            found = names[name] = name.rpartition(" ")[2]
        return found

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {local(key): value for key, value in attributes.items()}
        if "href" in plain and _LINK in attributes:  # another namespace's must not hide it
            plain["href"] = attributes[_LINK]
        events.append(Event(START, local(name), plain or _NOTHING))

    def refuse(_name: str, _system: str | None, _public: str | None, declares: bool) -> None:
        if declares:
            raise Refused("trapped-file", "part", name=part)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: events.append(Event(END, local(name)))
    parser.CharacterDataHandler = lambda text: events.append(Event(TEXT, text))
    parser.CommentHandler = lambda text: events.append(Event(NOTE, text))
    parser.ProcessingInstructionHandler = lambda target, text: events.append(Event(NOTE, f"{target} {text}"))
    parser.StartDoctypeDeclHandler = refuse
    return parser
