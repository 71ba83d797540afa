"""``etabli grade``: a class in one command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.collect import collect, left_aside, reading_of
from etabli.cli.deadline import read_deadline
from etabli.cli.follow import SCHEMA, Follow, Form, write_line
from etabli.cli.hand_ins import hand_in_lines, roll_changes, unknown_hours
from etabli.cli.progress import Show, interrupted
from etabli.cli.screen import Exit, aside, escape, guarded, print_json, say, screen, show_modified
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Palier, Status
from etabli.grading.batch import Batch, default_workers, grade_many
from etabli.grading.plan import make_plan
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.variant import TRAINING
from etabli.reception.collecting import Collected, Whom
from etabli.reception.gathering import Reading
from etabli.reception.hand_in import read_hand_ins
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.reception.submission import Deposit
from etabli.reports import pace_line
from etabli.reports.payload import Pace, Payload
from etabli.reports.repaired_view import repaired_view
from etabli.reports.results import Published, publish
from etabli.reports.roll import Roll, roll_from
from etabli.reports.views import nothing_worked
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret
from etabli.system.temporary import temporary_folder

NOBODY = Whom()
"""No class, no deadline: a row for whoever handed something in."""


@guarded
def grade(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Travaux remis téléchargés de Moodle (zip ou dossier), dossier d'une classe, ou rendus.",
            readable=False,  # we say it ourselves, in French
        ),
    ],
    lab: Annotated[str, typer.Option("--tp", help="Identifiant du TP (« etabli labs »).")],
    class_name: Annotated[str | None, typer.Option("--classe", help="Nom de la classe (« etabli classe »).")] = None,
    deadline: Annotated[
        str | None, typer.Option("--echeance", help="20/11/2026 (fin du jour) ou « 20/11/2026 18:00 ».")
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option("--formulaire", help="Formulaire d'évaluation de Moodle (.csv) : il dit l'heure des dépôts."),
    ] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--associer", help="« Nom Prénom=SNO-07 », « Équipe 1=SNO-01,SNO-04 », autant de fois qu'il faut."
        ),
    ] = None,
    session: Annotated[str, typer.Option("--session", help="Nom de la session ; elle change les données.")] = TRAINING,
    handed_in_at: Annotated[
        str | None,
        typer.Option("--rendu-le", help="Heure de dépôt des rendus donnés hors de Moodle, comme « 22/11/2026 09:00 »."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Dossier des résultats (par défaut : resultats/<lab>).")
    ] = None,
    workers: Annotated[int | None, typer.Option("--postes", min=1, max=16, help="Vérifications à la fois.")] = None,
    as_folder: Annotated[
        bool, typer.Option("--dossier-de-classe", help="Chaque dossier donné contient les rendus d'une classe.")
    ] = False,
    as_one: Annotated[bool, typer.Option("--un-seul", help="Chaque chemin donné est un seul rendu.")] = False,
    fresh: Annotated[bool, typer.Option("--refaire", help="Refait aussi ce qui n'a pas changé.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Écrit resultats.json sur la sortie.")] = False,
    followed: Annotated[
        Form, typer.Option("--suivi", help="« json » : pour un programme, un objet JSON par ligne sur la sortie.")
    ] = Form.TEXT,
) -> None:
    """Vérifie les rendus d'une classe et écrit les rapports.

    Avec « --classe », chaque élève a sa ligne : rendu, rendu en retard, non rendu ou absent justifié. Un nom que la
    classe ne connaît pas est demandé, jamais deviné. Relancer avec les retardataires seuls garde les autres.

    Exemples :

    [bold]etabli grade rendus/ --tp page-dynamique[/]

    [bold]etabli grade Devoir.zip --tp page-dynamique --classe SNO --echeance 20/11/2026 --formulaire Notes.csv[/]

    [bold]etabli grade sno-07.zip --tp page-dynamique --sortie resultats/lundi --rendu-le "22/11/2026 09:00"[/]

    [bold]etabli grade rendus/ --tp page-dynamique --suivi json | tableau-de-bord[/]

    Codes de sortie : 0 tout est vérifié ; 1 certains rendus demandent un regard, ont été refusés ou laissés de côté ;
    2 commande incorrecte ou élève inconnu ; 3 cette machine ne peut pas vérifier ; 130 interrompu.
    """
    reading = reading_of(as_folder, as_one)
    if as_json and followed is Form.JSON:
        raise UsageProblem("« --json » et « --suivi json » écrivent tous deux sur la sortie : gardez-en un.")
    chosen = load_lab(lab)
    whom = Whom(
        class_name,
        read_deadline(deadline) if deadline else None,
        answers or (),
        read_worksheet(sheet) if sheet else None,
        read_deadline(handed_in_at, "--rendu-le") if handed_in_at else None,
    )
    raise typer.Exit(
        grade_paths(
            chosen,
            paths,
            output or Path("resultats") / lab,
            session=session,
            workers=workers,
            reading=reading,
            fresh=fresh,
            as_json=as_json,
            followed=followed,
            whom=whom,
        )
    )


def grade_paths(
    lab: Lab,
    paths: list[Path],
    out: Path,
    *,
    session: str = TRAINING,
    workers: int | None = None,
    reading: Reading = Reading.GUESS,
    fresh: bool = False,
    as_json: bool = False,
    followed: Form = Form.TEXT,
    whom: Whom = NOBODY,
) -> Exit:
    """Grades what is at the paths, shows it, and returns the exit code."""
    _refuse_other_hand_ins(out, lab, session)
    with temporary_folder() as workshop:
        collected = collect(lab, paths, out, session, reading, whom, workshop)
        deposits, left = collected.settled.deposits, collected.settled.left
        if followed is Form.JSON:
            write_line("begin", schema=SCHEMA, lab=lab.id, session=session, out=str(out), total=len(deposits))
        batch = _grade(lab, deposits, out, session, workers, fresh, followed) if deposits else None
    hand_ins = collected.note(out)
    roll = roll_from(hand_ins, collected.roster) if hand_ins else None
    pace = batch.pace() if batch else None
    published = publish(out, lab, pace, roll)
    if as_json:
        print_json(json.loads((out / "resultats.json").read_text("utf-8")))
    elif followed is Form.JSON:
        pass
    elif batch and batch.interrupted:
        _show_part(published, lab, out, pace)
    else:
        _show(published.payloads, lab, pace)
        _show_roll(roll, collected)
        _show_files(out)
    show_modified(published.payloads)
    if batch and batch.interrupted:
        aside.print(interrupted(len(batch.done), len(deposits)))
    code = _exit(batch, published.payloads)
    code = Exit.REVIEW if code is Exit.OK and left else code
    if followed is Form.JSON:
        done, stopped = (len(batch.done), batch.interrupted) if batch else (0, False)
        where = str(out / "resultats.json")
        write_line("end", done=done, total=len(deposits), interrupted=stopped, results=where, exit_code=int(code))
    return code


def _show_part(published: Published, lab: Lab, out: Path, pace: Pace | None) -> None:
    """Shows what an interrupted batch gave, if anything: no empty table, no word on who handed in nothing."""
    if published.payloads:
        _show(published.payloads, lab, pace)
        _show_files(out)


def _show_files(out: Path) -> None:
    say(f"Rapport de la classe : {out / 'index.html'}")
    say(f"Données : {out / 'resultats.json'} et {out / 'resultats.csv'}")


def _refuse_other_hand_ins(out: Path, lab: Lab, session: str) -> None:
    """Keeps ``remises.json`` from being written over: deadlines and Moodle's numbers are nowhere else."""
    known = read_hand_ins(out)
    if known and (known.lab, known.session) != (lab.id, session):
        raise UsageProblem(
            f"« {out} » garde déjà les remises du TP « {known.lab} », session « {known.session} » : donnez un autre "
            "dossier avec « --sortie »."
        )


