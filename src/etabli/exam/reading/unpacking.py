"""Members of zip archives, unpacked in steps: never more bytes than the archive says.

The standard library cuts what a member holds at the size that is announced, but unpacks all of it first: 180 bytes of
bzip2 are then 200 MB, or 100 GB. Here a member that goes on after its announced end is damaged.
"""

from __future__ import annotations

import bz2
import copy
import io
import lzma
import struct
import zipfile
import zlib
from typing import IO, Any, Final

_STEP: Final = 1 << 16
_DICTIONARY: Final = 1 << 28
"""Bytes of memory that a member may want to be unpacked (LZMA)."""
_IDLE: Final = 4096
"""Bytes that a member of no bytes may be packed in, and twice those of one that has some: nobody packs so."""
_NO_SIZE: Final = b"\xff" * 8


def opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """Opens a member for reading, as ``archive.open`` does; what it holds beyond its announced size is damage.

    Args:
        archive: Open.
        info: One of its members.
    """
    return io.BufferedReader(_Member(archive, info), _STEP)


class _Member(io.RawIOBase):
    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        super().__init__()
        if info.compress_size > 2 * info.file_size + _IDLE:
            raise zipfile.BadZipFile("a member is packed in far more bytes than it has")
        packed = copy.copy(info)  # its bytes as they lie there
        packed.compress_type, packed.file_size = zipfile.ZIP_STORED, info.compress_size
        del packed.CRC
        self._packed = archive.open(packed)
        self._left, self._sum, self._wanted = info.file_size, 0, info.CRC
        self._machine = self._machine_for(info.compress_type)

    def _machine_for(self, method: int) -> Any:
        if method == zipfile.ZIP_STORED:
            return None
        if method == zipfile.ZIP_DEFLATED:
            return _Inflater()
        if method == zipfile.ZIP_BZIP2:
            return bz2.BZ2Decompressor()
        if method != zipfile.ZIP_LZMA:
            raise NotImplementedError(f"compression {method}")
        (size,) = struct.unpack("<2xH", self._packed.read(4))
        machine = lzma.LZMADecompressor(lzma.FORMAT_ALONE, _DICTIONARY)
        machine.decompress(self._packed.read(size) + _NO_SIZE)
        return machine

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._step(min(len(buffer), self._left + 1))  # one byte more tells whether this is the end
        if len(piece) > self._left:
            raise zipfile.BadZipFile("a member goes on after its announced end")
        self._left, self._sum = self._left - len(piece), zlib.crc32(piece, self._sum)
        if not piece and self._sum != self._wanted:
            raise zipfile.BadZipFile("a member has another sum")
        buffer[: len(piece)] = piece
        return len(piece)

    def _step(self, most: int) -> bytes:
        if self._machine is None:
            return self._packed.read(most)
        while not self._machine.eof:
            packed = self._packed.read(_STEP) if self._machine.needs_input else b""
            if piece := self._machine.decompress(packed, most):
                return bytes(piece)
            if not packed and self._machine.needs_input:
                break
        return b""

    def close(self) -> None:
        self._packed.close()
        super().close()


class _Inflater:
    """Deflate, asked for as the two others are."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, packed: bytes, most: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + packed, most)
