"""Marks: a teacher's own table (« barème »), and the *note de formation* that it makes of a run.

Nothing else makes a mark. The table is a YAML file, for what is said of it has its line: a number per palier or per
point de vérification, which are added up and brought to the scale (``sur``), then rounded. A check earns its number
when it was observed to work. Whatever a person has to look at first has no mark, and the reason is told instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import pydantic
from pydantic_core import PydanticCustomError

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome, Status
from etabli.exam.reading.markup import unescape
from etabli.lab.variant import TRAINING
from etabli.reception.moodle.worksheet import read_number
from etabli.reports.payload import LabMeta, Payload, decisive_failures
from etabli.reports.text import Word, word_of
from etabli.system.disk import why
from etabli.system.yaml_files import Described, read_yaml

OTHER_CHECKS: Final = Word(
    "other_checks", "?", "vérifié avec d'autres points", "vérifiés avec d'autres points que ceux du barème"
)
LABEL: Final = "Note de formation"
"""What a mark is called wherever it shows."""
_SAID: Final = re.compile(rf"{LABEL} ?: ([\d,]+) sur [\d,]+, selon le barème")


@dataclass(frozen=True)
class MarkingScheme:
    """A teacher's table, read."""

    out_of: Decimal
    step: Decimal
    """A mark is a whole number of steps."""
    weights: Mapping[str, Fraction]
    """What each check counts for; the others count for nothing."""

    @property
    def title(self) -> str:
        """The heading of a column of marks."""
        return f"{LABEL} (sur {french(self.out_of)})"

    def said(self, mark: Decimal) -> str:
        """Writes a mark with its label, for a sentence."""
        return f"{LABEL} : {french(mark)} sur {french(self.out_of)}, selon le barème de l'enseignant."

    def mark(self, payload: Payload) -> Decimal | Word:
        """Returns the mark of a run, or why there is none: a person has to look first."""
        if payload["status"] != Status.GRADED:
            return word_of(payload["status"])
        if decisive_failures(payload):
            return word_of("decisive")
        passed = {check["id"]: check["outcome"] == Outcome.PASSED for check in payload["checks"]}
        if not self.weights.keys() <= passed.keys():
            return OTHER_CHECKS
        earned = sum(weight for check, weight in self.weights.items() if passed[check])
        exact = earned / sum(self.weights.values()) * Fraction(self.out_of) / Fraction(self.step)
        return int(exact + Fraction(1, 2)) * self.step


def french(number: Decimal) -> str:
    """Writes a number with a decimal comma, without idle zeros."""
    return f"{number.normalize():f}".replace(".", ",")


def mark_in(comment: str) -> Decimal | None:
    """Returns the mark that :meth:`MarkingScheme.said` wrote in a comment, as Moodle gives it back."""
    found = _SAID.search(" ".join(unescape(comment).split()))
    return read_number(found[1]) if found else None


def refuse_situation(payloads: Sequence[Payload], session: str | None) -> None:
    """Makes sure that marks are asked of training only: any other session may be a situation of assessment.

    Args:
        payloads: The runs to be marked.
        session: That of the hand-ins, if there are any.

    Raises:
        UsageProblem: Some are of another session.
    """
    sessions = {payload["session"] for payload in payloads} | ({session} if session else set())
    if others := sorted(sessions - {TRAINING}):
        raise UsageProblem(
            f"La session « {others[0]} » n'est pas un entraînement : « --bareme » n'y sert pas, car une note de "
            f"formation n'est jamais donnée dans une situation d'évaluation (seule la session « {TRAINING} » est un "
            "entraînement). Relancez sans « --bareme » : les constats et les commentaires partent sans note."
        )


def _number(given: object) -> Decimal:
    """Reads a number as a teacher writes it: « 0,5 » as well as 0.5."""
    number = None if isinstance(given, bool) else read_number(str(given))
    if number is None:
        raise PydanticCustomError("float_type", "not a number")
    return number


_Number = Annotated[Decimal, pydantic.BeforeValidator(_number)]
_Count = Annotated[_Number, pydantic.Field(ge=0, le=1000)]


