"""The `workbook` fixture, and what it makes of an office's answers: a candidate's words about their own file."""

from __future__ import annotations

import base64
import datetime
import json
import os
import queue
import re
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from helpers import framed, hear, listening
from notebook import Notebook

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.causes import Cause, cause_of, failed
from etabli.exam.contract.check import CheckSpec, Failed
from etabli.exam.contract.outcome import Outcome, Palier
from etabli.exam.kit import Kit
from etabli.exam.office.growth import _Body
from etabli.exam.office.limits import MAX_SCENARIOS
from etabli.exam.plugin import Exam, _verdict
from etabli.exam.runner import peer
from etabli.exam.runner.channel import Channel
from etabli.exam.runner.office import Office, OfficeError
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.timing import CheckTimeout
from etabli.exam.tools.book import Book, BookCell, WorkSheet
from etabli.exam.tools.computed import CellError, Values, values_of
from etabli.exam.tools.documents import Documents
from etabli.exam.tools.scenario import Append, Edit, plain
from etabli.exam.tools.workbook import OfficeLimit, Workbook

SHEET = {"name": "Synthèse", "rows": [["Total", 12.5, True], [], [None, [532]]], "pivots": [["TCD", 3, 1, 5, 2]]}
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 800, 600) + b"\0" * 20


class Parrot(Office):
    """Says what it was told to say, and counts."""

    def __init__(self, answer: Mapping[str, Any] | BaseException) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[Mapping[str, Any]] = []

    def ask(self, document: int, **job: Any) -> Mapping[str, Any]:
        self.asked.append(job)
        assert os.read(document, 3) == b"mot"
        if isinstance(self.answer, BaseException):
            raise self.answer
        if "scenarios" in job and self.answer.get("found") == [[SHEET]]:
            return {"found": [[SHEET]] * len(job["scenarios"])}
        return self.answer


class Shelf(Documents):
    """Every file is a workbook with one sheet."""

    limits: tuple[str, ...] = ()
    sheets: tuple[WorkSheet, ...] = (WorkSheet("Synthèse", False, []),)

    def ask(self, verb: str, path: str, read: Any) -> Any:
        return Book(self.sheets, limits=self.limits)


def workbook(tmp_path: Path, answer: Mapping[str, Any] | BaseException) -> tuple[Workbook, Parrot, Notebook]:
    (tmp_path / "a.xlsx").write_bytes(b"mot")
    notebook, parrot = Notebook(), Parrot(answer)
    recorder = Recorder(notebook)
    return Workbook(Shelf(tmp_path, recorder), recorder, parrot), parrot, notebook


def test_values_are_found_by_sheet_and_cell(tmp_path: Path) -> None:
    fixture, parrot, notebook = workbook(tmp_path, {"found": [[SHEET]]})
    values = fixture.computed("a.xlsx")
    assert [values["synthèse", cell] for cell in ("A1", "B1", "C1", "A2", "B3", "Z99")] == [
        *("Total", 12.5, True, None, CellError("#DIV/0!"), None)
    ]
    assert (values["Synthèse", "C1"] is True, values.sheets) == (True, ["Synthèse"])
    assert values.errors() == [("Synthèse", "B3", "#DIV/0!")]
    assert [(pivot.name, pivot.ref) for pivot in values.pivots] == [("TCD", "A3:B5")]
    assert fixture.computed("a.xlsx") is values and len(parrot.asked) == 1
    with pytest.raises(KeyError):
        values["Autre", "A1"]
    assert [event["result"] for event in notebook.events] == ["1 calculs"]


def test_many_scenarios_are_asked_in_parts(tmp_path: Path) -> None:
    fixture, parrot, _ = workbook(tmp_path, {"found": [[SHEET]]})
    count = MAX_SCENARIOS + 3
    assert len(fixture.trials("a.xlsx", [[Edit("Synthèse", "A1", float(number))] for number in range(count)])) == count
    assert [len(job["scenarios"]) for job in parrot.asked] == [MAX_SCENARIOS, 3]


