"""Right works, each made in another way."""

from __future__ import annotations

from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName

from . import archive, dialects, extracts, french, lines, looks, office, pivots, rows, summary
from .work import Data, Made, Work

FULL = (lines.donnees, summary.stacked, extracts.chiffre, extracts.echeances, extracts.balance,
        extracts.livre, extracts.ecart)  # fmt: skip


def tableau(data: Data) -> Work:
    """A Table, structured references, SUMIFS; a note in Markdown."""
    return Work(data, rows.extraction(data), FULL)


def croise(data: Data) -> Work:
    """Customers × months by SUMIFS over whole columns; a Word document."""
    sheets = (FULL[0], summary.crossed, *FULL[2:])
    return Work(data, rows.extraction(data), sheets, reach="whole", note_suffix=".docx")


def noms(data: Data) -> Work:
    """SUMIF over names of columns; a name over the lines."""
    own = Work(data, rows.extraction(data), FULL, dialects.Sumif, reach="names", table="", note_suffix=".docx")
    return own.then(named_range)


def named_range(made: Made) -> None:
    """A name over the lines, no Table."""
    work = made.work
    area = f"$A$1:${lines.place(work, lines.order(work)[-1])}${len(work.rows) + 1}"
    made.book.defined_names["Ventes"] = DefinedName("Ventes", attr_text=f"{lines.quoted(work.names['donnees'])}!{area}")


def sommeprod(data: Data) -> Work:
    """SUMPRODUCT over a Table with a column « Mois »; an OpenDocument text."""
    return Work(data, rows.extraction(data), FULL, dialects.Sumproduct, note_suffix=".odt")


def rangs(data: Data) -> Work:
    """Months by their number, 1 to 12, in a helper column and beside the totals."""
    return sommeprod(data).but(month_of="MONTH({})".format, note_suffix=".md").then(month_numbers)


def month_numbers(made: Made) -> None:
    """The labels of the months are their numbers."""
    for key in made.keys("month"):
        cell = made.cell(key)
        label = made.book[made.places[key][0]].cell(cell.row, cell.column - 1, int(key[-2:]))
        label.number_format = "0"


def dynamique(data: Data) -> Work:
    """The functions of Excel 365, saved as Excel saves them; a PDF."""
    sheets = (FULL[0], summary.spilled, *FULL[2:])
    own = Work(data, rows.extraction(data), sheets, dialects.Dynamic, note_suffix=".pdf")
    return own.patched(_saved_by_excel)


def _saved_by_excel(made: Made, content: bytes) -> bytes:
    title = made.work.names["synthese"]
    shown = {place: made.values[key] for key, (sheet, place) in made.places.items() if sheet == title}
    return archive.dynamic(content, title, shown)


def essentiel(data: Data) -> Work:
    """Extraction, totals and a chart."""
    return Work(data, rows.extraction(data), (lines.donnees, summary.essential), reach="whole", table="", note=None)


def extraction(data: Data) -> Work:
    """The lines, and no synthesis yet."""
    return essentiel(data).but(sheets=(lines.donnees,))


def libre(data: Data) -> Work:
    """LibreOffice throughout: formulas typed in French over long ranges, a database range, an `.ods`."""
    own = Work(data, rows.extraction(data), FULL, dialects.Sumif, reach="long", table="", note_suffix=".odt")
    return own.but(suffix=".ods").patched(
        lambda made, content: office.saved(content, [*french.typed(made), pivots.named(made)], save=".ods")
    )


def pivot_excel(data: Data) -> Work:
    """Pivots over the Table, months by a calculated column."""
    sheets = (FULL[0], pivots.pivoted, *FULL[2:])
    own = Work(data, rows.extraction(data), sheets, dialects.Sumproduct, note_suffix=".txt")
    return own.patched(pivots.in_excel)


def pivot_libre(data: Data) -> Work:
    """Pivots of LibreOffice, dates grouped by month."""
    sheets = (FULL[0], pivots.pivoted, *FULL[2:])
    own = Work(data, rows.extraction(data), sheets, reach="whole", table="", suffix=".ods", note_suffix=".odt")
    return own.patched(pivots.in_libreoffice)


def enregistre(data: Data) -> Work:
    """Written by a script, then opened and saved in LibreOffice: every cell has its value."""
    return croise(data).but(note_suffix=".txt").patched(lambda made, content: office.saved(content))


TITLES = {
    "numero": "N° de facture", "date": "Date de facture", "code_client": "Code du client", "client": "Raison sociale",
    "compte": "Compte comptable", "article": "Produit", "quantite": "Qté", "montant": "Montant hors taxes",
    "taux": "Taux de TVA",
}  # fmt: skip
NAMES = {"donnees": "Extraction Tryton", "synthese": "Tableau de bord", "chiffre": "Autre relevé",
         "echeances": "Impayés", "balance": "Retards", "livre": "Comptes 70", "ecart": "Rapprochement"}  # fmt: skip


def autrement(data: Data) -> Work:
    """Columns in another order, other titles, other names, the *Données* last; dates of an old Mac."""
    columns = ("client", "code_client", "montant", "taux", "quantite", "article", "compte", "date", "numero")
    own = Work(data, rows.extraction(data)[::-1], FULL, columns=columns, headers=TITLES, names=NAMES, table="Lignes")
    return own.but(note_suffix=".pdf").then(data_last, from_1904)


def raw_kept(made: Made) -> None:
    """The export stands in front, as Tryton gave it, all in text."""
    source = made.book[made.work.names["donnees"]]
    raw = made.book.create_sheet("Export brut", 0)
    for row in source.iter_rows():
        for cell in row:
            raw.cell(cell.row, cell.column, f"{cell.value:%Y-%m-%d}" if cell.is_date else str(cell.value))


def codes_last(made: Made) -> None:
    """Each customer by name, and the code at the other end of the line; the chart shows the first eight, and « Autres »."""
    for rank, key in enumerate(made.keys("customer")):
        cell = made.cell(key)
        sheet, row = cell.parent, cell.row
        code, name, far = sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"F{row}"]
        far.value, far.number_format = code.value, code.number_format
        code.value, name.value = name.value, None
        cell.value = str(cell.value).replace(f"A{row}", f"F{row}")
        if not rank:
            sheet[f"A{row - 1}"], sheet[f"B{row - 1}"], sheet[f"F{row - 1}"] = "Client", None, "Code client"
    looks.first_ones(made)


def from_1904(made: Made) -> None:
    """Dates are counted from 1904, and each month from the one above it."""
    made.book.epoch = CALENDAR_MAC_1904
    for key in made.keys("month")[1:]:
        cell = made.cell(key)
        made.book[made.places[key][0]].cell(cell.row, 1).value = f"=EDATE(A{cell.row - 1},1)"


def data_last(made: Made) -> None:
    """The sheet of the lines goes last."""
    made.book.move_sheet(made.work.names["donnees"], len(made.book.worksheets) - 1)
