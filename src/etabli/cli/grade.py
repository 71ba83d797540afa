"""``etabli grade``: a class in one command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from etabli.cli.progress import Show
from etabli.cli.screen import Exit, escape, guarded, screen
from etabli.engine.batch import Batch, default_workers, grade_many
from etabli.engine.deposits import Reading, find_deposits
from etabli.engine.planning import default_sandbox, make_plan
from etabli.errors import UsageProblem
from etabli.i18n import _
from etabli.lab import Lab, load_lab
from etabli.outcome import Palier, Status
from etabli.reports import bench_line
from etabli.reports.payload import Bench, Payload
from etabli.reports.results import publish
from etabli.settings import secret
from etabli.variant import TRAINING


@guarded
def grade(
    paths: Annotated[list[Path], typer.Argument(help="Dossier d'une classe, ou rendus (dossiers ou .zip).")],
    lab: Annotated[str, typer.Option("--lab", help="Identifiant du TP (« etabli labs »).")],
    session: Annotated[str, typer.Option("--session", help="Nom de la session ; elle change les données.")] = TRAINING,
    out: Annotated[Path | None, typer.Option("--out", help="Dossier des résultats [resultats/<lab>].")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, max=16, help="Vérifications à la fois.")] = None,
    as_class: Annotated[bool, typer.Option("--class", help="Chaque dossier donné est une classe.")] = False,
    as_one: Annotated[bool, typer.Option("--one", help="Chaque chemin donné est un seul rendu.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Refait aussi ce qui n'a pas changé.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Écrit resultats.json sur la sortie.")] = False,
) -> None:
    """Vérifie les rendus d'une classe et écrit les rapports.

    Exemples :

    [bold]etabli grade rendus/ --lab page-dynamique[/]

    [bold]etabli grade sno-07.zip --lab page-dynamique --out resultats/lundi[/]

    Codes de sortie : 0 tout est vérifié ; 1 certains rendus demandent un regard ou ont été refusés ;
    2 commande incorrecte ; 3 cette machine ne peut pas vérifier ; 130 interrompu.
    """
    if as_class and as_one:
        raise UsageProblem(_("« --class » et « --one » se contredisent : gardez-en un."))
    chosen = load_lab(lab)
    reading = Reading.CLASS if as_class else Reading.ONE if as_one else Reading.GUESS
    raise typer.Exit(
        grade_paths(
            chosen,
            paths,
            out or Path("resultats") / lab,
            session=session,
            workers=workers,
            reading=reading,
            fresh=fresh,
            as_json=as_json,
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
) -> Exit:
    """Grades what is at the paths, shows it, and returns the exit code."""
    deposits = find_deposits(paths, lab, reading)
    sandbox = default_sandbox()
    sandbox.probe()
    plan = make_plan(lab, out, secret=secret(), session=session)
    count = workers or default_workers(len(deposits))
    with Show(len(deposits)) as show:
        batch = grade_many(sandbox, plan, deposits, workers=count, fresh=fresh, progress=show)
    published = publish(out, lab, batch)
    if as_json:
        print(json.dumps(json.loads((out / "resultats.json").read_text("utf-8")), ensure_ascii=False, indent=2))
    else:
        _show(published.payloads, lab, published.bench)
        screen.print(_("Rapport de la classe : {path}").format(path=out / "index.html"), soft_wrap=True)
        screen.print(
            _("Données : {a} et {b}").format(a=out / "resultats.json", b=out / "resultats.csv"), soft_wrap=True
        )
    return _exit(batch, published.payloads)


def _exit(batch: Batch, payloads: list[Payload]) -> Exit:
    if batch.interrupted:
        return Exit.INTERRUPTED
    now = {done.graded.run.candidate for done in batch.done}
    statuses = {payload["status"] for payload in payloads if payload["candidate"] in now}
    return Exit.OK if statuses <= {Status.GRADED.value} else Exit.REVIEW


def _show(payloads: list[Payload], lab: Lab, bench: Bench | None) -> None:
    table = Table(title=escape(lab.manifest.title))
    table.add_column(_("Élève"))
    for palier in Palier:
        table.add_column(palier.value.capitalize(), justify="right")
    table.add_column(_("Points"), justify="right")
    table.add_column(_("À savoir"))
    for payload in payloads:
        table.add_row(*_row(payload))
    screen.print(table)
    if bench is not None:
        screen.print(bench_line(bench))


def _row(payload: Payload) -> list[str]:
    name = escape(payload["candidate"])
    if payload["score"] is None:
        return [name, "—", "—", "—", "—", f"[red]{_('refusé')}[/] {escape(payload['reason'] or '')}"]
    cells = [_palier(payload, palier) for palier in Palier]
    failed = [check["title"] for check in payload["checks"] if check["outcome"] == "failed"]
    first = escape(payload["reason"] or (_("À reprendre : {title}").format(title=failed[0]) if failed else ""))
    review = f"[yellow]{_('à regarder')}[/] " if payload["status"] == Status.NEEDS_REVIEW else ""
    return [name, *cells, f"{payload['score']['earned']}/{payload['score']['possible']}", review + first]


def _palier(payload: Payload, palier: Palier) -> str:
    mine = [check for check in payload["checks"] if check["palier"] == palier]
    passed = sum(check["outcome"] == "passed" for check in mine)
    text = f"{passed}/{len(mine)}"
    return f"[green]{text}[/]" if mine and passed == len(mine) else text
