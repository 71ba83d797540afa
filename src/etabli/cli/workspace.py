"""``etabli start`` and ``stop``: a student's workspace."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.live import said
from etabli.cli.screen import escape, guarded, print_json, screen
from etabli.cli.terminal import TERMINAL
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.sujet import DATA, DOCUMENTS
from etabli.lab.variant import TRAINING, Seat
from etabli.runs.run import now
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret
from etabli.workspace.opening import open_workspace, remembered, resume
from etabli.workspace.running import Started, bring_up, stop
from etabli.workspace.workspace import Workspace, find_workspace, is_workspace, needs_of

Folder = Annotated[
    Path | None, typer.Argument(metavar="[DOSSIER]", help="Espace de travail (par défaut : le dossier courant).")
]
Yes = Annotated[bool, typer.Option("--oui", help="Ne demande pas de confirmation.")]


@guarded
def start(
    lab: Annotated[str | None, typer.Argument(metavar="[TP]", help="Identifiant du TP (« etabli labs »).")] = None,
    candidat: Annotated[str | None, typer.Option("--candidat", help="Votre identifiant, par exemple sno-07.")] = None,
    session: Annotated[
        str | None, typer.Option("--session", help="Nom de la session ; elle change les données.")
    ] = None,
    dossier: Annotated[
        Path | None, typer.Option("--dossier", help="Dossier de travail (par défaut : <tp>-<candidat>).")
    ] = None,
    langage: Annotated[str | None, typer.Option("--langage", help="Façon de travailler, par exemple php.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1024, max=65534, help="Port du site ou du PGI (par défaut : un libre).")
    ] = None,
    base_neuve: Annotated[
        bool, typer.Option("--base-neuve", help="Remet la base de données dans son état de départ.")
    ] = False,
    duree: Annotated[
        int | None, typer.Option("--duree", min=1, max=600, help="Minutes d'un essai chronométré : le reçu les dira.")
    ] = None,
    oui: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Prépare votre espace de travail, ou le reprend, et dit comment y entrer.

    Exemples :

    [bold]etabli start page-dynamique --candidat sno-07[/]

    [bold]etabli start[/]  (dans l'espace de travail : reprend tout comme c'était)

    [bold]etabli start fiche-anglais --candidat sno-07 --duree 120[/]  (le reçu dira le début et la fin)

    [bold]etabli start --base-neuve[/]  (la base revient aux données de départ, vos fichiers restent)
    """
    workspace = _wanted(lab, candidat, session, dossier, langage)
    if base_neuve:
        if not _keeps_a_database(workspace):
            raise UsageProblem(
                f"Le TP « {workspace.memo.lab} » n'a pas de base de données : relancez « etabli start » sans « "
                "--base-neuve »."
            )
        sure("La base de données reviendra aux données de départ ; vos fichiers ne changent pas.", oui)
        DockerSandbox().probe()
        stop(workspace, forget_database=True)
    started = bring_up(_timed(workspace, duree), port=port)
    if as_json:
        print_json(_facts(started))
    else:
        _show(started)


def _timed(workspace: Workspace, minutes: int | None) -> Workspace:
    """Begins the time of a rehearsal, once.

    Raises:
        UsageProblem: It began already, for another time.
    """
    memo = workspace.memo
    if minutes is None or minutes == memo.minutes:
        return workspace
    if memo.minutes is not None:
        raise UsageProblem(
            f"Le temps de cet espace court déjà, pour {memo.minutes} minutes : relancez « etabli start » sans "
            "« --duree », ou préparez un autre espace avec « --dossier »."
        )
    return remembered(workspace, minutes=minutes, began_at=now().replace(microsecond=0))


def _keeps_a_database(workspace: Workspace) -> bool:
    return any(service.keeps for service in workspace.services().values())


def _wanted(
    lab: str | None, candidat: str | None, session: str | None, dossier: Path | None, langage: str | None
) -> Workspace:
    """Returns the workspace that the options name, made if need be."""
    if lab is None and candidat is None and session is None:
        workspace = find_workspace(dossier)
        _services_possible(workspace.lab())
        return resume(workspace, secret(), langage)
    if lab is None or candidat is None:
        raise UsageProblem(
            "Il manque le TP ou le candidat : « etabli start TP --candidat IDENTIFIANT », ou « etabli start » seul."
        )
    seat = Seat(load_lab(lab), checked_candidate(candidat), session or TRAINING)
    folder = dossier or _already_in(seat) or _usual_folder(seat)
    if not is_workspace(folder):
        _services_possible(seat.lab)
    return open_workspace(folder, seat, secret(), langage)


def _usual_folder(seat: Seat) -> Path:
    """Returns where a workspace is made; one made for « sno-07 » is found again for « SNO-07 », the same person."""
    usual = Path(f"{seat.lab.id}-{seat.candidate}")
    alike = [path for path in sorted(Path().iterdir()) if path.name.lower() == usual.name.lower()]
    return usual if is_workspace(usual) else next(filter(is_workspace, alike), usual)


