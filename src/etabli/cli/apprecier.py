"""``etabli apprecier``: what only a person can look at, for a whole class: said one by one, or in a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.appreciation.grid import Cell, Grid, grid_of
from etabli.appreciation.kept import BANK, FILE, Means, Place, folder_of
from etabli.appreciation.model import LONGEST, Appreciation, criteria_of, degree_of, unknown
from etabli.appreciation.workbook import Change, as_workbook, changes_of, told
from etabli.appreciation.works import where
from etabli.cli.ask import agreed
from etabli.cli.labs import AsJson
from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted, quoted
from etabli.lab.manifest import Criterion, load_lab
from etabli.referentiel.kept import in_force
from etabli.runs.evidence import write_results
from etabli.runs.store import KEPT
from etabli.sandbox.docker_reading import read_sheets
from etabli.system.disk import writable


@guarded
def apprecier(
    lab: Annotated[str, typer.Argument(metavar="TP", help="Identifiant du TP (« etabli labs »).")],
    output: Annotated[
        Path | None,
        typer.Argument(metavar="RESULTATS", help="Ce qu'a écrit « etabli grade » (par défaut : resultats/<TP>)."),
    ] = None,
    candidate: Annotated[str | None, typer.Option("--candidat", help="Un élève, comme SNO-07.")] = None,
    criterion: Annotated[str | None, typer.Option("--critere", help="Un critère, par son identifiant.")] = None,
    degree: Annotated[str | None, typer.Option("--degre", help="Degré de l'échelle : identifiant ou mots.")] = None,
    remark: Annotated[str | None, typer.Option("--remarque", help="Ce qui a été vu, en une phrase ou deux.")] = None,
    author: Annotated[str | None, typer.Option("--par", help="Qui le dit, comme on signe.")] = None,
    remove: Annotated[bool, typer.Option("--retirer", help="Retire ce qui était dit ; l'historique le garde.")] = False,
    only_left: Annotated[bool, typer.Option("--reste", help="Ne montre que ce qui reste à regarder.")] = False,
    bank: Annotated[
        Path | None, typer.Option("--banque", help="Apporte une banque de remarques (.yaml) ; elle remplace l'autre.")
    ] = None,
    written: Annotated[
        Path | None, typer.Option("--classeur", metavar="SORTIE.xlsx", help="Écrit la grille dans un classeur.")
    ] = None,
    back: Annotated[
        Path | None, typer.Option("--relire", metavar="FICHIER.xlsx", help="Relit un classeur rempli.")
    ] = None,
    yes: Annotated[bool, typer.Option("--oui", help="Avec « --relire », ne pose pas la question.")] = False,
    as_json: AsJson = False,
) -> None:
    """Apprécie ce que seule une personne peut regarder : les critères « humain » d'un TP, pour toute une classe.

    Sans option, dit quoi regarder, où est le travail, ce qui est déjà dit et ce qui reste. Ce qui est dit est dans
    appreciations.yaml, à côté des résultats ; vous pouvez y écrire. Rien n'y devient une note. La page qui va plus vite
    s'ouvre avec « etabli ouvrir », lien « Apprécier ».

    Exemples :

    [bold]etabli apprecier mots-de-passe --reste[/]

    [bold]etabli apprecier extraction-pgi --candidat SNO-07 --critere note-lue --degre satisfaisante --par "Mme Roux"[/]

    [bold]etabli apprecier mots-de-passe --classeur grille.xlsx[/]  puis  [bold]--relire grille.xlsx --par "Mme Roux"[/]

    Codes de sortie : 0 ; 2 commande, fichier ou cellule à corriger ; 3 « --relire » ne peut pas lire sur cette machine.
    """
    chosen = load_lab(lab)
    out = output or Path("resultats") / lab
    place = Place(folder_of(out), chosen, in_force().referentiel)
    grid = grid_of(out, place)
    if written is not None and back is not None:
        raise UsageProblem("« --classeur » écrit et « --relire » lit : gardez-en un.")
    if bank is not None:
        place.bring(bank)
        grid = grid_of(out, place)
    asked = _Asked(candidate, criterion, degree, remark, author, remove)
    if asked.says:
        place.say([_meant(grid, asked)], Means.COMMAND)
        grid = grid_of(out, place)
    elif back is not None:
        grid = _read_back(grid, out, back, author, said=yes, as_json=as_json)
    if written is not None:
        with writable(written, "--classeur"):
            write_results(written, as_workbook(grid))
    _show(grid, out, asked, only_left=only_left, written=written, as_json=as_json)


@dataclass(frozen=True)
class _Asked:
    """What the command line says of one criterion of one work."""

    candidate: str | None
    criterion: str | None
    degree: str | None
    remark: str | None
    author: str | None
    remove: bool

    @property
    def says(self) -> bool:
        """Whether something is to be written, and not only shown."""
        return self.degree is not None or self.remark is not None or self.remove


def _meant(grid: Grid, asked: _Asked) -> Appreciation:
    """Returns what the command line says of one criterion of one work.

    Raises:
        UsageProblem: It does not say enough, or what is not there.
    """
    if asked.candidate is None or asked.criterion is None:
        raise UsageProblem("Dites de qui et de quoi : ajoutez « --candidat » et « --critere ».")
    if not (asked.author or "").strip():
        raise UsageProblem("Dites qui apprécie : ajoutez « --par », comme on signe.")
    cell = _cell(grid, asked.candidate, asked.criterion)
    if cell.work.digest is None:
        raise UsageProblem(f"« {cell.work.candidate} » n'a rien à regarder : {cell.work.why_not}.")
    former, titles = cell.said, grid.degrees
    degree = former.degre if former else None
    if asked.degree is not None and (degree := degree_of(asked.degree, titles)) is None:
        raise UsageProblem(f"« {asked.degree} » n'est pas un degré de l'échelle : il y a {quoted(titles)}.")
    remark = asked.remark if asked.remark is not None else former.remarque if former else ""
    if len(remark.strip()) > LONGEST:
        raise UsageProblem(f"La remarque a plus de {LONGEST} caractères : raccourcissez-la.")
    if not asked.remove and degree is None and not remark.strip():
        raise UsageProblem("La remarque est vide : écrivez-la, donnez un degré, ou retirez tout avec « --retirer ».")
    return Appreciation(
        eleve=cell.work.candidate,
        critere=cell.criterion.id,
        degre=None if asked.remove else degree,
        remarque="" if asked.remove else remark,
        par=str(asked.author),
        le=datetime.now().astimezone(),
        rendu=cell.work.digest,
    )


def _cell(grid: Grid, candidate: str, criterion: str) -> Cell:
    looked = _criterion(grid, criterion)
    return grid.cell(grid.work(candidate), looked)


def _criterion(grid: Grid, criterion: str) -> Criterion:
    if problem := unknown(criterion, criteria_of(grid.lab), "un critère"):
        raise UsageProblem(f"{problem[:1].upper()}{problem[1:]}{'' if problem.endswith('?') else '.'}")
    return next(one for one in grid.lab.manifest.humain if one.id == criterion)


def _read_back(grid: Grid, out: Path, back: Path, author: str | None, *, said: bool, as_json: bool) -> Grid:
    """Reads a workbook that came back; what it changes is listed, and applied once a person agrees."""
    if not (author or "").strip():
        raise UsageProblem("Dites qui a rempli le classeur : ajoutez « --par », comme on signe.")
    changes = changes_of(grid, str(back), read_sheets(back), str(author), datetime.now().astimezone())
    if not as_json:
        _list(changes, grid)
    if changes and (said if as_json else agreed("Appliquer ?", said=said)):
        _, number = grid.place.say([one.said for one in changes], Means.WORKBOOK)
        if not as_json:
            say(f"{counted(number, 'appréciation')} à jour.")
    elif changes and not as_json:
        say("Rien n'a été changé.")
    if as_json:
        print_json({"applied": said, "changes": [_change_facts(one, grid) for one in changes]})
        raise typer.Exit
    return grid_of(out, grid.place)


def _list(changes: Sequence[Change], grid: Grid) -> None:
    if not changes:
        say("Rien à changer : le classeur dit ce qui est déjà dit.")
        return
    table = Table(box=None)
    for heading in ("Cellule", "Élève", "Critère", "Ce qui change"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "Ce qui change")
    for one in changes:
        words = " ; ".join(told(one, grid.degrees))
        shown = f"[yellow]{escape(words)}[/]" if one.overtaken else escape(words)
        table.add_row(one.place, one.said.eleve, one.said.critere, shown)
    screen.print(table)
    if overtaken := sum(one.overtaken for one in changes):
        say(f"{counted(overtaken, 'ligne')} en jaune : quelque chose a changé depuis que le classeur est sorti.")


def _change_facts(one: Change, grid: Grid) -> dict[str, Any]:
    return {
        "cell": one.place,
        "candidate": one.said.eleve,
        "criterion": one.said.critere,
        "degree": one.said.degre,
        "remark": one.said.remarque,
        "overtaken": one.overtaken,
        "told": list(told(one, grid.degrees)),
    }


def _show(grid: Grid, out: Path, asked: _Asked, *, only_left: bool, written: Path | None, as_json: bool) -> None:
    if asked.candidate is not None:
        grid.work(asked.candidate)
    if asked.criterion is not None:
        _criterion(grid, asked.criterion)
    cells = [
        one
        for one in grid.cells
        if (one.left or not only_left)
        and (asked.candidate is None or one.work.candidate.lower() == asked.candidate.lower())
        and (asked.criterion is None or one.criterion.id == asked.criterion)
    ]
    if as_json:
        facts = {
            "lab": grid.lab.id,
            "results": str(out),
            "kept_in": str(grid.place.folder / FILE),
            "criteria": {one.id: one.title for one in grid.lab.manifest.humain},
            "degrees": grid.degrees,
            "bank": {one.id: list(grid.offered(one.id)) for one in grid.lab.manifest.humain},
            "to_look": grid.to_look,
            "left": grid.left,
            "appreciations": [one.facts(grid.lab) for one in cells],
        }
        print_json(facts | ({"workbook": str(written)} if written else {}))
        return
    for one in grid.lab.manifest.humain:
        screen.print(f"[bold]{one.id}[/] {escape(one.title)}", highlight=False, soft_wrap=True)
    screen.print(_table(grid, cells))
    say(
        f"Les travaux, tels qu'ils ont été vérifiés : {out}/<élève>/{KEPT}/ ; ce qui est dit : "
        f"{grid.place.folder / FILE}"
    )
    if grid.brought:
        say(f"Banque de remarques : {grid.place.folder / BANK}")
    if written:
        say(f"Classeur écrit : {written}. Relisez-le avec « --relire {written} --par … ».")
    say(f"Reste {grid.left} sur {grid.to_look}." if grid.left else f"Tout est regardé ({grid.to_look}).")


def _table(grid: Grid, cells: Sequence[Cell]) -> Table:
    table = Table(box=None)
    for heading in ("Élève", "Critère", "Où regarder", "Degré", "Remarque", "Par, le"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Élève", "Critère"))
    for one in cells:
        said = one.said
        degree = grid.degrees[said.degre] if said and said.degre else "-"
        if one.stale:
            degree = f"{degree} [yellow](le travail a changé depuis)[/]"
        table.add_row(
            one.work.candidate,
            one.criterion.id,
            escape(", ".join(where(grid.lab, one.criterion.id, one.work.files)) or one.work.why_not),
            degree,
            escape(said.remarque) if said else "",
            escape(f"{said.par}, {said.le.astimezone():%d/%m/%Y %H:%M}") if said else "",
        )
    return table
