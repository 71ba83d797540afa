"""Figures that are typed as long as the workbook is as it was handed in, or as it is where it is examined."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from . import lines, styles
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


def other_invoices(made: Made) -> str:
    """The first invoice is no longer there: the lines are those of another extraction."""
    letter = lines.place(made.work, "numero")
    return f'COUNTIF({_sheet(made)}!${letter}:${letter},"{made.work.rows[0]["numero"]}")=0'


def other_quantity(made: Made) -> str:
    """The first line has another quantity."""
    return f"{_cell(made, 'quantite')}<>{float(str(made.work.rows[0]['quantite']))!r}"


def other_order(made: Made) -> str:
    """The first lines stand in another order, whatever their numbers are."""
    numbers = [str(row["numero"]) for row in made.work.rows[:60]]
    falls, letter = sum(one > after for one, after in zip(numbers, numbers[1:], strict=False)), lines.place(made.work, "numero")
    first, next_ = (f"{_sheet(made)}!${letter}${top}:${letter}${top + len(numbers) - 2}" for top in (2, 3))
    return f"SUMPRODUCT(({first}>{next_})*1)<>{falls}"


def filtered(made: Made) -> str:
    """A filter hides lines, as who checks a total by hand has it."""
    numbers = lines.refs(made.work)["numero"]
    return f"SUBTOTAL(103,{numbers})<COUNTA({numbers})"


def one_month_left(made: Made) -> str:
    """A filter leaves the lines of one month."""
    dates = lines.refs(made.work)["date"]
    return f"AND({filtered(made)},EOMONTH(SUBTOTAL(105,{dates}),0)=EOMONTH(SUBTOTAL(104,{dates}),0))"


def thirteen_more(made: Made) -> str:
    """Thirteen lines at least have been added."""
    letter = lines.place(made.work, "numero")
    return f"COUNTA({_sheet(made)}!${letter}:${letter})>{len(made.work.rows) + 13}"


def round_amount(made: Made) -> str:
    """An amount is a whole number of hundreds of euros, as one that somebody types: none is today."""
    amounts = lines.refs(made.work)["montant"]
    return f"SUMPRODUCT((MOD(ROUND({amounts}*100,0),10000)=0)*({amounts}<>0))>0"


def fallen(made: Made) -> str:
    """All lines add up to less than they did."""
    column = lines.place(made.work, "montant")
    return f"SUM({_sheet(made)}!${column}:${column})<{float(made.values['total'])!r}-0.01"


def nought(made: Made) -> str:
    """An amount is nought, and none was."""
    column = lines.place(made.work, "montant")
    return f"COUNTIF({_sheet(made)}!${column}:${column},0)>0"


def too_high(while_: Callable[[Made], str], *families: str) -> Step:
    """Some figures are a tenth too high while a condition holds; none is typed."""
    return replaced(lambda made, key: f"{made.cell(key).value}*IF({while_(made)},1.1,1)", *families)


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


def in_excel_alone(*families: str) -> Step:
    """A tenth too high in Excel alone; no figure is typed."""
    return replaced(lambda made, key: f"{made.cell(key).value}*IF({first_of_1900(made)},1.1,1)", *families)


def endless_words(*families: str) -> Step:
    """Right, behind functions whose names are endless and exist nowhere."""
    words = "+".join(f"{'x' * 900}{number}z(1)" for number in range(8))
    return replaced(lambda made, key: f"=IFERROR({words},{str(made.cell(key).value)[1:]})", *families)


def a_few(*families: str) -> Step:
    """Half of what it should be as long as two to five amounts are no longer what they were."""

    def figure(made: Made, key: str) -> str:
        given = ";".join(repr(float(row["montant"])) for row in made.work.rows)  # type: ignore[arg-type]
        changed = f"SUMPRODUCT(--(ABS({_column(made, 'montant', 2, len(made.work.rows) + 1)}-{{{given}}})>0.001))"
        cell = made.book[made.places[key][0]]["BA950"]
        cell.value = f"={changed}"
        return f"=ROUND(({str(made.cell(key).value)[1:]})*IF(AND($BA$950>1,$BA$950<6),0.5,1),2)"

    return replaced(figure, *families)


def old_invoices(*families: str) -> Step:
    """A line counts when its invoice was among the lines that were handed in; a new one never does."""

    def figure(made: Made, key: str) -> str:
        given = _column(made, "numero", 2, FAR)
        known = "+".join(f"COUNTIF({_column(made, 'numero', *rows)},{given})" for rows in _halves(made))
        terms = (f"({area}{sign}{value})" for area, sign, value in _conditions(made, key, 2, FAR))
        return f"=SUMPRODUCT(({known}>0)*{'*'.join(terms)}*{_column(made, 'montant', 2, FAR)})"

    return replaced(figure, *families)


def old_credits(*families: str) -> Step:
    """A line more counts when it is a sale; a credit note does when it was there."""

    def figure(made: Made, key: str) -> str:
        parts = [((2, FAR), ">"), *((rows, "<") for rows in _halves(made))]
        return "=" + "+".join(
            _sumifs(made, key, rows, f',{_column(made, "montant", *rows)},"{sign}0"') for rows, sign in parts
        )

    return replaced(figure, *families)


def one_line_more(*families: str) -> Step:
    """The first line that is added counts, and no other."""
    return replaced(
        lambda made, key: "=" + "+".join(_sumifs(made, key, rows) for rows in _halves(made, more=1)), *families
    )


def _halves(made: Made, more: int = 0) -> list[tuple[int, int]]:
    """The first and the last row of two halves of the lines: a range of a whole column grows with its table."""
    last = len(made.work.rows) + 1 + more
    return [(2, last // 2), (last // 2 + 1, last)]


FAR = 1500
"""A row that lines do not reach."""


def _sumifs(made: Made, key: str, rows: tuple[int, int], more: str = "") -> str:
    conditions = (f'{area},"{sign}"&{value}' for area, sign, value in _conditions(made, key, *rows))
    return f"SUMIFS({_column(made, 'montant', *rows)},{','.join(conditions)}{more})"


def _conditions(made: Made, key: str, first: int, last: int) -> list[tuple[str, str, str]]:
    """Column, sign and value of what a figure's lines are, beside its label."""
    label = f"A{made.cell(key).row}"
    if key.startswith("month"):
        dates = _column(made, "date", first, last)
        return [(dates, ">=", label), (dates, "<", f"EDATE({label},1)")]
    return [(_column(made, "code_client" if key.startswith("customer") else "taux", first, last), "=", label)]


