"""``--bareme`` of the exports, and ``etabli export bareme``, which gives a table to start from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.screen import escape, guarded, save, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count, counted
from etabli.lab.manifest import load_lab
from etabli.reports.marking import MarkingScheme, example, french, read_scheme, refuse_situation
from etabli.reports.payload import LabMeta, Payload
from etabli.reports.results import described

SchemeFile = Annotated[
    Path | None,
    typer.Option(
        "--bareme", help="Votre barème (.yaml) : il fait une note de formation. Sans lui, rien n'est une note."
    ),
]


def scheme_for(
    file: Path | None, lab: LabMeta, payloads: Sequence[Payload], session: str | None
) -> MarkingScheme | None:
    """Reads the teacher's table, if there is one.

    Raises:
        UsageProblem: Some runs are not of training.
        LabError: The table is wrong.
    """
    if file is None:
        return None
    refuse_situation(payloads, session)
    return read_scheme(file, lab)


def told(scheme: MarkingScheme) -> str:
    """Says by what the marks were made."""
    checks = counted(len(scheme.weights), "point de vérification", "points de vérification")
    return f"{scheme.title}, arrondie à {french(scheme.step)}, d'après votre barème ({checks})."


def zeros(names: Sequence[str]) -> str:
    """Asks to look at those who got a 0: a site that did not start, perhaps."""
    look = count(len(names), "regardez-la avant de la donner", "regardez-les avant de les donner")
    return f"{count(len(names), '{n} note à 0', '{n} notes à 0')} : {', '.join(names)} ; {look}."


@guarded
def export_scheme(
    lab: Annotated[str, typer.Argument(help="Identifiant du TP (« etabli labs »).")],
    output: Annotated[Path, typer.Option("-o", "--sortie", help="Fichier à écrire, par exemple bareme.yaml.")],
) -> None:
    """Écrit un barème à compléter, pour « --bareme » : un nombre par palier ou par point de vérification.

    Exemple : [bold]etabli export bareme page-dynamique -o bareme.yaml[/]
    """
    if output.exists():
        raise UsageProblem(f"« {output} » existe déjà et n'est pas remplacé : donnez un autre nom avec « -o ».")
    save(output, example(described(load_lab(lab))).encode())
    screen.print(f"Barème à compléter : {escape(str(output))}", soft_wrap=True, highlight=False)
