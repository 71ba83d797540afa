"""``etabli classe``: who is in a class, under which alias."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.ask import agreed
from etabli.cli.classe_import import AsJson, Yes, import_list, show_table
from etabli.cli.room import in_room, usual_room
from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import load_lab
from etabli.roster.learner import Learner, Person
from etabli.roster.names import split_name
from etabli.roster.roster import Roster, class_names, open_roster
from etabli.roster.sheet import render_csv, render_page
from etabli.runs.identifier import is_identifier
from etabli.system.disk import why

classe = typer.Typer(help="La classe : les élèves et leurs alias.", no_args_is_help=True, rich_markup_mode="rich")
classe.command("import")(import_list)

ClassName = Annotated[str, typer.Argument(metavar="CLASSE", help="Nom de la classe (« etabli classe liste »).")]
Alias = Annotated[str, typer.Argument(metavar="ALIAS", help="Alias de l'élève, par exemple SNO-07, ou son nom.")]
Email = Annotated[str | None, typer.Option("--courriel", help="Adresse de courriel.")]
Number = Annotated[str | None, typer.Option("--numero", help="Numéro d'identification (jamais l'INE).")]


@classe.command("liste")
@guarded
def list_learners(
    name: Annotated[str | None, typer.Argument(metavar="[CLASSE]", help="Nom de la classe.")] = None,
    everyone: Annotated[bool, typer.Option("--tous", help="Montre aussi les élèves partis.")] = False,
    as_json: AsJson = False,
) -> None:
    """Liste les élèves d'une classe ; sans nom, liste les classes.

    Exemples :

    [bold]etabli classe liste[/]

    [bold]etabli classe liste SNO --tous[/]
    """
    if name is None:
        _show_classes(as_json)
        return
    roster = open_roster(name)
    learners = roster.learners(active_only=not everyone)
    if as_json:
        print_json([asdict(learner) for learner in learners])
    else:
        _show_learners(roster, learners)


def _show_classes(as_json: bool) -> None:
    facts, room = _classes(), usual_room()
    if room:
        with in_room(room):
            facts += [fact | {"room": str(room)} for fact in _classes()]
    if as_json:
        print_json(facts)
        return
    if not facts:
        screen.print(
            "Aucune classe : créez-en une avec « etabli classe import LISTE.csv --classe NOM ».", soft_wrap=True
        )
        return
    rows = [
        [str(fact["class"]), f"{fact['prefix']}-…", str(fact["learners"]), str(fact.get("room", ""))] for fact in facts
    ]
    show_table("Classes", ["Classe", "Alias", "Élèves", "Salle"], rows)


def _classes() -> list[dict[str, object]]:
    rosters = [open_roster(name) for name in class_names()]
    return [{"class": roster.name, "prefix": roster.prefix, "learners": len(roster.learners())} for roster in rosters]


def _show_learners(roster: Roster, learners: list[Learner]) -> None:
    headings = ["Alias", "Nom", "Prénom", "Courriel", "Numéro", "À savoir"]
    rows = []
    for learner in learners:
        said = [] if learner.active else ["parti"]
        said += [f"absent justifié : {lab}" for lab in learner.excused]
        said += [f"aussi : {name}" for name in learner.spellings]
        cells = (learner.alias, learner.family, learner.given, learner.email or "", learner.number or "")
        rows.append([*cells, ", ".join(said)])
    show_table(f"Classe {roster.name}", headings, rows)


@classe.command("ajouter")
@guarded
def add(
    name: ClassName,
    full_name: Annotated[str, typer.Argument(metavar="NOM", help="« NOM Prénom », le nom en capitales.")],
    email: Email = None,
    number: Number = None,
) -> None:
    """Ajoute un élève à une classe, avec l'alias suivant.

    Exemple : [bold]etabli classe ajouter SNO "DUPONT LEROY Anne-Sophie" --courriel as.dupont@lycee.example[/]
    """
    roster = open_roster(name)
    person = _person(full_name, email, number)
    _refuse_twin(roster, person)
    (learner,) = roster.add([person])
    say(f"{learner.alias} : {learner.listed}.")


def _person(full_name: str, email: str | None, number: str | None) -> Person:
    family, given, cut = split_name(full_name)
    if not cut.sure:
        raise UsageProblem(
            f"Rien ne sépare le nom du prénom dans « {full_name} » : écrivez le nom en capitales, comme dans « DUPONT "
            "Anne-Sophie », ou une virgule après lui."
        )
    if email is not None and "@" not in email:
        raise UsageProblem(f"« {email} » n'est pas une adresse : corrigez « --courriel ».")
    return Person(family, given, email, number)


def _refuse_twin(roster: Roster, person: Person) -> None:
    twins = roster.find(full_name=person.listed)
    gone = [learner.alias for learner in twins if not learner.active]
    if gone:
        raise UsageProblem(
            f"{person.name} a déjà été dans la classe ({gone[0]}) : « etabli classe revenir » lui rend son alias."
        )
    if twins and not (person.email or person.number):
        raise UsageProblem(
            f"{person.name} est déjà dans la classe ({twins[0].alias}) : s'il s'agit d'un homonyme, ajoutez « "
            "--courriel » ou « --numero » pour les distinguer."
        )


@classe.command("corriger")
@guarded
def correct(
    name: ClassName,
    alias: Alias,
    full_name: Annotated[str | None, typer.Option("--nom", help="« NOM Prénom », le nom en capitales.")] = None,
    email: Email = None,
    number: Number = None,
) -> None:
    """Corrige le nom, le courriel ou le numéro d'un élève ; son alias ne change pas.

    Exemple : [bold]etabli classe corriger SNO SNO-07 --nom "DURAND-LEROY Maëlys"[/]
    """
    if full_name is None and email is None and number is None:
        raise UsageProblem("Rien à corriger : donnez « --nom », « --courriel » ou « --numero ».")
    roster = open_roster(name)
    known = roster.meant(alias)
    learner = roster.correct(known.alias, _person(full_name or f"{known.family}, {known.given}", email, number))
    say(f"{learner.alias} : {learner.listed}.")


@classe.command("retirer")
@guarded
def retire(name: ClassName, alias: Alias) -> None:
    """Note qu'un élève est parti. Son alias et ses travaux restent ; « revenir » le remet dans la classe.

    Exemple : [bold]etabli classe retirer SNO SNO-07[/]
    """
    roster = open_roster(name)
    learner = roster.retire(roster.meant(alias).alias)
    say(f"{learner.alias} ({learner.name}) n'est plus compté dans la classe.")


@classe.command("revenir")
@guarded
def restore(name: ClassName, alias: Alias) -> None:
    """Remet dans la classe un élève parti, avec le même alias.

    Exemple : [bold]etabli classe revenir SNO SNO-07[/]
    """
    roster = open_roster(name)
    learner = roster.meant(alias)
    roster.update(present={learner.alias: learner.person})
    say(f"{learner.alias} ({learner.name}) est de nouveau dans la classe.")


@classe.command("absent")
@guarded
def excuse(
    name: ClassName,
    alias: Alias,
    lab: Annotated[str, typer.Option("--tp", help="Identifiant du TP (« etabli labs »).")],
    session: Annotated[str | None, typer.Option("--session", help="Seulement pour cette session.")] = None,
    undo: Annotated[bool, typer.Option("--annuler", help="Retire cette absence.")] = False,
) -> None:
    """Note une absence justifiée : l'élève paraît « absent justifié » et non « non rendu ».

    Exemples :

    [bold]etabli classe absent SNO SNO-07 --tp page-dynamique[/]

    [bold]etabli classe absent SNO "Léa Martin" --tp page-dynamique[/]
    """
    roster = open_roster(name)
    lab = load_lab(lab).id
    if session is not None and not is_identifier(session):
        raise UsageProblem(
            f"« {session} » n'est pas un nom de session : lettres sans accent, chiffres, « . », « _ », « - »."
        )
    alias = roster.meant(alias).alias
    learner = (roster.withdraw_excuse if undo else roster.excuse)(alias, lab, session)
    noted = ", ".join(learner.excused) or "aucune"
    say(f"{learner.alias} ({learner.name}) : absences justifiées : {noted}.")


@classe.command("oublier")
@guarded
def forget(
    name: ClassName,
    spelling: Annotated[str, typer.Argument(metavar="NOM", help="Le nom retenu (« etabli classe liste CLASSE »).")],
) -> None:
    """Oublie un autre nom retenu pour un élève (« aussi : … »), par exemple après un « --associer » erroné.

    Exemple : [bold]etabli classe oublier SNO "Kevin Inconnu"[/]
    """
    roster = open_roster(name)
    if (learner := roster.forget(spelling)) is None:
        kept = ", ".join(f"« {known} »" for one in roster.learners(active_only=False) for known in one.spellings)
        raise UsageProblem(
            "« {name} » n'est pas un nom retenu dans la classe {of} (retenus : {kept}) : recopiez-en un.".format(
                name=spelling, of=roster.name, kept=kept or "aucun"
            )
        )
    say(f"« {spelling} » n'est plus retenu comme un autre nom de {learner.alias}.")


@classe.command("effacer")
@guarded
def erase(
    name: ClassName,
    alias: Annotated[str | None, typer.Argument(metavar="[ALIAS]", help="Un seul élève.")] = None,
    yes: Yes = False,
) -> None:
    """Efface les noms d'une classe, ou d'un élève. Les alias restent réservés ; rien ne dit plus à qui ils étaient.

    Exemple : [bold]etabli classe effacer SNO[/]
    """
    roster = open_roster(name)
    learners = [roster.meant(alias)] if alias else roster.learners(active_only=False)
    screen.print(
        escape(
            (
                "Noms, courriels et numéros à effacer de la classe {name} : {who}. Dans les dossiers de résultats, les "
                "vérifications et les données ne contiennent que des alias et restent ; les pages « index.html », "
                "« a-relancer.html » et « differences.html » contiennent les noms : après l'effacement, relancez "
                "« etabli grade » ou « etabli regrade » sur ces dossiers pour les récrire, ou supprimez ces pages. "
                "Les feuilles imprimées, les tableaux exportés, les retours écrits pour Moodle et les fichiers de "
                "liste sont à effacer à la main."
            ).format(name=roster.name, who=", ".join(learner.alias for learner in learners))
        ),
        soft_wrap=True,
    )
    if agreed("Effacer ?", said=yes):
        roster.erase([learner.alias for learner in learners])
        say("Effacé.")
    else:
        say("Rien n'a été changé.")


@classe.command("imprimer")
@guarded
def print_sheet(
    name: ClassName,
    out: Annotated[Path, typer.Option("-o", "--sortie", help="Fichier à écrire : .html (à imprimer) ou .csv.")],
) -> None:
    """Écrit la liste des alias et des noms, pour l'enseignant.

    Exemple : [bold]etabli classe imprimer SNO -o sno.html[/]
    """
    roster = open_roster(name)
    if out.suffix.lower() not in (".html", ".csv"):
        raise UsageProblem(f"« {out} » doit finir par .html ou .csv : changez « -o ».")
    learners = roster.learners()
    text = render_csv(learners) if out.suffix.lower() == ".csv" else render_page(roster.name, learners)
    _write_for_owner(out, text)
    say(f"Liste nominative écrite : {out}")


def _write_for_owner(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageProblem(
            f"« {path} » ne peut pas être écrit ({why(error)}) : choisissez un autre endroit avec « -o »."
        ) from error
