"""``make histoires-pgi`` gives the histories that are kept, to the byte: what is in the repository has a source."""

from __future__ import annotations

import pytest

from etabli.exam.contract.check import import_grader
from etabli.system.settings import repository

history = import_grader(repository() / "graders" / "extraction-pgi", "company.history")


@pytest.mark.long
@pytest.mark.parametrize("name", history.names())
def test_a_history_is_made_again_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(repository() / "scripts"))
    import histoires_pgi

    content, facts = histoires_pgi.made(name)
    assert facts == history.facts(name)
    assert content == history.load(name)
