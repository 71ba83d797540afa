"""Scoring is a pure function of frozen events."""

from __future__ import annotations

import pytest
from helpers import make_run, spec
from small_class import end

from etabli.exam.contract.outcome import Outcome, Status
from etabli.runs.scoring import results, score

SPECS = (spec("a", 3), spec("b", 2, after=("a",)), spec("c", 5))


def test_points_add_up() -> None:
    run = make_run(SPECS, [end("a", "failed"), end("b", "blocked", blocked_by=["a"]), end("c", "passed")])
    total = score(results(run))
    assert (total.possible, total.earned, total.failed, total.blocked, total.error) == (10, 5, 3, 2, 0)


def test_a_missing_verdict_is_an_error_never_a_pass() -> None:
    items = results(make_run(SPECS, [end("a", "passed")]))
    assert [item.outcome for item in items] == [Outcome.PASSED, Outcome.ERROR, Outcome.ERROR]


def test_an_unknown_check_earns_nothing() -> None:
    items = results(make_run(SPECS, [end("z", "passed")]))
    assert score(items).earned == 0
    assert len(items) == len(SPECS)


def test_a_rejected_run_has_no_results() -> None:
    assert results(make_run(SPECS, [], status=Status.REJECTED)) == ()


def test_evidence_goes_to_its_check() -> None:
    proof = {
        "kind": "evidence",
        "check": "a",
        "evidence_kind": "screenshot",
        "caption": "page",
        "path": "evidence/x.png",
        "sha256": "0" * 64,
    }
    first, second, _third = results(make_run(SPECS, [proof, end("a", "failed")]))
    assert [item.path for item in first.evidence] == ["evidence/x.png"]
    assert second.evidence == ()


@pytest.mark.parametrize(("given", "shown"), [(None, "aide du point"), ("aide du constat", "aide du constat")])
def test_help_of_the_verdict_wins_over_the_check_s(given: str | None, shown: str) -> None:
    items = results(make_run((spec("a", 1),), [end("a", "failed", help=given)]))
    assert items[0].help == shown
