"""``etabli sujet``: what learners receive, on disk, on paper, or to take home."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.room import in_room, room_with
from etabli.cli.screen import aside, escape, guarded, print_json, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted
from etabli.lab.handout import COVER, PAPER, home_zip, write_class, write_paper
from etabli.lab.manifest import load_lab
from etabli.lab.pdf import can_print
from etabli.lab.sujet import STARTER, make_sujet, write_sujet
from etabli.lab.variant import TRAINING, Seat
from etabli.roster.roster import open_roster
from etabli.runs.evidence import write_atomically
from etabli.system.disk import writable
from etabli.system.settings import secret
from etabli.workspace.files import work_paths
from etabli.workspace.workspace import Workspace, find_workspace

Made = dict[Path, int | None]
"""What was written, and how many pages are to be printed of it."""


@guarded
def sujet(
    lab: Annotated[str | None, typer.Argument(metavar="[TP]", help="Identifiant du TP (« etabli labs »).")] = None,
    candidat: Annotated[str | None, typer.Option("--candidat", help="Un élève, par exemple sno-07.")] = None,
    classe: Annotated[str | None, typer.Option("--classe", help="Toute une classe (« etabli classe »).")] = None,
    sortie: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Où écrire (par défaut : le dossier sujets).")
    ] = None,
    session: Annotated[str, typer.Option("--session", help="Nom de la session ; elle change les données.")] = TRAINING,
    maison: Annotated[
        bool, typer.Option("--maison", help="Fait un zip à emporter : feuilles, aides, données, point de départ.")
    ] = False,
    sans_pdf: Annotated[bool, typer.Option("--sans-pdf", help="N'écrit que les pages HTML.")] = False,
    dossier: Annotated[
        Path | None, typer.Option("--dossier", help="Salle de la classe (par défaut : celle qui a été ouverte ici).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Écrit les feuilles de séance et les données d'un élève ou d'une classe. Ne demande aucun conteneur.

    Exemples :

    [bold]etabli sujet page-dynamique --classe SNO[/]  (toute la classe, et de quoi imprimer d'un coup)

    [bold]etabli sujet page-dynamique --candidat sno-07 -o sno-07/[/]

    [bold]etabli sujet --maison[/]  (dans un espace de travail : un zip à emporter, votre travail compris)

    [bold]etabli sujet page-dynamique --classe SNO --maison[/]  (un zip par élève)

    [bold]sudo etabli sujet page-dynamique --classe SNO --dossier /srv/etabli[/]  (une classe de la salle)
    """
    room = dossier.expanduser().resolve() if dossier else room_with(classe) if classe else None
    with in_room(room) if room else nullcontext():
        _write(lab, candidat, classe, sortie, session, maison=maison, sans_pdf=sans_pdf, as_json=as_json)
    if room and not as_json:
        screen.print(f"Avec les données de la salle {escape(str(room))}.", soft_wrap=True, highlight=False)


def _write(
    lab: str | None,
    candidat: str | None,
    classe: str | None,
    sortie: Path | None,
    session: str,
    *,
    maison: bool,
    sans_pdf: bool,
    as_json: bool,
) -> None:
    seats, around = _meant(lab, candidat, classe, session, maison)
    out = sortie or _usual_place(seats, around, classe, maison)
    pdf = not sans_pdf and _printable()
    if around and out.resolve().is_relative_to(around.work.resolve()):
        raise UsageProblem(f"« {out} » est dans le dossier qui sera rendu : choisissez un autre endroit avec « -o ».")
    if maison:
        made = _take_home(seats, around, out, pdf=pdf, one_file=classe is None and out.suffix.lower() == ".zip")
    elif classe is not None:
        made = _whole_class(classe, seats, out, pdf=pdf)
    else:
        made = _one(seats[0], out, pdf=pdf)
    if as_json:
        written = [{"path": str(path), "pages": pages} for path, pages in made.items()]
        print_json({"lab": seats[0].lab.id, "session": seats[0].session, "folder": str(out), "written": written})
        return
    screen.print(f"Sujet écrit pour {counted(len(seats), 'élève')} :")
    for path, pages in made.items():
        told = f" ({counted(pages, 'page')})" if pages else ""
        screen.print(f"  {escape(str(path))}{told}", soft_wrap=True, highlight=False)


