"""Pivot tables of Excel, by their definition.

Source: ECMA-376, part 1, clause 18.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..archive import Archive
from ..markup import whole
from ..places import quoted
from ..relations import Relation, relations
from ..told import Pivot
from ..tree import Node, tree
from .shared import TRUE

_VALUES = -2
"""The number of no field: where several values stand side by side."""


def pivots(archive: Archive, part: str) -> Iterator[Pivot]:
    """Yields the pivots of a sheet.

    Args:
        archive: The workbook.
        part: The sheet.

    Raises:
        Refused: A part is damaged or too big.
    """
    for relation in relations(archive, part).values():
        if relation.kind == "pivotTable" and relation.target in archive:
            related = relations(archive, relation.target)
            yield _pivot(tree(archive, relation.target), _cache(archive, related))


def _cache(archive: Archive, related: Mapping[str, Relation]) -> Node:
    for relation in related.values():
        if relation.kind == "pivotCacheDefinition" and relation.target in archive:
            return tree(archive, relation.target)
    return Node("", {})


def _pivot(root: Node, cache: Node) -> Pivot:
    fields = list(cache.all("cacheFields", "cacheField"))
    names = [field.get("name") for field in fields]
    location = root.first("location")

    def named(number: int) -> str:
        return names[number] if 0 <= number < len(names) else ""

    def placed(group: str, key: str) -> tuple[str, ...]:
        numbers = [_signed(one.get(key)) for one in root.first(group).children] if root.first(group) else []  # type: ignore[union-attr]
        return tuple(named(number) for number in numbers if number != _VALUES)

    values = list(root.all("dataFields", "dataField"))
    return Pivot(
        name=root.get("name"),
        ref=location.get("ref") if location else "",
        source=_source(cache),
        rows=placed("rowFields", "x"),
        columns=placed("colFields", "x"),
        values=tuple((named(_signed(one.get("fld"))), one.get("subtotal", "sum")) for one in values),
        shows=tuple(_shown_as(one) for one in values),
        filters=placed("pageFields", "fld"),
        groups=tuple((field.get("name"), unit) for field in fields if (unit := _unit(field))),
        bases=tuple((field.get("name"), base) for field in fields if (base := _base(field, names))),
        left_out=tuple(_left_out(root, fields)),
    )


def _signed(text: str) -> int:
    return -whole(text[1:]) if text.startswith("-") else whole(text)


def _source(cache: Node) -> str:
    source = cache.first("cacheSource", "worksheetSource")
    if source is None or source.get("id"):  # a connection, several ranges, or another workbook
        return ""
    if source.get("name"):
        return source.get("name")
    return f"{quoted(source.get('sheet'))}!{source.get('ref')}" if source.get("sheet") else source.get("ref")


def _shown_as(value: Node) -> str:
    newer = next((one.get("pivotShowAs") for one in value.inside("dataField")), "")
    return newer or value.get("showDataAs", "normal")


def _unit(field: Node) -> str:
    by = field.first("fieldGroup", "rangePr")
    return by.get("groupBy", "range") if by else ""


def _base(field: Node, names: list[str]) -> str:
    """Returns the field that one was made from, when it was made from another."""
    group = field.first("fieldGroup")
    number = whole(group.get("base", "")) if group and group.get("base") else len(names)
    return names[number] if number < len(names) and names[number] != field.get("name") else ""


def _left_out(root: Node, fields: list[Node]) -> Iterator[tuple[str, tuple[str, ...]]]:
    chosen = {_signed(one.get("fld")): one.get("item") for one in root.all("pageFields", "pageField")}
    for number, (shown, field) in enumerate(zip(root.all("pivotFields", "pivotField"), fields, strict=False)):
        items = [one for one in shown.all("items", "item") if one.get("t", "data") == "data"]
        words = _words(field)
        kept = chosen.get(number)
        if kept:
            hidden = [item for place, item in enumerate(items) if place != whole(kept)]
        else:
            hidden = [item for item in items if item.get("h") in TRUE]
        if hidden:
            told = [whole(item.get("x")) for item in hidden]
            yield field.get("name"), tuple(words[place] if place < len(words) else "" for place in told)


def _words(field: Node) -> list[str]:
    items = field.first("fieldGroup", "groupItems") or field.first("sharedItems")
    return [item.get("v") for item in items.children] if items else []
