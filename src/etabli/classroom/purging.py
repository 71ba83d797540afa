"""Purges: what a room holds of people is found, counted, and erased for good; what is no one's stays.

In this order, so that a purge that was cut is finished by the same command: accounts are closed, then (by who has the
engine) services and their volumes, then folders, then names, and the rows that tell where all of it is at the very end.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, select, text
from sqlalchemy.orm import Session

from etabli.appreciation import kept as appreciations
from etabli.classroom import sign_ins
from etabli.classroom.diary import note
from etabli.classroom.elsewhere import Clock, contests_in, found_in, shared_in
from etabli.classroom.jobs import Job
from etabli.classroom.personal import (
    Folder,
    Holding,
    Kind,
    Part,
    elsewhere_of,
    folders_elsewhere,
    holding,
    is_about,
    names_of,
)
from etabli.classroom.state import Classroom
from etabli.classroom.tables import (
    Answer,
    BatchRow,
    Class,
    Connection,
    DiaryRow,
    Extension,
    Finding,
    HandInRow,
    Look,
    Opening,
    Person,
    Progress,
    Remark,
    Role,
    SignInRow,
    Teaching,
    TicketRow,
    VerificationRow,
    WorkspaceRow,
)
from etabli.exam.contract.errors import UsageProblem
from etabli.reception.hand_in import read_hand_ins, write_hand_ins
from etabli.runs.identifier import RESERVED, is_same_candidate
from etabli.runs.store import FILE as INDEX
from etabli.system.beneath import entered

_ERASED = "effacé"
_KEPT_FILES = frozenset({INDEX, "remises.json", appreciations.FILE, appreciations.JOURNAL, appreciations.BANK})
_JOBS = "procrastinate_jobs"


@dataclass
class Plan:
    """What a purge takes away."""

    people: list[Holding] = field(default_factory=list)
    """Those of whom nothing stays."""
    spaces: list[WorkspaceRow] = field(default_factory=list)
    """Workspaces that go, theirs included."""
    openings: list[Opening] = field(default_factory=list)
    """Openings that go with all that was done in them."""
    classes: list[Class] = field(default_factory=list)
    before: datetime | None = None
    """What was noted before this goes too: connections, and the diary."""
    rows: Counter[str] = field(default_factory=Counter)
    """How many rows of each table."""
    folders: list[Path] = field(default_factory=list)
    results: list[tuple[Path, str]] = field(default_factory=list)
    """Output folders that stay without one candidate."""
    archives: list[Path] = field(default_factory=list)
    """What stays: decisions, minutes, sealed archives."""
    suspended: dict[str, Path] = field(default_factory=dict)
    """Who contests, and the file that says so: nothing of theirs goes."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to erase."""
        return not (self.rows or self.folders or self.people)

    @property
    def size(self) -> tuple[int, int]:
        """How many files go, and their bytes."""
        paths = [path for folder in self.folders for path in (folder, *folder.rglob("*"))]
        sizes = [path.lstat().st_size for path in paths if not path.is_dir()]
        return len(sizes), sum(sizes)


@dataclass(frozen=True)
class Erased:
    """What a purge did: nothing here names anybody."""

    rows: dict[str, int]
    people: list[str]
    """What each is called in the diary from now on."""
    rewritten: int
    """Rows of the diary that say so."""


def plan_person(
    db: Session, room: Classroom, person: Person, elsewhere: Sequence[Path] = (), *, archives: bool = False
) -> Plan:
    """Finds what goes with one learner.

    Args:
        db: A transaction.
        room: Which.
        person: Whose.
        elsewhere: Folders outside the room.
        archives: Whether decisions, minutes and sealed archives go too.

    Raises:
        UsageProblem: It is a teacher's or an administrator's account, whose acts others' work depends on; or the
            learner contests.
    """
    if person.role is not Role.LEARNER:
        raise UsageProblem(
            f"« {person.login} » n'est pas un élève : fermez son compte dans « Administration » ; ses actes restent au "
            "journal jusqu'à « --avant DATE »."
        )
    refuse_if_contested([person.shown], [*elsewhere_of(room.place), *elsewhere])
    plan = Plan()
    _add_person(db, room, plan, person, elsewhere, archives=archives)
    return plan


