"""What ``specimen.yaml`` and ``classe.yaml`` may say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import pydantic
import yaml

from etabli.exam.contract.errors import LabError
from etabli.system.yaml_errors import unreadable_yaml, wrong_key

M = TypeVar("M", bound=pydantic.BaseModel)


class Kind(StrEnum):
    """What a specimen stands for."""

    RIGHT = "right"  #: earns everything
    PARTIAL = "partial"  #: right as far as it goes
    MISTAKE = "mistake"  #: an honest, typical mistake
    CHEAT = "cheat"  #: wants the points without the work
    EMPTY = "empty"  #: nothing at all
    STARTER = "starter"  #: what the lab hands out, untouched


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Edit(_Strict):
    """One change in a text: what is found, exactly once, is replaced."""

    file: str
    find: str = pydantic.Field(min_length=1)
    replace: str = ""
    """Absent: what is found is taken away."""


class Description(_Strict):
    """``specimen.yaml``."""

    title: str
    kind: Kind
    base: str | None = None
    starter: str | None = None
    """A folder of ``labs/<lab>/starter/`` to begin from."""
    edits: tuple[Edit, ...] = ()
    remove: tuple[str, ...] = ()
    failed: tuple[str, ...]
    """The checks that it fails; all others pass, but for what ``after`` then makes impossible to observe."""
    note: str = ""


class DemoClass(pydantic.RootModel[dict[str, str]]):
    """``classe.yaml``: invented identifier → specimen."""


def parse(path: Path, model: type[M]) -> M:
    """Reads one of these files.

    Raises:
        LabError: It is not there, or says something that it may not.
    """
    try:
        return model.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise LabError(f"{path} est illisible : {error.strerror}") from error
    except yaml.YAMLError as error:
        raise LabError(f"{path}, {unreadable_yaml(error)}.") from error
    except pydantic.ValidationError as error:
        raise LabError(f"{path}, {wrong_key(error, model)}.") from error
