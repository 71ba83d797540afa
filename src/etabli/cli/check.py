"""``etabli check``: a formative check, each point told as it is verified, under the same isolation as grading."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.live import Live, conclude
from etabli.cli.screen import Exit, guarded, print_json
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Palier, Status
from etabli.grading.alone import check_once
from etabli.grading.formative import RUNS, WorkPlace, place_of, publish_page
from etabli.grading.plan import make_plan
from etabli.lab.manifest import load_lab
from etabli.lab.variant import TRAINING, Seat
from etabli.reception.submission import Deposit
from etabli.reports.build import payload_of
from etabli.reports.headway import Headway, headway
from etabli.reports.learner_view import learner_view
from etabli.reports.payload import LabMeta, Payload
from etabli.reports.results import described
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret
from etabli.workspace.workspace import HIDDEN, find_workspace, is_workspace


@guarded
def check(
    dossier: Annotated[
        Path | None, typer.Argument(metavar="[DOSSIER]", help="Espace de travail, ou dossier avec --tp et --candidat.")
    ] = None,
    palier: Annotated[list[Palier] | None, typer.Option("--palier", help="Ce palier seulement (répétable).")] = None,
    point: Annotated[
        list[str] | None, typer.Option("-k", "--point", help="Ce point seulement, et ceux dont il dépend (répétable).")
    ] = None,
    lab: Annotated[str | None, typer.Option("--tp", help="Hors d'un espace : le TP.")] = None,
    candidat: Annotated[str | None, typer.Option("--candidat", help="Hors d'un espace : l'identifiant.")] = None,
    session: Annotated[str, typer.Option("--session", help="Hors d'un espace : la session.")] = TRAINING,
    as_json: AsJson = False,
) -> None:
    """Vérifie votre travail comme le fera votre enseignant, et dit par quoi commencer. Rien n'est noté.

    Le poste qui a vérifié reste prêt dix minutes : la vérification suivante commence tout de suite (« etabli postes »).

    Exemples :

    [bold]etabli check[/]  (dans l'espace de travail)

    [bold]etabli check --palier essentiel[/]

    [bold]etabli check mon-site/ --tp page-dynamique --candidat sno-07[/]

    Codes de sortie : 0 vérifié, quel que soit le résultat ; 1 le rendu est refusé ou un point a eu un incident
    technique ; 2 commande incorrecte ; 3 cette machine ne peut pas vérifier.
    """
    place = _place(dossier, lab, candidat, session)
    live = Live(place.seat.lab, quiet=as_json)
    sandbox = DockerSandbox(keeping=True)
    sandbox.probe()
    plan = make_plan(place.seat.lab, place.runs, secret=secret(), session=place.seat.session)
    plan = plan.narrowed(point or (), palier or ())
    live.begin(place.work, place.seat.candidate, len(plan.checks.specs))
    runs = place.run_folders()
    with ThreadPoolExecutor(1, "meanwhile") as meanwhile:  # what the page will need, while the exam runs
        before, meta = meanwhile.submit(place.of_this_work, runs), meanwhile.submit(described, place.seat.lab)
        graded = check_once(sandbox, plan, Deposit(place.seat.candidate, place.work), seen=live)
    live.end()
    payload, page = publish_page(place, graded.run)
    former = [payload_of(run) for run in before.result()]
    change = headway(former, payload) if former else None
    if as_json:
        print_json(_facts(payload, meta.result(), change, page))
    else:
        conclude(payload, meta.result(), change, page, partial=plan.only is not None)
    raise typer.Exit(Exit.OK if payload["status"] == Status.GRADED else Exit.REVIEW)


def _place(dossier: Path | None, lab: str | None, candidat: str | None, session: str) -> WorkPlace:
    """Returns what to check: a workspace, or any folder whose lab and candidate are given."""
    if lab is None and candidat is None:
        return place_of(find_workspace(dossier), secret())
    if dossier is None or lab is None or candidat is None:
        raise UsageProblem(
            "Hors d'un espace de travail, donnez tout : « etabli check DOSSIER --tp TP --candidat IDENTIFIANT »."
        )
    if is_workspace(dossier):
        raise UsageProblem(
            f"« {dossier} » est un espace de travail : relancez « etabli check » sans « --tp » ni « --candidat »."
        )
    if not dossier.exists():
        raise UsageProblem(f"« {dossier} » n'existe pas : vérifiez le chemin.")
    seat = Seat(load_lab(lab), checked_candidate(candidat), session)
    folder = Path(f"verification-{seat.candidate}").resolve()
    return WorkPlace(seat, dossier, folder, folder / HIDDEN / RUNS)


def _facts(payload: Payload, meta: LabMeta, change: Headway | None, page: Path) -> dict[str, object]:
    return {
        "payload": payload,
        "first": [point.check["id"] for point in learner_view(payload, meta).first],
        "since": asdict(change) if change else None,
        "page": str(page),
    }
