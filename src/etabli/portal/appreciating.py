"""The page of appreciations: a work beside the grid, one criterion at a time or one learner at a time.

It is one page for the room and for one person: each gives it a `Desk`, and it neither knows accounts nor folders of a
room. Without a script it is a form; with one, it saves by itself.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from etabli.appreciation.grid import Cell, Grid
from etabli.appreciation.kept import Means
from etabli.appreciation.model import LONGEST, Appreciation
from etabli.appreciation.works import LARGEST, Work, checks_beside, is_text, where
from etabli.exam.contract.errors import UsageProblem
from etabli.portal import shelf
from etabli.reports.text import visible

LEARNER, CRITERION = "eleve", "critere"
"""By what one goes on: all learners of a criterion, or all criteria of a learner."""
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_DOCUMENTS = (".docx", ".odt", ".pdf", ".xlsx", ".ods")
_TEXT_SHOWN = 60_000
"""Characters of a file on the page."""
_KEYS = "azertyuiopqsdfghjklmwxcvbn"
"""Of the bank's remarks, in order."""


Reader = Callable[[str, bytes], str | None]
"""A document's name and bytes → its text; ``None`` where it cannot be read."""


@dataclass(frozen=True)
class Desk:
    """What the page is about, and who is before it."""

    grid: Grid
    base: str
    """Address of the page."""
    back: tuple[str, str]
    """Address and words of the way back."""
    author: str
    """Who is signed in; blank where a person has to say."""
    signed: bool
    """Whether the author is known for certain: then nobody types it."""
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    """Alias → name, where the page may say it."""
    site: Callable[[str], str | None] = lambda candidate: None
    """Address of a learner's own site, where one can be opened."""
    reader: Reader | None = None
    """Reads the text of documents; without one, they are only to be fetched."""


def shown(desk: Desk, query: Mapping[str, str], wrong: str | None = None) -> dict[str, Any]:
    """Returns what the template shows: the cell that the address names, else the first one that is left.

    Raises:
        HTTPException: 404: no such learner, criterion or file.
    """
    grid = desk.grid
    order = LEARNER if query.get("ordre") == LEARNER else CRITERION
    cells = _ordered(grid, order)
    if not cells:
        return {"desk": desk, "grid": grid, "cell": None, "wrong": wrong}
    cell = _named(grid, query) or next((one for one in cells if one.left), cells[0])
    at = next(number for number, one in enumerate(cells) if _same(one, cell))
    files = cell.work.files
    first = where(grid.lab, cell.criterion.id, files)
    chosen = query.get("fichier") or (first[0] if first else "")
    if chosen and chosen not in files:
        raise HTTPException(404)
    return {
        "desk": desk,
        "grid": grid,
        "cell": cell,
        "wrong": wrong,
        "order": order,
        "longest": LONGEST,
        "told": lambda said: f"{told(said, desk.now)}.",
        "link": lambda one, **more: address(desk, one, order, **more),
        "cells": cells,
        "before": cells[at - 1] if at else None,
        "after": following(cells, cell),
        "files": files,
        "first": first,
        "chosen": chosen,
        "shown_file": _file(cell.work, chosen, desk.reader),
        "file_link": lambda path, raw=False: f"{desk.base}/rendu/{quote(cell.work.candidate)}/{quote(path)}",
        "proofs": cell.work.proofs(checks_beside(grid.place.referentiel, grid.lab.id, cell.criterion.id)),
        "bank": list(zip(_KEYS, grid.offered(cell.criterion.id), strict=False)),
        "site": desk.site(cell.work.candidate),
        "by_learner": [(work, [grid.cell(work, one) for one in grid.lab.manifest.humain]) for work in grid.works],
    }


def _ordered(grid: Grid, order: str) -> list[Cell]:
    """The cells that have something to look at, in the order in which one goes on."""
    seen = [one for one in grid.cells if one.work.digest is not None]
    if order == LEARNER:
        return seen
    ranks = {one.id: rank for rank, one in enumerate(grid.lab.manifest.humain)}
    return sorted(seen, key=lambda one: ranks[one.criterion.id])


def _named(grid: Grid, query: Mapping[str, str]) -> Cell | None:
    learner, criterion = query.get("eleve"), query.get("critere")
    if not learner or not criterion:
        return None
    found = [one for one in grid.cells if one.work.candidate == learner and one.criterion.id == criterion]
    if not found or found[0].work.digest is None:
        raise HTTPException(404)
    return found[0]


def _same(one: Cell, other: Cell) -> bool:
    return one.work.candidate == other.work.candidate and one.criterion.id == other.criterion.id


