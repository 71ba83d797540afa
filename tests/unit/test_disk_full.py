"""A disk that is really full: one sentence, what was finished is kept, and the same command resumes."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fake_sandbox import FakeSandbox
from helpers import make_lab

from etabli.exam.contract.errors import DiskFull
from etabli.exam.contract.outcome import Status
from etabli.exam.contract.transcript import encode
from etabli.grading.batch import Batch, grade_many
from etabli.grading.plan import Plan
from etabli.reception.intake import take_in
from etabli.reception.submission import Deposit
from etabli.runs.folder import read_run

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")

PROOF = {"kind": "evidence", "check": "demarre", "evidence_kind": "screenshot", "caption": "x", "media": "image/png"}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte."""
    place = tmp_path / "petit"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "etabli-test", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def exam(evidence: bytes) -> bytes:
    proof = {**PROOF, "data": base64.b64encode(evidence).decode()}
    ends = [{"kind": "check_end", "check": name, "outcome": "passed"} for name in ("demarre", "liste")]
    events: list[dict[str, Any]] = [proof, *ends, {"kind": "close", "count": 2}]
    return b"".join(encode({"n": n, **event}) for n, event in enumerate(events))


class Bench:
    def __init__(self, root: Path, out: Path) -> None:
        self.lab = make_lab(root / "depot", submission={"files": 20, "size_mb": 5})
        self.sandbox = FakeSandbox()
        self.sandbox.on_exam = lambda _request: exam(os.urandom(300_000))
        self.plan = Plan(self.lab, self.lab.checks(), bytes(32), out, {"web": "web:1"}, {"web": "sha256:1"})
        self.deposits = [self._deposit(root / "rendus" / name) for name in ("a", "b", "c", "d")]

    def _deposit(self, folder: Path) -> Deposit:
        folder.mkdir(parents=True)
        (folder / "index.php").write_text("<?php")
        return Deposit(folder.name, folder)

    def grade(self) -> Batch:
        return grade_many(self.sandbox, self.plan, self.deposits, workers=1)


def test_evidence_that_fills_the_disk_stops_the_batch_with_a_sentence(tmp_path: Path, small: Path) -> None:
    bench = Bench(tmp_path, small / "out")
    with pytest.raises(DiskFull) as caught:
        bench.grade()
    assert str(caught.value).startswith(f"Le disque de « {small / 'out'} » est plein : libérez de la place")
    frozen = [path.parent for path in (small / "out").glob("*/*/run.json")]
    assert 1 <= len(frozen) < 4, "some were finished before"
    assert all(read_run(folder).status is Status.GRADED for folder in frozen)
    assert bench.sandbox.objects == {}, "the machine is tidy"
    assert not (small / "out" / ".travail").exists()

    subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
    again = bench.grade()
    assert {done.graded.run.candidate for done in again.done} == {"a", "b", "c", "d"}
    assert all(done.graded.run.status is Status.GRADED for done in again.done)
    assert sum(done.graded.reused for done in again.done) == len(frozen)


def test_a_submission_is_not_blamed_for_a_full_disk(tmp_path: Path, small: Path) -> None:
    bench = Bench(tmp_path, small / "out")
    (tmp_path / "rendus/a/gros.bin").write_bytes(bytes(2_000_000))
    with pytest.raises(DiskFull):
        take_in(tmp_path / "rendus/a", bench.lab, small / "arbre")


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, small: Path) -> None:
    bench = Bench(tmp_path, small / "out")
    with suppress(OSError), open(small / "bourrage", "wb", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass
    with pytest.raises(DiskFull, match="est plein"):
        bench.grade()
