"""What an expectation says when it is not met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from etabli.exam import Failed


def failure(expect: Callable[[], object]) -> Failed:
    """The refusal of an expectation."""
    with pytest.raises(Failed) as caught:
        expect()
    return caught.value


def observed(expect: Callable[[], object]) -> str:
    """What was observed, as the refusal tells it."""
    return failure(expect).observed


def expectation(work: Any, name: str) -> Any:
    """What a work expects, or a part of it: « source », « glossary.right »."""
    part, _, what = name.rpartition(".")
    return getattr(getattr(work, part) if part else work, f"expect_{what}")
