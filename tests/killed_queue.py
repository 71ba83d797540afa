"""A room's queue whose workers are killed at random, seen from outside: what each job went through, and what is left.

The database itself notes every step of every job, by a trigger: nothing that happens between two looks is missed.
"""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from killing import client, owner
from room_lab import start_worker
from small_repository import PAGE, write
from sqlalchemy import func, select, text

from etabli.classroom import openings, people, verifications, workspaces
from etabli.classroom.jobs import Job
from etabli.classroom.queue import VERIFICATIONS, Queue, prepare_queue
from etabli.classroom.state import Classroom, prepare
from etabli.classroom.tables import Person, Role, VerificationRow, WorkspaceRow
from etabli.lab.manifest import load_lab
from etabli.lab.variant import Seat
from etabli.sandbox.docker_reaper import OURS
from etabli.system.settings import secret
from etabli.worker.spaces import shown_to_the_portal
from etabli.workspace.opening import open_workspace

SEED = 17
EACH = 10
"""Verifications of one learner."""
BETWEEN_S = (20.0, 40.0)
"""Between two kills."""
STUCK_S = 300.0
WARM_S = 15.0
"""After which a worker's memory is what it needs to begin."""
AGES_S = (15, 30, 60, 90, 120, 180, 240, 300, 600)
KEPT = ".verrou"
_LOOK_S = 0.2
_NOTED = (
    "CREATE TABLE step (n bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), job bigint, "
    "about int, was text, became text)",
    "CREATE FUNCTION note_step() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
    "IF TG_OP <> 'DELETE' AND NEW.queue_name = '{queue}' AND (TG_OP = 'INSERT' OR OLD.status <> NEW.status) THEN "
    "INSERT INTO step (job, about, was, became) VALUES (NEW.id, (NEW.args->>'about')::int, "
    "CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.status END, NEW.status); "
    "ELSIF TG_OP = 'DELETE' AND OLD.queue_name = '{queue}' THEN "
    "INSERT INTO step (job, about, was, became) VALUES (OLD.id, (OLD.args->>'about')::int, OLD.status, 'gone'); "
    "END IF; RETURN NULL; END$$",
    "CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON procrastinate_jobs "
    "FOR EACH ROW EXECUTE FUNCTION note_step()",
)


class Step(NamedTuple):
    """A job went from one state to another; ``gone`` is its end."""

    at: float
    job: int
    about: int
    was: str | None
    became: str


class Life(NamedTuple):
    """What a worker process was seen to need: seconds since it started, resident memory in MiB."""

    number: int
    seen: list[tuple[float, float]]

    def growth(self) -> float | None:
        """MiB a minute, once it had begun; nothing for a life too short to tell."""
        warm = [one for one in self.seen if one[0] >= WARM_S]
        if len(warm) < 2 or warm[-1][0] - warm[0][0] < WARM_S:
            return None
        return (warm[-1][1] - warm[0][1]) / (warm[-1][0] - warm[0][0]) * 60


