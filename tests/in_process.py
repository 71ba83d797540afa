"""An exam in this process: a lab's checks on files, with the real tools; what other accounts or containers do is answered here."""

from __future__ import annotations

import base64
import inspect
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.plain import rebuild
from etabli.exam.contract.transcript import encode
from etabli.exam.kit import Kit
from etabli.exam.plugin import _blamed, _verdict
from etabli.exam.reading import serve
from etabli.exam.runner.order import Verdict, blockers, plan
from etabli.exam.runner.reader import Reader, ReaderError
from etabli.exam.runner.request import ExamRequest, parse_asked
from etabli.exam.runner.timing import CheckTimeout, limit
from etabli.exam.tools.bench import Bench
from etabli.exam.tools.book import book_of
from etabli.exam.tools.documents import Documents
from etabli.exam.tools.workbook import OfficeLimit, Workbook
from etabli.lab.asked import find_asked
from etabli.lab.manifest import Lab
from etabli.lab.variant import Variant

Answers = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""What the engine would answer to a question of the bench."""


class Ended(NamedTuple):
    """How a check ended."""

    outcome: Outcome
    words: str
    seconds: float


class NearReader(Reader):
    """Reads as the container's reader does, within its limits, in a process forked from this one."""

    def _ask(self, question: Mapping[str, Any], document: int) -> Mapping[str, Any]:
        back, answer = os.pipe()
        if not (child := os.fork()):
            try:
                os.close(back)
                serve._work(question, document, answer)
            finally:
                os._exit(0)
        os.close(answer)
        with os.fdopen(back, "rb") as stream:
            told = stream.read()[8:]
        status = os.waitpid(child, 0)[1]
        found = json.loads(told) if told else serve._ended_by(os.WTERMSIG(status))
        if not {"found", "refused"} & set(found) or b'"detail":"unforeseen"' in told:
            raise ReaderError(str(found))  # in an exam the file is refused; here its kind is looked for
        return found


class NearOffice:
    """Answers with the values that the file carries, after the edits: nothing is computed."""

    def __init__(self, change: Callable[[Any], Any]) -> None:
        self._change = change

    def prepare(self) -> None: ...

    def close(self) -> None: ...

    def ask(self, document: int, **job: Any) -> Mapping[str, Any]:
        told = NearReader()._ask({"verb": "book", "name": f"a.{job['kind']}"}, document)
        if job["verb"] != "values" or "refused" in told:
            return {"refused": told["refused"]} if "refused" in told else {"ended": "memory"}
        return {"found": [self._values(book_of(told["found"])) for _ in job["scenarios"]]}

    def _values(self, book: Any) -> list[Any]:
        return [
            {"name": sheet.name, "rows": [[self._change(cell) for cell in row] for row in sheet.rows], "pivots": []}
            for sheet in book.sheets
        ]


class Heard:
    """The channel: events are encoded as they are on their way, then forgotten; questions are answered."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._said: Iterator[Mapping[str, Any]] = iter(())

    def send(self, kind: str, **event: Any) -> None:
        encode({"n": 0, "kind": kind, **event})  # type: ignore[typeddict-item]

    def ask(self, **question: Any) -> None:
        self._said = self._each(question)

    def _each(self, question: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        said = self._answers(question)
        yield from ({"ran": one} for one in said["ran"]) if "lines" in question else (said,)

    def answer(self, question: str, seconds: float) -> Mapping[str, Any]:
        return next(self._said)


def ran(stdout: bytes, stderr: bytes = b"", code: int = 0) -> dict[str, Any]:
    """What the engine answers of one command."""
    told = {"stdout": base64.b64encode(stdout).decode(), "stderr": base64.b64encode(stderr).decode()}
    return {**told, "exit_code": code, "timed_out": False, "truncated": False}


def examine(
    lab: Lab, variant: Variant, folder: Path, answers: Answers, change: Callable[[Any], Any], nonce: str = "essai"
) -> dict[str, Ended]:
    """Runs all checks of a lab on the files of a folder; by check, in their order, how it ended."""
    paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    found = find_asked(lab.manifest.asked, paths)
    wanted = {
        one.id: {"title": one.title, "names": one.names, "found": found.get(one.id, ())} for one in lab.manifest.asked
    }
    request = ExamRequest(
        lab.id,
        "",
        "",
        0,
        folder,
        variant.data,
        served=False,
        asked=parse_asked(wanted),
        hidden=variant.secrets(),
        nonce=nonce,
    )
    channel = Heard(answers)
    kit = Kit(request, channel)  # type: ignore[arg-type]
    documents = Documents(folder, kit.recorder, NearReader())
    tools: dict[str, Any] = {
        "documents": documents,
        "workbook": Workbook(documents, kit.recorder, NearOffice(change)),  # type: ignore[arg-type]
        "bench": Bench(20, channel, kit.recorder),
    }
    kit.__dict__.update(tools)
    checks = lab.checks()
    made: dict[str, Any] = {"variant": rebuild(checks.module.Variant, variant.data), "blot": kit.blot}

    def fixture(name: str) -> Any:
        if name not in made:
            own = getattr(checks.module, name, None)
            made[name] = (
                call(own.__wrapped__) if own is not None and hasattr(own, "__wrapped__") else getattr(kit, name)
            )
        return made[name]

    def call(function: Callable[..., Any]) -> Any:
        return function(**{name: fixture(name) for name in inspect.signature(function).parameters})

    ended: dict[str, Ended] = {}
    verdicts: dict[str, Verdict] = {}
    specs = checks.by_id()
    for name in plan(checks.specs):
        spec, error, start = specs[name], None, time.monotonic()
        if roots := blockers(spec, verdicts):
            verdicts[name], ended[name] = Verdict(Outcome.BLOCKED, roots), Ended(Outcome.BLOCKED, "", 0)
            continue
        function = getattr(checks.module, "check_" + name.replace("-", "_"))
        if "leaf" in inspect.signature(function).parameters:
            continue
        kit.recorder.begin(name)
        try:
            with limit(spec.timeout, spec.timeout, lambda: False):
                call(function)
        except (Exception, CheckTimeout) as caught:
            error = _blamed(caught)
        outcome, words = _verdict(error, spec, kit.blot)
        channel.send("check_end", **words)
        if isinstance(error, OfficeLimit):
            outcome = Outcome.BLOCKED
        told = words.get("traceback") or words.get("observed") or ""
        ended[name] = Ended(outcome, told, time.monotonic() - start)
        verdicts[name] = Verdict(outcome, (name,) if outcome is Outcome.BLOCKED else ())
    return ended
