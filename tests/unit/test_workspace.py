"""A workspace's pure parts: what it remembers, its files, what Compose is told, what is handed in."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import stat
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from deposit_samples import tree
from helpers import make_lab
from student import Addresses, compose_file, etabli, merged, repository_with, said, variables

from etabli.cli.workspace import _timed
from etabli.exam.contract.errors import (
    EtabliError,
    LabError,
    RejectedSubmission,
    SandboxFailure,
    SandboxUnavailable,
    UsageProblem,
)
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.lab.services import _declared, chosen, declared
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import Seat
from etabli.reception.intake import take_in
from etabli.system.settings import repository
from etabli.workspace import demo
from etabli.workspace.compose import OVERRIDE, PortTaken, SubnetTaken, command, translate, write_environment
from etabli.workspace.environment import (
    entry_served,
    env_file,
    environment,
    needed_images,
    networks_of,
    override,
    project_name,
)
from etabli.workspace.files import work_paths
from etabli.workspace.opening import open_workspace, remembered, resume
from etabli.workspace.ports import choose_ports, free_port, is_free
from etabli.workspace.running import stop
from etabli.workspace.submitting import default_name, write_submission
from etabli.workspace.workspace import Workspace, find_workspace, read_workspace, write_workspace

SECRET = bytes(32)
NOW = datetime(2026, 11, 24, 22, 14, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A repository with one small lab."""
    starters = {"php": "php", "flask": "flask"}
    made = make_lab(tmp_path, workspace={"starters": starters, "services": ["application"]})
    files = {
        "starter/php/index.php": "départ de @{ candidate }@\n",
        "starter/flask/app.py": "départ de @{ candidate }@\n",
    }
    return repository_with(made, files, monkeypatch)


@pytest.fixture
def workspace(lab: Lab, tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "espace", Seat(lab, "sno-07"), SECRET, None)


# -- files and memory


def test_a_workspace_has_the_brief_the_data_and_the_starter(workspace: Workspace) -> None:
    assert set(tree(workspace.folder)) == {
        ".etabli/workspace.json",
        "LISEZMOI.txt",
        "donnees/donnees.sql",
        "donnees/schema.sql",
        "enonce.html",
        "rendu/index.php",
        "sujet.json",
    }
    assert "Ici sno-07" in (workspace.folder / "enonce.html").read_text("utf-8")
    assert (workspace.work / "index.php").read_text("utf-8") == "départ de sno-07\n"


def test_it_remembers_all_that_a_command_needs(workspace: Workspace) -> None:
    assert read_workspace(workspace.folder) == workspace
    facts = json.loads((workspace.hidden / "workspace.json").read_text("utf-8"))
    assert facts["schema"] == "etabli/espace/1"
    assert (facts["lab"], facts["candidate"], facts["session"]) == ("essai", "sno-07", "entrainement")
    sujet = json.loads((workspace.folder / "sujet.json").read_text("utf-8"))
    assert facts["seed_fingerprint"] == sujet["seed_fingerprint"]


def test_it_is_found_from_any_folder_inside(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace.work)
    assert find_workspace(None) == workspace


def test_the_student_s_work_is_never_overwritten(workspace: Workspace) -> None:
    (workspace.work / "index.php").write_text("à moi", "utf-8")
    (workspace.folder / "enonce.html").write_text("annoté", "utf-8")
    (workspace.folder / "LISEZMOI.txt").unlink()
    again = open_workspace(workspace.folder, workspace.seat(), SECRET, None)
    assert again == workspace
    assert (workspace.work / "index.php").read_text("utf-8") == "à moi"
    assert (workspace.folder / "enonce.html").read_text("utf-8") == "annoté"
    assert (workspace.folder / "LISEZMOI.txt").is_file()


def test_the_password_of_the_base_is_for_its_owner_alone(workspace: Workspace) -> None:
    write_environment(workspace, "A='b'\n", "{}\n")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in workspace.hidden.iterdir()}
    assert modes == {"compose.env": 0o600, "compose.yml": 0o600, "workspace.json": 0o600}


