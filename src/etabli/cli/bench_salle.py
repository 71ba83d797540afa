"""``etabli bench salle``: what a room bears, a class of a size after the other."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.table import Table

from etabli.classroom.state import Classroom, connect
from etabli.cli.screen import Exit, aside, print_json, screen
from etabli.exam.contract.french import count
from etabli.server.load import SEEN, Load, Measure, percentile
from etabli.server.passing import passing_room
from etabli.server.services import Room

SALLE = "salle"
_SHOWN = {
    "ouvrir": "Ouvrir l'espace",
    "enregistrer": "Enregistrer un fichier",
    "site": "Voir la page changée",
    "premier constat": "Premier constat",
    "verifier": "Vérification entière",
    "deposer": "Déposer",
}
"""What is measured, as it is shown."""
_FAILURES = 5


def bench_room(
    sizes: Sequence[int],
    minutes: float,
    lab: str,
    folder: Path | None,
    *,
    screens: int,
    kills: bool,
    ahead: bool,
    as_json: bool,
) -> Exit:
    """Measures a room and shows it; returns the exit code: nothing that was acknowledged may be lost.

    Args:
        sizes: Learners of each class, one class after the other.
        minutes: How long each edits.
        lab: The lab that is opened.
        folder: A room that is open; a new one, removed at the end, without it.
        screens: Learners of each class who sit before a real browser.
        kills: Kill a service now and then.
        ahead: Make the class's workspaces ready before its hour.
        as_json: Print data.
    """
    with _room(folder) as room:
        state = Classroom(connect(room.database), room.place, room.settings.hosts, room.settings.zone)
        authority = [] if room.settings.certificat else [room.authority.root, room.authority.intermediate]
        loads = []
        for size in sizes:
            aside.print(f"{count(size, '{n} élève', '{n} élèves')} :")
            root = authority[0] if authority else None
            measure = Measure(state, root, room.project, lab, ahead=ahead, trusted=authority)
            load = measure.run(
                size,
                minutes,
                screens=min(screens, size),
                kills=kills,
                tell=lambda step: aside.print(f"  {step}"),
            )
            loads.append(load)
            room.remove_workspaces() if folder is None else room.stop_workspaces()
    if as_json:
        print_json([_facts(load) for load in loads])
    else:
        _show(loads)
    for load in loads:
        for line in (*load.lost, *load.failed[:_FAILURES]):
            aside.print(line)
    return Exit.REVIEW if any(load.lost for load in loads) else Exit.OK


@contextmanager
def _room(folder: Path | None) -> Iterator[Room]:
    """Gives a room that is open: the one of the folder, or one for the occasion."""
    if folder is not None:
        yield Room.at(folder)
        return
    with passing_room("salle.banc.internal") as room:
        yield room


def _facts(load: Load) -> dict[str, Any]:
    times = {
        what: {
            "n": len(found),
            "p50_s": round(statistics.median(found), 2),
            "p90_s": round(percentile(found, 0.9), 2),
            "max_s": round(max(found), 2),
        }
        for what, found in load.times.items()
    }
    return {
        "learners": load.learners,
        "times": times,
        "peak_mb": round(load.peak_mb),
        "cpu_s": round(load.cpu_s, 1),
        "wall_s": round(load.wall_s, 1),
        "kills": load.kills,
        "lost": load.lost,
        "failed": load.failed,
    }


def _show(loads: Sequence[Load]) -> None:
    table = Table(title="Une classe dans la salle : médiane / p90")
    table.add_column("")
    for load in loads:
        table.add_column(count(load.learners, "{n} élève", "{n} élèves"), justify="right")
    for what, title in _SHOWN.items():
        table.add_row(f"{title} (s)", *(_cell(load.times.get(what, ())) for load in loads))
    for what, title in _SHOWN.items():
        if any(f"{what}{SEEN}" in load.times for load in loads):
            table.add_row(f"{title}{SEEN} (s)", *(_cell(load.times.get(f"{what}{SEEN}", ())) for load in loads))
    table.add_section()
    table.add_row("Mémoire, tous les conteneurs (Mo)", *(f"{load.peak_mb:.0f}" for load in loads))
    table.add_row("Processeur, toute la machine (s)", *(f"{load.cpu_s:.0f}" for load in loads))
    table.add_row("Services tués", *(str(load.kills) for load in loads))
    table.add_row("Perdus ou faits deux fois", *(str(len(load.lost)) for load in loads))
    screen.print(table)


def _cell(found: Sequence[float]) -> str:
    if not found:
        return "—"
    return f"{statistics.median(found):.2f} / {percentile(found, 0.9):.2f}".replace(".", ",")
