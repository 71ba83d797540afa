"""Makes ``pgi_sheets.py`` importable, and holds every refusal of a lab's checks to French."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sentences import faults

from etabli.exam import Failed

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def said_in_french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a check says in a test of these is French that a learner reads: no fault of :mod:`sentences`."""
    said: dict[str, None] = {}
    initialise = Failed.__init__

    def heard(failure: Failed, *args: Any, **kwargs: Any) -> None:
        initialise(failure, *args, **kwargs)
        said.update(dict.fromkeys(filter(None, (failure.observed, failure.expected, failure.help))))

    monkeypatch.setattr(Failed, "__init__", heard)
    yield
    assert [fault for sentence in said for fault in faults(sentence)] == []
