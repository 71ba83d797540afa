"""Regrade: the same submissions, graded again with what the lab, its checks and our images are today.

New runs stand beside the old ones; nothing is replaced. What changed, for whom and why, is worked out from the two
frozen runs of each candidate (:mod:`etabli.runs.differences`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission, UsageProblem
from etabli.grading.batch import Batch, grade_many
from etabli.grading.plan import make_plan
from etabli.grading.works import Done
from etabli.lab.manifest import Lab, load_lab
from etabli.reception.declaration import declared_candidate
from etabli.reception.kept_submissions import holds, kept_deposit
from etabli.reception.submission import Deposit
from etabli.runs.differences import Differences, Skipped, compare_class
from etabli.runs.folder import RunFolder, lab_ids_of
from etabli.runs.identifier import is_same_candidate
from etabli.runs.run import Run
from etabli.runs.store import newest_folders
from etabli.sandbox.base import Sandbox


@dataclass(frozen=True)
class ClassRuns:
    """What an output folder holds of one lab: each candidate's run that counts."""

    out: Path
    lab: Lab
    runs: Mapping[str, Run]
    """By candidate, sorted."""
    modified: Mapping[str, RunFolder]
    """Those that are no longer what was frozen: there is nothing to compare with."""


@dataclass(frozen=True)
class Todo:
    """What there is to grade again in an output folder."""

    former: ClassRuns
    deposits: tuple[Deposit, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Regraded:
    """What grading again gave."""

    batch: Batch
    differences: Differences


def class_runs(out: Path, lab: str | None = None, only: Sequence[str] = ()) -> ClassRuns:
    """Returns the newest run of each candidate of one lab.

    Args:
        out: An output folder of ``etabli grade``.
        lab: Which lab, when the folder holds runs of several.
        only: Candidates to keep; all of them when empty.

    Raises:
        UnknownLab: The lab is no longer there.
        UsageProblem: No run is there, the lab is not told, or a candidate is not there.
    """
    folders = newest_folders(out)
    if not folders:
        raise UsageProblem(f"« {out} » ne contient aucune vérification : donnez le dossier écrit par « etabli grade ».")
    chosen = lab or _only_lab(out, folders)
    found = {folder.candidate: folder for folder in newest_folders(out, chosen)}
    if not found:
        raise UsageProblem(f"« {out} » ne contient aucune vérification du TP « {chosen} » : il y a {_labs(folders)}.")
    for candidate in only:
        _present(candidate, found, out)
    kept = {name: folder for name, folder in found.items() if not only or name in only}
    return ClassRuns(
        out,
        load_lab(chosen),
        {name: folder.run for name, folder in kept.items() if folder.run},
        {name: folder for name, folder in kept.items() if folder.run is None},
    )


def _only_lab(out: Path, folders: Sequence[RunFolder]) -> str:
    names = lab_ids_of(folders)
    if len(names) == 1:
        return names.pop()
    if not names:
        raise UsageProblem(f"Rien ne dit plus de quel TP sont les vérifications de « {out} » : ajoutez « --tp ».")
    raise UsageProblem(
        f"« {out} » contient des vérifications de plusieurs TP ({_labs(folders)}) : choisissez avec « --tp »."
    )


def _labs(folders: Sequence[RunFolder]) -> str:
    return ", ".join(sorted(lab_ids_of(folders))) or "aucun TP"


def _present(candidate: str, found: Mapping[str, object], out: Path) -> None:
    if candidate not in found:
        near = difflib.get_close_matches(candidate, found, n=1)
        hint = f" : vouliez-vous dire « {near[0]} » ?" if near else "."
        raise UsageProblem(f"« {candidate} » n'a pas de vérification dans « {out} »" + hint)


def gather(former: ClassRuns, given: Sequence[Deposit] = (), *, strict: bool = True) -> Todo:
    """Finds the submission of each former run: the one that was given now, else the one that the run kept.

    Args:
        former: What the output folder holds.
        given: Deposits to use instead of the kept ones.
        strict: Whether there has to be one at least.

    Raises:
        UsageProblem: There is nothing to grade again.
    """
    found = {deposit.candidate: deposit for deposit in given}
    skipped = [Skipped(name, f"{folder.sentence()} {folder.remedy()}") for name, folder in former.modified.items()]
    deposits: list[Deposit] = []
    for candidate, run in former.runs.items():
        try:
            given_now = found.get(candidate)
            deposits.append(_with_its_data(given_now, run, former.lab) if given_now else _kept(former, candidate, run))
        except RejectedSubmission as why:
            skipped.append(Skipped(candidate, str(why)))
    if strict and not deposits and not former.modified:
        raise UsageProblem(f"Rien à revérifier dans « {former.out} » : {skipped[0].why if skipped else ''}")
    return Todo(former, tuple(deposits), tuple(skipped))


def _with_its_data(deposit: Deposit, run: Run, lab: Lab) -> Deposit:
    """Returns what is given now for a common work of before: that very work still goes with the data it was made with.

    It is that work when it has the same hash, or declares to be by the one whose data they are.
    """
    if deposit.problem or deposit.data_of or run.data_of is None:
        return deposit
    declares = is_same_candidate(declared_candidate(deposit.source) or "", run.data_of)
    same = declares or (run.submission_sha256 and holds(deposit, run.submission_sha256, lab))
    return replace(deposit, data_of=run.data_of) if same else deposit


def _same_work(deposit: Deposit, run: Run, lab: Lab) -> bool:
    return deposit.kept or bool(run.submission_sha256 and holds(deposit, run.submission_sha256, lab))


def _kept(former: ClassRuns, candidate: str, run: Run) -> Deposit:
    """Returns what a run kept.

    Raises:
        RejectedSubmission: There is nothing, or not what it was; the message says the next step.
    """
    if run.submission_sha256 is None:
        raise RejectedSubmission(
            "le dernier rendu a été refusé, et un rendu refusé n'est pas gardé : donnez le dépôt d'origine, "
            "ou un nouveau, avec « --rendus »."
        )
    try:
        kept = kept_deposit(former.out, candidate, run.submission_sha256, former.lab)
    except RejectedSubmission as why:
        raise RejectedSubmission(f"{why} : donnez le dépôt d'origine avec « --rendus ».") from why
    return replace(kept, data_of=run.data_of)


def grade_again(
    todo: Todo,
    sandbox: Sandbox,
    *,
    secret: bytes,
    workers: int | None = None,
    progress: Callable[[Done], None] = lambda done: None,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Regraded:
    """Grades again, each candidate in the session of their former run, and compares.

    The same work meets what its former exam drew; another one, made by somebody who may have read that run, does not.

    Args:
        todo: What there is to grade.
        sandbox: Where applications and examiners run.
        secret: What candidates' data derive from.
        workers: How many at once.
        progress: Called after each.
        tell: Told what :func:`~etabli.grading.batch.grade_many` tells.

    Raises:
        SandboxUnavailable: This machine cannot grade.
    """
    former, batch = todo.former, Batch((), 0.0, 0, interrupted=False)
    if todo.deposits:
        plan = make_plan(former.lab, former.out, secret=secret)
        plans = {
            deposit.candidate: plan.but(
                session=run.session, nonce=run.nonce if _same_work(deposit, run, former.lab) else None
            )
            for deposit in todo.deposits
            for run in [former.runs[deposit.candidate]]
        }
        batch = grade_many(
            sandbox, plan, todo.deposits, workers=workers, fresh=True, own_plans=plans, progress=progress, tell=tell
        )
    new = {done.graded.run.candidate: done.graded.run for done in batch.done}
    pairs = [(run, new[candidate]) for candidate, run in former.runs.items() if candidate in new]
    known = {item.candidate for item in todo.skipped} | set(new)
    stopped = [Skipped(name, "interrompu avant ce rendu.") for name in former.runs if name not in known]
    return Regraded(batch, compare_class(pairs, [*todo.skipped, *stopped]))
