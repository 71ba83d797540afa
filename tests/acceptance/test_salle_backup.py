"""A room is backed up while a learner works in it, destroyed, and put back elsewhere; then one learner is forgotten."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from helpers import Done, here, own_port
from sqlalchemy import select

from etabli.classroom import hand_ins, openings, people, sign_ins, verifications, workspaces
from etabli.classroom.settings import Ports, RoomSettings, write_settings
from etabli.classroom.state import Classroom, connect, prepare
from etabli.classroom.tables import DiaryRow, HandInRow, Person, Role, SignInRow, State, WorkspaceRow
from etabli.lab.manifest import load_lab
from etabli.lab.variant import TRAINING, Seat
from etabli.roster.learner import Person as Named
from etabli.roster.roster import new_roster, open_roster
from etabli.server.backup import FILE, PHRASE, database
from etabli.server.services import Room
from etabli.server.vault import NAME
from etabli.server.volumes import volumes_by_project
from etabli.system.settings import secret
from etabli.workspace.opening import open_workspace
from etabli.workspace.running import bring_up
from etabli.workspace.workspace import Workspace, read_workspace

LAB = "page-dynamique"
_ROW = "Ajoutée en classe"


@dataclass
class World:
    """The folders of this file's tests, and what is known of the room before it is destroyed."""

    root: Path
    code: str = ""
    token: str = ""
    number: int = 0
    secret: bytes = b""

    @property
    def room(self) -> Path:
        return self.root / "salle"

    @property
    def elsewhere(self) -> Path:
        return self.root / "autre"

    @property
    def stick(self) -> Path:
        return self.root / "cle"

    def space(self, room: Path) -> Workspace:
        return read_workspace(room / "espaces" / self.token)


def state_of(room: Room) -> Classroom:
    engine = connect(room.database)
    return Classroom(engine, room.place, room.settings.hosts)


def sql(space: Workspace, sentence: str) -> str:
    argv = ["docker", "exec", f"{space.memo.project}-base-1", "mariadb", "-N", "-B", "atelier", "-e", sentence]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    # A socket's path is short: pytest's own folders are not.
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="etb-", dir="/tmp") as root:
        world = World(Path(root))
        patch.setenv("ETABLI_HOME", str(world.room / "home"))
        patch.setenv("ETABLI_CLASSES", str(world.room / "classes" / "classes.sqlite"))
        world.stick.mkdir()
        try:
            yield world
        finally:
            for folder in (world.room, world.elsewhere):
                if (folder / "salle.yaml").is_file():
                    room = Room.at(folder)
                    room.down()
                    room.remove_workspaces()
                    room.erase()


@pytest.fixture(scope="module")
def worked(world: World) -> World:
    """A room of two learners, one of whom has a workspace that runs, a changed database and a hand-in."""
    world.room.mkdir()
    port = own_port()
    write_settings(world.room, RoomSettings(nom="salle.essai.internal", ports=Ports(https=port, http=port + 1)))
    room = Room.at(world.room)
    room.up("base", "portail")
    world.secret = secret()
    new_roster("SNO").add([Named("MARTIN", "Léa"), Named("DIALLO", "Adama")])
    lab, state = load_lab(LAB), state_of(room)
    with database(room), state.work() as db:
        prepare(state.engine)
        admin = Person(login="admin", shown="Administration", role=Role.ADMIN)
        db.add(admin)
        teacher, _code = people.add_account(db, state, admin, "mme.petit", "Mme Petit")
        group = people.enrol(db, state, "SNO", ["SNO-01", "SNO-02"])
        learner = next(one for one in people.learners_of(db, group) if one.login == "sno-01")
        world.code = people.give_code(db, learner)
        opening = openings.open_lab(db, state, teacher, group, lab, TRAINING, state.now() - timedelta(hours=1), None)
        db.flush()
        row = workspaces.find_or_make(db, state, learner, opening)
        world.token = row.token
        folder = room.place.workspace(row.token)
        space = open_workspace(folder, Seat(lab, "SNO-01", TRAINING), world.secret, "php")
        sign_ins.begin(db, state, learner, room.settings.nom)
        workspaces.set_state(db, row, State.READY)
        verifications.ask(db, state, row)
        handed = hand_ins.hand_in(db, state, row)
        world.number = handed.row.number
        workspaces.ask_for_help(db, state, row, "Ma page est blanche.")
    (space.work / "notes.txt").write_text("mes notes", "utf-8")
    started = bring_up(space)
    assert started.ports
    sql(space, f"CREATE TABLE journal_eleve (dit TEXT); INSERT INTO journal_eleve VALUES ('{_ROW}')")
    state.engine.dispose()
    return world


