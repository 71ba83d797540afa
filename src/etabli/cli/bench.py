"""``etabli bench``: what an exam costs this machine, part by part."""

from __future__ import annotations

import math
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.cli.bench_salle import SALLE, bench_room
from etabli.cli.labs import AsJson
from etabli.cli.progress import Show
from etabli.cli.screen import guarded, print_json, screen, tell
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import some
from etabli.grading.cost import Cost, cost_of, right_specimens
from etabli.grading.matrix import chosen
from etabli.lab.manifest import lab_ids, load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.sandbox.docker_provider import DockerSandbox

_ROUNDS = 12


@guarded
def bench(
    lab: Annotated[str, typer.Argument(metavar="TP", help="Identifiant du TP (« etabli labs »), ou « salle ».")],
    witness: Annotated[
        list[str] | None, typer.Option("--temoin", help="Un rendu témoin (répétable ; par défaut : tous les justes).")
    ] = None,
    exams: Annotated[int, typer.Option("--rendus", min=1, max=2000, help="Combien de rendus mesurer.")] = _ROUNDS,
    workers: Annotated[int, typer.Option("--postes", min=1, max=16)] = 1,
    learners: Annotated[
        list[int] | None, typer.Option("--eleves", min=1, max=99, help="Salle : combien d'élèves (répétable ; 24).")
    ] = None,
    minutes: Annotated[float, typer.Option("--minutes", min=0, max=60, help="Salle : durée de l'édition.")] = 10,
    opened: Annotated[
        str | None, typer.Option("--tp", help="Salle : le TP ouvert (par défaut : le premier qui a un site).")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--dossier", help="Salle : une salle ouverte (par défaut : une pour l'occasion).")
    ] = None,
    kills: Annotated[bool, typer.Option("--pannes", help="Salle : tue un service toutes les 20 s.")] = False,
    screens: Annotated[
        int, typer.Option("--navigateurs", min=0, max=8, help="Salle : combien d'élèves ont un vrai navigateur.")
    ] = 2,
    ahead: Annotated[bool, typer.Option("--prepares", help="Salle : prépare les espaces avant l'heure.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mesure ce que coûte une vérification à cette machine, partie par partie ; ou ce que supporte une salle.

    Les rendus témoins justes d'un TP sont vérifiés à la suite ; le premier de chaque poste n'est pas compté. Les
    secondes sont celles du processeur, lues dans les groupes de contrôle : une machine occupée y change peu.

    Exemples :

    [bold]etabli bench page-dynamique[/]

    [bold]etabli bench page-dynamique --temoin pdo --rendus 20 --json[/]

    [bold]etabli bench mots-de-passe --postes 2 --rendus 60[/]

    [bold]etabli bench salle --eleves 8 --eleves 24 --pannes[/]

    [bold]etabli bench salle --eleves 24 --prepares --minutes 2[/]
    """
    if lab == SALLE:
        tried = opened or _with_a_site()
        raise typer.Exit(
            bench_room(
                learners or [24], minutes, tried, folder, screens=screens, kills=kills, ahead=ahead, as_json=as_json
            )
        )
    loaded = load_lab(lab)
    specimens = load_specimens(loaded)
    wanted = list(chosen(specimens, witness).values()) if witness else right_specimens(specimens)
    if not wanted:
        raise UsageProblem(f"Le TP « {loaded.id} » n'a aucun rendu témoin juste : nommez-en un par « --temoin ».")
    with tempfile.TemporaryDirectory(prefix="etabli-bench-") as temporary, Show(exams + workers, workers) as show:
        cost = cost_of(
            DockerSandbox(), loaded, wanted, Path(temporary), exams=exams, workers=workers, progress=show
        )  # fmt: skip
    if as_json:
        print_json(_facts(cost))
    else:
        _show(cost)
    if cost.missed:
        tell(f"Sans tous les points, donc mal mesurés : {some(sorted(set(cost.missed)))}.")


def _with_a_site() -> str:
    return next(name for name in lab_ids() if load_lab(name).manifest.runtimes)


def _facts(cost: Cost) -> dict[str, Any]:
    return {
        "lab": cost.lab,
        "workers": cost.workers,
        "exams": cost.exams,
        "wall_s": round(cost.wall_s, 2),
        "exams_per_minute": round(60 * cost.exams / cost.wall_s, 2),
        "cpu_s": {part: _figures(spent) for part, spent in cost.cpu_s.items()},
        "cpu_s_containers": _figures(cost.totals()),
        "cpu_s_etabli": round(cost.outside_s, 3),
        "peak_mb": {role: round(peak) for role, peak in cost.peak_mb.items()},
        "phases_ms": {name: round(spent) for name, spent in cost.phases_ms.items()},
        "missed": list(cost.missed),
    }


def _figures(spent: Sequence[float]) -> dict[str, float]:
    return {
        "mean": round(statistics.fmean(spent), 3),
        "median": round(statistics.median(spent), 3),
        "p90": round(_p90(spent), 3),
    }


def _p90(spent: Sequence[float]) -> float:
    return sorted(spent)[math.ceil(0.9 * len(spent)) - 1]


def _show(cost: Cost) -> None:
    table = Table(title=f"{cost.lab} : secondes de processeur par vérification ({cost.exams} rendus)")
    table.add_column("Partie")
    for title in ("Médiane", "p90", "Moyenne"):
        table.add_column(title, justify="right")
    for part, spent in cost.cpu_s.items():
        table.add_row(part, *_row(spent))
    table.add_section()
    table.add_row("tous les conteneurs", *_row(cost.totals()), style="bold")
    table.add_row("etabli, hors conteneurs", "", "", _fr(cost.outside_s, 2))
    screen.print(table)
    pace = _fr(60 * cost.exams / cost.wall_s, 1)
    screen.print(f"{pace} rendus par minute avec {cost.workers} poste{'s' if cost.workers > 1 else ''} de travail.")
    told = [f"{name} {_fr(spent / 1000, 2)} s" for name, spent in cost.phases_ms.items()]
    screen.print(f"Étapes (médianes) : {', '.join(told)}.")
    held = [f"{role} {peak:.0f} Mo" for role, peak in cost.peak_mb.items()]
    screen.print(f"Mémoire au plus haut : {', '.join(held)}.")


def _row(spent: Sequence[float]) -> list[str]:
    return [_fr(value, 2) for value in (statistics.median(spent), _p90(spent), statistics.fmean(spent))]


def _fr(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
