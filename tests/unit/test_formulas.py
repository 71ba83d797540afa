"""No cell that leaves Établi begins a formula, whichever separator a spreadsheet reads the file with."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from moodle_samples import worksheet
from report_tables import opened
from small_class import SmallClass, close, end

from etabli.exam.contract.outcome import Status
from etabli.reception.hand_in import HandIn, HandIns, HandInState
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.reception.submission import Deposit
from etabli.reports.build import payload_of
from etabli.reports.class_tables import Standing
from etabli.reports.differences_files import render_differences_csv
from etabli.reports.gradebook import gradebook
from etabli.reports.results import described, publish
from etabli.reports.returns import Wish, lines_of
from etabli.reports.roll import Roll
from etabli.reports.table import FRENCH_EXCEL, CsvStyle, Table, as_csv, keyed
from etabli.reports.xlsx import workbook
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.roster.sheet import render_csv as sheet_of_class
from etabli.runs.differences import compare_class
from etabli.runs.run import Run
from etabli.system.formulas import inert

SIGNS = "=+-@＝＋－＠"
SEPARATORS = ",;\t"
PIECES = [
    *SIGNS,
    *SEPARATORS,
    *'\r\n"',
    "\r\n",
    '""',
    "'",
    " ",
    "\u00a0",
    "\u3000",
    "2+5",
    "cmd|' /C calc'!A0",
    "é",
    "&",
    "<",
]


def hostile(draw: random.Random, forbidden: str = "") -> str:
    """Text that tries to begin a formula wherever a cell might begin."""
    text = "".join(draw.choices(PIECES, k=draw.randint(1, 9)))
    return "".join(char for char in text if char not in forbidden) or ";=2+5;"


def formulas(text: str) -> list[str]:
    """The cells that begin a formula, under each separator, with quotes understood and with quotes as they are."""
    readings = [(mark, quoting) for mark in SEPARATORS for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)]
    return [cell for mark, quoting in readings for cell in _cells(text, mark, quoting) if _begins(cell)]


def _cells(text: str, separator: str, quoting: int) -> Iterator[str]:
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    for row in csv.reader(lines, delimiter=separator, quoting=quoting):  # type: ignore[arg-type]
        yield from row


def _begins(cell: str) -> bool:
    return cell.strip(' \u00a0\u3000\t\r\n"')[:1] in tuple(SIGNS)


def test_text_is_readable_and_stays_as_it_is_where_nothing_begins() -> None:
    assert inert("« ;=2+5;.txt »") == "« ;'=2+5;.txt »"
    assert inert("a, -5") == "a,' -5"
    for text in ("réussi - presque", "a+b=c", "x@y.fr, z@y.fr", "C1.1 ; C2.1", "18 réussis, 3 à revoir", "l'été, «-»"):
        assert inert(text) == text


@pytest.mark.parametrize("style", [CsvStyle(), CsvStyle(";"), CsvStyle("\t"), FRENCH_EXCEL])
def test_whatever_a_cell_holds_no_reading_of_the_file_begins_a_formula_in_it(style: CsvStyle) -> None:
    draw = random.Random(style.delimiter)
    rows = [{"a": hostile(draw), "b": hostile(draw), "c": hostile(draw)} for _ in range(3000)]
    columns = (keyed("a"), keyed("b"), keyed("c"))
    assert formulas(as_csv(Table("essai", columns, rows), style)) == []
    assert all(inert(inert(text)) == inert(text) for row in rows for text in row.values())


def test_numbers_stay_numbers() -> None:
    table = Table("essai", (keyed("a"), keyed("b")), [{"a": -2.5, "b": -3}])
    assert as_csv(table).splitlines()[1] == "-2.5,-3"
    assert as_csv(table, FRENCH_EXCEL).splitlines()[1] == "-2,5;-3"


SIZE = 24


class HostileClass:
    """A class that was really graded: names of files and of people that try it, and what was observed in them."""

    def __init__(self, root: Path) -> None:
        draw = random.Random(13)
        small = SmallClass(root)
        self.out, self.lab = small.plan.out, small.lab
        self.runs: list[Run] = []
        people = []
        for place in range(1, SIZE + 1):
            name = hostile(draw, "/\r\n\t")
            deposit = small.deposit(f"SNO-{place:02d}", {name: "x"})
            if place % 4 == 0:
                zipped = root / f"{place}.zip"
                with zipfile.ZipFile(zipped, "w") as archive:
                    archive.writestr(f"../{name}", "x")
                deposit = Deposit(deposit.candidate, zipped)
            small.says(
                end("demarre", "failed", observed=f"On y trouve {hostile(draw)}", expected=hostile(draw)),
                end("liste", "blocked", blocked_by=["demarre"]),
                close(),
            )
            self.runs.append(small.grade(deposit).done[0].graded.run)
            people.append(Person(hostile(draw), hostile(draw), hostile(draw), hostile(draw)))
        self.roster = new_roster("SNO", "SNO")
        self.roster.add(people)
        entries = tuple(
            HandIn(run.candidate, HandInState.HANDED_IN, participant=str(place))
            for place, run in enumerate(self.runs, start=1)
        )
        self.hand_ins = HandIns(self.lab.id, "entrainement", entries, "SNO")
        self.roll = Roll(tuple(run.candidate for run in self.runs), None, self.hand_ins)

    def files(self) -> dict[str, str]:
        """All the CSV that leave Établi."""
        book = self.gradebook()
        pairs = [(run, later) for run, later in zip(self.runs, self.runs[1:], strict=False)]
        styles = {"virgule": CsvStyle(), "excel": FRENCH_EXCEL, "tab": CsvStyle("\t")}
        return {
            "resultats.csv": (self.out / "resultats.csv").read_bytes().decode(),
            "differences.csv": render_differences_csv(compare_class(pairs)),
            "feuille.csv": sheet_of_class(self.roster.learners()),
            **{f"carnet, {name}": as_csv(book, style) for name, style in styles.items()},
            **{f"Moodle, {mark}": self.moodle(mark) for mark in ",;"},
        }

    def gradebook(self) -> Table[Standing]:
        """The gradebook with names and checks; the reports of the class are written first."""
        payloads = publish(self.out, self.lab, None, self.roll).payloads
        people = {one.alias: one.person for one in self.roster.learners()}
        return gradebook(payloads, described(self.lab), self.roll, people=people, checks=True)

    def moodle(self, separator: str) -> str:
        """The worksheet as it goes back."""
        head = ("Identifiant", "Note", "Note maximale", "Dernière modification (note)", "Feedback par commentaires")
        rows = [separator.join(head), *(f"Participant{n},,20,-,".replace(",", separator) for n in range(1, SIZE + 1))]
        sheet = read_worksheet(worksheet(self.out / "notes.csv", "\n".join([*rows, ""])))
        payloads = [payload_of(run) for run in self.runs]
        found = lines_of(sheet, payloads, described(self.lab), Wish(), roster=None, hand_ins=self.hand_ins)
        text = sheet.filled({line.row.participant: line.filling for line in found}).decode()
        return text.replace(f"{separator}-{separator}", separator * 2)  # Moodle's own: no date


def test_no_file_of_a_class_begins_a_formula_under_any_separator(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same names do begin one in every file as soon as its writer lets them through."""
    graded = HostileClass(tmp_path)
    assert {run.status for run in graded.runs} == {Status.GRADED, Status.REJECTED}
    found = {name: formulas(text) for name, text in graded.files().items()}
    assert found == {name: [] for name in found} and len(found) == 8
    for data in (workbook([graded.gradebook()], "Carnet"), (graded.out / "resultats.xlsx").read_bytes()):
        cells = [cell for sheet in opened(data).values() for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}  # « inlineStr »: an empty text
    for module in ("reports.table", "reports.comment", "roster.sheet"):
        monkeypatch.setattr(f"etabli.{module}.inert", lambda text: text)
    assert {name for name, text in graded.files().items() if not formulas(text)} == set()
