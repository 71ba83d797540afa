"""What goes back to Moodle: grades and comments where there is a verdict, nothing anywhere else."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from moodle_samples import EN, FR, worksheet
from report_samples import sample_lab, sample_payload

from etabli.exam.contract.outcome import Outcome, Status
from etabli.reception.hand_in import HandIn, HandIns, HandInState
from etabli.reception.moodle.worksheet import Worksheet, read_worksheet
from etabli.reports.comment import comment_of
from etabli.reports.payload import Payload
from etabli.reports.returns import Fate, ReturnLine, Wish, feedback_zip, lines_of
from etabli.roster.roster import Roster

LAB = sample_lab()
HAND_INS = HandIns(
    "essai",
    "entrainement",
    (
        HandIn("SNO-01", HandInState.HANDED_IN, participant="101"),
        HandIn("SNO-02", HandInState.LATE, participant="102"),
        HandIn("SNO-03", HandInState.MISSING),
    ),
    class_name="SNO",
)


@pytest.fixture
def sheet(tmp_path: Path) -> Worksheet:
    return read_worksheet(worksheet(tmp_path / "n.csv"))


def graded(candidate: str, **facts: Any) -> Payload:
    failed = {LAB.checks[1].id: Outcome.FAILED}
    return {**sample_payload(candidate, LAB, failed), **facts}  # type: ignore[typeddict-item]


def lines(sheet: Worksheet, *payloads: Payload, roster: Roster | None = None, **wish: bool) -> dict[str, ReturnLine]:
    found = lines_of(sheet, payloads, LAB, Wish(**wish), roster=roster, hand_ins=HAND_INS)
    return {line.row.participant: line for line in found}


def test_a_grade_is_the_share_of_the_points(tmp_path: Path) -> None:
    payload = graded("SNO-01")
    score = payload["score"]
    assert score is not None
    for text in (FR, EN):
        line = lines(read_worksheet(worksheet(tmp_path / "n.csv", text)), payload)["101"]
        assert line.fate is Fate.FILLED and line.row.maximum is not None
        expected = Decimal(score["earned"]) * line.row.maximum / score["possible"]
        assert line.filling.grade is not None and abs(line.filling.grade - expected) <= Decimal("0.005")


def test_half_a_cent_goes_up(sheet: Worksheet) -> None:
    score = {"possible": 8000, "earned": 3250, "failed": 4750, "blocked": 0, "error": 0}
    line = lines(sheet, graded("SNO-01", score=score))["101"]
    assert line.filling.grade == Decimal("8.13")


@pytest.mark.parametrize(
    ("facts", "fate"),
    [
        ({"status": Status.NEEDS_REVIEW.value}, Fate.REVIEW),
        ({"status": Status.GRADED.value, "score": None}, Fate.REVIEW),
    ],
)
def test_what_has_no_verdict_stays_empty(tmp_path: Path, sheet: Worksheet, facts: dict[str, Any], fate: Fate) -> None:
    found = lines(sheet, graded("SNO-01", **facts))
    assert found["101"].fate is fate
    assert sheet.filled({number: line.filling for number, line in found.items()}) == (tmp_path / "n.csv").read_bytes()


def test_missing_is_empty_and_never_zero(sheet: Worksheet, roster: Roster) -> None:
    found = lines(sheet, graded("SNO-01"), roster=roster)
    assert (found["103"].candidate, found["103"].fate) == ("SNO-03", Fate.MISSING)
    assert (found["199"].candidate, found["199"].fate) == (None, Fate.UNKNOWN)
    assert found["103"].filling.grade is None and found["103"].filling.comment is None


def test_a_homonym_outside_the_class_never_gets_a_learners_grade(tmp_path: Path, roster: Roster) -> None:
    lea = FR.splitlines(keepends=True)[1]
    other = lea.replace("Participant101", "Participant150").replace("lea.martin@", "lea2@")
    sheet = read_worksheet(worksheet(tmp_path / "n.csv", FR + other))
    found = lines(sheet, graded("SNO-01"), roster=roster)
    assert (found["101"].candidate, found["101"].fate) == ("SNO-01", Fate.FILLED)
    assert (found["150"].candidate, found["150"].fate) == (None, Fate.UNKNOWN)


def test_two_rows_with_the_name_of_one_learner_are_left_to_a_person(tmp_path: Path, roster: Roster) -> None:
    text = "Identifiant,Nom complet,Note,Note maximale\nParticipant7,Awa Koné,,20\nParticipant8,Awa Koné,,20\n"
    found = lines(read_worksheet(worksheet(tmp_path / "n.csv", text)), graded("SNO-06"), roster=roster)
    assert [line.fate for line in found.values()] == [Fate.UNKNOWN, Fate.UNKNOWN]


def test_what_a_person_wrote_is_kept_unless_asked(sheet: Worksheet) -> None:
    kept = lines(sheet, graded("SNO-02"))["102"]
    assert kept.fate is Fate.KEPT and kept.filling.grade is None and kept.filling.comment is None
    replaced = lines(sheet, graded("SNO-02"), replace=True)["102"]
    assert replaced.fate is Fate.FILLED and replaced.filling.grade is not None and replaced.filling.comment


def test_filling_twice_says_that_nothing_is_new(tmp_path: Path) -> None:
    path = worksheet(tmp_path / "n.csv")
    sheet = read_worksheet(path)
    first = lines(sheet, graded("SNO-01"))
    path.write_bytes(sheet.filled({number: line.filling for number, line in first.items()}))
    assert lines(read_worksheet(path), graded("SNO-01"))["101"].fate is Fate.SAME


def test_without_points_only_comments(sheet: Worksheet) -> None:
    line = lines(sheet, graded("SNO-01"), points=False)["101"]
    assert line.fate is Fate.FILLED and line.filling.grade is None and line.filling.comment


def test_a_scale_of_words_takes_no_points(tmp_path: Path) -> None:
    text = FR.replace('"Note maximale"', "Barème").replace('"20,00"', '"Acquis\nNon acquis"')
    sheet = read_worksheet(worksheet(tmp_path / "n.csv", text))
    assert lines(sheet, graded("SNO-01"))["101"].fate is Fate.NO_SCALE
    assert lines(sheet, graded("SNO-01"), points=False)["101"].fate is Fate.FILLED


def test_anonymous_rows_are_known_by_the_number_of_the_download(tmp_path: Path) -> None:
    text = 'Identifiant,Statut,Note,"Note maximale","Dernière modification (note)"\nParticipant101,Remis,,"20,00",-\n'
    sheet = read_worksheet(worksheet(tmp_path / "n.csv", text))
    line = lines(sheet, graded("SNO-01"))["101"]
    assert line.candidate == "SNO-01" and line.fate is Fate.FILLED
    (row,) = csv.DictReader(io.StringIO(sheet.filled({"101": line.filling}).decode()))
    assert row["Note"] and list(row) == [
        "Identifiant",
        "Statut",
        "Note",
        "Note maximale",
        "Dernière modification (note)",
    ]


def test_the_comment_counts_by_palier_and_says_what_to_take_up_first() -> None:
    said = comment_of(graded("SNO-01"), LAB)
    first = LAB.checks[1].title.rstrip(".")
    assert f"«\u00a0{first}\u00a0»" in said and " sur " in said
    assert said.endswith("Les points ne sont pas une note\u00a0: l'enseignant décide.")
    assert "ne sont pas une note" not in comment_of(graded("SNO-01"), LAB, marked=True)


def test_no_comment_beside_a_mark_says_that_it_is_none(sheet: Worksheet) -> None:
    marked = lines(sheet, graded("SNO-01"))["101"].filling.comment
    alone = lines(sheet, graded("SNO-01"), points=False)["101"].filling.comment
    assert marked and "ne sont pas une note" not in marked
    assert alone and "ne sont pas une note" in alone


REFUSED = {"status": Status.REJECTED.value, "score": None, "reason": "« SNO-01.rar » n'est pas une archive <zip>."}


def test_a_refused_submission_has_no_mark_and_is_told_why(tmp_path: Path, sheet: Worksheet) -> None:
    payloads = [graded(name, checks=[], **REFUSED) for name in ("SNO-01", "SNO-02")]
    found = lines(sheet, *payloads)
    assert {line.fate for line in (found["101"], found["102"])} == {Fate.REJECTED}
    assert found["101"].filling.grade is None
    said = (found["101"].filling.comment or "").replace("\u00a0", " ")
    assert said == "Rendu refusé : « SNO-01.rar » n'est pas une archive &lt;zip&gt;."
    assert found["102"].filling.comment is None  # a person's own words stay
    data, pages = feedback_zip(list(found.values()), payloads, LAB, tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "archive &lt;zip&gt;" in archive.read("SNO-01_101_assignsubmission_file_/retour.html").decode()
    assert pages == 2


def test_the_name_of_a_learner_under_another_number_is_listed_and_not_filled(tmp_path: Path, roster: Roster) -> None:
    text = FR.replace("Participant102", "Participant502").replace('"8,50"', "").replace("Déjà lu", "")
    found = lines(read_worksheet(worksheet(tmp_path / "n.csv", text)), graded("SNO-02"), roster=roster)
    assert (found["502"].candidate, found["502"].fate) == ("SNO-02", Fate.OTHER_NUMBER)
    assert found["502"].filling.grade is None and found["502"].filling.comment is None
    assert feedback_zip(list(found.values()), [graded("SNO-02")], LAB, tmp_path)[1] == 0


def test_the_page_sent_says_which_file_was_graded(tmp_path: Path, sheet: Worksheet) -> None:
    entries = (HandIn("SNO-01", HandInState.HANDED_IN, files=("v1.zip", "v2.zip"), participant="101"),)
    hand_ins = HandIns("essai", "entrainement", entries)
    data, _pages = feedback_zip(
        list(lines(sheet, graded("SNO-01")).values()), [graded("SNO-01")], LAB, tmp_path, hand_ins
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "v2.zip ; aussi déposé" in archive.read(archive.namelist()[0]).decode().replace("\u00a0", " ")


def test_the_comment_is_safe_in_moodles_html() -> None:
    payload = graded("SNO-01")
    payload["checks"][1]["title"] = "Le texte <script> est \u202eéchappé."
    said = comment_of(payload, LAB)
    assert "<" not in said and "\u202e" not in said


def test_the_feedback_zip_holds_one_page_per_verdict_under_the_alias(tmp_path: Path, sheet: Worksheet) -> None:
    payloads = [graded("SNO-01"), graded("SNO-02", status=Status.NEEDS_REVIEW.value)]
    data, pages = feedback_zip(list(lines(sheet, *payloads).values()), payloads, LAB, tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["SNO-01_101_assignsubmission_file_/retour.html"]
        page = archive.read(archive.namelist()[0]).decode()
    assert pages == 1
    assert "Martin" not in page and 'href="../' not in page
