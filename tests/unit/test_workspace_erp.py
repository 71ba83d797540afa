"""A workspace with an ERP: the candidate's company, its address, its password, and what a stop keeps."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from helpers import make_reading_lab
from student import Addresses, compose_file, etabli, merged, repository_with, said

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.lab.services import chosen, declared
from etabli.lab.variant import Purpose, Seat, make_variant
from etabli.system.settings import secret
from etabli.workspace import measure, running
from etabli.workspace.compose import translate
from etabli.workspace.environment import environment, needed_images, networks_of, override
from etabli.workspace.opening import open_workspace, resume
from etabli.workspace.ports import choose_ports
from etabli.workspace.running import bring_up
from etabli.workspace.workspace import Workspace

ERP = """
made = []

def erp(atelier):
    made.append(atelier)
    return b"SQLite format 3\\0" + atelier
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A repository with one small lab whose data are in an ERP."""
    made = make_reading_lab(tmp_path, bench=None, workspace={"starters": {"etude": "."}, "services": ["pgi"]})
    with (made.grader / "variant.py").open("a", encoding="utf-8") as generator:
        generator.write(ERP)
    return repository_with(made, {"starter/.vide": ""}, monkeypatch)


@pytest.fixture
def workspace(lab: Lab, tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "espace", Seat(lab, "sno-07"), secret(), None)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """An engine that does nothing but remember what it was asked for; every port answers."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr("etabli.workspace.running.running_workspaces", lambda project: [])
    monkeypatch.setattr("etabli.workspace.running.compose", lambda space, *words, **_: asked.append(words))
    monkeypatch.setattr("etabli.workspace.running._answers", lambda port: True)
    monkeypatch.setattr("etabli.workspace.running.run", lambda argv, **_: "")
    for module in ("cli.workspace", "cli.journal", "workspace.running"):
        monkeypatch.setattr(f"etabli.{module}.DockerSandbox", Addresses)
    return asked


def company(workspace: Workspace) -> Path:
    return workspace.hidden / "pgi" / "entreprise.sqlite"


# -- files


def test_the_company_comes_from_the_workshop_s_seed_and_services_may_read_it(workspace: Workspace, lab: Lab) -> None:
    seed = workspace.seat().seed(secret(), Purpose.ATELIER)
    assert company(workspace).read_bytes() == b"SQLite format 3\0" + seed
    assert stat.S_IMODE(company(workspace).stat().st_mode) & 0o044 == 0o044
    assert stat.S_IMODE(company(workspace).parent.stat().st_mode) & 0o055 == 0o055
    evaluation = make_variant(workspace.seat(), secret(), Purpose.EVALUATION)
    assert evaluation.erp() == company(workspace).read_bytes(), "grading knows the same company"
    assert seed.hex() not in repr(evaluation) and repr(seed) not in repr(evaluation)


def test_the_company_is_made_once_and_comes_back_when_it_is_gone(workspace: Workspace, lab: Lab) -> None:
    made = make_variant(workspace.seat(), secret(), Purpose.ATELIER).module.made
    company(workspace).write_bytes(b"ouverte")
    before = len(made)
    resume(workspace, secret())
    assert company(workspace).read_bytes() == b"ouverte" and len(made) == before
    company(workspace).unlink()
    resume(workspace, secret())
    assert company(workspace).read_bytes().startswith(b"SQLite format 3")


def test_a_generator_without_company_makes_none(tmp_path: Path) -> None:
    lab = make_reading_lab(tmp_path)
    assert make_variant(Seat(lab, "sno-07"), b"s" * 32, Purpose.ATELIER).erp() is None


def test_the_readme_says_how_the_erp_is_found_again(workspace: Workspace) -> None:
    text = (workspace.folder / "LISEZMOI.txt").read_text("utf-8")
    assert "PGI" in text and "--base-neuve" in text and "votre base sont gardés" in text
    for absent in ("terminal", "DB_HOST", "rechargez"):
        assert absent not in text


# -- what Compose is told


