"""Backups of a room: all that another machine needs to go on from it.

In order: the database, the table of names, the databases of workspaces, then the files. What a row speaks of is
written before the row (a hand-in's archive, a verification's run), so whatever the database's copy tells is among the
files copied after it. A file that came in between has no row: :mod:`etabli.server.restoring` sets it aside and says so.
Purges wait for the end, since they alone remove what a row speaks of.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from etabli.classroom.people import new_code
from etabli.classroom.settings import Backups
from etabli.exam.contract.errors import SandboxFailure, UsageProblem
from etabli.roster.namebook import content_of
from etabli.runs.evidence import write_atomically
from etabli.sandbox import images
from etabli.server.services import Room
from etabli.server.vault import ROOM, STATE, Copy, Mount, Saved, Tell, Vault, container
from etabli.server.volumes import copy_out, volumes_by_project, workspaces
from etabli.system.disk import unwritable
from etabli.workspace.compose import run

FILE: Final = "sauvegarde.json"
PHRASE: Final = "phrase-sauvegarde"
"""In ``home/``, for root alone."""
DUMP: Final = "base.dump"
NAMES: Final = "classes.sqlite"
VOLUMES: Final = "volumes"
_LOCK: Final = "tmp/sauvegarde.verrou"
_SAVED: Final = (
    "depots",
    "resultats",
    "recueils",
    "espaces",
    "versions",
    "classes",
    "home",
    "autorite",
    "salle.yaml",
    "compose.yml",
)
_REBUILT: Final = (
    f"{ROOM}/classes/{NAMES}*",
    f"{ROOM}/resultats/*/etabli.sqlite*",
    f"{ROOM}/espaces/*/.etabli/verifications/etabli.sqlite*",
    f"{ROOM}/home/travail",
)
"""Copied otherwise, or made again from what is."""
_READY_S = 180.0


class Steps(Protocol):
    """Who is told how far it is."""

    def begin(self, what: str) -> Tell:
        """Takes the name of a step; returns who is told how far it is."""
        ...

    def keep(self, phrase: str) -> None:
        """Takes the phrase that was just made, the only time that it is told."""
        ...


@dataclass(frozen=True)
class Backup:
    """A backup that ended well."""

    saved: Saved
    to: Path
    at: datetime
    seconds: float
    databases: int
    """Of workspaces."""
    copies: list[Copy]


def must_be_root(folder: Path, command: str) -> None:
    """Makes sure that all of a room can be read.

    Raises:
        UsageProblem: This account is an ordinary one.
    """
    if os.geteuid() != 0:
        raise UsageProblem(
            f"Les données de la salle appartiennent à plusieurs comptes : relancez « sudo {command} --dossier {folder} "
            "»."
        )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other backups and purges of a room away meanwhile.

    Raises:
        UsageProblem: One is under way.
    """
    path = folder / _LOCK
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        held = path.open("w")
    except OSError as error:
        raise unwritable(path.parent, error, "relancez avec « sudo »") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageProblem(
                "Une sauvegarde ou une purge de cette salle est déjà en cours : attendez sa fin, puis relancez."
            ) from error
        yield


def destination(room: Room, given: Path | None) -> Path:
    """Returns the folder that backups go to.

    Raises:
        UsageProblem: None is known, it is not there, or it is in the room itself.
    """
    chosen = given or (room.settings.sauvegarde.vers if room.settings.sauvegarde else None)
    if chosen is None:
        raise UsageProblem(
            "Vers où ? Donnez un dossier d'un autre disque (« etabli salle sauvegarde /media/cle »), ou notez-le dans "
            f"{room.folder / 'salle.yaml'} : « sauvegarde: {{vers: /media/cle}} »."
        )
    return present(chosen, room.folder)


def present(chosen: Path, room: Path | None = None) -> Path:
    """Returns a folder of backups, once sure that it is there.

    Raises:
        UsageProblem: It is not, or it is in the room itself.
    """
    if not chosen.is_dir():
        raise UsageProblem(f"« {chosen} » n'est pas là : branchez la clé ou le disque, puis relancez.")
    whole = chosen.resolve()
    if room is not None and (whole == room or room in whole.parents):
        raise UsageProblem(f"« {chosen} » est dans la salle elle-même : choisissez un dossier d'un autre disque.")
    return whole


def on_same_disk(where: Path, folder: Path) -> bool:
    """Tells whether a folder of backups goes with the disk of a room; one that is not plugged in does not."""
    try:
        return where.stat().st_dev == folder.stat().st_dev
    except OSError:
        return False


def back_up(room: Room, chosen: Path, steps: Steps, *, phrase_file: Path | None = None, anew: bool = False) -> Backup:
    """Makes a backup of a room, whether it is open or not.

    Args:
        room: Which.
        chosen: The folder that the vault is below.
        steps: Who is told how far it is.
        phrase_file: The phrase of the vault, instead of the one that the room keeps.
        anew: A new vault may be made where there was one before.

    Raises:
        UsageProblem: The place cannot serve, the phrase is not the one, or another backup is under way.
        SandboxError: The engine cannot, or a disk is full.
    """
    images.require(["salle"])
    begun = time.monotonic()
    with alone(room.folder):
        vault = _vault(room, chosen, steps, phrase_file, anew)
        at = datetime.now(UTC)
        state = room.folder / "tmp" / "sauvegarde"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(mode=0o700)
        try:
            databases = _make_ready(room, state, steps)
            paths = [f"{ROOM}/{name}" for name in _SAVED if (room.folder / name).exists()]
            mounts = [Mount(room.folder, ROOM), Mount(state, STATE)]
            saved = vault.save(mounts, [STATE, *paths], _REBUILT, steps.begin("Copie chiffrée"))
        finally:
            shutil.rmtree(state, ignore_errors=True)
        steps.begin("Anciennes copies")
        kept = room.settings.sauvegarde or Backups(vers=chosen)
        vault.thin_out(kept.jours, kept.semaines, kept.mois)
        told: dict[str, Any] = {"at": at.isoformat(), "to": str(chosen), "copy": saved.id}
        write_atomically(room.folder / FILE, (json.dumps(told) + "\n").encode())
        return Backup(saved, chosen, at, time.monotonic() - begun, databases, vault.copies())


