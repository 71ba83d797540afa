"""Accounts: who may sign in, and the printed code that lets them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import argon2
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from etabli.classroom import sign_ins
from etabli.classroom.diary import note
from etabli.classroom.state import Classroom
from etabli.classroom.tables import Class, Connection, Person, Role, Teaching
from etabli.exam.contract.errors import UsageProblem

ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter or digit that is taken for another."""
_GROUPS, _OF = 3, 4
FREE_TRIES: Final = 5
"""Wrong codes in a row before one has to wait."""
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)
FIRST_ADMIN: Final = "admin"
SHORTEST: Final = 12
"""Characters of a code that a person chooses."""
LONGEST: Final = 200
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's smallest recommendation for argon2id (Password Storage Cheat Sheet); a drawn code has 59 bits."""
_NOBODY = _HASHER.hash("nobody")
"""What is verified where there is no such account, which takes the same time."""


class WrongCode(UsageProblem):
    """Identifiant ou code inconnu : vérifiez-les (sur votre bande, pour un élève), puis réessayez."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__ or "")


class MustWait(UsageProblem):
    """Too many wrong codes: the sentence says for how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Trop d'essais manqués : attendez {seconds} s, puis réessayez. Un code perdu ? Votre enseignant en donne "
            "un autre."
        )
        self.seconds = seconds


def new_code() -> str:
    """Draws a code: three groups of four, easy to copy from paper."""
    return "-".join("".join(secrets.choice(ALPHABET) for _n in range(_OF)) for _group in range(_GROUPS))


def told(code: str) -> str:
    """Returns a code as it is compared: case, spaces and hyphens do not matter in a drawn one."""
    bare = "".join(code.split()).replace("-", "").lower()
    return bare if len(bare) == _GROUPS * _OF and set(bare) <= set(ALPHABET) else code


def login_of(typed: str) -> str:
    """Returns a login as it is kept."""
    return typed.strip().lower()


def give_code(db: Session, person: Person, code: str | None = None, *, once: bool = False) -> str:
    """Gives a person another code, and returns it: it is kept as a hash, so this is the only time it is seen."""
    chosen = code or new_code()
    person.code_hash = _HASHER.hash(told(chosen))
    person.once, person.wrong, person.wait_until = once, 0, None
    db.add(person)
    return chosen


def choose_code(db: Session, room: Classroom, person: Person, code: str) -> None:
    """Keeps the code that a person chose in place of the one that served once.

    Raises:
        UsageProblem: It is too short, or too long.
    """
    if not SHORTEST <= len(code) <= LONGEST:
        raise UsageProblem(f"Choisissez un code de {SHORTEST} à {LONGEST} caractères.")
    give_code(db, person, code)
    note(db, room.now(), person, "choisit son code")


