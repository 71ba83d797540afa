"""The table of ``etabli lab test --tableau``: graded, shown, published."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.table import Table

from etabli.cli.progress import Show
from etabli.cli.screen import aside, escape, print_json, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import some
from etabli.grading.matrix import run_matrix, told, witness_secret
from etabli.grading.matrix.fairness import ACCEPTED, CAUGHT, Amiss, DemandRow, Fairness, checks_of, fairness
from etabli.grading.pack import pack_of
from etabli.lab.demands import Demand, demands_of
from etabli.lab.manifest import Lab
from etabli.lab.specimens.operators import Derived, load_derived
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.sujet import make_sujet
from etabli.lab.variant import Seat
from etabli.runs.evidence import write_atomically
from etabli.sandbox.base import Sandbox
from etabli.system.disk import writable
from etabli.system.temporary import temporary_folder

_BY_A_PERSON = "par une personne"
_NAMED = {False: "Mutants que rien ne voit", True: "Manières refusées"}


def derived_of(lab: Lab) -> tuple[Mapping[str, Demand], dict[str, Derived]]:
    """Returns a lab's demands, and its mutants and ways by name; none when it has no operators.

    Raises:
        LabError: They are badly written.
    """
    demands = demands_of(lab, make_sujet(Seat(lab, "tableau"), witness_secret(0)).sheets)
    return demands, load_derived(lab, load_specimens(lab), demands)


def named(derived: Mapping[str, Derived], names: Sequence[str]) -> dict[str, Derived]:
    """Keeps those that are named, by their own name or by their operator's; all when none is.

    Raises:
        UsageProblem: A name that is neither's.
    """
    known = {*derived, *(one.operator for one in derived.values())}
    for name in names:
        if name not in known:
            near = some([f"« {one} »" for one in difflib.get_close_matches(name, sorted(known), 3, 0)], mark=" ou ")
            raise UsageProblem(f"« {name} » n'est ni un mutant ni une manière de ce TP. Vouliez-vous dire {near} ?")
    return {name: one for name, one in derived.items() if not names or {name, one.operator} & set(names)}


def graded_table(sandbox: Sandbox, lab: Lab, names: Sequence[str] = (), **options: Any) -> Fairness:
    """Grades a lab's mutants and ways, or those that are named; what nothing has changed since is not graded again.

    Args:
        sandbox: Where they run.
        lab: The lab.
        names: Of mutants, of ways or of operators.
        options: As :func:`etabli.grading.matrix.run_matrix`; ``folder`` may be there.

    Raises:
        UsageProblem: The lab has none, or none of that name.
        KeyboardInterrupt: Somebody stopped it; what was finished is kept.
    """
    demands, derived = derived_of(lab)
    if not derived:
        raise UsageProblem(f"Le TP « {lab.id} » n'a pas de specimens/operators.yaml : écrivez-le d'abord.")
    wanted = named(derived, names)
    specimens = {name: one.specimen for name, one in wanted.items()}
    with temporary_folder() as temporary, Show(len(wanted)) as show:
        folder = options.pop("folder", None) or temporary
        checks = checks_of(wanted, demands)
        rows = run_matrix(sandbox, lab, specimens, folder, only=checks, progress=show, tell=show.tell, **options)
    aside.print(told(rows), highlight=False)
    if len(rows) < len(wanted):
        raise KeyboardInterrupt
    touched = {anchor for one in wanted.values() for anchor in one.demands} if names else demands.keys()
    shown = {anchor: demand for anchor, demand in demands.items() if anchor in touched}
    return fairness(lab.id, shown, wanted.values(), rows)


def tell_table(table: Fairness, lab: Lab, output: Path | None, as_json: bool) -> None:
    """Publishes a table if a file is named, then shows it, or writes it as JSON.

    Raises:
        UsageProblem: The file cannot be written.
    """
    if output is not None:
        with writable(output, "-o"):
            write_atomically(output, markdown(table, lab, date.today()).encode())
    if as_json:
        print_json(facts(table))
    else:
        _show(table)


def facts(table: Fairness) -> dict[str, object]:
    """Returns a table for programs."""
    return {
        "lab": table.lab,
        "holds": table.holds,
        "caught": table.mutants.good,
        "mutants": table.mutants.made,
        "accepted": table.ways.good,
        "ways": table.ways.made,
        "demands": [
            {
                "anchor": row.demand.anchor,
                "seance": row.demand.seance,
                "by_a_person": row.by_a_person,
                "caught": row.mutants.good,
                "mutants": row.mutants.made,
                "accepted": row.ways.good,
                "ways": row.ways.made,
            }
            for row in table.rows
        ],
        "missed": [_amiss(one) for one in table.amiss if not one.way],
        "refused": [_amiss(one) for one in table.amiss if one.way],
    }


def _amiss(one: Amiss) -> dict[str, object]:
    told = [{"check": check, "observed": observed} for check, observed in one.told]
    return {"name": one.name, "title": one.title, "demands": one.demands, "checks": told}


def _show(table: Fairness) -> None:
    """Shows a table on the screen, and under it what is amiss, with what the checks say."""
    shown = Table(title=f"Équité de {table.lab}")
    for title in ("Séance", "Demande"):
        shown.add_column(title)
    for title in ("Mutants vus", "Manières acceptées"):
        shown.add_column(title, justify="right")
    for row in table.rows:
        shown.add_row(*map(escape, _cells(row)))
    screen.print(shown)
    for one in table.amiss:
        screen.print(f"[bold]{escape(_NAMED[one.way])}[/] · {escape(_sentence(one))}", soft_wrap=True, highlight=False)
        for check, observed in one.told:
            screen.print(f"    {check} : {escape(observed)}", soft_wrap=True, highlight=False)
    screen.print(total(table), highlight=False)


def markdown(table: Fairness, lab: Lab, day: date) -> str:
    """Writes a table as a page of ``docs/``."""
    pack = hashlib.sha256(pack_of(lab)).hexdigest()[:12]
    lines = [
        f"# Équité du TP « {lab.manifest.title} »",
        f"Fait le {day:%d/%m/%Y} par `etabli lab test {lab.id} --tableau`, sur les points d'empreinte `{pack}`.",
        "Un **mutant** est un rendu juste où une seule chose ne va plus : un point de sa demande doit échouer. "
        "Une **manière** est un rendu juste fait autrement : tout doit réussir.",
        total(table),
    ]
    titles = ["| Séance | Demande | Mutants vus | Manières acceptées |", "|---|---|---|---|"]
    rows = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in _cells(row))} |" for row in table.rows]
    parts = ["\n\n".join(lines), "\n".join([*titles, *rows])]
    for way, title in _NAMED.items():
        found = [f"- {_sentence(one)}" for one in table.amiss if one.way is way]
        parts += ["\n\n".join([f"## {title}", "\n".join(found)])] if found else []
    return "\n\n".join(parts) + "\n"


def _cells(row: DemandRow) -> tuple[str, str, str, str]:
    demand = f"{row.demand.label} ({row.demand.anchor})"
    mutants = _BY_A_PERSON if row.by_a_person else str(row.mutants)
    return row.demand.seance.removeprefix("seance-"), demand, mutants, str(row.ways)


def total(table: Fairness) -> str:
    """Says how many in all, and how many are needed."""
    return (
        f"En tout, {table.mutants} mutants sont vus (il en faut {CAUGHT * 100:.0f} %) "
        f"et {table.ways} manières sont acceptées (il en faut {ACCEPTED * 100:.0f} %)."
    )


def _sentence(one: Amiss) -> str:
    """Names what is amiss, with the checks that did not pass."""
    checks = some([check for check, _ in one.told])
    told = f"refusée par {checks}" if one.way else f"échoue ailleurs : {checks}"
    return f"{one.name} ({', '.join(one.demands)}) : {one.title}" + (f" ({told})." if checks else ".")
