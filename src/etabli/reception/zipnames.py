"""Names of zip members as their author saw them, whatever tool wrote the archive.

A zip says « this name is UTF-8 » by one bit (general purpose flag 11, APPNOTE.TXT 4.4.4) or gives the name again in
an extra field (0x7075, 4.6.9). Without either, the bytes are in the encoding of the machine that wrote them, and
Python reads them as cp437. What French schools hand in without the bit comes from three families:

- macOS wrote UTF-8 without saying so: bytes that are valid UTF-8 are taken as such (French text in a one-byte
  encoding is practically never valid UTF-8: an accented letter would need the right neighbour);
- Windows Explorer and 7-Zip write the « OEM » code page, cp850 in France. The accented small letters of cp437 have
  the same bytes there, so cp850 reads both;
- some older tools write cp1252, the « ANSI » code page.

(Who writes what: github.com/thejoshwolfe/yauzl, issue 84, and github.com/ashang/unar, issue 4.)

Between the last two, the names of the whole archive vote: the reading with more letters of French and fewer
symbols wins, cp850 when they are equal.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence

from etabli.exam.contract.words import normal

_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_ONE_BYTE = ("cp850", "cp1252")
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆ«»’°€–")


def names_of(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Returns the name of each member, in order, accents composed (NFC) so that links in pages match it."""
    raws = [_raw(member) for member in members]
    known = [_stated(member, raw) for member, raw in zip(members, raws, strict=True)]
    encoding = vote([raw for raw, name in zip(raws, known, strict=True) if name is None])
    read = [raw.decode(encoding) if name is None else name for raw, name in zip(raws, known, strict=True)]
    return [normal("NFC", name.partition("\0")[0]) for name in read]


def _stated(member: zipfile.ZipInfo, raw: bytes) -> str | None:
    """Returns the name when the archive states its encoding, or when it is plain ASCII or valid UTF-8."""
    if member.flag_bits & _UTF8:
        return member.orig_filename
    return _unicode_path(member.extra, raw) or _utf8(raw)


def _raw(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Reads extra field 0x7075: version 1, CRC-32 of the plain name, the name in UTF-8."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(body) > 5 and body[:5] == struct.pack("<BL", 1, zlib.crc32(raw)):
            return _utf8(body[5:])
    return None


def vote(names: Sequence[bytes]) -> str:
    """Returns the one-byte encoding in which these names read most like French."""
    return max(_ONE_BYTE, key=lambda encoding: _likeness(names, encoding))


def _likeness(names: Sequence[bytes], encoding: str) -> int:
    try:
        text = "".join(raw.decode(encoding) for raw in names)
    except UnicodeDecodeError:
        return -1_000_000
    return sum(1 if letter in _FRENCH else -1 for letter in text if ord(letter) > 127)
