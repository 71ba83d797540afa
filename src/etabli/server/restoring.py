"""A room put back from a backup, on another machine or beside the former one: its folder, its database, its volumes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select, update

from etabli.classroom.settings import FILE as SETTINGS
from etabli.classroom.state import Classroom, connect
from etabli.classroom.tables import HandInRow, Person, SignInRow, State, TicketRow, WorkspaceRow
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.sandbox import images
from etabli.server.backup import DUMP, NAMES, VOLUMES, Steps, ask_database, database
from etabli.server.services import Room
from etabli.server.vault import ROOM, STATE, Copy, Mount, Vault
from etabli.server.volumes import Volume, copy_in, moved, workspaces
from etabli.system.disk import unwritable
from etabli.workspace.compose import run

_STATE = "tmp/sauvegarde"
_ASIDE = "hors-base"


@dataclass(frozen=True)
class Restored:
    """A room that was put back; it is closed."""

    room: Room
    copy: Copy
    learners: int
    spaces: int
    databases: int
    aside: list[Path]
    """Hand-ins that came while the backup was made: their rows are not in it."""


def choose(vault: Vault, wanted: str | None) -> Copy:
    """Returns the backup that is meant: the last one when nobody says.

    Raises:
        UsageProblem: There is none, or not that one.
    """
    if not vault.exists:
        raise UsageProblem(
            f"Il n'y a pas de sauvegarde d'Établi dans « {vault.chosen} » : donnez le dossier qui contient "
            f"« {vault.folder.name} »."
        )
    copies = vault.copies()
    if not copies:
        raise UsageProblem(f"La sauvegarde de « {vault.chosen} » est encore vide : faites-en une d'abord.")
    if wanted is None:
        return copies[-1]
    for copy in copies:
        if copy.id == wanted:
            return copy
    raise UsageProblem(
        f"La sauvegarde de « {vault.chosen} » n'a pas de copie « {wanted} » : « --liste » les montre toutes."
    )


def restore(vault: Vault, copy: Copy, folder: Path, steps: Steps) -> Restored:
    """Puts a room back into a folder, which must be empty.

    Whoever was signed in signs in again: some may have been signed out, or given another code, after the backup.

    Raises:
        UsageProblem: The folder cannot serve.
        SandboxError: The engine cannot, a disk is full, or the vault is damaged.
    """
    images.require(["salle"])
    _take(folder)
    state, made = folder / _STATE, list[Volume]()
    try:
        state.mkdir(mode=0o700, parents=True)
        mounts = [Mount(folder, ROOM, read_only=False), Mount(state, STATE, read_only=False)]
        vault.restore(copy.id, mounts, steps.begin("Fichiers"))
        room = Room.at(folder)
        room.put_right()
        if (state / NAMES).is_file():
            _put_names(state / NAMES, room.place.classes)
        _restore_volumes(room, state, made, steps)
        steps.begin("Base de données")
        with database(room):
            options = ("--no-owner", "--exit-on-error", "--single-transaction", "--dbname=salle")
            ask_database(room, state, "pg_restore", *options, f"{STATE}/{DUMP}")
            learners, spaces, aside = _put_right(room)
    except BaseException as error:
        _undo(folder, made)
        if isinstance(error, OSError):
            raise unwritable(folder, error, "choisissez un autre dossier avec « --dossier »") from error
        raise
    shutil.rmtree(state, ignore_errors=True)
    return Restored(room, copy, learners, spaces, len(made), aside)


def _undo(folder: Path, made: list[Volume]) -> None:
    """Takes away what a restoration that did not end has made: the same command may be typed again."""
    with suppress(EtabliError):
        Room.at(folder).down()
    for volume in made:
        with suppress(EtabliError):
            run(["docker", "volume", "rm", "--force", volume.full])
    for path in folder.iterdir() if folder.is_dir() else ():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _take(folder: Path) -> None:
    """Makes the folder, or takes an empty one."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        taken = any(folder.iterdir())
    except OSError as error:
        raise unwritable(folder, error, "choisissez un autre dossier avec « --dossier »") from error
    if (folder / SETTINGS).exists():
        raise UsageProblem(
            f"« {folder} » est déjà une salle, que rien n'écrase : choisissez un autre dossier avec « --dossier »."
        )
    if taken:
        raise UsageProblem(f"« {folder} » n'est pas vide : choisissez un autre dossier avec « --dossier ».")


def _put_names(copy: Path, path: Path) -> None:
    """Puts the table of names back, for whom its folder is."""
    path.parent.mkdir(exist_ok=True)
    owner = path.parent.stat()
    os.chown(copy, owner.st_uid, owner.st_gid)
    copy.chmod(0o600)
    copy.replace(path)


def _restore_volumes(room: Room, state: Path, made: list[Volume], steps: Steps) -> None:
    """Makes the volumes of workspaces; each is noted before it is made."""
    tell = steps.begin("Bases des élèves")
    wanted = [(moved(room, space), state / VOLUMES / space.folder.name) for space in workspaces(room)]
    for number, (space, kept) in enumerate(wanted, 1):
        for source in sorted(kept.iterdir()) if kept.is_dir() else ():
            made.append(Volume(space.memo.project, source.name))
            copy_in(made[-1], source)
        tell(number / len(wanted))


def _put_right(room: Room) -> tuple[int, int, list[Path]]:
    """Makes the rows say what is so here: nothing runs, nobody is signed in."""
    engine = connect(room.database)
    state = Classroom(engine, room.place, room.settings.hosts)
    try:
        with state.work() as db:
            db.execute(delete(TicketRow))
            db.execute(delete(SignInRow))
            alive = WorkspaceRow.state.in_((State.READY, State.STARTING))
            db.execute(update(WorkspaceRow).where(alive).values(state=State.STOPPED, ports={}))
            learners = len(db.scalars(select(Person.id).where(Person.class_id.is_not(None))).all())
            spaces = len(db.scalars(select(WorkspaceRow.token)).all())
            known = {
                (row.opening_id, person.shown, row.number)
                for row, person in db.execute(
                    select(HandInRow, Person)
                    .join(WorkspaceRow, WorkspaceRow.token == HandInRow.token)
                    .join(Person, Person.id == WorkspaceRow.person_id)
                )
            }
        return learners, spaces, list(_set_aside(room, known))
    finally:
        engine.dispose()


def _set_aside(room: Room, known: set[tuple[int, str, int]]) -> Iterator[Path]:
    """Renames the hand-ins that no row speaks of, so that the next one does not take their place."""
    for path in sorted((room.folder / "depots").glob("*/*/*")):
        if path.parent.is_symlink() or path.parent.parent.is_symlink():
            continue  # the portal's to write: a link there would lead root elsewhere
        opening, alias, number = path.parts[-3], path.parts[-2], path.name.split(".")[0]
        if opening.isdigit() and number.isdigit() and (int(opening), alias, int(number)) not in known:
            aside = path.with_name(f"{_ASIDE}-{path.name}")
            path.rename(aside)
            if path.suffix == ".zip":
                yield aside


def when(copy: Copy, room: Room) -> datetime:
    """Returns when a backup was made, in the room's time zone."""
    return copy.at.astimezone(room.settings.zone)
