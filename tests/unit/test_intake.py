"""Intake: clumsiness is welcome, hostility is refused with one sentence."""

from __future__ import annotations

import io
import os
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from deposit_samples import archive, folder

from etabli.exam.contract.errors import RejectedSubmission
from etabli.exam.reading.unpacking import opened
from etabli.lab.manifest import Lab
from etabli.reception.archives import archive_problem
from etabli.reception.intake import take_in

FILES = {"index.php": b"<?php", "style/site.css": b"body{}"}


def test_folder_and_zip_of_the_same_work_have_the_same_hash(tmp_path: Path, lab: Lab) -> None:
    one = take_in(folder(tmp_path / "a", FILES), lab, tmp_path / "t1")
    two = take_in(archive(tmp_path / "a.zip", {f"mon site/{k}": v for k, v in FILES.items()}), lab, tmp_path / "t2")
    assert one.sha256 == two.sha256
    assert one.paths == two.paths == ("index.php", "style/site.css")
    assert (two.tree / "style/site.css").read_bytes() == b"body{}"


def test_one_changed_byte_changes_the_hash(tmp_path: Path, lab: Lab) -> None:
    one = take_in(folder(tmp_path / "a", FILES), lab, tmp_path / "t1")
    two = take_in(folder(tmp_path / "b", FILES | {"index.php": b"<?php "}), lab, tmp_path / "t2")
    assert one.sha256 != two.sha256


def test_a_public_folder_is_an_entry_not_a_wrapping(tmp_path: Path, lab: Lab) -> None:
    taken = take_in(folder(tmp_path / "a", {"public/index.php": b"<?php"}), lab, tmp_path / "t")
    assert taken.paths == ("public/index.php",)


def test_an_empty_deposit_is_an_empty_tree(tmp_path: Path, lab: Lab) -> None:
    assert take_in(folder(tmp_path / "vide", {}), lab, tmp_path / "t").paths == ()
    assert take_in(archive(tmp_path / "vide.zip", {}), lab, tmp_path / "t").paths == ()


def test_folders_are_counted_as_files_are(tmp_path: Path, lab: Lab) -> None:
    """Each takes as much room where the work is examined: notes of a line, each at the bottom of its own folders."""
    few, vendor = ({f"{top}{n}/" + "j/" * 9 + "n.txt": b"" for n in range(2)} for top in ("a/", "vendor/a/"))
    deep = {f"vendor/{n}/" + "j/" * 20 + "n.txt": b"" for n in range(6)}
    limit = lab.manifest.submission.files
    assert limit == 20, "of this lab"
    with pytest.raises(RejectedSubmission, match="plus de 20 dossiers : mettez"):
        take_in(archive(tmp_path / "a.zip", few), lab, tmp_path / "t")
    assert len(take_in(archive(tmp_path / "v.zip", vendor), lab, tmp_path / "t").paths) == 2
    with pytest.raises(RejectedSubmission, match="plus de 120 dossiers"):
        take_in(archive(tmp_path / "d.zip", deep), lab, tmp_path / "t")


@pytest.mark.parametrize(
    "name", ["../evil.php", "/etc/passwd", "a/../../b", "C:\\Windows\\x", "..\\x", "a\x00b", "a\nb"]
)
def test_a_path_that_leaves_the_tree_is_refused(tmp_path: Path, lab: Lab, name: str) -> None:
    path = tmp_path / "a.zip"
    info = zipfile.ZipInfo("x")
    info.filename = name
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(info, b"x")
    if "\0" in name:  # zipfile cuts the name there when reading: what remains is harmless
        assert take_in(path, lab, tmp_path / "t").paths == ("a",)
        return
    with pytest.raises(RejectedSubmission, match="chemin dangereux"):
        take_in(path, lab, tmp_path / "t")
    assert not (tmp_path / "evil.php").exists()


BY_PRODUCTS = ("__MACOSX/rendu/._Icon\r", "Icon\r", "/".join(["node_modules", *"a" * 40, "x.js"]))


@pytest.mark.parametrize("name", BY_PRODUCTS, ids=["mac", "icon", "npm"])
def test_what_is_left_out_is_not_refused_for_its_name(tmp_path: Path, lab: Lab, name: str) -> None:
    """The Finder ends a name by a carriage return, npm nests folders without end: neither is the learner's work."""
    from_zip = take_in(archive(tmp_path / "a.zip", FILES | {name: b"x"}), lab, tmp_path / "t").paths
    assert from_zip == take_in(folder(tmp_path / "b", FILES | {name: b"x"}), lab, tmp_path / "u").paths
    assert set(from_zip) == set(FILES)


