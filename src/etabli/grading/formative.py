"""A formative check around its exam: what is checked, the page that the student opens, and what is kept of it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etabli.lab.variant import Seat
from etabli.reception.kept_submissions import forget_unused
from etabli.reports.build import payload_of
from etabli.reports.html import render_learner
from etabli.reports.payload import Payload
from etabli.reports.results import described
from etabli.runs.evidence import write_atomically
from etabli.runs.folder import read_run_folder
from etabli.runs.run import Run, run_folders
from etabli.system.disk import writable
from etabli.workspace.files import give_to_owner
from etabli.workspace.workspace import Workspace

RUNS = "verifications"
PAGE = "verification.html"
KEPT = 20


@dataclass(frozen=True)
class WorkPlace:
    """What is checked, and where its runs and its page go: never among a teacher's results."""

    seat: Seat
    work: Path
    folder: Path
    """The page is written here."""
    runs: Path
    """Where the runs are, below ``folder``."""

    def run_folders(self) -> list[Path]:
        """Returns the runs of the earlier checks, of this work or of another, oldest first."""
        return run_folders(self.runs / self.seat.candidate)

    def of_this_work(self, folders: Sequence[Path]) -> list[Run]:
        """Returns the runs in these folders that are of this very work."""
        found = [read_run_folder(folder).run for folder in folders]
        seat = (self.seat.lab.id, self.seat.session)
        return [run for run in found if run and (run.lab, run.session) == seat]


def place_of(workspace: Workspace, secret: bytes) -> WorkPlace:
    """Returns what is checked of a workspace.

    Raises:
        UsageProblem: This machine no longer gives it the same data, or its work folder is gone.
    """
    seat = workspace.verified_seat(secret)
    return WorkPlace(seat, workspace.present_work(), workspace.folder, workspace.hidden / RUNS)


def publish_page(place: WorkPlace, run: Run) -> tuple[Payload, Path]:
    """Writes the page that the student opens, one and always the same; keeps the last runs only."""
    _forget_old(place)
    payload = payload_of(run, place.runs / run.candidate / run.id)
    text = render_learner(payload, described(place.seat.lab), out=place.runs, alone=True, linked=True)
    inside = place.runs.relative_to(place.folder).as_posix()
    page = place.folder / PAGE
    with writable(place.folder, "--dossier"):
        write_atomically(page, text.replace('href="../', f'href="{inside}/').encode())
        give_to_owner(place.folder)
    return payload, page


def _forget_old(place: WorkPlace) -> None:
    for folder in place.run_folders()[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
    forget_unused(place.runs, place.seat.candidate)
