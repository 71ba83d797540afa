"""What the demonstration leaves: an archive that verifies, and a copy that is refused with the right sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import here
from recueil_samples import frozen_run

from etabli.cli.demo.sealed import ARCHIVE, KEY, PAGE, TAMPERED, make_sealed
from etabli.exam.contract.errors import LabError

WHO = ("--candidat", "SNO-07")


def recueil(failed: int) -> tuple[Path, Path]:
    """A candidate's file of one run, and what is read of it."""
    frozen_run(Path("resultats/mots-de-passe"), "SNO-07", failed=failed)
    assert here("trace", "choisir", *WHO).returncode == 0
    assert here("recueil", "build", *WHO, "--sans-pdf", "-o", "recueil").returncode == 0
    return Path("recueils/SNO-07"), Path("recueil")


@pytest.fixture(autouse=True)
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")


def test_one_archive_verifies_and_the_other_names_its_file() -> None:
    told = list(make_sealed(*recueil(2), Path("scelle")))
    assert {path.name for path in Path("scelle").iterdir()} == {ARCHIVE, TAMPERED, KEY, PAGE}
    assert here("verify", f"scelle/{ARCHIVE}", "--cle", f"scelle/{KEY}").returncode == 0
    refused = here("verify", f"scelle/{TAMPERED}", "--cle", f"scelle/{KEY}")
    assert refused.returncode == 1 and "transcript.jsonl » a été modifié après le scellé" in refused.stderr
    assert told[-1].endswith("transcript.jsonl » a été modifié après le scellé.")


def test_a_recueil_without_a_finding_to_change_is_told() -> None:
    with pytest.raises(LabError, match="Aucun constat « à revoir »"):
        list(make_sealed(*recueil(0), Path("scelle")))
