"""Operators: what makes mutants and ways of right specimens, demand by demand.

A *mutant* is a right specimen that no longer does what one of its demands asks: a check of that demand must fail. A
*way* is a right one made otherwise: nothing may fail. ``graders/<lab>/specimens/operators.yaml`` lists the operators,
each with the demands that it touches and one of:

- ``edits``: by specimen, texts that are found exactly once and replaced, all in one; ``remove`` and ``add`` with them;
- ``pattern``: a regular expression, for one mutant per place where it is found (or one for all, ``together``);
- the function of its name in ``OPERATORS`` of ``specimens/operators.py``: ``(specimen, data) -> {path: bytes}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pydantic

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.errors import LabError
from etabli.lab.demands import Demand
from etabli.lab.manifest import Lab
from etabli.lab.specimens.description import Kind, Replacement, parse
from etabli.lab.specimens.specimen import Specimen, Tree, changed
from etabli.runs.identifier import is_identifier
from etabli.system.yaml_files import Described, Identifier

FILE = "operators.yaml"
CODE = "operators"


class Fault(StrEnum):
    """How a mutant goes wrong."""

    DROP = "drop"
    ALTER = "alter"
    SWAP = "swap"
    HIDE = "hide"
    HARD_CODE = "hard-code"
    HALF_DO = "half-do"
    ELSEWHERE = "elsewhere"  #: done, but not where it is asked for
    ONE_CASE = "one-case"  #: done for one case only


class Manner(StrEnum):
    """In what a way differs."""

    MARKUP = "markup"
    WORDING = "wording"
    TOOL = "tool"
    FORMAT = "file-format"
    ORDER = "order"
    ENCODING = "encoding"


class Pattern(Described):
    """What is replaced wherever it is found."""

    files: str
    """Such as ``*.php``; a folder's files too."""
    find: str = pydantic.Field(min_length=1)
    replace: str = ""
    together: bool = False
    """All places in one; else one mutant or way per place."""

    @pydantic.field_validator("find")
    @classmethod
    def _is_an_expression(cls, text: str) -> str:
        try:
            re.compile(text)
        except re.error as error:
            raise ValueError(f"« {text} » n'est pas une expression régulière") from error
        return text


class _Operator(Described):
    title: str
    demands: tuple[str, ...] = pydantic.Field(min_length=1)
    """Anchors."""
    bases: tuple[str, ...] = ()
    """Right specimens that it is applied to, beside those of ``edits``."""
    edits: dict[str, tuple[Replacement, ...]] = pydantic.Field(default_factory=dict)
    pattern: Pattern | None = None
    remove: tuple[str, ...] = ()
    add: dict[str, str] = pydantic.Field(default_factory=dict)
    note: str = ""

    @property
    def changes(self) -> bool:
        """Whether the file says what it does; else ``operators.py`` does."""
        return bool(self.edits or self.pattern or self.remove or self.add)


class MutantOperator(_Operator):
    """What makes mutants."""

    how: Fault


class WayOperator(_Operator):
    """What makes ways."""

    how: Manner


class Operators(Described):
    """``operators.yaml``."""

    mutants: dict[Identifier, MutantOperator]
    ways: dict[Identifier, WayOperator]


Operator: TypeAlias = MutantOperator | WayOperator
Code: TypeAlias = Callable[[Specimen, Mapping[str, Any]], Tree]


@dataclass(frozen=True)
class Derived:
    """A mutant or a way, ready to be graded."""

    specimen: Specimen
    """Its name is the operator's, its base's and, of several places, a number. It declares what its base does."""
    operator: str
    demands: tuple[str, ...]
    way: bool


class _Shop(NamedTuple):
    """What operators are applied with."""

    path: Path
    specimens: Mapping[str, Specimen]
    code: Mapping[str, Code]


def load_derived(lab: Lab, specimens: Mapping[str, Specimen], demands: Mapping[str, Demand]) -> dict[str, Derived]:
    """Makes the mutants and the ways of a lab, by name, in the order of its file; none when it has no such file.

    Raises:
        LabError: As :func:`derive`.
    """
    folder = lab.grader / "specimens"
    if not (folder / FILE).is_file():
        return {}
    has_code = (folder / f"{CODE}.py").is_file()
    code = dict(import_grader(lab.grader, f"specimens.{CODE}").OPERATORS) if has_code else {}
    return derive(folder / FILE, specimens, demands, code)


