"""What a room holds of a person is all found, handed over, and erased, and nothing of anybody else is."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers import make_run
from sqlalchemy import select
from sqlalchemy.orm import Session

from etabli.appreciation import kept as appreciation
from etabli.appreciation.model import Appreciation
from etabli.classroom import bindings, openings, people, purging, sign_ins, verifications, workspaces
from etabli.classroom.diary import note
from etabli.classroom.handing_over import DATA, INDEX, hand_over
from etabli.classroom.hosts import Hosts
from etabli.classroom.personal import TITLES, Holding, Kind, Part, holding, person_called
from etabli.classroom.place import Place
from etabli.classroom.state import Classroom, connect, prepare
from etabli.classroom.tables import (
    Answer,
    Base,
    BatchRow,
    Connection,
    DiaryRow,
    HandInRow,
    Person,
    Progress,
    Remark,
    Role,
    Teaching,
    TicketRow,
)
from etabli.cli.donnees import _written_again
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import load_lab
from etabli.reception.hand_in import HandIn, HandIns, HandInState, read_hand_ins, write_hand_ins
from etabli.referentiel.kept import in_force
from etabli.reports.results import publish
from etabli.reports.roll import roll_of
from etabli.roster.learner import Learner
from etabli.roster.learner import Person as Named
from etabli.roster.roster import new_roster, open_roster
from etabli.runs.run import freeze
from etabli.runs.store import all_folders

LAB = "page-dynamique"
_NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
_ABOUT_TEACHERS = {"teaching", "opening", "batch"}
"""Tables that name teachers alone: what they did is the class's, and goes with it."""


class World:
    """A room of two learners whose aliases begin alike, each of whom has done everything once."""

    def __init__(self, root: Path) -> None:
        self.at = _NOW
        engine = connect("sqlite://")
        prepare(engine)
        self.room = Classroom(engine, Place(root), Hosts("salle.internal"), now=lambda: self.at)
        with self.room.work() as db:
            admin = Person(login="admin", shown="Administration", role=Role.ADMIN)
            db.add(admin)
            self.teacher, _code = people.add_account(db, self.room, admin, "mme.petit", "Mme Petit")
            self.group = people.enrol(db, self.room, "SNO", ["SNO-1", "SNO-10"])
            db.flush()
            db.add(Teaching(class_id=self.group.id, person_id=self.teacher.id))
            begun, ends = self.at - timedelta(hours=1), self.at + timedelta(hours=1)
            self.opening = openings.open_lab(
                db, self.room, self.teacher, self.group, load_lab(LAB), "lundi", begun, ends
            )
            for learner in people.learners_of(db, self.group):
                self._work(db, learner)
            said = "2 rendus corrigés ; SNO-1 est à regarder."
            db.add(
                BatchRow(
                    opening_id=self.opening.id, made_by=self.teacher.id, state=Progress.DONE, asked_at=_NOW, said=said
                )
            )
        entries = tuple(HandIn(alias, HandInState.HANDED_IN) for alias in ("SNO-1", "SNO-10"))
        out = self.room.place.results(self.opening.id)
        write_hand_ins(out, HandIns(lab=LAB, session="lundi", entries=entries, class_name="SNO"))
        (out / "index.html").write_text("<p>Léonie Martin, SNO-1</p>", "utf-8")

    def _work(self, db: Session, learner: Person) -> None:
        room, place = self.room, self.room.place
        people.give_code(db, learner)
        db.add(Connection(at=room.now(), login=learner.login, address="192.0.2.7", well=True))
        sign_ins.begin(db, room, learner, "salle.internal")
        ends = room.now() + timedelta(seconds=30)
        told = {"token_sha256": learner.login, "sign_in": "x", "host": "site", "path": "/", "ends_at": ends}
        db.add(TicketRow(person_id=learner.id, **told))
        openings.extend(db, room, self.teacher, self.opening, learner, room.now() + timedelta(days=2))
        row = workspaces.find_or_make(db, room, learner, self.opening)
        wanted, _new = verifications.ask(db, room, row)
        verifications.begin(db, room, wanted, 1)
        verifications.found(db, wanted, 1, "liste-complete", "La liste est complète.", "passed")
        verifications.end(db, room, wanted, Progress.DONE, "1 réussi", "run-1")
        kept = {"number": 1, "sha256": "0" * 64, "size": 3, "files": 1, "late": False, "warnings": []}
        db.add(HandInRow(token=row.token, opening_id=self.opening.id, at=room.now(), **kept))
        note(db, room.now(), learner, "dépose", LAB, number=1, sha256="0" * 64)
        db.add(Remark(token=row.token, text="Bon travail.", made_by=self.teacher.id, at=room.now()))
        workspaces.note_look(db, room, self.teacher, row)
        db.add(Answer(token=row.token, person_id=self.teacher.id, at=room.now()))
        workspaces.ask_for_help(db, room, row, "Je suis bloqué.")
        bindings.ask(db, room, learner, learner)[0].state = Progress.DONE
        for folder, name, text in (
            (place.workspace(row.token), "rendu/index.php", f"<?php // {learner.shown}"),
            (place.workspace(row.token), ".etabli/compose.env", "ETABLI_DB_PASSWORD=hunter2"),
            (place.versions(row.token), "0011", "avant"),
            (place.hand_ins(self.opening.id, learner.shown), "001.zip", "PK"),
            (place.results(self.opening.id) / learner.shown, "run/run.json", "{}"),
            (place.recueils / learner.shown, "recueil.yaml", "traces"),
            (place.bound(learner.shown), "recueil.html", "page"),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")

    def held(self, alias: str) -> Holding:
        with self.room.work() as db:
            return holding(db, self.room, person_called(db, alias))

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """All that the database says."""
        with self.room.engine.connect() as connection:
            return {
                table.name: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in Base.metadata.sorted_tables
            }

    def purge(self, plan_of: Any) -> purging.Erased:
        """Purges as the command does, but for the engine and the table of names."""
        with self.room.work() as db:
            plan = plan_of(db)
        with self.room.work() as db:
            purging.close_accounts(db, plan)
        purging.erase_folders(plan)
        with self.room.work() as db:
            return purging.erase_rows(db, self.room, plan)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "salle")


