"""The ``.rels`` parts of Office Open XML: which part leads to which.

Source: ECMA-376, part 2 (Open Packaging Conventions), clause 9.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from .archive import Archive
from .limits import Refused
from .markup import START, walk


class Relation(NamedTuple):
    """One relation of a part."""

    kind: str
    """Last word of its type: ``worksheet``, ``comments``, ``hyperlink`` …"""
    target: str
    """The part it leads to; an address when external."""
    external: bool


def relations(archive: Archive, part: str) -> dict[str, Relation]:
    """Returns the relations of a part (``""``: the package itself) by identifier."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    if rels not in archive:
        return {}
    found = {}
    for kind, tag, attributes in walk(archive.read(rels), rels):
        if kind == START and tag == "Relationship":
            external = attributes.get("TargetMode") == "External"
            target = attributes.get("Target", "")
            place = target if external else posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            word = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = Relation(word, place, external)
    return found


def outgoing(archive: Archive) -> Iterator[str]:
    """Yields the addresses outside of a package that it fetches, whichever part says so: no hyperlink."""
    for info in archive.members:
        name = info.filename
        if name.casefold().endswith(".rels"):
            split = name.casefold().rfind("_rels/")
            for relation in relations(archive, f"{name[:split]}{name[split + 6 : -5]}").values():
                if relation.external and relation.kind != "hyperlink":
                    yield relation.target


def main_part(archive: Archive) -> str:
    """Returns the part that the package is about.

    Raises:
        Refused: There is none.
    """
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument" and relation.target in archive:
            return relation.target
    raise Refused("broken-file", "part", name="_rels/.rels")
