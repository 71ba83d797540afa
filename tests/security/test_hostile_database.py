"""Works that attack their database: the room's services are theirs alone, and what they did is gone with them."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from foreign_bytes import damaged
from hostile_sql import STRUCTURES, TRIES, TRY_ALL, USUAL, corpus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neighbours import LAB, RIGHT, SECRET, graded, plan_below

from etabli.exam.contract.errors import SandboxFailure
from etabli.exam.contract.outcome import Outcome, Status
from etabli.exam.contract.transcript import Event
from etabli.grading import database as databases
from etabli.grading.alone import check_once
from etabli.grading.database import Database
from etabli.grading.matrix import render_specimens
from etabli.grading.structure import replay
from etabli.lab.variant import TRAINING, Purpose, Variant, make_variant
from etabli.reception.structure import StructureFile
from etabli.reception.submission import Deposit
from etabli.runs.scoring import results
from etabli.sandbox import docker_containers
from etabli.sandbox.base import Application, Room, Worker
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.sandbox.owner import current

SESSION_LIMITS = {name for name in TRIES if name.startswith("session-")}
IGNORED = {"dossier", "dossier-myisam"}
"""The server takes these statements, and puts the tables where it puts all others."""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("base")
    plan = replace(plan_below(folder).worker("t0ba5e", folder / "w0"), pages=False)
    with DockerSandbox().open_worker(plan) as made:
        yield made


@pytest.fixture(scope="module")
def variant(tmp_path_factory: pytest.TempPathFactory) -> Variant:
    return make_variant(plan_below(tmp_path_factory.mktemp("v")).seat("pdo"), SECRET, Purpose.EVALUATION)


def provided(worker: Worker, room: Room, variant: Variant) -> Database:
    database = databases.new_database(worker, room)
    databases.provision(worker, database, variant, None)
    return database


def program(database: Database, folder: Path, *command: str) -> Application:
    told = {"environment": database.environment(), "hosts": database.hosts()}
    return Application("web", ("python3", "-c", *command), folder, **told)


def asked(worker: Worker, room: Room, sql: str) -> str:
    done = worker.service_exec(room, ["mariadb", "-N", "-B", "-e", sql])
    assert done.exit_code == 0, done.stderr
    return done.stdout.decode().strip()


def mark(worker: Worker, room: Room) -> None:
    """Leaves something by which this very server is known; it is no trace that a submission could leave."""
    assert worker.service_exec(room, ["touch", "/tmp/marque"]).exit_code == 0


def marked(worker: Worker, room: Room) -> bool:
    return worker.service_exec(room, ["test", "-e", "/tmp/marque"]).exit_code == 0


def test_what_a_candidate_may_raise_is_their_own_session_alone(
    worker: Worker, variant: Variant, tmp_path: Path
) -> None:
    database = provided(worker, Room.A, variant)
    mark(worker, Room.A)
    done = worker.run_once(Room.A, program(database, tmp_path, TRY_ALL, json.dumps(TRIES)), timeout=300)
    assert done.exit_code == 0, done.stderr
    seen = json.loads(done.stdout)
    assert {name for name, taken in seen["done"].items() if taken} == SESSION_LIMITS | IGNORED
    assert seen["elsewhere"] == []
    databases.drop(worker, database)
    assert marked(worker, Room.A), "nothing was left: the server stays for the next one"


@pytest.mark.parametrize(
    "left",
    [
        "mariadb -e 'CREATE DATABASE restee'",
        pytest.param("mariadb -e 'CREATE USER reste'", marks=pytest.mark.long),
        pytest.param("mariadb -e 'SET GLOBAL max_connections = 119'", marks=pytest.mark.long),
        """mariadb NAME -e "CREATE TABLE x (x INT); XA START 'x'; INSERT INTO x VALUES (1); XA END 'x'; XA PREPARE 'x'" """,
        pytest.param("head -c 150M /dev/zero >/var/lib/mysql/reste", marks=pytest.mark.long),
    ],
)
def test_what_is_left_goes_with_the_server(worker: Worker, variant: Variant, left: str) -> None:
    database = provided(worker, Room.A, variant)
    mark(worker, Room.A)
    assert worker.service_exec(Room.A, ["sh", "-c", left.replace("NAME", database.name)]).exit_code == 0
    databases.drop(worker, database)
    assert not worker.service_state(Room.A).running
    assert not marked(worker, Room.A)


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that start in the test have no more than they need, so that it is soon spent on any machine."""
    monkeypatch.setattr(docker_containers, "SERVICE_MEMORY_MB", 192)


