"""What ``specimen.yaml`` and ``classe.yaml`` may say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pydantic

from etabli.exam.contract.errors import LabError
from etabli.system.disk import why
from etabli.system.yaml_files import Described, M, read_all


class Kind(StrEnum):
    """What a specimen stands for."""

    RIGHT = "right"  #: earns everything
    PARTIAL = "partial"  #: right as far as it goes
    MISTAKE = "mistake"  #: an honest, typical mistake
    CHEAT = "cheat"  #: wants the points without the work
    EMPTY = "empty"  #: nothing at all
    STARTER = "starter"  #: what the lab hands out, untouched


class Replacement(Described):
    """One change in a text: what is found, exactly once, is replaced."""

    file: str
    find: str = pydantic.Field(min_length=1)
    replace: str = ""
    """Absent: what is found is taken away."""


class Description(Described):
    """``specimen.yaml``."""

    title: str
    kind: Kind
    base: str | None = None
    starter: str | None = None
    """A folder of ``labs/<lab>/starter/`` to begin from."""
    edits: tuple[Replacement, ...] = ()
    remove: tuple[str, ...] = ()
    failed: tuple[str, ...]
    """The checks that it fails; all others pass, but for what ``after`` then makes impossible to observe."""
    beside: tuple[str, ...] = ()
    """Those of them that stop nothing: what ``after`` makes wait for them is observed all the same."""
    explained: tuple[str, ...] = ()
    """The checks that it would fail too, and whose failure is told as the consequence of one that it fails."""
    repaired: tuple[str, ...] | None = None
    """The checks that it still fails once repaired in a copy; absent when nothing offers to repair it."""
    note: str = ""


class DemoClass(pydantic.RootModel[dict[str, str]]):
    """``classe.yaml``: invented identifier → specimen."""


def parse(model: type[M], *paths: Path) -> list[M]:
    """Reads some of these files.

    Raises:
        LabError: One is not there, or says something that it may not; all that is wrong is told.
    """
    try:
        return read_all(paths, model)
    except OSError as error:
        raise LabError(f"{error.filename} est illisible : {why(error)}") from error
