"""What a recueil shows, worked out from a candidate's file: values in, values out, but for the frozen runs it reads.

There is neither a point, nor a mark, nor a proposed degree in it: assessors judge first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.outcome import Outcome, Status
from etabli.recueil.interviewing import Interview, no_interview
from etabli.recueil.kept import Kept, attempts_of
from etabli.recueil.model import KINDS, WORDS, Attempt, Period, Seen, Trace
from etabli.referentiel.model import Bloc, Referentiel
from etabli.reports.build import payload_of
from etabli.reports.payload import CheckResult, EvidenceItem, Payload
from etabli.reports.pictures import Album, Proof
from etabli.roster.anywhere import learner_called
from etabli.runs.folder import RunFolder, read_run_folder
from etabli.runs.run import Run


@dataclass(frozen=True)
class Findings:
    """What one trace shows of one competence, in words."""

    code: str
    text: str
    passed: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    """Title, and what is said of it."""
    blocked: tuple[str, ...]
    incidents: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Of which other competences some of these points are told too."""


@dataclass(frozen=True)
class SeenView:
    """One observation, as people read it."""

    competence: str
    criterion: str
    degree: str
    person: str
    day: str
    remark: str
    looked: str = ""
    """What was looked at in the work, as its sheet says it."""
    stale: bool = False
    """It was seen on another state of the work than this trace."""


@dataclass(frozen=True)
class TraceView:
    """One trace, as it is shown."""

    mark: str
    """« T1 »: by what the index calls it."""
    kind: str
    title: str
    day: str
    origin: str
    competences: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    """Title and text of what the learner wrote."""
    silent: tuple[str, ...]
    """Titles of what they did not write."""
    parts: tuple[tuple[str, str], ...]
    """A group's members, and the part of each."""
    authentic: str
    """Who authenticated it, when, under what help; or that nobody did."""
    stands: bool
    findings: tuple[Findings, ...]
    pictures: tuple[Proof, ...]
    texts: tuple[Proof, ...]
    observations: tuple[SeenView, ...]
    facts: tuple[str, ...]
    """What identifies it: run, hash of the hand-in, document."""
    questions: tuple[str, ...] = ()
    """What may be asked of the candidate about it."""
    unusable: str | None = None
    """Why nothing of a run is believed."""
    document: str | None = None
    """Where the copy of its document is, from the page."""


@dataclass(frozen=True)
class IndexRow:
    """A trace below a bloc."""

    competences: str
    trace: TraceView


@dataclass(frozen=True)
class IndexBloc:
    """One bloc of competences, and its traces."""

    unit: str
    exam: str
    title: str
    rows: tuple[IndexRow, ...]
    without: tuple[str, ...]
    """Competences that no trace shows yet."""


@dataclass(frozen=True)
class AttemptView:
    """One verification in the annex."""

    run: str
    day: str
    states: str
    chosen: str
    """The trace that it is, if it was chosen."""


@dataclass(frozen=True)
class Contents:
    """All that a recueil shows."""

    who: str
    """Name, identifier or number."""
    alias: str | None
    """The identifier, where a name is shown beside it."""
    diploma: str
    made: str
    referentiel: str
    unofficial: tuple[str, ...]
    doubtful: tuple[str, ...]
    """Competences whose code or wording was not read in a source."""
    """Competences of which the official criteria are not loaded."""
    blocs: tuple[IndexBloc, ...]
    traces: tuple[TraceView, ...]
    direct: tuple[SeenView, ...]
    periods: tuple[Period, ...]
    weeks: int
    wanted_weeks: int
    attempts: tuple[tuple[str, tuple[AttemptView, ...]], ...]
    """A lab's title, and its verifications."""

    @property
    def authentic(self) -> int:
        """How many traces are authenticated as they are."""
        return sum(one.stands for one in self.traces)


@dataclass(frozen=True)
class Reader:
    """Whom the recueil is for: how people are called in it."""

    who: str
    alias: str | None
    names: dict[str, str]
    """How group members are called, by what the file calls them in lower case."""
    documents: bool = True
    """Whether copies of documents go with it."""


