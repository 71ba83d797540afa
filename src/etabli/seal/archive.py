"""The archive's one form: a zip that stores names and contents, and nothing else of which there is a choice.

Entries are sorted by the bytes of their names and not compressed; dates, modes and versions are fixed; there is no
comment, no extra field, nothing between, before or after. So the same files are the same bytes, and whoever reads an
archive can write it again and compare.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST = 1 << 29
"""Bytes of the greatest archive: it is read whole, in a browser too."""
MOST_FILES = 60_000
_UTF8, _STORED, _MIDNIGHT, _NEW_YEAR = 0x800, 0, 0, 0x21
_VERSION, _UNIX, _MODE = 20, 3, 0o100644
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"


class Packed(NamedTuple):
    """A file of an archive."""

    name: str
    content: bytes | memoryview


@dataclass(frozen=True)
class Walked:
    """What is met when an archive is read from its beginning."""

    files: tuple[Packed, ...]
    broken: str | None = None
    """Why no further file could be read (French, of the file that was expected)."""


def by_name(name: str) -> bytes:
    """Sorts names as their bytes do, which every language can do alike."""
    return name.encode()


def pieces(files: Sequence[Packed]) -> Iterator[tuple[str, bytes | memoryview]]:
    """Gives the archive of these files piece by piece, each with the name of the file that it is about."""
    directory, at = [], 0
    for name, content in files:
        raw, size, crc = name.encode(), len(content), zlib.crc32(content)
        common = (_UTF8, _STORED, _MIDNIGHT, _NEW_YEAR, crc, size, size, len(raw), 0)
        yield name, _LOCAL.pack(_LOCAL_MARK, _VERSION, *common) + raw
        yield name, content
        entry = _CENTRAL.pack(_CENTRAL_MARK, _UNIX << 8 | _VERSION, _VERSION, *common, 0, 0, 0, _MODE << 16, at)
        directory.append((name, entry + raw))
        at += _LOCAL.size + len(raw) + size
    yield from directory
    size = sum(len(entry) for _name, entry in directory)
    last = files[-1].name if files else ""
    yield last, _END.pack(_END_MARK, 0, 0, len(files), len(files), size, at, 0)


def written(files: Sequence[Packed]) -> bytes:
    """Returns the archive of these files; they come sorted by name, each name once."""
    return b"".join(content for _name, content in pieces(files))


def walk(data: bytes) -> Walked:
    """Reads the files of an archive from its beginning; what is broken ends it."""
    view, at, found = memoryview(data), 0, list[Packed]()
    while data[at : at + 4] != _CENTRAL_MARK:
        if len(found) == MOST_FILES:
            return Walked(tuple(found), "est de trop : aucune archive n'a autant de fichiers")
        if len(data) < at + _LOCAL.size:
            return Walked(tuple(found), "manque : l'archive est tronquée")
        mark, *_facts, size, _plain, length, extra = _LOCAL.unpack_from(data, at)
        if mark != _LOCAL_MARK:
            return Walked(tuple(found), "n'est pas à sa place : ce qui le précède a changé")
        begins = at + _LOCAL.size + length + extra
        if len(data) < begins + size:
            return Walked(tuple(found), "est tronqué : l'archive s'arrête avant sa fin")
        name = bytes(view[at + _LOCAL.size : at + _LOCAL.size + length]).decode("utf-8", "backslashreplace")
        found.append(Packed(name, view[begins : begins + size]))
        at = begins + size
    return Walked(tuple(found))


def odd_piece(files: Sequence[Packed], data: bytes) -> str | None:
    """Writes an archive again from what was read in it; returns the file about which it is not the same, if any."""
    view, at, name = memoryview(data), 0, ""
    for name, piece in pieces(files):
        if view[at : at + len(piece)] != piece:
            return name
        at += len(piece)
    return name if at != len(data) else None
