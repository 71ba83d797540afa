"""The pytest plugin: fixtures for authors, verdicts as events.

The channel is opened before any check is imported and closed by a last record; what pytest prints and its
exit code mean nothing.
"""

from __future__ import annotations

import socket
import sys
import time
import traceback
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.causes import Cause, cause_of, failed, root_of
from etabli.exam.contract.check import MARK, CheckSpec, Failed, load_checks
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.plain import rebuild
from etabli.exam.contract.transcript import PROTOCOL
from etabli.exam.contract.words import cut
from etabli.exam.kit import Kit
from etabli.exam.runner.channel import CHANNEL, Channel, Inbox
from etabli.exam.runner.order import Verdict, blockers, cause, plan, selection
from etabli.exam.runner.peer import Unwalled
from etabli.exam.runner.request import parse
from etabli.exam.runner.timing import CheckTimeout, limit
from etabli.exam.tools.asked import AskedFiles
from etabli.exam.tools.bench import Bench
from etabli.exam.tools.db import Database
from etabli.exam.tools.documents import Documents
from etabli.exam.tools.draws import Draws
from etabli.exam.tools.files import Files
from etabli.exam.tools.http import Http
from etabli.exam.tools.journal import Journal
from etabli.exam.tools.nu import Nu
from etabli.exam.tools.page import SitePage
from etabli.exam.tools.workbook import OfficeError, OfficeLimit, Workbook

_MARGIN = 5.0
"""Seconds that chromedriver may take to tell that a page is late."""
_WITNESS = 20.0
"""Seconds, at least, to keep what a failed check saw."""
_MAX_WORDS, _MAX_TRACEBACK = 2000, 8000
_TOLD = OfficeLimit | Unwalled
"""Limits of ours whose words are for a person."""


def pytest_configure(config: pytest.Config) -> None:
    """Opens the channel, reads the request and lets the browser start meanwhile."""
    inbox = Inbox()
    request = parse(inbox.request())
    socket.setdefaulttimeout(request.page_timeout + _MARGIN)  # nothing of ours waits for ever
    channel = Channel(CHANNEL, hidden=request.secrets, blot=Blot(request.hidden), inbox=inbox)
    kit = Kit(request, channel)
    kit.start()
    config.pluginmanager.register(Exam(channel, kit), "etabli-exam")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module:
    """Collects ``checks.py`` under its lab's own package name."""
    return ChecksModule.from_parent(parent, path=module_path)


class ChecksModule(pytest.Module):
    """``checks.py``, imported as the author API does, so that its neighbours can be imported."""

    def _getobj(self) -> Any:
        return load_checks(self.path.parent).module


