"""A centre's own form, filled by a mapping file: which cell takes what. Nothing of it is ever an automatic proposal.

::

    format: etabli/modele/1
    cases:
      - {ou: "Grille!C4", quoi: nom}
      - {ou: "Grille!C12", quoi: degre, competence: C2.1}
      - {ou: "Grille!E12", quoi: croix, competence: C2.1, degre: satisfaisante}
      - {ou: "Grille!C30", quoi: note, unite: U2}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal, Self

import pydantic

from etabli.commission import sheet_form, text_form
from etabli.commission.judging import Row, degree_title, mark_of, rows
from etabli.commission.kept import Board
from etabli.commission.model import NOT_OBSERVED, Candidate, Decisions
from etabli.commission.naming import called
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import listed
from etabli.referentiel.model import Code, Text
from etabli.system.disk import why
from etabli.system.yaml_files import Described, Identifier, Misfit, read_yaml

What = Literal[
    "nom", "alias", "numero", "statut", "amenagements", "objet", "etablissement", "date", "evaluateurs",
    "degre", "croix", "raison", "note",
]  # fmt: skip
_OF_COMPETENCE = ("degre", "croix", "raison")
_MOST = 20_000_000


class Case(Described):
    """One cell, and what it takes."""

    ou: Text
    quoi: What
    competence: Code | None = None
    degre: Identifier | None = None
    """Of a cross: the degree for which it stands."""
    unite: Text | None = None
    evaluateur: Text | None = None
    """Whose degree; nobody: the one that the commission retained."""

    @pydantic.model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.quoi in _OF_COMPETENCE) is (self.competence is None):
            raise ValueError(f"« competence » va avec {listed(_OF_COMPETENCE)}, et avec eux seuls")
        if (self.quoi == "croix") is (self.degre is None):
            raise ValueError("« degre » va avec « quoi: croix », et avec elle seule")
        if (self.quoi == "note") is (self.unite is None):
            raise ValueError("« unite » va avec « quoi: note », et avec elle seule")
        return self


class FormMap(Described):
    """A mapping file."""

    format: Literal["etabli/modele/1"]
    croix: Text = "X"
    """What a cross is written as."""
    cases: tuple[Case, ...]


def misfits(board: Board) -> Callable[[FormMap], Iterable[Misfit]]:
    """Returns what finds, in a mapping, what the session does not know, or a cell that is named twice."""
    degrees = {one.id for one in board.referentiel.echelle.degres} | {NOT_OBSERVED}
    people = {one.nom for one in board.session.evaluateurs}

    def found(told: FormMap) -> Iterator[Misfit]:
        seen: set[str] = set()
        for at, case in enumerate(told.cases):
            if case.ou in seen:
                yield Misfit(("cases", at, "ou"), f"« {case.ou} » est déjà remplie plus haut ; gardez-en une")
            seen.add(case.ou)
            if case.competence is not None and case.competence not in board.referentiel.competences:
                known = listed(board.referentiel.competences)
                yield Misfit(("cases", at, "competence"), f"« {case.competence} » n'existe pas ; il y a {known}")
            if case.degre is not None and case.degre not in degrees:
                yield Misfit(
                    ("cases", at, "degre"), f"« {case.degre} » n'est pas un degré ; il y a {listed(sorted(degrees))}"
                )
            if case.unite is not None and case.unite not in board.session.unites:
                known = listed(board.session.unites)
                yield Misfit(("cases", at, "unite"), f"« {case.unite} » n'est pas une unité d'ici ; il y a {known}")
            if case.evaluateur is not None and case.evaluateur not in people:
                yield Misfit(
                    ("cases", at, "evaluateur"), f"« {case.evaluateur} » n'est pas un évaluateur de la session"
                )

    return found


def filled(board: Board, candidate: Candidate, form: Path, mapping: Path, made: date) -> bytes:
    """Fills a centre's form for a candidate.

    Args:
        board: The session.
        candidate: Whose.
        form: A ``.xlsx`` or a ``.docx``; it is not changed.
        mapping: Which cell takes what.
        made: Today.

    Raises:
        UsageProblem: The form or a cell of it is not there.
        LabError: The mapping says something that it may not; file, line and key are told.
    """
    fill = {".xlsx": sheet_form.fill, ".docx": text_form.fill}.get(form.suffix.lower())
    if fill is None:
        raise UsageProblem(f"« {form.name} » : le formulaire du centre est un .xlsx ou un .docx.")
    try:
        told = read_yaml(mapping, FormMap, misfits(board))
    except OSError as error:
        raise _unreadable(error) from error
    return fill(form.name, read_form(form), values(board, candidate, told, made))


def read_form(form: Path) -> bytes:
    """Reads a centre's form.

    Raises:
        UsageProblem: It cannot be read, or is too large.
    """
    try:
        if form.stat().st_size > _MOST:
            raise UsageProblem(f"« {form} » dépasse 20 Mo : donnez le formulaire seul.")
        return form.read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> UsageProblem:
    return UsageProblem(f"« {error.filename} » ne peut pas être lu ({why(error)}) : vérifiez le chemin.")


def values(board: Board, candidate: Candidate, told: FormMap, made: date) -> dict[str, str | float]:
    """Returns what each cell takes; a cell for which nobody decided anything is left as it is."""
    decisions = board.decisions(candidate.candidat)
    known = {row.code: row for row in rows(board, candidate, decisions)}
    found: dict[str, str | float] = {}
    for case in told.cases:
        value = _value(board, candidate, decisions, known, case, told.croix, made)
        if value != "" and value is not None:
            found[case.ou] = value
    return found


def _value(
    board: Board,
    candidate: Candidate,
    decisions: Decisions,
    known: dict[str, Row],
    case: Case,
    cross: str,
    made: date,
) -> str | float | None:
    if case.unite is not None:
        mark = mark_of(decisions, case.unite)
        return mark.proposition_de_note if mark else None
    if case.competence is not None:
        row = known.get(case.competence)
        entry = None if row is None else row.degrees.get(case.evaluateur) if case.evaluateur else row.retained
        if entry is None:
            return None
        if case.quoi == "croix":
            return cross if entry.degre == case.degre else None
        return entry.raison if case.quoi == "raison" else degree_title(board.referentiel, entry.degre)
    facts = {
        "nom": called(candidate.candidat),
        "alias": candidate.candidat,
        "numero": candidate.numero,
        "statut": candidate.statut,
        "objet": board.session.objet,
        "etablissement": board.session.etablissement,
        "date": f"{made:%d/%m/%Y}",
        "amenagements": ", ".join(candidate.amenagements),
        "evaluateurs": ", ".join(one.nom for one in board.session.evaluateurs),
    }
    return facts[case.quoi]
