"""Reports: what people and programs read of the runs of an output folder.

Values first, renderings last; only the modules of the last group read or write files.

::

    what is shown     payload (one run) · roll (who belongs on the page, by name or not) · differences (two runs)
    in which words    text (words, signs, dates) · prose (Markdown) · views (bars, counts, what to do next)
    views, for pages  class_view · learner_view · differences_view, made of difficulties (who needs help), hand_in_view
                      (who is to be chased), headway (what is new), printed (messages explained), pictures
    tables            table (columns of what, and its CSV) · xlsx (workbooks) · document (JSON) · class_tables
    marks             marking (a teacher's own table, which alone makes one)
    renderings        html · results_files · differences_files · gradebook
    for Moodle        returns (comments, marks of the teacher's table, feedback pages), comment
    files             build (a run folder becomes a payload) · results (an output folder becomes its reports)

``etabli grade`` and ``etabli regrade`` call :func:`etabli.reports.results.publish`, which calls :func:`write_reports`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.reports.html import render_chase, render_class, render_learner
from etabli.reports.payload import LabMeta, Pace, Payload
from etabli.reports.results_files import render_csv, render_json, render_xlsx
from etabli.reports.roll import NO_ROLL, Roll
from etabli.reports.table import iso_seconds
from etabli.reports.text import pace_line
from etabli.runs.evidence import write_results
from etabli.system.disk import close_to_others

__all__ = ["LabMeta", "Pace", "Payload", "Roll", "pace_line", "write_files", "write_reports", "written_now"]


def write_reports(
    out: Path, payloads: Sequence[Payload], lab: LabMeta, pace: Pace | None, roll: Roll = NO_ROLL
) -> list[Path]:
    """Writes the reports of a class below ``out``, each file whole or not at all.

    Args:
        out: The output folder; evidence paths of the payloads are relative to it.
        payloads: One per candidate.
        lab: What the lab says of itself.
        pace: The pace of the batch, if it was measured.
        roll: The learners of the class, present or not, if the class is known.

    Returns:
        The files written, ``index.html`` first.

    Raises:
        UsageProblem: A candidate's identifier cannot be the name of a folder.
    """
    kept = sorted(payloads, key=lambda payload: (payload["candidate"].casefold(), payload["candidate"]))
    now = written_now()
    pages: dict[str, str | bytes] = {
        "index.html": render_class(
            kept, lab, pace, roll, generated_at=now, differences=(out / "differences.html").is_file()
        ),
        "resultats.json": render_json(kept, lab, pace, generated_at=now),
        "resultats.csv": render_csv(kept, lab, roll),
        "resultats.xlsx": render_xlsx(kept, lab, roll),
    }
    if roll.hand_ins:
        pages["a-relancer.html"] = render_chase(kept, lab, roll, generated_at=now)
    for payload in kept:
        folder = _folder(payload["candidate"])
        pages[f"{folder}/index.html"] = render_learner(
            payload, lab, out=out, hand_in=roll.hand_in(payload["candidate"])
        )
    return write_files(out, pages)


def write_files(out: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """Writes files below ``out``, each whole or not at all; returns them."""
    for name, content in files.items():
        text = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
        write_results(out / name, text)
        if (folder := (out / name).parent) != out:
            close_to_others(folder)
    return [out / name for name in files]


def written_now() -> str:
    """Returns the present moment as reports write it: UTC, ISO 8601, to the second."""
    return iso_seconds(datetime.now(UTC))


def _folder(candidate: str) -> str:
    if PurePosixPath(candidate).name != candidate or candidate in {"", ".", ".."} or "\0" in candidate:
        raise UsageProblem(
            f"« {candidate} » ne peut pas servir d'identifiant : renommez le rendu avec des lettres et des chiffres."
        )
    return candidate
