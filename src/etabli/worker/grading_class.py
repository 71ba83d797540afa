"""All hand-ins of an opening, graded as ``etabli grade --classe`` does, into the same kind of folder."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from etabli.classroom import hand_ins, openings, people
from etabli.classroom.place import Place
from etabli.classroom.tables import BatchRow, Opening, Progress
from etabli.exam.contract.errors import EtabliError
from etabli.exam.contract.french import count
from etabli.grading.batch import grade_many
from etabli.grading.examine import Interrupted
from etabli.grading.plan import make_plan
from etabli.grading.works import Done
from etabli.lab.manifest import load_lab
from etabli.reception.hand_in import HandIn, HandIns, HandInState, state_at, write_hand_ins
from etabli.reception.roll_call import absent
from etabli.reception.submission import Deposit
from etabli.reports.results import publish
from etabli.reports.roll import roll_from
from etabli.roster.roster import Roster, class_names, open_roster
from etabli.system.beneath import entered, open_file
from etabli.system.temporary import temporary_folder
from etabli.worker.duty import Duty, alone, log, unfinished
from etabli.worker.spaces import shown_to_the_portal

_FAILED = "La vérification des rendus s'est arrêtée ({why}) Relancez-la : ce qui est fini est gardé."


@dataclass(frozen=True)
class _Wanted:
    """What is to be graded."""

    lab: str
    session: str
    out: Path
    deposits: tuple[Deposit, ...]
    hand_ins: HandIns
    roster: Roster | None


def grade(duty: Duty, number: int) -> None:
    """Grades the hand-ins of an opening that count; those whose run stands are not graded again.

    Raises:
        Interrupted: This process ends; another one goes on.
        DBAPIError: The database is gone.
    """
    with alone(duty.room.engine, f"correction-{number}"):
        wanted = duty.write(lambda db: _wanted(db, duty, number))
        if wanted is None:
            return
        try:
            with alone(duty.room.engine, f"resultats-{wanted.out.name}"), temporary_folder() as copies:
                said = _graded(duty, number, replace(wanted, deposits=_copied(duty.room.place, wanted, copies)))
        except Exception as problem:
            if unfinished(problem):
                raise
            log.error("correction %s : %s", number, problem, exc_info=not isinstance(problem, EtabliError))
            why = str(problem) if isinstance(problem, EtabliError) else "incident de notre côté."
            _end(duty, number, Progress.FAILED, _FAILED.format(why=why))
        else:
            _end(duty, number, Progress.DONE, said)


def _wanted(db: Session, duty: Duty, number: int) -> _Wanted | None:
    batch = db.get(BatchRow, number)
    if batch is None or batch.state.over:
        return None
    opening, place = db.get_one(Opening, batch.opening_id), duty.room.place
    name = opening.of_class.name
    roster = open_roster(name) if name in class_names() else None
    counting = {person.shown: row for person, row in hand_ins.counting(db, opening)}
    paths = {alias: hand_ins.path_of(place.hand_ins(opening.id, alias), row.number) for alias, row in counting.items()}
    entries = []
    for person in people.learners_of(db, opening.of_class):
        if (row := counting.get(person.shown)) is not None:
            state, late_s = state_at(row.at, openings.closes_at(db, opening, person))
            entries.append(HandIn(person.shown, state, _iso(row.at), late_s, (paths[person.shown].name,)))
        elif person.active:
            known = roster is not None and roster.by_alias(person.shown)
            missing = HandIn(person.shown, HandInState.MISSING)
            entries.append(absent(person.shown, roster, opening.lab, opening.session) if roster and known else missing)
    batch.state, batch.done, batch.total = Progress.RUNNING, 0, len(paths)
    return _Wanted(
        opening.lab,
        opening.session,
        place.results(opening.id),
        tuple(Deposit(alias, path) for alias, path in paths.items()),
        HandIns(opening.lab, opening.session, tuple(entries), name, _iso(opening.closes_at)),
        roster,
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def _copied(place: Place, wanted: _Wanted, copies: Path) -> tuple[Deposit, ...]:
    """Copies hand-ins to where the portal writes nothing, without following a link; one that cannot be is refused."""
    found = []
    for deposit in wanted.deposits:
        copy = copies / deposit.candidate / deposit.source.name
        copy.parent.mkdir()
        opening, alias, name = deposit.source.parts[-3:]
        with suppress(OSError), entered(place.folder / "depots", (opening, alias)) as folder:
            with open(open_file(folder, name), "rb") as given, copy.open("wb") as taken:
                shutil.copyfileobj(given, taken)
        found.append(replace(deposit, source=copy))
    return tuple(found)


def _graded(duty: Duty, number: int, wanted: _Wanted) -> str:
    lab = load_lab(wanted.lab)
    plan = make_plan(lab, wanted.out, secret=duty.secret, session=wanted.session)
    wanted.out.mkdir(parents=True, exist_ok=True)
    shown_to_the_portal(wanted.out)
    pace = None
    if wanted.deposits:
        batch = grade_many(
            duty.sandbox,
            plan,
            wanted.deposits,
            workers=min(duty.lanes, len(wanted.deposits)),
            progress=_Progress(duty, number, len(wanted.deposits)),
            tell=lambda sentence: log.warning("correction %s : %s", number, sentence),
            stopped=duty.stopping,
        )
        if batch.interrupted:
            raise Interrupted
        pace = batch.pace()
    write_hand_ins(wanted.out, wanted.hand_ins)
    publish(wanted.out, lab, pace, roll_from(wanted.hand_ins, wanted.roster))
    return count(len(wanted.deposits), "{n} rendu vérifié.", "{n} rendus vérifiés.")


class _Progress:
    """Writes how far a batch is, and when it should be over."""

    def __init__(self, duty: Duty, number: int, total: int) -> None:
        self._duty, self._number, self._total = duty, number, total
        self._begun = time.monotonic()
        self._done = self._examined = 0

    def __call__(self, one: Done) -> None:
        """Takes a hand-in that is done."""
        self._done += 1
        self._examined += not one.graded.reused
        each = (time.monotonic() - self._begun) / max(self._examined, 1)
        left = each * (self._total - self._done)
        self._duty.write(lambda db: self._note(db.get_one(BatchRow, self._number), left))

    def _note(self, row: BatchRow, left: float) -> None:
        row.done, row.eta_s = self._done, left


def _end(duty: Duty, number: int, state: Progress, said: str) -> None:
    def note(db: Session) -> None:
        row = db.get_one(BatchRow, number)
        row.state, row.said, row.eta_s, row.ended_at = state, said, None, duty.room.now()

    duty.write(note)
