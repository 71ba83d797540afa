"""A moment as people type it: a deadline, or the hour of a deposit."""

from __future__ import annotations

import re
from datetime import datetime, time

from etabli.exam.contract.errors import UsageProblem

_DAY = r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>\d{4}))"
_HOUR = r"(?:(?:T|\s+(?:à\s+)?)(?P<hour>\d{1,2})\s*[:h]\s*(?P<minute>\d{2})?)?"
_FORM = re.compile(rf"\s*{_DAY}{_HOUR}\s*\Z")
_END = time(23, 59, 59)


def read_deadline(text: str, option: str = "--echeance") -> datetime:
    """Reads ``2026-11-20``, ``20/11/2026``, ``2026-11-20T18:00`` or ``20/11/2026 18:00``, in this machine's time zone.

    A date alone means the end of that day.

    Args:
        text: As typed.
        option: Where it was typed.

    Raises:
        UsageProblem: It is none of these, or no such day exists.
    """
    found = _FORM.match(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(found[name] or found[f"{name}2"]) for name in ("y", "m", "d"))
        hour = time(int(found["hour"]), int(found["minute"] or 0)) if found["hour"] else _END
        return datetime.combine(datetime(year, month, day), hour).astimezone()
    except (ValueError, OverflowError) as error:
        raise UsageProblem(
            f"« {option} {text} » n'est pas une date : écrivez « 20/11/2026 » ou « 20/11/2026 18:00 »."
        ) from error
