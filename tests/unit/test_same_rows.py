"""A row that comes again is the row that came before, whatever it holds."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pymysql.converters import through

from etabli.exam.tools import same_rows
from etabli.exam.tools.same_rows import Rows, SameRows, _Result


class Packet:
    """A row on the wire."""

    def __init__(self, data: bytes) -> None:
        self._data, self._left = data, data.split(b",")

    def get_all_data(self) -> bytes:
        return self._data

    def read_length_coded_string(self) -> bytes | None:
        value = self._left.pop(0)
        return None if value == b"NULL" else value


class Whose:
    """What a result knows of its connection."""

    def __init__(self) -> None:
        self.known: dict[object, Rows] = {}
        self.had = 0


def result(whose: Whose, *converters: Any) -> _Result:
    made = _Result.__new__(_Result)
    made.converters, made._whose = [("utf-8", one) for one in converters], cast(SameRows, whose)
    made._known = whose.known.setdefault(tuple(made.converters), {})
    made.unbuffered_active = False
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