class _Bareme(Described):
    """The file of a teacher, in their words."""

    paliers: dict[str, _Count] = pydantic.Field(default_factory=dict)
    points: dict[str, _Count] = pydantic.Field(default_factory=dict)
    sur: Annotated[_Number, pydantic.Field(gt=0, le=1000)]
    arrondi: Annotated[_Number, pydantic.Field(ge=Decimal("0.01"))] = Decimal("0.5")

    @pydantic.model_validator(mode="after")
    def _whole(self) -> _Bareme:
        if bool(self.paliers) == bool(self.points):
            raise ValueError("donnez « paliers » (un nombre par palier) ou « points » (un par point), l'un des deux")
        if not sum((self.paliers or self.points).values()):
            raise ValueError("tous les nombres sont à 0 : donnez-en au moins un plus grand")
        if self.sur % self.arrondi:
            raise ValueError(
                f"« arrondi » ({french(self.arrondi)}) ne divise pas « sur » ({french(self.sur)}) : écrivez 1, 0.5, "
                "0.25 ou 0.01"
            )
        return self


def read_scheme(path: Path, lab: LabMeta) -> MarkingScheme:
    """Reads a teacher's table for a lab.

    Raises:
        LabError: It says something that it may not; all that is wrong is told, with file, line and key.
        UsageProblem: It cannot be read.
    """
    found = {palier: [check for check in lab.checks if check.palier == palier] for palier in lab.palier_ids}
    paliers = {palier: checks for palier, checks in found.items() if checks}
    try:
        table = read_yaml(path, _model(list(paliers), [check.id for check in lab.checks]))
    except OSError as error:
        raise UsageProblem(
            f"Le barème « {path} » ne peut pas être lu ({why(error)}) : vérifiez le chemin, ou commencez-en un "
            f"avec « etabli export bareme {lab.id} -o {path.name} »."
        ) from error
    weights = {name: Fraction(number) for name, number in table.points.items()}
    for palier, number in table.paliers.items():
        whole = sum(check.points for check in paliers[palier])
        weights |= {check.id: Fraction(number) * check.points / whole for check in paliers[palier]}
    return MarkingScheme(table.sur, table.arrondi, {check: weight for check, weight in weights.items() if weight})


def _model(paliers: Collection[str], checks: Collection[str]) -> type[_Bareme]:
    """Returns the table of one lab: its own names and no other."""

    def by(names: Collection[str]) -> Any:
        return (dict[Literal[tuple(names)], _Count], {})  # type: ignore[misc]

    return pydantic.create_model("Bareme", __base__=_Bareme, paliers=by(paliers), points=by(checks))


def example(lab: LabMeta) -> str:
    """Returns a table to start from: the lab's own points by palier, each check below as a comment."""
    return "\n".join([*_example(lab), ""])


def _example(lab: LabMeta) -> Iterator[str]:
    yield f"# Barème pour le TP « {lab.id} » : vos nombres, à changer comme vous voulez."
    yield "# Il fait une « note de formation », en entraînement seulement. Un point réussi donne ses points ;"
    yield "# un point à revoir ou non observé n'en donne pas. Le total des nombres est ramené à « sur »."
    yield "sur: 20"
    yield "arrondi: 0.5  # au plus proche ; 1, 0.5, 0.25 ou 0.01"
    yield ""
    yield "# Un nombre par palier. Dans un palier, chaque point de vérification compte selon son poids dans le TP."
    yield "paliers:"
    for palier in lab.palier_ids:
        if possible := sum(check.points for check in lab.checks if check.palier == palier):
            yield f"  {palier}: {possible}"
    yield ""
    yield "# Ou un nombre par point de vérification : effacez alors « paliers » ci-dessus, et les « # » ci-dessous."
    yield "# Un point que vous retirez de la liste ne compte pas."
    yield "# points:"
    yield from (f"#   {check.id}: {check.points}  # {' '.join(check.title.split())}" for check in lab.checks)
