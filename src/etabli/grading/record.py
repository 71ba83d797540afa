"""The record of one run while it is made: its events in order, its evidence, its phases, until it is frozen."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.errors import ExaminerSilent
from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Outcome, Status
from etabli.exam.contract.repair import Correction, parse_corrections
from etabli.exam.contract.transcript import Event
from etabli.grading.plan import Plan
from etabli.lab.variant import Purpose, Variant, hides_values, make_variant
from etabli.reception.submission import Deposit, Submission
from etabli.runs.evidence import EvidenceStore
from etabli.runs.repaired import REPAIRED
from etabli.runs.run import Run, freeze, iso, now
from etabli.runs.scoring import MISSING, results
from etabli.runs.store import last_number


class Record:
    """Collects what happens in a run.

    Args:
        plan: By which the deposit is graded.
        deposit: Whose run.
        workshop: The folder that becomes the run folder.
    """

    def __init__(self, plan: Plan, deposit: Deposit, workshop: Path) -> None:
        self.plan = plan
        self.deposit = deposit
        self.workshop = workshop
        self.submission: Submission | None = None
        """What intake made of the deposit, once it has."""
        self.nonce = plan.nonce or secrets.token_hex(16)
        """From which every attempt draws, and the second look too."""
        self.attempts = 0
        self.broke: str | None = None
        """What of ours broke since the exam was last begun, if anything did."""
        self.phases_ms: dict[str, float] = {}
        self._started = now()
        self._clock = time.monotonic()
        self._events: list[Event] = []
        self._evidence = EvidenceStore(workshop)
        self._apart = ""

    @cached_property
    def variant(self) -> Variant:
        """The candidate's own data, made once, when first needed."""
        return make_variant(self.plan.seat(self.deposit.owner), self.plan.secret, Purpose.EVALUATION)

    @cached_property
    def _blot(self) -> Blot:
        """What blots the values that nothing may show; one that does nothing, where the lab has none."""
        if not hides_values(self.plan.lab):
            return Blot()
        try:
            return Blot(self.variant.secrets())
        except Exception:  # data that nobody can make hold no secret; the mistake itself is told by whoever needs them
            return Blot()

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far, numbered in order."""
        return tuple({"n": n, **event} for n, event in enumerate(self._events))

    def add(self, event: Event) -> None:
        """Takes an event; big things in it go to the evidence store, and values that must stay hidden nowhere."""
        event = cast(Event, self._blot.clean_event(event))
        kept = event.copy()
        kept.pop("n", None)
        kept.pop("data", None)
        kept["t"] = round(time.monotonic() - self._clock, 3)
        if event.get("kind") == "evidence":
            item = self._evidence.keep(
                str(event["evidence_kind"]), str(event["caption"]), str(event["media"]), _decoded(event)
            )
            kept["path"], kept["sha256"] = item.path, item.sha256
        kept["kind"] = f"{self._apart}{kept['kind']}"
        self._events.append(kept)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Within the block, events are kept beside the verdicts' own, under kinds of their own; none if it fails."""
        self._apart, before = REPAIRED, len(self._events)
        try:
            yield
        except BaseException:
            del self._events[before:]
            raise
        finally:
            self._apart = ""

    def repair(self) -> tuple[str, tuple[Correction, ...]] | None:
        """Returns the first failed check that said how the rest could be seen, and its edits."""
        offered = ((check, event.get("repair")) for check, event in self.verdicts().items())
        return next(((check, parse_corrections(edits)) for check, edits in offered if edits), None)

    def incident(self, error: Exception, **facts: str) -> None:
        """Writes that something of ours broke; in a second look, it is no matter of the run's."""
        if not self._apart:
            self.broke = str(error)
        self._said("incident", None, message=str(error), **facts)

    def evidence(self, check: str | None, kind: str, caption: str, text: str) -> None:
        """Keeps a text as evidence of a check (or of the run)."""
        data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
        self._said("evidence", check, evidence_kind=kind, caption=caption, media="text/plain", data=data)

    def clean(self, text: str) -> str:
        """Returns a text without the values that must stay hidden; to be called before it is cut."""
        return self._blot.clean(text)

    def verdicts(self) -> dict[str, Event]:
        """Returns the last verdict of each check so far."""
        return {event["check"] or "": event for event in self._events if event["kind"] == "check_end"}

    def nothing_to_examine(self, observed: str, expected: str, help: str | None = None) -> None:
        """Writes the verdicts of a submission in which nothing can start: the start check fails, the rest is blocked.

        The start check is the first of the lab's list.
        """
        start, *rest = self.plan.checks.specs
        self._verdict(start.id, Outcome.FAILED, observed=observed, expected=expected, help=help or start.help)
        for spec in rest:
            self._verdict(spec.id, Outcome.BLOCKED, blocked_by=[start.id])

    def _verdict(self, check: str, outcome: Outcome, **facts: Any) -> None:
        self._said("check_end", check, outcome=outcome, duration_ms=0.0, **facts)

    def _said(self, kind: str, check: str | None, **facts: Any) -> None:
        self.add(cast(Event, {"kind": kind, "check": check, **facts}))

    def blame(self, observed: str, expected: str, help: str) -> None:
        """Makes failures of the checks that ended as errors, or did not end, when the submission is why."""
        verdicts = self.verdicts()
        for event in self._events:
            if event["kind"] == "check_end" and event["outcome"] == Outcome.ERROR:
                event["kind"] = "former_check_end"
        for spec in self.plan.checks.specs:
            if spec.id not in verdicts or verdicts[spec.id]["outcome"] == Outcome.ERROR:
                self._verdict(spec.id, Outcome.FAILED, observed=observed, expected=expected, help=help)

    def leave_open(self, checks: Sequence[str], observed: str) -> None:
        """Takes the verdicts of some checks back: the first one says why, the others wait for it."""
        first, *rest = checks
        for event in self._events:
            if event["kind"] == "check_end" and event["check"] in checks:
                event["kind"] = "former_check_end"
            elif event["kind"] == "check_end" and (roots := event.get("blocked_by")):
                event["blocked_by"] = list(dict.fromkeys(first if root in checks else root for root in roots))
        self._verdict(first, Outcome.ERROR, observed=observed)
        for check in rest:
            self._verdict(check, Outcome.BLOCKED, blocked_by=[first])

    def forget_verdicts(self) -> None:
        """Sets the verdicts of an attempt aside before another one: they stay readable, as ``former_…``."""
        for event in self._events:
            if event["kind"] in {"check_end", "evidence", "close", "open"}:
                event["kind"] = f"former_{event['kind']}"

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measures a phase; several stretches of one phase add up (milliseconds)."""
        start = time.monotonic()
        try:
            yield
        finally:
            spent = (time.monotonic() - start) * 1000
            self.phases_ms[name] = round(self.phases_ms.get(name, 0.0) + spent, 1)

    def freeze(self, reason: str | None, *, runtime: str | None = None, rejected: bool = False) -> Run:
        """Freezes the run under ``<out>/<candidate>/<run>/``; but for a rejected deposit, verdicts tell its status.

        Args:
            reason: A sentence for the teacher, if there is something to say.
            runtime: The runtime found, if any.
            rejected: Whether the deposit could not, or must not, be examined.
        """
        plan, candidate = self.plan, self.deposit.candidate
        run = Run(
            **plan.facts(self.deposit.owner, self.submission),
            candidate=candidate,
            nonce=self.nonce if self.attempts else None,
            data_of=self.deposit.data_of,
            lab_version=plan.lab.manifest.version,
            brief_sha256=plan.made_by.brief,
            platform_sha256=plan.made_by.platform,
            runtime=runtime,
            started_at=iso(self._started),
            finished_at=iso(self._started + timedelta(seconds=time.monotonic() - self._clock)),
            phases_ms=dict(self.phases_ms),
            status=Status.REJECTED if rejected else Status.GRADED,
            reason=self.clean(reason) if reason else reason,
            noted={
                name: list(map(self.clean, told))
                for name, told in (self.submission.noted if self.submission else {}).items()
            },
            attempts=max(1, self.attempts),
            events=self.events,
        )
        if incidents := [item for item in results(run) if item.outcome is Outcome.ERROR]:
            limit = next((item.observed for item in incidents if item.observed and item.observed != MISSING), None)
            run = replace(run, status=Status.NEEDS_REVIEW, reason=run.reason or limit or _incidents(len(incidents)))
        return freeze(run, self.workshop, plan.out / candidate, after=last_number(plan.out, candidate))


def _incidents(number: int) -> str:
    what = count(number, "{n} point n'a pas pu être vérifié", "{n} points n'ont pas pu être vérifiés")
    return (
        f"{what} à cause d'un incident technique de notre côté : "
        "relancez la commande, puis regardez le journal si cela se répète."
    )


def _decoded(event: Event) -> bytes:
    try:
        return base64.b64decode(event["data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise ExaminerSilent("une preuve de l'examinateur est illisible") from error
