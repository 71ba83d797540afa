"""Zip archives, whose members are read within a budget."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from .limits import MAX_MEMBERS, MAX_PART, MAX_READ, MAX_UNPACKED, Refused
from .unpacking import opened

_AES = 99
_ENCRYPTED = 0x1
_STREAM_LIMITS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError),
    *(OSError, ValueError, IndexError, struct.error),
)


class Budget:
    """Bytes that may still be unpacked, shared by a file and all that is nested in it."""

    def __init__(self, left: int = MAX_READ) -> None:
        self._left = left

    def take(self, size: int) -> None:
        """Counts bytes.

        Raises:
            Refused: It is spent.
        """
        self._left -= size
        if self._left < 0:
            raise Refused("too-heavy", "unpacked", limit=MAX_UNPACKED)


@contextmanager
def sound() -> Iterator[None]:
    """Within the block, what a damaged archive makes the library say is a refusal."""
    try:
        yield
    except _STREAM_LIMITS as error:
        raise Refused("broken-file") from error
    except RuntimeError as error:  # the library's word for a member that wants a password
        if "password" in str(error) or "encrypted" in str(error):
            raise Refused("encrypted") from error
        raise


class Archive:
    """An open zip.

    Args:
        data: Its bytes.
        budget: What may be unpacked.

    Raises:
        Refused: It is damaged, encrypted, or has too many members.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data
        self._budget = budget
        with sound():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.members = [info for info in self._zip.infolist() if not info.is_dir()]
        self.comment = self._zip.comment
        for info in self.members:
            info.filename = info.filename.replace("\\", "/")  # some programs of Windows write them so
        self._by_name = {info.filename.casefold(): info for info in self.members}
        self._twice = {
            name for name, count in Counter(info.filename.casefold() for info in self.members).items() if count > 1
        }
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise Refused("too-heavy", "members", limit=MAX_MEMBERS)
        if any(info.flag_bits & _ENCRYPTED or info.compress_type == _AES for info in self.members):
            raise Refused("encrypted")
        self._big = [info for info in self.members if info.file_size > MAX_PART]
        if sum(info.file_size for info in self.members) > MAX_UNPACKED:
            raise Refused("too-heavy", "unpacked", limit=MAX_UNPACKED)
        if self._big:
            raise Refused("too-heavy", "heavy-part", name=self._big[0].filename, limit=MAX_PART)

    def __contains__(self, name: str) -> bool:
        """Whether there is a member of that name, whatever its case, as office suites have it."""
        return name.casefold() in self._by_name

    def directories(self) -> list[zipfile.ZipInfo]:
        """Returns the entries that stand for folders: they have a name and may have a comment."""
        return [info for info in self._zip.infolist() if info.is_dir()]

    def read(self, member: str | zipfile.ZipInfo) -> bytes:
        """Returns the bytes of a member.

        Raises:
            Refused: There is none of that name, or two, or it is damaged, or the budget is spent.
        """
        if isinstance(member, str) and member.casefold() in self._twice:
            raise Refused("broken-file", "twice", name=member)  # who opens it sees one, and we might read the other
        info = self._by_name.get(member.casefold()) if isinstance(member, str) else member
        if info is None:
            raise Refused("broken-file", "part", name=str(member))
        with sound(), opened(self._zip, info) as stream:
            return b"".join(self._pieces(stream))

    def _pieces(self, stream: IO[bytes]) -> Iterator[bytes]:
        while piece := stream.read(1 << 16):
            self._budget.take(len(piece))
            yield piece

    def gaps(self) -> Iterator[bytes]:
        """Yields what lies between the members and around them, which nothing but a hand puts there."""
        place = 0
        for info in sorted(self._zip.infolist(), key=lambda one: one.header_offset):
            start = info.header_offset
            if start > place:
                yield self._data[place:start]
            name, extra = struct.unpack("<HH", self._data[start + 26 : start + 30].ljust(4, b"\0"))
            place = max(place, start + 30 + name + extra + info.compress_size)
        yield self._data[place : self._zip.start_dir]
        end = self._data.rfind(b"PK\x05\x06")
        yield self._data[end + 22 + len(self.comment) :]
