"""Real archives: what Windows, macOS, Composer, Git and haste leave in them is taken in without a word."""

from __future__ import annotations

import io
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from deposit_samples import archive, folder, zipped

from etabli.exam.contract.errors import RejectedSubmission
from etabli.lab.manifest import Lab
from etabli.reception.declaration import declared_candidate
from etabli.reception.intake import VENDOR_TIMES, take_in
from etabli.reception.zipnames import vote

PAGE = b"<?php echo 'Bonjour';"


def legacy(path: Path, names: dict[str, str], *, encoding: str, extra: bool = False) -> Path:
    """Writes an archive whose names are bytes of an encoding, without the bit that says UTF-8.

    ``names`` gives contents by name; ``extra`` adds the Unicode Path field (0x7075) of Info-ZIP and WinRAR.
    """
    data = io.BytesIO()
    swaps: list[tuple[bytes, bytes]] = []
    with zipfile.ZipFile(data, "w") as made:
        for number, (name, content) in enumerate(names.items()):
            raw = name.encode(encoding)
            stand_in = chr(ord("A") + number) * len(raw)
            info = zipfile.ZipInfo(stand_in)
            if extra:
                body = b"\x01" + zlib.crc32(raw).to_bytes(4, "little") + name.encode()
                info.extra = b"\x75\x70" + len(body).to_bytes(2, "little") + body
            made.writestr(info, content)
            swaps.append((stand_in.encode(), raw))
    written = data.getvalue()
    for stand_in, raw in swaps:
        assert written.count(stand_in) == 2, "once in the local header, once in the directory"
        written = written.replace(stand_in, raw)
    path.write_bytes(written)
    return path


FRENCH = {
    "index.php": "<?php",
    "données/énoncé.php": "<?php",
    "images/Été à Noël.png": "x",
    "où ça/façade – 2.css": "x",
    "Élève/ÇA.txt": "x",
}
PLAIN = {name: text for name, text in FRENCH.items() if "–" not in name}


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8"])
def test_french_names_are_read_whatever_windows_or_macos_wrote(tmp_path: Path, lab: Lab, encoding: str) -> None:
    names = FRENCH if encoding != "cp850" else PLAIN
    taken = take_in(legacy(tmp_path / "a.zip", names, encoding=encoding), lab, tmp_path / "t")
    assert taken.paths == tuple(sorted(names))
    assert (taken.tree / "données/énoncé.php").is_file()


def test_names_in_cp437_are_read_too(tmp_path: Path, lab: Lab) -> None:
    names = {"index.php": "<?php", "données/énoncé.php": "<?php", "forêt/maïs à côté.css": "x", "ça/Édition.txt": "x"}
    taken = take_in(legacy(tmp_path / "a.zip", names, encoding="cp437"), lab, tmp_path / "t")
    assert taken.paths == tuple(sorted(names))


def test_a_second_name_in_utf8_wins_over_the_first(tmp_path: Path, lab: Lab) -> None:
    names = {"index.php": "<?php", "dé.php": "x"}
    path = legacy(tmp_path / "a.zip", names, encoding="cp1252", extra=True)
    assert take_in(path, lab, tmp_path / "t").paths == ("dé.php", "index.php")


def test_the_whole_archive_votes() -> None:
    assert vote(["é.txt".encode("cp850"), "à la carte.php".encode("cp850")]) == "cp850"
    assert vote(["é.txt".encode("cp1252"), "à la carte.php".encode("cp1252")]) == "cp1252"
    assert vote([]) == "cp850"


def test_names_of_macos_are_composed_so_that_links_match(tmp_path: Path, lab: Lab) -> None:
    apart = unicodedata.normalize("NFD", "données/énoncé.php")
    taken = take_in(archive(tmp_path / "a.zip", {"index.php": PAGE, apart: b"x"}), lab, tmp_path / "t1")
    assert taken.paths == ("données/énoncé.php", "index.php")
    again = take_in(folder(tmp_path / "dossier", {apart: b"x", "index.php": PAGE}), lab, tmp_path / "t2")
    assert (again.paths, again.sha256) == (taken.paths, taken.sha256)


def test_two_names_that_become_one_are_told(tmp_path: Path, lab: Lab) -> None:
    members = {unicodedata.normalize(form, "é.txt"): b"x" for form in ("NFC", "NFD")}
    with pytest.raises(RejectedSubmission, match=r"deux fois « é\.txt »"):
        take_in(archive(tmp_path / "a.zip", {"index.php": PAGE, **members}), lab, tmp_path / "t")


