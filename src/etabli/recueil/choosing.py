"""Choosing runs: by default the best and the last of each lab, copied as they were frozen."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.exam.contract.outcome import Outcome
from etabli.reception.kept_submissions import kept_path
from etabli.recueil.kept import ATTEMPTS, Kept, as_yaml, put
from etabli.recueil.model import Attempt, Attempts, ChosenRun, Trace
from etabli.runs.folder import RunFolder, read_run_folder
from etabli.runs.identifier import is_same_candidate
from etabli.runs.run import Run, name_of, run_folders
from etabli.runs.scoring import results
from etabli.runs.store import all_folders
from etabli.system.disk import unwritable
from etabli.system.held import folder_within


@dataclass(frozen=True)
class Choice:
    """A run that is kept as a trace, and why."""

    folder: RunFolder
    run: Run
    reason: str
    """« la meilleure », « la dernière », both, or « choisie »."""


def runs_of(outputs: Sequence[Path], candidate: str) -> dict[str, list[RunFolder]]:
    """Finds a candidate's runs by lab, oldest first.

    Args:
        outputs: Output folders of ``etabli grade``, or folders of such.
        candidate: In any case.

    Raises:
        UsageProblem: A folder is none.
    """
    found: dict[str, list[RunFolder]] = {}
    for output in outputs:
        if not output.is_dir():
            raise UsageProblem(f"« {output} » n'est pas un dossier : donnez celui qu'a écrit « etabli grade ».")
        own = _of(output, candidate) or [one for path in _folders(output) for one in _of(path, candidate)]
        for folder in own:
            lab = folder.run.lab if folder.run else folder.told.get("lab")
            if lab is not None:
                found.setdefault(lab, []).append(folder)
    return found


def _of(output: Path, candidate: str) -> list[RunFolder]:
    names = [path.name for path in _folders(output) if is_same_candidate(path.name, candidate) and run_folders(path)]
    return [folder for name in names for folder in all_folders(output, only=name)]


def _folders(output: Path) -> list[Path]:
    return sorted(path for path in output.iterdir() if path.is_dir() and not path.name.startswith("."))


def best_and_last(found: Sequence[RunFolder]) -> list[Choice]:
    """Chooses among the runs of one lab: the one in which most passed, none of it decisive, and the last one."""
    runs = [(folder, folder.run) for folder in found if folder.run is not None and folder.verifiable]
    judged = [(folder, run) for folder, run in runs if results(run)]
    if not judged:
        return []
    best = max(range(len(judged)), key=lambda at: (*_worth(judged[at][1]), at))
    last = len(judged) - 1
    if best == last:
        return [Choice(*judged[last], "la meilleure et la dernière" if last else "la seule")]
    return [Choice(*judged[best], "la meilleure"), Choice(*judged[last], "la dernière")]


def _worth(run: Run) -> tuple[bool, int]:
    items = results(run)
    barred = any(one.spec.decisive and one.outcome is Outcome.FAILED for one in items)
    return not barred, sum(one.outcome is Outcome.PASSED for one in items)


def named(found: Mapping[str, Sequence[RunFolder]], name: str) -> Choice:
    """Returns the run that a name, or its beginning, means.

    Raises:
        UsageProblem: None, or several; or nothing of it is believed.
    """
    near = [one for folders in found.values() for one in folders if one.path.name.startswith(name)]
    if len(near) != 1:
        what = "plusieurs vérifications" if near else "aucune vérification"
        raise UsageProblem(
            f"« {name} » désigne {what} : donnez le nom entier de son dossier, ou celui des résultats où elle est."
        )
    folder = near[0]
    if folder.run is None or not folder.verifiable:
        raise UsageProblem(f"« {folder.path.name} » ne peut pas être une trace. {folder.sentence()} {folder.remedy()}")
    return Choice(folder, folder.run, "choisie")


def bring(kept: Kept, choice: Choice, title: str) -> Trace:
    """Copies a run beside the recueil, verified once more there, and returns its trace.

    The submission that it examined goes along where it was kept: the run can then be made again from the recueil alone.

    Args:
        kept: The candidate's file.
        choice: The run.
        title: The lab's.

    Raises:
        UsageProblem: It cannot be copied.
        LabError: The copy is not what was frozen.
    """
    home = kept.outputs(choice.run.lab) / choice.folder.candidate
    target = home / choice.folder.path.name
    try:
        if not target.exists():
            with folder_within(home) as aside:
                shutil.copytree(choice.folder.path, aside / target.name, symlinks=True)
                os.rename(aside / target.name, target)
        _bring_work(kept, choice)
    except OSError as error:
        raise unwritable(target, error, "choisissez un autre dossier avec « --recueils »") from error
    copy = read_run_folder(target)
    if copy.run is None:
        raise LabError(f"{target} : {copy.sentence()} Supprimez cette copie, puis relancez.")
    name = _name(kept, choice.run)
    former = kept.recueil.trace(name)
    own = is_same_candidate(choice.folder.candidate, kept.recueil.candidat)
    chosen = ChosenRun(tp=choice.run.lab, run=choice.run.id, de=None if own else choice.folder.candidate)
    return former or Trace(id=name, type="tp", titre=title, date=_day(choice.run), verification=chosen)


def _bring_work(kept: Kept, choice: Choice) -> None:
    """Copies the work that a run examined, where it is still kept beside it: formative ones go with their runs."""
    given = kept_path(choice.folder.path.parent.parent, choice.folder.candidate, choice.run.submission_sha256 or "")
    if given.is_file():
        copy = kept_path(kept.outputs(choice.run.lab), choice.folder.candidate, choice.run.submission_sha256 or "")
        if not copy.exists():
            put(copy, given.read_bytes())


def _name(kept: Kept, run: Run) -> str:
    """Returns the identifier of a run's trace: the one that it has, else one of the lab and the run's number."""
    known = (one.id for one in kept.recueil.traces if one.verification and one.verification.run == run.id)
    own = next(known, None)
    return own or free_name(kept, f"{run.lab[:32]}-{run.number}")


def free_name(kept: Kept, wanted: str) -> str:
    """Returns an identifier that no trace and no PFMP of a recueil bears, the wanted one if it is free."""
    taken = {one.id for one in kept.recueil.traces} | {one.id for one in kept.recueil.pfmp}
    tries = (f"{wanted}{'-' * bool(number)}{number or ''}" for number in (0, *range(2, 1000)))
    return next(name for name in tries if name not in taken)


def note_attempts(kept: Kept, lab: str, title: str, found: Sequence[RunFolder]) -> None:
    """Notes all the verifications of a lab that are known today, for the annex."""
    told = Attempts(format="etabli/essais/1", tp=lab, titre=title, essais=tuple(map(attempt_of, found)))
    put(kept.outputs(lab) / ATTEMPTS, as_yaml(told.model_dump()).encode())


def attempt_of(folder: RunFolder) -> Attempt:
    """Counts what one verification found."""
    items = results(folder.run) if folder.run else ()
    counted = Counter(one.outcome for one in items)
    remark = folder.sentence() if folder.run is None else ("" if items else folder.run.reason or "Non examiné.")
    return Attempt(
        run=folder.path.name,
        le=_day(folder.run) if folder.run else _named_day(folder.path),
        reussis=counted[Outcome.PASSED],
        a_revoir=counted[Outcome.FAILED],
        non_observes=counted[Outcome.BLOCKED],
        incidents=counted[Outcome.ERROR],
        remarque=remark,
    )


def _day(run: Run) -> date:
    return datetime.fromisoformat(run.started_at).astimezone().date()


def _named_day(path: Path) -> date:
    moment = name_of(path).moment
    return moment.astimezone().date() if moment else date(1970, 1, 1)