def test_only_the_erp_is_needed_and_told_its_port_and_password(workspace: Workspace, lab: Lab) -> None:
    assert needed_images(lab, None) == ["erp", "facade"]
    told = environment(workspace, lab)
    assert told["ETABLI_IMAGE_ERP"] == "etabli/erp:0123456789ab"
    assert told["ETABLI_ERP_PASSWORD"] == workspace.memo.db_password and len(workspace.memo.db_password) >= 8
    assert not {"ETABLI_PORT", "ETABLI_PORT_ADMINER", "ETABLI_IMAGE_TERMINAL"} & set(told)
    taken = Workspace(workspace.folder, workspace.memo.model_copy(update={"ports": {"pgi": 8090}}))
    front = override(taken, Addresses().subnets(list(networks_of(taken).values())))
    assert "ports: !override\n    - 127.0.0.1:8090:8080\n" in front


def test_it_is_fenced_local_and_its_database_outlives_it() -> None:
    told = compose_file()
    erp = told["services"]["pgi"]
    assert erp["profiles"] == ["pgi"] and erp["networks"] == ["interne"]
    assert erp["mem_limit"] == "512m" and erp["pids_limit"] == 64
    seed, volume = erp["volumes"]
    assert seed["read_only"] is True and seed["target"] == "/srv/entreprise"
    assert volume == "pgi:/var/lib/tryton" and "pgi" in told["volumes"]


def test_only_the_ports_of_the_lab_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etabli.workspace.ports.is_free", lambda port: port != 8080)
    first = choose_ports(chosen(["pgi"]), None, None)
    assert first == {"pgi": 8081}
    assert choose_ports(chosen(["pgi"]), 9300, first) == {"pgi": 9300}
    assert choose_ports(chosen(["pgi"]), None, {"pgi": 9300}) == {"pgi": 9300}
    together = choose_ports(declared(), None, {"application": 9300, "adminer": 9300})
    assert len(set(together.values())) == 4 == len(together)


