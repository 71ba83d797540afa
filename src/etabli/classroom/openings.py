"""Openings: a lab opened for a class from an hour to another, with more time for one learner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from etabli.classroom.diary import note
from etabli.classroom.state import Classroom
from etabli.classroom.tables import BatchRow, Class, Extension, HandInRow, Opening, Person, WorkspaceRow
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.runs.identifier import is_identifier

_LONGEST_SESSION = 40


def open_lab(
    db: Session,
    room: Classroom,
    by: Person,
    of_class: Class,
    lab: Lab,
    session: str,
    opens_at: datetime,
    closes_at: datetime | None,
) -> Opening:
    """Opens a lab for a class.

    Raises:
        UsageProblem: It ends before it begins, is already open for this class in this session, or no session is so
            named.
    """
    _expect_order(opens_at, closes_at)
    if not is_identifier(session) or len(session) > _LONGEST_SESSION:
        raise UsageProblem(
            f"« {session} » n'est pas un nom de session : lettres sans accent, chiffres, « . », « _ », « - », "
            f"{_LONGEST_SESSION} au plus."
        )
    same = select(Opening).where(Opening.class_id == of_class.id, Opening.lab == lab.id, Opening.session == session)
    if db.scalar(same):
        raise UsageProblem(
            f"« {lab.manifest.title} » est déjà ouvert pour {of_class.name} dans la session « {session} » : changez "
            "son échéance, ou donnez un autre nom de session."
        )
    opening = Opening(
        class_id=of_class.id, lab=lab.id, session=session, opens_at=opens_at, closes_at=closes_at, made_by=by.id
    )
    db.add(opening)
    db.flush()
    note(db, room.now(), by, "ouvre le TP", f"{lab.id} pour {of_class.name}", opening=opening.id)
    return opening


def openings_of(db: Session, class_ids: Sequence[int]) -> list[Opening]:
    """Returns the openings of classes, the newest first."""
    return list(db.scalars(select(Opening).where(Opening.class_id.in_(class_ids)).order_by(Opening.opens_at.desc())))


def closes_at(db: Session, opening: Opening, person: Person) -> datetime | None:
    """Returns when an opening ends for a learner: their own hour, if they were given one."""
    own = db.get(Extension, (opening.id, person.id))
    return own.closes_at if own else opening.closes_at


def is_open(opening: Opening, now: datetime) -> bool:
    """Tells whether an opening has begun: what is late is taken, and said to be late."""
    return opening.opens_at <= now


def extend(db: Session, room: Classroom, by: Person, opening: Opening, person: Person, until: datetime) -> None:
    """Gives one learner another end.

    Raises:
        UsageProblem: The learner is of another class, or it would end before it begins.
    """
    if person.class_id != opening.class_id:
        raise UsageProblem(f"« {person.shown} » n'est pas de cette classe : choisissez un élève de la classe.")
    if until <= opening.opens_at:
        raise UsageProblem("Cette échéance est avant l'ouverture du TP : corrigez-la.")
    own = db.get(Extension, (opening.id, person.id)) or Extension(opening_id=opening.id, person_id=person.id)
    own.closes_at = until
    db.add(own)
    note(db, room.now(), by, "change l'échéance", person.shown, opening=opening.id, until=until.isoformat())


def no_extension(db: Session, room: Classroom, by: Person, opening: Opening, person: Person) -> None:
    """Takes a learner's own end back: theirs is that of the class again."""
    own = db.get(Extension, (opening.id, person.id))
    if own is not None:
        db.delete(own)
        note(db, room.now(), by, "retire l'échéance propre", person.shown, opening=opening.id)


def extensions_of(db: Session, opening: Opening) -> dict[int, datetime]:
    """Returns the ends of an opening that are a learner's own, by the learner's number."""
    mine = select(Extension).where(Extension.opening_id == opening.id)
    return {own.person_id: own.closes_at for own in db.scalars(mine)}


def change(
    db: Session, room: Classroom, by: Person, opening: Opening, opens_at: datetime, closes_at: datetime | None
) -> None:
    """Changes when an opening begins and ends.

    Raises:
        UsageProblem: It would end before it begins, for all or for a learner.
    """
    _expect_order(opens_at, closes_at)
    if any(own <= opens_at for own in extensions_of(db, opening).values()):
        raise UsageProblem("Un élève aurait une échéance avant l'ouverture : retirez d'abord son délai.")
    opening.opens_at, opening.closes_at = opens_at, closes_at
    told = {"opens": opens_at.isoformat(), "closes": closes_at.isoformat() if closes_at else None}
    note(db, room.now(), by, "change l'ouverture", opening.lab, opening=opening.id, **told)


def why_kept(db: Session, opening: Opening) -> str | None:
    """Tells why an opening cannot be removed; ``None`` as long as nobody has used it."""
    spaces = db.scalars(select(WorkspaceRow).where(WorkspaceRow.opening_id == opening.id)).all()
    handed = db.scalar(select(HandInRow.id).where(HandInRow.opening_id == opening.id).limit(1))
    if handed is not None:
        return "Un élève a déjà déposé : cette ouverture reste, avec les dépôts."
    if db.scalar(select(BatchRow.id).where(BatchRow.opening_id == opening.id).limit(1)) is not None:
        return "Des rendus y ont été vérifiés : cette ouverture reste."
    if any(space.seen_at or space.saved_at for space in spaces):
        return "Un élève a déjà commencé : cette ouverture reste, avec son travail. Vous pouvez changer ses horaires."
    if spaces or opening.ahead is not None:
        return "Les espaces de travail de cette ouverture sont déjà préparés : elle reste. Vous pouvez changer l'heure."
    return None


def remove(db: Session, room: Classroom, by: Person, opening: Opening) -> None:
    """Removes an opening that nobody has used.

    Raises:
        UsageProblem: Somebody has.
    """
    if why := why_kept(db, opening):
        raise UsageProblem(why)
    db.execute(delete(Extension).where(Extension.opening_id == opening.id))
    db.delete(opening)
    note(db, room.now(), by, "supprime l'ouverture", opening.lab, opening=opening.id)


def _expect_order(opens_at: datetime, closes_at: datetime | None) -> None:
    if closes_at is not None and closes_at <= opens_at:
        raise UsageProblem("L'échéance est avant l'ouverture : corrigez l'une des deux.")
