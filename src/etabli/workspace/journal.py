"""What the application of a workspace writes instead of showing it, without what it says of itself when all is well."""

from __future__ import annotations

import re
from collections.abc import Mapping

from etabli.lab.services import Service

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ROUTINE = re.compile(r"\[(?:mpm_\w+|core):notice\]|^\[\S+ \S+\] \[\d+\] \[INFO\]")
"""What Apache and gunicorn say of themselves when all is well."""


def usual(services: Mapping[str, Service]) -> str | None:
    """Returns the service whose journal is read when nobody says which; none where nothing has one."""
    return next((name for name, service in services.items() if "journal" in service.told.commands), None)


def lines_of(text: str) -> list[str]:
    """Returns the lines of a journal that say something, without colours."""
    plain = _ANSI.sub("", text).replace("\t", "    ").replace("\r", "")
    return [line for line in plain.splitlines() if line.strip() and not _ROUTINE.search(line)]
