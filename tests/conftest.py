"""Makes ``tests/helpers.py`` importable."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
if "PYTEST_XDIST_WORKER" in os.environ:  # its processes are told a size of screen that tests could not change
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names bytes by their argument: an archive holds the second it was made, and two processes must agree on names."""
    return argname if isinstance(val, bytes) else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints what tests ask to tell (``record_property("told", …)``), whichever process they ran in."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    for report in (report for report in reports if getattr(report, "when", None) == "call"):
        for told in (value for key, value in report.user_properties if key == "told"):
            terminalreporter.write_line(told)