def named_reader(kept: Kept) -> Reader:
    """For the candidate, teachers and the commission: names as the table of names has them, identifiers beside."""
    found = learner_called(kept.recueil.candidat)
    names = {member: named.learner.name for member in members_of(kept) if (named := learner_called(member))}
    who = found.learner.name if found else kept.recueil.candidat
    return Reader(who, kept.recueil.candidat if found else None, names)


def members_of(kept: Kept) -> list[str]:
    """Returns whom groups name, in lower case, each once."""
    return list(dict.fromkeys(one.membre.lower() for trace in kept.recueil.traces for one in trace.groupe))


def contents_of(
    kept: Kept, reader: Reader, wanted_weeks: int, made: date, interview: Interview = no_interview
) -> Contents:
    """Works out what a candidate's recueil shows.

    Raises:
        LabError: A file beside it says something that it may not.
    """
    referentiel = kept.referentiel
    ordered = in_order(kept)
    traces = tuple(_trace(kept, one, f"T{at}", reader, interview) for at, one in enumerate(ordered, start=1))
    marks = {one.verification.run: view.mark for one, view in zip(ordered, traces, strict=True) if one.verification}
    direct = [one for one in kept.recueil.observations if one.trace is None]
    return Contents(
        who=reader.who,
        alias=reader.alias,
        diploma=referentiel.diploma.name,
        made=f"{made:%d/%m/%Y}",
        referentiel=kept.recueil.referentiel[:16],
        unofficial=tuple(code for code, one in referentiel.competences.items() if not one.has_official_criteria),
        doubtful=tuple(code for code, one in referentiel.competences.items() if not one.verified),
        blocs=tuple(_bloc(bloc, traces) for bloc in referentiel.blocs),
        traces=traces,
        direct=seen_by(direct, referentiel),
        periods=kept.recueil.pfmp,
        weeks=sum(one.semaines for one in kept.recueil.pfmp),
        wanted_weeks=wanted_weeks,
        attempts=tuple(_attempts(kept, ordered, marks)),
    )


def in_order(kept: Kept) -> list[Trace]:
    """Returns the traces as the recueil numbers them, from T1 on."""
    return sorted(kept.recueil.traces, key=lambda one: (_place(kept, one), one.titre, one.date, one.id))


def _place(kept: Kept, trace: Trace) -> int:
    """The rank of the first competence that a trace says something of."""
    codes, ranks = codes_of(kept, trace), list(kept.referentiel.competences)
    return min((ranks.index(code) for code in codes), default=len(ranks))


def codes_of(kept: Kept, trace: Trace) -> list[str]:
    """The competences that a trace says something of, in the référentiel's order."""
    referentiel = kept.referentiel
    if trace.ailleurs is not None:
        own = {*trace.ailleurs.competences, *(referentiel.competence_of[one] for one in trace.ailleurs.criteres)}
    else:
        assert trace.verification is not None  # a trace is one or the other
        lab = trace.verification.tp
        own = {code for code, one in referentiel.competences.items() if one.checks_of(lab)}
    return [code for code in referentiel.competences if code in own]


def _bloc(bloc: Bloc, traces: Sequence[TraceView]) -> IndexBloc:
    codes = [one.code for one in bloc.competences]
    own = [(one, [code for code, _text in one.competences if code in codes]) for one in traces]
    shown = {code for _one, found in own for code in found}
    rows = tuple(IndexRow(", ".join(found), one) for one, found in own if found)
    return IndexBloc(bloc.unit, bloc.exam, bloc.title, rows, tuple(code for code in codes if code not in shown))


