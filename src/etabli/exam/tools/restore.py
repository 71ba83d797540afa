"""Putting the candidate's database back to what it was, structure included, before each check.

The reference is a pristine copy that only we can see. Tables that did not change cost one comparison; changed
rows are exchanged by DELETE and INSERT, which open readers do not block; a changed structure is made again. Names are
the candidate's: any character may be in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, text
from sqlalchemy.exc import OperationalError

from etabli.exam.contract.causes import Cause, failed

_COUNTER = re.compile(r" AUTO_INCREMENT=(\d+)")
_LOCKED = 1205
_NOT_KEPT = frozenset({"VIEW", "SEQUENCE"})
"""Kinds without rows of their own: those of the reference are left as they are, others go."""
_MOST_MORE = 500
"""Tables and views that an application may make beside those it was given; each is looked at before every check."""


def quoted(name: str) -> str:
    """Returns an SQL identifier, safely quoted."""
    return "`" + name.replace("`", "``") + "`"


@dataclass(frozen=True)
class Pristine:
    """A table as it must be."""

    name: str
    create: str
    """Its definition without the counter."""
    counter: str
    checksum: object


class Restorer:
    """Keeps one database equal to its reference.

    Args:
        connection: Trusted, autocommit.
        name: The candidate's database.
        reference: The pristine one.
    """

    def __init__(self, connection: Connection, name: str, reference: str) -> None:
        self._connection = connection
        self._name = name
        self._reference = reference
        self._wanted = self._tables(reference)
        self._columns: dict[str, list[str]] = {}

    def restore(self) -> None:
        """Puts structure and rows back.

        Raises:
            OperationalError: A lock of the application stands in the way, or there is no room.
            Failed: The application made more tables than anybody could look at.
        """
        present = self._tables(self._name, most=len(self._wanted) + _MOST_MORE)
        if present == self._wanted:
            return
        self._run("SET foreign_key_checks = 0")
        try:
            if self._shapes(present) != self._shapes(self._wanted):
                self._rebuild()
                present = {}
            for name, table in self._wanted.items():
                if name not in present or present[name].checksum != table.checksum:
                    self._refill(name)
            for name, table in self._wanted.items():
                if name in present and present[name].counter != table.counter:
                    self._recount(table)
        finally:
            self._run("SET foreign_key_checks = 1")

    def _rebuild(self) -> None:
        first = self._names(self._reference)
        for name, kind in self._names(self._name).items():
            what = kind if kind in _NOT_KEPT else "TABLE"
            if what == "TABLE" or first.get(name) != kind:
                self._run(f"DROP {what} IF EXISTS {quoted(self._name)}.{quoted(name)}")
        self._run(f"USE {quoted(self._name)}")
        for table in self._wanted.values():
            self._run(
                table.create.replace(") ENGINE=", f") {table.counter} ENGINE=", 1) if table.counter else table.create
            )

    def _refill(self, name: str) -> None:
        target, origin = (f"{quoted(base)}.{quoted(name)}" for base in (self._name, self._reference))
        columns = ", ".join(quoted(column) for column in self._stored(name))
        self._run(f"DELETE FROM {target}")
        self._run(f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {origin}")

    def _recount(self, table: Pristine) -> None:
        """The next id is a nicety: an open reader may keep it from us."""
        try:
            self._run(
                f"ALTER TABLE {quoted(self._name)}.{quoted(table.name)} NOWAIT {table.counter or 'AUTO_INCREMENT=1'}"
            )
        except OperationalError as error:
            if getattr(error.orig, "args", (None,))[0] != _LOCKED:
                raise

    def _stored(self, name: str) -> list[str]:
        """Columns of a table of the reference that are not computed by the server."""
        if name not in self._columns:
            statement = text(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = :base AND table_name = :name "
                "AND is_generated = 'NEVER' ORDER BY ordinal_position"
            )
            rows = self._connection.execute(statement, {"base": self._reference, "name": name})
            self._columns[name] = [str(row[0]) for row in rows]
        return self._columns[name]

    def _names(self, base: str) -> dict[str, str]:
        rows = self._run(f"SHOW FULL TABLES FROM {quoted(base)}")
        return {str(row[0]): str(row[1]) for row in rows}

    def _tables(self, base: str, most: int | None = None) -> dict[str, Pristine]:
        names = [name for name, kind in self._names(base).items() if kind not in _NOT_KEPT]
        if not names:
            return {}
        if most is not None and len(names) > most:
            raise failed(Cause.DATABASE_FULL, f"{len(names)} tables")
        full = {name: f"{quoted(base)}.{quoted(name)}" for name in names}
        rows = self._run("CHECKSUM TABLE " + ", ".join(full.values()))
        sums = {str(row[0]).split(".", 1)[1]: row[1] for row in rows}
        found = {}
        for name in names:
            create = str(self._run(f"SHOW CREATE TABLE {full[name]}").one()[1])
            create = create.replace(f"{quoted(base)}.", "")
            counter = _COUNTER.search(create)
            found[name] = Pristine(
                name, _COUNTER.sub("", create), counter.group(0).strip() if counter else "", sums[name]
            )
        return found

    @staticmethod
    def _shapes(tables: dict[str, Pristine]) -> dict[str, str]:
        return {name: table.create for name, table in tables.items()}

    def _run(self, statement: str) -> CursorResult[*tuple[Any, ...]]:
        return self._connection.exec_driver_sql(statement.replace("%", "%%"))
