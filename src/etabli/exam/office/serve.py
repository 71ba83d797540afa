"""One question about one workbook: no scenario meets another's edits."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, Protocol

from . import cells, edits, picture
from .answer import fits, shortened
from .document import Document
from .limits import CPU_EXAM_S, CPU_S, CPU_SCENARIO_S, MAX_SCENARIOS, Misasked, Refused, Unable
from .packing import Told, tidy
from .standing import Standing

_Scenario = Sequence[Mapping[str, Any]]
_HUNG_UP: Final = "DisposedException"
"""What an office that is going says."""
_STANDING: Final[dict[str, Standing]] = {}
"""The workbook of the last question, by the kind and hash of its file: this process serves one exam."""


class Office(Protocol):
    """What the service lends (``images/examiner/etabli_tableur.py``)."""

    folder: str
    desktop: Any

    def allow(self, seconds: float) -> None:
        """Gives it that much computing from now on."""

    def spent(self) -> float:
        """Returns the seconds that it has computed since it began, for one exam."""

    def how_it_ended(self) -> str | None:
        """Returns None while it runs."""


def serve(office: Office, job: Mapping[str, Any], document: int) -> dict[str, Any]:
    """Answers one question.

    Args:
        office: A running one.
        job: ``verb`` (``values`` or ``picture``), ``kind`` (``xlsx`` or ``ods``) and what the verb wants.
        document: Descriptor of the file.
    """
    if len(job.get("scenarios", ())) > MAX_SCENARIOS:
        raise Misasked(f"{len(job['scenarios'])} scenarios")
    path = f"{office.folder}/tmp/classeur.{'ods' if job['kind'] == 'ods' else 'xlsx'}"
    known = f"{job['kind']} {_copy(document, path)}"
    try:
        file = _File(path)
        if job["verb"] == "values":
            return {"found": _values(office, job, file, known)}
        return {"found": _picture(office, job, file)}
    except Refused as refusal:
        return _refusal(refusal)
    except Unable as limit:
        return {"unable": {"kind": limit.kind, "name": limit.name}}
    except (Misasked, OSError):  # what we ask, and our folder
        raise
    except Exception as error:  # what nobody foresaw is in this file, unless the office is gone
        if type(error).__name__.endswith(_HUNG_UP) or office.how_it_ended():
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        name = f"{type(error).__name__}, {os.path.basename(place.filename)}:{place.lineno}"
        return _refusal(Refused("broken-file", "unforeseen", name=name))
    finally:
        os.unlink(path)


def _refusal(refusal: Refused) -> dict[str, Any]:
    return {"refused": {"cause": refusal.cause, "detail": refusal.detail, "values": refusal.values}}


class _File:
    """A workbook, tidied when it is first opened: one that stands open is asked without."""

    def __init__(self, path: str) -> None:
        self._path = path

    def open(self, desktop: Any) -> Document:
        """Opens it once more."""
        return Document(desktop, self._path, self._told)

    @cached_property
    def _told(self) -> Told:
        """What its parts say."""
        return tidy(self._path)


def _values(office: Office, job: Mapping[str, Any], file: _File, known: str) -> list[Any]:
    scenarios = job["scenarios"]
    allowed = CPU_S + CPU_SCENARIO_S * (1 + sum(map(bool, scenarios)))
    office.allow(allowed)
    standing = _stand(office, file, known)
    try:
        found = [standing.trial(scenario) for scenario in _light(office, scenarios)]
        proven = standing.prove()
    except BaseException:
        _STANDING.clear()  # nobody knows what is typed in it
        raise
    if not proven:
        found = [None if scenario else standing.sheets for scenario in scenarios]
        office.allow(allowed)
    copies = _Copies(office, file)
    pairs = zip(found, _light(office, scenarios), strict=True)
    with contextlib.closing(copies):
        answer = shortened([one or copies.trial(scenario) for one, scenario in pairs])
    if not fits(answer):
        raise Refused("too-heavy", "text")
    return answer


def _light(office: Office, scenarios: Sequence[_Scenario]) -> Iterator[_Scenario]:
    """Gives one after the other, while the questions of this exam are within their limit together."""
    for scenario in scenarios:
        if office.spent() > CPU_EXAM_S:
            raise Refused("heavy-formulas")
        yield scenario


def _stand(office: Office, file: _File, known: str) -> Standing:
    """Opens a workbook, or finds it open since another question of this exam."""
    if known not in _STANDING:
        for other in _STANDING.values():
            other.close()
        _STANDING.clear()
        _STANDING[known] = Standing(file.open(office.desktop))
    return _STANDING[known]


class _Copies:
    """Makes scenarios in copies of a workbook: one for each, but for lines that are typed under those of the former.

    Args:
        office: A running one.
        file: The workbook.
    """

    def __init__(self, office: Office, file: _File) -> None:
        self._office = office
        self._file = file
        self._document: Document | None = None
        self._former: _Scenario = ()

    def trial(self, scenario: _Scenario) -> list[Any]:
        """Returns what a copy holds after a scenario."""
        former, self._former = self._former, ()
        document = self._document
        try:
            if document and edits.goes_on(former, scenario) and document.steady:
                edits.go_on(document, former, scenario)
            else:
                self.close()
                document = self._document = self._file.open(self._office.desktop)
                if document.pivots:
                    document.compute()  # one that was never refreshed would not see the edits
                edits.apply(document, scenario)
            document.compute()
            found = cells.read(document)
        except BaseException:
            self._document = None
            if document:
                document.drop()
            raise
        self._former = scenario
        return found

    def close(self) -> None:
        """Lets the last one go."""
        document, self._document = self._document, None
        if document:
            document.close()


def _picture(office: Office, job: Mapping[str, Any], file: _File) -> str:
    office.allow(CPU_S + CPU_SCENARIO_S)
    with file.open(office.desktop) as document:
        document.compute()
        return picture.take(document, job["sheet"], job["cells"], office.folder, right=bool(job["right"]))


def _copy(document: int, path: str) -> str:
    """Copies the file; returns the hash of its bytes."""
    place, known = 0, sha256()
    with open(path, "wb") as stream:
        while piece := os.pread(document, 1 << 20, place):
            stream.write(piece)
            known.update(piece)
            place += len(piece)
    return known.hexdigest()
