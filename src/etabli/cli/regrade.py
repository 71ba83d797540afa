"""``etabli regrade``: the same submissions again, new runs beside the old, and what is different."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.collect import collect, reading_of
from etabli.cli.hand_ins import roll_changes
from etabli.cli.progress import Show, interrupted
from etabli.cli.regrade_archive import regrade_archive
from etabli.cli.screen import Exit, aside, escape, guarded, say, screen, show_modified
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Status
from etabli.grading.batch import default_workers
from etabli.grading.regrade import ClassRuns, Regraded, Todo, class_runs, gather, grade_again
from etabli.lab.manifest import Lab
from etabli.lab.variant import TRAINING
from etabli.reception.collecting import Whom
from etabli.reception.gathering import Reading
from etabli.reception.submission import Deposit
from etabli.reports.differences_view import summary
from etabli.reports.results import publish, publish_differences
from etabli.reports.roll import roll_of
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret
from etabli.system.temporary import temporary_folder


@guarded
def regrade(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DOSSIER]", help="Dossier des résultats, écrit par « etabli grade ».")
    ] = None,
    lab: Annotated[str | None, typer.Option("--tp", help="TP, si le dossier en contient plusieurs.")] = None,
    candidates: Annotated[
        list[str] | None, typer.Option("--candidat", help="Élève à revérifier ; répétez l'option pour plusieurs.")
    ] = None,
    deposits: Annotated[
        list[Path] | None,
        typer.Option("--rendus", help="Dépôts à prendre au lieu des rendus gardés (dossiers ou .zip)."),
    ] = None,
    as_folder: Annotated[
        bool, typer.Option("--dossier-de-classe", help="Chaque dossier de « --rendus » contient ceux d'une classe.")
    ] = False,
    as_one: Annotated[bool, typer.Option("--un-seul", help="Chaque chemin de « --rendus » est un seul rendu.")] = False,
    workers: Annotated[int | None, typer.Option("--postes", min=1, max=16, help="Vérifications à la fois.")] = None,
    archive: Annotated[
        Path | None, typer.Option("--depuis", metavar="ARCHIVE", help="Archive scellée, au lieu d'un dossier.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--cle", help="Clé publique du centre, pour « --depuis » (par défaut : la vôtre).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Dossier où « --depuis » écrit : nouveau, ou vide.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrit differences.json sur la sortie.")] = False,
) -> None:
    """Vérifie de nouveau les rendus d'une classe et montre les différences.

    À utiliser quand un TP, un vérificateur ou une image a changé. Les vérifications d'avant restent à côté des
    nouvelles ; les rapports et la page des différences sont récrits.

    Exemples :

    [bold]etabli regrade resultats/page-dynamique[/]

    [bold]etabli regrade resultats/lundi --candidat SNO-07 --candidat SNO-12[/]

    [bold]etabli regrade resultats/lundi --rendus depots/[/]

    [bold]etabli regrade --depuis SNO-07.scelle.zip[/]

    Avec « --depuis », l'archive est d'abord vérifiée ; il faut le secret du centre, sans lequel les données des
    candidats ne peuvent pas être refaites. Un constat qui diffère donne alors le code 1.

    Codes de sortie : 0 tout est revérifié ; 1 un constat est instable, ou un rendu demande un regard, a été refusé ou
    n'a pas pu être revérifié ; 2 commande incorrecte ; 3 cette machine ne peut pas vérifier ; 130 interrompu.
    """
    reading = reading_of(as_folder, as_one)
    if archive is not None:
        if folder is not None or lab or candidates or deposits:
            raise UsageProblem("« --depuis » revérifie tout ce que l'archive contient : retirez les autres choix.")
        raise typer.Exit(regrade_archive(archive, key, out, workers, as_json=as_json))
    if folder is None or key or out:
        raise UsageProblem(
            "Dites quoi revérifier : un dossier de résultats, ou « --depuis » et une archive (avec « --cle » et « -o » "
            "s'il le faut)."
        )
    former = class_runs(folder, lab, candidates or ())
    chosen = former.lab
    with temporary_folder() as workshop:
        given = _given(chosen, deposits or (), folder, former, reading, workshop)
        if deposits:  # runs may have been brought together meanwhile
            former = class_runs(folder, lab, candidates or ())
        gathered = gather(former, given)
        todo = len(gathered.deposits)
        done = _again(gathered, workers)
    roll = roll_of(folder, chosen.id)
    page, data, *_rest = publish_differences(folder, chosen, done.differences, roll)
    # After the page of differences, which the class page links to.
    published = publish(folder, chosen, done.batch.pace(), roll)
    if as_json:
        print(data.read_text("utf-8"), end="")
    else:
        _show(done, page)
        if changes := roll_changes(roll):
            say(changes)
    modified = show_modified(published.payloads)
    if done.batch.interrupted:
        aside.print(interrupted(len(done.batch.done), todo))
    raise typer.Exit(Exit.REVIEW if modified and not done.batch.interrupted else _exit(done))


def _given(
    lab: Lab, paths: Sequence[Path], folder: Path, former: ClassRuns, reading: Reading, workshop: Path
) -> Sequence[Deposit]:
    """What is at the paths, whose it is as « etabli grade » would find; others than the former candidates count not."""
    if not paths:
        return ()
    session = next((run.session for run in former.runs.values()), TRAINING)
    return collect(lab, paths, folder, session, reading, Whom(), workshop).settled.deposits


def _again(todo: Todo, workers: int | None) -> Regraded:
    sandbox = DockerSandbox(keeping=True)
    if todo.deposits:
        sandbox.probe()
    count = workers or default_workers(len(todo.deposits))
    with Show(len(todo.deposits), count) as show:
        return grade_again(todo, sandbox, secret=secret(), workers=count, progress=show, tell=show.tell)


def _show(done: Regraded, page: Path) -> None:
    found = done.differences
    screen.print(summary(found), soft_wrap=True)
    for learner in found.unstable:
        screen.print(
            f"[yellow]![/] {escape(learner.candidate)} : un constat est instable, à regarder.",
            soft_wrap=True,
        )
    for item in found.skipped:
        screen.print(f"[yellow]○[/] {escape(item.candidate)} : {escape(item.why)}", soft_wrap=True)
    screen.print(f"Différences : {escape(str(page))}", soft_wrap=True)


def _exit(done: Regraded) -> Exit:
    if done.batch.interrupted:
        return Exit.INTERRUPTED
    found = done.differences
    graded = all(learner.after.status is Status.GRADED for learner in found.learners)
    return Exit.OK if graded and not found.skipped and not found.unstable else Exit.REVIEW
