"""What a killed process leaves: found by the next one, and never taken from one that lives."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from helpers import here

from etabli.exam.contract.errors import UsageProblem
from etabli.grading.scratch import scratch_folder
from etabli.runs.evidence import write_atomically
from etabli.system import held, settings
from etabli.system.held import alone_in, folder_within, remove_abandoned, remove_unfinished, unfinished
from etabli.system.temporary import forget_the_dead, temporary_folder

FOLDER = """
import sys
from pathlib import Path
from etabli.system.held import folder_within
with folder_within(Path(sys.argv[1])) as folder:
    (folder / "rendu").mkdir()
    (folder / "rendu" / "index.php").write_text("<?php")
    print(folder, flush=True)
    sys.stdin.read()
"""
FILE = """
import os, sys
from pathlib import Path
from etabli.system.held import unfinished
with unfinished(Path(sys.argv[1])) as (descriptor, path):
    os.write(descriptor, b"la moit")
    print(path, flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(program: str, where: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that holds something, and what; killed at the end if it lives."""
    argv = [sys.executable, "-c", program, str(where)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
        process.kill()


@pytest.mark.parametrize(("program", "sweep"), [(FOLDER, remove_abandoned), (FILE, remove_unfinished)])
def test_a_killed_process_s_goes_and_a_living_one_s_stays(
    tmp_path: Path, program: str, sweep: Callable[[Path], None]
) -> None:
    with holding(program, tmp_path) as (process, found):
        sweep(tmp_path)
        assert found.exists()
        process.send_signal(signal.SIGSTOP)  # it lives, whatever it does
        sweep(tmp_path)
        assert found.exists()
        process.kill()
        process.wait()
        assert found.exists()
        sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_never_finished_goes_with_the_next_one_there(tmp_path: Path) -> None:
    with holding(FILE, tmp_path) as (process, _found):
        process.kill()
        process.wait()
        (tmp_path / ".téléchargement.part").touch()
        write_atomically(tmp_path / "index.html", b"entier")
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", ".téléchargement.part"}, "only ours are ours"


def test_whatever_interrupts_us_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), folder_within(tmp_path) as folder, unfinished(folder):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_link_or_a_pipe_of_that_name_is_nothing_of_ours(tmp_path: Path) -> None:
    (tmp_path / "bien.txt").write_text("à moi")
    (tmp_path / ".etabli-lien.part").symlink_to(tmp_path / "bien.txt")
    remove_unfinished(tmp_path)
    assert (tmp_path / "bien.txt").read_text() == "à moi"
    assert (tmp_path / ".etabli-lien.part").is_symlink()


def test_where_locks_do_not_work_nothing_is_taken_for_abandoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int, _what: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(held.fcntl, "flock", refuse)
    with folder_within(tmp_path) as folder:
        remove_abandoned(tmp_path)
        assert folder.is_dir()


def test_temporary_copies_are_this_account_s_alone_and_the_next_command_removes_a_dead_one_s(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with temporary_folder() as folder:
        assert folder.parent == home / "travail"
        assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent, home)} == {0o700}
    with holding(FOLDER, home / "travail") as (process, found):
        process.kill()
        process.wait()
        assert found.exists()
        assert here("labs").returncode == 0
    assert list((home / "travail").iterdir()) == []


def test_a_home_that_is_not_there_is_not_made_for_it(home: Path) -> None:
    forget_the_dead()
    assert not home.exists()


def test_an_unfinished_secret_goes_with_the_next_one(home: Path) -> None:
    home.mkdir()
    with holding(FILE, home) as (process, _found):
        process.kill()
        process.wait()
        settings.secret()
    assert os.listdir(home) == ["secret"]


@pytest.mark.parametrize(
    "hold", [lambda at: scratch_folder(at, "a"), lambda at: alone_in(at, "choisissez un autre dossier")]
)
def test_a_share_whose_locks_do_not_work_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hold: Callable[[Path], AbstractContextManager[object]]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with (
        pytest.raises(UsageProblem, match=r"ne peut pas être écrit \(.*\) : choisissez un autre dossier"),
        hold(tmp_path),
    ):
        pass