def test_every_table_about_a_person_is_found(world: World) -> None:
    about = {"person"}
    while more := {
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in about | _ABOUT_TEACHERS
        and any(key.column.table.name in about for key in table.foreign_keys)
    }:
        about |= more
    held = world.held("sno-1")
    found = {row.__tablename__ for rows in held.rows.values() for row in rows}
    assert found == about | {"connection", "diary"}
    assert set(held.rows) == set(Kind) == set(TITLES)
    assert all(held.rows.values())


def test_a_person_gets_all_of_theirs_and_nothing_of_a_neighbour_s(world: World, tmp_path: Path) -> None:
    held = world.held("SNO-1")
    secret = tmp_path / "secret"
    secret.write_text("du serveur")
    (held.folders[0].path / "lien").symlink_to(secret)
    (held.folders[0].path / "dossier").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(held.folders[0].path / "tube")
    [versions] = [folder.path for folder in held.folders if folder.part is Part.VERSIONS]
    os.mkfifo(versions / "index.sqlite")  # whoever opened it would wait for ever
    target = io.BytesIO()
    written = hand_over(world.room, held, Learner("SNO-1", "MARTIN", "Léonie", "l.martin@lycee.example"), target)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        document = json.loads(archive.read(DATA))
        index = archive.read(INDEX).decode()
        everything = "\n".join(archive.read(name).decode() for name in names)
    assert len(names) == written.files + 2 == 8
    assert {name.split("/")[0] for name in names} == {
        *("espaces", "versions", "depots", "resultats", "recueils", "reliures"),
        *(DATA, INDEX),
    }
    assert document["nom"]["family"] == "MARTIN" and "MARTIN Léonie" in index
    assert [row["text"] for row in document["commentaires"]] == ["Bon travail."]
    assert document["connexions"][0]["address"] == "192.0.2.7"
    assert "Je suis bloqué." in index and "20/11/2026" in index
    assert "SNO-10" not in everything
    for hidden in ("argon2", "hunter2", "du serveur"):
        assert hidden not in everything


