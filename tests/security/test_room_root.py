"""What root is led to by what the portal may write: an older room, rows of the database, hand-ins, the table of names."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from etabli.appreciation import kept
from etabli.classroom.place import Place
from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.lab.manifest import load_lab
from etabli.reception.hand_in import HandIns
from etabli.reception.submission import Deposit
from etabli.referentiel.kept import in_force
from etabli.roster import namebook
from etabli.roster.roster import Person, class_names, new_roster
from etabli.sandbox import images
from etabli.worker.grading_class import _copied, _Wanted

PORTAL = 1000


def given(folder: Path, *paths: Path) -> None:
    """Gives what a portal would have made to its account."""
    for path in (folder, *folder.rglob("*"), *paths):
        os.chown(path, PORTAL, PORTAL, follow_symlinks=False)


def test_an_older_room_is_put_right_without_following_what_was_left_there(tmp_path: Path) -> None:
    images.require(["salle"])
    tmp_path.chmod(0o755)
    outside = tmp_path / "dehors"
    outside.mkdir(mode=0o700)
    (outside / "secret").write_text("x")
    (outside / "secret").chmod(0o600)
    room = tmp_path / "s"
    space = room / "espaces" / "abcd"
    for folder in (space / ".etabli" / "rendu", space / "rendu", room / "espaces" / "*", room / "front"):
        folder.mkdir(parents=True)
    (room / "front" / "rien.key").touch()
    for name in ("compose.yml", "workspace.json", "rendu/profond"):
        (space / ".etabli" / name).write_text("{}")
    (space / ".etabli" / "compose.yml").chmod(0o666)
    (space / ".etabli" / "compose.env").symlink_to(outside / "secret")
    (space / "donnees").symlink_to(outside)
    (space / "rendu" / "lien").symlink_to(outside)
    (room / "espaces" / "lien").symlink_to(outside)
    os.mkfifo(space / "enonce.html")
    given(room / "espaces")
    argv = ["docker", "run", "--rm", "--network=none", "--cap-drop=ALL"]
    argv += [f"--cap-add={right}" for right in ("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID")]
    argv += ["--env", f"ETABLI_SALLE={room}", "--mount", f"type=bind,source={room},target={room}"]
    subprocess.run([*argv, images.tag("salle"), "preparer"], check=True, capture_output=True, timeout=120)
    assert {path.name for path in space.iterdir()} == {".etabli", "rendu"}
    assert {path.name for path in space.parent.iterdir()} == {"abcd", "*"}
    assert (space / ".etabli" / "compose.yml").exists() and not os.path.lexists(space / ".etabli" / "compose.env")
    for path in (space.parent, space, *(space / ".etabli").rglob("*"), space / ".etabli"):
        facts = path.lstat()
        assert facts.st_uid == 0 and facts.st_mode & 0o022 == 0, path
        assert path == space.parent or (facts.st_gid == PORTAL and facts.st_mode & 0o040), f"the portal reads {path}"
    assert (space / "rendu").lstat().st_uid == (space / "rendu" / "lien").lstat().st_uid == PORTAL
    assert (outside.stat().st_uid, outside.stat().st_mode & 0o777) == (0, 0o700)
    assert (outside / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("token", ["../versions/piege", "..", "/etc", "a/b", "", "a\n", "é"])
def test_a_row_leads_to_no_other_folder(tmp_path: Path, token: str) -> None:
    for way in (Place(tmp_path).workspace, Place(tmp_path).versions, lambda alias: Place(tmp_path).hand_ins(1, alias)):
        with pytest.raises(UsageProblem, match="dossier de la salle"):
            way(token)


def test_a_hand_in_that_became_a_link_is_not_read(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for number, alias in enumerate(("SNO-01", "SNO-02", "SNO-03"), 1):
        folder = place.hand_ins(1, alias)
        if number != 3:
            folder.mkdir(parents=True)
    secret = tmp_path / "secret.zip"
    for path in (secret, place.hand_ins(1, "SNO-01") / "001.zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("index.php", path.name)
    (place.hand_ins(1, "SNO-02") / "001.zip").symlink_to(secret)
    elsewhere = tmp_path / "ailleurs"
    elsewhere.mkdir()
    secret.rename(elsewhere / "001.zip")
    place.hand_ins(1, "SNO-03").symlink_to(elsewhere)
    deposits = tuple(Deposit(alias, place.hand_ins(1, alias) / "001.zip") for alias in ("SNO-01", "SNO-02", "SNO-03"))
    wanted = _Wanted("page", "lundi", place.results(1), deposits, HandIns("page", "lundi", (), "SNO", None), None)
    copies = tmp_path / "copies"
    copies.mkdir()
    found = _copied(place, wanted, copies)
    assert [one.source.is_file() for one in found] == [True, False, False]
    assert found[0].source.read_bytes() == deposits[0].source.read_bytes()
    assert not found[0].source.is_relative_to(tmp_path / "depots")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to lend")
def test_the_table_of_names_is_opened_with_its_owner_s_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, kept = Path("/tmp") / f"noms-{os.getpid()}", tmp_path / "a-root.sqlite"
    folder.mkdir(mode=0o700)
    try:
        os.chown(folder, PORTAL, PORTAL)
        monkeypatch.setenv("ETABLI_CLASSES", str(folder / "classes.sqlite"))
        new_roster("SNO").add([Person("Roussel", "Camille")])
        assert class_names() == ["SNO"]
        assert {path.stat().st_uid for path in folder.iterdir()} == {PORTAL}
        assert namebook.content_of(folder / "classes.sqlite").startswith(b"SQLite format 3")
        os.replace(folder / "classes.sqlite", kept)
        os.chown(kept, 0, 0)
        kept.chmod(0o600)
        (folder / "classes.sqlite").symlink_to(kept)
        before = kept.read_bytes()
        with pytest.raises(UsageProblem):
            class_names()
        with pytest.raises(UsageProblem):
            namebook.content_of(folder / "classes.sqlite")
        assert kept.read_bytes() == before
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to lend")
def test_appreciations_are_read_and_written_with_their_owner_s_rights(tmp_path: Path) -> None:
    """What the portal put there as a link leads root no further than the portal."""
    home = Path("/tmp") / f"appreciations-{os.getpid()}"
    home.mkdir(mode=0o700)
    secret = tmp_path / "a-root.yaml"
    secret.write_text("format: etabli/appreciations/1\ntp: page-dynamique\n")
    secret.chmod(0o600)
    tmp_path.chmod(0o755)
    try:
        os.chown(home, PORTAL, PORTAL)
        for name in (kept.FILE, kept.JOURNAL, kept.BANK):
            (home / name).symlink_to(secret)
        said = kept.Place(home, load_lab("page-dynamique"), in_force())
        for act in (said.read, said.bank, lambda: said.say((), kept.Means.COMMAND)):
            with pytest.raises((LabError, UsageProblem)):
                act()
        assert (secret.read_text(), secret.stat().st_uid) == (
            "format: etabli/appreciations/1\ntp: page-dynamique\n",
            0,
        )
        for path in home.iterdir():
            path.unlink()
        assert said.read().appreciations == () and said.say((), kept.Means.COMMAND)[1] == 0
        assert {path.stat().st_uid for path in home.iterdir()} == {PORTAL}
    finally:
        shutil.rmtree(home)
