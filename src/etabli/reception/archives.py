"""What a file that should be a zip really is, told by its first bytes, and what to do about it."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission
from etabli.reception.submission import DECLARATION
from etabli.system.zip_errors import UNREADABLE

_TOOLS = {
    ".rar": "WinRAR",
    ".7z": "7-Zip",
    ".tar": "tar",
    **dict.fromkeys((".gz", ".tgz"), "gzip"),
    **dict.fromkeys((".bz2", ".tbz2"), "bzip2"),
    **dict.fromkeys((".xz", ".txz", ".lzma"), "xz"),
    **dict.fromkeys((".zst", ".tzst"), "Zstandard"),
}
SUFFIXES = frozenset({".zip", *_TOOLS})
"""Suffixes of what learners hand in as an archive, whether or not it can be opened here."""
_READ = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 20: "Zstandard", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
"""How else a member may be compressed (APPNOTE.TXT 4.4.5); ours is Python's standard library."""
_HEAD = 512
_TAR_AT = 257
_ARCHIVES = (
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x5d\x00\x00", "LZMA"),
)
_OTHERS = (
    (b"%PDF-", "un document PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "un document Word ou Excel"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"<", "une page ou un programme"),
)
_OFFICE_OPEN_XML = "[Content_Types].xml"
_OPEN_DOCUMENT = "mimetype"
_PACK_AGAIN = (
    "sous Windows, ouvrez-la, puis clic droit sur le dossier, « Compresser dans un fichier ZIP », et déposez le .zip."
)


def archive_problem(path: Path, name: str) -> str | None:
    """Returns the sentence for a file that is no zip, calling it by the name given; ``None`` when all is well."""
    if path.is_dir() or (path.is_file() and (not os.access(path, os.R_OK) or is_zip(path))):
        return None  # what cannot be read gets its sentence at intake
    if tool := _TOOLS.get(path.suffix.lower()):
        return f"« {name} » est une archive {path.suffix} ({tool}) : {_PACK_AGAIN}"
    return unreadable(name, path)


def is_zip(path: Path) -> bool:
    """Tells whether the end of a file is a zip's; one that is damaged there, or is a volume of several, is none."""
    try:
        return zipfile.is_zipfile(path)
    except UNREADABLE:
        return False


def unreadable(name: str, path: Path) -> str:
    """Returns the sentence for a file that cannot be read as a zip: what it is, and the next step.

    Args:
        name: What to call it.
        path: The file; it may have vanished.
    """
    if not path.is_file() and (path.exists() or path.is_symlink()):
        return f"« {name} » est un lien ou un fichier spécial, pas une archive : remettez le dossier lui-même, en .zip."
    head = _head(path)
    if (kind := _archive_kind(head)) is not None:
        return f"« {name} » n'est pas une archive .zip, c'est une archive {kind} : {_PACK_AGAIN}"
    if (what := _other(head)) is not None:
        return _no_archive(name, what)
    cut = ", l'envoi s'est arrêté en route" if head.startswith(b"PK\x03\x04") else ""
    return f"« {name} » n'est pas une archive .zip lisible{cut} : demandez un nouveau dépôt."


def method_problem(info: zipfile.ZipInfo, name: str) -> str | None:
    """Returns the sentence for a zip, called by the name given, whose member is compressed in a way not read here."""
    if info.compress_type in _READ:
        return None
    method = _METHODS.get(info.compress_type, f"n° {info.compress_type}")
    return (
        f"« {name} » est un zip compressé avec la méthode {method} (7-Zip, WinZip ou PeaZip), qui n'est pas celle d'un "
        "zip ordinaire : sous Windows, ouvrez-le, puis clic droit sur le dossier, « Compresser dans un fichier ZIP » ; "
        "ou, dans 7-Zip, choisissez le format « zip » et la méthode « Deflate »."
    )


def refuse_other_archive(name: str, head: bytes) -> None:
    """Makes sure that the one file of a submission is not an archive of another kind.

    Raises:
        RejectedSubmission: Its first bytes say so.
    """
    if (kind := _archive_kind(head)) is not None:
        raise RejectedSubmission(f"Le rendu ne contient que « {name} », une archive {kind} : {_PACK_AGAIN}")


def refuse_document(name: str, archive: zipfile.ZipFile) -> None:
    """Makes sure that a zip is no office document under the name of a zip (.docx, .xlsx and .odt are zips).

    Raises:
        RejectedSubmission: It is one.
    """
    names = archive.namelist()
    document = _OFFICE_OPEN_XML in names or (_OPEN_DOCUMENT in names[:1] and "content.xml" in names)
    if document and DECLARATION not in names:  # « etabli submit » packs whatever lies in the work
        raise RejectedSubmission(_no_archive(name, "un document Word, Excel ou LibreOffice"))


def _no_archive(name: str, what: str) -> str:
    return (
        f"« {name} » n'est pas une archive .zip, c'est {what} : sous Windows, clic droit sur le dossier du travail, "
        "« Compresser dans un fichier ZIP », et déposez ce .zip."
    )


def _archive_kind(head: bytes) -> str | None:
    """Names the other kind of archive that these first bytes announce, if any."""
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "TAR"
    return next((kind for magic, kind in _ARCHIVES if head.startswith(magic)), None)


def _other(head: bytes) -> str | None:
    if not head:
        return "un fichier vide"
    return next((what for magic, what in _OTHERS if head.removeprefix(b"\xef\xbb\xbf").startswith(magic)), None)


def _head(path: Path) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(_HEAD)
    except OSError:
        return b""
