"""The `db` fixture: the candidate's database, seen and changed by a trusted hand.

The application's database is put back to its first state before each check. Every write is committed at
once. What the candidate's structure makes fail (a table that is gone, an added column that refuses to be
empty …) is `Failed`; what our server or our statements do wrong is an error.

Example::

    def check_liste_suit_ajout(page, db, variant):
        db.insert("objets", nom="Lampe d'essai", prix="12.50", …)
        page.open("/")
        if "Lampe d'essai" not in page.text:
            raise Failed(observed=…, expected=…)
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from secrets import token_hex
from typing import Any, cast

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.values import Diff, Row, RowChange
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.request import DatabaseAddress
from etabli.exam.runner.translate import from_sql, sql_cause
from etabli.exam.tools.restore import Restorer, quoted
from etabli.exam.tools.same_rows import SameRows

LOCKED, CHANGED, CROWDED = "compte fermé", "mot de passe changé", "trop de connexions"
OUTAGES = (LOCKED, CHANGED, CROWDED)
"""Outages that a site meets: the account is locked, its password is another one, or it had all its connections."""
_SLOW = 2
"""Times that the tables could not be put back for their slowness, after which none is waited for again."""
_AT_ONCE_S = 5.0
_FORGET = "BEGIN NOT ATOMIC FLUSH SESSION STATUS; FLUSH GLOBAL STATUS; END"
"""What we counted goes to what all did, and that goes."""
_SHOWN = 20
_BATCH = 500


class Database:
    """The database that the candidate's application uses.

    Args:
        address: How to reach it.
        recorder: Where actions and evidence go.
    """

    def __init__(self, address: DatabaseAddress, recorder: Recorder) -> None:
        self._address = address
        self._recorder = recorder
        self._down = self._seen = False
        self._slow = 0
        recorder.before_waiting = self.leave

    # -- reading

    def rows(
        self, table: str, where: Mapping[str, object] | None = None, order: str | Sequence[str] | None = None
    ) -> list[Row]:
        """Reads rows as dicts (int, str, Decimal, date, None).

        Args:
            table: Its name.
            where: Equality on columns; None means "is empty" (NULL).
            order: Columns, ``"-prix"`` for descending.

        Example:
            db.rows("objets", where={"rayon_id": 3}, order=["-date_entree", "nom"])
        """
        clause, params = _where(where)
        sql = f"SELECT * FROM {quoted(table)}{clause}{_order(order)}"
        with self._recorder.action("db", "rows", table) as note:
            found = self._fetch(sql, params, table)
            note.result = f"{len(found)} lignes"
            return found

    def first_rows(self, table: str) -> list[Row]:
        """Reads the rows that each check finds, from our copy: no program of the candidate's can write there."""
        with self._recorder.action("db", "first_rows", table) as note:
            found = self._fetch(f"SELECT * FROM {quoted(self._address.reference)}.{quoted(table)}", {}, table)
            note.result = f"{len(found)} lignes"
            return found

    def count(self, table: str, where: Mapping[str, object] | None = None) -> int:
        """Counts rows."""
        clause, params = _where(where)
        with self._recorder.action("db", "count", table) as note:
            found = self._fetch(f"SELECT COUNT(*) AS n FROM {quoted(table)}{clause}", params, table)[0]["n"]
            note.result = str(found)
            return int(str(found))

    def checksums(self, tables: Iterable[str]) -> list[object]:
        """Tells tables of other content apart without reading them here: one figure each, None for a view."""
        names = ", ".join(map(quoted, tables))
        with self._recorder.action("db", "checksums", names):
            return [row["Checksum"] for row in self._fetch(f"CHECKSUM TABLE {names}", {}, names)]

    def columns(self, table: str) -> list[str]:
        """Names of the columns, in order."""
        with self._recorder.action("db", "columns", table):
            return [str(row["Field"]) for row in self._fetch(f"SHOW COLUMNS FROM {quoted(table)}", {}, table)]

    def tables(self) -> list[str]:
        """Names of the tables."""
        with self._recorder.action("db", "tables"):
            return [str(next(iter(row.values()))) for row in self._fetch("SHOW TABLES", {}, "")]

    # -- writing

    def insert(self, table: str, **values: object) -> int:
        """Inserts a row and returns its new id (0 when the table has no counter)."""
        with self._recorder.action("db", "insert", f"{table} {values}") as note:
            result = self._execute(_insert(table, list(values)), _params(values), table)
            note.result = str(result.lastrowid)
            return int(result.lastrowid or 0)

    def add_rows(self, table: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Inserts many rows with the same columns, fast."""
        items = [dict(row) for row in rows]
        with self._recorder.action("db", "add_rows", f"{table} × {len(items)}"):
            for start in range(0, len(items), _BATCH):
                batch = items[start : start + _BATCH]
                values = [_params(row) for row in batch]
                with from_sql(table, self._answers), self._recorder.wait(leave=False):
                    self.connection.execute(text(_insert(table, list(batch[0]))), values)

    def update(self, table: str, where: Mapping[str, object], **values: object) -> int:
        """Changes the matching rows; returns how many matched."""
        clause, params = _where(where)
        sets = ", ".join(f"{quoted(name)} = :v{index}" for index, name in enumerate(values))
        with self._recorder.action("db", "update", f"{table} {dict(where)} {values}") as note:
            sql = f"UPDATE {quoted(table)} SET {sets}{clause}"
            result = self._execute(sql, {**params, **_params(values)}, table)
            note.result = str(result.rowcount)
            return result.rowcount

    def delete(self, table: str, where: Mapping[str, object]) -> int:
        """Deletes the matching rows; returns how many."""
        clause, params = _where(where)
        with self._recorder.action("db", "delete", f"{table} {dict(where)}") as note:
            result = self._execute(f"DELETE FROM {quoted(table)}{clause}", params, table)
            note.result = str(result.rowcount)
            return result.rowcount

    def clear(self, table: str) -> None:
        """Empties a table, and before it every table that refers to it by a foreign key."""
        with self._recorder.action("db", "clear", table):
            for name in self._children(table, {table}):
                self._execute(f"DELETE FROM {quoted(name)}".replace(":", r"\:"), {}, name)

    def execute(self, sql: str, **params: object) -> list[Row]:
        """Runs one statement of yours with ``:name`` parameters; returns the rows of a SELECT, else nothing."""
        with self._recorder.action("db", "execute", sql):
            result = self._execute(sql, params, "")
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def gives_away(self, text: str) -> bool:
        """Tells whether a text holds the password with which the application reaches its database."""
        return self._address.candidate_password in text

    # -- comparing

    def compare(
        self,
        before: Sequence[Row],
        after: Sequence[Row],
        key: str = "",
        *,
        caption: str = "Lignes comparées dans la base",
    ) -> Diff:
        """What was added, removed or changed between two readings of a table.

        A check that fails after comparing gets these rows as evidence.

        Args:
            before: Rows as `rows` gave them.
            after: The same, later.
            key: The identifying column; ``id`` or a column ending so by default, else the first one.
            caption: Of the evidence: who changed them, where it is not the application.

        Raises:
            Failed: The application took this column away meanwhile.
        """
        name = key or _key(before or after)
        if any(name not in row for row in (*before[:1], *after[:1])):
            raise failed(Cause.DATABASE, f"colonne {name}")
        old, new = ({row[name]: row for row in rows} for rows in (before, after))
        diff = Diff(
            added=tuple(row for value, row in new.items() if value not in old),
            removed=tuple(row for value, row in old.items() if value not in new),
            changed=tuple(
                RowChange(old[value], row) for value, row in new.items() if value in old and old[value] != row
            ),
        )
        self._recorder.last["db"] = (caption, diff)
        with self._recorder.action("db", "compare") as note:
            note.result = f"+{len(diff.added)} -{len(diff.removed)} ~{len(diff.changed)}"
        return diff

    def witness(self) -> None:
        """Keeps the rows that a failed check compared, if it found any that differ."""
        caption, diff = cast(tuple[str, Diff], self._recorder.last.get("db") or ("", Diff()))
        if diff:
            data = json.dumps(_shown(diff), ensure_ascii=False, default=str).encode()
            self._recorder.evidence("rows", caption, "application/json", data)

    # -- an outage

    @contextmanager
    def down(self, outage: str = LOCKED) -> Iterator[None]:
        """Within the block the application cannot reach its database; we still can.

        Args:
            outage: One of `OUTAGES`.

        Example:
            with db.down():
                page.open("/")
                told = page.text
        """
        with self._recorder.action("db", "down", outage):
            self._lock(outage)
        try:
            yield
        finally:
            with self._recorder.action("db", "up"):
                self._unlock()

    def _lock(self, outage: str = LOCKED) -> None:
        self._down = True
        closed = {
            LOCKED: "ACCOUNT LOCK",
            CHANGED: f"IDENTIFIED BY '{token_hex(8)}'",
            CROWDED: "WITH MAX_CONNECTIONS_PER_HOUR 1",  # it had more by now
        }
        self._server(f"ALTER USER {self._account} {closed[outage]}")
        deadline = time.monotonic() + 3
        while self._kill() and time.monotonic() < deadline:  # a locked account keeps its open connections
            time.sleep(0.02)

    def _kill(self) -> bool:
        sql = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = :user AND command <> 'Killed'"
        found = self.connection.execute(text(sql), {"user": self._address.candidate_user}).scalar()
        if found:
            self._server(f"KILL USER {quoted(self._address.candidate_user)}")
        return bool(found)

    def _unlock(self) -> None:
        password = self._address.candidate_password
        self._server(
            f"ALTER USER {self._account} IDENTIFIED BY '{password}' WITH MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK"
        )
        self._down = False

    @property
    def _account(self) -> str:
        return f"{quoted(self._address.candidate_user)}@{quoted(self._address.candidate_host)}"

    # -- used by the plugin

    def restore(self) -> None:
        """Puts the account, the structure and the rows back to their first state.

        Raises:
            Failed: The application left no room, keeps a lock that outlives its connections, or changes its tables
                meanwhile; or its structure is so slow that it cannot be looked at.
        """
        if self._slow >= _SLOW:
            raise failed(Cause.SLOW_BASE)
        self._seen = True
        try:
            with self._recorder.wait(leave=False):
                if self._down:
                    self._unlock()
                self._restore()
        except SQLAlchemyError as error:
            if (cause := sql_cause(error, self._answers)) is not None:
                self._slow += cause is Cause.SLOW_BASE
                raise failed(cause) from error
            raise

    def _restore(self) -> None:
        """Restores; a lock of the application is broken: its connections end, and it opens no other one meanwhile."""
        try:
            self._restorer.restore()
        except SQLAlchemyError as error:
            if sql_cause(error) is not Cause.LOCKED:
                raise
            self._lock()
            try:
                self._undo_prepared()
                self._restorer.restore()
            finally:
                self._unlock()

    def _undo_prepared(self) -> None:
        """Undoes what outlives its connection: distributed transactions that were prepared, with all that they lock."""
        for *_lengths, name in self.connection.exec_driver_sql("XA RECOVER FORMAT='SQL'").all():
            with suppress(SQLAlchemyError):  # one whose connection goes on
                self._server(f"XA ROLLBACK {name}")

    def leave(self) -> None:
        """Takes what we did out of the counters of the server, where the application could read that we were there."""
        if self._seen:
            self._seen = False
            with suppress(SQLAlchemyError):  # a server that is gone is told by what asks it next
                self._line.exec_driver_sql(_FORGET)

    def close(self) -> None:
        """Unlocks the account and lets the connection go."""
        if "_line" in self.__dict__:
            if self._down:
                self._unlock()
            self._line.close()
            self._engine.dispose()

    # -- inside

    @cached_property
    def _engine(self) -> Engine:
        place = self._address
        url = URL.create("mysql+pymysql", place.user, place.password, place.host, place.port, place.name)
        options = {
            **{"charset": "utf8mb4", "local_infile": False, "connect_timeout": 10, "read_timeout": 30},
            "init_command": "SET SESSION innodb_lock_wait_timeout = 3, lock_wait_timeout = 3, max_statement_time = 20",
        }
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=options)
        event.listen(engine, "do_connect", lambda _dialect, _record, given, named: SameRows(*given, **named))
        return engine

    @property
    def connection(self) -> Connection:
        """The trusted connection, opened at first use."""
        self._seen = True
        return self._line

    @cached_property
    def _line(self) -> Connection:
        return self._engine.connect()

    def _answers(self) -> bool:
        """Whether the server answers anew at once, after it left a statement of ours without an answer.

        The connection that waited is given up.
        """
        self.__dict__.pop("_restorer", None)
        with suppress(SQLAlchemyError, KeyError):
            self.__dict__.pop("_line").close()
        started = time.monotonic()
        try:
            self.connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return time.monotonic() - started < _AT_ONCE_S

    @cached_property
    def _restorer(self) -> Restorer:
        place = self._address
        return Restorer(self.connection, place.name, place.reference)

    def _execute(self, sql: str, params: Mapping[str, object], what: str) -> CursorResult[Any]:
        with from_sql(what, self._answers), self._recorder.wait(leave=False):
            return self.connection.execute(text(sql), dict(params))

    def _fetch(self, sql: str, params: Mapping[str, object], what: str) -> list[Row]:
        result = self._execute(sql, params, what)
        names = list(result.keys())
        return [dict(zip(names, row, strict=True)) for row in result]

    def _server(self, sql: str) -> None:
        self.connection.exec_driver_sql(sql.replace("%", "%%"))

    def _children(self, table: str, seen: set[str]) -> list[str]:
        """The tables to empty, the farthest child first."""
        sql = (
            "SELECT DISTINCT table_name AS child FROM information_schema.key_column_usage "
            "WHERE referenced_table_schema = DATABASE() AND table_schema = DATABASE() AND referenced_table_name = :name"
        )
        found: list[str] = []
        for row in self._fetch(sql, {"name": table}, table):
            child = str(row["child"])
            if child not in seen:
                seen.add(child)
                found += self._children(child, seen)
        return [*found, table]


def _where(where: Mapping[str, object] | None) -> tuple[str, dict[str, object]]:
    if not where:
        return "", {}
    parts = [f"{quoted(name)} <=> :w{index}" for index, name in enumerate(where)]
    return " WHERE " + " AND ".join(parts), {f"w{index}": value for index, value in enumerate(where.values())}


def _order(order: str | Sequence[str] | None) -> str:
    names = [order] if isinstance(order, str) else list(order or ())
    parts = [f"{quoted(name.removeprefix('-'))}{' DESC' if name.startswith('-') else ''}" for name in names]
    return " ORDER BY " + ", ".join(parts) if parts else ""


def _insert(table: str, names: Sequence[str]) -> str:
    columns, values = ", ".join(map(quoted, names)), ", ".join(f":v{index}" for index in range(len(names)))
    return f"INSERT INTO {quoted(table)} ({columns}) VALUES ({values})"


def _params(values: Mapping[str, object]) -> dict[str, object]:
    return {f"v{index}": value for index, value in enumerate(values.values())}


def _key(rows: Sequence[Row]) -> str:
    names = list(rows[0]) if rows else [""]
    return next((name for name in names if name.lower() == "id"), names[0])


def _shown(diff: Diff) -> dict[str, object]:
    return {
        "added": diff.added[:_SHOWN],
        "removed": diff.removed[:_SHOWN],
        "changed": [{"before": item.before, "after": item.after} for item in diff.changed[:_SHOWN]],
        "total": {"added": len(diff.added), "removed": len(diff.removed), "changed": len(diff.changed)},
        "cut": max(0, *(len(part) - _SHOWN for part in (diff.added, diff.removed, diff.changed))),
    }
