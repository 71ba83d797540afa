"""The `bench` fixture: commands on what was handed in, in candidate containers without any network.

``run`` gives a program of ours the files it needs. ``type`` runs the candidate's own programs, and nothing tells them
that they are examined: the terminal is that of their workspace, and what they leave is seen from elsewhere.

The examiner has no engine: it asks the orchestrator on its channel (an event ``ask``, which is never kept, since its
inputs are hidden values) and is answered on the way by which its request came.
"""

from __future__ import annotations

import base64
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from etabli.exam.contract.values import Leftover, TypedLine
from etabli.exam.runner.recorder import Recorder

MAX_INPUT = 4 * 1024 * 1024
"""Bytes of all the inputs of one command."""
STDIN = ".entree"
"""The input that the image's ``banc`` gives to the command."""
_MARGIN = 240.0
"""Seconds that the engine, or a busy machine, may take beyond the command's own."""
_WAITS = 5
"""A line may take so many times its seconds by the clock."""
_SHARE = 0.7
"""Of what is left to a check: what it has run ends within that, and something is left to read it."""


class BenchBroken(Exception):
    """The engine could not run a command, or did not answer: our error, never the candidate's."""


@dataclass(frozen=True)
class Ran:
    """What a command left; ``exit_code`` is 137 when it was killed (too long, or too much memory)."""

    exit_code: int
    stdout: bytes = b""
    stderr: bytes = b""
    timed_out: bool = False
    truncated: bool = False
    """It wrote more than 1 MiB on one of its outputs."""
    left: tuple[Leftover, ...] = ()
    """What a typed line left behind, the first hundred; names and targets may hold whatever the program was given."""

    @property
    def text(self) -> str:
        """What it wrote on its standard output, as UTF-8; what is not is marked « � »."""
        return self.stdout.decode("utf-8", "replace")

    @property
    def words(self) -> str:
        """What it wrote on its standard error, likewise."""
        return self.stderr.decode("utf-8", "replace")


class Asks(Protocol):
    """Who carries a question and its answer (`Channel`, or a list in tests)."""

    def ask(self, **question: Any) -> None:
        """Sends an ``ask``, as it is."""

    def answer(self, question: str, seconds: float) -> dict[str, Any] | None:
        """Returns the answer, None when it does not come in time."""


class Bench:
    """Runs commands, one at a time.

    Args:
        command_s: Seconds of the processor that one command may take.
        channel: Carries questions and answers.
        recorder: Where actions go: the command alone, never what it is given.
    """

    def __init__(self, command_s: float, channel: Asks, recorder: Recorder) -> None:
        self._command_s = command_s
        self._channel = channel
        self._recorder = recorder
        self._number = 0

    def run(
        self,
        argv: Sequence[str],
        *,
        files: Mapping[str, bytes] | None = None,
        stdin: bytes = b"",
        timeout: float | None = None,
    ) -> Ran:
        """Runs a command to its end; the submission is at ``/srv/app``, the inputs at ``/banc``, both read-only.

        Containers take time to make: give one command all the cases of a check.

        Args:
            argv: The command; what must stay hidden goes in the inputs, for this is shown.
            files: Inputs, by plain name.
            stdin: Its standard input.
            timeout: Seconds of the processor, at most those of ``lab.yaml``; a command that takes more, or waits for
                several times that, or longer than the check can wait, is killed (``timed_out``).

        Raises:
            BenchBroken: Something of ours does not work.
            ValueError: A name or a size that cannot be.
        """
        inputs = dict(files or {}) | ({STDIN: stdin} if stdin else {})
        seconds = min(timeout or self._command_s, self._command_s)
        if sum(map(len, inputs.values())) > MAX_INPUT:
            raise ValueError(f"a command is given {MAX_INPUT} bytes at most")
        self._number += 1
        with self._recorder.action("bench", "run", " ".join(argv)) as note, self._recorder.wait():
            within = _within(seconds * _WAITS)
            self._channel.ask(
                number=self._number, argv=list(argv), files=_coded(inputs), timeout=seconds, within=within
            )
            ran = _read(self._answer(within))
            note.result = _summary(ran)
        return ran

    def type(self, lines: Sequence[TypedLine], *, timeout: float | None = None) -> list[Ran]:
        """Types lines, one after the other, in a terminal like the candidate's own; each is run to its end.

        ``rendu/`` may be written to, ``donnees/`` has the candidate's own files. Terminals take time to open: type all
        the lines of an exam at once. A line that is typed when the time of all, the check's or the exam's, is over did
        not end in time (``timed_out``).

        Args:
            lines: What is typed.
            timeout: Seconds of the processor for each line, as for :meth:`run`.

        Raises:
            BenchBroken: Something of ours does not work.
            ValueError: A size that cannot be.
        """
        seconds = min(timeout or self._command_s, self._command_s)
        if sum(len(data) for line in lines for data in line.files.values()) > MAX_INPUT:
            raise ValueError(f"a terminal is given {MAX_INPUT} bytes at most")
        self._number += 1
        told = " ; ".join(dict.fromkeys(line.text for line in lines))
        with self._recorder.action("bench", "type", told) as note, self._recorder.wait():
            asked = [
                {
                    "text": line.text,
                    "files": _coded(line.files),
                    "screen": line.screen,
                    "earlier": line.earlier,
                    "own": line.own,
                }
                for line in lines
            ]
            clock = seconds * _WAITS * len(lines)
            self._channel.ask(number=self._number, lines=asked, timeout=seconds, within=_within(clock))
            # One answer for each line: together, what they print may be more than is taken at once.
            ran = [_read(self._answer(clock)["ran"]) for _ in lines]
            note.result = " ; ".join(map(_summary, ran))
        return ran

    def _answer(self, seconds: float) -> dict[str, Any]:
        answer = self._channel.answer(str(self._number), seconds + _MARGIN)
        if answer is None:
            raise BenchBroken(f"no answer to command {self._number}")
        if "error" in answer:
            raise BenchBroken(str(answer["error"]))
        return answer


def _within(seconds: float) -> float:
    """So many seconds by the clock, or what the check that runs can give (:func:`~etabli.exam.runner.timing.limit`)."""
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    return min(seconds, left * _SHARE or seconds)


def _coded(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}


def _read(answer: Mapping[str, Any]) -> Ran:
    stdout, stderr = (base64.b64decode(answer[name]) for name in ("stdout", "stderr"))
    left = tuple(Leftover(path, target) for path, target in answer.get("left", ()))
    return Ran(int(answer["exit_code"]), stdout, stderr, bool(answer["timed_out"]), bool(answer["truncated"]), left)


def _summary(ran: Ran) -> str:
    marks = [word for word, true in (("délai dépassé", ran.timed_out), ("tronqué", ran.truncated)) if true]
    return " · ".join([f"code {ran.exit_code}", f"{len(ran.stdout)} octets", *marks])
