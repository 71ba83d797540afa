"""``python3 -m etabli.server.admin_code``: prints the administrator's code that serves once, if it has not.

With ``--autre`` it gives another one in any case.

It runs inside the worker's container, whose account of PostgreSQL owns the tables, whoever types `etabli salle start`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from etabli.classroom.people import first_admin_code
from etabli.classroom.place import Place
from etabli.classroom.settings import read_settings
from etabli.classroom.state import Classroom, connect, prepare


def main() -> None:
    """Prints the code."""
    folder, engine = Path(os.environ["ETABLI_SALLE"]), connect(os.environ["ETABLI_BASE"])
    prepare(engine)
    settings = read_settings(folder)
    room = Classroom(engine, Place(folder), settings.hosts, settings.zone)
    print(first_admin_code(room, anew="--autre" in sys.argv) or "")


if __name__ == "__main__":
    main()
