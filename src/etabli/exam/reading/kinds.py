"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import codecs
from typing import Final

from .archive import Archive, Budget
from .limits import Refused

PNG: Final = b"\x89PNG\r\n\x1a\n"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (PNG, "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"{\\rtf", "rtf"),
)
_FLAVOURS: tuple[tuple[bytes, str], ...] = (
    (b"opendocument.spreadsheet", "ods"),
    (b"opendocument.text", "odt"),
    (b"opendocument", "odf"),
)
_BODIES: Final = ((b"<office:spreadsheet", "ods"), (b"<office:text", "odt"))
BY_SUFFIX: Final = {
    **{"xlsx": "xlsx", "xlsm": "xlsx", "ods": "ods", "csv": "text", "docx": "docx", "docm": "docx", "odt": "odt"},
    **{"pdf": "pdf", "txt": "text", "md": "text", "html": "html", "htm": "html"},
}
"""What a file of each suffix must be to be read as a table or as a text."""
PACKAGES: Final = ("zip", "xlsx", "ods", "docx", "odt", "odf", "ooxml")
"""The kinds of file that are an archive inside."""
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b\x1a")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def suffix(name: str) -> str:
    """Returns the suffix of a path, lower case, without its dot."""
    last = name.rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""


def kind(data: bytes, budget: Budget) -> str:
    """Returns what the bytes are: ``xlsx``, ``ods``, ``docx``, ``odt``, ``pdf``, ``text``, ``zip``, ``image``, etc.

    Raises:
        Refused: An archive is damaged or encrypted.
    """
    if not data:
        return "empty"
    for magic, name in _MAGIC:
        if data.startswith(magic) and (name in ("zip", "rtf") or not is_text(data)):
            return _flavour(Archive(data, budget)) if name == "zip" else name
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if any(mark in head.lower() for mark in (b"<!doctype html", b"<html")):
        return "html"
    return "text" if is_text(data) else "unknown"


def _flavour(archive: Archive) -> str:
    if "mimetype" in archive:
        said = archive.read("mimetype")
        return next((name for mark, name in _FLAVOURS if mark in said), "zip")
    if "content.xml" in archive:  # Google writes no mimetype
        said = archive.read("content.xml")
        return next((name for mark, name in _BODIES if mark in said), "zip")
    if "[Content_Types].xml" not in archive:
        return "zip"
    said = archive.read("[Content_Types].xml")
    if b"spreadsheetml.sheet.main" in said or b"sheet.macroEnabled.main" in said or b"spreadsheetml.template" in said:
        return "xlsx"
    if b"wordprocessingml.document.main" in said or b"document.macroEnabled.main" in said:
        return "docx"
    return "ooxml"


def is_text(data: bytes) -> bool:
    """Whether bytes can be a text file: no zero byte (UTF-16 with its mark apart), hardly any control."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if b"\0" in data:
        return False
    head = data[:65536]
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    return controls * 200 <= len(head)


def require(data: bytes, name: str, allowed: tuple[str, ...], budget: Budget) -> str:
    """Returns the suffix of a file that is what its name says.

    Args:
        data: Its bytes.
        name: Its path.
        allowed: The kinds that the caller reads.
        budget: What may be unpacked.

    Raises:
        Refused: It is something else, with the words for what it is.
    """
    end = suffix(name)
    wanted = BY_SUFFIX.get(end)
    found = kind(data, budget)
    if found == "empty":
        raise Refused("broken-file", "empty")
    if found == "ole":
        raise Refused("encrypted") if _ENCRYPTED_PACKAGE in data else Refused("old-format")
    if wanted == "html" and found == "text":
        found = "html"  # a page that begins otherwise
    if wanted not in allowed or found != wanted:
        # A cut or damaged archive still begins like one; a text full of zeros does not look like a text.
        raise Refused("wrong-kind", "kind", kind=found)
    return end


def decode(data: bytes) -> str:
    """Returns the text of a text file: UTF-8 with or without its mark, UTF-16 with it, else cp1252.

    Raises:
        Refused: It is none of them.
    """
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    if not is_text(data):
        raise Refused("unreadable-text")
    for attempt in (encoding, "cp1252"):
        try:
            return data.decode(attempt)
        except UnicodeDecodeError:
            if encoding == "utf-16":
                break
    raise Refused("unreadable-text")
