"""A learner's traces in a room: those that they choose, what they say of each, their part in others', the recueil."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from etabli.classroom import bindings, people
from etabli.classroom.diary import note
from etabli.classroom.jobs import Job
from etabli.classroom.quota import full
from etabli.classroom.state import Classroom
from etabli.classroom.tables import BindingRow, Class, DiaryRow, Opening, Person, Progress, Role, WorkspaceRow
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.portal import recueil_views, shelf
from etabli.portal.call import Call, answer, as_json, see_other
from etabli.portal.classes import learners_named
from etabli.portal.exports import download
from etabli.portal.pages import hour, page
from etabli.portal.recueil_acts import LEARNER_S, TOLD, Desk, Sent, act
from etabli.recueil import acting
from etabli.recueil.kept import FACTS, FILE, PAGE, Kept, folder_of, read
from etabli.recueil.model import Trace
from etabli.roster.anywhere import known_classes
from etabli.workspace.workspace import HIDDEN

BASE = "/mes-traces"
_RUNS = "verifications"
_ONCE = timedelta(minutes=10)
"""Words that save themselves are one row of the diary in so long."""


@dataclass(frozen=True)
class PartCard:
    """A group's trace of somebody else, in which one is named."""

    author: str
    name: str
    trace: Trace
    members: tuple[recueil_views.MemberView, ...]


def runs_of(db: Session, room: Classroom, person: Person) -> tuple[Path, ...]:
    """Returns the folders that may hold runs of a learner: what they verified, and what was graded."""
    spaces = db.scalars(select(WorkspaceRow.token).where(WorkspaceRow.person_id == person.id))
    openings = db.scalars(select(Opening.id).where(Opening.class_id == person.class_id))
    own = [room.place.workspace(token) / HIDDEN / _RUNS for token in spaces]
    return (*own, *(room.place.results(number) for number in openings))


def names_of(of_class: Class | None) -> dict[str, str]:
    """Returns how the learners of a class are called, by alias; nobody where the table of names is not there."""
    if of_class is None or of_class.name not in known_classes():
        return {}
    return {alias: one.name for alias, one in learners_named(of_class).items()}


def show(call: Call, wrong: str | None = None) -> Response:
    """Shows a learner their traces, and what could be one."""
    person = call.as_(Role.LEARNER)
    place = call.room.place
    with call.room.work() as db:
        own = db.get_one(Person, person.id)
        names, mates = names_of(own.of_class), _mates(db, own)
        outputs, bound = runs_of(db, call.room, own), bindings.latest(db, own)
    kept = recueil_views.kept_of(place.recueils, own.shown)
    sent = Sent(call.form if wrong else {})
    told = recueil_views.page_values(kept, may=LEARNER_S, base=BASE, sent=sent, names=names, me=own.shown)
    told |= {"choices": recueil_views.choices_of(outputs, own.shown, kept)}
    told |= {"parts": list(_parts(place.recueils, kept, own.shown, mates, names))}
    told |= {"mates": [(alias, names.get(alias, alias)) for alias in mates]}
    told |= {"bound": bound, "there": _is_bound(call.room, own), "me": own.shown}
    return page(call, "traces.html.j2", 409 if wrong else 200, **told, wrong=wrong)


def _mates(db: Session, person: Person) -> list[str]:
    """The others of the class, by alias."""
    if person.of_class is None:
        return []
    found = people.learners_of(db, person.of_class)
    return [one.shown for one in found if one.id != person.id and one.active]


def _parts(root: Path, mine: Kept | None, me: str, mates: list[str], names: Mapping[str, str]) -> Iterator[PartCard]:
    """The traces of classmates that name one, but for those that one has taken."""
    own = mine.recueil.traces if mine else ()
    for alias in mates:
        if (kept := _naming(root, alias, me)) is None:
            continue
        for trace in kept.recueil.traces:
            members = recueil_views.members_of(trace, names, me)
            if any(one.mine for one in members) and not any(acting.same_work(one, trace) for one in own):
                yield PartCard(alias, names.get(alias, alias), trace, members)


def _naming(root: Path, alias: str, me: str) -> Kept | None:
    """Reads the recueil of somebody else where it names one: the others are not even read."""
    try:
        content = (folder_of(root, alias) / FILE).read_bytes()
        return read(root, alias) if me.lower().encode() in content.lower() else None
    except (OSError, EtabliError):  # theirs to mend
        return None


def desk_of(db: Session, call: Call, person: Person) -> Desk:
    """Returns a learner's recueil, as they may write it."""
    return Desk(
        call.room.place.recueils,
        person.shown,
        runs_of(db, call.room, person),
        today(call),
        author=person.shown,
        mates=frozenset(_mates(db, person)),
    )


def do(call: Call) -> Response:
    """Does what one of the page's forms asks for."""
    person, name = call.as_(Role.LEARNER), call.path("acte")
    if name == "recueil":
        return ask_binding(call, person, f"{BASE}#recueil")
    if name not in LEARNER_S:
        raise HTTPException(404)
    try:
        expect_space(call, name)
        with call.room.work() as db:
            own = db.get_one(Person, person.id)
            trace = act(desk_of(db, call, own), name, Sent(call.form))
            note(db, call.now(), own, TOLD[name], own.shown, trace=trace)
    except UsageProblem as problem:
        return show(call, str(problem))
    return see_other(f"{BASE}#{f'trace-{trace}' if trace else 'traces'}")


