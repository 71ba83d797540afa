"""Mistakes that people make in a workbook: each changes one thing in a right one, before it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from . import archive, extracts, lines
from .figures import BUCKETS, Figures
from .work import Made, Step


def formulas(change: Callable[[str], str], *families: str) -> Step:
    """Other formulas for some figures (`month`, `customer`, `base`…)."""

    def step(made: Made) -> None:
        before = {key: str(made.cell(key).value) for family in families for key in made.keys(family)}
        for key, formula in before.items():
            made.cell(key).value = change(formula)
        if not before or all(change(formula) == formula for formula in before.values()):
            raise ValueError(f"nothing to change in {families}")

    return step


def wrong_column(made: Made) -> None:
    """The months add up quantities."""
    refs = lines.refs(made.work)
    formulas(lambda formula: formula.replace(refs["montant"], refs["quantite"]), "month")(made)
    sums = Figures(made.work.data, tuple(row | {"montant": row["quantite"]} for row in made.work.rows))
    made.values |= {f"month:{month}": value for month, value in sums.by_month.items()}
    made.values["total"] = sums.of_months
    _gap(made)


def one_row_short(made: Made) -> None:
    """All ranges stop one line too early."""
    last = len(made.work.rows) + 1
    formulas(lambda formula: formula.replace(f"${last}", f"${last - 1}"), "month", "customer", "base")(made)
    made.figures = Figures(made.work.data, tuple(made.work.rows[:-1]))
    _shown(made)


def totals_that_stop(made: Made) -> None:
    """The grand total and the bases of VAT stop at today's last line; months and customers do not."""
    sheet, last = made.work.names["donnees"], len(made.work.rows) + 1

    def column(name: str) -> str:
        letter = lines.place(made.work, name)
        return f"'{sheet}'!${letter}$2:${letter}${last}"

    made.cell("total").value = f"=SUM({column('montant')})"
    for key in made.keys("base"):
        cell = made.cell(key)
        cell.value = f"=SUMIFS({column('montant')},{column('taux')},A{cell.row})"


def _shown(made: Made) -> None:
    """What the workbook shows is what its figures say now: the note quotes it."""
    shown = made.figures
    made.values |= {f"month:{month}": value for month, value in shown.by_month.items()}
    made.values |= {f"base:{rate}": base for rate, (base, _) in shown.vat.items()}
    made.values |= {f"tax:{rate}": tax for rate, (_, tax) in shown.vat.items()}
    made.values["total"] = shown.of_months
    _gap(made)


def _gap(made: Made) -> None:
    made.values["gap"] = Decimal(made.values["ledger"]) - made.values["total"]


def namesakes(made: Made) -> None:
    """Two customers whose names look alike are one line."""
    kept, gone = made.work.data["namesakes"][0]
    formula, other = made.cell(f"customer:{kept}"), made.cell(f"customer:{gone}")
    formula.value = f"{formula.value}+{str(other.value)[1:]}"
    _without(made, gone)


def names_alone(made: Made) -> None:
    """Customers are named, and summed by their names: no code stands beside a total."""
    refs = lines.refs(made.work)
    formulas(lambda formula: formula.replace(refs["code_client"], refs["client"]), "customer")(made)
    for key in made.keys("customer"):
        cell = made.cell(key)
        label, name = cell.parent[cell.row][:2]
        label.value, name.value = name.value, None


def customer_left_out(made: Made) -> None:
    """The list of customers was made by hand: one is not in it."""
    _without(made, made.figures.ranking[-1])


def _without(made: Made, code: str) -> None:
    """Empties a customer's line."""
    sheet, place = made.places[f"customer:{code}"]
    for cell in made.book[sheet][int("".join(filter(str.isdigit, place)))]:
        cell.value = None
    for family in ("customer", "share", "rank"):
        del made.places[f"{family}:{code}"], made.values[f"{family}:{code}"]


def total_in_lines(made: Made) -> None:
    """A total right under the lines."""
    sheet, work = made.book[made.work.names["donnees"]], made.work
    row, letter = len(work.rows) + 2, lines.place(work, "montant")
    sheet[f"A{row}"] = "Total"
    sheet[f"{letter}{row}"] = f"=SUM({letter}2:{letter}{row - 1})"


