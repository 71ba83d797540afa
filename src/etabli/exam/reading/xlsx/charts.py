"""Charts of Excel: what kind, over which cells, with which words around.

Sources: ECMA-376, part 1, clauses 20.5 (drawings) and 21.2 (charts); [MS-ODRAWXML] 2.24.3 for those of 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ..archive import Archive
from ..grid import number
from ..markup import whole
from ..notation import excel_reference
from ..places import place
from ..relations import relations
from ..told import Chart, Series
from ..tree import Node, tree
from .shared import TRUE

_KINDS: Final = {
    **{"barChart": "bar", "bar3DChart": "bar", "lineChart": "line", "line3DChart": "line"},
    **{"pieChart": "pie", "pie3DChart": "pie", "ofPieChart": "pie", "doughnutChart": "doughnut"},
    **{"areaChart": "area", "area3DChart": "area", "scatterChart": "scatter", "bubbleChart": "bubble"},
    **{"radarChart": "radar", "stockChart": "stock", "surfaceChart": "surface", "surface3DChart": "surface"},
}
ROUND: Final = ("pie", "doughnut")
"""Kinds without axes."""
_SHOWN = ("showVal", "showPercent", "showCatName", "showSerName")
_MOST_POINTS = 2_000
LEAST_SIDE: Final = 180_000
"""EMU, half a centimetre: nobody reads a smaller chart."""


def charts(archive: Archive, part: str) -> Iterator[Chart]:
    """Yields the charts of a sheet.

    Args:
        archive: The workbook.
        part: The sheet.

    Raises:
        Refused: A part is damaged or too big.
    """
    for relation in relations(archive, part).values():
        if relation.kind == "drawing" and relation.target in archive:
            related = relations(archive, relation.target)
            for anchor in filter(_shows, tree(archive, relation.target).children):
                for frame in anchor.inside("chart"):
                    found = related.get(frame.get("id"))
                    if found is not None and found.target in archive:
                        read = _newer if found.kind == "chartEx" else _chart
                        yield replace(read(tree(archive, found.target)), anchor=_corner(anchor))


def _shows(anchor: Node) -> bool:
    """Whether what an anchor holds is seen: neither hidden nor of no size."""
    if any(one.get("hidden") in TRUE for one in anchor.inside("cNvPr")):
        return False
    size = anchor.first("ext")
    if size and anchor.name == "oneCellAnchor":  # a sheet that is a chart has an absolute one, of any size
        return (
            min(whole(size.get("cx"), LEAST_SIDE, digits=12), whole(size.get("cy"), LEAST_SIDE, digits=12))
            >= LEAST_SIDE
        )
    ends = [
        [whole(node.text.strip(), digits=12) for node in end.children]
        for end in anchor.children
        if end.name in ("from", "to")
    ]
    return len(ends) < 2 or ends[0] != ends[1]


def _corner(anchor: Node) -> str | None:
    row, column = anchor.first("from", "row"), anchor.first("from", "col")
    return place(whole(row.text) + 1, whole(column.text) + 1) if row and column else None


def _chart(root: Node) -> Chart:
    chart = root.first("chart") or root
    plot = chart.first("plotArea") or Node("", {})
    groups = [node for node in plot.children if node.name in _KINDS]
    series = [drawn(_series(one), *_scale(plot, group)) for group in groups for one in group.all("ser")]
    first = series[0].categories_ref if series else None  # the others of a combination use those of the first
    series = [replace(one, categories_ref=one.categories_ref or first) for one in series]
    kinds = list(dict.fromkeys(_KINDS[group.name] for group in groups))
    title, title_ref = _title(chart, series)
    values = list(plot.all("valAx"))
    return Chart(
        kind=kinds[0] if len(kinds) == 1 else "combo" if kinds else "",
        kinds=tuple(kinds),
        depth=any("3D" in group.name for group in groups),
        title=title,
        title_ref=title_ref,
        **_axes(plot, groups),
        axes=set(kinds) <= set(ROUND) or any(not _deleted(axis) for axis in values),
        legend=chart.first("legend") is not None,
        labels=any(_labelled(labels) for labels in plot.inside("dLbls", "dLbl")),
        series=tuple(series),
    )


def _scale(plot: Node, group: Node) -> tuple[str, str, str]:
    """Returns where the axis of a group begins and ends, as a hand typed it, and what else than amounts it shows."""
    own = {axis.get("val") for axis in group.all("axId")}
    axes = [axis for axis in plot.all("valAx") if (known := axis.first("axId")) and known.get("val") in own]
    grouping, scale = group.first("grouping"), axes[0].first("scaling") if len(axes) == 1 else None
    if grouping and grouping.get("val") == "percentStacked":
        return "", "", "percent"
    if scale is None or scale.first("logBase"):
        return "", "", "log" if scale else ""
    least, most = scale.first("min"), scale.first("max")
    return least.get("val") if least else "", most.get("val") if most else "", ""


def drawn(series: Series, least: str, most: str, scale: str) -> Series:
    """Returns a series with the ends of its axis, as a file writes them, and what else than amounts that shows."""
    ends = [None if isinstance(end := number(text), str) else end for text in (least, most)]
    return replace(series, least=ends[0], most=ends[1], scale=scale)


def _series(one: Node) -> Series:
    name_ref, names = _data(one.first("tx"))
    categories_ref, categories = _data(one.first("cat") or one.first("xVal"))
    values_ref, values = _data(one.first("val") or one.first("yVal"))
    numbers = [number(text) for text in values]
    return Series(
        name_ref=name_ref,
        name_text=" ".join(names).strip() or None,
        categories_ref=categories_ref,
        values_ref=values_ref,
        categories=tuple(categories),
        values=tuple(None if isinstance(value, str) else value for value in numbers),
    )


def _data(node: Node | None) -> tuple[str | None, list[str]]:
    """Returns the reference, if any, and what the file remembers of its cells."""
    if node is None:
        return None, []
    bare = node.first("v")
    if bare is not None:
        return None, [bare.text]
    reference = next((one.text for one in node.inside("f")), None)
    if reference and reference.startswith('"'):  # LibreOffice writes a typed name as a formula
        return None, [reference.strip('"')]
    levels = list(node.inside("lvl"))
    points = list((levels[0] if levels else node).inside("pt"))
    count = min(max((whole(point.get("idx")) + 1 for point in points), default=0), _MOST_POINTS)
    texts = [""] * count
    for point in points:
        value = point.first("v")
        if value is not None and whole(point.get("idx")) < count:
            texts[whole(point.get("idx"))] = value.text
    return (excel_reference(reference) if reference else None), texts


def _title(chart: Node, series: list[Series]) -> tuple[str | None, str | None]:
    """Returns the title and the cell it comes from; Excel shows the name of a series that is alone."""
    title, deleted = chart.first("title"), chart.first("autoTitleDeleted")
    if title is None and deleted is not None and deleted.get("val", "1") in TRUE:
        return None, None
    text, reference = _words(title)
    if text or reference:
        return text, reference
    return (series[0].name_text, series[0].name_ref) if len(series) == 1 else (None, None)


def _words(title: Node | None) -> tuple[str | None, str | None]:
    if title is None:
        return None, None
    reference = next((one.text for one in title.inside("f")), None)
    if reference is not None:
        text = " ".join(one.text for one in title.inside("v"))
    else:
        text = " ".join("".join(one.text for one in paragraph.inside("t")) for paragraph in title.inside("p"))
    return " ".join(text.split()) or None, excel_reference(reference) if reference else None


def _axes(plot: Node, groups: list[Node]) -> dict[str, str | None]:
    """Returns the titles of the axes; in a cloud of points both are axes of values, and the first one goes across."""
    clouds = [group for group in groups if _KINDS[group.name] in ("scatter", "bubble")]
    across = {axis.get("val") for cloud in clouds for axis in list(cloud.all("axId"))[:1]}
    found: dict[str, str | None] = {"x_title": None, "y_title": None}
    for axis in plot.children:
        if axis.name not in ("catAx", "dateAx", "valAx") or _deleted(axis):
            continue
        number = axis.first("axId")
        first = number is not None and number.get("val") in across
        key = "x_title" if first or axis.name != "valAx" else "y_title"
        found[key] = found[key] or _words(axis.first("title"))[0]
    return found


def _deleted(node: Node) -> bool:
    deleted = node.first("delete")
    return deleted is not None and deleted.get("val", "1") in TRUE


def _labelled(labels: Node) -> bool:
    return not _deleted(labels) and any(node.get("val", "1") in TRUE for node in labels.children if node.name in _SHOWN)


# -- the kinds of 2016: waterfalls, trees, funnels


def _newer(root: Node) -> Chart:
    data = {node.get("id"): node for node in root.all("chartData", "data")}
    chart = root.first("chart") or root
    series = []
    layouts = []
    for one in chart.all("plotArea", "plotAreaRegion", "series"):
        layouts.append(one.get("layoutId"))
        number_of = one.first("dataId")
        series.append(_newer_series(one, data.get(number_of.get("val") if number_of else "")))
    kinds = list(dict.fromkeys(layouts))
    axes = [_words(axis.first("title"))[0] for axis in chart.all("plotArea", "axis")]
    return Chart(
        kind=kinds[0] if len(kinds) == 1 else "combo" if kinds else "",
        kinds=tuple(kinds),
        title=_words(chart.first("title"))[0],
        x_title=axes[0] if axes else None,
        y_title=axes[1] if len(axes) > 1 else None,
        axes=True,
        legend=chart.first("legend") is not None,
        labels=next(chart.inside("dataLabels"), None) is not None,
        series=tuple(series),
    )


def _newer_series(one: Node, data: Node | None) -> Series:
    refs: dict[str, str | None] = {"strDim": None, "numDim": None}
    for dimension in data.children if data else ():
        formula = dimension.first("f")
        if dimension.name in refs and formula is not None:
            refs[dimension.name] = excel_reference(formula.text)
    name = one.first("tx", "txData", "v")
    name_ref = one.first("tx", "txData", "f")
    return Series(
        name_ref=excel_reference(name_ref.text) if name_ref else None,
        name_text=name.text if name else None,
        categories_ref=refs["strDim"],
        values_ref=refs["numDim"],
    )
