"""Recueils for one person, on 127.0.0.1: the pages of the room over ``recueils/`` and ``resultats/``, and all acts."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.lab.manifest import lab_ids, shown_lab
from etabli.lab.parcours import wanted_weeks
from etabli.portal import recueil_views, shelf
from etabli.portal.exports import download
from etabli.portal.pages import written
from etabli.portal.recueil_acts import ACTS, Desk, Sent, act
from etabli.recueil import acting, choosing, comparing
from etabli.recueil.kept import FILE, Kept
from etabli.roster.anywhere import learner_called
from etabli.runs.identifier import is_identifier
from etabli.system.temporary import temporary_folder

_MOST_JSON = 64 * 1024
Form = Mapping[str, str | UploadFile]


@dataclass(frozen=True)
class RunDay:
    """One day of verifications: all that folders tell of hours."""

    day: date
    begun: datetime
    ended: datetime
    verifications: int
    saves: int = 0
    hand_ins: int = 0


def listed(root: Path) -> list[tuple[str, recueil_views.Tally]]:
    """Returns the candidates who have a recueil, and how far it is."""
    found = sorted(path.parent for path in root.glob(f"*/{FILE}")) if root.is_dir() else []
    return [(path.name, _tally(root, path.name)) for path in found]


def _tally(root: Path, candidate: str) -> recueil_views.Tally:
    try:
        return recueil_views.tally(recueil_views.kept_of(root, candidate))
    except EtabliError as problem:
        return recueil_views.Tally(wrong=str(problem))


@dataclass(frozen=True)
class Recueils:
    """Where recueils and runs are.

    Args:
        root: Of recueils.
        outputs: What ``etabli grade`` wrote.
        zone: Of hours.
    """

    root: Path
    outputs: tuple[Path, ...]
    zone: tzinfo

    def open(self, request: Request, form: Form) -> Response:
        """Leads to the page of a candidate."""
        return RedirectResponse(f"/recueils/{_checked(request.query_params.get('candidat', '').strip())}", 303)

    def show(self, request: Request, form: Form, wrong: str | None = None) -> Response:
        """Shows a candidate's recueil."""
        who = _candidate(request)
        kept = recueil_views.kept_of(self.root, who)
        found = learner_called(who)
        told = recueil_views.page_values(
            kept,
            may=frozenset(ACTS),
            base=f"/recueils/{who}",
            sent=Sent(form if wrong else {}),
            names=_names(kept),
            days=lambda lab: self._days(who, lab),
        )
        told |= {"choices": recueil_views.choices_of(self.outputs, who, kept), "signs": False, "of_class": None}
        told |= {"learner": who, "name": found.learner.name if found else ""}
        return self._page("traces-eleve.html.j2", request, 409 if wrong else 200, **told, wrong=wrong)

    def _page(self, template: str, request: Request, status: int = 200, **told: Any) -> Response:
        return written(template, self.zone, status, person=None, path=request.url.path, **told)

    def _days(self, who: str, lab: str) -> Sequence[RunDay]:
        by_day: dict[date, list[datetime]] = defaultdict(list)
        for folder in choosing.runs_of(self.outputs, who).get(lab, ()):
            if folder.run is not None:
                at = datetime.fromisoformat(folder.run.started_at).astimezone(self.zone)
                by_day[at.date()].append(at)
        return [RunDay(day, min(found), max(found), len(found)) for day, found in sorted(by_day.items())]

    def do(self, request: Request, form: Form) -> Response:
        """Does what one of the page's forms asks for."""
        who, name, sent = _candidate(request), request.path_params["acte"], Sent(form)
        if name == "recueil":
            return self._bound(request, who, sent)
        if name not in ACTS:
            raise HTTPException(404)
        desk = Desk(self.root, who, self.outputs, datetime.now(self.zone).date())
        try:
            trace = act(desk, name, sent)
        except UsageProblem as problem:
            return self.show(request, form, str(problem))
        return RedirectResponse(f"/recueils/{who}#{f'trace-{trace}' if trace else 'traces'}", 303)

    def _bound(self, request: Request, who: str, sent: Sent) -> Response:
        from etabli.recueil.building import build  # the press brings the engine along, which no other page needs

        kept = recueil_views.kept_of(self.root, who)
        if kept is None:
            raise HTTPException(404)
        buffer, today = io.BytesIO(), datetime.now(self.zone).date()
        try:
            with temporary_folder() as folder, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                built = build(kept, folder / "recueil", wanted_weeks(), made=today, paper=not sent.text("sans-pdf"))
                for name in built.files:
                    archive.write(built.folder / name, name)
        except EtabliError as problem:
            return self.show(request, {}, str(problem))
        return download(f"recueil-{who}.zip", "application/zip", buffer.getvalue())

    def piece(self, request: Request, form: Form) -> Response:
        """Gives the document of a trace."""
        kept = recueil_views.kept_of(self.root, _candidate(request))
        trace = kept.recueil.trace(request.path_params["trace"]) if kept else None
        if kept is None or trace is None or trace.ailleurs is None or trace.ailleurs.copie is None:
            raise HTTPException(404)
        content = shelf.read_below(kept.folder, trace.ailleurs.copie)
        return download(trace.ailleurs.fichier or "document", "application/octet-stream", content)

    def preview(self, request: Request, form: Form) -> Response:
        """Shows the whole recueil as one page, as it is now."""
        kept = recueil_views.kept_of(self.root, _candidate(request))
        if kept is None:
            raise HTTPException(404)
        return recueil_views.preview(kept, datetime.now(self.zone).date())

    def likeness(self, request: Request, form: Form) -> Response:
        """Shows what the work of a trace shares with others'."""
        who = _candidate(request)
        kept = recueil_views.kept_of(self.root, who)
        trace = kept.recueil.trace(request.path_params["trace"]) if kept else None
        if kept is None or trace is None or trace.verification is None or trace.verification.tp not in lab_ids():
            raise HTTPException(404)
        lab, own = shown_lab(trace.verification.tp), comparing.work_of(kept, trace)
        others = comparing.works_in(self.outputs, lab.id)
        told = comparing.beside(own, comparing.makers_of(kept, trace), others, lab) if own else None
        names = {one: found.learner.name for one in others if (found := learner_called(one))}
        template = "_ressemblances.html.j2" if request.query_params.get("partie") else "ressemblances.html.j2"
        back = f"/recueils/{who}#trace-{trace.id}"
        return self._page(template, request, told=told, names=names, trace=trace, back=back)

    def save(self, told: Mapping[str, str]) -> Response:
        """Saves one text as it is typed."""
        who = _checked(told["de"])
        with acting.alone(self.root, who):
            kept = recueil_views.kept_of(self.root, who)
            if kept is None:
                raise HTTPException(404)
            try:
                acting.said(kept, told["trace"], told["champ"], told["texte"], told["avant"])
            except acting.Changed as changed:
                return JSONResponse({"error": str(changed), "now": changed.now}, 409)
            except UsageProblem as problem:
                return JSONResponse({"error": str(problem)}, 409)
        return JSONResponse({"saved": f"{datetime.now(self.zone):%H:%M}"})

    async def saved(self, request: Request) -> Response:
        """Answers the page that saves by itself."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MOST_JSON:
                raise HTTPException(413, "C'est trop long.")
        try:
            told = recueil_views.words_in(body)
        except ValueError as error:
            raise HTTPException(400, "La demande est illisible : rechargez la page.") from error
        return await run_in_threadpool(self.save, told)


def _candidate(request: Request) -> str:
    return _checked(request.path_params["candidat"])


def _checked(name: str) -> str:
    """Returns a name that a candidate may bear.

    Raises:
        HTTPException: 404: it is none.
    """
    if not is_identifier(name):
        raise HTTPException(404)
    return name


def _names(kept: Kept | None) -> dict[str, str]:
    members = {one.membre for trace in (kept.recueil.traces if kept else ()) for one in trace.groupe}
    return {one: found.learner.name for one in members if (found := learner_called(one))}


def routes(
    root: Path, outputs: tuple[Path, ...], zone: tzinfo, answered: Callable[[Callable[..., Response]], Any]
) -> list[Route]:
    """The recueils of one person."""
    pages = Recueils(root, outputs, zone)
    one = "/recueils/{candidat}"
    return [
        Route("/recueils", answered(pages.open)),
        Route(one, answered(pages.show), methods=["GET"]),
        Route(f"{one}/pieces/{{trace}}", answered(pages.piece)),
        Route(f"{one}/recueil/apercu.html", answered(pages.preview)),
        Route(f"{one}/ressemblances/{{trace}}", answered(pages.likeness)),
        Route(f"{one}/{{acte}}", answered(pages.do), methods=["POST"]),
        Route("/api/mes-traces", pages.saved, methods=["PUT"]),
    ]
