"""What a room bears: a class at its PCs, measured, with services killed meanwhile if one wants.

Every learner is a :class:`~etabli.server.visitor.Visitor` in a thread: the same requests as the page makes, through the
front; the last ones sit before a real browser (:mod:`etabli.server.at_screen`), timed apart. What was acknowledged is
then looked for again: a save, a hand-in or a verification that is not there is *lost*.
"""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import func, inspect, select

from etabli.classroom import openings, people
from etabli.classroom.state import Classroom
from etabli.classroom.tables import HandInRow, Opening, Person, Progress, Role, VerificationRow, WorkspaceRow
from etabli.exam.contract.errors import EtabliError
from etabli.lab.manifest import load_lab
from etabli.server.at_screen import FILE as AT_SCREEN
from etabli.server.at_screen import AtScreen
from etabli.server.browsers import browsers
from etabli.server.visitor import Refused, Visitor
from etabli.server.weighing import Weigher

T = TypeVar("T")
CLASS: Final = "BANC"
SOON: Final = timedelta(minutes=1)
"""From now to an hour that is told, or since it."""
SEEN: Final = ", à l'écran"
_TYPES_EVERY_S = 5.0
_WAIT_S = 600.0
_POLL_S = 0.5
_SERVICES = ("travail", "portail", "base", "caddy")


@dataclass
class Learner:
    """One learner of the class that is measured, and what was acknowledged to them."""

    alias: str
    code: str
    visitor: Visitor
    screen: AtScreen | None = None
    token: str = ""
    saved: tuple[str, bytes] | None = None
    tag: str | None = None
    handed: int = 0
    verified: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Load:
    """What was measured; seconds."""

    learners: int
    times: dict[str, list[float]]
    """What → how long it took each time: ``ouvrir``, ``enregistrer``, ``site``, ``premier constat``, ``verifier``,
    ``deposer``; with :data:`SEEN` behind, until a browser shows it."""
    peak_mb: float
    """At its highest, of all containers of this machine: the room's, the learners' and those of exams."""
    cpu_s: float
    wall_s: float
    kills: int
    lost: list[str]
    """What was acknowledged and is not there, or is there twice."""
    failed: list[str]
    """Requests that were refused or not answered, tried again or not."""


