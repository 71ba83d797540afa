"""``etabli journal``: what the application of a workspace writes instead of showing it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.live import said
from etabli.cli.screen import escape, guarded, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.messages import explain
from etabli.lab.services import declared
from etabli.runs.run import iso
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.workspace.compose import compose
from etabli.workspace.journal import lines_of, usual
from etabli.workspace.running import running_workspaces
from etabli.workspace.workspace import Workspace, find_workspace


@guarded
def journal(
    dossier: Annotated[
        Path | None, typer.Argument(metavar="[DOSSIER]", help="Espace de travail (par défaut, le dossier courant).")
    ] = None,
    service: Annotated[
        str | None,
        typer.Option(
            "--service", metavar="SERVICE", help="Ce dont on veut lire le journal (par défaut : l'application)."
        ),
    ] = None,
    lignes: Annotated[int, typer.Option("--lignes", min=1, max=5000, help="Combien de lignes, depuis la fin.")] = 40,
    tout: Annotated[
        bool, typer.Option("--tout", help="Aussi ce qui précède la dernière modification de vos fichiers.")
    ] = False,
) -> None:
    """Montre ce que dit votre application : les erreurs qu'elle écrit dans son journal au lieu de les afficher.

    Exemple : [bold]etabli journal[/]
    """
    if service is not None and service not in declared():
        known = ", ".join(f"'{name}'" for name in declared())
        raise typer.BadParameter(f"'{service}' is not one of {known}.", param_hint="'--service'")
    workspace = find_workspace(dossier)
    wanted = _service(workspace, service)
    DockerSandbox().probe()
    if not running_workspaces(workspace.memo.project):
        raise UsageProblem(f"« {workspace.folder} » est arrêté : lancez « etabli start », puis revenez.")
    changed = None if tout or workspace.services()[wanted].told.entire_journal else last_change(workspace.work)
    text = _lines(workspace, wanted, lignes, changed)
    screen.print(escape(text) or _empty(changed), soft_wrap=True, highlight=False)
    for found in explain([text]):
        screen.print(f"\n[italic]{said(found.message)}[/]\n{said(found.means)} {said(found.look)}", soft_wrap=True)


def _service(workspace: Workspace, asked: str | None) -> str:
    """Returns the service whose journal is wanted.

    Raises:
        UsageProblem: The lab does not have it; the message lists those it has, or says where to look instead.
    """
    services = workspace.services()
    wanted = asked or usual(services)
    if wanted in services:
        return wanted
    if wanted is None:
        raise UsageProblem(
            f"Le TP « {workspace.memo.lab} » n'a pas d'application, donc pas de journal : « etabli terminal » montre "
            "tout ce que disent ses outils."
        )
    raise UsageProblem(
        "Le TP « {lab} » n'a pas de service « {service} » : il a {known}.".format(
            lab=workspace.memo.lab, service=wanted, known=", ".join(services)
        )
    )


def _lines(workspace: Workspace, service: str, lines: int, changed: datetime | None) -> str:
    since = ["--since", iso(changed)] if changed else []
    text = compose(workspace, "logs", "--no-log-prefix", "--no-color", *since, "--tail", "5000", service)
    return "\n".join(lines_of(text)[-lines:])


def last_change(folder: Path) -> datetime | None:
    """Returns when a file of a folder was last modified; ``None`` when there is no file."""
    times = [path.stat().st_mtime for path in folder.rglob("*") if path.is_file()]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _empty(changed: datetime | None) -> str:
    if changed is None:
        return said("Le journal est vide.")
    sentence = (
        "Rien depuis votre dernière modification ({at:%H:%M:%S}) : rechargez la page, ou ajoutez « --tout » pour lire "
        "ce qui précède."
    )
    return said(sentence.format(at=changed.astimezone()))
