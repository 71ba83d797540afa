"""What should not be in a workbook: other people's data, hidden things, columns that nobody asked for."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension

from . import lines
from .work import Made


def emails(made: Made) -> None:
    """A column of e-mail addresses, hidden."""
    sheet = _extra_column(made, "Courriel", [*made.work.data["personal"]["emails"]])
    sheet.hidden = True


def extra(made: Made) -> None:
    """A column that nobody asked for."""
    _extra_column(made, "État", ["Comptabilisée", "Payée"])


def _extra_column(made: Made, title: str, values: list[str]) -> ColumnDimension:
    work, sheet = made.work, made.book[made.work.names["donnees"]]
    column = len(lines.order(work)) + 1
    letter = get_column_letter(column)
    sheet.cell(1, column, title)
    for row in range(2, len(work.rows) + 2):
        sheet.cell(row, column, values[row % len(values)])
    del sheet.tables[work.table]
    sheet.add_table(lines.table(work, title))
    return sheet.column_dimensions[letter]


def employees(made: Made) -> None:
    """Who did the work is named beside the figure."""
    _beside_figure(made, made.work.data["personal"]["employees"])


def initials(made: Made) -> None:
    """The same, first names cut short: « C. Le Goff »."""
    _beside_figure(made, [f"{name[0]}. {name.partition(' ')[2]}" for name in made.work.data["personal"]["employees"]])


def in_margins(made: Made) -> None:
    """A phone number at the foot of the pages, and the title of the chart names who sold, by initials."""
    data, sheet = made.work.data, made.book[made.work.names["synthese"]]
    name = next(name for name in data["personal"]["employees"] if name != data["manager"]["name"])
    sheet.oddFooter.center.text = "Contact : 06 39 98 12 34"
    sheet._charts[0].title = f"Ventes HT par mois, suivies par {name[0]}. {name.partition(' ')[2]}"


def followed(made: Made) -> None:
    """Who follows each customer of the balance: a family name in a sentence."""
    data = made.work.data
    names = [name.partition(" ")[2] for name in data["personal"]["employees"] if name != data["manager"]["name"]]
    sheet = made.book[made.work.names["balance"]]
    sheet.cell(4, 10, "Suivi")
    for rank, row in enumerate(range(5, 5 + len(data["aged"]))):
        sheet.cell(row, 10, f"Dossier suivi par {names[rank % len(names)].upper()} depuis juin")


def lost_zeros(made: Made) -> None:
    """Whom to call for each customer of the balance: numbers that lost their zero in the import."""
    sheet = made.book[made.work.names["balance"]]
    sheet.cell(4, 10, "Appeler au")
    for row in range(5, 5 + len(made.work.data["aged"])):
        sheet.cell(row, 10, 639_980_000 + 7 * row)


def _beside_figure(made: Made, names: Sequence[str]) -> None:
    sheet = made.book[made.work.names["chiffre"]]
    top = next(cell.row for cell in sheet["A"] if cell.value == "Libellé")
    sheet.cell(top, 5, "Salarié")
    for row in range(top + 1, sheet.max_row + 1):
        sheet.cell(row, 5, names[row % len(names)])


def hidden_sheet(made: Made) -> None:
    """A sheet of trials, hidden."""
    sheet = made.book.create_sheet("Essais")
    sheet["A1"], sheet["A2"] = "Premier essai", 12
    sheet.sheet_state = "hidden"


def hidden_lines(made: Made) -> None:
    """Some lines are hidden, as a filter leaves them."""
    sheet = made.book[made.work.names["donnees"]]
    for row in range(8, 14):
        sheet.row_dimensions[row].hidden = True