def recognised(room: Classroom, login: str, code: str, address: str) -> Person:
    """Returns whose login and code these are, and notes the attempt.

    Raises:
        WrongCode: Nobody's.
        MustWait: Too many wrong codes in a row for this login.
    """
    now = room.now()
    with room.work() as db:
        person = _known(db, login)
        if person is not None and person.wait_until and person.wait_until > now:
            raise MustWait(-int((now - person.wait_until).total_seconds() // 1))
        well = _is_code(person, code)
        noted = person.login if person else login_of(login)[:64]
        db.add(Connection(at=now, login=noted, address=address, well=well))
        if person is not None:
            person.wrong = 0 if well else person.wrong + 1
            wait = None if well else _wait(person.wrong)
            person.wait_until = now + wait if wait else None
            if well and _HASHER.check_needs_rehash(person.code_hash or ""):
                person.code_hash = _HASHER.hash(told(code))
    if person is None or not well:
        raise WrongCode()
    return person


def _known(db: Session, typed: str) -> Person | None:
    """Returns the account that a typed login means: the one written so, else the only one but for spaces and hyphens.

    One query finds both: the time it takes says nothing of which logins there are.
    """
    login = login_of(typed)
    bare = "".join(login.split()).replace("-", "")
    alike = select(Person).where(func.replace(Person.login, "-", "") == bare).order_by(Person.id).with_for_update()
    found = db.scalars(alike).all()
    exact = [person for person in found if person.login == login]
    return next(iter(exact or (found if len(found) == 1 else ())), None)


def _is_code(person: Person | None, code: str) -> bool:
    usable = person is not None and person.active and person.code_hash
    try:
        _HASHER.verify(usable or _NOBODY, told(code)[:256])
    except argon2.exceptions.VerificationError:
        return False
    return bool(usable)


def _wait(wrong: int) -> timedelta | None:
    """Returns how long to wait after so many wrong codes in a row: nothing for the first ones, then twice as long."""
    over = wrong - FREE_TRIES
    return min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT) if over >= 0 else None


def first_admin_code(room: Classroom, *, anew: bool = False) -> str | None:
    """Makes the administrator of a new room; returns the code that serves once, or ``None`` when there is one already.

    As long as nobody has used the code, another one may be asked for: the former is void.

    Args:
        room: Which.
        anew: Give another one though the administrator has chosen theirs, who has lost it: their sign-ins end.
    """
    with room.work() as db:
        admin = db.scalar(select(Person).where(Person.role == Role.ADMIN, Person.login == FIRST_ADMIN))
        if admin is not None and not admin.once and not anew:
            return None
        if admin is not None and anew:
            sign_ins.end_all(db, admin)
            admin.active = True
            note(db, room.now(), None, "donne un autre code", admin.login)
        if admin is None:
            admin = Person(login=FIRST_ADMIN, shown="Administration", role=Role.ADMIN)
            note(db, room.now(), None, "crée le compte", FIRST_ADMIN)
        return give_code(db, admin, once=True)


def add_account(
    db: Session, room: Classroom, by: Person, login: str, shown: str, role: Role = Role.TEACHER
) -> tuple[Person, str]:
    """Makes the account of a teacher or of an administrator; returns it with the code that serves once.

    Raises:
        UsageProblem: The login is taken or cannot serve.
    """
    wanted = login_of(login)
    if not wanted or len(wanted) > 64 or not all(sign.isalnum() or sign in ".-_" for sign in wanted):
        raise UsageProblem(
            "L'identifiant doit avoir de 1 à 64 lettres, chiffres, points ou tirets, sans espace : corrigez-le."
        )
    if db.scalar(select(Person).where(Person.login == wanted)):
        raise UsageProblem(f"L'identifiant « {wanted} » est déjà pris : choisissez-en un autre.")
    person = Person(login=wanted, shown=shown.strip()[:120] or wanted, role=role)
    code = give_code(db, person, once=True)
    note(db, room.now(), by, "crée le compte", wanted)
    return person, code


def end_account(db: Session, room: Classroom, by: Person, person: Person) -> None:
    """Ends an account: nobody signs in with it any more; what was done with it stays in the diary."""
    person.active = False
    sign_ins.end_all(db, person)
    note(db, room.now(), by, "ferme le compte", person.login)


def another_code(db: Session, room: Classroom, by: Person, person: Person) -> str:
    """Gives a person another code, ends all their sign-ins, and returns the code: the only time it is seen."""
    person.active = person.active or person.role is not Role.LEARNER
    sign_ins.end_all(db, person)
    note(db, room.now(), by, "donne un autre code", person.login)
    return give_code(db, person, once=person.role is not Role.LEARNER)


def give_class(db: Session, room: Classroom, by: Person, of_class: Class, login: str) -> Person:
    """Gives a class to a teacher too.

    Raises:
        UsageProblem: No teacher has this login.
    """
    wanted = select(Person).where(Person.login == login_of(login), Person.role == Role.TEACHER, Person.active)
    teacher = db.scalar(wanted)
    if teacher is None:
        raise UsageProblem(f"Aucun enseignant n'a l'identifiant « {login} » : vérifiez-le, ou demandez un compte.")
    if not teaches(db, teacher, of_class.id):
        db.add(Teaching(class_id=of_class.id, person_id=teacher.id))
        note(db, room.now(), by, "confie la classe", of_class.name, to=teacher.login)
    return teacher


def teachers_of(db: Session, of_class: Class) -> list[Person]:
    """Returns the teachers who have a class."""
    mine = select(Teaching.person_id).where(Teaching.class_id == of_class.id)
    return list(db.scalars(select(Person).where(Person.id.in_(mine)).order_by(Person.shown)))


def enrol(db: Session, room: Classroom, class_name: str, aliases: list[str]) -> Class:
    """Makes a class of the table of names known here, and an account for each of its learners; nothing is ever lost.

    Learners who are no longer listed cannot sign in any more; one who is back has the same account.
    """
    found = class_named(db, class_name)
    if found is None:
        found = Class(name=class_name, made_at=room.now())
        db.add(found)
        db.flush()
    known = {person.login: person for person in learners_of(db, found)}
    for alias in aliases:
        person = known.pop(login_of(alias), None)
        if person is None:
            person = Person(login=login_of(alias), shown=alias, role=Role.LEARNER, class_id=found.id)
            db.add(person)
        person.active = True
    for gone in known.values():
        gone.active = False
    db.flush()
    return found


def class_named(db: Session, name: str) -> Class | None:
    """Returns a class that is known here, by its name in the table of names."""
    return db.scalar(select(Class).where(Class.name == name))


def learners_of(db: Session, of_class: Class) -> list[Person]:
    """Returns the learners of a class, those who left among them, by alias."""
    return list(db.scalars(select(Person).where(Person.class_id == of_class.id).order_by(Person.login)))


def classes_of(db: Session, person: Person) -> list[Class]:
    """Returns the classes that a teacher has, by name; an administrator has none."""
    mine = select(Teaching.class_id).where(Teaching.person_id == person.id)
    return list(db.scalars(select(Class).where(Class.id.in_(mine)).order_by(Class.name)))


def teaches(db: Session, person: Person, class_id: int | None) -> bool:
    """Tells whether a teacher has a class."""
    if person.role is not Role.TEACHER or class_id is None:
        return False
    wanted = select(func.count()).select_from(Teaching)
    return bool(db.scalar(wanted.where(Teaching.person_id == person.id, Teaching.class_id == class_id)))
