"""A teacher's classes: those they have, a list that becomes one or brings it up to date, and the codes to print."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from etabli.classroom import openings, people
from etabli.classroom.attendance import at_a_glance
from etabli.classroom.diary import note
from etabli.classroom.tables import Class, Person, Role, Teaching
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import lab_ids, shown_lab
from etabli.lab.variant import TRAINING
from etabli.portal.call import Call, answer, see_other, teaches_class
from etabli.portal.moments import typed_moment
from etabli.portal.numbers import number_in
from etabli.portal.pages import page
from etabli.roster.changes import Changes, Fate
from etabli.roster.learner import Learner
from etabli.roster.listing import LIST, Listing, read_listing
from etabli.roster.names import name_key
from etabli.roster.refusals import on_page
from etabli.roster.roster import Roster, class_names, new_roster, open_roster
from etabli.roster.told import most_are_gone, remark, summary, understood
from etabli.system.tables import TextTable, read_tables

LARGEST = 5_000_000
_KEPT = timedelta(minutes=30)
_MOST_KEPT = 40
_SHOWN_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class Pending:
    """A list that somebody sent and has not confirmed yet. It is in memory only: it holds names."""

    person: int
    at: datetime
    name: str
    content: bytes
    class_name: str
    prefix: str | None
    without: tuple[int, ...] = ()
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    """What the order of a new class is drawn with, so that the aliases shown are those given."""

    def read(self) -> tuple[Roster, Listing, Changes]:
        """Understands the list, and what it would change now."""
        roster = new_roster(self.class_name, self.prefix)
        listing = read_listing(Path(self.name), self.without, self.content)
        return roster, listing, roster.changes(listing.people, self.key)

    def lines(self) -> list[tuple[int, str]]:
        """Returns the lines of the file as they are, for who has to say what is wrong with them."""
        widest = max(read_tables(Path(self.name), LIST, self.content), key=TextTable.width)
        return [(row.line, " · ".join(cell for cell in row.cells if cell)) for row in widest.rows]


class Imports:
    """The lists that wait for a word; a list is confirmed once."""

    def __init__(self) -> None:
        self._waiting: dict[str, Pending] = {}
        self._lock = threading.Lock()

    def keep(self, pending: Pending, key: str | None = None) -> str:
        """Keeps a list; returns what it is confirmed with. The oldest ones make way."""
        kept = key or secrets.token_urlsafe(16)
        with self._lock:
            self._waiting[kept] = pending
            for oldest in list(self._waiting)[:-_MOST_KEPT]:
                del self._waiting[oldest]
        return kept

    def take(self, key: str, person: Person, now: datetime) -> Pending | None:
        """Returns a list to who sent it, and keeps it no more; ``None`` for others, and after half an hour."""
        with self._lock:
            self._waiting = {name: one for name, one in self._waiting.items() if now - one.at < _KEPT}
            found = self._waiting.get(key)
            return self._waiting.pop(key) if found is not None and found.person == person.id else None


@dataclass(frozen=True)
class Slips:
    """Codes that were just given, as they are printed. They are in memory only, until they are shown."""

    person: int
    of_class: int
    at: datetime
    codes: tuple[tuple[str, str], ...]
    """Each alias with its code."""


class Printing:
    """The codes that wait to be shown, which they are once: a page that is loaded again gives no other codes."""

    def __init__(self) -> None:
        self._waiting: dict[str, Slips] = {}
        self._lock = threading.Lock()

    def keep(self, slips: Slips) -> str:
        """Keeps codes for a moment; returns what they are asked for with."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._waiting = {name: one for name, one in self._waiting.items() if slips.at - one.at < _SHOWN_WITHIN}
            self._waiting[key] = slips
        return key

    def take(self, key: str, person: Person, of_class: Class, now: datetime) -> Slips | None:
        """Returns codes to who gave them, and keeps them no more; ``None`` for others, and once they were shown."""
        with self._lock:
            found = self._waiting.get(key)
            if found is None or (found.person, found.of_class) != (person.id, of_class.id):
                return None
            del self._waiting[key]
            return found if now - found.at < _SHOWN_WITHIN else None


def mine(call: Call, db: Session) -> Class:
    """Returns the class that the address names.

    Raises:
        HTTPException: 404: to others than its teachers it is not there.
    """
    person = call.as_(Role.TEACHER)
    teaches_class(db, person, int(call.path("id")))
    return db.get_one(Class, int(call.path("id")))


@dataclass(frozen=True)
class Named:
    """A learner's name as a page writes it: beside it, where two have the same, what tells them apart."""

    name: str
    listed: str


def learners_named(of_class: Class) -> dict[str, Named]:
    """Returns who is who in a class, by alias; nobody when the table of names does not know it any more."""
    if of_class.name not in class_names():
        return {}
    learners = open_roster(of_class.name).learners(active_only=False)
    borne = Counter(name_key(one.listed) for one in learners)
    return {one.alias: _named(one, alone=borne[name_key(one.listed)] == 1) for one in learners}


