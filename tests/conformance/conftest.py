"""Fixtures of the sandbox's conformance suite."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from conformance.rigs import DockerRig, FakeRig, Rig

from etabli.sandbox import owner
from etabli.sandbox.base import Room, Worker


@pytest.fixture(scope="module", params=["fake", "docker"])
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Both rigs in turn."""
    folder = tmp_path_factory.mktemp("rig")
    made: FakeRig | DockerRig = FakeRig(folder) if request.param == "fake" else DockerRig(folder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def docker_rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerRig]:
    """The real one."""
    made = DockerRig(tmp_path_factory.mktemp("docker"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(rig: Rig) -> Iterator[Worker]:
    """A worker for the tests that leave it as they found it."""
    with rig.sandbox.open_worker(rig.plan()) as made:
        yield made


@pytest.fixture
def worker(shared: Worker) -> Iterator[Worker]:
    """The shared worker, its rooms empty before and after."""
    yield shared
    for room in Room:
        shared.stop(room)


@pytest.fixture(scope="session")
def dead() -> owner.Owner:
    """A process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = owner.start_time(process.pid)
    process.communicate(b"\n")
    here = owner.current()
    assert start is not None
    return owner.Owner(process.pid, here.boot, start, here.namespace)
