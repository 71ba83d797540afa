"""What a sandbox promises, whoever provides it.

A *worker* is a pair of rooms and an examiner; each room receives one submission at a time, and has services of its
own when the lab wants them. Every failure of the provider is an exception of :mod:`etabli.exam.contract.errors`, never
a result, so that it cannot be mistaken for something the candidate did.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from etabli.exam.contract.errors import SandboxFailure
from etabli.exam.contract.repair import Correction
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.sandbox.repaired_copy import MISFIT as MISFIT
from etabli.sandbox.share import Shares

MAX_OUTPUT = 1024 * 1024
"""What is kept of each stream of a command: 1 MiB."""

WAIT = 5
"""A command of the bench may take, by the clock, this many times its seconds of the processor: a machine is busy."""

MAX_CHANNEL = 64 * 1024 * 1024
"""What an exam may write on its channel: 64 MiB."""

MAX_NOISE = 64 * 1024
"""What is kept of an exam's standard error: the last 64 KiB."""

SERVICE_MEMORY_MB = 640
"""What the services of one room may take of memory, their disks included."""

SERVICE_DISK_MB = 256
"""What the data of one room's services may take."""


class ExamCrashed(SandboxFailure):
    """L'examinateur s'est arrêté en route : relancez la vérification."""


class Room(StrEnum):
    """One of a worker's two networks; two candidates are never in the same one."""

    A = "a"
    B = "b"


@dataclass(frozen=True)
class Addresses:
    """The fixed IPv4 addresses of one room."""

    examiner: str
    services: str
    candidate: str


@dataclass(frozen=True)
class Probe:
    """What an engine says of itself."""

    engine: str
    version: str
    cpus: int
    memory_mb: int


@dataclass(frozen=True)
class WorkerPlan:
    """What a worker is made of."""

    token: str
    """Names the run; every object carries it as a label."""
    index: int
    pack: bytes
    """A tar of the checks and of this package, unpacked in the examiner only."""
    slots: Path
    """Host folder with one sub-folder per room; the examiner is given a copy, below ``/rendus``, of one at a time."""
    images: Mapping[str, str]
    """Names (``examiner``, ``services``, ``web``) to tags."""
    services: bool = True
    pages: bool = True
    """There are pages to visit: the examiner's browser and HTML checker are wanted."""
    ahead: tuple[str, ...] = ()
    """Run in an examiner that has received the pack, while nobody waits for it."""
    alike: str = ""
    """What a worker must have in common with a kept one to be served by it; '' when none may be."""


@dataclass(frozen=True)
class Application:
    """A candidate's program, and the most it may use."""

    image: str
    """A name of :attr:`WorkerPlan.images`, or a tag."""
    command: tuple[str, ...]
    source: Path
    """Host folder shown read-only as ``/srv/app``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Names that it can look up, and their addresses."""
    memory_mb: int = 384
    pids: int = 128
    cpus: float = 1.0
    tmp_mb: int = 64
    repair: tuple[Correction, ...] = ()
    """When there are some, ``/srv/app`` is a copy made inside the container, with these edits; the folder stays as it
    is. A repair that does not fit ends the container with :data:`MISFIT` before anything of the work is run."""


@dataclass(frozen=True)
class ExecResult:
    """What a command left; `exit_code` is 137 when we killed it."""

    exit_code: int
    stdout: bytes = b""
    stderr: bytes = b""
    truncated: bool = False
    """More was written than :data:`MAX_OUTPUT`."""
    timed_out: bool = False
    left: tuple[Leftover, ...] = ()
    """Of a line typed in a terminal: what it left behind, the first hundred."""
    seconds: float = field(default=0.0, compare=False)
    """What it took once started, where the provider measures it."""


@dataclass(frozen=True)
class AppState:
    """How a room's application is; after :meth:`Worker.stop`, it is as if none had ever been started."""

    running: bool
    exit_code: int | None = None
    oom_killed: bool = False


@dataclass(frozen=True)
class ServiceState(AppState):
    """How a room's services are."""

    full: bool = False
    """A disk of theirs was full at some moment since they were started."""


@dataclass(frozen=True)
class ExamEnd:
    """How the last exam ended; ``exit_code`` is None when it did not end by itself."""

    exit_code: int | None
    stderr: bytes
    """The last :data:`MAX_NOISE` bytes."""