def test_memory_that_runs_out_is_the_room_s_own(
    worker: Worker, variant: Variant, tmp_path: Path, little_memory: None
) -> None:
    worker.renew_service(Room.A)
    hungry, quiet = provided(worker, Room.A, variant), provided(worker, Room.B, variant)
    mark(worker, Room.B)
    folder = tmp_path / "rendu"
    corpus()["memoire"](folder)
    site = Application(
        "web", ("/usr/local/bin/servir", "flask"), folder, environment=hungry.environment(), hosts=hungry.hosts()
    )
    worker.start(Room.A, site)
    try:
        while worker.service_state(Room.A).running:
            assert worker.state(Room.A).running
            time.sleep(0.1)
    finally:
        worker.stop(Room.A)
    assert "mémoire" in (databases.fault_of(worker, hungry) or "")
    with pytest.raises(SandboxFailure):
        asked(worker, Room.A, "DO 1")
    assert databases.fault_of(worker, quiet) is None
    assert marked(worker, Room.B)
    databases.drop(worker, quiet)
    again = provided(worker, Room.A, variant)
    assert asked(worker, Room.A, f"SHOW TABLES FROM {again.name}")
    for room in Room:  # their little memory is this test's
        worker.renew_service(room)


NEST = """
import os, pymysql
base = pymysql.connect(host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"],
                       database=os.environ["DB_NAME"], autocommit=True)
with base.cursor() as c:
    c.execute("SELECT EXTRACTVALUE('<a/>', REPEAT('-', 4000000))")
"""


def test_a_statement_that_the_server_does_not_survive_is_the_room_s_own(
    worker: Worker, variant: Variant, tmp_path: Path
) -> None:
    """MariaDB 11.8 overflows its stack; who ends a server from outside blames nobody."""
    nested, quiet = provided(worker, Room.A, variant), provided(worker, Room.B, variant)
    mark(worker, Room.B)
    done = worker.run_once(Room.A, program(nested, tmp_path, NEST), timeout=300)
    assert done.exit_code != 0 and b"2013" in done.stderr
    until = time.monotonic() + 300
    while worker.service_state(Room.A).running and time.monotonic() < until:
        time.sleep(0.1)
    assert "emboîtés" in (databases.fault_of(worker, nested) or "")
    assert databases.fault_of(worker, quiet) is None and marked(worker, Room.B)
    worker.renew_service(Room.A)
    again = provided(worker, Room.A, variant)
    worker.service_exec(Room.A, ["sh", "-c", "kill -TERM 1"])
    while worker.service_state(Room.A).running and time.monotonic() < until:
        time.sleep(0.1)
    assert not worker.service_state(Room.A).running and databases.fault_of(worker, again) is None
    databases.drop(worker, quiet)
    worker.renew_service(Room.A)


FILL = """
import os, pymysql
base = pymysql.connect(host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"],
                       database=os.environ["DB_NAME"], autocommit=True)
with base.cursor() as c:
    c.execute("SET SESSION max_statement_time = 0")  # a busy machine fills a disk slowly
    c.execute("CREATE TABLE gros (t LONGTEXT)")
    c.execute("INSERT INTO gros SELECT REPEAT('x', 700000) FROM seq_1_to_1000")
"""


