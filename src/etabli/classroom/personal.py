"""Personal data: all that a room holds of one person, by rows and by folders.

What is shown to a person who asks (:mod:`etabli.classroom.handing_over`) and what is erased
(:mod:`etabli.classroom.purging`) are found here, once, so that nothing is in one and not in the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from etabli.classroom.elsewhere import CLOCKS, Clock, found_in, shared_in
from etabli.classroom.people import login_of
from etabli.classroom.place import Place
from etabli.classroom.state import Classroom
from etabli.classroom.tables import (
    Answer,
    Base,
    BindingRow,
    Connection,
    DiaryRow,
    Extension,
    Finding,
    HandInRow,
    Look,
    Opening,
    Person,
    Remark,
    SignInRow,
    TicketRow,
    VerificationRow,
    WorkspaceRow,
)
from etabli.exam.contract.errors import UsageProblem
from etabli.runs.identifier import is_same_candidate

_NEVER_SHOWN = frozenset({"code_hash", "token_sha256", "parent", "sign_in"})
"""What opens an account, even hashed, and what only ties rows together."""


class Kind(StrEnum):
    """Of rows about a person; the value is the key of the export."""

    ACCOUNT = "compte"
    EXTENSIONS = "delais"
    SIGN_INS = "sessions"
    CONNECTIONS = "connexions"
    WORKSPACES = "espaces"
    VERIFICATIONS = "verifications"
    FINDINGS = "constats"
    HAND_INS = "depots"
    REMARKS = "commentaires"
    LOOKS = "regards"
    ANSWERS = "aides"
    DIARY = "journal"
    TICKETS = "billets"
    BINDINGS = "recueils"


TITLES = {
    Kind.ACCOUNT: "Compte",
    Kind.EXTENSIONS: "Échéances accordées",
    Kind.SIGN_INS: "Sessions ouvertes dans un navigateur",
    Kind.CONNECTIONS: "Connexions et essais",
    Kind.WORKSPACES: "Espaces de travail et demandes d'aide",
    Kind.VERIFICATIONS: "Vérifications demandées",
    Kind.FINDINGS: "Constats de ces vérifications",
    Kind.HAND_INS: "Dépôts",
    Kind.REMARKS: "Commentaires sur le travail",
    Kind.LOOKS: "Qui a regardé le travail",
    Kind.ANSWERS: "Demandes d'aide traitées",
    Kind.DIARY: "Journal : ce que la personne a fait, et ce qui a été fait à son sujet",
    Kind.TICKETS: "Passages vers un autre site, à usage unique",
    Kind.BINDINGS: "Recueils préparés (page et PDF)",
}
"""What each is called on screens."""


class Part(StrEnum):
    """Of the folders about a person; the value is where the export puts it."""

    WORKSPACE = "espaces"
    VERSIONS = "versions"
    HAND_INS = "depots"
    RESULTS = "resultats"
    RECUEIL = "recueils"
    FORMS = "fiches"
    YEAR = "annees"
    COMMISSIONS = "commissions"
    ARCHIVES = "archives"
    BOUND = "reliures"

    @property
    def archived(self) -> bool:
        """Whether it is kept for good: decisions, minutes, sealed archives. No purge takes it unasked."""
        return CLOCKS.get(self.value) is Clock.ARCHIVES


@dataclass(frozen=True)
class Folder:
    """A folder, or a file, that is about one person alone."""

    part: Part
    path: Path
    name: str
    """What a person would call it."""


@dataclass(frozen=True)
class Holding:
    """What a room holds of one person."""

    person: Person
    rows: dict[Kind, Sequence[Base]]
    folders: Sequence[Folder]
    shared: Sequence[Path] = ()
    """Files of a commission's session that say something of the person."""

    @property
    def tokens(self) -> list[str]:
        """Of the person's workspaces."""
        return [row.token for row in self.rows[Kind.WORKSPACES] if isinstance(row, WorkspaceRow)]


def person_called(db: Session, alias: str) -> Person:
    """Returns whose alias or login this is, in any case.

    Raises:
        UsageProblem: Nobody's.
    """
    found = db.scalar(select(Person).where(Person.login == login_of(alias)))
    if found is None:
        raise UsageProblem(
            f"« {alias} » n'est pas un compte de cette salle : « etabli classe liste CLASSE » donne les alias."
        )
    return found


