"""What goes back to Moodle: grades and comments where there is a verdict, nothing anywhere else."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from moodle_samples import EN, FR, worksheet
from report_samples import sample_class, sample_lab, sample_payload

from etabli.exam.contract.outcome import Outcome, Status
from etabli.reception.hand_in import HandIn, HandIns, HandInState
from etabli.reception.moodle.worksheet import Worksheet, read_worksheet
from etabli.reports.comment import comment_of
from etabli.reports.marking import MarkingScheme
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


SCHEME = MarkingScheme(Decimal(20), Decimal("0.5"), {check.id: Fraction(check.points) for check in LAB.checks})
"""The lab's own points, out of 20: what a teacher has who changes nothing of the example."""


def lines(sheet: Worksheet, *payloads: Payload, roster: Roster | None = None, **wish: Any) -> dict[str, ReturnLine]:
    found = lines_of(sheet, payloads, LAB, Wish(**wish), roster=roster, hand_ins=HAND_INS)
    return {line.row.participant: line for line in found}


def test_without_the_teachers_table_only_comments_go_back(tmp_path: Path) -> None:
    """The column of grades stays as it came, for good work and for work that cannot be accepted as it is."""
    for text, column in ((FR, "Note"), (EN, "Grade")):
        sheet = read_worksheet(worksheet(tmp_path / "n.csv", text))
        barred = graded("SNO-02", decisive_failed=[LAB.checks[1].id])
        found = lines(sheet, graded("SNO-01"), barred, replace=True)
        assert [found[number].fate for number in ("101", "102")] == [Fate.FILLED, Fate.FILLED]
        before, after = (
            list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            for data in (
                (tmp_path / "n.csv").read_bytes(),
                sheet.filled({number: line.filling for number, line in found.items()}),
            )
        )
        assert [row[column] for row in after] == [row[column] for row in before]
        assert "ne peut pas être retenu en l'état" in (found["102"].filling.comment or "")


def test_a_table_makes_a_mark_that_its_comment_calls_a_training_mark(sheet: Worksheet) -> None:
    payload = graded("SNO-01")
    line, score = lines(sheet, payload, scheme=SCHEME)["101"], payload["score"]
    assert line.fate is Fate.FILLED and score is not None and line.filling.grade is not None
    assert abs(line.filling.grade - Decimal(20) * score["earned"] / score["possible"]) <= Decimal("0.25")
    said = f"Note de formation : {line.filling.grade.normalize()} sur 20, selon le barème de l'enseignant."
    assert (line.filling.comment or "").replace("\u00a0", " ").endswith(said.replace(".", ",", 1))


def test_half_a_step_goes_up(sheet: Worksheet) -> None:
    payload = graded("SNO-01")
    passed = [check["id"] for check in payload["checks"] if check["outcome"] == Outcome.PASSED]
    weights = {passed[0]: Fraction(13), LAB.checks[1].id: Fraction(67)}
    line = lines(sheet, payload, scheme=MarkingScheme(Decimal(20), Decimal("0.5"), weights))["101"]
    assert line.filling.grade == Decimal("3.5")  # 3.25


@pytest.mark.parametrize(("earned", "written"), [(1, "19,50"), (0, "")])
def test_no_mark_stands_without_the_words_that_say_what_it_is(tmp_path: Path, earned: int, written: str) -> None:
    """A person's own comment stays, and so does the grade beside it."""
    text = FR.replace("-,\n", "-,Vu avec vous.\n", 1) if not earned else FR
    sheet = read_worksheet(worksheet(tmp_path / "n.csv", text))
    payload = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED, "titre-h1": Outcome.FAILED})
    line = lines(sheet, payload, scheme=SCHEME)["101"]
    assert line.fate is (Fate.FILLED if earned else Fate.KEPT)
    rows = csv.DictReader(io.StringIO(sheet.filled({"101": line.filling}).decode("utf-8-sig"), newline=""))
    first = next(iter(rows))
    assert first["Note"] == written
    assert ("Note de formation" in first["Feedback par commentaires"]) is bool(earned)


def test_beside_another_persons_grade_the_comment_gives_none(tmp_path: Path) -> None:
    text = FR.replace('"Remis pour évaluation",,"20,00"', '"Remis pour évaluation","8,50","20,00"', 1)
    line = lines(read_worksheet(worksheet(tmp_path / "n.csv", text)), graded("SNO-01"), scheme=SCHEME)["101"]
    assert line.fate is Fate.KEPT and line.filling.grade is None
    assert "Note de formation" not in (line.filling.comment or "") and "n'est pas une note" in (
        line.filling.comment or ""
    )


