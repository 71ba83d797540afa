"""A lab's own dataclasses as plain JSON, and back: how a variant reaches its checks."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def plain(made: Any) -> Any:
    """Returns a dataclass, with all it holds, as dictionaries and lists; what is a mapping already stays as it is."""
    return made if isinstance(made, dict) else TypeAdapter(type(made)).dump_python(made, mode="json")


def rebuild(kind: type[T], data: Any) -> T:
    """Returns what :func:`plain` was given.

    Raises:
        pydantic.ValidationError: The data are not those of this dataclass.
    """
    return TypeAdapter(kind).validate_python(data)
