"""A wrong key in a description file, said in French: which key, what is wrong with it, what to write instead.

pydantic checks ``lab.yaml``, ``specimen.yaml`` and the like; its own messages are in English.
"""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import pydantic
import yaml

Identifier = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
"""How a description file names what it declares."""

_KINDS = {
    "string": "un texte",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "« true » ou « false »",
    "list": "une liste",
    "tuple": "une liste",
    "dict": "des clés et des valeurs",
    "model": "des clés et des valeurs",
    "mapping": "des clés et des valeurs",
}
_SAME = 0.6


def wrong_key(error: pydantic.ValidationError, model: type[pydantic.BaseModel]) -> str:
    """Returns the first problem as ``clé « … » : …``, without a final full stop.

    Args:
        error: What pydantic found.
        model: What was being read, to suggest the nearest key.
    """
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part != "[key]"]
    known = _siblings(model, first["loc"][:-1])
    said = _problem(first["type"], first.get("ctx") or {}, place[-1] if place else "", known, first.get("input"))
    return "clé « {key} » : {said}".format(key=".".join(place) or "(racine)", said=said or first["msg"])


def _problem(kind: str, facts: Mapping[str, Any], name: str, known: Sequence[str], given: object) -> str | None:
    if kind == "missing":
        return "elle manque"
    if kind == "extra_forbidden":
        return _unknown(name, known)
    if kind in {"enum", "literal_error"}:
        return "« {given} » n'est pas permis ; valeurs permises : {expected}".format(
            given=given, expected=str(facts["expected"]).replace("'", "").replace(" or ", ", ")
        )
    if kind == "string_pattern_mismatch":
        return "« {given} » n'a pas la forme attendue ({pattern})".format(given=given, pattern=facts["pattern"])
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(bound=next(iter(facts.values()), ""), given=given)
    if kind == "value_error":
        return str(facts.get("error"))
    expected = _KINDS.get(kind.removeprefix("is_").split("_")[0])
    return f"il faut {expected}, et non « {_cut(given)} »" if expected else None


_BOUNDS = {
    "greater_than": "il faut plus de {bound}, et non {given}",
    "greater_than_equal": "il faut {bound} au moins, et non {given}",
    "less_than": "il faut moins de {bound}, et non {given}",
    "less_than_equal": "il faut {bound} au plus, et non {given}",
    "string_too_short": "le texte est trop court",
    "string_too_long": "le texte est trop long",
    "too_short": "la liste est trop courte",
    "too_long": "la liste est trop longue",
}


def _unknown(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, _SAME)
    if near:
        return f"elle n'existe pas ; vouliez-vous dire « {near[0]} » ?"
    return "elle n'existe pas ; clés permises : {known}".format(known=", ".join(known))


def _cut(given: object) -> str:
    text = " ".join(str(given).split())
    return text if len(text) <= 60 else text[:59] + "…"


def _siblings(model: object, place: Sequence[int | str]) -> list[str]:
    """Returns the keys that may stand at a place of a document."""
    for part in place:
        if isinstance(model, type) and issubclass(model, pydantic.BaseModel):
            field = model.model_fields.get(str(part))
            model = field.annotation if field else None
        else:
            model = next((item for item in reversed(typing.get_args(model)) if item is not Ellipsis), None)
    for item in (model, *typing.get_args(model)):  # « X | None » stands for X
        if isinstance(item, type) and issubclass(item, pydantic.BaseModel):
            return list(item.model_fields)
    return []


def unreadable_yaml(error: yaml.YAMLError) -> str:
    """Returns where a YAML file cannot be read, and what usually is the matter there."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return "ce n'est pas du YAML lisible (un caractère interdit ?)"
    return (
        f"ligne {mark.line + 1}, colonne {mark.column + 1} : ce n'est pas du YAML lisible (alignez avec des espaces, "
        "jamais de tabulation ; une espace après « : » ; des guillemets autour d'un texte qui contient « : »)"
    )
