"""``etabli labs``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.runs.identifier import is_identifier

AsJson = Annotated[bool, typer.Option("--json", help="Écrit du JSON à la place du tableau.")]


@guarded
def labs(as_json: AsJson = False) -> None:
    """Liste les TP disponibles : ceux d'Établi, et ceux des dossiers que nomme ETABLI_LABS.

    Exemples :

    [bold]etabli labs[/]

    [bold]ETABLI_LABS="$HOME/mes-tp" etabli labs[/]
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
    for lab in found:
        if not lab.ours:
            say(f"{lab.id} vient de {lab.library}")


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
        "library": str(lab.library),
        "ours": lab.ours,
    }


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
