"""A decisive check that failed: told before all else, everywhere, and no point changes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from helpers import make_run, spec
from report_samples import NOW, sample_lab, sample_payload
from report_tables import csv_rows, opened, sheet_rows, validator

from etabli.exam.contract.check import check
from etabli.exam.contract.outcome import Outcome
from etabli.reports.build import payload_of
from etabli.reports.comment import comment_of
from etabli.reports.html import render_class, render_learner
from etabli.reports.payload import LabMeta, Payload, decisive_failures, fix_first, tally
from etabli.reports.results_files import render_csv, render_xlsx
from etabli.runs.folder import read_run
from etabli.runs.run import Run, folder_name, freeze

SENTENCE = "Ce rendu ne peut pas être retenu en l'état : avant tout, revoyez « Titre de sans-nuire »."
CHECKS = (
    spec("demarre", 2),
    dataclasses.replace(spec("sans-nuire", 3), decisive=True),
    dataclasses.replace(spec("droits", 1), decisive=True),
)
LAB = LabMeta("essai", "Un essai", "1.0", (("essentiel", "Essentiel"),), {"C1.1": "C1.1"}, CHECKS)


def run_of(**outcomes: str) -> Run:
    found = {"demarre": "passed", "sans-nuire": "passed", "droits": "passed"} | {
        name.replace("_", "-"): outcome for name, outcome in outcomes.items()
    }
    events = [
        {"kind": "check_end", "check": name, "outcome": outcome, "observed": "vu", "duration_ms": 1.0}
        for name, outcome in found.items()
    ]
    return make_run(CHECKS, events)


@pytest.fixture
def barred() -> Payload:
    return payload_of(run_of(demarre="failed", sans_nuire="failed"))


@pytest.fixture
def fine() -> Payload:
    return payload_of(run_of(demarre="failed"))


def plain(page: str) -> str:
    return page.replace("\u00a0", " ").replace("&#39;", "'")


def test_the_decorator_says_it() -> None:
    @check(points=1, palier="essentiel", competences=["C1.1"], decisive=True)
    def check_sans_nuire() -> None:
        """Rien ne nuit."""

    assert check_sans_nuire.__etabli_check__.decisive  # type: ignore[attr-defined]


def test_a_frozen_run_remembers_it_and_older_ones_have_none(tmp_path: Path) -> None:
    run = run_of()
    folder = tmp_path / run.candidate / freeze(run, tmp_path / "a", tmp_path / run.candidate).id
    assert [item.decisive for item in read_run(folder).checks] == [False, True, True]
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    for item in facts["checks"]:
        del item["decisive"]
    raw = json.dumps(facts).encode()
    (folder / "run.json").write_bytes(raw)
    folder = folder.rename(folder.with_name(folder_name(1, run.started_at, raw)))
    assert not any(item.decisive for item in read_run(folder).checks)


def test_only_a_failed_one_bars_and_no_point_changes(barred: Payload, fine: Payload) -> None:
    assert barred["decisive_failed"] == ["sans-nuire"]
    assert barred["score"] == tally(barred["checks"])
    assert fine["decisive_failed"] == []
    for outcome in ("blocked", "error"):
        assert payload_of(run_of(sans_nuire=outcome))["decisive_failed"] == []


def test_payloads_and_runs_fit_their_schemas(barred: Payload, tmp_path: Path) -> None:
    run = freeze(run_of(), tmp_path / "travail", tmp_path / "sno-01")
    for name, document in (("payload", barred), ("run", json.loads(json.dumps(run.to_json())))):
        validator(name).validate(document)


def test_a_payload_of_an_older_version_bars_nothing() -> None:
    assert decisive_failures(sample_payload("SNO-01", sample_lab(), {"langue": Outcome.FAILED})) == []


def test_it_is_the_first_thing_to_fix(barred: Payload) -> None:
    assert [item["id"] for item in fix_first(barred["checks"], LAB)] == ["sans-nuire", "demarre"]


def test_the_learner_reads_it_before_the_three_things(barred: Payload, fine: Payload, tmp_path: Path) -> None:
    page = plain(render_learner(barred, LAB, out=tmp_path))
    assert page.index(SENTENCE) < page.index("Où vous en êtes") < page.index("À reprendre d'abord")
    assert '<a href="#c-sans-nuire">Voir ce qui a été observé</a>' in page
    assert 'id="c-sans-nuire"' in page
    assert "une personne décide" in page
    assert "ne peut pas être retenu" not in plain(render_learner(fine, LAB, out=tmp_path))


def test_two_are_both_named(tmp_path: Path) -> None:
    page = plain(render_learner(payload_of(run_of(sans_nuire="failed", droits="failed")), LAB, out=tmp_path))
    assert "revoyez « Titre de sans-nuire » et « Titre de droits »." in page
    assert [f'<a href="#c-{one}">' in page for one in ("sans-nuire", "droits")] == [True, True]
    assert "Voir le point n° 1" in page and "Voir le point n° 2" in page


def test_the_class_page_marks_who_and_counts_them(barred: Payload, fine: Payload) -> None:
    page = plain(render_class([barred, fine | {"candidate": "sno-02"}], LAB, None, generated_at=NOW))
    assert page.count(SENTENCE) == 2  # in the table, and on the card of a narrow screen
    assert "<b>1</b> <span>rendu à reprendre avant tout</span>" in page
    assert "rendu à reprendre avant tout" not in render_class([fine], LAB, None, generated_at=NOW)


def test_exports_say_it(barred: Payload, fine: Payload) -> None:
    rows = csv_rows(render_csv([barred], LAB), ";")
    found = {row["Identifiant du point"]: (row["À reprendre avant tout"], row["Constat"]) for row in rows}
    assert found == {"demarre": ("", "à revoir"), "sans-nuire": ("oui", "à revoir"), "droits": ("oui", "réussi")}
    sheet = opened(render_xlsx([barred, fine | {"candidate": "sno-02"}], LAB))["Classe"]
    assert [row["À reprendre avant tout"] for row in sheet_rows(sheet)] == ["Titre de sans-nuire.", None]
    assert plain(comment_of(barred, LAB)).startswith(SENTENCE)
    assert "retenu" not in comment_of(fine, LAB)


def test_a_lab_without_any_has_no_column_for_it() -> None:
    lab = sample_lab()
    assert (
        "À reprendre avant tout"
        not in sheet_rows(opened(render_xlsx([sample_payload("SNO-01", lab)], lab))["Classe"])[0]
    )