@pytest.mark.parametrize("name", ["../" + "😀" * 16_380, "/" + "a" * 60_000, "é" * 30_000, "a/" * 30_000 + "b"])
def test_a_name_without_end_is_cut_in_its_sentence(tmp_path: Path, lab: Lab, name: str) -> None:
    with pytest.raises(RejectedSubmission, match=r"chemin (dangereux|trop long)") as refused:
        take_in(archive(tmp_path / "a.zip", {"index.php": b"<?php", name: b""}), lab, tmp_path / "t")
    assert name[:60] in str(refused.value) and len(str(refused.value)) < 300


def test_a_path_has_one_limit_wherever_the_work_is_taken_in(tmp_path: Path, lab: Lab) -> None:
    def of(size: int) -> str:
        return f"images/{'d' * 200}/{'e' * 200}/{'f' * 200}/{'g' * 200}/".ljust(size - 4, "h") + ".txt"

    far = tmp_path.joinpath(*["x" * 200] * 12)
    for root in (tmp_path, far):
        root.mkdir(parents=True, exist_ok=True)
        assert of(1_023) in take_in(archive(tmp_path / "a.zip", FILES | {of(1_023): b"x"}), lab, root / "t").paths
        with pytest.raises(
            RejectedSubmission, match=r"chemin trop long \(« images/ddd.*… »\) : donnez des noms plus courts"
        ):
            take_in(folder(tmp_path / "b", FILES | {of(1_024): b"x"}), lab, root / "t")


def test_a_work_is_no_document_for_what_lies_in_it(tmp_path: Path, lab: Lab) -> None:
    """« etabli submit » takes a folder in, then packs what is in it."""
    work = FILES | {"[Content_Types].xml": b"<Types/>", "e:brouillon.txt": b"x"}
    taken = take_in(folder(tmp_path / "a", work), lab, tmp_path / "t")
    handed_in = archive(tmp_path / "a.zip", {"rendu.json": b"{}"} | work)
    assert {*take_in(handed_in, lab, tmp_path / "t2").paths} == {*taken.paths, "rendu.json"}


def test_links_are_refused_in_folders_and_archives(tmp_path: Path, lab: Lab) -> None:
    where = folder(tmp_path / "a", FILES)
    os.symlink("/etc/passwd", where / "lien.php")
    with pytest.raises(RejectedSubmission, match="un lien"):
        take_in(where, lab, tmp_path / "t")
    info = zipfile.ZipInfo("lien.php")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        made.writestr(info, "/etc/passwd")
    with pytest.raises(RejectedSubmission, match="un lien"):
        take_in(tmp_path / "b.zip", lab, tmp_path / "t")


def test_a_linked_folder_is_not_walked(tmp_path: Path, lab: Lab) -> None:
    where = folder(tmp_path / "a", FILES)
    os.symlink("/etc", where / "dossier")
    with pytest.raises(RejectedSubmission, match="un lien"):
        take_in(where, lab, tmp_path / "t")


def test_a_fifo_is_refused_without_waiting(tmp_path: Path, lab: Lab) -> None:
    where = folder(tmp_path / "a", FILES)
    os.mkfifo(where / "tube")
    with pytest.raises(RejectedSubmission, match="fichier spécial"):
        take_in(where, lab, tmp_path / "t")