def plan_elsewhere(alias: str, roots: Sequence[Path], *, archives: bool = False) -> Plan:
    """Finds what goes with one candidate where there is no room.

    Raises:
        UsageProblem: They contest.
    """
    refuse_if_contested([alias], roots)
    plan = Plan()
    _add_folders(plan, list(folders_elsewhere(roots, alias)), archives=archives)
    plan.archives += shared_in(roots, alias)
    return plan


def refuse_if_contested(aliases: Iterable[str], roots: Iterable[Path]) -> None:
    """Suspends a purge of who contests.

    Raises:
        UsageProblem: One of them does; the sentence names them and the file.
    """
    contests = contests_in(roots)
    for alias in aliases:
        if path := contests.get(alias.lower()):
            raise UsageProblem(
                f"Une contestation de « {alias} » est en cours ({path}) : rien de ce qui le concerne n'est effacé tant "
                "que ce fichier est là. Fermez la contestation, ou retirez-le si elle est close, puis relancez."
            )


def plan_class(
    db: Session, room: Classroom, name: str, elsewhere: Sequence[Path] = (), *, archives: bool = False
) -> Plan:
    """Finds what goes with a class: its learners, its openings, its results.

    Raises:
        UsageProblem: There is no such class, or one of its learners contests.
    """
    found = next((one for one in db.scalars(select(Class)) if one.name.lower() == name.strip().lower()), None)
    if found is None:
        known = ", ".join(sorted(db.scalars(select(Class.name)))) or "aucune"
        raise UsageProblem(f"« {name} » n'est pas une classe de cette salle (il y a : {known}).")
    plan = Plan(classes=[found])
    learners = db.scalars(select(Person).where(Person.class_id == found.id)).all()
    refuse_if_contested([one.shown for one in learners], [*elsewhere_of(room.place), *elsewhere])
    for person in learners:
        _add_person(db, room, plan, person, elsewhere, archives=archives)
    for opening in db.scalars(select(Opening).where(Opening.class_id == found.id)):
        _add_opening(db, room, plan, opening)
    plan.rows["class"] += 1
    plan.rows["teaching"] += _count(db, Teaching, Teaching.class_id == found.id)
    _settle(plan)
    return plan


def plan_before(db: Session, room: Classroom, moment: datetime, elsewhere: Sequence[Path] = ()) -> Plan:
    """Finds what was over before a day: openings and their work, what was noted, and learners who left long ago.

    An opening in which somebody worked who contests stays whole, and so do they.
    """
    plan = Plan(before=moment, suspended=contests_in([*elsewhere_of(room.place), *elsewhere]))
    for opening in db.scalars(select(Opening)):
        if _over(db, opening, moment) and not _contested(db, opening, plan):
            _add_opening(db, room, plan, opening)
    gone = {space.token for space in plan.spaces}
    for person in db.scalars(select(Person).where(Person.role == Role.LEARNER, Person.active.is_(False))):
        mine = db.scalars(select(WorkspaceRow.token).where(WorkspaceRow.person_id == person.id))
        if (
            person.login not in plan.suspended
            and set(mine) <= gone
            and not _count(db, Connection, Connection.login == person.login, Connection.at >= moment)
        ):
            _add_person(db, room, plan, person, ())
    plan.rows["connection"] += _count(db, Connection, Connection.at < moment)
    plan.rows["diary"] += _count(db, DiaryRow, DiaryRow.at < moment)
    _settle(plan)
    return plan


