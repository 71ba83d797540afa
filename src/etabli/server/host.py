"""What a room changes on the machine outside its own folder: one unit of systemd, where systemd runs.

Docker's restart policies bring the services back by themselves; the unit is for machines where they were switched off,
or where somebody has stopped the containers by hand before a restart.
"""

from __future__ import annotations

import os
import socket
import subprocess
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
    return template("etabli-salle.service.j2").render(
        command=_quoted(repository().resolve() / "etabli"), folder=_quoted(room.folder)
    )


def install(room: Room) -> bool:
    """Makes the machine start the room; returns False where there is nothing to do it with, or no right to.

    Raises:
        SandboxFailure: systemd refuses.
    """
    if not _RUNNING.is_dir() or os.geteuid() != 0:
        return False
    path, text = unit_of(room), unit(room).encode()
    if path.is_file() and path.read_bytes() == text:
        return True
    write_atomically(path, text)
    _systemctl("daemon-reload")
    _systemctl("enable", path.name)
    return True


def remove(room: Room) -> bool:
    """Takes the unit away; returns whether there was one.

    Raises:
        SandboxFailure: systemd refuses, or it is not this account's to remove.
    """
    path = unit_of(room)
    if not path.exists():
        return False
    if os.geteuid() != 0:
        raise SandboxFailure(f"« {path} » n'est pas à ce compte : relancez avec « sudo ».")
    if _RUNNING.is_dir():
        _systemctl("disable", path.name)
    path.unlink()
    if _RUNNING.is_dir():
        _systemctl("daemon-reload")
    return True


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