class Measure:
    """A class at work in a room.

    Args:
        room: Its state.
        root: The certificate that PCs trust.
        project: Compose project of the room's services, to weigh and to kill.
        lab: Identifier of the lab.
        ahead: The class was told an hour: its workspaces are made ready before it, and all learners come at that hour.
        trusted: Certificates of an authority of ours, for browsers.
    """

    def __init__(
        self,
        room: Classroom,
        root: Path | None,
        project: str,
        lab: str,
        *,
        ahead: bool = False,
        trusted: Sequence[Path] = (),
    ) -> None:
        self._room = room
        self._trusted = trusted
        self._ahead = ahead
        self._root = root
        self._project = project
        self._lab = lab
        self._times: dict[str, list[float]] = {}
        self._failed: list[str] = []
        self._lock = threading.Lock()
        self._opening = 0

    def run(
        self, number: int, minutes: float, *, screens: int = 0, kills: bool = False, tell: Callable[[str], None] = print
    ) -> Load:
        """Lets a class open, edit, verify and hand in; returns what it took.

        Args:
            number: How many learners.
            minutes: How long they edit.
            screens: How many of them sit before a real browser.
            kills: Kill a service of the room every twenty seconds.
            tell: Told each step.
        """
        self._wait_for_tables()
        learners = self._enrolled(number)
        if self._ahead:
            tell("espaces préparés avant l'heure")
            self._wait_until_made_ahead()
        begun, weigher = time.monotonic(), Weigher()
        with (
            self._seated(learners[number - screens :]),
            weigher,
            self._killing(kills) as killed,
            ThreadPoolExecutor(number) as pool,
        ):
            for title, step in (
                ("ouverture en même temps", self._open),
                (f"édition pendant {minutes:g} min", lambda one: self._edit(one, minutes * 60)),
                ("vérification demandée dans la même minute", self._verify),
                ("dépôt à l'échéance", self._hand_in),
            ):
                tell(title)
                list(pool.map(step, learners))
        lost = [line for one in learners for line in self._lost(one)]
        for one in learners:
            one.visitor.close()
        return Load(
            number,
            self._times,
            weigher.peak_mb,
            weigher.cpu_s,
            time.monotonic() - begun,
            killed[0],
            lost,
            self._failed,
        )

    def _wait_for_tables(self) -> None:
        """The worker of a new room makes them a moment after the room answers."""
        until = time.monotonic() + _WAIT_S
        while not inspect(self._room.engine).has_table(Person.__tablename__) and time.monotonic() < until:
            time.sleep(_POLL_S)

    def _enrolled(self, number: int) -> list[Learner]:
        """Makes the class, its codes and an opening of its own."""
        room, aliases = self._room, [f"{CLASS}-{rank:02}" for rank in range(1, number + 1)]
        with room.work() as db:
            of_class = people.enrol(db, room, CLASS, aliases)
            by = db.scalar(select(Person).where(Person.login == "banc")) or Person(
                login="banc", shown="Banc de mesure", role=Role.TEACHER
            )
            db.add(by)
            db.flush()
            now = room.now()
            session = f"banc-{now:%d%H%M%S}"
            opening = openings.open_lab(
                db,
                room,
                by,
                of_class,
                load_lab(self._lab),
                session,
                now + (SOON if self._ahead else -SOON),
                now + timedelta(hours=8),
            )
            self._opening = opening.id
            mine = [one for one in people.learners_of(db, of_class) if one.active]
            return [Learner(one.shown, people.give_code(db, one), Visitor(room.hosts, self._root)) for one in mine]

    @contextmanager
    def _seated(self, learners: Sequence[Learner]) -> Iterator[None]:
        """Gives these learners a browser."""
        with ExitStack() as stack:
            if learners:
                shared = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                fleet = stack.enter_context(browsers(shared))
                name = self._room.hosts.name
                rules = [f"MAP {one} 127.0.0.1" for one in (name, f"*.{name}")]
                for one in learners:
                    page = stack.enter_context(fleet.open(names=rules, trusted=self._trusted))
                    one.screen = AtScreen(page, self._room.hosts, _WAIT_S)
            yield

    def _wait_until_made_ahead(self) -> None:
        """Waits until the worker has made the class's workspaces ready, then lets the hour come."""
        until, made = time.monotonic() + _WAIT_S, False
        while not made:
            if time.monotonic() > until:
                raise Refused(0, "préparer", "pas prêts après dix minutes")
            time.sleep(_POLL_S)
            with self._room.work() as db:
                opening = db.get_one(Opening, self._opening)
                made = opening.ahead is not None and opening.ahead.over
                if made:
                    opening.opens_at = self._room.now()

    def _open(self, one: Learner) -> None:
        self._insist(one, "connexion", lambda: one.visitor.sign_in(one.alias, one.code))
        if one.screen:
            one.screen.sign_in(one.alias, one.code)
            with self._timed("ouvrir", one):
                one.token = one.screen.open_lab(self._opening)
            return
        with self._timed("ouvrir", one):
            one.token = self._insist(one, "ouvrir", lambda: one.visitor.open_lab(self._opening))
            until = time.monotonic() + _WAIT_S
            while self._insist(one, "état", lambda: one.visitor.state(one.token))["state"] != "ready":
                if time.monotonic() > until:
                    raise Refused(0, "ouvrir", "pas prêt après dix minutes")
                time.sleep(_POLL_S)

    def _edit(self, one: Learner, seconds: float) -> None:
        until, turn, draw = time.monotonic() + seconds, 0, random.Random(one.alias)
        time.sleep(draw.uniform(0, _TYPES_EVERY_S))
        if one.screen:
            one.screen.new_file()
        while time.monotonic() < until:
            turn += 1
            if one.screen:
                with self._timed("enregistrer", one):
                    one.screen.write(f"{one.alias} {turn}")
                one.saved = (AT_SCREEN, one.screen.text.encode())
                time.sleep(_TYPES_EVERY_S * draw.uniform(0.6, 1.4))
                continue
            content = f"{one.alias} {turn} {'x' * draw.randrange(4000)}\n".encode()
            with self._timed("enregistrer", one):
                one.tag = self._insist(one, "enregistrer", partial(self._save, one, content))
            one.saved = ("banc.txt", content)
            if turn % 3 == 0:
                with self._timed("site", one):
                    self._insist(one, "site", partial(self._seen, one, content))
            time.sleep(_TYPES_EVERY_S * draw.uniform(0.6, 1.4))

    def _save(self, one: Learner, content: bytes) -> str:
        try:
            return one.visitor.save(one.token, "banc.txt", content, one.tag)
        except Refused as problem:
            if problem.status != 409:
                raise
            # The answer to a save that was cut off: it may be there already.
            there, one.tag = one.visitor.read(one.token, "banc.txt")
            if there == content:
                return one.tag
            return one.visitor.save(one.token, "banc.txt", content, one.tag)

    def _seen(self, one: Learner, content: bytes) -> None:
        host = f"site--{one.token}.{self._room.hosts.name}"
        reply = one.visitor.visit(f"/entrer?hote={host}&chemin=/banc.txt")
        if reply.status != 200 or reply.body != content:
            raise Refused(reply.status, "site", "autre contenu")

    def _verify(self, one: Learner) -> None:
        time.sleep(random.Random(one.alias).uniform(0, 10))
        begun = time.monotonic()
        if one.screen:
            one.screen.verify(lambda: self._note(f"premier constat{SEEN}", time.monotonic() - begun))
            self._note(f"verifier{SEEN}", time.monotonic() - begun)
            one.verified.append(0)  # the page does not show its number
            return
        number = self._insist(one, "vérifier", lambda: one.visitor.verify(one.token))
        one.verified.append(number)
        first = False
        until = begun + 2 * _WAIT_S
        while time.monotonic() < until:
            try:
                for name, facts in one.visitor.follow(number):
                    if name == "finding" and not first:
                        first = True
                        self._note("premier constat", time.monotonic() - begun)
                    if name == "end":
                        self._note("verifier", time.monotonic() - begun)
                        if facts["state"] != Progress.DONE:
                            self._fail(f"{one.alias} vérification : {facts['summary']}")
                        return
            except (OSError, EtabliError) as cut:
                self._fail(f"{one.alias} suite : {cut}")
            time.sleep(1)
        self._fail(f"{one.alias} vérification {number} : sans fin")

    def _hand_in(self, one: Learner) -> None:
        with self._timed("deposer", one):
            if one.screen:
                one.screen.hand_in()
            else:
                self._insist(one, "déposer", lambda: one.visitor.hand_in(one.token))
        one.handed += 1

    def _lost(self, one: Learner) -> Iterator[str]:
        """Says what was acknowledged and is not there, or is there twice."""
        if one.saved:
            path, content = one.saved
            found, _ = self._insist(one, "relire", lambda: one.visitor.read(one.token, path))
            if found != content:
                yield f"{one.alias} : le dernier enregistrement"
        with self._room.work() as db:
            done = db.scalars(select(VerificationRow).where(VerificationRow.token == one.token)).all()
            handed = db.scalar(select(func.count()).where(HandInRow.token == one.token)) or 0
            row = db.get_one(WorkspaceRow, one.token)
        if any(verification.state is not Progress.DONE for verification in done) or len(done) != len(one.verified):
            yield f"{one.alias} : vérifications {[f'{each.id} {each.state}' for each in done]} pour {one.verified}"
        folder = self._room.place.workspace(row.token) / ".etabli" / "verifications" / one.alias
        runs = [path for path in folder.iterdir() if re.match(r"\d{4}-", path.name)] if folder.is_dir() else []
        if len(runs) != len(one.verified):
            yield f"{one.alias} : {len(runs)} vérifications gardées pour {len(one.verified)} demandées"
        if handed < one.handed:
            yield f"{one.alias} : {handed} dépôts pour {one.handed} reçus"

    def _insist(self, one: Learner, what: str, act: Callable[[], T]) -> T:
        """Does as a page does when the room does not answer: again, a moment later."""
        until = time.monotonic() + _WAIT_S
        while True:
            try:
                return act()
            except (OSError, EtabliError) as problem:
                passing = not isinstance(problem, Refused) or problem.status in (429, 500, 502, 503, 504)
                self._fail(f"{one.alias} {what} : {problem}")
                if not passing or time.monotonic() > until:
                    raise
                time.sleep(1)

    @contextmanager
    def _timed(self, what: str, one: Learner) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self._note(f"{what}{SEEN if one.screen else ''}", time.monotonic() - begun)

    def _note(self, what: str, seconds: float) -> None:
        with self._lock:
            self._times.setdefault(what, []).append(seconds)

    def _fail(self, what: str) -> None:
        with self._lock:
            self._failed.append(what)

    @contextmanager
    def _killing(self, wanted: bool) -> Iterator[list[int]]:
        """Kills a service now and then, as a machine might; they come back by themselves."""
        done, over = [0], threading.Event()

        def kill() -> None:
            turn = 0
            while not over.wait(20):
                name = f"{self._project}-{_SERVICES[turn % len(_SERVICES)]}-1"
                told = subprocess.run(
                    ["docker", "inspect", "-f", "{{.State.Pid}}", name], capture_output=True, text=True
                )
                if told.returncode == 0 and (pid := int(told.stdout)):
                    subprocess.run(["kill", "-9", str(pid)], check=False)
                    done[0] += 1
                turn += 1

        thread = threading.Thread(target=kill, daemon=True)
        if wanted:
            thread.start()
        try:
            yield done
        finally:
            over.set()
            if wanted:
                thread.join()


def percentile(times: Sequence[float], share: float) -> float:
    """Returns the time that this share of them does not pass."""
    return sorted(times)[min(int(share * len(times)), len(times) - 1)]
