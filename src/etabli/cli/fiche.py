"""``etabli fiche``: the form of a PFMP's tutor, sent out and read back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.cli.ask import agreed
from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.exam.contract.french import counted, quoted
from etabli.lab.parcours import read_year
from etabli.recueil.kept import USUAL, Kept, read, write
from etabli.recueil.model import Period, unknown_criterion
from etabli.recueil.tutor import form_of
from etabli.recueil.tutored import Form, form_in, whose, with_form
from etabli.runs.evidence import write_results
from etabli.sandbox.docker_reading import read_sheets
from etabli.system.disk import writable

fiches = typer.Typer(
    help="La fiche du tuteur d'une PFMP : un classeur qui part, se remplit, et revient.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Root = Annotated[Path, typer.Option("--recueils", help="Dossier des recueils.")]


@fiches.command()
@guarded
def ecrire(
    who: Annotated[str, typer.Option("--candidat", help="Identifiant ou alias, comme SNO-07.")],
    pfmp: Annotated[
        str | None, typer.Option("--pfmp", help="La période, comme « PFMP 1 » (par défaut : la seule qui est notée).")
    ] = None,
    criteria: Annotated[
        list[str] | None,
        typer.Option("--critere", help="Un critère à observer ; répétez (par défaut : ceux que l'année y prévoit)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Classeur à écrire (par défaut : dans fiches).")
    ] = None,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Écrit la fiche à envoyer au tuteur : un classeur qu'Excel ou LibreOffice remplit, sans autre logiciel.

    Elle porte l'identifiant du candidat, jamais son nom, la période, et les critères dans les mots du référentiel.
    Seules les cases jaunes se remplissent ; les degrés se choisissent dans une liste. La période se note d'abord avec
    « etabli trace pfmp ».

    Exemples :

    [bold]etabli fiche ecrire --candidat SNO-07 --pfmp "PFMP 1"[/]

    [bold]etabli fiche ecrire --candidat SNO-07 --critere demande-traitee --critere solution-ecrite -o fiche.xlsx[/]
    """
    kept = read(root, checked_candidate(who))
    period = _period(kept, pfmp)
    asked = _criteria(kept, period, criteria or [])
    path = out or Path("fiches") / f"fiche-tuteur-{kept.recueil.candidat}--{period.id}.xlsx"
    with writable(path, "-o"):
        write_results(path, form_of(kept, period, asked))
    if as_json:
        print_json({"file": str(path), "candidate": kept.recueil.candidat, "period": period.id, "criteria": asked})
        return
    say(f"Fiche de {kept.recueil.candidat} pour {period.titre}, {counted(len(asked), 'critère')} : {path}")
    say(f"Envoyez-la au tuteur ; au retour : etabli fiche relire {path}")


@fiches.command()
@guarded
def relire(
    file: Annotated[Path, typer.Argument(metavar="FICHE.xlsx", help="La fiche, telle qu'elle est revenue.")],
    yes: Annotated[bool, typer.Option("--oui", help="Reprend sans poser la question.")] = False,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Relit une fiche remplie : ce qu'elle dit est montré, puis repris comme trace et comme observations du tuteur.

    Le fichier vient de l'extérieur : il est ouvert dans un conteneur sans réseau. Ce qui n'y va pas est dit par
    cellule, et rien n'est repris. La relire de nouveau remplace ce qu'elle disait. La trace reste à authentifier.

    Exemples :

    [bold]etabli fiche relire fiches/fiche-tuteur-SNO-07--pfmp-1.xlsx[/]

    [bold]etabli fiche relire fiche.xlsx --oui --json[/]

    Codes de sortie : 0 ; 2 une cellule, le fichier ou le recueil est à corriger ; 3 cette machine ne peut pas lire.
    """
    sheets = read_sheets(file)
    candidate, _period, _digest = whose(str(file), sheets)
    kept = read(root, candidate)
    form = form_in(str(file), sheets, kept, datetime.now().astimezone().date())
    if not as_json:
        _list(form, kept)
    applied = yes if as_json else agreed("Reprendre ?", said=yes)
    if applied:
        kept = write(kept, with_form(kept, form, file))
    if as_json:
        print_json({"applied": applied, **_facts(form)})
    elif applied:
        say(f"Repris dans {kept.folder} : une trace, {counted(len(form.answers), 'observation')}. À authentifier.")
    else:
        say("Rien n'a été repris.")


def _period(kept: Kept, named: str | None) -> Period:
    periods = kept.recueil.pfmp
    if named is None and len(periods) == 1:
        return periods[0]
    found = next((one for one in periods if named and named.lower() in (one.id, one.titre.lower())), None)
    if found is None:
        known = f"il y a {quoted(one.titre for one in periods)}" if periods else "aucune n'est notée"
        what = f"« {named} » n'est pas une période" if named else "Dites quelle période, avec « --pfmp »"
        raise UsageProblem(f"{what} de {kept.recueil.candidat} ({known}) : « etabli trace pfmp » en note une.")
    return found


def _criteria(kept: Kept, period: Period, asked: list[str]) -> list[str]:
    """Returns what the form asks for: what is named, else what the year plans there, else every criterion."""
    for one in asked:
        if one not in kept.referentiel.criteria:
            said = unknown_criterion(one, kept.referentiel)
            raise UsageProblem(said if said.endswith("?") else f"{said}.")
    return list(dict.fromkeys(asked or _planned(kept, period) or kept.referentiel.criteria))


def _planned(kept: Kept, period: Period) -> list[str]:
    try:
        steps = read_year(kept.referentiel).steps
    except LabError:  # a centre's own criteria, and our year
        return []
    own = [step for step in steps if step.weeks is not None and step.title.lower() == period.titre.lower()]
    return [criterion for step in own for session in step.sessions for criterion in session.criteria]


def _list(form: Form, kept: Kept) -> None:
    degrees = {one.id: one.title for one in kept.referentiel.echelle.degres}
    say(f"Fiche de {form.candidate}, par {form.author}, le {form.day:%d/%m/%Y} :")
    table = Table(box=None)
    for heading in ("Cellule", "Critère", "Degré", "Remarque"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Cellule")
    for one in form.answers:
        table.add_row(one.place, one.criterion, degrees[one.degree], escape(one.remark))
    screen.print(table)
    if form.unseen:
        say(f"{counted(form.unseen, 'critère')} sans occasion d'être observé : rien n'en est retenu contre personne.")


def _facts(form: Form) -> dict[str, Any]:
    return {
        "candidate": form.candidate,
        "period": form.period,
        "author": form.author,
        "day": form.day.isoformat(),
        "not_seen": form.unseen,
        "answers": [
            {"cell": one.place, "criterion": one.criterion, "degree": one.degree, "remark": one.remark}
            for one in form.answers
        ],
    }
