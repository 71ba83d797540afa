"""The desk of an exam: the examiner asks for a command, a fresh container runs it, and it is answered.

A question holds hidden values (passwords to try, cases to verify): it is never kept, told nor recorded. What is
recorded is what :mod:`etabli.sandbox.recording` says of it: the command and how it ended.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from etabli.exam.contract.errors import ExaminerSilent, SandboxFailure
from etabli.exam.contract.transcript import Event
from etabli.exam.contract.values import TypedLine
from etabli.grading.prepare import Ready, limited
from etabli.lab.manifest import BenchNeeds
from etabli.sandbox.base import ExecResult, Worker

ASK = "ask"
"""Kind of the events that are questions."""
ENTRY = "/usr/local/bin/banc"
"""Given the command in every image that serves as a bench: feeds it ``/banc/.entree``."""
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PART = 0.4
"""Of the time of an exam: all that is run in it together, so that the rest of the work is examined too."""


@contextmanager
def desk(ready: Ready, worker: Worker) -> Iterator[Desk | None]:
    """Opens the desk of one exam, where no answer of another one is; ``None`` when there is nothing to ask for."""
    bench = ready.record.plan.lab.manifest.bench
    if bench is None and ready.application is None:
        yield None
        return
    opened = Desk(ready, bench, worker)
    opened.clear()
    try:
        yield opened
    finally:
        opened.clear()


class Desk:
    """Answers the questions of one exam.

    Args:
        ready: The submission.
        bench: What ``lab.yaml`` says of it, if it says so.
        worker: Runs the commands.
    """

    def __init__(self, ready: Ready, bench: BenchNeeds | None, worker: Worker) -> None:
        self._ready = ready
        self._submission = ready.submission
        slots = self._submission.tree.parent
        plan = ready.record.plan
        self._laid = slots.with_name(f"{slots.name}.{ready.room}.entrees")
        # A program reads where this folder is on our disk: called as the candidate's own is.
        self._inputs = self._laid / f"{plan.lab.id}-{ready.record.deposit.candidate}" / "donnees"
        self._bench = bench
        self._worker = worker
        self._left = plan.lab.manifest.limits.exam_s * _PART

    def clear(self) -> None:
        """Takes the inputs of a command away."""
        shutil.rmtree(self._laid, ignore_errors=True)

    def answer(self, question: Event) -> None:
        """Runs the command asked for and answers; a failure of ours is an answer too.

        Raises:
            ExaminerSilent: The question makes no sense.
        """
        if question.get("journal"):
            self._tell_journal(question)
            return
        if self._bench is None:
            raise ExaminerSilent("une question de l'examinateur est illisible")
        try:
            number = int(question["number"])
            seconds = min(float(question["timeout"]), self._bench.command_s)
            asked: Any = question.get("lines", ())
            lines = [_typed(line) for line in asked]
            within = min(float(question["within"]), self._left)
            argv = () if lines else tuple(str(part) for part in question["argv"])
            files = {} if lines else _files(question)
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise ExaminerSilent("une question de l'examinateur est illisible") from error
        if not argv and not lines:
            raise ExaminerSilent("une question de l'examinateur est illisible")
        started = time.monotonic()
        try:
            if lines:
                typed = self._type(self._bench, lines, seconds, within)
                said: list[dict[str, Any]] = [{"ran": {**_told(done), "left": done.left}} for done in typed]
            else:
                said = [_told(self._run(self._bench, argv, files, seconds, within))]
        except SandboxFailure as failure:
            said = [{"error": str(failure)}]
        self._left -= time.monotonic() - started
        for one in said:
            self._tell(str(number), one)

    def _tell(self, question: str, said: dict[str, Any]) -> None:
        self._worker.answer(json.dumps({"question": question, **said}).encode() + b"\n")

    def _tell_journal(self, question: Event) -> None:
        """Answers with the end of the application's journal, without the password that it was given."""
        try:
            name = f"journal-{int(question['number'])}"
        except (KeyError, TypeError, ValueError) as error:
            raise ExaminerSilent("une question de l'examinateur est illisible") from error
        try:
            text = self._worker.logs(self._ready.room)
        except SandboxFailure:
            text = ""
        if self._ready.database is not None:
            text = text.replace(self._ready.database.candidate_password, "•••")
        self._tell(name, {"journal": text})

    def _run(
        self, bench: BenchNeeds, argv: tuple[str, ...], files: dict[str, bytes], seconds: float, within: float
    ) -> ExecResult:
        self._lay(files)
        application = limited(bench.image, (ENTRY, *argv), self._submission, bench)
        try:
            return self._worker.bench(application, inputs=self._inputs, timeout=seconds, within=within)
        finally:
            self.clear()

    def _type(self, bench: BenchNeeds, lines: Sequence[TypedLine], seconds: float, within: float) -> list[ExecResult]:
        self._lay(self._ready.record.variant.files())
        application = limited(bench.image, (), self._submission, bench)
        try:
            return self._worker.terminal(application, lines, data=self._inputs, timeout=seconds, within=within)
        finally:
            self.clear()

    def _lay(self, files: Mapping[str, bytes]) -> None:
        """Writes the inputs where the container, which runs under another account, can read them."""
        self.clear()
        self._inputs.mkdir(parents=True)
        self._inputs.chmod(0o755)
        for name, data in files.items():
            path = self._inputs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(0o644)


def _files(question: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a question, whose names are plain.

    Raises:
        ValueError: One is not.
    """
    files = {str(name): base64.b64decode(data, validate=True) for name, data in question["files"].items()}
    if not all(_NAME.fullmatch(name) and name.strip(".") for name in files):
        raise ValueError("a name that is a path")
    return files


def _typed(line: Mapping[str, Any]) -> TypedLine:
    earlier, own = min(int(line["earlier"]), 999), bool(line["own"])
    return TypedLine(str(line["text"]), _files(line), int(line["screen"]), earlier, own)


def _told(done: ExecResult) -> dict[str, Any]:
    return {
        "exit_code": done.exit_code,
        "stdout": base64.b64encode(done.stdout).decode("ascii"),
        "stderr": base64.b64encode(done.stderr).decode("ascii"),
        "timed_out": done.timed_out,
        "truncated": done.truncated,
    }
