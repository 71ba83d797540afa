"""``etabli terminal``: a shell among the tools of a lab, in a container that has no network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.screen import guarded
from etabli.exam.contract.errors import UsageProblem
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret
from etabli.workspace.compose import attach
from etabli.workspace.running import bring_up, running_workspaces
from etabli.workspace.workspace import Workspace, find_workspace

TERMINAL = "terminal"
"""The service that is entered."""
_SHELL = "/usr/local/bin/terminal"
"""The entry that an image of this service has: a shell, or the command that it is given."""


@guarded
def terminal(
    dossier: Annotated[
        Path | None, typer.Option("--dossier", help="Espace de travail (par défaut : le dossier courant).")
    ] = None,
    commande: Annotated[
        str | None, typer.Option("-c", "--commande", help="Lance cette ligne de commande, puis revient.")
    ] = None,
) -> None:
    """Ouvre les outils du TP dans un terminal sans réseau ; « exit » en sort. Démarre l'espace s'il est arrêté.

    Exemples :

    [bold]etabli terminal[/]

    [bold]etabli terminal -c "pwscore < essai.txt"[/]

    Code de sortie : celui de la commande.
    """
    workspace = find_workspace(dossier)
    _has_terminal(workspace)
    DockerSandbox().probe()
    if not running_workspaces(workspace.memo.project):
        workspace.verified_seat(secret())
        workspace = bring_up(workspace).workspace
    argv = [_SHELL] if commande is None else [_SHELL, "bash", "-c", commande]
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    raise typer.Exit(attach(workspace, TERMINAL, argv, tty=interactive))


def _has_terminal(workspace: Workspace) -> None:
    """Raises UsageProblem when the lab has none."""
    if TERMINAL not in workspace.services():
        raise UsageProblem(f"Le TP « {workspace.memo.lab} » n'a pas de terminal : « etabli start » donne ses adresses.")
