"""The gradebook on demand: one row per learner, for a spreadsheet or a program.

By default a CSV that programs read: UTF-8, commas, decimal points, ISO 8601 instants. A French Excel opens a CSV by
double click only with a byte order mark, semicolons and decimal commas: each can be asked for. In every form, text
that a spreadsheet might take for a formula is neutralised.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from etabli.reports.csv import neutral
from etabli.reports.payload import LabMeta, Payload
from etabli.reports.roll import Roll
from etabli.reports.tables import Column, Table, Value, as_records, class_table, point_cells, standings, with_columns
from etabli.reports.text import Word
from etabli.reports.xlsx import workbook
from etabli.roster.learner import Person

GRADEBOOK_SCHEMA: Final = "etabli/gradebook/1"


@dataclass(frozen=True)
class CsvStyle:
    """How a CSV is written."""

    delimiter: str = ","
    french: bool = False
    """Decimal commas, and dates as ``24/11/2026 14:05`` in the machine's time zone."""
    bom: bool = False
    """A byte order mark, by which Excel knows UTF-8."""


FRENCH_EXCEL: Final = CsvStyle(delimiter=";", french=True, bom=True)
"""What a French Excel opens by double click."""


def gradebook(
    payloads: Sequence[Payload],
    lab: LabMeta,
    roll: Roll,
    *,
    people: Mapping[str, Person] | None = None,
    points: bool = False,
) -> Table:
    """Builds the gradebook.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class, present or not.
        people: Who the candidates are, for columns of names; without it there are aliases only.
        points: Whether to add one column per point de vérification.
    """
    everyone = standings(payloads, roll)
    table = class_table(everyone, lab)
    if points:
        by_candidate = {standing.candidate: standing for standing in everyone}
        columns = [Column(check.id, check.title) for check in lab.checks]
        table = with_columns(table, columns, lambda name: point_cells(by_candidate[name], lab))
    if people is not None:
        columns = [Column("family", "Nom", 22), Column("given", "Prénom", 18)]
        table = with_columns(table, columns, lambda name: _names(people.get(name)), after=1)
    return table


def _names(person: Person | None) -> tuple[Value, Value]:
    return (person.family, person.given) if person else (None, None)


def as_csv(table: Table, style: CsvStyle = CsvStyle(), *, zone: tzinfo | None = None) -> bytes:
    """Writes a table as CSV, lines ended by CR LF.

    Args:
        table: The table.
        style: Separator, decimal mark and byte order mark.
        zone: Time zone of French dates; the machine's by default.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=style.delimiter, lineterminator="\r\n")
    writer.writerow(neutral(column.title) for column in table.columns)
    for row in table.rows:
        writer.writerow(_csv_cell(value, style, zone) for value in row)
    return (b"\xef\xbb\xbf" if style.bom else b"") + stream.getvalue().encode()


def _csv_cell(value: Value, style: CsvStyle, zone: tzinfo | None) -> str:
    if isinstance(value, Word):
        return neutral(value.text)
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%d/%m/%Y %H:%M}" if style.french else _iso(value)
    if isinstance(value, float):
        return str(value).replace(".", ",") if style.french else str(value)
    return neutral(value)


def as_json(table: Table, lab: LabMeta, *, generated_at: str) -> bytes:
    """Writes a table as the document that ``docs/schemas/gradebook.schema.json`` describes."""
    document = {
        "schema": GRADEBOOK_SCHEMA,
        "lab": {"id": lab.id, "title": lab.title, "version": lab.version},
        "generated_at": generated_at,
        "columns": {column.key: column.title for column in table.columns},
        "learners": as_records(table, _json_value),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _json_value(value: Value) -> Any:
    if isinstance(value, Word):
        return value.code
    return _iso(value) if isinstance(value, datetime) else value


def as_xlsx(table: Table, lab: LabMeta, *, zone: tzinfo | None = None) -> bytes:
    """Writes a table as a workbook of one sheet."""
    return workbook([table], lab.title, zone=zone)


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
