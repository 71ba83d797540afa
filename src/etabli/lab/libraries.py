"""Libraries: folders that hold labs, each with ``labs/`` (what candidates see) and ``graders/`` (what they never see).

The repository is the first one; ``ETABLI_LABS`` names others, separated as in ``PATH``. What a grader holds is run
by whoever grades, with all their rights: see ``docs/securite.md``.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.system.settings import repository

VARIABLE = "ETABLI_LABS"
LABS, GRADERS, MANIFEST = "labs", "graders", "lab.yaml"


def libraries() -> list[Path]:
    """Returns the folders that hold labs: the repository, then those of ``ETABLI_LABS`` in their order, once each.

    Raises:
        UsageProblem: One of those is no folder, is not told by a whole path, or is a lab instead of what holds labs.
    """
    named = [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    for folder in named:
        _refuse_unfit(folder)
    return list({folder.resolve(): folder for folder in (repository(), *named)}.values())


def _refuse_unfit(folder: Path) -> None:
    """Raises UsageProblem where a folder cannot hold labs; an empty one has none yet."""
    if not folder.is_absolute():
        raise UsageProblem(
            f"{VARIABLE} : « {folder} » n'est pas un chemin entier. Donnez-le depuis « / », par exemple "
            f'{VARIABLE}="$PWD/{folder}", puis relancez.'
        )
    if not folder.is_dir():
        raise UsageProblem(
            f"{VARIABLE} : le dossier « {folder} » n'existe pas. Créez-le, ou corrigez {VARIABLE}, puis relancez."
        )
    holder = next((up for up in (folder, folder.parent) if up.name == LABS), None)
    if (folder / MANIFEST).is_file() or any(folder.glob(f"*/{MANIFEST}")):
        meant = holder.parent if holder else folder.parent
        raise UsageProblem(
            f"{VARIABLE} : « {folder} » est un TP, ou le dossier « {LABS} » d'une bibliothèque. Nommez le dossier qui "
            f"contient « {LABS} » et « {GRADERS} » (ici, sans doute « {meant} »), puis relancez."
        )


def library_of() -> dict[str, Path]:
    """Returns the library of each lab, by the lab's identifier, sorted.

    Raises:
        UsageProblem: As :func:`libraries`.
        LabError: Two libraries have a lab of one name: which one is meant cannot be known.
    """
    found: dict[str, Path] = {}
    for library in libraries():
        for path in library.glob(f"{LABS}/*/{MANIFEST}"):
            name = path.parent.name
            if other := found.get(name):
                raise LabError(
                    f"Deux TP s'appellent « {name} » : {other / LABS / name} et {path.parent}. Donnez un autre nom au "
                    f"second ({LABS}/, {GRADERS}/ et la clé « id » de {MANIFEST}), ou retirez-le de {VARIABLE}."
                )
            found[name] = library
    return dict(sorted(found.items()))


def is_ours(library: Path) -> bool:
    """Tells whether a library is the repository itself."""
    return library.resolve() == repository().resolve()


def trusted_accounts() -> set[int]:
    """Returns the accounts that can already have anything run here: root, ours, and that of Établi's own code."""
    return {0, os.getuid(), repository().stat().st_uid}


def refuse_unsafe(library: Path, lab_id: str) -> None:
    """Makes sure that nobody else can have Établi run, or give away, something by a lab that is not the repository's.

    Its grader runs with the rights of whoever grades, so it must belong to them, to root or to whoever owns Établi,
    and nobody else may write in it. Neither side holds a link: what it leads to would be packed or handed out.

    Raises:
        LabError: It is not so; the message names the file and what to do.
    """
    if is_ours(library):
        return
    trusted = trusted_accounts()
    for side in (library / LABS / lab_id, library / GRADERS / lab_id):
        for path in (library, side.parent, side, *sorted(side.rglob("*"))):
            seen = path.stat() if path == library else path.lstat()
            if stat.S_ISLNK(seen.st_mode):
                raise LabError(f"{path} est un lien : mettez à sa place une copie de ce qu'il montre, puis relancez.")
            if seen.st_uid not in trusted:
                raise LabError(
                    f"{path} appartient à un autre compte, qui pourrait y changer ce qu'Établi exécute avec vos "
                    "droits. Si vous avez lu ce TP et lui faites confiance, copiez-le dans un dossier à vous."
                )
            if seen.st_mode & stat.S_IWOTH:
                raise LabError(
                    f"Tout compte de cette machine peut écrire dans {path}, donc changer ce qu'Établi exécute avec vos "
                    f'droits. Tapez « chmod -R o-w "{library}" », puis relancez.'
                )
