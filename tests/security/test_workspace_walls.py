"""Two students on one machine, and a machine of their LAN: who reaches whom, tried from inside what really runs."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from command_line import etabli
from helpers import own_port

from etabli.sandbox import images
from etabli.sandbox.docker_containers import NO_RESOLVER
from etabli.workspace.ports import free_port

pytestmark = pytest.mark.usefixtures("module_home")

Target = tuple[str, int]
INSIDE = (8080, 8081, 3306)
"""Where services of a workspace listen."""
EAR = 40_000
"""Where we listen in the network of a neighbour's container."""

PROBE = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor

token, sure, targets = json.loads(sys.argv[1])

def sockets(kind):
    plain, bound = socket.socket(socket.AF_INET, kind), socket.socket(socket.AF_INET, kind)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")  # needs no right, and no route
    except OSError:
        return [("plain", plain)]
    return [("plain", plain), ("bound", bound)]

def tried(target, patience):
    host, port = target
    reached = False
    for how, one in sockets(socket.SOCK_DGRAM):
        try:
            one.sendto(f"{token} udp {how} {host}".encode(), (host, port))
        except OSError:
            pass
    for how, one in sockets(socket.SOCK_STREAM):
        one.settimeout(patience if how == "plain" else 4)
        try:
            one.connect((host, port))
            one.sendall(f"{token} tcp {how} {host}".encode())
            reached = True
        except OSError:
            pass
    return reached

with ThreadPoolExecutor(max(1, len(targets))) as pool:
    patience = [60] * sure + [4] * (len(targets) - sure)
    print(json.dumps([target for target, reached in zip(targets, pool.map(tried, targets, patience)) if reached]))
"""

EARS = """
import os, socket, sys, threading

def told(words):
    os.write(1, words + b"\\n")  # at once: of two threads that print, one may end the other's line

def stream(server):
    while True:
        one = server.accept()[0]
        one.settimeout(10)
        try:
            told(one.recv(200))
        except OSError:
            pass
        one.close()

def datagrams(server):
    while True:
        told(server.recv(200))

tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
for one in (tcp, udp):
    one.bind(("0.0.0.0", int(sys.argv[1])))