def test_what_decides_and_what_has_other_checks_gets_its_comment_and_no_mark(sheet: Worksheet) -> None:
    barred = graded("SNO-01", decisive_failed=[LAB.checks[1].id])
    older = graded("SNO-02")
    older["checks"] = older["checks"][:-1]
    found = lines(sheet, barred, older, scheme=SCHEME, replace=True)
    assert [found[number].fate for number in ("101", "102")] == [Fate.DECISIVE, Fate.OTHER_CHECKS]
    for line in (found["101"], found["102"]):
        assert line.filling.grade is None and "Note de formation" not in (line.filling.comment or "Note de formation")


@pytest.mark.parametrize(
    ("facts", "fate"),
    [
        ({"status": Status.NEEDS_REVIEW.value}, Fate.REVIEW),
        ({"status": Status.GRADED.value, "score": None}, Fate.REVIEW),
    ],
)
def test_what_has_no_verdict_stays_empty(tmp_path: Path, sheet: Worksheet, facts: dict[str, Any], fate: Fate) -> None:
    found = lines(sheet, graded("SNO-01", **facts), scheme=SCHEME)
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
    assert lines(sheet, graded("SNO-02"), scheme=SCHEME)["102"].filling == kept.filling
    replaced = lines(sheet, graded("SNO-02"), scheme=SCHEME, replace=True)["102"]
    assert replaced.fate is Fate.FILLED and replaced.filling.grade is not None and replaced.filling.comment


def test_filling_twice_says_that_nothing_is_new(tmp_path: Path) -> None:
    path = worksheet(tmp_path / "n.csv")
    for wish in ({}, {"scheme": SCHEME, "replace": True}):
        first = lines(read_worksheet(path), graded("SNO-01"), **wish)
        path.write_bytes(read_worksheet(path).filled({number: line.filling for number, line in first.items()}))
        assert lines(read_worksheet(path), graded("SNO-01"), **wish)["101"].fate is Fate.SAME


def test_a_table_of_another_scale_than_the_assignments_writes_nothing(tmp_path: Path) -> None:
    words = FR.replace('"Note maximale"', "Barème").replace('"20,00"', '"Acquis\nNon acquis"')
    for text in (words, FR.replace('"20,00"', '"100,00"')):
        sheet = read_worksheet(worksheet(tmp_path / "n.csv", text))
        line = lines(sheet, graded("SNO-01"), scheme=SCHEME)["101"]
        assert line.fate is Fate.NO_SCALE and line.filling.grade is None and line.filling.comment is None
        assert lines(sheet, graded("SNO-01"))["101"].fate is Fate.FILLED


def test_a_worksheet_without_comments_takes_nothing(tmp_path: Path) -> None:
    text = 'Identifiant,Statut,Note,"Note maximale","Dernière modification (note)"\nParticipant101,Remis,,"20,00",-\n'
    sheet = read_worksheet(worksheet(tmp_path / "n.csv", text))
    for scheme in (None, SCHEME):
        line = lines(sheet, graded("SNO-01"), scheme=scheme)["101"]
        assert line.candidate == "SNO-01" and line.fate is Fate.NO_COMMENT
        assert sheet.filled({"101": line.filling}) == (tmp_path / "n.csv").read_bytes()


def test_the_comment_says_what_was_observed_in_words_and_what_to_take_up_first() -> None:
    said = comment_of(graded("SNO-01"), LAB).replace("\u00a0", " ")
    first = LAB.checks[1].title.rstrip(".")
    assert said.startswith("Points de vérification : « Essentiel » (3 réussis, 1 à revoir, 14 non observés), ")
    assert re.search(r"\), « Attendu » \([^)]*\) et « Approfondissement » \([^)]*\)\. Compétences : ", said)
    assert "Compétences : C1.1 (" in said and f"À reprendre d'abord : « {first} »." in said
    assert said.endswith("Ce retour n'est pas une note : l'enseignant décide.")


def test_nothing_in_a_comment_reads_as_a_mark() -> None:
    """No share, no percentage, no number out of another; figures are counts of a word."""
    for payload in sample_class(LAB):
        said = comment_of(payload, LAB).replace("\u00a0", " ")
        assert not re.search(r"\d\s*(?:/|%|sur\b|points?\b)", said), said
        counts = re.sub(r"C\d\.\d|1 000 lignes|« [^»]+ »", "", said)
        assert all(
            re.match(r"\d+ (?:réussi|à revoir|non observé|incident)", counts[found.start() :])
            for found in re.finditer(r"\d+", counts)
        ), said


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
        assert "v2.zip qui a été vérifié" in archive.read(archive.namelist()[0]).decode().replace("\u00a0", " ")


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
