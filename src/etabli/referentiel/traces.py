"""Traces and observations as values: what a proposal is made of. A frozen run becomes one here; no file is read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.runs.folder import RunFolder
from etabli.runs.run import Run, name_of
from etabli.runs.scoring import results


@dataclass(frozen=True)
class Constat:
    """What became of one check in a frozen run."""

    check: str
    title: str
    palier: Palier
    outcome: Outcome
    decisive: bool = False
    """⊘: when it failed, a person decides of the whole trace."""


@dataclass(frozen=True)
class LabTrace:
    """One frozen run, as a trace."""

    id: str
    """Name of the run's folder."""
    lab: str
    """Two runs of one lab are one trace: they do not confirm each other."""
    title: str
    """Of the lab, for people."""
    date: str
    """ISO 8601; blank where nothing says it."""
    constats: tuple[Constat, ...] = ()
    unusable: str | None = None
    """Why nothing of it is kept, in one French sentence or two."""

    @property
    def told(self) -> str:
        """Names it in a sentence."""
        return f"« {self.title} » (vérification {self.id}{', ' * bool(self.date)}{day(self.date)})"

    @property
    def decisive(self) -> tuple[Constat, ...]:
        """The ⊘ checks that failed."""
        return tuple(one for one in self.constats if one.decisive and one.outcome is Outcome.FAILED)


@dataclass(frozen=True)
class OutsideTrace:
    """What was done elsewhere than in a lab: a PFMP, a project, a situation of the centre; a teacher vouches for it."""

    id: str
    origin: str
    """Where it is from, such as « PFMP 1 »: two traces of one origin are one trace."""
    title: str
    date: str
    criteria: tuple[str, ...]
    """Observable criteria of which it shows something."""

    @property
    def told(self) -> str:
        """Names it in a sentence."""
        return f"« {self.title} » ({self.origin}, {day(self.date)})"


Trace = LabTrace | OutsideTrace


@dataclass(frozen=True)
class Observation:
    """What a person observed of one criterion, said as a degree of the scale."""

    criterion: str
    degree: str
    person: str
    """Who, as papers name them."""
    date: str
    trace: str | None = None
    """The trace on which it was observed; none when it was seen directly."""


def day(moment: str) -> str:
    """Writes the day of an ISO moment as people read it."""
    return "/".join(reversed(moment[:10].split("-")))


def trace_of(folder: RunFolder, title: str) -> LabTrace:
    """Makes a trace of a run folder that was read back; one of which nothing is believed says why.

    Args:
        folder: The run, as it was read and verified.
        title: The lab's.
    """
    run = folder.run
    if run is None:
        moment = name_of(folder.path).moment
        date = moment.date().isoformat() if moment else ""
        return LabTrace(folder.path.name, folder.told.get("lab", ""), title, date, unusable=folder.sentence())
    trace = LabTrace(run.id, run.lab, title, run.started_at)
    if not folder.verifiable:
        return replace(trace, unusable="Elle est d'une version d'Établi qui ne gardait pas d'empreinte.")
    if run.status is Status.REJECTED:
        return replace(
            trace, unusable=" ".join(["Le rendu n'a pas été examiné.", *([run.reason] if run.reason else [])])
        )
    return replace(trace, constats=_constats(run))


def _constats(run: Run) -> tuple[Constat, ...]:
    return tuple(
        Constat(one.spec.id, one.spec.title, one.spec.palier, one.outcome, one.spec.decisive) for one in results(run)
    )
