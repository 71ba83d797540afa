"""``etabli run verify``: is a frozen verification, or a whole class, still what was frozen?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.labs import AsJson
from etabli.cli.screen import Exit, escape, guarded, print_json, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Status
from etabli.reports.text import visible
from etabli.runs.folder import RunFolder, read_run_folder
from etabli.runs.run import is_run_folder, name_of
from etabli.runs.store import all_folders

runs_app = typer.Typer(help="Les vérifications figées.", no_args_is_help=True, rich_markup_mode="rich")


@runs_app.callback()
def _group() -> None:
    """Les vérifications figées."""


@runs_app.command("verify")
@guarded
def verify(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DOSSIER", help="Une vérification, un élève, ou tout ce qu'a écrit « etabli grade »."),
    ],
    as_json: AsJson = False,
) -> None:
    """Dit si des vérifications sont encore telles qu'elles ont été figées, et sinon ce qui a changé.

    Chaque fichier est comparé à son empreinte (SHA-256), gardée dans run.json, et run.json à celle qui termine le nom
    du dossier. Qui recalcule toutes les empreintes n'est pas vu : c'est l'affaire d'un scellé.

    Exemples :

    [bold]etabli run verify resultats/page-dynamique[/]

    [bold]etabli run verify resultats/page-dynamique/SNO-07[/]

    Codes de sortie : 0 tout est intact ; 1 quelque chose a changé, ou n'est pas vérifiable ; 2 commande incorrecte.
    """
    found = _found(folder)
    if as_json:
        print_json([_facts(item) for item in found])
    else:
        _show(found)
    if not all(item.verifiable for item in found):
        raise typer.Exit(Exit.REVIEW)


def _found(folder: Path) -> list[RunFolder]:
    """Reads the run, those of the candidate, or those of the output folder, whichever it is."""
    if not folder.is_dir():
        raise UsageProblem(f"« {folder} » n'est pas un dossier : vérifiez le chemin.")
    folder = folder.resolve()
    if name_of(folder).known:
        return [read_run_folder(folder)]
    found = all_folders(folder) or all_folders(folder.parent, only=folder.name)
    if not found and is_run_folder(folder):
        return [read_run_folder(folder)]
    if not found:
        raise UsageProblem(
            f"« {folder} » ne contient aucune vérification : donnez le dossier écrit par « etabli grade »."
        )
    return found


def _facts(item: RunFolder) -> dict[str, object]:
    return {
        "candidate": item.candidate,
        "run": item.path.name,
        "state": "intact" if item.verifiable else item.status.value,
        "files": len(item.run.files) + 1 if item.run and item.verifiable else None,
        "flaws": [{"name": flaw.name, "change": flaw.change.value} for flaw in item.flaws],
    }


def _show(found: Sequence[RunFolder]) -> None:
    table = Table(box=None)
    for heading in ("Élève", "Vérification", "État"):
        table.add_column(heading, overflow="fold")
    for item in found:
        table.add_row(escape(visible(item.candidate)), escape(visible(item.path.name)), _words(item))
    screen.print(table)
    intact = sum(item.verifiable for item in found)
    said = count(intact, "{n} vérification intacte", "{n} vérifications intactes")
    screen.print(f"{said} sur {len(found)}.", highlight=False)


def _words(item: RunFolder) -> str:
    if item.status is Status.MODIFIED:
        return f"[bold red]≠[/] {escape(visible(item.sentence()))}"
    if not item.verifiable:
        return "[yellow]?[/] non vérifiable : faite par une version d'Établi qui ne gardait pas d'empreinte"
    files = len(item.run.files) + 1 if item.run else 0
    return f"[green]✓[/] intacte ({files} fichiers)"
