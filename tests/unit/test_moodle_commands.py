"""« etabli grade » and « etabli export moodle » with a class: their sentences, without any container."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from moodle_samples import FR, SITE, download, worksheet
from student import etabli
from typer.testing import CliRunner

from etabli.cli.collect import collect
from etabli.cli.export import Filled, _advice
from etabli.cli.main import app
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import load_lab
from etabli.reception.collecting import Whom
from etabli.reception.gathering import Reading
from etabli.reception.moodle.assignment import refuse_other_assignment
from etabli.reception.moodle.cells import cut
from etabli.reception.moodle.worksheet import Filling, Row, Worksheet, read_worksheet
from etabli.reports.returns import Fate, ReturnLine
from etabli.roster.learner import Person
from etabli.roster.roster import Roster, new_roster

LAB = "page-dynamique"
LEA = "Léa Martin_101_assignsubmission_file/site.zip"


@pytest.fixture(autouse=True)
def no_engine(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")


def said(*arguments: object) -> tuple[int, str]:
    done = etabli(*arguments)
    return done.exit_code, " ".join(done.stderr.split())


@pytest.fixture
def devoir(tmp_path: Path) -> Path:
    return download(tmp_path / "Devoir.zip", [(LEA, SITE), ("Zoé Inconnue_199_assignsubmission_file/z.zip", SITE)])


def test_a_download_needs_a_class(devoir: Path, tmp_path: Path) -> None:
    code, words = said("grade", devoir, "--tp", LAB, "--out", tmp_path / "out")
    assert code == 2
    assert "--classe NOM" in words and "« SNO »" in words


def test_unknown_names_are_listed_with_what_to_add(devoir: Path, tmp_path: Path) -> None:
    code, words = said("grade", devoir, "--tp", LAB, "--out", tmp_path / "out", "--classe", "SNO")
    assert code == 2
    assert '--associer "Zoé Inconnue=ALIAS"' in words and "Léa" not in words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--classe", "SNA"], "« SNO »"),
        (["--classe", "SNO", "--echeance", "demain"], "20/11/2026"),
        (["--classe", "SNO", "--associer", "Zoé"], "incomplet"),
        (["--classe", "SNO", "--associer", "Zoé Inconnue=SNO-77"], "SNO-77"),
        (["--classe", "SNO", "--associer", "Zoé Inconnue=", "--associer", "Tom=SNO-01"], "aucun rendu"),
        (["--classe", "SNO", "--formulaire", "absent.csv"], "« absent.csv » ne peut pas être lu (il n'existe pas)"),
        (["--classe", "SNO", "--feuille", "absent.csv"], "« absent.csv » ne peut pas être lu (il n'existe pas)"),
        (["--classe", "SNO", "--rendu-le", "hier"], "« --rendu-le hier » n'est pas une date"),
        (["--classe", "SNO", "--rendu-le", "22/11/2026"], "hors de Moodle"),
    ],
)
def test_a_wrong_option_is_one_sentence(devoir: Path, tmp_path: Path, more: list[str], words: str) -> None:
    code, sentence = said("grade", devoir, "--tp", LAB, "--out", tmp_path / "out", *more)
    assert code == 2
    assert words in sentence


def test_the_hand_ins_of_another_session_are_not_written_over(tmp_path: Path) -> None:
    out = remises(tmp_path / "out", "SNO")
    before = (out / "remises.json").read_bytes()
    (tmp_path / "site").mkdir()
    more = ("--tp", LAB, "--out", out, "--session", "rattrapage")
    code, words = said("grade", tmp_path / "site", "--un-seul", *more)
    assert code == 2 and "session « entrainement »" in words and "--sortie" in words
    assert (out / "remises.json").read_bytes() == before


def test_two_classes_do_not_share_a_folder(tmp_path: Path) -> None:
    new_roster("SNB").add([Person("Roy", "Tom")])
    out = remises(tmp_path / "out", "SNO")
    (tmp_path / "site").mkdir()
    code, words = said("grade", tmp_path / "site", "--un-seul", "--tp", LAB, "--out", out, "--classe", "SNB")
    assert code == 2 and "remises de la classe SNO" in words


def test_a_folder_of_something_else_gets_no_file_of_ours(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    said("export", "moodle", tmp_path / "notes", "--formulaire", worksheet(tmp_path / "n.csv"))
    assert not list((tmp_path / "notes").iterdir())


def test_answers_need_a_class(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    code, words = said(
        "grade", tmp_path / "site", "--un-seul", "--tp", LAB, "--associer", "Léa=SNO-01", "--out", tmp_path / "o"
    )
    assert code == 2 and "--classe" in words


def test_answers_lead_to_the_engine_and_are_remembered(devoir: Path, tmp_path: Path, roster: Roster) -> None:
    answer = ("--associer", "Zoé Inconnue=SNO-06")
    code, words = said("grade", devoir, "--tp", LAB, "--out", tmp_path / "out", "--classe", "sno", *answer)
    assert code == 3, words
    assert [one.alias for one in roster.find(full_name="Zoé Inconnue")] == ["SNO-06"]


@pytest.mark.parametrize(
    ("folder", "words"), [("absent", "dossier de résultats"), ("vide", "etabli grade"), ("abimé", "remises.json")]
)
def test_a_folder_without_results_is_one_sentence(tmp_path: Path, folder: str, words: str) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "abimé").mkdir()
    (tmp_path / "abimé" / "remises.json").write_text("{")
    code, sentence = said("export", "moodle", tmp_path / folder, "--formulaire", worksheet(tmp_path / "n.csv"))
    assert code in (1, 2) and words in sentence


def remises(folder: Path, class_name: str | None, participant: str | None = None) -> Path:
    from etabli.reception.hand_in import HandIn, HandIns, HandInState, write_hand_ins

    entries = (HandIn("SNO-01", HandInState.HANDED_IN, participant=participant),)
    folder.mkdir()
    write_hand_ins(folder, HandIns(LAB, "entrainement", entries, class_name))
    return folder


def test_results_that_know_nobody_of_moodle_are_one_sentence(tmp_path: Path) -> None:
    out = remises(tmp_path / "out", None)
    code, words = said("export", "moodle", out, "--formulaire", worksheet(tmp_path / "n.csv"))
    assert code == 2 and "quel alias" in words


def test_the_downloaded_file_is_never_written_over(tmp_path: Path) -> None:
    path = worksheet(tmp_path / "n.csv")
    code, words = said("export", "moodle", remises(tmp_path / "out", "SNO"), "--formulaire", path, "-o", path)
    assert code == 2 and "comme il est" in words and path.read_text("utf-8") == FR


def test_without_any_run_the_worksheet_stays_as_it_was(tmp_path: Path) -> None:
    path = worksheet(tmp_path / "n.csv")
    done = etabli("export", "moodle", remises(tmp_path / "out", "SNO", "101"), "--formulaire", path)
    assert done.exit_code == 1, done.output
    assert (tmp_path / "n-rempli.csv").read_bytes() == path.read_bytes()
    assert "SNO-01" in done.stdout and "Martin" not in done.stdout
    assert "Déposer un formulaire d'évaluation" in " ".join(done.stdout.split())


OTHER = FR.replace("Participant10", "Participant50").replace("Participant199", "Participant599")
NOT_THIS_ONE = "n'est dans ce formulaire : ce n'est pas celui de ce devoir"


def test_the_worksheet_of_another_assignment_is_refused_before_grading(devoir: Path, tmp_path: Path) -> None:
    other = worksheet(tmp_path / "autre.csv", OTHER)
    code, words = said("grade", devoir, "--tp", LAB, "-o", tmp_path / "out", "--classe", "SNO", "--formulaire", other)
    assert code == 2
    assert f"autre.csv : aucun des 2 numéros de ces remises {NOT_THIS_ONE}" in words
    assert not (tmp_path / "out").exists()


def test_the_worksheet_of_another_assignment_is_not_filled(tmp_path: Path) -> None:
    out, other = remises(tmp_path / "out", "SNO", "101"), worksheet(tmp_path / "autre.csv", OTHER)
    code, words = said("export", "moodle", out, "--formulaire", other, "--retours", tmp_path / "r.zip")
    assert code == 2
    assert "le numéro de cette remise n'est pas dans ce formulaire : ce n'est pas celui de ce devoir" in words
    assert not (tmp_path / "autre-rempli.csv").exists() and not (tmp_path / "r.zip").exists()


def test_less_than_half_of_the_numbers_is_another_assignment_too(tmp_path: Path) -> None:
    sheet = read_worksheet(worksheet(tmp_path / "n.csv"))
    refuse_other_assignment(sheet, ["101", "102", "7", "8"])
    refuse_other_assignment(sheet, [])
    with pytest.raises(UsageProblem, match="2 seulement des 5 numéros de ces remises sont dans ce formulaire"):
        refuse_other_assignment(sheet, ["101", "102", "7", "8", "9"])


def test_the_former_name_of_the_option_is_still_understood_and_hidden(tmp_path: Path) -> None:
    help_ = CliRunner().invoke(app, ["grade", "--help"], env={"COLUMNS": "200"}).stdout
    assert "--formulaire" in help_ and "--feuille" not in help_
    assert "--sortie" in help_ and "--rendu-le" in help_ and "--out" not in help_


def test_zeros_and_who_came_or_left_are_said() -> None:
    sheet = Worksheet(Path("n.csv"), cut("a\n"), {}, "utf-8", False)
    rows = [Row(at, str(at), None, None, None, "", "", Decimal(20), None) for at in range(3)]
    lines = [
        ReturnLine(rows[0], "SNO-01", Fate.FILLED, Filling(Decimal("0.00"), "x")),
        ReturnLine(rows[1], "SNO-02", Fate.FILLED, Filling(Decimal("12.00"), "x")),
        ReturnLine(rows[2], "SNO-06", Fate.FILLED, Filling(Decimal("0.00"), "x")),
    ]
    filled = Filled(tuple(lines), sheet, Path("n-rempli.csv"), None, 0, changes="Depuis.")
    zeros, changes, *_rest = _advice(filled)
    assert zeros == "2 notes à 0 : SNO-01, SNO-06 ; regardez-les avant de les donner."
    assert changes == "Depuis."
    (one, *_rest) = _advice(Filled(tuple(lines[:2]), sheet, Path("n-rempli.csv"), None, 0))
    assert one == "1 note à 0 : SNO-01 ; regardez-la avant de la donner."


def test_the_hour_that_the_teacher_gives_is_that_of_what_did_not_come_through_moodle(
    devoir: Path, tmp_path: Path
) -> None:
    """A file's own date is the one of its download, so that it tells nothing."""
    at = datetime(2026, 11, 22, 9, 0).astimezone()
    late = tmp_path / "SNO-02.zip"
    late.write_bytes(SITE)
    for place, given in enumerate((None, at)):
        (tmp_path / str(place)).mkdir()
        whom = Whom("SNO", answers=["Zoé Inconnue="], handed_in_at=given)
        paths, lab = [devoir, late], load_lab(LAB)
        found = collect(lab, paths, tmp_path / "out", "entrainement", Reading.GUESS, whom, tmp_path / str(place))
        assert (found.settled.received["SNO-02"].at, found.settled.received["SNO-01"].at) == (given, None)
