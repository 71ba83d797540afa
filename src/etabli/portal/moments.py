"""Hours that people type in a form, in the room's time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from etabli.exam.contract.errors import UsageProblem


def read_moment(text: str, zone: tzinfo, what: str) -> datetime:
    """Reads ``2026-11-20T18:00``, as browsers write it.

    Args:
        text: As typed.
        zone: The room's.
        what: What it is, to begin a sentence with: « L'ouverture ».

    Raises:
        UsageProblem: It is no such moment, or one that the clock skips.
    """
    if (year := re.match(r"\d+(?=-)", text)) and not 2000 <= int(year[0][:9]) < 2100:
        raise UsageProblem(f"{what} est en {int(year[0][:9])} : vérifiez l'année, en quatre chiffres.")
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageProblem(f"{what} n'est pas une date et une heure : choisissez un jour, puis une heure.") from error
    local = told.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != told.replace(tzinfo=None):
        raise UsageProblem(
            f"{what} est à une heure qui n'existe pas ce jour-là (passage à l'heure d'été) : choisissez-en une autre."
        )
    return local.astimezone(UTC)


def typed_moment(instant: datetime | None, zone: tzinfo) -> str:
    """Writes an instant as a form wants it."""
    return f"{instant.astimezone(zone):%Y-%m-%dT%H:%M}" if instant else ""
