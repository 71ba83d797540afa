"""Folders that somebody else changes: what is entered, what is not, and whose rights change."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from etabli.system.beneath import entered, let_read, open_file, walk, write_new


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a link out of it, a pipe, and a file two folders down."""
    (tmp_path / "dehors").mkdir(mode=0o700)
    (tmp_path / "dehors" / "secret").write_text("s")
    (tmp_path / "dehors" / "secret").chmod(0o600)
    found = tmp_path / "rendu"
    (found / "a" / "b").mkdir(parents=True)
    (found / "a" / "b" / "c.txt").write_text("c")
    (found / "lien").symlink_to(tmp_path / "dehors")
    (found / "a" / "fichier").symlink_to(tmp_path / "dehors" / "secret")
    os.mkfifo(found / "tuyau")
    return found


def test_all_is_told_in_order_and_links_are_links(place: Path) -> None:
    with entered(place) as top:
        told = [(found.path, found.is_folder, found.is_file) for found in walk(top)]
        few = [found.path for found in walk(top, lambda path, facts: path != "a/b")]
        flat = [found.path for found in walk(top, deepest=1)]
    assert told == [
        ("a", True, False), ("a/b", True, False), ("a/b/c.txt", False, True), ("a/fichier", False, False),
        ("lien", False, False), ("tuyau", False, False),
    ]  # fmt: skip
    assert few == flat == ["a", "a/fichier", "lien", "tuyau"]


@pytest.mark.parametrize("parts", [("lien",), ("absent",), ("a", "fichier"), ("a", "b", "c.txt"), ("tuyau",)])
def test_what_is_no_folder_is_not_entered(place: Path, parts: tuple[str, ...]) -> None:
    with pytest.raises(OSError), entered(place, parts):
        pass
    with pytest.raises(OSError), entered(place.joinpath(*parts)):
        pass


@pytest.mark.parametrize("name", ["lien", "tuyau", "a", "absent"])
def test_what_is_no_ordinary_file_is_not_opened(place: Path, name: str) -> None:
    with entered(place) as top, pytest.raises(OSError):
        open_file(top, name)


def test_a_new_file_replaces_nothing_and_goes_through_no_link(place: Path) -> None:
    with entered(place) as top:
        write_new(top, "x/y/z.txt", b"z")
        for path in ("a/b/c.txt", "lien/neuf", "a/fichier", "a/fichier/x"):
            with pytest.raises(OSError):
                write_new(top, path, b"x")
    assert (place / "x" / "y" / "z.txt").read_bytes() == b"z" and (place / "a" / "b" / "c.txt").read_text() == "c"
    assert sorted(path.name for path in (place.parent / "dehors").iterdir()) == ["secret"]


def test_rights_are_added_to_what_is_the_owner_s_and_to_nothing_else(place: Path) -> None:
    dehors = place.parent / "dehors"
    for path in (place / "a" / "b" / "c.txt", place / "a" / "b", place):
        path.chmod(0o700 if path.is_dir() else 0o600)
    with entered(place) as top:
        let_read(top)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place, place / "a" / "b", place / "a" / "b" / "c.txt")] == [
        0o755, 0o755, 0o644,
    ]  # fmt: skip
    assert stat.S_IMODE(dehors.stat().st_mode) == 0o700 and stat.S_IMODE((dehors / "secret").stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else's files")
def test_somebody_else_s_file_under_another_name_keeps_its_rights(place: Path) -> None:
    for path in (place, *place.rglob("*")):
        os.chown(path, 1000, 1000, follow_symlinks=False)
    os.link(place.parent / "dehors" / "secret", place / "dur")
    with entered(place) as top:
        let_read(top)
        write_new(top, "neuf/fichier", b"")
    assert stat.S_IMODE((place / "dur").stat().st_mode) == 0o600
    assert {path.stat().st_uid for path in (place / "neuf", place / "neuf" / "fichier")} == {1000}
