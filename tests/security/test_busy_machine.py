"""What a busy machine took is never failed: a right site beside a load of twenty."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from security.neighbours import LAB, RIGHT, SECRET, plan_below

from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.batch import grade_many
from etabli.grading.matrix import render_specimens
from etabli.lab.variant import TRAINING
from etabli.reception.submission import Deposit
from etabli.runs.scoring import results
from etabli.sandbox.docker_provider import DockerSandbox

LOAD = 20


@pytest.fixture
def load() -> Iterator[None]:
    """Twenty processes that never rest."""
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(LOAD)]
    try:
        yield
    finally:
        for one in spinning:
            one.kill()
            one.wait()


@pytest.mark.long
def test_a_right_site_beside_a_load_of_twenty_never_fails_for_time(tmp_path: Path, load: None) -> None:
    render_specimens(LAB, {"juste": RIGHT}, SECRET, TRAINING, tmp_path / "rendus")
    deposit = Deposit("juste", tmp_path / "rendus" / "juste")
    (done,) = grade_many(DockerSandbox(), plan_below(tmp_path), [deposit], workers=1).done
    run = done.graded.run
    found = {item.spec.id: item.outcome for item in results(run)}
    if run.status is Status.GRADED:
        assert found == {check: RIGHT.expected[check] for check in found}, run.reason
    else:
        assert run.status is Status.NEEDS_REVIEW and Outcome.FAILED not in found.values(), found
