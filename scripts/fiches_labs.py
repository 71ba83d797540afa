"""Writes ``docs/labs.md``: what each lab asks, grades, costs and is worth, a line each.

::

    python scripts/fiches_labs.py                        from the labs, the fairness tables and what was measured
    python scripts/fiches_labs.py --mesurer              measures all labs first: a quiet machine, some ten minutes
    python scripts/fiches_labs.py --mesurer hameconnage  measures this one again

What was measured is kept in ``docs/labs.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from lignes import SIGNS, other_lines, python_lines

from etabli.grading.reached import KIT, reached
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.runs.evidence import write_atomically
from etabli.system.temporary import temporary_folder

ROOT = Path(__file__).resolve().parents[1]
PAGE, MEASURED, TABLES = ROOT / "docs" / "labs.md", ROOT / "docs" / "labs.json", ROOT / "docs" / "equite"
ETABLI = [sys.executable, "-m", "etabli.cli.main"]
EXAMS = "10"
INTRO = """# Les TP

Une ligne par TP ; « [équité](equite/) » dit ce que chaque demande voit et accepte. Fait par
`python scripts/fiches_labs.py`.
"""
NOTES = """
- **Séances** : de deux heures au plus ; **heures** : celles qu'annoncent les paliers.
- **Points regardés** : par un programme ; **par une personne** : les critères que la fiche annonce comme tels.
- **Équité** : mutants vus et manières acceptées, sur tous ceux qui ont été fabriqués.
- **Processeur** : secondes pour une vérification, tous conteneurs comptés (`etabli bench`, médiane de {exams} rendus
  justes). **Espace** : mémoire de ce que `etabli start` met en marche, et secondes jusqu'à ce qu'il soit prêt.
- **Lignes** : de code et de réglages de `labs/` et `graders/`, points et témoins compris, sans les blancs, les
  commentaires ni les docstrings ; puis celles des modules du kit qu'il emploie.
- Mesuré le {when}, sur {machine}.
"""


def lines_of(paths: list[Path]) -> int:
    """Counts the lines of code and settings of files."""
    total = 0
    for path in paths:
        if path.suffix == ".py":
            total += python_lines(path.read_text("utf-8"))
        elif path.suffix in SIGNS:
            total += other_lines(path.read_text("utf-8", "replace"), SIGNS[path.suffix])
    return total


def price(lab: Lab) -> tuple[int, int]:
    """Returns the lines of a lab, and those of the kit that it employs."""
    own = [path for folder in (lab.folder, lab.grader) for path in folder.rglob("*") if path.is_file()]
    kit = [path for path in reached([path for path in own if path.suffix == ".py"]) if path.parent == KIT]
    return lines_of(own), lines_of(kit)


def fairness(lab: Lab) -> str:
    """Returns mutants seen and ways accepted, as the published table has them."""
    table = TABLES / f"{lab.id}.md"
    found = (
        re.search(r"En tout, (\S+) mutants .*? et (\S+) manières", table.read_text("utf-8")) if table.exists() else None
    )
    return f"{found[1]} ; {found[2]}" if found else "—"


def measure(lab: Lab) -> dict[str, Any]:
    """Grades right specimens and starts a workspace; returns what these took."""
    bench = json.loads(said("bench", lab.id, "--rendus", EXAMS, "--json"))
    with temporary_folder() as folder:
        place, begun = folder / "mesure", time.monotonic()
        said("start", lab.id, "--candidat", "mesure", "--dossier", place, "--json")
        seconds = time.monotonic() - begun
        try:
            memory = memory_of(json.loads((place / ".etabli" / "workspace.json").read_text("utf-8"))["project"])
        finally:
            said("stop", place, "--effacer", "--oui")
    return {"cpu_s": bench["cpu_s_containers"]["median"], "start_s": round(seconds, 1), "memory_mb": memory}


def said(*words: object) -> str:
    """Runs a command of ours and returns what it prints."""
    argv = [*ETABLI, *map(str, words)]
    return subprocess.run(argv, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def memory_of(project: str) -> int:
    """Returns the megabytes that the containers of a workspace hold."""
    listed = ["docker", "ps", "--quiet", "--filter", f"label=com.docker.compose.project={project}"]
    names = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()
    stats = ["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", *names]
    used = subprocess.run(stats, check=True, capture_output=True, text=True).stdout if names else ""
    units = {"KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}
    return round(sum(float(size) * units[unit] for size, unit in re.findall(r"^([\d.]+)(\w+)", used, re.MULTILINE)))


def french(number: float) -> str:
    """Writes a number as French does."""
    return f"{number:,}".replace(",", "\u202f").replace(".", ",")


def row(lab: Lab, measured: dict[str, Any]) -> list[str]:
    """Returns the cells of a lab's line."""
    manifest, specs = lab.manifest, lab.checks().specs
    own, kit = price(lab)
    hours = sum(text.hours for text in manifest.paliers.values())
    tools = "<br>".join(tool.rstrip(".") for tool in manifest.tools)
    return [
        f"[{manifest.title}](../labs/{lab.id}/) (`{lab.id}`)",
        ", ".join(manifest.competences),
        f"{len(manifest.seances)} ; {french(hours).removesuffix(',0')} h",
        tools,
        f"{len(specs)}, {sum(spec.points for spec in specs)} pts",
        str(len(manifest.humain)),
        fairness(lab),
        f"{french(measured['cpu_s'])} s" if measured else "—",
        f"{french(measured['memory_mb'])} Mo ; {french(measured['start_s'])} s" if measured else "—",
        f"{french(own)} + {french(kit)}" if kit else french(own),
    ]


COLUMNS = (
    *("TP", "Compétences", "Séances ; heures", "Outils", "Points regardés", "Par une personne"),
    *("Équité", "Processeur", "Espace", "Lignes"),
)


def page(kept: dict[str, Any]) -> str:
    """Makes the page from the labs as they are, and from what was measured."""
    labs = kept.get("labs", {})
    rows = [[*COLUMNS], ["---"] * len(COLUMNS), *(row(load_lab(lab), labs.get(lab, {})) for lab in lab_ids())]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    notes = NOTES.format(exams=EXAMS, when=kept.get("when", "—"), machine=kept.get("machine", "—"))
    return f"{INTRO}\n{table}\n{notes}"


def main() -> int:
    """Measures what is asked and writes the page."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mesurer", nargs="*", metavar="TP", help="mesure d'abord ces TP (tous, sans nom)")
    asked = words.parse_args().mesurer
    kept: dict[str, Any] = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {"labs": {}}
    for lab in (asked or lab_ids()) if asked is not None else ():
        kept["labs"][lab] = measure(load_lab(lab))
        kept |= {"when": time.strftime("%d/%m/%Y"), "machine": machine()}
        write_atomically(MEASURED, f"{json.dumps(kept, indent=1, ensure_ascii=False)}\n".encode())
    write_atomically(PAGE, page(kept).encode())
    print(f"{PAGE.relative_to(ROOT)} est écrit.")
    return 0


def machine() -> str:
    """Says which machine measures."""
    facts = Path("/proc/cpuinfo").read_text("utf-8")
    model = re.search(r"model name\s*:\s*(.+)", facts)
    return f"{os.cpu_count()} cœurs ({model[1].strip() if model else 'inconnus'})"


if __name__ == "__main__":
    sys.exit(main())
