"""Frozen runs of specimens that stand for new ones, as in ``etabli grade``: nothing that made them has changed.

``.cache/temoins/<lab>/<state>/<specimen …>/<specimen>/<run>/``, where the state is the hash of the pack, the lab, the
platform and the images. A specimen has one run there by seed, nonce, order, selection of checks and repetition: a new
one takes its place. The states used last are kept, the older ones are forgotten.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission
from etabli.exam.contract.outcome import Status
from etabli.grading.plan import Plan
from etabli.reception.intake import take_in
from etabli.reception.submission import Deposit
from etabli.runs.folder import read_run_folder
from etabli.runs.run import FACTS, Run, run_folders
from etabli.system.disk import unwritable
from etabli.system.held import folder_within
from etabli.system.settings import repository
from etabli.system.temporary import temporary_folder

STATES = 2
WORK = ".travail"


class FormerRuns:
    """The kept runs of a lab's specimens in its present state.

    Args:
        plan: Of the lab, in its present state.
        seed: The specimens'.
        repetition: Tells apart runs of the same that are made several times; 0 for those that are not.

    Raises:
        UsageProblem: The folder cannot be written.
    """

    def __init__(self, plan: Plan, seed: int, repetition: int = 0) -> None:
        self._seed = seed
        self._repetition = repetition
        labs = repository() / ".cache" / "temoins" / plan.lab.id
        self._folder = labs / state(plan)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            os.utime(self._folder)
        except OSError as error:
            raise unwritable(self._folder, error, "donnez à ce compte le droit d'y écrire") from error
        others = sorted(set(labs.iterdir()) - {self._folder}, key=lambda path: path.stat().st_mtime)
        for older in others[: 1 - STATES]:
            shutil.rmtree(older, ignore_errors=True)

    def find(self, plan: Plan, deposit: Deposit) -> Run | None:
        """Returns the run that stands for one of this deposit by this plan, verified; none if something changed."""
        with temporary_folder() as folder:
            try:
                submission = take_in(deposit.source, plan.lab, folder / "rendu")
            except RejectedSubmission:
                return None
        kept = map(read_run_folder, run_folders(self._place(plan, deposit.candidate) / deposit.candidate))
        return next((run for folder in kept if (run := plan.standing(folder, deposit.candidate, submission))), None)

    def keep(self, plan: Plan, run: Run) -> None:
        """Keeps a run made by this plan, if it is graded, in the place of the former one."""
        if run.status is not Status.GRADED:
            return
        place = self._place(plan, run.candidate)
        with folder_within(self._folder.parents[1] / WORK) as folder:
            copy = folder / "copie"
            inside = Path(run.candidate) / run.id
            for name in (FACTS, *run.files):
                (copy / inside / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(plan.out / inside / name, copy / inside / name)
            shutil.rmtree(place, ignore_errors=True)
            with suppress(OSError):  # another process has just kept the same
                os.rename(copy, place)

    def _place(self, plan: Plan, name: str) -> Path:
        selection = "entier" if plan.only is None else _digest(plan.only)
        again = f",{self._repetition}" if self._repetition else ""
        return self._folder / f"{name},{self._seed},{plan.nonce},{plan.shuffle},{selection}{again}"


def state(plan: Plan) -> str:
    """Returns a digest of all that makes the runs of a lab's specimens, but the specimens."""
    made = plan.made_by
    return _digest(
        [made.pack, made.lab, made.platform, *(f"{name}={id}" for name, id in sorted(plan.image_ids.items()))]
    )


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]
