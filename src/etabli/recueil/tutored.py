"""The form of a PFMP's tutor, on its way back: what its cells say, and the trace and observations that it makes.

It is a foreign file: its rows come from a container without network (:mod:`etabli.sandbox.docker_reading`). A line is
known by its criterion, wherever it was moved to; what is wrong is told with its cell, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from etabli.appreciation.model import degree_of, titles_of
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.exam.contract.words import fold
from etabli.recueil.adding import brought
from etabli.recueil.kept import Kept
from etabli.recueil.model import Outside, Period, Recueil, Seen, Trace
from etabli.recueil.tutor import AUTHOR, DATE, DEGREE, FORMAT, LOOKED, MARK, NOT_SEEN, REMARK

LONGEST = 2000
"""Characters of a remark."""
_AGAIN = "partez du classeur écrit par « etabli fiche ecrire », sans en effacer de ligne"


@dataclass(frozen=True)
class Answer:
    """What a tutor says of one criterion."""

    place: str
    """The cell of the degree: « B12 »."""
    criterion: str
    degree: str
    remark: str


@dataclass(frozen=True)
class Form:
    """A form that was filled in."""

    candidate: str
    period: str
    author: str
    day: date
    answers: tuple[Answer, ...]
    unseen: int
    """Criteria that the tutor had no occasion to observe."""


@dataclass
class _Sheet:
    name: str
    title: str
    rows: Sequence[Sequence[Any]]
    problems: list[str] = field(default_factory=list)

    def text(self, row: int, column: int) -> str:
        """Returns what a cell shows, counted from 1."""
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        cell = cells[column - 1] if column <= len(cells) else None
        return " ".join(str(cell[2]).split()) if cell else ""

    def cell(self, row: int, column: int) -> Any:
        """Returns what was read of a cell: kind, value, text, formula, comment, hidden."""
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        return cells[column - 1] if column <= len(cells) else None

    def find(self, wanted: str) -> tuple[int, int] | None:
        """Returns where a text stands, or begins a cell, in any case."""
        meant = fold(wanted)
        for row in range(1, len(self.rows) + 1):
            for column in range(1, len(self.rows[row - 1]) + 1):
                if fold(self.text(row, column)).startswith(meant):
                    return row, column
        return None

    def wrong(self, row: int, column: int, problem: str) -> None:
        """Notes what is wrong with a cell."""
        self.problems.append(
            f"{self.name}, feuille « {self.title} », cellule {get_column_letter(column)}{row} : {problem}"
        )


def whose(name: str, sheets: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    """Returns whose form it is: candidate, period, and the first digits of the référentiel.

    Raises:
        UsageProblem: It is no form of ours.
    """
    return _marked(_sheet(name, sheets))


def form_in(name: str, sheets: Sequence[Mapping[str, Any]], kept: Kept, today: date) -> Form:
    """Reads a form that was filled in.

    Args:
        name: The file's, for sentences.
        sheets: Its sheets, as the container that read them gives them.
        kept: The file of the candidate whose form it is.
        today: No form is of a later day.

    Raises:
        UsageProblem: Cells are wrong or missing: all of them are named.
    """
    sheet = _sheet(name, sheets)
    candidate, period, digest = _marked(sheet)
    known = next((one for one in kept.recueil.pfmp if one.id == period), None)
    if known is None:
        raise UsageProblem(
            f"{name} est la fiche de « {period} », que le recueil de {kept.recueil.candidat} ne connaît pas : "
            "notez d'abord cette période avec « etabli trace pfmp »."
        )
    if not kept.recueil.referentiel.startswith(digest):
        raise UsageProblem(
            f"{name} suit un autre référentiel ({digest}…) que ce recueil ({kept.recueil.referentiel[:16]}…) : "
            "écrivez une nouvelle fiche avec « etabli fiche ecrire »."
        )
    author, day = _author(sheet), _day(sheet, known, today)
    answers, unseen = _answers(sheet, kept)
    if not (answers or sheet.problems):
        raise UsageProblem(f"{name} n'a aucun degré : rien n'est à reprendre.")
    if sheet.problems:
        raise UsageProblem(
            "\n".join([*sheet.problems[:12], "Rien n'a été repris : corrigez ces cellules, puis relancez."])
        )
    assert day is not None  # else it is among the problems
    return Form(candidate, period, author, day, tuple(answers), unseen)


def _sheet(name: str, sheets: Sequence[Mapping[str, Any]]) -> _Sheet:
    found = [_Sheet(name, str(one["name"]), one["rows"]) for one in sheets]
    ours = next((one for one in found if one.find(FORMAT) and one.find(MARK)), None)
    if ours is None:
        raise UsageProblem(f"{name} n'est pas une fiche de tuteur : {_AGAIN}.")
    return ours


def _marked(sheet: _Sheet) -> tuple[str, str, str]:
    place = sheet.find(FORMAT)
    assert place is not None  # it is how the sheet was found
    found = re.fullmatch(rf"{re.escape(FORMAT)} ([A-Za-z0-9._-]{{1,64}}) ([a-z][a-z0-9-]{{1,40}}) ([0-9a-f]{{16}})",
                         sheet.text(*place))  # fmt: skip
    if found is None:
        row, column = place
        sheet.wrong(row, column, f"la ligne qui dit quelle fiche c'est a changé ; {_AGAIN}.")
        raise UsageProblem(sheet.problems[0])
    return found[1], found[2], found[3]


def _author(sheet: _Sheet) -> str:
    row, column = sheet.find(AUTHOR) or (1, 1)
    author = sheet.text(row, column + 1)
    if not author or len(author) > 120:
        sheet.wrong(row, column + 1, "il faut le nom du tuteur ou de la tutrice, comme on signe.")
    return author


def _day(sheet: _Sheet, period: Period, today: date) -> date | None:
    row, column = sheet.find(DATE) or (1, 1)
    cell, said = sheet.cell(row, column + 1), sheet.text(row, column + 1)
    day = None
    for text, form in ((str(cell[1]) if cell and cell[0] == "d" else "", "%Y-%m-%d"), (said, "%d/%m/%Y")):
        with suppress(ValueError):
            day = day or datetime.strptime(text[:10], form).date()
    if day is None:
        sheet.wrong(row, column + 1, f"« {said[:30]} » n'est pas un jour ; écrivez par exemple 22/01/2027.")
    elif not period.du <= day <= today:
        sheet.wrong(row, column + 1, f"{day:%d/%m/%Y} n'est pas entre le début de la période et aujourd'hui.")
    return day


def _answers(sheet: _Sheet, kept: Kept) -> tuple[list[Answer], int]:
    head = _headings(sheet)
    found: dict[str, Answer] = {}
    unseen = 0
    titles = titles_of(kept.referentiel)
    for row in range(head["row"] + 1, len(sheet.rows) + 1):
        criterion, degree = sheet.text(row, head[MARK]), sheet.text(row, head[DEGREE])
        remark = sheet.text(row, head[REMARK])
        if not (degree or remark) or (not criterion and sheet.text(row, 1).startswith(FORMAT)):
            continue
        if fold(degree) == fold(NOT_SEEN) and not remark:
            unseen += 1
            continue
        chosen = degree_of(degree, titles)
        if criterion not in kept.referentiel.criteria:
            sheet.wrong(row, head[MARK], f"« {criterion[:40]} » n'est pas un critère du référentiel ; {_AGAIN}.")
        elif criterion in found:
            sheet.wrong(row, head[MARK], f"« {criterion} » est déjà en {found[criterion].place} ; gardez-en un.")
        elif chosen is None:
            problem = f"« {degree[:40]} » n'est pas un degré" if degree else "une remarque demande un degré"
            sheet.wrong(row, head[DEGREE], f"{problem} ; choisissez {quoted(titles.values())}, ou effacez la ligne.")
        elif len(remark) > LONGEST:
            sheet.wrong(row, head[REMARK], f"la remarque a {len(remark)} caractères ; {LONGEST} au plus.")
        else:
            place = f"{get_column_letter(head[DEGREE])}{row}"
            found[criterion] = Answer(place, criterion, chosen, remark)
    return list(found.values()), unseen


def _headings(sheet: _Sheet) -> dict[str, Any]:
    wanted = {fold(one): one for one in (LOOKED, DEGREE, REMARK, MARK)}
    for row in range(1, len(sheet.rows) + 1):
        at = {wanted[text]: column for column in range(1, len(sheet.rows[row - 1]) + 1)
              if (text := fold(sheet.text(row, column))) in wanted}  # fmt: skip
        if {DEGREE, REMARK, MARK} <= set(at):
            return {"row": row, **at}
    raise UsageProblem(
        f"{sheet.name}, feuille « {sheet.title} » : il manque la ligne de titres {quoted((DEGREE, REMARK, MARK))} ; "
        f"{_AGAIN}."
    )


def trace_name(period: Period) -> str:
    """Returns the identifier of the trace that a period's form makes."""
    return f"fiche-{period.id}"[:41].rstrip("-")


