"""What our office cannot compute is for a person to look at: never a point lost for the candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.matrix import run_matrix
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.sandbox.docker_provider import DockerSandbox

LAB = load_lab("extraction-pgi")
NEW = '=_xlfn.GROUPBY(Ventes[Code client],Ventes[Montant HT],_xlfn.LAMBDA(_xlpm.x,SUM(_xlpm.x)))'  # fmt: skip


def grouped(data: Mapping[str, Any]) -> dict[str, bytes]:
    """A right workbook, with one formula of a recent Excel beside its totals."""
    tableau = import_grader(LAB.grader, "specimens.right").tableau

    def step(made: Any) -> None:
        made.book["Synthèse"]["Z40"] = NEW

    return dict(tableau(data).then(step).tree())


def test_a_function_that_our_office_lacks_is_an_incident_never_a_failure(tmp_path: Path) -> None:
    specimen = replace(load_specimens(LAB)["tableau"], build=grouped)
    [row] = run_matrix(DockerSandbox(), LAB, {"grouper": specimen}, tmp_path)
    assert row.run.status is Status.NEEDS_REVIEW
    assert Outcome.FAILED not in row.outcomes.values()
    assert row.outcomes["classeur-lisible"] is Outcome.PASSED
    assert [*row.outcomes.values()].count(Outcome.ERROR) == 1
    assert str(row.run.reason).startswith("LibreOffice ne sait pas calculer la fonction GROUPER.PAR (Synthèse!Z40)")
    assert row.run.attempts == 1
