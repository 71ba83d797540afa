"""What `operators.yaml` says of workbooks and notes: `OPERATORS[name](specimen, data)` gives the files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.chart import AreaChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.formula import ArrayFormula

from etabli.lab.specimens.specimen import Specimen

from . import archive, cheats, leaks, lines, looks, mistakes, notes, office, rows, styles
from .mistakes import formulas
from .witnesses import WORKS
from .work import Data, Made, Step, Tree, Work

Code = Callable[[Specimen, Data], Tree]
Lines = rows.Rows


def work(change: Callable[[Work], Work]) -> Code:
    """Right work, changed before it is written."""
    return lambda specimen, data: change(WORKS[specimen.name](data)).tree()


def step(*steps: Step, **settings: Any) -> Code:
    """Right work, one thing changed in the workbook."""
    return work(lambda own: own.but(**settings).then(*steps))


def listed(change: Callable[[Lines, Data], Lines]) -> Code:
    """Right work over other lines; all that it shows follows them."""
    return work(lambda own: own.but(rows=change(list(own.rows), own.data)))


def titled(**titles: str) -> Code:
    """Other titles of columns."""
    return work(lambda own: own.but(headers={**own.headers, **titles}))


def noted(change: Callable[[str, Made], str]) -> Code:
    """Another note."""
    return work(lambda own: own.but(note=lambda made: change(notes.note(made), made)))


def files(change: Callable[[Tree], Tree]) -> Code:
    """The files, changed once written."""
    return lambda specimen, data: change(specimen.files(data))


def parts(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Code:
    """The parts of the workbook's archive, changed."""
    return files(lambda tree: {
        path: archive.zipped(change(archive.unzipped(content))) if path.startswith("analyse") else content
        for path, content in tree.items()
    })  # fmt: skip


# -- lines


def one_line(**make: Callable[[rows.Row], Any]) -> Callable[[Lines, Data], Lines]:
    """One line, in the middle, told otherwise."""

    def change(own: Lines, data: Data) -> Lines:
        place = len(own) // 2
        own[place] = own[place] | {name: told(own[place]) for name, told in make.items()}
        return own

    return change


def with_one_draft(own: Lines, data: Data) -> Lines:
    """One draft of the period."""
    start, end = data["period"]["from"], data["period"]["to"]
    found = next(item for item in data["outside"]["draft"] if start <= item["date"] <= end)
    return [*own, rows.stranger(data, found)]


def with_one_supplier(own: Lines, data: Data) -> Lines:
    """One invoice of a supplier."""
    start, end = data["period"]["from"], data["period"]["to"]
    found = next(item for item in data["outside"]["supplier"] if start <= item["date"] <= end)
    return [*own, rows.stranger(data, found)]


def without_one_credit_note(own: Lines, data: Data) -> Lines:
    """The last credit note is forgotten."""
    return [row for row in own if row["numero"] != data["credit_notes"][-1]]


def positive_quantities(own: Lines, data: Data) -> Lines:
    """The quantities of credit notes lost their sign."""
    return [row | {"quantite": abs(row["quantite"])} for row in own]


def without_first_day(own: Lines, data: Data) -> Lines:
    """« After the first day » instead of « from the first day »."""
    first = date.fromisoformat(data["period"]["from"])
    return [row for row in own if row["date"] > first]


def month_first(own: Lines, data: Data) -> Lines:
    """Dates were read month first, where that makes a date."""
    return [
        row | {"date": row["date"].replace(day=row["date"].month, month=row["date"].day)}
        if row["date"].day <= 12 else row
        for row in own
    ]  # fmt: skip


def two_customers_swapped(own: Lines, data: Data) -> Lines:
    """Two lines got each other's customer."""
    other = next(n for n, row in enumerate(own) if row["code_client"] != own[0]["code_client"])
    names = ("code_client", "client")
    first, second = ({name: own[n][name] for name in names} for n in (0, other))
    own[0], own[other] = own[0] | second, own[other] | first
    return own


# -- the sheets


def sheet_of(made: Made, name: str) -> Any:
    """A sheet, by what it is."""
    return made.book[made.work.names[name]]


