"""The gradebook on demand: one row per learner, for a spreadsheet or a program.

It says what was observed, in words. Only a teacher's own table adds a column of marks, which its heading calls *note de
formation*, and one that says why a mark is missing.

By default a CSV that programs read: UTF-8, commas, decimal points, ISO 8601 instants. A French Excel opens a CSV by
double click only with a byte order mark, semicolons and decimal commas: each can be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from etabli.reception.hand_in import HandInState
from etabli.reports.class_tables import Standing, check_columns, class_columns, standings
from etabli.reports.document import render_document
from etabli.reports.marking import LABEL, MarkingScheme
from etabli.reports.payload import LabMeta, Payload
from etabli.reports.roll import Roll
from etabli.reports.table import FRENCH_EXCEL, Column, CsvStyle, Table, Value, as_csv, iso_seconds
from etabli.reports.text import Word
from etabli.reports.xlsx import workbook
from etabli.roster.learner import Person

GRADEBOOK_SCHEMA: Final = "etabli/gradebook/2"
_NOTHING = (HandInState.MISSING, HandInState.EXCUSED)
_NO_RUN = Word("no_run", "?", "sans vérification", "sans vérification")


class Format(StrEnum):
    """Kinds of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def gradebook(
    payloads: Sequence[Payload],
    lab: LabMeta,
    roll: Roll,
    *,
    people: Mapping[str, Person] | None = None,
    checks: bool = False,
    scheme: MarkingScheme | None = None,
) -> Table[Standing]:
    """Builds the gradebook.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class, present or not.
        people: Who the candidates are, for columns of names; without it there are aliases only.
        checks: Whether to add one column per point de vérification.
        scheme: The teacher's own table, for a column of marks.
    """
    candidate, *others = class_columns(lab)
    names = _name_columns(people) if people is not None else ()
    marks = _mark_columns(scheme) if scheme else ()
    columns = (candidate, *names, *marks, *others, *(check_columns(lab) if checks else ()))
    return Table("Classe", columns, standings(payloads, roll))


def _name_columns(people: Mapping[str, Person]) -> tuple[Column[Standing], ...]:
    return (
        Column("family", "Nom", lambda one: getattr(people.get(one.candidate), "family", None), 22),
        Column("given", "Prénom", lambda one: getattr(people.get(one.candidate), "given", None), 18),
    )


def _mark_columns(scheme: MarkingScheme) -> tuple[Column[Standing], ...]:
    """The mark of each learner, and why there is none."""

    def found(one: Standing) -> Decimal | Word | None:
        if one.payload:
            return scheme.mark(one.payload)
        return one.state if one.hand_in and one.hand_in.state in _NOTHING else _NO_RUN

    def mark(one: Standing) -> float | None:
        value = found(one)
        return float(value) if isinstance(value, Decimal) else None

    def missing(one: Standing) -> Word | None:
        value = found(one)
        return value if isinstance(value, Word) else None

    return (
        Column("mark", scheme.title, mark),
        Column("no_mark", f"Sans {LABEL.lower()}", missing, 26),
    )


def rendered(table: Table[Standing], meta: LabMeta, wanted: Format, style: CsvStyle = FRENCH_EXCEL) -> bytes:
    """Writes a gradebook in one of its forms; ``style`` is that of the CSV."""
    if wanted is Format.XLSX:
        return workbook([table], meta.title)
    if wanted is Format.JSON:
        return as_json(table, meta, generated_at=iso_seconds(datetime.now(UTC))).encode()
    return as_csv(table, style).encode()


def as_json(table: Table[Standing], lab: LabMeta, *, generated_at: str) -> str:
    """Writes a gradebook as the document that ``docs/schemas/gradebook.schema.json`` describes."""
    facts = {
        "generated_at": generated_at,
        "columns": {column.key: column.title for column in table.columns},
        "learners": table.records(_json_value),
    }
    return render_document(GRADEBOOK_SCHEMA, lab, facts, indent=1)


def _json_value(value: Value) -> object:
    if isinstance(value, Word):
        return value.code
    return iso_seconds(value) if isinstance(value, datetime) else value
