"""A sandbox that writes down what is asked of it: no caller has to log.

Arguments, standard input and environments may hold a candidate's secrets or data: sizes and names are
recorded, never their content, and the worker's password is masked wherever it appears.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from etabli.exam.contract.transcript import Event
from etabli.sandbox.base import (
    Addresses,
    Application,
    AppState,
    ExamEnd,
    ExecResult,
    Probe,
    Room,
    Sandbox,
    Worker,
    WorkerPlan,
)

Sink = Callable[[Event], None]

MAX_TEXT = 200
_CUT = "… (+{more})"
_MASK = "•••"


class Recorder:
    """Makes one event per call and gives it to a sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.masked = ""
        self.clean: Callable[[str], str] = str

    @contextmanager
    def call(self, verb: str, detail: str = "") -> Iterator[list[str]]:
        """Times a call; the caller puts what came of it in the list, an exception is recorded by its name."""
        started = time.perf_counter()
        result: list[str] = []
        try:
            yield result
        except BaseException as error:
            result[:] = [f"{type(error).__name__}: {error}"]
            raise
        finally:
            self._sink(
                {
                    "kind": "action",
                    "check": None,
                    "fixture": "sandbox",
                    "verb": verb,
                    "detail": self._text(detail),
                    "ms": round((time.perf_counter() - started) * 1000, 1),
                    "result": self._text(" ".join(result)),
                }
            )

    def _text(self, text: str) -> str:
        return cut(self.clean(text.replace(self.masked, _MASK) if self.masked else text))


def cut(text: str, limit: int = MAX_TEXT) -> str:
    """Shortens a text to `limit` characters and says how many are gone."""
    if len(text) <= limit:
        return text
    kept = limit - len(_CUT.format(more=len(text)))
    return text[:kept] + _CUT.format(more=len(text) - kept)


class RecordingSandbox:
    """Wraps any sandbox; its workers record too."""

    def __init__(self, inner: Sandbox, sink: Sink) -> None:
        self._inner = inner
        self._sink = sink

    @property
    def name(self) -> str:
        """The wrapped sandbox's word."""
        return self._inner.name

    def probe(self) -> Probe:
        """Records « probe »."""
        with Recorder(self._sink).call("probe") as result:
            probe = self._inner.probe()
            result.append(f"{probe.engine} {probe.version}")
        return probe

    def reap(self) -> int:
        """Records « reap »."""
        with Recorder(self._sink).call("reap") as result:
            count = self._inner.reap()
            result.append(str(count))
        return count

    def open_worker(self, plan: WorkerPlan) -> RecordingWorker:
        """Records « open_worker »."""
        with Recorder(self._sink).call("open_worker", f"{plan.token} {plan.index}"):
            worker = self._inner.open_worker(plan)
        return RecordingWorker(worker, self._sink)


class RecordingWorker:
    """Wraps any worker.

    Args:
        inner: The worker.
        sink: Is given one event per call.
        clean: Takes what must stay hidden out of a text, before it is cut.
    """

    def __init__(self, inner: Worker, sink: Sink, clean: Callable[[str], str] = str) -> None:
        self._inner = inner
        self._recorder = Recorder(sink)
        self._recorder.masked = inner.database_password
        self._recorder.clean = clean

    @property
    def database_password(self) -> str:
        """The wrapped worker's password; never recorded."""
        return self._inner.database_password

    @property
    def last_exam(self) -> ExamEnd | None:
        """How the wrapped worker's last exam ended."""
        return self._inner.last_exam

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def addresses(self, room: Room) -> Addresses:
        """Answers without a record: nothing happens."""
        return self._inner.addresses(room)

    def service_exec(self, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60) -> ExecResult:
        """Records « service_exec »: the program, and how much it was given."""
        with self._recorder.call("service_exec", f"{argv[0]} ({len(stdin)} octets)") as result:
            done = self._inner.service_exec(argv, stdin=stdin, timeout=timeout)
            result.append(_summary(done))
        return done

    def run_once(self, room: Room, app: Application, *, timeout: float) -> ExecResult:
        """Records « run_once »."""
        with self._recorder.call("run_once", _command(room, app)) as result:
            done = self._inner.run_once(room, app, timeout=timeout)
            result.append(_summary(done))
        return done

    def bench(self, app: Application, *, inputs: Path, timeout: float) -> ExecResult:
        """Records « bench »: the command and how it ended; what it was given and what it said may be secret."""
        with self._recorder.call("bench", " ".join(app.command)) as result:
            done = self._inner.bench(app, inputs=inputs, timeout=timeout)
            result.append(_marks(done))
        return done

    def start(self, room: Room, app: Application) -> None:
        """Records « start »."""
        with self._recorder.call("start", _command(room, app)):
            self._inner.start(room, app)

    def logs(self, room: Room, *, limit: int = 65536) -> str:
        """Records « logs »: how much was read."""
        with self._recorder.call("logs", room) as result:
            text = self._inner.logs(room, limit=limit)
            result.append(f"{len(text)} caractères")
        return text

    def state(self, room: Room) -> AppState:
        """Records « state »."""
        with self._recorder.call("state", room) as result:
            state = self._inner.state(room)
            result.append(_state(state))
        return state

    def stop(self, room: Room) -> None:
        """Records « stop »."""
        with self._recorder.call("stop", room):
            self._inner.stop(room)

    def examine(
        self, room: Room, argv: Sequence[str], request: bytes, *, deadline: float
    ) -> Generator[bytes, None, None]:
        """Records « examine » once the exam has ended, however it did."""
        total = 0
        channel = self._inner.examine(room, argv, request, deadline=deadline)
        with self._recorder.call("examine", f"{room} ({len(request)} octets)") as result, closing(channel):
            for data in channel:
                total += len(data)
                yield data
            end = self._inner.last_exam
            result.append(f"{total} octets, code {end.exit_code if end else None}")

    def close(self) -> None:
        """Records « close »."""
        with self._recorder.call("close"):
            self._inner.close()


def _command(room: Room, app: Application) -> str:
    return f"{room} {' '.join(app.command)}"


def _summary(done: ExecResult) -> str:
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip() if done.exit_code else ""
    return " · ".join([_marks(done), *([said] if said else [])])


def _marks(done: ExecResult) -> str:
    marks = [word for word, true in (("tronqué", done.truncated), ("délai dépassé", done.timed_out)) if true]
    return " · ".join([f"code {done.exit_code}", *marks])


def _state(state: AppState) -> str:
    if state.running:
        return "en marche"
    return f"arrêté, code {state.exit_code}" + (" (mémoire épuisée)" if state.oom_killed else "")