@pytest.mark.parametrize("levels", range(5))
def test_wrapping_folders_are_seen_through(tmp_path: Path, lab: Lab, levels: int) -> None:
    wrapping = "".join(f"niveau {level}/" for level in range(levels))
    members = {f"{wrapping}index.php": PAGE, f"{wrapping}css/style.css": b"x", "__MACOSX/._x": b"x"}
    assert take_in(archive(tmp_path / "a.zip", members), lab, tmp_path / "t").paths == ("css/style.css", "index.php")


CLUTTER = [
    "__MACOSX/index.php",
    "__MACOSX/._index.php",
    "._index.php",
    ".DS_Store",
    "images/.DS_Store",
    "Thumbs.db",
    "images/Thumbs.db",
    "desktop.ini",
    "~$devis.xlsx",
    "documents/~$rapport.docx",
    ".~lock.devis.ods#",
    ".git/HEAD",
    ".git/objects/ab/cdef",
    "node_modules/bootstrap/dist/js/bootstrap.js",
    ".idea/workspace.xml",
    ".vscode/settings.json",
    "__pycache__/app.cpython-311.pyc",
    "venv/lib/python3.11/site-packages/flask/app.py",
    ".etabli/workspace.json",
]


@pytest.mark.parametrize("name", CLUTTER)
def test_clutter_is_left_out_of_zips_and_folders(tmp_path: Path, lab: Lab, name: str) -> None:
    members = {"index.php": PAGE, name: b"x"}
    assert take_in(archive(tmp_path / "a.zip", members), lab, tmp_path / "t1").paths == ("index.php",)
    assert take_in(folder(tmp_path / "dossier", members), lab, tmp_path / "t2").paths == ("index.php",)


def test_the_thousand_files_of_git_and_npm_cost_nothing(tmp_path: Path, lab: Lab) -> None:
    heavy = {f"{place}/{n}": b"x" for place in (".git/objects", "node_modules/a") for n in range(200)}
    assert lab.manifest.submission.files < len(heavy)
    assert take_in(archive(tmp_path / "a.zip", {"index.php": PAGE, **heavy}), lab, tmp_path / "t").paths == (
        "index.php",
    )


def test_links_inside_what_is_left_out_do_not_matter(tmp_path: Path, lab: Lab) -> None:
    (tmp_path / "a/node_modules/.bin").mkdir(parents=True)
    (tmp_path / "a/index.php").write_bytes(PAGE)
    os.symlink("/usr/bin/env", tmp_path / "a/node_modules/.bin/vite")
    assert take_in(tmp_path / "a", lab, tmp_path / "t").paths == ("index.php",)


def test_vendor_is_kept_and_counts_apart(tmp_path: Path, lab: Lab) -> None:
    limit = lab.manifest.submission.files
    libraries = {f"vendor/twig/src/{n}.php": b"<?php" for n in range(limit * VENDOR_TIMES)}
    taken = take_in(archive(tmp_path / "a.zip", {"index.php": PAGE, **libraries}), lab, tmp_path / "t")
    assert len(taken.paths) == 1 + limit * VENDOR_TIMES
    one_more = libraries | {"vendor/autoload.php": b"<?php"}
    with pytest.raises(RejectedSubmission, match="Le dossier « vendor » contient plus de 100 fichiers"):
        take_in(archive(tmp_path / "b.zip", {"index.php": PAGE, **one_more}), lab, tmp_path / "t")


def test_vendor_does_not_escape_the_limit_of_size(tmp_path: Path, lab: Lab) -> None:
    with pytest.raises(RejectedSubmission, match="pèse plus de 1 Mo"):
        take_in(archive(tmp_path / "a.zip", {"vendor/gros.bin": bytes(2_000_000)}), lab, tmp_path / "t")


def test_line_ends_and_byte_order_marks_are_kept_byte_for_byte(tmp_path: Path, lab: Lab) -> None:
    members = {
        "index.php": b"\xef\xbb\xbf<?php\r\necho 1;\r\n",
        "style.css": "é\r\n".encode("utf-16"),
        "a.txt": "déjà".encode("cp1252"),
    }
    taken = take_in(archive(tmp_path / "a.zip", members), lab, tmp_path / "t")
    assert {name: (taken.tree / name).read_bytes() for name in taken.paths} == members


