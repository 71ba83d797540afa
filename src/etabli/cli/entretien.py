"""``etabli entretien``: six questions on a candidate's own work, for whoever listens to them."""

from __future__ import annotations

from typing import Annotated

import typer

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.screen import escape, guarded, print_json, screen
from etabli.lab.entretien import questions_of
from etabli.lab.manifest import load_lab
from etabli.lab.variant import TRAINING, Seat
from etabli.system.settings import secret


@guarded
def entretien(
    lab: Annotated[str, typer.Argument(metavar="TP", help="Identifiant du TP (« etabli labs »).")],
    candidat: Annotated[str, typer.Option("--candidat", help="Un élève, par exemple SNO-07.")],
    session: Annotated[str, typer.Option("--session", help="Nom de la session ; elle change les données.")] = TRAINING,
    without: Annotated[
        bool, typer.Option("--sans-reponses", help="N'écrit que les questions, pour les donner au candidat.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Pose six questions sur le travail d'un candidat, avec ses propres données, et dit ce qu'une bonne réponse montre.

    Les mêmes questions, sans les réponses, sont imprimées avec la trace dans son recueil.

    Exemples :

    [bold]etabli entretien mots-de-passe --candidat SNO-07[/]

    [bold]etabli entretien page-dynamique --candidat SNO-07 --sans-reponses[/]
    """
    chosen, who = load_lab(lab), checked_candidate(candidat)
    found = questions_of(Seat(chosen, who, session), secret())
    if as_json:
        asked = [{"title": one.title, "question": one.plain} for one in found]
        good = [{} if without else {"good_answer": list(one.good)} for one in found]
        questions = [one | more for one, more in zip(asked, good, strict=True)]
        print_json({"lab": chosen.id, "candidate": who, "session": session, "questions": questions})
        return
    screen.print(
        f"[bold]Entretien, {escape(who)} : {escape(chosen.manifest.title)}[/]", highlight=False, soft_wrap=True
    )
    for number, one in enumerate(found, 1):
        screen.print(f"\n[bold]{number}. {escape(one.title)}[/]", highlight=False)
        screen.print(escape(one.plain), highlight=False)
        if not without:
            screen.print("Une bonne réponse montre :", style="dim", highlight=False)
            for item in one.good:
                screen.print(f"  - {escape(item.replace('`', ''))}", highlight=False)
