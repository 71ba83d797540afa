"""A learner's files: nothing outside the folder is ever read or written, and nothing that was typed is lost."""

from __future__ import annotations

import io
import os
import stat
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etabli.classroom import files as files_module
from etabli.classroom.file_names import FileRefused, NameTaken, NoSuchFile, TooMuch, path_of
from etabli.classroom.files import ABSENT, Changed, Files
from etabli.classroom.versions import Versions
from etabli.classroom.zips import pack, unpack
from etabli.lab.manifest import SubmissionLimits

SMALL = SubmissionLimits(files=6, size_mb=1)


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """The files of a workspace; beside it is what must stay out of reach."""
    return workspace(tmp_path)


def workspace(folder: Path) -> Files:
    (folder / "rendu").mkdir()
    (folder / "secret.txt").write_text("secret")
    (folder / "ailleurs").mkdir()
    (folder / "ailleurs" / "autre.txt").write_text("autre")
    return Files(folder / "rendu", SMALL, Versions(folder / "versions"))


def packed(**members: bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    made.seek(0)
    return made


def test_what_is_written_is_read_again(files: Files, tmp_path: Path) -> None:
    told = files.write("css/page.css", b"body {}", ABSENT)
    assert told == digest(b"body {}")
    assert files.read("css/page.css") == b"body {}"
    assert stat.S_IMODE((tmp_path / "rendu" / "css" / "page.css").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "rendu" / "css").stat().st_mode) == 0o755
    listing = files.listing()
    assert [(one.path, one.size, one.kind, one.sha256) for one in listing.files] == [("css/page.css", 7, "text", told)]
    assert listing.folders == ("css",) and listing.whole


def test_the_mode_is_for_the_services_whatever_our_umask_is(files: Files, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        files.write("a/b.php", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "rendu" / "a").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "rendu" / "a" / "b.php").stat().st_mode) == 0o644


def test_two_writers_that_disagree_are_told_what_is_there(files: Files) -> None:
    first = files.write("index.php", b"un", ABSENT)
    files.write("index.php", b"deux", first)
    with pytest.raises(Changed) as told:
        files.write("index.php", b"trois", first)
    assert told.value.content == b"deux"
    assert files.read("index.php") == b"deux"
    with pytest.raises(Changed):
        files.write("index.php", b"quatre", ABSENT)
    with pytest.raises(Changed) as gone:
        files.write("autre.php", b"cinq", digest(b"avant"))
    assert gone.value.content is None


def test_saving_twice_the_same_is_no_disagreement(files: Files) -> None:
    """A save whose answer was lost on the way is sent again."""
    first = files.write("index.php", b"un", ABSENT)
    files.write("index.php", b"deux", first)
    assert files.write("index.php", b"deux", first) == digest(b"deux")
    assert files.write("index.php", b"deux", ABSENT) == digest(b"deux")


def test_of_two_at_the_same_time_one_is_told(files: Files) -> None:
    first = files.write("index.php", b"0", ABSENT)
    told: list[object] = []
    ready = threading.Barrier(8)

    def save(number: int) -> None:
        ready.wait()
        try:
            told.append(files.write("index.php", b"%d" % number, first))
        except Changed as changed:
            told.append(changed)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in told if isinstance(one, str)]) == 1
    assert len([one for one in told if isinstance(one, Changed)]) == 7


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "./index.php", "a//b", "", ".", "..", "a/", "nul\0.php"],
)
def test_a_path_that_leaves_the_folder_is_no_path(files: Files, tmp_path: Path, name: str) -> None:
    for call in (
        lambda: files.read(name),
        lambda: files.write(name, b"x"),
        lambda: files.delete(name),
        lambda: files.make_folder(name),
        lambda: files.rename(name, "b.php"),
    ):
        with pytest.raises(FileRefused):
            call()
    assert (tmp_path / "secret.txt").read_text() == "secret"
    assert list((tmp_path / "rendu").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["a:b.php", "qui?.php", "dos\\page.php", "espace .php/", " x.php", "x.php ", "fin.", "Thumbs.db", ".git/config",
     "node_modules/x.js", "~$liste.xlsx", "ligne\n.php", "fac\u202ephp.txt", "x" * 300, "/".join("abcdefghijklmnopqrstuvwxyz"), "\ud800.php"],
)  # fmt: skip
def test_names_that_nobody_could_take_home_are_refused_with_the_next_step(files: Files, name: str) -> None:
    with pytest.raises(FileRefused, match=r"[Cc]hoisissez|mettez-le") as told:
        files.write(name, b"x")
    assert "\n" not in str(told.value) and len(str(told.value)) < 300
    assert files.listing().files == ()


