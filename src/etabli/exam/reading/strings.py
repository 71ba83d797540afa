"""Text inside bytes that are not text: images, macros, unknown files."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from .kinds import PNG

SHORTEST: Final = 5
"""Characters of a run: shorter ones appear by chance in any image."""
_CHAR = rb"[\x20-\x7e]|\xc3[\x80-\xbf]|\xe2\x80[\x90-\xbf]"
_BYTES = re.compile(rb"(?:" + _CHAR + rb"){%d,}" % SHORTEST)
_WIDE = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\0){%d,}" % SHORTEST)
_WIDE_BIG = re.compile(rb"(?:\0[\x20-\x7e\xa0-\xff]){%d,}" % SHORTEST)
_PNG_TEXT_LIMIT = 1 << 20
_OVBA_CHUNK = 4096


def runs(data: bytes) -> Iterator[str]:
    """Yields the runs of printable characters, of one byte or of two each."""
    for match in _BYTES.finditer(data):
        yield match.group().decode("utf-8", "replace")
    for match in _WIDE.finditer(data):
        yield match.group().decode("utf-16-le")
    for match in _WIDE_BIG.finditer(data):
        yield match.group().decode("utf-16-be")


def png_texts(data: bytes) -> Iterator[str]:
    """Yields the compressed texts of a PNG image; `runs` finds the others.

    Source: W3C PNG, third edition, 11.3.3.
    """
    place = len(PNG)
    while data.startswith(PNG) and place + 8 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + size]
        place += 12 + size
        if kind in (b"zTXt", b"iTXt"):
            yield from _inflated(body)


def _inflated(body: bytes) -> Iterator[str]:
    """The compressed part begins after a few words that end with zero bytes: wherever it begins, it is found."""
    for match in re.finditer(rb"\0(?=[\x48\x58\x68\x78])", body[:2000]):
        try:
            found = zlib.decompressobj().decompress(body[match.end() :], _PNG_TEXT_LIMIT)
        except zlib.error:
            continue
        yield found.decode("utf-8", "replace")


def macros(data: bytes) -> Iterator[str]:
    """Yields the source of the macros in a ``vbaProject.bin``, wherever a compressed container begins.

    Source: [MS-OVBA] 2.4.1, decompression.
    """
    for match in re.finditer(rb"\x01[\s\S][\xb0-\xbf](?=[\s\S]{4})", data):
        found = _container(data, match.start() + 1)
        if found.startswith(b"Attribut"):
            yield found.decode("cp1252", "replace")


def _container(data: bytes, place: int) -> bytes:
    found = bytearray()
    while place + 2 <= len(data):
        header = int.from_bytes(data[place : place + 2], "little")
        if (header >> 12) & 0x7 != 0b011 or len(found) > _PNG_TEXT_LIMIT:
            break
        end = min(place + (header & 0xFFF) + 3, len(data))
        if header & 0x8000:
            _chunk(data, place + 2, end, found)
        else:
            found += data[place + 2 : place + 2 + _OVBA_CHUNK]
        place = end
    return bytes(found)


def _chunk(data: bytes, place: int, end: int, found: bytearray) -> None:
    start = len(found)
    while place < end:
        flags, place = data[place], place + 1
        for bit in range(8):
            if place >= end:
                return
            if not flags >> bit & 1:
                found.append(data[place])
                place += 1
                continue
            if place + 2 > end:
                return
            if not _copy(int.from_bytes(data[place : place + 2], "little"), start, found):
                return
            place += 2


def _copy(token: int, start: int, found: bytearray) -> bool:
    bits = max((len(found) - start - 1).bit_length(), 4)
    length = (token & (0xFFFF >> bits)) + 3
    offset = (token >> (16 - bits)) + 1
    if offset > len(found) - start:
        return False
    for _byte in range(length):
        found.append(found[-offset])
    return True
