"""The demonstration that ``make demo`` runs: the bundled class of a lab, graded for real.

::

    python -m etabli.demo [--lab page-dynamique]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from etabli.cli.grade import grade_paths
from etabli.cli.screen import Exit, aside, exit_code, screen
from etabli.errors import EtabliError
from etabli.i18n import _
from etabli.lab import Lab, lab_ids, load_lab
from etabli.matrix import render_specimens
from etabli.settings import repository, secret
from etabli.specimens import load_class, load_specimens
from etabli.variant import TRAINING

_ZIPPED_EVERY = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Grades the bundled classes; returns 0 when every report was written."""
    parser = argparse.ArgumentParser(prog="python -m etabli.demo", description=_("Vérifie les classes fournies."))
    parser.add_argument("--lab", choices=lab_ids(), help=_("un seul TP"))
    wanted = parser.parse_args(arguments).lab
    try:
        return max(_demo(load_lab(lab)) for lab in ([wanted] if wanted else lab_ids()))
    except EtabliError as error:
        aside.print(f"✗ {error}", markup=False, soft_wrap=True)
        return int(exit_code(error))
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)


def _demo(lab: Lab) -> int:
    root = repository() / "resultats" / "demo"
    handed_in = root / "rendus" / lab.id
    _render_class(lab, handed_in)
    screen.print(_("Classe de démonstration : {path}").format(path=_short(handed_in)), soft_wrap=True)
    out = root / lab.id
    code = grade_paths(lab, [handed_in], _short(out), fresh=True)
    return code if code in (Exit.MACHINE, Exit.INTERRUPTED) else Exit.OK


def _render_class(lab: Lab, target: Path) -> None:
    specimens = load_specimens(lab)
    members = load_class(lab, specimens)
    shutil.rmtree(target, ignore_errors=True)
    render_specimens(lab, {name: specimens[kind] for name, kind in members.items()}, secret(), TRAINING, target)
    for name in sorted(members)[::_ZIPPED_EVERY]:
        shutil.make_archive(str(target / name), "zip", target, name)
        shutil.rmtree(target / name)


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


if __name__ == "__main__":
    sys.exit(main())