def holding(db: Session, room: Classroom, person: Person, elsewhere: Sequence[Path] = ()) -> Holding:
    """Finds all that a room holds of one person.

    Args:
        db: A transaction.
        room: Which.
        person: Of any role.
        elsewhere: Output folders outside the room, as ``etabli grade`` writes them.
    """
    spaces = db.scalars(select(WorkspaceRow).where(WorkspaceRow.person_id == person.id)).all()
    tokens = [space.token for space in spaces]
    asked = db.scalars(select(VerificationRow).where(VerificationRow.token.in_(tokens))).all()
    rows: dict[Kind, Sequence[Base]] = {
        Kind.ACCOUNT: [person],
        Kind.EXTENSIONS: db.scalars(select(Extension).where(Extension.person_id == person.id)).all(),
        Kind.SIGN_INS: db.scalars(select(SignInRow).where(SignInRow.person_id == person.id)).all(),
        Kind.TICKETS: db.scalars(select(TicketRow).where(TicketRow.person_id == person.id)).all(),
        Kind.CONNECTIONS: db.scalars(select(Connection).where(Connection.login == person.login)).all(),
        Kind.WORKSPACES: spaces,
        Kind.VERIFICATIONS: asked,
        Kind.FINDINGS: db.scalars(select(Finding).where(Finding.verification_id.in_([one.id for one in asked]))).all(),
        Kind.HAND_INS: db.scalars(select(HandInRow).where(HandInRow.token.in_(tokens))).all(),
        Kind.REMARKS: db.scalars(
            select(Remark)
            .where(Remark.token.in_(tokens) | (Remark.made_by == person.id))
            .options(joinedload(Remark.author))
        ).all(),
        Kind.LOOKS: db.scalars(
            select(Look).where(Look.token.in_(tokens) | (Look.person_id == person.id)).options(joinedload(Look.person))
        ).all(),
        Kind.ANSWERS: db.scalars(
            select(Answer)
            .where(Answer.token.in_(tokens) | (Answer.person_id == person.id))
            .options(joinedload(Answer.person))
        ).all(),
        Kind.DIARY: diary_of(db, person),
        Kind.BINDINGS: db.scalars(
            select(BindingRow).where((BindingRow.person_id == person.id) | (BindingRow.made_by == person.id))
        ).all(),
    }
    roots = [*elsewhere_of(room.place), *elsewhere]
    folders: dict[Path, Folder] = {}
    for folder in _folders(db, room.place, person, spaces, roots):
        folders.setdefault(folder.path, folder)
    return Holding(person, rows, list(folders.values()), shared_in(roots, person.shown))


def elsewhere_of(place: Place) -> list[Path]:
    """Returns the folders of a room that hold what does not depend on an opening."""
    names = ("recueils", "reliures", "commissions", "archives")
    return [path for name in names if (path := place.folder / name).is_dir() and not path.is_symlink()]


def folders_elsewhere(roots: Iterable[Path], alias: str) -> Iterator[Folder]:
    """Finds what is about one person alone in folders that no room knows."""
    for one in found_in(roots, alias):
        yield Folder(Part(one.part), one.path, one.name)


def diary_of(db: Session, person: Person) -> list[DiaryRow]:
    """Returns the rows of the diary by or about a person: as a whole word, for « SNO-1 » is not « SNO-10 »."""
    return [row for row in db.scalars(select(DiaryRow).order_by(DiaryRow.id)) if is_about(row, person)]


def is_about(row: DiaryRow, person: Person) -> bool:
    """Tells whether a row of the diary is by or about a person."""
    told = f"{row.about}\n{json.dumps(row.detail, ensure_ascii=False)}"
    return row.who == person.login or any(pattern.search(told) for pattern in names_of(person))


def names_of(person: Person) -> list[re.Pattern[str]]:
    """Returns what finds a person's login and alias in a text."""
    names = sorted({person.login, person.shown}, key=len, reverse=True)
    return [re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", re.IGNORECASE) for name in names]


def facts(row: Base, zone: Any = None) -> dict[str, Any]:
    """Returns what a row says, for a person or a program; never what opens an account."""
    told: dict[str, Any] = {}
    if isinstance(row, Remark | Look | Answer):
        told["by"] = row.author.shown if isinstance(row, Remark) else row.person.shown
    for column in row.__table__.columns:
        if column.name not in _NEVER_SHOWN:
            value = getattr(row, column.name)
            told[column.name] = value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
    return told


def _folders(
    db: Session, place: Place, person: Person, spaces: Iterable[WorkspaceRow], elsewhere: Sequence[Path]
) -> Iterator[Folder]:
    for space in spaces:
        name = f"{space.lab} · {space.session}"
        for part, path in (
            (Part.WORKSPACE, place.workspace(space.token)),
            (Part.VERSIONS, place.versions(space.token)),
        ):
            if path.is_dir() and not path.is_symlink():
                yield Folder(part, path, name)
    openings = {opening.id: opening for opening in db.scalars(select(Opening))}
    for part in (Part.HAND_INS, Part.RESULTS):
        for folder in sorted((place.folder / part).glob("[0-9]*")):
            if folder.is_symlink():  # the portal writes there, and root reads and erases
                continue
            opening = openings.get(int(folder.name)) if folder.name.isdigit() else None
            name = f"{opening.lab} · {opening.session}" if opening else f"ouverture {folder.name}"
            yield from (Folder(part, path, name) for path in _own(folder, person))
    yield from (Folder(Part.BOUND, path, "recueil préparé") for path in _own(place.folder / Part.BOUND, person))
    yield from folders_elsewhere(elsewhere, person.shown)


def _own(folder: Path, person: Person) -> list[Path]:
    """Returns the folders of one person in a folder that has one per candidate."""
    if not folder.is_dir():
        return []
    inside = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()]
    return [path for path in inside if is_same_candidate(path.name, person.shown)]