def test_names_keep_their_accents_whatever_keyboard_wrote_them(files: Files) -> None:
    files.write("e\u0301te\u0301.html", b"x")
    assert [one.path for one in files.listing().files] == ["été.html"]
    assert files.read("été.html") == b"x"


def test_a_decomposed_name_that_a_container_wrote_is_still_edited(files: Files, tmp_path: Path) -> None:
    (tmp_path / "rendu" / "e\u0301te\u0301.html").write_bytes(b"avant")
    (entry,) = files.listing().files
    files.write(entry.path, b"apres", entry.sha256)
    assert [(one.path, files.read(one.path)) for one in files.listing().files] == [("e\u0301te\u0301.html", b"apres")]


def test_a_name_that_is_no_text_is_shown_and_never_opened(files: Files, tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path / "rendu") + b"/caf\xe9.txt", "wb") as stream:
        stream.write(b"x")
    (entry,) = files.listing().files
    assert (entry.path, entry.kind, entry.sha256) == ("caf�.txt", "other", None)
    pack(files, io.BytesIO())


@pytest.mark.parametrize("moment", [-1e9, 7_258_118_400], ids=["1938", "2200"])
def test_a_file_may_have_any_date(files: Files, tmp_path: Path, moment: float) -> None:
    """A zip knows 1980 to 2107; one file of another day stopped all that a person is handed over."""
    files.write("index.php", b"x")
    os.utime(tmp_path / "rendu" / "index.php", (moment, moment))
    made = io.BytesIO()
    pack(files, made)
    assert zipfile.ZipFile(made).infolist()[0].date_time[0] in (1980, 2107)


def test_two_names_that_windows_takes_for_one_are_refused(files: Files) -> None:
    files.write("Index.php", b"x")
    with pytest.raises(NameTaken, match="sous Windows"):
        files.write("index.php", b"y")
    with pytest.raises(NameTaken):
        files.make_folder("INDEX.PHP")
    files.rename("Index.php", "index.php")
    assert [one.path for one in files.listing().files] == ["index.php"]


Link = Callable[[Path, Path], None]


@pytest.mark.parametrize("target", ["secret.txt", "ailleurs", "nulle-part"], ids=["a file", "a folder", "nothing"])
def test_a_link_is_neither_read_nor_written_through(files: Files, tmp_path: Path, target: str) -> None:
    link = tmp_path / "rendu" / "lien"
    link.symlink_to(tmp_path / target)
    for call in (
        lambda: files.read("lien"),
        lambda: files.write("lien", b"x"),
        lambda: files.read("lien/autre.txt"),
        lambda: files.write("lien/nouveau.txt", b"x"),
        lambda: files.delete("lien/autre.txt"),
        lambda: files.rename("lien/autre.txt", "pris.txt"),
        lambda: files.make_folder("lien/dossier"),
        lambda: unpack(files, "lien", "a.zip", packed(nouveau_dot_txt=b"x")),
    ):
        with pytest.raises(FileRefused):
            call()
    (entry,) = files.listing().files
    assert (entry.kind, entry.sha256) == ("other", None)
    made = io.BytesIO()
    pack(files, made)
    assert zipfile.ZipFile(made).namelist() == []
    assert (tmp_path / "secret.txt").read_text() == "secret"
    assert sorted(path.name for path in (tmp_path / "ailleurs").iterdir()) == ["autre.txt"]
    assert not (tmp_path / "nulle-part").exists()
    files.delete("lien")
    assert files.listing().files == () and (tmp_path / "secret.txt").exists() and (tmp_path / "ailleurs").is_dir()


