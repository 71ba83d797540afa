"""A workspace without application: documents to read, data to work on, tools in a terminal, files to hand in."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deposit_samples import tree
from helpers import make_lab, make_reading_lab
from student import Addresses, compose_file, etabli, merged, repository_with, said, security_of, variables

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.services import declared
from etabli.lab.variant import Seat
from etabli.sandbox import docker_containers
from etabli.sandbox.base import Application
from etabli.sandbox.docker_terminal import _WINDOWS, _seat
from etabli.system.settings import repository, secret
from etabli.workspace import running
from etabli.workspace.environment import entry_served, environment, needed_images
from etabli.workspace.opening import open_workspace, remembered, resume
from etabli.workspace.submitting import write_submission
from etabli.workspace.workspace import Workspace

APP = Application("audit", (), Path(__file__).parent)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A repository with one small lab whose work is files."""
    made = make_reading_lab(tmp_path, workspace={"starters": {"releve": "releve"}, "services": ["terminal"]})
    files = {
        "starter/releve/charte.txt": "Je soussigné @{ candidate }@\n",
        "dossier/mandat.md": "# Mandat\n\n@{ word }@ à @{ candidate }@\n",
        "dossier/modeles/releve.csv": "\ufeffcompte;@{ word }@\r\n",
    }
    return repository_with(made, files, monkeypatch)


@pytest.fixture
def workspace(lab: Lab, tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "espace", Seat(lab, "sno-07"), secret(), None)


# -- files


def test_it_holds_the_data_the_documents_and_the_starter(workspace: Workspace) -> None:
    assert set(tree(workspace.folder)) == {
        ".etabli/workspace.json",
        "LISEZMOI.txt",
        "enonce.html",
        "sujet.json",
        "donnees/comptes.csv",
        "donnees/annuaire/export.csv",
        "dossier/mandat.html",
        "dossier/modeles/releve.csv",
        "rendu/charte.txt",
    }
    assert "bonjour à sno-07" in (workspace.folder / "dossier" / "mandat.html").read_text("utf-8")
    assert (workspace.folder / "dossier" / "modeles" / "releve.csv").read_bytes().endswith(b"@{ word }@\r\n")
    assert "La liste est là." in (workspace.folder / "enonce.html").read_text("utf-8"), (
        "the reference ends with the grid"
    )


def test_a_newer_lab_renews_what_is_read_and_never_what_may_be_filled_in(workspace: Workspace, lab: Lab) -> None:
    form, mandate = (
        workspace.folder / "dossier" / "modeles" / "releve.csv",
        workspace.folder / "dossier" / "mandat.html",
    )
    form.write_bytes(b"rempli")
    mandate.write_text("ancien", "utf-8")
    older = remembered(workspace, lab_version="0.9")
    resume(older, secret())
    assert form.read_bytes() == b"rempli" and "Mandat" in mandate.read_text("utf-8")


def test_the_readme_names_only_what_there_is(workspace: Workspace) -> None:
    text = (workspace.folder / "LISEZMOI.txt").read_text("utf-8")
    assert "etabli terminal" in text and "dossier/" in text and "donnees/" in text
    for absent in ("base", "SQL", "journal", "rechargez"):
        assert absent not in text


# -- what Compose is told


def test_only_the_terminal_is_run_from_the_image_of_the_bench(workspace: Workspace, lab: Lab) -> None:
    assert entry_served(lab, workspace) is None
    assert needed_images(lab, None) == ["audit"]
    found = environment(workspace, lab)
    assert found["ETABLI_IMAGE_TERMINAL"] == "etabli/audit:0123456789ab"
    assert not {"ETABLI_COMMAND", "ETABLI_IMAGE_APPLICATION", "ETABLI_PORT"} & set(found)
    assert set(found) <= variables()


def test_the_terminal_has_no_network_and_does_not_start_with_the_demonstration() -> None:
    service = compose_file()["services"]
    terminal = service["terminal"]
    assert terminal["network_mode"] == "none" and "ports" not in terminal
    assert terminal["profiles"] == ["terminal"]
    assert [name for name in service if "profiles" in service[name]] == ["terminal", "pgi", "messagerie"]
    data = [volume for volume in terminal["volumes"] if volume["target"] == "/srv/donnees"]
    assert data[0]["read_only"] is True


def test_an_exam_types_in_a_terminal_like_this_one(tmp_path: Path) -> None:
    """Whatever tells one from the other is what a program may behave well by."""
    own, exam = compose_file()["services"]["terminal"], docker_containers.terminal(APP, "audit", tmp_path)
    assert "hostname" not in {*own, *exam} and "environment" not in own and exam["environment"] == {}
    for name in ("init", "read_only", "cap_drop", "network_mode", "oom_score_adj", "sysctls"):
        assert own[name] == exam[name], name
    assert security_of(own["security_opt"]) == exam["security_opt"]
    assert own["ulimits"] == {one["Name"]: one["Soft"] for one in exam["ulimits"]} == {"core": 0, "nofile": 128}
    assert own["cpus"] == exam["nano_cpus"] / 1e9 == 1
    in_memory = {place: set(options.split(",")) for place, _, options in (one.partition(":") for one in own["tmpfs"])}
    exams = {mount["Target"]: mount for mount in exam["mounts"]}
    assert {volume["target"] for volume in own["volumes"]} | set(in_memory) == set(exams)
    [screens] = [one["source"] for one in own["volumes"] if one["target"] == "/dev/pts"]
    told = exams["/dev/pts"]["VolumeOptions"]["DriverConfig"]["Options"]
    assert compose_file()["volumes"][screens]["driver_opts"] == told and "max=" in told["o"]
    for place, options in in_memory.items():
        given = set(exams[place]["VolumeOptions"]["DriverConfig"]["Options"]["o"].split(","))
        assert options | {"noexec", "nosuid", "nodev"} == given, place  # as the engine does by itself
    assert own["mem_limit"] == own["memswap_limit"] and exam["mem_limit"] == exam["memswap_limit"]
    image = (repository() / "images" / "audit" / "Dockerfile").read_text("utf-8")
    assert "command" not in exam and f'CMD ["{own["command"]}"]' in image