def _meant(
    lab: str | None, candidat: str | None, classe: str | None, session: str, maison: bool
) -> tuple[list[Seat], Workspace | None]:
    """Returns whose sujets are meant, and the workspace around when that is where they come from.

    Raises:
        UsageProblem: Nobody is meant, or two things at once.
    """
    if candidat is not None and classe is not None:
        raise UsageProblem("Donnez « --candidat » pour un élève, ou « --classe » pour tous, pas les deux.")
    if maison and lab is None and candidat is None and classe is None:
        around = find_workspace(None)
        return [Seat(around.lab(), around.memo.candidate, around.memo.session)], around
    if lab is None or (candidat is None and classe is None):
        raise UsageProblem(
            "Dites quel TP et pour qui : « etabli sujet TP --classe CLASSE » ou « etabli sujet TP --candidat "
            "IDENTIFIANT »."
        )
    names = [candidat] if candidat is not None else [one.alias for one in open_roster(classe or "").learners()]
    if not names:
        raise UsageProblem(
            f"La classe « {classe} » n'a pas d'élève : importez sa liste avec « etabli classe import LISTE.csv "
            f"--classe {classe} »."
        )
    return [Seat(load_lab(lab), checked_candidate(name), session) for name in names], None


def _printable() -> bool:
    """Tells whether PDF can be made; says so when it cannot, for pages are enough to work."""
    if can_print():
        return True
    aside.print("Sans PDF : Pango manque sur cette machine (« make setup » l'installe). Les feuilles sont en HTML.")
    return False


def _usual_place(seats: list[Seat], around: Workspace | None, classe: str | None, maison: bool) -> Path:
    first = seats[0]
    if around is not None:
        return around.folder / f"{first.lab.id}-{first.candidate}-maison.zip"
    folder = Path("sujets") / first.lab.id
    if classe is not None:
        return folder
    return folder / (f"{first.candidate}-maison.zip" if maison else first.candidate)


def _one(seat: Seat, out: Path, *, pdf: bool) -> Made:
    sujet = make_sujet(seat, secret())
    write_sujet(sujet, out)
    made: Made = dict.fromkeys(out / name.partition("/")[0] for name in (*sorted(sujet.contents()), STARTER))
    if pdf:
        with writable(out, "-o"):
            made[out / PAPER] = sum(len(sheet.pages) for sheet in write_paper(sujet, out).values())
    return made


def _whole_class(name: str, seats: list[Seat], out: Path, *, pdf: bool) -> Made:
    with _progress() as bar:
        task = bar.add_task("", total=len(seats))
        printed = write_class(name, seats, secret(), out, pdf=pdf, done=lambda _: bar.advance(task))
    made: Made = dict.fromkeys(out / seat.candidate for seat in seats)
    made |= {out / path: pages for path, pages in printed.items()}
    return made if pdf else made | {out / f"{COVER}.html": None}


def _take_home(seats: list[Seat], around: Workspace | None, out: Path, *, pdf: bool, one_file: bool) -> Made:
    work = {name: (around.work / name).read_bytes() for name in work_paths(around.work)} if around else {}
    made: Made = {}
    with _progress() as bar, writable(out, "-o"):
        for seat in bar.track(seats):
            path = out if one_file else out / f"{seat.candidate}-maison.zip"
            write_atomically(path, home_zip(seat, secret(), work, pdf=pdf))
            made[path] = None
    return made


def _progress() -> Progress:
    return Progress(
        TextColumn("Sujets"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=aside, disable=not aside.is_terminal,
    )  # fmt: skip
