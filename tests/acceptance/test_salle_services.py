"""A room that is brought up for real: its front, its gate, its rights, and what comes back after a kill -9.

The portal and the worker are stood in for by `tests/room_stub.py`, in the containers that the real ones have: it says
which headers came through, and opens the gate as a test asks.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import room_stub
import uvicorn
from typer.testing import CliRunner
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection
from whole_room import websocket

from etabli.classroom.settings import Ports, RoomSettings, write_settings
from etabli.cli.main import app
from etabli.sandbox import images
from etabli.server import host
from etabli.server.services import SERVICES, Room
from etabli.system.settings import repository

NAME = "salle.essai.internal"
SITE = f"site--abcdefgh.{NAME}"
OURS = "__Host-etabli"
LIMIT = 240.0


@dataclass
class Standing:
    """A room that is up, and how the tests reach it."""

    room: Room
    targets: Path
    application: int
    """The port of 127.0.0.1 where a workspace's application answers."""

    def lead(self, **hosts: str | int) -> None:
        """Says where the gate leads: a host's first part → a target or a status."""
        told = {f"{name.replace('_', '-')}.{NAME}": target for name, target in hosts.items()}
        self.targets.write_text(json.dumps(told))

    def context(self) -> ssl.SSLContext:
        """What a PC with our root, and no other, trusts."""
        return ssl.create_default_context(cafile=str(self.room.authority.root))

    def ask(self, name: str, path: str = "/", method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        plain = socket.create_connection(("127.0.0.1", self.room.settings.ports.https), timeout=LIMIT)
        with plain, self.context().wrap_socket(plain, server_hostname=name) as line:
            return _asked(line, f"{name}:{self.room.settings.ports.https}", method, path, body, headers)

    def plainly(self, name: str, path: str) -> Answer:
        with socket.create_connection(("127.0.0.1", self.room.settings.ports.http), timeout=LIMIT) as line:
            return _asked(line, name, "GET", path, b"", {})

    def websocket(self, name: str, path: str, **headers: str) -> ClientConnection:
        told = {key.replace("_", "-"): value for key, value in headers.items()}
        return websocket(name, self.room.settings.ports.https, path, self.room.authority.root, told, LIMIT)


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def seen(self) -> dict[str, str]:
        """The headers that whoever answered was sent."""
        return dict(json.loads(self.body)["headers"])


def _asked(line: socket.socket, name: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection(name, timeout=LIMIT)
    connection.sock = line
    told = {key.replace("_", "-"): value for key, value in headers.items()}
    connection.request(method, path, body or None, {"Host": name, **told})
    answer = connection.getresponse()
    return Answer(answer.status, answer.getheaders(), answer.read())


@pytest.fixture(scope="module")
def application() -> Iterator[int]:
    """A workspace's application, on a port of 127.0.0.1 that the kernel chose."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(room_stub.APPLICATION, log_level="warning", ws="websockets-sansio"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until(lambda: server.started)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def standing(application: int) -> Iterator[Standing]:
    base = Path(tempfile.mkdtemp(prefix="etabli-salle-"))  # pytest's folders are too long for sockets
    folder, stub = base / "salle", base / "essai"
    stub.mkdir()
    folder.mkdir()
    base.chmod(0o755)
    stub.chmod(0o755)
    shutil.copy(room_stub.__file__, stub / "room_stub.py")
    (stub / "cibles.json").write_text("{}")
    https, http_ = _two_free_ports()
    write_settings(folder, RoomSettings(nom=NAME, ports=Ports(https=https, http=http_)))
    listening = {"portail": folder / "run/portail/portail.sock", "travail": folder / "run/flux/flux.sock"}
    mount = {"type": "bind", "source": str(stub), "target": "/essai", "read_only": True}
    override = {
        name: {"command": ["python3", "/essai/room_stub.py", str(path)], "volumes": [mount]}
        for name, path in listening.items()
    }
    (folder / "compose.yml").write_text(json.dumps({"services": override}))  # JSON is YAML
    room = Room.at(folder)
    images.require(["salle"])
    try:
        room.up()
        room.wait(LIMIT)
        yield Standing(room, stub / "cibles.json", application)
    finally:
        room.down()
        room.erase()
        shutil.rmtree(base, ignore_errors=True)


def _two_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("", 0))
        return one.getsockname()[1], other.getsockname()[1]


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def test_a_pc_with_our_root_trusts_the_portal_and_every_name_below_it(standing: Standing) -> None:
    standing.lead(site__abcdefgh=403)
    assert standing.ask(NAME, "/x").status == 200
    assert standing.ask(SITE, "/x").status == 403


def test_a_pc_without_it_does_not(standing: Standing) -> None:
    with socket.create_connection(("127.0.0.1", standing.room.settings.ports.https), timeout=LIMIT) as plain:
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plain, server_hostname=NAME)


def test_what_the_front_says_of_itself(standing: Standing) -> None:
    answer = standing.ask(NAME, "/x")
    assert answer.all("server") == answer.all("x-powered-by") == []
    assert answer.all("strict-transport-security") == ["max-age=31536000"]


def test_http_leads_to_https_and_gives_the_certificate(standing: Standing) -> None:
    port = standing.room.settings.ports.https
    assert standing.plainly(NAME, "/a?b=c").all("location") == [f"https://{NAME}:{port}/a?b=c"]
    assert standing.plainly(SITE, "/a").all("location") == [f"https://{SITE}:{port}/a"]
    assert standing.plainly("ailleurs.example", "/a").all("location") == [f"https://{NAME}:{port}/a"]
    certificate = standing.plainly("192.0.2.7", "/racine.crt")
    assert certificate.body == standing.room.authority.root.read_bytes()
    assert certificate.all("content-type") == ["application/x-x509-ca-cert"]
    page = standing.plainly("192.0.2.7", "/certificat").body.decode()
    assert "Windows" in page and "iPad" in page and NAME in page
    for other in ("/intermediaire.key", "/Caddyfile", "/racine.crt/../intermediaire.key", "/certificat.html"):
        assert standing.plainly(NAME, other).status == 308


def test_the_portal_hears_nothing_that_only_the_front_may_say(standing: Standing) -> None:
    seen = standing.ask(
        NAME,
        "/x",
        X_Cible="127.0.0.1:1",
        X_Forwarded_For="10.0.0.1",
        X_Forwarded_Uri="/faux",
        X_Forwarded_Method="GET",
        X_Forwarded_Host="faux",
        Forwarded="for=10.0.0.1",
        Cookie=f"{OURS}=jeton",
    ).seen
    assert not {"x-cible", "x-forwarded-uri", "x-forwarded-method", "forwarded"} & set(seen)
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-host"].startswith(NAME)
    assert seen["cookie"] == f"{OURS}=jeton"


def test_the_gate_leads_where_the_portal_says(standing: Standing) -> None:
    standing.lead(site__abcdefgh=f"127.0.0.1:{standing.application}")
    answer = standing.ask(
        SITE, "/a/b?c=d", "POST", b"x" * 1000, Cookie=f"a=1; {OURS}=jeton; b=2", X_Cible="127.0.0.1:1"
    )
    assert answer.status == 200, answer
    told = json.loads(answer.body)
    assert (answer.status, told["path"], told["method"], told["size"]) == (200, "/a/b", "POST", 1000)
    assert answer.seen["host"].startswith(SITE)
    assert "x-cible" not in answer.seen


@pytest.mark.parametrize("status", [303, 403, 503])
def test_or_says_what_the_portal_says(standing: Standing, status: int) -> None:
    standing.lead(site__abcdefgh=status)
    answer = standing.ask(SITE, "/a?b=c", X_Cible=f"127.0.0.1:{standing.application}")
    assert answer.status == status
    if status == 303:
        assert answer.all("location")[0].endswith("chemin=/a?b=c")


@pytest.mark.parametrize("target", [200, "10.1.2.3:80", "127.0.0.1", "localhost:80", "127.0.0.1:80/x"])
def test_and_nowhere_else(standing: Standing, target: str | int) -> None:
    """Not where a browser asks to go when the portal names no place, nor to another machine."""
    standing.lead(site__abcdefgh=target)
    answer = standing.ask(SITE, "/", X_Cible=f"127.0.0.1:{standing.application}")
    assert answer.status == 502
    assert "ne répond pas encore" in answer.body.decode()


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        (f"a=1; {OURS}=jeton; b=2", "a=1; b=2"),
        (f"{OURS}=jeton", ""),
        (f"a=1; {OURS}=jeton", "a=1;"),
        (f"{OURS}=un; {OURS}=deux; a=1", "a=1"),
        ("__host-ETABLI=jeton; a=1", "a=1"),
        (f'{OURS}="un; a=1', "a=1"),
        ("a=1; b=2", "a=1; b=2"),
    ],
)
def test_an_application_never_sees_our_cookie(standing: Standing, sent: str, left: str) -> None:
    standing.lead(site__abcdefgh=f"127.0.0.1:{standing.application}")
    assert standing.ask(SITE, "/", Cookie=sent).seen.get("cookie", "") == left


def test_nor_sets_it(standing: Standing) -> None:
    standing.lead(site__abcdefgh=f"127.0.0.1:{standing.application}")
    kept = [cookie for cookie in standing.ask(SITE, "/").all("set-cookie") if cookie]
    assert kept == ["panier=3; Path=/"]


def test_but_the_portal_does_on_the_way_in(standing: Standing) -> None:
    answer = standing.ask(SITE, "/.etabli/entrer?ticket=x")
    assert json.loads(answer.body)["path"] == "/.etabli/entrer"
    assert answer.all("set-cookie")[0].startswith(f"{OURS}=")


def test_a_websocket_passes_the_gate(standing: Standing) -> None:
    standing.lead(site__abcdefgh=f"127.0.0.1:{standing.application}")
    with standing.websocket(SITE, "/direct", Cookie=f"a=1; {OURS}=jeton") as line:
        headers = dict(json.loads(line.recv())["headers"])
        assert headers["cookie"].strip("; ") == "a=1" and "x-cible" not in headers
        line.send("bonjour")
        assert line.recv() == "bonjour"


def test_but_sets_no_cookie(standing: Standing) -> None:
    """The front cannot change the headers of an answer that switches protocols: it refuses it whole."""
    standing.lead(site__abcdefgh=f"127.0.0.1:{standing.application}")
    with pytest.raises(InvalidStatus) as refused:
        standing.websocket(SITE, "/cookies")
    assert refused.value.response.status_code == 502
    assert "Set-Cookie" not in refused.value.response.headers


def test_and_the_worker_s_stream_has_its_own_way(standing: Standing) -> None:
    with standing.websocket(NAME, "/flux/abcdefgh/terminal", Cookie=f"{OURS}=jeton", X_Forwarded_For="1.2.3.4") as line:
        told = json.loads(line.recv())
        headers = dict(told["headers"])
        assert told["path"] == "/flux/abcdefgh/terminal"
        assert headers["cookie"] == f"{OURS}=jeton" and headers["x-forwarded-for"] == "127.0.0.1"


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True, timeout=LIMIT).stdout.strip()


def container(room: Room, service: str) -> Any:
    return json.loads(docker("inspect", f"{room.project}-{service}-1"))[0]


def shell(room: Room, service: str, script: str, *options: str) -> subprocess.CompletedProcess[str]:
    words = ["docker", "exec", *options, f"{room.project}-{service}-1", "sh", "-c", script]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=LIMIT)


def test_the_portal_has_no_network_no_engine_no_grader_and_no_secret(standing: Standing) -> None:
    room, repo = standing.room, repository()
    config = container(room, "portail")
    assert config["HostConfig"]["NetworkMode"] == "none" and config["HostConfig"]["ReadonlyRootfs"]
    seen = {mount["Source"] for mount in config["Mounts"]}
    assert not [
        path for path in seen if "docker.sock" in path or "graders" in path or path.endswith(("/salle", "/home"))
    ]
    hidden = [repo / "graders", room.authority.root_key, room.authority.intermediate_key, room.place.home, room.front]
    told = shell(
        room, "portail", "id -u; ls / /var/run; " + "; ".join(f"test -e '{path}' && echo seen" for path in hidden)
    )
    assert told.stdout.startswith("1000\n") and "seen" not in told.stdout and "docker.sock" not in told.stdout
    assert shell(room, "portail", f"touch {repo}/src/x {room.folder}/resultats/x").returncode != 0


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_sees_the_root_s_key(standing: Standing, service: str) -> None:
    assert shell(standing.room, service, f"cat {standing.room.authority.root_key}", "--user=0").returncode != 0


def test_the_front_keeps_one_power(standing: Standing) -> None:
    told = shell(standing.room, "caddy", "grep -E '^(Uid|Cap(Eff|Bnd))' /proc/1/status").stdout.split()
    assert told[1] == "1002" and told[told.index("CapEff:") + 1] == told[told.index("CapBnd:") + 1] == f"{1 << 10:016x}"


def sql(room: Room, service: str, role: str, text: str, database: str = "salle") -> subprocess.CompletedProcess[str]:
    words = ["psql", "-qtAX", "-v", "ON_ERROR_STOP=1", "-h", str(room.place.sockets("base")), "-U", role, database]
    argv = ["docker", "exec", "-i", f"{room.project}-{service}-1", *words]
    return subprocess.run(argv, input=text, capture_output=True, text=True, check=False, timeout=LIMIT)


def test_who_asks_the_database_is_who_the_kernel_says(standing: Standing) -> None:
    room = standing.room
    until(lambda: sql(room, "travail", "travail", "SHOW server_encoding").stdout.strip() == "UTF8")
    assert (
        sql(room, "travail", "travail", "CREATE TABLE essai (n int); GRANT SELECT ON essai TO portail").returncode == 0
    )
    assert sql(room, "portail", "portail", "SELECT count(*) FROM essai").stdout.strip() == "0"
    for role, database in (
        ("travail", "salle"),
        ("postgres", "salle"),
        ("postgres", "postgres"),
        ("portail", "postgres"),
    ):
        assert sql(room, "portail", role, "SELECT 1", database).returncode != 0
    for refused in ("INSERT INTO essai VALUES (1)", "CREATE TABLE autre (n int)"):
        assert sql(room, "portail", "portail", refused).returncode != 0
    assert sql(room, "travail", "travail", "SHOW listen_addresses").stdout.strip() == ""


def test_all_of_etabli_that_runs_here_can_be_imported_in_the_image() -> None:
    rooms = (
        "classroom grading lab portal reception reports roster runs sandbox server system worker workspace cli".split()
    )
    script = (
        "import importlib, pkgutil\n"
        f"for room in {rooms!r}:\n"
        "    package = importlib.import_module(f'etabli.{room}')\n"
        "    for module in pkgutil.walk_packages(package.__path__, f'etabli.{room}.'):\n"
        "        if not module.name.endswith('__main__'):\n"
        "            importlib.import_module(module.name)\n"
        "import weasyprint, psycopg_c\n"
        "assert weasyprint.HTML(string='<p>Établi</p>').write_pdf()[:4] == b'%PDF'\n"
    )
    repo = repository()
    mount = f"type=bind,source={repo},target={repo},readonly"
    words = ["run", "--rm", "--network=none", "--env", f"PYTHONPATH={repo}/src", "--mount", mount]
    done = subprocess.run(
        ["docker", *words, images.tag("salle"), "python3", "-c", script], capture_output=True, text=True, timeout=LIMIT
    )
    assert done.returncode == 0, done.stderr


def test_commands_tell_how_the_room_is(standing: Standing) -> None:
    folder = str(standing.room.folder)
    told = CliRunner().invoke(app, ["salle", "etat", "--json", "--dossier", folder])
    assert told.exit_code == 0
    assert {one["name"]: one["running"] for one in json.loads(told.stdout)["services"]} == dict.fromkeys(SERVICES, True)
    told = CliRunner().invoke(app, ["salle", "doctor", "--json", "--dossier", folder])
    found = {one["id"]: one for one in json.loads(told.stdout)}
    for well in ("engine", "services", "ports", "answers", "certificate", "authority"):
        assert found[well]["ok"], found[well]
    assert told.exit_code == 3 and not found["names"]["ok"] and "DNS de l'établissement" in found["names"]["said"]


def test_a_unit_of_systemd_that_systemd_takes(standing: Standing, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    path = tmp_path / "etabli-salle-essai.service"
    path.write_text(host.unit(standing.room))
    docker_unit = tmp_path / "docker.service"
    docker_unit.write_text("[Service]\nExecStart=/bin/true\n")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path), str(docker_unit)],
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0 and "etabli-salle" not in done.stderr, done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_killed_comes_back(standing: Standing, service: str) -> None:
    room = standing.room
    before = container(room, service)["State"]
    kill = ["--pid=host", "--network=none", "--cap-drop=ALL", "--cap-add=KILL", images.tag("salle")]
    docker("run", "--rm", *kill, "kill", "-9", str(before["Pid"]))
    until(lambda: container(room, service)["State"]["StartedAt"] != before["StartedAt"])
    room.wait(LIMIT)
    ask: dict[str, Callable[[], bool]] = {
        "base": lambda: sql(room, "portail", "portail", "SELECT count(*) FROM essai").returncode == 0,
        "portail": lambda: standing.ask(NAME, "/x").status == 200,
        "travail": lambda: _echoes(standing),
        "caddy": lambda: standing.ask(NAME, "/x").status == 200,
    }
    until(ask[service])


def _echoes(standing: Standing) -> bool:
    """The worker's stub may not listen yet: the front says 502."""
    with suppress(InvalidStatus), standing.websocket(NAME, "/flux/abcdefgh/terminal") as line:
        return bool(line.recv())
    return False


def test_stop_and_start_keep_everything(standing: Standing) -> None:
    """The last one: it stops the room."""
    room = standing.room
    assert sql(room, "travail", "travail", "INSERT INTO essai VALUES (17)").returncode == 0
    root = room.authority.root.read_bytes()
    told = CliRunner().invoke(app, ["salle", "stop", "--oui", "--dossier", str(room.folder)])
    assert told.exit_code == 0 and not any(state.running for state in room.state())
    with pytest.raises(OSError):
        room.ask("/sante")
    told = CliRunner().invoke(app, ["salle", "start", "--sans-code", "--dossier", str(room.folder)])
    assert told.exit_code == 0, told.output
    assert f"https://{NAME}:{room.settings.ports.https}/" in told.stdout and "/certificat" in told.stdout
    assert room.authority.root.read_bytes() == root
    until(lambda: sql(room, "portail", "portail", "SELECT n FROM essai").stdout.strip() == "17")


def test_uninstalling_leaves_nothing(standing: Standing) -> None:
    room = standing.room
    folder = ["--dossier", str(room.folder)]
    told = CliRunner().invoke(app, ["salle", "desinstaller", "--effacer-les-donnees", *folder])
    assert told.exit_code == 2 and "--oui" in told.output and room.folder.exists()
    told = CliRunner().invoke(app, ["salle", "desinstaller", "--effacer-les-donnees", "--oui", *folder])
    assert told.exit_code == 0, told.output
    assert not room.folder.exists()
    assert docker("ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={room.project}") == ""
    assert not os.path.lexists(host.unit_of(room))
