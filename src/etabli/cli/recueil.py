"""``etabli recueil build``: a candidate's file, to read, print and hand over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.screen import guarded, print_json, say
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted, listed
from etabli.lab.parcours import wanted_weeks
from etabli.recueil.building import Built, build
from etabli.recueil.interviewing import interview
from etabli.recueil.kept import USUAL, read
from etabli.system.settings import known_secret, secret

recueil_app = typer.Typer(
    help="Le recueil de traces d'un candidat : à lire, à imprimer, à remettre.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@recueil_app.callback()
def _group() -> None:
    """Le recueil de traces d'un candidat : à lire, à imprimer, à remettre."""


@recueil_app.command("build")
@guarded
def build_command(
    who: Annotated[str, typer.Option("--candidat", help="Identifiant ou alias, comme SNO-07.")],
    out: Annotated[
        Path, typer.Option("-o", "--sortie", help="Dossier à écrire : nouveau, vide, ou un ancien recueil.")
    ],
    anonyme: Annotated[bool, typer.Option("--anonyme", help="Un numéro de candidat à la place du nom.")] = False,
    numero: Annotated[
        str | None, typer.Option("--numero", help="Ce numéro (par défaut : tiré, toujours le même).")
    ] = None,
    sans_pdf: Annotated[bool, typer.Option("--sans-pdf", help="N'écrit que la page HTML.")] = False,
    root: Annotated[Path, typer.Option("--recueils", help="Dossier des recueils.")] = USUAL,
    as_json: AsJson = False,
) -> None:
    """Écrit le recueil d'un candidat : une page HTML, un PDF balisé pour l'impression, et les pièces.

    Index par bloc, activité, type et date ; deux pages au plus par trace ; PFMP et leurs semaines ; essais en annexe.
    Ni note, ni points, ni degré proposé : la commission juge d'abord. Le PDF est fait dans un conteneur sans réseau.
    Avec « --anonyme », rien dans ce dossier ne dit qui c'est : la table des noms reste à sa place, et les pièces ne
    sont pas jointes, car personne n'y a cherché de nom. Relisez les images avant de le transmettre.

    Exemples :

    [bold]etabli recueil build --candidat SNO-07 -o SNO-07-recueil[/]

    [bold]etabli recueil build --candidat SNO-07 --anonyme --numero 0412 -o candidat-0412[/]

    Codes de sortie : 0 ; 2 le recueil manque ou n'est pas permis ; 3 le PDF ne peut pas être fait sur cette machine.
    """
    if numero is not None and not anonyme:
        raise UsageProblem("« --numero » va avec « --anonyme » : ajoutez-le, ou retirez le numéro.")
    if numero is not None and not numero.strip():
        raise UsageProblem("« --numero » est vide : donnez le numéro du candidat, ou retirez l'option.")
    kept = read(root, checked_candidate(who))
    built = build(
        kept,
        out,
        wanted_weeks(),
        made=datetime.now().astimezone().date(),
        number=numero.strip() if numero else None,
        secret=secret() if anonyme else None,
        paper=not sans_pdf,
        interview=interview(known_secret()),
    )
    if as_json:
        print_json(_facts(built))
        return
    for sentence in _told(built, kept.recueil.candidat):
        say(sentence)


def _facts(built: Built) -> dict[str, object]:
    return {
        "folder": str(built.folder),
        "files": list(built.files),
        "pages": built.pages,
        "number": built.number,
        "traces": len(built.contents.traces),
        "authentic": built.contents.authentic,
        "weeks": built.contents.weeks,
        "shortened": list(built.shortened),
    }


def _told(built: Built, candidate: str) -> Iterator[str]:
    contents = built.contents
    pages = f", {counted(built.pages, 'page')}" if built.pages else ""
    yield f"Recueil de {candidate} : {counted(len(contents.traces), 'trace')}{pages}, dans {built.folder}"
    if built.number:
        yield f"{candidate} y est {built.number} : notez-le ailleurs, rien dans ce dossier ne le dit."
        if built.unnamed:
            yield f"Aucune classe ne connaît {candidate} : aucun nom n'a pu être cherché, relisez tout."
    if waiting := [one.mark for one in contents.traces if not one.stands]:
        yield f"À authentifier : {listed(waiting)} (« etabli trace authentifier »)."
    if built.shortened:
        yield f"Raccourcies sur papier pour tenir en deux pages : {listed(built.shortened)}. La page HTML a tout."
    if contents.weeks < contents.wanted_weeks:
        yield f"PFMP : {counted(contents.weeks, 'semaine')} sur {contents.wanted_weeks} à ce jour."
