"""``etabli donnees exporter`` and ``etabli purge``: personal data, handed over and erased."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from etabli.classroom.handing_over import hand_over
from etabli.classroom.personal import holding, person_called
from etabli.classroom.purging import (
    Plan,
    close_accounts,
    erase_folders,
    erase_rows,
    plan_before,
    plan_class,
    plan_person,
    under_way,
)
from etabli.classroom.state import Classroom, connect
from etabli.cli.labs import AsJson
from etabli.cli.sauvegarde import Folder
from etabli.cli.screen import guarded, print_json, say, tell
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.exam.contract.french import count
from etabli.lab.manifest import load_lab
from etabli.reports.results import publish
from etabli.reports.roll import roll_of
from etabli.roster.anywhere import known_classes, learner_called
from etabli.roster.roster import Roster, open_roster
from etabli.runs.evidence import write_atomically
from etabli.runs.store import newest_folders
from etabli.server.backup import alone, database, last_backup, must_be_root, runs
from etabli.server.services import Room, folder_of
from etabli.server.volumes import forget
from etabli.system.disk import room_on_disk, why
from etabli.workspace.files import give_to_owner
from etabli.workspace.workspace import is_workspace, read_workspace

donnees = typer.Typer(
    help="Les données personnelles que la salle garde.", no_args_is_help=True, rich_markup_mode="rich"
)

Elsewhere = Annotated[
    list[Path] | None,
    typer.Option("--resultats", help="Dossier de résultats hors de la salle ; répétez l'option pour plusieurs."),
]
_TABLES = {
    "person": ("{n} compte", "{n} comptes"),
    "extension": ("{n} échéance accordée", "{n} échéances accordées"),
    "sign_in": ("{n} session ouverte", "{n} sessions ouvertes"),
    "ticket": ("{n} passage vers un autre site", "{n} passages vers un autre site"),
    "connection": ("{n} connexion", "{n} connexions"),
    "workspace": ("{n} espace de travail", "{n} espaces de travail"),
    "verification": ("{n} vérification", "{n} vérifications"),
    "finding": ("{n} constat", "{n} constats"),
    "hand_in": ("{n} dépôt", "{n} dépôts"),
    "remark": ("{n} commentaire", "{n} commentaires"),
    "look": ("{n} regard", "{n} regards"),
    "diary": ("{n} ligne du journal", "{n} lignes du journal"),
    "opening": ("{n} ouverture de TP", "{n} ouvertures de TP"),
    "batch": ("{n} correction", "{n} corrections"),
    "binding": ("{n} recueil préparé", "{n} recueils préparés"),
    "teaching": ("{n} lien d'enseignant", "{n} liens d'enseignant"),
    "class": ("{n} classe", "{n} classes"),
}


@donnees.command()
@guarded
def exporter(
    who: Annotated[str, typer.Option("--candidat", help="Alias de l'élève, ou identifiant d'un compte.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Fichier à écrire (par défaut : donnees-ALIAS.zip).")
    ] = None,
    dossier: Folder = None,
    elsewhere: Elsewhere = None,
) -> None:
    """Écrit dans un .zip tout ce que la salle garde d'une personne, pour le lui remettre.

    Exemples :

    [bold]etabli donnees exporter --candidat SNO-07[/]

    [bold]etabli donnees exporter --candidat SNO-07 -o leonie.zip --resultats resultats/lundi[/]
    """
    folder = folder_of(dossier)
    outputs = _present(elsewhere or [])
    with _opened(folder, f"etabli donnees exporter --candidat {who}") as (_room, state), state.work() as db:
        held = holding(db, state, person_called(db, who), outputs)
        path = out or Path(f"donnees-{held.person.shown}.zip")
        found = learner_called(held.person.shown)
        with room_on_disk(path.parent), _private(path) as target:
            written = hand_over(state, held, found.learner if found else None, target)
    say(
        f"{path} : {count(written.rows, '{n} ligne', '{n} lignes')}, "
        f"{count(written.files, '{n} fichier', '{n} fichiers')}. Ouvrez « lisez-moi.html »."
    )
    say("Ce fichier ne concerne qu'une personne : remettez-le à elle seule, puis supprimez-le.")


@guarded
def purge(
    trial: Annotated[bool, typer.Option("--essai", help="Dit ce qui partirait, sans rien effacer.")] = False,
    apply: Annotated[bool, typer.Option("--appliquer", help="Efface, sans retour.")] = False,
    who: Annotated[str | None, typer.Option("--candidat", help="Alias d'un élève.")] = None,
    group: Annotated[str | None, typer.Option("--classe", help="Nom d'une classe.")] = None,
    before: Annotated[
        str | None, typer.Option("--avant", metavar="AAAA-MM-JJ", help="Ce qui était fini avant ce jour.")
    ] = None,
    dossier: Folder = None,
    elsewhere: Elsewhere = None,
    as_json: AsJson = False,
) -> None:
    """Efface les données d'un élève, d'une classe, ou ce qui était fini avant un jour.

    Base, journal, connexions, espaces et leurs bases, versions, dépôts, résultats et table des noms.

    Exemples :

    [bold]etabli purge --essai --candidat SNO-07[/]

    [bold]etabli purge --appliquer --classe SNO[/]

    [bold]etabli purge --essai --avant 2026-07-10[/]

    Codes de sortie : 0 c'est dit, ou fait ; 1 fait, mais une page de résultats n'a pas pu être récrite ; 2 commande
    incorrecte ; 3 cette machine ne peut pas.
    """
    if trial == apply:
        raise UsageProblem("Choisissez « --essai » (dit ce qui partirait) ou « --appliquer » (efface).")
    if sum(one is not None for one in (who, group, before)) != 1:
        raise UsageProblem("Dites ce qu'il faut effacer : « --candidat », « --classe » ou « --avant », un seul.")
    folder = folder_of(dossier)
    outputs = _present(elsewhere or [])
    with _opened(folder, "etabli purge") as (room, state):
        with alone(room.folder):
            with state.work() as db:
                plan = _plan(db, state, who, group, before, outputs)
                names = _names(plan, group)
            told = _told(room, plan, names)
            if plan.empty and not names:
                say("Il n'y a rien à effacer.")
                return
            if apply:
                told |= _apply(room, state, plan, names)
        if as_json:
            print_json(told)
        else:
            _show(told, done=apply)
        if told.get("pages"):
            raise typer.Exit(1)


def _plan(
    db: Any, state: Classroom, who: str | None, group: str | None, before: str | None, outputs: list[Path]
) -> Plan:
    if who is not None:
        return plan_person(db, state, person_called(db, who), outputs)
    if group is not None:
        return plan_class(db, state, group, outputs)
    try:
        day = datetime.strptime(before or "", "%Y-%m-%d")
    except ValueError as error:
        raise UsageProblem(f"« --avant {before} » n'est pas un jour : écrivez par exemple 2026-07-10.") from error
    return plan_before(db, state, day.replace(tzinfo=state.zone))


def _apply(room: Room, state: Classroom, plan: Plan, names: list[tuple[Roster, str]]) -> dict[str, Any]:
    """Erases what is planned, the rows last; returns what was done, without a name."""
    with state.work() as db:
        if runs(room, "travail") and under_way(db, plan):
            raise UsageProblem(
                "Une vérification ou une correction de ces travaux est en cours : attendez sa fin, puis relancez."
            )
        close_accounts(db, plan)
    for space in plan.spaces:
        folder = room.place.workspace(space.token)
        if is_workspace(folder):
            forget(read_workspace(folder))
    pages = [str(out) for out in erase_folders(plan) if not _written_again(out)]
    for roster, alias in names:
        roster.erase([alias])
    with state.work() as db:
        erased = erase_rows(db, state, plan)
    done: dict[str, Any] = {
        "at": state.now().astimezone(state.zone).isoformat(timespec="seconds"),
        "called": erased.people,
        "rewritten": erased.rewritten,
        "pages": pages,
    }
    report = room.folder / "purges" / f"{state.now().astimezone(UTC):%Y%m%dT%H%M%SZ}.json"
    report.parent.mkdir(mode=0o700, exist_ok=True)
    shown = {"rows": plan.rows, "people": len(plan.people), "names": len(names), **done, "pages": len(pages)}
    write_atomically(report, (json.dumps(shown, ensure_ascii=False, indent=1) + "\n").encode(), mode=0o600)
    return done | {"report": str(report)}


def _written_again(out: Path) -> bool:
    """Writes the pages of an output folder from the runs that stay; returns whether that could be done."""
    try:
        runs = [found.run for found in newest_folders(out) if found.run is not None]
        for lab in {run.lab for run in runs}:
            publish(out, load_lab(lab), None, roll_of(out, lab))
        give_to_owner(out)
    except EtabliError:
        return False
    return True


def _told(room: Room, plan: Plan, names: list[tuple[Roster, str]]) -> dict[str, Any]:
    files, size = plan.size
    last, kept = last_backup(room.folder), room.settings.sauvegarde
    told: dict[str, Any] = {
        "rows": {name: number for name, number in sorted(plan.rows.items()) if number},
        "people": [held.person.shown for held in plan.people],
        "names": len(names),
        "workspaces": len(plan.spaces),
        "folders": [str(path) for path in plan.folders],
        "files": files,
        "bytes": size,
        "backups": None,
    }
    if last is not None:
        at = datetime.fromisoformat(str(last["at"]))
        until = datetime.now(UTC) + kept.longest if kept else None
        told["backups"] = {
            "to": last["to"],
            "last": at.isoformat(),
            "until": until.date().isoformat() if until else None,
        }
    return told


def _show(told: dict[str, Any], *, done: bool) -> None:
    if not done:
        say("Rien n'est effacé : voici ce qui partirait.")
        if told["people"]:
            say(f"Élèves : {', '.join(told['people'])}")
    else:
        say("Effacé. Ce compte rendu ne nomme personne :")
    for name, number in told["rows"].items():
        say(f"  - {count(number, *_TABLES[name])}")
    if told["names"]:
        say(f"  - {count(told['names'], '{n} nom de la table des noms', '{n} noms de la table des noms')}")
    if told["workspaces"]:
        say("  - les services de ces espaces et leurs bases de données")
    say(
        f"  - {count(len(told['folders']), '{n} dossier', '{n} dossiers')} : "
        f"{count(told['files'], '{n} fichier', '{n} fichiers')}, {told['bytes'] / 1e6:.1f} Mo".replace(".", ",")
    )
    if not done:
        for folder in told["folders"]:
            say(f"      {folder}")
    elif told["called"]:
        say(f"Dans le journal, {', '.join(told['called'])} : les lignes restent, plus rien n'y nomme ces personnes.")
    _show_backups(told["backups"], done=done)
    if done:
        say(f"Compte rendu : {told['report']}")
        for out in told["pages"]:
            tell(f"Les pages de « {out} » sont supprimées et n'ont pas pu être récrites : lancez « etabli regrade ».")
    else:
        say("« --appliquer » à la place de « --essai » efface.")


def _show_backups(backups: dict[str, Any] | None, *, done: bool) -> None:
    if backups is None:
        say("Aucune sauvegarde n'est connue.")
        return
    until = datetime.fromisoformat(backups["until"]) if backups["until"] else None
    when = f"jusqu'au {until:%d/%m/%Y} au plus tard" if until else "selon les copies gardées (12 mois d'ordinaire)"
    say(
        f"Les sauvegardes de « {backups['to']} » {'gardent' if done else 'garderaient'} encore ces données, {when}. "
        "Si vous restaurez l'une d'elles, refaites cette purge."
    )


def _names(plan: Plan, group: str | None) -> list[tuple[Roster, str]]:
    """Returns whose names go from the table of names."""
    if group is not None:
        found = [name for name in known_classes() if name.lower() == group.strip().lower()]
        return [(roster, one.alias) for roster in map(open_roster, found) for one in roster.learners(active_only=False)]
    wanted = [held.person.shown for held in plan.people]
    rosters = [open_roster(name) for name in known_classes()]
    return [(roster, one.alias) for roster in rosters for alias in wanted if (one := roster.by_alias(alias))]


@contextmanager
def _opened(folder: Path, command: str) -> Iterator[tuple[Room, Classroom]]:
    """Opens a room's state and its table of names, whether it is open to learners or not."""
    room = Room.at(folder)
    must_be_root(room.folder, command)
    os.environ["ETABLI_CLASSES"] = str(room.place.classes)
    os.environ["ETABLI_HOME"] = str(room.place.home)
    with database(room):
        engine = connect(room.database)
        try:
            yield room, Classroom(engine, room.place, room.settings.hosts, room.settings.zone)
        finally:
            engine.dispose()


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """Opens a file to write for this account alone; one that is half written is taken away."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise UsageProblem(
            f"« {path} » ne peut pas être écrit ({why(error)}) : choisissez un autre fichier avec « -o »."
        ) from error
    try:
        with open(descriptor, "w+b") as stream:
            yield stream
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _present(folders: list[Path]) -> list[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise UsageProblem(f"« {folder} » n'est pas un dossier : vérifiez « --resultats ».")
    return [folder.resolve() for folder in folders]
