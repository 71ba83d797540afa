"""The grid that goes out to an assessor as a workbook, and comes back: one row per candidate and competence.

It holds what this assessor typed before, never what is proposed nor what others typed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidation

from etabli.appreciation.model import degree_of
from etabli.commission.judging import degree_title, rows
from etabli.commission.kept import Board
from etabli.commission.model import NOT_OBSERVED, Evaluator
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import listed, quoted
from etabli.exam.contract.words import fold
from etabli.reports.table import Table, keyed
from etabli.reports.xlsx import workbook

COLUMNS = {
    "candidat": ("Candidat", 14),
    "nom": ("Nom", 26),
    "unite": ("Unité", 8),
    "competence": ("Compétence", 13),
    "libelle": ("Libellé", 52),
    "degre": ("Degré", 26),
    "raison": ("Remarque", 40),
    "evaluateur": ("Évaluateur", 22),
}
"""Key → heading and width."""
_NEEDED = ("candidat", "competence", "degre", "evaluateur")
FOOT = "Données personnelles. Document d'aide, ne remplace pas la grille nationale."


def grid_of(board: Board, person: Evaluator, named: Callable[[str], str]) -> bytes:
    """Writes an assessor's grid.

    Args:
        board: The session.
        person: The assessor.
        named: How a candidate is called.
    """
    columns = tuple(keyed(key, title, width) for key, (title, width) in COLUMNS.items())
    table = Table("Degrés", columns, list(_items(board, person, named)))
    return _with_choices(workbook([table], board.session.objet, foot=FOOT), titles(board), len(table.items))


def _items(board: Board, person: Evaluator, named: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    for candidate in board.session.candidats:
        for row in rows(board, candidate, board.decisions(candidate.candidat)):
            if row.unit in board.session.units_of(person):
                own = row.degrees.get(person.nom)
                yield {
                    "candidat": candidate.candidat,
                    "nom": named(candidate.candidat),
                    "unite": row.unit,
                    "competence": row.code,
                    "libelle": row.text,
                    "degre": degree_title(board.referentiel, own.degre) if own else None,
                    "raison": own.raison if own else None,
                    "evaluateur": person.nom,
                }


def titles(board: Board) -> dict[str, str]:
    """Returns the degrees by title, as the grid offers them."""
    return {one.title: one.id for one in board.referentiel.echelle.degres} | {"non observé": NOT_OBSERVED}


def _with_choices(data: bytes, choices: Sequence[str] | dict[str, str], number: int) -> bytes:
    """Gives the column of degrees a list to choose from, where Excel has room for one."""
    formula = '"' + ",".join(choices) + '"'
    if len(formula) > 255 or any("," in one or '"' in one for one in choices) or not number:
        return data
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.error, rule.errorTitle = "Choisissez un degré de la liste.", "Degré"
    column = openpyxl.utils.get_column_letter(list(COLUMNS).index("degre") + 1)
    rule.add(f"{column}2:{column}{number + 1}")
    sheet.add_data_validation(rule)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_grid(
    name: str, sheets: Sequence[Mapping[str, Any]], board: Board, person: Evaluator
) -> dict[str, list[tuple[str, str, str]]]:
    """Returns, by candidate, the competences that a grid judges: code, degree, remark; blank cells say nothing.

    Args:
        name: Of the file.
        sheets: Its sheets, as the container that read them gives them.
        board: The session.
        person: Whose grid it should be.

    Raises:
        UsageProblem: It is no such grid; all that is wrong is told, with line and column.
    """
    found = [(line, [_text(cell) for cell in row]) for line, row in enumerate(sheets[0]["rows"] if sheets else (), 1)]
    at = _headings(name, found)
    words = {degree: title for title, degree in titles(board).items()}
    judged: dict[str, list[tuple[str, str, str]]] = {}
    problems: list[str] = []
    for line, cells in found[1:]:
        said = {key: cells[place].strip() if place < len(cells) else "" for key, place in at.items()}
        if not said["degre"]:
            continue
        candidate = board.session.candidate(said["candidat"])
        if said["evaluateur"].lower() != person.nom.lower():
            problems.append(_wrong(line, "evaluateur", f"« {said['evaluateur']} », et non « {person.nom} »"))
        elif candidate is None:
            problems.append(_wrong(line, "candidat", f"« {said['candidat']} » n'est pas de cette session"))
        elif (degree := degree_of(said["degre"], words)) is None:
            problems.append(
                _wrong(line, "degre", f"« {said['degre']} » n'est pas un degré ; il y a {quoted(titles(board))}")
            )
        elif board.unit_of(said["competence"]) is None:
            problems.append(_wrong(line, "competence", f"« {said['competence']} » n'est pas une compétence d'ici"))
        else:
            entry = (said["competence"], degree, said.get("raison", ""))
            judged.setdefault(candidate.candidat, []).append(entry)
    if problems:
        shown = "\n".join(f"« {name} », {one}." for one in problems[:12])
        raise UsageProblem(f"{shown}\nRien n'est lu : corrigez cela dans le tableur, puis relancez.")
    return judged


def _text(cell: Any) -> str:
    """Returns what a cell shows, of what was read of it: kind, value, text, formula, comment, hidden."""
    return " ".join(str(cell[2]).split()) if cell else ""


def _headings(name: str, found: Sequence[tuple[int, list[str]]]) -> dict[str, int]:
    first = [fold(cell) for cell in found[0][1]] if found else []
    at = {key: first.index(fold(title)) for key, (title, _width) in COLUMNS.items() if fold(title) in first}
    if absent := [COLUMNS[key][0] for key in _NEEDED if key not in at]:
        raise UsageProblem(
            f"« {name} », ligne 1 : il manque {'la colonne' if len(absent) < 2 else 'les colonnes'} "
            f"{listed(f'« {one} »' for one in absent)} ; « etabli commission grille » écrit la grille à remplir."
        )
    return at


def _wrong(line: int, key: str, problem: str) -> str:
    return f"ligne {line}, colonne « {COLUMNS[key][0]} » : {problem}"