def test_a_disk_that_is_full_is_the_room_s_own(worker: Worker, variant: Variant, tmp_path: Path) -> None:
    greedy, quiet = provided(worker, Room.A, variant), provided(worker, Room.B, variant)
    assert b"pymysql.err" in worker.run_once(Room.A, program(greedy, tmp_path, FILL), timeout=300).stderr
    databases.fell(worker, greedy)
    assert "pleine" in (databases.fault_of(worker, greedy) or "")
    assert databases.fault_of(worker, quiet) is None
    assert asked(worker, Room.B, f"CREATE TABLE {quiet.name}.autre (x INT)") == ""
    databases.drop(worker, greedy)
    assert not worker.service_state(Room.A).running
    databases.drop(worker, quiet)


def words_of(variant: Variant) -> dict[str, str]:
    """What the samples leave open: the names in this candidate's structure."""
    schema, tables = variant.schema_sql(), variant.data["tables"]
    item = schema[schema.index(f"CREATE TABLE `{tables['item']}`") :]
    kinds = {"text": r"VARCHAR", "price": r"DECIMAL", "key": r"INT NOT NULL,"}
    names = {word: re.findall(rf"`(\w+)` {kind}", item)[-1] for word, kind in kinds.items()}
    return {
        **names,
        "item": tables["item"],
        "all": ", ".join(tables.values()),
        "schema": schema,
        "TEXT": names["text"].upper(),
    }


def filled(text: str, words: dict[str, str]) -> str:
    """A sample with its words; a brace of SQL is no word."""
    return re.sub(r"\{(\w+)\}", lambda seen: words[seen[1]], text)


def replayed(
    worker: Worker, variant: Variant, folder: Path, sql: bytes, *, is_dump: bool
) -> tuple[str | None, list[int]]:
    """What is said of a structure file, and how many tables and views the base and its copy have."""
    path = "base/modifications.sql"
    (folder / "base").mkdir(parents=True)
    (folder / path).write_bytes(sql)
    structure, database = StructureFile(path, is_dump), databases.new_database(worker, Room.B)
    databases.provision(worker, database, variant, structure)
    said = replay(worker, program(database, folder, ""), database, structure)
    count = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{}'"
    counts = [int(asked(worker, Room.B, count.format(name))) for name in (database.name, database.reference)]
    databases.drop(worker, database)
    return said, counts


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in USUAL else pytest.mark.long) for name in STRUCTURES]
)
def test_what_a_structure_file_leaves_is_never_an_incident(
    worker: Worker, variant: Variant, tmp_path: Path, name: str
) -> None:
    words = words_of(variant)
    sql, expected = STRUCTURES[name]
    written = filled(f"SET NAMES utf8mb4;\n{sql}\n", words).encode()
    said, (used, copied) = replayed(worker, variant, tmp_path / "r", written, is_dump=name.startswith("dump-"))
    if expected is None:
        assert (said, used) == (None, copied) and used >= 3
    else:
        assert filled(expected, words) in str(said) and len(str(said)) < 350
        assert not [row for row in re.findall(r"'([^']{6,})'", variant.rows_sql()) if row in str(said)], "hidden rows"


