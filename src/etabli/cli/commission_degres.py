"""``etabli commission juger|grille|lire|annexe|retenir|note``: degrees, and the commission's own proposed marks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.commission import By, Files, Name, Root, Who, commission, show
from etabli.cli.screen import guarded, save, say
from etabli.commission import acting, kept
from etabli.commission.grids import grid_of, read_grid
from etabli.commission.kept import USUAL
from etabli.commission.naming import called
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted
from etabli.recueil.kept import USUAL as RECUEILS
from etabli.sandbox.docker_reading import read_sheets

__all__ = ["commission"]

Assessor = Annotated[str, typer.Option("--evaluateur", help="Qui juge, comme dans session.yaml.")]
Degrees = Annotated[
    list[str], typer.Option("--degre", metavar="CODE=DEGRE", help="« C2.1=satisfaisante » ; répétez l'option.")
]
Reason = Annotated[str, typer.Option("--raison", help="Pourquoi, en une phrase.")]


@commission.command()
@guarded
def juger(
    session: Name, who: Who, evaluateur: Assessor, degres: Degrees, raison: Reason = "", root: Root = USUAL
) -> None:
    """Note le degré qu'un évaluateur donne à une compétence, avant toute proposition automatique.

    « non-observe » dit qu'il n'a rien vu : ce n'est jamais « non maîtrisé ». Rejuger ajoute à l'historique. Une fois
    l'annexe ouverte, changer un degré demande une raison.

    Exemple : [bold]etabli commission juger e2-2027 --candidat SNO-07 --evaluateur Essai --degre C2.1=satisfaisante[/]
    """
    board = kept.read(root, session)
    candidate = board.candidate(who)
    acting.judge(board, candidate, evaluateur, _pairs(degres), raison)
    show(board, candidate)


@commission.command()
@guarded
def grille(
    session: Name,
    evaluateur: Assessor,
    output: Annotated[Path, typer.Option("-o", "--sortie", help="Classeur à écrire (.xlsx).")],
    root: Root = USUAL,
) -> None:
    """Écrit la grille d'un évaluateur : un classeur à remplir dans un tableur, puis à relire (« lire »).

    Il n'y a que ce que cet évaluateur a déjà jugé : ni proposition automatique, ni degré d'un autre.

    Exemple : [bold]etabli commission grille e2-2027 --evaluateur "Mme Essai" -o grille-essai.xlsx[/]
    """
    if output.suffix.lower() != ".xlsx":
        raise UsageProblem(f"« {output.name} » : terminez ce nom par .xlsx.")
    if output.exists():
        raise UsageProblem(f"« {output} » existe déjà et n'est pas remplacé : donnez un autre nom avec « -o ».")
    board = kept.read(root, session)
    save(output, grid_of(board, board.evaluator(evaluateur), called))
    say(f"Écrit : {output}")


@commission.command()
@guarded
def lire(
    session: Name,
    file: Annotated[Path, typer.Argument(metavar="GRILLE.xlsx", help="La grille remplie.")],
    evaluateur: Assessor,
    raison: Reason = "",
    root: Root = USUAL,
) -> None:
    """Relit la grille d'un évaluateur. Une cellule vide ne dit rien ; si une ligne est fausse, rien n'est lu.

    Le classeur vient d'ailleurs : il est ouvert dans un conteneur sans réseau.

    Exemple : [bold]etabli commission lire e2-2027 grille-essai.xlsx --evaluateur "Mme Essai"[/]
    """
    board = kept.read(root, session)
    person = board.evaluator(evaluateur)
    found = read_grid(file.name, read_sheets(file), board, person)
    entries = {
        name: [
            one
            for code, degree, remark in judged
            for one in acting.judged(
                board, board.candidate(name), board.decisions(name), person.nom, {code: degree}, remark or raison
            )
        ]
        for name, judged in found.items()
    }
    for name, fresh in entries.items():
        if fresh:
            kept.add(board, board.candidate(name), fresh)
    number = sum(map(len, entries.values()))
    people = counted(sum(map(bool, entries.values())), "candidat")
    say(f"{person.nom} : {counted(number, 'degré lu', 'degrés lus')}, {people}.")


@commission.command()
@guarded
def annexe(
    session: Name,
    who: Who,
    par: By,
    units: Annotated[
        list[str] | None, typer.Option("--unite", help="Unité, comme U2 ; répétez (sans elle : toutes).")
    ] = None,
    root: Root = USUAL,
    recueils: Files = RECUEILS,
) -> None:
    """Ouvre l'annexe automatique d'un candidat : les degrés qu'Établi propose, quand tous les évaluateurs ont jugé.

    Ce qui est proposé ce jour-là est gardé dans l'historique. Une trace compte si elle est authentifiée.

    Exemple : [bold]etabli commission annexe e2-2027 --candidat SNO-07 --par "Mme Essai"[/]
    """
    board = kept.read(root, session)
    candidate = board.candidate(who)
    acting.open_annex(board, candidate, recueils, par, units or board.session.units_of(candidate))
    show(board, candidate)
    say("Ce sont des propositions : la commission retient (« etabli commission retenir »), le jury décide.")


@commission.command()
@guarded
def retenir(
    session: Name,
    who: Who,
    par: By,
    degres: Annotated[
        list[str] | None, typer.Option("--degre", metavar="CODE=DEGRE", help="« C2.1=satisfaisante » ; répétez.")
    ] = None,
    accord: Annotated[
        bool, typer.Option("--accord", help="Tout ce sur quoi les évaluateurs sont d'accord, sans écart à l'annexe.")
    ] = False,
    raison: Reason = "",
    root: Root = USUAL,
) -> None:
    """Note le degré que la commission retient. Un écart à l'annexe, ou un désaccord, demande une raison.

    Exemples :

    [bold]etabli commission retenir e2-2027 --candidat SNO-07 --par "Mme Essai, M. Duc" --accord[/]

    [bold]etabli commission retenir e2-2027 --candidat SNO-07 --par Essai --degre C2.3=satisfaisante --raison vu[/]
    """
    if accord == bool(degres):
        raise UsageProblem("Donnez « --degre CODE=DEGRE », ou « --accord », l'un des deux.")
    board = kept.read(root, session)
    candidate = board.candidate(who)
    if accord:
        ready, waits = acting.agreed(board, candidate)
        acting.retain(board, candidate, par, ready)
        for code, reason in waits.items():
            say(f"{code} attend : {reason}.")
    else:
        acting.retain(board, candidate, par, _pairs(degres or []), raison)
    show(board, candidate)


@commission.command()
@guarded
def note(
    session: Name,
    who: Who,
    unite: Annotated[str, typer.Option("--unite", help="Unité, comme U2.")],
    valeur: Annotated[str, typer.Option("--valeur", help="Sur 20, comme 12,5.")],
    par: By,
    raison: Reason = "",
    root: Root = USUAL,
) -> None:
    """Note la proposition de note de la commission, telle qu'elle l'écrit : rien ne la calcule ni ne la suggère.

    Le pas est celui du centre (pas_de_note). Elle n'est sur aucune page du candidat : le jury arrête la note.

    Exemple : [bold]etabli commission note e2-2027 --candidat SNO-07 --unite U2 --valeur 12,5 --par "Mme Essai"[/]
    """
    board = kept.read(root, session)
    candidate = board.candidate(who)
    try:
        mark = float(valeur.strip().replace(",", "."))
    except ValueError as error:
        raise UsageProblem(f"« --valeur {valeur} » n'est pas un nombre : écrivez par exemple 12,5.") from error
    acting.propose_mark(board, candidate, par, unite, mark, raison)
    show(board, candidate)


def _pairs(given: list[str]) -> dict[str, str]:
    """Reads « CODE=DEGRE »."""
    found: dict[str, str] = {}
    for one in given:
        code, mark, degree = one.partition("=")
        if not mark or not code.strip() or not degree.strip():
            raise UsageProblem(
                f"« --degre {one} » : écrivez la compétence, « = », puis le degré, comme C2.1=satisfaisante."
            )
        found[code.strip()] = degree.strip()
    return found
