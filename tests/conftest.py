"""Makes ``tests/helpers.py`` importable; what many files share: a room, browsers, and who runs which file."""

from __future__ import annotations

import functools
import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.testing

IN_ONE_ROOM = (
    "tests/acceptance/test_salle.py",
    *(f"tests/security/test_room_{what}.py" for what in ("pages", "people", "walls")),
)
"""Files whose tests share a room that is brought up once: one process runs them, one after the other."""

LONGEST = (
    *IN_ONE_ROOM,
    *(f"tests/acceptance/test_{what}.py" for what in ("salle_backup", "salle_worker", "sentences", "salle_atelier")),
    *(f"tests/conformance/test_{what}.py" for what in ("workbook", "sandbox_docker")),
    *(f"tests/integration/test_{what}.py" for what in ("mots_de_passe_secrets", "report_browser", "image_erp")),
)
"""Files that take a minute or more: they begin first, so that no process ends with one while the others have none."""

sys.path.insert(0, str(Path(__file__).parent))
os.environ.pop("ETABLI_LABS", None)  # a developer's own labs are not those of the tests
os.environ["ETABLI_GARDER"] = "0"  # what a test starts ends with it; the tests of kept workers say otherwise
if "PYTEST_XDIST_WORKER" in os.environ:  # its processes are told a size of screen that tests could not change
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)


gc.set_threshold(100_000, 20, 20)
"""Thousands of tests and what modules hold stay until the end: to look through all of it for what is to be thrown away
took a tenth of the time."""

typer.testing._get_command = functools.cache(typer.testing._get_command)  # type: ignore[attr-defined]
"""A hundred commands are made of our functions once for all that a process tries: it takes longer than most of them."""


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of their own for the tests of a file, the commands that they start included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETABLI_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def kept_workers() -> Iterator[None]:
    """Whoever grades in a file leaves the worker to the next one, as those do who type commands; at the end all go."""
    from etabli.sandbox import kept

    with tempfile.TemporaryDirectory(prefix="e", dir="/tmp") as runtime, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", runtime)
        patch.setenv(kept.MINUTES, "10")
        yield
        for address in Path(runtime).glob("*/*.sock"):
            kept._asked(address, {"end": True})


@pytest.fixture(scope="session")
def opened() -> Iterator[Any]:
    """A whole room (``tests/whole_room.py``), and the administrator's code that ``etabli salle start`` shows."""
    from whole_room import whole_room

    with whole_room() as room:
        yield room, room.beside("travail", ["python3", "-m", "etabli.server.admin_code"]).strip()


@pytest.fixture(scope="session")
def one_room(opened: Any) -> Any:
    """The room of all files of :data:`IN_ONE_ROOM`, each with classes of its own."""
    return opened[0]


@pytest.fixture(scope="session")
def first_code(opened: Any) -> Any:
    """The code of its first administrator, which serves once."""
    return opened[1]


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Browsers (``tests/browsers.py``) for all files that this process runs."""
    from browsers import browsers

    with browsers(tmp_path_factory.mktemp("partage")) as found:
        yield found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first."""
    place = {file: rank for rank, file in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.split("::")[0], len(place)))


def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
    """Gives each process one file after the other; the files of one room are one."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "one room" if file in IN_ONE_ROOM else file

    return Scheduling(config, log)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names bytes by their argument: an archive holds the second it was made, and two processes must agree on names."""
    return argname if isinstance(val, bytes) else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints what tests ask to tell (``record_property("told", …)``), whichever process they ran in."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    for report in (report for report in reports if getattr(report, "when", None) == "call"):
        for told in (value for key, value in report.user_properties if key == "told"):
            terminalreporter.write_line(told)
