"""``etabli submit``: the file that a student hands in, with its receipt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson
from etabli.cli.live import said
from etabli.cli.screen import aside, escape, guarded, print_json, screen
from etabli.cli.workspace import Folder
from etabli.exam.contract.errors import UsageProblem
from etabli.workspace.submitting import Receipt, default_name, write_submission
from etabli.workspace.workspace import Workspace, find_workspace


@guarded
def submit(
    dossier: Folder = None,
    sortie: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Fichier à écrire (par défaut : <candidat>-<tp>.zip).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fait le fichier .zip à rendre, avec son accusé de dépôt. Ne demande aucun conteneur.

    Exemple : [bold]etabli submit -o sno-07.zip[/]
    """
    workspace = find_workspace(dossier)
    receipt = write_submission(workspace, _zip_path(sortie, workspace), datetime.now().astimezone())
    for warning in receipt.warnings:
        aside.print(f"[bold yellow]![/] {said(warning)}", soft_wrap=True)
    if as_json:
        print_json(_receipt_facts(receipt))
        return
    screen.print(said(receipt.text()), soft_wrap=True, highlight=False)
    screen.print(
        f"À déposer : {escape(str(receipt.path))}   Reçu : {escape(str(receipt.text_path))}",
        soft_wrap=True,
        highlight=False,
    )


def _zip_path(sortie: Path | None, workspace: Workspace) -> Path:
    path = sortie or workspace.folder / default_name(workspace)
    if path.is_dir():
        path = path / default_name(workspace)
    if path.suffix.lower() != ".zip":
        raise UsageProblem(f"« {path} » doit finir par .zip : changez le nom donné à « -o ».")
    if path.resolve().is_relative_to(workspace.work):
        raise UsageProblem(f"« {path} » est dans le dossier à rendre : choisissez un autre endroit avec « -o ».")
    return path


def _receipt_facts(receipt: Receipt) -> dict[str, object]:
    return {
        "path": str(receipt.path),
        "receipt": str(receipt.text_path),
        "lab": receipt.lab,
        "session": receipt.session,
        "candidate": receipt.candidate,
        "files": receipt.files,
        "size": receipt.size,
        "sha256": receipt.sha256,
        "code": receipt.code,
        "at": receipt.at.isoformat(timespec="seconds"),
        "warnings": list(receipt.warnings),
    }