@settings(
    max_examples=int(os.environ.get("ETABLI_EXEMPLES", "15")) // 5,
    deadline=None,
    database=None,
    derandomize="ETABLI_EXEMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**64))
def test_a_damaged_structure_file_is_used_or_told_why(
    worker: Worker, variant: Variant, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """As many files as the machine can afford: each one starts a client of its own."""
    chance, words = random.Random(seed), words_of(variant)
    name = chance.choice([name for name, (_sql, expected) in STRUCTURES.items() if expected is None])
    right = filled(f"SET NAMES utf8mb4;\n{STRUCTURES[name][0]}\n", words).encode()
    folder = tmp_path_factory.mktemp("abime") / "r"
    said, counts = replayed(worker, variant, folder, damaged(right, chance), is_dump=name.startswith("dump-"))
    assert said or counts[0] == counts[1], name


@pytest.mark.long
def test_the_same_with_many_more_files() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not long", __file__, "-k", "damaged_structure"]
    done = subprocess.run(command, env={**os.environ, "ETABLI_EXEMPLES": "1500"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.long
def test_who_kills_the_database_fails_alone(tmp_path: Path, little_memory: None) -> None:
    runs = graded(plan_below(tmp_path).narrowed(["liste-complete"]), tmp_path, {"memoire": corpus()["memoire"]})
    assert "mémoire" in str(runs["memoire"].reason)
    assert runs["memoire"].attempts == 2


def with_a_structure_of_a_gigabyte(folder: Path) -> None:
    (folder / "base").mkdir(parents=True)
    (folder / "index.php").write_text("<?php echo 'ici';", "utf-8")
    held = "".join(f"SET @v{number} = REPEAT('x', 16000000);\n" for number in range(60))
    (folder / "base" / "modifications.sql").write_text(held, "utf-8")


NESTING = """
SET FOREIGN_KEY_CHECKS=0;
SET @t = (SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1 LIMIT 1);
EXECUTE IMMEDIATE CONCAT('DELETE FROM `', @t, '`');
EXECUTE IMMEDIATE CONCAT('ALTER TABLE `', @t, '` ADD CHECK (EXTRACTVALUE(''<a/>'', REPEAT(''-'', 4000000)) IS NULL)');
"""


def with_a_constraint_that_nests(folder: Path) -> None:
    """It is our own rows that make the server compute it."""
    with_a_structure_of_a_gigabyte(folder)
    (folder / "base" / "modifications.sql").write_text(NESTING, "utf-8")


@pytest.mark.long
@pytest.mark.parametrize(
    ("write", "word"),
    [(with_a_structure_of_a_gigabyte, "mémoire"), (with_a_constraint_that_nests, "emboîtés")],
    ids=["memory", "nesting"],
)
def test_a_structure_file_that_brings_the_server_down_fails_alone(
    tmp_path: Path, little_memory: None, write: Callable[[Path], None], word: str
) -> None:
    plan = plan_below(tmp_path).narrowed(["liste-complete"])
    runs = graded(plan, tmp_path, {"lourde": write})
    assert "base/modifications.sql" in str(runs["lourde"].reason) and word in str(runs["lourde"].reason)


def servers() -> set[str]:
    """Lists the servers that this process has made."""
    listed = ["docker", "ps", "--filter=label=etabli.role=services", '--format={{.ID}} {{.Label "etabli.owner"}}']
    lines = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0] for line in lines if line.split()[1] == str(current())}


@pytest.mark.long
def test_a_server_that_somebody_else_ends_costs_the_candidate_nothing(tmp_path: Path) -> None:
    plan = plan_below(tmp_path).narrowed(["liste-complete"])
    render_specimens(LAB, {"juste": RIGHT}, SECRET, TRAINING, tmp_path / "rendus")
    others, killed = servers(), []

    def kill(event: Event) -> None:
        """Ends the server once, after the first check."""
        if event["kind"] == "check_end" and not killed:
            killed.extend(servers() - others)
            subprocess.run(["docker", "kill", *killed], check=True, capture_output=True)

    run = check_once(DockerSandbox(), plan, Deposit("juste", tmp_path / "rendus" / "juste"), seen=kill).run
    assert len(killed) == 1
    assert (run.status, run.attempts) == (Status.GRADED, 2)
    assert {item.outcome for item in results(run)} == {Outcome.PASSED}
    assert run.reason and "vérifié de nouveau" in run.reason


@pytest.mark.long
def test_who_attacks_the_database_fails_alone(tmp_path: Path) -> None:
    graded(plan_below(tmp_path), tmp_path, corpus())