def test_backslashes_of_windows_are_folders(tmp_path: Path, lab: Lab) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = "site\\images\\logo.png"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(info, b"x")
        made.writestr("site/index.php", PAGE)
    assert take_in(tmp_path / "a.zip", lab, tmp_path / "t").paths == ("images/logo.png", "index.php")


def test_a_folder_of_old_windows_tools_is_no_file(tmp_path: Path, lab: Lab) -> None:
    members = {"site\\": b"", "site\\index.php": PAGE}
    assert take_in(archive(tmp_path / "a.zip", members), lab, tmp_path / "t").paths == ("index.php",)


def test_names_of_unzipped_files_are_read_too(tmp_path: Path, lab: Lab) -> None:
    given = folder(tmp_path / "rendu", {os.fsdecode("été.png".encode("cp1252")): b"x"})
    assert take_in(given, lab, tmp_path / "t").paths == ("été.png",)


@pytest.mark.parametrize("name", [".", "./.", "\0"])
def test_a_file_without_a_name_is_refused(tmp_path: Path, lab: Lab, name: str) -> None:
    path = archive(tmp_path / "a.zip", {name.replace("\0", "Q"): b"x", "index.php": PAGE})
    path.write_bytes(path.read_bytes().replace(b"Q", b"\0"))
    with pytest.raises(RejectedSubmission, match="chemin dangereux"):
        take_in(path, lab, tmp_path / "t")
    assert declared_candidate(path) is None


def test_damage_under_any_compression_is_a_sentence(tmp_path: Path, lab: Lab) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("rendu.json", bytes(range(256)) * 9)
    data = bytearray(path.read_bytes())
    data[60:90] = b"\xff" * 30
    path.write_bytes(data)
    with pytest.raises(RejectedSubmission, match="est illisible"):
        take_in(path, lab, tmp_path / "t")
    assert declared_candidate(path) is None


def test_a_list_of_members_that_would_fill_the_memory_is_not_read(tmp_path: Path, lab: Lab) -> None:
    size = 17_000_000
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 65_535, 65_535, size, 0, 0)
    with open(tmp_path / "a.zip", "wb") as stream:
        stream.seek(size)
        stream.write(end)
    with pytest.raises(RejectedSubmission, match="trop de fichiers pour être ouverte"):
        take_in(tmp_path / "a.zip", lab, tmp_path / "t")


