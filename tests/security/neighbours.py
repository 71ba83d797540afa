"""Grades hostile works between right ones, in one worker: the neighbours must not notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.batch import grade_many
from etabli.grading.matrix import render_specimens, witness_secret
from etabli.grading.plan import Plan, make_plan
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import TRAINING
from etabli.reception.submission import Deposit
from etabli.runs.run import Run
from etabli.runs.scoring import results
from etabli.sandbox.docker_provider import DockerSandbox

LAB = load_lab("page-dynamique")
RIGHT = load_specimens(LAB)["pdo"]
SECRET = witness_secret(0)


def plan_below(folder: Path, *, start_s: float | None = None) -> Plan:
    """Returns the plan of such a batch; `start_s`: for those that never listen, which make everybody wait."""
    limits = LAB.manifest.limits.model_copy(update={"start_s": start_s} if start_s else {})
    lab = replace(LAB, manifest=LAB.manifest.model_copy(update={"limits": limits}))
    return make_plan(lab, folder / "out", secret=SECRET)


def graded(
    plan: Plan, folder: Path, hostile: Mapping[str, Callable[[Path], None]], *, rejected: Sequence[str] = ()
) -> dict[str, Run]:
    """Grades each hostile work between two right ones, in one worker; returns the runs of all.

    Args:
        plan: By which they are graded.
        folder: A scratch folder.
        hostile: Functions that write a work at a path, by name.
        rejected: Those that are refused before any exam.
    """
    names = [f"juste-{number}" for number in range(len(hostile) + 1)]
    render_specimens(LAB, dict.fromkeys(names, RIGHT), SECRET, TRAINING, folder / "rendus")
    deposits = [Deposit(names[0], folder / "rendus" / names[0])]
    for (name, write), neighbour in zip(hostile.items(), names[1:], strict=True):
        write(folder / "rendus" / name)
        packed = folder / "rendus" / f"{name}.zip"
        deposits.append(Deposit(name, packed if packed.exists() else folder / "rendus" / name))
        deposits.append(Deposit(neighbour, folder / "rendus" / neighbour))
    batch = grade_many(DockerSandbox(), plan, deposits, workers=1)
    runs = {done.graded.run.candidate: done.graded.run for done in batch.done}
    assert list(runs) == [deposit.candidate for deposit in deposits]
    for name in names:
        found = {item.spec.id: item.outcome for item in results(runs[name])}
        assert found == {check: RIGHT.expected[check] for check in found}, (name, runs[name].reason)
        assert (runs[name].attempts, runs[name].reason) == (1, None)
    for name in hostile:
        run = runs[name]
        assert run.status is (Status.REJECTED if name in rejected else Status.GRADED), (name, run.reason)
        assert run.reason and 15 <= len(run.reason) <= 400, name
        passed = [item for item in results(run) if item.outcome is Outcome.PASSED]
        assert sum(item.spec.points for item in passed) <= 5, name
    return runs
