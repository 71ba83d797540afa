"""What people do to a candidate's file, typed in a command or sent by a page: each act gives the file as it is then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.recueil import adding
from etabli.recueil.choosing import Choice, bring, free_name
from etabli.recueil.kept import Kept, folder_of, write
from etabli.recueil.model import (
    KINDS,
    WORDS,
    Authentication,
    Part,
    Period,
    Seen,
    Trace,
    misfits,
    unknown_criterion,
    unknown_degree,
)
from etabli.runs.folder import read_run_folder
from etabli.runs.identifier import is_same_candidate, nearest_identifier
from etabli.system.held import alone_in

M = TypeVar("M", bound=pydantic.BaseModel)
PART = "part"
"""A member's own words of a group's trace, where the words of a trace are named."""
_LONG = 24
"""Letters of an identifier that is made of a title."""


class Changed(UsageProblem):
    """Ce texte a changé dans un autre onglet : rien n'a été écrit ; rechargez la page pour voir l'autre."""

    def __init__(self, now: str) -> None:
        super().__init__("Ce texte a changé dans un autre onglet : rien n'a été écrit.")
        self.now = now


@contextmanager
def alone(root: Path, candidate: str) -> Iterator[None]:
    """Holds a candidate's folder, which is made if need be: two writes do not take each other's words away.

    Raises:
        UsageProblem: It cannot be made there.
    """
    with alone_in(folder_of(root, candidate), "choisissez un autre dossier avec « --recueils »"):
        yield


def trace_called(kept: Kept, name: str) -> Trace:
    """Returns a trace by its identifier.

    Raises:
        UsageProblem: There is none.
    """
    found = kept.recueil.trace(name)
    if found is None:
        known = quoted(one.id for one in kept.recueil.traces) if kept.recueil.traces else "aucune"
        raise UsageProblem(f"« {name} » n'est pas une trace de ce recueil ; il a {known}.")
    return found


def day(given: str | None, what: str) -> date:
    """Returns a day as it was typed; today without one.

    Raises:
        UsageProblem: It is none.
    """
    if given is None:
        return datetime.now().astimezone().date()
    try:
        return datetime.strptime(given, "%Y-%m-%d").date()
    except ValueError as error:
        raise UsageProblem(f"« {what} {given} » n'est pas un jour : écrivez par exemple 2026-11-28.") from error


def told(kept: Kept, name: str, words: Mapping[str, str], groupe: Sequence[Part] | None = None) -> Kept:
    """Writes what a learner says of a trace, and a group's members; what is not given stays.

    Raises:
        UsageProblem: There is no such trace, or a text is too long.
    """
    changed: dict[str, Any] = trace_called(kept, name).model_dump()
    changed["reflexion"] = {**changed["reflexion"], **words}
    if groupe is not None:
        changed["groupe"] = [one.model_dump() for one in groupe]
    return written(kept, made(Trace, changed))


def said(kept: Kept, name: str, key: str, text: str, before: str, member: str = "") -> Kept:
    """Writes one text of a trace in the place of the one that its writer has seen: a field of theirs, or their part.

    Args:
        kept: The candidate's file.
        name: Of the trace.
        key: One of ``WORDS``, or ``part``.
        text: The new text.
        before: The one that it replaces, as the page knew it.
        member: Whose part it is.

    Raises:
        Changed: Another text is there meanwhile; nothing is written.
        UsageProblem: There is no such trace, text or member; or it is too long.
    """
    trace = trace_called(kept, name)
    text, before = text.replace("\r\n", "\n").strip(), before.replace("\r\n", "\n").strip()
    if key == PART:
        now = next((one.part for one in trace.groupe if one.membre.lower() == member.lower()), None)
    else:
        now = getattr(trace.reflexion, key) if key in WORDS else None
    if now is None:
        raise UsageProblem(f"« {key} » ne s'écrit pas ici : rechargez la page.")
    if text == now:
        return kept
    if before != now:
        raise Changed(now)
    if key == PART:
        parts = [
            one.model_copy(update={"part": text} if one.membre.lower() == member.lower() else {})
            for one in trace.groupe
        ]
        return told(kept, name, {}, parts)
    return told(kept, name, {key: text})


def grouped(kept: Kept, name: str, members: Iterable[str]) -> Kept:
    """Names the members of a group; the words of those who stay are kept, nobody's are written for them.

    Raises:
        UsageProblem: There is no such trace.
    """
    parts = {one.membre.lower(): one for one in trace_called(kept, name).groupe}
    wanted = list(dict.fromkeys(members))
    return told(kept, name, {}, [parts.get(one.lower()) or made(Part, {"membre": one}) for one in wanted])


def taken(kept: Kept, source: Kept, name: str) -> tuple[Kept, str]:
    """Takes a group's trace into the recueil of another member, who says of it their own words.

    Nothing is taken of what its author says of it, nor of what people observed or authenticated there.

    Args:
        kept: The member's file.
        source: The file of who chose it.
        name: Of the trace there.

    Raises:
        UsageProblem: It does not name the member, is there already, or its verification is not believed.
    """
    theirs, me = trace_called(source, name), kept.recueil.candidat
    if not any(is_same_candidate(one.membre, me) for one in theirs.groupe):
        raise UsageProblem(
            f"« {name} », de {source.recueil.candidat}, ne nomme pas {me} parmi ses membres : nommez-le d'abord, "
            "avec « --membre »."
        )
    if any(same_work(one, theirs) for one in kept.recueil.traces):
        raise UsageProblem(f"« {theirs.titre} » est déjà dans le recueil de {me}.")
    facts = theirs.model_dump(exclude={"authentification", "reflexion"}) | {"id": free_name(kept, theirs.id)}
    if theirs.verification:
        folder = read_run_folder(source.copy_of(theirs.verification))
        if folder.run is None:
            raise UsageProblem(f"« {folder.path.name} » ne peut pas être une trace. {folder.sentence()}")
        facts |= bring(kept, Choice(folder, folder.run, "reprise"), theirs.titre).model_dump(include={"verification"})
    elif theirs.ailleurs and theirs.ailleurs.copie:
        called, content = adding.read_document(source.folder / theirs.ailleurs.copie)
        facts["ailleurs"] |= adding.brought(kept, facts["id"], theirs.ailleurs.fichier or called, content)
    return written(kept, made(Trace, facts)), facts["id"]


def same_work(one: Trace, other: Trace) -> bool:
    """Tells whether two traces, of one recueil or of two members', are of one verification or one document."""
    if one.verification and other.verification:
        return one.verification.run == other.verification.run
    if one.ailleurs and other.ailleurs:
        return one.titre == other.titre and (one.ailleurs.origine, one.ailleurs.sha256) == (
            other.ailleurs.origine,
            other.ailleurs.sha256,
        )
    return False


