"""A class of odd works through the real examiner: each has its verdicts, and none is an incident of ours."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from odd_works import odd_files, odd_site

from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.batch import grade_many
from etabli.grading.matrix import witness_secret
from etabli.grading.plan import make_plan
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import Kind, load_specimens
from etabli.lab.variant import Purpose, Seat, make_variant
from etabli.reception.submission import Deposit
from etabli.runs.scoring import results
from etabli.sandbox.docker_provider import DockerSandbox

CHANGES: Mapping[str, Any] = {"page-dynamique": odd_site, "mots-de-passe": odd_files, "extraction-pgi": odd_files}


@pytest.mark.long
@pytest.mark.parametrize("lab_id", CHANGES)
def test_no_odd_work_is_an_incident(lab_id: str, tmp_path: Path) -> None:
    lab, secret = load_lab(lab_id), witness_secret(0)
    plan, deposits = make_plan(lab, tmp_path / "out", secret=secret), []
    right = [one for one in load_specimens(lab).values() if one.kind is Kind.RIGHT]
    for seed in range(40):
        chance, name = random.Random(seed), f"etrange-{seed:02d}"
        data = make_variant(Seat(lab, name, plan.session), secret, Purpose.ATELIER).data
        files = chance.choice(right).files(data | {"candidate": name, "session": plan.session, "lab": lab.manifest})
        for path, content in CHANGES[lab_id](files, chance).items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(content)
        deposits.append(Deposit(name, tmp_path / name))
    runs = [done.graded.run for done in grade_many(DockerSandbox(), plan, deposits, workers=2).done]
    ours = {run.candidate: run.reason for run in runs if run.status not in (Status.GRADED, Status.REJECTED)}
    traces = {event["check"]: event.get("traceback") for run in runs for event in run.events if event.get("traceback")}
    assert not ours, (ours, traces)
    assert not [item for run in runs for item in results(run) if item.outcome is Outcome.ERROR]
