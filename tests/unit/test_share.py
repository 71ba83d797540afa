"""What control groups tell of a container: what it had of the processor, and how long it stood in line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from etabli.sandbox import share as module
from etabli.sandbox.share import Group, Share, Shares


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where version 2 would put this very process; its groups are below a folder of the test."""
    monkeypatch.setattr(module, "ROOT", tmp_path)
    lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    old = next((path for _n, names, path in lines if "cpuacct" in names.split(",")), None)
    return f"cpuacct{old}" if old is not None else next(path for _n, names, path in lines if not names).lstrip("/")


def test_the_kernel_s_pressure_is_read_where_there_is_some(tmp_path: Path, mine: str) -> None:
    folder = tmp_path / mine
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cpuacct.usage").write_text("1500000000\n")
    (folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1000000\n")
    (folder / "cgroup.procs").write_text(f"{os.getpid()}\n")
    group = Group(os.getpid())
    threads = group.share()
    assert threads is not None and threads.had_s == 1.5
    assert threads.waited_s[os.getpid()] >= 0, "without pressure, each thread tells"
    (folder / "cpu.pressure").write_text("some avg10=0.00 total=2500000\nfull avg10=0.00 total=10\n")
    assert group.share() == Share(1.5, {0: 2.5})


def test_a_group_that_is_gone_tells_nothing(mine: str) -> None:
    assert Group(os.getpid()).share() is None, mine


def after(had_s: float, *waited_s: float, by: float = 10.0) -> bool:
    """Whether a container that had this within some seconds was starved."""
    before = Shares({"a": Share(1.0, {0: 1.0})}, at=0.0)
    waits = {task: (1.0 if task == 0 else 0.0) + wait for task, wait in enumerate(waited_s)}
    return before.starved(Shares({"a": Share(1.0 + had_s, waits)}, at=by))


def test_who_waited_much_longer_than_it_ran_was_starved() -> None:
    assert after(1.0, 9.0)
    assert after(1.0, 0.0, 9.0), "a thread that was not there before"
    assert not after(0.1, 0.2), "asleep"
    assert not after(10.0, 9.5, 9.5, 9.5), "in the way of itself"
    assert not after(0.1, 2.0, by=60.0), "a small part of the time"
    assert not after(0.0, 0.5, by=0.6), "less than a second"


def test_a_container_that_was_not_there_before_counts_from_its_start() -> None:
    assert Shares(at=0.0).starved(Shares({"b": Share(0.5, {0: 5.0})}, at=6.0))
    assert not Shares({"gone": Share(0.0, {0: 0.0})}, at=0.0).starved(Shares(at=60.0))
