"""A room whose engine is killed, then the whole machine: it comes back by itself, and nobody has lost anything.

The engine is one for the occasion, in a network of its own: the other tests' containers know nothing of it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from whole_room import state_of, whole_room

from etabli.classroom import openings, people
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Person, Progress, Role, VerificationRow
from etabli.exam.contract.errors import EtabliError
from etabli.lab.manifest import load_lab
from etabli.sandbox import images
from etabli.server.services import Room
from etabli.server.visitor import Visitor

pytestmark = pytest.mark.long

LAB = "page-dynamique"
LIMIT_S = 300.0
_NETWORK = 0x40000000
"""CLONE_NEWNET of unshare(2) and setns(2)."""


class Engine:
    """A Docker engine of its own, with this process's network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"unix://{folder}/docker.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        argv = ["dockerd", f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec"]
        argv += [f"--pidfile={self.folder}/pid", f"--host={self.address}", "--cgroup-parent=/etabli-essai"]
        (self.folder / "pid").unlink(missing_ok=True)
        with open(self.folder / "journal", "ab") as journal:
            self._process = subprocess.Popen(argv, stdout=journal, stderr=journal, start_new_session=True)
        until(lambda: self.docker("info").returncode == 0, lambda: (self.folder / "journal").read_text("utf-8")[-3000:])

    def docker(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker", f"--host={self.address}", *words], capture_output=True, text=True, timeout=120, check=False
        )

    def load(self, *names: str) -> None:
        """Gives it the images that the machine's own engine has."""
        tags = [images.tag(name) for name in names]
        with subprocess.Popen(["docker", "save", *tags], stdout=subprocess.PIPE) as saved:
            subprocess.run(
                ["docker", f"--host={self.address}", "load", "--quiet"], stdin=saved.stdout, check=True, timeout=LIMIT_S
            )
        assert saved.returncode == 0

    def kill(self) -> None:
        """Kills the engine; what it started goes on without it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(60)

    def cut(self) -> None:
        """Kills the engine and all that it started, at once, as when a machine is unplugged."""
        found = self.docker("ps", "--quiet").stdout.split()
        told = self.docker("inspect", "--format", "{{.State.Pid}}", *found).stdout.split()
        self.kill()
        for number in (*map(int, told), *self._helpers()):
            with suppress(OSError):
                os.kill(number, signal.SIGKILL)
        until(lambda: not self._helpers())
        self.unmount(self.folder / "exec")
        shutil.rmtree(self.folder / "exec")  # /run is empty when a machine starts

    def unmount(self, below: Path) -> None:
        """Takes away what it mounted below a folder."""
        for line in reversed(Path("/proc/self/mounts").read_text("utf-8").splitlines()):
            if (point := line.split()[1]).startswith(str(below)):
                subprocess.run(["umount", "--lazy", point], check=False)

    def _helpers(self) -> list[int]:
        """Its containerd, and what watches each container: their command lines name its folder."""
        mine = os.fsencode(self.folder)
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and entry.name != str(os.getpid()):
                with suppress(OSError):
                    line = (entry / "cmdline").read_bytes()
                    if line.split(b"\0")[0].rpartition(b"/")[2].startswith(b"containerd") and mine in line:
                        found.append(int(entry.name))
        return found


def until(met: Callable[[], Any], why: Callable[[], Any] = lambda: "never") -> Any:
    """Waits for something that may not answer yet."""
    limit = time.monotonic() + LIMIT_S
    while True:
        try:
            if found := met():
                return found
        except (OSError, EtabliError):
            pass
        assert time.monotonic() < limit, why()
        time.sleep(0.2)


@contextmanager
def own_network() -> Iterator[None]:
    """Gives this thread, and what it starts, a network that is the machine's for an engine."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if libc.unshare(_NETWORK):
        raise OSError(ctypes.get_errno(), "unshare")
    try:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield
    finally:
        libc.setns(before, _NETWORK)
        os.close(before)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    folder = Path(tempfile.mkdtemp(prefix="etabli-moteur-", dir="/tmp"))
    made = Engine(folder)
    with own_network():
        try:
            made.start()
            made.load("salle", "web", "services", "adminer", "facade", "examiner")
            monkeypatch.setenv("DOCKER_HOST", made.address)
            yield made
        finally:
            made.cut()
            made.unmount(folder)
            shutil.rmtree(folder, ignore_errors=True)


def learner(room: Room, state: Classroom) -> tuple[Visitor, str]:
    """Signs a learner in and opens the lab; returns them and the token of their workspace."""
    with state.work() as db:
        of_class = people.enrol(db, state, "SNO", ["SNO-01"])
        teacher = Person(login="essai", shown="Essai", role=Role.TEACHER)
        db.add(teacher)
        db.flush()
        now = state.now()
        opening = openings.open_lab(
            db, state, teacher, of_class, load_lab(LAB), "s1", now - timedelta(minutes=1), now + timedelta(hours=8)
        )
        code = people.give_code(db, people.learners_of(db, of_class)[0])
        number = opening.id
    visitor = Visitor(room.settings.hosts, room.authority.root)
    visitor.sign_in("SNO-01", code)
    return visitor, visitor.open_lab(number)


def test_a_room_comes_back_when_its_engine_dies_then_when_the_machine_does(engine: Engine) -> None:
    with whole_room() as room:
        state = state_of(room)
        visitor, token = learner(room, state)
        until(lambda: visitor.state(token)["state"] == "ready")
        tag = None
        asked = []

        def site() -> str:
            host = f"site--{token}.{room.settings.nom}"
            return visitor.visit(f"/entrer?hote={host}&chemin=/essai.txt").body.decode()

        for turn, stop in enumerate((engine.kill, engine.cut)):
            content = f"essai {turn}"
            tag = visitor.save(token, "essai.txt", content.encode(), tag)
            until(lambda wanted=content: site() == wanted, site)  # type: ignore[misc]
            asked.append(visitor.verify(token))
            next(name for name, _ in visitor.follow(asked[-1]) if name == "finding")
            stop()
            engine.start()
            room.wait(LIMIT_S)
            assert until(lambda: visitor.read(token, "essai.txt"))[0] == content.encode()
            if until(lambda: visitor.state(token))["state"] != "ready":
                visitor.get(f"/espace/{token}")
                until(lambda: visitor.state(token)["state"] == "ready", lambda: visitor.state(token))
            until(lambda wanted=content: site() == wanted, site)  # type: ignore[misc]
            until(lambda: _states(state)[asked[-1]].over, lambda: _states(state))
            assert _states(state)[asked[-1]] is Progress.DONE, _states(state)
        assert list(_states(state)) == sorted(set(asked)), "none is lost, none is asked twice"
        visitor.close()
        state.engine.dispose()


def _states(state: Classroom) -> dict[int, Progress]:
    with state.work() as db:
        return {row.id: row.state for row in db.query(VerificationRow)}
