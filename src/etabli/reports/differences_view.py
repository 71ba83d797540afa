"""What the page of differences says, in words: values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from etabli.exam.contract.french import count, quoted
from etabli.exam.contract.outcome import Outcome
from etabli.reports.payload import usual_title
from etabli.reports.roll import NO_ROLL, Identity, Roll
from etabli.reports.text import visible
from etabli.runs.differences import (
    Cause,
    CheckChange,
    Difference,
    Differences,
    EditKind,
    Examined,
    GridChange,
    Reason,
    Side,
)

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
class DifferencesView:
    """The whole page."""

    unstable: tuple[Identity, ...]
    causes: tuple[tuple[Said, int], ...]
    """Each with how many learners it concerns."""
    edits: tuple[str, ...]
    learners: tuple[tuple[Identity, Difference], ...]
    """Those for whom something changed."""
    same: tuple[Identity, ...]
    """Those for whom nothing changed."""
    skipped: tuple[tuple[Identity, str], ...]
    """Those whose submission was not graded again, and why."""


def differences_view(found: Differences, roll: Roll = NO_ROLL) -> DifferencesView:
    """Works out the page of differences."""
    candidates = [*(learner.candidate for learner in found.learners), *(item.candidate for item in found.skipped)]
    people = {who.candidate: who for who in roll.people(sorted(candidates))}
    return DifferencesView(
        unstable=tuple(people[learner.candidate] for learner in found.unstable),
        causes=tuple(Counter(one for learner in found.learners for one in reasons_said(learner.reasons)).most_common()),
        edits=tuple(edit_sentence(edit) for edit in found.edits),
        learners=tuple((people[learner.candidate], learner) for learner in found.changed),
        same=tuple(people[learner.candidate] for learner in found.learners if not learner.changed),
        skipped=tuple((people[item.candidate], item.why) for item in found.skipped),
    )


def gain(learner: Difference) -> int | None:
    """Returns the points won (or, below 0, lost); ``None`` when one of the two runs was not examined."""
    before, after = learner.before.earned, learner.after.earned
    return None if before is None or after is None else after - before


def points(side: Examined) -> str:
    """Writes the points of a run: « 3 sur 9 »."""
    return "–" if side.earned is None else f"{side.earned} sur {side.possible}"


def signed(number: int) -> str:
    """Writes a change of points with its sign: « +3 », « −2 », « 0 »."""
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}") if number else "0"


def tone(gained: int) -> str:
    """Returns ``passed`` for points won, ``failed`` for points lost, ``blocked`` for neither."""
    return Outcome.PASSED if gained > 0 else Outcome.FAILED if gained < 0 else Outcome.BLOCKED


def links(side: Side) -> list[tuple[str, str]]:
    """Returns the first pieces of evidence of a check: file name and address."""
    return [(PurePosixPath(path).name[:_DIGITS], quote(path)) for path in side.evidence[:_LINKS]]


def change_sentences(change: CheckChange) -> tuple[str, ...]:
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


def edit_sentence(edit: GridChange) -> str:
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
