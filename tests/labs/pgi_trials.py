"""Trials of an extraction, drawn from a number, for the tests of the checks of extraction-pgi."""

from __future__ import annotations

from typing import Any

from pgi_sheets import MONTHS, changes

from etabli.exam.contract.draw import Draw
from etabli.exam.tools.scenario import Append

TRIALS = (
    "amounts renewed half other one another few several moved customer filtered hidden rank line added longer".split()
)


def trials_of_draw(read: Any, number: int, order: Any = None) -> dict[str, Any]:
    return dict(changes.make_trials(read, Draw(b"%d" % number), MONTHS, order))


def trials_of(read: Any) -> dict[str, Any]:
    return dict(changes.make_trials(read, Draw(b"essai"), MONTHS))


def added_in(trial: Any) -> list[Append]:
    return [one for one in trial.scenario if isinstance(one, Append)]
