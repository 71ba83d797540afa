"""Notes: what a service of a workspace wrote of its use, which a hand-in repeats; it proves nothing, as its label.

A service that has ``noted`` in the Compose file writes ``/srv/notes/<service>.txt``: a line at its first use, then
one line for each thing that it notes.
"""

from __future__ import annotations

import os
from contextlib import suppress

from etabli.system.beneath import entered, open_file
from etabli.workspace.workspace import HIDDEN, Workspace

FOLDER = "notes"
MOST_LINES, MOST_SIGNS = 20, 300
_MOST_BYTES = 65_536


def make_folder(workspace: Workspace) -> None:
    """Makes the folder where services, which run under another account, write their notes."""
    if any(service.told.noted for service in workspace.services().values()):
        folder = workspace.hidden / FOLDER
        folder.mkdir(exist_ok=True)
        with suppress(PermissionError):  # the engine's own, of an earlier start
            folder.chmod(0o777)


def notes_of(workspace: Workspace) -> dict[str, list[str]]:
    """Returns the lines of each service that was used; the first one and the last ones, when there are many."""
    found = {}
    with suppress(OSError), entered(workspace.folder, (HIDDEN, FOLDER)) as folder:
        for name, service in workspace.services().items():
            if service.told.noted:
                with os.fdopen(open_file(folder, f"{name}.txt"), "rb") as stream:
                    lines = stream.read(_MOST_BYTES).decode("utf-8", "replace").splitlines()
                found[name] = [line[:MOST_SIGNS] for line in (*lines[:1], *lines[1:][1 - MOST_LINES :])]
    return found