def test_what_teachers_said_of_a_work_is_handed_over_and_erased(world: World) -> None:
    out = world.room.place.results(world.opening.id)
    place = appreciation.Place(out, load_lab(LAB), in_force().referentiel)
    said = {"critere": "recherche-vide", "degre": "satisfaisante", "par": "Mme Petit", "le": _NOW}
    place.say(
        [Appreciation.model_validate({**said, "eleve": alias}) for alias in ("SNO-1", "SNO-10")],
        appreciation.Means.PAGE,
    )
    target = io.BytesIO()
    hand_over(world.room, world.held("SNO-1"), None, target)
    with zipfile.ZipFile(target) as archive:
        told = json.loads(archive.read(DATA))["appreciations"]
    assert [(one["eleve"], one["par"], one["apres"]["degre"]) for one in told] == [
        ("SNO-1", "Mme Petit", "satisfaisante")
    ]
    world.purge(lambda db: purging.plan_person(db, world.room, person_called(db, "sno-1")))
    assert [one.eleve for one in place.read().appreciations] == ["SNO-10"]
    assert [one["eleve"] for one in appreciation.history(out)] == ["SNO-10"]


def test_one_learner_goes_and_the_others_stay_whole(world: World) -> None:
    token, other = world.held("sno-1").tokens[0], world.held("sno-10").tokens[0]
    before = world.rows()
    with world.room.work() as db:
        plan = purging.plan_person(db, world.room, person_called(db, "sno-1"))
        assert plan.rows == {
            **dict.fromkeys(("person", "extension", "sign_in", "ticket", "connection", "workspace"), 1),
            **dict.fromkeys(("verification", "finding", "hand_in", "remark", "look", "answer", "binding"), 1),
            "diary": 5,
        }
        assert len(plan.folders) == 6 and plan.size == (7, sum(map(len, _texts("SNO-1"))))
    done = world.purge(lambda db: purging.plan_person(db, world.room, person_called(db, "sno-1")))
    assert done.people == ["effacé-1"] and done.rewritten == 5

    after = world.rows()
    told = json.dumps(after, default=str, ensure_ascii=False)
    assert token not in told and '"sno-1"' not in told and "SNO-1 " not in told and '"SNO-1"' not in told
    for name in ("workspace", "hand_in", "remark", "look", "answer", "extension", "connection", "sign_in", "finding"):
        assert len(after[name]) == 1, name
    assert after["workspace"][0]["token"] == other

    # The diary: same rows, same hours, same order; one more says that it was done, without a name.
    *kept, last = after["diary"]
    assert [(row["id"], row["at"], row["what"]) for row in kept] == [
        (row["id"], row["at"], row["what"]) for row in before["diary"]
    ]
    assert last["what"] == "efface des données personnelles" and last["about"] == "effacé-1"
    assert next(row for row in kept if row["who"] == "effacé-1")["detail"] == {"number": 1}
    assert any(row["about"] == "effacé-1" and row["who"] == "mme.petit" for row in kept)
    assert any(row["about"] == "SNO-10" for row in kept)

    place, out = world.room.place, world.room.place.results(world.opening.id)
    assert not place.workspace(token).exists() and place.workspace(other).exists()
    assert sorted(path.name for path in out.iterdir()) == ["SNO-10", "remises.json"]
    noted = read_hand_ins(out)
    assert noted is not None and [entry.candidate for entry in noted.entries] == ["SNO-10"]

    again = world.purge(lambda db: purging.plan_person(db, world.room, person_called(db, "sno-10")))
    assert again.people == ["effacé-2"]


