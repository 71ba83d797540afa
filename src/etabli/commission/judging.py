"""What a history comes to: who judged what, where assessors disagree, where the commission departed, what is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from etabli.commission.kept import Board
from etabli.commission.model import NOT_OBSERVED, Candidate, Decision, Decisions, Proposed
from etabli.referentiel.model import Referentiel


@dataclass(frozen=True)
class Row:
    """One competence of one candidate, as it was judged."""

    code: str
    text: str
    unit: str
    degrees: dict[str, Decision]
    """By assessor, the last that each typed."""
    waiting: tuple[str, ...]
    """Assessors who have not judged it."""
    proposal: Proposed | None
    """Automatic; none until the annex is opened."""
    retained: Decision | None
    """The commission's."""

    @property
    def disagreement(self) -> bool:
        """Whether assessors who saw something typed different degrees."""
        return len({one.degre for one in self.degrees.values() if one.degre != NOT_OBSERVED}) > 1

    @property
    def agreed(self) -> str | None:
        """The degree that all who saw something typed; « non observé » where nobody did; none while one waits."""
        seen = {one.degre for one in self.degrees.values() if one.degre != NOT_OBSERVED}
        if self.waiting or not self.degrees or len(seen) > 1:
            return None
        return seen.pop() if seen else NOT_OBSERVED


def rows(board: Board, candidate: Candidate, told: Decisions) -> list[Row]:
    """Returns the competences of a candidate, in the référentiel's order."""
    return [_row(board, unit, code, told) for unit in board.session.units_of(candidate) for code in board.codes(unit)]


def _row(board: Board, unit: str, code: str, told: Decisions) -> Row:
    own = [one for one in told.historique if one.competence == code]
    degrees = {one.par: one for one in own if one.quoi == "degre"}
    annex = last_annex(told, unit)
    judges = [one.nom for one in board.session.judges(unit)]
    return Row(
        code=code,
        text=board.referentiel.competences[code].text,
        unit=unit,
        degrees=degrees,
        waiting=tuple(name for name in judges if name not in degrees),
        proposal=next((one for one in annex.propositions if one.competence == code), None) if annex else None,
        retained=next((one for one in reversed(own) if one.quoi == "retenu"), None),
    )


def last_annex(told: Decisions, unit: str) -> Decision | None:
    """Returns the annex that was last opened of a unit."""
    found = (one for one in reversed(told.historique) if one.quoi == "annexe" and one.unite == unit)
    return next(found, None)


def mark_of(told: Decisions, unit: str) -> Decision | None:
    """Returns the commission's own proposition de note of a unit; none that it did not type itself."""
    return next((one for one in reversed(told.historique) if one.quoi == "note" and one.unite == unit), None)


def departs(referentiel: Referentiel, proposal: Proposed | None, degree: str | None) -> bool:
    """Tells whether a degree is another one than was proposed; above « au moins » is none, nor where none was proposed.

    A commission that says « non observé » of what was proposed departs too.
    """
    if proposal is None or proposal.degre is None or degree is None:
        return False
    if degree == NOT_OBSERVED or not proposal.au_moins:
        return degree != proposal.degre
    return referentiel.rank(degree) < referentiel.rank(proposal.degre)


def departures(referentiel: Referentiel, found: Iterable[Row]) -> list[Row]:
    """Returns the rows in which the commission departed from the automatic proposal."""
    return [one for one in found if one.retained and departs(referentiel, one.proposal, one.retained.degre)]


def degree_title(referentiel: Referentiel, degree: str | None) -> str:
    """Returns a degree as people read it."""
    titles = {one.id: one.title for one in referentiel.echelle.degres}
    return titles.get(degree or "", "non observé" if degree == NOT_OBSERVED else "")
