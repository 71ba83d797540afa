"""``etabli ouvrir``: reports in a browser, for one person on this machine."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from etabli.cli.screen import guarded, say
from etabli.exam.contract.errors import EtabliError, SandboxError, UsageProblem
from etabli.portal.alone import Key, build, look_for
from etabli.sandbox.docker_reading import answered
from etabli.system.disk import why

_USUAL = Path("resultats")


@guarded
def ouvrir(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DOSSIER…", help="Résultats (« etabli grade ») ou espaces ; par défaut : resultats."),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port ; 0 : le système choisit.")] = 0,
    quiet: Annotated[
        bool, typer.Option("--sans-navigateur", help="Donne l'adresse sans ouvrir de navigateur.")
    ] = False,
) -> None:
    """Ouvre les résultats dans un navigateur : page de la classe, pages des élèves, preuves, exports.

    Rien ne sort de cette machine. L'adresse a un jeton qui ne sert qu'une fois, pour vous seul ; Ctrl-C ferme tout.

    Exemples :

    [bold]etabli ouvrir[/]

    [bold]etabli ouvrir resultats/lundi mon-espace/[/]

    Codes de sortie : 0 ; 2 dossier sans résultats, ou port déjà pris.
    """
    library = look_for(folders or [_default()])
    with _listening(port) as listening:
        taken = int(listening.getsockname()[1])
        key = Key(taken)
        address = f"http://127.0.0.1:{taken}/?jeton={key.token}"
        say(f"Ouvrez cette adresse, qui ne sert qu'une fois : {address}")
        say("Ctrl-C pour fermer.")
        if not quiet and _has_screen():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        config = uvicorn.Config(
            build(library, key, taken, Documents().text), log_level="warning", server_header=False, lifespan="off"
        )
        with suppress(KeyboardInterrupt):  # that is how one closes it
            uvicorn.Server(config).run(sockets=[listening])
    say("Fermé.")


class Documents:
    """Reads the text of learners' documents in a container without network; once this machine cannot, never again."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}
        self._able = True

    def text(self, name: str, content: bytes) -> str | None:
        """Returns the text of a document; ``None`` when it cannot be read, or this machine has no engine."""
        key = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
        if key not in self._known and self._able:
            try:
                self._known[key] = str(answered("text", name, content))
            except SandboxError:
                self._able = False
            except EtabliError:
                self._known[key] = None
        return self._known.get(key)


def _default() -> Path:
    if not _USUAL.is_dir():
        raise UsageProblem(
            "Il n'y a pas de dossier « resultats » ici : donnez celui que « etabli grade » a écrit, ou placez-vous à "
            "côté."
        )
    return _USUAL


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise UsageProblem(
            f"Le port {port} ne peut pas servir ({why(error)}) : donnez-en un autre, ou retirez « --port »."
        ) from error


def _has_screen() -> bool:
    """Tells whether a browser has where to appear; without one, a text browser would take the terminal."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
