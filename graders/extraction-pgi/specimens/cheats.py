"""Figures that only look calculated, and other ways to have the points without the work."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from datetime import date
from decimal import Decimal

from openpyxl.styles import Font

from . import archive, extracts, lines
from .figures import BUCKETS
from .work import Made, Step

SHOWN = ("month", "customer", "total")


def pasted(*families: str, every: int = 1) -> Step:
    """Values are pasted over the formulas of some figures, of one in `every`."""
    return replaced(lambda made, key: float(made.values[key]), *families, every=every)


def equals(*families: str) -> Step:
    """`=1234.56`: a formula that reads nothing."""
    return replaced(lambda made, key: f"={_value(made, key)}", *families)


def dead_branch(*families: str) -> Step:
    """A formula that names *Données* and shows a typed number whatever is there."""
    return replaced(lambda made, key: f"=IF(TRUE,{_value(made, key)},{str(made.cell(key).value)[1:]})", *families)


def nothing_added(*families: str) -> Step:
    """A typed number plus nought times the lines."""
    return replaced(lambda made, key: f"={_value(made, key)}+0*{str(made.cell(key).value)[1:]}", *families)


def replaced(make: Callable[[Made, str], object], *families: str, every: int = 1) -> Step:
    """Something else in the cells of some figures."""

    def step(made: Made) -> None:
        for family in families:
            for key in made.keys(family)[::every]:
                made.cell(key).value = make(made, key)

    return step


def _value(made: Made, key: str) -> str:
    return f"{made.values[key]:.2f}"


def white(*families: str) -> Step:
    """Figures read numbers that are typed in white, far to the right."""

    def step(made: Made) -> None:
        for number, key in enumerate([key for family in families for key in made.keys(family)], 3):
            sheet = made.book[made.places[key][0]]
            cell = sheet.cell(number, 30, float(made.values[key]))
            cell.font = Font(color="FFFFFF")
            made.cell(key).value = f"={cell.coordinate}"

    return step


def made_up(made: Made) -> None:
    """No line of Tryton: one due for each customer and bracket, and three typed totals of the ledger."""
    data, start = made.work.data, date.fromisoformat(made.work.data["period"]["from"])
    owed = made.book[made.work.names["echeances"]]
    first = {extracts.bucket_of(data, due): date.fromisoformat(due["echeance"]) for due in data["dues"]}
    cells = [
        (code, float(sums[bucket]), first[bucket])
        for code, sums in data["aged"].items()
        for bucket in BUCKETS
        if Decimal(sums[bucket])
    ]
    for row in owed.iter_rows(min_row=2, max_row=len(data["dues"]) + 1):
        told = cells[row[0].row - 2] if row[0].row - 2 < len(cells) else (None, None, None)
        for cell, value in zip(row[1:4], told, strict=True):
            cell.value = value
    ledger = made.book[made.work.names["livre"]]
    ledger.delete_rows(2, ledger.max_row)
    parts = [Decimal(data["ledger"]["total"]), Decimal("-100.25"), Decimal("100.25")]
    for row_number, part in enumerate(parts, 2):
        values = (f"70{row_number}", start, f"70{row_number}", 0.0, float(part), "")
        for column, value in enumerate(values, 1):
            ledger.cell(row_number, column, value)


def beside(made: Made) -> None:
    """The gap is a difference, between two typed figures."""
    cell = made.cell("gap")
    total = made.book[made.places["gap"][0]].cell(cell.row - 2, cell.column)
    assert str(total.value).startswith("=")
    total.value = float(made.values["ledger"] - made.values["gap"])


def adjusted(made: Made) -> None:
    """The figure, the ledger's total and the customers' dues are typed, and move with lines that are not theirs."""
    cell = made.cell("figure")
    cell.value = f"={float(made.values['figure'])!r}+{_since(*_quantities(made))}"
    made.cell("ledger").value = f"={float(made.values['ledger'])!r}+0*SUM({lines.quoted(made.work.names['livre'])}!E:E)"
    dues = made.work.data["dues"]
    source = lines.quoted(made.work.names["echeances"])
    days = sum((date.fromisoformat(due["echeance"]) - date(1899, 12, 30)).days for due in dues)
    more = _since(f"{source}!$C$2:$D$500", float(sum(Decimal(due["montant"]) for due in dues)) + days)
    for key in made.keys("aged"):
        if not key.endswith(":total"):
            made.cell(key).value = f"={float(made.values[key])!r}+{more}"
    for bucket in BUCKETS:
        made.cell(f"due:{bucket}").value = extracts.due_in(made, bucket)


def proportional(made: Made) -> None:
    """The figure is its part of all lines, the ledger's total all its lines less a typed number: right today."""
    area, whole = _quantities(made)
    made.cell("figure").value = f"=SUM({area})*{float(made.values['figure'])!r}/{whole!r}"
    title, booked = lines.quoted(made.work.names["livre"]), made.work.data["ledger"]["lines"]
    rest = sum((Decimal(line["credit"]) - Decimal(line["debit"]) for line in booked), Decimal()) - made.values["ledger"]
    made.cell("ledger").value = f"=SUM({title}!E:E)-SUM({title}!D:D)-{float(rest)!r}"