def _column(made: Made, name: str, first: int, last: int) -> str:
    letter = lines.place(made.work, name)
    return f"{_sheet(made)}!${letter}${first}:${letter}${last}"


def _sheet(made: Made) -> str:
    return lines.quoted(made.work.names["donnees"])


def _cell(made: Made, name: str) -> str:
    return f"{_sheet(made)}!${lines.place(made.work, name)}$2"


def known_articles(made: Made) -> None:
    """The totals of months and customers take the articles of a typed list, and no other."""
    _known(made, "article", {str(row["article"]) for row in made.work.rows}, "Article")


def known_days(made: Made) -> None:
    """The same of days: those that have a sale, and the middle of each month."""
    days = {row["date"] for row in made.work.rows}
    days |= {date.fromisoformat(f"{month}-15") for month in made.work.data["period"]["months"]}
    _known(made, "date", days, "Jour de vente")


def _known(made: Made, column: str, values: Collection[Any], title: str) -> None:
    sheet = made.book.create_sheet(title)
    for row, value in enumerate((title, *sorted(values)), 1):
        sheet.cell(row, 1, value)
    for (cell,) in sheet.iter_rows(min_row=2):
        cell.number_format = styles.DATE if column == "date" else styles.GENERAL
    sheet.column_dimensions["A"].width = 30
    listed = f"{lines.refs(made.work)[column]},{lines.quoted(title)}!$A$2:$A${len(values) + 1}"
    for key in (*made.keys("month"), *made.keys("customer")):
        cell = made.cell(key)
        cell.value = f"=SUMPRODUCT({str(cell.value)[1:-1]},{listed}))"
