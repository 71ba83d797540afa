"""What a formula would do beyond computing, and what our office suite cannot compute.

A formula that fetches, commands another program or reads another file is refused before any office suite sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from .limits import Refused
from .notation import BRACKET, NAME, REST, TEXT, pieces

FETCHING: Final = frozenset(
    "WEBSERVICE IMAGE STOCKHISTORY RTD IMPORTDATA IMPORTXML IMPORTHTML IMPORTFEED IMPORTRANGE GOOGLEFINANCE "
    "TRANSLATE DETECTLANGUAGE COPILOT SERVICEWEB".split()
)
"""Functions that ask another machine."""
COMMANDING: Final = frozenset(
    "CALL REGISTER REGISTER.ID EXEC EVALUATE SQL.REQUEST GET.CELL GET.WORKBOOK GET.DOCUMENT FOPEN".split()
)
"""Functions of macros, in a name or in a cell."""
LACKING: Final = frozenset(
    "LAMBDA MAP REDUCE SCAN MAKEARRAY BYROW BYCOL ISOMITTED GROUPBY PIVOTBY PERCENTOF VSTACK HSTACK TOROW TOCOL "
    "WRAPROWS WRAPCOLS TAKE DROP CHOOSEROWS CHOOSECOLS EXPAND TEXTBEFORE TEXTAFTER TEXTSPLIT VALUETOTEXT ARRAYTOTEXT "
    "FIELDVALUE _FV TRIMRANGE REGEXTEST REGEXEXTRACT REGEXREPLACE PY CUBEKPIMEMBER CUBEMEMBER CUBEMEMBERPROPERTY "
    "CUBERANKEDMEMBER CUBESET CUBESETCOUNT CUBEVALUE QUERY ARRAYFORMULA SPARKLINE".split()
)
"""Functions of Excel (the last ones of Google Sheets) that the LibreOffice of the examiner does not know."""
_NETWORK = re.compile(
    r"(?:https?|ftps?|sftp|smb|davs?|webdavs?|cmis|ldaps?|vnd\.sun\.star\.[\w.]+):|file://[^/]|//|\\\\", re.I
)
"""How an address begins that another machine answers."""
_WATCHED = "|".join(map(re.escape, sorted(FETCHING | COMMANDING | LACKING | {"DDE", "__xludf.DUMMYFUNCTION"})))
_WORTH_A_LOOK = re.compile(rf"[|\[]|\b(?:{_WATCHED})\s*\(", re.I)
_CALL = re.compile(r"(?<![\w.])([^\W\d][\w.]*)\s*\(")
_GOOGLE = re.compile(r"\b__xludf\.DUMMYFUNCTION\(", re.I)
_OTHER_FILE = re.compile(r"\[\[|\[(?!0\])[^\[\]]+\]")
_WORD = re.compile(r"[\w.\])]$")
_SHEET_NEXT = re.compile(r"[^\s()*+,/;<=>^&{}-]*!|'")
"""What follows the brackets of another file, ``[1]Feuil1!A1``, and not those of the table around: ``[Montant HT]``."""


def functions(formula: str) -> set[str]:
    """Returns the functions that a formula calls, in capitals; those that a string names are none of them."""
    return {name.upper() for kind, text in pieces(formula) if kind == REST for name in _CALL.findall(text)}


def check(formula: str, sheet: str, cell: str) -> None:
    """Refuses a formula that does more than compute.

    Args:
        formula: In the notation of `notation`.
        sheet: Where it is.
        cell: Where it is; empty when it is in no cell.

    Raises:
        Refused: It fetches, commands a program, or reads another file.
    """
    if not _WORTH_A_LOOK.search(formula):
        return
    called = functions(formula)
    google = _GOOGLE.search(formula)
    if google:
        called |= {name.upper() for name in _CALL.findall(formula)}
    if found := called & FETCHING:
        raise Refused("fetches", "function", name=sheet, cell=cell, function=min(found))
    if found := called & COMMANDING:
        raise Refused("macros", "function", name=sheet, cell=cell, function=min(found))
    if "DDE" in called or any(kind == REST and "|" in _no_arrays(text) for kind, text in pieces(formula)):
        raise Refused("dde", "formula", name=sheet, cell=cell)
    if elsewhere(formula):
        raise Refused("linked", "formula", name=sheet, cell=cell)


def _no_arrays(text: str) -> str:
    return re.sub(r"\{[^{}]*\}?", "", text)


def refuse_address(address: str) -> None:
    """Refuses an address outside of the file.

    Raises:
        Refused: Always.
    """
    if fetches(address):
        raise Refused("fetches", "address", name=address)
    raise Refused("linked", "file", name=re.split(r"[/\\]", address)[-1] or address)


def fetches(address: str) -> bool:
    """Whether another machine answers at an address."""
    return bool(_NETWORK.match(address.strip()))


def elsewhere(formula: str) -> bool:
    """Whether a formula reads another workbook: ``[1]Feuil1!A1``, ``'[prix.xlsx]Feuil1'!A1``."""
    before = ""
    told = [*pieces(formula), (REST, "")]
    for (kind, text), (_, after) in pairwise(told):
        if kind == NAME and _OTHER_FILE.search(text):
            return True
        if kind == BRACKET and text != "[0]" and not _WORD.search(before) and _SHEET_NEXT.match(after):
            return True
        before = "" if kind == TEXT else text
    return False


def lacking(formula: str) -> Iterator[tuple[str, str]]:
    """Yields kind and name of what our office suite cannot compute in a formula."""
    if _GOOGLE.search(formula):
        yield "sheets-function", ""
    if _WORTH_A_LOOK.search(formula):
        for name in sorted(functions(formula) & LACKING):
            yield "function", name