def _already_in(seat: Seat) -> Path | None:
    """Returns the workspace around the current folder, when there is one.

    Raises:
        UsageProblem: It is another seat's.
    """
    try:
        around = find_workspace(None)
    except UsageProblem:
        return None
    memo = around.memo
    if not memo.is_of(seat):
        raise UsageProblem(
            f"Vous êtes dans l'espace de travail de {memo.candidate} (TP « {memo.lab} ») : sortez-en (« cd .. ») pour "
            "en préparer un autre, ou dites où avec « --dossier »."
        )
    return around.folder


def _services_possible(lab: Lab) -> None:
    """Asks the engine before anything is written."""
    if needs_of(lab).services:
        DockerSandbox().probe()


def _facts(started: Started) -> dict[str, object]:
    memo = started.workspace.memo
    users = {name: service.told.user for name, service in started.services.items() if started.address(name)}
    return {
        "folder": str(started.workspace.folder),
        "lab": memo.lab,
        "session": memo.session,
        "candidate": memo.candidate,
        "runtime": memo.runtime,
        "brief": str(started.workspace.folder / "enonce.html"),
        "work": str(started.workspace.work),
        "began_at": memo.began_at.isoformat() if memo.began_at else None,
        "minutes": memo.minutes,
        "site": started.address("application"),
        "adminer": started.address("adminer"),
        "terminal": TERMINAL in started.services,
        "db_user": users.get("adminer"),
        "db_password": memo.db_password if "adminer" in users else None,
        "pgi": started.address("pgi"),
        "pgi_user": users.get("pgi"),
        "pgi_password": memo.db_password if "pgi" in users else None,
        "messagerie": started.address("messagerie"),
        "messagerie_user": users.get("messagerie"),
        "messagerie_password": memo.db_password if "messagerie" in users else None,
    }


def _show(started: Started) -> None:
    workspace, memo = started.workspace, started.workspace.memo
    told = [service.told for service in started.services.values()]
    screen.print(f"[bold green]✓[/] {said(started.lab.manifest.title)} · {escape(memo.candidate)}")
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Énoncé", escape((workspace.folder / "enonce.html").as_uri()))
    for name, service in started.services.items():
        if address := started.address(name):
            table.add_row(service.told.title, address)
            if service.told.user:
                table.add_row("", f"utilisateur {service.told.user}, mot de passe {escape(memo.db_password)}")
    table.add_row("Votre travail", escape(str(workspace.work)))
    for name, title in ((DOCUMENTS, "Documents"), (DATA, "Données")):
        if any(one.shown_files for one in told) and (workspace.folder / name).is_dir():
            table.add_row(title, escape(str(workspace.folder / name)))
    if memo.began_at and memo.minutes:
        end = (memo.began_at + timedelta(minutes=memo.minutes)).astimezone()
        table.add_row("Temps", f"{memo.minutes} minutes, jusqu'à {end:%H:%M}")
    screen.print(table, highlight=False)
    if any(one.reloads for one in told):
        screen.print(said("Modifiez les fichiers de « rendu », enregistrez, rechargez la page."))
    screen.print(said(f"Ensuite, depuis le dossier {workspace.folder} :"), soft_wrap=True)
    terminal = [("etabli terminal", "ouvre les outils du TP, sans réseau")]
    for command, what in (
        *(terminal if TERMINAL in started.services else ()),
        ("etabli check", "vérifie votre travail, aussi souvent que vous voulez"),
        ("etabli submit", "fait le fichier à rendre"),
        ("etabli stop", "arrête ; « etabli start » reprendra tout comme vous l'avez laissé"),
    ):
        screen.print(f"  [bold]{command:<15}[/] {said(what)}", highlight=False, soft_wrap=True)


def sure(consequence: str, yes: bool) -> None:
    """Asks before something is lost.

    Raises:
        UsageProblem: Nobody can be asked.
        Exit: The user does not want it.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageProblem(f"{consequence} Ajoutez « --oui » pour confirmer.")
    if not typer.confirm(f"{consequence} {'Continuer ?'}"):
        raise typer.Exit(0)


@guarded
def stop_command(
    dossier: Folder = None,
    effacer: Annotated[
        bool, typer.Option("--effacer", help="Efface aussi la base de données ; vos fichiers restent.")
    ] = False,
    oui: Yes = False,
) -> None:
    """Arrête les services d'un espace de travail ; vos fichiers et votre base sont gardés.

    Exemple : [bold]etabli stop[/]
    """
    workspace = find_workspace(dossier)
    if effacer:
        sure("La base de données de cet espace sera effacée ; vos fichiers restent.", oui)
    DockerSandbox().probe()
    stop(workspace, forget_database=effacer)
    kept = "vos fichiers et votre base sont gardés"
    if not _keeps_a_database(workspace):
        kept = "vos fichiers sont gardés"
    elif effacer:
        kept = "vos fichiers sont gardés, la base est effacée"
    screen.print(said(f"Arrêté : {kept}. « etabli start » reprend le travail."))
