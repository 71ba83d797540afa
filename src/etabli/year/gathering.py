"""What is read for a year: each learner's runs, all of them, and their recueil where they have one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import lab_ids, shown_lab
from etabli.recueil import kept as recueils
from etabli.recueil.assessed import Assessed, assessed, value_of
from etabli.recueil.choosing import runs_of
from etabli.recueil.kept import Kept
from etabli.referentiel.traces import LabTrace, Trace, trace_of
from etabli.roster.anywhere import learner_called
from etabli.roster.roster import Roster
from etabli.runs.store import known_spellings


@dataclass(frozen=True)
class Followed:
    """One learner, over the year."""

    alias: str
    name: str | None
    """As the table of names has it; None where no class knows them."""
    runs: Mapping[str, tuple[LabTrace, ...]]
    """All their verifications by lab, oldest first."""
    chosen: frozenset[str] = frozenset()
    """The verifications that they chose as traces."""
    kept: Kept | None = None
    outside: tuple[tuple[Trace, str, bool], ...] = ()
    """Traces from elsewhere, their day, and whether a teacher authenticated them."""
    assessed: Assessed = field(default_factory=lambda: Assessed((), (), ()))


def titles() -> dict[str, str]:
    """Returns the labs' titles by identifier, in order."""
    return {lab: shown_lab(lab).manifest.title for lab in lab_ids()}


def outputs_in(folders: Iterable[Path]) -> list[Path]:
    """Returns the output folders that these are, or that they hold, one folder deep and two.

    Raises:
        UsageProblem: One is no folder.
    """
    found: dict[Path, None] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UsageProblem(f"« {folder} » n'est pas un dossier : donnez celui qu'a écrit « etabli grade ».")
        found |= dict.fromkeys(one for one in _within(folder, 2) if known_spellings(one))
    return list(found)


def _within(folder: Path, depth: int) -> Iterator[Path]:
    yield folder
    if depth and not known_spellings(folder):
        for path in sorted(folder.iterdir()):
            if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
                yield from _within(path, depth - 1)


def learners_of(outputs: Sequence[Path], root: Path, roster: Roster | None) -> list[str]:
    """Returns whom the year is about: the class, or else whoever has a verification or a recueil."""
    if roster is not None:
        return [one.alias for one in roster.learners()]
    names = {key: name for out in outputs for key, name in known_spellings(out).items()}
    folders = [path for path in root.iterdir() if (path / recueils.FILE).is_file()] if root.is_dir() else []
    names = {path.name.lower(): path.name for path in folders} | names
    return sorted(names.values())


def follow(alias: str, outputs: Sequence[Path], root: Path, known: Mapping[str, str]) -> Followed:
    """Reads what there is of one learner.

    Args:
        alias: Whose.
        outputs: Output folders.
        root: Where the recueils are.
        known: Titles of the labs.

    Raises:
        LabError: Their recueil says something that it may not.
    """
    found = {
        lab: tuple(trace_of(one, known.get(lab, lab)) for one in folders)
        for lab, folders in runs_of(outputs, alias).items()
    }
    named = learner_called(alias)
    name = named.learner.name if named else None
    folder = recueils.folder_of(root, alias)
    if not (folder / recueils.FILE).is_file():
        return Followed(alias, name, found)
    kept = recueils.read(root, alias)
    chosen = frozenset(one.verification.run for one in kept.recueil.traces if one.verification)
    elsewhere = [one for one in kept.recueil.traces if one.verification is None]
    outside = tuple((value_of(kept, one, known), one.date.isoformat(), one.stands) for one in elsewhere)
    return Followed(alias, name, found, chosen, kept, outside, assessed(kept, known))
