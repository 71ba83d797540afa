"""``etabli salle``: the room server of this machine."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.classroom.settings import DEFAULT_NAME, FILE, RoomSettings, read_settings, write_settings
from etabli.cli.doctor import show_findings
from etabli.cli.labs import AsJson
from etabli.cli.sauvegarde import Folder, restaurer, sauvegarde
from etabli.cli.screen import Exit, guarded, print_json, say, screen
from etabli.cli.workspace import sure
from etabli.exam.contract.errors import EtabliError, SandboxFailure, UsageProblem
from etabli.exam.contract.french import count, counted, listed
from etabli.server import checkup, host
from etabli.server.authority import fingerprint
from etabli.server.services import SERVICES, Room, folder_of, forget, refuse_unfit, remember
from etabli.system.disk import unwritable

salle = typer.Typer(
    help="La salle : un serveur où la classe travaille dans un navigateur.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

salle.command()(sauvegarde)
salle.command()(restaurer)


@salle.command()
@guarded
def start(
    dossier: Folder = None,
    nom: Annotated[
        str | None, typer.Option("--nom", help=f"Nom de la salle, la première fois (par défaut : {DEFAULT_NAME}).")
    ] = None,
    port_https: Annotated[
        int | None,
        typer.Option("--port-https", min=1, max=65535, help="Port de HTTPS, la première fois (par défaut : 443)."),
    ] = None,
    port_http: Annotated[
        int | None,
        typer.Option("--port-http", min=1, max=65535, help="Port de HTTP, la première fois (par défaut : 80)."),
    ] = None,
    without_code: Annotated[bool, typer.Option("--sans-code", help="Ne donne pas de code d'administrateur.")] = False,
) -> None:
    """Ouvre la salle, ou la remet à jour, et dit ce qu'il faut aux postes.

    Le nom et les ports sont choisis la première fois, puis gardés dans salle.yaml, où ils peuvent être changés.

    Exemples :

    [bold]etabli salle start[/]

    [bold]etabli salle start --nom salle.lycee.internal --dossier /srv/etabli[/]

    Codes de sortie : 0 la salle répond ; 2 un réglage ne convient pas ; 3 cette machine ne peut pas l'ouvrir.
    """
    room = _room_to_start(folder_of(dossier), nom, port_https, port_http)
    room.up()
    remember(room)
    room.wait()
    code = "" if without_code else _admin_code(room)
    unit = host.install(room)
    _tell_how_to_enter(room, code)
    if unit:
        say(f"La machine ouvrira la salle à son démarrage ({host.unit_of(room)}).")


def _room_to_start(folder: Path, name: str | None, https: int | None, http: int | None) -> Room:
    """Returns the room of a folder; the first time, it is made with what was chosen.

    Raises:
        UsageProblem: Something else was chosen before, or cannot be.
    """
    chosen: dict[str, Any] = {"nom": name, "https": https, "http": http}
    if not (folder / FILE).exists():
        told = {"nom": name} if name else {}
        ports = {key: port for key, port in (("https", https), ("http", http)) if port}
        try:
            settings = RoomSettings.model_validate(told | ({"ports": ports} if ports else {}))
        except ValueError as error:
            sentences = [str(item["ctx"]["error"]) for item in getattr(error, "errors", list)() if "ctx" in item]
            raise UsageProblem(f"{(sentences or [str(error)])[0]} : corrigez puis relancez.") from error
        try:
            if folder.exists() and any(folder.iterdir()):
                raise UsageProblem(f"« {folder} » n'est pas vide : donnez un autre dossier avec « --dossier ».")
            if taken := checkup.taken_ports(settings.ports):
                raise UsageProblem(f"{_capital(checkup.port_taken(taken[0]))} (« --port-https », « --port-http »).")
            refuse_unfit(folder)
            folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        except OSError as error:
            raise unwritable(folder, error, "choisissez un autre dossier avec « --dossier »") from error
        write_settings(folder, settings)
    settings = read_settings(folder)
    kept: dict[str, Any] = {"nom": settings.nom, **settings.ports.model_dump()}
    for key, value in chosen.items():
        if value is not None and value != kept[key]:
            raise UsageProblem(
                f"Cette salle a déjà « {key}: {kept[key]} » : changez-le dans {folder / FILE}, puis relancez « etabli "
                "salle start » sans cette option."
            )
    room = Room.at(folder)
    if not any(state.running for state in room.state()) and (taken := checkup.taken_ports(settings.ports)):
        raise UsageProblem(f"{_capital(checkup.port_taken(taken[0]))} dans {folder / FILE}.")
    return room


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _admin_code(room: Room, *words: str) -> str:
    return room.beside("travail", ["python3", "-m", "etabli.server.admin_code", *words]).strip()


def _present(room: Room) -> list[str]:
    """Returns who works now; nobody where a service is too ill to say: a room that is ill may be stopped too."""
    with suppress(EtabliError):
        return room.beside("travail", ["python3", "-m", "etabli.server.present"]).split()
    return []


def _tell_how_to_enter(room: Room, code: str) -> None:
    settings, address = room.settings, host.own_address() or "l'adresse de cette machine"
    say(f"La salle est ouverte : {settings.hosts.origin}/")
    if code:
        _tell_code(code)
    else:
        say("Administration : identifiant « admin », avec le code choisi. Perdu ? « etabli salle code ».")
    say("Ce qu'il faut aux postes :")
    say(f"  - les noms « {settings.nom} » et « *.{settings.nom} » mènent à {address} (DNS : {checkup.DOCUMENT})")
    if settings.certificat is None:
        port = "" if settings.ports.http == 80 else f":{settings.ports.http}"
        say(f"  - le certificat à installer et comment : http://{address}{port}/certificat")
        say(f"    empreinte SHA-256 : {fingerprint(room.authority.root)}")
    say("« etabli salle doctor » vérifie tout cela.")


def _tell_code(code: str) -> None:
    say(f"Administration : identifiant « admin », code « {code} ». Il sert une fois ; vous choisirez le suivant.")


@salle.command()
@guarded
def code(dossier: Folder = None) -> None:
    """Donne un autre code à l'administration, quand le sien est perdu ; ses connexions sont fermées.

    Exemple : [bold]etabli salle code[/]
    """
    room = Room.at(folder_of(dossier))
    if not room.answers():
        raise SandboxFailure("La salle est fermée : « etabli salle start » l'ouvre, et donne ou rappelle le code.")
    _tell_code(_admin_code(room, "--autre"))


@salle.command()
@guarded
def stop(
    dossier: Folder = None,
    oui: Annotated[
        bool, typer.Option("--oui", help="Ferme sans poser la question, même si des élèves sont là.")
    ] = False,
) -> None:
    """Ferme la salle et arrête les espaces des élèves ; tout ce qui est enregistré reste.

    Des élèves travaillent ? La commande dit lesquels, et demande avant de fermer.

    Exemples :

    [bold]etabli salle stop[/]

    [bold]etabli salle stop --oui[/]  (dans un script)
    """
    room = Room.at(folder_of(dossier))
    if not oui and room.answers() and (there := _present(room)):
        sure(f"{counted(len(there), 'élève')} {count(len(there), 'travaille', 'travaillent')} : {listed(there)}.", oui)
    was_open = any(state.running for state in room.state())
    room.down()
    room.stop_workspaces()
    said = "est fermée" if was_open else "était déjà fermée"
    say(f"La salle {said} ({room.folder}). « etabli salle start » la rouvre comme elle était.")


@salle.command()
@guarded
def etat(dossier: Folder = None, as_json: AsJson = False) -> None:
    """Dit comment va chaque service.

    Exemple : [bold]etabli salle etat[/]

    Codes de sortie : 0 tous vont bien ; 3 l'un d'eux ne va pas, ou la salle est fermée.
    """
    room = Room.at(folder_of(dossier))
    states = room.state()
    if as_json:
        told = [asdict(state) | {"well": state.well} for state in states]
        print_json({"origin": room.settings.hosts.origin, "folder": str(room.folder), "services": told})
    else:
        say(f"{room.settings.hosts.origin}/   {room.folder}")
        table = Table()
        for column in ("Service", "État", "Redémarrages"):
            table.add_column(column)
        for state in states:
            table.add_row(
                state.name, _HEALTH.get(state.health, "en marche") if state.running else "arrêté", str(state.restarts)
            )
        screen.print(table)
    if not all(state.well for state in states):
        raise typer.Exit(Exit.MACHINE)


_HEALTH = {"healthy": "répond", "starting": "démarre", "unhealthy": "ne répond pas"}


@salle.command()
@guarded
def journal(
    service: Annotated[
        str | None, typer.Argument(metavar="[SERVICE]", help=f"{', '.join(SERVICES)} (par défaut : tous).")
    ] = None,
    dossier: Folder = None,
    lignes: Annotated[int, typer.Option("--lignes", min=1, max=5000, help="Combien de lignes, depuis la fin.")] = 40,
    suivre: Annotated[
        bool, typer.Option("--suivre", help="Continue à montrer ce qui s'écrit (Ctrl-C arrête).")
    ] = False,
) -> None:
    """Montre ce que les services écrivent.

    Exemples :

    [bold]etabli salle journal[/]

    [bold]etabli salle journal portail --suivre[/]
    """
    if service is not None and service not in SERVICES:
        raise UsageProblem(f"« {service} » n'est pas un service de la salle : il y a {', '.join(SERVICES)}.")
    raise typer.Exit(Room.at(folder_of(dossier)).journal(service, lignes, follow=suivre))


@salle.command()
@guarded
def doctor(dossier: Folder = None, as_json: AsJson = False) -> None:
    """Dit si la salle va bien, et sinon quoi faire.

    Exemple : [bold]etabli salle doctor[/]

    Codes de sortie : 0 tout va bien ; 3 quelque chose est à régler.
    """
    found = checkup.findings(Room.at(folder_of(dossier)))
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        show_findings(found)
    if not all(finding.ok for finding in found):
        raise typer.Exit(Exit.MACHINE)


@salle.command()
@guarded
def desinstaller(
    dossier: Folder = None,
    erase: Annotated[
        bool,
        typer.Option("--effacer-les-donnees", help="Efface aussi le dossier de la salle : travaux, comptes, clés."),
    ] = False,
    oui: Annotated[bool, typer.Option("--oui", help="Confirme l'effacement.")] = False,
) -> None:
    """Enlève de cette machine ce que la salle y a mis ; son dossier reste, sauf demande.

    Exemples :

    [bold]etabli salle desinstaller[/]

    [bold]etabli salle desinstaller --effacer-les-donnees --oui[/]
    """
    room = Room.at(folder_of(dossier))
    if erase and not oui:
        raise UsageProblem(
            f"« {room.folder} » serait effacé : travaux, comptes et clés, sans retour. Ajoutez « --oui » si c'est bien "
            "ce que vous voulez."
        )
    host.remove(room)
    forget(room)
    room.down()
    if not erase:
        room.stop_workspaces()
        say(
            f"La salle est retirée. Ses données restent dans « {room.folder} » ; « etabli salle start --dossier "
            f"{room.folder} » la remet, « etabli salle desinstaller --dossier {room.folder} --effacer-les-donnees "
            "--oui » les efface."
        )
        return
    room.remove_workspaces()
    room.erase()
    say("La salle est retirée et ses données sont effacées. Retirez aussi son certificat des postes.")
