"""What a file that should be a zip really is, told by its first bytes, and what to do about it."""

from __future__ import annotations

import zipfile
from pathlib import Path

_HEAD = 512
_TAR_AT = 257
_ARCHIVES = (
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
)
_OFFICE_OPEN_XML = "[Content_Types].xml"
_OPEN_DOCUMENT = "mimetype"


def unreadable(name: str, path: Path) -> str:
    """Returns the sentence for a file that cannot be read as a zip: what it is, and the next step.

    Args:
        name: What to call it.
        path: The file; it may have vanished.
    """
    head = _head(path)
    if (kind := archive_kind(head)) is not None:
        return (
            f"« {name} » n'est pas une archive .zip, c'est une archive {kind} : sous Windows, ouvrez-la, puis clic "
            "droit sur le dossier, « Compresser dans un fichier ZIP », et déposez le .zip."
        )
    if (what := _other(head)) is not None:
        return (
            f"« {name} » n'est pas une archive .zip, c'est {what} : sous Windows, clic droit sur le dossier du "
            "travail, « Compresser dans un fichier ZIP », et déposez ce .zip."
        )
    if head.startswith(b"PK\x03\x04"):
        return (
            f"« {name} » n'est pas une archive .zip lisible, l'envoi s'est arrêté en route : demandez un nouveau dépôt."
        )
    return f"« {name} » n'est pas une archive .zip lisible : demandez un nouveau dépôt."


def archive_kind(head: bytes) -> str | None:
    """Names the other kind of archive that these first bytes announce, if any."""
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "TAR"
    return next((kind for magic, kind in _ARCHIVES if head.startswith(magic)), None)


def _other(head: bytes) -> str | None:
    if not head:
        return "un fichier vide"
    known = (
        (b"%PDF-", "un document PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "un document Word ou Excel"),
        (b"\x89PNG", "une image"),
        (b"\xff\xd8\xff", "une image"),
        (b"<", "une page ou un programme"),
    )
    return next((what for magic, what in known if head.removeprefix(b"\xef\xbb\xbf").startswith(magic)), None)


def document(archive: zipfile.ZipFile) -> str | None:
    """Names the office document that a zip really is (.docx, .xlsx and .odt are zips), if it is one."""
    names = archive.namelist()
    if _OFFICE_OPEN_XML in names or (_OPEN_DOCUMENT in names[:1] and "content.xml" in names):
        return "un document Word, Excel ou LibreOffice"
    return None


def renamed_document(name: str, what: str) -> str:
    """Returns the sentence for a document handed in under the name of a zip."""
    return (
        f"« {name} » n'est pas une archive .zip, c'est {what} : sous Windows, clic droit sur le dossier du "
        "travail, « Compresser dans un fichier ZIP », et déposez ce .zip."
    )


def _head(path: Path) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(_HEAD)
    except OSError:
        return b""