def test_a_scenario_is_plain_on_its_way() -> None:
    scenario = [
        Edit("Données", "B2", datetime.date(2026, 1, 31)),
        Edit("Données", "B3", datetime.datetime(2026, 1, 31, 12)),
        Edit("Données", "C2", None),
        Append("Données", 41, {"A": "F1", "D": 3}),
    ]
    assert plain(scenario) == [
        {"sheet": "Données", "cell": "B2", "value": {"date": "2026-01-31"}},
        {"sheet": "Données", "cell": "B3", "value": {"date": "2026-01-31"}},
        {"sheet": "Données", "cell": "C2", "value": None},
        {"sheet": "Données", "after": 41, "values": {"A": "F1", "D": 3.0}},
    ]


def test_what_nobody_can_type_is_left_out_and_its_cell_keeps_what_it_holds() -> None:
    never = [9e307 * 2, -float("inf"), float("nan"), 10**308, "emoji \ud83d", "\udc00", "x" * 32_768]
    ever = [9.99e307, -9.99e307, 10**307, "emoji 😀", "\ufffd", "x" * 32_767, "", True, datetime.date(2026, 1, 31)]
    for value in never:
        assert plain([Edit("S", "A1", value)]) == []
        assert plain([Append("S", 1, {"A": value, "B": 2})]) == [{"sheet": "S", "after": 1, "values": {"B": 2.0}}]
    assert len(plain([Edit("S", "A1", value) for value in ever])) == len(ever)
    assert json.dumps(plain([Edit("S", "A1", value) for value in ever]), allow_nan=False, ensure_ascii=False).encode()


def test_what_changed_is_told_without_the_noise_of_computing() -> None:
    before = Values({"S": [[0.1 + 0.2, "a", None, CellError("#REF!"), 1.0]]})
    assert before.changed(Values({"S": [[0.3, "a", None, CellError("#REF!"), 1.0]]})) == []
    after = Values({"S": [[0.31, "b", 5.0, "#REF!", True], ["x"]]})
    assert before.changed(after) == [("S", cell) for cell in ("A1", "B1", "D1", "E1", "C1", "A2")]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ({"ended": "time"}, Cause.HEAVY_FORMULAS),
        ({"refused": {"cause": "broken-file", "detail": "", "values": {}}}, Cause.BROKEN_FILE),
    ],
)
def test_what_the_file_does_to_the_office_is_its_failure_once_for_all(
    tmp_path: Path, answer: Mapping[str, Any], cause: Cause
) -> None:
    fixture, parrot, _ = workbook(tmp_path, answer)
    failures = []
    for _time in range(2):
        with pytest.raises(Failed) as caught:
            fixture.computed("a.xlsx")
        failures.append(caught.value)
    assert [cause_of(failure) for failure in failures] == [cause, cause]
    assert failures[0] is not failures[1] and len(parrot.asked) == 1
    assert "« a.xlsx »" in failures[1].observed


@pytest.mark.parametrize("answer", [{"ended": "crash", "trace": "secret"}, {"ended": "hang"}], ids=["crash", "hang"])
def test_an_office_that_falls_is_our_limit_in_the_same_words_each_time(
    tmp_path: Path, answer: Mapping[str, Any]
) -> None:
    fixture, parrot, _ = workbook(tmp_path, answer)
    told = []
    for _time in range(2):
        with pytest.raises(OfficeLimit) as caught:
            fixture.computed("a.xlsx")
        told.append(str(caught.value))
    assert told[0] == told[1] and "s'est arrêté deux fois sur « a.xlsx »" in told[0]
    assert len(parrot.asked) == 1 and "secret" not in told[0]


@pytest.mark.parametrize(
    "found",
    [
        [[{**SHEET, "rows": [[{}]]}]],
        [[{**SHEET, "rows": [[["x"]]]}]],
        [[{"name": "S"}]],
        [[{**SHEET, "pivots": [["TCD", 3]]}]],
        [[3]],
        3,
        [],
        [[SHEET], [SHEET]],
    ],
)
def test_an_answer_of_another_shape_is_our_error(tmp_path: Path, found: Any) -> None:
    fixture, _, _ = workbook(tmp_path, {"found": found})
    with pytest.raises(OfficeError):
        fixture.computed("a.xlsx")


def test_a_check_that_was_interrupted_costs_the_next_one_nothing(tmp_path: Path) -> None:
    fixture, parrot, _ = workbook(tmp_path, CheckTimeout(60, waiting=False))
    with pytest.raises(CheckTimeout):
        fixture.computed("a.xlsx")
    with pytest.raises(OfficeLimit, match=r"« a[.]xlsx » à temps"):
        fixture.computed("a.xlsx")
    assert len(parrot.asked) == 1


