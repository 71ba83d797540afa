"""The invented class hands in what Établi reads without a question."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import make_lab
from typer.testing import CliRunner

from etabli.cli.demo import __main__ as demo
from etabli.cli.demo.dossier import STORY, Story
from etabli.cli.demo.exercise import ABSENT, DEADLINE, class_size, people_of, places
from etabli.cli.main import app
from etabli.lab.manifest import lab_ids, load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.reception.answers import Answers
from etabli.reception.gathering import Reading, gather
from etabli.reception.hand_in import HandIns, HandInState, state_at, write_hand_ins
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.reception.settling import settle
from etabli.roster.listing import read_listing
from etabli.roster.roster import new_roster
from etabli.system.yaml_files import read_yaml

LAB = "page-dynamique"
pytestmark = pytest.mark.usefixtures("home")


def exercise(folder: Path, learners: int, *more: str) -> str:
    """Makes one in a folder and returns what was said."""
    done = CliRunner().invoke(app, ["exercice", "-o", str(folder), "--eleves", str(learners), *more])
    assert done.exit_code == 0, done.output
    return done.output


def test_an_exercise_needs_no_question(tmp_path: Path) -> None:
    folder = tmp_path / "exercice"
    told = exercise(folder, 12)
    assert f"« {LAB} », classe SNO" in told and f"{folder / 'remises.zip'} : " in told
    roster = new_roster("SNO")
    roster.apply(roster.changes(read_listing(folder / "liste.csv").people))
    (tmp_path / "atelier").mkdir()
    gathered = gather([folder / "remises.zip"], load_lab(LAB), Reading.GUESS, tmp_path / "atelier")
    assert gathered.moodle and not any(one.at for one in gathered.dropped)
    found = settle(gathered.dropped, roster, Answers())
    assert found.questions == () and not [one for one in gathered.dropped if one.problem]
    aliases = [learner.alias for _dropped, learner in found.recognised]
    assert len(aliases) == 9 and f"SNO-{ABSENT:02}" not in aliases
    assert any(len(one.files) > 1 for one in gathered.dropped)
    assert any(one.source.is_dir() for one in gathered.dropped)


def test_an_exercise_is_not_written_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "devoir").touch()
    done = CliRunner().invoke(app, ["exercice", "-o", str(tmp_path / "devoir")])
    assert done.exit_code == 2
    assert "ne peut pas être écrit (il existe déjà) : choisissez un autre dossier avec « -o »." in done.stderr


def test_its_worksheet_tells_who_was_late(tmp_path: Path) -> None:
    exercise(tmp_path, 5, "--tp", LAB)
    rows = read_worksheet(tmp_path / "formulaire.csv").rows
    states = [state_at(row.submitted, DEADLINE.astimezone())[0] for row in rows if row.submitted]
    assert states == [HandInState.HANDED_IN] * 3 + [HandInState.LATE]


def test_the_whole_class_hands_in_every_specimen_of_the_class() -> None:
    everyone = places(load_lab(LAB), "DEMO")
    assert len(everyone) == 27
    assert [place.rank for place in everyone if place.specimen is None] == [3, 6, 11]


def test_one_class_hands_in_over_all_labs() -> None:
    people = people_of(load_lab(LAB))
    seen = [places(load_lab(lab), demo.CLASS, people=people) for lab in lab_ids()]
    assert len({tuple(place.alias for place in everyone) for everyone in seen}) == 1
    assert [sum(place.specimen is not None for place in everyone) for everyone in seen] == [24] * len(seen)


def test_the_invented_candidate_hands_in_witnesses_of_every_lab() -> None:
    for lab in map(load_lab, lab_ids()):
        story = read_yaml(lab.grader / "specimens" / STORY, Story)
        assert story.rendus and set(story.rendus) <= set(load_specimens(lab)), lab.id


def test_each_lab_has_an_invented_class_too(tmp_path: Path) -> None:
    labs = [load_lab(LAB), make_lab(tmp_path)]
    names = ["Nom;Prénom;Courriel", "Vasseur;Ilyes;a@b.test", "Morin;Jade;c@d.test"]
    specimens = labs[1].grader / "specimens"
    (specimens / "vide").mkdir(parents=True)
    (specimens / "eleves.csv").write_text("\n".join(names) + "\n", "utf-8")
    (specimens / "classe.yaml").write_text("{a: vide, b: vide}", "utf-8")
    (specimens / "vide" / "specimen.yaml").write_text("{title: Rien, kind: empty, failed: [demarre]}", "utf-8")
    assert [class_size(lab) for lab in labs] == [27, 2]


def test_an_older_demonstration_s_learners_do_not_stand_beside(tmp_path: Path) -> None:
    out = tmp_path / "page-dynamique"
    for class_name, left in ((None, False), ("DEMO page-dynamique", False), ("DEMO", True)):
        (out / "DEMO-01").mkdir(parents=True)
        if class_name:
            write_hand_ins(out, HandIns("page-dynamique", "entrainement", (), class_name=class_name))
        demo._forget_older_demo(tmp_path, out, "DEMO")
        assert out.exists() is left
