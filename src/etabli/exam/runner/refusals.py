"""Why a document was refused, as the reader says it in codes and as a student reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import Failed
from etabli.exam.contract.formulas import function_in_french
from etabli.exam.contract.words import cut, squeeze

_NAME = 80
_MIB = 1024 * 1024
_TEMPLATES: Final = {
    "kind": "c'est {kind}",
    "empty": "il est vide, 0 octet",
    "part": "dans sa partie « {name} »",
    "twice": "sa partie « {name} » y est deux fois",
    "sheet-name": "le nom de sa feuille « {name} » est vide, déjà pris, ou a un signe que les tableurs refusent",
    "formats": "ses formats de nombre se renvoient l'un à l'autre, sans fin",
    "locked": "sa feuille « {name} » est verrouillée, enlevez la protection",
    "line": "ligne {number}",
    "unforeseen": "il contient ce qu'Établi ne sait pas lire ({name})",
    "size": "il dépasse {megabytes} Mo",
    "unpacked": "une fois décompressé, il dépasse {megabytes} Mo",
    "heavy-part": "sa partie « {name} » dépasse {megabytes} Mo",
    "members": "l'archive contient plus de {limit} fichiers",
    "text": "il contient trop de texte",
    "time": "sa lecture demande plus de {limit} secondes de calcul",
    "memory": "sa lecture remplit la mémoire",
    "rows": "la feuille « {name} » va jusqu'à la ligne {number}, la limite est {limit}",
    "columns": "la feuille « {name} » va jusqu'à la colonne {number}, la limite est {limit}",
    "sheets": "il y a plus de {limit} feuilles",
    "cells": "il y a plus de {limit} cases remplies",
    "empty-cells": "il y a plus de {limit} lignes ou cases vides mais mises en forme",
    "formula": "{place}",
    "function": "fonction {function}, {place}",
    "program": "« {name} »",
    "address": "adresse « {name} »",
    "file": "fichier « {name} »",
    "macro": "« {name} »",
    "nested": "plus de {limit} archives l'une dans l'autre",
}
_KINDS: Final = {
    "xlsx": "un classeur Excel (.xlsx)",
    "ods": "un classeur LibreOffice (.ods)",
    "docx": "un document Word (.docx)",
    "odt": "un document LibreOffice (.odt)",
    "odf": "un document LibreOffice d'une autre sorte",
    "ooxml": "un document Office d'une autre sorte",
    "pdf": "un PDF",
    "zip": "une archive zip",
    "7z": "une archive 7z",
    "rar": "une archive rar",
    "gz": "une archive gz",
    "bz2": "une archive bz2",
    "xz": "une archive xz",
    "image": "une image",
    "rtf": "un document RTF",
    "html": "une page web",
    "text": "un fichier de texte",
}


def refused(path: str, answer: Mapping[str, Any]) -> Failed:
    """Returns the failure behind a refusal of the reader.

    Args:
        path: The file.
        answer: ``cause``, ``detail`` and ``values`` as the reader gave them: its codes, never its sentences.

    Raises:
        ValueError: The reader named a cause or a detail that does not exist: our error.
        KeyError: A value is missing: our error.
    """
    cause = Cause(answer["cause"])
    detail = _detail(str(answer["detail"]), answer["values"])
    return failed(cause, f"« {cut(path, _NAME)} »{f' : {detail}' if detail else ''}")


def _detail(code: str, values: Mapping[str, Any]) -> str:
    if not code:
        return ""
    template = _TEMPLATES[code]
    filled = {
        "place": _place(values),
        "function": function_in_french(cut(squeeze(str(values.get("function", ""))), _NAME)),
        "name": cut(squeeze(str(values.get("name", ""))), _NAME),
        "number": int(values.get("number", 0)),
        "limit": int(values.get("limit", 0)),
        "megabytes": int(values.get("limit", 0)) // _MIB,
        "kind": _KINDS.get(str(values.get("kind", "")), "un fichier d'un format inconnu"),
    }
    return template.format(**filled)


def _place(values: Mapping[str, Any]) -> str:
    """Where a formula is: a cell, or the sheet or the name that it belongs to."""
    name, cell = (cut(squeeze(str(values.get(key, ""))), _NAME) for key in ("name", "cell"))
    if cell:
        return f"cellule {cell} de la feuille « {name} »"
    return f"dans « {name} », hors des cellules"
