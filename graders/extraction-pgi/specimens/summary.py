"""The sheet *Synthèse*: totals by month and by customer, parts and ranks, VAT, a chart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from . import charts, lines, styles
from .pen import Pen
from .work import Made

CUSTOMERS = ("Code client", "Client", "Total HT", "Part du total", "Rang")


def essential(made: Made) -> None:
    """Totals and a chart, nothing more."""
    pen = Pen(made, "synthese")
    row = pen.heading(*head(made)[:1])
    row = months(pen, row)
    customers(pen, row, full=False)
    finish(pen)


def stacked(made: Made) -> None:
    """Blocks one under the other."""
    pen = Pen(made, "synthese")
    row = pen.heading(*head(made))
    row = months(pen, row)
    row = vat(pen, row)
    customers(pen, row)
    finish(pen)


def crossed(made: Made) -> None:
    """Customers down, months across, and the rest beside."""
    pen, shown = Pen(made, "synthese"), made.figures
    top = pen.heading(*head(made))
    count = len(shown.by_month)
    pen.titles(top, 1, ["Code client", "Client", *[""] * count, "Total HT", "Part du total", "Rang"])
    heads = [pen.put(top, 3 + n, first(month), styles.MONTH) for n, month in enumerate(shown.by_month)]
    say, bottom = made.work.dialect(lines.refs(made.work)), top + len(shown.by_customer) + 1
    last = 2 + count
    for row, code in enumerate(shown.by_customer, top + 1):
        pen.put(row, 1, code, styles.TEXT)
        pen.put(row, 2, shown.names[code])
        for n, head_cell in enumerate(heads):
            pen.put(row, 3 + n, say.both(_down(head_cell), f"$A{row}"), styles.EURO)
        summed = f"=SUM({_at(row, 3)}:{_at(row, last)})"
        _ranked(pen, code, row, last + 1, summed, (top + 1, bottom - 1), _at(bottom, last + 1, fixed=True))
    pen.put(bottom, 1, "Total HT")
    for n, month in enumerate(shown.by_month):
        column = f"{_at(top + 1, 3 + n)}:{_at(bottom - 1, 3 + n)}"
        pen.figure(f"month:{month}", shown.by_month[month], bottom, 3 + n, f"=SUM({column})", styles.EURO)
    pen.figure("total", shown.of_months, bottom, last + 1, f"=SUM({_at(bottom, 3)}:{_at(bottom, last)})", styles.EURO)
    charts.add(pen, (bottom, 3), (bottom, last), (top, 3), (top, last), f"A{bottom + 12}")
    vat(pen, bottom + 3)
    styles.printable(pen.sheet)
    styles.widths(pen.sheet, A=14, B=30)


def spilled(made: Made) -> None:
    """Lists that fill themselves: UNIQUE, SORT."""
    pen, refs = Pen(made, "synthese"), lines.refs(made.work)
    row = pen.heading(*head(made))
    row = months(pen, row)
    row = vat(pen, row)
    customers(pen, row, full=True)
    place = made.places["customer:" + next(iter(made.figures.by_customer))][1]
    top = int("".join(filter(str.isdigit, place)))
    area = f"A{top}:A{top + len(made.figures.by_customer) - 1}"
    spill = f"=_xlfn._xlws.SORT(_xlfn.UNIQUE({refs['code_client']}))"
    for (cell,) in pen.sheet[area]:
        cell.value = None
    pen.sheet[f"A{top}"] = ArrayFormula(area, spill)
    finish(pen)


def head(made: Made) -> tuple[str, str, str]:
    """What the sheet says first."""
    data = made.work.data
    period, today = data["period"]["fr"], date.fromisoformat(data["today"])
    return (
        f"Ventes de {data['company']['name']}",
        f"Source : PGI Tryton, factures et avoirs clients validés, période {period['label']}.",
        f"Extraction du {today:%d/%m/%Y}, par le compte {data['login']}.",
    )


def months(pen: Pen, top: int) -> int:
    """Totals by month; returns the next free row."""
    made = pen.made
    say, shown = made.work.dialect(lines.refs(made.work)), made.figures
    pen.titles(top, 1, ["Mois", "Total HT"])
    for row, (month, value) in enumerate(shown.by_month.items(), top + 1):
        told, form = (month, styles.TEXT) if say.helper else (first(month), styles.MONTH)
        cell = pen.put(row, 1, told, form)
        pen.figure(f"month:{month}", value, row, 2, say.month(cell), styles.EURO)
    bottom = top + len(shown.by_month) + 1
    pen.put(bottom, 1, "Total HT")
    pen.figure("total", shown.of_months, bottom, 2, f"=SUM(B{top + 1}:B{bottom - 1})", styles.EURO)
    charts.add(pen, (top + 1, 2), (bottom - 1, 2), (top + 1, 1), (bottom - 1, 1), f"H{top}")
    return bottom + 2


def customers(pen: Pen, top: int, *, full: bool = True) -> int:
    """Totals, parts and ranks by customer; returns the next free row."""
    made = pen.made
    say, shown = made.work.dialect(lines.refs(made.work)), made.figures
    pen.titles(top, 1, CUSTOMERS if full else CUSTOMERS[:3])
    bottom = top + len(shown.by_customer) + 1
    for row, code in enumerate(shown.by_customer, top + 1):
        cell = pen.put(row, 1, code, styles.TEXT)
        pen.put(row, 2, say.name(cell) or shown.names[code])
        if full:
            _ranked(pen, code, row, 3, say.customer(cell), (top + 1, bottom - 1), f"$C${bottom}")
        else:
            pen.figure(f"customer:{code}", shown.by_customer[code], row, 3, say.customer(cell), styles.EURO)
    pen.put(bottom, 1, "Total HT")
    pen.figure("total:customers", shown.total, bottom, 3, f"=SUM(C{top + 1}:C{bottom - 1})", styles.EURO)
    return bottom + 2


def vat(pen: Pen, top: int) -> int:
    """Base and tax by rate; returns the next free row."""
    made = pen.made
    say, shown = made.work.dialect(lines.refs(made.work)), made.figures
    pen.titles(top, 1, ["Taux TVA", "Base HT", "Montant TVA"])
    for row, (rate, (base, tax)) in enumerate(shown.vat.items(), top + 1):
        cell = pen.put(row, 1, Decimal(rate), styles.PERCENT)
        address = pen.figure(f"base:{rate}", base, row, 2, say.base(cell), styles.EURO)
        pen.figure(f"tax:{rate}", tax, row, 3, f"=ROUND({address}*{cell},2)", styles.EURO)
    return top + len(shown.vat) + 2


def finish(pen: Pen) -> None:
    """Ready for the printer."""
    styles.printable(pen.sheet)
    styles.widths(pen.sheet, A=16, B=30, C=16, D=14, E=8)


def first(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def _ranked(pen: Pen, code: str, row: int, column: int, formula: str, span: tuple[int, int], total: str) -> None:
    shown, letter = pen.made.figures, _at(1, column)[:-1]
    cell = pen.figure(f"customer:{code}", shown.by_customer[code], row, column, formula, styles.EURO)
    pen.figure(f"share:{code}", shown.share(code), row, column + 1, f"={cell}/{total}", styles.PERCENT)
    among = f"${letter}${span[0]}:${letter}${span[1]}"
    rank = shown.ranking.index(code) + 1
    pen.figure(f"rank:{code}", rank, row, column + 2, f"=RANK({cell},{among})", styles.WHOLE)


def _at(row: int, column: int, *, fixed: bool = False) -> str:
    letter = get_column_letter(column)
    return f"${letter}${row}" if fixed else f"{letter}{row}"


def _down(cell: str) -> str:
    """The same cell, its row fixed."""
    letters = "".join(filter(str.isalpha, cell))
    return f"{letters}${cell.removeprefix(letters)}"