def _named(learner: Learner, *, alone: bool) -> Named:
    mark = learner.email or learner.number or learner.alias
    apart = "" if alone else f" ({mark})"
    return Named(f"{learner.name}{apart}", f"{learner.listed}{apart}")


def show_all(call: Call, wrong: str | None = None) -> Response:
    """Shows a teacher's classes, and where a list is sent."""
    typed = {"class_name": call.text("classe"), "prefix": call.text("prefixe")}
    return page(call, "classes.html.j2", 409 if wrong else 200, **_cards(call), wrong=wrong, typed=typed)


def follow(call: Call) -> Response:
    """Shows the part of the page that changes while classes work; the page asks for it again and again."""
    return page(call, "_classes.html.j2", **_cards(call))


def _cards(call: Call) -> dict[str, Any]:
    person = call.as_(Role.TEACHER)
    with call.room.work() as db:
        cards = [
            (one, sum(learner.active for learner in people.learners_of(db, one)), openings.openings_of(db, [one.id]))
            for one in people.classes_of(db, person)
        ]
        glance = at_a_glance(db, call.room, [opening.id for *_, opened in cards for opening in opened])
    titles = {lab_id: shown_lab(lab_id).manifest.title for lab_id in lab_ids()}
    return {"cards": cards, "glance": glance, "titles": titles, "now": call.now()}


def import_list(call: Call) -> Response:
    """Shows what a list would change; once that was confirmed, changes it."""
    person = call.as_(Role.TEACHER)
    imports: Imports = call.request.app.state.imports
    key = call.text("apercu")
    try:
        if not key:
            return _previewed(call, person, _sent(call, person))
        pending = imports.take(key, person, call.now())
        if pending is None:
            raise UsageProblem("L'aperçu n'est plus gardé : choisissez de nouveau la liste.")
        return _answered(call, person, key, pending)
    except UsageProblem as problem:
        return show_all(call, on_page(problem))


def _previewed(call: Call, person: Person, pending: Pending, key: str | None = None) -> Response:
    """Shows what a list would change, or what is in the way.

    Raises:
        UsageProblem: The file is no list at all.
    """
    try:
        _expect_mine(call, person, pending)
        roster, listing, changes = pending.read()
    except UsageProblem as problem:
        return _to_mend(call, pending, key, on_page(problem))
    return _preview(
        call,
        pending,
        key,
        class_name=roster.name,
        understood=list(understood(listing)),
        rows=[(change, remark(change, changes)) for change in changes.all],
        twins=[change for change in changes.all if changes.has_homonym(change)],
        summary=summary(changes),
        nothing=changes.none,
        new=not roster.learners(active_only=False),
        gone=most_are_gone(changes),
        renamed=list(changes.perhaps_renamed()),
    )


def _to_mend(call: Call, pending: Pending, key: str | None, wrong: str) -> Response:
    """Shows a list as it came, what is wrong, and the fields that mend it; the file stays here."""
    lines = pending.lines()
    return _preview(call, pending, key, 409, class_name=pending.class_name, wrong=wrong, lines=lines)


def _preview(call: Call, pending: Pending, key: str | None, status: int = 200, **told: Any) -> Response:
    imports: Imports = call.request.app.state.imports
    return page(call, "import.html.j2", status, key=imports.keep(pending, key), pending=pending, **told)


def _sent(call: Call, person: Person) -> Pending:
    sent = call.form.get("liste")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise UsageProblem("Aucun fichier n'est arrivé : choisissez la liste de la classe.")
    content = sent.file.read(LARGEST + 1)
    name = PurePosixPath(sent.filename.replace("\\", "/")).name[:100]
    if len(content) > LARGEST:
        raise UsageProblem(f"« {name} » dépasse 5 Mo : ce n'est sans doute pas une liste de classe.")
    if not call.text("classe"):
        raise UsageProblem("La classe n'a pas de nom : écrivez-le, par exemple SNO.")
    return Pending(person.id, call.now(), name, content, call.text("classe"), call.text("prefixe") or None)


def _expect_mine(call: Call, person: Person, pending: Pending) -> None:
    name = new_roster(pending.class_name, pending.prefix).name
    with call.room.work() as db:
        found = people.class_named(db, name)
        if found is not None and not people.teaches(db, person, found.id):
            raise UsageProblem(
                f"La classe {name} est celle d'un collègue : demandez-lui de vous la confier, ou donnez un autre nom."
            )


def _answered(call: Call, person: Person, key: str, pending: Pending) -> Response:
    """Does what was asked of a preview: reads the list again when anything of it was changed, or imports it."""
    words = call.text("sauf").replace(",", " ").split()
    left_out = tuple(line for word in words if (line := number_in(word)) is not None)
    wanted = replace(
        pending,
        class_name=call.text("classe") or pending.class_name,
        prefix=(call.text("prefixe") or None) if "prefixe" in call.form else pending.prefix,
        without=left_out if "sauf" in call.form else pending.without,
    )
    if len(left_out) < len(words):
        return _to_mend(call, wanted, key, "« Lignes à écarter » : tapez des numéros de lignes, séparés par un espace.")
    if call.text("relire") or wanted != pending:
        return _previewed(call, person, wanted, key)
    try:
        _expect_mine(call, person, pending)
        return _confirmed(call, person, key, pending)
    except UsageProblem as problem:
        return _to_mend(call, pending, key, on_page(problem))


