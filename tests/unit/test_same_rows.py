"""A row that comes again is the row that came before, whatever it holds."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pymysql.converters import through
from pymysql.err import OperationalError
from sqlalchemy import exc as sa

from etabli.exam.contract.causes import Cause
from etabli.exam.contract.check import Failed
from etabli.exam.runner.translate import from_sql, sql_cause
from etabli.exam.tools import same_rows
from etabli.exam.tools.same_rows import Rows, SameRows, _Result


class Packet:
    """A row on the wire."""

    def __init__(self, data: bytes) -> None:
        self._data, self._left = data, data.split(b",")

    def get_all_data(self) -> bytes:
        return self._data

    def rewind(self) -> None:
        self._left = self._data.split(b",")

    def read_length_coded_string(self) -> bytes | None:
        value = self._left.pop(0)
        return None if value == b"NULL" else value


class Whose:
    """What a result knows of its connection."""

    def __init__(self) -> None:
        self.known: dict[object, Rows] = {}
        self.had = self.closed = 0

    def _force_close(self) -> None:
        self.closed += 1


def result(whose: Whose, *converters: Any) -> _Result:
    made = _Result.__new__(_Result)
    made.converters, made._whose = [("utf-8", one) for one in converters], cast(SameRows, whose)
    made._known = whose.known.setdefault(tuple(made.converters), {})
    made.unbuffered_active, made._left = False, same_rows.MOST_READ
    return made


def test_a_row_that_came_before_gives_its_values_and_another_its_own() -> None:
    whose, taken = Whose(), list[str]()

    def number(text: str) -> int:
        taken.append(text)
        return int(text)

    for data, values in ((b"3,Lampe", (3, "Lampe")), (b"3,Lampe", (3, "Lampe")), (b"4,NULL", (4, None))):
        assert result(whose, number, through)._read_row_from_packet(Packet(data)) == values
    assert taken == ["3", "4"]
    assert result(whose, str, through)._read_row_from_packet(Packet(b"3,Lampe")) == ("3", "Lampe"), "of other columns"


def test_what_is_kept_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_rows, "MOST", 10)
    whose = Whose()
    made = result(whose, through)
    for number in range(9):
        assert made._read_row_from_packet(Packet(b"%d00" % number)) == (f"{number}00",)
        assert whose.had <= 10 and sum(map(len, whose.known.values())) <= 3


def test_an_answer_without_end_is_left_and_the_structure_is_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_rows, "MOST_READ", 10)
    whose = Whose()
    made = result(whose, through)
    assert [made._read_row_from_packet(Packet(b"12345")) for _ in range(2)] == [("12345",)] * 2
    assert not whose.closed
    with pytest.raises(OperationalError) as left:
        made._read_row_from_packet(Packet(b"12345"))
    assert whose.closed == 1, "nothing else is answered on that line"
    wrapped = sa.OperationalError("SELECT *", {}, left.value)
    with pytest.raises(Failed) as told, from_sql("objets", lambda: True):
        raise wrapped
    assert vars(told.value)["cause"] is Cause.HUGE_BASE
    assert sql_cause(wrapped, lambda: False) is None
    assert result(whose, through)._read_row_from_packet(Packet(b"12345")) == ("12345",), "another question"


def test_a_text_that_is_none_is_read_with_its_row() -> None:
    row = Packet(b"7,\xed\xa0\xbd,NULL")
    assert result(Whose(), int, through, through)._read_row_from_packet(row) == (7, "\ufffd" * 3, None)
