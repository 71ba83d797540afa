"""What the class's page shows: competences × learners, and the checks that behave oddly. No file is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from etabli.exam.contract.french import counted
from etabli.referentiel.model import Referentiel
from etabli.reports.payload import usual_title
from etabli.reports.roll import Identity, Roll
from etabli.year.gathering import Followed
from etabli.year.items import ADVICE, LEARNERS, ODD, PRESSING, Behaviour, Item, behaviours
from etabli.year.life import Life

GROUPS: Mapping[Behaviour, tuple[str, str]] = {
    Behaviour.FAILED_BY_ALL: ("À revoir chez presque tous", ADVICE[Behaviour.FAILED_BY_ALL]),
    Behaviour.DISAGREES: ("En désaccord avec le reste du travail", ADVICE[Behaviour.DISAGREES]),
    Behaviour.PASSED_BY_ALL: ("Réussi par presque tous", ADVICE[Behaviour.PASSED_BY_ALL]),
}
"""What a teacher is shown first, in this order, and what to do of it."""
SAID = {
    **{kind: title.lower() for kind, (title, _advice) in GROUPS.items()},
    Behaviour.WEAK: "dit peu du reste du travail",
    Behaviour.USUAL: "comme attendu",
    Behaviour.TOO_FEW: "trop peu d'élèves pour le dire",
}


class Oddity(NamedTuple):
    """Checks that behave oddly in one way."""

    title: str
    advice: str
    items: tuple[Item, ...]
    folded: bool
    """Whether a teacher has nothing to do about them: they are listed when asked for."""


@dataclass(frozen=True)
class LabItems:
    """The checks of one lab, over the class."""

    lab: str
    title: str
    learners: int
    """Whose run that counts was examined."""
    items: tuple[Item, ...]

    @property
    def enough(self) -> bool:
        """Whether there are enough of them to say anything."""
        return self.learners >= LEARNERS

    @property
    def odd(self) -> tuple[Oddity, ...]:
        """What behaves oddly, most telling first."""
        found = [(kind, [one for one in self.items if one.behaviour is kind]) for kind in ODD]
        return tuple(
            Oddity(*GROUPS[kind], tuple(sorted(own, key=lambda one: one.discrimination or 0)), kind not in PRESSING)
            for kind, own in found
            if own
        )

    def said(self, item: Item) -> str:
        """Says how a check behaves, in a few words."""
        return SAID[item.behaviour]

    def palier(self, item: Item) -> str:
        """Names a check's palier."""
        return usual_title(item.palier)


@dataclass(frozen=True)
class Group:
    """The class over the year."""

    title: str
    competences: tuple[tuple[str, str, str], ...]
    """Code, exam, wording."""
    rows: tuple[tuple[Identity, Life], ...]
    labs: tuple[LabItems, ...]

    @property
    def without_recueil(self) -> int:
        """How many learners have chosen no trace yet."""
        return sum(not life.has_recueil for _who, life in self.rows)

    def lacking(self, code: str) -> int:
        """How many learners have no trace of a competence that counts."""
        lines = [line for _who, life in self.rows for line in life.lines if line.code == code]
        return sum(line.traces == 0 for line in lines)

    def to_json(self) -> dict[str, Any]:
        """Returns it for programs, without a name."""
        return {
            "schema": "etabli/year/1",
            "title": self.title,
            "learners": [life.to_json() for _who, life in self.rows],
            "checks": {
                one.lab: {
                    "learners": one.learners,
                    "items": [
                        asdict(item) | {"difficulty": item.difficulty, "behaviour": item.behaviour.value}
                        for item in one.items
                    ],
                }
                for one in self.labs
            },
        }


def group_of(
    title: str, found: Sequence[Followed], lives: Sequence[Life], force: Referentiel, titles: Mapping[str, str]
) -> Group:
    """Works out the class's page."""
    names = {one.alias: one.name for one in found if one.name}
    identities = Roll(tuple(one.alias for one in found), names).people(())
    return Group(
        title=title,
        competences=tuple((code, force.exam_of[code], one.text) for code, one in force.competences.items()),
        rows=tuple(zip(identities, lives, strict=True)),
        labs=tuple(_lab(lab, title, found) for lab, title in titles.items() if any(lab in one.runs for one in found)),
    )


def _lab(lab: str, title: str, found: Sequence[Followed]) -> LabItems:
    newest = [one.runs[lab][-1] for one in found if lab in one.runs]
    works = [one.constats for one in newest if one.unusable is None]
    return LabItems(lab, title, len(works), behaviours(works))


def told(group: Group) -> list[str]:
    """Says in a few sentences what the page shows first."""
    odd = sum(len(one.items) for lab in group.labs for one in lab.odd if not one.folded)
    return [
        f"{counted(len(group.rows), 'élève')}, {counted(sum(life.runs for _who, life in group.rows), 'vérification')}",
        f"Points à regarder : {odd}" if odd else "Aucun point ne se comporte de façon étrange.",
    ]