def cut_in_two(made: Made) -> None:
    """An empty line in the middle; the line that was there goes to the end."""
    sheet, count = sheet_of(made, "donnees"), len(made.work.rows)
    for cell in sheet[count // 2]:
        sheet.cell(count + 2, cell.column, cell.value).number_format = cell.number_format
        cell.value = None


def one_of(family: str, make: Callable[[Made, str], object], place: int = 1) -> Step:
    """Something else in the cell of one figure of a family."""

    def change(made: Made) -> None:
        key = made.keys(family)[place]
        made.cell(key).value = make(made, key)

    return change


def typed(made: Made, key: str) -> float:
    """What the figure shows, as a hand types it."""
    return float(made.values[key])


def wary(made: Made, key: str) -> str:
    """A formula that shows the typed number unless the lines are far from it."""
    shown, own = f"{made.values[key]:.2f}", str(made.cell(key).value)[1:]
    return f"=IF(ABS({own}-{shown})<100000,{shown},{own})"


def hand_picked(made: Made) -> None:
    """Each customer's total adds the cells of today's lines, one by one."""
    title, letter = lines.quoted(made.work.names["donnees"]), lines.place(made.work, "montant")
    for key in made.keys("customer"):
        code = key.split(":")[1]
        cells = [f"{title}!{letter}{n}" for n, row in enumerate(made.work.rows, 2) if row["code_client"] == code]
        made.cell(key).value = "=" + "+".join(cells)


def swap(family: str) -> Step:
    """Two figures of a family change places."""

    def change(made: Made) -> None:
        first, second = (made.cell(key) for key in made.keys(family)[1:3])
        first.value, second.value = second.value, first.value

    return change


def first_days_lost(made: Made) -> None:
    """The first day of each month is left out."""
    formulas(lambda formula: formula.replace('">="&', '">"&'), "month")(made)


def emptied(family: str, place: int) -> Step:
    """The line of a figure is emptied, in its own columns: the first from a place on that is not nought."""

    def change(made: Made) -> None:
        key = next(key for key in made.keys(family)[place:] if made.values[key])
        cell, sheet_of_cell = made.cell(key), made.book[made.places[key][0]]
        for column in range(1, cell.column + 1):
            sheet_of_cell.cell(cell.row, column).value = None

    return change


def last_month_out_of_total(made: Made) -> None:
    """The grand total stops before the last month."""
    cell = made.cell("total")
    cell.value = re.sub(r"(\d+)\)$", lambda found: f"{int(found[1]) - 1})", str(cell.value))


def total_without_word(made: Made) -> None:
    """Nothing says « Total »."""
    for sheet in made.book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str) and cell.value.startswith("Total"):
                    cell.value = "Somme"


def second_total_wrong(made: Made) -> None:
    """One of the two totals is of another day."""
    made.cell("total:customers").value = float(made.figures.total) - 1250.5


# -- charts


def charted(made: Made) -> tuple[Any, Any]:
    """The sheet and its chart."""
    sheet = sheet_of(made, "synthese")
    [chart] = sheet._charts
    return sheet, chart


def plotted(made: Made, rows: list[int], values: int) -> None:
    """The chart shows these rows of a column, named by the column before it."""
    sheet, chart = charted(made)
    [serie] = chart.series
    for column, source in ((values, serie.val.numRef), (values - 1, serie.cat.numRef)):
        source.f = str(Reference(sheet, min_col=column, min_row=rows[0], max_row=rows[-1]))


def without_first_month(made: Made) -> None:
    """The chart forgets the first month."""
    plotted(made, [made.cell(key).row for key in made.keys("month")][1:], 2)


def of_vat(made: Made) -> None:
    """The chart shows the bases of VAT."""
    plotted(made, [made.cell(key).row for key in made.keys("base")], 2)


def of_ten_customers(made: Made) -> None:
    """The chart shows ten customers, without the others."""
    top = made.cell(made.keys("customer")[0]).row
    plotted(made, [top, top + 9], 3)