def _confirmed(call: Call, person: Person, key: str, pending: Pending) -> Response:
    roster, _listing, changes = pending.read()
    if most_are_gone(changes) and not call.text("departs"):
        return _previewed(call, person, pending, key)
    roster.apply(changes)
    with call.room.work() as db:
        of_class = people.enrol(db, call.room, roster.name, [learner.alias for learner in roster.learners()])
        if not people.teaches(db, person, of_class.id):
            db.add(Teaching(class_id=of_class.id, person_id=person.id))
        counts = {fate.value: len(changes.of(fate)) for fate in Fate}
        note(db, call.now(), person, "importe la classe", roster.name, **counts)
    return see_other(f"/classes/{of_class.id}")


def show(call: Call, wrong: str | None = None) -> Response:
    """Shows a class: its learners, its openings, and what can be opened."""
    with call.room.work() as db:
        of_class = mine(call, db)
        learners = people.learners_of(db, of_class)
        found = openings.openings_of(db, [of_class.id])
        teachers = people.teachers_of(db, of_class)
    labs = [shown_lab(lab_id).manifest for lab_id in lab_ids()]
    zone = call.room.zone
    typed = {
        "lab": call.text("tp"),
        "session": call.text("session") or TRAINING,
        "opens": call.text("ouvre") or typed_moment(call.now(), zone),
        "closes": call.text("ferme"),
    }
    told = {"of_class": of_class, "learners": learners, "names": learners_named(of_class), "openings": found}
    told |= {"labs": labs, "titles": {lab.id: lab.title for lab in labs}, "typed": typed, "wrong": wrong}
    told |= {"teachers": teachers, "now": call.now(), "waiting": sum(not one.code_hash for one in learners)}
    told["with_code"] = any(one.code_hash for one in learners if one.active)
    return page(call, "classe.html.j2", 409 if wrong else 200, **told)


def share(call: Call) -> Response:
    """Gives the class to a colleague too."""
    try:
        with call.room.work() as db:
            of_class = mine(call, db)
            people.give_class(db, call.room, call.person, of_class, call.text("identifiant"))
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other(f"/classes/{of_class.id}")


def new_codes(call: Call) -> Response:
    """Gives new codes to a class, to those without one or to one learner; then sends to the page to print."""
    who = call.text("eleve")
    try:
        with call.room.work() as db:
            of_class = mine(call, db)
            chosen = [one for one in people.learners_of(db, of_class) if one.active and _is_meant(one, who)]
            if not chosen:
                raise UsageProblem(
                    "Aucun code n'a changé : tous en ont déjà un. Les bandes ne se sont pas affichées ? Choisissez « "
                    "Toute la classe », cochez la case, puis imprimez."
                )
            if who == "tous" and any(one.code_hash for one in chosen) and not call.text("remplacer"):
                raise UsageProblem(
                    "Aucun code n'a changé. De nouveaux codes pour toute la classe déconnectent tous les élèves : si "
                    "c'est voulu, cochez « Tous les codes d'avant ne vaudront plus »."
                )
            codes = tuple((one.shown, people.another_code(db, call.room, call.person, one)) for one in chosen)
    except UsageProblem as problem:
        return show(call, str(problem))
    printing: Printing = call.request.app.state.printing
    key = printing.keep(Slips(call.person.id, of_class.id, call.now(), codes))
    return see_other(f"/classes/{of_class.id}/codes/{key}")


def show_codes(call: Call) -> Response:
    """Shows the codes that were just given, this once."""
    with call.room.work() as db:
        of_class = mine(call, db)
    printing: Printing = call.request.app.state.printing
    found = printing.take(call.path("key"), call.person, of_class, call.now())
    if found is None:
        raise HTTPException(
            410,
            "Ces codes ont déjà été montrés, et ne le sont qu'une fois. Ils valent toujours : si vous les avez "
            "imprimés, rien n'est à refaire. Sinon, donnez-en de nouveaux depuis la page de la classe.",
        )
    names = learners_named(of_class)
    slips = [(alias, names.get(alias), code) for alias, code in found.codes]
    return page(call, "bandes.html.j2", slips=slips, of_class=of_class, origin=call.room.hosts.origin)


def _is_meant(person: Person, who: str) -> bool:
    return {"tous": True, "sans": not person.code_hash}.get(who, str(person.id) == who)


def routes() -> list[Route]:
    """A teacher's classes."""
    return [
        Route("/classes", answer(show_all)),
        Route("/classes/suivi", answer(follow)),
        Route("/classes/importer", answer(import_list), methods=["POST"]),
        Route("/classes/{id:int}", answer(show)),
        Route("/classes/{id:int}/codes", answer(new_codes), methods=["POST"]),
        Route("/classes/{id:int}/codes/{key}", answer(show_codes)),
        Route("/classes/{id:int}/collegues", answer(share), methods=["POST"]),
    ]