class Worker(Protocol):
    """Two rooms with their services, and an examiner, open until :meth:`close`.

    One exam runs at a time; the other methods may be called from other threads meanwhile (the next candidate
    is started in the other room while this one is examined).
    """

    @property
    def database_password(self) -> str:
        """The password of ``root`` in the services, drawn for this worker."""

    @property
    def last_exam(self) -> ExamEnd | None:
        """How the last exam ended, also when it raised."""

    def addresses(self, room: Room) -> Addresses:
        """Returns the addresses of a room; they never change while the worker is open."""

    def service_exec(self, room: Room, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60) -> ExecResult:
        """Runs a command in the services of a room, which start when they are first needed."""

    def service_state(self, room: Room) -> ServiceState:
        """Tells how the services of a room are; those that were never needed do not run."""

    def renew_service(self, room: Room) -> None:
        """Ends the services of a room, with all that they hold: whoever needs them next finds fresh ones."""

    def shares(self, room: Room) -> Shares:
        """Reads what the application, the services and the examiner of a room had of the processor so far."""

    def run_once(self, room: Room, app: Application, *, timeout: float) -> ExecResult:
        """Runs a candidate's command to its end, in a vacant room and under the application's limits.

        Raises:
            MachineBusy: It passed its time, and stood in line for a processor.
        """

    def bench(self, app: Application, *, inputs: Path, timeout: float, within: float = math.inf) -> ExecResult:
        """Runs a command to its end in a fresh container of its own, with no network at all and in no room.

        Args:
            app: The command, what it is about (``/srv/app``) and its limits.
            inputs: Host folder shown read-only as ``/banc``.
            timeout: Seconds of the processor; a command that waits for something else has :data:`WAIT` times that.
            within: Seconds by the clock that it may take at most.
        """

    def terminal(
        self, app: Application, lines: Sequence[TypedLine], *, data: Path, timeout: float, within: float = math.inf
    ) -> list[ExecResult]:
        """Types lines, one after the other, in a terminal like the candidate's own, without any network.

        No process, file, name or account of ours is in there. ``/srv/app`` is a copy that may be written to. What is
        left is told of each line, so the image's own command writes nothing and is one process; programs that go on
        and memory that they share, of the last one.

        Args:
            app: What the work is, the image and the limits; its command is not run, the image's own is.
            lines: What is typed.
            data: Host folder shown read-only as ``/srv/donnees``; the files of each line are put there in turn.
            timeout: Seconds of the processor for each line, and :data:`WAIT` times that by the clock.
            within: Seconds by the clock for all of them: those that come later are not typed (``timed_out``).

        Raises:
            MachineBusy: A line passed its time by the clock, and stood in line for a processor.
        """

    def start(self, room: Room, app: Application) -> None:
        """Starts an application in a vacant room; returns once it is started, not once it answers."""

    def logs(self, room: Room, *, limit: int = 65536) -> str:
        """Returns the end of the application's ``/tmp/journal.log``, '' when there is none any more."""

    def state(self, room: Room) -> AppState:
        """Tells how the room's application is."""

    def stop(self, room: Room) -> None:
        """Removes the room's application, if there is one."""

    def examine(
        self, room: Room, argv: Sequence[str], request: bytes, *, deadline: float, answering: bool = False
    ) -> Generator[bytes, None, None]:
        """Runs an exam and yields what it writes on its standard output as it comes.

        Meanwhile the examiner stands in that room and in no other, and has what was handed in there.

        The exit code is no verdict: read the channel's closing record, and :attr:`last_exam` when it lacks.
        Closing the generator before its end stops the exam.

        Args:
            room: The room.
            argv: What examines.
            request: Its standard input.
            deadline: Seconds that it may take.
            answering: Its standard input stays open after the request, for :meth:`answer`.

        Raises:
            ExamTimeout: `deadline` seconds went by; the examiner is replaced by a fresh one.
            ExamCrashed: The exam could not run, wrote too much, or its examiner died; replaced likewise.
        """

    def answer(self, data: bytes) -> None:
        """Sends more to the standard input of the exam that runs, from between two pieces of what it writes.

        Raises:
            SandboxFailure: No exam runs that could take it.
        """

    def release(self) -> None:
        """Leaves this worker, its rooms empty, to whoever opens one next, where workers are kept; else closes it.

        One that is not empty is closed too. It may be called again, and after :meth:`close`.
        """

    def close(self) -> None:
        """Removes everything of this worker; may be called again."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: object) -> None: ...


class Sandbox(Protocol):
    """Opens workers on some engine.

    Every method raises :class:`~etabli.exam.contract.errors.SandboxUnavailable` when the machine cannot grade, and
    :class:`~etabli.exam.contract.errors.SandboxFailure` when something of ours broke.
    """

    @property
    def name(self) -> str:
        """A word for the run's record: ``docker``, ``fake``."""

    def probe(self) -> Probe:
        """Asks the engine whether it answers."""

    def reap(self) -> int:
        """Removes what runs that are no longer alive left behind; returns how many objects."""

    def open_worker(self, plan: WorkerPlan) -> Worker:
        """Makes a worker; nothing of it is left when this raises."""