@dataclass
class Trial:
    """A room, two workers and whoever kills them."""

    room: Classroom
    address: str
    root: Path
    tokens: Sequence[str] = ()
    wrong: set[str] = field(default_factory=set)
    """Whose page has no title."""
    workers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    lives: dict[int, Life] = field(default_factory=dict)
    kills: list[float] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    past: list[Life] = field(default_factory=list)

    # What is tried

    def prepare(self, learners: int, lab: str) -> None:
        """Makes the tables, the class and its workspaces: files alone, for an exam needs nothing else."""
        prepare_queue(self.room.engine)
        prepare(self.room.engine)
        with self.room.engine.begin() as connection:
            for sentence in _NOTED:
                connection.execute(text(sentence.format(queue=VERIFICATIONS)))
        with self.room.work() as db:
            aliases = [f"SNO-{number:03}" for number in range(1, learners + 1)]
            of_class = people.enrol(db, self.room, "SNO", aliases)
            teacher = Person(login="prof", shown="Mme Roux", role=Role.TEACHER)
            db.add(teacher)
            db.flush()
            opening = openings.open_lab(db, self.room, teacher, of_class, load_lab(lab), "lundi", self.room.now(), None)
            rows = [workspaces.reserve(db, one, opening) for one in people.learners_of(db, of_class)]
            seats = {row.token: Seat(load_lab(lab), row.person.shown, row.session) for row in rows}
        self.tokens = tuple(seats)
        for number, (token, seat) in enumerate(seats.items()):
            folder = self.room.place.workspace(token)
            folder.mkdir(parents=True)
            shown_to_the_portal(folder)
            workspace = open_workspace(folder, seat, secret(), None)
            if number % 3 == 2:
                self.wrong.add(token)
                write(workspace.work, **{"index.php": PAGE.replace("h1", "p")})

    def start(self, number: int, lanes: int | None = None) -> None:
        """Starts one of the two workers."""
        with open(self.journal(number), "ab") as said:
            self.workers[number] = start_worker(
                self.address, self.room.place.folder, said, second=number == 1, lanes=lanes
            )
        self.lives[number] = Life(number, [])

    def journal(self, number: int) -> Path:
        return self.room.place.folder / f"dit-{number}.txt"

    def end(self, number: int, how: signal.Signals) -> int:
        """Ends a worker; returns its exit code."""
        process = self.workers.pop(number)
        process.send_signal(how)
        code = process.wait(60)
        self.ended.append(process.pid)
        self.past.append(self.lives.pop(number))
        return code

    def run(self, exams: int) -> float:
        """Has so many verifications made while workers are killed; returns how many seconds that took."""
        draw, begun = random.Random(SEED), time.monotonic()
        started = {number: begun for number in (0, 1)}
        for number in started:
            self.start(number)
        due, moved, done, asked, looked = begun + draw.uniform(*BETWEEN_S), begun, 0, 0, 0.0
        while done < exams:
            asked += self.ask(exams - asked)
            time.sleep(_LOOK_S)
            if (now := time.monotonic()) >= due:
                victim, due = draw.randrange(2), now + draw.uniform(*BETWEEN_S)
                self.kills.append(time.time())
                assert self.end(victim, signal.SIGKILL) == -signal.SIGKILL, self.said()
                self.start(victim)
                started[victim] = now
            if now >= looked + 1:
                looked = now
                for number, process in self.workers.items():
                    assert process.poll() is None, self.said()
                    self.lives[number].seen.append((now - started[number], resident_mb(process.pid)))
            with self.room.work() as db:
                over = db.scalar(select(func.count()).where(VerificationRow.ended_at.is_not(None))) or 0
            moved, done = (now if over > done else moved), over
            assert now < moved + STUCK_S, f"{done} of {exams}, then nothing: {self.said()}"
        return time.monotonic() - begun

    @cached_property
    def queue(self) -> Queue:
        """The way to the workers."""
        return Queue(self.address)

    def until(self, met: Callable[[], bool]) -> None:
        """Waits for something."""
        limit = time.monotonic() + STUCK_S
        while not met():
            assert time.monotonic() < limit, self.said()
            time.sleep(_LOOK_S)

    def ask(self, most: int) -> int:
        """Asks, for every learner who waits for nothing, as the portal does; at most so many."""
        with self.room.work() as db:
            all_, over = func.count(), func.count(VerificationRow.ended_at)
            told = db.execute(select(VerificationRow.token, all_, over).group_by(VerificationRow.token)).all()
        asked, waiting = (
            {token: number for token, number, _over in told},
            {token for token, n, over in told if n > over},
        )
        free = sorted((token for token in self.tokens if token not in waiting), key=lambda one: asked.get(one, 0))[
            :most
        ]
        for token in free:
            with self.room.work() as db:
                wanted, new = verifications.ask(db, self.room, db.get_one(WorkspaceRow, token))
            assert new
            self.queue.ask(Job.VERIFY, wanted.id)
        return len(free)

    def said(self) -> str:
        """All that the workers have said."""
        return "".join(path.read_text("utf-8") for path in map(self.journal, (0, 1)) if path.exists())

    # What there is

    def rows(self) -> Sequence[VerificationRow]:
        with self.room.work() as db:
            return db.scalars(select(VerificationRow).order_by(VerificationRow.id)).all()

    def findings(self, row: VerificationRow) -> list[tuple[str, str]]:
        with self.room.work() as db:
            return [(one.check, one.outcome) for one in verifications.findings(db, row)]

    def runs(self, token: str) -> Path:
        """Where the runs of a workspace are."""
        return self.room.place.workspace(token) / ".etabli" / "verifications"

    def leftovers(self) -> list[str]:
        """All that should not be there once every worker has ended."""
        label = {"label": [f"{OURS}=1"]}
        found = [*client().api.containers(all=True, filters=label), *client().api.networks(filters=label)]
        mine = [
            str(one.get("Names") or one.get("Name")) for one in found if owner(one.get("Labels") or {}) in self.ended
        ]
        below = [path for token in self.tokens for path in self.runs(token).rglob(".*")]
        hidden = [path for path in below if path.name != KEPT]
        copies = [*self.room.place.home.glob("travail/*"), *(self.room.place.folder / "tmp").iterdir()]
        return [*mine, *map(str, [*hidden, *copies])]

    def steps(self) -> list[Step]:
        with self.room.engine.begin() as connection:
            told = connection.execute(
                text("SELECT extract(epoch FROM at)::float8, job, about, was, became FROM step ORDER BY n")
            )
            return [Step(*one) for one in told]

    def _resident_at(self, age: int) -> float | None:
        """The median memory of the workers that lived so long, in MiB."""
        there = [next((size for at, size in life.seen if at >= age), None) for life in self.past]
        found = [size for size in there if size is not None]
        return round(median(found), 1) if found else None

    def facts(self, seconds: float) -> dict[str, Any]:
        """Measures what happened."""
        steps, rows = self.steps(), self.rows()
        ended = {row.id: row.ended_at.timestamp() for row in rows if row.ended_at}
        taken, given_back = defaultdict[int, list[Step]](list), defaultdict[int, list[float]](list)
        for step in steps:
            if step.became == "doing":
                taken[step.about].append(step)
            elif step.was == "doing":
                given_back[step.about].append(step.at)
        rescued, living, behind = list[tuple[float, float]](), 0, 0
        for about, times in taken.items():
            # one that is taken once it is over finds nothing to do
            for first, again in pairwise(step for step in times if step.at <= ended[about]):
                kill = next((kill for kill in self.kills if first.at <= kill <= again.at), None)
                behind += first.job != again.job
                if kill is None:
                    living += 1
                else:
                    rescued.append((next(at for at in given_back[about] if at >= kill) - kill, again.at - kill))
        jobs = Counter(about for about in {step.job: step.about for step in steps}.values())
        waits = [(one.ended_at - one.begun_at).total_seconds() for one in rows if one.ended_at and one.begun_at]
        growths = [one for life in self.past if (one := life.growth()) is not None]
        resident = [size for life in self.past for _at, size in life.seen]
        return {
            "exams": len(rows),
            "seconds": round(seconds, 1),
            "exams_a_minute": round(len(rows) / seconds * 60, 1),
            "exam_s": quantiles(waits),
            "kills": len(self.kills),
            "jobs": sum(jobs.values()),
            "asked_again": sum(number - 1 for number in jobs.values()),
            "taken_when_over": sum(step.at > ended[about] for about, times in taken.items() for step in times),
            "taken_again_after_a_kill": len(rescued),
            "taken_again_from_the_living": living,
            "lost_their_place": behind,
            "exams_begun_twice": sum(one.attempts > 1 for one in rows),
            "most_attempts": max(one.attempts for one in rows),
            "kill_to_queue_s": quantiles([one for one, _again in rescued]),
            "kill_to_taken_s": quantiles([again for _one, again in rescued]),
            "lives": len(self.past),
            "longest_life_s": round(max(life.seen[-1][0] for life in self.past if life.seen)),
            "resident_mb": quantiles(resident),
            "resident_mb_at": {age: middle for age in AGES_S if (middle := self._resident_at(age)) is not None},
            "growth_mb_a_minute": quantiles(growths),
        }


def resident_mb(process: int) -> float:
    """Returns the memory that a process has now."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)


def quantiles(values: Sequence[float]) -> dict[str, float] | None:
    """Returns the median, the ninth tenth and the largest."""
    if not values:
        return None
    ranked = sorted(values)
    picked = {"p50": median(ranked), "p90": ranked[int(len(ranked) * 0.9)], "max": ranked[-1]}
    return {name: round(value, 2) for name, value in picked.items()}
