"""``docs/labs.md``: every lab has its line, which says what the lab is now; prices and measures are those of its last making."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from etabli.lab.manifest import lab_ids, load_lab

ROOT = Path(__file__).resolve().parents[2]
OF_THE_LAB = 6
"""Cells that come from the lab alone: title, competences, hours, tools, points, criteria."""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    monkeypatch.setattr(sys, "argv", ["fiches_labs.py"])
    return runpy.run_path(str(ROOT / "scripts" / "fiches_labs.py"))


def test_the_page_says_what_each_lab_is(script: dict[str, Any]) -> None:
    lines = [line for line in (ROOT / "docs" / "labs.md").read_text("utf-8").splitlines() if line.startswith("| [")]
    told = {line.partition("(`")[2].partition("`)")[0]: line.strip("| ").split(" | ") for line in lines}
    assert [*told] == lab_ids(), "« python scripts/fiches_labs.py » writes it again"
    for lab, cells in told.items():
        assert cells[:OF_THE_LAB] == script["row"](load_lab(lab), {})[:OF_THE_LAB]
        assert len(cells) == len(script["COLUMNS"])


def test_a_price_counts_the_kit_apart(script: dict[str, Any]) -> None:
    own, kit = script["price"](load_lab("hameconnage"))
    assert own > 1000 and 0 < kit < own
