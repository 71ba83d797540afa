"""The administrator's pages: accounts, storage, versions, connections and the diary; no learner's work."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

import etabli
from etabli.classroom import people
from etabli.classroom.tables import Class, Connection, DiaryRow, Opening, Person, Role, WorkspaceRow
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import lab_ids, shown_lab
from etabli.portal.call import Call, answer, see_other
from etabli.portal.numbers import number_in
from etabli.portal.pages import moment, page

_ROWS = 100
_NUMBERS = ("opening", "number", "batch")
_MOMENTS = ("opens", "closes", "until")
_DETAILS = {
    **{"opening": "ouverture n°", "number": "dépôt n°", "batch": "vérification n°"},
    **{"opens": "ouvre", "closes": "ferme", "until": "jusqu'à"},
    **{"lab": "TP", "to": "à", "check": "point", "names": "avec les noms", "sha256": "empreinte"},
    **{"added": "nouveaux", "kept": "inchangés", "corrected": "corrigés", "back": "de retour", "gone": "partis"},
}
"""What a fact of the diary is called."""


def show(call: Call, wrong: str | None = None, given: tuple[Person, str] | None = None) -> Response:
    """Shows accounts and classes; a code that was just given, this once."""
    call.as_(Role.ADMIN)
    with call.room.work() as db:
        accounts = list(db.scalars(select(Person).where(Person.role != Role.LEARNER).order_by(Person.login)))
        classes = [
            (one, people.teachers_of(db, one), sum(learner.active for learner in people.learners_of(db, one)))
            for one in db.scalars(select(Class).order_by(Class.name))
        ]
    told = {"accounts": accounts, "classes": classes, "wrong": wrong, "given": given}
    told["typed"] = {name: call.text(name) if wrong else "" for name in ("identifiant", "nom", "role")}
    return page(call, "administration.html.j2", 409 if wrong else 200, **told, origin=call.room.hosts.origin)


def add(call: Call) -> Response:
    """Makes the account of a teacher, or of another administrator."""
    call.as_(Role.ADMIN)
    role = Role.ADMIN if call.text("role") == Role.ADMIN else Role.TEACHER
    try:
        with call.room.work() as db:
            given = people.add_account(db, call.room, call.person, call.text("identifiant"), call.text("nom"), role)
    except UsageProblem as problem:
        return show(call, str(problem))
    return show(call, given=given)


def change(call: Call) -> Response:
    """Gives an account another code, or ends it."""
    admin = call.as_(Role.ADMIN)
    with call.room.work() as db:
        person = db.get(Person, int(call.path("id")))
        if person is None or person.role is Role.LEARNER:
            raise HTTPException(404)
        if call.text("fermer"):
            if person.id == admin.id:
                raise HTTPException(409, "C'est votre propre compte : un autre administrateur peut le fermer.")
            people.end_account(db, call.room, admin, person)
            return see_other("/administration")
        if person.id == admin.id:
            raise HTTPException(409, "C'est votre propre compte : choisissez « Changer de code ».")
        code = people.another_code(db, call.room, admin, person)
    return show(call, given=(person, code))


def give(call: Call) -> Response:
    """Gives a class to a teacher, whose former one may have left."""
    admin = call.as_(Role.ADMIN)
    try:
        with call.room.work() as db:
            of_class = db.get(Class, int(call.path("id")))
            if of_class is None:
                raise HTTPException(404)
            people.give_class(db, call.room, admin, of_class, call.text("identifiant"))
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other("/administration#classes")


@dataclass(frozen=True)
class Stored:
    """What a class keeps on the disk, in bytes."""

    name: str
    spaces: int
    hand_ins: int
    results: int

    @property
    def all(self) -> int:
        """Everything."""
        return self.spaces + self.hand_ins + self.results


def machine(call: Call) -> Response:
    """Shows the disk, what each class keeps, and the versions."""
    call.as_(Role.ADMIN)
    place = call.room.place
    with call.room.work() as db:
        stored = []
        for one in db.scalars(select(Class).order_by(Class.name)):
            openings = list(db.scalars(select(Opening.id).where(Opening.class_id == one.id)))
            tokens = list(db.scalars(select(WorkspaceRow.token).where(WorkspaceRow.opening_id.in_(openings))))
            spaces = size_of([*map(place.workspace, tokens), *map(place.versions, tokens)])
            handed = size_of(place.folder / "depots" / str(number) for number in openings)
            stored.append(Stored(one.name, spaces, handed, size_of(map(place.results, openings))))
    labs = [shown_lab(lab_id).manifest for lab_id in lab_ids()]
    disk = shutil.disk_usage(place.folder if place.folder.is_dir() else "/")
    versions = {"Établi": etabli.__version__, "Python": platform.python_version()}
    return page(call, "machine.html.j2", stored=stored, labs=labs, disk=disk, versions=versions)


def size_of(folders: Iterable[Path]) -> int:
    """Returns the bytes of the ordinary files below folders; what cannot be read counts for nothing."""
    total = 0
    for folder in folders:
        for root, _folders, names in os.walk(folder):
            for name in names:
                try:
                    facts = os.lstat(os.path.join(root, name))
                except OSError:
                    continue
                total += facts.st_size if stat.S_ISREG(facts.st_mode) else 0
    return total


def diary(call: Call) -> Response:
    """Shows who did what, the newest first, page by page."""
    call.as_(Role.ADMIN)
    asked, before = call.request.query_params.get("cherche", "").strip(), _before(call)
    query = select(DiaryRow).order_by(DiaryRow.id.desc()).limit(_ROWS + 1)
    if asked:
        columns = (DiaryRow.who, DiaryRow.what, DiaryRow.about)
        query = query.where(or_(*(column.icontains(asked, autoescape=True) for column in columns)))
    if before:
        query = query.where(DiaryRow.id < before)
    with call.room.work() as db:
        rows = list(db.scalars(query))
    more = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    shown = [(row, details(row.detail, call.room.zone)) for row in rows[:_ROWS]]
    return page(call, "journal.html.j2", rows=shown, asked=asked, more=more)


def details(facts: dict[str, Any], zone: tzinfo) -> list[str]:
    """Returns what a row of the diary has beside, as a person reads it: French words, hours of the room."""
    told = []
    for name, value in facts.items():
        if name in _MOMENTS:
            value = moment(datetime.fromisoformat(value), zone) if value else "sans fin"
        elif isinstance(value, bool):
            value = "oui" if value else "non"
        told.append(f"{_DETAILS.get(name, name)}{' ' if name in _NUMBERS else ' : '}{value}")
    return told


def connections(call: Call) -> Response:
    """Shows who signed in, or tried to."""
    call.as_(Role.ADMIN)
    before = _before(call)
    query = select(Connection).order_by(Connection.id.desc()).limit(_ROWS + 1)
    if before:
        query = query.where(Connection.id < before)
    with call.room.work() as db:
        rows = list(db.scalars(query))
    more = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    return page(call, "connexions.html.j2", rows=rows[:_ROWS], more=more)


def _before(call: Call) -> int | None:
    return number_in(call.request.query_params.get("avant", ""))


def routes() -> list[Route]:
    """The administrator's pages."""
    return [
        Route("/administration", answer(show)),
        Route("/administration/comptes", answer(add), methods=["POST"]),
        Route("/administration/comptes/{id:int}", answer(change), methods=["POST"]),
        Route("/administration/classes/{id:int}", answer(give), methods=["POST"]),
        Route("/administration/machine", answer(machine)),
        Route("/administration/journal", answer(diary)),
        Route("/administration/connexions", answer(connections)),
    ]