def test_our_limits_are_told_before_the_office_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture, parrot, _ = workbook(tmp_path, {"unable": {"kind": "function", "name": "ORACLE"}})
    with pytest.raises(OfficeLimit, match="calculer la fonction ORACLE"):
        fixture.computed("a.xlsx")
    monkeypatch.setattr(Shelf, "limits", ("la fonction GROUPBY (Synthèse!B4)",))
    with pytest.raises(OfficeLimit, match=r"calculer la fonction GROUPBY \(Synthèse!B4\)"):
        fixture.computed("a.xlsx")
    assert len(parrot.asked) == 1


@pytest.mark.parametrize(
    ("cell", "code", "ours"),
    [
        (BookCell(1234.5, "", "=SUMIF(INDIRECT(A1),A2,B:B)"), 504, True),
        (BookCell("#REF!", "", "=SUMIF(INDIRECT(A1),A2,B:B)", error="#REF!"), 504, False),
        (BookCell(None, "", "=SUMIF(INDIRECT(A1),A2,B:B)"), 504, False),
        (BookCell(0, "", "=SUMIF(INDIRECT(A1),A2,B:B)"), 504, False),
        (BookCell(1234.5, "", "=A1+1"), 522, False),
    ],
    ids=["a-figure", "an-error-too", "nothing", "the-zero-of-a-library", "a-circle"],
)
def test_an_error_where_the_file_has_a_figure_is_our_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: BookCell, code: int, ours: bool
) -> None:
    monkeypatch.setattr(Shelf, "sheets", (WorkSheet("Synthèse", False, [[cell]]),))
    fixture, _, _ = workbook(tmp_path, {"found": [[{**SHEET, "rows": [[[code]]]}]]})
    if not ours:
        assert len(fixture.computed("a.xlsx").errors()) == 1
        return
    for _time in range(2):
        with pytest.raises(OfficeLimit, match=r"calculer =SOMME\.SI\(INDIRECT\(A1\);A2;B:B\) \(Synthèse!A1\)"):
            fixture.computed("a.xlsx")


def test_a_picture_is_kept(tmp_path: Path) -> None:
    fixture, parrot, notebook = workbook(tmp_path, {"found": base64.b64encode(PNG).decode()})
    fixture.picture("a.xlsx", "Synthèse", ["B4", "B5"], "Le total")
    [evidence] = [event for event in notebook.events if event["kind"] == "evidence"]
    assert (evidence["caption"], evidence["media"]) == ("Le total", "image/png")
    assert base64.b64decode(evidence["data"]) == PNG
    assert parrot.asked == [
        {"verb": "picture", "kind": "xlsx", "sheet": "Synthèse", "cells": ["B4", "B5"], "right": False}
    ]


def test_cells_are_kept_with_what_they_show_and_their_formulas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = WorkSheet("Synthèse", False, [[BookCell("Total", "Total"), BookCell(None, "", "=SUM(B1:B9)")]])
    monkeypatch.setattr(Shelf, "sheets", (sheet,))
    fixture, _, notebook = workbook(tmp_path, {"found": [[SHEET]]})
    fixture.keep(
        "a.xlsx", "Le total", {("Synthèse", "B1"): "total", ("Synthèse", "A1"): "", ("Synthèse", "D9"): "vide"}
    )
    [evidence] = [event for event in notebook.events if event["kind"] == "evidence"]
    assert (evidence["caption"], evidence["media"]) == ("Le total", "text/plain")
    assert base64.b64decode(evidence["data"]).decode().splitlines() == [
        "Synthèse!B1 · total · 12,5 · =SOMME(B1:B9)", "Synthèse!A1 · Total", "Synthèse!D9 · vide"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        {"found": base64.b64encode(b"<svg/>" * 9).decode()},
        {"found": base64.b64encode(PNG[:16] + b"\xff" * 30).decode()},
        {"found": "é"},
        {"found": None},
        {"ended": "crash"},
    ],
)
def test_no_picture_changes_no_verdict(tmp_path: Path, answer: Mapping[str, Any]) -> None:
    fixture, _, notebook = workbook(tmp_path, answer)
    fixture.picture("a.xlsx", "Synthèse", ["B4"], "Le total")
    fixture.picture("a.xlsx", "Ailleurs", ["B4"], "Le total")
    assert [event["kind"] for event in notebook.events] == ["action", "action"]


