"""Description files in YAML, read and validated: all that is wrong in them is said at once, in French.

Each problem has its file, line and key, and what to write instead. pydantic checks ``lab.yaml``, ``specimen.yaml`` and
the like; its own messages are in English.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import pydantic
import yaml
from pydantic_core import ErrorDetails

from etabli.exam.contract.errors import LabError
from etabli.exam.contract.french import some
from etabli.system.digest import open_regular

M = TypeVar("M", bound=pydantic.BaseModel)


class Described(pydantic.BaseModel):
    """What a description file says: its own keys and no other."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


Identifier = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
"""How a description file names what it declares."""

_KINDS = {
    "string": "un texte",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "« true » ou « false »",
    "date": "une date, comme 2026-11-28",
    "datetime": "une date et une heure, comme 2026-11-28 14:05:00+01:00",
    "list": "une liste",
    "tuple": "une liste",
    "dict": "des clés et des valeurs",
    "model": "des clés et des valeurs",
    "mapping": "des clés et des valeurs",
}
_SAME = 0.6
_SHOWN = 12
"""How many permitted keys are listed."""
_NUMBERS = {"tag:yaml.org,2002:int": r"[-+]?(?:0|[1-9]\d*)\Z", "tag:yaml.org,2002:float": r"[-+]?\d+\.\d+\Z"}


class _Loader(yaml.SafeLoader):
    """Takes for a number only what a reader takes for that number: YAML 1.1 makes 90 of « 1:30 » and 8 of « 010 »."""


