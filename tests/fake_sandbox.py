"""A sandbox without an engine, for tests: it does what it is told and remembers what was asked.

::

    sandbox = FakeSandbox()
    sandbox.on_exam = lambda request: [encode(event) for event in events]
    sandbox.on_start = lambda app: AppState(running=False, exit_code=137, oom_killed=True)
    sandbox.fail("start", SandboxFailure("…"))

It passes the same conformance suite as the Docker provider.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from etabli.exam.contract.errors import ExamTimeout, SandboxFailure
from etabli.exam.contract.values import TypedLine
from etabli.sandbox import owner
from etabli.sandbox.base import (
    MAX_CHANNEL,
    MAX_OUTPUT,
    Addresses,
    Application,
    AppState,
    ExamCrashed,
    ExamEnd,
    ExecResult,
    Probe,
    Room,
    ServiceState,
    WorkerPlan,
)
from etabli.sandbox.share import Shares


class Hang(Enum):
    """What a programmed answer gives to go past any deadline."""

    HANG = "hang"


HANG: Final = Hang.HANG

Reply = ExecResult | Hang
Script = bytes | Iterable[bytes | Hang]


class Call(NamedTuple):
    """One thing that was asked."""

    verb: str
    worker: int | None = None
    room: Room | None = None
    app: Application | None = None
    argv: tuple[str, ...] = ()
    stdin: bytes = b""
    inputs: Mapping[str, bytes] = {}


class FakeSandbox:
    """Opens workers that follow a script.

    Attributes:
        calls: What was asked, in order.
        answers: What exams were answered, in order.
        objects: What exists, by name, and whose it is.
        released: The workers that were left for whoever comes next, by number; they are closed all the same.
        on_service: Answers :meth:`Worker.service_exec`, from the arguments and the input.
        on_service_state: Tells the state of services that were started.
        on_shares: Tells what the containers of a room had of the processor.
        on_run: Answers :meth:`Worker.run_once`.
        on_bench: Answers :meth:`Worker.bench`, from the application and its inputs by name.
        on_line: Answers :meth:`Worker.terminal`, from each line.
        on_start: Tells the state of an application that is started.
        on_logs: Tells the journal of an application that is started.
        on_exam: Gives what an exam writes, from its request; what it raises, the exam raises.
        exam_end: How an exam ends that goes to its end.
    """

    name = "fake"

    def __init__(self, images: Mapping[str, str] | None = None) -> None:
        self.images = dict(images or {})
        self.calls: list[Call] = []
        self.answers: list[bytes] = []
        self.objects: dict[str, str] = {}
        self.released: list[int] = []
        self.on_service: Callable[[Sequence[str], bytes], Reply] = lambda _argv, _stdin: ExecResult(0)
        self.on_service_state: Callable[[], ServiceState] = lambda: ServiceState(running=True)
        self.on_shares: Callable[[], Shares] = Shares
        self.on_run: Callable[[Application], Reply] = lambda _app: ExecResult(0)
        self.on_bench: Callable[[Application, Mapping[str, bytes]], Reply] = lambda _app, _inputs: ExecResult(0)
        self.on_line: Callable[[TypedLine], Reply] = lambda _line: ExecResult(0)
        self.on_start: Callable[[Application], AppState] = lambda _app: AppState(running=True)
        self.on_logs: Callable[[Application], str] = lambda _app: ""
        self.on_exam: Callable[[bytes], Script] = lambda _request: b""
        self.exam_end = ExamEnd(0, b"")
        self._failures: dict[str, list[Exception]] = {}
        self._count = itertools.count()

    def fail(self, verb: str, error: Exception) -> None:
        """Makes the next call of a verb (``open_worker``, ``start``, …) raise."""
        self._failures.setdefault(verb, []).append(error)

    def asked(self, verb: str) -> int:
        """Returns how often a verb was called."""
        return Counter(call.verb for call in self.calls)[verb]

    def probe(self) -> Probe:
        """Answers for a small machine."""
        self.note(Call("probe"))
        return Probe("fake", "0", cpus=2, memory_mb=4096)

    def reap(self) -> int:
        """Forgets the objects whose owner is dead."""
        self.note(Call("reap"))
        owners = {name: owner.Owner.parse(text) for name, text in self.objects.items()}
        dead = [name for name, whose in owners.items() if whose is not None and not whose.alive()]
        for name in dead:
            del self.objects[name]
        return len(dead)

    def open_worker(self, plan: WorkerPlan) -> FakeWorker:
        """Makes a worker, or fails as told."""
        self.note(Call("open_worker", plan.index))
        return FakeWorker(self, plan, next(self._count))

    def note(self, call: Call) -> None:
        """Remembers a call, and raises what was prepared for it."""
        self.calls.append(call)
        prepared = self._failures.get(call.verb)
        if prepared:
            raise prepared.pop(0)


class FakeWorker:
    """See :class:`etabli.sandbox.base.Worker`."""

    def __init__(self, sandbox: FakeSandbox, plan: WorkerPlan, number: int) -> None:
        self.database_password = f"mot-de-passe-{number}"
        self.last_exam: ExamEnd | None = None
        self._sandbox = sandbox
        self._plan = plan
        self._number = number
        self._apps: dict[Room, Application] = {}
        self._closed = False
        roles = ["examiner", "network-a", "network-b", *(["services-a"] if plan.services else [])]
        for role in roles:
            self._make(role)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self.release()
        else:
            self.close()

    def addresses(self, room: Room) -> Addresses:
        """Returns addresses that no other worker has."""
        base = f"10.83.{self._number}.{8 * (room is Room.B)}".rpartition(".")
        first = int(base[2])
        return Addresses(*(f"{base[0]}.{first + host}" for host in (2, 3, 4)))

    def service_exec(self, room: Room, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60) -> ExecResult:
        """Answers as ``on_service`` says."""
        self._note("service_exec", room, argv=tuple(argv), stdin=stdin)
        if not self._plan.services or self._closed:
            raise SandboxFailure
        self._make(f"services-{room}")
        return _result(self._sandbox.on_service(argv, stdin))

    def service_state(self, room: Room) -> ServiceState:
        """Returns what ``on_service_state`` says."""
        self._note("service_state", room)
        started = self._named(f"services-{room}") in self._sandbox.objects
        return self._sandbox.on_service_state() if started else ServiceState(running=False)

    def renew_service(self, room: Room) -> None:
        """Forgets the services of a room."""
        self._note("renew_service", room)
        self._sandbox.objects.pop(self._named(f"services-{room}"), None)

    def shares(self, room: Room) -> Shares:
        """Returns what ``on_shares`` says."""
        self._note("shares", room)
        return self._sandbox.on_shares()

    def run_once(self, room: Room, app: Application, *, timeout: float) -> ExecResult:
        """Answers as ``on_run`` says."""
        self._note("run_once", room, app)
        self._vacant(room)
        return _result(self._sandbox.on_run(app))

    def bench(self, app: Application, *, inputs: Path, timeout: float, within: float = math.inf) -> ExecResult:
        """Answers as ``on_bench`` says."""
        given = {path.name: path.read_bytes() for path in sorted(inputs.iterdir())}
        self._note("bench", app=app, inputs=given)
        if self._closed:
            raise SandboxFailure
        return _result(self._sandbox.on_bench(app, given) if within > 0 else HANG)

    def terminal(
        self, app: Application, lines: Sequence[TypedLine], *, data: Path, timeout: float, within: float = math.inf
    ) -> list[ExecResult]:
        """Answers as ``on_line`` says."""
        given = {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}
        self._note("terminal", app=app, inputs=given)
        if self._closed:
            raise SandboxFailure
        return [_result(self._sandbox.on_line(line) if within > 0 else HANG) for line in lines]

    def start(self, room: Room, app: Application) -> None:
        """Puts an application in a vacant room."""
        self._note("start", room, app)
        self._vacant(room)
        self._make(f"candidate-{room}")
        self._apps[room] = app

    def logs(self, room: Room, *, limit: int = 65536) -> str:
        """Returns the end of what ``on_logs`` says."""
        self._note("logs", room)
        app = self._apps.get(room)
        text = self._sandbox.on_logs(app) if app is not None and self._state(room).running else ""
        return text.encode()[-limit:].decode("utf-8", "replace")

    def state(self, room: Room) -> AppState:
        """Returns what ``on_start`` says."""
        self._note("state", room)
        return self._state(room)

    def stop(self, room: Room) -> None:
        """Empties a room."""
        self._note("stop", room)
        if self._apps.pop(room, None) is not None:
            del self._sandbox.objects[self._named(f"candidate-{room}")]

    def examine(
        self, room: Room, argv: Sequence[str], request: bytes, *, deadline: float, answering: bool = False
    ) -> Generator[bytes, None, None]:
        """Yields what ``on_exam`` says."""
        self.last_exam = ExamEnd(None, b"")
        self._note("examine", room, argv=tuple(argv), stdin=request)
        script = self._sandbox.on_exam(request)
        total = 0
        for data in [script] if isinstance(script, bytes) else script:
            if isinstance(data, Hang):
                raise ExamTimeout
            total += len(data)
            if total > MAX_CHANNEL:
                raise ExamCrashed
            yield data
        self.last_exam = self._sandbox.exam_end

    def answer(self, data: bytes) -> None:
        """Keeps what an exam was answered in ``sandbox.answers``."""
        self._sandbox.answers.append(data)

    def release(self) -> None:
        """Writes it down and closes it, once: nothing is kept here."""
        if not self._closed:
            self._sandbox.released.append(self._number)
            self.close()

    def close(self) -> None:
        """Forgets everything of this worker."""
        self._note("close")
        self._closed = True
        self._apps.clear()
        for name in [name for name in self._sandbox.objects if name.startswith(self._named(""))]:
            del self._sandbox.objects[name]

    def _state(self, room: Room) -> AppState:
        app = self._apps.get(room)
        return AppState(running=False) if app is None else self._sandbox.on_start(app)

    def _vacant(self, room: Room) -> None:
        if self._closed or room in self._apps:
            raise SandboxFailure

    def _make(self, role: str) -> None:
        self._sandbox.objects[self._named(role)] = str(owner.current())

    def _named(self, role: str) -> str:
        return f"{self._plan.token}/{self._number}/{role}"

    def _note(self, verb: str, room: Room | None = None, app: Application | None = None, **more: Any) -> None:
        self._sandbox.note(Call(verb, self._plan.index, room, app, **more))


def _result(reply: Reply) -> ExecResult:
    if isinstance(reply, Hang):
        return ExecResult(137, timed_out=True)
    return ExecResult(
        reply.exit_code,
        reply.stdout[:MAX_OUTPUT],
        reply.stderr[:MAX_OUTPUT],
        truncated=reply.truncated or max(len(reply.stdout), len(reply.stderr)) > MAX_OUTPUT,
        timed_out=reply.timed_out,
        left=reply.left,
    )
