"""From the paths on the command line to one deposit per candidate."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.reception.archives import unreadable
from etabli.reception.doubles import Sifted, sift
from etabli.reception.handed import Handed
from etabli.reception.intake import is_junk
from etabli.reception.moodle.download import ARCHIVES, is_download, read_download
from etabli.reception.moodle.naming import place_of
from etabli.reception.submission import RECEIPT, Deposit
from etabli.runs.identifier import is_identifier, nearest_identifier


class Reading(StrEnum):
    """How a path is to be understood."""

    GUESS = "guess"
    CLASS = "class"
    ONE = "one"


@dataclass(frozen=True)
class Gathered:
    """What the paths of a command line hold."""

    handed: tuple[Handed, ...]
    moodle: bool = False
    """Whether a download of Moodle is among them: its names are people's."""
    texts: int = 0
    """How many learners wrote an online text in Moodle, which is not graded."""
    timed: bool = True
    """Whether the times are those of the deposits."""


def find_deposits(paths: Sequence[Path], lab: Lab, reading: Reading = Reading.GUESS) -> list[Deposit]:
    """Lists what was handed in under the candidates' own identifiers, one deposit per candidate, sorted.

    Args:
        paths: Folders or zips: each one submission, or a class of such.
        lab: Names the entry files that tell one submission from a class.
        reading: What the user insists on, if anything.

    Raises:
        UsageProblem: A path does not exist, or a class folder holds nothing.
    """
    return named_deposits([handed for path in paths for handed in _local(path, lab, reading)])


def gather(paths: Sequence[Path], lab: Lab, reading: Reading, workshop: Path) -> Gathered:
    """Lists what was handed in, Moodle's downloads included, without saying whose it is.

    Args:
        paths: Folders or zips: each one submission, a class of such, or what Moodle handed over.
        lab: Names the entry files that tell one submission from a class.
        reading: What the user insists on, if anything.
        workshop: An existing empty folder, for what is taken out of a download.

    Raises:
        UsageProblem: A path does not exist, or holds nothing.
    """
    gathered = Gathered(())
    for place, path in enumerate(paths):
        if reading is not Reading.ONE and path.exists() and is_download(path):
            download = read_download(path, lab, workshop / str(place))
            handed, texts = (*gathered.handed, *download.handed), gathered.texts + download.texts
            gathered = Gathered(
                (*handed, *_unlabelled(_strangers(path), lab)), True, texts, gathered.timed and download.timed
            )
        else:
            gathered = replace(gathered, handed=(*gathered.handed, *_local(path, lab, reading)))
    return gathered


def _strangers(path: Path) -> list[Handed]:
    """What a teacher put beside Moodle's own folders: a latecomer's zip, sent by mail."""
    children = _children(path) if path.is_dir() else []
    ours = any(place_of(PurePosixPath(child.name)) for child in children)
    return [_handed(child) for child in children if ours and place_of(PurePosixPath(child.name)) is None]


def _local(path: Path, lab: Lab, reading: Reading) -> list[Handed]:
    if not path.exists():
        raise UsageProblem(f"« {path} » n'existe pas : vérifiez le chemin.")
    return _unlabelled([_handed(path)] if _is_one(path, lab, reading) else _class_of(path), lab)


def _unlabelled(handed: Sequence[Handed], lab: Lab) -> list[Handed]:
    """Takes the lab's name off what « etabli submit » names ``<candidate>-<lab>.zip``."""
    return [replace(one, label=one.label.removesuffix(f"-{lab.id}") or one.label) for one in handed]


def _is_one(path: Path, lab: Lab, reading: Reading) -> bool:
    if reading is not Reading.GUESS:
        return reading is Reading.ONE
    return not path.is_dir() or holds_submission(_top_names(path), lab)


def holds_submission(names: Sequence[str], lab: Lab) -> bool:
    """Tells whether a top (or its single top folder) holds an entry file of the lab or a ``rendu.json``."""
    if lab.recognises(names) or RECEIPT in names:
        return True
    tops = {PurePosixPath(name).parts[0] for name in names}
    if len(tops) != 1:
        return False
    inner = [PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in names]
    return lab.recognises(inner) or RECEIPT in inner


def _top_names(folder: Path) -> list[str]:
    """Lists files at most three levels deep: enough to see an entry file behind one wrapping folder."""
    patterns = ("*", "*/*", "*/*/*")
    found = (path.relative_to(folder) for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    return [path.as_posix() for path in found if not is_junk(PurePosixPath(path.as_posix()))]


def _class_of(folder: Path) -> list[Handed]:
    if not folder.is_dir():
        raise UsageProblem(f"« {folder} » n'est pas un dossier de classe.")
    taken = _children(folder)
    if not taken:
        raise UsageProblem(f"« {folder} » ne contient aucun rendu : un dossier ou un .zip par élève est attendu.")
    return [_handed(child) for child in taken]


def _children(folder: Path) -> list[Path]:
    children = sorted(child for child in folder.iterdir() if not is_junk(PurePosixPath(child.name)))
    return [child for child in children if _is_deposit(child)]


def _is_deposit(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    return path.is_dir() or path.suffix.lower() in ARCHIVES


def _handed(path: Path) -> Handed:
    name = path.resolve().name if path.name in ("", ".", "..") else path.name
    label = name
    if not path.is_dir() and path.suffix.lower() in ARCHIVES:
        label = path.name[: -len(path.suffix)]
    return Handed(label, path, files=(name,))  # a file's date is the one of its download: the hour is unknown


def named_deposits(handed: Iterable[Handed]) -> list[Deposit]:
    """Makes the deposits of what bears the candidates' own identifiers, one per candidate, sorted.

    Two different things that bear one identifier are left out: see :func:`one_per_label`.
    """
    return [_named(one) for one in one_per_label(handed).kept.values()]


def one_per_label(handed: Iterable[Handed]) -> Sifted:
    """Keeps one thing per identifier: upper and lower case are one person.

    Two different things that bear one identifier are in ``different``: a run that refuses both would stand in the
    place of what was graded before, so a person is told instead (:func:`same_name`) and the others go on.
    """
    return sift((_named(one).candidate.lower(), one) for one in handed)


def same_name(group: Iterable[Handed]) -> str:
    """Returns the sentence about different things that bear one identifier."""
    names = ", ".join(f"« {one.source} »" for one in group)
    return f"Deux rendus différents portent le même nom ({names}) : gardez-en un, puis relancez."


def _named(handed: Handed) -> Deposit:
    if not is_identifier(handed.label):
        sentence = (
            f"« {handed.label} » n'est pas un identifiant : renommez le rendu avec des lettres sans accent, "
            "chiffres, « . », « _ » ou « - » (64 au plus)."
        )
        return Deposit(nearest_identifier(handed.label), handed.source, sentence)
    return Deposit(handed.label, handed.source, archive_problem(handed.source, handed.source.name))


def archive_problem(path: Path, name: str) -> str | None:
    """Returns the sentence for a file that is no zip, calling it by the name given; ``None`` when all is well."""
    if path.is_dir() or not os.access(path, os.R_OK) or zipfile.is_zipfile(path):
        return None  # what cannot be read gets its sentence at intake
    if path.suffix.lower() in ARCHIVES - {".zip"}:
        return (
            f"« {name} » est une archive {path.suffix} : sous Windows, ouvrez-la, puis clic droit sur le dossier, "
            "« Compresser dans un fichier ZIP », et déposez le .zip."
        )
    return unreadable(name, path)