def test_a_pipe_is_not_waited_for(files: Files, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rendu" / "tuyau")
    with pytest.raises(FileRefused, match="fichier spécial"):
        files.read("tuyau")
    assert files.listing().files[0].kind == "other"
    assert files.delete("tuyau") == {}


def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(files: Files, tmp_path: Path) -> None:
    """The learner's own container swaps a folder for a link to ours, again and again."""
    rendu, over = tmp_path / "rendu", threading.Event()
    (rendu / "d").mkdir()

    def swap() -> None:
        while not over.is_set():
            with suppress(OSError):
                (rendu / "d").rename(rendu / "e")
                (rendu / "d").symlink_to(tmp_path / "ailleurs")
                (rendu / "d").unlink()
                (rendu / "e").rename(rendu / "d")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for number in range(60):
            for call in (
                lambda: files.write("d/autre.txt", b"%d" % number),  # noqa: B023  called at once
                lambda: files.read("d/autre.txt"),
                lambda: files.delete("d/autre.txt"),
            ):
                with suppress(FileRefused):
                    assert call() != b"autre"
            files.listing()
    finally:
        over.set()
        swapper.join()
    assert (tmp_path / "ailleurs" / "autre.txt").read_text() == "autre"
    assert [path.name for path in (tmp_path / "ailleurs").iterdir()] == ["autre.txt"]


def test_a_write_that_breaks_leaves_what_was_there(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write("index.php", b"entier")

    def refuse(_descriptor: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(files_module.os, "fsync", refuse)
    with pytest.raises(FileRefused, match="disque plein"):
        files.write("index.php", b"moitie")
    assert files.read("index.php") == b"entier"
    assert [path.name for path in (tmp_path / "rendu").iterdir()] == ["index.php"]


def test_what_a_dead_process_left_is_no_part_of_the_work(files: Files, tmp_path: Path) -> None:
    (tmp_path / "rendu" / f"{files_module._PARTIAL}0123").write_bytes(b"moi")
    assert files.listing().files == ()


def test_the_work_stays_under_the_limits_of_a_hand_in(files: Files) -> None:
    for number in range(6):
        files.write(f"{number}.txt", b"x")
    with pytest.raises(TooMuch, match="plus de 6 fichiers"):
        files.write("6.txt", b"x")
    files.write("vendor/autoload.php", b"<?php")  # counts apart, as at intake
    files.write("5.txt", b"y" * 900_000)
    with pytest.raises(TooMuch, match="plus de 1 Mo"):
        files.write("4.txt", b"z" * 200_000)
    files.write("5.txt", b"y")
    files.write("4.txt", b"z" * 200_000)
    assert len(files.listing().files) == 7


def test_a_file_that_a_container_made_huge_is_named_and_can_be_deleted(files: Files, tmp_path: Path) -> None:
    with open(tmp_path / "rendu" / "gros.bin", "wb") as stream:
        stream.truncate(5_000_000)
    (entry,) = files.listing().files
    assert (entry.kind, entry.sha256) == ("binary", None)
    with pytest.raises(TooMuch, match=r"gros\.bin"):
        files.read("gros.bin")
    with pytest.raises(TooMuch):
        pack(files, io.BytesIO())
    assert files.delete("gros.bin") == {}
    assert files.listing().files == ()


def test_a_folder_full_of_files_is_listed_up_to_a_limit(files: Files, tmp_path: Path) -> None:
    for number in range(1100):
        (tmp_path / "rendu" / f"{number}.txt").touch()
    assert not files.listing().whole


def test_bytes_that_are_no_text_are_not_opened_in_the_editor(files: Files) -> None:
    files.write("a.xlsx", b"PK\x03\x04\0")
    files.write("latin.php", "été".encode("latin-1"))
    files.write("utf.php", "été".encode())
    assert {one.path: one.kind for one in files.listing().files} == {
        "a.xlsx": "binary", "latin.php": "binary", "utf.php": "text",
    }  # fmt: skip


def test_what_is_deleted_can_be_had_back(files: Files) -> None:
    files.write("css/a.css", b"a")
    files.write("css/plus/b.css", b"b")
    kept = files.delete("css")
    assert kept == {"css/a.css": digest(b"a"), "css/plus/b.css": digest(b"b")}
    assert files.listing().files == () and files.listing().folders == ()
    assert {name: files.versions.read(name, one) for name, one in kept.items()} == {
        "css/a.css": b"a",
        "css/plus/b.css": b"b",
    }
    with pytest.raises(NoSuchFile):
        files.delete("css")


def test_a_rename_takes_the_versions_along(files: Files) -> None:
    files.write("a/un.php", b"1")
    files.write("a/un.php", b"2")
    files.rename("a", "b")
    files.rename("b/un.php", "c/deux.php")
    assert [one.path for one in files.listing().files] == ["c/deux.php"]
    assert {files.versions.read("c/deux.php", one.sha256) for one in files.versions.of("c/deux.php")} == {b"1", b"2"}
    assert files.versions.of("a/un.php") == []
    with pytest.raises(FileRefused, match="dans lui-même"):
        files.rename("c", "c/d")
    files.write("d.php", b"d")
    with pytest.raises(NameTaken):
        files.rename("d.php", "c/deux.php")
    assert files.read("c/deux.php") == b"2"


def test_what_a_terminal_changed_is_kept_before_it_is_replaced(files: Files, tmp_path: Path) -> None:
    files.write("audit.csv", b"1")
    (tmp_path / "rendu" / "audit.csv").write_bytes(b"du terminal")
    files.write("audit.csv", b"2")
    kept = [files.versions.read("audit.csv", one.sha256) for one in files.versions.of("audit.csv")]
    assert set(kept) == {b"1", b"du terminal", b"2"}


def test_a_zip_is_unpacked_where_it_was_dropped(files: Files) -> None:
    done = unpack(files, "site", "site.zip", packed(index_dot_php=b"i", css__a_dot_css=b"a", Thumbs_dot_db=b""))
    assert done.written == ("site/index.php", "site/css/a.css") and done.replaced == ()
    done = unpack(files, "site", "site.zip", packed(index_dot_php=b"autre"))
    assert done.replaced == ("site/index.php",)
    assert files.versions.read("site/index.php", digest(b"i")) == b"i"


def test_a_folder_that_windows_packed_with_its_name_is_the_work_itself(files: Files) -> None:
    files.write("index.php", b"ancien")
    assert unpack(files, "", "rendu.zip", packed(rendu__index_dot_php=b"neuf", rendu__b_dot_php=b"b")).replaced == (
        "index.php",
    )
    assert files.read("index.php") == b"neuf" and files.read("b.php") == b"b"
    assert unpack(files, "", "images.zip", packed(images__a_dot_png=b"a")).written == ("images/a.png",)


def test_the_list_is_the_folder_that_sheets_call_rendu(files: Files) -> None:
    files.write("audit.ods", b"a")
    for refused in (
        lambda: files.make_folder("rendu"),
        lambda: files.rename("audit.ods", "Rendu/audit.ods"),
        lambda: files.write("rendu/b.ods", b"b"),
    ):
        with pytest.raises(FileRefused, match="Cette liste est déjà le dossier rendu"):
            refused()
    done = unpack(files, "", "rendu.zip", packed(rendu__b_dot_ods=b"b", rendu__images__a_dot_png=b"a"))
    assert done.written == ("b.ods", "images/a.png")
    assert unpack(files, "images", "rendu.zip", packed(Rendu__c_dot_png=b"c")).written == ("images/c.png",)


def test_what_a_terminal_put_in_another_rendu_can_be_deleted_and_had_back(files: Files, tmp_path: Path) -> None:
    (tmp_path / "rendu" / "rendu").mkdir()
    (tmp_path / "rendu" / "rendu" / "a.txt").write_bytes(b"a")
    assert files.delete("rendu") == {"rendu/a.txt": digest(b"a")}
    files.write("rendu/a.txt", b"a", ABSENT)
    files.rename("rendu/a.txt", "a.txt")
    assert files.read("a.txt") == b"a"


def hostile() -> Iterator[tuple[str, bytes]]:
    link = zipfile.ZipInfo("lien")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    for name, members in {
        "climbs": [("../dehors.txt", b"x")],
        "absolute": [("/tmp/dehors.txt", b"x")],
        "drive": [("C:\\dehors.txt", b"x")],
        "link": [(link, b"/etc/passwd")],
        "bomb": [("zeros.txt", b"\0" * 3_000_000)],
        "many": [(f"{number}.txt", b"") for number in range(20)],
        "colon": [("bon.txt", b"x"), ("flux:cache.txt", b"x")],
    }.items():
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members:  # type: ignore[misc]
                archive.writestr(member, content)
        yield name, made.getvalue()
    yield "no zip", b"Rar!\x1a\x07"
    yield "cut", packed(a_dot_txt=b"a" * 500).getvalue()[:200]
    whole = bytearray(packed(a_dot_txt=b"abcdefgh" * 50).getvalue())
    whole[60] ^= 0xFF
    yield "damaged", bytes(whole)


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in hostile()])
def test_a_hostile_zip_writes_nothing(files: Files, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileRefused) as told:
        unpack(files, "", "essai.zip", io.BytesIO(content))
    assert str(told.value).endswith(".")
    assert files.listing().files == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ailleurs", "rendu", "secret.txt", "versions"]
    assert not list((tmp_path / "versions").glob("*.zip"))


def test_the_zip_of_all_is_what_is_handed_in(files: Files, tmp_path: Path) -> None:
    files.write("index.php", b"i")
    files.write("images/été.png", b"p")
    (tmp_path / "rendu" / ".git").mkdir()
    (tmp_path / "rendu" / ".git" / "config").write_text("x")
    made = io.BytesIO()
    pack(files, made)
    with zipfile.ZipFile(made) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"index.php": b"i", "images/été.png": b"p"}


