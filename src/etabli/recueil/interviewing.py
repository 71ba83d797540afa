"""The questions of an interview, printed with a trace: of the candidate's own variant, without their answers."""

from __future__ import annotations

from collections.abc import Callable

from etabli.exam.contract.errors import LabError, UnknownLab
from etabli.lab.entretien import questions_of
from etabli.lab.manifest import load_lab
from etabli.lab.variant import Purpose, Seat
from etabli.runs.run import Run

Interview = Callable[[Run], tuple[str, ...]]
"""A run → what is asked about it."""


def no_interview(_: Run) -> tuple[str, ...]:
    """Asks nothing."""
    return ()


def interview(secret: bytes | None) -> Interview:
    """Returns what asks about a run; nothing where the lab is gone, or the data were made with another secret."""

    def asked(run: Run) -> tuple[str, ...]:
        if secret is None:
            return ()
        try:
            seat = Seat(load_lab(run.lab), run.candidate, run.session)
            if run.seed_fingerprint != seat.fingerprint(secret, Purpose.EVALUATION):
                return ()
            return tuple(one.plain for one in questions_of(seat, secret))
        except (UnknownLab, LabError):
            return ()

    return asked
