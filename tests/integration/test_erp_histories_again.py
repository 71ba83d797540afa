"""``make histoires-pgi`` gives the histories that are kept, to the byte: what is in the repository has a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from etabli.erp import history

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.parametrize("name", history.names())
def test_a_history_is_made_again_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import histoires_pgi

    content, facts = histoires_pgi.made(name)
    assert facts == history.facts(name)
    assert content == history.unpack(name)
