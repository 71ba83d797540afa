"""A formula and an error as a French spreadsheet shows them: a learner reads what stands in their formula bar.

Names of functions are those of LibreOffice's French language pack (``function_names.txt``, which
``scripts/mots_bureau.py`` writes); where Excel says another word, or alone has the function, Excel's is told.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from etabli.exam.contract.words import cut
from etabli.exam.reading.notation import BRACKET, REST, pieces

NAMES: Final = Path(__file__).with_name("function_names.txt")
EXCELS: Final = {
    "SORT": "TRIER", "GETPIVOTDATA": "LIREDONNEESTABCROISDYNAMIQUE", "VSTACK": "ASSEMB.V", "HSTACK": "ASSEMB.H",
    "GROUPBY": "GROUPER.PAR", "PIVOTBY": "PIVOTER.PAR", "FORMULATEXT": "FORMULETEXTE", "PHONETIC": "PHONETIQUE",
}  # fmt: skip
ERRORS: Final = {
    "#NAME?": "#NOM?", "#VALUE!": "#VALEUR!", "#NUM!": "#NOMBRE!", "#NULL!": "#NUL!", "#SPILL!": "#PROPAGATION!",
    "#GETTING_DATA": "#CHARGEMENT_DONNEES",
}  # fmt: skip
"""Excel's errors where the French word is another one."""
CALCS: Final = {
    "#NAME?": "#NOM ?", "#VALUE!": "#VALEUR !", "#NUM!": "#NUM !", "#NULL!": "#NULL !", "#REF!": "#REF !",
    "#DIV/0!": "#DIV/0 !", "#N/A": "#N/D",
}  # fmt: skip
"""LibreOffice's."""
_CALL = re.compile(r"(?<![A-Za-z0-9.])[A-Za-z][A-Za-z0-9.]*+(?=\s*+\()")
_TRUTH = re.compile(r"(?<![\w.!])(TRUE|FALSE)(?![\w.!])", re.IGNORECASE)
_POINT = re.compile(r"(?<![\w.!$])(\d+)\.(\d+)(?![\w.])")
_DECIMAL: Final = "\0"
"""A decimal comma while the commas between arguments are changed."""
_ERROR = re.compile(r"(#[A-Z_/0]+[!?]?)|!")
"""An error; else the sign after the name of a sheet."""
_PARTS: Final = {"#All": "#Tout", "#Data": "#Données", "#Headers": "#En-têtes", "#Totals": "#Totaux"}


@cache
def names() -> dict[str, str]:
    """The French name of every function that has another one than its English name."""
    listed = (line.split() for line in NAMES.read_text("utf-8").splitlines())
    return {english: french for english, french in listed} | EXCELS


def in_french(formula: str, limit: int = 0, *, calc: bool = False) -> str:
    """A formula of `Book` as it is typed in French.

    Args:
        formula: In the one notation of `Book`.
        limit: Characters that are shown, all of them by default.
        calc: As LibreOffice shows it: a point after the name of a sheet, its own errors.

    Example:
        >>> in_french('=IF(TRUE,13.5,SUMIFS(Ventes[Montant HT],Données!B:B,">=1,5"))')
        '=SI(VRAI;13,5;SOMME.SI.ENS(Ventes[Montant HT];Données!B:B;">=1,5"))'
    """
    told = "".join(_piece(kind, text, calc) for kind, text in pieces(formula))
    return cut(told, limit) if limit else told


def function_in_french(name: str) -> str:
    """The name of a function as it is typed in French."""
    return names().get(name.upper(), name)


def error_in_french(code: str, *, calc: bool = False) -> str:
    """An error as a cell shows it: ``#NOM?``, or ``#NOM ?`` in LibreOffice; ``Err :522`` if a formula reads itself."""
    return (CALCS if calc else ERRORS).get(code, code.replace("Err:", "Err :"))


def _piece(kind: str, text: str, calc: bool) -> str:
    if kind == BRACKET:
        for english, french in _PARTS.items():
            text = text.replace(english, french)
        return text.replace("],[", "];[")
    if kind != REST:
        return text
    text = _CALL.sub(lambda call: function_in_french(call[0]), text)
    text = _TRUTH.sub(lambda truth: function_in_french(truth[0]), text)
    text = _ERROR.sub(lambda mark: error_in_french(mark[0], calc=calc) if mark[1] else "." if calc else mark[0], text)
    return "".join(_signs(_POINT.sub(rf"\1{_DECIMAL}\2", text))).replace(_DECIMAL, ",")


def _signs(text: str) -> list[str]:
    """The signs between arguments, and those of an array, whose columns a point separates."""
    depth, told = 0, []
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        told.append({",": "." if depth > 0 else ";"}.get(sign, sign))
    return told
