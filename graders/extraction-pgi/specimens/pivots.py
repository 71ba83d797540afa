"""Workbooks whose totals are pivots, made by LibreOffice over *Données*."""

from __future__ import annotations

import re

from . import archive, charts, lines, office, styles
from .pen import Pen
from .summary import CUSTOMERS, finish, head, vat
from .work import Made

AMOUNTS = '# ##0,00" €"'
CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"


def pivoted(made: Made) -> None:
    """A *Synthèse* with room for two pivots; parts, ranks and names are formulas beside the second."""
    pen, shown = Pen(made, "synthese"), made.figures
    top = vat(pen, pen.heading(*head(made)))
    bottom = top + len(shown.by_month) + 1
    for row, month in enumerate(in_order(made), top + 1):
        _awaited(pen, f"month:{month}", shown.by_month[month], row)
    _awaited(pen, "total", shown.total, bottom)
    charts.add(pen, (top + 1, 2), (bottom - 1, 2), (top + 1, 1), (bottom - 1, 1), f"H{top}")
    start = bottom + 3
    pen.titles(start, 3, CUSTOMERS[1:2] + CUSTOMERS[3:])
    last = start + len(shown.by_customer)
    for row, (code, value) in enumerate(shown.by_customer.items(), start + 1):
        _awaited(pen, f"customer:{code}", value, row)
        refs = lines.refs(made.work)
        pen.put(row, 3, f"=INDEX({refs['client']},MATCH(A{row},{refs['code_client']},0))")
        pen.figure(f"share:{code}", shown.share(code), row, 4, f"=B{row}/$B${last + 1}", styles.PERCENT)
        rank = shown.ranking.index(code) + 1
        pen.figure(f"rank:{code}", rank, row, 5, f"=RANK(B{row},$B${start + 1}:$B${last})", styles.WHOLE)
    finish(pen)


def in_order(made: Made) -> list[str]:
    """The months as a pivot has them: texts in order, or dates grouped by month of the calendar."""
    months = list(made.figures.by_month)
    return months if made.work.dialect.helper else sorted(months, key=lambda month: month[5:])


def _awaited(pen: Pen, key: str, shows: object, row: int) -> None:
    pen.made.places[key] = (pen.title, f"B{row}")
    pen.made.values[key] = shows  # type: ignore[assignment]


def acts(made: Made, *, by: str = "Mois", last: int = 0) -> list[office.Act]:
    """What is done in LibreOffice: two pivots, their amounts in euros.

    Args:
        made: The workbook.
        by: The field of the months; grouped, when it is the date.
        last: The last row of their source; the last line's, when 0.
    """
    sheet, work = made.work.names["synthese"], made.work
    letter = lines.place(work, lines.order(work)[-1])
    source = [work.names["donnees"], f"A1:{letter}{last or len(work.rows) + 1}"]
    fields = lines.headers(work)
    months, customers = (span(made, family) for family in ("month", "customer"))
    done: list[office.Act] = []
    for name, field, (start, end) in (("Mois", by, months), ("Clients", fields["code_client"], customers)):
        grouped = {"months": field} if name == "Mois" and by == fields["date"] else {}
        pivot = {"name": name, "source": source, "target": [sheet, f"A{start - 1}"], "rows": [field], "columns": []}
        done.append(("pivot", pivot | {"values": [fields["montant"]]} | grouped))
        done.append(("number_format", {"sheet": sheet, "cells": f"B{start}:B{end + 1}", "code": AMOUNTS}))
    return done


def span(made: Made, family: str) -> tuple[int, int]:
    """The first and the last row of a family's figures."""
    rows = [int(re.sub(r"\D", "", made.places[key][1])) for key in made.keys(family)]
    return min(rows), max(rows)


def in_excel(made: Made, content: bytes) -> bytes:
    """Two pivots over the Table, by its name, and its column « Mois » calculated: as Excel writes them."""
    content = office.saved(content, acts(made))
    content = archive.rewritten(content, CACHE, lambda xml: re.sub(
        r"<worksheetSource [^>]*/>", f'<worksheetSource name="{made.work.table}"/>', xml))  # fmt: skip
    formula = made.work.month_of(f"{made.work.table}[[#This Row],[{lines.headers(made.work)['date']}]]")
    formula = formula.replace('"', "&quot;")
    return archive.rewritten(content, "xl/tables/table1.xml", lambda xml: re.sub(
        rf'(<tableColumn [^>]*name="{lines.MONTHS}")/>',
        rf"\1><calculatedColumnFormula>{formula}</calculatedColumnFormula></tableColumn>", xml))  # fmt: skip


def in_libreoffice(made: Made, content: bytes) -> bytes:
    """Two pivots over more rows than there are lines, dates grouped by month; an `.ods`."""
    done = acts(made, by=lines.headers(made.work)["date"], last=lines.LAST)
    return office.saved(content, [*done, named(made)], save=".ods")


def named(made: Made) -> office.Act:
    """*Données* as a database range."""
    work = made.work
    letter = lines.place(work, lines.order(work)[-1])
    cells = f"A1:{letter}{len(work.rows) + 1}"
    return "database_range", {"name": "Ventes", "sheet": work.names["donnees"], "cells": cells}
