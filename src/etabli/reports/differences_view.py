"""What the page of differences says, in words: values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from etabli.exam.contract.french import count, quoted
from etabli.exam.contract.outcome import Outcome, Status
from etabli.reports.payload import LabMeta, usual_title
from etabli.reports.roll import NO_ROLL, Identity, Roll
from etabli.reports.text import Word, visible, word_of
from etabli.runs.differences import Cause, Change, Difference, Differences, Edit, EditKind, Reason, Side

_DIGITS = 8
_LINKS = 3


@dataclass(frozen=True)
class Said:
    """What may have changed a verdict: in words, with the digests for who wants to look closer."""

    sentence: str
    digests: str | None = None

    @property
    def whole(self) -> str:
        """Both in one line."""
        return f"{self.sentence} ({self.digests})" if self.digests else self.sentence


@dataclass(frozen=True)
class SideView:
    """One check before or after."""

    word: Word | None
    """``None`` when the check did not exist."""
    observed: str | None
    links: tuple[tuple[str, str], ...]
    """Evidence: file name and address."""


@dataclass(frozen=True)
class ChangeView:
    """One line: which check, from what to what, why."""

    check: str
    title: str
    palier: str
    before: SideView
    after: SideView
    points: str
    """« +3 », « −2 », « 0 »."""
    tone: str
    """``passed`` for points won, ``failed`` for points lost, ``blocked`` for neither."""
    why: tuple[str, ...]


@dataclass(frozen=True)
class LearnerChanges:
    """One learner for whom something changed."""

    who: Identity
    points_before: str
    points_after: str
    gained: str
    tone: str
    status_before: Word
    status_after: Word
    reason: str | None
    why: tuple[Said, ...]
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True)
class DifferencesView:
    """The whole page."""

    regraded: int
    changed: int
    verdicts: int
    unstable: tuple[Identity, ...]
    causes: tuple[tuple[Said, int], ...]
    """Each with how many learners it concerns."""
    edits: tuple[str, ...]
    learners: tuple[LearnerChanges, ...]
    same: tuple[Identity, ...]
    """Those for whom nothing changed."""
    skipped: tuple[tuple[Identity, str], ...]
    """Those whose submission was not graded again, and why."""


def differences_view(found: Differences, lab: LabMeta, roll: Roll = NO_ROLL) -> DifferencesView:
    """Works out the page of differences."""
    changed = found.changed
    people = _people(found, roll)
    return DifferencesView(
        regraded=len(found.learners),
        changed=len(changed),
        verdicts=sum(len(learner.changes) for learner in changed),
        unstable=tuple(people[learner.candidate] for learner in found.unstable),
        causes=tuple(Counter(one for learner in found.learners for one in reasons_said(learner.reasons)).most_common()),
        edits=tuple(edit_sentence(edit) for edit in found.edits),
        learners=tuple(_learner(learner, people[learner.candidate], lab) for learner in changed),
        same=tuple(people[learner.candidate] for learner in found.learners if not learner.changed),
        skipped=tuple((people[item.candidate], item.why) for item in found.skipped),
    )


def _people(found: Differences, roll: Roll) -> dict[str, Identity]:
    candidates = [*(learner.candidate for learner in found.learners), *(item.candidate for item in found.skipped)]
    return {who.candidate: who for who in roll.people(sorted(candidates))}


def _learner(learner: Difference, who: Identity, lab: LabMeta) -> LearnerChanges:
    gained = (learner.after.earned or 0) - (learner.before.earned or 0)
    examined = learner.after.earned is not None and learner.before.earned is not None
    return LearnerChanges(
        who=who,
        points_before=_points(learner.before.earned, learner.before.possible),
        points_after=_points(learner.after.earned, learner.after.possible),
        gained=signed(gained) if examined else "",
        tone=_tone(gained if examined else 0),
        status_before=word_of(learner.before.status),
        status_after=word_of(learner.after.status),
        reason=learner.after.reason if learner.after.status is not Status.GRADED else None,
        why=why(learner),
        changes=tuple(_change(change, learner, lab) for change in learner.changes),
    )


def _points(earned: int | None, possible: int | None) -> str:
    return "–" if earned is None else f"{earned} sur {possible}"


def signed(number: int) -> str:
    """Writes a change of points with its sign: « +3 », « −2 », « 0 »."""
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}") if number else "0"


def _tone(gained: int) -> str:
    return Outcome.PASSED if gained > 0 else Outcome.FAILED if gained < 0 else Outcome.BLOCKED


def _change(change: Change, learner: Difference, lab: LabMeta) -> ChangeView:
    return ChangeView(
        check=change.check,
        title=change.title,
        palier=lab.palier_title(change.palier),
        before=_side(change.before),
        after=_side(change.after),
        points=signed(change.gained),
        tone=_tone(change.gained),
        why=change_sentences(change),
    )


def _side(side: Side | None) -> SideView:
    if side is None:
        return SideView(None, None, ())
    links = tuple((PurePosixPath(path).name[:_DIGITS], quote(path)) for path in side.evidence[:_LINKS])
    return SideView(word_of(side.outcome), side.observed, links)


def change_sentences(change: Change) -> tuple[str, ...]:
    """Says what concerns one check only: it is new or gone, weighs otherwise, waits for another."""
    before, after = change.before, change.after
    if before is None:
        return ("point ajouté au TP",)
    if after is None:
        return ("point retiré du TP",)
    said = []
    if before.points != after.points:
        said.append(f"points : {before.points} → {after.points}")
    if after.waits_for:
        said.append(f"attend {_titles(after.waits_for)}")
    elif before.waits_for:
        said.append(f"n'attend plus {_titles(before.waits_for)}")
    if change.incident:
        said.append("un incident technique n'est pas un constat")
    return tuple(said)


def _titles(titles: Sequence[str]) -> str:
    return quoted(visible(title) for title in titles)


def why(learner: Difference) -> tuple[Said, ...]:
    """Says what may have caused a learner's differences."""
    if learner.reasons:
        return reasons_said(learner.reasons)
    if learner.unstable:
        return (Said("même vérificateur, même image, même rendu : constat instable, à regarder"),)
    return ()


