"""A small class for the engine: a lab, a plan and deposits, on the fake sandbox, whose examiner says what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fake_sandbox import FakeSandbox
from helpers import make_lab

from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import encode
from etabli.grading.batch import Batch, grade_many
from etabli.grading.plan import EXAMINER, SERVICES, Plan, image_names
from etabli.lab.manifest import Lab
from etabli.reception.submission import Deposit
from etabli.runs.run import Run
from etabli.runs.scoring import results


def stream(*events: dict[str, Any]) -> bytes:
    """What an examiner writes."""
    return b"".join(encode({"n": n, "t": 0.0, **event}) for n, event in enumerate(events))


def end(check: str, outcome: str = "passed", **facts: Any) -> dict[str, Any]:
    """A verdict."""
    return {"kind": "check_end", "check": check, "outcome": outcome, "duration_ms": 5.0, **facts}


def close(count: int = 2) -> dict[str, Any]:
    """The last word of an exam."""
    return {"kind": "close", "count": count}


GOOD = (end("demarre"), end("liste"), close())


def outcomes(run: Run) -> list[Outcome]:
    """What came out of each check of a run."""
    return [item.outcome for item in results(run)]


class SmallClass:
    """Deposits of a small lab, each with what it asks for unless a test says otherwise."""

    def __init__(self, root: Path, lab: Lab | None = None, out: Path | None = None) -> None:
        self.root = root
        self.lab = lab or make_lab(root)
        self.sandbox = FakeSandbox()
        self.says(*GOOD)
        names = set(image_names(self.lab)) - {EXAMINER, SERVICES}
        tags, ids = {name: f"{name}:1" for name in names}, dict.fromkeys(names, "sha256:1")
        self.plan = Plan(self.lab, self.lab.checks(), bytes(32), out or root / "out", tags, ids, pauses=(0.0, 0.0, 0.0))

    def says(self, *events: dict[str, Any]) -> None:
        """Makes each exam say this."""
        self.sandbox.on_exam = lambda _request: stream(*events)

    def deposit(self, name: str = "sno-01", files: Mapping[str, str] | None = None) -> Deposit:
        """Writes a folder of ``rendus/``; a second time, over what is there."""
        folder = self.root / "rendus" / name
        folder.mkdir(parents=True, exist_ok=True)
        usual = {"index.php": "<?php"} if self.lab.manifest.runtimes else {"audit.csv": "compte;risque\n"}
        for path, text in (usual if files is None else files).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        return Deposit(name, folder)

    def grade(self, *deposits: Deposit, **options: Any) -> Batch:
        """Grades deposits in one lane."""
        return grade_many(self.sandbox, self.plan, deposits, workers=1, **options)

    def one(self, files: Mapping[str, str] | None = None, **options: Any) -> Run:
        """Grades the one deposit of these files."""
        return self.grade(self.deposit(files=files), **options).done[0].graded.run
