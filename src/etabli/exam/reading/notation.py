"""Formulas and references, from what a file holds to one notation that a person reads.

Sources: [MS-XLSX] 2.2.2 (prefixes of functions younger than the format); OASIS OpenFormula 1.3, clause 5 (references
in brackets, ``;`` between arguments, ``|`` between the rows of an array).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .places import area, quoted

TEXT: Final = "text"
NAME: Final = "name"
"""A name in single quotes."""
BRACKET: Final = "bracket"
REST: Final = "rest"
_SPECIAL = re.compile(r"[\"'\[]")
_TO_CHANGE = re.compile(r"_xl|#This|'", re.I)
_PREFIX = re.compile(r"\b_xl(?:fn|ws|pm|udf|eta|op)\.", re.I)
_THIS_ROW = re.compile(r"\[#This Row\](?:,|;)?\s*", re.I)
_SIMPLE_COLUMN = re.compile(r"\[([\w.]+)\]")
_ODF_PREFIX = re.compile(r"\b(?:COM\.MICROSOFT|ORG\.(?:OPENOFFICE|LIBREOFFICE)|LEGACY)\.", re.I)
_LANGUAGE = re.compile(r"(?:[A-Za-z][\w.-]*:)?=")
_IMPLICIT = (("_xlfn.single(", "@", ""), ("_xlfn.anchorarray(", "", "#"))


def pieces(formula: str) -> Iterator[tuple[str, str]]:
    """Yields the kind and the text of what a formula is made of; all the texts together are the formula."""
    start = 0
    while special := _SPECIAL.search(formula, start):
        place, sign = special.start(), special[0]
        if start < place:
            yield REST, formula[start:place]
        start = _bracket(formula, place) if sign == "[" else _quotes(formula, place, sign)
        yield {'"': TEXT, "'": NAME, "[": BRACKET}[sign], formula[place:start]
    if start < len(formula):
        yield REST, formula[start:]


def _quotes(formula: str, place: int, sign: str) -> int:
    """Returns where a quoted piece ends; a doubled quote is one of its signs."""
    place += 1
    while place < len(formula):
        if formula[place] == sign:
            if formula[place : place + 2] != sign * 2:
                return place + 1
            place += 1
        place += 1
    return place


def _bracket(formula: str, place: int) -> int:
    """Returns where brackets end, those inside included; a quote protects the next sign, or a whole name."""
    depth = 0
    while place < len(formula):
        sign = formula[place]
        if sign == "'":
            place = (
                place + 1
                if formula[place + 1 : place + 2] in ("[", "]", "#", "@")
                else _quotes(formula, place, "'") - 1
            )
        elif sign == "[":
            depth += 1
        elif sign == "]":
            depth -= 1
            if depth == 0:
                return place + 1
        place += 1
    return place


# -- Excel


def from_excel(raw: str) -> str:
    """Returns a formula of Excel's without its prefixes, its rows and spills as Excel shows them."""
    if not _TO_CHANGE.search(raw):
        return raw
    for call, before, after in _IMPLICIT:
        raw = _unwrapped(raw, call, before, after)
    return "".join(_excel_piece(kind, text) for kind, text in pieces(raw))


def _excel_piece(kind: str, text: str) -> str:
    if kind == REST:
        return _PREFIX.sub("", text)
    if kind == NAME:
        return quoted(_unquoted(text))
    if kind != BRACKET or not _THIS_ROW.search(text):
        return text
    if text.casefold() == "[#this row]":
        return "[@]"
    columns = _THIS_ROW.sub("", text[1:-1], count=1).strip()
    simple = _SIMPLE_COLUMN.fullmatch(columns)
    return f"[@{simple[1] if simple else columns}]"


