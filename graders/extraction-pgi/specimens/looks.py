"""What is badly shown: formats, pages, charts, a source that is not told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from openpyxl.chart import PieChart, Reference
from openpyxl.workbook.properties import CalcProperties

from . import archive, lines, styles
from .work import Made


COPY = 20
"""Column of what is pasted beside the totals."""


def taken_today(made: Made) -> None:
    """The date of the extraction is that of whoever opens the workbook."""
    sheet = made.book[made.work.names["synthese"]]
    sheet["A3"] = '="Extrait le "&TEXT(TODAY(),"dd/mm/yyyy")'


def by_hand(made: Made) -> None:
    """« Calcul manuel » is saved in the workbook."""
    made.book.calculation = CalcProperties(calcMode="manual")


def half_told(made: Made) -> None:
    """The grand total and the VAT have the format that Excel gives them; « Extraction du … au … » has no day of its own."""
    for key in ("total", *made.keys("base"), *made.keys("tax")):
        made.cell(key).number_format = styles.GENERAL
    first, last = (made.work.data["period"][end] for end in ("from", "to"))
    sheet = made.book[made.work.names["synthese"]]
    sheet["A3"] = f"Extraction du {date.fromisoformat(first):%d/%m/%Y} au {date.fromisoformat(last):%d/%m/%Y}."


def general(made: Made) -> None:
    """No format for any number; dates keep theirs, without which they are none."""
    for sheet in made.book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.is_date:
                    cell.number_format = styles.GENERAL


def bare_dates(made: Made) -> None:
    """The column of dates lost its format: 45931."""
    sheet = made.book[made.work.names["donnees"]]
    for cell in sheet[lines.place(made.work, "date")][1:]:
        cell.number_format = styles.GENERAL


def unprintable(made: Made) -> None:
    """Portrait, in pieces, titles on the first page only."""
    for sheet in made.book.worksheets:
        sheet.page_setup.orientation = "portrait"
        sheet.page_setup.fitToHeight = sheet.page_setup.fitToWidth = None
        sheet.sheet_properties.pageSetUpPr = None
        sheet._print_rows = None  # to give print_title_rows None does nothing


def half_shown(made: Made) -> None:
    """A print area of a few cells, rows above frozen ones, credit notes without cents, a date before all sales."""
    sheet, summary = (made.book[made.work.names[name]] for name in ("donnees", "synthese"))
    sheet.print_area, summary.print_area = "A1:C12", "A1:A4"
    sheet.freeze_panes = "A32"
    sheet.sheet_view.topLeftCell, sheet.sheet_view.pane.ySplit = "A31", 1
    for cell in sheet[lines.place(made.work, "montant")][1:]:
        cell.number_format = "#,##0.00;-#,##0"
    summary["A3"] = "Extraction du 01/01/1999"


def chart_without_last(made: Made) -> None:
    """The chart forgets the last month."""
    _charted(made, last=-1)


def chart_with_total(made: Made) -> None:
    """The chart shows the total beside the months."""
    _charted(made, last=1)


def _charted(made: Made, last: int) -> None:
    sheet = made.book[made.work.names["synthese"]]
    [chart] = sheet._charts
    rows = [made.cell(key).row for key in made.keys("month")]
    [serie] = chart.series
    for column, source in ((2, serie.val.numRef), (1, serie.cat.numRef)):
        source.f = str(Reference(sheet, min_col=column, min_row=rows[0], max_row=rows[-1] + last))


def first_come(made: Made) -> None:
    """The chart shows the first eight customers of a list in the order of codes, and « Autres »."""
    _eight(made, made.keys("customer"))


def first_ones(made: Made) -> None:
    """The chart shows the eight customers who buy the most, and « Autres »."""
    _eight(made, [f"customer:{code}" for code in made.figures.ranking])


def _eight(made: Made, keys: Sequence[str]) -> None:
    ten_customers(made)
    sheet, cells = made.book[made.work.names["synthese"]], [made.cell(key) for key in keys]
    form = cells[0].number_format
    for row, cell in enumerate(cells[:8], 100):
        sheet.cell(row, COPY, f"=A{cell.row}")
        sheet.cell(row, COPY + 1, f"={cell.coordinate}").number_format = form
    sheet.cell(108, COPY, "Autres")
    rest = "+".join(cell.coordinate for cell in cells[8:])
    sheet.cell(108, COPY + 1, f"={rest}").number_format = form
    (series,) = sheet._charts[0].series
    for source, column in ((series.val.numRef, COPY + 1), (series.cat.numRef, COPY)):
        source.f = str(Reference(sheet, min_col=column, min_row=100, max_row=108))


def ten_customers(made: Made) -> None:
    """The chart shows ten customers; nothing says what the others buy."""
    sheet = made.book[made.work.names["synthese"]]
    first = made.cell(made.keys("customer")[0])
    [chart] = sheet._charts
    [serie] = chart.series
    rows = {"min_row": first.row, "max_row": first.row + 9}
    serie.val.numRef.f = str(Reference(sheet, min_col=first.column, **rows))
    serie.cat.numRef.f = str(Reference(sheet, min_col=1, **rows))
    chart.title, chart.x_axis.title = "Ventes HT par client", "Client"


def month_first(made: Made) -> None:
    """Dates as English has them."""
    sheet = made.book[made.work.names["donnees"]]
    for cell in sheet[lines.place(made.work, "date")][1:]:
        cell.number_format = "mm/dd/yyyy"


def short(made: Made) -> None:
    """Dates without their year, totals without cents."""
    sheet = made.book[made.work.names["donnees"]]
    for cell in sheet[lines.place(made.work, "date")][1:]:
        cell.number_format = "dd/mm"
    for key in (*made.keys("month"), *made.keys("customer"), *made.keys("total")):
        made.cell(key).number_format = "#,##0"


def denied(made: Made) -> None:
    """The sheet says that Tryton is not its source; the title of the chart tells another one."""
    sheet = made.book[made.work.names["synthese"]]
    sheet["A2"] = "Ces chiffres ne viennent ni de Tryton ni d'un autre PGI : un collègue les a donnés de mémoire."
    [chart] = sheet._charts
    chart.title, chart.x_axis.title, chart.y_axis.title = "Salariés par service", "Service", "Nombre de salariés"


def no_chart(made: Made) -> None:
    """No chart."""
    made.book[made.work.names["synthese"]]._charts.clear()


def chart_on_a_copy(made: Made) -> None:
    """The chart shows the months' totals as they were pasted beside."""
    sheet, cells = made.book[made.work.names["synthese"]], [made.cell(key) for key in made.keys("month")]
    for cell, key in zip(cells, made.keys("month"), strict=True):
        copy = sheet.cell(cell.row, COPY, float(made.values[key]))
        copy.number_format = cell.number_format
    (series,) = sheet._charts[0].series
    rows = {"min_row": cells[0].row, "max_row": cells[-1].row}
    series.val.numRef.f = str(Reference(sheet, min_col=COPY, max_col=COPY, **rows))


