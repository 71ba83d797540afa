"""Reports: pure renderings of payloads, and the one function that writes them.

The engine calls :func:`write_reports`; everything else is for tests and for other renderings to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from etabli.errors import UsageProblem
from etabli.evidence import write_atomically
from etabli.i18n import _
from etabli.reports.csv import render_csv
from etabli.reports.html import render_class, render_learner
from etabli.reports.json import render_json
from etabli.reports.payload import Bench, LabMeta, Payload, newest
from etabli.reports.text import bench_line

__all__ = ["Bench", "LabMeta", "Payload", "bench_line", "newest", "write_reports"]


def write_reports(out: Path, payloads: Sequence[Payload], lab: LabMeta, bench: Bench | None) -> list[Path]:
    """Writes the reports of a class below ``out``, each file whole or not at all.

    Args:
        out: The output folder; evidence paths of the payloads are relative to it.
        payloads: Any number per candidate: the newest counts.
        lab: What the lab says of itself.
        bench: The pace of the batch, if it was measured.

    Returns:
        The files written, ``index.html`` first.

    Raises:
        UsageProblem: A candidate's identifier cannot be the name of a folder.
    """
    kept = newest(payloads)
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    pages = {
        "index.html": render_class(kept, lab, bench, generated_at=now),
        "resultats.json": render_json(kept, lab, bench, generated_at=now),
        "resultats.csv": render_csv(kept, lab),
    }
    for payload in kept:
        pages[f"{_folder(payload['candidate'])}/index.html"] = render_learner(payload, lab, out=out)
    for name, content in pages.items():
        write_atomically(out / name, content.encode())
    return [out / name for name in pages]


def _folder(candidate: str) -> str:
    if PurePosixPath(candidate).name != candidate or candidate in {"", ".", ".."} or "\0" in candidate:
        raise UsageProblem(
            _(
                "« {name} » ne peut pas servir d'identifiant : renommez le rendu avec des lettres et des chiffres."
            ).format(name=candidate)
        )
    return candidate
