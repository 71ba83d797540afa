"""``etabli donnees exporter`` and ``etabli purge``: personal data, handed over and erased."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from etabli.classroom.elsewhere import shared_in
from etabli.classroom.handing_over import Timed, Written, hand_over
from etabli.classroom.personal import Holding, elsewhere_of, folders_elsewhere, holding, person_called
from etabli.classroom.purging import (
    Plan,
    close_accounts,
    erase_folders,
    erase_rows,
    plan_before,
    plan_class,
    plan_clocks,
    plan_elsewhere,
    plan_person,
    under_way,
)
from etabli.classroom.settings import FILE, Retention, read_retention
from etabli.classroom.state import Classroom, connect
from etabli.classroom.tables import Person, Role
from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.sauvegarde import Folder
from etabli.cli.screen import guarded, print_json, say, tell
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.exam.contract.french import count, listed
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
from etabli.system.settings import home_path
from etabli.workspace.files import give_to_owner
from etabli.workspace.workspace import is_workspace, read_workspace

donnees = typer.Typer(
    help="Les données personnelles que la salle garde.", no_args_is_help=True, rich_markup_mode="rich"
)

Elsewhere = Annotated[
    list[Path] | None,
    typer.Option(
        "--resultats",
        help="Dossier hors de la salle : résultats, recueils, commissions, archives, année ; répétez pour plusieurs.",
    ),
]
_USUAL = ("recueils", "commissions", "resultats", "archives", "annee", "fiches")
"""Where commands write by default, from where one stands."""
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
    marks: Annotated[
        bool | None,
        typer.Option(
            "--avec-notes/--sans-notes",
            help="Propositions de note comprises, ou non (sans elle : seulement d'une session dont le jury est passé).",
        ),
    ] = None,
    dossier: Folder = None,
    elsewhere: Elsewhere = None,
) -> None:
    """Écrit dans un .zip tout ce qui est gardé d'une personne, pour le lui remettre.

    Ce que garde la salle, et ce qui est dans les dossiers donnés ou réglés : résultats, recueil de traces, fiches de
    PFMP, appréciations, décisions de la commission, archives scellées. Sans salle, les dossiers seuls.

    Les propositions de note ne sont remises qu'après le jour du jury (« jury: » dans session.yaml), ou si le centre le
    décide avec « --avec-notes » : jusque-là, ce qui les contient est remis sans elles, ou laissé de côté, et c'est dit.

    Exemples :

    [bold]etabli donnees exporter --candidat SNO-07[/]

    [bold]etabli donnees exporter --candidat SNO-07 -o leonie.zip --resultats resultats/lundi[/]

    [bold]etabli donnees exporter --candidat SNO-07 --avec-notes[/]
    """
    folder = folder_of(dossier)
    if _without_room(dossier, folder):
        alias, roots = checked_candidate(who), _roots(elsewhere, read_retention(home_path()))
        person = Person(login=alias.lower(), shown=alias, role=Role.LEARNER, active=True)
        held = Holding(person, {}, list(folders_elsewhere(roots, alias)), shared_in(roots, alias))
        if not (held.folders or held.shared):
            raise UsageProblem(f"Rien n'est gardé de « {alias} » ici : donnez les dossiers avec « --resultats ».")
        written, path = _handed_over(_Here(), held, out, marks)
    else:
        with _opened(folder, f"etabli donnees exporter --candidat {who}") as (room, state), state.work() as db:
            held = holding(db, state, person_called(db, who), _roots(elsewhere, room.settings.conservation))
            written, path = _handed_over(state, held, out, marks)
    say(
        f"{path} : {count(written.rows, '{n} ligne', '{n} lignes')}, "
        f"{count(written.files, '{n} fichier', '{n} fichiers')}. Ouvrez « lisez-moi.html »."
    )
    if written.kept_back:
        say(
            "Les propositions de note n'y sont pas (jury pas encore passé, jour inconnu, ou choix). Remis sans elles, "
            f"ou laissé de côté : {listed(written.kept_back)}. « --avec-notes » les ajoute."
        )
    say("Ce fichier ne concerne qu'une personne : remettez-le à elle seule, puis supprimez-le.")


class _Here:
    """The hour of a centre that has no room."""

    zone = None

    def now(self) -> datetime:
        """Returns this instant."""
        return datetime.now().astimezone()


def _handed_over(at: Timed, held: Holding, out: Path | None, marks: bool | None) -> tuple[Written, Path]:
    path = out or Path(f"donnees-{held.person.shown}.zip")
    found = learner_called(held.person.shown)
    with room_on_disk(path.parent), _private(path) as target:
        return hand_over(at, held, found.learner if found else None, target, marks), path


def _without_room(dossier: Path | None, folder: Path) -> bool:
    """Tells whether there is no room here, and none was named: what is kept is then in folders alone."""
    return dossier is None and not (folder / FILE).is_file()


def _roots(elsewhere: list[Path] | None, kept: Retention) -> list[Path]:
    """Returns where to look outside a room: what is named, what the centre has set, what commands write by default."""
    usual = [path for name in _USUAL if (path := Path(name)).is_dir()]
    return list(dict.fromkeys(path.resolve() for path in (*_present(elsewhere or []), *kept.dossiers, *usual)))


@guarded
def purge(
    trial: Annotated[bool, typer.Option("--essai", help="Dit ce qui partirait, sans rien effacer.")] = False,
    apply: Annotated[bool, typer.Option("--appliquer", help="Efface, sans retour.")] = False,
    who: Annotated[str | None, typer.Option("--candidat", help="Alias d'un élève.")] = None,
    group: Annotated[str | None, typer.Option("--classe", help="Nom d'une classe.")] = None,
    before: Annotated[
        str | None, typer.Option("--avant", metavar="AAAA-MM-JJ", help="Ce qui était fini avant ce jour.")
    ] = None,
    clocks: Annotated[
        bool, typer.Option("--echeances", help="Ce dont la durée de conservation, réglée par le centre, est passée.")
    ] = False,
    archives: Annotated[
        bool, typer.Option("--archives-comprises", help="Aussi les décisions, procès-verbaux et archives scellées.")
    ] = False,
    dossier: Folder = None,
    elsewhere: Elsewhere = None,
    as_json: AsJson = False,
) -> None:
    """Efface les données d'un élève, d'une classe, ce qui était fini avant un jour, ou ce qui est échu.

    Base, journal, connexions, espaces et leurs bases, versions, dépôts, résultats et table des noms ; dans les dossiers
    donnés ou réglés : résultats, recueils, fiches de PFMP, appréciations, pages de l'année. Les décisions de commission
    et les archives scellées ne partent que si on le demande. Une contestation en cours suspend tout. Sans salle,
    « --candidat » et « --echeances » regardent les dossiers seuls.

    Exemples :

    [bold]etabli purge --essai --candidat SNO-07[/]

    [bold]etabli purge --appliquer --classe SNO[/]

    [bold]etabli purge --essai --avant 2026-07-10[/]

    [bold]etabli purge --essai --echeances[/]

    Codes de sortie : 0 c'est dit, ou fait ; 1 fait, mais une page de résultats n'a pas pu être récrite ; 2 commande
    incorrecte ; 3 cette machine ne peut pas.
    """
    if trial == apply:
        raise UsageProblem("Choisissez « --essai » (dit ce qui partirait) ou « --appliquer » (efface).")
    if sum((who is not None, group is not None, before is not None, clocks)) != 1:
        raise UsageProblem(
            "Dites ce qu'il faut effacer : « --candidat », « --classe », « --avant » ou « --echeances », un seul."
        )
    if archives and not (who or group):
        raise UsageProblem("« --archives-comprises » va avec « --candidat » ou « --classe » : rien ne l'efface seul.")
    wanted = Wanted(who, group, before, archives)
    folder = folder_of(dossier)
    if _without_room(dossier, folder) and not (group or before):
        kept = read_retention(home_path())
        plan = _plan_elsewhere(wanted, _roots(elsewhere, kept), kept)
        done = _purged(None, None, plan, _names_called(who), apply=apply, as_json=as_json)
    else:
        with _opened(folder, "etabli purge") as (room, state), alone(room.folder):
            with state.work() as db:
                plan = _plan(
                    db, state, wanted, _roots(elsewhere, room.settings.conservation), room.settings.conservation
                )
                names = _names(plan, group)
            done = _purged(room, state, plan, names, apply=apply, as_json=as_json)
    if done.get("pages"):
        raise typer.Exit(1)


class Wanted(NamedTuple):
    """What is to be erased."""

    who: str | None
    group: str | None
    before: str | None
    """None of the three: what has passed its clock."""
    archives: bool


def _plan(db: Any, state: Classroom, wanted: Wanted, roots: list[Path], kept: Retention) -> Plan:
    if wanted.who is not None:
        return plan_person(db, state, person_called(db, wanted.who), roots, archives=wanted.archives)
    if wanted.group is not None:
        return plan_class(db, state, wanted.group, roots, archives=wanted.archives)
    if wanted.before is None:
        today = state.now().astimezone(state.zone).date()
        day = datetime.combine(kept.runs_before(today), time(), tzinfo=state.zone)
        plan = plan_before(db, state, day, roots)
        return plan_clocks(plan, [*elsewhere_of(state.place), *roots], day.date(), kept.traces_before(today))
    try:
        day = datetime.strptime(wanted.before, "%Y-%m-%d")
    except ValueError as error:
        raise UsageProblem(
            f"« --avant {wanted.before} » n'est pas un jour : écrivez par exemple 2026-07-10."
        ) from error
    return plan_before(db, state, day.replace(tzinfo=state.zone), roots)


def _plan_elsewhere(wanted: Wanted, roots: list[Path], kept: Retention) -> Plan:
    """Finds what goes where there is no room."""
    if not roots:
        raise UsageProblem(
            "Il n'y a pas de salle sur cette machine, ni de dossier de résultats ou de recueils ici : donnez-les avec "
            "« --resultats »."
        )
    if wanted.who is not None:
        return plan_elsewhere(checked_candidate(wanted.who), roots, archives=wanted.archives)
    today = datetime.now().astimezone().date()
    return plan_clocks(Plan(), roots, kept.runs_before(today), kept.traces_before(today))


def _purged(
    room: Room | None,
    state: Classroom | None,
    plan: Plan,
    names: list[tuple[Roster, str]],
    *,
    apply: bool,
    as_json: bool,
) -> dict[str, Any]:
    """Tells what goes, and takes it away if that is asked for."""
    told = _told(room, plan, names)
    if plan.empty and not names:
        if as_json:
            print_json(told)
        else:
            say("Il n'y a rien à effacer.")
            _show_staying(told)
        return told
    if apply:
        told |= _apply(room, state, plan, names)
    if as_json:
        print_json(told)
    else:
        _show(told, done=apply)
    return told


def _apply(room: Room | None, state: Classroom | None, plan: Plan, names: list[tuple[Roster, str]]) -> dict[str, Any]:
    """Erases what is planned, the rows last; returns what was done, without a name."""
    if room is None or state is None:
        pages = _erased(plan, names)
        return _reported(home_path() / "purges", plan, names, {"called": [], "rewritten": 0, "pages": pages}, _Here())
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
    pages = _erased(plan, names)
    with state.work() as db:
        erased = erase_rows(db, state, plan)
    done = {"called": erased.people, "rewritten": erased.rewritten, "pages": pages}
    return _reported(room.folder / "purges", plan, names, done, state)


def _erased(plan: Plan, names: list[tuple[Roster, str]]) -> list[str]:
    """Erases folders, then names; returns the folders whose pages could not be written again."""
    pages = [str(out) for out in erase_folders(plan) if not _written_again(out)]
    for roster, alias in names:
        roster.erase([alias])
    return pages


def _reported(
    folder: Path, plan: Plan, names: list[tuple[Roster, str]], done: dict[str, Any], at: Timed
) -> dict[str, Any]:
    """Writes what was done, as numbers that name nobody."""
    done = {"at": at.now().astimezone(at.zone).isoformat(timespec="seconds"), **done}
    report = folder / f"{at.now().astimezone(UTC):%Y%m%dT%H%M%SZ}.json"
    report.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shown = {"rows": plan.rows, "people": len(plan.people), "names": len(names), "folders": len(plan.folders)}
    shown |= {**done, "pages": len(done["pages"])}
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


def _told(room: Room | None, plan: Plan, names: list[tuple[Roster, str]]) -> dict[str, Any]:
    files, size = plan.size
    last, kept = (last_backup(room.folder), room.settings.sauvegarde) if room else (None, None)
    told: dict[str, Any] = {
        "rows": {name: number for name, number in sorted(plan.rows.items()) if number},
        "people": [held.person.shown for held in plan.people],
        "names": len(names),
        "workspaces": len(plan.spaces),
        "folders": [str(path) for path in plan.folders],
        "files": files,
        "bytes": size,
        "archives": [str(path) for path in plan.archives],
        "suspended": {alias: str(path) for alias, path in plan.suspended.items()},
        "room": room is not None,
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
    if done and told["called"]:
        say(f"Dans le journal, {', '.join(told['called'])} : les lignes restent, plus rien n'y nomme ces personnes.")
    _show_staying(told)
    if told["room"]:
        _show_backups(told["backups"], done=done)
    if done:
        say(f"Compte rendu : {told['report']}")
        for out in told["pages"]:
            tell(f"Les pages de « {out} » sont supprimées et n'ont pas pu être récrites : lancez « etabli regrade ».")
    else:
        say("« --appliquer » à la place de « --essai » efface.")


def _show_staying(told: dict[str, Any]) -> None:
    """Says what no purge takes by itself, and who contests."""
    if told["archives"]:
        say("Gardé pour de bon (décisions, procès-verbaux, archives scellées) :")
        for path in told["archives"]:
            say(f"      {path}")
    for alias, path in told["suspended"].items():
        say(f"Contestation en cours de {alias} ({path}) : rien de ce qui le concerne n'est effacé.")


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


def _names_called(who: str | None) -> list[tuple[Roster, str]]:
    found = learner_called(who) if who is not None else None
    return [(found.roster, found.learner.alias)] if found else []


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
