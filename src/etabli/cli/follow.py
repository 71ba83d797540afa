"""``--suivi json``: a batch told to a program as it goes, a JSON object per line (``docs/schemas/suivi.schema.json``).

Standard output holds these lines and nothing else; sentences for people stay on standard error. A program that hangs up
stops no batch.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Self

from etabli.cli.screen import told
from etabli.grading.works import Done
from etabli.reports.build import payload_of
from etabli.runs.run import iso, now

SCHEMA = "etabli/suivi/1"


class Form(StrEnum):
    """How a batch is followed."""

    TEXT = "texte"
    JSON = "json"


class Follow:
    """Writes a line for each deposit that is done, and for each thing to know meanwhile.

    Args:
        total: How many deposits there are.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def __call__(self, done: Done) -> None:
        """Takes one deposit that is done."""
        self._count += 1
        run = done.graded.run
        score = payload_of(run)["score"]
        write_line(
            "run",
            n=self._count,
            total=self._total,
            candidate=run.candidate,
            run=run.id,
            status=run.status.value,
            reason=run.reason,
            earned=score["earned"] if score else None,
            possible=score["possible"] if score else None,
            reused=done.graded.reused,
            seconds=round(done.busy_s, 3),
        )

    def tell(self, sentence: str) -> None:
        """Takes a sentence (French) about the machine."""
        write_line("notice", message=sentence)


def write_line(event: str, **facts: object) -> None:
    """Writes one line at once, with the moment; nothing more is written once nobody reads."""
    try:
        print(told({"event": event, "at": iso(now()), **facts}), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
