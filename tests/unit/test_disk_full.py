"""A disk that is really full: one sentence, what was finished is kept, and the same command resumes."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from helpers import make_lab
from small_class import GOOD, SmallClass, stream

from etabli.exam.contract.errors import DiskFull
from etabli.exam.contract.outcome import Status
from etabli.reception.intake import take_in
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


class Filling(SmallClass):
    """Four deposits, each with 300 kB of evidence, in an output folder on the small file system."""

    def __init__(self, root: Path, small: Path) -> None:
        super().__init__(root, make_lab(root / "depot", submission={"files": 20, "size_mb": 5}), small / "out")
        self.sandbox.on_exam = self.exam
        self.deposits = [self.deposit(name) for name in ("a", "b", "c", "d")]

    def exam(self, _request: bytes) -> bytes:
        return stream({**PROOF, "data": base64.b64encode(os.urandom(300_000)).decode()}, *GOOD)


def test_evidence_that_fills_the_disk_stops_the_batch_with_a_sentence(tmp_path: Path, small: Path) -> None:
    filling = Filling(tmp_path, small)
    with pytest.raises(DiskFull) as caught:
        filling.grade(*filling.deposits)
    assert str(caught.value).startswith(f"Le disque de « {small / 'out'} » est plein : libérez de la place")
    frozen = [path.parent for path in (small / "out").glob("*/*/run.json")]
    assert 1 <= len(frozen) < 4, "some were finished before"
    assert all(read_run(folder).status is Status.GRADED for folder in frozen)
    assert filling.sandbox.objects == {}, "the machine is tidy"
    assert not (small / "out" / ".travail").exists()

    subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
    again = filling.grade(*filling.deposits)
    assert {done.graded.run.candidate for done in again.done} == {"a", "b", "c", "d"}
    assert all(done.graded.run.status is Status.GRADED for done in again.done)
    assert sum(done.graded.reused for done in again.done) == len(frozen)


def test_a_submission_is_not_blamed_for_a_full_disk(tmp_path: Path, small: Path) -> None:
    filling = Filling(tmp_path, small)
    (tmp_path / "rendus/a/gros.bin").write_bytes(bytes(2_000_000))
    with pytest.raises(DiskFull):
        take_in(tmp_path / "rendus/a", filling.lab, small / "arbre")


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, small: Path) -> None:
    filling = Filling(tmp_path, small)
    with suppress(OSError), open(small / "bourrage", "wb", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass
    with pytest.raises(DiskFull, match="est plein"):
        filling.grade(*filling.deposits)