def reasons_said(reasons: Sequence[Reason]) -> tuple[Said, ...]:
    """Says each thing that differs between two runs."""
    return tuple(_reason(reason) for reason in reasons)


def _reason(reason: Reason) -> Said:
    sentences = {
        Cause.LAB: "version du TP : {before} → {after}",
        Cause.MANIFEST: "la description du TP (lab.yaml) a changé",
        Cause.GRADER: "les points de vérification ont été corrigés entre-temps",
        Cause.IMAGE: "l'image « {name} » a été reconstruite avec les mêmes paquets"
        if reason.same_packages
        else "l'image « {name} » a changé",
        Cause.PACKAGES: "les paquets de l'image « {name} » ont changé",
        Cause.SUBMISSION: "le rendu a changé",
        Cause.DATA: "les données de l'élève ont changé (secret ou session)",
    }
    sentence = sentences[reason.cause].format(
        name=visible(reason.name or ""), before=reason.before or "aucun", after=reason.after or "aucun"
    )
    return Said(sentence, None if reason.cause is Cause.LAB else f"{_short(reason.before)} → {_short(reason.after)}")


def _short(digest: str | None) -> str:
    return digest.removeprefix("sha256:")[:_DIGITS] if digest else "aucun"


def edit_sentence(edit: Edit) -> str:
    """Says one change of the list of checks."""
    sentences = {
        EditKind.ADDED: "ajouté : {title}",
        EditKind.REMOVED: "retiré : {title}",
        EditKind.TITLE: "intitulé : {before} → {after}",
        EditKind.POINTS: "points de {title} : {before} → {after}",
        EditKind.PALIER: "palier de {title} : {before} → {after}",
    }
    title, before, after = edit.title, edit.before, edit.after
    if edit.kind is EditKind.TITLE:
        before, after = _titles([before or ""]), _titles([after or ""])
    if edit.kind is EditKind.PALIER:
        before, after = usual_title(before or ""), usual_title(after or "")
    return sentences[edit.kind].format(title=_titles([title]), before=before, after=after)


def summary(found: Differences) -> str:
    """One sentence for the terminal and the top of the page."""
    graded = count(len(found.learners), "{n} rendu revérifié", "{n} rendus revérifiés")
    if not found.changed:
        return f"{graded} : aucune différence."
    people = count(len(found.changed), "{n} élève", "{n} élèves")
    verdicts = sum(len(learner.changes) for learner in found.changed)
    changes = count(verdicts, "{n} constat changé", "{n} constats changés")
    return f"{graded} : {changes}, pour {people}."
