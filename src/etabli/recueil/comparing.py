"""A trace's work beside those of others on the same lab: which files are compared, and where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from etabli.lab.manifest import Lab
from etabli.reception.kept_submissions import kept_path
from etabli.recueil.contents import copy_of
from etabli.recueil.kept import Kept
from etabli.recueil.model import Trace
from etabli.recueil.similarity import Compared, compare, work_below, work_in
from etabli.runs.identifier import is_same_candidate
from etabli.runs.store import newest_folders


def work_of(kept: Kept, trace: Trace) -> Path | None:
    """Returns where the work of a trace is kept beside it; ``None`` where it is not, or where nothing was handed in."""
    folder = copy_of(kept, trace)
    if folder is None or folder.run is None or folder.run.submission_sha256 is None:
        return None
    out = kept.outputs(folder.run.lab)
    path = kept_path(out, folder.candidate, folder.run.submission_sha256)
    return path if path.is_file() else None


def makers_of(kept: Kept, trace: Trace) -> list[str]:
    """Returns whose the work of a trace is: the candidate's, and that of the members of a group."""
    return [kept.recueil.candidat, *(one.membre for one in trace.groupe)]


def works_in(outputs: Sequence[Path], lab: str) -> dict[str, Path]:
    """Returns where the last work of each candidate on a lab is kept, in what ``etabli grade`` wrote."""
    found: dict[str, Path] = {}
    for output in outputs:
        for folder in newest_folders(output):
            run = folder.run
            if run is not None and run.lab == lab and run.submission_sha256 is not None:
                path = kept_path(output, folder.candidate, run.submission_sha256)
                found |= {folder.candidate: path} if path.is_file() else {}
    return found


def outputs_below(folders: Sequence[Path]) -> list[Path]:
    """Returns the output folders that these are, or that are right below them."""
    inside = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_dir()]
    return [*folders, *(path for path in inside if not path.name.startswith("."))]


def beside(work: Path, whose: Sequence[str], others: Mapping[str, Path], lab: Lab) -> Compared:
    """Compares a work with those of others, the starter taken away.

    Args:
        work: The work.
        whose: It is: their candidate, and the members of a group; they are not compared with themselves.
        others: Those of the class, their own among them or not.
        lab: Gives the starter.
    """
    works = {
        name: work_in(path) for name, path in others.items() if not any(is_same_candidate(name, one) for one in whose)
    }
    return compare(work_in(work), works, work_below(lab.folder / "starter"))