def plan_clocks(plan: Plan, roots: Sequence[Path], runs: date, traces: date) -> Plan:
    """Adds to a plan what has passed its clock in folders outside a room's openings; decisions and archives stay.

    Args:
        plan: What goes of a room, or a blank one.
        roots: Where to look.
        runs: Formative work of which nothing is of this day or later is due.
        traces: The same of traces, sheets and pages of a year.
    """
    plan.suspended |= contests_in(roots)
    due = {Clock.RUNS: runs, Clock.TRACES: traces}
    for one in found_in(roots):
        last = one.last_day
        if one.alias.lower() in plan.suspended:
            continue
        if last is not None and one.clock in due and last < due[one.clock]:
            _add_folders(plan, [Folder(Part(one.part), one.path, one.name)])
    _settle(plan)
    return plan


def _contested(db: Session, opening: Opening, plan: Plan) -> bool:
    logins = select(Person.login).join(WorkspaceRow, WorkspaceRow.person_id == Person.id)
    return bool(plan.suspended.keys() & set(db.scalars(logins.where(WorkspaceRow.opening_id == opening.id))))


def under_way(db: Session, plan: Plan) -> bool:
    """Tells whether the worker writes, or soon will, where something is to be erased."""
    waiting = (Progress.QUEUED, Progress.RUNNING)
    tokens = [space.token for space in plan.spaces]
    touched = {space.opening_id for space in plan.spaces} | {opening.id for opening in plan.openings}
    verified = _count(db, VerificationRow, VerificationRow.token.in_(tokens), VerificationRow.state == Progress.RUNNING)
    return bool(verified or _count(db, BatchRow, BatchRow.opening_id.in_(touched), BatchRow.state.in_(waiting)))


def close_accounts(db: Session, plan: Plan) -> None:
    """Lets nobody who is to be erased in any more, so that nothing is added meanwhile."""
    for held in plan.people:
        held.person.active = False
        db.add(held.person)
        sign_ins.end_all(db, held.person)


def erase_folders(plan: Plan) -> list[Path]:
    """Removes the folders that go, and each candidate from the results that stay; returns these.

    Their pages are removed: they name people, and are written again from the runs.
    """
    for folder in plan.folders:
        _erase(folder)
    left = dict.fromkeys(out for out, _alias in plan.results if out.is_dir())
    for out in left:
        gone = [alias for where, alias in plan.results if where == out]
        if (noted := read_hand_ins(out)) is not None:
            entries = [
                entry for entry in noted.entries if not any(is_same_candidate(entry.candidate, one) for one in gone)
            ]
            write_hand_ins(out, replace(noted, entries=tuple(entries)))
        appreciations.forget(appreciations.folder_of(out), gone)
        for name in RESERVED - _KEPT_FILES:
            (out / name).unlink(missing_ok=True)
    return list(left)


def _erase(folder: Path) -> None:
    """Removes a folder or a file; where the portal writes, nothing may have become a link since it was planned."""
    is_folder = folder.is_dir()
    with suppress(FileNotFoundError), entered(folder.parent.parent.resolve(), folder.parts[-2:-1]) as parent:
        if is_folder:
            shutil.rmtree(folder.name, ignore_errors=True, dir_fd=parent)
        else:
            os.unlink(folder.name, dir_fd=parent)


def erase_rows(db: Session, room: Classroom, plan: Plan) -> Erased:
    """Erases the rows; those of the diary that stay name nobody any more, and one more row says that it was done.

    No row of the diary is ever changed, and the database lets nobody: what named someone is removed by the account that
    owns the table, which the portal's is not, and a row of the same number and hour stands in its place.
    """
    tokens = [space.token for space in plan.spaces]
    _erase_work(db, tokens)
    called, rewritten = [], 0
    for held in plan.people:
        name = _next_name(db)
        rewritten += _anonymise(db, room, held.person, name)
        _erase_person(db, held.person)
        called.append(name)
    ids = [opening.id for opening in plan.openings]
    _delete(db, Extension, Extension.opening_id.in_(ids))
    _delete(db, BatchRow, BatchRow.opening_id.in_(ids))
    _delete(db, HandInRow, HandInRow.opening_id.in_(ids))
    _delete(db, Opening, Opening.id.in_(ids))
    for group in plan.classes:
        _delete(db, Teaching, Teaching.class_id == group.id)
        _delete(db, Class, Class.id == group.id)
    if plan.before is not None:
        _delete(db, Connection, Connection.at < plan.before)
        _delete(db, DiaryRow, DiaryRow.at < plan.before)
    counts = {name: number for name, number in plan.rows.items() if number}
    note(db, room.now(), None, "efface des données personnelles", ", ".join(called), lignes=counts)
    return Erased(counts, called, rewritten)


