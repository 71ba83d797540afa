"""``etabli lab test`` and ``etabli lab debug``: for those who write labs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.cli.fairness import graded_table, tell_table
from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.progress import Show
from etabli.cli.repetitions import SIGNS, repeat, tell_repetitions
from etabli.cli.screen import Exit, aside, escape, guarded, print_json, say, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome
from etabli.grading.alone import debug_exam
from etabli.grading.matrix import MatrixRow, chosen, run_matrix, told, witness_secret
from etabli.grading.matrix.cover import Cover, cover_of
from etabli.grading.plan import make_plan
from etabli.lab.demands import demands_of
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.sujet import make_sujet
from etabli.lab.variant import TRAINING, Seat
from etabli.runs.run import NONCE
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret
from etabli.system.temporary import temporary_folder


@guarded
def test(
    lab: Annotated[str, typer.Argument(help="Identifiant du TP.")],
    temoin: Annotated[
        list[str] | None, typer.Option("--temoin", help="Un rendu témoin (répétable) (par défaut : tous).")
    ] = None,
    graine: Annotated[int, typer.Option("--graine", help="Change les données des rendus témoins.")] = 0,
    melange: Annotated[
        int | None, typer.Option("--melange", help="Mélange l'ordre des points, avec cette graine.")
    ] = None,
    alea: Annotated[
        str | None,
        typer.Option(
            "--alea",
            metavar="ALÉA",
            help="Ce que la vérification tire au sort : rejoue l'aléa d'un run.json (par défaut : un par rendu témoin, "
            "toujours le même).",
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option("--postes", min=1, max=16)] = None,
    garder: Annotated[
        Path | None,
        typer.Option("--garder", help="Garde rendus et vérifications, tous refaits, dans ce dossier."),
    ] = None,
    couverture: Annotated[
        bool,
        typer.Option(
            "--couverture", help="Seulement ce que « make test » vérifie : chaque point échoue au moins une fois."
        ),
    ] = False,
    tableau: Annotated[
        bool, typer.Option("--tableau", help="Les mutants et les manières, comptés par demande des feuilles.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Avec --tableau : le fichier .md où publier le tableau.")
    ] = None,
    repetitions: Annotated[
        int | None,
        typer.Option("--repetitions", min=2, max=100, help="Vérifie tout autant de fois : quels constats changent ?"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--refaire", help="Vérifie aussi ce qui n'a pas changé.")] = False,
    as_json: AsJson = False,
) -> None:
    """Vérifie les rendus témoins d'un TP et compare à ce qu'ils déclarent.

    Exemples :

    [bold]etabli lab test page-dynamique[/]

    [bold]etabli lab test page-dynamique --temoin pdo --temoin sans-404[/]

    [bold]etabli lab test page-dynamique --couverture[/]

    [bold]etabli lab test page-dynamique --tableau -o docs/equite/page-dynamique.md[/]

    [bold]etabli lab test page-dynamique --temoin pdo --repetitions 10[/]

    Un rendu témoin dont rien n'a changé depuis sa dernière vérification n'est pas vérifié de nouveau.

    Code de sortie 4 si un constat n'est pas celui déclaré, ou change avec --repetitions ; avec --tableau, si trop peu
    de mutants sont vus (95 %) ou trop peu de manières acceptées (98 %).
    """
    loaded = load_lab(lab)
    if output is not None and (not tableau or temoin):
        raise UsageProblem("« -o » publie un tableau entier : donnez-lui « --tableau », sans « --temoin ».")
    if tableau and couverture:
        raise UsageProblem("« --tableau » et « --couverture » se contredisent : choisissez l'un des deux.")
    if tableau and repetitions:
        raise UsageProblem("« --tableau » et « --repetitions » se contredisent : choisissez l'un des deux.")
    options: dict[str, Any] = {
        "seed": graine, "workers": workers, "shuffle": melange, "nonce": _checked_nonce(alea),
        "fresh": bool(fresh or garder or repetitions),
    }  # fmt: skip
    if tableau:
        table = graded_table(_reached(), loaded, temoin or [], folder=garder, **options)
        tell_table(table, loaded, output, as_json)
        if not table.holds:
            raise typer.Exit(Exit.DEVIATION)
        return
    specimens = chosen(load_specimens(loaded), temoin or [])
    if not loaded.ours:  # of ours, tests/labs look at more
        demands_of(loaded, make_sujet(Seat(loaded, "essai"), witness_secret(graine)).sheets)
    if not specimens and not as_json:
        where = loaded.grader / "specimens"
        say(f"Le TP « {lab} » n'a aucun rendu témoin dans « {where} » : seule sa description a été lue.")
        return
    cover: Cover | None = None
    if couverture:
        if temoin:
            raise UsageProblem("« --couverture » et « --temoin » se contredisent : choisissez l'un des deux.")
        cover = cover_of(loaded, specimens)
        specimens = cover.of(specimens)
        for line in cover.lines():
            aside.print(line, highlight=False, soft_wrap=True)
    only = cover.only if cover else None
    if repetitions:
        found = repeat(_reached(), loaded, specimens, repetitions, folder=garder, only=only, **options)
        if not tell_repetitions(found, as_json):
            raise typer.Exit(Exit.DEVIATION)
        return
    with temporary_folder() as temporary, Show(len(specimens)) as show:
        folder = garder or temporary
        rows = run_matrix(_reached(), loaded, specimens, folder, only=only, progress=show, tell=show.tell, **options)
    aside.print(told(rows), highlight=False)
    if as_json:
        print_json([_facts(row) for row in rows])
    else:
        _show(loaded, rows)
    if len(rows) != len(specimens) or any(row.deviations for row in rows):
        raise typer.Exit(Exit.DEVIATION)


def _checked_nonce(text: str | None) -> str | None:
    if text is not None and not NONCE.fullmatch(text):
        raise UsageProblem("« --alea » attend 64 lettres (sans accent) ou chiffres au plus : « nonce » dans run.json.")
    return text


def _reached() -> DockerSandbox:
    """Returns the engine of this machine, once it has answered."""
    sandbox = DockerSandbox()
    sandbox.probe()
    return sandbox


def _facts(row: MatrixRow) -> dict[str, object]:
    return {
        "specimen": row.specimen.name,
        "kind": row.specimen.kind.value,
        "nonce": row.run.nonce,
        "earned": row.earned,
        "possible": row.possible,
        "outcomes": {check: outcome.value for check, outcome in row.outcomes.items()},
        "deviations": [
            {
                "check": deviation.check,
                "declared": deviation.declared.value,
                "found": deviation.found.value,
                "observed": deviation.observed,
            }
            for deviation in row.deviations
        ],
    }


def _show(lab: Lab, rows: list[MatrixRow]) -> None:
    specs = lab.checks().specs
    table = Table(title=f"Rendus témoins de {lab.id}")
    table.add_column("Rendu témoin")
    table.add_column("Points", justify="right")
    table.add_column("Constats (dans l'ordre du TP)", no_wrap=True)
    table.add_column("Écarts", justify="right")
    for row in rows:
        ran = {spec.id for spec in row.run.checks}
        signs = "".join(SIGNS[row.outcomes.get(spec.id, Outcome.ERROR)] if spec.id in ran else "·" for spec in specs)
        gaps = f"[bold red]{len(row.deviations)}[/]" if row.deviations else "0"
        table.add_row(row.specimen.name, f"{row.earned}/{row.possible}", signs, gaps)
    screen.print(table)
    for row in rows:
        for gap in row.deviations:
            screen.print(
                f"[bold]{row.specimen.name}[/] · {gap.check} : déclaré {gap.declared.value}, "
                f"trouvé {gap.found.value} — {escape(gap.observed or '')}",
                soft_wrap=True,
            )
    deviating = sum(bool(row.deviations) for row in rows)
    screen.print(f"{len(rows)} rendus témoins, {deviating} avec un écart.")


@guarded
def debug(
    context: typer.Context,
    lab: Annotated[str, typer.Argument(help="Identifiant du TP.")],
    folder: Annotated[Path, typer.Argument(help="Dossier du rendu.")],
    candidat: Annotated[
        str | None, typer.Option("--candidat", help="Identifiant (par défaut : nom du dossier).")
    ] = None,
    session: Annotated[str, typer.Option("--session")] = TRAINING,
    alea: Annotated[
        str | None,
        typer.Option(
            "--alea", metavar="ALÉA", help="Rejoue les tirages d'une vérification : « nonce » dans son run.json."
        ),
    ] = None,
) -> None:
    """Vérifie un rendu en montrant tout : la sortie de pytest et chaque événement.

    Ce qui suit le dossier est donné à pytest :

    [bold]etabli lab debug page-dynamique sno-07/ -k liste_ordre -x[/]
    """
    if not folder.is_dir():
        raise UsageProblem(f"« {folder} » n'est pas un dossier.")
    loaded = load_lab(lab)
    candidate = checked_candidate(candidat or folder.resolve().name)
    with temporary_folder() as temporary:
        plan = make_plan(loaded, temporary, secret=secret(), session=session).but(nonce=_checked_nonce(alea))
        for event in debug_exam(DockerSandbox(), plan, candidate, folder, context.args):
            print(json.dumps({k: v for k, v in event.items() if k != "data"}, ensure_ascii=False))
        sys.stdout.flush()
