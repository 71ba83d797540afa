"""Annexe III as a table: one row or more per competence, its four columns, and how a centre's file of it is read.

Its layout is *Contexte · Ressources · Compétences détaillées | Savoirs associés | Résultats attendus | Critères
d'évaluation*. In a cell, each line is one item. A row says its competence in a column « Code » (or « Compétence »), or
stands below a line that begins with it: « C1.1 Participer à … » or « 1.1 Participer à … », as when the annexe is copied
into a spreadsheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.exam.contract.words import fold, normal
from etabli.referentiel.model import AnnexeIII, Referentiel
from etabli.system.tables import Sought, TextRow, TextTable, read_tables

COLUMNS: Mapping[str, str] = {
    "contexte": "Contexte",
    "ressources": "Ressources",
    "competences_detaillees": "Compétences détaillées",
    "savoirs_associes": "Savoirs associés",
    "resultats_attendus": "Résultats attendus",
    "criteres_evaluation": "Critères d'évaluation",
}
"""Key of the référentiel → heading of its column."""
FOUR = ("competences_detaillees", "savoirs_associes", "resultats_attendus", "criteres_evaluation")
"""Those without which a table is not annexe III."""
CODE = "Code"
_CODE_HEADINGS = ("code", "competence", "competences")
_LOOK_IN = 10
_LEADING_CODE = re.compile(r"\s*([A-Z]?)(\d{1,2}(?:\.\d{1,2})*)\b")
_BULLET = re.compile(r"^['’]?\s*[-–—•·▪‣*]\s*")


def _cleaned(text: str) -> str:
    """Returns the text of a cell, its lines apart: composed (NFC), with single spaces and nothing invisible."""
    lines = normal("NFC", text).splitlines()
    shown = ("".join(char if unicodedata.category(char) != "Cc" else " " for char in line) for line in lines)
    bare = ("".join(char for char in line if unicodedata.category(char) != "Cf") for line in shown)
    return "\n".join(line for one in bare if (line := " ".join(one.split())))


SOUGHT = Sought(
    readable="un tableau lisible",
    whole="l'annexe III",
    the="le tableau",
    again="commencez par « etabli referentiel export -o annexe.xlsx »",
    fewer="donnez l'annexe III d'un seul diplôme",
    cleaned=_cleaned,
)


@dataclass
class _Found:
    """What a table says of one competence, item by item."""

    line: int
    items: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, cell: str) -> None:
        """Adds what a cell says, each item once."""
        own = self.items.setdefault(key, [])
        own += [item for line in cell.split("\n") if (item := _BULLET.sub("", line).strip()) and item not in own]


def read_annexe(path: Path, referentiel: Referentiel, source: str, *, verified: bool) -> dict[str, AnnexeIII]:
    """Reads a table of annexe III: code of a competence → what the annexe says of it, where that is new.

    What is already loaded word for word keeps its own source.

    Args:
        path: An XLSX or a CSV.
        referentiel: The one whose competences the table may name.
        source: Where its text is from, as the centre says.
        verified: Whether somebody compared it with that source.

    Raises:
        UsageProblem: It is no such table, or a row is not right; file, row, column and what was expected are told.
    """
    table, heading, at = _understand(path, read_tables(path, SOUGHT))
    found: dict[str, _Found] = {}
    code = None
    for row in (row for row in table.rows if row.line > heading.line):
        code = _code(path, row, at, referentiel) or code
        cells = {key: row.cells[place] for key, place in at.items() if place < len(row.cells) and key != CODE}
        cells = {} if _is_title(row, referentiel) else {key: cell for key, cell in cells.items() if cell}
        if cells and code is None:
            raise UsageProblem(
                f"{path}, ligne {row.line} : cette ligne n'a pas de compétence ; écrivez son code (comme « C1.1 ») "
                f"dans une colonne « {CODE} », ou sur une ligne à part au-dessus."
            )
        for key, cell in cells.items():
            found.setdefault(str(code), _Found(row.line)).add(key, cell)
    if not found:
        raise UsageProblem(f"{path} : aucune ligne sous les titres (ligne {heading.line}) ne dit quelque chose.")
    return {
        name: AnnexeIII.model_validate({**_items(one), "source": source, "verified": verified})
        for name, one in found.items()
        if _items(one) != _loaded(referentiel.competences[name].annexe_iii)
    }


def _items(found: _Found) -> dict[str, tuple[str, ...]]:
    return {key: tuple(items) for key, items in found.items.items() if items}


def _loaded(annexe: AnnexeIII | None) -> dict[str, tuple[str, ...]]:
    return {key: items for key in COLUMNS if annexe and (items := getattr(annexe, key))}


def _understand(path: Path, tables: Sequence[TextTable]) -> tuple[TextTable, TextRow, dict[str, int]]:
    """Finds the line of headings: the one that names most of the four columns."""
    lines = [(table, row, _headings(row)) for table in tables for row in table.rows[:_LOOK_IN]]
    table, row, at = max(lines, key=lambda line: sum(key in line[2] for key in FOUR))
    absent = [COLUMNS[key] for key in FOUR if key not in at]
    if len(absent) == len(FOUR):
        raise UsageProblem(
            f"{path} n'a pas les colonnes de l'annexe III : écrivez sur la première ligne {quoted(_four())}, avec une "
            f"colonne « {CODE} » devant."
        )
    if absent:
        raise UsageProblem(
            f"{path}, ligne {row.line} : il manque la colonne {quoted(absent)} ; sont attendues {quoted(_four())}."
        )
    return table, row, at


def _four() -> list[str]:
    return [COLUMNS[key] for key in FOUR]


def _headings(row: TextRow) -> dict[str, int]:
    known = {_plain(title): key for key, title in COLUMNS.items()} | dict.fromkeys(_CODE_HEADINGS, CODE)
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        if key := known.get(_plain(cell)):
            found.setdefault(key, place)
    return found


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"\w+", fold(heading).replace("'", " ").replace("’", " ")))


def _is_title(row: TextRow, referentiel: Referentiel) -> bool:
    """Tells a line that only says which competence comes next."""
    filled = [cell for cell in row.cells if cell]
    return len(filled) == 1 and _named(filled[0], referentiel) is not None


def _named(text: str, referentiel: Referentiel) -> str | None:
    """Returns the code of the competence with which a text begins, its letter written or not."""
    if (seen := _LEADING_CODE.match(text)) is None:
        return None
    letter, number = seen.groups()
    known = [code for code in referentiel.competences if code == letter + number or (not letter and code[1:] == number)]
    return known[0] if len(known) == 1 else None


def _code(path: Path, row: TextRow, at: Mapping[str, int], referentiel: Referentiel) -> str | None:
    place = at.get(CODE)
    if _is_title(row, referentiel):
        return _named(next(cell for cell in row.cells if cell), referentiel)
    if place is None or place >= len(row.cells) or not row.cells[place]:
        return None
    named = _named(row.cells[place], referentiel)
    if named is None:
        raise UsageProblem(
            f"{path}, ligne {row.line}, colonne « {CODE} » : « {' '.join(row.cells[place].split())[:60]} » ne commence "
            f"par aucune compétence du référentiel ; sont attendues {quoted(referentiel.competences)}."
        )
    return named


def rows_of(referentiel: Referentiel) -> Iterator[dict[str, Any]]:
    """Gives annexe III as rows: one per competence, an item per line of a cell; what is not loaded is left blank."""
    for code, one in referentiel.competences.items():
        annexe = one.annexe_iii
        texts = {key: "\n".join(getattr(annexe, key)) if annexe else "" for key in COLUMNS}
        yield {"code": code, "texte": one.text, **texts}
