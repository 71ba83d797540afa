"""What ``make demo`` runs: the bundled class of each lab, graded for real, from Moodle's zip to Moodle's worksheet.

::

    python -m etabli.cli.demo [--tp TP]

Each lab has a class of its own, ``DEMO`` and the lab's identifier.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from etabli.cli.demo.dossier import make_recueil
from etabli.cli.demo.exercise import ABSENT, DEADLINE, DOWNLOAD, WORKSHEET, Seated, make_exercise, places
from etabli.cli.export import fill
from etabli.cli.grade import grade_paths
from etabli.cli.screen import Exit, aside, exit_code, screen
from etabli.exam.contract.errors import EtabliError
from etabli.exam.contract.french import counted
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.reception.collecting import Whom
from etabli.reception.hand_in import read_hand_ins
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.recueil.kept import PAGE, PAPER
from etabli.roster.roster import new_roster
from etabli.system.settings import repository

CLASS = "DEMO"
"""What the names of the classes and of their aliases begin with."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Grades the bundled classes; returns 0 when everything was written."""
    wanted = _parser().parse_args(arguments)
    labs = [load_lab(lab) for lab in ([wanted.lab] if wanted.lab else lab_ids())]
    try:
        code = max(_demo(lab) for lab in labs)
        if code == Exit.OK and wanted.lab is None:
            _show_recueil(labs)
        return code
    except EtabliError as error:
        aside.print(f"✗ {error}", markup=False, soft_wrap=True)
        return int(exit_code(error))
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etabli.cli.demo", description="Vérifie les classes fournies.")
    parser.add_argument("--tp", dest="lab", metavar="TP", choices=lab_ids(), help="un seul TP")
    return parser


def _demo(lab: Lab) -> int:
    root = _short(repository() / "resultats" / "demo")
    everyone = places(lab, prefix_of(lab))
    moodle, out = root / "moodle" / lab.id, root / lab.id
    _forget_older_demo(root, out, class_of(lab))
    make_exercise(lab, moodle, everyone)
    _enrol(everyone, lab)
    screen.print(f"Classe de démonstration : {moodle / DOWNLOAD}", soft_wrap=True)
    whom = Whom(class_of(lab), DEADLINE.astimezone(), worksheet=read_worksheet(moodle / WORKSHEET))
    code = grade_paths(lab, [moodle / DOWNLOAD], out, fresh=True, whom=whom)
    if code in (Exit.MACHINE, Exit.INTERRUPTED):
        return code
    filled = fill(out, moodle / WORKSHEET, None, moodle / "retours.zip")
    screen.print(f"Pour Moodle : {filled.target} et {filled.returns}", soft_wrap=True)
    return Exit.OK


def _show_recueil(labs: Sequence[Lab]) -> None:
    """Leaves the recueil of one candidate over all labs."""
    screen.print("Un candidat sur tous les TP, pour son recueil de traces :")
    built = make_recueil(labs, _short(repository() / "resultats" / "demo"))
    told = f"{counted(len(built.contents.traces), 'trace')}, {counted(built.pages or 0, 'page')}"
    screen.print(f"Recueil ({told}) : {built.folder / PAGE} et {built.folder / PAPER}", soft_wrap=True)


def class_of(lab: Lab) -> str:
    """Returns the name of a lab's invented class."""
    return f"{CLASS} {lab.id}"


def prefix_of(lab: Lab) -> str:
    """Returns what the aliases of a lab's invented class begin with: ``DEMO-PD`` for ``page-dynamique``."""
    return f"{CLASS}-{''.join(word[:1] for word in lab.id.split('-'))}".upper()


def _forget_older_demo(root: Path, out: Path, class_name: str) -> None:
    """Clears what the demonstration wrote about learners of no class, or of another: they would stand beside these."""
    hand_ins = read_hand_ins(out) if out.is_dir() else None
    if out.is_dir() and (hand_ins is None or hand_ins.class_name != class_name):
        shutil.rmtree(out)
        shutil.rmtree(root / "rendus", ignore_errors=True)


def _enrol(everyone: Sequence[Seated], lab: Lab) -> None:
    """Puts the invented learners in the table of names, as a class of its own."""
    roster = new_roster(class_of(lab), prefix_of(lab))
    known = roster.learners(active_only=False)
    people = [place.person for place in everyone]
    present = {learner.alias: person for learner, person in zip(known, people, strict=False)}
    roster.update(present=present, added=people[len(known) :])
    if len(everyone) >= ABSENT:
        roster.excuse(f"{prefix_of(lab)}-{ABSENT:02}", lab.id)


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


if __name__ == "__main__":
    sys.exit(main())
