"""A room for the occasion: brought up in a folder and on ports of its own, and nothing of it left at the end."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etabli.classroom.settings import Ports, RoomSettings, write_settings
from etabli.server.services import Room


@contextmanager
def passing_room(name: str) -> Iterator[Room]:
    """Gives a room that is open, and removes it with all that learners did there.

    Args:
        name: The portal's name.

    Raises:
        SandboxError: The engine cannot bring it up.
    """
    base = Path(tempfile.mkdtemp(prefix="etabli-salle-", dir="/tmp"))  # sockets need a short path
    base.chmod(0o755)
    folder = base / "s"
    folder.mkdir(mode=0o711)
    https, http = _two_free_ports()
    write_settings(folder, RoomSettings(nom=name, ports=Ports(https=https, http=http)))
    room = Room.at(folder)
    try:
        room.up()
        room.wait()
        yield room
    finally:
        room.down()
        room.remove_workspaces()
        room.erase()
        shutil.rmtree(base, ignore_errors=True)


def _two_free_ports() -> tuple[int, int]:
    """Asks the kernel for two ports, held together so that they differ."""
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("", 0))
        return one.getsockname()[1], other.getsockname()[1]