def no_titles(made: Made) -> None:
    """The first row is a line like the others."""
    sheet = made.book[made.work.names["donnees"]]
    for column, cell in enumerate(sheet[2], 1):
        sheet.cell(1, column, cell.value)


def thousands_as_text(made: Made) -> None:
    """« 1 234,56 » was pasted as it was shown: no number from a thousand on, for all but the first customers."""
    sheet, work = made.book[made.work.names["donnees"]], made.work
    first = made.figures.ranking[: int(work.data["thresholds"]["top"])]
    numbers = []
    for cell, row in zip(sheet[lines.place(work, "montant")][1:], work.rows, strict=True):
        if abs(row["montant"]) < 1000 or row["code_client"] in first:
            numbers.append(row)
        else:
            cell.value = f"{row['montant']:,.2f}".replace(",", " ").replace(".", ",")
    made.figures = Figures(work.data, tuple(numbers))
    _shown(made)


def division(made: Made) -> None:
    """An average over no line at all."""
    sheet = made.book[made.work.names["synthese"]]
    sheet["G1"], sheet["G2"] = "Panier moyen", "=B1000/COUNT(B1000:B1010)"


def floating_total(made: Made) -> None:
    """The total of the parts moves with the line: the dollars are forgotten."""
    formulas(lambda formula: formula.replace("$C$", "C"), "share")(made)
    for number, key in enumerate(made.keys("share")):
        bottom = str(made.cell(key).value).rpartition("/C")[2]
        made.cell(key).value = f"{str(made.cell(key).value).rpartition('/')[0]}/C{int(bottom) + number}"


def shares_that_stop(made: Made) -> None:
    """Parts are of today's lines alone; their total takes in more."""
    formulas(lambda formula: f"{formula.partition('/')[0]}/{_sum_of_today(made)}", "share")(made)


def gap_that_stops(made: Made) -> None:
    """The gap adds up today's lines itself, and does not read the total."""
    made.cell("gap").value = f"=B4-{_sum_of_today(made)}"


def _sum_of_today(made: Made) -> str:
    column = lines.place(made.work, "montant")
    return f"SUM({lines.quoted(made.work.names['donnees'])}!${column}$2:${column}${len(made.work.rows) + 1})"


def upside_down(made: Made) -> None:
    """Rank 1 is the smallest customer."""
    formulas(lambda formula: f"{formula[:-1]},1)", "rank")(made)


def tax_on_all(made: Made) -> None:
    """Each rate is applied to the whole."""
    total = made.places["total"][1]
    for rate in made.work.data["rates"]:
        cell = made.cell(f"tax:{rate}")
        cell.value = f"=ROUND({total}*A{cell.row},2)"
        made.values[f"tax:{rate}"] = (made.figures.total * Decimal(rate)).quantize(Decimal("0.01"))


def half_a_figure(made: Made) -> None:
    """The figure's range stops before the end: most of what it asks for is not in it."""
    cell, asked = made.cell("figure"), made.work.data["figure"]["what"]
    sheet = made.book[made.places["figure"][0]]
    first = next(one for one in sheet["A"] if one.value == asked and one.row > cell.row).row
    last = sheet.max_row
    for letter in "ABCD":
        cell.value = str(cell.value).replace(f":{letter}{last},", f":{letter}{first},")
    made.values["figure"] = Decimal(str(sheet[f"B{first}"].value))


# -- aged receivables and ledger


def without_payments(made: Made) -> None:
    """Part payments are not taken off what is due."""
    sheet, dues = made.book[made.work.names["echeances"]], made.work.data["dues"]
    sheet["F1"] = "Total"
    for row, due in enumerate(dues, 2):
        sheet[f"F{row}"] = float(due["montant"]) + float(due["paye"])
        sheet[f"F{row}"].number_format = sheet[f"C{row}"].number_format
    formulas(lambda formula: formula.replace("!$C$2:$C$500", "!$F$2:$F$500"), "aged")(made)
    for bucket in BUCKETS:
        owed = [
            Decimal(due["montant"]) + Decimal(due["paye"])
            for due in dues
            if extracts.bucket_of(made.work.data, due) == bucket
        ]
        made.values[f"due:{bucket}"] = sum(owed, Decimal())
    made.values["due:total"] = sum((Decimal(made.values[f"due:{bucket}"]) for bucket in BUCKETS), Decimal())


