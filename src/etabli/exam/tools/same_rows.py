"""A connection to MariaDB that takes the same row apart once.

A check reads the same tables again and again, and nearly all their rows are what they were. PyMySQL takes each one
apart in Python, column by column; here the bytes of a row that came before give the values that they gave.
"""

from __future__ import annotations

from typing import Any, Final

from pymysql.connections import Connection, MySQLResult

MOST: Final = 4_000_000
"""Bytes of rows that are kept; then all are forgotten."""

Rows = dict[bytes, tuple[Any, ...]]


class SameRows(Connection):
    """PyMySQL's connection, with what came before."""

    def __init__(self, *given: Any, **options: Any) -> None:
        self.known: dict[object, Rows] = {}
        """By the columns of a result: the bytes of a row, and its values."""
        self.had = 0
        super().__init__(*given, **options)

    def _read_query_result(self, unbuffered: bool = False) -> Any:
        """As PyMySQL does, with results of ours; this is called after each question that is sent."""
        if unbuffered:
            return super()._read_query_result(unbuffered)  # type: ignore[misc]
        self._result = None
        result = _Result(self)
        result.read()
        self._result = result
        if result.server_status is not None:
            self.server_status = result.server_status
        return result.affected_rows


class _Result(MySQLResult):
    def __init__(self, connection: SameRows) -> None:
        self._whose = connection
        super().__init__(connection)

    def _get_descriptions(self) -> None:
        super()._get_descriptions()  # type: ignore[misc]
        self._known = self._whose.known.setdefault(tuple(self.converters), {})  # type: ignore[attr-defined]

    def _read_row_from_packet(self, packet: Any) -> tuple[Any, ...]:
        data = packet.get_all_data()
        values = self._known.get(data)
        if values is None:
            values = super()._read_row_from_packet(packet)  # type: ignore[misc]
            self._known[data] = values
            self._whose.had += len(data)
            if self._whose.had > MOST:
                self._whose.known.clear()
                self._whose.had, self._known = 0, {}
        return values
