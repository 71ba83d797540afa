"""« Jean-Luc »: half of a given name, or a group before a name? The class tells; where both fit, a person does."""

from __future__ import annotations

from pathlib import Path

import pytest
from moodle_desk import Desk, sheet
from moodle_samples import SITE, sno, spellings

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.settling import Settled
from etabli.roster.learner import Person

LUC, PAUL = Person("MARTIN", "Luc"), Person("PETIT", "Paul")
JEAN_LUC, JEAN_PAUL = Person("MARTIN", "Jean-Luc"), Person("PETIT", "Jean-Paul")


def handed(*names: str) -> list[tuple[str, bytes]]:
    return [(f"{name}_{101 + at}_assignsubmission_file_/s.zip", SITE) for at, name in enumerate(names)]


BOTH = handed("Jean-Luc MARTIN", "Jean-Paul PETIT")


def whose(found: Settled) -> list[tuple[str, str | None]]:
    return [(alias, one.participant) for alias, one in found.received.items()]


def asked(desk: Desk, *members: tuple[str, bytes]) -> str:
    with pytest.raises(UsageProblem) as caught:
        desk.collect(*members)
    return str(caught.value)


def test_two_readings_that_both_fit_are_asked(home: Path, tmp_path: Path) -> None:
    sno([LUC, PAUL, JEAN_LUC, JEAN_PAUL])
    desk = Desk(tmp_path)
    said = asked(desk, *BOTH)
    assert '--associer "Jean-Luc MARTIN=ALIAS"' in said and "peut être SNO-03 (" in said and " ou SNO-01 (" in said
    done = desk.collect(*BOTH, answers=("Jean-Luc MARTIN=SNO-03", "Jean-Paul PETIT=SNO-04"))
    assert whose(done.settled) == [("SNO-03", "101"), ("SNO-04", "102")]
    desk.entries(done)
    assert whose(desk.collect(*BOTH).settled) == [("SNO-03", "101"), ("SNO-04", "102")], "asked once"


def test_the_others_of_the_class_are_never_given_the_work(home: Path, tmp_path: Path) -> None:
    roster = sno([LUC, PAUL])
    desk = Desk(tmp_path)
    said = asked(desk, *BOTH)
    assert "presque le nom de SNO-01 MARTIN Luc, est-ce bien la même personne ?" in said
    assert "presque le nom de SNO-02 PETIT Paul" in said and spellings(roster) == {}
    done = desk.collect(*BOTH, answers=("Jean-Luc MARTIN=SNO-01", "Jean-Paul PETIT="))
    assert whose(done.settled) == [("SNO-01", "101")]
    assert spellings(roster) == {"Jean-Luc MARTIN": "SNO-01"}
    assert whose(desk.collect(*BOTH, answers=("Jean-Paul PETIT=",)).settled) == [("SNO-01", "101")], "remembered"


def test_a_whole_name_of_the_class_is_its_learner_s(home: Path, tmp_path: Path) -> None:
    sno([JEAN_LUC, JEAN_PAUL, Person("KONÉ", "Awa")])
    assert whose(Desk(tmp_path).collect(*BOTH).settled) == [("SNO-01", "101"), ("SNO-02", "102")]


def test_one_of_two_that_fits_twice_is_asked_and_the_other_is_not(home: Path, tmp_path: Path) -> None:
    sno([LUC, JEAN_LUC, JEAN_PAUL])
    said = asked(Desk(tmp_path), *BOTH)
    assert '--associer "Jean-Luc MARTIN=' in said and "Jean-Paul" not in said


def test_an_answer_that_was_remembered_settles_both_readings(home: Path, tmp_path: Path) -> None:
    roster = sno([LUC, PAUL, Person("MARTIN", "J.-L.")])
    roster.remember("Jean-Luc MARTIN", "SNO-03")
    said = asked(Desk(tmp_path), *BOTH)
    assert "Jean-Luc" not in said and '--associer "Jean-Paul PETIT=' in said


@pytest.mark.parametrize("head", ["TP1-", "Groupe A-", "SNO-", "-", "G-1-"])
def test_what_cannot_be_half_of_a_name_is_a_group(home: Path, tmp_path: Path, head: str) -> None:
    roster = sno([LUC, JEAN_PAUL])
    done = Desk(tmp_path).collect(*handed(f"{head}Luc Martin", f"{head}Jean-Paul Petit"))
    assert whose(done.settled) == [("SNO-01", "101"), ("SNO-02", "102")] and spellings(roster) == {}


def test_brothers_whose_family_name_comes_first_are_no_group(home: Path, tmp_path: Path) -> None:
    sno([JEAN_LUC, Person("MARTIN", "Jean-Paul"), Person("KONÉ", "Awa")])
    done = Desk(tmp_path).collect(*handed("MARTIN Jean-Luc", "MARTIN Jean-Paul"))
    assert whose(done.settled) == [("SNO-01", "101"), ("SNO-02", "102")]


@pytest.mark.parametrize(("row", "alias"), [("Jean-Luc MARTIN", "SNO-03"), ("Luc MARTIN", "SNO-01")])
def test_the_worksheet_s_full_name_decides(home: Path, tmp_path: Path, row: str, alias: str) -> None:
    roster = sno([LUC, PAUL, JEAN_LUC, JEAN_PAUL])
    path = sheet(tmp_path / "notes.csv", ("101", row), ("102", "Jean-Paul PETIT"))
    done = Desk(tmp_path).collect(*BOTH, sheet=path)
    assert whose(done.settled) == sorted([(alias, "101"), ("SNO-04", "102")]) and spellings(roster) == {}
