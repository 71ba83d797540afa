"""What one question, and all of an exam, may cost the office. The file itself was within the reader's limits before."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024
CPU_S: Final = 8
"""Seconds of computing for opening a workbook and recalculating it."""
CPU_SCENARIO_S: Final = 4
"""And for each scenario more."""
CPU_EXAM_S: Final = 45
"""And for all questions of an exam together: right works need less than four, a check has 180 by the clock."""
MAX_SCENARIOS: Final = 40
MAX_AREA: Final = 600_000
"""Cells between A1 and the last used one of a sheet."""
MAX_ANSWER: Final = 48 * MIB
"""Bytes of an answer."""
MAX_NUMBER: Final = 30
MAX_SIGN: Final = 12
"""Bytes that a number, and a sign of a text, take there at most."""
MAX_PICTURE: Final = 240_000
"""Bytes of a picture."""


class Refused(Exception):
    """The file, not the office, is why there is no answer.

    Args:
        cause: A value of `etabli.exam.contract.causes.Cause`.
        detail: Which words to add, see `etabli.exam.runner.refusals`.
        values: What to fill them with.
    """

    def __init__(self, cause: str, detail: str = "", **values: str | int) -> None:
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail
        self.values = values


class Misasked(Exception):
    """What is asked cannot be answered, whatever the file: our mistake."""


class Unable(Exception):
    """The office, not the file, is why there is no answer.

    Args:
        kind: Why: ``function``.
        name: With what.
    """

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, name)
        self.kind = kind
        self.name = name
