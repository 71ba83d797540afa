"""Makes ``tests/helpers.py`` importable."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
os.environ["ETABLI_GARDER"] = "0"  # what a test starts ends with it; the tests of kept workers say otherwise
if "PYTEST_XDIST_WORKER" in os.environ:  # its processes are told a size of screen that tests could not change
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of their own for the tests of a file, the commands that they start included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETABLI_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names bytes by their argument: an archive holds the second it was made, and two processes must agree on names."""
    return argname if isinstance(val, bytes) else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints what tests ask to tell (``record_property("told", …)``), whichever process they ran in."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    for report in (report for report in reports if getattr(report, "when", None) == "call"):
        for told in (value for key, value in report.user_properties if key == "told"):
            terminalreporter.write_line(told)
