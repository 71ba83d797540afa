"""``etabli lab test --repetitions``: which verdicts change while nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.table import Table

from etabli.cli.progress import Show
from etabli.cli.screen import escape, print_json, say, screen
from etabli.exam.contract.french import counted
from etabli.exam.contract.outcome import Outcome
from etabli.grading.matrix import MatrixRow, run_matrix
from etabli.grading.matrix.repetitions import Flake, flakes
from etabli.lab.manifest import Lab
from etabli.lab.specimens.specimen import Specimen
from etabli.sandbox.base import Sandbox
from etabli.system.temporary import temporary_folder

SIGNS = {
    Outcome.PASSED: "[green]✓[/]",
    Outcome.FAILED: "[red]✗[/]",
    Outcome.BLOCKED: "[dim]○[/]",
    Outcome.ERROR: "[bold yellow]![/]",
}


def repeat(
    sandbox: Sandbox, lab: Lab, specimens: Mapping[str, Specimen], times: int, *, folder: Path | None, **options: Any
) -> list[list[MatrixRow]]:
    """Grades specimens several times; what they leave is kept in a folder, or not at all.

    Args:
        sandbox: Where they run.
        lab: The lab.
        specimens: By name.
        times: How often.
        folder: Keeps each repetition, in a folder of its number.
        options: As :func:`etabli.grading.matrix.run_matrix`.

    Raises:
        KeyboardInterrupt: Somebody stopped it.
    """
    found = []
    with Show(len(specimens) * times) as show:
        for number in range(1, times + 1):
            with ExitStack() as stack:
                place = folder / str(number) if folder else stack.enter_context(temporary_folder())
                rows = run_matrix(
                    sandbox, lab, specimens, place, repetition=number, progress=show, tell=show.tell, **options
                )
            if len(rows) < len(specimens):
                raise KeyboardInterrupt
            found.append(rows)
    return found


def tell_repetitions(repetitions: list[list[MatrixRow]], as_json: bool) -> bool:
    """Shows which verdicts changed, and which were not the declared ones; returns whether all is well."""
    changing = flakes(repetitions)
    wrong = sorted({(row.specimen.name, gap.check) for rows in repetitions for row in rows for gap in row.deviations})
    if as_json:
        print_json(
            {
                "repetitions": len(repetitions),
                "specimens": len(repetitions[0]),
                "flakes": [vars(flake) for flake in changing],
                "deviations": [{"specimen": specimen, "check": check} for specimen, check in wrong],
            }
        )
    else:
        if changing:
            screen.print(_table(changing))
        for specimen, check in wrong:
            say(f"{specimen} · {check} : n'a pas toujours le constat déclaré.")
        what = f"{counted(len(repetitions), 'répétition')} de {counted(len(repetitions[0]), 'rendu')} :"
        number = counted(len(changing), "constat qui change", "constats qui changent")
        say(f"{what} {number if changing else 'aucun constat ne change'}.")
    return not changing and not wrong


def _table(changing: list[Flake]) -> Table:
    table = Table(title="Constats qui changent sans que rien d'autre ait changé")
    for heading in ("Rendu témoin", "Point", "Constats, dans l'ordre des répétitions"):
        table.add_column(heading)
    for flake in changing:
        signs = " ".join("·" if outcome is None else SIGNS[outcome] for outcome in flake.outcomes)
        table.add_row(escape(flake.specimen), escape(flake.check), signs)
    return table