def test_a_workspace_that_is_not_there_yet_says_so(tmp_path: Path) -> None:
    files = Files(tmp_path / "rendu", SMALL, Versions(tmp_path / "versions"))
    with pytest.raises(NoSuchFile, match="pas encore prêt"):
        files.listing()


names = st.lists(
    st.text(st.characters(exclude_categories=()), min_size=1, max_size=8)
    | st.sampled_from(["..", ".", "a", "é", "lien", "d"]),
    min_size=1,
    max_size=4,
).map("/".join)


@settings(deadline=None, max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["write", "read", "delete", "rename", "folder"]), names, names), max_size=8
    )
)
def test_whatever_is_asked_nothing_leaves_the_folder(steps: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = workspace(folder)
        (folder / "rendu" / "lien").symlink_to(folder / "ailleurs")
        for step, name, other in steps:
            with suppress(FileRefused):
                match step:
                    case "write":
                        files.write(name, b"x")
                        assert files.read(path_of(name).as_posix()) == b"x"
                    case "read":
                        assert files.read(name) == b"x"
                    case "delete":
                        files.delete(name)
                    case "rename":
                        files.rename(name, other)
                    case "folder":
                        files.make_folder(name)
        files.listing()
        assert (folder / "secret.txt").read_text() == "secret"
        assert [path.name for path in (folder / "ailleurs").iterdir()] == ["autre.txt"]
        assert {path.name for path in folder.iterdir()} <= {"rendu", "secret.txt", "ailleurs", "versions"}