def with_method(data: bytes, method: int) -> bytes:
    """The same zip, whose members say that they are compressed in another way."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            changed[at + place : at + place + 2] = method.to_bytes(2, "little")
    return bytes(changed)


@pytest.mark.parametrize(
    ("method", "name"),
    [(95, "XZ"), (93, "Zstandard"), (20, "Zstandard"), (98, "PPMd"), (9, "Deflate64"), (77, "n° 77")],
)
def test_a_zip_compressed_in_a_way_that_is_not_read_names_it_and_the_way_out(
    tmp_path: Path, lab: Lab, method: int, name: str
) -> None:
    path = tmp_path / "sno-07.zip"
    path.write_bytes(with_method(zipped({"index.php": PAGE}), method))
    with pytest.raises(RejectedSubmission) as caught:
        take_in(path, lab, tmp_path / "t")
    said = str(caught.value)
    assert f"« sno-07.zip » est un zip compressé avec la méthode {name} (7-Zip, WinZip ou PeaZip)" in said
    assert "« Compresser dans un fichier ZIP »" in said and "« Deflate »" in said
    assert declared_candidate(path) is None


def test_an_inner_zip_compressed_so_is_called_by_its_name(tmp_path: Path, lab: Lab) -> None:
    inner = with_method(zipped({"index.php": PAGE}), 98)
    with pytest.raises(RejectedSubmission, match=r"« travail\.zip » est un zip compressé avec la méthode PPMd"):
        take_in(archive(tmp_path / "a.zip", {"travail.zip": inner}), lab, tmp_path / "t")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_the_other_ways_are_read(tmp_path: Path, lab: Lab, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as made:
        made.writestr("index.php", PAGE * 50)
    assert (take_in(tmp_path / "a.zip", lab, tmp_path / "t").tree / "index.php").read_bytes() == PAGE * 50


def test_damage_is_told_in_our_words(tmp_path: Path, lab: Lab) -> None:
    data = bytearray(zipped({"index.php": bytes(range(256)) * 40}))
    data[60:90] = b"\xff" * 30
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(RejectedSubmission) as caught:
        take_in(tmp_path / "a.zip", lab, tmp_path / "t")
    assert str(caught.value) == "« a.zip » est illisible (l'archive est abîmée) : demandez un nouveau dépôt."


def with_attributes(path: Path, attributes: dict[str, int], members: dict[str, bytes]) -> Path:
    """A zip in which a folder may be told by its attributes alone: its name has no slash."""
    with zipfile.ZipFile(path, "w") as made:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes.get(name, 0)
            info.create_system = 0
            made.writestr(info, content)
    return path


@pytest.mark.parametrize("attribute", [0x10, 0x30, 0o040755 << 16, (0o040755 << 16) | 0x10])
def test_a_folder_told_by_its_attributes_alone_is_a_folder(tmp_path: Path, lab: Lab, attribute: int) -> None:
    members = {"site": b"", "site/index.php": PAGE, "site/images": b"", "site/images/logo.png": b"x"}
    path = with_attributes(tmp_path / "a.zip", {"site": attribute, "site/images": attribute}, members)
    assert take_in(path, lab, tmp_path / "t").paths == ("images/logo.png", "index.php")


def test_a_file_that_only_bears_the_attribute_of_folders_is_not_lost(tmp_path: Path, lab: Lab) -> None:
    members = {"index.php": PAGE, "note.txt": b""}
    regular = (0o100644 << 16) | 0x10
    path = with_attributes(tmp_path / "a.zip", {"index.php": 0x10, "note.txt": regular}, members)
    assert take_in(path, lab, tmp_path / "t").paths == ("index.php", "note.txt")


@pytest.mark.parametrize("names", [("images", "images/a.png"), ("images/a/b.png", "images")])
def test_one_name_for_a_file_and_a_folder_is_told(tmp_path: Path, lab: Lab, names: tuple[str, str]) -> None:
    path = archive(tmp_path / "a.zip", {"index.php": PAGE, **dict.fromkeys(names, b"x")})
    with pytest.raises(RejectedSubmission, match="contient « images » à la fois comme fichier et comme dossier"):
        take_in(path, lab, tmp_path / "t")


class TestAZipInAZip:
    @pytest.mark.parametrize("name", ["travail.zip", "Nouveau dossier/Travail final.ZIP"])
    def test_the_inner_one_is_opened(self, tmp_path: Path, lab: Lab, name: str) -> None:
        outer = archive(tmp_path / "a.zip", {name: zipped({"site/index.php": PAGE}), "__MACOSX/._x": b"x"})
        taken = take_in(outer, lab, tmp_path / "t")
        assert taken.paths == ("index.php",)
        assert (taken.tree / "index.php").read_bytes() == PAGE
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith("t.")] == []

    def test_a_folder_that_holds_one_zip_is_no_different(self, tmp_path: Path, lab: Lab) -> None:
        given = folder(tmp_path / "sno-07", {"rendu.zip": zipped({"index.php": PAGE})})
        assert take_in(given, lab, tmp_path / "t").paths == ("index.php",)

    def test_the_third_one_is_a_file_like_another(self, tmp_path: Path, lab: Lab) -> None:
        deep = zipped({"b.zip": zipped({"index.php": PAGE})})
        assert take_in(archive(tmp_path / "a.zip", {"c.zip": deep}), lab, tmp_path / "t").paths == ("b.zip",)

    def test_a_zip_beside_other_files_is_part_of_the_work(self, tmp_path: Path, lab: Lab) -> None:
        members = {"index.php": PAGE, "sources.zip": zipped({"x": b"x"})}
        assert take_in(archive(tmp_path / "a.zip", members), lab, tmp_path / "t").paths == ("index.php", "sources.zip")

    def test_the_limits_hold_inside(self, tmp_path: Path, lab: Lab) -> None:
        bomb = zipped({"index.php": bytes(5_000_000)})
        with pytest.raises(RejectedSubmission, match="pèse plus de 1 Mo"):
            take_in(archive(tmp_path / "a.zip", {"b.zip": bomb}), lab, tmp_path / "t")
        many = zipped({f"{n}.txt": b"" for n in range(30)})
        with pytest.raises(RejectedSubmission, match="plus de 20 fichiers"):
            take_in(archive(tmp_path / "c.zip", {"d.zip": many}), lab, tmp_path / "t")

    def test_a_path_that_leaves_the_tree_is_refused_inside_too(self, tmp_path: Path, lab: Lab) -> None:
        with pytest.raises(RejectedSubmission, match="chemin dangereux"):
            take_in(archive(tmp_path / "a.zip", {"b.zip": zipped({"../x": b"x"})}), lab, tmp_path / "t")

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("b.zip", b"PK\x03\x04coup", "l'envoi s'est arrêté en route"),
            ("b.rar", b"Rar!\x1a\x07\x01\x00" + bytes(40), "archive RAR : sous Windows"),
            ("b.zip", b"7z\xbc\xaf\x27\x1c" + bytes(40), "archive 7-Zip : sous Windows"),
        ],
    )
    def test_what_is_no_zip_inside_gets_its_sentence(
        self, tmp_path: Path, lab: Lab, name: str, content: bytes, words: str
    ) -> None:
        with pytest.raises(RejectedSubmission, match=words):
            take_in(archive(tmp_path / "a.zip", {name: content}), lab, tmp_path / "t")


def tarred(compression: str) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{compression}") as made:
        made.addfile(tarfile.TarInfo("index.php"))
    return data.getvalue()


DOCX = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
ODT = zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Rar!\x1a\x07\x00", "c'est une archive RAR"),
        (b"7z\xbc\xaf\x27\x1c", "c'est une archive 7-Zip"),
        (tarred(""), "c'est une archive TAR"),
        (tarred("gz"), "c'est une archive gzip"),
        (tarred("bz2"), "c'est une archive bzip2"),
        (tarred("xz"), "c'est une archive xz"),
        (b"\x28\xb5\x2f\xfd" + bytes(9), "c'est une archive Zstandard"),
        (lzma.compress(PAGE, lzma.FORMAT_ALONE), "c'est une archive LZMA"),
        (b"%PDF-1.7\n", "c'est un document PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "c'est un document Word ou Excel"),
        (DOCX, "c'est un document Word, Excel ou LibreOffice"),
        (ODT, "c'est un document Word, Excel ou LibreOffice"),
        (b"\x89PNG\r\n", "c'est une image"),
        (b"\xef\xbb\xbf<?php echo 1;", "c'est une page ou un programme"),
        (b"", "c'est un fichier vide"),
        (PAGE and zipped({"index.php": PAGE})[:60], "l'envoi s'est arrêté en route"),
        (b"bonjour", "demandez un nouveau dépôt"),
    ],
)
def test_another_file_under_the_name_of_a_zip_is_told_what_it_is(
    tmp_path: Path, lab: Lab, content: bytes, words: str
) -> None:
    path = tmp_path / "rendu.zip"
    path.write_bytes(content)
    with pytest.raises(RejectedSubmission) as caught:
        take_in(path, lab, tmp_path / "t")
    said = str(caught.value)
    assert "« rendu.zip » n'est pas une archive .zip" in said and words in said
    assert "Compresser dans un fichier ZIP" in said or "demandez un nouveau dépôt" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="changing to another account needs root")
def test_what_this_account_may_not_read_is_named() -> None:
    """As nobody, because permission bits do not stop root."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        closed = {f"sno-{number:02}": what for number, what in enumerate(("index.php", "prive"), 7)}
        for alias, what in closed.items():
            (place / alias / "prive").mkdir(parents=True)
            (place / alias / "index.php").write_bytes(PAGE)
            (place / alias / what).chmod(0)
        place.chmod(0o777)
        said = as_nobody(TAKE_IN, place / "travail", *(place / alias for alias in closed)).splitlines()
    assert len(said) == len(closed)
    for (alias, what), told in zip(closed.items(), said, strict=True):
        assert told.startswith(f"RejectedSubmission « {alias} » ne peut pas être lu"), told
        assert f"« {place / alias / what} »" in told and "chmod" in told


TAKE_IN = """
import sys
from pathlib import Path
from helpers import make_lab
from etabli.reception.intake import take_in
place, *deposits = map(Path, sys.argv[1:])
for deposit in deposits:
    try:
        take_in(deposit, make_lab(place / "depot"), place / "arbre" / deposit.name)
    except Exception as error:
        print(type(error).__name__, error)
"""


def as_nobody(script: str, *arguments: Path) -> str:
    account = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*account, sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, env=environment
    )
    return done.stdout + done.stderr
