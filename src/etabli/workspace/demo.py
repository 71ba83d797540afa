"""The demonstration: ``labs/<id>/demo``, a generated workspace that ``docker compose up`` alone can start.

It is made with a public secret, so that it is the same on every machine and gives nothing away::

    python -m etabli.workspace.demo     makes it again, for every lab that has one (« make espace-demo »)
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.lab.sujet import make_sujet
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import Seat
from etabli.workspace.files import write_files
from etabli.workspace.workspace import needs_of

CANDIDATE = "demo"
FOLDER = "demo"
SECRET = hashlib.sha256("espace de démonstration".encode()).digest()
"""Public on purpose: nobody is graded with it."""

_README = """Espace de démonstration : {title}

Ouvrez d'abord enonce.html dans un navigateur, puis :

  http://127.0.0.1:8080   le site, dont les fichiers sont dans rendu/
  http://127.0.0.1:8081   sa base (utilisateur « eleve », mot de passe « demo »)

Modifiez rendu/ avec votre éditeur, enregistrez, rechargez la page : le changement est là.

Pour arrêter : « docker compose down » ; vos fichiers et la base sont gardés.
Pour tout reprendre au début : « docker compose down -v », puis effacez ce dossier.

Les commandes de l'énoncé demandent « make setup », puis un espace de travail à votre nom :

  etabli start {lab} --candidat VOTRE-IDENTIFIANT
"""


def make_demo(lab: Lab, folder: Path) -> None:
    """Makes the demonstration workspace of a lab, in the way of working that the lab puts first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    starter = next(iter(needs_of(lab).starters.values()))
    sujet = make_sujet(Seat(lab, CANDIDATE), SECRET, surroundings=Surroundings.COMMANDS)
    write_files(folder, sujet, starter, readme=_README.format(title=lab.manifest.title, lab=lab.id))


def labs_with_demo() -> list[Lab]:
    """Returns the labs whose folder holds a demonstration, sorted."""
    return [lab for lab in map(load_lab, lab_ids()) if (lab.folder / FOLDER).is_dir()]


def main() -> int:
    """Makes all demonstrations again."""
    for lab in labs_with_demo():
        make_demo(lab, lab.folder / FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