def last_backup(folder: Path) -> dict[str, Any] | None:
    """Returns what the last backup of a room left word of; ``None`` without any."""
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def new_phrase() -> str:
    """Draws a phrase: 118 bits, easy to copy from paper."""
    return f"{new_code()}-{new_code()}"


def read_phrase(path: Path) -> str:
    """Returns the phrase that a file holds.

    Raises:
        UsageProblem: It holds none.
    """
    try:
        with open(path, "rb") as stream:
            told = stream.read(8000).decode("utf-8").strip()
    except (OSError, ValueError) as error:
        raise UsageProblem(f"« {path} » ne peut pas être lu : donnez le fichier qui contient la phrase.") from error
    if not told or "\n" in told or len(told) > 1000:
        raise UsageProblem(f"« {path} » doit contenir la phrase seule, sur une ligne : corrigez-le.")
    return told


@contextmanager
def database(room: Room) -> Iterator[None]:
    """Makes sure that PostgreSQL answers meanwhile, in a room that may be closed."""
    if not runs(room, "base"):
        room.up("base")
    try:
        _wait_for_database(room)
        yield
    finally:
        if not runs(room, "portail", "travail", "caddy"):
            room.down()


def runs(room: Room, *services: str) -> bool:
    """Tells whether one of these services runs."""
    return any(state.running for state in room.state() if state.name in services)


def _wait_for_database(room: Room) -> None:
    until = time.monotonic() + _READY_S
    while True:
        try:
            room.compose("exec", "--no-TTY", "base", "servir-salle", "sain", "base")
            return
        except SandboxFailure:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def ask_database(room: Room, state: Path, *words: str) -> None:
    """Runs one of PostgreSQL's programs as the owner of the tables, beside a folder that it reads or writes."""
    sockets = room.place.sockets("base")
    mounts = [Mount(sockets, "/prise"), Mount(state, STATE, read_only=False)]
    program, *options = words
    seen = [word for mount in mounts for word in mount.words()]
    run(
        [*container(), *seen, images.tag("salle"), program, "--host=/prise", "--username=travail", *options],
        timeout=600,
    )


def _vault(room: Room, chosen: Path, steps: Steps, phrase_file: Path | None, anew: bool) -> Vault:
    """Returns the vault, made at the first time."""
    kept = room.place.home / PHRASE
    vault = Vault(chosen, kept)
    if not vault.exists and not anew and (last_backup(room.folder) or {}).get("to") == str(chosen):
        raise UsageProblem(
            f"La sauvegarde d'avant n'est plus dans « {chosen} » : la clé est-elle branchée, et est-ce la même ? "
            "« --neuve » en commence une autre."
        )
    if phrase_file is not None:
        _replace(vault, read_phrase(phrase_file))
    elif not kept.is_file():
        if vault.exists:
            raise UsageProblem(
                f"« {chosen} » a déjà une sauvegarde, dont cette salle n'a pas la phrase : donnez-la dans un fichier, "
                "avec « --phrase-fichier »."
            )
        made = new_phrase()
        _keep(kept, made)
        steps.keep(made)
    if not vault.exists:
        vault.make()
    return vault


def _replace(vault: Vault, phrase: str) -> None:
    """Keeps another phrase, once sure that it opens the vault."""
    tried = Vault(vault.chosen, vault.phrase.with_name(f"{PHRASE}.essai"))
    try:
        _keep(tried.phrase, phrase)
        if vault.exists:
            tried.copies()
        tried.phrase.replace(vault.phrase)
    finally:
        tried.phrase.unlink(missing_ok=True)


def _keep(path: Path, phrase: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_atomically(path, f"{phrase}\n".encode(), mode=0o600)


def _make_ready(room: Room, state: Path, steps: Steps) -> int:
    """Copies what cannot be copied as a file while others write it; returns how many databases of workspaces."""
    steps.begin("Base de données")
    with database(room):
        ask_database(room, state, "pg_dump", "--format=custom", "--compress=0", f"--file={STATE}/{DUMP}", "salle")
    if room.place.classes.is_file():
        (state / NAMES).write_bytes(content_of(room.place.classes))
    tell, known = steps.begin("Bases des élèves"), volumes_by_project()
    there = [(space, volume) for space in workspaces(room) for volume in known.get(space.memo.project, ())]
    wanted = [(space, volume) for space, volume in there if not volume.passing]
    for done, (space, volume) in enumerate(wanted, 1):
        copy_out(volume, state / VOLUMES / space.folder.name / volume.name)
        tell(done / len(wanted))
    return len(wanted)