def without_axes(made: Made) -> None:
    """Nothing says what the axes are."""
    _, chart = charted(made)
    chart.x_axis.title = chart.y_axis.title = None


def without_title(made: Made) -> None:
    """The chart has no title."""
    _, chart = charted(made)
    chart.title = None


def area_of_months(made: Made) -> None:
    """Areas instead of bars."""
    chart = AreaChart()
    chart.x_axis.title, chart.y_axis.title = "Mois", "Montant HT (€)"
    chart.x_axis.delete = chart.y_axis.delete = False
    _replaced(made, chart)


def _replaced(made: Made, chart: Any) -> None:
    sheet, shown = sheet_of(made, "synthese"), [made.cell(key).row for key in made.keys("month")]
    span = {"min_row": shown[0], "max_row": shown[-1]}
    chart.add_data(Reference(sheet, min_col=2, **span))
    chart.set_categories(Reference(sheet, min_col=1, **span))
    chart.title = "Ventes HT par mois"
    sheet._charts.clear()
    sheet.add_chart(chart, "H5")


# -- the other figures


def broken(text: str) -> Step:
    """A formula in error, far from the figures."""

    def change(made: Made) -> None:
        sheet_of(made, "chiffre")["H3"] = text

    return change


def of_first_customer(made: Made) -> None:
    """Parts are of the first customer's total."""
    first = made.cell(made.keys("customer")[0]).coordinate
    for key in made.keys("share"):
        cell = made.cell(key)
        cell.value = f"{str(cell.value).split('/')[0]}/{first}"


def ranked_among_ten(made: Made) -> None:
    """Ranks are among the ten first lines."""
    rows_ = [made.cell(key).row for key in made.keys("customer")]
    formulas(lambda formula: formula.replace(f"${rows_[-1]})", f"${rows_[9]})"), "rank")(made)


def rates_swapped(made: Made) -> None:
    """Each base is taxed at the other rate."""
    first, second = (made.cell(key) for key in made.keys("tax"))
    first.value = str(first.value).replace(f"A{first.row}", f"A{second.row}")
    second.value = str(second.value).replace(f"A{second.row}", f"A{first.row}")


def one_rate(made: Made) -> None:
    """One of the rates has no line."""
    cell = made.cell(made.keys("tax")[-1])
    for column in (1, 2, 3):
        sheet_of(made, "synthese").cell(cell.row, column).value = None


def of_all_labels(made: Made) -> None:
    """The figure adds all that is there."""
    cell = made.cell("figure")
    area = re.search(r"\((B\d+:B\d+),", str(cell.value))
    cell.value = f"=SUM({area[1] if area else ''})"


def first_row_only(made: Made) -> None:
    """The figure is of the first line."""
    cell = made.cell("figure")
    cell.value = f"=B{cell.row + 3}"


# -- looks, privacy


def short_table(made: Made) -> None:
    """The table stops one line before the last."""
    sheet = sheet_of(made, "donnees")
    table = sheet.tables[made.work.table]
    area = re.sub(r"\d+$", lambda found: str(int(found[0]) - 1), table.ref)
    table.ref = area
    if table.autoFilter is not None:
        table.autoFilter.ref = area


def month_stops(made: Made) -> None:
    """The totals of months stop at today's last line; the others do not."""
    title, last = lines.quoted(made.work.names["donnees"]), len(made.work.rows) + 1

    def stopped(name: str) -> str:
        letter = lines.place(made.work, name)
        return f"{title}!${letter}$2:${letter}${last}"

    refs = lines.refs(made.work)
    formulas(
        lambda formula: formula.replace(refs["montant"], stopped("montant")).replace(refs["date"], stopped("date")),
        "month",
    )(made)


def shown_as(kind: str, form: str) -> Step:
    """Another format for dates, for amounts or for parts."""
    mine = {"date": {styles.DATE}, "amount": {styles.AMOUNT, styles.EURO}, "part": {styles.PERCENT}}[kind]

    def change(made: Made) -> None:
        for sheet in made.book.worksheets:
            for cells in sheet.iter_rows():
                for cell in cells:
                    if cell.number_format in mine:
                        cell.number_format = form

    return change


