"""Live progress of a batch: a bar with an ETA on a terminal, one line per submission elsewhere."""

from __future__ import annotations

import time
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from etabli.cli.screen import aside, escape
from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Status
from etabli.grading.works import Done
from etabli.reports.build import payload_of

_SIGNS = {Status.GRADED: "[green]✓[/]", Status.NEEDS_REVIEW: "[yellow]![/]", Status.REJECTED: "[red]✗[/]"}


class Show:
    """Shows each deposit as it is done.

    Args:
        total: How many deposits there are.
        workers: How many are verified at once: the first round says too little of the pace to foresee the end.
    """

    def __init__(self, total: int, workers: int = 1) -> None:
        self._total = total
        self._workers = workers
        self._fresh = 0
        self._count = 0
        self._begun = time.monotonic()
        self._bar = Progress(
            TextColumn("Vérification"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=aside,
            disable=not aside.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, left="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def __call__(self, done: Done) -> None:
        """Takes one deposit that is done."""
        self._count += 1
        self._fresh += not done.graded.reused
        left = self._left()
        self._bar.update(self._task, completed=self._count, left=left)
        run = done.graded.run
        score = payload_of(run)["score"]
        points = f"{score['earned']:>3}/{score['possible']}" if score else "  —"
        said = f" {escape(run.reason)}" if run.reason else ""
        again = " (inchangé)" if done.graded.reused else f" {done.busy_s:4.1f} s"
        place = f"{self._count:>{len(str(self._total))}}/{self._total}"
        shown = "" if aside.is_terminal or not left else f"  ({left})"
        self._bar.console.print(
            f"{_SIGNS[run.status]} {place} {escape(run.candidate):<24} {points}{again}{shown}{said}",
            highlight=False,
            soft_wrap=True,
        )

    def tell(self, sentence: str) -> None:
        """Takes a sentence about the machine: a worker that pauses or gives up."""
        self._bar.console.print(f"[yellow]![/] {escape(sentence)}", highlight=False, soft_wrap=True)

    def _left(self) -> str:
        """Foresees the end from the second round on; what was there already (« inchangé ») took no time."""
        if self._fresh < max(2, self._workers) or self._count >= self._total:
            return ""
        seconds = (time.monotonic() - self._begun) / self._fresh * (self._total - self._count)
        return f"reste environ {seconds:.0f} s"


def interrupted(done: int, total: int) -> str:
    """Says where an interrupted batch stands, and how to go on."""
    return "Interrompu : {done}, {left} ; relancez la même commande.".format(
        done=count(done, "{n} vérifié", "{n} vérifiés"),
        left=count(total - done, "{n} reste", "{n} restent"),
    )
