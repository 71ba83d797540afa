"""A class on one machine: each candidate is inside their own ERP within ten seconds, the 24th like the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from etabli.workspace.measure import CLASS, measure


@pytest.mark.long
def test_the_last_of_a_class_waits_no_longer_than_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    found = list(measure("extraction-pgi", CLASS, tmp_path))
    with capsys.disabled():
        print(*(f"\n{one.candidate}  {one.seconds:5.1f} s  {one.memory}" for one in found), sep="")
    assert len(found) == CLASS
    assert [one for one in found if one.seconds > 10] == []
