"""Gathering: from the paths on the command line to the things dropped there, without saying whose they are."""

from __future__ import annotations

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
from etabli.reception.shape import children, is_one


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
        UsageProblem: A path does not exist, or holds nothing; or nothing tells whether it is a class.
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
    return 2 * len(_strangers(path)) <= len(children(path))


def _strangers(path: Path) -> list[Path]:
    """What a teacher put beside Moodle's own folders: a latecomer's zip, sent by mail."""
    there = children(path) if path.is_dir() else []
    strange = [child for child in there if place_of(PurePosixPath(child.name)) is None]
    return strange if len(strange) < len(there) else []


def _is_one(path: Path, lab: Lab, reading: Reading) -> bool:
    if reading is Reading.GUESS:
        return not path.is_dir() or is_one(path, lab)
    return reading is Reading.ONE


def _class_of(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UsageProblem(f"« {folder} » n'est pas un dossier de classe.")
    if taken := children(folder):
        return taken
    raise UsageProblem(f"« {folder} » ne contient aucun rendu : un dossier ou un .zip par élève est attendu.")


def _dropped(paths: Iterable[Path], lab: Lab) -> Iterable[Dropped]:
    """Names each thing; « etabli submit » writes the lab after the candidate, in ``<candidate>-<lab>.zip``."""
    for path in paths:
        file = path.resolve().name if path.name in ("", ".", "..") else path.name
        packed = not path.is_dir() and path.suffix.lower() in SUFFIXES
        name = file[: -len(path.suffix)].removesuffix(".tar") if packed else file
        # A file's date is the one of its download: the hour is unknown.
        yield Dropped(name.removesuffix(f"-{lab.id}") or name, path, files=(file,))
