"""The author's side of a check: the decorator, the failure, and the list a lab fixes."""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from etabli.exam.contract.errors import LabError
from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.places import Place
from etabli.exam.contract.repair import Correction

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "check_"
MARK = "__etabli_check__"
_PACKAGES = threading.Lock()


class Failed(Exception):
    """The candidate's work does not do what was asked.

    Args:
        observed: What was seen, in French, in words a student can act on. No hidden value.
        expected: What the brief asks for.
        help: Where to look next (never the answer); the check's own help is used when absent.
        at: Where it is seen: evidence of that place is kept when the check ends, and names it.
        repair: Edits without which nothing else can be seen: the work is then examined a second time, with them made
            in a copy, and what is found is told beside the verdicts. No point comes from it.
        because: Checks whose failure explains this one. When one of them did fail in this exam, this one is told as
            blocked by it: one cause is told once, and no point is won. The check declares them as ``blames``.
        why: What stands in the way of both, where the title of that check does not say it: « 3 lignes sont masquées ».
        stops: Whether checks that need this one wait for it. Not where the fault is in none of what they look at: they
            are then examined all the same, so that it costs once.

    Example:
        raise Failed("B6 montre 12,00 au lieu de 15,50.", "La somme des lignes.", at=Cells("Synthèse", "B6"))
    """

    def __init__(
        self,
        observed: str,
        expected: str,
        help: str | None = None,
        *,
        at: Place | None = None,
        repair: Sequence[Correction] = (),
        because: Sequence[str] = (),
        why: str = "",
        stops: bool = True,
    ) -> None:
        super().__init__(observed)
        self.observed = observed
        self.expected = expected
        self.help = help
        self.at = at
        self.repair = tuple(repair)
        self.because = tuple(because)
        self.why = why
        self.stops = stops


@dataclass(frozen=True)
class CheckSpec:
    """What is known of a check before it runs."""

    id: str
    """Stable identifier: the function's name without ``check_``, dashes for underscores."""
    title: str
    """First line of the docstring, shown to the student (French)."""
    points: int
    palier: Palier
    competences: tuple[str, ...]
    after: tuple[str, ...]
    """Checks that must pass first: a logical need, never a left-over of state."""
    timeout: float
    """Seconds."""
    help: str
    decisive: bool = False
    """When it fails, the work cannot be kept as it is, whatever the points; people decide."""
    blames: tuple[str, ...] = ()
    """Checks whose failure may explain its own: they run before it, and decide nothing else."""


def check(
    *,
    points: int,
    palier: str | Palier,
    competences: Sequence[str],
    after: Sequence[str] = (),
    timeout: float = 60.0,
    help: str = "",
    decisive: bool = False,
    blames: Sequence[str] = (),
) -> Callable[[F], F]:
    """Declares a function of ``checks.py`` as a check.

    Example::

        @check(points=3, palier="essentiel", competences=["C1.1"], after=["liste-complete"])
        def check_liste_ordre(site):
            \"\"\"La liste est dans l'ordre demandé.\"\"\"

    Args:
        points: Whole points of the lab's scale.
        palier: ``essentiel``, ``attendu`` or ``approfondissement``.
        competences: Codes of ``course/referentiel.yaml``.
        after: Identifiers of the checks this one logically needs.
        timeout: Seconds before the check is interrupted.
        help: Where the student should look next.
        decisive: Its failure keeps the work from being accepted as it is: reports say so before all else. Points are
            counted as for any other check.
        blames: Identifiers of the checks that it may name as the cause of its failure (``Failed(…, because=…)``).

    Raises:
        LabError: The function's name or docstring does not fit.
    """

    def decorate(function: F) -> F:
        name = function.__name__
        doc = inspect.getdoc(function)
        if not name.startswith(PREFIX) or not doc:
            raise LabError(
                f"{name} : un point est une fonction « check_… », et la première ligne de son texte est son titre. "
                "Corrigez-le, puis relancez."
            )
        if decisive and blames:
            raise LabError(f"{name} : un point « decisive » n'a pas de « blames ». Enlevez l'un des deux.")
        spec = CheckSpec(
            id=name.removeprefix(PREFIX).replace("_", "-"),
            title=doc.splitlines()[0].strip(),
            points=points,
            palier=Palier(palier),
            competences=tuple(competences),
            after=tuple(after),
            timeout=timeout,
            help=help,
            decisive=decisive,
            blames=tuple(blames),
        )
        setattr(function, MARK, spec)
        return function

    return decorate


@dataclass(frozen=True)
class Checks:
    """The fixed list of checks of a lab, in the order of its ``checks.py``."""

    module: ModuleType
    specs: tuple[CheckSpec, ...]

    @property
    def possible(self) -> int:
        """The sum of the lab's points."""
        return sum(spec.points for spec in self.specs)

    def by_id(self) -> dict[str, CheckSpec]:
        """Returns the specs by identifier, in order."""
        return {spec.id: spec for spec in self.specs}


def load_checks(folder: Path) -> Checks:
    """Imports ``checks.py`` of a grader folder and reads the checks it declares.

    Raises:
        LabError: Two checks share an identifier, an ``after`` names no earlier check, or ``blames`` no other one.
    """
    module = import_grader(folder, "checks")
    specs = tuple(
        getattr(value, MARK) for value in vars(module).values() if isinstance(getattr(value, MARK, None), CheckSpec)
    )
    seen: set[str] = set()
    for spec in specs:
        unknown = set(spec.after) - seen
        if spec.id in seen or unknown:
            wrong = f"after : {', '.join(sorted(unknown))} n'est pas un point qui vient avant lui"
            raise LabError(f"{folder}/checks.py : « {spec.id} » ({wrong if unknown else 'déclaré deux fois'}).")
        seen.add(spec.id)
    for spec in specs:
        if unknown := set(spec.blames) - (seen - {spec.id}):
            raise LabError(f"{folder}/checks.py : « {spec.id} » (blames {', '.join(sorted(unknown))}).")
    if not specs:
        raise LabError(f"{folder}/checks.py ne déclare aucun point de vérification : écrivez-en un avec « @check ».")
    return Checks(module=module, specs=specs)


def package_name(lab: str) -> str:
    """Returns the importable package name of a lab's grader folder."""
    return f"etabli_labs.{lab.replace('-', '_')}"


def import_grader(folder: Path, name: str) -> ModuleType:
    """Imports one module of ``graders/<lab>/`` (``checks``, ``specimens.witnesses``) under the lab's own package name.

    Relative imports between the modules of the folder work, and two labs never collide. Lanes that ask at once all
    get the whole module: ``importlib`` has the others wait for the one that imports it.

    Raises:
        LabError: The module is missing.
    """
    package = package_name(folder.name)
    with _PACKAGES:
        _ensure_package("etabli_labs", [])
        _ensure_package(package, [str(folder)])
    path = folder.joinpath(*name.split(".")).with_suffix(".py")
    if not path.is_file():
        raise LabError(f"{path} manque")
    try:
        return importlib.import_module(f"{package}.{name}")
    except (ImportError, SyntaxError) as error:
        raise LabError(f"{path} ne peut pas être importé : {error}") from error


def _ensure_package(name: str, path: list[str]) -> None:
    known = sys.modules.get(name)
    if known is not None and list(known.__path__) == path:
        return
    for other in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
        del sys.modules[other]
    package = ModuleType(name)
    package.__path__ = path
    sys.modules[name] = package