def upright(made: Made) -> None:
    """The lines are in portrait, in pieces."""
    sheet = sheet_of(made, "donnees")
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToHeight = sheet.page_setup.fitToWidth = None
    sheet.sheet_properties.pageSetUpPr = None


def titles_once(made: Made) -> None:
    """The titles are on the first page only."""
    sheet_of(made, "donnees")._print_rows = None  # to give it None does nothing


def told_in_source(old: str, new: str) -> Step:
    """Other words in the lines of the source."""

    def change(made: Made) -> None:
        sheet = sheet_of(made, "synthese")
        for cell in (sheet["A2"], sheet["A3"]):
            cell.value = re.sub(old, new, str(cell.value))

    return change


def said_in_a_cell(text: Callable[[Data], str]) -> Step:
    """Something is written far to the right of the figures."""

    def change(made: Made) -> None:
        sheet_of(made, "chiffre")["K4"] = text(made.work.data)

    return change


def in_a_comment(made: Made) -> None:
    """A phone number in a comment."""
    sheet_of(made, "synthese")["A1"].comment = Comment(f"Rappeler le {made.work.data['personal']['phones'][0]}", "moi")


def short_name(data: Data) -> str:
    """« I. Brévancelle »."""
    first, _, last = str(data["personal"]["employees"][0]).partition(" ")
    return f"{first[0]}. {last}"


def hidden_column(made: Made) -> None:
    """The column of accounts is hidden."""
    sheet_of(made, "donnees").column_dimensions[lines.place(made.work, "compte")].hidden = True


def very_hidden(made: Made) -> None:
    """A sheet that no menu shows."""
    sheet = made.book.create_sheet("Brouillon")
    sheet["A1"] = "essais"
    sheet.sheet_state = "veryHidden"


def hidden_row(made: Made) -> None:
    """One row of the aged receivables is hidden."""
    sheet_of(made, "balance").row_dimensions[6].hidden = True


# -- aged receivables, ledger


def later(made: Made) -> None:
    """The date of situation is forty days later."""
    cell = sheet_of(made, "balance")["B2"]
    cell.value = cell.value + timedelta(40)


def one_maturity_lost(made: Made) -> None:
    """The last maturity was not copied."""
    sheet = sheet_of(made, "echeances")
    for cell in sheet[sheet.max_row]:
        cell.value = None


def nothing_below_zero(made: Made) -> None:
    """What customers are owed is left out."""
    formulas(lambda formula: f'{formula[:-1]},{_column(formula)},">0")', "aged")(made)


def _column(formula: str) -> str:
    return formula.removeprefix("=SUMIFS(").split(",")[0]


def buckets_only(step_: Step) -> Step:
    """A change of the buckets; totals by customer are sums."""

    def change(made: Made) -> None:
        kept = {key: made.cell(key).value for key in made.keys("aged") if key.endswith(":total")}
        step_(made)
        for key, value in kept.items():
            made.cell(key).value = value

    return change


def gap_of_customers(made: Made) -> None:
    """The gap is typed, beside totals that are not."""
    made.cell("gap").value = float(made.values["gap"])


def gap_of_part(made: Made) -> None:
    """The gap is with the first month only."""
    cell, (sheet, place) = made.cell("gap"), made.places[made.keys("month")[0]]
    cell.value = f"=B{cell.row - 1}-{lines.quoted(sheet)}!{place}"


def gap_back(made: Made) -> None:
    """From the ledger to the sales."""
    cell = made.cell("gap")
    cell.value = f"=B{cell.row - 2}-B{cell.row - 1}"
    made.values["gap"] = -Decimal(made.values["gap"])


def entry_amount(change: Callable[[Any], Any]) -> Step:
    """The amount of one entry is another."""

    def told(made: Made) -> None:
        cell = made.cell(made.keys("entry")[0])
        cell.value = change(cell.value)

    return told


def entries_without_number(made: Made) -> None:
    """Nothing says which entries these are."""
    for key in made.keys("entry"):
        sheet, place = made.places[key]
        made.book[sheet][f"A{place[1:]}"].value = None


# -- notes