def expect_space(call: Call, name: str) -> None:
    """Makes sure that what is heavy still has its place.

    Raises:
        UsageProblem: The disk is nearly full.
    """
    if name in ("choisir", "ajouter") and (why := full(call.room.limits, call.room.place.kept)):
        raise UsageProblem(why)


def ask_binding(call: Call, person: Person, back: str) -> Response:
    """Asks the worker for the recueil as a page and a PDF."""
    with call.room.work() as db:
        row, new = bindings.ask(db, call.room, call.person, db.get_one(Person, person.id))
    if new:
        call.jobs.ask(Job.BIND, row.id)
    return see_other(back)


def save(call: Call) -> Response:
    """Saves one text as it is typed: a learner's own, or their part in somebody else's group."""
    person = call.as_(Role.LEARNER)
    try:
        fields = recueil_views.words_in(call.body)
    except ValueError as error:
        raise HTTPException(400, "La demande est illisible : rechargez la page.") from error
    root = call.room.place.recueils
    with call.room.work() as db:
        own = db.get_one(Person, person.id)
        author = _author(db, own, fields)
        if not (folder_of(root, author) / FILE).is_file():
            raise HTTPException(404)
        try:
            with acting.alone(root, author):
                kept = read(root, author)
                words = (fields["trace"], fields["champ"], fields["texte"], fields["avant"])
                acting.said(kept, *words, member=own.shown)
        except acting.Changed as changed:
            return as_json({"error": str(changed), "now": changed.now}, 409)
        _note_words(db, call, own, fields["trace"])
    return as_json({"saved": hour(call.now(), call.room.zone, call.now())})


def _author(db: Session, own: Person, fields: Mapping[str, str]) -> str:
    """Whose recueil is written: one's own, or, for a part, a classmate's.

    Raises:
        HTTPException: 404: nobody's whom one may write to.
    """
    author = fields["de"] or own.shown
    own_words = author == own.shown
    if not own_words and (fields["champ"] != acting.PART or author not in _mates(db, own)):
        raise HTTPException(404)
    return author


def _note_words(db: Session, call: Call, person: Person, trace: str) -> None:
    last = select(DiaryRow.at).where(DiaryRow.who == person.login, DiaryRow.what == TOLD["ecrire"])
    at = db.scalar(last.order_by(DiaryRow.id.desc()).limit(1))
    if at is None or call.now() - at > _ONCE:
        note(db, call.now(), person, TOLD["ecrire"], person.shown, trace=trace)


def piece(call: Call) -> Response:
    """Gives the document of one of the learner's own traces."""
    return document_of(call.room, call.as_(Role.LEARNER).shown, call.path("trace"))


def document_of(room: Classroom, alias: str, trace: str) -> Response:
    """Gives the document of a trace, under its own name, to keep: it is somebody's, and is not opened here.

    Raises:
        HTTPException: 404: there is none.
    """
    kept = recueil_views.kept_of(room.place.recueils, alias)
    found = kept.recueil.trace(trace) if kept else None
    if kept is None or found is None or found.ailleurs is None or found.ailleurs.copie is None:
        raise HTTPException(404)
    content = shelf.read_below(kept.folder, found.ailleurs.copie)
    return download(found.ailleurs.fichier or "document", "application/octet-stream", content)


def recueil(call: Call) -> Response:
    """Gives the learner's own recueil, as it was last bound."""
    return bound_file(call, call.as_(Role.LEARNER), call.path("name"))


def bound_file(call: Call, person: Person, name: str) -> Response:
    """Gives a file of a recueil that was bound, or all of them as a zip.

    Raises:
        HTTPException: 404: it is not there.
    """
    folder = call.room.place.bound(person.shown)
    if not _is_bound(call.room, person):
        raise HTTPException(404)
    with call.room.work() as db:
        note(db, call.now(), call.person, "lit le recueil", person.shown, file=name)
    if name != "recueil.zip":
        return shelf.shown(folder, name, ours=name == PAGE)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return download(f"recueil-{person.shown}.zip", "application/zip", buffer.getvalue())


def _is_bound(room: Classroom, person: Person) -> bool:
    return shelf.is_shown(room.place.bound(person.shown) / FACTS)


def state_of(call: Call) -> Response:
    """Tells the page where the binding is."""
    person = call.as_(Role.LEARNER)
    with call.room.work() as db:
        return as_json(told_binding(bindings.latest(db, person)))


def told_binding(row: BindingRow | None) -> dict[str, object]:
    """Returns where a binding is, for a program."""
    return {"over": row is None or row.state.over, "done": row is not None and row.state is Progress.DONE}


def today(call: Call) -> date:
    """Returns the day, in the room's time zone."""
    return call.now().astimezone(call.room.zone).date()


def routes() -> list[Route]:
    """A learner's traces."""
    return [
        Route(BASE, answer(show), methods=["GET"]),
        Route(f"{BASE}/recueil/{{name:path}}", answer(recueil, at_once=2)),
        Route(f"{BASE}/pieces/{{trace}}", answer(piece)),
        Route(f"{BASE}/{{acte}}", answer(do), methods=["POST"]),
        Route("/api/mes-traces", answer(save), methods=["PUT"]),
        Route("/api/mes-traces/recueil", answer(state_of)),
    ]
