"""How long a class waits for its ERP: « etabli start » for one candidate after the other, all of them left running.

As a command, for a lab whose workspace has the ERP::

    python -m etabli.workspace.measure LAB [HOW_MANY]     24 candidates when no number is given

Each line gives a candidate, the seconds from the command to being inside Tryton with their password, and the memory of
their container. Everything is removed at the end.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import EtabliError, SandboxFailure
from etabli.system.temporary import temporary_folder
from etabli.workspace.compose import compose, run
from etabli.workspace.running import stop
from etabli.workspace.workspace import Workspace, is_workspace, read_workspace

SESSION = "mesure"
CLASS = 24
_TIMEOUT = 120


@dataclass(frozen=True)
class Measured:
    """What one candidate met."""

    candidate: str
    seconds: float
    """Until the candidate was inside."""
    memory: str


def measure(lab: str, how_many: int, folder: Path) -> Iterator[Measured]:
    """Starts workspaces one after the other, enters each, then removes them all.

    Raises:
        SandboxFailure: One does not start, or does not let its candidate in.
    """
    places = [folder / f"mesure-{number:02d}" for number in range(1, how_many + 1)]
    try:
        for place in places:
            begun = time.monotonic()
            log_in(_start(lab, place))
            yield Measured(place.name, time.monotonic() - begun, _memory(read_workspace(place)))
    finally:
        for place in filter(is_workspace, places):
            stop(read_workspace(place), forget_database=True)


def _start(lab: str, place: Path) -> dict[str, Any]:
    """Runs the student's own command, and returns what it says."""
    argv = [sys.executable, "-m", "etabli.cli.main", "start", lab, "--candidat", place.name]
    argv += ["--session", SESSION, "--dossier", str(place), "--json"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=_TIMEOUT)
    if done.returncode != 0:
        raise SandboxFailure(done.stderr.strip())
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def log_in(facts: dict[str, Any]) -> None:
    """Enters a candidate's Tryton as the web client does, with what « etabli start --json » says.

    Raises:
        SandboxFailure: Tryton refuses.
    """
    words = [facts["pgi_user"], {"password": facts["pgi_password"]}, "fr"]
    asked = json.dumps({"id": 0, "method": "common.db.login", "params": words})
    host, _, database = facts["pgi"].removeprefix("http://").partition("/#")
    connection = http.client.HTTPConnection(host, timeout=_TIMEOUT)
    try:
        connection.request("POST", f"/{database}/rpc/", asked, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK or not json.loads(answer.read()).get("result"):
            raise SandboxFailure(
                "Le PGI de « {folder} » refuse le mot de passe : lisez « etabli journal ».".format(
                    folder=facts["folder"]
                )
            )
    finally:
        connection.close()


def _memory(workspace: Workspace) -> str:
    container = compose(workspace, "ps", "--quiet", "pgi").strip()
    return run(["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", container]).partition("/")[0].strip()


def main(arguments: list[str]) -> int:
    """Measures and prints; returns the exit status (2: usage, 3: this machine cannot)."""
    if not 1 <= len(arguments) <= 2 or not all(word.isdigit() for word in arguments[1:]):
        print("usage : python -m etabli.workspace.measure LAB [HOW_MANY]", file=sys.stderr)
        return 2
    how_many = int(arguments[1]) if len(arguments) == 2 else CLASS
    times: list[float] = []
    try:
        with temporary_folder() as folder:
            for one in measure(arguments[0], how_many, folder):
                times.append(one.seconds)
                print(f"{one.candidate}  {one.seconds:5.1f} s  {one.memory}", flush=True)
    except EtabliError as problem:
        print(problem, file=sys.stderr)
        return 3
    middle, last = sorted(times)[len(times) // 2], max(times)
    print(f"médiane {middle:.1f} s, la plus longue {last:.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