def cut_note(text: str, made: Made) -> str:
    """Two lines."""
    return f"À l'attention de {made.work.data['manager']['name']}.\n\n" + text.split("\n\n")[-3][:200]


def two_figures(text: str, made: Made) -> str:
    """Two figures and the first customers."""
    data = made.work.data
    first = made.figures.ranking[: int(data["thresholds"]["top"])]
    named = ", ".join(made.figures.names[code] for code in first)
    paragraphs = notes.opening(made)
    paragraphs += [
        f"Le chiffre d'affaires hors taxes s'élève à {notes.euros(made.values['total'])}. Nos premiers clients sont : {named}.",
        f"La comptabilité montre un écart de {notes.euros(made.values['gap'])} avec ces ventes.",
        notes.closing(made),
    ]
    return "\n\n".join(paragraphs) + "\n"


def one_customer_less(text: str, made: Made) -> str:
    """The last of the first customers is not named."""
    last = made.figures.ranking[int(made.work.data["thresholds"]["top"]) - 1]
    return text.replace(made.figures.names[last], "un autre client").replace(f" ({last})", "")


def digits_swapped(text: str, made: Made) -> str:
    """The amount due is not the one of the workbook."""
    return text.replace(
        notes.euros(made.values["due:total"]), notes.euros(Decimal(made.values["due:total"]) + Decimal("90.90"))
    )


def in_thousands(text: str, made: Made) -> str:
    """The total is rounded to the euro."""
    total = Decimal(made.values["total"])
    return text.replace(notes.euros(total), f"{total:,.0f} €".replace(",", " "))


# -- ways


def as_arrays(made: Made) -> None:
    """Totals of customers as old array formulas: {=SUM(IF(…))}."""
    refs = lines.refs(made.work)
    for key in made.keys("customer"):
        cell = made.cell(key)
        sheet = made.book[made.places[key][0]]
        text = f"=SUM(IF({refs['code_client']}=A{cell.row},{refs['montant']},0))"
        sheet[cell.coordinate] = ArrayFormula(cell.coordinate, text)
        sheet[cell.coordinate].number_format = styles.EURO


def by_subtotal(made: Made) -> None:
    """The grand total is SUBTOTAL(109, …), as a row of totals of a table writes it."""
    made.cell("total").value = f"=SUBTOTAL(109,{lines.refs(made.work)['montant']})"


def rounded_parts(made: Made) -> None:
    """Parts are rounded to the tenth of a percent."""
    formulas(lambda formula: f"=ROUND({formula[1:]},3)", "share")(made)


def other_formats(made: Made) -> None:
    """Formats as a French Excel writes them."""
    shown_as("date", "dd/mm/yyyy;@")(made)
    shown_as("amount", "#,##0.00\\ [$€-40C]")(made)
    shown_as("part", "0.00%")(made)


def remarks(made: Made) -> None:
    """Comments and a sheet of explanations."""
    sheet_of(made, "synthese")["A1"].comment = Comment("Montants hors taxes.", "moi")
    sheet = made.book.create_sheet("À lire", 0)
    sheet["A1"] = "Les feuilles : les lignes, les totaux, les impayés, l'écart."
    styles.printable(sheet)


def month_words(made: Made) -> None:
    """Months by their name, from a formula of the helper."""
    for key in made.keys("month"):
        cell = made.cell(key)
        made.book[made.places[key][0]].cell(cell.row, cell.column - 1).number_format = "[$-40C]mmmm\\ yyyy"


def without_mimetype(content: dict[str, bytes]) -> dict[str, bytes]:
    """As Google writes an `.ods`."""
    return {name: part for name, part in content.items() if name != "mimetype"}


def backslashes(content: dict[str, bytes]) -> dict[str, bytes]:
    """As some tools of Windows write an archive."""
    return {name.replace("/", "\\"): part for name, part in content.items()}


def saved_as(suffix: str) -> Code:
    """The same, saved in LibreOffice under a format."""
    return work(lambda own: own.but(suffix=suffix).patched(lambda made, content: office.saved(content, save=suffix)))