def test_a_recueil_beside_the_room_is_found_handed_over_and_erased(world: World, tmp_path: Path) -> None:
    recueils = tmp_path / "recueils"
    for alias in ("SNO-1", "SNO-10"):
        (recueils / alias).mkdir(parents=True)
        (recueils / alias / "recueil.yaml").write_text(f"candidat: {alias}\n")
    with world.room.work() as db:
        held = holding(db, world.room, person_called(db, "sno-1"), [recueils])
    target = io.BytesIO()
    hand_over(world.room, held, None, target)
    with zipfile.ZipFile(target) as archive:
        found = sorted(name for name in archive.namelist() if name.endswith("recueil.yaml"))
    assert found == ["recueils/recueils-2/recueil.yaml", "recueils/recueils/recueil.yaml"], "the room's own, and theirs"
    world.purge(lambda db: purging.plan_person(db, world.room, person_called(db, "sno-1"), [recueils]))
    assert [path.name for path in recueils.iterdir()] == ["SNO-10"]


def _texts(alias: str) -> list[str]:
    return [f"<?php // {alias}", "ETABLI_DB_PASSWORD=hunter2", "avant", "PK", "{}", "traces", "page"]


def test_a_purge_that_was_cut_is_finished_by_the_same_command(world: World) -> None:
    with world.room.work() as db:
        plan = purging.plan_person(db, world.room, person_called(db, "sno-1"))
        purging.close_accounts(db, plan)
    purging.erase_folders(plan)
    with pytest.raises(people.WrongCode):
        people.recognised(world.room, "sno-1", "abcd-efgh-jkmn", "192.0.2.7")
    done = world.purge(lambda db: purging.plan_person(db, world.room, person_called(db, "sno-1")))
    assert done.people == ["effacé-1"]


def test_what_the_worker_is_at_is_seen(world: World) -> None:
    with world.room.work() as db:
        plan = purging.plan_person(db, world.room, person_called(db, "sno-1"))
        assert not purging.under_way(db, plan)
        last = verifications.latest(db, plan.spaces[0].token)
        assert last is not None
        last.state = Progress.RUNNING
        assert purging.under_way(db, plan)
        other = purging.plan_person(db, world.room, person_called(db, "sno-10"))
        assert not purging.under_way(db, other)
        db.scalars(select(BatchRow)).one().state = Progress.QUEUED
        assert purging.under_way(db, other)


def test_a_class_goes_with_all_that_was_done_in_it(world: World) -> None:
    done = world.purge(lambda db: purging.plan_class(db, world.room, " sno"))
    assert sorted(done.people) == ["effacé-1", "effacé-2"]
    after = world.rows()
    assert [row["login"] for row in after["person"]] == ["admin", "mme.petit"]
    assert not any(after[table.name] for table in Base.metadata.sorted_tables if table.name not in ("person", "diary"))
    for name in ("espaces", "versions", "depots", "resultats", "recueils", "reliures"):
        assert not list((world.room.place.folder / name).iterdir())
    assert "SNO-1" not in json.dumps(after, default=str)


def test_what_was_over_before_a_day_goes_and_who_is_still_there_stays(world: World) -> None:
    with world.room.work() as db:
        assert purging.plan_before(db, world.room, _NOW).openings == []  # an extension ends later
        person_called(db, "sno-10").active = False
    world.at = _NOW + timedelta(days=30)
    with world.room.work() as db:
        db.add(Connection(at=world.at, login="sno-1", address="192.0.2.7", well=True))
    done = world.purge(lambda db: purging.plan_before(db, world.room, _NOW + timedelta(days=10)))
    assert done.people == ["effacé-1"]  # who left long ago; the other keeps an account
    after = world.rows()
    assert "sno-1" in {row["login"] for row in after["person"]} and len(after["person"]) == 3
    assert after["opening"] == after["workspace"] == after["hand_in"] == after["batch"] == []
    assert [row["at"] for row in after["connection"]] == [world.at]
    assert [row["what"] for row in after["diary"]] == ["efface des données personnelles"]
    assert len(after["class"]) == 1