@pytest.mark.parametrize("answer", [{"ended": "crash"}, {"ended": "hang"}, CheckTimeout(60, waiting=False)])
def test_an_office_that_a_picture_brings_down_computes_the_same_workbook(tmp_path: Path, answer: Any) -> None:
    fixture, parrot, _ = workbook(tmp_path, answer)
    for _time in range(2):
        with suppress(CheckTimeout):
            fixture.picture("a.xlsx", "Synthèse", ["B4"], "Le total")
    assert len(parrot.asked) == 1, "no second picture is tried"
    parrot.answer = {"found": [[SHEET]]}
    assert fixture.computed("a.xlsx")["Synthèse", "B1"] == 12.5


# -- the socket


@pytest.fixture
def desk() -> Iterator[tuple[Office, queue.Queue[bytes]]]:
    """An office that gives the next of these answers to each question; nothing at all is an answer too."""
    address = f"\0etabli-essai-bureau-{os.getpid()}"
    answers: queue.Queue[bytes] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        hear(connection)  # our sources
        while hear(connection):
            answer = answers.get()
            answers.task_done()
            connection.sendall(answer)

    with listening(address, talk):
        office = Office(address, os.getuid())
        yield office, answers
        office.close()


def test_one_connection_serves_many_questions(desk: tuple[Office, queue.Queue[bytes]]) -> None:
    office, answers = desk
    office.prepare()
    first = office._connection
    with open("/dev/null", "rb") as nothing:
        for number in range(2):
            answers.put(framed(b'{"found": %d}' % number))
            assert office.ask(nothing.fileno(), verb="values") == {"found": number}
    assert office._connection is first is not None


@pytest.mark.parametrize("said", [b'{"error": "notre faute"}', b"[]", b"{", b""], ids=["says", "list", "cut", "silent"])
def test_no_answer_is_our_error(
    desk: tuple[Office, queue.Queue[bytes]], said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, answers = desk
    answers.put(framed(said) if said else b"")
    with open("/dev/null", "rb") as nothing:
        with monkeypatch.context() as patch, pytest.raises(OfficeError):
            if not said:
                patch.setattr(office, "_wall", 0.1)
            office.ask(nothing.fileno(), verb="values")
        if not said:
            assert office._connection is None  # the late answer is nobody's
        answers.join()  # its thread may have been slower than we
        answers.put(framed(b'{"found": 3}'))
        assert office.ask(nothing.fileno(), verb="values") == {"found": 3}


def test_an_office_that_is_not_there_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "_START_S", 0.1)
    office = Office("\0etabli-personne")
    office.prepare()
    with open("/dev/null", "rb") as nothing, pytest.raises(OfficeError):
        office.ask(nothing.fileno(), verb="values")


# -- which references a growing table takes along


def body(*, header: bool = True, totals: bool = False, more: int = 1) -> _Body:
    area = SimpleNamespace(StartColumn=0, EndColumn=8, StartRow=0, EndRow=241 if totals else 240)
    return _Body("Données d'avril", area, SimpleNamespace(ContainsHeader=header, TotalsRow=totals), more)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=SUM($'Données d''avril'.$H$2:$H$241)", "=SUM($'Données d''avril'.$H$2:$H$242)"),
        ("=SUM('Données d''avril'.H1:I241)*2", "=SUM('Données d''avril'.H1:I242)*2"),
        ("=SUM('Données d''avril'.H3:H241)", None),
        ("=SUM('Données d''avril'.H2:H240)", None),
        ("=SUM('Données d''avril'.H2:J241)", None),
        ("=SUM($'Autre'.H2:H241)", None),
        ("=SUM(H2:H241)", None),
        ("=\"'Données d''avril'.H2:H241\"", None),
        ("=SUM('Données d''avril'.H2:H2410)", None),
        ("=SUM('Données d''avril'.H:H)", None),
    ],
)
def test_whole_columns_of_a_table_grow_with_it(before: str, after: str | None) -> None:
    assert body().longer(before, None) == (after or before)