def test_ports_are_written_as_they_always_were(workspace: Workspace) -> None:
    path = workspace.hidden / "workspace.json"
    facts = json.loads(path.read_text("utf-8")) | {"ports": {"site": 9300, "adminer": 9301, "pgi": None}}
    path.write_text(json.dumps(facts), "utf-8")
    found = read_workspace(workspace.folder)
    assert found.memo.ports == {"application": 9300, "adminer": 9301}
    write_workspace(found)
    assert json.loads(path.read_text("utf-8")) == facts | {"ports": {"site": 9300, "adminer": 9301}}
    assert read_workspace(workspace.folder) == found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_sudo_makes_belongs_to_whoever_has_the_folder(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "chez-elle").mkdir()
    os.chown(tmp_path / "chez-elle", 1234, 1234)
    for folder in (tmp_path / "chez-elle" / "espace", tmp_path / "chez-elle"):
        made = open_workspace(folder, Seat(lab, "sno-07"), SECRET, None)
        write_environment(made, "", "")
        assert {path.stat().st_uid for path in folder.rglob("*")} == {1234}


def test_a_copy_is_told_from_what_was_moved(workspace: Workspace, tmp_path: Path) -> None:
    workspace = remembered(workspace, folder=str(workspace.folder))
    assert workspace.original() is None
    shutil.copytree(workspace.folder, tmp_path / "copie")
    copy = read_workspace(tmp_path / "copie")
    assert copy.original() == workspace.folder
    with pytest.raises(UsageProblem, match=r"est une copie de .* aurait la même base"):
        stop(copy, forget_database=True)
    shutil.rmtree(workspace.folder)
    assert copy.original() is None


def test_case_makes_no_other_person(workspace: Workspace, lab: Lab) -> None:
    assert open_workspace(workspace.folder, Seat(lab, "SNO-07"), SECRET, None) == workspace


def test_a_folder_of_files_that_are_already_there_is_kept(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "mien" / "rendu").mkdir(parents=True)
    (tmp_path / "mien" / "rendu" / "app.py").write_text("à moi", "utf-8")
    made = open_workspace(tmp_path / "mien", Seat(lab, "sno-07"), SECRET, None)
    assert work_paths(made.work) == ["app.py"]
    assert made.memo.starter == {}


def test_a_newer_version_of_the_lab_renews_the_brief_and_not_the_work(workspace: Workspace, lab: Lab) -> None:
    path = lab.folder / "lab.yaml"
    path.write_text(path.read_text("utf-8").replace("version: '1.0'", "version: '1.1'"), "utf-8")
    (lab.folder / "reference.md").write_text("Mieux dit.\n", "utf-8")
    (workspace.work / "index.php").write_text("à moi", "utf-8")
    assert resume(workspace, SECRET).memo.lab_version == "1.1"
    assert "Mieux dit." in (workspace.folder / "enonce.html").read_text("utf-8")
    assert (workspace.work / "index.php").read_text("utf-8") == "à moi"


def test_a_workspace_that_enters_a_room_is_told_of_the_room(workspace: Workspace, lab: Lab) -> None:
    told = "@{ here.check() }@ @{ here.hand_in() }@"
    (lab.folder / "reference.md").write_text(told, "utf-8")
    brief, seat = workspace.folder / "enonce.html", workspace.seat()
    (workspace.work / "index.php").write_text("à moi", "utf-8")
    open_workspace(workspace.folder, seat, SECRET, None, surroundings=Surroundings.ROOM)
    assert "Vérifier" in brief.read_text("utf-8") and "etabli check" not in brief.read_text("utf-8")
    assert resume(read_workspace(workspace.folder), SECRET).memo.surroundings is Surroundings.ROOM
    assert (workspace.work / "index.php").read_text("utf-8") == "à moi"


def test_the_way_of_working_may_change_only_before_the_work_begins(workspace: Workspace) -> None:
    with pytest.raises(UsageProblem, match=r"commencé en « php ».*--langage flask --dossier"):
        resume(workspace, SECRET, "flask")
    (workspace.work / "index.php").unlink()
    assert resume(workspace, SECRET, "flask").memo.runtime == "flask"
    assert work_paths(workspace.work) == ["app.py"]