def with_form(kept: Kept, form: Form, path: Path) -> Recueil:
    """Returns the recueil with what a form says, in the place of what the same form said before; the file is copied.

    A teacher has still to authenticate the trace.

    Raises:
        UsageProblem: The file cannot be copied.
    """
    period = next(one for one in kept.recueil.pfmp if one.id == form.period)
    name = trace_name(period)
    criteria = tuple(one.criterion for one in form.answers)
    facts = {"origine": period.titre, "auteur": form.author, "criteres": criteria, **brought(kept, name, path)}
    outside = Outside.model_validate(facts)
    former = kept.recueil.trace(name)
    trace = Trace(id=name, type="pfmp", titre=f"Fiche du tuteur, {period.titre}", date=form.day, ailleurs=outside)
    if former is not None:
        trace = trace.model_copy(update={"reflexion": former.reflexion, "groupe": former.groupe})
    others = tuple(one for one in kept.recueil.observations if one.trace != name)
    recueil = kept.recueil.changed(trace)
    return recueil.model_copy(update={"observations": (*others, *_seen(form, name))})


def _seen(form: Form, trace: str) -> Iterator[Seen]:
    for one in form.answers:
        yield Seen(
            critere=one.criterion, degre=one.degree, par=form.author, le=form.day, trace=trace, remarque=one.remark
        )
