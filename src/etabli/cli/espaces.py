"""``etabli espaces``: the workspaces that run on this machine."""

from __future__ import annotations

from rich.table import Table

from etabli.cli.labs import AsJson
from etabli.cli.screen import escape, guarded, print_json, screen
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.workspace.running import running_workspaces


@guarded
def espaces(as_json: AsJson = False) -> None:
    """Liste les espaces de travail en marche sur cette machine.

    Exemple : [bold]etabli espaces[/]
    """
    DockerSandbox().probe()
    found = running_workspaces()
    if as_json:
        print_json([vars(space) for space in found])
        return
    if not found:
        screen.print("Aucun espace de travail n'est en marche.")
        return
    table = Table()
    for column in ("Candidat", "TP", "Session", "Adresses", "Dossier"):
        table.add_column(column, overflow="fold")
    for space in found:
        entered = " ".join(space.addresses) or "etabli terminal"
        cells = (space.candidate, space.lab, space.session, entered, space.folder)
        table.add_row(*map(escape, cells))
    screen.print(table)
