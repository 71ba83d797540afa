"""What a commission does, one verb each: judge, open the annex, retain, propose a mark, neutralise.

Each adds to a history and changes nothing of it. What may not be done is refused in one sentence, and nothing is
written then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from etabli.commission import kept
from etabli.commission.judging import Row, degree_title, departs, last_annex, rows
from etabli.commission.kept import Board
from etabli.commission.model import (
    HIGHEST,
    NOT_OBSERVED,
    Candidate,
    Decision,
    Decisions,
    Neutralised,
    Proposed,
    decimal,
    off_step,
    on_step,
    typed,
    unknown_degree,
)
from etabli.commission.proposals import Change, changes, evidence_of, proposals, proposed, recueil_of
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import listed


def judge(board: Board, candidate: Candidate, assessor: str, degrees: Mapping[str, str], reason: str = "") -> Decisions:
    """Notes an assessor's degrees.

    Raises:
        UsageProblem: They do not judge that, a degree is none, or one changes after the annex was opened without a why.
    """
    told = board.decisions(candidate.candidat)
    return kept.add(board, candidate, judged(board, candidate, told, assessor, degrees, reason))


def judged(
    board: Board, candidate: Candidate, told: Decisions, assessor: str, degrees: Mapping[str, str], reason: str
) -> list[Decision]:
    """Returns the entries that degrees make; what an assessor typed already makes none. Raises as :func:`judge`."""
    person = board.evaluator(assessor)
    if not person.juge:
        raise UsageProblem(
            f"« {person.nom} » est associé sans juger : mettez « juge: true » dans « {board.folder / kept.FILE} »."
        )
    known, entries = {row.code: row for row in rows(board, candidate, told)}, []
    for code, degree in degrees.items():
        row = _row(known, code, candidate)
        if row.unit not in board.session.units_of(person):
            raise UsageProblem(f"« {person.nom} » ne juge pas {row.unit} : complétez « unites » de cet évaluateur.")
        _be_degree(board, degree)
        former = row.degrees.get(person.nom)
        if former and former.degre == degree:
            continue
        if last_annex(told, row.unit) and not reason:
            raise UsageProblem(
                f"{candidate.candidat}, {code} : l'annexe automatique est déjà ouverte ; dites pourquoi ce degré vient "
                "ou change après, avec « --raison »."
            )
        entries.append(_entry("degre", person.nom, reason, competence=code, degre=degree))
    return entries


def open_annex(board: Board, candidate: Candidate, recueils: Path, by: str, units: Sequence[str]) -> Decisions:
    """Computes the automatic proposals and keeps them in the history: from now on they may be shown.

    Raises:
        UsageProblem: Somebody has not judged yet, or there is no recueil to propose from.
    """
    told = board.decisions(candidate.candidat)
    found = rows(board, candidate, told)
    for unit in units:
        _be_unit(board, candidate, unit)
        if not board.session.judges(unit):
            raise UsageProblem(f"Personne ne juge {unit} : ajoutez un évaluateur dans « {board.folder / kept.FILE} ».")
        if missing := [f"{row.code} ({listed(row.waiting)})" for row in found if row.unit == unit and row.waiting]:
            raise UsageProblem(
                f"{candidate.candidat}, {unit} : l'annexe s'ouvre quand chacun a jugé. Il manque {listed(missing)} : "
                "« etabli commission juger »."
            )
    return kept.add(board, candidate, _annexes(board, candidate, recueils, by, units, ""))


def _annexes(
    board: Board, candidate: Candidate, recueils: Path, by: str, units: Sequence[str], reason: str
) -> list[Decision]:
    file = recueil_of(recueils, candidate)
    if file is None:
        raise UsageProblem(
            f"« {candidate.candidat} » n'a pas de recueil dans « {recueils} » : il n'y a rien dont proposer un degré."
        )
    found = {one.competence: proposed(one) for one in proposals(board, evidence_of(file, board.referentiel))}
    return [
        _entry("annexe", by, reason, unite=unit, propositions=tuple(found[code] for code in board.codes(unit)))
        for unit in units
    ]


def retain(board: Board, candidate: Candidate, by: str, degrees: Mapping[str, str], reason: str = "") -> Decisions:
    """Notes the degrees that the commission retains.

    Raises:
        UsageProblem: A degree is none, or departs from the proposal, or settles a disagreement, without a why.
    """
    told = board.decisions(candidate.candidat)
    known, entries = {row.code: row for row in rows(board, candidate, told)}, []
    for code, degree in degrees.items():
        row = _row(known, code, candidate)
        _be_degree(board, degree)
        if why := needs_reason(board, row, degree):
            if not reason:
                raise UsageProblem(f"{candidate.candidat}, {code} : {why} ; dites pourquoi avec « --raison ».")
        if row.retained and (row.retained.degre, row.retained.raison) == (degree, reason):
            continue
        entries.append(_entry("retenu", by, reason, competence=code, degre=degree))
    return kept.add(board, candidate, entries)


def needs_reason(board: Board, row: Row, degree: str) -> str | None:
    """Says why a degree takes a reason, without a full stop; None when it takes none."""
    referentiel = board.referentiel
    if departs(referentiel, row.proposal, degree):
        assert row.proposal is not None
        return f"le degré retenu s'écarte de l'annexe ({row.proposal.dit})"
    if row.disagreement:
        said = [f"« {degree_title(referentiel, one.degre)} » ({one.par})" for one in row.degrees.values()]
        return f"les évaluateurs ne sont pas d'accord, {listed(said)}"
    if row.agreed is not None and degree != row.agreed:
        return f"les évaluateurs ont jugé « {degree_title(referentiel, row.agreed)} »"
    return None


def agreed(board: Board, candidate: Candidate) -> tuple[dict[str, str], dict[str, str]]:
    """Returns what may be retained without a word, by competence, then what waits and why."""
    ready: dict[str, str] = {}
    waits: dict[str, str] = {}
    for row in rows(board, candidate, board.decisions(candidate.candidat)):
        if row.retained:
            continue
        if row.agreed is None:
            waits[row.code] = _why_not(board, row)
        elif why := needs_reason(board, row, row.agreed):
            waits[row.code] = why
        else:
            ready[row.code] = row.agreed
    return ready, waits


def _why_not(board: Board, row: Row) -> str:
    if row.waiting:
        return f"pas encore jugé par {listed(row.waiting)}"
    return needs_reason(board, row, "") or "personne ne le juge"


def propose_mark(board: Board, candidate: Candidate, by: str, unit: str, mark: float, reason: str = "") -> Decisions:
    """Notes the commission's own proposition de note, as it was typed: nothing computes it.

    Raises:
        UsageProblem: The candidate is not judged on that unit, or the centre's step has no such mark.
    """
    _be_unit(board, candidate, unit)
    if not 0 <= mark <= HIGHEST:
        raise UsageProblem(f"{decimal(mark)} n'est pas entre 0 et {HIGHEST} : relisez la note.")
    if not on_step(mark, board.session.pas_de_note):
        raise UsageProblem(f"{off_step(mark, board.session.pas_de_note)} : relisez la note.")
    return kept.add(board, candidate, [_entry("note", by, reason, unite=unit, proposition_de_note=mark)])


def neutralise(board: Board, recueils: Path, entry: Neutralised) -> tuple[Board, list[Change]]:
    """Makes a check not count (or count again), and opens again, recomputed, every annex that was open.

    Raises:
        UsageProblem: The lab has no such check, or it is so already.
    """
    found = changes(board, recueils, entry.tp, entry.point, counts=entry.effet == "retabli")
    board = kept.neutralise(board, entry)
    verb = "neutralisé" if entry.effet == "neutralise" else "rétabli"
    for candidate in board.session.candidats:
        told = board.decisions(candidate.candidat)
        units = [unit for unit in board.session.units_of(candidate) if last_annex(told, unit)]
        if units and any(one.candidate == candidate.candidat for one in found):
            why = f"point « {entry.point} » de « {entry.tp} » {verb} : {entry.raison}"
            kept.add(board, candidate, _annexes(board, candidate, recueils, entry.par, units, why))
    return board, found


def _row(known: Mapping[str, Row], code: str, candidate: Candidate) -> Row:
    if code not in known:
        raise UsageProblem(
            f"« {code} » n'est pas une compétence sur laquelle {candidate.candidat} est jugé : il y a {listed(known)}."
        )
    return known[code]


def _be_unit(board: Board, candidate: Candidate, unit: str) -> None:
    own = board.session.units_of(candidate)
    if unit not in own:
        raise UsageProblem(f"« {candidate.candidat} » n'est pas jugé sur « {unit} » : il l'est sur {listed(own)}.")


def _be_degree(board: Board, degree: str) -> None:
    if degree not in _degrees(board):
        raise UsageProblem(f"{unknown_degree(degree, board.referentiel)} : écrivez l'un d'eux.")


def _degrees(board: Board) -> list[str]:
    return [*(one.id for one in board.referentiel.echelle.degres), NOT_OBSERVED]


def _entry(what: str, by: str, reason: str, **facts: str | float | tuple[Proposed, ...]) -> Decision:
    told = {"quoi": what, "le": kept.now(), "par": by.strip(), **facts}
    return typed(Decision, told | ({"raison": reason} if reason else {}))


def unsettled(board: Board, candidate: Candidate) -> list[str]:
    """Says what is still to be done for a candidate, each in a few words."""
    told = board.decisions(candidate.candidat)
    left: list[str] = []
    found = rows(board, candidate, told)
    if waiting := [row.code for row in found if row.waiting]:
        left.append(f"à juger : {listed(waiting)}")
    if late := [
        row.code
        for row in found
        if row.retained
        and not row.retained.raison
        and row.retained.degre
        and needs_reason(board, row, row.retained.degre)
    ]:
        left.append(f"une raison à donner (« retenir ») : {listed(late)}")
    if open_ := [row.code for row in found if not row.retained and not row.waiting]:
        left.append(f"à retenir : {listed(open_)}")
    return left
