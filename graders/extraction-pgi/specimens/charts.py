"""Charts of a *Synthèse*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.chart import BarChart, LineChart, Reference

if TYPE_CHECKING:
    from .pen import Pen

TITLE = "Ventes HT par mois"
Corner = tuple[int, int]


def add(pen: Pen, first: Corner, last: Corner, first_label: Corner, last_label: Corner, where: str) -> None:
    """A chart of the months, with a title and titles of axes."""
    chart = BarChart() if not pen.made.work.dialect.helper else LineChart()
    chart.add_data(_reference(pen, first, last), from_rows=first[0] == last[0], titles_from_data=False)
    chart.set_categories(_reference(pen, first_label, last_label))
    chart.title = TITLE
    chart.legend = None
    chart.x_axis.title, chart.y_axis.title = "Mois", "Montant HT (€)"
    chart.x_axis.number_format = "mmm yyyy"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = 20, 9
    pen.sheet.add_chart(chart, where)


def _reference(pen: Pen, first: Corner, last: Corner) -> Reference:
    return Reference(pen.sheet, min_row=first[0], min_col=first[1], max_row=last[0], max_col=last[1])
