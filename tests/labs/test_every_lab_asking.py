"""No right work asks where it runs or has pictures and fonts: what the class page tells of is worth a person's look."""

from __future__ import annotations

from pathlib import Path

import pytest
from seats import HOUSE, Kind, handed_in, specimens_of

from etabli.reception.asking import asking
from etabli.reception.unread import unread


@pytest.mark.parametrize("lab", [name for name, lab in HOUSE.items() if lab.manifest.asked])
def test_no_right_work_is_named_to_people(lab: str, tmp_path: Path) -> None:
    for name, one in specimens_of(lab).items():
        files = (handed_in(lab, name) if one.kind is Kind.RIGHT else None) or {}
        for path, data in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
        pictures = not any(item.pictures for item in HOUSE[lab].manifest.asked)
        tree, paths = tmp_path / name, sorted(files)
        assert [*asking(tree, paths), *unread(tree, paths, pictures=pictures)] == [], name
