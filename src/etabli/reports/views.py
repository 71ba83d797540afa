"""What the pages have in common, worked out from payloads: bars, counts, points by palier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etabli.exam.contract.french import count, quoted
from etabli.exam.contract.outcome import Outcome, Status
from etabli.reports.payload import CheckResult, LabMeta, Payload, ScoreBlock, decisive_failures, tally
from etabli.reports.printed import ASIDE
from etabli.reports.text import Word, visible, word_of
from etabli.runs.scoring import MISSING


@dataclass(frozen=True)
class Segment:
    """A slice of a bar, in hundredths."""

    code: str
    start: float
    width: float


@dataclass(frozen=True)
class PalierScore:
    """Points of one palier."""

    id: str
    title: str
    score: ScoreBlock

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The bar of its points."""
        points = (self.score["earned"], self.score["failed"], self.score["blocked"], self.score["error"])
        return segments(zip(Outcome, points, strict=True))

    @property
    def complete(self) -> bool:
        """Whether every point was earned."""
        return self.score["earned"] == self.score["possible"]


@dataclass(frozen=True)
class Tally:
    """How many points de vérification have one outcome."""

    word: Word
    number: int


def segments(amounts: Iterable[tuple[str, float]]) -> tuple[Segment, ...]:
    """Lays amounts end to end on a bar of a hundred."""
    known = [(code, amount) for code, amount in amounts if amount > 0]
    total = sum(amount for _code, amount in known)
    laid: list[Segment] = []
    for code, amount in known:
        start = laid[-1].start + laid[-1].width if laid else 0.0
        laid.append(Segment(code=code, start=round(start, 3), width=round(100 * amount / total, 3)))
    return tuple(laid)


def palier_scores(checks: Sequence[CheckResult], lab: LabMeta) -> tuple[PalierScore, ...]:
    """Adds up the points of each palier that has any."""
    scores = ((palier, tally(check for check in checks if check["palier"] == palier)) for palier in lab.palier_ids)
    return tuple(PalierScore(name, lab.palier_title(name), score) for name, score in scores if score["possible"])


def tallies(checks: Iterable[CheckResult]) -> tuple[Tally, ...]:
    """Counts checks by outcome, in the usual order."""
    numbers = Counter(check["outcome"] for check in checks)
    return tuple(Tally(word_of(outcome), numbers[outcome]) for outcome in Outcome)


def states(checks: Iterable[CheckResult]) -> str | None:
    """Says what was observed in words that nobody and no program takes for a mark: « 18 réussis, 3 à revoir »."""
    shown = (f"{item.number} {item.word.counted(item.number)}" for item in tallies(checks) if item.number)
    return ", ".join(shown) or None


_AGAIN = (
    "Relancez « etabli grade » : le rendu sera vérifié de nouveau, et ce dossier reste à côté, pour qui veut "
    "comprendre."
)
_NEXT_STEPS = {
    Status.REJECTED: (
        "Demandez un nouveau rendu à l'élève, puis relancez la même commande : seul ce rendu sera vérifié."
    ),
    Status.NEEDS_REVIEW: (
        "Relancez la vérification de ce rendu avec « --refaire ». Si l'incident revient, "
        "regardez vous-même le point concerné : l'élève n'y est pour rien."
    ),
    Status.MODIFIED: f"Le dossier de cette vérification n'est plus celui qui a été figé. {_AGAIN}",
    Status.UNVERIFIABLE: (
        "Cette vérification a été faite par une version d'Établi qui ne gardait pas d'empreinte : rien ne prouve "
        "qu'elle n'a pas changé. « etabli regrade » la refait à partir du rendu gardé."
    ),
}
_LOOK = (
    "Regardez vous-même ce classeur pour le point concerné : relancer n'y changerait rien. L'élève n'y est pour rien."
)
_OWN_STEPS = {
    Status.REJECTED: "Corrigez ce qui est dit ci-dessus, puis redéposez votre travail.",
    Status.NEEDS_REVIEW: (
        "Vous n'avez rien à faire pour ce point : une personne va le regarder. Le reste de la page est sûr."
    ),
    Status.MODIFIED: "Vous n'avez rien à faire : votre rendu sera vérifié de nouveau.",
    Status.UNVERIFIABLE: "Vous n'avez rien à faire : votre rendu sera vérifié de nouveau.",
}


def next_step(payload: Payload) -> str | None:
    """What the teacher does about a run that has no full verdict."""
    status = Status(payload["status"])
    if status is Status.MODIFIED and {flaw["change"] for flaw in payload.get("flaws", ())} == {"added"}:
        return f"Retirez ce qui a été ajouté à cette vérification, et elle comptera de nouveau. Sinon : {_AGAIN}"
    if status is Status.NEEDS_REVIEW and _only_limits(payload["checks"]):
        return _LOOK
    return _NEXT_STEPS.get(status)


def _only_limits(checks: Iterable[CheckResult]) -> bool:
    """Whether all that is missing is what our tools cannot do: such a point says why, an incident does not."""
    said = [check["observed"] for check in checks if check["outcome"] == Outcome.ERROR]
    return bool(said) and all(one not in (None, MISSING) for one in said)


def own_step(payload: Payload) -> str | None:
    """What the learner does about a run that has no full verdict."""
    return _OWN_STEPS.get(Status(payload["status"]))


def made_otherwise(payload: Payload) -> str | None:
    """Says that the brief or Établi has changed since; the run stands all the same."""
    others = payload.get("others", [])
    if "brief" in others:
        return "Depuis cette vérification, l'énoncé du TP a changé ; les points vérifiés sont les mêmes."
    if "platform" in others:
        return "Depuis cette vérification, Établi a changé ; les points vérifiés et leurs programmes sont les mêmes."
    return None


def made_otherwise_in(payloads: Sequence[Payload]) -> tuple[str, ...]:
    """Says of a class how many runs were made with another brief or another Établi."""
    counted = Counter(other for payload in payloads for other in payload.get("others", []))
    how = {"brief": "un autre énoncé", "platform": "une autre version d'Établi, sur les mêmes points"}
    made = ("{n} vérification a été faite", "{n} vérifications ont été faites")
    return tuple(f"{count(counted[other], *made)} avec {what}." for other, what in how.items() if counted[other])


def cannot_stand(payload: Payload) -> str | None:
    """Says that the work cannot be accepted as it is, whatever its points, and why; most often nothing."""
    failed = decisive_failures(payload)
    if not failed:
        return None
    titles = quoted(visible(check["title"]).rstrip(".") for check in failed)
    return f"Ce rendu ne peut pas être retenu en l'état : avant tout, revoyez {titles}."


def nothing_worked(payload: Payload) -> str | None:
    """Returns the message that the application printed when it earned no point at all: most often why, in one line."""
    score = payload["score"]
    messages = [item["message"] for item in payload.get("messages", []) if item["id"] not in ASIDE]
    return messages[0] if score and not score["earned"] and messages else None