def derive(
    path: Path, specimens: Mapping[str, Specimen], demands: Mapping[str, Demand], code: Mapping[str, Code]
) -> dict[str, Derived]:
    """Applies all operators of a file.

    Args:
        path: ``operators.yaml``.
        specimens: By name; operators are applied to right ones.
        demands: By anchor.
        code: By operator, what the file does not say.

    Raises:
        LabError: An unknown demand or specimen, a demand that only a person looks at, an edit that does not fit, an
            operator that changes nothing or that is there twice.
    """
    listed = parse(Operators, path)[0]
    if both := sorted(listed.mutants.keys() & listed.ways.keys()):
        raise LabError(f"{path} : « {both[0]} » est un mutant et une manière ; changez l'un des deux noms.")
    operators: dict[str, Operator] = {**listed.mutants, **listed.ways}
    if unused := sorted(code.keys() - operators.keys()):
        raise LabError(f"{path} : « {unused[0]} » est dans {CODE}.py et n'est pas ici ; décrivez-le ou enlevez-le.")
    shop, found = _Shop(path, specimens, code), dict[str, Derived]()
    for name, operator in operators.items():
        _check(name, operator, shop, demands)
        for base in dict.fromkeys((*operator.bases, *operator.edits)):
            for made in _applied(name, operator, specimens[base], shop):
                if not is_identifier(made.name):
                    raise LabError(f"{path}, « {name} » : le nom « {made.name} » est trop long ; raccourcissez-le.")
                found[made.name] = Derived(made, name, operator.demands, isinstance(operator, WayOperator))
    return found


def _check(name: str, operator: Operator, shop: _Shop, demands: Mapping[str, Demand]) -> None:
    where = f"{shop.path}, « {name} »"
    for anchor in operator.demands:
        if anchor not in demands:
            raise LabError(f"{where} : aucune feuille n'a l'ancre « {anchor} ». Corrigez-la.")
        if isinstance(operator, MutantOperator) and not demands[anchor].checks:
            raise LabError(f"{where} : une personne regarde « {anchor} », aucun point ne peut échouer. Ôtez ce mutant.")
    for base in (*operator.bases, *operator.edits):
        if base not in shop.specimens or shop.specimens[base].kind is not Kind.RIGHT:
            raise LabError(f"{where} : « {base} » n'est pas un rendu témoin juste. Nommez-en un.")
    if not (operator.bases or operator.edits):
        raise LabError(f"{where} : aucun rendu témoin n'est nommé. Écrivez « bases » ou « edits ».")
    if operator.changes == (name in shop.code):
        raise LabError(f"{where} : ce qu'il change est dit ici, ou bien dans {CODE}.py. Gardez l'un des deux.")


def _applied(name: str, operator: Operator, base: Specimen, shop: _Shop) -> Iterator[Specimen]:
    """Applies an operator to a specimen: what its code makes, or its edits, or one for each place of its pattern."""
    kind = Kind.RIGHT if isinstance(operator, WayOperator) else Kind.MISTAKE
    own = replace(base, name=f"{name}.{base.name}", title=operator.title, kind=kind, note=operator.note, repaired=None)
    if name in shop.code:
        yield replace(own, templates={}, build=partial(shop.code[name], base), without=())
        return
    where = f"{shop.path}, « {name} »"
    templates = changed(base.templates, operator.remove, operator.edits.get(base.name, ()), where)
    for added in operator.add:
        if added in templates:
            raise LabError(f"{where} : « add » : « {added} » est déjà dans « {base.name} ».")
    templates |= {added: text.encode() for added, text in operator.add.items()}
    places = [templates] if operator.pattern is None else list(_at_each_place(operator.pattern, templates))
    if not places:
        raise LabError(f"{where} : « pattern » ne trouve rien dans « {base.name} ». Corrigez-le.")
    for number, made in enumerate(places, 1):
        yield replace(own, name=f"{own.name}.{number}" if len(places) > 1 else own.name, templates=made)


def _at_each_place(pattern: Pattern, templates: Tree) -> Iterator[Tree]:
    texts = {path: templates[path].decode() for path in templates if fnmatch(path, pattern.files)}
    if pattern.together:
        made = {path: re.sub(pattern.find, pattern.replace, text).encode() for path, text in texts.items()}
        if any(templates[path] != content for path, content in made.items()):
            yield templates | made
        return
    for path, text in texts.items():
        for place in re.finditer(pattern.find, text):
            edited = text[: place.start()] + place.expand(pattern.replace) + text[place.end() :]
            yield templates | {path: edited.encode()}
