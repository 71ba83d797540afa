"""Shape: whether a folder looks like one submission, like a class, or like either, by the names in it.

One submission has an entry file of the lab or a ``rendu.json`` at its top, or at that of the single folder in it. A
learner calls a folder as they like, even as one that an entry file is in (``public``): where only that makes one
submission of a folder, and other works stand beside, it may as well be a class, and nobody guesses.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import some
from etabli.lab.manifest import Lab
from etabli.reception.archives import SUFFIXES
from etabli.reception.sources import is_junk
from etabli.reception.submission import DECLARATION

_DEEP = 3
"""Folders within each other that are looked into: an entry file is seen behind one wrapping folder, in each folder."""
_CLASS = "« --dossier-de-classe »"


@dataclass(frozen=True)
class Shape:
    """What makes one submission of a folder, and what stands beside."""

    place: Path
    """The folder, or the single one in it."""
    paths: Sequence[PurePosixPath]
    """What is in there."""
    lab: Lab

    @cached_property
    def loose(self) -> list[str]:
        """What makes a submission of it and is at the top."""
        return [name for name in _answers(self.paths, self.lab) if "/" not in name]

    @cached_property
    def beside(self) -> dict[str, list[PurePosixPath]]:
        """Files that make no submission of it, and folders without any that does, with what they hold."""
        own = {PurePosixPath(name).parts[0] for name in _answers(self.paths, self.lab)}
        inside: dict[str, list[PurePosixPath]] = {}
        for path in sorted(self.paths):
            if path.parts[0] not in own:
                inside.setdefault(path.parts[0], []).extend([PurePosixPath(*path.parts[1:])] if path.parts[1:] else [])
        return inside

    @cached_property
    def works(self) -> list[str]:
        """What might be others' works: archives, and folders that hold a submission themselves."""
        return [
            name
            for name, held in self.beside.items()
            if (_top_of(held, self.lab) if held else PurePosixPath(name).suffix.lower() in SUFFIXES)
        ]


def is_one(path: Path, lab: Lab) -> bool:
    """Tells whether a folder is one submission.

    Raises:
        UsageProblem: It may as well be a class.
    """
    shape = _shape(path, lab)
    if shape and shape.works and not shape.loose:
        raise UsageProblem(
            f"« {shape.place} » est-il un seul rendu ou une classe ? « {_answers(shape.paths, lab)[0]} » en fait un "
            f"rendu, mais d'autres travaux sont à côté ({_some(shape.works)}). Rien n'est encore vérifié : relancez "
            f"sur « {shape.place} » avec {_CLASS} si chacun est le rendu d'un élève, avec « --un-seul » si tout est du "
            "même."
        )
    return shape is not None


def doubt(path: Path, lab: Lab) -> str | None:
    """Says as what a folder is taken that is one submission by its looks, and may be a class (French), if it is."""
    shape = _shape(path, lab) if path.is_dir() else None
    if shape is None or (shape.works and not shape.loose):
        return None
    found = f"c'est pris pour un seul rendu, celui de « {path.resolve().name} ». Si c'est une classe,"
    again = f"relancez sur « {shape.place} » avec {_CLASS}."
    folders = [name for name, held in shape.beside.items() if held]
    if others := shape.works or ([] if shape.loose else folders):
        first = f"rangez d'abord {_some(shape.loose)} dans le dossier de son élève, puis " if shape.loose else ""
        return f"« {shape.place} » contient aussi {_some(others)} : {found} {first}{again}"
    wrapping, *more = sorted(child.name for child in children(path)) or [""]
    if more and not (shape.place == path and shape.loose):  # where files are is told above: these hold none
        return f"« {path} » contient {_some([wrapping, *more])} : {found} relancez avec {_CLASS}."
    if shape.place != path and re.search(r"\d$|\s", wrapping):
        return f"« {path} » ne contient que « {wrapping} » : {found} relancez avec {_CLASS}."
    return None


def children(folder: Path) -> list[Path]:
    """Lists what may be deposits in a folder: archives, and folders."""
    found = sorted(child for child in folder.iterdir() if not is_junk(PurePosixPath(child.name)))
    return [child for child in found if child.suffix.lower() in SUFFIXES or _is_open_folder(child)]


def _is_open_folder(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _some(names: Sequence[str]) -> str:
    return some([f"« {name} »" for name in names])


def _shape(path: Path, lab: Lab) -> Shape | None:
    paths = _paths_in(path)
    top = _top_of(paths, lab)
    if top is None:
        return None
    return Shape(path if top is paths else path / paths[0].parts[0], top, lab)


def _top_of(paths: Sequence[PurePosixPath], lab: Lab) -> Sequence[PurePosixPath] | None:
    """Returns what is at the top (or in the single folder there), if that makes one submission of it."""
    alone = len({path.parts[0] for path in paths}) == 1 and all(len(path.parts) > 1 for path in paths)
    tops = [paths, [PurePosixPath(*path.parts[1:]) for path in paths]] if alone else [paths]
    return next((top for top in tops if _answers(top, lab)), None)


def _answers(top: Iterable[PurePosixPath], lab: Lab) -> list[str]:
    """Lists what makes one submission of what is at a top: entry file, files asked for, ``rendu.json``."""
    names = [path.as_posix() for path in top]
    entry = lab.entry(names)
    asked = [name for found in lab.asked(names).values() for name in found]
    return [*([entry.path] if entry else []), *asked, *([DECLARATION] if DECLARATION in names else [])]


def _paths_in(folder: Path) -> list[PurePosixPath]:
    """Lists the first files below a folder; no link to another is followed."""
    found: list[PurePosixPath] = []
    for place, folders, files in os.walk(folder):
        inside = PurePosixPath(os.path.relpath(place, folder))
        folders[:] = [name for name in folders if len(inside.parts) < _DEEP and not is_junk(PurePosixPath(name))]
        found += [inside / name for name in files if not is_junk(PurePosixPath(name))]
    return found