def test_who_cannot_be_purged_is_told(world: World) -> None:
    with world.room.work() as db:
        with pytest.raises(UsageProblem, match="n'est pas un élève"):
            purging.plan_person(db, world.room, person_called(db, "mme.petit"))
        with pytest.raises(UsageProblem, match="n'est pas un compte"):
            person_called(db, "sno-2")
        with pytest.raises(UsageProblem, match="il y a : SNO"):
            purging.plan_class(db, world.room, "SN0")
        held = holding(db, world.room, person_called(db, "mme.petit"))
        assert len(held.rows[Kind.LOOKS]) == len(held.rows[Kind.REMARKS]) == 2


def test_the_diary_names_nobody_by_a_part_of_a_word(world: World) -> None:
    with world.room.work() as db:
        for about in ("SNO-1, SNO-10", "SNO-10", "sno-1.", "X-SNO-1"):
            note(
                db,
                world.room.now(),
                world.teacher,
                "donne de nouveaux codes",
                about,
                alias=["SNO-1"] * (about == "SNO-10"),
            )
    world.purge(lambda db: purging.plan_person(db, world.room, person_called(db, "sno-1")))
    with world.room.work() as db:
        told = [row for row in db.scalars(select(DiaryRow)) if row.what == "donne de nouveaux codes"]
    assert [row.about for row in told] == ["effacé-1, SNO-10", "SNO-10", "effacé-1.", "X-SNO-1"]
    assert told[1].detail == {"alias": ["effacé-1"]}


def test_the_pages_of_a_class_are_written_again_without_who_was_erased(tmp_path: Path, home: Path) -> None:
    out, lab = tmp_path / "resultats", load_lab(LAB)
    events = [{"kind": "check_end", "check": spec.id, "outcome": "passed"} for spec in lab.checks().specs]
    new_roster("SNO").add([Named("MARTIN", "Léonie"), Named("DIALLO", "Adama")])
    for alias in ("SNO-01", "SNO-02"):
        run = make_run(lab.checks().specs, events, candidate=alias, lab=LAB, session="lundi")
        freeze(run, out / ".atelier", out / alias)
    entries = tuple(HandIn(alias, HandInState.HANDED_IN) for alias in ("SNO-01", "SNO-02"))
    write_hand_ins(out, HandIns(lab=LAB, session="lundi", entries=entries, class_name="SNO"))
    publish(out, lab, None, roll_of(out, LAB))
    assert "Léonie" in (out / "index.html").read_text("utf-8")

    plan = purging.Plan(folders=[out / "SNO-01"], results=[(out, "SNO-01")])
    open_roster("SNO").erase(["SNO-01"])
    assert purging.erase_folders(plan) == [out] and not (out / "index.html").exists()
    assert _written_again(out)
    for path in out.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".json", ".csv"):
            told = path.read_text("utf-8")
            assert "SNO-01" not in told and "Léonie" not in told, path
    assert "Adama" in (out / "index.html").read_text("utf-8")
    assert [run.path.parent.name for run in all_folders(out)] == ["SNO-02"]
    assert b"SNO-01" not in (out / "etabli.sqlite").read_bytes()


@pytest.fixture
def contested(tmp_path: Path) -> tuple[World, Path]:
    """A room where SNO-1 contests."""
    world, recueils = World(tmp_path / "salle"), tmp_path / "recueils"
    (recueils / "SNO-1").mkdir(parents=True)
    (recueils / "SNO-1" / "contestation.yaml").touch()
    return world, recueils


def test_in_a_room_a_contest_suspends_each_kind_of_purge(contested: tuple[World, Path]) -> None:
    world, recueils = contested
    world.at = datetime(2027, 1, 1, tzinfo=UTC)
    with world.room.work() as db:
        mine = person_called(db, "sno-1")
        with pytest.raises(UsageProblem, match="contestation de « SNO-1 » est en cours"):
            purging.plan_person(db, world.room, mine, [recueils])
        with pytest.raises(UsageProblem, match="SNO-1"):
            purging.plan_class(db, world.room, "SNO", [recueils])
        plan = purging.plan_before(db, world.room, world.at, [recueils])
        assert plan.openings == [] and plan.suspended == {"sno-1": recueils / "SNO-1" / "contestation.yaml"}
        assert purging.plan_person(db, world.room, person_called(db, "sno-10"), [recueils]).people
