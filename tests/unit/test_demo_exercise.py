"""The invented class hands in what Établi reads without a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from etabli.classe.listing import read_listing
from etabli.classe.roster import new_roster
from etabli.demo.__main__ import main
from etabli.demo.exercise import ABSENT, DEADLINE, places
from etabli.engine.attribution import Answers, attribute
from etabli.engine.deposits import Reading, gather
from etabli.hand_in import HandInState, state_at
from etabli.lab import load_lab
from etabli.moodle.worksheet import read_worksheet

LAB = "page-dynamique"


def test_an_exercise_needs_no_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    assert main(["--lab", LAB, "--moodle", str(tmp_path / "exercice"), "--eleves", "12"]) == 0
    folder = tmp_path / "exercice"
    roster = new_roster("SNO")
    roster.add([entry.person for entry in read_listing(folder / "liste.csv").entries])
    (tmp_path / "atelier").mkdir()
    gathered = gather([folder / "remises.zip"], load_lab(LAB), Reading.GUESS, tmp_path / "atelier")
    assert gathered.moodle and not gathered.timed
    found = attribute(gathered.handed, roster, Answers())
    assert found.questions == () and not [one for one in gathered.handed if one.problem]
    aliases = [learner.alias for _handed, learner in found.owned]
    assert len(aliases) == 9 and f"SNO-{ABSENT:02}" not in aliases
    assert any(len(one.files) > 1 for one in gathered.handed)
    assert any(one.source.is_dir() for one in gathered.handed)


def test_its_worksheet_tells_who_was_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    assert main(["--lab", LAB, "--moodle", str(tmp_path), "--eleves", "5"]) == 0
    rows = read_worksheet(tmp_path / "feuille.csv").rows
    states = [state_at(row.submitted, DEADLINE.astimezone())[0] for row in rows if row.submitted]
    assert states == [HandInState.HANDED_IN] * 3 + [HandInState.LATE]


def test_the_whole_class_hands_in_every_specimen_of_the_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path))
    everyone = places(load_lab(LAB), "DEMO")
    assert len(everyone) == 27
    assert [place.rank for place in everyone if place.specimen is None] == [3, 6, 11]
