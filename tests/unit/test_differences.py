"""Differences between runs: who, which check, from what to what, and why; or an unstable verdict."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from helpers import make_run, spec
from report_samples import HOSTILE, NOW, sample_lab
from report_tables import csv_rows, validator

from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.reception.hand_in import HandIn, HandIns, HandInState
from etabli.reports.differences_files import render_differences_csv, render_differences_json
from etabli.reports.differences_view import differences_view, reasons_said, signed, summary, why
from etabli.reports.html import render_differences
from etabli.reports.roll import Roll
from etabli.runs.differences import Cause, Difference, EditKind, Skipped, compare, compare_class
from etabli.runs.run import Run

LAB = sample_lab()
SPECS = (spec("demarre", 2), spec("liste", 4, after=("demarre",)), spec("tri", 3))
UNSTABLE = "même vérificateur, même image, même rendu : constat instable, à regarder"


def run(name: str = "avant", observed: str = "Rien.", **changes: Any) -> Run:
    """A run of three checks; outcomes by identifier, passed unless told."""
    outcomes = {key: changes.pop(key) for key in ("demarre", "liste", "tri") if key in changes}
    specs = changes.pop("specs", SPECS)
    events: list[dict[str, Any]] = []
    for item in specs:
        outcome = outcomes.get(item.id, Outcome.PASSED)
        facts: dict[str, Any] = {"observed": observed} if outcome is Outcome.FAILED else {}
        facts |= {"blocked_by": list(item.after)} if outcome is Outcome.BLOCKED else {}
        events.append({"kind": "check_end", "check": item.id, "outcome": outcome.value, "duration_ms": 1.0, **facts})
    return make_run(specs, events, run=name, **changes)


def only(difference: Difference) -> tuple[str, str | None, str | None]:
    (change,) = difference.changes
    before, after = (side.outcome.value if side else None for side in (change.before, change.after))
    return change.check, before, after


def test_the_same_run_twice_has_no_difference() -> None:
    difference = compare(run(tri=Outcome.FAILED), run("apres", observed="Autre chose.", tri=Outcome.FAILED))
    assert (difference.changed, difference.unstable, difference.reasons) == (False, False, ())


def test_a_changed_verdict_is_told_from_what_to_what() -> None:
    difference = compare(run(tri=Outcome.FAILED), run("apres", pack_sha256="9" * 64))
    assert only(difference) == ("tri", "failed", "passed")
    assert difference.changes[0].gained == 3
    assert (difference.before.earned, difference.after.earned, difference.after.possible) == (6, 9, 9)


@pytest.mark.parametrize(
    ("facts", "cause", "words"),
    [
        ({"lab_version": "1.1"}, Cause.LAB, "version du TP : 1.0 → 1.1"),
        ({"lab_sha256": "7" * 64}, Cause.MANIFEST, "la description du TP (lab.yaml) a changé (66666666 → 77777777)"),
        (
            {"pack_sha256": "9" * 64},
            Cause.GRADER,
            "les points de vérification ont été corrigés entre-temps (11111111 → 99999999)",
        ),
        ({"image_ids": {"web": "sha256:4"}}, Cause.IMAGE, "l'image « web » a changé (3 → 4)"),
        ({"image_ids": {}}, Cause.IMAGE, "l'image « web » a changé (3 → aucun)"),
        ({"submission_sha256": "8" * 64}, Cause.SUBMISSION, "le rendu a changé (22222222 → 88888888)"),
        ({"seed_fingerprint": "e" * 16}, Cause.DATA, "les données de l'élève ont changé (secret ou session)"),
    ],
)
def test_each_cause_is_named(facts: dict[str, Any], cause: Cause, words: str) -> None:
    difference = compare(run(lab_sha256="6" * 64), run("apres", tri=Outcome.FAILED, **{"lab_sha256": "6" * 64} | facts))
    assert [reason.cause for reason in difference.reasons] == [cause]
    assert not difference.unstable
    assert words in why(difference)[0].whole


def test_another_version_says_enough_and_an_older_run_says_nothing_of_the_manifest() -> None:
    later = run("b", lab_version="1.1", lab_sha256="7" * 64)
    assert [reason.cause for reason in compare(run(lab_sha256="6" * 64), later).reasons] == [Cause.LAB]
    assert compare(run(), run("b", lab_sha256="7" * 64)).reasons == ()


def test_an_image_built_again_with_the_same_packages_says_so() -> None:
    old = {"web": "sha256:aa", "web-packages": "sha256:p1"}
    (same,) = compare(run(image_ids=old), run("b", image_ids=old | {"web": "sha256:bb"})).reasons
    assert "reconstruite avec les mêmes paquets" in reasons_said([same])[0].sentence
    reasons = compare(run(image_ids=old), run("b", image_ids={"web": "sha256:bb", "web-packages": "sha256:p2"})).reasons
    assert [reason.cause for reason in reasons] == [Cause.IMAGE, Cause.PACKAGES]
    assert "paquets de l'image « web »" in reasons_said(reasons)[1].sentence


def test_a_verdict_that_changes_alone_is_unstable() -> None:
    difference = compare(run(), run("apres", tri=Outcome.FAILED))
    assert difference.unstable
    assert [said.whole for said in why(difference)] == [UNSTABLE]


def test_an_incident_that_comes_or_goes_is_no_unstable_verdict() -> None:
    difference = compare(run(tri=Outcome.ERROR, status=Status.NEEDS_REVIEW), run("apres"))
    assert difference.changed and not difference.unstable
    assert only(difference) == ("tri", "error", "passed")


def test_a_rejected_submission_is_one_change_of_status_not_one_per_check() -> None:
    rejected = dataclasses.replace(run(), status=Status.REJECTED, reason="Illisible.", submission_sha256=None)
    difference = compare(rejected, run("apres"))
    assert difference.changed and difference.changes == ()
    assert (difference.before.earned, difference.after.earned) == (None, 9)
    (row,) = table([difference])
    assert (row["Constat avant"], row["Constat après"], row["Identifiant du point"]) == ("non examiné", "vérifié", "")


def test_changes_of_the_list_of_checks_are_told_once_for_the_class() -> None:
    specs = (SPECS[0], dataclasses.replace(SPECS[1], points=6, palier=Palier.ATTENDU), spec("neuf"))
    pairs = [(run(candidate=name), run("b", candidate=name, specs=specs, lab_version="2.0")) for name in ("a", "b")]
    found = compare_class(pairs)
    assert [(edit.check, edit.kind) for edit in found.edits] == [
        ("tri", EditKind.REMOVED),
        ("liste", EditKind.POINTS),
        ("liste", EditKind.PALIER),
        ("neuf", EditKind.ADDED),
    ]
    added = next(change for change in found.learners[0].changes if change.check == "neuf")
    assert added.before is None and added.gained == 1


def table(learners: list[Difference]) -> list[dict[str, str]]:
    found = dataclasses.replace(compare_class([]), learners=tuple(learners))
    return csv_rows(render_differences_csv(found), ";")


def test_csv_has_a_row_per_change_and_no_formula() -> None:
    difference = compare(run(), run("b", observed="=cmd|' /C calc'!A0", tri=Outcome.FAILED))
    (row,) = table([difference, compare(run(candidate="autre"), run("b", candidate="autre"))])
    assert (row["Identifiant du point"], row["Constat avant"], row["Constat après"]) == ("tri", "réussi", "à revoir")
    assert (row["Codes des causes"], row["Pourquoi"], row["Vérification avant"]) == ("unstable", UNSTABLE, "avant")
    assert row["Observé après"].startswith("'=")


def test_json_fits_its_schema() -> None:
    rejected = dataclasses.replace(run(), status=Status.REJECTED, reason="Illisible.", submission_sha256=None)
    specs = (*SPECS[:2], spec("neuf"))
    pairs = [(run(), run("b", liste=Outcome.BLOCKED, demarre=Outcome.FAILED)), (run(), rejected)]
    found = compare_class([*pairs, (run(), run("b", specs=specs))], [Skipped("SNO-09", "Refusé.")])
    document = json.loads(render_differences_json(found, LAB, generated_at=NOW))
    validator("differences").validate(document)
    assert document["summary"] == {"regraded": 3, "changed": 3, "unstable": 1, "verdicts": 4}


def test_the_page_shows_words_signs_and_why() -> None:
    pairs = [(run(), run("b", demarre=Outcome.FAILED, liste=Outcome.BLOCKED, lab_version="1.1"))]
    page = render_differences(compare_class(pairs), LAB, generated_at=NOW).replace("\u00a0", " ")
    for words in ("à revoir", "non observé", "réussi", "version du TP : 1.0 → 1.1", "9 sur 9 → <b>3 sur 9</b>", "−6"):
        assert words in page, words
    assert "attend « Titre de demarre. »" in page
    assert "constat instable" not in page


def test_the_page_of_an_unchanged_class_says_so() -> None:
    page = render_differences(compare_class([(run(), run("b"))]), LAB, generated_at=NOW)
    assert "Aucune différence" in page
    assert "même vérificateur, mêmes images, mêmes rendus" in page
    assert "<table" not in page


def test_the_page_calls_a_person_for_an_unstable_verdict_and_lists_who_was_left_out() -> None:
    found = compare_class([(run(), run("b", tri=Outcome.FAILED))], [Skipped("SNO-09", "Le rendu avait été refusé.")])
    page = render_differences(found, LAB, generated_at=NOW)
    assert "À regarder par une personne" in page
    assert "Le rendu avait été refusé." in page


def test_whatever_a_page_printed_is_escaped_and_names_wait_for_a_click() -> None:
    after = run("b", observed=HOSTILE, tri=Outcome.FAILED, candidate="lea-martin", reason=HOSTILE)
    page = render_differences(compare_class([(run(candidate="lea-martin"), after)]), LAB, generated_at=NOW)
    assert "<script" not in page and "\u202e" not in page and "\x07" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert 'class="unnamed">Élève 1' in page


def test_a_class_shows_aliases_and_keeps_names_hidden() -> None:
    roll = Roll(candidates=("SNO-01",), names={"SNO-01": "Inès Bouvard"})
    pairs = [(run(candidate="SNO-01"), run("b", candidate="SNO-01", tri=Outcome.FAILED))]
    ((who, _learner),) = differences_view(compare_class(pairs), roll).learners
    assert (who.label, who.aliased) == ("SNO-01", True)
    assert '<span class="named name">Inès Bouvard</span>' in render_differences(
        compare_class(pairs), LAB, roll, generated_at=NOW
    )


def test_the_summary_reads_aloud() -> None:
    assert summary(compare_class([(run(), run("b"))])) == "1 rendu revérifié : aucune différence."
    pairs = [(run(candidate=name), run("b", candidate=name, tri=Outcome.FAILED)) for name in ("a", "b")]
    assert summary(compare_class(pairs)) == "2 rendus revérifiés : 2 constats changés, pour 2 élèves."
    assert [signed(number) for number in (3, -2, 0)] == ["+3", "−2", "0"]


def test_digests_are_for_who_looks_closer() -> None:
    pairs = [(run(tri=Outcome.FAILED), run("b", pack_sha256="9" * 64))]
    page = render_differences(compare_class(pairs), LAB, generated_at=NOW).replace("\u00a0", " ")
    assert '<span title="11111111 → 99999999">les points de vérification ont été corrigés entre-temps</span>' in page
    assert "<small>11111111 → 99999999</small>" in page
    assert page.count("11111111") == 2


def test_a_learner_who_left_or_was_erased_is_an_alias_on_the_page() -> None:
    entries = (HandIn("SNO-01", HandInState.HANDED_IN), HandIn("SNO-02", HandInState.HANDED_IN))
    roll = Roll(("SNO-01", "SNO-02"), None, HandIns("page-dynamique", "s", entries, class_name="SNO"))
    pairs = [(run(candidate="SNO-02"), run("b", candidate="SNO-02", tri=Outcome.FAILED))]
    page = render_differences(compare_class(pairs), LAB, roll, generated_at=NOW)
    assert '<a href="SNO-02/index.html">SNO-02</a>' in page and "Élève 2" not in page
