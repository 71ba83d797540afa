"""A Tryton database in memory: its rows, loaded once, changed in Python and written back together."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from etabli.exam.contract.errors import LabError

Row = dict[str, Any]
CENT = Decimal("0.01")
BULKY = {"invoice_report_cache"}
"""Columns that are never loaded."""
MOVED = ("planned_date", "effective_date", "origin_planned_date")
"""Columns that hold the day of a move of stock, or of a shipment."""
UNIQUE = {"party_party": "code"}
"""Columns where two rows may exchange values that the database wants unique at every moment."""


def number(value: object) -> Decimal:
    """Returns an amount as Tryton keeps it in SQLite: the text of a decimal, in bytes."""
    return Decimal(value.decode()) if isinstance(value, bytes) else Decimal(str(value or 0))


def stored(value: Decimal) -> bytes:
    """Returns what Tryton's SQLite backend would store for a decimal."""
    return str(value).encode()


def rounded(value: Decimal) -> Decimal:
    """Returns an amount in cents, rounded as Tryton's currencies do (half to even)."""
    return value.quantize(CENT, ROUND_HALF_EVEN)


def balance(line: Row) -> Decimal:
    """Returns the debit of a line less its credit."""
    return number(line["debit"]) - number(line["credit"])


def day(value: object) -> date:
    """Returns a date as Tryton keeps it in SQLite."""
    return date.fromisoformat(str(value))


def rewrite(row: Row, value: object, *columns: str) -> None:
    """Writes a value into those of the columns that have one; a date as Tryton keeps it."""
    told = value.isoformat() if isinstance(value, date) else value
    row.update({column: told for column in columns if row.get(column)})


def referred(rows: Iterable[Row], model: str) -> dict[str, Row]:
    """Returns rows by the reference Tryton writes in `origin` and `shipment` columns."""
    return {f"{model},{row['id']}": row for row in rows}


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Returns rows in the order Tryton shows them: by their sequence."""
    return sorted(rows, key=lambda row: (row["sequence"] or 0, row["id"]))


class SqlTable:
    """Rows of one table by id; what changed is written by `flush`."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.name = name
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")') if row[1] not in BULKY]
        if not columns:
            raise LabError(f"L'historique du PGI n'a pas la table « {name} ».")
        self.columns = columns
        chosen = ", ".join(f'"{column}"' for column in columns)
        found = connection.execute(f'SELECT {chosen} FROM "{name}" ORDER BY id').fetchall()
        self._before = {values[columns.index("id")]: values for values in found}
        self.rows: dict[int, Row] = {
            key: dict(zip(columns, values, strict=True)) for key, values in self._before.items()
        }

    def __getitem__(self, key: int) -> Row:
        return self.rows[key]

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self.rows.values()))

    def remove(self, rows: Iterable[Row]) -> None:
        """Takes rows out."""
        for row in rows:
            self.rows.pop(row["id"], None)

    def by(self, column: str) -> dict[Any, list[Row]]:
        """Returns the rows grouped by the value of a column."""
        groups: dict[Any, list[Row]] = defaultdict(list)
        for row in self.rows.values():
            groups[row[column]].append(row)
        return groups

    def flush(self, connection: sqlite3.Connection) -> None:
        """Writes what changed since the table was loaded."""
        gone = [(key,) for key in self._before if key not in self.rows]
        connection.executemany(f'DELETE FROM "{self.name}" WHERE id = ?', gone)
        changes: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for key, row in self.rows.items():
            before = self._before[key]
            changed = tuple(c for c, old in zip(self.columns, before, strict=True) if row[c] != old)
            if changed:
                changes[changed].append((*(row[column] for column in changed), key))
        if unique := UNIQUE.get(self.name):
            connection.execute(f'UPDATE "{self.name}" SET "{unique}" = \'~\' || id')
            changes[(unique,)] += [(row[unique], key) for key, row in self.rows.items()]
        for names, values in changes.items():
            assignments = ", ".join(f'"{name}" = ?' for name in names)
            connection.executemany(f'UPDATE "{self.name}" SET {assignments} WHERE id = ?', values)


class Database:
    """One company's database."""

    def __init__(self, content: bytes) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.deserialize(unjournalled(content))
        self._tables: dict[str, SqlTable] = {}

    def __getitem__(self, name: str) -> SqlTable:
        if name not in self._tables:
            self._tables[name] = SqlTable(self.connection, name)
        return self._tables[name]

    def flush(self) -> None:
        """Writes all changed tables, which are read again when asked for."""
        for table in self._tables.values():
            table.flush(self.connection)
        self._tables.clear()

    def content(self) -> bytes:
        """Returns the bytes of the database file."""
        self.flush()
        self.connection.commit()
        return self.connection.serialize()

    def close(self) -> None:
        """Frees the memory."""
        self.connection.close()


def unjournalled(content: bytes) -> bytes:
    """Returns a database file without its write-ahead mark: one in memory has no such journal."""
    return content[:18] + b"\x01\x01" + content[20:] if content[18:20] == b"\x02\x02" else content


def connect(content: bytes) -> sqlite3.Connection:
    """Opens the bytes of a database file for reading, with rows by name."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(unjournalled(content))
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA query_only = on")
    return connection
