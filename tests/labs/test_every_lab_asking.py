"""No right work asks where it runs: what the class page tells of those who do is worth a person's look."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import HOUSE, Kind, handed_in, specimens_of

from etabli.reception.asking import asking


@pytest.mark.parametrize("lab", [name for name, lab in HOUSE.items() if lab.manifest.asked])
def test_no_right_work_asks_where_it_runs(lab: str, tmp_path: Path) -> None:
    for name, one in specimens_of(lab).items():
        files = (handed_in(lab, name) if one.kind is Kind.RIGHT else None) or {}
        for path, data in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
        assert asking(tmp_path / name, sorted(files)) == [], name