def test_an_unknown_way_of_working_lists_those_there_are(workspace: Workspace) -> None:
    with pytest.raises(UsageProblem, match=r"« cobol ».*« --langage php » ou « --langage flask »"):
        resume(workspace, SECRET, "cobol")


# -- clear sentences


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"n'est pas un espace de travail.*etabli start"):
        read_workspace(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "etabli/espace/9"}'])
def test_a_damaged_memory_says_what_to_do(workspace: Workspace, text: str) -> None:
    (workspace.hidden / "workspace.json").write_text(text, "utf-8")
    with pytest.raises(UsageProblem, match=r"workspace.json » est illisible.*recopiez-y « rendu »"):
        read_workspace(workspace.folder)


@pytest.mark.parametrize(
    "fact",
    [
        {"candidate": "../../chez-un-autre"},
        {"project": "--help"},
        {"db_password": "x'; DROP USER root; --"},
        {"ports": {"site": 0, "adminer": 8081}},
    ],
    ids=lambda fact: next(iter(fact)),
)
def test_a_memory_that_somebody_forged_is_refused(workspace: Workspace, fact: dict[str, object]) -> None:
    path = workspace.hidden / "workspace.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fact), "utf-8")
    with pytest.raises(UsageProblem, match=r"workspace.json » est illisible"):
        read_workspace(workspace.folder)


@pytest.mark.parametrize(("candidate", "session"), [("sno-08", "entrainement"), ("sno-07", "juin")])
def test_a_folder_of_somebody_else_is_refused(workspace: Workspace, candidate: str, session: str) -> None:
    with pytest.raises(UsageProblem, match=r"est déjà l'espace de « sno-07 ».*--dossier"):
        open_workspace(workspace.folder, Seat(workspace.lab(), candidate, session), SECRET, None)


def test_another_secret_is_noticed(workspace: Workspace) -> None:
    with pytest.raises(UsageProblem, match=r"autre secret.*etabli secret importer"):
        resume(workspace, bytes(31) + b"x")


def test_other_data_are_noticed(workspace: Workspace, lab: Lab) -> None:
    path = lab.folder / "lab.yaml"
    path.write_text(path.read_text("utf-8").replace("data_version: 1", "data_version: 2"), "utf-8")
    with pytest.raises(UsageProblem, match=r"version 1 des données du TP, qui en est à la 2"):
        resume(workspace, SECRET)


def test_a_folder_that_cannot_be_written_is_named(lab: Lab) -> None:
    with pytest.raises(UsageProblem, match=r"/proc/espace.*ne peut pas être écrit.*--dossier"):
        open_workspace(Path("/proc/espace"), Seat(lab, "sno-07"), SECRET, None)


def test_a_lab_without_workspace_says_so(lab: Lab, tmp_path: Path) -> None:
    path = lab.folder / "lab.yaml"
    facts = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump(facts | {"workspace": None}, sort_keys=False), "utf-8")
    with pytest.raises(UsageProblem, match=r"n'a pas d'espace de travail.*etabli sujet"):
        open_workspace(tmp_path / "e", Seat(load_lab("essai"), "sno-07"), SECRET, None)


def test_a_service_that_no_compose_file_declares_is_refused_with_its_line(lab: Lab) -> None:
    path = lab.folder / "lab.yaml"
    path.write_text(path.read_text("utf-8").replace("- application", "- aplication"), "utf-8")
    line = path.read_text("utf-8").splitlines().index("  - aplication") + 1
    words = (
        "« aplication » n'est pas permis ; valeurs permises : application, base, adminer, terminal, pgi, messagerie."
    )
    with pytest.raises(LabError, match=rf"lab.yaml, ligne {line}, clé « workspace.services.0 » : {words}"):
        load_lab("essai")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "docker-compose.yml manque : récupérez"),
        (
            "services:\n  essai:\n    image: x\n    build: {context: images/x}\n    x-etabli: {titre: X}\n",
            "ligne 5, clé",
        ),
    ],
    ids=["missing", "wrong"],
)
def test_a_compose_file_that_cannot_be_used_is_named(lab: Lab, text: str | None, words: str) -> None:
    path = repository() / "docker-compose.yml"
    path.unlink()
    if text is not None:
        path.write_text(text, "utf-8")
    _declared.cache_clear()
    with pytest.raises(LabError, match=words):
        load_lab("essai")