def test_a_port_that_somebody_takes_meanwhile_is_chosen_again_unless_it_was_asked_for(
    workspace: Workspace, engine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: set[int] = set()

    def late(space: Workspace, *words: str, **_: object) -> None:
        assert space.memo.ports
        port = space.memo.ports["pgi"]
        if words[0] == "up" and len(taken) < 2:
            taken.add(port)
            raise translate(f"Bind for 127.0.0.1:{port} failed: port is already allocated")

    monkeypatch.setattr("etabli.workspace.ports.is_free", lambda port: port not in taken)
    monkeypatch.setattr("etabli.workspace.running.compose", late)
    assert bring_up(workspace).address("pgi") == "http://127.0.0.1:8082/#entreprise"
    assert merged(workspace)["services"]["facade"]["ports"] == ["127.0.0.1:8082:8080"]
    taken.clear()
    with pytest.raises(UsageProblem, match="Le port 9300 vient d'être pris"):
        bring_up(workspace, port=9300)


@pytest.mark.parametrize("port", [None, 9300])
def test_addresses_that_somebody_takes_meanwhile_are_chosen_again(
    port: int | None, workspace: Workspace, engine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter(["10.83.0.0/29", "10.83.0.8/29", "10.83.0.16/29"])
    used: list[str] = []

    def late(space: Workspace, *words: str, **_: object) -> None:
        used.append(merged(space)["networks"]["interne"]["ipam"]["config"][0]["subnet"])
        if len(used) < 3:
            raise translate("failed to create network: Pool overlaps with other one on this address space")

    monkeypatch.setattr("etabli.workspace.ports.is_free", lambda port: True)
    monkeypatch.setattr(Addresses, "subnets", lambda self, names: dict.fromkeys(names, next(found)))
    monkeypatch.setattr("etabli.workspace.running.compose", late)
    assert bring_up(workspace, port=port).ports == {"pgi": port or 8080}
    assert used == ["10.83.0.0/29", "10.83.0.8/29", "10.83.0.16/29"]


# -- commands


def test_starting_gives_the_address_the_login_and_the_password(
    workspace: Workspace, engine: list[tuple[str, ...]]
) -> None:
    shown = said(etabli("start", "--dossier", workspace.folder))
    facts = json.loads(etabli("start", "--dossier", workspace.folder, "--json").stdout)
    assert engine[0] == ("up", "--detach", "--no-deps", "--no-build", "pgi", "facade")
    assert facts["pgi"].startswith("http://127.0.0.1:") and facts["pgi"].endswith("/#entreprise")
    assert (facts["pgi_user"], facts["pgi_password"]) == ("assistant", workspace.memo.db_password)
    assert facts["site"] is None and facts["adminer"] is None and facts["db_password"] is None
    for part in (facts["pgi"], "assistant", facts["pgi_password"]):
        assert part in shown
    if os.geteuid() == 0:
        assert (workspace.hidden / "compose.env").stat().st_mode & 0o077 == 0


def test_a_stop_keeps_the_database_and_says_so(workspace: Workspace, engine: list[tuple[str, ...]]) -> None:
    running.bring_up(workspace)
    assert "vos fichiers et votre base sont gardés" in said(etabli("stop", workspace.folder))
    assert "la base est effacée" in said(etabli("stop", workspace.folder, "--effacer", "--oui"))
    assert engine[1:] == [("down",), ("down", "--volumes")]


def test_a_new_base_is_the_company_of_the_first_day(workspace: Workspace, engine: list[tuple[str, ...]]) -> None:
    running.bring_up(workspace)
    assert etabli("start", "--dossier", workspace.folder, "--base-neuve", "--oui").exit_code == 0
    assert engine[1:] == [("down", "--volumes"), ("up", "--detach", "--no-deps", "--no-build", "pgi", "facade")]


def test_the_journal_is_the_erp_s(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def logs(_space: Workspace, *words: str) -> str:
        asked.append(words)
        return "ETABLI_ERP_PASSWORD : huit caractères au moins\n"

    monkeypatch.setattr("etabli.cli.journal.DockerSandbox", Addresses)
    monkeypatch.setattr("etabli.cli.journal.running_workspaces", lambda project: [project])
    monkeypatch.setattr("etabli.cli.journal.compose", logs)
    assert "huit caractères" in said(etabli("journal", workspace.folder))
    assert asked[0][-1] == "pgi" and "--since" not in asked[0]


# -- how long a class waits


@pytest.mark.parametrize("words", [[], ["essai", "beaucoup"], ["essai", "3", "4"]])
def test_the_measure_says_how_it_is_used(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert measure.main(words) == 2
    assert "LAB [HOW_MANY]" in capsys.readouterr().err


def test_the_measure_gives_each_candidate_and_removes_them_all(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    removed: list[str] = []

    def start(_lab: str, place: Path) -> dict[str, Any]:
        open_workspace(place, Seat(lab, place.name), secret(), None)
        return {"folder": str(place)}

    monkeypatch.setattr(measure, "_start", start)
    monkeypatch.setattr(measure, "log_in", lambda facts: None)
    monkeypatch.setattr(measure, "_memory", lambda space: "80MiB")
    monkeypatch.setattr(measure, "stop", lambda space, forget_database: removed.append(space.memo.candidate))
    assert measure.main(["essai", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["mesure-01", "mesure-02", "médiane"]
    assert lines[0].endswith("80MiB") and removed == ["mesure-01", "mesure-02"]


def test_a_candidate_who_cannot_enter_ends_the_measure_with_a_sentence(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        facts = {"pgi": f"http://127.0.0.1:{server.getsockname()[1]}/#entreprise", "pgi_user": "assistant"}
        monkeypatch.setattr(measure, "_start", lambda lab, place: facts | {"pgi_password": "x", "folder": "ici"})
        threading.Thread(target=refuse_one, args=[server], daemon=True).start()
        assert measure.main(["essai", "1"]) == 3
    assert "Le PGI de « ici » refuse le mot de passe" in capsys.readouterr().err


def refuse_one(server: socket.socket) -> None:
    """Answers one request as Tryton does to a wrong password."""
    connection, _address = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 401 UNAUTHORIZED\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
