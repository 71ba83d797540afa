"""Makes ``tests/helpers.py`` importable, and shares the suite between two processes (``make test``)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
if "PYTEST_XDIST_WORKER" in os.environ:  # its processes are told a size of screen that tests could not change
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)

LONG = "labs/test_matrix.py"
"""As long as all the rest together: it goes beside it."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names bytes by their argument: an archive holds the second it was made, and two processes must agree on names."""
    return argname if isinstance(val, bytes) else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints what tests ask to tell (``record_property("told", …)``), whichever process they ran in."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    for report in (report for report in reports if getattr(report, "when", None) == "call"):
        for told in (value for key, value in report.user_properties if key == "told"):
            terminalreporter.write_line(told)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Gives ``-n 2 --dist loadscope`` two scopes: the matrix, and all the rest in its usual order.

    Two and no more: tests of the rest meet on ports and on the engine, one after the other as ever.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Halves(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "matrix" if LONG in nodeid else "rest"

    return Halves(config, log)
