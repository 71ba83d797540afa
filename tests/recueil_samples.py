"""Frozen runs of several labs of one candidate, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers import make_run

from etabli.exam.contract.outcome import Outcome
from etabli.lab.manifest import load_lab
from etabli.runs.evidence import EvidenceStore
from etabli.runs.run import freeze


def frozen_run(
    out: Path,
    candidate: str,
    lab: str = "mots-de-passe",
    failed: Mapping[str, str] | int = 0,
    *,
    text: bytes = b"une preuve",
    **facts: Any,
) -> Path:
    """A run of a lab in which all passes but so many first checks, or those that are named with what was observed.

    Returns:
        Its folder; a proof in text belongs to its first check.
    """
    specs = load_lab(lab).checks().specs
    wrong = failed if isinstance(failed, Mapping) else {spec.id: "Vu autrement." for spec in specs[:failed]}
    proof = EvidenceStore(out / ".atelier").keep("text", "Le début du fichier", "text/plain", text)
    seen = {"kind": "evidence", "check": specs[0].id, "evidence_kind": "text", "caption": proof.caption}
    ends = [
        {
            "kind": "check_end",
            "check": spec.id,
            "outcome": (Outcome.FAILED if spec.id in wrong else Outcome.PASSED).value,
            "observed": wrong.get(spec.id),
            "expected": "Voulu." if spec.id in wrong else None,
        }
        for spec in specs
    ]
    events = [seen | {"path": proof.path, "sha256": proof.sha256}, *ends]
    run = make_run(specs, events, candidate=candidate, **{"lab": lab, **facts})
    return out / candidate / freeze(run, out / ".atelier", out / candidate).id