class Exam:
    """One exam: order, blocking, timing and events.

    Args:
        channel: The way out.
        kit: The tools.
    """

    def __init__(self, channel: Channel, kit: Kit) -> None:
        self._channel = channel
        self._kit = kit
        self._verdicts: dict[str, Verdict] = {}
        self._order: list[str] = []
        self._error: BaseException | None = None
        self._started, self._had = 0.0, time.thread_time()
        self._time = 0.0
        self._current: tuple[Outcome, dict[str, Any]] | None = None
        self._limits: dict[str, str] = {}
        """What keeps a workbook from being computed, and the check that told it."""

    # -- collection

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keeps the checks asked for, in an order that respects what they need."""
        groups: dict[str, list[pytest.Item]] = {}
        specs: dict[str, CheckSpec] = {}
        for item in items:
            spec = _spec(item)
            groups.setdefault(spec.id, []).append(item)
            specs[spec.id] = spec
        request = self._kit.request
        self._order = plan(selection(list(specs.values()), request.only), shuffle=request.shuffle)
        items[:] = [item for identifier in self._order for item in groups[identifier]]
        wanted = {name for item in items for name in getattr(item, "fixturenames", ())}
        if "workbook" in wanted:
            self._kit.workbook.prepare()
        if "nu" in wanted:
            self._kit.nu.prepare()
        if "leaf" in wanted and not self._kit.request.served:
            self._kit.browser.start()
        self._channel.send("open", protocol=PROTOCOL, lab=request.lab, checks=self._order)

    # -- one check

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Runs one item; the items of one parametrised check give one verdict, the worst."""
        spec = _spec(item)
        if self._kit.recorder.check != spec.id:
            self._begin(spec)
        if self._current is None or self._current[0] is Outcome.PASSED:
            self._run(item, spec, nextitem)
        if nextitem is None or _spec(nextitem).id != spec.id:
            self._end(spec)
        return True

    def _begin(self, spec: CheckSpec) -> None:
        self._kit.recorder.begin(spec.id)
        self._channel.send("check_start", check=spec.id)
        self._started, self._time, self._current = time.monotonic(), 0.0, None
        roots = blockers(spec, self._verdicts)
        if roots:
            self._current = Outcome.BLOCKED, {"blocked_by": list(roots)}

    def _run(self, item: pytest.Item, spec: CheckSpec, nextitem: pytest.Item | None) -> None:
        self._error = self._impatience()
        try:
            if self._error is None:
                self._kit.clean()
        except Exception as error:  # whatever broke our cleaning is the check's verdict
            self._error = error
        if self._error is None:
            start = time.monotonic()
            runtestprotocol(item, nextitem=nextitem, log=False)
            self._time += time.monotonic() - start
        self._error = _blamed(self._error)
        verdict = self._as_before(spec) or self._explained(spec) or _verdict(self._error, spec, self._kit.blot)
        if verdict[0] is Outcome.FAILED and (why := self._why()):
            verdict[1]["cause"] = why.value
        self._current = verdict
        if self._current[0] in (Outcome.FAILED, Outcome.ERROR):
            self._witness(spec)

    def _why(self) -> Cause | None:
        """The cause of a failure; time, where a check speaks of a page that was read before it had settled."""
        return root_of(self._error) or (Cause.SLOW if self._kit.recorder.late else None)

    def _as_before(self, spec: CheckSpec) -> tuple[Outcome, dict[str, Any]] | None:
        """What keeps a workbook from being computed is told once: checks that meet it later wait for the first one."""
        error = self._error
        fell = isinstance(error, _TOLD | OfficeError) or (error and cause_of(error) is Cause.HEAVY_FORMULAS)
        if not fell:
            return None
        first = self._limits.setdefault(str(error), spec.id)
        return None if first == spec.id else (Outcome.BLOCKED, {"blocked_by": [first]})

    def _explained(self, spec: CheckSpec) -> tuple[Outcome, dict[str, Any]] | None:
        """A failure that another check's failure explains is told there, once; it wins no point either way."""
        because = self._error.because if isinstance(self._error, Failed) else ()
        found = cause(spec, because, self._verdicts)
        why = cut(self._kit.blot.clean(self._error.why), _MAX_WORDS) if isinstance(self._error, Failed) else ""
        return (Outcome.BLOCKED, {"blocked_by": [found], "observed": why or None}) if found else None

    def _impatience(self) -> Failed | None:
        """What makes everything slow, by its answers or by what we read, makes no incident of the whole exam.

        Our reading counts in seconds of the processor: no machine is too busy for those.
        """
        waited, read = self._kit.recorder.waited, time.thread_time() - self._had
        if waited + read < self._kit.request.patience:
            return None
        return failed(Cause.SLOW if waited > read else Cause.ENDLESS, "le temps total accordé au rendu est épuisé")

    def _witness(self, spec: CheckSpec) -> None:
        failure = self._error if isinstance(self._error, Failed) else None
        left = max(_WITNESS, spec.timeout - self._time)  # a picture of a heavy workbook takes as long as its check may
        try:
            with limit(left, left, lambda: False):
                self._kit.witness(failure)
        except (Exception, CheckTimeout) as error:  # a missing picture changes no verdict
            print(f"etabli: no evidence: {error!r}", file=sys.stderr)

    def _end(self, spec: CheckSpec) -> None:
        outcome, words = self._current or (Outcome.ERROR, {})
        beside = outcome is Outcome.FAILED and isinstance(self._error, Failed) and not self._error.stops
        self._verdicts[spec.id] = Verdict(outcome, tuple(words.get("blocked_by", ())), stops=not beside)
        empty: dict[str, Any] = {"observed": None, "expected": None, "help": None, "blocked_by": [], "traceback": None}
        duration = round((time.monotonic() - self._started) * 1000, 1)
        self._channel.send(
            "check_end", check=spec.id, outcome=outcome.value, **{**empty, **words}, duration_ms=duration
        )
        self._kit.recorder.check = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Bounds the time of a check."""
        total = _spec(item).timeout
        recorder, left = self._kit.recorder, total - self._time
        before = recorder.waited

        def waiting() -> bool:
            return recorder.waiting or recorder.waited - before > left / 2

        with limit(left, total, waiting, lambda: recorder.read):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Remembers the first exception of setup, call or teardown."""
        if call.excinfo is not None and self._error is None:
            self._error = call.excinfo.value
        return (yield)

    # -- the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Concludes, when every check has its verdict."""
        if self._order and len(self._verdicts) == len(self._order):
            self._channel.send("close", count=len(self._verdicts))
        self._kit.close()

    # -- fixtures

    @pytest.fixture
    def page(self) -> SitePage:
        """A visitor in the browser."""
        return self._kit.new_page()

    @pytest.fixture
    def leaf(self) -> SitePage:
        """The same browser, for a page that was handed in as a file: nothing serves it."""
        return self._kit.new_leaf()

    @pytest.fixture
    def http(self) -> Http:
        """A client without a browser."""
        return self._kit.new_http()

    @pytest.fixture
    def db(self) -> Database:
        """The application's database."""
        return self._kit.db

    @pytest.fixture
    def files(self) -> Files:
        """What was handed in."""
        return self._kit.files

    @pytest.fixture
    def draws(self) -> Draws:
        """What this exam draws: nobody can know it beforehand."""
        return self._kit.draws

    @pytest.fixture
    def documents(self) -> Documents:
        """The documents that were handed in."""
        return self._kit.documents

    @pytest.fixture
    def workbook(self) -> Workbook:
        """The workbooks that were handed in."""
        return self._kit.workbook

    @pytest.fixture
    def asked(self) -> AskedFiles:
        """Which file answers what was asked for."""
        return self._kit.asked

    @pytest.fixture
    def bench(self) -> Bench:
        """A place to try a command on what was handed in."""
        return self._kit.bench

    @pytest.fixture
    def journal(self) -> Journal:
        """What the application writes instead of showing it."""
        return self._kit.journal

    @pytest.fixture
    def blot(self) -> Blot:
        """The values that nothing may show, to be found in what was handed in."""
        return self._kit.blot

    @pytest.fixture
    def nu(self) -> Nu:
        """The HTML checker."""
        return self._kit.nu

    @pytest.fixture(scope="module")
    def variant(self, request: pytest.FixtureRequest) -> Any:
        """This candidate's data and truth, read only: the ``Variant`` that ``checks.py`` imports, else a mapping."""
        data = self._kit.request.variant
        kind = getattr(request.module, "Variant", None)
        return rebuild(kind, data) if kind else MappingProxyType(dict(data))


