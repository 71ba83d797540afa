"""A learner's first page: the labs that are open, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from etabli.classroom import hand_ins, openings, remarks, verifications, workspaces
from etabli.classroom.jobs import Job
from etabli.classroom.tables import HandInRow, Opening, Person, Progress, Role, State, VerificationRow, WorkspaceRow
from etabli.exam.contract.french import count
from etabli.lab.manifest import shown_lab
from etabli.portal import shelf
from etabli.portal.call import Call, answer, see_other
from etabli.portal.pages import page


@dataclass(frozen=True)
class Report:
    """What a learner may read of a work, and how new it is."""

    graded: datetime | None
    """When the page of the hand-in was last written; none: no hand-in was graded."""
    remarked: datetime | None
    """When a teacher last wrote something of the work."""


@dataclass(frozen=True)
class Card:
    """One lab on a learner's first page."""

    opening: Opening
    title: str
    summary: str
    is_open: bool
    ends: datetime | None
    left: str
    """Time that remains, in words."""
    row: WorkspaceRow | None
    verification: VerificationRow | None
    last: HandInRow | None
    report: Report | None


def home(call: Call) -> Response:
    """Shows a learner their labs; sends the others to their own first page."""
    if call.person.role is Role.ADMIN:
        return see_other("/administration")
    if call.person.role is Role.TEACHER:
        return see_other("/classes")
    with call.room.work() as db:
        person = db.get_one(Person, call.person.id)
        found = openings.openings_of(db, [person.class_id] if person.class_id else [])
        cards = [_card(db, call, person, opening) for opening in found]
    return page(call, "accueil.html.j2", cards=cards, now=call.now())


def _card(db: Session, call: Call, person: Person, opening: Opening) -> Card:
    lab, ends = shown_lab(opening.lab).manifest, openings.closes_at(db, opening, person)
    row = db.scalar(
        select(WorkspaceRow).where(
            WorkspaceRow.person_id == person.id,
            WorkspaceRow.lab == opening.lab,
            WorkspaceRow.session == opening.session,
        )
    )
    done = verifications.latest(db, row.token) if row else None
    handed = hand_ins.hand_ins_of(db, row.token) if row else ()
    return Card(
        opening,
        lab.title,
        lab.summary,
        openings.is_open(opening, call.now()),
        ends,
        left_of(ends, call.now()),
        row,
        done if done and done.state is Progress.DONE else None,
        handed[0] if handed else None,
        report_of(call, db, row) if row else None,
    )


def left_of(ends: datetime | None, now: datetime) -> str:
    """Says how much time remains; nothing without a deadline."""
    if ends is None:
        return ""
    minutes = -((now - ends) // timedelta(minutes=1))
    if minutes <= 0:
        return "l'échéance est passée"
    if minutes < 60:
        return f"il reste {count(minutes, '{n} minute', '{n} minutes')}"
    if minutes < 2 * 1440:
        return f"il reste {minutes // 60}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{minutes % 60:02}"
    return f"il reste {count(minutes // 1440, '{n} jour', '{n} jours')}"


def report_of(call: Call, db: Session, row: WorkspaceRow) -> Report | None:
    """Returns what a learner may read of what was graded or written of the work, once there is something."""
    page_there = call.room.place.results(row.opening_id) / row.person.shown / "index.html"
    graded = datetime.fromtimestamp(page_there.stat().st_mtime, UTC) if shelf.is_shown(page_there) else None
    remarked = remarks.last_at(db, row.token)
    return Report(graded, remarked) if graded or remarked else None


def open_lab(call: Call) -> Response:
    """Opens a lab: its workspace is made or taken up by the worker, and its page shown at once."""
    person = call.as_(Role.LEARNER)
    with call.room.work() as db:
        opening = db.get(Opening, int(call.path("opening")))
        if opening is None:
            raise HTTPException(404)
        row = workspaces.find_or_make(db, call.room, db.get_one(Person, person.id), opening)
        wanted = row.state not in (State.READY, State.QUEUED, State.STARTING)
        if wanted:
            workspaces.set_state(db, row, State.QUEUED)
        token = row.token
    if wanted:
        call.jobs.ask(Job.OPEN, token)
    return see_other(f"/espace/{token}")


def routes() -> list[Route]:
    """A learner's first page, and the way into a lab."""
    return [
        Route("/", answer(home)),
        Route("/tp/{opening:int}", answer(open_lab), methods=["POST"]),
    ]
