"""What a program is told at an exam is what it is told in a workspace: it does not know when it is examined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import make_lab
from small_class import SmallClass
from student import COMPOSE, compose_file, security_of

from etabli.grading.database import _account, new_database
from etabli.grading.examine import ORIGIN_HOST
from etabli.lab.manifest import load_lab
from etabli.lab.variant import Seat
from etabli.sandbox import docker_containers
from etabli.sandbox.base import Application, Room
from etabli.sandbox.docker_networks import addresses_of
from etabli.system.settings import database_password, repository
from etabli.workspace.environment import environment, networks_of, override
from etabli.workspace.opening import open_workspace, remembered
from etabli.workspace.workspace import Workspace, read_workspace


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
    assert database.hosts() == {told["DB_HOST"]: database.host, "facade": database.visitor}


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
    assert recipe["mounts"][-1]["Target"] == "/etc/resolv.conf", "or containers' names could be asked for"


def test_the_site_is_asked_under_the_address_of_a_workspace() -> None:
    assert f"{ORIGIN_HOST}:${{ETABLI_PORT:-8080}}:8080" in COMPOSE.read_text("utf-8")


NOT_SEEN = {
    "image": "the lab's, in both",
    "command": "the lab's: one for both, but Flask's (`in_workspace` of lab.yaml), whose errors a workspace shows",
    "environment": "the test above",
    "log_config": "where the engine keeps what is said: nobody inside reads it",
    "restart_policy": "what follows an end",
}
"""Fields of a recipe that may differ, and why no program is the wiser."""
NOT_IN_A_RECIPE = {
    "x-etabli": "ours",
    "restart": "what follows an end",
    "pull_policy": "before there is a container",
    "logging": "as log_config",
    "labels": "nobody inside reads them",
    "build": "before there is a container",
    "depends_on": "before there is a container",
    "stop_grace_period": "at the end",
    "user": "the owner of the work folder, 1000 as a rule: a program reads what it is served as anybody does",
    "networks": "the test below",
    "dns_opt": "of a resolver, in whose place a workspace shows the file that an exam does",
}
"""The same of a service of the Compose file."""


def test_the_site_s_container_is_what_it_is_in_an_exam(tmp_path: Path) -> None:
    service = in_a_workspace(tmp_path)
    limits = load_lab("page-dynamique").manifest.limits.model_dump(include={"memory_mb", "pids", "cpus", "tmp_mb"})
    work = Path(service["volumes"][0]["source"])
    exam = Application("web", ("servir",), work, hosts=service["extra_hosts"], **limits)
    recipe = docker_containers.candidate(exam, "web")
    screens, *shown = recipe["mounts"]
    *folders, own_screens = sorted(service.pop("volumes"), key=lambda one: one["type"] == "volume")
    assert own_screens["target"] == screens["Target"] == "/dev/pts"
    options_of_screens = compose_file()["volumes"][own_screens["source"]]["driver_opts"]
    assert options_of_screens == screens["VolumeOptions"]["DriverConfig"]["Options"]
    found = {
        "read_only": service.pop("read_only"),
        "cap_drop": service.pop("cap_drop"),
        "security_opt": security_of(service.pop("security_opt")),
        "sysctls": service.pop("sysctls"),
        "dns": service.pop("dns"),
        "extra_hosts": service.pop("extra_hosts"),
        "init": service.pop("init"),
        "oom_score_adj": service.pop("oom_score_adj"),
        "ipc_mode": service.pop("ipc", "private"),
        "shm_size": mebibytes(service.pop("shm_size")),
        "mem_limit": mebibytes(service.pop("mem_limit")),
        "memswap_limit": mebibytes(service.pop("memswap_limit")),
        "pids_limit": int(service.pop("pids_limit")),
        "nano_cpus": int(service.pop("cpus") * 1e9),
        "tmpfs": options(dict(one.split(":", 1) for one in service.pop("tmpfs"))),
        "ulimits": {name: (value, value) for name, value in service.pop("ulimits").items()},
        "mounts": {(one["source"], one["target"], one["read_only"]) for one in folders},
    }
    told = recipe | {
        "tmpfs": options(recipe["tmpfs"]),
        "ulimits": {one.name: (one.soft, one.hard) for one in recipe["ulimits"]},
        "mounts": {(one["Source"], one["Target"], one["ReadOnly"]) for one in shown},
    }
    assert {name: value for name, value in told.items() if name not in NOT_SEEN} == found
    assert set(service) - {"image", "command", "environment"} == set(NOT_IN_A_RECIPE)


def test_the_site_its_database_and_its_visitor_are_where_they_are_in_an_exam(tmp_path: Path) -> None:
    told = override_of(tmp_path)
    block = told["networks"]["interne"]["ipam"]["config"][0]["subnet"]
    room = addresses_of(block)
    places = {name: one["networks"]["interne"]["ipv4_address"] for name, one in told["services"].items()}
    assert places == {"facade": room.examiner, "base": room.services, "application": room.candidate}
    assert told["services"]["application"]["extra_hosts"] == {"base": room.services, "facade": room.examiner}
    neighbours = {name for name, one in compose_file()["services"].items() if "interne" in one.get("networks", [])}
    assert neighbours == {"facade", "base", "application", "pgi", "messagerie"}, "of which a lab with a site has three"


def test_a_server_has_the_same_settings_and_counts_the_same_at_its_start() -> None:
    folder = repository() / "images" / "services"
    exam, workspace = (folder.joinpath(name).read_text("utf-8") for name in ("servir-base", "servir-atelier"))
    serves = "exec mariadbd --init-file=/run/mysqld/depart.sql\n"
    assert exam.endswith(serves) and workspace.endswith(serves), "settings are in mariadb.cnf, which is the same"
    assert "/pouls.sql" in exam and "/pouls.sql" in workspace
    recipe = docker_containers.services("services", {})
    assert "hostname" not in recipe and "hostname" not in compose_file()["services"]["base"]


@pytest.mark.parametrize("entry", ["index.php", "app.py"])
def test_one_command_serves_a_site_in_both_but_for_flask_s_errors(entry: str) -> None:
    (runtime,) = (one for one in load_lab("page-dynamique").manifest.runtimes if entry in one.entries)
    assert (runtime.serve(entry) == runtime.serve(entry, in_workspace=True)) == (entry == "index.php")


def override_of(tmp_path: Path) -> dict[str, Any]:
    """What `etabli start` adds to the Compose file for a site."""
    workspace = a_workspace(tmp_path)
    blocks = {called: f"10.83.0.{8 * index}/29" for index, called in enumerate(networks_of(workspace).values())}
    return dict(yaml.safe_load(override(workspace, blocks).replace("!override", "")))


def in_a_workspace(tmp_path: Path) -> dict[str, Any]:
    """The service of the site, as Compose makes it for one workspace."""
    workspace, told = a_workspace(tmp_path), override_of(tmp_path)["services"]["application"]
    variables = environment(workspace, load_lab("page-dynamique"))
    text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: variables.get(found[1], found[2]), COMPOSE.read_text("utf-8"))
    service = dict(yaml.safe_load(text)["services"]["application"])
    more = {name: [*service[name], *told[name]] for name in ("volumes",)}
    return service | {name: value for name, value in told.items() if name != "networks"} | more


def a_workspace(tmp_path: Path) -> Workspace:
    """One of the lab with a site, made once."""
    folder = tmp_path / "espace"
    if folder.exists():
        return read_workspace(folder)
    opened = open_workspace(folder, Seat(load_lab("page-dynamique"), "sno-07"), b"s" * 32, None)
    return remembered(opened, ports={"application": 9300, "adminer": 9301})


def options(mounts: Mapping[str, str]) -> dict[str, set[str]]:
    """How folders in memory are made, whatever the order of the words."""
    return {place: set(words.split(",")) for place, words in mounts.items()}


def mebibytes(text: str) -> int:
    """What Compose reads: « 8m »."""
    return int(text.removesuffix("m")) * 1024 * 1024