def _trace(kept: Kept, trace: Trace, mark: str, reader: Reader, interview: Interview) -> TraceView:
    referentiel = kept.referentiel
    said = trace.reflexion.model_dump()
    folder, payload = _verified(kept, trace)
    findings, pictures, texts = _shown(kept, trace, payload)
    outside = trace.ailleurs
    return TraceView(
        mark=mark,
        kind=KINDS[trace.type],
        title=trace.titre,
        day=f"{trace.date:%d/%m/%Y}",
        origin=outside.origine if outside and outside.origine != KINDS[trace.type] else "",
        competences=tuple((code, referentiel.competences[code].text) for code in codes_of(kept, trace)),
        words=tuple((title, said[key]) for key, title in WORDS.items() if said[key]),
        silent=tuple(title for key, title in WORDS.items() if not said[key]),
        parts=tuple((reader.names.get(one.membre.lower(), one.membre), one.part) for one in trace.groupe),
        authentic=authentic(trace),
        stands=trace.stands,
        findings=findings,
        pictures=(*pictures, *_picture(kept, trace, reader)),
        texts=texts,
        observations=seen_by(
            [one for one in kept.recueil.observations if one.trace == trace.id],
            referentiel,
            payload["submission_sha256"] if payload else None,
        ),
        questions=interview(folder.run) if folder and folder.run and payload else (),
        facts=_facts(trace, payload, reader),
        unusable=None if folder is None or payload else f"{folder.sentence()} {folder.remedy()}",
        document=outside.copie if outside and reader.documents else None,
    )


def authentic(trace: Trace) -> str:
    """Says who authenticated a trace, when and under what help, or that nobody did."""
    told = trace.authentification
    if told is None:
        return "Pas encore authentifiée par un enseignant."
    said = f"par {told.par}, le {told.le:%d/%m/%Y}. Conditions et aide : {told.aide.rstrip('.')}."
    return f"Authentifiée {said}" if trace.stands else f"Modifiée depuis l'authentification {said}"


def _verified(kept: Kept, trace: Trace) -> tuple[RunFolder | None, Payload | None]:
    """Reads the copy of a run back; nothing of one that has changed is believed."""
    folder = copy_of(kept, trace)
    run: Run | None = folder.run if folder and folder.verifiable else None
    return folder, payload_of(run) if run else None


def copy_of(kept: Kept, trace: Trace) -> RunFolder | None:
    """Reads the copy of a trace's run back; ``None`` for what is from elsewhere."""
    if trace.verification is None:
        return None
    return read_run_folder(kept.copy_of(trace.verification))


def _shown(
    kept: Kept, trace: Trace, payload: Payload | None
) -> tuple[tuple[Findings, ...], tuple[Proof, ...], tuple[Proof, ...]]:
    """What a run found, by competence, and what may be shown of its evidence: pictures, and the beginning of texts."""
    if payload is None:
        return (), (), ()
    album = Album(kept.outputs(payload["lab"]), linked=False)
    proofs = album.proofs(_evidence(payload["checks"]))
    pictures = tuple(proof for proof in proofs if proof.image)
    return tuple(_findings(kept, payload)), pictures, tuple(proof for proof in proofs if proof.text)


def _evidence(checks: Iterable[CheckResult]) -> list[EvidenceItem]:
    """Each proof once, those of what passed first: they show the work."""
    ordered = sorted(checks, key=lambda one: one["outcome"] != Outcome.PASSED)
    found = {proof["sha256"]: proof for one in ordered for proof in one["evidence"] if proof["kind"] != "rows"}
    return list(found.values())


def _findings(kept: Kept, payload: Payload) -> Iterable[Findings]:
    left = list(payload["checks"])
    for code, competence in kept.referentiel.competences.items():
        own = competence.checks_of(payload["lab"])
        mine = [one for one in left if one["id"] in own]
        left = [one for one in left if one["id"] not in own]
        if mine:
            yield replace(_found(code, competence.text, mine), also=tuple(_also(kept, payload["lab"], code, mine)))
    if left:
        yield _found("", "Autres points, hors compétence du diplôme", left)


def _also(kept: Kept, lab: str, code: str, checks: Sequence[CheckResult]) -> Iterable[str]:
    """Says how many of the points told under a competence show another one too: each is told once."""
    for other, competence in kept.referentiel.competences.items():
        number = len({one["id"] for one in checks} & competence.checks_of(lab)) if other != code else 0
        if number:
            yield f"{number} aussi pour {other}"


