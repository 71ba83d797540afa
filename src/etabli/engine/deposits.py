"""From the paths on the command line to one deposit per candidate."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path, PurePosixPath

from etabli.engine.intake import is_junk
from etabli.errors import UsageProblem
from etabli.i18n import _
from etabli.lab import Lab
from etabli.submission import RECEIPT, Deposit, is_identifier, nearest_identifier

_OTHER_ARCHIVES = frozenset({".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})


class Reading(StrEnum):
    """How a path is to be understood."""

    GUESS = "guess"
    CLASS = "class"
    ONE = "one"


def find_deposits(paths: Sequence[Path], lab: Lab, reading: Reading = Reading.GUESS) -> list[Deposit]:
    """Lists what was handed in, one deposit per candidate, sorted.

    Args:
        paths: Folders or zips: each one submission, or a class of such.
        lab: Names the entry files that tell one submission from a class.
        reading: What the user insists on, if anything.

    Raises:
        UsageProblem: A path does not exist, or a class folder holds nothing.
    """
    found: list[Deposit] = []
    for path in paths:
        if not path.exists():
            raise UsageProblem(_("« {path} » n'existe pas : vérifiez le chemin.").format(path=path))
        if _is_one(path, lab, reading):
            found.append(_deposit(path))
        else:
            found += _class_of(path)
    return _without_homonyms(found)


def _is_one(path: Path, lab: Lab, reading: Reading) -> bool:
    if reading is not Reading.GUESS:
        return reading is Reading.ONE
    return not path.is_dir() or holds_submission(_top_names(path), lab)


def holds_submission(names: Sequence[str], lab: Lab) -> bool:
    """Tells whether a top (or its single top folder) holds an entry file of the lab or a ``rendu.json``."""
    if lab.entry(names) or RECEIPT in names:
        return True
    tops = {PurePosixPath(name).parts[0] for name in names}
    if len(tops) != 1:
        return False
    inner = [PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in names]
    return lab.entry(inner) is not None or RECEIPT in inner


def _top_names(folder: Path) -> list[str]:
    """Lists files at most three levels deep: enough to see an entry file behind one wrapping folder."""
    patterns = ("*", "*/*", "*/*/*")
    found = (path.relative_to(folder) for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    return [path.as_posix() for path in found if not is_junk(PurePosixPath(path.as_posix()))]


def _class_of(folder: Path) -> list[Deposit]:
    if not folder.is_dir():
        raise UsageProblem(_("« {path} » n'est pas un dossier de classe.").format(path=folder))
    children = sorted(child for child in folder.iterdir() if not is_junk(PurePosixPath(child.name)))
    taken = [child for child in children if _is_deposit(child)]
    if not taken:
        raise UsageProblem(
            _("« {path} » ne contient aucun rendu : un dossier ou un .zip par élève est attendu.").format(path=folder)
        )
    return [_deposit(child) for child in taken]


def _is_deposit(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    return path.is_dir() or path.suffix.lower() == ".zip" or path.suffix.lower() in _OTHER_ARCHIVES


def _deposit(path: Path) -> Deposit:
    name = path.resolve().name if path.name in ("", ".", "..") else path.name
    if not path.is_dir() and path.suffix.lower() in {".zip", *_OTHER_ARCHIVES}:
        name = path.name[: -len(path.suffix)]
    if not is_identifier(name):
        sentence = _(
            "« {name} » n'est pas un identifiant : renommez le rendu avec des lettres sans accent, "
            "chiffres, « . », « _ » ou « - » (64 au plus)."
        ).format(name=name)
        return Deposit(nearest_identifier(name), path, sentence)
    return Deposit(name, path, _archive_problem(path))


def _archive_problem(path: Path) -> str | None:
    if path.is_dir() or zipfile.is_zipfile(path):
        return None
    if path.suffix.lower() in _OTHER_ARCHIVES:
        return _(
            "« {name} » est une archive {suffix} : sous Windows, ouvrez-la, puis clic droit sur le dossier, "
            "« Compresser dans un fichier ZIP », et déposez le .zip."
        ).format(name=path.name, suffix=path.suffix)
    return _("« {name} » n'est pas une archive .zip lisible : demandez un nouveau dépôt.").format(name=path.name)


def _without_homonyms(deposits: Iterable[Deposit]) -> list[Deposit]:
    by_candidate: dict[str, list[Deposit]] = defaultdict(list)
    for deposit in deposits:
        if deposit.source.resolve() not in {known.source.resolve() for known in by_candidate[deposit.candidate]}:
            by_candidate[deposit.candidate].append(deposit)
    return [_single(group) for _candidate, group in sorted(by_candidate.items())]


def _single(group: list[Deposit]) -> Deposit:
    if len(group) == 1:
        return group[0]
    names = ", ".join(f"« {deposit.source} »" for deposit in group)
    sentence = _("Deux rendus portent le même nom ({names}) : gardez-en un, puis relancez.").format(names=names)
    return Deposit(group[0].candidate, group[0].source, sentence)
