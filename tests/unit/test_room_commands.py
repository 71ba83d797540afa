"""A command about a folder of a room reads that room's class and secret, whoever types and from where."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from moodle_samples import PEOPLE, sno
from student import etabli, said

from etabli.classroom.settings import RoomSettings, write_settings
from etabli.cli.room import in_room, room_around
from etabli.reception.hand_in import HandIn, HandIns, HandInState, write_hand_ins
from etabli.roster.roster import new_roster
from etabli.system.settings import secret


@pytest.fixture
def served(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room whose class SNO has six learners; who types has another class of that name."""
    monkeypatch.delenv("ETABLI_CLASSES", raising=False)
    new_roster("SNO").add(list(PEOPLE[:2]))
    folder = tmp_path / "salle"
    (folder / "classes").mkdir(parents=True)
    write_settings(folder, RoomSettings())
    with in_room(folder):
        sno()
    out = folder / "resultats" / "3"
    out.mkdir(parents=True)
    entries = tuple(HandIn(f"SNO-{rank:02}", HandInState.MISSING) for rank in range(1, 7))
    write_hand_ins(out, HandIns("page-dynamique", "entrainement", entries, class_name="SNO"))
    return folder


def test_the_gradebook_of_a_room_has_the_room_s_names(served: Path, tmp_path: Path) -> None:
    before = dict(os.environ)
    done = etabli("export", "gradebook", served / "resultats" / "3", "-o", tmp_path / "carnet.csv", "--noms")
    assert done.exit_code == 0 and "(6 élèves)" in said(done), said(done)
    assert "MARTIN" in (tmp_path / "carnet.csv").read_text("utf-8-sig")
    assert dict(os.environ) == before


def test_the_sheets_of_a_class_of_the_room_come_from_its_secret(served: Path, tmp_path: Path) -> None:
    mine = secret()
    out = tmp_path / "sujets"
    options = ("sujet", "page-dynamique", "--classe", "SNO", "--sans-pdf", "-o", out)
    assert "pour 2 élèves" in said(etabli(*options)), "no room was opened here: one's own class"
    told = said(etabli(*options, "--dossier", served))
    assert "pour 6 élèves" in told and str(served) in told
    with in_room(served):
        assert secret() != mine
    shutil.copytree(served, tmp_path / "home" / "salle")  # the usual place of an account's first room
    assert "pour 6 élèves" in said(etabli(*options))
    assert "n'est pas une salle" in said(etabli(*options, "--dossier", tmp_path))


def test_a_room_that_is_closed_to_who_types_is_not_read_as_another(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, *a, **k: path != served / "classes" and real(path, *a, **k))
    done = etabli("export", "gradebook", served / "resultats" / "3", "-o", tmp_path / "carnet.csv")
    assert done.exit_code == 2 and "relancez la même commande avec « sudo »" in said(done)
    assert not (tmp_path / "carnet.csv").exists()


def test_the_folder_of_a_room_is_not_in_the_room(served: Path) -> None:
    assert room_around(served / "resultats") == served
    assert room_around(served) is None, "« salle » commands remember it in one's own home"