tcp.listen(200)
threading.Thread(target=stream, args=(tcp,), daemon=True).start()
print("prêt", flush=True)
datagrams(udp)
"""


def run(*argv: object) -> str:
    done = subprocess.run([*map(str, argv)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{argv}: {done.stderr}"
    return done.stdout


def ours(*options: str) -> list[str]:
    """The beginning of a command in a fresh container, with no more power than a service of a workspace has."""
    return ["docker", "run", "--rm", "--init", "--cap-drop=ALL", "--security-opt=no-new-privileges", *options]


def reached(within: Sequence[str], token: str, targets: Iterable[Target], sure: int = 1) -> set[Target]:
    """Those that somebody connects to from ``within``, having sent each a datagram too; the first ones are waited for."""
    found = json.loads(run(*within, "python3", "-c", PROBE, json.dumps([token, sure, list(targets)])))
    return {(host, port) for host, port in found}


class Ears:
    """Somebody who listens, by TCP and UDP, and what was heard."""

    def __init__(self, within: Sequence[str], port: int) -> None:
        argv = [*within, "python3" if within else sys.executable, "-c", EARS, str(port)]
        self._process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        assert self._process.stdout.readline() == "prêt\n"

    def until(self, token: str) -> list[str]:
        """All that came before somebody who may speak said so, both ways."""
        assert self._process.stdout
        heard: list[str] = []
        while not all(any(line.startswith(f"{token} {way}") for line in heard) for way in ("tcp", "udp")):
            line = self._process.stdout.readline()
            assert line, "nobody listens any more"
            heard.append(line.strip())
        return [line for line in heard if not line.startswith(token)]

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=60)


class Home(NamedTuple):
    """A workspace that runs: its project, and the addresses of its containers."""

    folder: Path
    facts: dict[str, Any]
    project: str
    addresses: dict[str, list[str]]
    """Container → its addresses."""

    @property
    def sites(self) -> list[str]:
        return [str(self.facts[name]) for name in ("site", "adminer", "pgi") if self.facts[name]]

    @property
    def targets(self) -> list[Target]:
        everyone = [address for addresses in self.addresses.values() for address in addresses]
        return [(address, port) for address in everyone for port in (*INSIDE, EAR)]

    def within(self, service: str) -> list[str]:
        """What stands in the network of one of its containers."""
        return ours(f"--network=container:{self.project}-{service}-1")

    @property
    def services(self) -> list[str]:
        return [name.removeprefix(f"{self.project}-").removesuffix("-1") for name in self.addresses]


def opened(root: Path, lab: str, who: str, port: int) -> Home:
    done = etabli("start", lab, "--candidat", who, "--port", port, "--json", at=root)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    folder = Path(facts["folder"])
    project = json.loads((folder / ".etabli" / "workspace.json").read_text("utf-8"))["project"]
    listed = run("docker", "ps", "--quiet", "--filter", f"label=com.docker.compose.project={project}").split()
    found = {
        one["Name"].lstrip("/"): [
            address
            for network in one["NetworkSettings"]["Networks"].values()
            for address in (network["IPAddress"], network["Gateway"])
            if address
        ]
        for one in json.loads(run("docker", "inspect", *listed))
    }
    return Home(folder, facts, project, found)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Home]]:
    root = tmp_path_factory.mktemp("deux")
    started: list[Home] = []
    try:
        for lab, who in (("page-dynamique", "sno-07"), ("extraction-pgi", "sno-08")):
            started.append(opened(root, lab, who, own_port()))
        yield started
    finally:
        for home in started:
            etabli("stop", home.folder, "--effacer", "--oui", at=root)


@pytest.fixture(scope="module")
def web() -> str:
    """An image with a Python, for us who look."""
    return images.tag("web")


@pytest.fixture(scope="module")
def machine() -> Iterator[tuple[Ears, int]]:
    """What this machine serves on every address it has."""
    port = free_port(own_port() + 100)
    ears = Ears([], port)
    yield ears, port
    ears.close()


def own_addresses() -> list[str]:
    told = json.loads(run("ip", "-json", "-4", "address"))
    return [one["local"] for link in told for one in link["addr_info"] if not one["local"].startswith("127.")]


def test_a_service_reaches_its_workspace_and_nobody_else(
    homes: list[Home], machine: tuple[Ears, int], web: str
) -> None:
    ears, port = machine
    neighbour_s = [Ears([*home.within("facade"), web], EAR) for home in homes]
    here = [(address, port) for address in (*own_addresses(), "host.docker.internal", "169.254.169.254")]
    elsewhere: list[Target] = [("1.1.1.1", 443), ("deb.debian.org", 80)]
    try:
        for home, other in (homes, homes[::-1]):
            named = [(f"{other.project}-{service}-1", INSIDE[0]) for service in other.services]
            named += [(service, INSIDE[0]) for service in other.services if service not in home.services]
            forbidden = [*other.targets, *named, *here, *elsewhere]
            own: Target = ("base", 3306) if "application" in home.services else ("pgi", INSIDE[0])
            shut = {"application": [("facade", INSIDE[0]), ("adminer", INSIDE[0])]}  # nor does it know another's name
            inside = [service for service in home.services if service != "facade"]
            with ThreadPoolExecutor(len(inside)) as pool:
                found = pool.map(
                    lambda name, home=home, own=own, shut=shut, forbidden=forbidden: reached(
                        [*home.within(name), web], "service", [own, *shut.get(name, []), *forbidden]
                    ),
                    inside,
                )
            assert dict(zip(inside, found, strict=True)) == {service: {own} for service in inside}
        for home, heard in zip(homes, neighbour_s, strict=True):
            mate = next(service for service in home.services if service != "facade")
            assert reached([*home.within(mate), web], "témoin", [("facade", EAR)]) == {("facade", EAR)}
            assert heard.until("témoin") == []
    finally:
        for one in neighbour_s:
            one.close()
    gateway = json.loads(run("docker", "network", "inspect", "bridge"))[0]["IPAM"]["Config"][0]["Gateway"]
    assert reached([*ours(), web], "témoin", [(gateway, port)]) == {(gateway, port)}, "who has no walls gets there"
    heard = ears.until("témoin")
    assert [line for line in heard if source_is_looked_at() or not line.startswith("service udp bound")] == []


def source_is_looked_at() -> bool:
    """Whether this machine drops what comes from where it would send nothing; else a datagram to it may pass."""
    settings = Path("/proc/sys/net/ipv4/conf")
    return any((settings / name / "rp_filter").read_text() != "0\n" for name in ("all", "default"))


class Lan(NamedTuple):
    """A machine that has ours as its router."""

    within: list[str]
    router: str


@pytest.fixture(scope="module")
def lan() -> Iterator[Lan]:
    """A network namespace on a cable of its own. Our firewall lets it pass: walls must not hang on that."""
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    digits = secrets.token_hex(3)
    name, ours_, theirs = f"etabli-essai-{digits}", f"et{digits}h", f"et{digits}l"
    third = int(digits[:2], 16)
    router, machine = f"198.18.{third}.1", f"198.18.{third}.2"
    with ExitStack() as stack:
        run("ip", "netns", "add", name)
        stack.callback(run, "ip", "netns", "delete", name)
        run("ip", "link", "add", ours_, "type", "veth", "peer", "name", theirs, "netns", name)
        run("ip", "address", "add", f"{router}/30", "dev", ours_)
        run("ip", "link", "set", ours_, "up")
        within = ["ip", "netns", "exec", name]
        run(*within, "ip", "address", "add", f"{machine}/30", "dev", theirs)
        run(*within, "ip", "link", "set", theirs, "up")
        run(*within, "ip", "route", "add", "default", "via", router)
        # It may even ask, over its cable, for what is bound to our 127.0.0.1: its own is down.
        run(*within, "sysctl", "-q", "-w", f"net.ipv4.conf.{theirs}.route_localnet=1")
        run(*within, "ip", "route", "add", "127.0.0.1/32", "via", router, "dev", theirs, "src", machine)
        for way in ("--in-interface", "--out-interface"):
            run("iptables", "--wait", "-I", "DOCKER-USER", way, ours_, "-j", "ACCEPT")
            stack.callback(run, "iptables", "--wait", "-D", "DOCKER-USER", way, ours_, "-j", "ACCEPT")
        assert Path("/proc/sys/net/ipv4/ip_forward").read_text() == "1\n", "a container engine forwards"
        yield Lan(within, router)


def test_a_machine_of_the_lan_reaches_no_workspace(
    homes: list[Home], machine: tuple[Ears, int], lan: Lan, web: str
) -> None:
    name = f"etabli-essai-{secrets.token_hex(6)}"
    published = Ears([*ours(f"--name={name}", f"--publish=0.0.0.0::{EAR}"), web], EAR)
    try:
        open_port = int(run("docker", "port", name, EAR).splitlines()[0].rpartition(":")[2])
        allowed: set[Target] = {(lan.router, machine[1]), (lan.router, open_port)}
        ports = [int(site.partition("127.0.0.1:")[2].partition("/")[0]) for home in homes for site in home.sites]
        assert len(ports) == 3
        forbidden = [(address, port) for address in ("127.0.0.1", lan.router) for port in ports]
        forbidden += [target for home in homes for target in home.targets]
        assert reached(lan.within, "lan", [*allowed, *forbidden], len(allowed)) == allowed
    finally:
        published.close()
    for home in homes:
        for site in home.sites:
            with requests.Session() as session:
                session.trust_env = False
                assert session.get(site, timeout=120).status_code == 200, "whoever sits here gets there"


def test_no_container_holds_the_engine_s_socket_nor_a_grader(homes: list[Home]) -> None:
    for home in homes:
        for name in home.addresses:
            (told,) = json.loads(run("docker", "inspect", name))
            binds = [mount["Source"] for mount in told["Mounts"] if mount["Type"] == "bind"]
            assert all(Path(source).is_relative_to(home.folder) for source in binds if source != str(NO_RESOLVER))
            looked = ["(", "-name", "*.sock", "-o", "-name", "checks.py", "-o", "-name", "specimen*.yaml"]
            looked += ["-o", "-path", "*graders*", "-o", "-name", "secret", "-o", "-name", "dpkg", ")", "-print"]
            find = ("find", "/", "(", "-path", "/proc", "-o", "-path", "/sys", ")", "-prune", "-o", *looked)
            found = subprocess.run(["docker", "exec", name, *find], capture_output=True, text=True, check=False)
            seen = set(found.stdout.split())
            assert "/var/lib/dpkg" in seen, found.stderr
            kept = {path for path in seen if "dpkg" not in path and not path.startswith(("/usr/", "/run/mysqld/"))}
            assert kept == set(), name


def test_a_stop_leaves_neither_network_nor_container(homes: list[Home]) -> None:
    for home in homes:
        label = f"label=com.docker.compose.project={home.project}"
        former = ("--internal", f"--{label}", f"{home.project}_default")  # as an Établi before the walls made it
        run("docker", "network", "create", *former)
        for kind, command, kept in (("container", ("ps", "--all"), 1), ("network", ("network", "ls"), 3)):
            assert len(run("docker", *command, "--quiet", "--filter", label).split()) >= kept, kind
        done = etabli("stop", home.folder)
        assert done.returncode == 0, done.stderr
        assert run("docker", "ps", "--all", "--quiet", "--filter", label) == ""
        assert run("docker", "network", "ls", "--quiet", "--filter", label) == ""