def _grade(
    lab: Lab, deposits: Sequence[Deposit], out: Path, session: str, workers: int | None, fresh: bool, followed: Form
) -> Batch:
    sandbox = DockerSandbox(keeping=True)
    sandbox.probe()
    plan = make_plan(lab, out, secret=secret(), session=session)
    at_once = workers or default_workers(len(deposits))
    shown = Follow(len(deposits)) if followed is Form.JSON else Show(len(deposits), at_once)
    with shown as show:
        return grade_many(sandbox, plan, deposits, workers=at_once, fresh=fresh, progress=show, tell=show.tell)


def _show_roll(roll: Roll | None, collected: Collected) -> None:
    hand_ins = roll.hand_ins if roll else None
    for line in hand_in_lines(hand_ins) if hand_ins else ():
        say(line)
    if left := collected.settled.left:
        say(left_aside(left))
    if collected.texts:
        one = "{n} texte en ligne remis dans Moodle n'est pas vérifié : seuls les fichiers le sont."
        many = "{n} textes en ligne remis dans Moodle ne sont pas vérifiés : seuls les fichiers le sont."
        say(count(collected.texts, one, many))
    for sentence in (unknown_hours(hand_ins) if hand_ins else None, roll_changes(roll)):
        if sentence:
            say(sentence)