def test_on_the_sheet_itself_and_above_a_row_of_totals() -> None:
    assert body().longer("=SUM(H2:H241)", "Données d'avril") == "=SUM(H2:H242)"
    assert body(totals=True).longer("=SUM(H2:H241)", "Données d'avril") == "=SUM(H2:H242)"
    assert body(totals=True).longer("=SUM(H2:H242)", "Données d'avril") == "=SUM(H2:H242)"
    assert body(more=12).longer("=SUM(H2:H241)", "Données d'avril") == "=SUM(H2:H253)"


def test_values_of_keeps_numbers_as_numbers() -> None:
    values = values_of([{"name": "S", "rows": [[1, 1.5, False, "x"]], "pivots": []}])
    assert [type(value) for value in values.rows("S")[0]] == [float, float, bool, str]


@pytest.mark.parametrize(
    ("formulas", "told"),
    [
        (("=1/0", "=B1+1"), None),
        (("=A1/C1", "=SUM(B1:B2)"), None),
        (("=A1/'Synthèse'!$A$2-3", "=B1"), None),
        (("=SQRT(-1)", "=B1*2"), None),
        (('="a"+1', "=2"), None),
        (("=LN(A2-A1*1)", "=SQRT(A2-$A$1)"), None),
        (('="2,5"+1', "=2"), "2,5"),  # a figure, to who reads it in French
        (("=SQRT(SUM(A1:A9))", "=2"), "RACINE(SOMME"),
        (("=SQRT(A3)", "=2"), "RACINE(A3)"),
        (("=SQRT(INDIRECT(A1))", "=2"), "RACINE(INDIRECT"),
        (("=1/COUNTIF(A1:A9,3)", "=2"), "1/NB.SI"),
        (("=A1/A3", "=2"), "A1/A3"),  # a formula stands there: it may be that one which is not computed
        (('="1/0"&A1', "=2"), "1/0"),
        (("=1/0^A1", "=2"), "1/0^A1"),
    ],
)
def test_a_figure_beside_what_divides_by_nought_is_no_limit_of_ours(
    tmp_path: Path, formulas: tuple[str, str], told: str | None
) -> None:
    """No office suite wrote that figure."""
    error = [532]
    fixture, _parrot, _ = workbook(
        tmp_path, {"found": [[{"name": "Synthèse", "rows": [[1, error], [0, error]], "pivots": []}]]}
    )
    first, second = (BookCell(5, "5", formula) for formula in formulas)
    rows = [[BookCell(1, "1"), first], [BookCell(0, "0"), second], [BookCell(0, "0", "=COUNT(C1:C9)")]]
    Shelf.sheets = (WorkSheet("Synthèse", False, rows),)
    try:
        if told is None:
            assert fixture.computed("a.xlsx").errors()
        else:
            with pytest.raises(OfficeLimit, match=re.escape(told)):
                fixture.computed("a.xlsx")
    finally:
        Shelf.sheets = (WorkSheet("Synthèse", False, []),)


def test_what_keeps_a_workbook_from_being_computed_is_told_by_the_first_check_that_meets_it() -> None:
    exam = Exam(cast(Channel, None), cast(Kit, None))
    spec = CheckSpec("un", "", 1, Palier.ESSENTIEL, ("C2.1",), (), 60.0, "")

    def told(check: str, error: BaseException | None) -> object:
        exam._error = error
        return exam._as_before(replace(spec, id=check))

    for error in (OfficeLimit("GROUPER.PAR"), OfficeError("too busy"), failed(Cause.HEAVY_FORMULAS, "« a.xlsx »")):
        name = str(error)[:4]
        assert told(f"{name}-un", error) is None
        assert told(f"{name}-deux", error) == (Outcome.BLOCKED, {"blocked_by": [f"{name}-un"]})
        assert told(f"{name}-un", error) is None, "a check of several items does not wait for itself"
    assert told("autre", OfficeLimit("LAMBDA")) is None, "another limit is told too"
    for error in (None, Failed("B6 montre 12,00.", "15,50"), ValueError("ours")):
        assert told("x", error) is None and told("y", error) is None
    outcome, words = _verdict(OfficeLimit("LibreOffice ne sait pas calculer LAMBDA"), spec, Blot(()))
    assert (outcome, words["observed"]) == (Outcome.ERROR, "LibreOffice ne sait pas calculer LAMBDA.")
