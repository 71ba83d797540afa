"""The papers of a session as values: which there are, whom each is for, and what each shows.

Nothing here puts an automatic proposal anywhere but in its annex, nor a proposition de note on what a candidate is
given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etabli.commission.judging import degree_title, departures, last_annex, mark_of, rows
from etabli.commission.kept import Board
from etabli.commission.model import Candidate, Situation
from etabli.commission.naming import called
from etabli.commission.proposals import evidence_of, proposals, proposed, recueil_of
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import listed
from etabli.recueil.contents import Contents, Reader, contents_of
from etabli.recueil.kept import Kept
from etabli.referentiel.model import Bloc
from etabli.runs.folder import read_run_folder
from etabli.runs.run import Run
from etabli.seal.short import Printable


@dataclass(frozen=True)
class Paper:
    """One paper to print: a template and what fills it."""

    name: str
    """Of its file, without suffix."""
    title: str
    template: str
    values: dict[str, Any]
    most: int | None = None
    """Pages that it may take; then it comes in several lengths."""
    for_candidate: bool = False


@dataclass(frozen=True)
class Press:
    """All that papers are made from."""

    board: Board
    recueils: Path
    made: date
    weeks: int
    """Of PFMP that the diploma asks for."""
    seal: Printable | None = None
    """What sheets show of the sealed archive, where there is one."""
    files: dict[str, Kept | None] = field(default_factory=dict)

    def file(self, one: Candidate) -> Kept | None:
        """Reads a candidate's recueil once; None where they have none."""
        if one.candidat not in self.files:
            self.files[one.candidat] = recueil_of(self.recueils, one)
        return self.files[one.candidat]

    def contents(self, one: Candidate) -> Contents | None:
        """Returns what a candidate's recueil shows."""
        file, name = self.file(one), called(one.candidat)
        if file is None:
            return None
        return contents_of(file, Reader(name, one.candidat, {}), self.weeks, self.made)


Maker = Callable[[Press, Sequence[Candidate], bool], Iterator[Paper]]


def _blocs(press: Press, units: Sequence[str]) -> list[Bloc]:
    return [one for one in press.board.referentiel.blocs if one.unit in units]


def _who(one: Candidate) -> dict[str, Any]:
    name = called(one.candidat)
    return {"name": name, "alias": one.candidat if name != one.candidat else "", "candidate": one}


