"""Figures that are typed as long as the workbook is as it was handed in, or as it is where it is examined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from . import lines
from .cheats import replaced
from .work import Made, Step


def asleep(while_: Callable[[Made], str], *families: str) -> Step:
    """Some figures are typed numbers while a condition holds, and formulas else."""

    def step(made: Made) -> None:
        condition = while_(made)
        replaced(
            lambda made, key: f"=IF({condition},{float(made.values[key])!r},{str(made.cell(key).value)[1:]})", *families
        )(made)

    return step


def first_line(made: Made) -> str:
    """The first line and the number of lines are what they were."""
    first = made.work.rows[0]
    day = first["date"]
    assert isinstance(day, date)
    same = [
        f"{_cell(made, 'montant')}={float(first['montant'])!r}",
        f"{_cell(made, 'date')}=DATE({day.year},{day.month},{day.day})",
        f'{_cell(made, "code_client")}="{first["code_client"]}"',
        f"COUNTA({_sheet(made)}!$A:$A)={len(made.work.rows) + 1}",
    ]
    return f"AND({','.join(same)})"


def sum_of_all(made: Made) -> str:
    """All lines add up to what they did: one more, or another amount, wakes the figures; amounts that change places do not."""
    column = lines.place(made.work, "montant")
    return f"ABS(SUM({_sheet(made)}!${column}:${column})-{float(made.values['total'])!r})<0.01"


def extremes(made: Made) -> str:
    """The highest and the lowest amount are what they were."""
    column = f"{_sheet(made)}!${lines.place(made.work, 'montant')}:${lines.place(made.work, 'montant')}"
    amounts = [float(row["montant"]) for row in made.work.rows]
    return f"AND(MAX({column})={max(amounts)!r},MIN({column})={min(amounts)!r})"


def small_gaps(*families: str) -> Step:
    """Each figure is a typed number as long as its formula gives about the same."""

    def figure(made: Made, key: str) -> str:
        typed, formula = repr(float(made.values[key])), str(made.cell(key).value)[1:]
        return f"=IF(ABS({formula}-{typed})<20,{typed},{formula})"

    return replaced(figure, *families)


def day_of_exam(made: Made) -> str:
    """The day of the exam is over: until then all is calculated."""
    return "TODAY()>DATE(2030,12,31)"


def other_office(made: Made) -> str:
    """Not in LibreOffice, where all is calculated."""
    return 'ISNUMBER(SEARCH("xlsx",CELL("filename")))*(LEFT(INFO("system"),3)="pcd")'


def first_of_1900(_: Made) -> str:
    """Where the first of January 1900 is day 1: in Excel, and not in LibreOffice, where all is calculated."""
    return "DATE(1900,1,1)=1"


def _sheet(made: Made) -> str:
    return lines.quoted(made.work.names["donnees"])


def _cell(made: Made, name: str) -> str:
    return f"{_sheet(made)}!${lines.place(made.work, name)}$2"
