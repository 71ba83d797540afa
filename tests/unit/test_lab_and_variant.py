"""Manifests speak clearly; every candidate has their own data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import MANIFEST, READ_MANIFEST, make_lab, make_reading_lab

from etabli.exam.contract.errors import LabError, UnknownLab
from etabli.grading.pack import build_pack, pack_of
from etabli.lab.asked import Asked, find_asked
from etabli.lab.manifest import load_lab, read_manifest
from etabli.lab.variant import Purpose, Seat, make_variant

SECRET = bytes(32)
ASKED = Asked(id="script", title="Le script", palier="essentiel", names=("migration/verifier.py",))


def test_an_unknown_lab_lists_those_there_are() -> None:
    with pytest.raises(UnknownLab, match="page-dynamique"):
        load_lab("page-dinamique")


def test_the_entry_tells_the_runtime_and_its_folder(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    entry = lab.entry(["README.md", "public/index.php", "app.py"])
    assert entry is not None
    assert entry.runtime.serve(entry.path) == ("servir", "php", "public")
    assert lab.entry(["sous/index.php"]) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"asked": READ_MANIFEST["asked"]}, "l'un des deux"),
        ({"runtimes": []}, "l'un des deux"),
        ({**READ_MANIFEST, "service": "mariadb"}, "vont avec « runtimes »"),
        ({**READ_MANIFEST, "structure": "base.sql"}, "vont avec « runtimes »"),
        ({**READ_MANIFEST, "asked": [READ_MANIFEST["asked"][0]] * 2}, "le même « id »"),
        ({**READ_MANIFEST, "asked": [READ_MANIFEST["asked"][0] | {"names": []}]}, "asked.0.names.*trop courte"),
        ({**READ_MANIFEST, "bench": {"image": "audit", "memory": 3}}, "bench.memory.*vouliez-vous dire « memory_mb »"),
    ],
)
def test_a_lab_serves_an_application_or_reads_files(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    path = tmp_path / "lab.yaml"
    path.write_text(yaml.safe_dump(MANIFEST | change), "utf-8")
    with pytest.raises(LabError, match=words):
        read_manifest(path)


def test_what_was_asked_is_found_by_name_in_any_case_and_accents(tmp_path: Path) -> None:
    lab = make_reading_lab(tmp_path)
    assert lab.asked(["AUDIT.csv", "audit.xlsx", "migration/Verifier.py", "x/audit.csv"]) == {
        "audit": ("AUDIT.csv", "audit.xlsx"),
        "note": ("migration/Verifier.py",),
    }
    assert lab.asked([]) == {"audit": (), "note": ()}
    assert lab.recognises(["audit.csv"])
    assert not lab.recognises(["index.php"])
    assert make_lab(tmp_path / "served").recognises(["index.php"])


def test_the_hash_of_a_lab_follows_its_generator_which_is_not_shipped(tmp_path: Path) -> None:
    lab = make_reading_lab(tmp_path, generator="maker")
    (lab.grader / "maker").mkdir()
    before, pack = lab.sha256(), pack_of(lab)
    (lab.grader / "maker" / "words.yaml").write_text("mots: []\n", "utf-8")
    assert lab.sha256() != before and pack_of(lab) == pack != build_pack(lab.grader)


def test_a_generator_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = make_lab(tmp_path)
    (lab.folder / "lab.yaml").write_text(yaml.safe_dump(MANIFEST | {"generator": "maker"}), "utf-8")
    monkeypatch.setenv("ETABLI_ROOT", str(tmp_path))
    with pytest.raises(LabError, match=r"lab\.yaml, clé « generator » : le dossier .*maker manque"):
        load_lab("essai")


def test_another_brief_is_another_hash_and_the_same_lab(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    before = lab.sha256(), lab.brief_sha256()
    (lab.folder / "seances" / "debut.md").write_text("Autre feuille", "utf-8")
    assert lab.sha256() == before[0] and lab.brief_sha256() != before[1]
    (lab.folder / "lab.yaml").write_text("id: essai", "utf-8")
    after = lab.brief_sha256()
    (lab.folder / "lab.yaml").unlink()
    assert lab.brief_sha256() == after


def test_the_lab_s_hash_follows_its_manifest(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "a")
    assert make_lab(tmp_path / "b").sha256() == lab.sha256()
    assert make_lab(tmp_path / "c", limits={"memory_mb": 256}).sha256() != lab.sha256()


def test_the_same_seat_has_the_same_data_and_others_have_others(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    seat = Seat(lab, "sno-01")
    once, again = (make_variant(seat, SECRET, Purpose.EVALUATION) for _ in range(2))
    assert once.data == again.data
    assert once.fingerprint == again.fingerprint
    for other in (Seat(lab, "sno-02"), Seat(lab, "sno-01", "juin")):
        assert make_variant(other, SECRET, Purpose.EVALUATION).data["word"] != once.data["word"]
    assert make_variant(seat, b"x" * 32, Purpose.EVALUATION).data["word"] != once.data["word"]


def test_workshop_and_evaluation_share_rules_not_rows(tmp_path: Path) -> None:
    seat = Seat(make_lab(tmp_path), "sno-01")
    work, exam = (make_variant(seat, SECRET, purpose).data for purpose in (Purpose.ATELIER, Purpose.EVALUATION))
    assert work["word"] == exam["word"]
    assert work["rows"] != exam["rows"]


def test_the_seed_is_a_fixed_function_of_its_fields(tmp_path: Path) -> None:
    """Pinned: a change here would give every candidate other data than the ones they work with."""
    seed = Seat(make_lab(tmp_path), "sno-01").seed(SECRET, Purpose.ATELIER)
    assert seed.hex() == PINNED
    assert Seat(make_lab(tmp_path), "SNO-01").seed(SECRET, Purpose.ATELIER) == seed


PINNED = "d42e98197ff21390e59873186a94a7883d5eef408d1dc28ac8ef81f5237b3a73"


def test_a_generator_may_give_files_and_values_to_hide(tmp_path: Path) -> None:
    variant = make_variant(Seat(make_reading_lab(tmp_path), "sno-01"), SECRET, Purpose.ATELIER)
    assert variant.files() == {"comptes.csv": b"login\n", "annuaire/export.csv": b"bonjour"}
    assert variant.secrets() == ("Lavande1987!",)
    assert not variant.has_database


def test_a_generator_of_a_database_need_not(tmp_path: Path) -> None:
    variant = make_variant(Seat(make_lab(tmp_path), "sno-01"), SECRET, Purpose.ATELIER)
    assert (variant.files(), variant.secrets(), variant.has_database) == ({}, (), True)


@pytest.mark.parametrize("name", ["migration/verifier.py", "MIGRATION/Vérifier.PY", "migration/ve\u0301rifier.Py"])
def test_case_and_accents_of_what_is_asked_do_not_matter(name: str) -> None:
    assert find_asked([ASKED], [name]) == {"script": (name,)}


@pytest.mark.parametrize(
    "name", ["verifier.\uff50\uff59", "verifier\uff0epy", "verifier.pÿ", "verifier.p\u0301y", "veriﬁer.\u1d56\u02b8"]
)
def test_what_only_looks_like_a_known_kind_of_file_is_none(name: str) -> None:
    assert find_asked([ASKED], [f"migration/{name}"]) == {"script": ()}
    assert find_asked([ASKED], ["migration\uff0fverifier.py"]) == {"script": ()}