def _add_person(
    db: Session, room: Classroom, plan: Plan, person: Person, elsewhere: Sequence[Path], *, archives: bool = False
) -> None:
    held = holding(db, room, person, elsewhere)
    plan.people.append(held)
    known = {space.token for space in plan.spaces}
    plan.spaces += [
        row for row in held.rows[Kind.WORKSPACES] if isinstance(row, WorkspaceRow) and row.token not in known
    ]
    for rows in held.rows.values():
        for row in rows:
            plan.rows[row.__tablename__] += 1
    _add_folders(plan, held.folders, archives=archives)
    plan.archives += held.shared


def _add_folders(plan: Plan, folders: Sequence[Folder], *, archives: bool = False) -> None:
    """Plans folders; pages of results and of a year name whoever was there, and go with them."""
    plan.archives += [folder.path for folder in folders if folder.part.archived and not archives]
    gone = [folder for folder in folders if archives or not folder.part.archived]
    plan.folders += [folder.path for folder in gone]
    paged = (Part.RESULTS, Part.YEAR)
    plan.results += [(folder.path.parent, folder.path.name) for folder in gone if folder.part in paged]


def _add_opening(db: Session, room: Classroom, plan: Plan, opening: Opening) -> None:
    plan.openings.append(opening)
    known = {space.token for space in plan.spaces}
    spaces = db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id == opening.id)).all()
    fresh = [space for space in spaces if space.token not in known]
    tokens = [space.token for space in fresh]
    plan.spaces += fresh
    asked = list(db.scalars(select(VerificationRow.id).where(VerificationRow.token.in_(tokens))))
    people = [held.person.id for held in plan.people]
    plan.rows.update(
        {
            "opening": 1,
            "workspace": len(tokens),
            "verification": len(asked),
            "finding": _count(db, Finding, Finding.verification_id.in_(asked)),
            "hand_in": _count(db, HandInRow, HandInRow.token.in_(tokens)),
            "remark": _count(db, Remark, Remark.token.in_(tokens)),
            "look": _count(db, Look, Look.token.in_(tokens)),
            "answer": _count(db, Answer, Answer.token.in_(tokens)),
            "batch": _count(db, BatchRow, BatchRow.opening_id == opening.id),
            "extension": _count(db, Extension, Extension.opening_id == opening.id, Extension.person_id.not_in(people)),
        }
    )
    place = room.place
    wanted = [path for token in tokens for path in (place.workspace(token), place.versions(token))]
    wanted += [place.folder / "depots" / str(opening.id), place.results(opening.id)]
    plan.folders += [path for path in wanted if path.is_dir()]


def _settle(plan: Plan) -> None:
    """Leaves out what goes with something greater."""
    every = set(plan.folders)
    plan.folders = [path for path in dict.fromkeys(plan.folders) if not every.intersection(path.parents)]
    plan.results = [(out, alias) for out, alias in plan.results if out not in every]


def _over(db: Session, opening: Opening, moment: datetime) -> bool:
    """Tells whether all that was done in an opening was before a moment."""
    own = db.scalars(select(Extension.closes_at).where(Extension.opening_id == opening.id))
    handed = db.scalars(select(HandInRow.at).where(HandInRow.opening_id == opening.id))
    spaces = db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id == opening.id))
    seen = [at for space in spaces for at in (space.seen_at, space.saved_at) if at is not None]
    last: datetime = max([opening.closes_at or opening.opens_at, opening.opens_at, *own, *handed, *seen])
    return last < moment