def backed_up(world: World, *options: object) -> Done:
    return here("salle", "sauvegarde", *options, "--dossier", world.room)


def test_a_backup_shows_its_phrase_once_and_says_what_it_holds(worked: World) -> None:
    absent = backed_up(worked, worked.root / "absente")
    assert absent.returncode == 2 and "branchez la clé" in absent.stderr
    inside = backed_up(worked, worked.room / "espaces")
    assert inside.returncode == 2 and "dans la salle elle-même" in inside.stderr

    first = backed_up(worked, worked.stick, "--json")
    assert first.returncode == 0, first.stderr
    phrase = (worked.room / "home" / PHRASE).read_text("utf-8").strip()
    assert phrase in first.stderr and "papier" in first.stderr
    assert (worked.room / "home" / PHRASE).stat().st_mode & 0o777 == 0o600
    told = json.loads(first.stdout)
    assert told["databases"] >= 1 and told["files"] > 10
    assert json.loads((worked.room / FILE).read_text("utf-8"))["to"] == str(worked.stick)

    # The service that was copied while it ran runs still.
    assert sql(worked.space(worked.room), "SELECT dit FROM journal_eleve") == _ROW

    # Nothing of it can be read without the phrase.
    for path in (worked.stick / NAME).rglob("*"):
        assert not path.is_file() or b"MARTIN" not in path.read_bytes()


def test_a_backup_refuses_a_stick_that_is_not_the_one(worked: World) -> None:
    other = worked.root / "prise"
    (other / NAME).mkdir(parents=True)
    (other / NAME / "photo.jpg").write_bytes(b"x")
    refused = backed_up(worked, other)
    assert refused.returncode == 2 and "n'est pas une sauvegarde d'Établi" in refused.stderr

    aside = worked.stick.rename(worked.root / "debranchee")
    worked.stick.mkdir()
    missing = backed_up(worked, worked.stick)
    assert missing.returncode == 2 and "est-elle branchée" in missing.stderr
    worked.stick.rmdir()
    aside.rename(worked.stick)

    wrong = worked.root / "autre-phrase"
    wrong.write_text("pas-la-bonne\n", "utf-8")
    locked = backed_up(worked, worked.stick, "--phrase-fichier", wrong)
    assert locked.returncode == 2 and "La phrase n'ouvre pas" in locked.stderr
    shown = backed_up(worked, worked.stick, "--liste", "--json")  # the right one is still kept
    assert len(json.loads(shown.stdout)) == 1

    # A full disk, where there is no room for the least file.
    full = worked.root / "pleine"
    full.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(full)], check=False)
    if mount.returncode == 0:
        try:
            done = backed_up(worked, full)
            assert done.returncode == 3 and "est plein" in done.stderr, done.stderr
        finally:
            subprocess.run(["umount", "-l", str(full)], check=True)


