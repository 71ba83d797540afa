"""Finish: turn what was recorded into a frozen run."""

from __future__ import annotations

from dataclasses import replace

from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.plan import Plan
from etabli.grading.record import Record
from etabli.lab.variant import Purpose
from etabli.reception.submission import Deposit, Submission
from etabli.runs import run as runs
from etabli.runs.folder import RunFolder
from etabli.runs.run import Run
from etabli.runs.scoring import results, status_of
from etabli.runs.store import last_number


def nothing_to_examine(plan: Plan, record: Record, observed: str, expected: str) -> None:
    """Writes the verdicts of a submission in which nothing can start: the start check fails, the rest is blocked.

    The start check is the first of the lab's list.
    """
    start, *rest = plan.checks.specs
    record.verdict(start.id, Outcome.FAILED, observed=observed, expected=expected, help=start.help)
    for spec in rest:
        record.verdict(spec.id, Outcome.BLOCKED, blocked_by=[start.id])


def standing_facts(plan: Plan, deposit: Deposit, submission: Submission) -> dict[str, object]:
    """Returns what must be the same for a former run to stand for a new one.

    Another brief or another platform does not make it fall: reports say so.
    """
    return {
        "lab": plan.lab.id,
        "lab_sha256": plan.made_by.lab,
        "pack_sha256": plan.made_by.pack,
        "image_ids": dict(plan.image_ids),
        "session": plan.session,
        "seed_fingerprint": fingerprint(plan, deposit),
        "submission_sha256": submission.sha256,
        "checks": plan.checks.specs,
    }


def standing(former: RunFolder, plan: Plan, deposit: Deposit, submission: Submission) -> Run | None:
    """Returns the former run if it stands for a new one: graded, intact, and made of the same."""
    run = former.run
    if run is None or former.status is not Status.GRADED:
        return None
    facts = standing_facts(plan, deposit, submission)
    return run if all(getattr(run, name) == value for name, value in facts.items()) else None


def fingerprint(plan: Plan, deposit: Deposit) -> str:
    """Returns 16 hexadecimal digits that tell a seat's seed without giving it."""
    return plan.seat(deposit).fingerprint(plan.secret, Purpose.EVALUATION)


def freeze(
    plan: Plan,
    deposit: Deposit,
    record: Record,
    *,
    submission: Submission | None,
    runtime: str | None,
    status: Status | None = None,
    reason: str | None = None,
) -> Run:
    """Freezes the run of a deposit under ``<out>/<candidate>/<run>/``.

    Args:
        plan: The batch's plan.
        deposit: Whose run.
        record: What happened.
        submission: The tree taken in, if it was.
        runtime: The runtime found, if any.
        status: Given for a rejected deposit; else told by the results.
        reason: A sentence for the teacher.
    """
    facts = Run(
        lab=plan.lab.id,
        lab_version=plan.lab.manifest.version,
        pack_sha256=plan.made_by.pack,
        lab_sha256=plan.made_by.lab,
        brief_sha256=plan.made_by.brief,
        platform_sha256=plan.made_by.platform,
        session=plan.session,
        candidate=deposit.candidate,
        seed_fingerprint=fingerprint(plan, deposit),
        submission_sha256=submission.sha256 if submission else None,
        runtime=runtime,
        image_ids=dict(plan.image_ids),
        started_at=runs.iso(record.started),
        finished_at=runs.iso(runs.now()),
        phases_ms=dict(record.phases_ms),
        status=status or Status.GRADED,
        reason=record.clean(reason) if reason else reason,
        checks=plan.checks.specs,
        attempts=max(1, record.attempts),
        events=record.events,
    )
    if status is None:
        facts = _judged(facts)
    after = last_number(plan.out, facts.candidate)
    return runs.freeze(facts, record.workshop, plan.out / facts.candidate, after=after)


def _judged(run: Run) -> Run:
    items = results(run)
    status = status_of(items)
    reason = run.reason
    if status is Status.NEEDS_REVIEW and reason is None:
        reason = count(
            sum(item.outcome is Outcome.ERROR for item in items),
            (
                "{n} point n'a pas pu être vérifié à cause d'un incident technique de notre côté : "
                "relancez la commande, puis regardez le journal si cela se répète."
            ),
            (
                "{n} points n'ont pas pu être vérifiés à cause d'un incident technique de notre côté : "
                "relancez la commande, puis regardez le journal si cela se répète."
            ),
        )
    return replace(run, status=status, reason=reason)