def _erase_work(db: Session, tokens: Sequence[str]) -> None:
    asked = list(db.scalars(select(VerificationRow.id).where(VerificationRow.token.in_(tokens))))
    _erase_jobs(db, tokens, asked)
    _delete(db, Finding, Finding.verification_id.in_(asked))
    for table in (VerificationRow, HandInRow, Remark, Look, Answer):
        _delete(db, table, table.token.in_(tokens))
    _delete(db, WorkspaceRow, WorkspaceRow.token.in_(tokens))


def _erase_person(db: Session, person: Person) -> None:
    _delete(db, Extension, Extension.person_id == person.id)
    _delete(db, TicketRow, TicketRow.person_id == person.id)
    _delete(db, SignInRow, SignInRow.person_id == person.id)
    _delete(db, Connection, Connection.login == person.login)
    for batch in db.scalars(select(BatchRow).where(BatchRow.said.is_not(None))):
        batch.said = _without(batch.said or "", person, "cet élève")
    db.flush()
    _delete(db, Person, Person.id == person.id)


def _anonymise(db: Session, room: Classroom, person: Person, name: str) -> int:
    """Puts a row that names nobody in the place of each row of the diary by or about a person."""
    about = [row for row in db.scalars(select(DiaryRow).order_by(DiaryRow.id)) if is_about(row, person)]
    fresh = [
        DiaryRow(
            id=row.id,
            at=row.at,
            who=name if row.who == person.login else row.who,
            what=row.what,
            about=_without(row.about, person, name),
            detail=_cleared(row.detail, person, name),
        )
        for row in about
    ]
    for row in about:
        db.delete(row)
    db.flush()
    db.add_all(fresh)
    db.flush()
    return len(fresh)


def _cleared(told: Any, person: Person, name: str) -> Any:
    """Returns the facts of a row without who it was about, and without the digests by which a file is recognised."""
    if isinstance(told, dict):
        return {key: _cleared(value, person, name) for key, value in told.items() if key != "sha256"}
    if isinstance(told, list):
        return [_cleared(value, person, name) for value in told]
    return _without(told, person, name) if isinstance(told, str) else told


def _without(told: str, person: Person, name: str) -> str:
    for pattern in names_of(person):
        told = pattern.sub(name, told)
    return told


def _next_name(db: Session) -> str:
    """Returns the next « effacé-N »: a number in the order of purges, which leads back to nobody."""
    told = " ".join(f"{row.who} {row.about}" for row in db.scalars(select(DiaryRow)))
    numbers = [int(number) for number in re.findall(rf"{_ERASED}-(\d+)", told)]
    return f"{_ERASED}-{max(numbers, default=0) + 1}"


def _erase_jobs(db: Session, tokens: Sequence[str], verifications: Sequence[int]) -> None:
    """Erases what was asked of the worker about workspaces and verifications: its queue is in the same database."""
    if not inspect(db.connection()).has_table(_JOBS):
        return
    about = "args->>'about' = ANY(:tokens) OR (task_name = :verify AND args->>'about' = ANY(:ids))"
    jobs = f"SELECT id FROM {_JOBS} WHERE {about}"
    told = {"tokens": list(tokens), "verify": Job.VERIFY.value, "ids": list(map(str, verifications))}
    db.execute(text(f"DELETE FROM procrastinate_periodic_defers WHERE job_id IN ({jobs})"), told)
    db.execute(text(f"DELETE FROM {_JOBS} WHERE id IN ({jobs})"), told)


def _count(db: Session, table: type[Any], *where: ColumnElement[bool]) -> int:
    return len(db.execute(select(*inspect(table).primary_key).where(*where)).all())


def _delete(db: Session, table: type[Any], *where: ColumnElement[bool]) -> None:
    db.execute(delete(table).where(*where), execution_options={"synchronize_session": False})
