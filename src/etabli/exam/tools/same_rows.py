"""A connection to MariaDB that takes the same row apart once, and reads no more than there is room for.

A check reads the same tables again and again, and nearly all their rows are what they were. PyMySQL takes each one
apart in Python, column by column; here the bytes of a row that came before give the values that they gave.
"""

from __future__ import annotations

from typing import Any, Final

from pymysql.connections import Connection, MySQLResult
from pymysql.constants.CR import CR_SERVER_LOST
from pymysql.err import OperationalError

from etabli.exam.runner.translate import TOO_MUCH

MOST: Final = 4_000_000
"""Bytes of rows that are kept; then all are forgotten."""
MOST_READ: Final = 64_000_000
"""Bytes of rows that one question may be answered with; a calculated column costs the server nothing to keep."""

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
        self._left = MOST_READ
        super().__init__(connection)

    def _get_descriptions(self) -> None:
        super()._get_descriptions()  # type: ignore[misc]
        self._known = self._whose.known.setdefault(tuple(self.converters), {})  # type: ignore[attr-defined]

    def _read_row_from_packet(self, packet: Any) -> tuple[Any, ...]:
        data = packet.get_all_data()
        self._left -= len(data)
        if self._left < 0:  # what is still to come is in the way of any other answer
            self._whose._force_close()  # type: ignore[attr-defined]
            raise OperationalError(CR_SERVER_LOST, TOO_MUCH)
        values = self._known.get(data)
        if values is None:
            try:
                values = super()._read_row_from_packet(packet)  # type: ignore[misc]
            except UnicodeDecodeError:
                packet.rewind()
                values = self._replaced(packet)
            self._known[data] = values
            self._whose.had += len(data)
            if self._whose.had > MOST:
                self._whose.known.clear()
                self._whose.had, self._known = 0, {}
        return values

    def _replaced(self, packet: Any) -> tuple[Any, ...]:
        """Takes a row apart whose text is none, such as half of a sign."""
        row = []
        for encoding, converter in self.converters:  # type: ignore[attr-defined]
            value = packet.read_length_coded_string()
            if value is not None and encoding:
                value = value.decode(encoding, "replace")
            row.append(converter(value) if value is not None and converter else value)
        return tuple(row)
