"""How the sheets of many scenarios are told: in full for the first one, then by what is other than there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from .cells import same
from .limits import MAX_ANSWER, MAX_NUMBER, MAX_SIGN

Sheets: TypeAlias = Sequence[Mapping[str, Any]]


def shortened(scenarios: Sequence[Sheets]) -> list[Sheets]:
    """Returns the sheets of each scenario, as they are sent.

    One that has the shape of the first scenario's has ``cells`` (row and column from 0, value) instead of ``rows``.
    """
    return [*scenarios[:1], *(_against(scenarios[0], sheets) for sheets in scenarios[1:])]


def fits(scenarios: Sequence[Sheets]) -> bool:
    """Whether what is sent is short enough: at a glance, or else written down."""
    cells = (
        cell
        for sheets in scenarios
        for sheet in sheets
        for row in (sheet["rows"] if "rows" in sheet else sheet["cells"])
        for cell in row
    )
    most = sum(MAX_NUMBER + MAX_SIGN * len(cell) if isinstance(cell, str) else MAX_NUMBER for cell in cells)
    return most <= MAX_ANSWER // 2 or len(json.dumps(scenarios)) <= MAX_ANSWER - 1000


def _against(first: Sheets, sheets: Sheets) -> Sheets:
    if [sheet["name"] for sheet in first] != [sheet["name"] for sheet in sheets]:
        return sheets
    return [_short(before, sheet) for before, sheet in zip(first, sheets, strict=True)]


def _short(first: Mapping[str, Any], sheet: Mapping[str, Any]) -> Mapping[str, Any]:
    pairs = [*zip(first["rows"], sheet["rows"], strict=False)]
    if len(first["rows"]) != len(sheet["rows"]) or any(len(before) != len(row) for before, row in pairs):
        return sheet
    cells = [
        (number, column, value)
        for number, (before, row) in enumerate(pairs)
        if before is not row and not same([before], [row])
        for column, (held, value) in enumerate(zip(before, row, strict=True))
        if not same([[held]], [[value]])
    ]
    return {"name": sheet["name"], "pivots": sheet["pivots"], "cells": cells}
