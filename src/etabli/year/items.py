"""How each check behaves over a class: how many pass it, and whether it says the same as the rest of their work.

Two statistics of classical test theory, on the run that counts of each learner:

- *difficulty* (facility): of those whose check was judged, the share that passed. What was blocked or is an incident of
  ours is missing, never a failure.
- *discrimination*: the point-biserial correlation between a check and the share of the other checks that the same
  learner passed. The check itself is left out of the rest, else it would agree with itself.

Thresholds: below 0.20 a check says little, below 0 something is wrong with it or with what it asks. These are those of
Moodle's quiz statistics (« weak discrimination », « question probably invalid »), and 0.20 is that of the R package
performance for the corrected item-total correlation (after Kelava and Moosbrugger, 2020). Ours: what « nearly all »
means, and the fewest learners for which anything is said. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import StatisticsError, correlation

from etabli.exam.contract.french import count, counted
from etabli.exam.contract.outcome import Outcome
from etabli.referentiel.traces import Constat

LEARNERS = 8
"""Ours: below so many judged works, nothing is said of a check; a small class of this diploma has eight learners."""
EACH_SIDE = 3
"""Ours: so many passed and so many failed, without which a correlation is an accident."""
NEARLY = 20
"""Ours: « nearly all » is all but one, or all but one in so many."""
WEAK = 0.20


class Behaviour(StrEnum):
    """How a check behaves over a class."""

    FAILED_BY_ALL = "failed-by-all"  #: by nearly all
    DISAGREES = "disagrees"  #: those who pass the rest fail it more often
    WEAK = "weak"  #: it says little of the rest
    PASSED_BY_ALL = "passed-by-all"  #: by nearly all; no fault of a check of Essentiel
    USUAL = "usual"
    TOO_FEW = "too-few"  #: judged for too few learners, or nearly always one way


ODD = (Behaviour.FAILED_BY_ALL, Behaviour.DISAGREES, Behaviour.PASSED_BY_ALL)
"""What a teacher is shown; « weak » is a hint, in the whole table."""
PRESSING = (Behaviour.FAILED_BY_ALL, Behaviour.DISAGREES)
"""What asks a teacher to look."""


@dataclass(frozen=True)
class Item:
    """One check over a class."""

    check: str
    title: str
    palier: str
    judged: int
    """Learners for whom it passed or failed."""
    passed: int
    missing: int
    """Learners for whom it was not observed."""
    discrimination: float | None
    """None where too few passed or failed, or where the rest is the same for all."""
    top: tuple[int, int]
    """Of the half that passes the rest most, how many passed it, and how many they are."""
    bottom: tuple[int, int]
    """The same of the other half."""

    @property
    def difficulty(self) -> float | None:
        """The share that passed, of those for whom it was judged."""
        return self.passed / self.judged if self.judged else None

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves, by the thresholds."""
        if self.judged < LEARNERS:
            return Behaviour.TOO_FEW
        few = max(1, self.judged // NEARLY)
        if self.passed <= few:
            return Behaviour.FAILED_BY_ALL
        if self.judged - self.passed <= few:
            return Behaviour.PASSED_BY_ALL
        if self.discrimination is None:
            return Behaviour.TOO_FEW
        if self.discrimination < 0:
            return Behaviour.DISAGREES
        return Behaviour.WEAK if self.discrimination < WEAK else Behaviour.USUAL

    @property
    def sentence(self) -> str:
        """Says in French what was counted, without the name of a statistic."""
        everyone = f"{self.passed} sur {counted(self.judged, 'élève', 'élèves')}"
        missing = count(self.missing, " ; non observé chez {n} autre", " ; non observé chez {n} autres")
        told = f"Réussi par {everyone}{missing if self.missing else ''}."
        if self.behaviour is Behaviour.DISAGREES:
            (top, tops), (bottom, bottoms) = self.top, self.bottom
            told += (
                f" Des {tops} qui réussissent le plus le reste du TP, {top} le réussissent ; des {bottoms} autres, "
                f"{bottom}."
            )
        return told


ADVICE: Mapping[Behaviour, str] = {
    Behaviour.FAILED_BY_ALL: (
        "Relisez ce que la feuille demande et ce que le point regarde : la demande est peut-être mal dite, le point "
        "trop exigeant, ou la notion pas encore travaillée."
    ),
    Behaviour.DISAGREES: (
        "Ceux dont le travail est le plus abouti le manquent plus souvent que les autres : regardez deux de leurs "
        "rendus. Si le travail est juste, le point se trompe."
    ),
    Behaviour.PASSED_BY_ALL: "Ce n'est pas un défaut à l'Essentiel : ce point est acquis, et ne départage personne.",
}
"""What to do of what a teacher is shown first."""


def behaviours(works: Iterable[Sequence[Constat]]) -> tuple[Item, ...]:
    """Works out how the checks of one lab behave, in the lab's order.

    Args:
        works: The findings of each learner's run that counts.
    """
    given = [{one.check: one for one in work} for work in works]
    known = {one.check: one for work in given for one in work.values()}
    return tuple(_item(one, given) for one in known.values())


def _item(check: Constat, works: Sequence[Mapping[str, Constat]]) -> Item:
    own = [work for work in works if check.check in work]
    pairs = [(passed, rest) for work in own if (passed := _judged(work[check.check])) is not None
             and (rest := _rest(work, check.check)) is not None]  # fmt: skip
    results = [passed for work in own if (passed := _judged(work[check.check])) is not None]
    ordered = [passed for passed, _rest_share in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))]
    half = len(ordered) // 2
    return Item(
        check=check.check,
        title=check.title.rstrip("."),
        palier=check.palier,
        judged=len(results),
        passed=sum(results),
        missing=len(own) - len(results),
        discrimination=_correlated(pairs),
        top=(sum(ordered[:half]), half),
        bottom=(sum(ordered[half:]), len(ordered) - half),
    )


def _judged(one: Constat) -> bool | None:
    return one.outcome is Outcome.PASSED if one.outcome in (Outcome.PASSED, Outcome.FAILED) else None


def _rest(work: Mapping[str, Constat], check: str) -> float | None:
    """The share that passed of the other checks that were judged."""
    others = [passed for name, one in work.items() if name != check and (passed := _judged(one)) is not None]
    return sum(others) / len(others) if others else None


def _correlated(pairs: Sequence[tuple[bool, float]]) -> float | None:
    passed = sum(one for one, _rest_share in pairs)
    if min(passed, len(pairs) - passed) < EACH_SIDE:
        return None
    try:
        return correlation([float(one) for one, _rest_share in pairs], [rest for _one, rest in pairs])
    except StatisticsError:  # the rest is the same for all
        return None
