"""Grading again what an archive holds, with the centre's secret: the same verdicts, or what differs and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.grading.regrade import ClassRuns, Todo, gather, grade_again
from etabli.grading.works import Done
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.variant import Purpose, Seat
from etabli.runs.differences import Differences
from etabli.runs.run import Run
from etabli.runs.store import all_folders
from etabli.sandbox.base import Sandbox
from etabli.system.settings import known_secret


@dataclass(frozen=True)
class SealedLab:
    """The runs of one lab that an archive held."""

    lab: Lab
    out: Path
    rounds: tuple[Mapping[str, Run], ...]
    """Of each candidate the first one, then the second one, …: a batch has one work of each."""

    @cached_property
    def todo(self) -> list[Todo]:
        """What there is to grade, in as many batches; those without any submission say why."""
        return [gather(ClassRuns(self.out, self.lab, runs, {}), strict=False) for runs in self.rounds]


def centre_secret() -> bytes:
    """Returns this machine's secret, which nothing makes here.

    Raises:
        UsageProblem: It has none.
    """
    if (secret := known_secret()) is None:
        raise UsageProblem(
            "Cette machine n'a pas le secret du centre : sans lui, les données des candidats ne peuvent pas être "
            "refaites. Donnez-le-lui avec « etabli secret importer », ou revérifiez sur la machine du centre."
        )
    return secret


def sealed_labs(outs: Mapping[str, Path], secret: bytes) -> list[SealedLab]:
    """Reads the runs that an archive held.

    Args:
        outs: Output folders by lab.
        secret: This machine's.

    Raises:
        UnknownLab: A lab is no longer there.
        UsageProblem: They were made with another secret, and so with other data.
    """
    found = [_read(load_lab(lab), out) for lab, out in sorted(outs.items())]
    for one in found:
        for run in (run for runs in one.rounds for run in runs.values()):
            _made_with(run, one.lab, secret)
    return found


def _read(lab: Lab, out: Path) -> SealedLab:
    by_candidate: dict[str, list[Run]] = {}
    for folder in all_folders(out):
        if folder.run is not None:
            by_candidate.setdefault(folder.candidate, []).append(folder.run)
    rounds = zip_longest(*([(name, run) for run in runs] for name, runs in sorted(by_candidate.items())))
    return SealedLab(lab, out, tuple({pair[0]: pair[1] for pair in one if pair} for one in rounds))


def _made_with(run: Run, lab: Lab, secret: bytes) -> None:
    """Makes sure that a run was made with this secret, where the lab still makes data as it did."""
    seat = Seat(lab, run.data_of or run.candidate, run.session)
    if run.lab_sha256 == lab.sha256() and seat.fingerprint(secret, Purpose.EVALUATION) != run.seed_fingerprint:
        raise UsageProblem(
            f"La vérification de « {run.candidate} » ({lab.id}) a été faite avec un autre secret que celui de cette "
            "machine : ses données seraient d'autres. Revérifiez sur la machine du centre, ou importez son secret."
        )


def grade_sealed(
    sealed: SealedLab,
    sandbox: Sandbox,
    *,
    secret: bytes,
    workers: int | None = None,
    progress: Callable[[Done], None] = lambda done: None,
    tell: Callable[[str], None] = lambda sentence: None,
) -> tuple[Differences, bool]:
    """Grades again what an archive held of a lab; the new runs stand beside the sealed ones.

    Returns:
        The differences, each run compared with the one that was sealed; and whether somebody stopped it.

    Raises:
        SandboxUnavailable: This machine cannot grade.
    """
    done = [
        grade_again(todo, sandbox, secret=secret, workers=workers, progress=progress, tell=tell) for todo in sealed.todo
    ]
    found = [one.differences for one in done]
    return Differences(
        tuple(learner for one in found for learner in one.learners),
        tuple(dict.fromkeys(edit for one in found for edit in one.edits)),
        tuple(item for one in found for item in one.skipped),
    ), any(one.batch.interrupted for one in done)
