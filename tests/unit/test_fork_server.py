"""The fork server is started once, whoever asks for it first; the exam's own use of it is tried in containers."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from etabli.exam import forkserver
from etabli.exam.runner.command import ahead, command


@pytest.fixture
def grader() -> Iterator[str]:
    """The folder of a grader, below a pack whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="e", dir="/tmp") as place:
        folder = Path(place) / "graders" / "essai"
        folder.mkdir(parents=True)
        yield str(folder)


def servers(grader: str) -> list[int]:
    """The fork servers of a grader, but for the forks that end at once, since nothing is asked of them."""
    limit = time.monotonic() + 120
    while len(found := _servers(grader)) > 1 and time.monotonic() < limit:
        time.sleep(0.05)
    return found


def _servers(grader: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if forkserver.SERVE in words and grader in words:
            found.append(int(entry.parent.name))
    return found


def test_of_several_who_find_none_one_starts_it(grader: str) -> None:
    argv = [sys.executable, "-I", "-S", "-B", forkserver.__file__, forkserver.READY, grader]
    waiting = [subprocess.Popen(argv, start_new_session=True) for _n in range(3)]
    try:
        assert [one.wait(300) for one in waiting] == [0, 0, 0]
        (server,) = servers(grader)
        assert subprocess.run(argv, timeout=300, check=False).returncode == 0
        assert servers(grader) == [server], "who only asks leaves it as it is"
    finally:
        for pid in servers(grader):
            os.kill(pid, signal.SIGKILL)


def test_it_is_made_ready_in_the_surroundings_of_an_exam() -> None:
    (made_ready, exam) = (shlex.split(argv[-1]) for argv in (ahead("essai"), command("essai")))
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1" in made_ready and "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1" in exam
    start = made_ready.index("python3")
    words = made_ready[start:]
    assert words[-2:] == [forkserver.READY, "/etabli/pack/graders/essai"]
    assert words[:-2] == exam[exam.index("python3") :][: len(words) - 2]
