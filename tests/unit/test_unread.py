"""Pictures in documents and fonts that a work brings: named, by bytes alone, and never what others have."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from foreign_bytes import damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etabli.reception.unread import ADVICE, unread


def packed(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return stream.getvalue()


NAMED: Mapping[str, tuple[bytes, str]] = {
    "a.xlsx": (packed("xl/workbook.xml", "xl/media/image1.PNG", "xl/media/image2.emf"), "contient 2 images"),
    "b.ods": (packed("content.xml", "Pictures/1000.jpg", "Thumbnails/thumbnail.png"), "contient une image"),
    "c.docx": (
        packed("word/document.xml", "word/media/a.svg", "word/fonts/font1.odttf"),
        "contient une image et une police",
    ),
    "d.odt": (packed("Fonts/a.ttf", "Fonts/b.otf"), "contient 2 polices de caractères"),
    "e.pdf": (b"%PDF-1.7\n1 0 obj <</Type /XObject /Subtype /Image /Width 3>> stream", "contient une image"),
    "f.css": (
        b"p { color: red }\n\n@font-face { src: url(data:font/woff2;base64,d09G" + b"A" * 9000,
        "ligne 3, apporte une",
    ),
    "g.html": (b"<style>@FONT-FACE{src:url(x)}</style>", "ligne 1, apporte une police"),
    "h.js": (b"document.fonts.add(new FontFace('Chiffres', lu))", "ligne 1, apporte une police"),
    "fontes/i.WOFF2": (b"wOF2", "est une police de caractères"),
    "vendor/j.ttf": (b"", "est une police de caractères"),
}
HONEST: Mapping[str, bytes] = {
    "a.xlsx": packed("xl/workbook.xml", "xl/charts/chart1.xml", "docProps/thumbnail.jpeg", "xl/media.png.xml"),
    "b.ods": packed("content.xml", "Thumbnails/thumbnail.png", "ObjectReplacements/Object 1"),
    "c.pdf": b"%PDF-1.7\n<</Subtype /Form>> <</ProcSet [/PDF /Text /ImageB]>> /Subtype /ImageMask",
    "d.css": b"body { font-family: Georgia, serif } /* une police de la machine */",
    "e.js": b"const face = FontFaces['a'];",
    "f.txt": b"@font-face, PK\x01\x02",
    "logo.png": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("path", NAMED)
def test_what_nothing_reads_is_named_once(path: str, tmp_path: Path) -> None:
    data, said = NAMED[path]
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_bytes(data)
    (event,) = unread(tmp_path, [path])
    assert event["advice"] == ADVICE and event["message"].startswith(f"« {path} »") and said in event["message"]
    assert "Aucun point n'est retiré" in event["means"] and " ; " not in event["message"]


def test_pictures_are_not_named_where_they_belong(tmp_path: Path) -> None:
    for path in ("a.xlsx", "c.docx"):
        (tmp_path / path).write_bytes(NAMED[path][0])
    (event,) = unread(tmp_path, ["a.xlsx", "c.docx"], pictures=False)
    assert event["message"] == "« c.docx » contient une police de caractères"


@pytest.mark.parametrize("path", HONEST)
def test_what_has_no_picture_and_brings_no_font_is_not_named(path: str, tmp_path: Path) -> None:
    (tmp_path / path).write_bytes(HONEST[path])
    assert unread(tmp_path, [path]) == []


def test_the_first_ones_are_named_and_the_others_counted(tmp_path: Path) -> None:
    paths = [f"{number}.woff" for number in range(5)]
    for path in paths:
        (tmp_path / path).write_bytes(b"")
    (event,) = unread(tmp_path, paths)
    assert event["message"].count("est une police") == 3 and event["message"].endswith(" ; et 2 de plus")


@settings(
    max_examples=int(os.environ.get("ETABLI_EXEMPLES", "25")),
    deadline=None,
    database=None,
    derandomize="ETABLI_EXEMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**64), path=st.sampled_from(sorted(NAMED)))
def test_damaged_files_stop_nothing(seed: int, path: str, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_bytes(damaged(NAMED[path][0], random.Random(seed)))
    assert len(unread(tmp_path, [path])) <= 1


def test_names_as_long_as_they_may_be_are_read_by_their_ends(tmp_path: Path) -> None:
    """Entries that lie over each other would otherwise be copied, 64 kB each, as often as there are any."""
    entry = b"PK\x01\x02" + bytes(24) + b"\xff\xff" + bytes(16)
    (tmp_path / "a.xlsx").write_bytes(entry * 15_000 + b"x" * 65_531 + b".png")
    assert len(unread(tmp_path, ["a.xlsx"])) == 1
