"""What all jobs share, and what one process at a time may do."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from etabli.classroom.jobs import Jobs
from etabli.classroom.state import Classroom
from etabli.exam.contract.errors import SandboxError
from etabli.grading.examine import Interrupted
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret

log = logging.getLogger("etabli.worker")
Result = TypeVar("Result")
PATIENCE_S: Final = 120.0
"""How long a job waits for a database that restarts before it is given back to the queue."""
_PAUSE_S = 1.0
_here: dict[str, threading.Lock] = {}


@dataclass(frozen=True)
class Duty:
    """What a worker's jobs have.

    Args:
        room: The room.
        jobs: The way to this worker and to its neighbours.
        lanes: How many exams at once.
        stopping: Set when this process has to end.
    """

    room: Classroom
    jobs: Jobs
    lanes: int = 1
    stopping: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def secret(self) -> bytes:
        """Of this room: from it derive the data of all candidates."""
        return secret()

    @cached_property
    def sandbox(self) -> DockerSandbox:
        """Where exams run; the workers of one wait for the next."""
        sandbox = DockerSandbox(keeping=True)
        sandbox.probe()
        return sandbox

    def write(self, act: Callable[[Session], Result]) -> Result:
        """Does something in one transaction, again if the database restarts meanwhile: an exam outlives that.

        Raises:
            DBAPIError: It does not come back, or refuses.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                with self.room.work() as db:
                    return act(db)
            except DBAPIError as error:
                if not _away(error) or time.monotonic() > until or self.stopping.is_set():
                    raise
                time.sleep(_PAUSE_S)


def unfinished(error: BaseException) -> bool:
    """Tells whether a job that ended so goes back to the queue: this process ends, the database or engine is away."""
    return (
        isinstance(error, Interrupted)
        or (isinstance(error, DBAPIError) and _away(error))
        or (isinstance(error, SandboxError) and not _engine_answers())
    )


def _engine_answers() -> bool:
    """An engine that died takes this process with it when it is back, and the queue notices; until then it is asked."""
    try:
        DockerSandbox().probe()
    except SandboxError:
        return False
    return True


def _away(error: DBAPIError) -> bool:
    return error.connection_invalidated or type(error.orig).__name__ in ("OperationalError", "AdminShutdown")


@contextmanager
def alone(engine: Engine, what: str, *, wait: bool = True) -> Iterator[bool]:
    """Holds a thing for this thread alone, among all processes that share a database; death lets it go.

    Args:
        engine: The way to the database.
        what: Names the thing.
        wait: Wait for whoever has it; else give False at once.
    """
    if engine.dialect.name != "postgresql":
        lock = _here.setdefault(f"{id(engine)}-{what}", threading.Lock())
        had = lock.acquire(blocking=wait)
        try:
            yield had
        finally:
            if had:
                lock.release()
        return
    key = {"key": int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if wait:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            had = True
        else:
            had = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key))
        try:
            yield had
        finally:
            if had:
                with suppress(DBAPIError):  # a database that restarted has let it go
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def memory_left_mb() -> int:
    """Returns how much memory this machine could still give."""
    with open("/proc/meminfo", encoding="ascii") as facts:
        for line in facts:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024**2
