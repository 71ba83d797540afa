"""The command ``etabli`` as a process of its own, as whoever types it meets it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def command(*arguments: object) -> list[str]:
    """The words that start it."""
    return [sys.executable, "-m", "etabli.cli.main", *map(str, arguments)]


def heed_interruptions() -> None:
    """A shell makes what it starts in the background deaf to SIGINT, and so all that this starts: a ``preexec_fn``."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def etabli(
    *arguments: object, at: Path | None = None, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs it to its end on a wide screen; without a terminal, and nothing to read unless it is given."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        cwd=at,
        env={**os.environ, "COLUMNS": "200", **(environment or {})},
        input=stdin,
        timeout=600,
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """All that it said, on one line."""
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).replace("\u00a0", " ").split())
