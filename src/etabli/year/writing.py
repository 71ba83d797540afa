"""Writing the year: a folder with the class's page, and a folder per learner with theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.reports.roll import Identity
from etabli.runs.evidence import write_results
from etabli.system.disk import close_to_others, writable
from etabli.year.group import Group
from etabli.year.life import Life
from etabli.year.pages import class_page, learner_page

PAGE = "index.html"


def write_class(folder: Path, group: Group, made: date) -> list[Path]:
    """Writes the class's page and its learners', in the place of former ones; returns the files.

    Raises:
        UsageProblem: Something else is in the folder, or it cannot be written.
        DiskFull: There is no room for it.
    """
    _only_ours(folder)
    with writable(folder, "-o"):
        _made(folder)
        for path in [one for one in folder.iterdir() if one.is_dir()]:  # who is in the class no more leaves no page
            (path / PAGE).unlink(missing_ok=True)
            path.rmdir()
        pages = {PAGE: class_page(group, made)}
        pages |= {who.href: learner_page(who, life, made) for who, life in group.rows}
        return _written(folder, pages)


def write_learner(folder: Path, who: Identity, life: Life, made: date) -> list[Path]:
    """Writes one learner's page alone; returns its file.

    Raises:
        UsageProblem: It cannot be written.
        DiskFull: There is no room for it.
    """
    with writable(folder, "-o"):
        _made(folder)
        return _written(folder, {who.href: learner_page(who, life, made, alone=True)})


def _made(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    close_to_others(folder)


def _written(folder: Path, pages: dict[str, str]) -> list[Path]:
    for name, page in pages.items():
        write_results(folder / name, page.encode("utf-8", "backslashreplace"))
    return [folder / name for name in pages]


def _only_ours(folder: Path) -> None:
    """Refuses a folder in which there is something else than pages of a year."""
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"« {folder} » n'est pas un dossier : donnez-en un autre avec « -o ».")
    others = [path.name for path in sorted(folder.iterdir()) if not _ours(path)] if folder.is_dir() else []
    if others:
        raise UsageProblem(
            f"« {folder} » contient autre chose ({quoted(others[:3])}) : donnez un dossier vide ou nouveau avec « -o »."
        )


def _ours(path: Path) -> bool:
    if path.is_symlink():
        return False
    return path.name == PAGE if path.is_file() else {one.name for one in path.iterdir()} <= {PAGE}
