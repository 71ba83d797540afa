"""What is proposed for a candidate, from their recueil; what a neutralised check changes in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etabli.commission.kept import Board
from etabli.commission.model import Candidate, Proposed
from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.lab.manifest import load_lab
from etabli.recueil import kept as shelf
from etabli.recueil.assessed import Assessed, assessed
from etabli.recueil.kept import Kept
from etabli.referentiel.model import Referentiel
from etabli.referentiel.proposing import Proposal, propose
from etabli.referentiel.traces import LabTrace, Trace


@dataclass(frozen=True)
class Change:
    """What one competence of one candidate becomes."""

    candidate: str
    before: Proposal
    after: Proposal


def evidence_of(kept: Kept, referentiel: Referentiel) -> Assessed:
    """Returns what counts of a recueil, in a session's own référentiel.

    Raises:
        LabError: People observed in degrees of another scale.
    """
    degrees = {one.id for one in referentiel.echelle.degres}
    if foreign := sorted({one.degre for one in kept.recueil.observations} - degrees):
        raise LabError(
            f"{kept.folder / shelf.FILE} a des observations au degré « {foreign[0]} », que l'échelle de la session n'a "
            "pas : ouvrez la session avec le référentiel de ce recueil, ou observez de nouveau."
        )
    return assessed(kept, {})


def without(traces: Iterable[Trace], neutralised: frozenset[tuple[str, str]]) -> list[Trace]:
    """Returns traces in which checks that do not count are as if the lab had not had them."""
    return [
        replace(one, constats=tuple(c for c in one.constats if (one.lab, c.check) not in neutralised))
        if isinstance(one, LabTrace)
        else one
        for one in traces
    ]


def proposals(board: Board, evidence: Assessed) -> tuple[Proposal, ...]:
    """Proposes, in the session's référentiel, without what it neutralised."""
    traces = without(evidence.traces, board.neutralisations.in_force)
    return propose(board.referentiel, traces, evidence.observations)


def proposed(found: Proposal) -> Proposed:
    """Returns a proposal as a history keeps it."""
    facts = {"competence": found.competence, "etat": found.state.value, "dit": found.said}
    if found.degree is not None:
        facts |= {"degre": found.degree}
    return Proposed.model_validate(facts | ({"au_moins": True} if found.at_least else {}))


def recueil_of(recueils: Path, candidate: Candidate) -> Kept | None:
    """Reads a candidate's recueil; None where they have none.

    Raises:
        LabError: It says something that it may not.
    """
    if not (shelf.folder_of(recueils, candidate.candidat) / shelf.FILE).is_file():
        return None
    return shelf.read(recueils, candidate.candidat)


def changes(board: Board, recueils: Path, tp: str, point: str, *, counts: bool = False) -> list[Change]:
    """Returns what would change if a check did not count, or counted again: nothing is written.

    Args:
        board: The session.
        recueils: Where the candidates' files are.
        tp: The lab.
        point: The check.
        counts: Whether it would count again.

    Raises:
        UsageProblem: The lab has no such check.
        LabError: A candidate's file is wrong.
    """
    known = [one.id for one in load_lab(tp).checks().specs]
    if point not in known:
        near = difflib.get_close_matches(point, known, 1)
        hint = f"vouliez-vous dire « {near[0]} » ?" if near else "son nom est dans le référentiel (constats)."
        raise UsageProblem(f"Le TP « {tp} » n'a pas de point « {point} » : {hint}")
    now = board.neutralisations.in_force
    then = now - {(tp, point)} if counts else now | {(tp, point)}
    return [
        Change(candidate.candidat, before, after)
        for candidate in board.session.candidats
        if (kept := recueil_of(recueils, candidate)) is not None
        for before, after in _pairs(board, evidence_of(kept, board.referentiel), now, then)
        if board.unit_of(after.competence) in board.session.units_of(candidate)
        and (before.said, before.at_least) != (after.said, after.at_least)
    ]


def _pairs(
    board: Board, evidence: Assessed, now: frozenset[tuple[str, str]], then: frozenset[tuple[str, str]]
) -> Sequence[tuple[Proposal, Proposal]]:
    before = propose(board.referentiel, without(evidence.traces, now), evidence.observations)
    after = propose(board.referentiel, without(evidence.traces, then), evidence.observations)
    return list(zip(before, after, strict=True))
