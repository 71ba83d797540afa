"""The keeper of workers: who is lent what, what is removed, and when it ends. No engine: removals are written down."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_class import SmallClass
from student import etabli, said

from etabli.exam.contract.errors import UsageProblem
from etabli.grading.plan import EXAMINER, SERVICES, Plan
from etabli.lab.manifest import Lab
from etabli.sandbox import keeper as keepers
from etabli.sandbox import kept
from etabli.sandbox.base import WorkerPlan
from etabli.sandbox.keeper import MOST, Keeper
from etabli.sandbox.kept import Hold
from etabli.sandbox.owner import Owner, current
from etabli.system.settings import runtime_folder

HOST = "unix:///nulle/part.sock"
PACK, OTHER = "un paquet", "un autre"


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 120
    while not true():
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.01)


def told(pack: str = PACK) -> dict[str, Any]:
    """What a worker says of itself, with the pack that it holds."""
    return {"examiner": {"pack": kept.hashlib.sha256(pack.encode()).hexdigest()}}


def wanted(pack: str = PACK, alike: str = "semblable") -> WorkerPlan:
    return WorkerPlan("t", 0, pack.encode(), Path("/nulle/part"), {}, alike=alike)


class Kept:
    """A keeper that serves in a thread."""

    def __init__(self, address: Path) -> None:
        self.address = address
        self.removed: list[str] = []
        self.served: list[bool] = []
        self.thread: threading.Thread | None = None
        self.held: list[Hold] = []

    def serve(self, seconds: float = 3600, alone_s: float = 3600) -> None:
        keeper = Keeper(self.address, seconds, self.removed.append, alone_s=alone_s)
        self.thread = threading.Thread(target=lambda: self.served.append(keeper.run()))
        self.thread.start()
        until(self.listens)  # its address is there a moment before

    def listens(self) -> bool:
        line = kept.reach(self.address)
        if line is not None:
            line.close()
        return line is not None or self.served != []

    def take(self, pack: str = PACK, alike: str = "semblable") -> Hold:
        found = kept.hold(HOST, wanted(pack, alike))
        assert found is not None
        self.held.append(found)
        return found

    def over(self) -> None:
        """It ends, once nobody holds anything."""
        for held in self.held:
            held.close()
        assert self.thread is not None
        self.thread.join(120)
        assert not self.thread.is_alive()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="e", dir="/tmp") as place:
        monkeypatch.setenv("XDG_RUNTIME_DIR", place)
        monkeypatch.setenv(kept.MINUTES, "10")
        yield Path(place)


@pytest.fixture
def keeper(folder: Path, home: Path) -> Iterator[Kept]:
    address = kept.address_for(HOST)
    assert address is not None and address.parent == folder / "etabli"
    made = Kept(address)
    made.serve()
    yield made
    kept.end_all()
    made.over()


def test_what_is_given_back_is_lent_to_who_wants_the_like(keeper: Kept) -> None:
    first = keeper.take()
    assert first.kept is None and Owner.parse(first.owner) == current()
    assert first.give(told())
    other = keeper.take(alike="tout autre")
    assert other.kept is None and other.worker != first.worker
    again = keeper.take()
    assert (again.worker, again.kept) == (first.worker, told())
    assert kept.running() == [{"waiting": 0, "lent": 2, "left_s": 0.0}]
    assert keeper.removed == []
    for one in (other, again):
        one.close()
    until(lambda: sorted(keeper.removed) == sorted([other.worker, again.worker]))


def test_one_that_holds_the_same_pack_is_taken_first(keeper: Kept) -> None:
    right, wrong = keeper.take(PACK), keeper.take(OTHER)
    assert right.give(told(PACK)) and wrong.give(told(OTHER))
    assert keeper.take(PACK).worker == right.worker
    assert keeper.take(PACK).worker == wrong.worker


def test_what_a_command_that_dies_had_is_removed(keeper: Kept) -> None:
    held = keeper.take()
    assert not keeper.removed
    held._line.close()
    until(lambda: keeper.removed == [held.worker])
    assert keeper.take().kept is None


def test_the_one_that_waited_longest_makes_room(keeper: Kept) -> None:
    held = [keeper.take() for _n in range(MOST + 1)]
    assert len({one.worker for one in held}) == MOST + 1
    assert all(one.give(told()) for one in held)
    until(lambda: keeper.removed == [held[0].worker])
    assert kept.running()[0]["waiting"] == MOST


def test_ended_it_removes_what_waits_and_takes_nothing_back(keeper: Kept) -> None:
    waits, used = keeper.take(), keeper.take()
    assert waits.give(told())
    assert said(etabli("postes")) == "1 poste prêt pour 60 minutes, 1 poste occupé."
    assert said(etabli("postes", "--fermer")) == "1 poste fermé."
    assert keeper.removed == [waits.worker] and not keeper.address.exists()
    assert not used.give(told())
    keeper.over()
    assert keeper.removed == [waits.worker, used.worker]
    assert said(etabli("postes")) == "Aucun poste n'est gardé prêt."
    assert said(etabli("postes", "--fermer")) == "Aucun poste n'attendait."


def test_who_waits_too_long_is_removed_and_a_keeper_that_nobody_needs_ends(folder: Path, home: Path) -> None:
    address = kept.address_for(HOST)
    assert address is not None
    made = Kept(address)
    made.serve(seconds=0, alone_s=0.5)
    held = made.take()
    assert held.give(told())
    made.over()
    assert made.removed == [held.worker] and not address.exists()


def test_a_second_one_ends_by_itself_and_a_dead_one_s_socket_is_no_hindrance(keeper: Kept) -> None:
    assert not Keeper(keeper.address, 0, keeper.removed.append).run()
    assert keeper.take().kept is None
    kept.end_all()
    keeper.over()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as dead:
        dead.bind(str(keeper.address))
    assert kept.reach(keeper.address) is None
    keeper.serve()
    until(lambda: bool(kept.running()))


def test_another_account_is_not_served_nor_believed(keeper: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(keepers, "account", lambda _line: os.getuid() + 1)
        line = kept.reach(keeper.address)
        assert line is not None
        with line:
            assert kept.ask(line, {"tell": True}) is None
    with monkeypatch.context() as patch:
        patch.setattr(kept, "account", lambda _line: os.getuid() + 1)
        assert kept.reach(keeper.address) is None
    assert kept.running()


@pytest.mark.parametrize("message", [b"x", b"[]", b"{}x", b'{"give": {}}', b'{"give": {"examiner": 1}}', b"\xff"])
def test_who_makes_no_sense_is_hung_up_on(keeper: Kept, message: bytes) -> None:
    line = kept.reach(keeper.address)
    assert line is not None
    with line:
        line.send(message)
        assert line.recv(100) == b""
    held = keeper.take()
    held._line.send(message)
    assert held._line.recv(100) == b""
    held.close()
    until(lambda: held.worker in keeper.removed)


def test_a_keeper_is_started_when_there_is_none_and_serves_whoever_comes(folder: Path, home: Path) -> None:
    kept.wake(HOST)
    held = kept.hold(HOST, wanted())
    assert held is not None
    owner = Owner.parse(held.owner)
    assert owner is not None and owner.pid != os.getpid() and owner.alive()
    assert os.getsid(owner.pid) == owner.pid, "Ctrl-C in a terminal does not reach it"
    assert held.give(told())
    os.kill(owner.pid, signal.SIGTERM)
    until(lambda: not owner.alive())
    again = kept.hold(HOST, wanted())
    assert again is not None and again.owner != held.owner and again.kept is None, "it kept nothing, and another came"
    assert again.give(told())
    assert kept.end_all() == 1


def test_where_nothing_may_be_kept_nobody_is_asked(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.hold(HOST, wanted(alike="")) is None
    monkeypatch.setenv(kept.MINUTES, "0")
    kept.wake(HOST)
    assert kept.hold(HOST, wanted()) is None
    monkeypatch.setenv(kept.MINUTES, "10")
    (folder / "etabli").mkdir(mode=0o755, exist_ok=True)
    (folder / "etabli").chmod(0o755)
    assert kept.hold(HOST, wanted()) is None and kept.running() == []
    assert list((folder / "etabli").iterdir()) == []


def test_the_runtime_folder_is_this_account_s_alone(folder: Path) -> None:
    own = runtime_folder()
    assert own == folder / "etabli" and own.stat().st_mode & 0o777 == 0o700
    own.rmdir()
    (folder / "ailleurs").mkdir(mode=0o700)
    own.symlink_to(folder / "ailleurs")
    assert runtime_folder() is None


@pytest.mark.parametrize(("given", "minutes"), [("", 10), ("0", 0), ("2,5", 2.5), (" 30 ", 30)])
def test_how_long_they_are_kept_is_a_setting(monkeypatch: pytest.MonkeyPatch, given: str, minutes: float) -> None:
    monkeypatch.setenv(kept.MINUTES, given)
    assert kept.minutes() == minutes


@pytest.mark.parametrize("given", ["non", "-1", "nan", "inf", "100000"])
def test_a_setting_that_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(kept.MINUTES, given)
    with pytest.raises(UsageProblem, match=f"ETABLI_GARDER={given} .* donnez par exemple 10"):
        kept.minutes()


def test_workers_are_alike_whatever_the_pack_and_unlike_by_all_else_that_makes_them(lab: Lab, tmp_path: Path) -> None:
    small = SmallClass(tmp_path, lab)
    tags = {EXAMINER: "etabli/examiner:1", SERVICES: "etabli/services:1", "web": "etabli/web:1"}
    ids = dict.fromkeys(tags, "sha256:1")
    number = iter(range(100))

    def alike(plan: Plan) -> str:
        return plan.worker("t", tmp_path / f"w{next(number)}").alike

    plan = replace(small.plan, image_tags=tags, image_ids=ids)
    usual = alike(plan)
    assert alike(plan.but(session="autre")) == usual
    (lab.grader / "checks.py").write_text((lab.grader / "checks.py").read_text("utf-8") + "\n", "utf-8")
    changed = replace(plan)
    assert changed.pack != plan.pack and alike(changed) == usual
    assert alike(replace(plan, image_ids=ids | {"web": "sha256:2"})) == usual
    for other in (
        {"image_ids": ids | {EXAMINER: "sha256:2"}},
        {"image_ids": ids | {SERVICES: "sha256:2"}},
        {"image_tags": tags | {EXAMINER: "etabli/examiner:2"}},
    ):
        assert alike(replace(plan, **other)) != usual
    other_platform = replace(plan)
    vars(other_platform)["made_by"] = plan.made_by._replace(platform="autre")
    assert alike(other_platform) != usual
