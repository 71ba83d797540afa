"""A recueil is bound from a copy that root makes without following anything that was left in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from portal import Room, make_room
from recueil_samples import frozen_run

from etabli.classroom import bindings
from etabli.classroom.tables import BindingRow, Progress
from etabli.exam.contract.errors import SandboxFailure, UsageProblem
from etabli.portal.recueil_acts import Desk, Sent, act
from etabli.recueil import building
from etabli.sandbox.docker_press import Printed
from etabli.worker import binding
from etabli.worker.duty import Duty


@pytest.fixture
def room(home: Path, tmp_path: Path) -> Room:
    """A room whose first learner has chosen a trace."""
    made = make_room(tmp_path / "salle")
    frozen_run(tmp_path / "runs", "SNO-01")
    desk = Desk(made.classroom.place.recueils, "SNO-01", (tmp_path / "runs",), made.classroom.now().date())
    act(desk, "choisir", Sent({"verification": "0001"}))
    return made


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """A press that takes anything."""
    jobs: list[Any] = []

    def printed(job: Any) -> Printed:
        jobs.append(job)
        return Printed(b"%PDF", 3, (0,))

    monkeypatch.setattr(building, "printed", printed)
    yield jobs


def asked(room: Room) -> int:
    with room.work() as db:
        return bindings.ask(db, room.classroom, room.learners[0], room.learners[0])[0].id


def row(room: Room, number: int) -> BindingRow:
    with room.work() as db:
        return db.get_one(BindingRow, number)


def test_a_recueil_is_bound_once(room: Room, press: list[Any]) -> None:
    number = asked(room)
    duty = Duty(room.classroom, room.jobs)
    binding.bind(duty, number)
    binding.bind(duty, number)
    out = room.classroom.place.bound("SNO-01")
    assert sorted(path.name for path in out.iterdir()) == [
        *("recueil.html", "recueil.json", "recueil.pdf", "referentiel.yaml"),
    ]
    assert row(room, number).state is Progress.DONE and row(room, number).said == "3 pages."
    assert len(press) == 1 and asked(room) == number + 1
    assert json.loads((out / "recueil.json").read_text("utf-8"))["candidat"] == "SNO-01"


def test_what_cannot_be_bound_says_why(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def printed(_job: Any) -> Printed:
        raise SandboxFailure("Le PDF n'a pas pu être fait.")

    monkeypatch.setattr(building, "printed", printed)
    monkeypatch.setattr("etabli.worker.duty._engine_answers", lambda: True)
    number = asked(room)
    binding.bind(Duty(room.classroom, room.jobs), number)
    assert row(room, number).state is Progress.FAILED and "n'a pas pu être fait" in (row(room, number).said or "")
    assert not list(room.classroom.place.bound("SNO-01").iterdir())


def test_no_link_of_a_recueil_is_followed(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = room.classroom.place
    (tmp_path / "secret").write_text("du serveur")
    own = place.recueils / "SNO-01"
    (own / "pieces").mkdir()
    (own / "pieces" / "lien.pdf").symlink_to(tmp_path / "secret")
    (own / "dossier").symlink_to(tmp_path, target_is_directory=True)
    binding.copy_recueil(place, "SNO-01", tmp_path / "copie")
    told = [path.read_bytes() for path in (tmp_path / "copie").rglob("*") if path.is_file()]
    assert told and b"du serveur" not in told and not list((tmp_path / "copie").rglob("*lien*"))
    (place.recueils / "SNO-02").symlink_to(tmp_path, target_is_directory=True)
    for alias in ("SNO-02", "SNO-03", "../SNO-01"):
        with pytest.raises(UsageProblem):
            binding.copy_recueil(place, alias, tmp_path / "autre")
    monkeypatch.setattr(binding, "_MOST", 10)
    with pytest.raises(UsageProblem, match="500 Mo"):
        binding.copy_recueil(place, "SNO-01", tmp_path / "trop")