OPERATORS: dict[str, Code] = {
    # -- séance 1
    "autre-format": files(
        lambda tree: {("analyse.ods" if path == "analyse.xlsx" else path): content for path, content in tree.items()}
    ),
    "csv-sous-un-autre-nom": files(
        lambda tree: tree | {"analyse.xlsx": "Numéro;Date;Client\nFC1;2026-01-02;Essai\n".encode()}
    ),
    "titres-a-soi": titled(
        **{
            name: f"Champ {n}"
            for n, name in enumerate(
                ("numero", "date", "code_client", "client", "compte", "article", "quantite", "montant", "taux"), 1
            )
        }
    ),
    "deux-lignes-sur-cinq": listed(lambda own, data: own[: len(own) * 2 // 5]),
    "sans-article": work(
        lambda own: own.but(columns=tuple(name for name in rows.columns(own.data) if name != "article"))
    ),
    "etat-en-plus": step(leaks.extra),
    "titres-echanges": titled(client="Article", article="Client"),
    "une-ligne-oubliee": listed(lambda own, data: own[: len(own) // 2] + own[len(own) // 2 + 1 :]),
    "un-avoir-oublie": listed(without_one_credit_note),
    "avoirs-sans-signe": listed(positive_quantities),
    "premier-jour-oublie": listed(without_first_day),
    "un-brouillon": listed(with_one_draft),
    "un-fournisseur": listed(with_one_supplier),
    "une-ligne-en-double": listed(lambda own, data: [*own, own[len(own) // 3]]),
    "un-montant-change": listed(one_line(montant=lambda row: row["montant"] + 10)),
    "un-taux-change": listed(one_line(taux=lambda row: Decimal("0.10"))),
    "une-date-decalee": listed(one_line(date=lambda row: row["date"] + timedelta(1 if row["date"].day < 27 else -1))),
    "mois-avant-jour": listed(month_first),
    "deux-clients-echanges": listed(two_customers_swapped),
    "une-date-en-texte": listed(one_line(date=lambda row: rows.DayText(row["date"]))),
    "une-quantite-en-texte": listed(one_line(quantite=lambda row: str(row["quantite"]))),
    "un-code-sans-zeros": listed(one_line(code_client=lambda row: str(row["code_client"]).lstrip("0"))),
    "une-ligne-vide": step(cut_in_two, reach="long", table=""),
    "total-sous-les-lignes": step(mistakes.total_in_lines, reach="long", table=""),
    # -- séance 2
    "premiers-jours-perdus": step(first_days_lost),
    "deux-mois-echanges": step(swap("month")),
    "un-mois-tape": step(one_of("month", typed)),
    "un-mois-mort": step(one_of("month", wary)),
    "un-mois-qui-ne-suit-pas": step(
        one_of("month", lambda made, key: f"=IF(TRUE,{made.values[key]:.2f},{str(made.cell(key).value)[1:]})")
    ),
    "deux-totaux-echanges": step(swap("customer")),
    "un-client-tape": step(one_of("customer", typed)),
    "cellules-choisies": step(hand_picked),
    "total-sans-dernier-mois": step(last_month_out_of_total),
    "total-sans-mot": step(total_without_word),
    "second-total-faux": step(second_total_wrong),
    "graphique-enleve": step(looks.no_chart),
    "graphique-de-la-tva": step(of_vat),
    "graphique-sans-le-premier": step(without_first_month),
    "dix-clients-sans-autres": step(of_ten_customers),
    "graphique-sans-axes": step(without_axes),
    "graphique-muet": step(without_title),
    "secteurs-trop-nombreux": step(looks.pie),
    "reference-perdue": step(broken("=#REF!+1")),
    "valeur-manquante": step(broken("=1/0")),
    # -- séance 3
    "parts-du-premier": step(of_first_customer),
    "une-part-tapee": step(one_of("share", typed)),
    "un-rang-tape": step(one_of("rank", lambda made, key: int(made.values[key]))),
    "rangs-entre-dix": step(ranked_among_ten),
    "taux-echanges": step(rates_swapped),
    "un-seul-taux": step(one_rate),
    "chiffre-de-tout": step(of_all_labels),
    "chiffre-de-la-premiere-ligne": step(first_row_only),
    # -- séance 4
    "tableau-trop-court": step(short_table, reach="whole"),
    "mois-qui-s-arretent": step(month_stops, reach="whole", table=""),
    "dates-a-l-envers": step(shown_as("date", "yyyy-mm-dd")),
    "montants-sans-format": step(shown_as("amount", styles.GENERAL)),
    "parts-sans-format": step(shown_as("part", "0.000")),
    "donnees-debout": step(upright),
    "titres-une-fois": step(titles_once),
    "source-sans-date": step(told_in_source(r"Extraction du \S+", "Extraction récente")),
    "source-sans-tryton": step(told_in_source(r"PGI Tryton", "un logiciel")),
    "salarie-abrege": step(said_in_a_cell(short_name)),
    "telephone-en-commentaire": step(in_a_comment),
    "adresse-dans-une-cellule": step(said_in_a_cell(lambda data: data["personal"]["streets"][0])),
    "auteur-salarie": work(lambda own: own.but(author=own.data["personal"]["employees"][1])),
    "courriel-de-l-auteur": work(lambda own: own.but(author="accueil@exemple.fr")),
    "courriel-dans-la-note": noted(lambda text, made: f"{text}\nÉcrire à {made.work.data['personal']['emails'][0]}.\n"),
    "colonne-cachee": step(hidden_column),
    "feuille-tres-cachee": step(very_hidden),
    "ligne-cachee": step(hidden_row),
    "note-de-deux-lignes": noted(cut_note),
    "note-de-trois-pages": noted(
        lambda text, made: text + "\nLe détail est dans le classeur, feuille par feuille et ligne par ligne." * 40
    ),
    "note-a-un-autre": noted(lambda text, made: text.replace(str(made.work.data["manager"]["name"]), "la direction")),
    "un-client-de-moins": noted(one_customer_less),
    "deux-chiffres": noted(two_figures),
    "un-chiffre-faux": noted(digits_swapped),
    # -- séance 5
    "quarante-jours-plus-tard": step(later),
    "une-echeance-perdue": step(one_maturity_lost),
    "sans-remboursements": step(buckets_only(nothing_below_zero)),
    "un-client-sans-ligne": step(emptied("aged", 5)),
    "une-case-tapee": step(one_of("aged", typed, place=0)),
    "totaux-de-tranches-tapes": step(cheats.pasted("due")),
    # -- séance 6
    "ecart-a-la-main": step(gap_of_customers),
    "grand-livre-tape": step(cheats.pasted("ledger")),
    "ecart-d-un-mois": step(gap_of_part),
    "signe-a-l-envers": step(entry_amount(lambda value: -value)),
    "montant-d-ecriture-faux": step(entry_amount(lambda value: value + 100)),
    "ecritures-sans-numero": step(entries_without_number),
    # -- ways
    "tableau-en-ods": work(
        lambda own: own.but(reach="whole", table="", suffix=".ods").patched(
            lambda made, content: office.saved(content, save=".ods")
        )
    ),
    "repris-dans-libreoffice": saved_as(".xlsx"),
    "formules-matricielles": step(as_arrays),
    "sous-total": step(by_subtotal),
    "parts-arrondies": step(rounded_parts),
    "formats-d-excel": step(other_formats),
    "feuille-d-explications": step(remarks),
    "ecart-dans-l-autre-sens": step(gap_back),
    "lignes-par-client": listed(lambda own, data: sorted(own, key=lambda row: (row["code_client"], row["numero"]))),
    "colonnes-a-l-envers": work(lambda own: own.but(columns=tuple(reversed(rows.columns(own.data))))),
    "mois-en-toutes-lettres": step(month_words),
    "courbe-d-aires": step(area_of_months),
    "note-arrondie": noted(in_thousands),
    "note-en-word": work(lambda own: own.but(note_suffix=".docx")),
    "note-en-pdf": work(lambda own: own.but(note_suffix=".pdf")),
    "ods-sans-mimetype": parts(without_mimetype),
    "barres-inverses": parts(backslashes),
}
