"""What ``make demo`` runs: the bundled class of each lab, graded for real, from Moodle's zip to Moodle's worksheet.

::

    python -m etabli.cli.demo [--tp TP]

One class, ``DEMO``, hands in over all labs; what it did over the year is left beside (« etabli annee »).
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from etabli.cli.demo.dossier import make_recueil
from etabli.cli.demo.exercise import (
    ABSENT,
    DEADLINE,
    DOWNLOAD,
    WORKSHEET,
    Seated,
    class_size,
    make_exercise,
    people_of,
    places,
)
from etabli.cli.demo.liasse import make_set
from etabli.cli.demo.sealed import ARCHIVE, make_sealed
from etabli.cli.export import fill
from etabli.cli.grade import grade_paths
from etabli.cli.screen import Exit, aside, exit_code, say, screen
from etabli.exam.contract.errors import EtabliError
from etabli.exam.contract.french import counted
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.lab.parcours import wanted_weeks
from etabli.reception.collecting import Whom
from etabli.reception.hand_in import read_hand_ins
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.recueil.kept import PAGE, PAPER
from etabli.referentiel.kept import in_force
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.system.settings import repository
from etabli.year.gathering import follow, learners_of, outputs_in, titles
from etabli.year.group import group_of
from etabli.year.life import lives_of
from etabli.year.writing import write_class

CLASS = "DEMO"
"""The invented class, and what its aliases begin with."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Grades the bundled classes; returns 0 when everything was written."""
    wanted = _parser().parse_args(arguments)
    every = [load_lab(lab) for lab in lab_ids()]
    labs = [lab for lab in every if wanted.lab in (None, lab.id)]
    try:
        people = people_of(max(every, key=class_size))
        code = max(_demo(lab, people) for lab in labs)
        if code == Exit.OK and wanted.lab is None:
            _show_recueil(labs)
            _show_year()
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


def _demo(lab: Lab, people: Sequence[Person]) -> int:
    root = _short(repository() / "resultats" / "demo")
    everyone = places(lab, CLASS, people=people)
    moodle, out = root / "moodle" / lab.id, root / lab.id
    _forget_older_demo(root, out, CLASS)
    make_exercise(lab, moodle, everyone)
    _enrol(everyone, lab)
    screen.print(f"Classe de démonstration : {moodle / DOWNLOAD}", soft_wrap=True)
    whom = Whom(CLASS, DEADLINE.astimezone(), worksheet=read_worksheet(moodle / WORKSHEET))
    code = grade_paths(lab, [moodle / DOWNLOAD], out, fresh=True, whom=whom)
    if code in (Exit.MACHINE, Exit.INTERRUPTED):
        return code
    filled = fill(out, moodle / WORKSHEET, None, moodle / "retours.zip")
    screen.print(f"Pour Moodle : {filled.target} et {filled.returns}", soft_wrap=True)
    return Exit.OK


def _show_recueil(labs: Sequence[Lab]) -> None:
    """Leaves the recueil of one candidate over all labs, sealed, and a copy that is refused."""
    screen.print("Un candidat sur tous les TP, pour son recueil de traces :")
    root = _short(repository() / "resultats" / "demo")
    kept, built = make_recueil(labs, root)
    told = f"{counted(len(built.contents.traces), 'trace')}, {counted(built.pages or 0, 'page')}"
    screen.print(f"Recueil ({told}) : {built.folder / PAGE} et {built.folder / PAPER}", soft_wrap=True)
    for sentence in make_sealed(kept.folder, built.folder, root / "scelle"):
        say(sentence)
    folder, wrote = make_set(root, kept.recueil.candidat, root / "scelle" / ARCHIVE)
    told = f"{counted(len(wrote), 'document')}, {counted(sum(pages or 0 for pages in wrote.values()), 'page')}"
    screen.print(f"Liasse pour la commission ({told}) : {folder}", soft_wrap=True)


def _show_year() -> None:
    """Leaves the pages of the year: of the class over all labs, and of the candidate who has a recueil."""
    root = _short(repository() / "resultats" / "demo")
    force, known, files = in_force().referentiel, titles(), root / "recueils"
    outputs = outputs_in([*(root / lab for lab in known), root / "candidat"])
    found = [follow(alias, outputs, files, known) for alias in learners_of(outputs, files, None)]
    view = group_of("Classe de démonstration", found, lives_of(found, force, known, wanted_weeks()), force, known)
    write_class(root / "annee", view, date.today())
    screen.print(f"L'année : {root / 'annee' / 'index.html'}", soft_wrap=True)


def _forget_older_demo(root: Path, out: Path, class_name: str) -> None:
    """Clears what the demonstration wrote about learners of no class, or of another: they would stand beside these."""
    hand_ins = read_hand_ins(out) if out.is_dir() else None
    if out.is_dir() and (hand_ins is None or hand_ins.class_name != class_name):
        shutil.rmtree(out)
        shutil.rmtree(root / "rendus", ignore_errors=True)


def _enrol(everyone: Sequence[Seated], lab: Lab) -> None:
    """Puts the invented learners in the table of names, as a class of its own."""
    roster = new_roster(CLASS, CLASS)
    known = roster.learners(active_only=False)
    people = [place.person for place in everyone]
    present = {learner.alias: person for learner, person in zip(known, people, strict=False)}
    roster.update(present=present, added=people[len(known) :])
    if len(everyone) >= ABSENT:
        roster.excuse(f"{CLASS}-{ABSENT:02}", lab.id)


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


if __name__ == "__main__":
    sys.exit(main())
