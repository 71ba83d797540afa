"""``appreciations.yaml``: what people said of the works of a class, and ``remarques.yaml``: the bank a teacher brought.

Nothing here is a mark: a degree is a word of the scale of the référentiel in force.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Final, Literal

import pydantic

from etabli.exam.contract.french import quoted
from etabli.exam.contract.words import fold
from etabli.lab.manifest import Lab
from etabli.referentiel.model import Referentiel, Text
from etabli.system.yaml_files import Described, Identifier, Misfit

LONGEST = 2000
"""Characters of a remark."""
EVERY = "tous"
"""Of the bank: the remarks that any criterion may take."""

Alias = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Digest = Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Remark = Annotated[str, pydantic.StringConstraints(max_length=LONGEST, strip_whitespace=True)]
_WHEN = "il faut un jour ou un instant, comme 2026-11-28 ou 2026-11-28T17:05:00+01:00"


def _instant(given: Any) -> datetime:
    """Reads an instant as people write it: a day alone is its beginning, and without a zone it is this machine's."""
    try:
        if isinstance(given, str):
            given = datetime.fromisoformat(given)
        elif isinstance(given, date) and not isinstance(given, datetime):
            given = datetime.combine(given, time())
        if isinstance(given, datetime):
            return given if given.tzinfo else given.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(_WHEN) from error
    raise ValueError(_WHEN)


NOTHING: Final = (None, "")
"""Neither degree nor remark: nothing is said."""


class Appreciation(Described):
    """What one person said of one criterion of one work."""

    eleve: Alias
    critere: Identifier
    degre: Identifier | None = None
    remarque: Remark = ""
    par: Text
    le: Annotated[datetime, pydantic.BeforeValidator(_instant)]
    rendu: Digest | None = None
    """SHA-256 of the work that was looked at; without it, nobody can tell whether it has changed since."""

    @property
    def key(self) -> tuple[str, str]:
        """What it is about: learner, in lower case, and criterion."""
        return self.eleve.lower(), self.critere

    @property
    def said(self) -> tuple[str | None, str]:
        """Degree and remark."""
        return self.degre, self.remarque


class Appreciations(Described):
    """All that is said of the works of a class for one lab."""

    format: Literal["etabli/appreciations/1"]
    tp: Identifier
    appreciations: tuple[Appreciation, ...] = ()

    def of(self, candidate: str, criterion: str) -> Appreciation | None:
        """Returns what is said of one criterion of one work."""
        return next((one for one in self.appreciations if one.key == (candidate.lower(), criterion)), None)


class Bank(Described):
    """Remarks that offer themselves."""

    format: Literal["etabli/remarques/1"]
    remarques: dict[Identifier, tuple[Annotated[Remark, pydantic.Field(min_length=1)], ...]]
    """Criterion, or ``tous`` → remarks."""


def misfits(lab: Lab, referentiel: Referentiel) -> Callable[[Appreciations], Iterable[Misfit]]:
    """Returns what finds, in a file of appreciations, what the lab or the scale has not."""
    degrees = [one.id for one in referentiel.echelle.degres]

    def found(said: Appreciations) -> Iterator[Misfit]:
        if said.tp != lab.id:
            yield Misfit(("tp",), f"« {said.tp} » au lieu de « {lab.id} » : ce fichier est d'un autre TP")
            return
        seen: set[tuple[str, str]] = set()
        for at, one in enumerate(said.appreciations):
            place: tuple[int | str, ...] = ("appreciations", at)
            if problem := unknown(one.critere, criteria_of(lab), "un critère"):
                yield Misfit((*place, "critere"), problem)
            if one.degre is not None and (problem := unknown(one.degre, degrees, "un degré")):
                yield Misfit((*place, "degre"), problem)
            if one.said == NOTHING:
                yield Misfit(place, "il faut « degre » ou « remarque » : sans eux, retirez ces lignes")
            if one.key in seen:
                yield Misfit((*place, "eleve"), f"« {one.eleve} » a déjà « {one.critere} » plus haut ; gardez-en un")
            seen.add(one.key)

    return found


def bank_misfits(lab: Lab) -> Callable[[Bank], Iterable[Misfit]]:
    """Returns what finds, in a bank, criteria that the lab has not."""

    def found(bank: Bank) -> Iterator[Misfit]:
        for key in bank.remarques:
            if problem := unknown(key, [EVERY, *criteria_of(lab)], "un critère"):
                yield Misfit(("remarques", key), problem)

    return found


def criteria_of(lab: Lab) -> list[str]:
    """Returns the identifiers of what a person looks at in a lab, in its order."""
    return [one.id for one in lab.manifest.humain]


def unknown(given: str, known: Sequence[str], what: str) -> str | None:
    """Says, without a full stop, that a word is none of those known, and which may be meant; nothing when it is one."""
    if given in known:
        return None
    near = difflib.get_close_matches(given, known, 1)
    hint = f"vouliez-vous dire « {near[0]} » ?" if near else f"il y a {quoted(known)}"
    return f"« {given} » n'est pas {what} ici ; {hint}"


def degree_of(typed: str, titles: Mapping[str, str]) -> str | None:
    """Returns the degree that a person means by its identifier or its words; ``None`` when it is none.

    Args:
        typed: As it was typed, in any case, with accents or without.
        titles: Degree → its words.
    """
    meant = fold(typed)
    return next((name for name, title in titles.items() if meant in (fold(name), fold(title))), None)


def titles_of(referentiel: Referentiel) -> dict[str, str]:
    """Returns the words of each degree, from the lowest to the highest."""
    return {one.id: one.title for one in referentiel.echelle.degres}
