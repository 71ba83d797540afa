"""A learner's recueil made into a page and a PDF, as ``etabli recueil build`` does.

The portal writes recueils, so root reads a copy that was made by descriptors where the portal writes nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from etabli.classroom.place import Place
from etabli.classroom.tables import BindingRow, Progress
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.exam.contract.french import counted
from etabli.lab.parcours import wanted_weeks
from etabli.recueil.building import Built, build
from etabli.recueil.kept import read
from etabli.system.beneath import entered, open_file, walk
from etabli.system.temporary import temporary_folder
from etabli.worker.duty import Duty, alone, log, unfinished
from etabli.worker.spaces import shown_to_the_portal

_FAILED = "Le recueil n'a pas pu être préparé ({why}) Réessayez, puis prévenez l'administrateur de la salle."
_MOST = 500_000_000
"""Bytes of a recueil, its frozen verifications included."""


def bind(duty: Duty, number: int) -> None:
    """Binds a recueil, once.

    Raises:
        Interrupted: This process ends; another one does it.
        DBAPIError: The database is gone.
    """
    with alone(duty.room.engine, f"reliure-{number}"):
        alias = duty.write(lambda db: _begun(db.get(BindingRow, number)))
        if alias is None:
            return
        try:
            with alone(duty.room.engine, f"reliure-{alias}"), temporary_folder() as copies:
                built = _built(duty, alias, copies)
        except Exception as problem:
            if unfinished(problem):
                raise
            log.error("recueil %s : %s", number, problem, exc_info=not isinstance(problem, EtabliError))
            why = str(problem) if isinstance(problem, EtabliError) else "incident de notre côté."
            _end(duty, number, Progress.FAILED, _FAILED.format(why=why))
        else:
            _end(duty, number, Progress.DONE, _said(built))


def _begun(row: BindingRow | None) -> str | None:
    if row is None or row.state.over:
        return None
    row.state = Progress.RUNNING
    return row.person.shown


def _built(duty: Duty, alias: str, copies: Path) -> Built:
    copy_recueil(duty.room.place, alias, copies / alias)
    kept, out = read(copies, alias), duty.room.place.bound(alias)
    out.mkdir(parents=True, exist_ok=True)
    shown_to_the_portal(out)
    return build(kept, out, wanted_weeks(), made=duty.room.now().astimezone(duty.room.zone).date())


def copy_recueil(place: Place, alias: str, target: Path) -> None:
    """Copies a recueil without following a link, and no more of it than a recueil may weigh.

    Raises:
        UsageProblem: It is not there, or weighs more.
    """
    left = _MOST
    place.bound(alias)  # what is no alias is refused there
    try:
        with entered(place.recueils, (alias,)) as folder:
            for found in walk(folder):
                if not found.is_file:
                    continue
                left -= found.facts.st_size
                if left < 0:
                    raise UsageProblem("il pèse plus de 500 Mo : retirez des traces ou des documents.")
                copy = target / found.path
                copy.parent.mkdir(parents=True, exist_ok=True)
                with open(open_file(found.parent, found.name), "rb") as given, copy.open("wb") as taken:
                    shutil.copyfileobj(given, taken)
    except OSError as error:
        raise UsageProblem("il n'est pas lisible : choisissez d'abord une trace.") from error


def _said(built: Built) -> str:
    shortened = f" {counted(len(built.shortened), 'trace raccourcie', 'traces raccourcies')} sur papier." * bool(
        built.shortened
    )
    return f"{counted(built.pages or 0, 'page')}.{shortened}"


def _end(duty: Duty, number: int, state: Progress, said: str) -> None:
    def note(db: Session) -> None:
        row = db.get_one(BindingRow, number)
        row.state, row.said, row.ended_at = state, said, duty.room.now()

    duty.write(note)
