"""What a backup says when it cannot be made; the whole is tried in tests/acceptance/test_salle_backup.py. No engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import here

from etabli.classroom.settings import Backups, RoomSettings, write_settings
from etabli.exam.contract.errors import DiskFull, SandboxFailure, SandboxUnavailable, UsageProblem
from etabli.server import backup
from etabli.server.services import Room
from etabli.server.vault import NAME, Mount, Vault, _only_vanished


@pytest.fixture
def room(tmp_path: Path) -> Room:
    folder = tmp_path / "salle"
    folder.mkdir()
    write_settings(folder, RoomSettings(sauvegarde=Backups(vers=tmp_path / "cle")))
    return Room.at(folder)


@pytest.mark.parametrize(
    ("code", "said", "kind", "sentence"),
    [
        (12, "Fatal: wrong password or no key found", UsageProblem, "n'ouvre pas"),
        (10, "Fatal: repository does not exist", UsageProblem, "n'est pas une sauvegarde d'Établi"),
        (11, "unable to create lock in backend: repository is already locked", UsageProblem, "une demi-heure"),
        (1, "Fatal: write /coffre/data/x: no space left on device", DiskFull, "est plein"),
        (1, "Fatal: open /coffre/x: read-only file system", UsageProblem, "protégée"),
        (1, "Fatal: read /coffre/x: input/output error", SandboxFailure, "ne répond pas bien"),
        (125, "docker: Cannot connect to the Docker daemon at unix:///x.", SandboxUnavailable, "docker|moteur"),
        (1, '{"message_type":"exit_error","code":1,"message":"Fatal: odd"}', SandboxFailure, "Fatal: odd"),
        (1, "", SandboxFailure, r"\?"),
    ],
)
def test_every_end_of_restic_is_a_sentence(
    tmp_path: Path, code: int, said: str, kind: type[Exception], sentence: str
) -> None:
    error = Vault(tmp_path, tmp_path / "phrase")._error(code, said)
    assert isinstance(error, kind)
    with pytest.raises(kind, match=f"(?i){sentence}"):
        raise error


def test_a_file_that_its_owner_removed_meanwhile_is_no_failure() -> None:
    gone = '{"message_type":"error","error":{"message":"lstat /salle/x: no such file or directory"},"item":"/salle/x"}'
    other = '{"message_type":"error","error":{"message":"open /salle/y: permission denied"},"item":"/salle/y"}'
    assert _only_vanished(f"{gone}\n{gone}\n")
    assert not _only_vanished(gone.replace("/salle/x", "/etat/base.dump"))
    assert not _only_vanished(f"{gone}\n{other}\n") and not _only_vanished("")


def test_a_folder_with_a_comma_is_mounted_whole() -> None:
    _option, told = Mount(Path("/media/clé, la mienne"), "/coffre").words()
    assert told == '"type=bind","source=/media/clé, la mienne","target=/coffre","readonly"'


def test_a_vault_is_made_in_an_empty_folder_only(tmp_path: Path) -> None:
    vault = Vault(tmp_path, tmp_path / "phrase")
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "photo.jpg").touch()
    with pytest.raises(UsageProblem, match="n'est pas une sauvegarde d'Établi"):
        vault.make()
    with pytest.raises(UsageProblem, match="ne peut pas être écrit"):
        Vault(tmp_path / "absente" / "x", tmp_path / "phrase").make()


def test_backups_go_where_the_settings_say_and_never_into_the_room(room: Room, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="branchez la clé"):
        backup.destination(room, None)
    (tmp_path / "cle").mkdir()
    assert backup.destination(room, None) == tmp_path / "cle"
    for inside in (room.folder, room.folder / "tmp"):
        inside.mkdir(exist_ok=True)
        with pytest.raises(UsageProblem, match="dans la salle elle-même"):
            backup.destination(room, inside)
    (tmp_path / "lien").symlink_to(room.folder / "tmp")
    with pytest.raises(UsageProblem, match="dans la salle elle-même"):
        backup.destination(room, tmp_path / "lien")


def test_two_at_once_are_one_too_many(room: Room) -> None:
    with backup.alone(room.folder), pytest.raises(UsageProblem, match="déjà en cours"), backup.alone(room.folder):
        pass
    with backup.alone(room.folder):
        pass


def test_a_phrase_is_one_line_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "phrase.txt"
    for wrong in (b"", b"\n", b"une\ndeux\n", b"\xff\xfe", b"x" * 2000):
        path.write_bytes(wrong)
        with pytest.raises(UsageProblem, match="phrase"):
            backup.read_phrase(path)
    path.write_text("  abcd-efgh \n")
    assert backup.read_phrase(path) == "abcd-efgh"
    assert backup.new_phrase() != backup.new_phrase()


def test_the_word_of_the_last_backup_is_read_or_nothing(room: Room) -> None:
    assert backup.last_backup(room.folder) is None
    (room.folder / backup.FILE).write_text("{", "utf-8")
    assert backup.last_backup(room.folder) is None
    (room.folder / backup.FILE).write_text(json.dumps({"at": "2026-11-20T02:30:00+00:00", "to": "/media/cle"}))
    assert backup.last_backup(room.folder) == {"at": "2026-11-20T02:30:00+00:00", "to": "/media/cle"}


def test_an_ordinary_account_is_told_to_use_sudo(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup.os, "geteuid", lambda: 1000)
    at = ("--dossier", room.folder)
    for words in (
        ("salle", "sauvegarde", tmp_path, *at),
        ("salle", "restaurer", tmp_path, "--dossier", tmp_path / "neuf"),
        ("donnees", "exporter", "--candidat", "SNO-07", *at),
        ("purge", "--essai", "--classe", "SNO", *at),
    ):
        done = here(*words)
        assert done.returncode == 2 and "sudo etabli" in done.stderr, done.stderr


def test_a_purge_says_what_it_lacks() -> None:
    for words, sentence in (
        (("--candidat", "SNO-07"), "« --essai »"),
        (("--essai", "--appliquer", "--candidat", "SNO-07"), "« --essai »"),
        (("--essai",), "« --candidat », « --classe », « --avant » ou « --echeances »"),
        (("--essai", "--candidat", "SNO-07", "--classe", "SNO"), "un seul"),
    ):
        done = here("purge", *words)
        assert done.returncode == 2 and sentence in " ".join(done.stderr.split()), done.stderr


def test_a_restoration_without_a_terminal_asks_for_the_phrase_s_file(tmp_path: Path) -> None:
    done = here("salle", "restaurer", tmp_path, "--dossier", tmp_path / "neuf")
    assert done.returncode == 2 and "« --phrase-fichier »" in " ".join(done.stderr.split())
    assert not (tmp_path / "neuf").exists()