def test_a_new_service_takes_a_compose_file_and_nothing_of_the_platform(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = repository() / "docker-compose.yml"
    notes = {
        "x-etabli": {"title": "Vos notes", "user": "moi", "help": "Les notes ne répondent pas", "data": "vos notes"},
        "profiles": ["notes"],
        "image": "${ETABLI_IMAGE_NOTES:-etabli/notes:demo}",
        "build": {"context": "images/notes"},
        "volumes": ["notes:/var/lib/notes"],
    }
    written = {"services": compose_file()["services"] | {"notes": notes}}
    path.unlink()
    path.write_text(yaml.safe_dump(written, sort_keys=False), "utf-8")
    _declared.cache_clear()
    manifest = lab.folder / "lab.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("- application", "- notes"), "utf-8")
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr("etabli.workspace.running.running_workspaces", lambda project: [])
    monkeypatch.setattr("etabli.workspace.running.compose", lambda space, *words, override: asked.append(words))
    monkeypatch.setattr("etabli.workspace.running._answers", lambda port: True)
    monkeypatch.setattr("etabli.workspace.running.DockerSandbox", Addresses)
    monkeypatch.setattr("etabli.cli.workspace._services_possible", lambda lab: None)
    done = etabli("start", "essai", "--candidat", "sno-07", "--dossier", tmp_path / "espace", "--port", free_port(9300))
    space = read_workspace(tmp_path / "espace")
    assert space.memo.ports and asked == [("up", "--detach", "--no-deps", "--no-build", "notes", "facade")]
    told = merged(space)["services"]["facade"]
    assert (told["command"], told["ports"]) == (["notes"], [f"127.0.0.1:{space.memo.ports['notes']}:8080"])
    assert f"Vos notes http://127.0.0.1:{space.memo.ports['notes']} utilisateur moi, mot de passe" in said(done)
    assert environment(space, space.lab())["ETABLI_IMAGE_NOTES"] == "etabli/notes:0123456789ab"
    text = (space.folder / "LISEZMOI.txt").read_text("utf-8")
    assert "donnees/           vos notes" in text and "votre base sont gardés" in text
    assert text.endswith("Les notes ne répondent pas\n")
    assert command(space)[-2:] == ["--profile", "notes"]


SITE = chosen(["application", "base", "adminer"])
SAID = [
    ("Bind for 127.0.0.1:8080 failed: port is already allocated", PortTaken, "Le port 8080"),
    ("write /var/lib/docker: no space left on device", SandboxUnavailable, "disque est plein"),
    ("permission denied while trying to connect to the Docker daemon socket", SandboxUnavailable, "groupe « docker »"),
    ("Error response from daemon: No such image: etabli/web:1", SandboxUnavailable, "make setup"),
    ("docker: 'compose' is not a docker command.", SandboxUnavailable, "Docker Compose manque"),
    ("unknown flag: --project-name", SandboxUnavailable, "Docker Compose manque"),
    ("Cannot connect to the Docker daemon at unix:///x. Is it running?", SandboxUnavailable, "make setup"),
    ("could not find an available, non-overlapping IPv4 address pool", SandboxUnavailable, "etabli espaces"),
    ("invalid pool request: Pool overlaps with other one on this address space", SubnetTaken, "relancez"),
    ("something else\nreally odd", SandboxFailure, "really odd"),
]


@pytest.mark.parametrize(("said", "kind", "words"), SAID, ids=[kind[0][:20] for kind in SAID])
def test_what_docker_says_becomes_one_sentence(said: str, kind: type[EtabliError], words: str) -> None:
    error = translate(said)
    assert type(error) is kind
    assert words in str(error) and "\n" not in str(error)


# -- ports


def test_a_port_on_which_somebody_listens_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(server.getsockname()[1])
    assert any(map(is_free, range(20_000, 20_100)))


def test_free_ports_are_found_and_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {8080, 8081, 9300}
    monkeypatch.setattr("etabli.workspace.ports.is_free", lambda port: port not in taken)
    assert (free_port(), free_port(9300)) == (8082, 9301)
    assert choose_ports(SITE, None, {"application": 9300, "adminer": 9301}) == {"application": 8082, "adminer": 9301}
    assert choose_ports(SITE, None, {"application": 9300, "adminer": 8082}) == {"application": 8082, "adminer": 8083}
    with pytest.raises(UsageProblem, match=r"Le port 9300 est déjà pris.*sans « --port »"):
        choose_ports(SITE, 9300, None)
    taken.clear()
    assert choose_ports(SITE, None, {"application": 9300, "adminer": 9301}) == {"application": 9300, "adminer": 9301}


# -- what Compose is told


def test_a_project_has_a_name_of_its_own(lab: Lab, tmp_path: Path) -> None:
    seats = [Seat(lab, "sno-07"), Seat(lab, "sno-07", "juin"), Seat(lab, "SNO.07")]
    names = {project_name(seat, folder) for seat in seats for folder in (tmp_path, tmp_path / "autre")}
    assert len(names) == 6
    assert all(re.fullmatch(r"etabli-[a-z0-9_-]+-[0-9a-f]{8}", name) for name in names)


def test_the_environment_names_images_and_the_command(workspace: Workspace, lab: Lab) -> None:
    assert needed_images(lab, entry_served(lab, workspace)) == ["facade", "web"]
    found = environment(workspace, lab)
    assert found["ETABLI_COMMAND"] == "servir php ."
    assert found["ETABLI_IMAGE_APPLICATION"] == "etabli/web:0123456789ab"
    assert found["ETABLI_IMAGE_FACADE"] == "etabli/facade:0123456789ab"
    assert found["ETABLI_PULL"] == "never"
    assert found["ETABLI_UID"] != "0"


def test_the_site_is_served_from_where_its_entry_is(workspace: Workspace, lab: Lab) -> None:
    (workspace.work / "public").mkdir()
    (workspace.work / "index.php").rename(workspace.work / "public" / "index.php")
    assert environment(workspace, lab)["ETABLI_COMMAND"] == "servir php public"


def test_every_variable_of_the_compose_file_is_one_of_ours(workspace: Workspace, lab: Lab) -> None:
    not_here = {"ETABLI_BUILD_NETWORK", "ETABLI_IMAGE_TERMINAL", "ETABLI_PORT", "ETABLI_PORT_ADMINER"}
    assert variables() - not_here == set(environment(workspace, lab))


def test_ports_and_addresses_of_a_workspace_are_added_to_the_compose_file(workspace: Workspace) -> None:
    taken = Workspace(workspace.folder, workspace.memo.model_copy(update={"ports": {"application": 9300}}))
    write_environment(taken, "", override(taken, Addresses().subnets(list(networks_of(taken).values()))))
    told = merged(taken)
    assert told["services"] == {"facade": {"command": ["application"], "ports": ["127.0.0.1:9300:8080"]}}
    assert told["networks"] == {
        name: {"ipam": {"config": [{"subnet": f"10.83.{index}.0/29"}]}}
        for index, name in enumerate(("interne", "outils", "facade"))
    }
    own = str(taken.hidden / OVERRIDE)
    assert own in command(taken, override=True)
    assert own not in command(taken), "a folder may come from elsewhere, and only a start writes it anew"


def test_values_of_the_env_file_are_taken_letter_for_letter() -> None:
    assert env_file({"A": "/a b/$c", "B": 'l\'été "$x" \\'}) == 'A=\'/a b/$c\'\nB="l\'été \\"\\$x\\" \\\\"\n'


def test_no_service_is_given_a_grader() -> None:
    allowed = {"/srv/app", "/srv/donnees", "/srv/entreprise", "/srv/notes", "/espace", "/modele"}
    for name, service in compose_file()["services"].items():
        assert service["build"]["context"].startswith("images/"), name
        for volume in service.get("volumes", []):
            if isinstance(volume, dict) and volume["type"] == "volume":
                assert volume["target"] == "/dev/pts", "and nothing comes from there"
            elif isinstance(volume, dict):
                assert volume["target"] in allowed
                assert re.match(r"\$\{ETABLI_ESPACE:-\./espace-demo\}|\./labs/[a-z-]+/demo$", volume["source"])
            else:
                assert volume in {"base:/var/lib/mysql", "pgi:/var/lib/tryton", "messagerie:/var/lib/messagerie"}


NETWORKS = {"facade": ["interne", "outils", "facade"], "base": ["interne", "outils"], "adminer": ["outils"]}
"""The site has no neighbour but its database: nothing answers to it that does not in an exam."""


def test_every_service_is_fenced_and_local() -> None:
    services = compose_file()["services"]
    assert set(services) == {"preparation", "facade", *declared()}
    for name, service in services.items():
        assert ("ports" in service) == (name == "facade")
        if service.get("network_mode") != "none":
            assert service["networks"] == NETWORKS.get(name, ["interne"])
            assert service["dns"] == ["127.0.0.1"]
        assert service["cap_drop"] == ["ALL"] and service["read_only"] is True
        assert service["security_opt"][0] == "no-new-privileges:true"
        assert "privileged" not in service and "docker.sock" not in str(service)
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_lasting_services_come_back_after_a_reboot() -> None:
    services = compose_file()["services"]
    assert {name for name, service in services.items() if service.get("restart") == "unless-stopped"} == {
        "facade",
        *declared(),
    }


# -- handing in


def test_what_is_packed_is_what_would_be_examined(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.work / "inc").mkdir()
    (workspace.work / "inc" / "a.php").write_text("<?php", "utf-8")
    (workspace.work / "Thumbs.db").write_bytes(b"x")
    (workspace.work / "rendu.json").write_text("{}", "utf-8")
    receipt = write_submission(workspace, tmp_path / "r.zip", NOW)
    with zipfile.ZipFile(receipt.path) as archive:
        assert archive.namelist() == ["rendu.json", "inc/a.php", "index.php"]
        label = json.loads(archive.read("rendu.json"))
    assert label == {
        "schema": "etabli/rendu/1",
        "lab": "essai",
        "lab_version": "1.0",
        "data_version": 1,
        "session": "entrainement",
        "candidate": "sno-07",
        "seed_fingerprint": workspace.memo.seed_fingerprint,
        "runtime": "php",
    }
    taken = take_in(receipt.path, workspace.lab(), tmp_path / "arbre")
    assert set(taken.paths) == {"rendu.json", "inc/a.php", "index.php"}
    assert receipt.files == 2 and receipt.warnings == ()


def test_the_same_work_gives_the_same_code_at_any_time(workspace: Workspace, tmp_path: Path) -> None:
    later = NOW + timedelta(days=2)
    assert (
        write_submission(workspace, tmp_path / "a.zip", NOW).code
        == write_submission(workspace, tmp_path / "b.zip", later).code
    )


def test_what_is_no_older_zip_of_ones_own_is_not_replaced(workspace: Workspace, lab: Lab, tmp_path: Path) -> None:
    theirs = open_workspace(tmp_path / "autre", Seat(lab, "sno-08"), SECRET, None)
    write_submission(theirs, tmp_path / "eux.zip", NOW)
    (tmp_path / "photos.zip").write_bytes(b"PK")
    for name in ("eux.zip", "photos.zip"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(UsageProblem, match=rf"{name} » existe et n'est pas un rendu de « sno-07 »"):
            write_submission(workspace, tmp_path / name, NOW)
        assert (tmp_path / name).read_bytes() == before


def test_a_zip_that_is_replaced_is_told(workspace: Workspace, tmp_path: Path) -> None:
    first = write_submission(workspace, tmp_path / "a.zip", NOW)
    (workspace.work / "plus.php").write_text("<?php", "utf-8")
    (warning,) = write_submission(workspace, tmp_path / "a.zip", NOW).warnings
    assert "« a.zip » existait avec un autre contenu" in warning and first.code in warning
    assert write_submission(workspace, tmp_path / "a.zip", NOW).warnings == ()


def test_the_receipt_is_short_and_true(workspace: Workspace, tmp_path: Path) -> None:
    receipt = write_submission(workspace, tmp_path / "sno-07.zip", NOW)
    text = receipt.text_path.read_text("utf-8")
    assert receipt.text_path.name == "sno-07.recu.txt"
    assert text == receipt.text()
    assert receipt.sha256 in text and "24/11/2026 à 22:14:05 (UTC+01:00)" in text and "1 fichier" in text
    assert re.fullmatch(r"([0-9A-F]{4} ){3}[0-9A-F]{4}", receipt.code)
    assert receipt.code.replace(" ", "").lower() == receipt.sha256[:16]


def test_a_rehearsal_has_its_time_in_the_receipt(workspace: Workspace, tmp_path: Path) -> None:
    assert "Durée" not in write_submission(workspace, tmp_path / "avant.zip", NOW).text()
    timed = _timed(workspace, 120)
    assert read_workspace(workspace.folder).memo.minutes == 120 == _timed(timed, 120).memo.minutes
    assert _timed(timed, None).memo.began_at == timed.memo.began_at is not None
    with pytest.raises(UsageProblem, match="court déjà, pour 120 minutes"):
        _timed(timed, 90)
    began = remembered(timed, began_at=NOW - timedelta(minutes=113, seconds=40))
    text = write_submission(began, tmp_path / "apres.zip", NOW).text()
    assert "Commencé le  24/11/2026 à 20:20:25" in text and "Durée        113 min, pour 120 min prévues" in text


def test_doubts_are_said_and_nothing_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (unchanged,) = write_submission(workspace, tmp_path / "r.zip", NOW).warnings
    assert "Rien n'a changé" in unchanged
    (workspace.work / "index.php").rename(workspace.work / "accueil.php")
    (without,) = write_submission(workspace, tmp_path / "autre.zip", NOW).warnings
    assert "pas de fichier d'entrée" in without and "index.php" in without


def test_what_would_be_refused_is_refused_at_once(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(21):
        (workspace.work / f"{number}.txt").write_text("x", "utf-8")
    with pytest.raises(RejectedSubmission, match="plus de 20 fichiers"):
        write_submission(workspace, tmp_path / "r.zip", NOW)
    assert not (tmp_path / "r.zip").exists()


def test_nothing_to_hand_in_is_said(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.work / "index.php").unlink()
    with pytest.raises(UsageProblem, match="est vide"):
        write_submission(workspace, tmp_path / "r.zip", NOW)
    workspace.work.rmdir()
    with pytest.raises(UsageProblem, match="manque : relancez « etabli start »"):
        write_submission(workspace, tmp_path / "r.zip", NOW)


def test_a_zip_that_cannot_be_written_is_named(workspace: Workspace) -> None:
    with pytest.raises(UsageProblem, match=r"/proc/r.zip.*« -o »"):
        write_submission(workspace, Path("/proc/r.zip"), NOW)


def test_the_usual_name_says_whose_and_what(workspace: Workspace) -> None:
    assert default_name(workspace) == "sno-07-essai.zip"


# -- the demonstration


@pytest.mark.parametrize("name", [name for name in lab_ids() if (load_lab(name).folder / demo.FOLDER).is_dir()])
def test_the_demonstration_is_what_the_lab_gives_today(name: str, tmp_path: Path) -> None:
    lab = load_lab(name)
    shipped = lab.folder / demo.FOLDER
    demo.make_demo(lab, tmp_path / "demo")
    made, kept = tree(tmp_path / "demo"), tree(shipped)
    assert set(made) == set(kept), "lancez « make espace-demo »"
    assert [path for path in made if made[path] != kept[path]] == [], "lancez « make espace-demo »"


def test_the_compose_file_mounts_a_demonstration_that_exists() -> None:
    sources = [
        volume["source"]
        for service in compose_file()["services"].values()
        for volume in service.get("volumes", [])
        if isinstance(volume, dict) and volume["source"].startswith("./labs/")
    ]
    assert sources and all((repository() / source / "rendu").is_dir() for source in sources)