def _descriptions(press: Press, _chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    for situation in press.board.session.situations:
        bloc = next(one for one in press.board.referentiel.blocs if one.unit == situation.unite)
        codes = situation.competences or tuple(one.code for one in bloc.competences)
        values = {
            "situation": situation,
            "bloc": bloc,
            "rule": bloc.situation(situation.id),
            "competences": [press.board.referentiel.competences[c] for c in codes],
        }
        yield Paper(
            f"fiche-descriptive-{situation.id}", "Fiche descriptive de la situation d'évaluation", "fiche", values
        )


def _summons(press: Press, chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    """Of candidates whom the chef d'établissement convenes: those in CCF, and of what other status the centre says."""
    session = press.board.session
    for situation in session.situations:
        for one in (one for one in _called_to(press, situation, chosen) if one.statut in session.convoque):
            values = {**_who(one), "situation": situation, "minutes": _minutes(situation, one)}
            yield Paper(
                f"convocation-{situation.id}-{one.candidat}", "Convocation", "convocation", values, for_candidate=True
            )


def _called_to(press: Press, situation: Situation, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The candidates who come to a situation; nobody does where it is judged without them."""
    if not situation.presence:
        return []
    return [one for one in chosen if situation.unite in press.board.session.units_of(one)]


def _minutes(situation: Situation, one: Candidate) -> int | None:
    return round(situation.duree * one.temps) if situation.duree else None


def _roll(press: Press, chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    for situation in press.board.session.situations:
        if come := _called_to(press, situation, chosen):
            people = [{**_who(one), "minutes": _minutes(situation, one)} for one in come]
            people.sort(key=lambda one: one["name"])
            yield Paper(
                f"emargement-{situation.id}",
                "Liste d'émargement",
                "emargement",
                {"situation": situation, "people": people},
            )


def _receipts(press: Press, chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    for one in chosen:
        file = press.file(one)
        runs = [trace for trace in file.recueil.traces if trace.verification] if file else []
        read = [
            (trace, read_run_folder(file.copy_of(trace.verification))) for trace in runs if file and trace.verification
        ]
        handed = [
            {"title": trace.titre, "folder": folder, "run": folder.run, "at": _local(folder.run)}
            for trace, folder in read
        ]
        documents = [trace for trace in file.recueil.traces if trace.ailleurs and trace.ailleurs.sha256] if file else []
        if handed or documents:
            values = {**_who(one), "handed": handed, "documents": documents}
            yield Paper(f"accuse-depot-{one.candidat}", "Accusé de dépôt", "depot", values, for_candidate=True)


def _local(run: Run | None) -> str:
    return f"{datetime.fromisoformat(run.started_at).astimezone():%d/%m/%Y à %H:%M}" if run else ""


def _slips(press: Press, chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    for one in chosen:
        contents = press.contents(one)
        found = []
        for bloc in _blocs(press, press.board.session.units_of(one)):
            for item in bloc.competences:
                own = [t for t in contents.traces if item.code in {c for c, _ in t.competences}] if contents else []
                found.append({"bloc": bloc, "competence": item, "traces": own})
        values = {**_who(one), "found": found, "contents": contents, "seal": press.seal}
        yield Paper(f"bordereau-{one.candidat}", "Bordereau des traces, par compétence", "bordereau", values)


def _grids(press: Press, chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    board = press.board
    for one in chosen:
        told = board.decisions(one.candidat)
        found = rows(board, one, told)
        for bloc in _blocs(press, board.session.units_of(one)):
            own = [(row, board.referentiel.competences[row.code]) for row in found if row.unit == bloc.unit]
            judges = board.session.judges(bloc.unit)
            values = {**_who(one), "bloc": bloc, "rows": own, "judges": judges, "mark": mark_of(told, bloc.unit)}
            yield Paper(f"grille-{bloc.unit}-{one.candidat}", "Grille d'évaluation", "grille", values)


def _annexes(press: Press, chosen: Sequence[Candidate], one_only: bool) -> Iterator[Paper]:
    board = press.board
    for one in chosen:
        told = board.decisions(one.candidat)
        units = [unit for unit in board.session.units_of(one) if last_annex(told, unit)]
        file = press.file(one)
        if not units or file is None:
            if one_only:
                raise UsageProblem(
                    f"L'annexe de {one.candidat} n'est pas ouverte : elle s'imprime quand chacun a jugé (« etabli "
                    f"commission annexe {board.name} --candidat {one.candidat} --par NOM »)."
                )
            continue
        shown = [item for unit in units for item in (last_annex(told, unit) or told.historique[0]).propositions]
        today = {item.competence: item for item in proposals(board, evidence_of(file, board.referentiel))}
        items = [
            {
                "said": kept,
                "text": today[kept.competence].text,
                "reasons": today[kept.competence].reasons,
                "same": proposed(today[kept.competence]) == kept,
            }
            for kept in shown
        ]
        opened = [(unit, last_annex(told, unit)) for unit in units]
        out = [
            entry
            for entry in board.neutralisations.historique
            if (entry.tp, entry.point) in board.neutralisations.in_force
        ]
        values = {**_who(one), "items": items, "opened": opened, "neutralised": out}
        yield Paper(f"constats-{one.candidat}", "Annexe : constats automatiques", "constats", values, most=2)


def _companies(press: Press, chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    for one in chosen:
        contents = press.contents(one)
        seen = [(t, t.observations) for t in contents.traces if t.kind == "PFMP"] if contents else []
        values = {**_who(one), "contents": contents, "seen": seen, "weeks": press.weeks}
        yield Paper(
            f"bilan-pfmp-{one.candidat}", "Bilan des périodes de formation en milieu professionnel", "pfmp", values
        )


def _mishaps(press: Press, chosen: Sequence[Candidate], one_only: bool) -> Iterator[Paper]:
    board, names = press.board, {one.candidat for one in chosen}
    own = [one for one in board.incidents.historique if not one_only or not one.candidats or names & set(one.candidats)]
    situations = {one.id: one for one in board.session.situations}
    for at, one in enumerate(own or [None], start=1):
        who = [called(name) for name in one.candidats if not one_only or name in names] if one else []
        values = {"incident": one, "people": who, "situation": situations.get(one.situation or "") if one else None}
        yield Paper(f"incident-{at}", "Fiche d'incident", "incident", values)


def _minutes_of(press: Press, chosen: Sequence[Candidate], one_only: bool) -> Iterator[Paper]:
    board = press.board
    people: list[dict[str, Any]] = []
    for one in chosen:
        told = board.decisions(one.candidat)
        found = rows(board, one, told)
        marks = {unit: mark_of(told, unit) for unit in board.session.units_of(one)}
        opened = [unit for unit in board.session.units_of(one) if last_annex(told, unit)]
        people.append(
            {
                **_who(one),
                "rows": found,
                "marks": marks,
                "opened": opened,
                "departures": departures(board.referentiel, found),
                "disagreements": [row for row in found if row.disagreement],
            }
        )
    names = {one.candidat for one in chosen}
    incidents = [
        one for one in board.incidents.historique if not one_only or not one.candidats or names & set(one.candidats)
    ]
    come = [one for one in board.session.situations if any(one.unite in board.session.units_of(who) for who in chosen)]
    values = {"people": people, "extract": one_only, "incidents": incidents, "come": come}
    name = f"proces-verbal-{chosen[0].candidat}" if one_only else "proces-verbal"
    yield Paper(name, "Procès-verbal de la commission", "pv", values)


def _balances(press: Press, chosen: Sequence[Candidate], _one: bool) -> Iterator[Paper]:
    board = press.board
    for one in chosen:
        found = rows(board, one, board.decisions(one.candidat))
        blocs = [
            (bloc, [row for row in found if row.unit == bloc.unit])
            for bloc in _blocs(press, board.session.units_of(one))
        ]
        values = {**_who(one), "blocs": blocs}
        yield Paper(f"bilan-competences-{one.candidat}", "Bilan de compétences", "bilan", values, for_candidate=True)


PAPERS: dict[str, Maker] = {
    "fiche": _descriptions,
    "convocation": _summons,
    "emargement": _roll,
    "depot": _receipts,
    "bordereau": _slips,
    "grille": _grids,
    "constats": _annexes,
    "pfmp": _companies,
    "incident": _mishaps,
    "pv": _minutes_of,
    "bilan": _balances,
}
"""What can be printed, by the word that commands use."""


def papers(press: Press, wanted: Sequence[str], candidate: Candidate | None) -> list[Paper]:
    """Returns papers: of one candidate, or of the whole session.

    Raises:
        UsageProblem: A paper has no name here, or cannot be printed yet.
    """
    chosen = [candidate] if candidate else list(press.board.session.candidats)
    if not chosen:
        raise UsageProblem(f"La session « {press.board.name} » n'a pas de candidat : ajoutez-les dans session.yaml.")
    for name in wanted:
        if name not in PAPERS:
            raise UsageProblem(f"« {name} » n'est pas un document : il y a {listed(PAPERS)}.")
    return [paper for name in wanted for paper in PAPERS[name](press, chosen, candidate is not None)]


def exam(press: Press, unit: str) -> str:
    """Returns a unit as papers write it: « E3 (U3) »."""
    bloc = next(one for one in press.board.referentiel.blocs if one.unit == unit)
    return f"{bloc.exam} ({unit})"


def said(press: Press, degree: str | None) -> str:
    """Returns a degree in words."""
    return degree_title(press.board.referentiel, degree)
