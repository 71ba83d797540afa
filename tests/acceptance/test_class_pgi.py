"""A class on one machine: each candidate is inside their own ERP, the 24th like the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from etabli.workspace.measure import CLASS, measure


@pytest.mark.long
def test_a_whole_class_is_inside_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    found = list(measure("extraction-pgi", CLASS, tmp_path))
    with capsys.disabled():
        print(*(f"\n{one.candidate}  {one.seconds:5.1f} s  {one.memory}" for one in found), sep="")
    assert len(found) == CLASS  # how long each waited is told, not asserted
