"""What a page shows of a candidate's recueil: values for its template, the same in a room and for one person.

Neither a point, nor a mark, nor a proposed degree is in it (ADR 45).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from starlette.responses import HTMLResponse, Response

from etabli.lab.manifest import lab_ids, shown_lab
from etabli.lab.parcours import wanted_weeks
from etabli.portal import shelf
from etabli.portal.recueil_acts import Sent
from etabli.recueil import choosing, pages
from etabli.recueil.contents import (
    SeenView,
    authentic,
    codes_of,
    contents_of,
    copy_of,
    in_order,
    named_reader,
    seen_by,
    states_of,
)
from etabli.recueil.kept import FILE, Kept, folder_of, read
from etabli.recueil.model import KINDS, WORDS, Recueil, Trace
from etabli.referentiel.kept import in_force
from etabli.referentiel.model import Referentiel
from etabli.workspace.workspace import HIDDEN


class DayOfWork(Protocol):
    """One day of work on a lab, as a room or folders tell it."""

    @property
    def day(self) -> date:
        """Which."""

    @property
    def begun(self) -> datetime:
        """When something was first seen."""

    @property
    def ended(self) -> datetime:
        """When something was last seen."""


@dataclass(frozen=True)
class RunChoice:
    """A verification that may be chosen."""

    name: str
    number: int
    at: datetime
    states: str
    proposed: str
    """« la meilleure », « la dernière »; empty for the others."""
    trace: str
    """The trace that it is already."""
    handed_in: bool
    """Of what was handed in, which a teacher had verified; else of a learner's own demand."""


@dataclass(frozen=True)
class LabChoices:
    """The verifications of a lab."""

    title: str
    runs: tuple[RunChoice, ...]


@dataclass(frozen=True)
class MemberView:
    """A member of a group, and what they say of their part."""

    who: str
    name: str
    part: str
    mine: bool


@dataclass(frozen=True)
class TraceCard:
    """One trace on a page."""

    trace: Trace
    kind: str
    competences: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str, str], ...]
    """Key, title and text of each that a learner writes."""
    members: tuple[MemberView, ...]
    authentic: str
    state: str
    """« authentifiée », « modifiée depuis », « à authentifier »."""
    observations: tuple[SeenView, ...]
    days: tuple[DayOfWork, ...]
    """When the room saw work on its lab."""
    mark: str
    """What the recueil calls it: T1, T2…"""
    lab: str
    """Of its verification; empty for what is from elsewhere."""
    unusable: str
    """Why nothing of its verification is believed any more."""


@dataclass(frozen=True)
class Tally:
    """How far a candidate's recueil is, for a class."""

    traces: int = 0
    told: int = 0
    """Traces of which the learner says what they did."""
    waiting: int = 0
    """Not authenticated yet."""
    changed: int = 0
    weeks: int = 0
    wrong: str = ""


def kept_of(root: Path, candidate: str) -> Kept | None:
    """Reads a recueil; ``None`` where there is none yet."""
    return read(root, candidate) if (folder_of(root, candidate) / FILE).is_file() else None


def tally(kept: Kept | None) -> Tally:
    """Counts what a recueil holds."""
    if kept is None:
        return Tally()
    traces = kept.recueil.traces
    changed = sum(one.authentification is not None and not one.stands for one in traces)
    return Tally(
        len(traces),
        sum(bool(one.reflexion.fait) for one in traces),
        sum(one.authentification is None for one in traces),
        changed,
        weeks_of(kept.recueil),
    )


def weeks_of(recueil: Recueil | None) -> int:
    """Adds the weeks of PFMP up."""
    return sum(one.semaines for one in recueil.pfmp) if recueil else 0


def choices_of(outputs: Sequence[Path], candidate: str, kept: Kept | None) -> list[LabChoices]:
    """Returns a candidate's verifications that can be traces, lab by lab, the newest first."""
    known = {one.verification.run: one.id for one in (kept.recueil.traces if kept else ()) if one.verification}
    found = choosing.runs_of([one for one in outputs if one.is_dir()], candidate)
    told = []
    for lab, folders in found.items():
        if lab not in lab_ids():
            continue
        proposed = {one.run.id: one.reason for one in choosing.best_and_last(folders)}
        runs = [
            RunChoice(
                folder.path.name,
                run.number,
                datetime.fromisoformat(run.started_at),
                states_of(choosing.attempt_of(folder)),
                proposed.get(run.id, ""),
                known.get(run.id, ""),
                HIDDEN not in folder.path.parts,
            )
            for folder in folders
            if (run := folder.run) is not None and folder.verifiable
        ]
        if runs:
            told.append(LabChoices(shown_lab(lab).manifest.title, tuple(sorted(runs, key=lambda one: one.at)[::-1])))
    return sorted(told, key=lambda one: one.title)


