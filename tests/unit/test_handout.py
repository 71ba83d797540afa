"""What is given out: a learner's sujet, a class's with sheets to print, and the zip to take home."""

from __future__ import annotations

import builtins
import io
import json
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from helpers import make_lab
from student import etabli, repository_with, said

from etabli.lab.manifest import Lab
from etabli.lab.variant import Seat
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.system.settings import secret
from etabli.workspace.opening import open_workspace

AIDES = "liste:\n  geste: Regardez\n  question: Que voit-on <ici> ?\n  piste: Regardez.\n  exemple: |\n    ```sql\n    SELECT 1\n    ```\n"


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    seance = {"id": "debut", "title": "Une séance", "result": "Une page.", "needs": ["un PC"], "watch": ["la page"]}
    made = make_lab(tmp_path, seances=[seance], workspace={"starters": {"php": "php"}, "services": ["application"]})
    with (made.grader / "variant.py").open("a", encoding="utf-8") as generator:
        generator.write("def csv_files(v, atelier): return {'objets.csv': b'id'}\n")
    monkeypatch.chdir(tmp_path)
    return repository_with(made, {"aides.yaml": AIDES, "starter/php/index.php": "départ\n"}, monkeypatch)


def a_class(*names: str) -> None:
    new_roster("SNO").add([Person(name, "Léa") for name in names])


def unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_class_gets_its_sujets_and_one_file_to_print_per_session(lab: Lab, tmp_path: Path) -> None:
    a_class("MARTIN", "PETIT", "DURAND")
    done = etabli("sujet", "essai", "--classe", "SNO", "--json")
    assert done.exit_code == 0, said(done)
    out = tmp_path / "sujets" / "essai"
    names = {"professeur.html", "professeur.pdf", "a-imprimer", "SNO-01", "SNO-02", "SNO-03"}
    assert {path.name for path in out.iterdir()} == names
    assert {path.name for path in (out / "a-imprimer").iterdir()} == {"seance-1.pdf", "reference.pdf"}
    own = {path.relative_to(out / "SNO-02").as_posix() for path in (out / "SNO-02").rglob("*") if path.is_file()}
    data = {"donnees/schema.sql", "donnees/donnees.sql", "donnees/objets.csv"}
    assert own == {"enonce.html", "enonce.pdf", "aides.html", "sujet.json", "depart/php/index.php", *data}
    assert "Pour SNO-02" in (out / "SNO-02" / "enonce.html").read_text("utf-8")
    assert all(path.read_bytes().startswith(b"%PDF-") for path in out.rglob("*.pdf"))
    told = json.loads(done.stdout)["written"]
    assert [one["pages"] for one in told if one["path"].endswith("seance-1.pdf")] == [3]
    assert "MARTIN" not in (out / "professeur.html").read_text("utf-8"), "names live in one table"


def test_the_cover_says_what_the_teacher_needs_and_looks_at(lab: Lab, tmp_path: Path) -> None:
    a_class("MARTIN")
    assert etabli("sujet", "essai", "--classe", "SNO", "--sans-pdf").exit_code == 0
    cover = (tmp_path / "sujets" / "essai" / "professeur.html").read_text("utf-8")
    assert "etabli sujet essai --classe SNO --maison" in cover
    assert all(told in cover for told in ("Une séance", "un PC.", "Une page.", "la page.", "1 élève"))
    assert not list((tmp_path / "sujets").rglob("*.pdf"))


def test_home_is_a_zip_with_all_that_is_needed_and_nothing_to_install(lab: Lab, tmp_path: Path) -> None:
    done = etabli("sujet", "essai", "--candidat", "sno-07", "--maison", "-o", "sac.zip")
    assert done.exit_code == 0, said(done)
    bag = unzipped(tmp_path / "sac.zip")
    assert {"LISEZMOI.txt", "enonce.html", "enonce.pdf", "aides.html", "depart/php/index.php"} <= set(bag)
    assert {"donnees/schema.sql", "donnees/donnees.sql", "donnees/objets.csv"} <= set(bag)
    aides = bag["aides.html"].decode()
    assert aides.count("<details><summary>") == 3 and "Que voit-on &lt;ici&gt; ?".replace(" ?", "\u00a0?") in aides
    assert "rendu/" not in bag["LISEZMOI.txt"].decode("utf-8-sig")
    assert etabli("sujet", "essai", "--candidat", "sno-07", "--maison", "--sans-pdf", "-o", "sacs").exit_code == 0
    assert unzipped(tmp_path / "sacs" / "sno-07-maison.zip").keys() == bag.keys() - {"enonce.pdf"}


def test_a_learner_takes_their_work_home(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space = open_workspace(tmp_path / "espace", Seat(lab, "sno-07"), secret(), None)
    (space.work / "index.php").write_text("à moi", "utf-8")
    monkeypatch.chdir(space.folder)
    assert etabli("sujet", "--maison").exit_code == 0
    bag = unzipped(space.folder / "essai-sno-07-maison.zip")
    assert bag["rendu/index.php"].decode() == "à moi" and bag["depart/php/index.php"].decode() == "départ\n"
    (space.work / "film.bin").write_bytes(Random(1).randbytes(15_500_000))
    refused = etabli("sujet", "--maison")
    assert refused.exit_code == 2 and "allégez « rendu/film.bin »" in said(refused)
    (space.work / "film.bin").unlink()
    monkeypatch.chdir(space.work)
    assert etabli("sujet", "--maison").exit_code == 0
    assert not list(space.work.glob("*.zip")), "what is handed in holds no zip of ours"
    refused = etabli("sujet", "--maison", "-o", "sac.zip")
    assert refused.exit_code == 2 and "qui sera rendu" in said(refused)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Dites quel TP et pour qui"),
        (["essai"], "Dites quel TP et pour qui"),
        (["essai", "--candidat", "a", "--classe", "b"], "pas les deux"),
        (["essai", "--classe", "SNO"], "SNO"),
        (["--maison"], "espace de travail"),
    ],
)
def test_what_is_missing_is_said(lab: Lab, arguments: list[str], sentence: str) -> None:
    refused = etabli("sujet", *arguments)
    assert refused.exit_code == 2 and sentence in said(refused)


def test_without_the_libraries_that_draw_text_pages_remain(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str, *rest: Any, **options: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **options)

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", load)
    a_class("MARTIN")
    done = etabli("sujet", "essai", "--classe", "SNO")
    assert done.exit_code == 0 and "Sans PDF : Pango manque" in said(done)
    out = tmp_path / "sujets" / "essai"
    assert (out / "SNO-01" / "enonce.html").is_file() and not list(out.rglob("*.pdf"))
    assert "a-imprimer" not in (out / "professeur.html").read_text("utf-8")
