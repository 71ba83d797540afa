"""``python3 -m etabli.portal``: the portal of a room, behind Caddy."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import uvicorn

from etabli.classroom.place import Place
from etabli.classroom.queue import Queue
from etabli.classroom.settings import read_settings
from etabli.classroom.state import Classroom, connect
from etabli.portal.app import build
from etabli.portal.guard import Told

_KEPT_S = 180
"""Longer than the front keeps a line without a request (two minutes), which so is never cut under a new one."""
_ENDING_S = 3
"""What a request that is under way has to end when the room goes down; one that follows a verification never ends."""


def main() -> None:
    """Serves the portal on a Unix socket."""
    parser = argparse.ArgumentParser(prog="etabli.portal")
    parser.add_argument("--base", required=True, help="adresse de PostgreSQL")
    parser.add_argument("--dossier", required=True, type=Path, help="dossier de la salle")
    parser.add_argument("--socket", required=True, type=Path)
    told = parser.parse_args()
    place = Place(told.dossier)
    os.environ.setdefault("ETABLI_CLASSES", str(place.classes))
    settings = read_settings(place.folder)
    room = Classroom(connect(told.base), place, settings.hosts, settings.zone, limits=settings.limites)
    app = build(room, Queue(told.base))
    told.socket.unlink(missing_ok=True)
    config = uvicorn.Config(
        Told(app),
        uds=str(told.socket),
        log_level="warning",
        server_header=False,
        lifespan="off",
        timeout_keep_alive=_KEPT_S,
        timeout_graceful_shutdown=_ENDING_S,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
