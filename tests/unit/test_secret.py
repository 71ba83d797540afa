"""The training secret goes from the teacher's machine to the students', and is never lost by accident."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from student import etabli, said

from etabli.system.settings import known_secret, replace_secret, secret

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    (tmp_path / "secret.json").write_text(
        json.dumps({"schema": "etabli/secret/1", "secret": "ab" * 32, "exported_at": "2026-11-24T20:00:00Z"}), "utf-8"
    )
    return tmp_path / "secret.json"


def test_a_secret_goes_from_one_machine_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = secret()
    assert etabli("secret", "exporter", tmp_path / "s.json").exit_code == 0
    assert stat.S_IMODE((tmp_path / "s.json").stat().st_mode) == 0o600
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "eleve"))
    assert known_secret() is None
    assert etabli("secret", "importer", tmp_path / "s.json").exit_code == 0
    assert secret() == mine
    assert stat.S_IMODE((tmp_path / "eleve" / "secret").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("à moi", "utf-8")
    refused = etabli("secret", "exporter", tmp_path / "notes.txt")
    assert refused.exit_code == 2 and "il existe déjà" in said(refused)
    assert (tmp_path / "notes.txt").read_text("utf-8") == "à moi"


def test_every_former_secret_is_kept(home: Path) -> None:
    values = [secret(), bytes(32), bytes(31) + b"x", bytes(31) + b"y"]
    for value in values[1:]:
        replace_secret(value)
    assert secret() == values[-1]
    assert {path.read_text() for path in home.glob("secret.*")} == {value.hex() for value in values[:-1]}
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()} == {0o600}


def test_the_same_secret_twice_changes_nothing(exported: Path) -> None:
    assert etabli("secret", "importer", exported).exit_code == 0
    again = etabli("secret", "importer", exported)
    assert again.exit_code == 0 and "déjà ce secret" in said(again)


def test_another_secret_is_not_replaced_by_accident(exported: Path, home: Path) -> None:
    mine = secret()
    refused = etabli("secret", "importer", exported)
    assert refused.exit_code == 2
    assert "change les données de tous les candidats" in said(refused) and "--remplacer" in said(refused)
    assert secret() == mine
    assert etabli("secret", "importer", exported, "--remplacer").exit_code == 0
    assert secret() == bytes.fromhex("ab" * 32)
    assert [path.read_text() for path in home.glob("secret.*")] == [mine.hex()]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "etabli/secret/1", "secret": "zz"}', '{"secret": "ab"}'])
def test_what_is_no_secret_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, "utf-8")
    refused = etabli("secret", "importer", tmp_path / "x.json")
    assert refused.exit_code == 2 and "n'est pas un secret d'Établi" in said(refused)
    assert known_secret() is None


def test_paths_that_do_not_work_are_named(tmp_path: Path) -> None:
    assert "n'existe pas" in said(etabli("secret", "importer", tmp_path / "absent.json"))
    assert "ne peut pas être écrit" in said(etabli("secret", "exporter", "/proc/secret.json"))


def test_what_is_no_secret_is_one_sentence_whatever_its_size(tmp_path: Path) -> None:
    odd = {"profond": b"[" * 4_000, "nul": bytes(10), "liste": b"[1]", "nombre": b'{"secret": 5}', "bom": b"\xff\xfe{"}
    for name, data in odd.items():
        (tmp_path / name).write_bytes(data)
    with open(tmp_path / "creux", "wb") as hollow:
        hollow.truncate(20 * 10**9)
    (tmp_path / "dossier").mkdir()
    for name in (*odd, "creux", "dossier"):
        refused = etabli("secret", "importer", tmp_path / name)
        assert refused.exit_code == 2 and "n'est pas un secret d'Établi" in said(refused), name
