"""What a lab asks to be handed in when the work is files to read: found by name, whatever their case and accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Annotated

import pydantic

from etabli.exam.contract.french import listed
from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.words import normal
from etabli.system.yaml_files import Described, Identifier


class Asked(Described):
    """One thing asked for."""

    id: Identifier
    title: str
    """As the brief calls it (French)."""
    palier: Palier
    names: Annotated[tuple[str, ...], pydantic.Field(min_length=1)]
    """Paths under which it may be handed in; case and accents do not matter."""
    pictures: bool = False
    """Pictures belong in it: nobody is told that there are some."""


def find_asked(asked: Iterable[Asked], paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Finds what was asked for among a submission's paths.

    Returns:
        Identifier → the paths that answer, sorted: none when it is missing, several when it is unclear which counts.
    """
    present: dict[str, list[str]] = {}
    for path in sorted(paths):
        present.setdefault(folded(path), []).append(path)
    return {item.id: tuple(path for name in _names(item) for path in present.get(name, ())) for item in asked}


def _names(item: Asked) -> list[str]:
    return list(dict.fromkeys(folded(name) for name in item.names))


def folded(name: str) -> str:
    """Returns a name as it is compared: without accents nor upper case; what ends it says what reads it, and stays."""
    suffix = PurePosixPath(name).suffix
    plain = normal("NFD", name.removesuffix(suffix))  # other forms of a letter or of a full stop make another name
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold() + suffix.lower()


def names_of(asked: Sequence[Asked]) -> str:
    """Returns all the names that are recognised, one thing after the other, for a sentence."""
    return " ; ".join(listed(item.names, "ou") for item in asked)
