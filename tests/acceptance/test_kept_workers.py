"""A worker that waits for the next command, with the real engine: two labs, several commands, and who dies meanwhile."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import pytest
from command_line import Begun, begin, etabli, said
from killing import CHECKS, owner
from small_repository import LAB, PAGE, repository, write

from etabli.runs.folder import read_run_folder
from etabli.runs.run import run_folders
from etabli.runs.scoring import results
from etabli.sandbox.docker_reaper import OURS, ROLE, WORKER

OTHER = "autre"
OTHER_CHECKS = '''
from etabli.exam import Failed, check

@check(points=1, palier="essentiel", competences=["C1.1"])
def check_autre(page):
    """La page de l'autre TP répond."""
    page.open("/")
    if page.status != 200 or LEFT:
        raise Failed(observed="Elle ne répond pas.", expected="200")

import sys
LEFT = [name for name in sys.modules if "essai" in name]
'''


class Class:
    """Two labs of one repository, and who works in them, all of one home."""

    def __init__(self, place: Path, runtime: str) -> None:
        self.place = place
        self.root = repository(place / "depot", CHECKS, service="mariadb", structure=None)
        more = repository(place / "second", OTHER_CHECKS, service="mariadb", structure=None)
        for kind in ("labs", "graders"):
            (more / kind / LAB).rename(self.root / kind / OTHER)
        manifest = self.root / "labs" / OTHER / "lab.yaml"
        manifest.write_text(manifest.read_text("utf-8").replace(f"id: {LAB}", f"id: {OTHER}"), "utf-8")
        write(place / "site", **{"index.php": PAGE})
        write(place / "lent", **{"index.php": f"<?php usleep(800000); ?>{PAGE}"})
        write(place / "classe" / "un", **{"index.php": PAGE})
        own = {"ETABLI_HOME": str(place / "home"), "ETABLI_ROOT": str(self.root), "PYTHONUNBUFFERED": "1"}
        self.environment = {**own, "XDG_RUNTIME_DIR": runtime, "ETABLI_GARDER": "30"}
        self.client = docker.from_env(timeout=60)
        self.pids: set[int] = set()
        """Keepers that were seen."""

    def words(self, lab: str = LAB, name: str = "eleve", site: str = "site") -> list[object]:
        return ["check", self.place / site, "--tp", lab, "--candidat", name]

    def check(self, lab: str = LAB, name: str = "eleve") -> str:
        """Verifies to the end; what was said."""
        done = etabli(*self.words(lab, name), at=self.place, environment=self.environment)
        assert done.returncode == 0, said(done)
        return said(done)

    @contextmanager
    def begun(self, name: str) -> Iterator[Begun]:
        """A command that verifies, stopped in the middle of the exam."""
        words = self.words(name=name, site="lent")
        with open(self.place / f"{name}.txt", "w+") as said:
            process = begin(*words, out=said, err=said, at=self.place, environment=self.environment)
            until(lambda: process.poll() is not None or "\n✓" in f"\n{Path(said.name).read_text('utf-8')}")
            process.send_signal(signal.SIGSTOP)
            assert process.returncode is None, "it came to its end without a verdict"
            try:
                yield process
            finally:
                process.send_signal(signal.SIGCONT)
                process.wait()

    def postes(self, *options: str) -> Any:
        done = etabli("postes", *options, "--json", at=self.place, environment=self.environment)
        assert done.returncode == 0, said(done)
        return json.loads(done.stdout)

    def ours(self, role: str | None = None) -> dict[str, str]:
        """The containers of the keepers that were seen: identifier and worker."""
        found = self.client.api.containers(all=True, filters={"label": [f"{OURS}=1"]})
        labels = {str(one["Id"]): one.get("Labels") or {} for one in found}
        for said_of in labels.values():
            if (pid := owner(said_of)) not in self.pids and self.keeps(pid):
                self.pids.add(pid)
        return {
            one: said_of[WORKER]
            for one, said_of in labels.items()
            if owner(said_of) in self.pids and role in (None, said_of.get(ROLE))
        }

    def keeps(self, pid: int) -> bool:
        """Whether a process is a keeper of this test's."""
        try:
            return self.environment["XDG_RUNTIME_DIR"].encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False

    def networks(self) -> list[str]:
        found = self.client.api.networks(filters={"label": [f"{OURS}=1"]})
        return [str(one["Name"]) for one in found if owner(one.get("Labels") or {}) in self.pids]

    def verdicts(self, name: str) -> list[tuple[str, ...]]:
        """Of each run, its status and what came out of each check."""
        folders = run_folders(self.place / f"verification-{name}" / ".etabli" / "verifications" / name)
        read = [read_run_folder(folder) for folder in folders]
        return [(one.status.value, *(item.outcome.value for item in results(one.run))) for one in read if one.run]


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 180
    while not true():
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    with tempfile.TemporaryDirectory(prefix="e", dir="/tmp") as runtime:
        made = Class(tmp_path_factory.mktemp("gardes"), runtime)
        yield made
        made.postes("--fermer")
        until(lambda: not made.ours() and not made.networks())
        made.client.close()


RIGHT = ("graded", "passed", "passed")


def test_the_next_check_finds_the_worker_of_the_last_one_whatever_the_lab(room: Class) -> None:
    assert "Rien à reprendre" in room.check()
    (waiting,) = room.postes()
    assert (waiting["waiting"], waiting["lent"]) == (1, 0)
    before = room.ours("examiner")
    assert len(before) == 1 and len(room.ours("services")) == 1 and len(room.ours()) == 2
    room.check()
    assert room.ours("examiner") == before, "the very same container, and nobody else"
    assert room.verdicts("eleve") == [RIGHT, RIGHT]
    room.check(OTHER, "voisin")
    assert room.ours("examiner") == before
    assert room.verdicts("voisin") == [("graded", "passed")], "by the checks of its own lab alone"
    done = etabli("grade", "classe", "--tp", LAB, "--postes", 1, at=room.place, environment=room.environment)
    assert done.returncode == 0, said(done)
    assert room.ours("examiner") == before, "« grade » takes it too, and gives it back"


@pytest.mark.long
def test_two_at_once_have_a_worker_each(room: Class) -> None:
    with room.begun("premier") as first:
        room.check(name="second")
        workers = set(room.ours("examiner").values())
        assert len(workers) == 2
        assert [(one["waiting"], one["lent"]) for one in room.postes()] == [(1, 1)]
        first.send_signal(signal.SIGCONT)
        assert first.wait() == 0
    assert room.verdicts("premier") == room.verdicts("second") == [RIGHT]
    assert [(one["waiting"], one["lent"]) for one in room.postes()] == [(2, 0)]
    assert set(room.ours("examiner").values()) == workers


@pytest.mark.parametrize(
    ("how", "code"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGKILL, -9, id="kill -9", marks=pytest.mark.long),
    ],
)
def test_a_worker_in_the_middle_of_an_exam_is_never_kept(room: Class, how: signal.Signals, code: int) -> None:
    room.postes("--fermer")
    with room.begun("interrompu") as process:
        (used,) = set(room.ours("examiner").values())
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        assert process.wait() == code
    until(lambda: used not in room.ours().values())
    assert all(one["waiting"] == 0 for one in room.postes())
    assert room.verdicts("interrompu") == []


@pytest.mark.long
def test_when_the_keeper_or_the_containers_are_gone_the_next_command_finds_others(room: Class) -> None:
    room.check(name="apres")
    before = room.ours()
    assert before
    (keeper,) = [pid for pid in room.pids if room.keeps(pid)]
    os.kill(keeper, signal.SIGKILL)
    until(lambda: not room.keeps(keeper))
    room.check(name="apres")
    lost = room.ours()
    assert not set(before) & set(lost), "what the dead one had is removed"
    assert len(lost) == 2
    for one in lost:
        room.client.api.remove_container(one, force=True, v=True)
    room.check(name="apres")
    assert len(room.ours()) == 2 and not set(lost) & set(room.ours())
    assert room.verdicts("apres") == [RIGHT, RIGHT, RIGHT]


@pytest.mark.long
def test_without_keeping_nothing_waits(room: Class) -> None:
    room.postes("--fermer")
    without = room.environment | {"ETABLI_GARDER": "0"}
    done = etabli(*room.words(name="seul"), at=room.place, environment=without)
    assert done.returncode == 0, said(done)
    assert room.postes() == [] and room.ours() == {}
