"""From a command line to deposits of known learners: what is refused, remembered, forgotten and said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers import make_lab
from moodle_desk import Desk
from moodle_samples import SITE, download, packed, spellings

from etabli.cli.collect import collect, left_aside
from etabli.exam.contract.errors import UsageProblem
from etabli.reception import collecting
from etabli.reception.collecting import Whom
from etabli.reception.gathering import Reading
from etabli.reception.hand_in import HandInState
from etabli.reception.settling import Settling
from etabli.roster.roster import Roster

LEA = ("Léa Martin_101_assignsubmission_file/site.zip", SITE)
KEVIN = ("Kevin Inconnu_199_assignsubmission_file/tp kevin.zip", packed(z="z"))


@pytest.fixture
def desk(tmp_path: Path, roster: Roster) -> Desk:
    return Desk(tmp_path)


def test_a_wrong_answer_is_refused_before_anything_and_nothing_is_remembered(desk: Desk, roster: Roster) -> None:
    with pytest.raises(UsageProblem, match=r"rien n.est encore vérifié ni retenu : SNO-01"):
        desk.collect(LEA, KEVIN, answers=("Kevin Inconnu=SNO-01",))
    assert spellings(roster) == {}


def test_a_wrong_answer_goes_away(desk: Desk, roster: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    """The trial's story: Kevin's deposit was said to be Léa's, then put right."""
    desk.note(desk.collect(KEVIN, answers=("Kevin Inconnu=SNO-01",)))
    (desk.out / "SNO-01").mkdir()
    assert list(spellings(roster).values()) == ["SNO-01"]
    with pytest.raises(UsageProblem, match='--associer "Kevin Inconnu="'):
        desk.collect(LEA, KEVIN)
    done = desk.collect(KEVIN, answers=("Kevin Inconnu=",))
    assert spellings(roster) == {} and done.settled.deposits == ()
    said = " ".join(capsys.readouterr().err.split())
    assert "« Kevin Inconnu » n'est plus retenu comme un autre nom de SNO-01." in said
    assert "SNO-01 garde une vérification faite sur le rendu Moodle n° 199" in said and "out/SNO-01" in said
    assert desk.note(done)["SNO-01"] is HandInState.MISSING
    with pytest.raises(UsageProblem, match='--associer "Kevin Inconnu=ALIAS"'):
        desk.collect(LEA, KEVIN)
    right = desk.collect(LEA, KEVIN, answers=("Kevin Inconnu=",))
    assert [deposit.candidate for deposit in right.settled.deposits] == ["SNO-01"]
    assert desk.note(right)["SNO-01"] is HandInState.HANDED_IN


def test_forgetting_a_name_makes_it_a_question_again(desk: Desk, roster: Roster) -> None:
    desk.note(desk.collect(KEVIN, answers=("Kevin Inconnu=6",)))
    assert [deposit.candidate for deposit in desk.collect(KEVIN).settled.deposits] == ["SNO-06"]
    roster.forget("Kevin Inconnu")
    with pytest.raises(UsageProblem, match='--associer "Kevin Inconnu=ALIAS"'):
        desk.collect(KEVIN)


def test_leaving_one_s_own_deposit_aside_keeps_the_way_back(desk: Desk) -> None:
    desk.note(desk.collect(LEA))
    done = desk.collect(LEA, answers=("101=",))
    assert done.former is not None and done.former.by_candidate()["SNO-01"].participant == "101"


def test_the_same_download_twice_counts_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    again = download(desk.place / "encore.zip", [LEA])
    done = desk.collect(LEA, more=(again,))
    assert [(deposit.candidate, deposit.problem) for deposit in done.settled.deposits] == [("SNO-01", None)]
    assert "1 rendu remis deux fois à l'identique, compté une fois : SNO-01." in capsys.readouterr().err


def test_two_different_ones_are_refused_and_the_roll_stays(desk: Desk) -> None:
    desk.note(desk.collect(LEA))
    before = (desk.out / "remises.json").read_bytes()
    mailed = desk.place / "sno-1.zip"
    mailed.write_bytes(packed(a="b"))
    with pytest.raises(UsageProblem, match="Deux rendus différents pour un même élève"):
        desk.collect(LEA, more=(mailed,))
    assert (desk.out / "remises.json").read_bytes() == before


def test_names_in_another_spelling_are_said_in_one_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.collect(
        ("Lea Martin_101_assignsubmission_file/a.zip", SITE),
        ("Inès dAlmeida_102_assignsubmission_file/b.zip", SITE),
        ("Anne Sophie Dupont-Leroy_103_assignsubmission_file/c.zip", SITE),
        ("KONÉ Awa_106_assignsubmission_file/d.zip", SITE),
    )
    said = capsys.readouterr().err
    assert "Rapprochés : « Lea Martin » → SNO-01 et « Anne Sophie Dupont-Leroy » → SNO-03.\n" == said


def test_what_is_left_aside_is_said_by_number_and_file(desk: Desk) -> None:
    done = desk.collect(KEVIN, answers=("199=",))
    assert left_aside(done.settled.left) == "1 rendu laissé de côté : Moodle n° 199, « tp •••.zip »."


def test_without_a_class_the_same_work_twice_is_said(
    tmp_path: Path, roster: Roster, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Zoe.zip").write_bytes(SITE)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    paths = [tmp_path / "a" / "Zoe.zip", tmp_path / "b" / "Zoe.zip"]
    done = collect(make_lab(tmp_path / "depot"), paths, tmp_path / "out", "x", Reading.GUESS, Whom(), tmp_path)
    assert [deposit.candidate for deposit in done.settled.deposits] == ["Zoe"]
    assert "à l'identique, compté une fois : Zoe." in capsys.readouterr().err


def test_a_page_may_ask_instead_of_the_terminal(desk: Desk, roster: Roster, tmp_path: Path) -> None:
    """What reception gives and takes are values: nothing is read from a terminal, and nothing written on one."""
    (tmp_path / "atelier").mkdir()
    path, whom = download(tmp_path / "Devoir.zip", [LEA, KEVIN]), Whom("SNO")
    asked = collecting.collect(desk.lab, [path], desk.out, "x", Reading.GUESS, whom, tmp_path / "atelier")
    assert isinstance(asked.settling, Settling)
    (question,) = asked.settling.questions
    assert "SNO-01" not in [learner.alias for learner in asked.settling.choices(question)]
    with pytest.raises(UsageProblem, match="a déjà un rendu ici"):
        asked.settling.read("1")
    answered = asked.settling.give(question, asked.settling.read("6"))
    done = asked.collected(answered.settled())
    assert answered.questions == () and asked.settling.questions == (question,)
    assert [deposit.candidate for deposit in done.settled.deposits] == ["SNO-01", "SNO-06"]
    assert spellings(roster) == {"Kevin Inconnu": "SNO-06"}
