"""The room that a command is about: its own secret and table of names serve, not those of who types.

Every command reads this module: what only some need of rooms and rosters, half a second of it, is read when they do.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from etabli.classroom.place import Place
from etabli.classroom.settings import FILE
from etabli.exam.contract.errors import UsageProblem
from etabli.roster.names import fold

_HERE: ContextVar[Place | None] = ContextVar("room", default=None)


def room_around(path: Path) -> Path | None:
    """Returns the folder of the room that a path lies in; the folder itself does not."""
    try:
        above = path.resolve().parents
    except (OSError, RuntimeError):
        return None
    return next((folder for folder in above if os.path.isfile(folder / FILE)), None)


def room_here() -> Place | None:
    """Returns the place of the room that this command works in, if it does."""
    return _HERE.get()


def usual_room() -> Path | None:
    """Returns the room of this machine, where there is one whose table of names this account may read."""
    from etabli.server.services import folder_of

    room = folder_of(None)
    served = os.path.isfile(room / FILE) and os.access(Place(room).classes, os.R_OK)
    return room if served and not os.environ.get("ETABLI_CLASSES") else None


def room_with(classe: str) -> Path | None:
    """Returns the room of this machine that has a class: its learners' data come from its secret, not from ours."""
    from etabli.roster.roster import class_names

    room = usual_room()
    if room is None:
        return None
    with in_room(room):
        return room if fold(classe) in map(fold, class_names()) else None


@contextmanager
def room_of(paths: Iterable[Path]) -> Iterator[None]:
    """Works in the room that paths lie in, if they do.

    Raises:
        UsageProblem: There are two, or it is closed to this account.
    """
    rooms = sorted({room for path in paths if (room := room_around(path)) is not None})
    if len(rooms) > 1:
        raise UsageProblem(f"Ces dossiers sont de deux salles ({rooms[0]} et {rooms[1]}) : donnez-en un à la fois.")
    if not rooms:
        yield
        return
    with in_room(rooms[0]):
        yield


@contextmanager
def in_room(folder: Path) -> Iterator[None]:
    """Works with the secret and the table of names of a room, for the time of the block.

    Raises:
        UsageProblem: It is none, or closed to this account: another secret would make other data, without a word.
    """
    if not os.path.isfile(folder / FILE):
        raise UsageProblem(f"« {folder} » n'est pas une salle : donnez le dossier qui contient {FILE}.")
    place = Place(folder)
    parts = (place.home, place.classes.parent)
    if not all(os.access(part, os.R_OK | os.W_OK | os.X_OK) for part in parts if part.exists()):
        raise UsageProblem(
            f"Ce dossier est dans la salle {folder}, dont le secret et la table des noms sont à root : relancez la "
            "même commande avec « sudo »."
        )
    wanted = {"ETABLI_HOME": str(place.home), "ETABLI_CLASSES": str(place.classes)}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    here = _HERE.set(place)
    try:
        yield
    finally:
        _HERE.reset(here)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