def _unwrapped(formula: str, call: str, before: str, after: str) -> str:
    """Takes away calls that stand for a sign: ``_xlfn.SINGLE(A1)`` is ``@A1``."""
    while (start := formula.casefold().find(call)) >= 0:
        inside, depth = start + len(call), 1
        end = inside
        for kind, text in pieces(formula[inside:]):
            for sign in text if kind == REST else "":
                depth += (sign == "(") - (sign == ")")
                if depth == 0:
                    break
                end += 1
            if depth == 0:
                break
            end += 0 if kind == REST else len(text)
        formula = f"{formula[:start]}{before}{formula[inside:end]}{after}{formula[end + 1 :]}"
    return formula


def excel_reference(text: str) -> str:
    """Returns a reference without its ``$`` and its ``=``: ``Données!A1:I240``."""
    told = pieces(text.strip().lstrip("="))
    return "".join(piece.replace("$", "") if kind == REST else _excel_piece(kind, piece) for kind, piece in told)


# -- OpenDocument


def bare(raw: str) -> str:
    """Returns a formula with its ``=`` and without the name of its language: ``of:=SUM([.A1:.A3])``."""
    found = _LANGUAGE.match(raw)
    return f"={raw[found.end() :] if found else raw}"


def from_odf(raw: str) -> str:
    """Returns a formula of OpenDocument's as Excel would have it."""
    if raw.startswith("msoxl:"):
        return from_excel(bare(raw))
    told: list[str] = []
    depth = 0
    before = ""
    for kind, text in pieces(bare(raw)):
        if kind == REST:
            depth += text.count("{") - text.count("}")
            told.append(_odf_signs(_ODF_PREFIX.sub("", text), before_inside=depth))
        elif kind == BRACKET and not (before and (before[-1].isalnum() or before[-1] in "_.")):
            told.append(odf_reference(text[1:-1], absolute=True))
        else:
            told.append(text.replace(";", ",") if kind == BRACKET else text)
        before = text
    return "".join(told)


def _odf_signs(text: str, before_inside: int) -> str:
    inside = before_inside - text.count("{") + text.count("}") > 0
    told = []
    for sign in text:
        inside = sign == "{" or (inside and sign != "}")
        told.append({";": ",", "~": ","}.get(sign, ";" if sign == "|" and inside else sign))
    return "".join(told)


def odf_reference(text: str, *, absolute: bool = False) -> str:
    """Returns a reference as Excel has it: ``$Données.$A$1:.$B$2`` is ``Données!A1:B2``.

    Args:
        text: Without brackets.
        absolute: Keeps the ``$`` of cells.
    """
    ends = [_odf_end(end, absolute) for end in split(text.strip().lstrip("="), ":")]
    sheets = [sheet for sheet, _cell in ends]
    cells = ":".join(cell for _sheet, cell in ends)
    if not absolute and (where := area(cells)):
        cells = str(where)
    if not sheets[0]:
        return cells
    last = sheets[-1] if len(sheets) > 1 and sheets[-1] not in ("", sheets[0]) else ""
    if last:
        return f"{quoted(f'{sheets[0]}:{last}')}!{cells}"
    return f"{quoted(sheets[0])}!{cells}"


def _odf_end(text: str, absolute: bool) -> tuple[str, str]:
    """Returns the sheet and the cell of one end of a range."""
    *sheet, cell = split(text, ".")
    name = ".".join(sheet).lstrip("$")
    if "'#" in name:  # another file
        file, _, inner = name.partition("'#")
        name = f"[{file.strip(chr(39))}]{_unquoted(inner.lstrip('$'))}"
    return _unquoted(name), cell if absolute else cell.replace("$", "")


def _unquoted(name: str) -> str:
    return name[1:-1].replace("''", "'") if len(name) > 1 and name[0] == name[-1] == "'" else name


def split(text: str, sign: str) -> list[str]:
    """Cuts at a sign that stands outside of quotes."""
    found = [""]
    for kind, piece in pieces(text):
        if kind == REST:
            first, *others = piece.split(sign)
            found[-1] += first
            found.extend(others)
        else:
            found[-1] += piece
    return found
