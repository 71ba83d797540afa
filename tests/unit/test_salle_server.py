"""What the room is started with, what its settings refuse, what its doctor says. No engine here."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from etabli.classroom.place import Place
from etabli.classroom.settings import Backups, RoomSettings, read_settings, write_settings
from etabli.cli.main import app
from etabli.exam.contract.errors import EtabliError, LabError, UsageProblem
from etabli.server import checkup, host, services
from etabli.server.authority import fingerprint
from etabli.server.caddyfile import caddyfile, install_page
from etabli.server.services import SERVICES, Room, ServiceState, folder_of, forget, remember

HERE = Path(services.__file__).parent
FREE_PORTS = ("--port-https", "18443", "--port-http", "18080")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    write_settings(tmp_path, RoomSettings())
    return Room.at(tmp_path)


def test_settings_come_back_as_they_were(tmp_path: Path) -> None:
    told = RoomSettings.model_validate({"nom": "salle.lycee.fr", "ports": {"https": 8443}, "fuseau": "Indian/Reunion"})
    write_settings(tmp_path, told)
    assert read_settings(tmp_path) == told
    assert told.hosts.origin == "https://salle.lycee.fr:8443"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nom: Salle", "« Salle » n'est pas un nom de machine"),
        ("nom: 10.0.0.1", "n'est pas un nom de machine"),
        ("nom: salle.local", "« salle.internal »"),
        ("port: {https: 443}", "vouliez-vous dire « ports »"),
        ("ports: {https: 0}", "il faut 1 au moins"),
        ("ports: {https: 80}", "ne peuvent pas être tous deux 80"),
        ("fuseau: Paris", "« Paris » n'est pas un fuseau horaire"),
        ("certificat: /etc/ssl/salle.crt", "vont ensemble"),
        ("certificat: salle.crt\ncle: salle.key", "commencent par « / »"),
        ("conservation: {connexions_jours: 0}", "il faut 1 au moins"),
    ],
)
def test_a_bad_file_is_told_by_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "salle.yaml").write_text(f"{text}\n")
    with pytest.raises(EtabliError) as refused:
        read_settings(tmp_path)
    assert said in str(refused.value) and "salle.yaml, ligne 1" in str(refused.value)


def test_a_folder_without_a_room_says_how_to_make_one(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["salle", "etat", "--dossier", str(tmp_path)])
    assert told.exit_code == 2 and "etabli salle start" in told.output


def test_what_was_chosen_first_is_changed_in_the_file(room: Room) -> None:
    told = CliRunner().invoke(app, ["salle", "start", "--port-https", "9443", "--dossier", str(room.folder)])
    assert told.exit_code == 2 and "« https: 443 »" in told.output and "salle.yaml" in told.output


@pytest.mark.parametrize(
    ("option", "said"),
    [(("--nom", "salle"), "« salle » n'est pas un nom de machine"), (("--port-http", "443"), "tous deux 443")],
)
def test_a_choice_that_cannot_be_makes_no_room(tmp_path: Path, option: tuple[str, str], said: str) -> None:
    told = CliRunner().invoke(app, ["salle", "start", *option, "--dossier", str(tmp_path / "salle")])
    assert told.exit_code == 2 and said in " ".join(told.output.split())
    assert not (tmp_path / "salle").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cours.odt").write_text("x")
    told = CliRunner().invoke(app, ["salle", "start", "--dossier", str(tmp_path)])
    assert told.exit_code == 2 and "n'est pas vide" in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["cours.odt"]


def test_root_s_own_home_is_refused_before_anything_is_made() -> None:
    told = CliRunner().invoke(app, ["salle", "start", "--dossier", "/root/etabli-essai", *FREE_PORTS])
    said = " ".join(told.output.split())
    assert told.exit_code == 2 and "n'entrent pas dans /root" in said and "/srv/etabli" in said
    assert not Path("/root/etabli-essai").exists()


@pytest.mark.parametrize(
    ("user", "home", "found"),
    [(0, None, "/srv/etabli"), (0, "/data", "/data/salle"), (1000, None, "/home/lea/.local/share/etabli/salle")],
)
def test_where_a_room_is_when_nobody_says(
    monkeypatch: pytest.MonkeyPatch, user: int, home: str | None, found: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setenv("HOME", "/home/lea")
    monkeypatch.setenv("ETABLI_HOME", home) if home else monkeypatch.delenv("ETABLI_HOME", raising=False)
    assert str(folder_of(None)) == found


def test_a_path_too_long_for_sockets_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ("a" * 80)
    folder.mkdir()
    write_settings(folder, RoomSettings())
    monkeypatch.setattr("etabli.sandbox.images.require", lambda wanted: None)
    with pytest.raises(UsageProblem, match="70 octets au plus"):
        Room.at(folder).up()


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((HERE / "compose.yml").read_text("utf-8"))["services"]
    return told


def test_only_the_worker_has_the_engine_and_the_graders() -> None:
    """The whole repository is mounted there alone; the portal gets four parts of it by name."""
    mounts = {
        name: {mount["source"] for mount in one["volumes"] if "source" in mount} for name, one in compose().items()
    }
    assert set(mounts) == set(SERVICES)
    holders = {
        name for name, seen in mounts.items() if seen & {"${ETABLI_MOTEUR}", "${ETABLI_DEPOT}", "${ETABLI_SALLE}"}
    }
    assert holders == {"travail"}
    assert {path for path in mounts["portail"] if "DEPOT" in path} == {
        f"${{ETABLI_DEPOT}}/{part}" for part in ("src", "labs", "course", "docker-compose.yml")
    }
    assert not [path for seen in mounts.values() for path in seen if "autorite" in path]


def test_services_without_need_of_a_network_have_none() -> None:
    told = compose()
    assert {name: one["network_mode"] for name, one in told.items()} == {
        "base": "none",
        "portail": "none",
        "travail": "host",
        "caddy": "host",
    }
    for name, one in told.items():
        assert one["restart"] == "always" and one["read_only"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["cap_drop"] == ([] if name == "travail" else ["ALL"]), name


def test_the_front_is_told_the_room_s_names_and_ports(tmp_path: Path) -> None:
    told = RoomSettings.model_validate({"nom": "salle.lycee.fr", "ports": {"https": 8443, "http": 8080}})
    text = caddyfile(Place(tmp_path), told)
    assert "https://salle.lycee.fr, https://*.salle.lycee.fr {" in text
    assert "https_port 8443" in text and "http_port 8080" in text
    assert "redir https://{http.request.host}:8443{uri}" in text
    assert "racine.key" not in text and "admin off" in text


def test_a_certificate_that_was_given_takes_the_place_of_ours(tmp_path: Path) -> None:
    told = RoomSettings.model_validate({"certificat": "/etc/salle.crt", "cle": "/etc/salle.key"})
    text = caddyfile(Place(tmp_path), told)
    assert f"tls {tmp_path}/front/certificat.crt {tmp_path}/front/certificat.key" in text
    assert "pki" not in text and "internal" not in text.replace("salle.internal", "")


def test_another_certificate_than_the_key_s_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = tmp_path / "une", tmp_path / "autre"
    for folder in (one, other):
        folder.mkdir()
        write_settings(folder, RoomSettings())
        Room.at(folder).authority.prepare("salle.internal")
    given = {"certificat": str(Room.at(one).authority.root), "cle": str(Room.at(other).authority.root_key)}
    folder = tmp_path / "salle"
    folder.mkdir()
    write_settings(folder, RoomSettings.model_validate(given))
    monkeypatch.setattr("etabli.sandbox.images.require", lambda wanted: None)
    monkeypatch.setattr(services, "_LONGEST", 500)
    with pytest.raises(UsageProblem, match="n'est pas la clé de"):
        Room.at(folder).up()


def test_the_page_gives_the_root_s_fingerprint(room: Room) -> None:
    room.authority.prepare(room.settings.nom)
    page = install_page(room.settings, room.authority)
    assert fingerprint(room.authority.root) in page
    assert "http-equiv" not in page and "<script" not in page


def test_each_folder_has_its_own_project(tmp_path: Path) -> None:
    rooms = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_settings(tmp_path / name, RoomSettings())
        rooms.append(Room.at(tmp_path / name))
    assert rooms[0].project != rooms[1].project
    assert rooms[0].project == Room.at(tmp_path / "b" / ".." / "a").project


def states(**health: str) -> list[ServiceState]:
    return [ServiceState(name, name in health, health.get(name, ""), "2026-11-28T09:00:00Z", 0) for name in SERVICES]


def put(room: Room, monkeypatch: pytest.MonkeyPatch, found: list[ServiceState]) -> Room:
    monkeypatch.setattr(Room, "state", lambda self: found)
    return room


def test_doctor_says_which_service_is_ill(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    well = dict.fromkeys(SERVICES, "healthy")
    assert checkup.services(put(room, monkeypatch, states(**well))).ok
    assert "est arrêtée" in checkup.services(put(room, monkeypatch, states())).said
    found = checkup.services(put(room, monkeypatch, states(**well | {"portail": "unhealthy"})))
    assert not found.ok and "portail" in found.said and "etabli salle journal portail" in found.said
    del well["travail"]
    assert "travail" in checkup.services(put(room, monkeypatch, states(**well))).said


def test_doctor_says_which_port_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        ports = {"https": taken.getsockname()[1], "http": free.getsockname()[1]}
        free.close()
        write_settings(tmp_path, RoomSettings.model_validate({"ports": ports}))
        room = put(Room.at(tmp_path), monkeypatch, states())
        found = checkup.ports(room)
        assert not found.ok and str(ports["https"]) in found.said and "ss -ltnp" in found.said
        assert checkup.taken_ports(room.settings.ports) == [ports["https"]]
        assert checkup.ports(put(room, monkeypatch, states(caddy="healthy"))).ok


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "ne mène nulle part"),
        ({"salle.internal": ["127.0.0.1"]}, "que les postes ne peuvent pas joindre"),
        ({"salle.internal": ["192.0.2.77"]}, "192.0.2.77, qui n'est pas cette machine"),
    ],
)
def test_doctor_says_where_names_should_lead(
    room: Room, monkeypatch: pytest.MonkeyPatch, found: dict[str, list[str]], said: str
) -> None:
    monkeypatch.setattr(checkup, "_addresses", lambda name: found.get(name, []))
    monkeypatch.setattr(checkup, "own_address", lambda: "10.1.1.1")
    told = checkup.names(room)
    assert not told.ok and said in told.said and "« *.salle.internal » doivent donner 10.1.1.1" in told.said


def test_names_that_lead_here_are_well(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "_addresses", lambda name: ["10.1.1.1"])
    monkeypatch.setattr(checkup, "is_own", lambda address: address == "10.1.1.1")
    assert checkup.names(room).ok
    below = {"salle.internal": ["10.1.1.1"]}
    monkeypatch.setattr(checkup, "_addresses", lambda name: below.get(name, []))
    assert "site--essai.salle.internal" in checkup.names(room).said


@pytest.mark.parametrize(("days", "ok"), [(2, True), (4, False)])
def test_doctor_counts_the_days_since_the_last_backup(room: Room, days: int, ok: bool) -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    (room.folder / "sauvegarde.json").write_text(json.dumps({"at": at.isoformat()}))
    found = checkup.backup(room)
    assert found.ok is ok and f"{at.astimezone(room.settings.zone):%d/%m/%Y}" in found.said


def test_no_backup_and_one_on_the_room_s_own_disk_are_no_backup(room: Room, tmp_path: Path) -> None:
    found = checkup.backup(room)
    assert not found.ok and found.said.startswith("aucune")
    told = {"at": datetime.now(UTC).isoformat(), "to": str(tmp_path)}
    (room.folder / "sauvegarde.json").write_text(json.dumps(told))
    found = checkup.backup(room)
    assert not found.ok and "sur le disque de la salle" in found.said
    (room.folder / "sauvegarde.json").write_text(json.dumps(told | {"to": str(tmp_path / "cle")}))
    assert checkup.backup(room).ok, "unplugged since: nothing tells its disk"


def test_a_damaged_note_of_a_backup_is_told(room: Room) -> None:
    (room.folder / "sauvegarde.json").write_text("{")
    assert "n'est pas lisible" in checkup.backup(room).said


def ask(room: Room, monkeypatch: pytest.MonkeyPatch, left: timedelta) -> Room:
    ends = f"{datetime.now(UTC) + left:%b %d %H:%M:%S %Y} GMT"
    monkeypatch.setattr(Room, "ask", lambda self, path: (200, {"notAfter": ends}))
    return room


@pytest.mark.parametrize(("hours", "ok"), [(48, True), (3, False)])
def test_a_certificate_of_ours_that_nobody_renews_is_told(
    room: Room, monkeypatch: pytest.MonkeyPatch, hours: int, ok: bool
) -> None:
    assert checkup.certificate(ask(room, monkeypatch, timedelta(hours=hours))).ok is ok


@pytest.mark.parametrize(("days", "ok"), [(30, True), (20, False)])
def test_one_that_was_given_is_told_three_weeks_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, ok: bool
) -> None:
    given = {"certificat": "/etc/salle.crt", "cle": "/etc/salle.key"}
    write_settings(tmp_path, RoomSettings.model_validate(given))
    found = checkup.certificate(ask(Room.at(tmp_path), monkeypatch, timedelta(days=days)))
    assert found.ok is ok and (ok or "/etc/salle.crt" in found.said)


def test_memory_is_told_in_learners(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    for gigabytes, ok in ((2, False), (8, True)):
        pages = {"SC_PAGE_SIZE": 1000, "SC_PHYS_PAGES": gigabytes * 1_000_000}
        monkeypatch.setattr(checkup.os, "sysconf", pages.__getitem__)
        found = checkup.memory(room)
        assert found.ok is ok and "élèves" in found.said


def test_the_unit_starts_this_room_after_the_engine(room: Room) -> None:
    text = host.unit(room)
    assert f'salle start --sans-code --dossier "{room.folder}"' in text
    assert "After=docker.service" in text and "[Install]" in text


def test_nothing_is_installed_without_systemd(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "_RUNNING", tmp_path / "nowhere")
    monkeypatch.setattr(host, "UNITS", tmp_path / "units")
    assert not host.install(room) and not host.remove(room) and not (tmp_path / "units").exists()


def test_with_it_the_unit_comes_and_goes(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, ...]] = []
    monkeypatch.setattr(host, "_RUNNING", tmp_path)
    monkeypatch.setattr(host, "UNITS", tmp_path / "units")
    monkeypatch.setattr(host.os, "geteuid", lambda: 0)
    monkeypatch.setattr(host, "_systemctl", lambda *words: said.append(words))
    assert host.install(room) and host.install(room)
    name = f"{room.project}.service"
    assert said == [("daemon-reload",), ("enable", name)]
    assert host.remove(room) and list((tmp_path / "units").iterdir()) == []
    assert said[2:] == [("disable", name), ("daemon-reload",)]


def test_the_nightly_backup_has_a_timer_as_long_as_the_settings_say_where_it_goes(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, ...]] = []
    monkeypatch.setattr(host, "_RUNNING", tmp_path)
    monkeypatch.setattr(host, "UNITS", tmp_path / "units")
    monkeypatch.setattr(host.os, "geteuid", lambda: 0)
    monkeypatch.setattr(host, "_systemctl", lambda *words: said.append(words))
    given = room.settings.model_copy(update={"sauvegarde": Backups(vers=Path("/media/cle"), heure="03:15")})
    kept = replace(room, settings=given)
    assert host.install(kept)
    timer, service = (tmp_path / "units" / f"{room.project}-sauvegarde{kind}" for kind in (".timer", ".service"))
    assert "OnCalendar=*-*-* 03:15:00 Europe/Paris" in timer.read_text("utf-8")
    assert f'salle sauvegarde --dossier "{room.folder}"' in service.read_text("utf-8")
    assert ("restart", timer.name) in said and ("enable", service.name) not in said
    if shutil.which("systemd-analyze"):
        (tmp_path / "units" / "docker.service").write_text("[Service]\nExecStart=/bin/true\n")
        argv = ["systemd-analyze", "verify", "--man=no", *map(str, sorted((tmp_path / "units").iterdir()))]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and "sauvegarde" not in done.stderr, done.stderr
    assert host.install(room) and not timer.exists() and not service.exists()
    assert ("disable", "--now", timer.name) in said


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("vers: cle", "n'est pas un chemin entier"),
        ("vers: /media/cle, heure: 25:00", "heure"),
        ("vers: /media/cle, jours: 0", "jours"),
        ("heure: 02:00", "vers"),
    ],
)
def test_a_bad_setting_of_backups_is_told_with_its_key(tmp_path: Path, told: str, sentence: str) -> None:
    (tmp_path / "salle.yaml").write_text(f"sauvegarde: {{{told}}}\n", "utf-8")
    with pytest.raises(LabError, match=sentence):
        read_settings(tmp_path)


def test_an_hour_that_yaml_takes_for_a_number_is_an_hour(tmp_path: Path) -> None:
    (tmp_path / "salle.yaml").write_text("sauvegarde: {vers: /media/cle, heure: 12:30}\n", "utf-8")
    kept = read_settings(tmp_path).sauvegarde
    assert kept is not None and kept.heure == "12:30" and kept.longest == timedelta(days=372)


def test_erasing_asks_for_a_yes(room: Room) -> None:
    told = CliRunner().invoke(app, ["salle", "desinstaller", "--effacer-les-donnees", "--dossier", str(room.folder)])
    assert told.exit_code == 2 and "--oui" in told.output and (room.folder / "salle.yaml").exists()


def test_a_service_that_does_not_exist_is_told_with_those_that_do(room: Room) -> None:
    told = CliRunner().invoke(app, ["salle", "journal", "nginx", "--dossier", str(room.folder)])
    assert told.exit_code == 2 and "base, portail, travail, caddy" in " ".join(told.output.split())


def test_a_room_that_was_opened_last_is_the_one_that_is_meant(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    assert folder_of(None) == tmp_path / "home" / "salle"
    remember(room)
    assert folder_of(None) == room.folder
    told = CliRunner().invoke(app, ["salle", "start", "--port-https", "9443"])
    assert told.exit_code == 2 and str(room.folder) in "".join(told.output.split())
    forget(room)
    assert folder_of(None) == tmp_path / "home" / "salle"
    remember(room)
    (room.folder / "salle.yaml").unlink()
    assert folder_of(None) == tmp_path / "home" / "salle"


def test_a_taken_port_leaves_nothing_of_a_new_room(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        folder = tmp_path / "neuve"
        told = CliRunner().invoke(app, ["salle", "start", "--port-https", str(port), "--dossier", str(folder)])
    assert told.exit_code == 2 and "--port-https" in told.output and not folder.exists()


def test_doctor_looks_where_backups_go(room: Room, tmp_path: Path) -> None:
    def said(where: Path) -> str:
        settings = room.settings.model_copy(update={"sauvegarde": Backups(vers=where)})
        found = checkup.backup(Room(room.place, settings))
        return "" if found.ok else found.said

    assert "n'existe pas" in said(tmp_path / "absent")
    assert "sur le disque de la salle" in said(tmp_path)


def test_stop_says_who_works_and_asks(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    monkeypatch.setattr(Room, "state", lambda self: [])
    monkeypatch.setattr(Room, "answers", lambda self: True)
    monkeypatch.setattr(Room, "beside", lambda self, service, argv: "SNO-02\nSNO-07\n")
    monkeypatch.setattr(Room, "down", lambda self: closed.append(True))
    monkeypatch.setattr(Room, "stop_workspaces", lambda self: None)
    told = CliRunner().invoke(app, ["salle", "stop", "--dossier", str(room.folder)])
    assert told.exit_code == 2 and "2 élèves travaillent : SNO-02 et SNO-07." in told.output.replace("\u00a0", " ")
    assert "--oui" in told.output and not closed
    assert CliRunner().invoke(app, ["salle", "stop", "--oui", "--dossier", str(room.folder)]).exit_code == 0
    monkeypatch.setattr(Room, "beside", lambda self, service, argv: "\n")
    assert CliRunner().invoke(app, ["salle", "stop", "--dossier", str(room.folder)]).exit_code == 0 and len(closed) == 2