def page_values(
    kept: Kept | None,
    *,
    may: frozenset[str],
    base: str,
    sent: Sent,
    names: Mapping[str, str],
    me: str = "",
    days: Callable[[str], Sequence[DayOfWork]] = lambda lab: (),
) -> dict[str, Any]:
    """Returns what the page of one recueil shows.

    Args:
        kept: The recueil; None where none was begun.
        may: The acts that are offered.
        base: Where forms are sent: ``BASE/ACT``.
        sent: What was typed in the form that was refused.
        names: How people are called, by alias.
        me: Whose own part may be written.
        days: When the room saw work on a lab.
    """
    referentiel = kept.referentiel if kept else in_force().referentiel
    traces = kept.recueil.traces if kept else ()
    marks = {one.id: f"T{at}" for at, one in enumerate(in_order(kept), start=1)} if kept else {}
    direct = [one for one in kept.recueil.observations if one.trace is None] if kept else []
    return {
        "may": may,
        "base": base,
        "typed": sent,
        "cards": [_card(kept, one, marks[one.id], names, me, days) for one in traces] if kept else [],
        "direct": seen_by(direct, referentiel),
        "periods": kept.recueil.pfmp if kept else (),
        "weeks": weeks_of(kept.recueil if kept else None),
        "wanted_weeks": wanted_weeks(),
        "kinds": {key: word for key, word in KINDS.items() if key != "tp"},
        "competences": [(code, one.text) for code, one in referentiel.competences.items()],
        "criteria": criteria_of(referentiel),
        "degrees": [(one.id, one.title) for one in referentiel.echelle.degres],
    }


def preview(kept: Kept, made: date) -> Response:
    """Shows the whole recueil as one page, as it is now: what each trace shows, in words and pictures."""
    html = pages.page(contents_of(kept, named_reader(kept), wanted_weeks(), made))
    return HTMLResponse(html, headers={"Content-Security-Policy": shelf.policy(ours=True, embedded=False)})


def criteria_of(referentiel: Referentiel) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Returns the observable criteria, competence by competence."""
    return [
        (code, one.text, [(item.id, item.text) for item in one.criteres])
        for code, one in referentiel.competences.items()
    ]


def _card(
    kept: Kept, trace: Trace, mark: str, names: Mapping[str, str], me: str, days: Callable[[str], Sequence[DayOfWork]]
) -> TraceCard:
    referentiel = kept.referentiel
    folder = copy_of(kept, trace)
    on_it = [one for one in kept.recueil.observations if one.trace == trace.id]
    lab = trace.verification.tp if trace.verification else ""
    state = "authentifiée" if trace.stands else "modifiée depuis" if trace.authentification else "à authentifier"
    return TraceCard(
        trace,
        KINDS[trace.type],
        tuple((code, referentiel.competences[code].text) for code in codes_of(kept, trace)),
        tuple((key, title, getattr(trace.reflexion, key)) for key, title in WORDS.items()),
        members_of(trace, names, me),
        authentic(trace),
        state,
        seen_by(on_it, referentiel),
        tuple(days(lab)) if lab else (),
        mark,
        lab,
        "" if folder is None or folder.verifiable else f"{folder.sentence()} {folder.remedy()}",
    )


def words_in(body: bytes) -> dict[str, str]:
    """Returns what a page that saves by itself sends.

    Raises:
        ValueError: It is no such thing.
    """
    told = json.loads(body)
    found = (
        {name: told.get(name, "") for name in ("trace", "champ", "texte", "avant", "de")}
        if isinstance(told, dict)
        else {}
    )
    if not found or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("not what a page sends")
    return found


def members_of(trace: Trace, names: Mapping[str, str], me: str) -> tuple[MemberView, ...]:
    """Returns the members of a group, each with their own words."""
    return tuple(
        MemberView(one.membre, names.get(one.membre, one.membre), one.part, one.membre.lower() == me.lower())
        for one in trace.groupe
    )
