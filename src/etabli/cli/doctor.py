"""``etabli doctor``: can this machine grade?"""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.table import Table

from etabli.cli.findings import findings
from etabli.cli.labs import AsJson
from etabli.cli.screen import Exit, escape, guarded, print_json, screen
from etabli.system.findings import Finding


@guarded
def doctor(as_json: AsJson = False) -> None:
    """Dit si cette machine peut vérifier des rendus, et sinon quoi faire.

    Exemple : [bold]etabli doctor[/]

    Codes de sortie : 0 tout va bien ; 3 cette machine ne peut pas vérifier.
    """
    found = findings()
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        show_findings(found)
    if not all(finding.ok for finding in found):
        raise typer.Exit(Exit.MACHINE)


def show_findings(found: list[Finding]) -> None:
    """Shows what was found, one line per thing."""
    table = Table(show_header=False, box=None)
    for finding in found:
        sign = "[green]✓[/]" if finding.ok else "[bold red]✗[/]"
        table.add_row(sign, finding.what, escape(finding.said))
    screen.print(table)
