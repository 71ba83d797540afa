"""``etabli imprimer``: the papers of a session, one by one or one candidate's whole set."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.commission import Files, Name, Root
from etabli.cli.labs import AsJson
from etabli.cli.screen import guarded, print_json, save, say
from etabli.commission import kept, text_form
from etabli.commission.forms import filled, read_form
from etabli.commission.kept import USUAL, Board
from etabli.commission.model import Candidate
from etabli.commission.papers import PAPERS, Press
from etabli.commission.printing import Wrote, print_one, print_set
from etabli.commission.sheet_form import computes
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted, listed
from etabli.lab.parcours import wanted_weeks
from etabli.recueil.kept import USUAL as RECUEILS
from etabli.seal.short import printable
from etabli.system.settings import secret


@guarded
def imprimer(
    session: Name,
    document: Annotated[str | None, typer.Option("--document", help=f"{', '.join(PAPERS)}.")] = None,
    who: Annotated[
        str | None, typer.Option("--candidat", help="Un seul candidat (sans elle : toute la session).")
    ] = None,
    liasse: Annotated[
        bool, typer.Option("--liasse", help="Tous les documents d'un candidat, dans un dossier.")
    ] = False,
    out: Annotated[Path | None, typer.Option("-o", "--sortie", help="PDF à écrire, ou dossier de la liasse.")] = None,
    scelle: Annotated[
        Path | None,
        typer.Option("--scelle", help="L'archive scellée dont le bordereau montre la racine et le QR code."),
    ] = None,
    modele: Annotated[
        Path | None,
        typer.Option("--modele", help="La grille du centre (.xlsx, .docx), à remplir à la place de la nôtre."),
    ] = None,
    correspondance: Annotated[
        Path | None, typer.Option("--correspondance", help="Avec « --modele » : quelle cellule reçoit quoi (.yaml).")
    ] = None,
    root: Root = USUAL,
    recueils: Files = RECUEILS,
    as_json: AsJson = False,
) -> None:
    """Imprime les documents d'une session : PDF balisés, A4, en noir et blanc, avec les cadres de signature.

    La liasse sépare ce qui est pour le candidat (ni note, ni proposition automatique) de ce qui est pour la commission.
    Les PDF sont faits dans un conteneur sans réseau.

    Exemples :

    [bold]etabli imprimer e2-2027 --liasse --candidat SNO-07 -o liasse-SNO-07[/]

    [bold]etabli imprimer e2-2027 --document emargement -o emargement.pdf[/]

    [bold]etabli imprimer e2-2027 --document pv -o proces-verbal.pdf[/]

    [bold]etabli imprimer e2-2027 --document grille --candidat SNO-07 --modele G.xlsx --correspondance cases.yaml[/]

    Codes de sortie : 0 ; 2 commande incorrecte, ou rien à imprimer ; 3 cette machine ne peut pas imprimer.
    """
    if liasse == (document is not None):
        raise UsageProblem(f"Donnez « --liasse », ou « --document » avec l'un de ceux-ci : {listed(PAPERS)}.")
    if liasse and who is None:
        raise UsageProblem("La liasse est celle d'un candidat : ajoutez « --candidat ».")
    board = kept.read(root, session)
    candidate = board.candidate(who) if who is not None else None
    seal = printable(scelle) if scelle is not None else None
    press = Press(board, recueils, datetime.now().astimezone().date(), wanted_weeks(), seal)
    if modele is not None or correspondance is not None:
        wrote = _form(board, candidate, document, modele, correspondance, out)
    elif candidate is not None and liasse:
        wrote = print_set(press, candidate, out or Path(f"liasse-{candidate.candidat}"), secret())
    else:
        path = out or Path(f"{document}-{candidate.candidat if candidate else session}.pdf")
        wrote = {path: print_one(press, document or "", candidate, path)}
    if as_json:
        print_json(
            {"session": session, "written": [{"path": str(one), "pages": pages} for one, pages in wrote.items()]}
        )
        return
    for one, pages in wrote.items():
        told = f" ({counted(pages, 'page')})" if pages else ""
        say(f"{one}{told}")
    if liasse and candidate is not None and candidate.statut not in board.session.convoque:
        say(
            f"Pas de convocation : ce centre ne convoque pas pour le statut « {candidate.statut} » (« convoque » "
            f"dans « {board.folder / kept.FILE} »)."
        )
    if modele is not None and modele.suffix.lower() == ".xlsx" and computes(modele.read_bytes()):
        say(
            "Ce formulaire a des formules : ouvrez-le dans le tableur et faites recalculer (Ctrl+Maj+F9) avant de lire."
        )


def _form(
    board: Board,
    candidate: Candidate | None,
    document: str | None,
    form: Path | None,
    mapping: Path | None,
    out: Path | None,
) -> Wrote:
    """Fills the centre's own form; without a mapping, says how the cells of a document are called."""
    if form is not None and mapping is None and form.suffix.lower() == ".docx":
        for place, text in text_form.places(form.name, read_form(form)):
            say(f"{place}  {text or '(vide)'}")
        return {}
    if form is None or mapping is None or candidate is None or document != "grille":
        raise UsageProblem(
            "La grille du centre se remplit avec « --document grille », « --candidat », « --modele » et "
            "« --correspondance » : donnez les quatre."
        )
    path = out or Path(f"grille-{candidate.candidat}{form.suffix.lower()}")
    if path.exists():
        raise UsageProblem(f"« {path} » existe déjà et n'est pas remplacé : donnez un autre nom avec « -o ».")
    save(path, filled(board, candidate, form, mapping, datetime.now().astimezone().date()))
    return {path: None}
