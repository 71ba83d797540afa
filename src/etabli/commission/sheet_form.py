"""Filling cells of a centre's own workbook: the cell's element is replaced, its style kept, all else untouched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from etabli.commission.splicing import Node, Splice, as_text, parsed, parts_of, spliced, with_parts
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted

_ROW = re.compile(r"[1-9][0-9]{0,6}")
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def fill(name: str, data: bytes, values: Mapping[str, str | float]) -> bytes:
    """Returns a workbook with values in cells.

    Args:
        name: How sentences call the file.
        data: The workbook.
        values: « Feuille!B5 » → a text, or a number.

    Raises:
        UsageProblem: A cell or a sheet is not there, or the cell computes something.
    """
    parts = parts_of(name, data)
    sheets = _sheets(name, parts)
    by_part: dict[str, dict[str, str | float]] = {}
    for place, value in values.items():
        sheet, _, cell = place.rpartition("!")
        sheet = sheet or next(iter(sheets))
        if sheet not in sheets:
            raise UsageProblem(f"« {place} » : le formulaire n'a pas de feuille « {sheet} » ; il a {quoted(sheets)}.")
        if not _CELL.fullmatch(cell):
            raise UsageProblem(f"« {place} » n'est pas une cellule : écrivez « Feuille!B5 ».")
        by_part.setdefault(sheets[sheet], {})[cell] = value
    changed = {part: spliced(parts[part], _splices(name, part, parts[part], cells)) for part, cells in by_part.items()}
    return with_parts(data, changed)


def computes(data: bytes) -> bool:
    """Tells whether a workbook has formulas, which a spreadsheet must then work out again."""
    found = parts_of("", data)
    return any(name.startswith("xl/worksheets/") and b"<f" in part for name, part in found.items())


def _sheets(name: str, parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet → its part, in the workbook's order."""
    if _BOOK not in parts or _LINKS not in parts:
        raise UsageProblem(f"« {name} » n'est pas un classeur .xlsx : enregistrez-le sous ce format.")
    links = {
        one.attributes.get("Id", ""): one.attributes.get("Target", "")
        for one in parsed(_LINKS, parts[_LINKS]).below("Relationship")
    }
    found = {}
    for sheet in parsed(_BOOK, parts[_BOOK]).below("sheet"):
        link = next((value for key, value in sheet.attributes.items() if key.endswith(":id")), "")
        target = links.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts and sheet.attributes.get("name"):
            found[sheet.attributes["name"]] = part
    if not found:
        raise UsageProblem(f"« {name} » n'a pas de feuille lisible : enregistrez-le de nouveau en .xlsx.")
    return found


def _splices(name: str, part: str, content: bytes, cells: Mapping[str, str | float]) -> list[Splice]:
    top = parsed(part, content)
    data = next(iter(top.below("sheetData")), None)
    if data is None:
        raise UsageProblem(f"« {name} » : « {part} » n'a pas de cellules.")
    merged = [one.attributes.get("ref", "") for one in top.below("mergeCell")]
    if not all(_ROW.fullmatch(row.attributes.get("r", "")) for row in data.find("row")) or not all(
        _CELL.fullmatch(cell.attributes.get("r", "")) for row in data.find("row") for cell in row.find("c")
    ):
        raise UsageProblem(f"« {name} » a des cellules sans adresse : enregistrez-le de nouveau avec un tableur.")
    rows = {int(one.attributes["r"]): one for one in data.find("row")}
    fresh: dict[int, dict[str, str | float]] = {}
    found: list[Splice] = []
    for cell, value in cells.items():
        _be_seen(name, cell, merged)
        row = rows.get(_row(cell))
        if row is None:
            fresh.setdefault(_row(cell), {})[cell] = value
            continue
        known = next((one for one in row.find("c") if one.attributes.get("r") == cell), None)
        if known is not None:
            if any(known.find("f")):
                raise UsageProblem(f"« {name} », cellule {cell} : elle contient une formule, et n'est pas remplacée.")
            found.append(Splice(known.start, known.end, _cell(known.prefix, cell, value, known.attributes.get("s"))))
    found += _added(rows, cells)
    found += [_new_row(data, rows, number, own) for number, own in sorted(fresh.items())]
    return found


def _be_seen(name: str, cell: str, merged: Sequence[str]) -> None:
    """Makes sure that a cell is not one that a merged range hides."""
    for ref in merged:
        first, _, last = ref.partition(":")
        across = _column(first) <= _column(cell) <= _column(last or first)
        if across and _row(first) <= _row(cell) <= _row(last or first) and cell != first:
            raise UsageProblem(f"« {name} », cellule {cell} : elle est fusionnée ({ref}) ; remplissez {first}.")


def _added(rows: Mapping[int, Node], cells: Mapping[str, str | float]) -> list[Splice]:
    """Cells that their row has not yet, each before the first that comes after it; those of one place together."""
    at: dict[tuple[int, int], tuple[Node, dict[str, str | float]]] = {}
    for cell, value in cells.items():
        row = rows.get(_row(cell))
        if row is None or any(one.attributes.get("r") == cell for one in row.find("c")):
            continue
        after = next((one.start for one in row.find("c") if _column(one.attributes.get("r", "")) > _column(cell)), None)
        place = (row.start, row.end) if row.empty else ((after or row.close), (after or row.close))
        at.setdefault(place, (row, {}))[1][cell] = value
    found = []
    for (start, end), (row, own) in at.items():
        body = b"".join(
            _cell(row.prefix, cell, own[cell], row.attributes.get("s")) for cell in sorted(own, key=_column)
        )
        found.append(Splice(start, end, body) if not row.empty else _opened(row, body))
    return found


def _opened(row: Node, body: bytes) -> Splice:
    """Content for a row that closed itself: its « /> » becomes « > », the rest of its tag stays."""
    return Splice(row.inside - 2, row.inside, b">" + body + b"</" + row.prefix + b"row>")


def _new_row(data: Node, rows: Mapping[int, Node], number: int, own: Mapping[str, str | float]) -> Splice:
    body = b"".join(_cell(data.prefix, cell, own[cell], None) for cell in sorted(own, key=_column))
    whole = b'<%brow r="%d">%b</%brow>' % (data.prefix, number, body, data.prefix)
    if data.empty:
        return Splice(data.inside - 2, data.inside, b">" + whole + b"</" + data.prefix + b"sheetData>")
    at = next((rows[known].start for known in sorted(rows) if known > number), data.close)
    return Splice(at, at, whole)


def _cell(prefix: bytes, cell: str, value: str | float, style: str | None) -> bytes:
    head = b'<%bc r="%b"' % (prefix, cell.encode())
    if style is not None:
        head += b' s="%b"' % as_text(style)
    if isinstance(value, str):
        text = as_text(value)
        return head + b' t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis></%bc>' % (
            prefix,
            prefix,
            text,
            prefix,
            prefix,
            prefix,
        )
    return head + b"><%bv>%b</%bv></%bc>" % (prefix, f"{value:g}".encode(), prefix, prefix)


def _row(cell: str) -> int:
    found = _CELL.fullmatch(cell)
    return int(found[2]) if found else 0


def _column(cell: str) -> int:
    number = 0
    for letter in cell.rstrip("0123456789"):
        number = 26 * number + ord(letter) - 64
    return number
