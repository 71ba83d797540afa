"""A terminal like the candidate's own, in which an exam types lines; what they leave is seen from another container.

The candidate's container is what a workspace's terminal is: the image's own first process, the same folders, account,
names and environment. Ours beside it shares its folders (``volumes_from``) and neither its processes nor its account:
a program finds nobody to recognise, to signal, to trace or to write to.
"""

from __future__ import annotations

import base64
import json
import math
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import requests
from docker.errors import APIError
from docker.models.containers import Container

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.errors import MachineBusy, SandboxFailure
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.sandbox import docker_containers
from etabli.sandbox.base import MAX_OUTPUT, WAIT, Application, ExecResult
from etabli.sandbox.docker_engine import KILLED, Engine, app_state, last_line, remove
from etabli.sandbox.docker_streams import Conversation, Expired
from etabli.sandbox.share import Share, Shares

_EARLIER = "for ((n = $1; n > 0; n--)); do (:); done; "
"""What the shell has begun before, under the number that it keeps: nothing of it stays but the numbers that it took."""
_SHELL = r"""exec bash --norc <<<"$(grep -sE '^(cd|export) ' /usr/local/bin/terminal)"$'\nset -m\n'"$0" """
"""The shell that ``etabli terminal`` ends in, by its arguments, its folder and its variables (those that the image's
own entry sets), to which a line is given: it forks for each command, as for who types, into a group of its own."""
_SEAT = r"""eval "$(grep -sE '^(cd|export) ' /usr/local/bin/terminal)"; exec bash --norc"""
"""The same shell before a screen and a keyboard."""
MARK = "ETABLI_FLUX"
"""The variable by which a room finds what a terminal has left."""
_WINDOWS = (24, 80), (30, 120), (32, 100), (43, 132), (50, 160)
"""Lines and columns of terminals, as people have them."""
_MEMORY = "sh", "-c", "tail -qn +2 /proc/sysvipc/*; ls -A /dev/mqueue"
"""What programs share in memory: System V's, each kind below a line of titles, and the queues of POSIX."""
_ENDING = 10.0
"""Seconds that what a line started has to be gone, on a machine that others keep busy."""
_PATIENCE = 60.0
_PROMPT = 3.0
"""Seconds that looking at folders takes where nobody goes on changing them."""
_DAY = 86_400
_OLD = 4 * _DAY, 20 * _DAY
"""How old ``donnees/`` seems to be, in seconds: a workspace had it some days before what is in ``rendu/``."""
_WRITING = 2.0
"""Seconds in which its files were written, one after the other."""

Create = Callable[[docker_containers.Recipe, str], Container]
"""Makes a container from its recipe; the end of its name says what it is for."""


class Screen(TypedDict, total=False):
    """Of a line that is typed on a screen: see :meth:`Engine.run_bare`."""

    typed: str
    screen: tuple[int, int]
    environment: dict[str, str]