def test_a_destroyed_room_goes_on_elsewhere(worked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(worked.room / "home" / PHRASE, worked.root / "papier.txt")
    room = Room.at(worked.room)
    # Something came while the backup was made: its file is there, its row is not.
    late = room.place.hand_ins(1, "SNO-01") / f"{worked.number + 1:03}.zip"
    shutil.copy(late.with_name(f"{worked.number:03}.zip"), late)
    late.with_name(f"{worked.number + 1:03}.recu.txt").write_text("reçu", "utf-8")
    state = state_of(room)
    with state.work() as db:
        assert db.scalar(select(SignInRow)) is not None
    state.engine.dispose()
    again = backed_up(worked, worked.stick)
    assert again.returncode == 0 and "Sauvegardé dans" in again.stdout, again.stderr
    assert (worked.root / "papier.txt").read_text("utf-8").strip() not in again.stderr + again.stdout
    assert here("salle", "desinstaller", "--effacer-les-donnees", "--oui", "--dossier", worked.room).returncode == 0
    assert not worked.room.exists()

    options = ("--dossier", worked.elsewhere, "--phrase-fichier", worked.root / "papier.txt")
    nothing = here("salle", "restaurer", worked.root, *options)
    assert nothing.returncode == 2 and "Il n'y a pas de sauvegarde" in nothing.stderr
    done = here("salle", "restaurer", worked.stick, *options)
    assert done.returncode == 0, done.stderr
    assert "2 comptes d'élèves, 1 espace" in done.stdout
    assert f"hors-base-{late.name}" in done.stderr
    again = here("salle", "restaurer", worked.stick, *options)
    assert again.returncode == 2 and "est déjà une salle" in again.stderr

    monkeypatch.setenv("ETABLI_HOME", str(worked.elsewhere / "home"))
    monkeypatch.setenv("ETABLI_CLASSES", str(worked.elsewhere / "classes" / "classes.sqlite"))
    room = Room.at(worked.elsewhere)
    assert room.settings.nom == "salle.essai.internal"
    assert secret() == worked.secret
    assert open_roster("SNO").get("SNO-01").family == "MARTIN"
    with database(room):
        state = state_of(room)
        assert people.recognised(state, "SNO-01", worked.code, "127.0.0.1").shown == "SNO-01"
        with state.work() as db:
            row = db.get_one(WorkspaceRow, worked.token)
            assert row.state is State.STOPPED and row.asked == "Ma page est blanche."
            assert verifications.under_way(db, worked.token) is not None
            assert db.scalar(select(SignInRow)) is None
            kept = db.scalars(select(HandInRow)).all()
            assert [one.number for one in kept] == [worked.number]
            archive = hand_ins.path_of(room.place.hand_ins(row.opening_id, "SNO-01"), worked.number)
            assert archive.stat().st_size == kept[0].size
            again_handed = hand_ins.hand_in(db, state, row)
            assert again_handed.row.number == worked.number + 1
        state.engine.dispose()

    space = worked.space(worked.elsewhere)
    assert (space.work / "notes.txt").read_text("utf-8") == "mes notes"
    bring_up(space)
    assert sql(space, "SELECT dit FROM journal_eleve") == _ROW


def test_then_one_learner_takes_their_data_and_is_forgotten(worked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(worked.root)
    room, at = Room.at(worked.elsewhere), ("--dossier", worked.elsewhere)
    space = worked.space(worked.elsewhere)
    given = here("donnees", "exporter", "--candidat", "sno-01", *at)
    assert given.returncode == 0, given.stderr
    with zipfile.ZipFile(worked.root / "donnees-SNO-01.zip") as archive:
        document = json.loads(archive.read("donnees.json"))
        names = archive.namelist()
    assert document["nom"]["family"] == "MARTIN"
    assert [row["number"] for row in document["depots"]] == [worked.number, worked.number + 1]
    assert f"espaces/{LAB}-{TRAINING}/rendu/notes.txt" in names

    tried = here("purge", "--essai", "--candidat", "SNO-01", *at)
    assert tried.returncode == 0 and "1 espace de travail" in tried.stdout and "SNO-01" in tried.stdout, tried.stderr
    assert space.work.is_dir()
    done = here("purge", "--appliquer", "--candidat", "SNO-01", *at)
    assert done.returncode == 0, done.stderr
    assert "effacé-1" in done.stdout and "MARTIN" not in done.stdout and "jusqu'au" not in done.stdout
    assert not space.folder.exists()
    assert space.memo.project not in volumes_by_project()
    assert open_roster("SNO").by_alias("SNO-01") is None
    with database(room):
        state = state_of(room)
        with state.work() as db:
            assert sorted(db.scalars(select(Person.login))) == ["admin", "mme.petit", "sno-02"]
            told = [f"{row.who} {row.about} {row.detail}" for row in db.scalars(select(DiaryRow))]
        state.engine.dispose()
    assert told and not any("sno-01" in line.lower() for line in told)
    assert len(list((worked.elsewhere / "purges").iterdir())) == 1
