"""Rows that a failed check compared, as tables: what is new, what is gone, what has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from etabli.exam.contract.french import count
from etabli.exam.contract.words import cut
from etabli.reports.text import visible

_CELL: Final = 200
"""Characters of a value that a cell shows."""
_BESIDE: Final = 3
_KINDS: Final = (
    ("added", "{n} ligne ajoutée", "{n} lignes ajoutées"),
    ("removed", "{n} ligne supprimée", "{n} lignes supprimées"),
    ("changed", "{n} ligne changée", "{n} lignes changées"),
)


@dataclass(frozen=True)
class RowsTable:
    """Some rows of a table of the database."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_tables(data: bytes) -> tuple[RowsTable, ...]:
    """Reads the evidence ``rows``; nothing when it is not what we write."""
    try:
        return tuple(_tables(json.loads(data)))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError):
        return ()


def _tables(told: Mapping[str, Any]) -> Iterator[RowsTable]:
    for kind, one, many in _KINDS:
        if not (rows := told[kind]):
            continue
        headers, cells = _changes(rows) if kind == "changed" else _whole(rows)
        total = int(told.get("total", {}).get(kind, len(rows)))
        title = count(total, one, many) + (f" (ce tableau en montre {len(rows)})" if total > len(rows) else "")
        yield RowsTable(title, tuple(map(_said, headers)), tuple(tuple(map(_said, row)) for row in cells))
    left = int(told["cut"])
    if left and "total" not in told:
        one, many = (
            "Et {n} autre ligne, que ce tableau ne montre pas",
            "Et {n} autres lignes, que ce tableau ne montre pas",
        )
        yield RowsTable(count(left, one, many), (), ())


def _whole(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[Any, ...], tuple[tuple[Any, ...], ...]]:
    """Whole rows: beside each other where they are few, so that what they have in common is seen; else one a line."""
    lines = [tuple(rows[0]), *(tuple(row.values()) for row in rows)]
    headers, *cells = zip(*lines, strict=True) if len(rows) <= _BESIDE else lines
    return headers, tuple(cells)


def _changes(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """One line per value that is another one, after the first column, which says of which row."""
    key = next(iter(rows[0]["before"]))
    cells = (
        (row["before"][key], column, was, row["after"].get(column))
        for row in rows
        for column, was in row["before"].items()
        if was != row["after"].get(column)
    )
    return (key, "Colonne", "Avant", "Après"), tuple(cells)


def _said(value: Any) -> str:
    return "(vide)" if value is None else visible(cut(str(value), _CELL)) or "(texte vide)"
