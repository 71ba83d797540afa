"""The other extractions and what is made of them: the asked figure, aged receivables, the gap with the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from . import styles
from .figures import BUCKETS
from .lines import quoted
from .pen import Pen
from .work import Data, Made

TITLES = {"non_echu": "Non échu", "1_30": "1 à 30 jours", "31_60": "31 à 60 jours", "61_90": "61 à 90 jours",
          "plus_90": "Plus de 90 jours"}  # fmt: skip
LATE = {"non_echu": ["<=0"], "1_30": [">=1", "<=30"], "31_60": [">=31", "<=60"], "61_90": [">=61", "<=90"],
        "plus_90": [">90"]}  # fmt: skip
STATES = {"stock": "Effectué", "production": "Terminée"}
"""The state of the lines that count, by the kind of the figure."""
WHY = {
    "od": "Écriture manuelle du journal d'OD, sans facture",
    "accounting_date": "Date comptable d'un autre mois que la facture",
}


def chiffre(made: Made) -> None:
    """The asked figure, over an extraction of its own: everything of its kind, of which one label counts."""
    pen, figure = Pen(made, "chiffre"), made.work.data["figure"]
    asked = pen.heading(figure["title"])
    top = asked + 2
    state = STATES.get(figure["kind"], "")
    pen.titles(top, 1, ["Libellé", f"Quantité ({figure['unit']})", "Date", *(["État"] if state else [])])
    row = top
    for row, (label, value, day) in enumerate(parts(made.work.data), top + 1):
        pen.put(row, 1, label)
        pen.put(row, 2, value, styles.AMOUNT)
        pen.put(row, 3, day, styles.DATE)
        if state:
            pen.put(row, 4, state)
    pen.put(asked, 1, figure["what"])
    pen.put(asked, 3, figure["unit"])
    ends = ((sign, date.fromisoformat(made.work.data["period"][end])) for sign, end in ((">=", "from"), ("<=", "to")))
    within = "".join(
        f',C{top + 1}:C{row},"{sign}"&DATE({day.year},{day.month},{day.day})' for sign, day in ends
    ) + (f',D{top + 1}:D{row},"{state}"' if state else "")  # fmt: skip
    formula = f"=SUMIFS(B{top + 1}:B{row},A{top + 1}:A{row},A{asked}{within})"
    shown = Decimal(made.work.data["figure_value"]["value"])
    pen.figure("figure", shown, asked, 2, formula, styles.AMOUNT)
    styles.printable(pen.sheet)
    styles.widths(pen.sheet, A=40, B=18, C=14, D=12)


def parts(data: Data) -> Iterator[tuple[str, Decimal, date]]:
    """The lines of the extraction, Tryton's own, with their day."""
    value = data["figure_value"]
    for label, each in value["lines"].items():
        days = value["days"][label]
        yield from ((str(label), Decimal(one), date.fromisoformat(day)) for one, day in zip(each, days, strict=True))


def echeances(made: Made) -> None:
    """What customers owe, one line per invoice and maturity, as Tryton exports it, and how late each is."""
    pen, situation = Pen(made, "echeances"), f"{quoted(made.work.names['balance'])}!$B$2"
    pen.titles(1, 1, ["Numéro", "Code client", "Montant à payer", "Échéance", "Jours de retard"])
    for row, due in enumerate(made.work.data["dues"], 2):
        pen.put(row, 1, due["numero"], styles.TEXT)
        pen.put(row, 2, due["code_client"], styles.TEXT)
        pen.put(row, 3, Decimal(due["montant"]), styles.AMOUNT)
        pen.put(row, 4, date.fromisoformat(due["echeance"]), styles.DATE)
        pen.put(row, 5, f"={situation}-D{row}", styles.WHOLE)
    pen.sheet.freeze_panes = "A2"
    styles.printable(pen.sheet, repeat=True)
    styles.widths(pen.sheet, A=16, B=14, C=18, D=14, E=16)


def bucket_of(data: Data, due: Mapping[str, Any]) -> str:
    """The bracket of a due at the date of situation."""
    late = (date.fromisoformat(data["today"]) - date.fromisoformat(due["echeance"])).days
    return BUCKETS[sum(late > most for most in (0, 30, 60, 90))]


def balance(made: Made) -> None:
    """Aged receivables at the date of situation, by SUMIFS over the maturities."""
    pen, data = Pen(made, "balance"), made.work.data
    pen.put(1, 1, "Balance âgée des clients")
    styles.title(pen.sheet, "A1")
    pen.put(2, 1, "Situation au")
    pen.put(2, 2, date.fromisoformat(data["today"]), styles.DATE)
    pen.titles(4, 1, ["Code client", "Client", *TITLES.values(), "Total"])
    source = quoted(made.work.names["echeances"])
    row = 4
    for row, (code, aged) in enumerate(data["aged"].items(), 5):
        pen.put(row, 1, code, styles.TEXT)
        pen.put(row, 2, data["customers"][code]["name"])
        for column, bucket in enumerate(BUCKETS, 3):
            formula = due_in(made, bucket, f",{source}!$B$2:$B$500,$A{row}")
            pen.figure(f"aged:{code}:{bucket}", Decimal(aged[bucket]), row, column, formula, styles.EURO)
        pen.figure(f"aged:{code}:total", Decimal(aged["total"]), row, 8, f"=SUM(C{row}:G{row})", styles.EURO)
    pen.put(row + 1, 1, "Total")
    for column, bucket in enumerate((*BUCKETS, "total"), 3):
        letter = "CDEFGH"[column - 3]
        shown = Decimal(data["aged_totals"][bucket])
        pen.figure(f"due:{bucket}", shown, row + 1, column, f"=SUM({letter}5:{letter}{row})", styles.EURO)
    styles.printable(pen.sheet)
    styles.widths(pen.sheet, A=14, B=30, C=14, D=14, E=14, F=14, G=16, H=14)


