"""``etabli regrade --depuis``: the checks once more on what an archive holds."""

from __future__ import annotations

import shutil
from pathlib import Path

from etabli.cli.progress import Show
from etabli.cli.screen import Exit, escape, print_json, say, screen
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.exam.contract.french import counted
from etabli.grading.batch import default_workers
from etabli.grading.sealed import SealedLab, centre_secret, grade_sealed, sealed_labs
from etabli.reports.differences_view import summary
from etabli.reports.results import publish_differences
from etabli.runs.differences import Differences
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.seal import keys
from etabli.seal.checking import check
from etabli.seal.opening import believed, read_archive, unpack_runs


def regrade_archive(archive: Path, key: Path | None, out: Path | None, workers: int | None, *, as_json: bool) -> Exit:
    """Verifies an archive, grades again the works that its runs examined, and shows what differs.

    Raises:
        SealError: It may not be believed, or holds no run.
        UsageProblem: The output folder holds something, or this machine has not the centre's secret.
        SandboxUnavailable: This machine cannot grade.
    """
    found = check(read_archive(archive), [keys.read_public(key)] if key else keys.known())
    believed(archive, found)
    folder = out or Path("resultats") / f"depuis-{archive.name.partition('.')[0]}"
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageProblem(f"« {folder} » contient déjà quelque chose : donnez un dossier nouveau ou vide avec « -o ».")
    secret = centre_secret()
    try:
        labs = sealed_labs(unpack_runs(found, folder), secret)
    except EtabliError:
        shutil.rmtree(folder, ignore_errors=True)  # it was new, or empty
        raise
    sandbox = DockerSandbox(keeping=True)
    sandbox.probe()
    told, stopped = [], False
    for one in labs:
        again, interrupted = _again(one, sandbox, secret, workers)
        stopped = stopped or interrupted
        page, *_rest = publish_differences(one.out, one.lab, again)
        told.append((one, again, page))
    if as_json:
        print_json([_facts(*item) for item in told])
    else:
        for item in told:
            _show(*item)
    if stopped:
        return Exit.INTERRUPTED
    return Exit.REVIEW if any(again.changed or again.skipped for _one, again, _page in told) else Exit.OK


def _again(one: SealedLab, sandbox: DockerSandbox, secret: bytes, workers: int | None) -> tuple[Differences, bool]:
    number = sum(len(todo.deposits) for todo in one.todo)
    count = workers or default_workers(number)
    with Show(number, count) as show:
        return grade_sealed(one, sandbox, secret=secret, workers=count, progress=show, tell=show.tell)


def _facts(one: SealedLab, again: Differences, page: Path) -> dict[str, object]:
    return {
        "lab": one.lab.id,
        "graded": len(again.learners),
        "same": len(again.learners) - len(again.changed),
        "changed": [learner.candidate for learner in again.changed],
        "skipped": [{"candidate": item.candidate, "why": item.why} for item in again.skipped],
        "page": str(page),
    }


def _show(one: SealedLab, again: Differences, page: Path) -> None:
    same = len(again.learners) - len(again.changed)
    graded = f"{counted(same, 'vérification')} sur {len(again.learners)}"
    say(f"{one.lab.id} : {graded} avec les mêmes constats qu'au moment du scellé.")
    if again.changed:
        screen.print(summary(again), soft_wrap=True)
        say(f"Différences, et pourquoi : {page}")
    for item in again.skipped:
        screen.print(f"[yellow]○[/] {escape(item.candidate)} : {escape(item.why)}", soft_wrap=True)
