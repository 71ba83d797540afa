"""What a cell of OpenDocument holds: its attributes say it, its text shows it.

Source: OASIS Open Document Format 1.3, part 3, clause 19.385 (office:value-type).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from ..grid import Value, number

_ERRORS = {
    **{"#VALEUR!": "#VALUE!", "#NOM?": "#NAME?", "#NOMBRE!": "#NUM!", "#NUL!": "#NULL!", "#N/D": "#N/A"},
}
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+(?:[.,]\d*)?)S")


def value_of(attributes: Mapping[str, str], text: str) -> Value:
    """Returns the value of a cell whose paragraphs are `text`."""
    kind = attributes.get("value-type", "")
    if kind in ("float", "percentage", "currency"):
        return number(attributes.get("value", ""))
    if kind == "boolean":
        return attributes.get("boolean-value") == "true"
    if kind == "date":
        return _date(attributes.get("date-value", ""))
    if kind == "time":
        found = _DURATION.fullmatch(attributes.get("time-value", ""))
        return _day_fraction(*found.groups()) if found else text
    if kind == "error":
        return error(text) or None
    return attributes.get("string-value", text) or None


def error(text: str) -> str:
    """Returns an error as files of Excel name it: ``#DIV/0 !`` is French for ``#DIV/0!``."""
    bare = re.sub(r"\s", "", text)
    return _ERRORS.get(bare, bare)


def _date(text: str) -> Value:
    try:
        found = datetime.datetime.fromisoformat(text[:26])
    except ValueError:
        return text
    return found.replace(tzinfo=None) if "T" in text else found.date()


def _day_fraction(hours: str, minutes: str, seconds: str) -> Value:
    return number(str((int(hours[:6]) * 60 + int(minutes[:6]) + float(seconds[:9].replace(",", ".")) / 60) / 1440))
