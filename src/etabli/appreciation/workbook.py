"""The grid as a workbook: one row per learner and criterion, filled in anywhere, and read back cell by cell.

What comes back is a foreign file: a container without network reads its rows (:mod:`etabli.sandbox.docker_reading`).
A row is known by its learner and its criterion, wherever it was sorted to; an empty cell changes nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from etabli.appreciation.grid import Cell, Grid
from etabli.appreciation.model import LONGEST, Appreciation, degree_of
from etabli.appreciation.works import where
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.exam.contract.words import fold
from etabli.reports.table import Column, Table
from etabli.reports.xlsx import workbook

SHEET, DEGREES, BANK = "Appréciations", "Degrés", "Remarques"
LEARNER, CRITERION, DEGREE, REMARK, STATE = "Élève", "Critère", "Degré", "Remarque", "Rendu"
_NEEDED = (LEARNER, CRITERION, DEGREE, REMARK)
_MOST_PROBLEMS = 12
_SHORT = 12
"""Digits of a digest that tell one state of a work from another."""


def as_workbook(grid: Grid) -> bytes:
    """Writes the grid as a workbook, its degrees to be chosen from a list."""
    lab, titles = grid.lab, grid.degrees
    cells = [one for one in grid.cells if one.work.digest is not None]
    columns: tuple[Column[Cell], ...] = (
        Column("eleve", LEARNER, lambda one: one.work.candidate, 12),
        Column("critere", CRITERION, lambda one: one.criterion.id, 20),
        Column("titre", "Ce qui est regardé", lambda one: one.criterion.title, 44),
        Column("ou", "Où regarder", lambda one: ", ".join(where(lab, one.criterion.id, one.work.files)), 24),
        Column("degre", DEGREE, lambda one: titles[one.said.degre] if one.said and one.said.degre else "", 26),
        Column("remarque", REMARK, lambda one: one.said.remarque if one.said else "", 60),
        Column("par", "Par", lambda one: one.said.par if one.said else "", 18),
        Column("le", "Le", lambda one: one.said.le if one.said else None, 17),
        Column("rendu", STATE, lambda one: (one.work.digest or "")[:_SHORT], 15),
    )
    offered = [(criterion.id, text) for criterion in lab.manifest.humain for text in grid.offered(criterion.id)]
    tables: list[Table[Any]] = [
        Table(SHEET, columns, cells),
        Table(DEGREES, (Column("degre", DEGREE, str, 30),), list(titles.values())),
        Table(
            BANK, (Column("c", CRITERION, lambda one: one[0], 20), Column("r", REMARK, lambda one: one[1], 80)), offered
        ),
    ]
    book = load_workbook(io.BytesIO(workbook(tables, f"Appréciations, {lab.manifest.title}")))
    sheet, last = book[SHEET], max(2, len(cells) + 1)
    choice = DataValidation(type="list", formula1=f"{DEGREES}!$A$2:$A${len(titles) + 1}", allow_blank=True)
    choice.errorTitle, choice.error = "Degré", "Choisissez un degré de la liste."
    choice.promptTitle, choice.prompt = "Degré", "Flèche vers le bas avec Alt : la liste."
    choice.showErrorMessage = True
    sheet.add_data_validation(choice)
    letter = get_column_letter(1 + [one.title for one in columns].index(DEGREE))
    choice.add(f"{letter}2:{letter}{last}")
    sheet.freeze_panes = "C2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@dataclass(frozen=True)
class Change:
    """What a row of a workbook would change."""

    cell: Cell
    place: str
    """Where it is said: « E7 »."""
    said: Appreciation
    overtaken: bool
    """Somebody said something else of it since the workbook went out, or the work changed."""


@dataclass
class _Reading:
    grid: Grid
    name: str
    sheet: str
    author: str
    now: datetime
    problems: list[str] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)


def changes_of(grid: Grid, name: str, sheets: Sequence[Mapping[str, Any]], author: str, now: datetime) -> list[Change]:
    """Finds what a workbook that came back would change.

    Args:
        grid: What is said today.
        name: The file's, for sentences.
        sheets: Its sheets, as the container that read them gives them.
        author: Who filled it in.
        now: When it is read.

    Raises:
        UsageProblem: A sheet is missing, or cells are wrong: all of them are named.
    """
    sheet, line, at = _headings(name, sheets)
    reading = _Reading(grid, name, str(sheet["name"]), author, now)
    found = [
        change
        for number, row in enumerate(sheet["rows"][line:], start=line + 1)
        if (change := _change(reading, number, at, row))
    ]
    if reading.problems:
        more = len(reading.problems) - _MOST_PROBLEMS
        lines = reading.problems[:_MOST_PROBLEMS] + ([f"Et {more} autres."] if more > 0 else [])
        raise UsageProblem("\n".join([*lines, "Rien n'a été changé : corrigez ces cellules, puis relancez."]))
    return found


def _headings(name: str, sheets: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], int, dict[str, int]]:
    wanted = {fold(one): one for one in (*_NEEDED, "Le", STATE)}
    for sheet in sheets:
        for line, row in enumerate(sheet["rows"][:10], start=1):
            at: dict[str, int] = {}
            for place, cell in enumerate(row):
                if (title := wanted.get(fold(_text(cell)))) is not None:
                    at.setdefault(title, place)
            if all(one in at for one in _NEEDED):
                return sheet, line, at
    raise UsageProblem(
        f"{name} n'a pas de feuille dont les titres sont {quoted(_NEEDED)} : partez du classeur écrit par « etabli "
        "apprecier TP --classeur SORTIE.xlsx », et gardez sa ligne de titres."
    )


def _text(cell: Any) -> str:
    """Returns what a cell shows, of what was read of it: kind, value, text, formula, comment, hidden."""
    return " ".join(str(cell[2]).split()) if cell else ""


def _change(reading: _Reading, number: int, at: Mapping[str, int], row: Sequence[Any]) -> Change | None:
    def said(title: str) -> str:
        place = at.get(title)
        return _text(row[place]) if place is not None and place < len(row) else ""

    def wrong(title: str, problem: str) -> None:
        cell = f"{get_column_letter(at[title] + 1)}{number}"
        reading.problems.append(f"{reading.name}, feuille « {reading.sheet} », cellule {cell} : {problem}")

    learner, criterion = said(LEARNER), said(CRITERION)
    degree, remark = said(DEGREE), said(REMARK)
    if not (learner or criterion or degree or remark):
        return None
    grid = reading.grid
    work = next((one for one in grid.works if one.candidate.lower() == learner.lower()), None)
    looked = next((one for one in grid.lab.manifest.humain if one.id == criterion), None)
    if work is None:
        wrong(LEARNER, f"« {learner[:40]} » n'est pas un élève de ces résultats ; gardez l'alias, comme SNO-07.")
    if looked is None:
        known = quoted(one.id for one in grid.lab.manifest.humain)
        wrong(CRITERION, f"« {criterion[:40]} » n'est pas un critère de ce TP ; il a {known}.")
    chosen = degree_of(degree, grid.degrees) if degree else None
    if degree and chosen is None:
        wrong(DEGREE, f"« {degree[:40]} » n'est pas un degré ; choisissez {quoted(grid.degrees.values())}.")
    if len(remark) > LONGEST:
        wrong(REMARK, f"la remarque a {len(remark)} caractères ; {LONGEST} au plus.")
    if work is None or looked is None or (degree and chosen is None) or len(remark) > LONGEST:
        return None
    key = (work.candidate.lower(), looked.id)
    if key in reading.seen:
        wrong(LEARNER, f"« {work.candidate} » a déjà « {looked.id} » à la ligne {reading.seen[key]} ; gardez-en une.")
        return None
    reading.seen[key] = number
    if work.digest is None:
        if degree or remark:
            wrong(DEGREE if degree else REMARK, f"« {work.candidate} » n'a rien à regarder ({work.why_not}).")
        return None
    return _said(reading, grid.cell(work, looked), f"{get_column_letter(at[DEGREE] + 1)}{number}", said, chosen, remark)


def _said(reading: _Reading, cell: Cell, place: str, said: Any, degree: str | None, remark: str) -> Change | None:
    former = cell.said
    wanted = (degree or (former.degre if former else None), remark or (former.remarque if former else ""))
    now_said = former.said if former else (None, "")
    if _flat(wanted) == _flat(now_said):
        return None
    state, digest = said(STATE), cell.work.digest or ""
    looked_at = digest if not state or digest.startswith(state) else None
    moment = f"{former.le.astimezone():%d/%m/%Y %H:%M}" if former else ""
    overtaken = looked_at is None or (bool(former) and said("Le") != moment)
    one = Appreciation(
        eleve=cell.work.candidate,
        critere=cell.criterion.id,
        degre=wanted[0],
        remarque=wanted[1],
        par=reading.author,
        le=reading.now,
        rendu=looked_at,
    )
    return Change(cell, place, one, overtaken)


def _flat(said: tuple[str | None, str]) -> tuple[str | None, str]:
    """A remark whose lines a spreadsheet put together is the same remark."""
    return said[0], " ".join(said[1].split())


def told(change: Change, titles: Mapping[str, str]) -> Iterator[str]:
    """Says what a change is, in words."""
    former, now = change.cell.said, change.said
    if now.degre != (former.degre if former else None):
        before = f"{titles[former.degre]} → " if former and former.degre else ""
        yield f"{before}{titles[now.degre] if now.degre else 'sans degré'}"
    if _flat(now.said)[1] != _flat(former.said if former else (None, ""))[1]:
        yield f"remarque : {now.remarque}"
    if change.overtaken and now.rendu is None:
        yield "le travail a changé depuis que le classeur est sorti"
    elif change.overtaken and former:
        yield f"changé entre-temps par {former.par}"
