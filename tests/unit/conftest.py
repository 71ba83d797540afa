"""What many tests need: a home of their own, a small lab, the class SNO, a room, and an empty folder for copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import make_lab
from moodle_samples import sno
from portal import Room, make_room

from etabli.lab.manifest import Lab
from etabli.roster.roster import Roster


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return make_lab(tmp_path / "depot")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A personal folder of the test's own, which is not there yet."""
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def roster(home: Path) -> Roster:
    return sno()


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    (tmp_path / "atelier").mkdir()
    return tmp_path / "atelier"


@pytest.fixture
def room(home: Path, tmp_path: Path) -> Room:
    """A room, its class SNO and an opening; its clock says noon."""
    (tmp_path / "salle").mkdir()
    return make_room(tmp_path / "salle")
