"""A worker that writes down what is asked of it: no caller has to log.

Arguments, standard input and environments may hold a candidate's secrets or data: sizes and names are
recorded, never their content, and the worker's password is masked wherever it appears.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, cast

from etabli.exam.contract.transcript import Event
from etabli.exam.contract.values import TypedLine
from etabli.sandbox.base import Application, AppState, ExecResult, Room, Worker

Sink = Callable[[Event], None]

MAX_TEXT = 200
_CUT = "… (+{more})"
_MASK = "•••"


def recorded(worker: Worker, sink: Sink, clean: Callable[[str], str] = str) -> Worker:
    """Returns the worker, each of whose calls is also told to a sink, as one event.

    Args:
        worker: The worker.
        sink: Is given one event per call.
        clean: Takes what must stay hidden out of a text, before it is cut.
    """
    return cast(Worker, _Recorded(worker, sink, clean))


def cut(text: str, limit: int = MAX_TEXT) -> str:
    """Shortens a text to `limit` characters and says how many are gone."""
    if len(text) <= limit:
        return text
    kept = limit - len(_CUT.format(more=len(text)))
    return text[:kept] + _CUT.format(more=len(text) - kept)


class _Recorded:
    """Passes everything on; what has a line in :data:`_WORDS` is recorded."""

    def __init__(self, worker: Worker, sink: Sink, clean: Callable[[str], str]) -> None:
        self._worker = worker
        self._sink = sink
        self._clean = clean

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._worker, name)
        if name not in _WORDS:
            return member
        asked, came = _WORDS[name]

        def call(*args: Any, **options: Any) -> Any:
            with self._recording(name, asked(*args, **options)) as result:
                done = member(*args, **options)
                result.append(came(done))
            return done

        return call

    def examine(self, room: Room, argv: Sequence[str], request: bytes, **options: Any) -> Generator[bytes, None, None]:
        """Records « examine » once the exam has ended, however it did."""
        total = 0
        channel = self._worker.examine(room, argv, request, **options)
        with self._recording("examine", f"{room} ({len(request)} octets)") as result, closing(channel):
            for data in channel:
                total += len(data)
                yield data
            end = self._worker.last_exam
            result.append(f"{total} octets, code {end.exit_code if end else None}")

    @contextmanager
    def _recording(self, verb: str, detail: str) -> Iterator[list[str]]:
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
        return cut(self._clean(text.replace(self._worker.database_password, _MASK)))


def _given(room: Room, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60) -> str:
    return f"{room} {argv[0]} ({len(stdin)} octets)"


def _command(room: Room, app: Application, **_timeout: float) -> str:
    return f"{room} {' '.join(app.command)}"


def _lines(_app: Application, lines: Sequence[TypedLine], **_given: object) -> str:
    return " ; ".join(dict.fromkeys(line.text for line in lines))


def _room(room: Room, **_limit: int) -> str:
    return room


def _nothing(_done: None) -> str:
    return ""


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


_WORDS: dict[str, tuple[Callable[..., str], Callable[[Any], str]]] = {
    "service_exec": (_given, _summary),
    "run_once": (_command, _summary),
    "bench": (lambda app, **_given: " ".join(app.command), _marks),
    "terminal": (_lines, lambda done: ", ".join(map(_marks, done))),
    "start": (_command, _nothing),
    "logs": (_room, lambda text: f"{len(text)} caractères"),
    "state": (_room, _state),
    "stop": (_room, _nothing),
    "service_state": (_room, _state),
    "renew_service": (_room, _nothing),
}
"""By verb: what is recorded of what is asked, and of what came; of the bench, what it was given and said is secret."""