def test_who_sits_at_the_terminal_of_an_exam_is_drawn() -> None:
    seats = [_seat(number) for number in range(1, 60)]
    assert seats == [_seat(number) for number in range(1, 60)], "as an exam that is replayed has them"
    assert {seat["screen"] for seat in seats} == set(_WINDOWS)
    kinds = {tuple(sorted(seat["environment"])) for seat in seats}
    assert kinds == {(), ("ETABLI_FLUX", "TERM")}, "opened by the command, and in a room"


@pytest.mark.parametrize("name", ["mots-de-passe"])
def test_an_exam_s_terminal_has_the_limits_of_the_workspace(name: str) -> None:
    manifest = load_lab(name).manifest
    assert manifest.bench is not None
    for limit in ("memory_mb", "pids", "cpus", "tmp_mb"):
        assert getattr(manifest.bench, limit) == getattr(manifest.limits, limit)
    assert f"size={manifest.limits.tmp_mb}m" in compose_file()["services"]["terminal"]["tmpfs"][0]


def test_no_port_is_taken(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr("etabli.workspace.running.running_workspaces", lambda project: [])
    monkeypatch.setattr("etabli.workspace.running.compose", lambda space, *words, override: asked.append(words))
    monkeypatch.setattr("etabli.workspace.running.DockerSandbox", Addresses)
    started = running.bring_up(workspace)
    assert started.workspace.memo.ports is None and started.ports == {}
    assert asked == [("up", "--detach", "--no-deps", "--no-build", "terminal")]
    assert set(merged(workspace)["services"]) == {"facade", *declared()} - {"terminal"}, "nothing that needs a network"
    if os.geteuid() == 0:
        assert (workspace.work / "charte.txt").stat().st_uid == 1000, "the terminal writes there"


def test_a_terminal_without_a_bench_is_a_mistake_of_the_lab(tmp_path: Path) -> None:
    lab = make_reading_lab(tmp_path, bench=None, workspace={"starters": {"releve": "."}, "services": ["terminal"]})
    with pytest.raises(LabError, match="« terminal » demande « bench »"):
        needed_images(lab, None)


# -- commands


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("journal", "espace"), "n'a pas d'application, donc pas de journal : « etabli terminal »"),
        (("journal", "espace", "--service", "base"), "n'a pas de service « base » : il a terminal"),
        (("start", "--dossier", "espace", "--base-neuve", "--oui"), "n'a pas de base de données"),
        (("start", "--dossier", "espace", "--port", "9000"), "n'a pas de site"),
    ],
)
def test_what_this_lab_does_not_have_is_said(
    workspace: Workspace, arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder.parent)
    monkeypatch.setattr("etabli.workspace.running.running_workspaces", lambda project: [])
    monkeypatch.setattr("etabli.cli.workspace._services_possible", lambda lab: None)
    done = etabli(*arguments)
    assert done.exit_code == 2 and words in said(done)


def test_without_an_engine_the_terminal_says_the_next_step(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.chdir(workspace.work)
    done = etabli("terminal")
    assert done.exit_code == 3 and "make setup" in said(done)


def test_a_lab_with_an_application_has_no_terminal(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_lab(tmp_path / "autre", workspace={"starters": {"php": "php"}, "services": ["application"]})
    other = repository_with(other, {"starter/php/index.php": ""}, monkeypatch)
    space = open_workspace(tmp_path / "site", Seat(other, "sno-07"), secret(), None)
    done = etabli("terminal", "--dossier", space.folder)
    assert done.exit_code == 2 and "n'a pas de terminal" in said(done)


# -- handing in


def test_what_is_missing_is_said_and_nothing_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.work / "Audit.CSV").write_text("compte\n", "utf-8")
    receipt = write_submission(workspace, tmp_path / "sno-07.zip", NOW)
    assert receipt.files == 2
    assert [warning for warning in receipt.warnings if "Relevé" in warning] == []
    [missing] = receipt.warnings
    assert "Palier Essentiel : il n'y a pas encore « Note » (migration/vérifier.py)" in missing


def test_two_files_for_one_thing_are_told(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("audit.csv", "audit.xlsx"):
        (workspace.work / name).write_text("x", "utf-8")
    receipt = write_submission(workspace, tmp_path / "sno-07.zip", NOW)
    assert any("« Relevé » est là plusieurs fois (audit.csv, audit.xlsx)" in warning for warning in receipt.warnings)