def _spec(item: pytest.Item) -> CheckSpec:
    spec = getattr(getattr(item, "function", None), MARK, None)
    if not isinstance(spec, CheckSpec):
        raise pytest.UsageError(f"{item.nodeid}: not declared with @check")
    return spec


def _blamed(error: BaseException | None) -> BaseException | None:
    """What the candidate's side did to a check that passed its time; else the error is as it was, ours."""
    if not isinstance(error, CheckTimeout) or not (error.waiting or error.reading):
        return error
    blamed = failed(Cause.ENDLESS if error.reading else Cause.SLOW)
    blamed.__cause__ = error
    return blamed


def _verdict(error: BaseException | None, spec: CheckSpec, blot: Blot) -> tuple[Outcome, dict[str, Any]]:
    if error is None:
        return Outcome.PASSED, {}
    if isinstance(error, Failed):
        help_ = error.help or spec.help or None
        words = {"observed": error.observed, "expected": error.expected, "help": help_}
        said: dict[str, Any] = {
            name: cut(blot.clean(text), _MAX_WORDS) if text else text for name, text in words.items()
        }
        return Outcome.FAILED, said | ({"repair": [asdict(edit) for edit in error.repair]} if error.repair else {})
    trace = blot.clean("".join(traceback.format_exception(error)))
    if len(trace) > _MAX_TRACEBACK:
        trace = f"{trace[:500]}\n…\n{trace[500 - _MAX_TRACEBACK :]}"
    limit = {"observed": f"{cut(blot.clean(str(error)), _MAX_WORDS)}."} if isinstance(error, _TOLD) else {}
    return Outcome.ERROR, {**limit, "traceback": trace}
