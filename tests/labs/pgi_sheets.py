"""Workbooks made here, for the tests of the checks of extraction-pgi: sheets of cells, and what they compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from etabli.exam.contract.check import import_grader
from etabli.exam.tools.book import Book, BookCell, Format, WorkSheet
from etabli.exam.tools.computed import PivotArea, Values
from etabli.system.settings import repository

GRADER = repository() / "graders" / "extraction-pgi"
MODULES = (
    "additions aging amounts analysis changes charts columns compare contents corrections elsewhere entries exports "
    "extraction fidelity figure finding formulas gap grid kinds labels meaning note order places precedents presentation "
    "privacy said shape summary synthesis total totals trial trials work"
).split()
(
    additions, aging, amounts, analysis, changes, charts, columns, compare, contents, corrections, elsewhere, entries, exports,
    extraction, fidelity, figure, finding, formulas, gap, grid, kinds, labels, meaning, note, order, places, precedents,
    presentation, privacy, said, shape, summary, synthesis, total, totals, trial, trials, work,
) = (import_grader(GRADER, name) for name in MODULES)  # fmt: skip

MONTHS = ["2025-11", "2025-12", "2026-01"]
TITLES = {
    "numero": "Numéro", "date": "Date", "code_client": "Code client", "client": "Client", "compte": "Compte",
    "article": "Article", "quantite": "Quantité", "montant": "Montant HT", "taux": "Taux TVA",
}  # fmt: skip
CUSTOMERS = {
    "00007": "L'Îlot d'Ébène",
    "00012": "3D Atelier",
    "00019": "Menuiserie Morel",
    "00034": "Menuiserie Morelle",
}


def row(numero: str | None, day: str, code: str, amount: str, rate: str = "0.20", **more: Any) -> dict[str, Any]:
    said_of = {"numero": numero, "date": day, "code_client": code, "client": CUSTOMERS[code], "montant": amount}
    rest = {"compte": "7071", "article": "Établi pliant", "article_code": "ETA-1", "quantite": "2", "taux": rate}
    return said_of | rest | {"credit": amount.startswith("-")} | more


ROWS = [
    row("FC1", "2025-11-01", "00007", "100.00"),
    row("FC1", "2025-11-01", "00007", "50.50", "0.055"),
    row("FC2", "2025-12-10", "00012", "200.00"),
    row("FC3", "2025-12-15", "00019", "75.25"),
    row("AV1", "2026-01-08", "00007", "-50.50", "0.055", quantite="-2"),
    row("FC4", "2026-01-31", "00034", "310.00"),
]
OUTSIDE = {
    "draft": row(None, "2025-12-20", "00012", "999.00"),
    "cancelled": row(None, "2025-12-21", "00019", "888.00"),
    "before": row("FC0", "2025-10-31", "00007", "10.00"),
    "after": row("FC5", "2026-02-01", "00007", "20.00"),
    "supplier": row("FF1", "2025-12-02", "00012", "60.00"),
}
VARIANT = SimpleNamespace(
    rows=[shape.Row(**one) for one in ROWS],
    titles=TITLES,
    period={
        "from": "2025-11-01", "to": "2026-01-31", "months": MONTHS,
        "fr": {"from": "1er novembre 2025", "to": "31 janvier 2026", "label": "de novembre à janvier"},
    },
    names=CUSTOMERS,
    rates=["0.20", "0.055"],
    outside={
        kind: [shape.Stray(*(one[name] for name in ("numero", "date", "code_client", "montant")))]
        for kind, one in OUTSIDE.items()
    },
)  # fmt: skip


# -- making workbooks

DATE, AMOUNT, EURO, PERCENT = (
    Format("date"),
    Format("number", 2, True),
    Format("currency", 2, True),
    Format("percent", 1),
)


def cell(content: Any, form: Format | None = None) -> BookCell:
    """A constant, or `("=formula", value)`."""
    shown = content[1] if isinstance(content, tuple) else content
    made = form or (DATE if isinstance(shown, date) else AMOUNT if isinstance(content, float) else Format())
    if isinstance(content, tuple):
        return BookCell(None, "", content[0], format=made)
    return BookCell(content, "" if content is None else str(content), format=made)


def held(content: Any) -> Any:
    value = content[1] if isinstance(content, tuple) else content
    if isinstance(value, date):
        return float((value - date(1899, 12, 30)).days)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def sheet(name: str, rows: Sequence[Sequence[Any]], **more: Any) -> WorkSheet:
    return WorkSheet(name, more.pop("hidden", False), [[cell(one) for one in line] for line in rows], **more)


def computed(*sheets: tuple[str, Sequence[Sequence[Any]]], pivots: tuple[PivotArea, ...] = ()) -> Values:
    return Values({name: [[held(one) for one in line] for line in rows] for name, rows in sheets}, pivots)


def grids_of(*sheets: tuple[str, Sequence[Sequence[Any]]], **more: Any) -> tuple[Book, Mapping[str, Any]]:
    book = Book([sheet(name, rows, **more.get(name, {})) for name, rows in sheets])
    values = computed(*sheets)
    return book, grid.grids(book, lambda: values)


def lines(rows: Sequence[Mapping[str, Any]] = ROWS) -> list[list[Any]]:
    """A right sheet of lines: titles, then one line each."""
    numbers = ("quantite", "montant", "taux")

    def typed(name: str, value: Any) -> Any:
        return date.fromisoformat(value) if name == "date" else float(value) if name in numbers else value

    return [list(TITLES.values()), *([typed(name, one[name]) for name in TITLES] for one in rows)]


DATA = "Données"
TOTALS: list[list[Any]] = [
    ["Ventes"],
    ["Mois", "Total HT"],
    [date(2025, 11, 1), ("=SUMIFS(Données!H2:H7,Données!B2:B7,A3)", 150.5)],
    [date(2025, 12, 1), ("=SUMIFS(Données!H2:H7,Données!B2:B7,A4)", 275.25)],
    [date(2026, 1, 1), ("=SUMIFS(Données!H2:H7,Données!B2:B7,A5)", 259.5)],
    ["Total", ("=SUM(B3:B5)", 685.25)],
    [],
    ["Code", "Client", "Total HT", "Part", "Rang"],
    ["00007", "L'Îlot d'Ébène", ("=SUMIF(Données!C:C,A9,Données!H:H)", 100.0), ("=C9/$B$6", 0.145932), ("=RANK(C9,C9:C12)", 3.0)],
    ["00012", "3D Atelier", ("=SUMIF(Données!C:C,A10,Données!H:H)", 200.0), ("=C10/$B$6", 0.291864), ("=RANK(C10,C9:C12)", 2.0)],
    ["00019", "Menuiserie Morel", ("=SUMIF(Données!C:C,A11,Données!H:H)", 75.25), ("=C11/$B$6", 0.109814), ("=RANK(C11,C9:C12)", 4.0)],
    ["00034", "Menuiserie Morelle", ("=SUMIF(Données!C:C,A12,Données!H:H)", 310.0), ("=C12/$B$6", 0.452390), ("=RANK(C12,C9:C12)", 1.0)],
    [],
    ["Taux", "Base", "TVA"],
    [0.2, ("=SUMIF(Données!I:I,A15,Données!H:H)", 685.25), ("=B15*A15", 137.05)],
    [0.055, ("=SUMIF(Données!I:I,A16,Données!H:H)", 0.0), ("=B16*A16", 0.0)],
]  # fmt: skip


def made(
    totals: Sequence[Sequence[Any]] = TOTALS, data: Sequence[Sequence[Any]] | None = None
) -> tuple[Any, Any, Mapping[str, Any]]:
    """The synthesis of a workbook with these two sheets, its extraction and its grids."""
    book, found = grids_of((DATA, data or lines()), ("Synthèse", totals))
    read = read_of(found)
    return synthesis.Synthesis(book, found, read, VARIANT), read, found


def read_lines(rows: Sequence[Sequence[Any]]) -> Any:
    return read_of(grids_of((DATA, rows))[1])


def read_of(found: Mapping[str, Any], tabled: Sequence[str] = ()) -> Any:
    """The extraction that is found in some grids."""
    return extraction.find_extraction("analyse.xlsx", list(found.values()), TITLES, tabled)


def handed(path: str = "analyse.xlsx", workbook: Any = None, variant: Any = VARIANT, **found: Any) -> Any:
    """The contents of a workbook of which these are found already."""
    asked = SimpleNamespace(path=lambda _: path)
    one = contents.Contents(asked, workbook or SimpleNamespace(keep=lambda *_: None), variant)
    one.__dict__ |= found
    return one


def judged(one: Any, /, **tried: tuple[Any, Values]) -> Any:
    """What is expected of the totals of a workbook that becomes this in these trials."""
    behind = trials.Trials(one, None, None)
    behind.__dict__["computed"] = tried
    return totals.Totals(one, behind)


def compared(rows: Sequence[Mapping[str, Any]]) -> Any:
    return fidelity.Fidelity(read_lines(lines(rows)), VARIANT)


def changed(totals: Sequence[Sequence[Any]], where: Mapping[tuple[int, int], Any]) -> list[list[Any]]:
    """A sheet with other contents at these rows and columns, counted from 1."""
    copy = [list(line) for line in totals]
    for (at_row, column), content in where.items():
        copy[at_row - 1][column - 1] = content
    return copy
