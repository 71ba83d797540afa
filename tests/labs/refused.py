"""What an expectation says when it is not met."""

from __future__ import annotations

from collections.abc import Callable

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
