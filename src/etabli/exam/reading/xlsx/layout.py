"""What the XML of an Excel sheet says besides its cells: hidden columns, frozen rows, the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..layout import Layout
from ..markup import Event, whole
from ..places import area
from .shared import TRUE

RULES: Final = frozenset({"formula", "formula1", "formula2", "f"})
"""Elements that hold a formula outside of any cell."""


_THIN: Final = {"width": 0.5, "ht": 3.0}
"""Characters of a column's width, points of a row's height: with less, nothing of a cell shows."""


def unseen(attributes: Mapping[str, str], size: str) -> bool:
    """Whether a row or a column is hidden, or as thin as one."""
    if attributes.get("hidden") in TRUE:
        return True
    try:
        return float(attributes.get(size, "nan")) < _THIN[size]
    except ValueError:
        return False


def take(layout: Layout, event: Event) -> None:
    """Takes the start of an element that is in no cell."""
    attributes = event.attributes
    if event.name == "col":
        if unseen(attributes, "width"):
            layout.hidden_columns.append((whole(attributes.get("min")), whole(attributes.get("max"))))
    elif event.name == "mergeCell":
        if merged := area(attributes.get("ref", "")):
            layout.merged.append(merged)
    elif event.name == "sheetView":
        first = area(attributes.get("topLeftCell", ""))
        layout.first = (first.top, first.left) if first else (1, 1)
    elif event.name == "pane":
        if attributes.get("state", "").startswith("frozen") and not layout.frozen_rows:
            layout.frozen_rows = whole(attributes.get("ySplit", "").partition(".")[0])
            layout.unreached = (
                layout.first[0] - 1 if layout.frozen_rows else 0,
                layout.first[1] - 1 if whole(attributes.get("xSplit", "").partition(".")[0]) else 0,
            )
    elif event.name == "pageSetUpPr":
        layout.fit = attributes.get("fitToPage") in TRUE
    elif event.name == "pageSetup":
        layout.landscape = attributes.get("orientation") == "landscape"
        layout.fit_pages = whole(attributes.get("fitToWidth", "1"))
