"""What a program is told at an exam is what it is told in a workspace: it does not know when it is examined."""

from __future__ import annotations

import re
from pathlib import Path

from helpers import make_lab
from small_class import SmallClass
from student import COMPOSE, compose_file

from etabli.grading.database import _account, new_database
from etabli.grading.examine import ORIGIN_HOST
from etabli.sandbox import docker_containers
from etabli.sandbox.base import Application, Room
from etabli.system.settings import database_password, repository


def test_the_database_bears_the_same_names(tmp_path: Path) -> None:
    small = SmallClass(tmp_path, make_lab(tmp_path))
    plan = small.plan.worker("abc", tmp_path / "w0")
    with small.sandbox.open_worker(plan) as worker:
        database = new_database(worker, Room.A)
        other = new_database(worker, Room.A)
    told, workspace = database.environment(), compose_file()["services"]["base"]["environment"]
    assert {name: told[name] for name in workspace if name in told and name != "DB_PASSWORD"} == {
        name: workspace[name] for name in told if name != "DB_PASSWORD"
    }
    assert told["DB_PASSWORD"] != other.environment()["DB_PASSWORD"]
    assert re.fullmatch(r"[a-z0-9]{10}", told["DB_PASSWORD"]) and re.fullmatch(r"[a-z0-9]{10}", database_password())
    assert database.hosts() == {told["DB_HOST"]: database.host}


def test_its_account_may_do_the_same_and_comes_from_anywhere(tmp_path: Path) -> None:
    small = SmallClass(tmp_path, make_lab(tmp_path))
    with small.sandbox.open_worker(small.plan.worker("abc", tmp_path / "w0")) as worker:
        exam = _account(new_database(worker, Room.A))
    workspace = (repository() / "images" / "services" / "servir-atelier").read_text("utf-8")
    rights, limits, host = (
        [re.findall(pattern, text) for text in (exam, workspace)]
        for pattern in (r"(SELECT, [A-Z, ]+?)(?: ON |\")", r" WITH MAX_[A-Z0-9_ ]+", r"TO '[^']+'@'([^']*)'")
    )
    assert len(rights[0]) == len(limits[0]) == len(host[0]) == 1
    assert (rights[0], limits[0], host[0]) == (rights[1], limits[1], host[1])


def test_it_finds_its_database_by_that_name(tmp_path: Path) -> None:
    recipe = docker_containers.candidate(Application("web", ("servir",), tmp_path, hosts={"base": "10.83.0.3"}), "w")
    assert recipe["extra_hosts"] == {"base": "10.83.0.3"}


def test_the_site_is_asked_under_the_address_of_a_workspace() -> None:
    assert f"{ORIGIN_HOST}:${{ETABLI_PORT:-8080}}:8080" in COMPOSE.read_text("utf-8")
