"""Papers as files: one PDF per paper, tagged, made where people's words are printed; and one candidate's whole set.

::

    pour-le-candidat/      convocation, énoncé, accusé de dépôt, bilan de compétences: no mark, no automatic proposal
    pour-la-commission/    the rest
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from etabli.commission.model import Candidate
from etabli.commission.pages import body, job
from etabli.commission.papers import PAPERS, Paper, Press, papers
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.lab.handout import write_paper
from etabli.lab.manifest import load_lab
from etabli.lab.pdf import can_print
from etabli.lab.sujet import make_sujet, write_sujet
from etabli.lab.variant import Seat
from etabli.runs.evidence import write_results
from etabli.sandbox.docker_press import all_printed, printed
from etabli.system.disk import close_to_others, writable

FOR_CANDIDATE, FOR_COMMISSION = "pour-le-candidat", "pour-la-commission"
_KIND = {paper: f"{at:02}" for at, paper in enumerate(PAPERS, start=1)}

Wrote = dict[Path, int | None]
"""What was written, and how many pages it has."""


def print_one(press: Press, name: str, candidate: Candidate | None, out: Path) -> int:
    """Writes papers of one kind as one PDF; returns its pages.

    Raises:
        UsageProblem: There is none to print, or it cannot be written.
        SandboxError: This machine cannot print.
    """
    found = papers(press, [name], candidate)
    if not found:
        raise UsageProblem(f"Il n'y a pas de « {name} » à imprimer : {_why(name)}.")
    pdf = printed(job(press, found))
    with writable(out, "-o"):
        write_results(out, pdf.pdf)
    return pdf.pages


def _why(name: str) -> str:
    said = {
        "depot": "le recueil du candidat n'a ni vérification ni document",
        "constats": "aucune annexe n'est ouverte",
        "convocation": "il faut une situation où vient un candidat, d'un statut que ce centre convoque (« convoque » "
        "dans session.yaml, docs/commission.md)",
    }
    return said.get(name, "ajoutez une situation dans session.yaml (docs/commission.md)")


def html(press: Press, name: str, candidate: Candidate | None) -> list[str]:
    """Returns papers as HTML, whole: for whoever looks at them without the press."""
    return [body(press, one) for one in papers(press, [name], candidate)]


def print_set(
    press: Press, candidate: Candidate, out: Path, secret: bytes, done: Callable[[Path], None] = lambda path: None
) -> Wrote:
    """Writes one candidate's whole set; what was in a former one is replaced.

    Raises:
        UsageProblem: Something else is there, or it cannot be written.
        SandboxError: This machine cannot print.
    """
    _only_ours(out)
    wrote: Wrote = {}
    with writable(out, "-o"):
        for folder in (FOR_CANDIDATE, FOR_COMMISSION):
            shutil.rmtree(out / folder, ignore_errors=True)
            (out / folder).mkdir(parents=True)
        close_to_others(out)
        kinds = list(_by_kind(press, candidate))
        pdfs = all_printed([job(press, found) for _name, found in kinds])
        for (name, found), pdf in zip(kinds, pdfs, strict=True):
            path = (
                out
                / (FOR_CANDIDATE if found[0].for_candidate else FOR_COMMISSION)
                / f"{_KIND[name]}-{_stem(found)}.pdf"
            )
            write_results(path, pdf.pdf)
            wrote[path] = pdf.pages
            done(path)
        for path, pages in _briefs(press, candidate, out / FOR_CANDIDATE, secret):
            wrote[path] = pages
            done(path)
    return wrote


def _by_kind(press: Press, candidate: Candidate) -> Iterator[tuple[str, Sequence[Paper]]]:
    """Each kind that there is something of; an annex that is not open is left out."""
    for name in PAPERS:
        if name == "constats" and not any(
            one.quoi == "annexe" for one in press.board.decisions(candidate.candidat).historique
        ):
            continue
        if found := papers(press, [name], candidate):
            yield name, found


def _stem(found: Sequence[Paper]) -> str:
    """The template's word: the folder says whose it is."""
    words = {
        "fiche": "fiche-descriptive",
        "depot": "accuse-de-depot",
        "constats": "constats-automatiques",
        "pv": "proces-verbal",
    }
    words |= {"pfmp": "bilan-pfmp", "bilan": "bilan-de-competences"}
    return words.get(found[0].template, found[0].template)


def _briefs(press: Press, candidate: Candidate, folder: Path, secret: bytes) -> Iterator[tuple[Path, int | None]]:
    """The énoncé with the candidate's own data, of each situation that has a lab."""
    units = press.board.session.units_of(candidate)
    for situation in press.board.session.situations:
        if situation.tp is None or situation.unite not in units:
            continue
        sujet = make_sujet(Seat(load_lab(situation.tp), candidate.candidat, press.board.name), secret)
        target = folder / f"enonce-{situation.id}"
        write_sujet(sujet, target)
        pages = sum(len(sheet.pages) for sheet in write_paper(sujet, target).values()) if can_print() else None
        yield target, pages


def _only_ours(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageProblem(f"« {out} » n'est pas un dossier : donnez-en un autre avec « -o ».")
    others = sorted({path.name for path in out.iterdir()} - {FOR_CANDIDATE, FOR_COMMISSION}) if out.is_dir() else []
    if others:
        raise UsageProblem(
            f"« {out} » contient autre chose ({quoted(others[:3])}) : donnez un dossier vide ou nouveau."
        )
