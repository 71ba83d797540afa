"""Charts of LibreOffice: a document of their own inside the spreadsheet.

Source: OASIS Open Document Format 1.3, part 3, clause 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..archive import Archive
from ..notation import odf_reference, split
from ..told import Chart, Series
from ..tree import Node
from ..xlsx.charts import ROUND, drawn
from .parts import root_of

_KINDS: Final = {"circle": "pie", "ring": "doughnut", "filled-radar": "radar"}
PRIMARY: Final = "primary-y"
_LOCAL: Final = "local-table"
"""The table that a chart keeps for itself when its figures were typed in it."""


def chart(archive: Archive, folder: str, anchor: str | None) -> Chart | None:
    """Returns a chart, or None when the object is something else.

    Raises:
        Refused: It is damaged or too big.
    """
    root = root_of(archive, folder)
    found = root.first("body", "chart", "chart") if root else None
    plot = found.first("plot-area") if found else None
    if root is None or found is None or plot is None:
        return None
    styles = {node.get("name"): _properties(node) for node in root.inside("style")}

    def style(node: Node) -> Mapping[str, str]:
        return styles.get(node.get("style-name"), {})

    main = _kind(found.get("class"))
    series = list(plot.all("series"))
    kinds = list(dict.fromkeys(_kind(one.get("class")) or main for one in series)) or [main]
    axes = {axis.get("dimension"): axis for axis in reversed(list(plot.all("axis")))}
    heights = [axis for axis in plot.all("axis") if axis.get("dimension") == "y"]
    scales = {axis.get("name", PRIMARY): _scale(style(axis)) for axis in reversed(heights)}
    shares = style(plot).get("percentage") == "true"

    def scale(one: Node) -> tuple[str, str, str]:
        own = scales.get(one.get("attached-axis", PRIMARY), ("", "", ""))
        return own if not shares else ("", "", "" if (_kind(one.get("class")) or main) in ROUND else "percent")

    labelled = [plot, *series, *plot.inside("data-point")]
    return Chart(
        kind=kinds[0] if len(kinds) == 1 else "combo",
        kinds=tuple(kinds),
        depth=style(plot).get("three-dimensional") == "true",
        title=_words(found.first("title")),
        x_title=_axis_title(axes.get("x"), style),
        y_title=_axis_title(axes.get("y"), style),
        axes=set(kinds) <= set(ROUND) or _shown(axes.get("y"), style),
        legend=found.first("legend") is not None,
        labels=any(_labels(style(node)) for node in labelled),
        series=tuple(drawn(_series(one, plot), *scale(one)) for one in series),
        anchor=anchor,
    )


def _kind(text: str) -> str:
    word = text.rpartition(":")[2]
    return _KINDS.get(word, word)


def _properties(style: Node) -> Mapping[str, str]:
    found = style.first("chart-properties")
    return found.attributes if found else {}


def _words(title: Node | None) -> str | None:
    if title is None:
        return None
    paragraphs = title.inside("p")
    text = " ".join(one.text + "".join(part.text for part in one.inside("span")) for one in paragraphs)
    return " ".join(text.split()) or None


def _shown(axis: Node | None, style: Any) -> bool:
    return axis is not None and style(axis).get("visible") != "false" and style(axis).get("display-label") != "false"


def _axis_title(axis: Node | None, style: Any) -> str | None:
    return _words(axis.first("title")) if axis is not None and style(axis).get("visible") != "false" else None


def _scale(properties: Mapping[str, str]) -> tuple[str, str, str]:
    """Returns where an axis begins and ends, as a hand typed it, and what else than amounts it shows."""
    if properties.get("logarithmic") == "true":
        return "", "", "log"
    return properties.get("minimum", ""), properties.get("maximum", ""), ""


def _labels(properties: Mapping[str, str]) -> bool:
    return properties.get("data-label-number", "none") != "none" or properties.get("data-label-text") == "true"


def _series(one: Node, plot: Node) -> Series:
    categories = next(plot.inside("categories"), None)
    domain = one.first("domain") or next(plot.inside("domain"), None)
    source = domain.get("cell-range-address") if domain else categories.get("cell-range-address") if categories else ""
    return Series(
        name_ref=_reference(one.get("label-cell-address")),
        name_text=one.get("label-string").strip('"') or None,
        categories_ref=_reference(source),
        values_ref=_reference(one.get("values-cell-range-address")),
    )


def _reference(address: str) -> str | None:
    if not address or address.startswith(_LOCAL):
        return None
    return ",".join(odf_reference(one) for one in split(address, " ") if one)
