"""The year: what it says, what may not be said, and the independent traces that it gives to each competence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import here

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import lab_ids, load_lab
from etabli.lab.parcours import Year, read_year
from etabli.referentiel.kept import in_force

OURS = Path(__file__).resolve().parents[2] / "course" / "parcours.yaml"


def year() -> Year:
    return read_year(in_force().referentiel)


def test_every_session_of_every_lab_has_its_place_once() -> None:
    planned = [(one.lab, one.title) for step in year().steps for one in step.sessions if one.lab]
    wanted = [(lab, seance.title) for lab in lab_ids() for seance in load_lab(lab).manifest.seances]
    assert sorted(planned) == sorted(wanted)


def test_pfmp_stand_between_modules_and_last_twelve_weeks() -> None:
    steps = year().steps
    places = [place for place, step in enumerate(steps) if step.weeks]
    assert len(places) == 2 and 0 < places[0] < places[1] < len(steps) - 1
    assert year().weeks == year().wanted_weeks == 12


def test_every_criterion_has_its_place_in_the_year() -> None:
    assert {one.competence: one.unplanned for one in year().coverage if one.unplanned} == {}


def test_competences_without_a_lab_are_known() -> None:
    found = {one.competence: one for one in year().coverage}
    assert [code for code, one in found.items() if not one.labs] == ["C1.2", "C1.3"]
    assert set(found["C2.1"].labs) == {"extraction-pgi", "page-dynamique"}
    assert found["C2.3"].labs == ("mots-de-passe", "hameconnage")  # two points of extraction-pgi are too few
    assert all(one.independent >= one.wanted for one in found.values())


def test_a_session_shows_the_criteria_that_its_sheet_announces() -> None:
    found = {(one.lab, one.title): one.criteria for step in year().steps for one in step.sessions}
    assert found["page-dynamique", "La recherche, et des pages pour tous"] == (
        "visiteur-trouve",
        "pages-pour-tous",
        "mentions-presentes",
        "site-protege",
    )
    assert "compte-rendu" in found["extraction-pgi", "Présenter et rendre compte"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("seance: liste", "seance: listte", "seances.0.seance » : ce TP n'a pas de séance « listte » ; il a liste"),
        ("{tp: page-dynamique, seance: liste}", "{tp: page, seance: liste}", "tp » : le TP « page » n'existe pas"),
        ("criteres: [projet-suivi]", "criteres: [projet]", "« projet » n'est pas un critère du référentiel en vigueur"),
        ("criteres: [publication-adaptee,", "criteres: [nul,", "clé « etapes.2.pfmp.criteres.0 » : « nul » n'est pas"),
        ("id: extraire", "id: publier", "« publier » est déjà pris plus haut"),
        ("origine: Projet collaboratif, criteres: [projet-suivi]", "criteres: [projet-suivi]", "donnez « tp » et « seance »"),
        ("semaines: 6", "semaines: 0", "il faut 1 au moins, et non 0"),
        ("  - pfmp:", "  - stage:", "clé « etapes.2.stage » : elle n'existe pas"),
    ],
)  # fmt: skip
def test_a_bad_year_gets_its_line_and_its_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    path, text = tmp_path / "parcours.yaml", OURS.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    line = 1 + text[: text.index(old)].count("\n")
    with pytest.raises(LabError) as caught:
        read_year(in_force().referentiel, path)
    told = [one for one in str(caught.value).splitlines() if words in one]
    assert told and told[0].startswith(f"{path}, ligne {line}, "), str(caught.value)


def test_a_year_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"parcours\.yaml » ne peut pas être lue"):
        read_year(in_force().referentiel, tmp_path / "parcours.yaml")


def test_course_tells_the_year_and_who_lacks_traces(home: Path) -> None:
    done = here("course")
    assert done.returncode == 0 and "Traces indépendantes par compétence" in done.stdout
    assert "3. PFMP 1 (6 semaines)" in done.stdout
    assert "Aucun TP ne donne de trace à C1.2 et C1.3" in " ".join(done.stdout.split())
    facts = json.loads(here("course", "--json").stdout)
    assert facts["weeks"] == 12 and facts["referentiel"]["sha256"] == in_force().sha256
    assert {one["competence"]: one["independent"] for one in facts["coverage"]}["C1.3"] == 2
    assert all(one["enough"] for one in facts["coverage"])


def test_a_centre_has_its_own_year(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "notre-annee.yaml"
    own.write_text(OURS.read_text("utf-8").replace("semaines: 6", "semaines: 4"), "utf-8")
    done = here("course", own)
    assert done.returncode == 0 and "L'année a 8 semaines de PFMP" in " ".join(done.stdout.split())
    assert here("course", tmp_path / "absent.yaml").returncode == 2


def test_what_lacks_is_told(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year of labs alone, without any PFMP."""
    for name in ("labs", "graders", "docker-compose.yml"):
        (tmp_path / name).symlink_to(OURS.parents[1] / name)
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "referentiel.yaml").write_bytes((OURS.parent / "referentiel.yaml").read_bytes())
    text = OURS.read_text("utf-8")
    whole = text[: text.index("  - module:\n      id: extraire")]
    (tmp_path / "course" / "parcours.yaml").write_text(whole, "utf-8")
    monkeypatch.setenv("ETABLI_ROOT", str(tmp_path))
    done = here("course")
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.replace("│", " ").split())
    assert "L'année a 0 semaine de PFMP, et le diplôme en demande 12" in told
    assert "aucune trace" in told and "1 de plus" in told