def following(cells: list[Cell], cell: Cell) -> Cell | None:
    """Returns the next cell that is left, from the top again after the last one; none when all is looked at."""
    at = next(number for number, one in enumerate(cells) if _same(one, cell))
    return next((one for one in [*cells[at + 1 :], *cells[:at]] if one.left), None)


def address(desk: Desk, cell: Cell, order: str, **more: str) -> str:
    """Returns the address of a cell."""
    said = {"eleve": cell.work.candidate, "critere": cell.criterion.id, "ordre": order} | more
    return f"{desk.base}?{urlencode(said)}"


def _file(work: Work, path: str, reader: Reader | None) -> dict[str, Any]:
    """Returns how a file is shown: as text, as a picture, or only to be fetched."""
    if not path:
        return {"kind": "none"}
    if path.lower().endswith(_PICTURES):
        return {"kind": "picture"}
    content = work.content(path)
    plain = is_text(path)
    text: str | None = None
    if content is not None and plain:
        text = content.decode("cp1252" if _is_ansi(content) else "utf-8", "replace")
    elif content is not None and reader is not None and path.lower().endswith(_DOCUMENTS):
        text = reader(path, content)
    if text is None:
        return {"kind": "fetch"}
    shown = Markup.escape(visible(text[:_TEXT_SHOWN]))  # as it is: no typography of ours in what a learner wrote
    return {"kind": "text", "text": shown, "cut": len(text) > _TEXT_SHOWN, "plain": plain}


def _is_ansi(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


@dataclass(frozen=True)
class Saved:
    """What became of a form."""

    grid: Grid
    cell: Cell
    changed: bool
    go: str
    """Where the browser goes when it is no program that asks."""

    def facts(self, desk: Desk) -> dict[str, Any]:
        """Returns it for the page's script."""
        said = self.cell.said
        return {
            "said": told(said, desk.now) if said else "Rien n'est dit.",
            "left": self.grid.left,
            "to_look": self.grid.to_look,
            "done": not self.cell.left,
        }


def told(said: Appreciation, now: datetime) -> str:
    """Says who said it last, and when."""
    local = said.le.astimezone(now.tzinfo)
    today = local.date() == now.date()
    return f"Enregistré à {local:%H:%M}, par {said.par}" if today else f"Enregistré le {local:%d/%m/%Y}, par {said.par}"


def saved(desk: Desk, form: Mapping[str, object]) -> Saved:
    """Keeps what a form says of one criterion of one work.

    Raises:
        UsageProblem: It says something that cannot be kept.
        HTTPException: 404: no such learner or criterion.
    """

    def text(name: str) -> str:
        value = form.get(name, "")
        return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""

    grid = desk.grid
    cell = _named(grid, {"eleve": text("eleve"), "critere": text("critere")})
    if cell is None:
        raise HTTPException(404)
    degree, remark, offered = text("degre") or None, text("remarque"), text("banque")
    if degree is not None and degree not in grid.degrees:
        raise UsageProblem("Ce degré n'est pas de l'échelle en vigueur : rechargez la page.")
    if offered:
        remark = f"{remark}\n{offered}".strip() if offered not in remark else remark
    if len(remark) > LONGEST:
        raise UsageProblem(f"La remarque a plus de {LONGEST} caractères : raccourcissez-la.")
    author = desk.author if desk.signed else text("par")
    if not author:
        raise UsageProblem("Écrivez d'abord qui apprécie, dans « Vous signez ».")
    said = Appreciation(
        eleve=cell.work.candidate,
        critere=cell.criterion.id,
        degre=degree,
        remarque=remark,
        par=author[:120],
        le=desk.now,
        rendu=cell.work.digest,
    )
    now, number = grid.place.say([said], Means.PAGE)
    fresh = Grid(grid.place, grid.works, now, grid.brought)
    order = LEARNER if text("ordre") == LEARNER else CRITERION
    here = fresh.cell(cell.work, cell.criterion)
    after = following(_ordered(fresh, order), here)
    target = here if offered or after is None else after
    return Saved(fresh, here, bool(number), address(desk, target, order))


def fetched(desk: Desk, candidate: str, path: str) -> Response:
    """Gives a file of a work: a picture is shown, all else is to be kept.

    Raises:
        HTTPException: 404: there is none.
    """
    work = next((one for one in desk.grid.works if one.candidate == candidate), None)
    content = work.content(path) if work else None
    if content is None:
        raise HTTPException(404, f"Ce fichier n'est pas là, ou pèse plus de {LARGEST // 1_000_000} Mo.")
    picture = path.lower().endswith(_PICTURES)
    kind = (mimetypes.guess_type(path)[0] or "application/octet-stream") if picture else "application/octet-stream"
    headers = {"Content-Security-Policy": shelf.policy(ours=False, embedded=False)}
    if not picture:
        name = f"{candidate}-{path.replace('/', '-')}"
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=kind, headers=headers)
