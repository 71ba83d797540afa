"""A small XML part as a tree: charts, pivots and settings are read here and there rather than from end to end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .archive import Archive
from .limits import MAX_ELEMENTS, Refused
from .markup import END, START, TEXT, walk


@dataclass
class Node:
    """An element; names have lost their namespaces."""

    name: str
    attributes: Mapping[str, str]
    children: list[Node] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    """Its pieces of text."""

    def get(self, name: str, default: str = "") -> str:
        """Returns an attribute."""
        return self.attributes.get(name, default)

    def all(self, *path: str) -> Iterator[Node]:
        """Yields the elements at the end of a path of names."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children if child.name == name]
        yield from found

    def first(self, *path: str) -> Node | None:
        """Returns the first element at the end of a path of names, or None."""
        return next(self.all(*path), None)

    def inside(self, *names: str) -> Iterator[Node]:
        """Yields every element of these names below this one, in reading order."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if node.name in names:
                yield node
            waiting.extend(reversed(node.children))

    @property
    def text(self) -> str:
        """Its own text."""
        return "".join(self.own)


def tree(archive: Archive, part: str) -> Node:
    """Returns the root of a part.

    Raises:
        Refused: It is damaged or too big.
    """
    top = Node("", {})
    open_ones = [top]
    count = 0
    for event in walk(archive.read(part), part):
        if event.kind == START:
            count += 1
            if count > MAX_ELEMENTS:
                raise Refused("too-heavy", "part", name=part)
            node = Node(event.name, event.attributes)
            open_ones[-1].children.append(node)
            open_ones.append(node)
        elif event.kind == END:
            open_ones.pop()
        elif event.kind == TEXT:
            open_ones[-1].own.append(event.text)
    return top.children[0]
