"""A disk that is really full, or read-only: one sentence, what was finished is kept, and the same command resumes.

Mounting a small disk asks for root, or for a user namespace of one's own: an ordinary account runs this file in there.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from helpers import make_lab
from small_class import GOOD, SmallClass, stream

from etabli.exam.contract.errors import DiskFull, UsageProblem
from etabli.exam.contract.outcome import Status
from etabli.reception.intake import take_in
from etabli.runs.folder import read_run
from etabli.system.temporary import temporary_folder

INSIDE = "ETABLI_DANS_UN_ESPACE"
NOBODY = 65_534
PROOF = {"kind": "evidence", "check": "demarre", "evidence_kind": "screenshot", "caption": "x", "media": "image/png"}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root: see the test of an ordinary account")
    place = tmp_path / "petit"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "etabli-test", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def remount(place: Path, options: str) -> None:
    """Changes a small file system; its former options name accounts that a namespace does not know."""
    subprocess.run(["mount", "-i", "-c", "--options-source=disable", "-o", f"remount,{options}", place], check=True)


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

    remount(small, "size=64m")
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


def test_a_disk_that_is_read_only(tmp_path: Path, small: Path) -> None:
    filling = Filling(tmp_path, small)
    remount(small, "ro,size=1m")
    with pytest.raises(UsageProblem, match=r"disque en lecture seule\) : choisissez un autre dossier"):
        filling.grade(*filling.deposits)
    remount(small, "rw,size=64m")
    assert {done.graded.run.status for done in filling.grade(*filling.deposits).done} == {Status.GRADED}


def test_a_home_that_is_full_or_read_only(tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(small))
    filling = Filling(tmp_path, small)
    (tmp_path / "rendus/a/gros.bin").write_bytes(bytes(2_000_000))
    with temporary_folder() as folder, pytest.raises(DiskFull):
        take_in(tmp_path / "rendus/a", filling.lab, folder / "rendu")
    assert list((small / "travail").iterdir()) == []
    remount(small, "ro,size=1m")
    with pytest.raises(UsageProblem, match="réglez ETABLI_HOME"), temporary_folder():
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root has just done it all")
def test_all_this_holds_for_an_ordinary_account(tmp_path: Path) -> None:
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine gives no user namespace to ordinary accounts")
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--basetemp={tmp_path / 'essai'}",
        __file__,
    ]
    done = subprocess.run([*alone, *argv], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed, 1 skipped" in done.stdout
