"""What people see and no program of ours reads: pictures in documents, fonts that a work brings (ADR 56).

A picture may show what a search of texts does not find, and a font may draw a point for a comma. Both are found by
names and patterns of bytes alone: nothing is opened or unpacked. It gives advice for the learner and a line for whoever
decides; no verdict depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from etabli.exam.contract.french import count
from etabli.exam.contract.transcript import Event
from etabli.exam.reading.kinds import BY_SUFFIX, PACKAGES
from etabli.exam.reading.limits import MAX_FILE
from etabli.reception.asking import PROGRAMS, advice
from etabli.reception.sources import cited
from etabli.system.digest import open_regular

ADVICE: Final = "images-et-polices"
_FILES: Final = 300
_MEMBERS, _PART = 20_000, 64
"""Members looked at in a file, and bytes of each end of their names."""
_MEMBER: Final = re.compile(rb"PK\x01\x02.{24}(..).{16}", re.DOTALL)
"""An entry of a zip's list, up to its name, with the length of that (APPNOTE 4.3.12)."""
_PICTURES: Final = (
    *(b".png", b".jpg", b".jpeg", b".gif", b".bmp", b".tif", b".tiff", b".webp", b".svg", b".avif", b".heic", b".ico"),
    *(b".emf", b".wmf", b".emz", b".wmz", b".svm", b".eps", b".jfif"),
)
_FONTS: Final = (".woff", ".woff2", ".ttf", ".otf", ".ttc", ".eot", ".odttf")
_THUMBNAIL: Final = (b"thumbnails/thumbnail.", b"docprops/thumbnail.")
"""The first page in small, which office programs add."""
_DRAWN: Final = re.compile(rb"/Subtype\s*/Image\b")
_BRINGS: Final = re.compile(rb"@font-face\b|\bnew\s+FontFace\b", re.IGNORECASE)


def unread(tree: Path, paths: Sequence[str], *, pictures: bool = True) -> list[Event]:
    """Returns the advice event about the pictures and fonts of a work, if there are any.

    Args:
        tree: The work.
        paths: Its files, from there.
        pictures: Whether those of documents are told, too.
    """
    return advice(
        ADVICE,
        list(_places(tree, paths, told=pictures)),
        means=(
            "Aucune vérification ne lit ce que montre une image dans un document, ni ce que dessine une police de "
            "caractères. Aucun point n'est retiré pour cela ; la personne qui corrige les regardera."
        ),
        look=(
            "Relisez ce que montrent vos images : rien de personnel, ou enlevez-les. Avec vos polices, comparez ce que "
            "montre la page au texte de votre code."
        ),
    )


def _places(tree: Path, paths: Sequence[str], *, told: bool) -> Iterator[str]:
    for path in [one for one in map(PurePosixPath, paths) if _may(one)][:_FILES]:
        suffix = path.suffix.lower()
        if suffix in _FONTS:
            yield f"« {cited(str(path))} » est une police de caractères"
            continue
        with open_regular(tree / path) as file:
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            continue
        if suffix in PROGRAMS or suffix == ".css":
            if found := _BRINGS.search(data):
                line = data.count(b"\n", 0, found.start()) + 1
                yield f"« {cited(str(path))} », ligne {line}, apporte une police de caractères"
            continue
        names = list(islice(map(_name, _MEMBER.finditer(data)), _MEMBERS))
        pictures = sum(name.endswith(_PICTURES) and not name.startswith(_THUMBNAIL) for name in names)
        pictures += len(_DRAWN.findall(data)) if suffix == ".pdf" else 0
        fonts = sum(name.endswith(tuple(one.encode() for one in _FONTS)) for name in names)
        kept = [count(pictures, "une image", "{n} images")] if pictures and told else []
        kept += [count(fonts, "une police de caractères", "{n} polices de caractères")] if fonts else []
        if kept:
            yield f"« {cited(str(path))} » contient {' et '.join(kept)}"


def _name(entry: re.Match[bytes]) -> bytes:
    """The beginning and the end of a member's name; what is between tells nothing, and may be 64 kB."""
    start, end = entry.end(), entry.end() + int.from_bytes(entry[1], "little")
    return (entry.string[start : min(end, start + _PART)] + entry.string[max(start + _PART, end - _PART) : end]).lower()


def _may(path: PurePosixPath) -> bool:
    suffix = path.suffix.lower()
    known = BY_SUFFIX.get(suffix[1:])
    return known in (*PACKAGES, "pdf") or suffix in PROGRAMS or suffix == ".css" or suffix in _FONTS
