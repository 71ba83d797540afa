"""``etabli classe import``: a list of the school becomes a class, once a person has looked at what was understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.cli.ask import agreed
from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.roster.changes import Changes, ClassChange, Fate
from etabli.roster.headings import Kind
from etabli.roster.listing import Listing, read_listing
from etabli.roster.roster import Roster, new_roster
from etabli.roster.told import most_are_gone, remark, summary, understood

AsJson = Annotated[bool, typer.Option("--json", help="Écrit du JSON à la place du tableau.")]
Yes = Annotated[bool, typer.Option("--oui", help="Ne pose pas la question.")]


def show_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Shows a table on the screen, without the columns in which nobody has anything."""
    table = Table(title=escape(title))
    used = [place for place in range(len(headings)) if any(row[place] for row in rows)]
    for place in used:
        table.add_column(headings[place], no_wrap=headings[place] == "Alias")
    for row in rows:
        table.add_row(*(escape(row[place]) for place in used))
    screen.print(table)


@guarded
def import_list(
    fichier: Annotated[Path, typer.Argument(help="Liste de PRONOTE, de Moodle ou d'un tableur (.csv, .txt, .xlsx).")],
    classe: Annotated[str, typer.Option("--classe", help="Nom de la classe, par exemple SNO.")],
    prefixe: Annotated[
        str | None, typer.Option("--prefixe", help="Début des alias d'une nouvelle classe (sinon, son nom).")
    ] = None,
    sauf: Annotated[
        list[int] | None, typer.Option("--sauf", help="Numéro d'une ligne du fichier à écarter (répétable).")
    ] = None,
    oui: Yes = False,
    departures: Annotated[
        bool,
        typer.Option(
            "--accepter-les-departs", help="Avec « --oui », même si plus de la moitié de la classe n'est plus listée."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Écrit l'aperçu en JSON ; n'importe qu'avec « --oui ».")
    ] = False,
) -> None:
    """Crée une classe à partir d'une liste, ou la met à jour ; montre d'abord ce qui a été compris.

    Chaque élève reçoit un alias (SNO-07) qui ne change plus et n'est jamais redonné. Séparateur (« ; », « , »,
    tabulation), encodage et colonnes sont reconnus. Un élève absent de la liste n'est pas effacé : il n'est plus
    compté, et retrouve son alias s'il revient.

    Exemples :

    [bold]etabli classe import liste.csv --classe SNO[/]

    [bold]etabli classe import participants.xlsx --classe SNO --sauf 27 --oui[/]

    Codes de sortie : 0 ; 2 liste ou commande incorrecte, ou question restée sans réponse.
    """
    roster = new_roster(classe, prefixe)
    listing = read_listing(fichier, sauf or ())
    changes = roster.changes(listing.people)
    if not as_json:
        _show(roster, listing, changes)
    if oui and not departures:
        _refuse_most_gone(roster, listing, changes)
    if as_json:
        if oui:
            roster.apply(changes)
        print_json(_facts(roster, listing, changes, oui))
    elif changes.none:
        screen.print(escape(f"Rien à changer : la classe {roster.name} est à jour."))
    elif agreed("Importer ?", said=oui):
        roster.apply(changes)
        learners = count(len(roster.learners()), "{n} élève", "{n} élèves")
        screen.print(escape(f"Classe {roster.name} : {learners}."))
    else:
        screen.print("Rien n'a été changé.")


def _refuse_most_gone(roster: Roster, listing: Listing, changes: Changes) -> None:
    """Keeps a list of the wrong class, or half a list, from emptying a class that nobody looks at."""
    if most_are_gone(changes):
        gone, before = len(changes.of(Fate.GONE)), len(changes.of(Fate.GONE, Fate.KEPT, Fate.CORRECTED))
        raise UsageProblem(
            f"« {listing.path} » ne nomme plus {gone} des {before} élèves de la classe {roster.name}, rien n'a été "
            "changé : vérifiez la liste ; si tous ces départs sont voulus, ajoutez « --accepter-les-departs »."
        )


def _show(roster: Roster, listing: Listing, changes: Changes) -> None:
    for sentence in understood(listing):
        say(sentence)
    headings = ["Ligne", "Alias", "Nom", "Prénom", "Courriel", "Numéro", "À savoir"]
    rows = [_cells(change, changes) for change in changes.all]
    show_table(f"Classe {roster.name}", headings, rows)
    say(summary(changes))
    for note in _warnings(changes):
        screen.print(f"[yellow]•[/] {escape(note)}", soft_wrap=True, highlight=False)


def _cells(change: ClassChange, changes: Changes) -> list[str]:
    person = change.person
    line = str(change.listed.line) if change.listed else ""
    return [
        line,
        change.alias,
        person.family,
        person.given,
        person.email or "",
        person.number or "",
        remark(change, changes),
    ]


def _warnings(changes: Changes) -> Iterator[str]:
    gone, present = changes.of(Fate.GONE), changes.of(Fate.KEPT, Fate.CORRECTED)
    if len(gone) > len(present):
        yield (
            "La plupart des élèves de la classe ne sont pas dans cette liste : si c'est une autre classe ou une autre "
            "année, donnez-lui un autre nom avec « --classe »."
        )
    for old, new in changes.perhaps_renamed():
        yield (
            f"{old.person.name} ({old.alias}) disparaît et {new.person.name} arrive : si c'est la même personne, "
            "répondez non, puis corrigez son nom avec « etabli classe corriger »."
        )


def _facts(roster: Roster, listing: Listing, changes: Changes, applied: bool) -> dict[str, Any]:
    return {
        "class": roster.name,
        "file": str(listing.path),
        "read_as": listing.table.wording,
        "heading_line": listing.columns.line,
        "columns": {kind.value: listing.columns.word(kind) for kind in listing.columns.at if kind is not Kind.NATIONAL},
        "unread": list(listing.columns.aside),
        "notes": list(listing.notes),
        "warnings": list(_warnings(changes)),
        "applied": applied,
        "learners": [
            {
                "alias": change.alias,
                "fate": change.fate.value,
                "line": change.listed.line if change.listed else None,
                "family": change.person.family,
                "given": change.person.given,
                "email": change.person.email,
                "number": change.person.number,
                "doubtful": bool(change.listed and change.listed.doubtful),
                "homonym": changes.has_homonym(change),
            }
            for change in changes.all
        ],
    }
