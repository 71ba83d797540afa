"""Gathering: from the paths on the command line to the things dropped there, without saying whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.reception.archives import SUFFIXES
from etabli.reception.dropped import Dropped, Gathered
from etabli.reception.moodle.download import read_download
from etabli.reception.moodle.naming import place_of
from etabli.reception.sources import is_junk
from etabli.reception.submission import DECLARATION


class Reading(StrEnum):
    """How a path is to be understood."""

    GUESS = "guess"
    CLASS = "class"
    ONE = "one"


def gather(paths: Sequence[Path], lab: Lab, reading: Reading, workshop: Path) -> Gathered:
    """Lists what was dropped, Moodle's downloads included, without saying whose it is.

    Args:
        paths: Folders or zips: each one submission, a class of such, or what Moodle handed over.
        lab: Names the entry files that tell one submission from a class.
        reading: What the user insists on, if anything.
        workshop: An existing empty folder, for what is taken out of a download.

    Raises:
        UsageProblem: A path does not exist, or holds nothing.
    """
    gathered = Gathered()
    for place, path in enumerate(paths):
        if not path.exists():
            raise UsageProblem(f"« {path} » n'existe pas : vérifiez le chemin.")
        download = read_download(path, lab, workshop / str(place)) if _may_be_download(path, reading) else None
        found = _strangers(path) if download else [path] if _is_one(path, lab, reading) else _class_of(path)
        if download:
            taken = {one.name for one in found}
            strange = tuple(name for name in download.passed_over if name not in taken)
            gathered = gathered.and_also(replace(download, passed_over=strange))
        gathered = gathered.and_also(Gathered(tuple(_dropped(found, lab))))
    return gathered


def _may_be_download(path: Path, reading: Reading) -> bool:
    """In what the user calls a class, a few names that look like Moodle's are those of works like the others."""
    if reading is not Reading.CLASS or not path.is_dir():
        return reading is not Reading.ONE
    return 2 * len(_strangers(path)) <= len(_children(path))


def _strangers(path: Path) -> list[Path]:
    """What a teacher put beside Moodle's own folders: a latecomer's zip, sent by mail."""
    children = _children(path) if path.is_dir() else []
    strange = [child for child in children if place_of(PurePosixPath(child.name)) is None]
    return strange if len(strange) < len(children) else []


def _is_one(path: Path, lab: Lab, reading: Reading) -> bool:
    if reading is not Reading.GUESS:
        return reading is Reading.ONE
    return not path.is_dir() or _holds_submission(_top_names(path), lab)


def wrapped(path: Path, lab: Lab) -> str | None:
    """Returns the name of the only folder inside, where one submission was seen there, and a learner's may be meant."""
    if not path.is_dir() or not _is_one(path, lab, Reading.GUESS):
        return None
    names = _top_names(path)
    tops = {one.parts[0] for one in names}
    inner = min(tops)
    alone = len(tops) == 1 and all(len(one.parts) > 1 for one in names)
    return inner if alone and re.search(r"\d$|\s", inner) else None


def _holds_submission(paths: Sequence[PurePosixPath], lab: Lab) -> bool:
    """Tells whether a top (or its single top folder) holds an entry file of the lab or a ``rendu.json``."""
    alone = len({path.parts[0] for path in paths}) == 1
    tops = [paths, [PurePosixPath(*path.parts[1:]) for path in paths]] if alone else [paths]
    return any(lab.recognises(names) or DECLARATION in names for top in tops if (names := [str(path) for path in top]))


def _top_names(folder: Path) -> list[PurePosixPath]:
    """Lists files at most three levels deep: enough to see an entry file behind one wrapping folder."""
    patterns = ("*", "*/*", "*/*/*")
    found = (path.relative_to(folder) for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    return [path for path in map(PurePosixPath, found) if not is_junk(path)]


def _class_of(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UsageProblem(f"« {folder} » n'est pas un dossier de classe.")
    if taken := _children(folder):
        return taken
    raise UsageProblem(f"« {folder} » ne contient aucun rendu : un dossier ou un .zip par élève est attendu.")


def _children(folder: Path) -> list[Path]:
    children = sorted(child for child in folder.iterdir() if not is_junk(PurePosixPath(child.name)))
    return [child for child in children if child.suffix.lower() in SUFFIXES or _is_open_folder(child)]


def _is_open_folder(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _dropped(paths: Iterable[Path], lab: Lab) -> Iterable[Dropped]:
    """Names each thing; « etabli submit » writes the lab after the candidate, in ``<candidate>-<lab>.zip``."""
    for path in paths:
        file = path.resolve().name if path.name in ("", ".", "..") else path.name
        packed = not path.is_dir() and path.suffix.lower() in SUFFIXES
        name = file[: -len(path.suffix)].removesuffix(".tar") if packed else file
        # A file's date is the one of its download: the hour is unknown.
        yield Dropped(name.removesuffix(f"-{lab.id}") or name, path, files=(file,))
