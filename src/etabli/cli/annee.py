"""``etabli annee``: the year's pages, of a class and of each learner."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.room import room_here
from etabli.cli.screen import guarded, print_json, say
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.parcours import wanted_weeks
from etabli.recueil.kept import USUAL
from etabli.referentiel.kept import in_force
from etabli.roster.roster import open_roster
from etabli.year.gathering import follow, learners_of, outputs_in, titles
from etabli.year.group import group_of, told
from etabli.year.life import life_of, lives_of
from etabli.year.writing import PAGE, write_class, write_learner

_RESULTS = Path("resultats")


@guarded
def annee(
    outputs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RESULTATS…", help="Ce qu'a écrit « etabli grade » (par défaut : resultats)."),
    ] = None,
    group: Annotated[
        str | None, typer.Option("--classe", help="Une classe ; sans elle, qui a une vérification ou un recueil.")
    ] = None,
    who: Annotated[str | None, typer.Option("--candidat", help="La page d'un seul élève, comme SNO-07.")] = None,
    root: Annotated[Path, typer.Option("--recueils", help="Dossier des recueils.")] = USUAL,
    out: Annotated[
        Path, typer.Option("-o", "--sortie", help="Dossier à écrire : nouveau, vide, ou une ancienne année.")
    ] = Path("annee"),
    as_json: AsJson = False,
) -> None:
    """Écrit les pages de l'année : celle de la classe, et une par élève.

    Par élève : ses compétences mois par mois (vérifications, traces, observations), et ce qui peut être proposé, avec
    ses raisons. Par classe : les compétences de chacun, et les points de vérification qui se comportent de façon
    étrange. Ni note ni points. Ces pages sont pour l'équipe qui enseigne : la commission juge avant de les lire.
    Avec « --json », rien n'est écrit : tout est dit, sans aucun nom.

    Exemples :

    [bold]etabli annee --classe SNO[/]

    [bold]sudo etabli annee --classe SNO -o annee-sno[/]  (une classe de la salle : ses résultats et ses recueils)

    [bold]etabli annee resultats/page-dynamique resultats/mots-de-passe --candidat SNO-07[/]

    Codes de sortie : 0 ; 2 commande incorrecte, ou un recueil n'est pas permis.
    """
    if group is not None and who is not None:
        raise UsageProblem("Donnez « --classe » ou « --candidat », l'un des deux.")
    roster = open_roster(group) if group is not None else None
    if (room := room_here()) and root == USUAL:
        root = room.recueils
    usual = room.folder / _RESULTS if room else _RESULTS
    folders = outputs_in(outputs if outputs is not None else [one for one in (usual,) if one.is_dir()])
    force, known, weeks = in_force().referentiel, titles(), wanted_weeks()
    made = datetime.now().astimezone().date()
    aliases = [checked_candidate(who)] if who is not None else learners_of(folders, root, roster)
    found = [follow(alias, folders, root, known) for alias in aliases]
    if not any(one.runs or one.kept for one in found):
        raise UsageProblem(
            "Il n'y a ni vérification ni recueil de qui que ce soit ici : donnez le dossier écrit par « etabli "
            "grade », et celui des recueils avec « --recueils »."
        )
    if who is not None and not as_json:
        view = group_of("", found, [life_of(found[0], force, known, weeks)], force, known)
        say(f"Page de l'élève : {write_learner(out, *view.rows[0], made)[0]}")
        return
    title = group if group is not None else "Toutes les vérifications"
    view = group_of(title, found, lives_of(found, force, known, weeks), force, known)
    if as_json:
        print_json(view.to_json())
        return
    write_class(out, view, made)
    for sentence in told(view):
        say(sentence)
    say(f"L'année : {out / PAGE}, et une page par élève.")