def swapped(made: Made) -> None:
    """Two customers got each other's lines: the totals do not show it."""
    first, second = list(made.work.data["aged"])[:2]
    for row in made.book[made.work.names["echeances"]].iter_rows(min_row=2):
        if row[1].value in (first, second):
            row[1].value = second if row[1].value == first else first


def border_days(made: Made) -> None:
    """Due dates of 0, 30 and 60 days are in no bracket, those of 90 are one too far."""
    formulas(lambda formula: formula.replace('">="&$B$2-', '">"&$B$2-').replace('"<"&$B$2-90', '"<="&$B$2-90'), "aged")(made)
    dues, today = made.work.data["dues"], date.fromisoformat(made.work.data["today"])
    sums = dict.fromkeys(BUCKETS, Decimal())
    for due in dues:
        late = (today - date.fromisoformat(due["echeance"])).days
        if late not in (0, 30, 60):
            sums["plus_90" if late == 90 else extracts.bucket_of(made.work.data, due)] += Decimal(due["montant"])
    made.values |= {f"due:{bucket}": value for bucket, value in sums.items()}
    made.values["due:total"] = sum(sums.values(), Decimal())


def sign_turned(made: Made) -> None:
    """An entry of the gap has lost its sign, and the recall of their sum is gone."""
    sheet = made.book[made.places["gap"][0]]
    cell = next(cell for key in made.keys("entry") if float((cell := made.cell(key)).value or 0) < 0)  # type: ignore[arg-type]
    cell.value = -float(cell.value)  # type: ignore[arg-type]
    for row in (made.cell("gap").row + 1, made.cell("gap").row + 2):
        for below in sheet[row]:
            below.value = None


def second_total(made: Made) -> None:
    """A grand total stands apart, without its last month."""
    sheet = made.book[made.work.names["synthese"]]
    months = [made.cell(key) for key in made.keys("month")]
    sheet["G2"], sheet["H2"] = "Total général HT", f"=SUM({months[0].coordinate}:{months[-2].coordinate})"
    sheet["H2"].number_format = months[0].number_format


def entry_left_out(made: Made) -> None:
    """An entry that explains the gap is not listed."""
    sheet, place = made.places[made.keys("entry")[-1]]
    for cell in made.book[sheet][int(place[1:])]:
        cell.value = None


def entries_of_too_many(made: Made) -> None:
    """Invoices that explain nothing are listed under the entries of the gap."""
    sheet, place = made.places[made.keys("entry")[-1]]
    for row, line in enumerate(made.work.rows[::9][:4], int(place[1:]) + 1):
        told = (line["numero"], line["date"], line["compte"], line["article"], float(line["montant"]), "Écart de date")
        for column, value in enumerate(told, 1):
            made.book[sheet].cell(row, column, value)


def typed_gap(made: Made) -> None:
    """The gap is typed, and nothing says what is left of it."""
    cell = made.cell("gap")
    cell.value = float(made.values["gap"])
    for row in (cell.row + 1, cell.row + 2):
        for below in made.book[made.places["gap"][0]][row]:
            below.value = None


def greatest(made: Made) -> None:
    """A quantity is nearly the greatest number that Excel takes."""
    made.book[made.work.names["donnees"]][f"{lines.place(made.work, 'quantite')}5"].value = 9e307


def half_a_sign(made: Made, content: bytes) -> bytes:
    """The name of an article ends with half of an emoji, as a program that cuts texts writes it."""
    told = re.escape(str(made.work.rows[0]["article"]).replace("&", "&amp;"))

    def change(xml: str) -> str:
        return re.sub(rf"(<t(?: [^>]*)?>{told})(</t>)", r"\1_xD83D_\2", xml, count=1)

    return archive.rewritten(content, archive.part_of(content, made.work.names["donnees"]), change)


def wrong_ledger(made: Made) -> None:
    """The ledger's total forgets the first month."""
    second = date.fromisoformat(f"{made.work.data['period']['months'][1]}-01")
    made.cell("ledger").value = extracts.credits_less_debits(made, second)
    made.values["ledger"] = extracts.booked_since(made.work.data, second)
    _gap(made)