def out_of_sight(made: Made) -> None:
    """The axis of the chart begins at ten times the highest total; beside each code stands the next customer's name."""
    sheet = made.book[made.work.names["synthese"]]
    scale, top = sheet._charts[0].y_axis.scaling, max(abs(float(made.values[key])) for key in made.keys("month"))
    scale.min, scale.max = round(top * 10), round(top * 20)
    names = [sheet.cell(made.cell(key).row, 2) for key in made.keys("customer")]
    told = [one.value for one in names]
    for name, value in zip(names, [*told[1:], told[0]], strict=True):
        name.value = value


def all_alike(made: Made) -> None:
    """The months are bars « 100 % »: one series, so that all are as high."""
    [chart] = made.book[made.work.names["synthese"]]._charts
    chart.grouping, chart.overlap = "percentStacked", 100


def untitled_chart(made: Made) -> None:
    """No title, nothing on the axes."""
    [chart] = made.book[made.work.names["synthese"]]._charts
    chart.title = chart.x_axis.title = chart.y_axis.title = None


def pie(made: Made) -> None:
    """A pie of all customers."""
    sheet = made.book[made.work.names["synthese"]]
    rows = [made.cell(key).row for key in made.keys("customer")]
    chart = PieChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=rows[0], max_row=rows[-1]))
    chart.set_categories(Reference(sheet, min_col=2, min_row=rows[0], max_row=rows[-1]))
    chart.title = "Ventes par client"
    sheet._charts.clear()
    sheet.add_chart(chart, "H5")


def unseen_chart(_: Made, content: bytes) -> bytes:
    """The chart is there, hidden, and of no size."""
    [part] = [name for name in archive.unzipped(content) if name.startswith("xl/drawings/drawing")]

    def change(xml: str) -> str:
        xml = re.sub(r"<((?:xdr:)?cNvPr) ", r'<\1 hidden="1" ', xml)
        return re.sub(r'(<(?:xdr:)?ext )cx="\d+" cy="\d+"', r'\1cx="0" cy="0"', xml)

    return archive.rewritten(content, part, change)


def endless_titles(_: Made, content: bytes) -> bytes:
    """The rows that are repeated on each page end with one whose number has 5,000 digits."""

    def change(xml: str) -> str:
        return re.sub(r'(<definedName name="_xlnm.Print_Titles"[^>]*>[^<]*!\$1:\$)1', rf"\g<1>{'1' * 5_000}", xml)

    return archive.rewritten(content, "xl/workbook.xml", change)
