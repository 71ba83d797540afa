"""The printed set: tagged PDF in French, the annex on two pages; a grid that comes back is read in a container."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from commission_samples import (
    DUC,
    ESSAI,
    FAULT,
    SESSION,
    SITUATION,
    all_judge,
    commission,
    edit,
    furnish,
    history,
    staged,
)
from helpers import here


@pytest.fixture
def who(tmp_path: Path) -> Iterator[str]:
    with staged(tmp_path):
        alias = furnish({FAULT: "Une autre période. " * 400, "colonnes": "Autres colonnes. " * 400})
        edit(situations=[SITUATION])
        yield alias


def test_one_candidate_s_set_is_printed(who: str) -> None:
    all_judge(who)
    commission("annexe", "--candidat", who, "--par", ESSAI)
    done = here("imprimer", SESSION, "--liasse", "--candidat", who, "-o", "liasse")
    assert done.returncode == 0, done
    found = {path.relative_to("liasse").as_posix() for path in Path("liasse").glob("*/*")}
    assert found == {
        "pour-le-candidat/02-convocation.pdf",
        "pour-le-candidat/04-accuse-de-depot.pdf",
        "pour-le-candidat/11-bilan-de-competences.pdf",
        "pour-le-candidat/enonce-oral",
        "pour-la-commission/01-fiche-descriptive.pdf",
        "pour-la-commission/03-emargement.pdf",
        "pour-la-commission/05-bordereau.pdf",
        "pour-la-commission/06-grille.pdf",
        "pour-la-commission/07-constats-automatiques.pdf",
        "pour-la-commission/08-bilan-pfmp.pdf",
        "pour-la-commission/09-incident.pdf",
        "pour-la-commission/10-proces-verbal.pdf",
    }
    for path in Path("liasse").glob("*/*.pdf"):
        reader = pypdf.PdfReader(path)
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == "fr" and root["/MarkInfo"]["/Marked"], path
        sides = [round(float(side) * 25.4 / 72) for side in reader.pages[0].mediabox[2:]]
        assert sides == [210, 297] and reader.metadata and reader.metadata.title
    assert len(pypdf.PdfReader("liasse/pour-la-commission/07-constats-automatiques.pdf").pages) <= 2
    Path("liasse/a-moi.txt").write_text("x")
    assert "contient autre chose" in here("imprimer", SESSION, "--liasse", "--candidat", who, "-o", "liasse").stderr


def test_a_grid_that_comes_back_is_read_without_trust(who: str) -> None:
    commission("grille", "--evaluateur", DUC, "-o", "g.xlsx")
    book = openpyxl.load_workbook("g.xlsx")
    sheet = book.worksheets[0]
    sheet["F2"], sheet["F4"], sheet["G4"] = "très bonne maîtrise", "Non observé", "=1+1"
    book.save("g.xlsx")
    done = commission("lire", "g.xlsx", "--evaluateur", DUC)
    assert done.returncode == 0 and "2 degrés lus" in done.stdout, done
    assert [(one["competence"], one["degre"]) for one in history(who)] == [
        ("C2.1", "tres-bonne"),
        ("C2.3", "non-observe"),
    ]
    assert "0 degré lu" in commission("lire", "g.xlsx", "--evaluateur", DUC).stdout
    Path("faux.xlsx").write_bytes(b"PK\x03\x04rien")
    assert commission("lire", "faux.xlsx", "--evaluateur", DUC).returncode == 2
