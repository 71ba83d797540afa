"""Whose an object is, and whether they are still there."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from etabli.sandbox.docker_reaper import OWNER, orphaned
from etabli.sandbox.owner import Owner, current, start_time


def ended() -> Owner:
    """Returns a process that has ended and been waited for."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = start_time(process.pid)
    assert start is not None
    process.communicate(b"\n")
    return replace(current(), pid=process.pid, start=start)


def test_an_owner_survives_its_label() -> None:
    assert Owner.parse(str(current())) == current()


def test_this_process_is_alive() -> None:
    assert current().alive()
    assert not orphaned({OWNER: str(current())})


def test_a_process_that_ended_is_dead() -> None:
    assert not ended().alive()
    assert orphaned({OWNER: str(ended())})


def test_a_zombie_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert start_time(process.pid) is None
    finally:
        process.wait()


def test_the_same_pid_started_at_another_time_is_somebody_else() -> None:
    assert not replace(current(), start=current().start + 1).alive()


def test_nobody_survives_a_reboot() -> None:
    assert not replace(current(), boot="autre").alive()


def test_who_cannot_be_seen_from_here_is_taken_to_be_alive() -> None:
    assert replace(ended(), namespace=1).alive()


@pytest.mark.parametrize("text", ["", "12", "12:boot:3", "x:boot:3:4", "1:boot:3:4:5", "1:boot:-3:4"])
def test_a_label_that_is_not_ours_is_left_alone(text: str) -> None:
    assert Owner.parse(text) is None
    assert not orphaned({OWNER: text})
    assert not orphaned({})