_Loader.yaml_implicit_resolvers = {
    first: [one for one in found if one[0] not in _NUMBERS]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _written in _NUMBERS.items():
    _Loader.add_implicit_resolver(_tag, re.compile(_written, re.ASCII), list("-+0123456789"))


class _Quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same in C, eight times as fast; where it refuses a file, the other one says why, in words that we know."""


_Quick.yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


_MOST_BYTES = 2_000_000
"""No description that a person writes is longer."""


class Misfit(NamedTuple):
    """What is wrong between two places of a file, each of which is right by itself."""

    place: tuple[int | str, ...]
    """Keys and numbers of items, from the top."""
    problem: str
    """In French, without a final full stop."""


def read_yaml(path: Path, model: type[M], misfits: Callable[[M], Iterable[Misfit]] | None = None) -> M:
    """Reads one description file; see :func:`read_all`."""
    return read_all([path], model, misfits)[0]


def read_all(paths: Iterable[Path], model: type[M], misfits: Callable[[M], Iterable[Misfit]] | None = None) -> list[M]:
    """Reads description files of one kind.

    Args:
        paths: The files.
        model: What each one says.
        misfits: Finds what does not fit together in a file whose every key is right by itself.

    Raises:
        LabError: A file is no YAML or says something that it may not; all that is wrong in all of them is told.
        OSError: A file cannot be read.
    """
    found: list[M] = []
    problems: list[str] = []
    for path in paths:
        node: yaml.Node | None = None
        wrong: list[tuple[int, str]] = []
        try:
            loader, node = _parsed(_text(path))
            _expect_finite(node)
            wrong = list(_twice(node))
            said = model.model_validate(loader.construct_document(node) if node else None)
            wrong += [_misfit(item, node) for item in (misfits(said) if misfits else ())]
            found.append(said)
        except pydantic.ValidationError as error:
            wrong += [_wrong(item, node, model) for item in error.errors()]
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            problems.append(f"{path} n'est pas un fichier ordinaire")
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            problems.append(f"{path}, {_unreadable(error)}")
        problems += [f"{path}, ligne {line}, {problem}" for line, problem in sorted(wrong)]
    sentences = [problem if problem.endswith("?") else f"{problem}." for problem in problems]
    if len(sentences) > 1:
        raise LabError("\n".join([*sentences, "Corrigez tout cela puis relancez."]))
    if sentences:
        raise LabError(f"{sentences[0]} Corrigez-le puis relancez.")
    return found


def _parsed(text: str) -> tuple[Any, yaml.Node | None]:
    """Returns what reads a text, and its one document."""
    with suppress(yaml.YAMLError, ValueError):
        quick = _Quick(text)
        return quick, quick.get_single_node()
    loader = _Loader(text)
    return loader, loader.get_single_node()


def _expect_finite(root: yaml.Node | None) -> None:
    """Raises ValueError where aliases make of a short text one that nobody could write: whoever tells it never ends."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node | None) -> int:
        if not isinstance(node, yaml.CollectionNode):
            return 1
        if id(node) not in sizes:
            sizes[id(node)] = 1  # of one that holds itself
            below = (part for item in node.value for part in (item if isinstance(item, tuple) else (item,)))
            sizes[id(node)] = 1 + sum(map(size, below))
        return sizes[id(node)]

    if size(root) > _MOST_BYTES:
        raise ValueError("too big")


def _text(path: Path) -> str:
    with open_regular(Path(os.path.realpath(path))) as stream:
        data = stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError("too big")
    return data.decode("utf-8")


def _twice(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Finds keys that are written twice in one place: YAML would keep the last one without a word."""
    todo, seen = [root], set[yaml.Node]()
    while todo:
        node = todo.pop(0)
        if node in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(node)
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
            continue
        lines: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in lines:
                yield line, f"clé « {name} » : elle est déjà à la ligne {lines[name]} ; gardez-en une"
            lines[name] = line
            todo.append(value)


def _wrong(error: ErrorDetails, root: yaml.Node | None, model: type[pydantic.BaseModel]) -> tuple[int, str]:
    line, node = _found(root, error["loc"])
    written = node.value if isinstance(node, yaml.ScalarNode) else error.get("input")
    return line, _wrong_key(error, model, written)


def _misfit(misfit: Misfit, root: yaml.Node | None) -> tuple[int, str]:
    line, _ = _found(root, misfit.place)
    return line, f"clé « {'.'.join(map(str, misfit.place))} » : {misfit.problem}"


def _found(node: yaml.Node | None, place: Sequence[int | str]) -> tuple[int, yaml.Node | None]:
    """Returns the line of a key and its value; where it is missing, the line of what should hold it."""
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pairs = [(key.start_mark.line, value) for key, value in node.value if key.value == str(part)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            pairs = [(value.start_mark.line, value) for value in node.value[part : part + 1]]
        else:
            pairs = []
        if not pairs:
            return line, None
        line, node = pairs[-1][0] + 1, pairs[-1][1]
    return line, node


def _wrong_key(error: ErrorDetails, model: type[pydantic.BaseModel], written: object) -> str:
    """Returns a problem as ``clé « … » : …``, without a final full stop.

    Args:
        error: What pydantic found.
        model: What was being read, to suggest the nearest key.
        written: The value, as the file has it.
    """
    place = [str(part) for part in error["loc"] if part != "[key]"]
    known, facts = _siblings(model, error["loc"][:-1]), error.get("ctx") or {}
    name = place[-1] if place else ""
    if error["type"] == "literal_error" and error["loc"][-1] == "[key]":
        said: str | None = _unknown(name, _permitted(facts))
    else:
        said = _problem(error["type"], facts, name, known, written)
    return f"clé « {'.'.join(place) or '(racine)'} » : {said or error['msg']}"


def _problem(kind: str, facts: Mapping[str, Any], name: str, known: Sequence[str], given: object) -> str | None:
    if kind == "extra_forbidden":
        return _unknown(name, known)
    if kind in _WORDS:
        expected = ", ".join(_permitted(facts))
        bounds = {name: _bound(value) for name, value in facts.items() if name in {"ge", "gt", "le", "lt"}}
        return _WORDS[kind].format(**{**facts, **bounds, "given": given, "expected": expected})
    wanted = _KINDS.get(kind.removeprefix("is_").split("_")[0])
    if not wanted:
        return None
    return f"il faut {wanted}, et non « {_cut(given)} »" if given != "" else f"il faut {wanted}, et rien n'est écrit"


def _bound(value: object) -> str:
    """Writes the least or the greatest number with a comma; pydantic may give it as Python writes it."""
    return re.sub(r"Decimal\('(.+)'\)", r"\1", str(value)).replace(".", ",")


def _permitted(facts: Mapping[str, Any]) -> list[str]:
    return str(facts.get("expected")).replace("'", "").replace(" or ", ", ").split(", ")


_WORDS = {
    "missing": "elle manque",
    "enum": "« {given} » n'est pas permis ; valeurs permises : {expected}",
    "literal_error": "« {given} » n'est pas permis ; valeurs permises : {expected}",
    "string_pattern_mismatch": "« {given} » n'a pas la forme attendue ({pattern})",
    "greater_than": "il faut plus de {gt}, et non {given}",
    "greater_than_equal": "il faut {ge} au moins, et non {given}",
    "less_than": "il faut moins de {lt}, et non {given}",
    "less_than_equal": "il faut {le} au plus, et non {given}",
    "string_too_short": "le texte est trop court",
    "string_too_long": "le texte est trop long",
    "too_short": "la liste est trop courte",
    "too_long": "la liste est trop longue",
    "value_error": "{error}",
}
"""What is said of a problem, by pydantic's name for it; its facts may be used."""


def _unknown(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, _SAME)
    if near:
        return f"elle n'existe pas ; vouliez-vous dire « {near[0]} » ?"
    return f"elle n'existe pas ; clés permises : {some(known, _SHOWN)}"


def _cut(given: object) -> str:
    text = " ".join(str(given).split())
    return text if len(text) <= 60 else text[:59] + "…"


def _siblings(model: object, place: Sequence[int | str]) -> list[str]:
    """Returns the keys that may stand at a place of a document."""
    for part in place:
        model = _plain(model)
        if isinstance(model, type) and issubclass(model, pydantic.BaseModel):
            field = model.model_fields.get(str(part))
            model = field.annotation if field else None
        else:
            model = next((item for item in reversed(typing.get_args(model)) if item is not Ellipsis), None)
    return list(getattr(_plain(model), "model_fields", ()))


def _plain(model: object) -> object:
    """Returns what « X | None » and a root model stand for."""
    if isinstance(model, type) and issubclass(model, pydantic.RootModel):
        return _plain(model.model_fields["root"].annotation)
    if typing.get_origin(model) in {typing.Union, types.UnionType}:
        return _plain(typing.get_args(model)[0])
    return model


def _unreadable(error: Exception) -> str:
    """Returns where a YAML file cannot be read, and what usually is the matter there."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return "ce n'est pas du YAML lisible (trop gros, un caractère interdit, une date impossible ?)"
    return (
        f"ligne {mark.line + 1}, colonne {mark.column + 1} : ce n'est pas du YAML lisible (alignez avec des espaces, "
        "jamais de tabulation ; une espace après « : » ; des guillemets autour d'un texte qui contient « : »)"
    )