class Terminal:
    """One terminal; its containers come with the first line, and anew after a line that was killed or ended its own.

    Args:
        engine: The engine.
        create: Makes a container without any network.
        tags: Images of the candidate's container and of ours.
        app: Work, image and limits.
        data: Host folder shown read-only as ``/srv/donnees``; the files of each line are put there.
        timeout: Seconds of the processor for each line.
        share: Reads what a container had of the processor so far.
    """

    def __init__(
        self,
        engine: Engine,
        create: Create,
        tags: tuple[str, str],
        app: Application,
        data: Path,
        timeout: float,
        share: Callable[[Container], Share | None] = lambda _container: None,
    ) -> None:
        self._engine = engine
        self._create = create
        self._tags = tags
        self._app = app
        self._data = data
        self._timeout = timeout
        self._share = share
        self._open: list[Container] = []
        self._line: Conversation | None = None
        self._made = time.time() - random.uniform(*_OLD)
        self._written: dict[Path, float] = {}

    def type(self, line: TypedLine, until: float = math.inf) -> ExecResult:
        """Runs one line to its end.

        Args:
            line: What is typed.
            until: The :func:`time.monotonic` after which it does not go on.

        What an earlier line left may end the container at any moment: the line is typed in a new one then.

        Raises:
            MachineBusy: It passed its time by the clock, and stood in line for a processor.
        """
        if not self._open:
            return self._typed(line, until)
        try:
            return self._typed(line, until)
        except (APIError, SandboxFailure):
            if not self._open or app_state(self._open[0]).running:
                raise
        self.close()
        return self._typed(line, until)

    def _typed(self, line: TypedLine, until: float) -> ExecResult:
        own, given = (line.files, {}) if line.own else ({}, line.files)
        for name, content in given.items():
            path = self._data / name
            path.write_bytes(content)
            path.chmod(0o644)
        for path in (*self._data.rglob("*"), self._data):
            last = self._made + _WRITING * (1 if path.is_dir() else random.random())
            moment = self._written.setdefault(path, last)
            os.utime(path, (moment, moment))
        if not self._open:
            self._start()
        theirs, _ours = self._open
        coded = {name: base64.b64encode(content).decode() for name, content in own.items()}
        before = json.loads(self._watch(f"put {json.dumps(coded)}")) if coded else []
        argv = "bash", "-c", _EARLIER + (_SEAT if line.screen else _SHELL), line.text, str(line.earlier)
        screen: Screen = {"typed": line.text, **_seat(line.screen)} if line.screen else {}
        had = self._shares(theirs)
        clock = min(self._timeout * WAIT, max(0.1, until - had.at))
        with self._engine.counting(theirs, self._timeout) as spent:
            done = self._engine.run_bare(theirs, argv, timeout=clock, **screen)
        if spent.is_set():
            done = replace(done, exit_code=KILLED, timed_out=True)
        elif done.timed_out and time.monotonic() > had.at + clock and had.starved(self._shares(theirs)):
            raise MachineBusy  # by the clock, and not for all that it printed
        left = [*before, *json.loads(self._watch("look"))]
        if done.timed_out or not app_state(theirs).running:
            self.close()
        return replace(done, left=tuple(Leftover(path, target) for path, target in left))

    def _shares(self, container: Container) -> Shares:
        share = self._share(container)
        return Shares({str(container.id): share} if share else {})

    def kept(self) -> tuple[Leftover, ...]:
        """Tells what the lines typed until now left in no folder: programs that go on, memory that programs share."""
        if not self._open:
            return ()
        theirs, until, goes_on = self._open[0], time.monotonic() + _ENDING, False
        try:
            while (goes_on := self._engine.goes_on(theirs)) and time.monotonic() < until:
                time.sleep(0.05)
            told = self._engine.run(theirs, _MEMORY, timeout=_PATIENCE).stdout
        except (APIError, SandboxFailure):
            if not goes_on and app_state(theirs).running:
                raise
            goes_on, told = True, b""  # who fills a container lets nobody in, and who ends it was there
        found = {"un programme qui continue": goes_on, "de la mémoire partagée": bool(told)}
        return tuple(Leftover(what) for what, is_there in found.items() if is_there)

    def close(self) -> None:
        """Removes both containers; the one that owns the folders goes last, and they go with it."""
        if self._line is not None:
            self._line.close()
            self._line = None
        while self._open:
            remove(self._open.pop())

    def _start(self) -> None:
        mine, own = self._tags
        theirs = self._create(docker_containers.terminal(self._app, mine, self._data), "terminal")
        self._open.append(theirs)
        ours = self._create(docker_containers.watcher(own, self._app.source, str(theirs.id)), "regard")
        self._open.append(ours)
        self._line = self._engine.attach(ours, stdin=True)
        ours.start()
        self._watch("lay")
        theirs.start()

    def _watch(self, verb: str) -> bytes:
        """Has the program of ours do one thing; returns its line. Who hinders it for long is stopped meanwhile.

        Raises:
            SandboxFailure: It ended, or is silent.
        """
        answer, problem = b"", b"closed"
        with _still(self._open[0]), suppress(Expired):
            if self._line is not None:
                until = time.monotonic() + _PATIENCE
                answer, problem = self._line.ask(f"{verb}\n".encode(), until=until, limit=MAX_OUTPUT)
        if not answer:
            raise SandboxFailure(f"Le dossier d'un rendu ne se lit plus : {last_line(problem)}.")
        return answer


@contextmanager
def _still(container: Container) -> Iterator[None]:
    """Freezes a container until the end of the block, where that takes long.

    What its programs do in the folders that we work in, ahead of us and again and again, has an end then.
    """
    over, frozen = threading.Event(), threading.Event()

    def freeze() -> None:
        if not over.wait(_PROMPT):
            with suppress(APIError, requests.RequestException):  # it may not run
                container.pause()
                frozen.set()

    thread = threading.Thread(target=freeze, name="etabli-freezing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        if frozen.is_set():
            with suppress(APIError, requests.RequestException):
                container.unpause()


def _seat(number: int) -> Screen:
    """Who sits there: a terminal of any size, opened by ``etabli terminal`` or in a room; the same for a number."""
    draw = Draw(f"écran|{number}".encode())
    environment = of_a_room(f"{draw.below(2**64):016x}") if draw.below(2) else {}
    return {"screen": draw.one(_WINDOWS), "environment": environment}


def of_a_room(mark: str) -> dict[str, str]:
    """Returns the variables of a terminal that a room opens, and that ``etabli terminal`` has not."""
    return {MARK: mark, "TERM": "xterm-256color"}