def brought(
    kept: Kept,
    facts: Mapping[str, Any],
    outside: Mapping[str, Any],
    document: tuple[str, bytes] | None = None,
) -> tuple[Kept, str]:
    """Adds a trace of elsewhere; returns the file, and how the trace is called.

    Args:
        kept: The candidate's file.
        facts: ``titre``, ``date``, and ``type`` where it is known.
        outside: What ``ailleurs`` says: ``origine``, ``auteur``, ``competences``, ``criteres``.
        document: A file's name and content.

    Raises:
        UsageProblem: Something of it cannot be.
    """
    kind = facts.get("type") or ("pfmp" if str(outside["origine"]).upper().startswith("PFMP") else "autre")
    if kind not in KINDS:
        raise UsageProblem(f"« {kind} » n'est pas un type de trace : choisissez parmi {quoted(KINDS)}.")
    name = free_name(kept, identifier(str(facts["titre"])))
    trace = made(Trace, {**facts, "id": name, "type": kind, "ailleurs": dict(outside)})
    _expect_fitting(kept, trace)
    if document is not None:
        copied = adding.brought(kept, name, *document)
        trace = made(Trace, {**facts, "id": name, "type": kind, "ailleurs": {**outside, **copied}})
    return written(kept, trace), name


def observed(kept: Kept, facts: Mapping[str, Any]) -> Kept:
    """Notes what a person observed of a criterion.

    Args:
        kept: The candidate's file.
        facts: What :class:`Seen` says.

    Raises:
        UsageProblem: The référentiel has no such criterion or degree, or there is no such trace.
    """
    if facts["critere"] not in kept.referentiel.criteria:
        raise UsageProblem(sentence(unknown_criterion(facts["critere"], kept.referentiel)))
    if facts["degre"] not in {one.id for one in kept.referentiel.echelle.degres}:
        raise UsageProblem(sentence(unknown_degree(facts["degre"], kept.referentiel)))
    if facts.get("trace") is not None:
        trace_called(kept, facts["trace"])
    recueil = kept.recueil
    return write(kept, recueil.model_copy(update={"observations": (*recueil.observations, made(Seen, dict(facts)))}))


