"""A lab's own dataclasses as plain JSON, and back: how a variant reaches its checks."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def plain(made: Any) -> Any:
    """Returns a dataclass, with all it holds, as dictionaries and lists; what is a mapping already stays as it is."""
    return made if isinstance(made, dict) else adapter(type(made)).dump_python(made, mode="json")


def rebuild(kind: type[T], data: Any) -> T:
    """Returns what :func:`plain` was given.

    Raises:
        pydantic.ValidationError: The data are not those of this dataclass.
    """
    made: T = adapter(kind).validate_python(data)
    return made


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Returns what reads and writes a dataclass; making it takes longer than using it."""
    return _adapter(kind)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
