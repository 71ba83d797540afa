"""The gradebook on demand: one row per learner, for a spreadsheet or a program.

By default a CSV that programs read: UTF-8, commas, decimal points, ISO 8601 instants. A French Excel opens a CSV by
double click only with a byte order mark, semicolons and decimal commas: each can be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from etabli.reports.class_tables import Standing, class_columns, point_columns, standings
from etabli.reports.document import render_document
from etabli.reports.payload import LabMeta, Payload
from etabli.reports.roll import Roll
from etabli.reports.table import Column, Table, Value, iso_seconds
from etabli.reports.text import Word
from etabli.roster.learner import Person

GRADEBOOK_SCHEMA: Final = "etabli/gradebook/1"


def gradebook(
    payloads: Sequence[Payload],
    lab: LabMeta,
    roll: Roll,
    *,
    people: Mapping[str, Person] | None = None,
    points: bool = False,
) -> Table[Standing]:
    """Builds the gradebook.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class, present or not.
        people: Who the candidates are, for columns of names; without it there are aliases only.
        points: Whether to add one column per point de vérification.
    """
    candidate, *others = class_columns(lab)
    names = _name_columns(people) if people is not None else ()
    columns = (candidate, *names, *others, *(point_columns(lab) if points else ()))
    return Table("Classe", columns, standings(payloads, roll))


def _name_columns(people: Mapping[str, Person]) -> tuple[Column[Standing], ...]:
    return (
        Column("family", "Nom", lambda one: getattr(people.get(one.candidate), "family", None), 22),
        Column("given", "Prénom", lambda one: getattr(people.get(one.candidate), "given", None), 18),
    )


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
