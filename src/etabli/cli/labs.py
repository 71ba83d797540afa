"""``etabli labs`` and ``etabli sujet``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.screen import escape, guarded, print_json, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.lab.sujet import write_sujet
from etabli.lab.variant import TRAINING, Seat
from etabli.runs.identifier import is_identifier
from etabli.system.settings import secret

AsJson = Annotated[bool, typer.Option("--json", help="Écrit du JSON à la place du tableau.")]


@guarded
def labs(as_json: AsJson = False) -> None:
    """Liste les TP disponibles.

    Exemple : [bold]etabli labs[/]
    """
    found = [load_lab(lab_id) for lab_id in lab_ids()]
    if as_json:
        print_json([_facts(lab) for lab in found])
        return
    table = Table(title="Travaux pratiques")
    for column in ("TP", "Titre", "Version", "Compétences", "Points de vérification", "Points"):
        table.add_column(column, no_wrap=column == "TP")
    for lab in found:
        facts = _facts(lab)
        table.add_row(
            lab.id,
            escape(lab.manifest.title),
            lab.manifest.version,
            ", ".join(lab.manifest.competences),
            str(facts["checks"]),
            str(facts["points"]),
        )
    screen.print(table)


def _facts(lab: Lab) -> dict[str, object]:
    checks = lab.checks()
    return {
        "id": lab.id,
        "title": lab.manifest.title,
        "summary": lab.manifest.summary,
        "version": lab.manifest.version,
        "competences": list(lab.manifest.competences),
        "paliers": {palier.value: text.hours for palier, text in lab.manifest.paliers.items()},
        "checks": len(checks.specs),
        "points": checks.possible,
    }


@guarded
def sujet(
    lab: Annotated[str, typer.Argument(help="Identifiant du TP (« etabli labs »).")],
    candidat: Annotated[str, typer.Option("--candidat", help="Identifiant de l'élève, par exemple sno-07.")],
    sortie: Annotated[Path, typer.Option("-o", "--sortie", help="Dossier où écrire le sujet.")],
    session: Annotated[str, typer.Option("--session", help="Nom de la session ; elle change les données.")] = TRAINING,
) -> None:
    """Écrit l'énoncé d'un élève, son point de départ et ses données. Ne demande aucun conteneur.

    Exemple : [bold]etabli sujet page-dynamique --candidat sno-07 -o sno-07/[/]
    """
    seat = Seat(load_lab(lab), checked_candidate(candidat), session)
    written = write_sujet(seat, secret(), sortie)
    screen.print("Sujet écrit :")
    for path in written:
        screen.print(f"  {escape(str(path))}", soft_wrap=True, highlight=False)


def checked_candidate(name: str) -> str:
    """Returns a candidate's identifier.

    Raises:
        UsageProblem: It is not one.
    """
    if not is_identifier(name):
        raise UsageProblem(
            f"« {name} » n'est pas un identifiant : 1 à 64 lettres sans accent, chiffres, « . », « _ » ou « - »."
        )
    return name
