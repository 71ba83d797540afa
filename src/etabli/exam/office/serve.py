"""One question about one workbook: opened as often as there are scenarios, so that none meets another's edits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Protocol

from . import cells, edits, picture
from .document import Document
from .limits import CPU_S, CPU_SCENARIO_S, MAX_SCENARIOS, Refused, Unable
from .packing import tidy


class Office(Protocol):
    """What the service lends (``images/examiner/etabli_tableur.py``)."""

    folder: str
    desktop: Any

    def allow(self, seconds: float) -> None:
        """Gives it that much computing from now on."""


def serve(office: Office, job: Mapping[str, Any], document: int) -> dict[str, Any]:
    """Answers one question.

    Args:
        office: A running one.
        job: ``verb`` (``values`` or ``picture``), ``kind`` (``xlsx`` or ``ods``) and what the verb wants.
        document: Descriptor of the file.
    """
    path = f"{office.folder}/tmp/classeur.{'ods' if job['kind'] == 'ods' else 'xlsx'}"
    _copy(document, path)
    try:
        if job["kind"] == "xlsx":
            tidy(path)
        return {"found": _values(office, job, path) if job["verb"] == "values" else _picture(office, job, path)}
    except Refused as refusal:
        return {"refused": {"cause": refusal.cause, "detail": refusal.detail, "values": refusal.values}}
    except Unable as limit:
        return {"unable": {"kind": limit.kind, "name": limit.name}}
    finally:
        os.unlink(path)


def _values(office: Office, job: Mapping[str, Any], path: str) -> list[Any]:
    scenarios = job["scenarios"]
    if len(scenarios) > MAX_SCENARIOS:
        raise ValueError(f"{len(scenarios)} scenarios")
    office.allow(CPU_S + CPU_SCENARIO_S * len(scenarios))
    found: list[Any] = []
    for scenario in scenarios:
        with Document(office.desktop, path) as document:
            if not found:
                document.require_known_functions()
            if document.has_pivots:
                document.compute()  # one that was never refreshed would not see the edits
            edits.apply(document, scenario)
            document.compute()
            found.append(cells.read(document))
    return found


def _picture(office: Office, job: Mapping[str, Any], path: str) -> str:
    office.allow(CPU_S + CPU_SCENARIO_S)
    with Document(office.desktop, path) as document:
        document.compute()
        return picture.take(document, job["sheet"], job["cells"], office.folder, right=bool(job["right"]))


def _copy(document: int, path: str) -> None:
    place = 0
    with open(path, "wb") as stream:
        while piece := os.pread(document, 1 << 20, place):
            stream.write(piece)
            place += len(piece)