def due_in(made: Made, bucket: str, more: str = "") -> str:
    """What is due in a bracket: of all customers, or as `more` conditions have it."""
    source = quoted(made.work.names["echeances"])
    bounds = "".join(f',{source}!$D$2:$D$500,"{_turned(bound)}"&$B$2-{_days(bound)}' for bound in LATE[bucket])
    return f"=SUMIFS({source}!$C$2:$C$500{more}{bounds})"


def _turned(bound: str) -> str:
    """A bound on days late, as one on the maturity."""
    sign = bound.rstrip("0123456789")
    return sign.translate(str.maketrans("<>", "><"))


def _days(bound: str) -> str:
    return bound.lstrip("<>=")


def livre(made: Made) -> None:
    """Lines of the accounts 70, of the period and around it."""
    pen = Pen(made, "livre")
    pen.titles(1, 1, ["Mouvement", "Date effective", "Compte", "Débit", "Crédit", "Origine"])
    for row, line in enumerate(made.work.data["ledger"]["lines"], 2):
        pen.put(row, 1, line["numero"], styles.TEXT)
        pen.put(row, 2, date.fromisoformat(line["date"]), styles.DATE)
        pen.put(row, 3, line["compte"], styles.TEXT)
        pen.put(row, 4, Decimal(line["debit"]), styles.AMOUNT)
        pen.put(row, 5, Decimal(line["credit"]), styles.AMOUNT)
        pen.put(row, 6, line["piece"], styles.TEXT)
    pen.sheet.freeze_panes = "A2"
    styles.printable(pen.sheet, repeat=True)
    styles.widths(pen.sheet, A=14, B=14, C=10, D=14, E=14, F=14)


def booked_since(data: Data, start: date) -> Decimal:
    """Credits less debits of the ledger, from a day to the end of the period."""
    end = date.fromisoformat(data["period"]["to"])
    lines = [line for line in data["ledger"]["lines"] if start <= date.fromisoformat(line["date"]) <= end]
    return sum((Decimal(line["credit"]) - Decimal(line["debit"]) for line in lines), Decimal())


def credits_less_debits(made: Made, start: date) -> str:
    """The ledger's total from a day to the end of the period."""
    title, end = quoted(made.work.names["livre"]), date.fromisoformat(made.work.data["period"]["to"])
    days = "".join(
        f',{title}!B:B,"{sign}"&DATE({day.year},{day.month},{day.day})' for sign, day in ((">=", start), ("<=", end))
    )
    return f"=SUMIFS({title}!E:E{days})-SUMIFS({title}!D:D{days})"


def ecart(made: Made) -> None:
    """From *Synthèse* to the ledger, and the entries between."""
    pen, ledger = Pen(made, "ecart"), made.work.data["ledger"]
    pen.put(1, 1, "Écart avec la comptabilité")
    styles.title(pen.sheet, "A1")
    sheet, cell = made.places["total"]
    lines_end = 10 + len(ledger["entries"])
    pen.put(3, 1, "Total de la synthèse")
    pen.figure("recalled", made.values["total"], 3, 2, f"={quoted(sheet)}!{cell}", styles.EURO)
    pen.put(4, 1, "Total du grand livre (comptes 70)")
    formula = credits_less_debits(made, date.fromisoformat(made.work.data["period"]["from"]))
    pen.figure("ledger", Decimal(ledger["total"]), 4, 2, formula, styles.EURO)
    gap = Decimal(ledger["total"]) - made.values["total"]
    pen.put(5, 1, "Écart (grand livre - synthèse)")
    pen.figure("gap", gap, 5, 2, "=B4-B3", styles.EURO)
    pen.put(6, 1, "Écart expliqué par les écritures")
    pen.put(6, 2, f"=SUM(E11:E{lines_end})", styles.EURO)
    pen.put(7, 1, "Reste à expliquer")
    pen.put(7, 2, "=ROUND(B5-B6,2)", styles.EURO)
    pen.titles(10, 1, ["Pièce", "Date", "Compte", "Libellé", "Montant", "Explication"])
    for row, entry in enumerate(ledger["entries"], 11):
        told = (entry["numero"], date.fromisoformat(entry["date"]), entry["compte"], entry["libelle"])
        for column, (value, form) in enumerate(
            zip(told, (styles.TEXT, styles.DATE, styles.TEXT, styles.GENERAL), strict=True), 1
        ):
            pen.put(row, column, value, form)
        made.places[f"entry:{row - 11}"] = (pen.title, pen.put(row, 5, Decimal(entry["montant"]), styles.EURO))
        pen.put(row, 6, WHY[entry["why"]])
    styles.printable(pen.sheet)
    styles.widths(pen.sheet, A=34, B=16, C=10, D=40, E=14, F=40)
