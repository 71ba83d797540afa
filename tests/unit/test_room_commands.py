"""A command about a folder of a room reads that room's class and secret, whoever types and from where."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from moodle_samples import PEOPLE, sno
from recueil_samples import frozen_run
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


def test_a_class_that_only_the_room_has_is_found_there(served: Path, tmp_path: Path) -> None:
    with in_room(served):
        new_roster("TNE").add(list(PEOPLE[:3]))
    assert "n'existe pas" in said(etabli("classe", "liste", "TNE")), "no room was opened here"
    shutil.copytree(served, tmp_path / "home" / "salle")  # the usual place of an account's first room
    told = said(etabli("classe", "liste", "tne"))
    assert "Classe de la salle" in told and "TNE-03" in told
    assert "Classe de la salle" not in said(etabli("classe", "liste", "SNO")), "one's own class comes first"
    assert "TNE" in said(etabli("classe", "liste"))


def test_the_year_of_a_class_of_the_room_is_read_in_the_room(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_room(served):
        roster = new_roster("TNE")
        alias = roster.add(list(PEOPLE[:1]))[0].alias
    frozen_run(served / "resultats" / "3", alias, "page-dynamique")
    shutil.copytree(served, tmp_path / "home" / "salle")
    monkeypatch.chdir(tmp_path)
    done = etabli("annee", "--classe", "TNE")
    assert done.exit_code == 0 and "1 élève, 1 vérification" in said(done), said(done)


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