def authenticated(kept: Kept, traces: Iterable[Trace], par: str, le: date, aide: str) -> Kept:
    """Notes that a teacher says whose work these traces are, as they are now.

    Raises:
        UsageProblem: Nothing is said of the help.
    """
    for trace in traces:
        own = made(Authentication, {"par": par, "le": le, "aide": aide, "empreinte": trace.digest})
        kept = write(kept, kept.recueil.changed(trace.model_copy(update={"authentification": own})))
    return kept


def period_noted(kept: Kept, facts: Mapping[str, Any]) -> Kept:
    """Notes a period in a company; the same title replaces the former one.

    Raises:
        UsageProblem: It ends before it begins, or something of it cannot be.
    """
    title = str(facts["titre"])
    others = [one for one in kept.recueil.pfmp if one.titre != title]
    name = next((one.id for one in kept.recueil.pfmp if one.titre == title), None)
    period = made(Period, {"id": name or free_name(kept, identifier(title)), **facts})
    if period.au < period.du:
        raise UsageProblem(f"La fin ({period.au:%d/%m/%Y}) est avant le début : donnez ce jour ou un autre après.")
    periods = tuple(sorted([*others, period], key=lambda one: one.du))
    return write(kept, kept.recueil.model_copy(update={"pfmp": periods}))


def made(model: type[M], facts: Mapping[str, Any]) -> M:
    """Makes what the file will hold of what was typed; what it could not hold is refused in one sentence.

    Raises:
        UsageProblem: It could not.
    """
    try:
        return model.model_validate(dict(facts))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "la trace"
        kind = {"string_too_long": "plus de 6000 caractères", "string_too_short": "il est vide"}
        problem = kind.get(first["type"], "il n'a pas la forme attendue")
        raise UsageProblem(f"« {place} » ne va pas ({problem}) : écrivez-le autrement.") from error


def written(kept: Kept, trace: Trace) -> Kept:
    """Writes a trace, once what it says of the référentiel is known to be in it.

    Raises:
        UsageProblem: It is not, or the file cannot be written.
    """
    _expect_fitting(kept, trace)
    return write(kept, kept.recueil.changed(trace))


def _expect_fitting(kept: Kept, trace: Trace) -> None:
    for wrong in misfits(kept.referentiel)(kept.recueil.changed(trace)):
        raise UsageProblem(sentence(wrong.problem))


def sentence(problem: str) -> str:
    """Makes a sentence of what a misfit says."""
    text = problem[:1].upper() + problem[1:]
    return text if text.endswith("?") else f"{text}."


def identifier(title: str) -> str:
    """Makes an identifier of the first words of a title: « PFMP 1 » becomes ``pfmp-1``."""
    words = nearest_identifier(title).lower().replace(".", "-").replace("_", "-").split("-")
    name = "-".join(words[: max(1, sum(len("-".join(words[: at + 1])) <= _LONG for at in range(len(words))))])[:_LONG]
    return name if name[:1].isalpha() and len(name) > 1 else f"trace-{name}"