def test_a_bomb_stops_at_the_limit(tmp_path: Path, lab: Lab) -> None:
    with pytest.raises(RejectedSubmission, match="pèse plus de 1 Mo"):
        take_in(archive(tmp_path / "a.zip", {"index.php": b"0" * 5_000_000}), lab, tmp_path / "t")
    many = {f"f{n}.txt": b"" for n in range(30)}
    with pytest.raises(RejectedSubmission, match="plus de 20 fichiers"):
        take_in(archive(tmp_path / "b.zip", many), lab, tmp_path / "t")


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path, lab: Lab) -> None:
    path = archive(tmp_path / "a.zip", {"index.php": b"0" * 3_000_000})
    data = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(signature) + place
        data[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(RejectedSubmission):
        take_in(path, lab, tmp_path / "t")


def test_a_damaged_member_gets_a_sentence(tmp_path: Path, lab: Lab) -> None:
    path = archive(tmp_path / "a.zip", {"index.php": os.urandom(2000)})
    data = bytearray(path.read_bytes())
    data[200] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(RejectedSubmission, match="illisible"):
        take_in(path, lab, tmp_path / "t")


def test_an_encrypted_archive_gets_a_sentence(tmp_path: Path, lab: Lab) -> None:
    path = archive(tmp_path / "a.zip", {"index.php": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(RejectedSubmission, match="mot de passe"):
        take_in(path, lab, tmp_path / "t")


def test_what_is_no_ordinary_file_is_refused_without_being_opened(tmp_path: Path, lab: Lab) -> None:
    os.mkfifo(tmp_path / "u-03.zip")
    (tmp_path / "u-04").symlink_to(tmp_path)
    for name in ("u-03.zip", "u-04"):
        with pytest.raises(RejectedSubmission, match="un lien ou un fichier spécial"):
            take_in(tmp_path / name, lab, tmp_path / "t")
        assert "fichier spécial" in (archive_problem(tmp_path / name, name) or "") or name == "u-04"


def lying(path: Path, method: int, says: int = 10, holds: int = 20_000_000) -> Path:
    """A zip whose member goes on after its announced end, and has the sum of what is before it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("index.php", bytes(holds))
    data = bytearray(out.getvalue())
    for signature, at in ((b"PK\x01\x02", 16), (b"PK\x03\x04", 14)):
        place = data.rindex(signature) + at
        data[place : place + 4] = zlib.crc32(bytes(says)).to_bytes(4, "little")
        data[place + 8 : place + 12] = says.to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_member_is_unpacked_beyond_what_it_says(tmp_path: Path, lab: Lab, method: int) -> None:
    path = lying(tmp_path / "a.zip", method)
    with zipfile.ZipFile(path) as found:
        tracemalloc.start()
        with pytest.raises(zipfile.BadZipFile, match=r"goes on|far more"), opened(found, found.infolist()[0]) as stream:
            stream.read()
        spent = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert spent < 10_000_000, "the window of LZMA alone"
    with pytest.raises(RejectedSubmission, match="illisible"):
        take_in(path, lab, tmp_path / "t")


def test_a_member_that_is_packed_in_far_more_than_it_has_is_not_unpacked(tmp_path: Path, lab: Lab) -> None:
    """Blocks of deflate that hold nothing: as many as there is room for take as long as somebody likes."""
    held = b"\x00\x00\x00\xff\xff" * 800_000 + b"\x03\x00"
    path = archive(tmp_path / "a.zip", {"index.php": b"x", "vide.txt": held})
    with zipfile.ZipFile(path) as found:
        info = found.getinfo("vide.txt")
        info.compress_type, info.compress_size, info.file_size, info.CRC = zipfile.ZIP_DEFLATED, len(held), 0, 0
        with pytest.raises(zipfile.BadZipFile, match="far more"):
            opened(found, info)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("size", [0, 1, 65_536, 300_001])
def test_a_member_is_what_was_packed_in_steps_of_any_size(method: int, size: int) -> None:
    held, packed = os.urandom(size // 2) + bytes(size - size // 2), io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        made.writestr("a", held)
    with zipfile.ZipFile(packed) as found:
        for step in (-1, 7_001):
            with opened(found, found.infolist()[0]) as stream:
                assert b"".join(iter(lambda: stream.read(step), b"")) == held  # noqa: B023


def test_a_volume_of_an_archive_is_refused_alone(tmp_path: Path, lab: Lab) -> None:
    data = archive(tmp_path / "a.zip", {"index.php": b"x"}).read_bytes()
    end = data.rindex(b"PK\x05\x06")
    second = struct.pack("<4sLQL", b"PK\x06\x07", 1, end, 2)
    (tmp_path / "b.zip").write_bytes(data[:end] + bytes(56) + second + data[end:])
    assert "n'est pas une archive .zip lisible" in (archive_problem(tmp_path / "b.zip", "b.zip") or "")
    with pytest.raises(RejectedSubmission):
        take_in(archive(tmp_path / "c.zip", {"b.zip": (tmp_path / "b.zip").read_bytes()}), lab, tmp_path / "t")


def test_names_of_thousands_of_accents_are_refused_at_once(tmp_path: Path, lab: Lab) -> None:
    marks = "".join(mark * 8_000 for mark in "\u0345\u0301\u0316\u0334")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        for number in range(20):
            made.writestr(zipfile.ZipInfo(f"{number}{marks}"[:32_700]), b"")
    started = time.process_time()
    with pytest.raises(RejectedSubmission, match="chemin trop long"):
        take_in(tmp_path / "a.zip", lab, tmp_path / "t")
    assert time.process_time() - started < 2
