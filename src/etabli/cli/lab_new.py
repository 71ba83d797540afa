"""``etabli lab new``: a small lab, whole, to make one's own of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.screen import guarded, say
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.libraries import VARIABLE, libraries
from etabli.lab.model import start_lab, start_on


@guarded
def new(
    lab: Annotated[str, typer.Argument(help="Identifiant du nouveau TP.")],
    library: Annotated[
        Path | None,
        typer.Option(
            "--dans",
            metavar="DOSSIER",
            help="Dossier où écrire « labs/ID » et « graders/ID » (par défaut : le premier que nomme ETABLI_LABS).",
        ),
    ] = None,
    document: Annotated[
        Path | None,
        typer.Option(
            "--document",
            metavar="FICHIER",
            help="Votre texte anglais (.md, .txt, .html, .docx, .odt, .pdf) : « fiche-anglais » sur lui, sans rejeu.",
        ),
    ] = None,
) -> None:
    """Écrit un petit TP entier, qui réussit tout de suite ses propres rendus témoins : il ne reste qu'à le transformer.

    Guide pas à pas : docs/tutoriels/auteur.md.

    Exemples :

    [bold]export ETABLI_LABS="$HOME/mes-tp"[/]

    [bold]etabli lab new sauvegardes[/]

    [bold]etabli lab new sauvegardes --dans mes-tp[/]

    [bold]etabli lab new e3b-2027 --document notice.pdf[/]  (l'épreuve sur votre document : rien n'est rejoué)
    """
    known = libraries()
    if library is None and len(known) == 1:
        raise UsageProblem(
            f'Où écrire ce TP ? Nommez un dossier dans {VARIABLE} (par exemple : export {VARIABLE}="$HOME/mes-tp"), ou '
            "donnez-le avec « --dans »."
        )
    where = (library or known[1]).absolute()
    made, text = start_on(document, lab, where) if document else (start_lab(lab, where), None)
    say(f"{made.folder} : ce que voient les élèves (lab.yaml, feuille, aides, point de départ)")
    kept = "données, points de vérification" + ("" if text else ", rendus témoins")
    say(f"{made.grader} : ce qu'ils ne voient jamais ({kept})")
    if made.library.resolve() not in [one.resolve() for one in known]:
        say(f'Pour qu\'Établi le trouve : export {VARIABLE}="{made.library}"')
    if text is None:
        say(f"Pour le vérifier : etabli lab test {made.id}")
        return
    version = f"version {text.version}" if text.version else "aucune version (les élèves n'en citeront pas)"
    say(f"Titre trouvé : « {text.title} » ; {version}.")
    place = made.grader / "document.md"
    say(f"Pour les changer, ou corriger le texte : {place}, dont ce sont les deux premières lignes.")
    say("Rien n'est rejoué : la langue, le glossaire, les nombres et la structure de la fiche sont vérifiés.")
    say("Une personne regarde le reste, dont les commandes et le sens des mots : " + f"etabli apprecier {made.id}")
    say(f"Pour voir sa feuille : etabli sujet {made.id} --candidat sno-07")
    say(f"Pour prendre un autre document : supprimez « {made.folder} » et « {made.grader} », puis recommencez.")
