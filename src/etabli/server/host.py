"""What a room changes on the machine outside its own folder: units of systemd, where systemd runs.

Docker's restart policies bring the services back by themselves; a unit is for machines where they were switched off,
or where somebody has stopped the containers by hand before a restart. A timer makes the nightly backup.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from etabli.exam.contract.errors import SandboxFailure
from etabli.runs.evidence import write_atomically
from etabli.server.caddyfile import template
from etabli.server.services import Room
from etabli.system.settings import repository

UNITS = Path("/etc/systemd/system")
_RUNNING = Path("/run/systemd/system")
"""It exists where systemd is the machine's first process."""


def unit_of(room: Room) -> Path:
    """Returns where the unit of a room is; a machine may have several rooms."""
    return UNITS / f"{room.project}.service"


def unit(room: Room) -> str:
    """Returns the text of a room's unit."""
    return _rendered("etabli-salle.service.j2", room)


def units(room: Room) -> dict[Path, str]:
    """Returns the units of a room, by where they are: the one that opens it, and those of its nightly backup."""
    found = {unit_of(room): unit(room)}
    if room.settings.sauvegarde is not None:
        told = {"at": room.settings.sauvegarde.heure, "zone": room.settings.fuseau}
        for path in _backup_units(room):
            found[path] = _rendered(f"etabli-sauvegarde{path.suffix}.j2", room, **told)
    return found


def install(room: Room) -> bool:
    """Makes the machine start the room, and back it up; returns False where there is no systemd, or no right to.

    Raises:
        SandboxFailure: systemd refuses.
    """
    if not _RUNNING.is_dir() or os.geteuid() != 0:
        return False
    wanted = units(room)
    _take_away([path for path in _backup_units(room) if path not in wanted])
    fresh = [path for path, text in wanted.items() if not path.is_file() or path.read_bytes() != text.encode()]
    for path in fresh:
        write_atomically(path, wanted[path].encode())
    if fresh:
        _systemctl("daemon-reload")
    for path in fresh:
        if path.suffix == ".timer":
            _systemctl("enable", path.name)
            _systemctl("restart", path.name)
        elif path == unit_of(room):
            _systemctl("enable", path.name)
    return True


def remove(room: Room) -> bool:
    """Takes the units away; returns whether there was one.

    Raises:
        SandboxFailure: systemd refuses, or it is not this account's to remove.
    """
    present = [path for path in (*_backup_units(room), unit_of(room)) if path.exists()]
    if present and os.geteuid() != 0:
        raise SandboxFailure(f"« {present[0]} » n'est pas à ce compte : relancez avec « sudo ».")
    _take_away(present)
    return bool(present)


def _take_away(paths: Sequence[Path]) -> None:
    present = [path for path in paths if path.exists()]
    for path in present:
        if _RUNNING.is_dir() and path.suffix == ".timer":
            _systemctl("disable", "--now", path.name)
        elif _RUNNING.is_dir() and "[Install]" in path.read_text("utf-8"):
            _systemctl("disable", path.name)
        path.unlink()
    if present and _RUNNING.is_dir():
        _systemctl("daemon-reload")


def _backup_units(room: Room) -> list[Path]:
    return [UNITS / f"{room.project}-sauvegarde{suffix}" for suffix in (".timer", ".service")]


def _rendered(name: str, room: Room, **told: str) -> str:
    command = _quoted(repository().resolve() / "etabli")
    return template(name).render(command=command, folder=_quoted(room.folder), **told)


def own_address() -> str | None:
    """Returns the address that this machine shows to others; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found: str = probe.getsockname()[0]
        return found


def is_own(address: str) -> bool:
    """Tells whether an address is one of this machine's."""
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(kind, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def _quoted(path: Path) -> str:
    """Writes a path as systemd reads it."""
    return '"' + str(path).replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _systemctl(*words: str) -> None:
    done = subprocess.run(["systemctl", *words], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise SandboxFailure(f"« systemctl {' '.join(words)} » a échoué ({done.stderr.strip()[-200:]}) : relancez.")