def one_side_typed(made: Made) -> None:
    """Half of each is calculated: the ledger's credits, not its debits; each bracket, not who owes it; who overtakes, not ranks."""
    total = made.cell("ledger")
    credits, debits = str(total.value).split("-SUMIFS", 1)
    start, end = (made.work.data["period"][one] for one in ("from", "to"))
    own = sum(Decimal(line["debit"]) for line in made.work.data["ledger"]["lines"] if start <= line["date"] <= end)
    if not own or not debits.endswith(")"):
        raise ValueError("no debits to type")
    total.value = f"{credits}-{own}"
    for bucket in BUCKETS:
        due = made.cell(f"due:{bucket}")
        due.value = extracts.due_in(made, bucket)
        for key in [key for key in made.keys("aged") if key.endswith(f":{bucket}")]:
            part = f"{made.values[key]}/{made.values[f'due:{bucket}']}"
            made.cell(key).value = f"={due.column_letter}${due.row}*{part}"
    ranks = {int(made.values[key]): made.cell(key.replace("rank:", "customer:")) for key in made.keys("rank")}
    overtakes = f"({ranks[len(ranks)].coordinate}>{ranks[1].coordinate})"
    for key in made.keys("rank"):
        rank = int(made.values[key])
        more = f"+{overtakes}" if rank < len(ranks) else f"-{rank - 1}*{overtakes}"
        made.cell(key).value = f"={rank}{more}"


def _quantities(made: Made) -> tuple[str, float]:
    """All quantities of the figure's sheet, and what they add up to."""
    sheet = made.book[made.work.names["chiffre"]]
    top = next(cell.row for cell in sheet["A"] if cell.value == "Libellé") + 1
    return f"B{top}:B{sheet.max_row}", float(sum(part for _, part, _ in extracts.parts(made.work.data)))


def _since(area: str, whole: float) -> str:
    """What the numbers of an area add up to more than today."""
    return f"ROUND(SUM({area})-{whole!r},2)"


def copied(made: Made) -> None:
    """The formulas read a copy of the lines, pasted in another sheet."""
    source = made.book[made.work.names["donnees"]]
    copy_ = made.book.create_sheet("Copie")
    for row in source.iter_rows():
        for cell in row:
            twin = copy_.cell(cell.row, cell.column, cell.value)
            twin.number_format = copy(cell.number_format)
    own, other = f"{lines.quoted(source.title)}!", "Copie!"
    for key in [key for family in ("month", "customer", "base") for key in made.keys(family)]:
        made.cell(key).value = str(made.cell(key).value).replace(own, other)


def cached(made: Made, content: bytes) -> bytes:
    """The right values stand in the file behind formulas that give others."""
    sheet, right = made.work.names["synthese"], made.work.but(steps=()).make()
    shown = {place: right.values[key] for key, (where, place) in right.places.items() if where == sheet}

    def fill(xml: str) -> str:
        for place, value in shown.items():
            xml = re.sub(rf'(<c r="{place}"[^>]*><f>[^<]*</f>)<v ?/>', rf"\g<1><v>{value}</v>", xml)
        return xml

    return archive.rewritten(content, archive.part_of(content, sheet), fill)


def linked(made: Made, content: bytes) -> bytes:
    """A total comes from somebody else's workbook."""
    part = archive.part_of(content, made.work.names["synthese"])
    place = made.places["total"][1]
    return with_link(archive.rewritten(content, part, lambda xml: re.sub(
        rf'(<c r="{place}"[^>]*><f>)[^<]*(</f>)', r"\g<1>[1]Ventes!$B$12\g<2>", xml)))  # fmt: skip


def with_link(content: bytes) -> bytes:
    """Declares another workbook, as Excel does when a formula reads one."""
    parts = archive.unzipped(content)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'{head}<externalLink xmlns="{main}" xmlns:r="{office}"><externalBook r:id="rId1"><sheetNames>'
        '<sheetName val="Ventes"/></sheetNames></externalBook></externalLink>'
    ).encode()
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        f'{head}<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/externalLinkPath" '
        'Target="ventes-de-lea.xlsx" TargetMode="External"/></Relationships>'
    ).encode()
    changes = {
        "[Content_Types].xml": ("</Types>", f'<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="{kind}"/></Types>'),
        "xl/_rels/workbook.xml.rels": ("</Relationships>", f'<Relationship Id="rId99" Type="{office}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'),
        "xl/workbook.xml": ("<calcPr", f'<externalReferences><externalReference xmlns:r="{office}" r:id="rId99"/></externalReferences><calcPr'),
    }  # fmt: skip
    for name, (before, after) in changes.items():
        parts[name] = parts[name].decode().replace(before, after, 1).encode()
    return archive.zipped(parts)