def _found(code: str, text: str, checks: Sequence[CheckResult]) -> Findings:
    def of(outcome: Outcome) -> list[CheckResult]:
        return [one for one in checks if one["outcome"] == outcome]

    return Findings(
        code,
        text,
        tuple(_title(one) for one in of(Outcome.PASSED)),
        tuple((_title(one), _observed(one)) for one in of(Outcome.FAILED)),
        tuple(_title(one) for one in of(Outcome.BLOCKED)),
        tuple(_title(one) for one in of(Outcome.ERROR)),
    )


def _title(check: CheckResult) -> str:
    return check["title"].rstrip(".")


def _observed(check: CheckResult) -> str:
    """Says what was observed of a point that failed, and where the work cannot be kept without it."""
    decisive = "À reprendre avant tout. " if check.get("decisive") else ""
    return f"{decisive}Observé : {check['observed']}" if check["observed"] else decisive.strip()


def _picture(kept: Kept, trace: Trace, reader: Reader) -> Iterable[Proof]:
    """The document of a trace from elsewhere, where it is a picture."""
    if trace.ailleurs is None or trace.ailleurs.copie is None or not reader.documents:
        return ()
    item: EvidenceItem = {"kind": "document", "caption": trace.titre, "path": trace.ailleurs.copie, "sha256": ""}
    return [proof for proof in Album(kept.folder, linked=False).proofs([item]) if proof.image]


def _facts(trace: Trace, payload: Payload | None, reader: Reader) -> tuple[str, ...]:
    if trace.ailleurs is not None:
        told = [f"Auteur : {trace.ailleurs.auteur}"]
        if trace.ailleurs.sha256:
            name = trace.ailleurs.fichier if reader.documents else "gardé par le centre"
            told.append(f"Document : {name} (SHA-256 {trace.ailleurs.sha256[:16]}…)")
        return tuple(told)
    assert trace.verification is not None  # a trace is one or the other
    told = [f"Vérification {trace.verification.run}"]
    if payload and payload["submission_sha256"]:
        told.append(f"Rendu : SHA-256 {payload['submission_sha256'][:16]}…")
    if payload and payload["status"] == Status.NEEDS_REVIEW:
        told.append("Un incident technique est à regarder par une personne.")
    return tuple(told)


def seen_by(found: Iterable[Seen], referentiel: Referentiel, digest: str | None = None) -> tuple[SeenView, ...]:
    """Returns what people observed, as it is read."""
    degrees = {one.id: one.title for one in referentiel.echelle.degres}
    return tuple(
        SeenView(
            competence=referentiel.competence_of[one.critere],
            criterion=referentiel.criteria[one.critere].text,
            degree=degrees[one.degre],
            person=one.par,
            day=f"{one.le:%d/%m/%Y}",
            remark=one.remarque,
            looked=one.regarde.titre if one.regarde else "",
            stale=bool(digest and one.regarde and one.regarde.rendu not in (None, digest)),
        )
        for one in sorted(found, key=lambda one: (one.critere, one.le))
    )


def _attempts(
    kept: Kept, traces: Iterable[Trace], marks: dict[str, str]
) -> Iterable[tuple[str, tuple[AttemptView, ...]]]:
    for lab in dict.fromkeys(one.verification.tp for one in traces if one.verification):
        if told := attempts_of(kept, lab):
            yield told.titre, tuple(_attempt(one, marks) for one in told.essais)


def _attempt(one: Attempt, marks: dict[str, str]) -> AttemptView:
    return AttemptView(one.run, f"{one.le:%d/%m/%Y}", states_of(one), marks.get(one.run, ""))


def states_of(one: Attempt) -> str:
    """Says what one verification found, in counts of constats; or why it has none."""
    numbers = (
        (one.reussis, "réussi", "réussis"),
        (one.a_revoir, "à revoir", "à revoir"),
        (one.non_observes, "non observé", "non observés"),
        (one.incidents, "incident technique", "incidents techniques"),
    )
    states = [counted(number, word, words) for number, word, words in numbers if number]
    return listed(states) if states else one.remarque
