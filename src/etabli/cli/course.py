"""``etabli course``: the year, and the independent traces that it gives to each competence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.labs import AsJson
from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.exam.contract.french import counted, listed
from etabli.lab.parcours import Coverage, StepView, Year, read_year
from etabli.referentiel.kept import InForce, in_force
from etabli.referentiel.model import Referentiel


@guarded
def course(
    file: Annotated[
        Path | None, typer.Argument(metavar="FICHIER", help="L'année du centre, à la place de course/parcours.yaml.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Montre l'année (modules, séances, PFMP), et les traces indépendantes qu'elle donne à chaque compétence.

    Deux TP sont deux traces indépendantes ; deux vérifications d'un même TP n'en sont qu'une. Ce qui vient d'ailleurs
    (PFMP, projet) compte quand un enseignant l'a authentifié. L'année se lit dans course/parcours.yaml, les critères
    dans le référentiel en vigueur ; un fichier de la même forme dit celle du centre.

    Exemples :

    [bold]etabli course[/]

    [bold]etabli course notre-annee.yaml[/]

    [bold]etabli course --json[/]
    """
    kept = in_force()
    year = read_year(kept.referentiel, file)
    if as_json:
        print_json(_facts(year, kept))
        return
    for line in _steps(year, kept.referentiel):
        screen.print(line, highlight=False, soft_wrap=True)
    screen.print()
    screen.print(_coverage(year.coverage))
    for sentence in _remarks(year):
        say(sentence)


def _facts(year: Year, kept: InForce) -> dict[str, object]:
    coverage = [
        asdict(one) | {"independent": one.independent, "enough": one.independent >= one.wanted} for one in year.coverage
    ]
    return asdict(year) | {"coverage": coverage, "referentiel": {"sha256": kept.sha256, "own": kept.own}}


def _steps(year: Year, referentiel: Referentiel) -> Iterable[str]:
    """Tells the year, a line per session and what it shows below it."""
    yield f"[bold]{escape(year.title)}[/]"
    for number, step in enumerate(year.steps, start=1):
        yield f"\n[bold]{number}. {escape(_step_name(step))}[/]"
        for session in step.sessions:
            where = f"TP {session.lab}" if session.lab else f"hors TP : {session.origin}"
            if step.weeks is None:
                yield f"   {escape(session.title)} [dim]({escape(where)})[/]"
            yield from (f"      {escape(line)}" for line in _criteria(session.criteria, referentiel))


def _step_name(step: StepView) -> str:
    return f"{step.title} ({counted(step.weeks, 'semaine')})" if step.weeks else f"{step.title} ({step.unit})"


def _criteria(criteria: Iterable[str], referentiel: Referentiel) -> list[str]:
    """Groups criteria by competence: « C1.1 pages-publiees, visiteur-trouve »."""
    found: dict[str, list[str]] = {}
    for one in criteria:
        found.setdefault(referentiel.competence_of[one], []).append(one)
    return [f"{code} {', '.join(names)}" for code, names in found.items()] or ["hors compétence du diplôme"]


def _coverage(coverage: Iterable[Coverage]) -> Table:
    table = Table(title="Traces indépendantes par compétence")
    for column in ("Compétence", "De TP", "D'ailleurs, à recueillir", "En tout", "Ce qui manque"):
        table.add_column(column, overflow="fold")
    for one in coverage:
        table.add_row(
            one.competence,
            escape(", ".join(one.labs)) or "aucune",
            escape(", ".join(one.elsewhere)) or "aucune",
            str(one.independent),
            escape(_lack(one)),
        )
    return table


def _lack(one: Coverage) -> str:
    if not one.independent:
        return "aucune trace"
    lacks = [f"{one.wanted - one.independent} de plus"] if one.independent < one.wanted else []
    lacks += [f"sans séance : {', '.join(one.unplanned)}"] if one.unplanned else []
    return " ; ".join(lacks) or "rien"


def _remarks(year: Year) -> Iterable[str]:
    if without := [one.competence for one in year.coverage if not one.labs]:
        yield f"Aucun TP ne donne de trace à {listed(without)} : ce qui les montre vient d'ailleurs, et de personnes."
    if year.weeks != year.wanted_weeks:
        have = counted(year.weeks, "semaine")
        wanted = year.wanted_weeks
        yield f"L'année a {have} de PFMP, et le diplôme en demande {wanted} : complétez-la."
