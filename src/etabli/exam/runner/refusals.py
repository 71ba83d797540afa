"""Why a document was refused, as the reader says it in codes and as a student reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import Failed
from etabli.exam.contract.i18n import _
from etabli.exam.contract.words import cut, squeeze

_NAME = 80
_MIB = 1024 * 1024


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
    template = _templates()[code]
    filled = {
        "place": _place(values),
        "function": cut(squeeze(str(values.get("function", ""))), _NAME),
        "name": cut(squeeze(str(values.get("name", ""))), _NAME),
        "number": int(values.get("number", 0)),
        "limit": int(values.get("limit", 0)),
        "megabytes": int(values.get("limit", 0)) // _MIB,
        "kind": _kinds().get(str(values.get("kind", "")), _("un fichier d'un format inconnu")),
    }
    return template.format(**filled)


def _place(values: Mapping[str, Any]) -> str:
    """Where a formula is: a cell, or the sheet or the name that it belongs to."""
    name, cell = (cut(squeeze(str(values.get(key, ""))), _NAME) for key in ("name", "cell"))
    if cell:
        return _("cellule {cell} de la feuille « {name} »").format(cell=cell, name=name)
    return _("dans « {name} », hors des cellules").format(name=name)


def _templates() -> Mapping[str, str]:
    return {
        "kind": _("c'est {kind}"),
        "empty": _("il est vide, 0 octet"),
        "part": _("dans sa partie « {name} »"),
        "line": _("ligne {number}"),
        "size": _("il dépasse {megabytes} Mo"),
        "unpacked": _("une fois décompressé, il dépasse {megabytes} Mo"),
        "heavy-part": _("sa partie « {name} » dépasse {megabytes} Mo"),
        "members": _("l'archive contient plus de {limit} fichiers"),
        "text": _("il contient trop de texte"),
        "time": _("sa lecture demande plus de {limit} secondes de calcul"),
        "memory": _("sa lecture remplit la mémoire"),
        "rows": _("la feuille « {name} » va jusqu'à la ligne {number}, la limite est {limit}"),
        "columns": _("la feuille « {name} » va jusqu'à la colonne {number}, la limite est {limit}"),
        "sheets": _("il y a plus de {limit} feuilles"),
        "cells": _("il y a plus de {limit} cases remplies"),
        "empty-cells": _("il y a plus de {limit} lignes ou cases vides mais mises en forme"),
        "formula": "{place}",
        "function": _("fonction {function}, {place}"),
        "program": _("« {name} »"),
        "address": _("adresse « {name} »"),
        "file": _("fichier « {name} »"),
        "macro": _("« {name} »"),
        "nested": _("plus de {limit} archives l'une dans l'autre"),
    }


def _kinds() -> Mapping[str, str]:
    return {
        "xlsx": _("un classeur Excel (.xlsx)"),
        "ods": _("un classeur LibreOffice (.ods)"),
        "docx": _("un document Word (.docx)"),
        "odt": _("un document LibreOffice (.odt)"),
        "odf": _("un document LibreOffice d'une autre sorte"),
        "ooxml": _("un document Office d'une autre sorte"),
        "pdf": _("un PDF"),
        "zip": _("une archive zip"),
        "7z": _("une archive 7z"),
        "rar": _("une archive rar"),
        "gz": _("une archive gz"),
        "bz2": _("une archive bz2"),
        "xz": _("une archive xz"),
        "image": _("une image"),
        "rtf": _("un document RTF"),
        "html": _("une page web"),
        "text": _("un fichier de texte"),
    }