def _exit(batch: Batch | None, payloads: list[Payload]) -> Exit:
    modified = any(payload["status"] == Status.MODIFIED for payload in payloads)
    if batch is None:
        return Exit.REVIEW if modified else Exit.OK
    if batch.interrupted:
        return Exit.INTERRUPTED
    now = {done.graded.run.candidate for done in batch.done}
    statuses = {payload["status"] for payload in payloads if payload["candidate"] in now}
    return Exit.OK if statuses <= {Status.GRADED.value} and not modified else Exit.REVIEW


def _show(payloads: list[Payload], lab: Lab, pace: Pace | None) -> None:
    table = Table(title=escape(lab.manifest.title))
    table.add_column("Élève")
    for palier in Palier:
        table.add_column(palier.value.capitalize(), justify="right")
    table.add_column("Points", justify="right")
    table.add_column("À savoir")
    for payload in payloads:
        table.add_row(*_row(payload))
    screen.print(table)
    if pace is not None:
        screen.print(pace_line(pace))


def _row(payload: Payload) -> list[str]:
    name = escape(payload["candidate"])
    if payload["score"] is None:
        word = "modifié" if payload["status"] == Status.MODIFIED else "refusé"
        return [name, "—", "—", "—", "—", f"[red]{word}[/] {escape(payload['reason'] or '')}"]
    cells = [_palier(payload, palier) for palier in Palier]
    failed = [check["title"] for check in payload["checks"] if check["outcome"] == "failed"]
    if again := repaired_view(payload):
        said: str | None = f"{payload['reason'] or ''} {again.short}".strip()
    else:
        said = nothing_worked(payload) or payload["reason"]
    first = escape(said or (f"À reprendre : {failed[0]}" if failed else ""))
    words: dict[str, str] = {Status.NEEDS_REVIEW: "à regarder", Status.UNVERIFIABLE: "non vérifiable"}
    note = words.get(payload["status"])
    review = f"[yellow]{note}[/] " if note else ""
    return [name, *cells, f"{payload['score']['earned']}/{payload['score']['possible']}", review + first]


def _palier(payload: Payload, palier: Palier) -> str:
    mine = [check for check in payload["checks"] if check["palier"] == palier]
    passed = sum(check["outcome"] == "passed" for check in mine)
    text = f"{passed}/{len(mine)}"
    return f"[green]{text}[/]" if mine and passed == len(mine) else text
