"""A verification: the exam of ``etabli check`` on a learner's work, its findings told as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.classroom import verifications
from etabli.classroom.tables import Progress, VerificationRow
from etabli.exam.contract.check import Checks
from etabli.exam.contract.errors import EtabliError
from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.exam.contract.transcript import Event
from etabli.grading.alone import check_once
from etabli.grading.formative import WorkPlace, place_of, publish_page
from etabli.grading.plan import make_plan
from etabli.grading.scratch import tidy
from etabli.reception.submission import Deposit
from etabli.reports.payload import Payload
from etabli.runs.run import Run
from etabli.worker.duty import Duty, alone, log, unfinished
from etabli.workspace.workspace import read_workspace

_FAILED = "La vérification a eu un incident de notre côté : relancez-la, puis appelez votre enseignant."


def verify(duty: Duty, number: int) -> None:
    """Makes a verification, once: one that another worker ended, or froze before it died, is not made again.

    Raises:
        Interrupted: This process ends; another one makes it.
        DBAPIError: The database is gone.
    """
    with alone(duty.room.engine, f"verification-{number}"):
        token = duty.write(lambda db: _token(db.get(VerificationRow, number)))
        if token is None:
            return
        try:
            with alone(duty.room.engine, f"travail-{token}"):
                place = place_of(read_workspace(duty.room.place.workspace(token)), duty.secret)
                run = _frozen(duty, number, place) or _examined(duty, number, place)
                payload, _page = publish_page(place, run)
        except Exception as problem:
            if unfinished(problem):
                raise
            log.error("vérification %s : %s", number, problem, exc_info=not isinstance(problem, EtabliError))
            duty.write(
                lambda db: verifications.end(
                    db, duty.room, db.get_one(VerificationRow, number), Progress.FAILED, _FAILED
                )
            )
        else:
            duty.write(lambda db: _done(db, duty, db.get_one(VerificationRow, number), payload, run.id))


def _token(one: VerificationRow | None) -> str | None:
    return None if one is None or one.state.over else one.token


def _frozen(duty: Duty, number: int, place: WorkPlace) -> Run | None:
    """Returns the run that an attempt froze before its worker died: it began after this verification was asked for."""

    def read(db: Session) -> tuple[datetime | None, Sequence[str | None]]:
        one = db.get_one(VerificationRow, number)
        others = select(VerificationRow.run).where(VerificationRow.token == one.token, VerificationRow.id != number)
        return (one.asked_at if one.attempts else None), db.scalars(others).all()

    asked_at, others = duty.write(read)
    if asked_at is None:
        return None
    since = asked_at.replace(microsecond=asked_at.microsecond // 1000 * 1000)  # as precise as a run's own hour
    runs = place.of_this_work(place.run_folders()[-1:])
    frozen = next(
        (run for run in runs if run.id not in others and datetime.fromisoformat(run.started_at) >= since), None
    )
    if frozen is not None:
        tidy(place.runs)  # it died before it could
    return frozen


def _examined(duty: Duty, number: int, place: WorkPlace) -> Run:
    plan = make_plan(place.seat.lab, place.runs, secret=duty.secret, session=place.seat.session)
    teller = Teller(duty, number, plan.checks)
    teller.begin()
    deposit = Deposit(place.seat.candidate, place.work)
    return check_once(duty.sandbox, plan, deposit, seen=teller, stopped=duty.stopping).run


class Teller:
    """Writes the findings of a verification as they come.

    Args:
        duty: Gives the room.
        number: Of the verification.
        checks: Give the titles.
    """

    def __init__(self, duty: Duty, number: int, checks: Checks) -> None:
        self._duty, self._number = duty, number
        self._titles = {spec.id: spec.title for spec in checks.specs}
        self._told = self._exams = 0

    def begin(self) -> None:
        """Notes that an attempt begins: its findings take the place of the former's."""
        self._told = 0
        self._write(lambda db, one: verifications.begin(db, self._duty.room, one, len(self._titles)))

    def __call__(self, event: Event) -> None:
        """Takes one event of the exam."""
        if event["kind"] == "open":
            self._exams += 1
            if self._exams > 1:
                self.begin()
        elif event["kind"] == "check_end" and (check := event["check"] or "") in self._titles:
            self._told += 1
            number, title, outcome = self._told, self._titles[check], event["outcome"] or ""
            self._write(lambda db, one: verifications.found(db, one, number, check, title, outcome))

    def _write(self, act: Callable[[Session, VerificationRow], None]) -> None:
        self._duty.write(lambda db: act(db, db.get_one(VerificationRow, self._number)))


def summary(payload: Payload) -> str:
    """Says what came out, palier by palier: the counts that sheets tell learners to expect."""
    if payload["status"] == Status.REJECTED:
        return payload["reason"] or ""
    outcomes = [check["outcome"] for check in payload["checks"]]
    told = []
    for palier in Palier:
        mine = [check["outcome"] for check in payload["checks"] if check["palier"] == palier]
        if mine:
            told.append(f"{palier.value.capitalize()} : {mine.count(Outcome.PASSED)} sur {len(mine)} réussis.")
    if incidents := outcomes.count(Outcome.ERROR):
        told.append(count(incidents, "{n} incident de notre côté.", "{n} incidents de notre côté."))
    return " ".join([*told, "Tout est réussi."] if set(outcomes) == {Outcome.PASSED.value} else told)


def _done(db: Session, duty: Duty, one: VerificationRow, payload: Payload, run: str) -> None:
    """Ends a verification, and tells what no event told: points that had nothing to be looked at for."""
    told = {finding.check for finding in verifications.findings(db, one)}
    rest = [check for check in payload["checks"] if check["id"] not in told]
    for number, check in enumerate(rest, len(told) + 1):
        verifications.found(db, one, number, check["id"], check["title"], check["outcome"])
    verifications.end(db, duty.room, one, Progress.DONE, summary(payload), run)
