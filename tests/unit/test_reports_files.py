"""Writing reports: which files, whose runs, and cells no spreadsheet executes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from report_samples import (
    ABSENT,
    MISSING,
    PARIS,
    rejected_payload,
    sample_class,
    sample_lab,
    sample_payload,
    sample_roll,
)
from report_tables import csv_rows

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted, typeset
from etabli.exam.contract.outcome import Outcome
from etabli.reports import Pace, write_reports
from etabli.reports.payload import CheckResult, fix_first, roots
from etabli.reports.results_files import render_csv
from etabli.reports.table import neutral
from etabli.reports.text import duration, pace_line, visible

LAB = sample_lab()


def test_writes_a_page_per_candidate_and_the_four_files_of_the_class(tmp_path: Path) -> None:
    written = write_reports(tmp_path, sample_class(LAB), LAB, None)
    assert written[0] == tmp_path / "index.html"
    assert len(written) == 4 + 24
    assert all(path.is_file() for path in written)
    assert not list(tmp_path.rglob("*.part"))


def test_the_class_page_links_to_the_differences_that_exist(tmp_path: Path) -> None:
    link = '<a href="differences.html">'
    (page, *_rest) = write_reports(tmp_path, [sample_payload("SNO-01", LAB)], LAB, None)
    assert link not in page.read_text("utf-8")
    (tmp_path / "differences.html").touch()
    write_reports(tmp_path, [sample_payload("SNO-01", LAB)], LAB, None)
    assert link in page.read_text("utf-8")


@pytest.mark.parametrize("candidate", ["..", "a/b", "", "/etc"])
def test_an_identifier_that_is_no_folder_name_is_refused(tmp_path: Path, candidate: str) -> None:
    with pytest.raises(UsageProblem, match="identifiant"):
        write_reports(tmp_path, [sample_payload(candidate, LAB)], LAB, None)
    assert not list(tmp_path.iterdir())


def test_csv_has_a_row_per_candidate_and_check_even_when_not_examined() -> None:
    table = csv_rows(render_csv(sample_class(LAB), LAB), ";")
    assert len(table) == 24 * len(LAB.checks)
    unexamined = [row for row in table if row["Élève"] == "SNO-17"]
    assert {(row["Vérification"], row["Constat"]) for row in unexamined} == {("non examiné", "")}


def test_csv_is_what_a_french_spreadsheet_opens_by_double_click() -> None:
    """A byte order mark, semicolons, French headings and words, dates as people here write them, lines as RFC 4180."""
    text = render_csv([sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED})], LAB, zone=PARIS)
    assert text.startswith("\ufeffÉlève;Remise;Vérification;Palier;") and text.count("\r\n") == 1 + len(LAB.checks)
    row = next(row for row in csv_rows(text, ";") if row["Identifiant du point"] == "langue")
    assert (row["Constat"], row["Compétences"], row["Début"]) == ("à revoir", "C1.1", "24/11/2026 14:05")
    assert row["Session"] == "entrainement" and len(row["Empreinte du rendu"]) == 64


def test_csv_has_rows_for_who_handed_in_nothing_and_no_zero() -> None:
    table = csv_rows(render_csv(sample_class(LAB), LAB, sample_roll()), ";")
    absent = [row for row in table if row["Élève"] in (MISSING, ABSENT)]
    assert len(absent) == 2 * len(LAB.checks)
    assert {(row["Élève"], row["Remise"], row["Vérification"], row["Constat"]) for row in absent} == {
        (MISSING, "non rendu", "", ""),
        (ABSENT, "absent justifié", "", ""),
    }


def test_ordinary_cells_are_left_alone() -> None:
    assert neutral("réussi - presque") == "réussi - presque"
    assert neutral(-2.5) == "-2.5"
    assert neutral(None) == ""


def test_a_hostile_observation_stays_in_its_cell() -> None:
    payload = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED})
    payload["checks"][17]["observed"] = '=HYPERLINK("http://x","y"),"\r\nSNO-02,\x00'
    table = csv_rows(render_csv([payload], LAB), ";")
    assert len(table) == len(LAB.checks)
    assert table[17]["Observé"].startswith("'=HYPERLINK")
    assert "␀" in table[17]["Observé"]


def test_json_says_who_where_and_how_fast(tmp_path: Path) -> None:
    bench = Pace(submissions=1, workers=2, wall_ms=30_000, median_ms=12_000, outside_share=0.25)
    write_reports(tmp_path, [rejected_payload("SNO-17", LAB)], LAB, bench)
    document = json.loads((tmp_path / "resultats.json").read_text("utf-8"))
    assert document["lab"] == {"id": LAB.id, "title": LAB.title, "version": "1.0"}
    assert document["session"] == "entrainement"
    assert document["bench"]["per_minute"] == 2.0
    assert document["generated_at"].endswith("Z")


def test_pace_line_reads_aloud() -> None:
    line = pace_line(Pace(submissions=1, workers=1, wall_ms=30_000, median_ms=850, outside_share=0.25))
    assert line.startswith("1 rendu vérifié en 30,0 s avec 1 poste de travail")
    assert "850 ms" in line


@pytest.mark.parametrize(
    ("ms", "words"), [(9, "9 ms"), (12_345, "12,3 s"), (59_999, "1 min 00 s"), (192_000, "3 min 12 s")]
)
def test_durations(ms: float, words: str) -> None:
    assert duration(ms) == words


def test_hidden_characters_show() -> None:
    assert visible("a\x00b\u200bc\u202ed\ufeff") == "a␀b⟨U+200B⟩c⟨U+202E⟩d⟨U+FEFF⟩"
    assert visible("é\u00a0€\n\tfin\r\n") == "é\u00a0€\n\tfin\n"
    assert visible("\x1b[31mrouge\x7f") == "␛[31mrouge⟨U+007F⟩"


def test_french_punctuation_keeps_to_its_word() -> None:
    assert typeset("« a » : b ?") == "«\u00a0a\u00a0»\u00a0: b\u00a0?"


def test_a_list_reads_as_a_sentence_does() -> None:
    assert [quoted("a"), quoted("ab"), quoted("abc")] == ["« a »", "« a » et « b »", "« a », « b » et « c »"]


def check(name: str, outcome: Outcome, *blocked_by: str) -> CheckResult:
    result = sample_payload("A", LAB)["checks"][0]
    result["id"], result["outcome"], result["blocked_by"] = name, outcome, list(blocked_by)
    return result


def test_roots_follow_chains_and_survive_circles() -> None:
    chain = [
        check("a", Outcome.FAILED),
        check("b", Outcome.BLOCKED, "a"),
        check("c", Outcome.BLOCKED, "b", "a"),
        check("d", Outcome.BLOCKED, "d", "inconnu"),
    ]
    found = {name: [cause["id"] for cause in causes] for name, causes in roots(chain).items()}
    assert found == {"b": ["a"], "c": ["a"], "d": []}


def test_fix_first_goes_by_palier_then_by_what_frees_most_then_by_the_order_of_the_lab() -> None:
    failing = ["mobile", "langue", "liste-ordre", "fiche-complete"]
    payload = sample_payload("A", LAB, dict.fromkeys(failing, Outcome.FAILED))
    lab = dataclasses.replace(LAB, paliers=(("attendu", "Attendu"), ("essentiel", "Essentiel")))
    names = [item["id"] for item in fix_first(payload["checks"], lab)]
    assert names == ["mobile", "fiche-complete", "liste-ordre", "langue"]


def test_what_is_of_an_earlier_session_is_fixed_first() -> None:
    payload = sample_payload("A", LAB, dict.fromkeys(["langue", "liste-ordre", "fiche-complete"], Outcome.FAILED))
    later = dataclasses.replace(LAB, sessions={"fiche-complete": 1, "liste-ordre": 1})
    assert [item["id"] for item in fix_first(payload["checks"], later)] == ["langue", "fiche-complete", "liste-ordre"]
    freely = [{**check, "blocked_by": []} for check in payload["checks"]]
    for names in (["langue", "liste-ordre", "fiche-complete"], ["fiche-complete", "langue", "liste-ordre"]):
        sheet = dataclasses.replace(LAB, sessions=dict.fromkeys(names, 1), paliers=())
        assert [item["id"] for item in fix_first(freely, sheet)] == names, "as the sheet asks, not as the lab lists"


def test_what_is_made_of_the_work_of_others_is_fixed_after_them() -> None:
    payload = sample_payload("A", LAB, dict.fromkeys(["langue", "liste-ordre", "fiche-complete"], Outcome.FAILED))
    made_of = dataclasses.replace(
        LAB, aides={"fiche-complete": LAB.aides["liste-ordre"].model_copy(update={"apres": ("liste-ordre",)})}
    )
    names = [item["id"] for item in fix_first(payload["checks"], made_of)]
    assert names == ["liste-ordre", "fiche-complete", "langue"]


def test_works_of_several_that_wait_for_one_keep_their_order_after_it() -> None:
    names = ["fiche-complete", "liste-ordre", "langue"]
    payload = sample_payload("A", LAB, dict.fromkeys(names, Outcome.FAILED))
    waits = LAB.aides["liste-ordre"].model_copy(update={"apres": ("langue",)})
    made_of = dataclasses.replace(LAB, aides=dict.fromkeys(names[:2], waits), sessions={"langue": 1})
    assert [item["id"] for item in fix_first(payload["checks"], made_of)] == ["langue", *names[:2]]
