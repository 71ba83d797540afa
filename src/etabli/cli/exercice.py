"""``etabli exercice``: an invented class to practise on, in the files that a teacher starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.demo.exercise import DOWNLOAD, LISTING, WORKSHEET, class_size, make_exercise, places
from etabli.cli.screen import escape, guarded, screen
from etabli.lab.manifest import lab_ids, load_lab
from etabli.system.disk import unwritable

_CLASS = "SNO"
_WRITTEN = (
    (LISTING, "la liste de la classe, comme PRONOTE l'écrit"),
    (DOWNLOAD, "« Télécharger tous les travaux remis », comme Moodle le donne"),
    (WORKSHEET, "« Télécharger le formulaire d'évaluation », comme Moodle le donne"),
)


@guarded
def exercice(
    wanted: Annotated[
        str | None,
        typer.Option("--tp", help="Identifiant du TP (par défaut : celui dont la classe est la plus grande)."),
    ] = None,
    learners: Annotated[int, typer.Option("--eleves", min=1, help="Nombre d'élèves de la classe.")] = 8,
    out: Annotated[Path, typer.Option("-o", "--sortie", help="Dossier où écrire les fichiers.")] = Path("exercice"),
) -> None:
    """Invente une classe pour s'exercer : sa liste, ses rendus et un formulaire, comme Moodle les donne.

    Exemple : [bold]etabli exercice --eleves 6[/]
    """
    lab = load_lab(wanted) if wanted else max(map(load_lab, lab_ids()), key=class_size)
    everyone = places(lab, _CLASS, learners)
    try:
        make_exercise(lab, out, everyone)
    except OSError as error:
        raise unwritable(out, error, "choisissez un autre dossier avec « -o »") from error
    screen.print(f"Exercice pour le TP « {lab.id} », classe {_CLASS} :")
    for name, what in _WRITTEN:
        screen.print(f"  {escape(str(out / name))} : {what}", highlight=False, soft_wrap=True)
