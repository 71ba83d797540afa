"""``etabli trace ressemblances``: what the work of a trace shares with others', for who authenticates it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.cli.trace import Root, Which, Who, usual_results
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted
from etabli.lab.manifest import load_lab
from etabli.recueil import comparing
from etabli.recueil.acting import trace_called
from etabli.recueil.kept import USUAL, read
from etabli.recueil.similarity import Compared, Likeness


@guarded
def ressemblances(
    who: Who,
    name: Which,
    outputs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RESULTATS…", help="Où sont les autres travaux (par défaut : resultats)."),
    ] = None,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Montre ce que le travail d'une trace a en commun avec ceux des autres, sans le dossier de départ.

    Pour qui authentifie : des passages à lire, et jamais une preuve. Ce que plus de la moitié des travaux ont est
    laissé de côté. Un classeur ou une image se compare seulement tout entier.

    Exemples :

    [bold]etabli trace ressemblances --candidat SNO-07 --trace page-dynamique-3[/]

    [bold]etabli trace ressemblances --candidat SNO-07 --trace site resultats/lundi --json[/]

    Codes de sortie : 0, que quelque chose soit commun ou non ; 2 la trace manque, ou son travail n'est plus gardé.
    """
    kept = read(root, checked_candidate(who))
    trace = trace_called(kept, name)
    if trace.verification is None:
        raise UsageProblem(f"« {name} » vient d'ailleurs : seules les traces d'un TP se comparent.")
    own = comparing.work_of(kept, trace)
    if own is None:
        raise UsageProblem(f"Le travail de « {name} » n'est plus gardé : il ne peut pas être comparé.")
    folders = outputs or [usual_results()]
    for folder in folders:
        if not folder.is_dir():
            raise UsageProblem(f"« {folder} » n'est pas un dossier : donnez celui qu'a écrit « etabli grade ».")
    lab = load_lab(trace.verification.tp)
    others = comparing.works_in(comparing.outputs_below(folders), lab.id)
    told = comparing.beside(own, comparing.makers_of(kept, trace), others, lab)
    if as_json:
        print_json(asdict(told))
        return
    _show(told)


def _show(told: Compared) -> None:
    if not told.others:
        say("Aucun autre travail de ce TP n'est là : il n'y a rien à comparer.")
        return
    say(f"Comparé à {counted(told.others, 'autre travail', 'autres travaux')}. Ce qui est commun n'est pas une preuve.")
    if not told.found:
        say("Rien de commun n'a été trouvé.")
        return
    table = Table(box=None)
    for heading in ("Avec", "Part commune", "Où"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "Où")
    for one in told.found:
        table.add_row(escape(one.whose), f"{100 * one.share:.0f} %", escape(_where(one)))
    screen.print(table)


def _where(one: Likeness) -> str:
    places = [f"{passage.file}, ligne {passage.line} ({passage.words} mots)" for passage in one.passages]
    return " ; ".join([*(f"{name} : le même fichier" for name in one.same), *places])
