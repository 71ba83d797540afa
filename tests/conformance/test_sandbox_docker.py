"""What only the real engine can show: walls that hold, and sentences for what goes wrong there."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conformance.rigs import HOG, SERVE, SPEAK, DockerRig

from etabli.exam.contract.errors import SandboxFailure, SandboxUnavailable
from etabli.exam.contract.repair import Correction
from etabli.sandbox import left_behind
from etabli.sandbox.base import MISFIT, Room, Typed, Worker
from etabli.sandbox.docker_provider import DockerSandbox

# Tries each target and prints those that accept; argv[1] is the JSON list of [host, port].
REACH = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
def reached(target):
    host, port = target
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(info[0], info[1]) as one:
            one.settimeout(1.5)
            one.connect(info[4])
        return True
    except OSError:
        return False
targets = json.loads(sys.argv[1])
with ThreadPoolExecutor(64) as pool:
    print(json.dumps([t for t, ok in zip(targets, pool.map(reached, targets)) if ok]))
"""

INSIDE = """
import ctypes, json, os
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
def refused(act):
    try:
        act()
    except OSError as error:
        return error.errno
    return 0
def fill():
    for n in range(20_000):
        os.close(os.open(f'/tmp/{n}', os.O_CREAT | os.O_WRONLY))
libc = ctypes.CDLL(None, use_errno=True)
inet6 = open('/proc/net/if_inet6').read() if os.path.exists('/proc/net/if_inet6') else ''
print(json.dumps({
    'uid': os.getuid(),
    'capabilities': int(status['CapEff'], 16) | int(status['CapBnd'], 16),
    'no_new_privileges': status['NoNewPrivs'].strip(),
    'seccomp': status['Seccomp'].strip(),
    'root': refused(lambda: open('/x', 'w')),
    'source': refused(lambda: open('/srv/app/x', 'w')),
    'namespace': libc.unshare(0x10000000),
    'inodes': refused(fill),
    'inet6': inet6,
    'interfaces': sorted(os.listdir('/sys/class/net')),
    'forward': open('/proc/sys/net/ipv4/ip_forward').read().strip(),
    'routes': open('/proc/net/route').read().splitlines()[1:],
}))
"""

LOOK_AROUND = """
import json, os, sys
def text(path):
    try:
        return open(path, 'rb').read().decode('utf-8', 'replace')
    except OSError:
        return ''
def written(place):
    try:
        os.close(os.open(place + '/essai', os.O_CREAT | os.O_WRONLY))
        os.unlink(place + '/essai')
        return True
    except OSError:
        return False
pids = [pid for pid in os.listdir('/proc') if pid.isdigit()]
lines = [text(f'/proc/{pid}/cmdline').split('\\0') for pid in pids]
me = text('/proc/self/cmdline').split('\\0')
known = [' '.join(words) for words in lines]
everything = ' '.join(known + [text(f'/proc/{pid}/environ') for pid in pids] + sys.argv + [os.uname().nodename])
everything += text('/proc/self/mountinfo') + ' '.join(os.listdir('/') + os.listdir('/tmp') + os.listdir('/srv'))
found = json.dumps({
    'others': sorted({os.path.basename(words[1]) for words in lines if words[0].endswith('python3') and words != me}),
    'ours': [word for word in ('rendu.test', 'examin', 'origine', 'memoire', 'left_behind', '.entree', 'sleep', '/rendus')
             if word in everything] + [path for path in ('/banc/.entree', '/origine', '/memoire') if os.path.exists(path)],
    'uid': os.getuid(), 'cwd': os.getcwd(), 'tty': sys.stdout.isatty(), 'stdin': sys.stdin.read(),
    'written': sorted(place for place, _, _ in os.walk('/') if place.split('/')[1] not in ('proc', 'sys') and written(place)),
})
if not sys.stdout.isatty():
    os.mkdir('/tmp/ferme')
    open('/tmp/ferme/motdepasse', 'w').close()
    os.chmod('/tmp/ferme', 0)
    os.symlink('motdepasse', '/dev/shm/lien')
    open('/srv/app/essai.log', 'w').close()
    open('/srv/app/essai.py', 'a').write('# vu')
    os.utime('/srv/app/essai.py', (0, 0))
    os.mkfifo('/dev/mqueue/tube')
print(found)
"""

LISTENING = """
import json
found = []
for kind in ('tcp', 'tcp6'):
    try:
        rows = open('/proc/net/' + kind).read().splitlines()[1:]
    except OSError:
        continue
    for fields in map(str.split, rows):
        if fields[3] == '0A':
            host, port = fields[1].split(':')
            found.append([host, int(port, 16)])
print(json.dumps(found))
"""

Target = list[str | int]


@pytest.fixture(scope="module")
def worker(docker_rig: DockerRig) -> Iterator[Worker]:
    with docker_rig.sandbox.open_worker(docker_rig.plan(pages=True)) as made:
        yield made


@pytest.fixture(scope="module")
def host_port() -> Iterator[int]:
    """A port on which this machine listens, on every address it has."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100) as server:
        thread = threading.Thread(target=_accept, args=(server,), daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _accept(server: socket.socket) -> None:
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


def reached(rig: DockerRig, worker: Worker, room: Room, targets: list[Target]) -> list[Target]:
    """Returns the targets that a candidate in `room` can connect to."""
    app = replace(rig.app(""), command=("python3", "-c", REACH, json.dumps(targets)))
    done = worker.run_once(room, app, timeout=300)
    assert done.exit_code == 0, done.stderr
    found: list[Target] = json.loads(done.stdout)
    return found


def listening(rig: DockerRig, worker: Worker) -> list[tuple[str, int]]:
    """Returns where the examiner listens, as in /proc/net/tcp."""
    return [(host, port) for host, port in json.loads(b"".join(rig.exam(worker, LISTENING)))]


def test_a_candidate_reaches_its_database_and_nothing_else(
    docker_rig: DockerRig, worker: Worker, host_port: int
) -> None:
    here, there = worker.addresses(Room.A), worker.addresses(Room.B)
    database: Target = [here.services, 3306]
    with docker_rig.sandbox.open_worker(docker_rig.plan(pages=True)) as other:
        worker.start(Room.B, docker_rig.app(SERVE))
        other.start(Room.A, docker_rig.app(SERVE))
        for one in (worker, other):
            for room in Room:
                assert one.service_exec(room, ["true"]).exit_code == 0
        elsewhere = [other.addresses(Room.A), other.addresses(Room.B)]
        neighbours: list[Target] = [[there.candidate, 8080], [there.services, 3306], [elsewhere[0].candidate, 8080]]
        neighbours += [[one.services, 3306] for one in elsewhere]
        examiners: list[Target] = [
            [one.examiner, port]
            for one in (here, there, *elsewhere)
            for port in {9515, 8888, *(port for _host, port in listening(docker_rig, worker))}
        ]
        services: list[Target] = [[here.services, port] for port in (22, 80, 8080, 4444, 4567, 33060)]
        try:
            found = reached(
                docker_rig,
                worker,
                Room.A,
                [database, *neighbours, *examiners, *services, *_host(host_port, here.candidate), *_internet()],
            )
        finally:
            worker.stop(Room.B)
    assert found == [database]


def _internet() -> list[Target]:
    return [["1.1.1.1", 443], ["8.8.8.8", 53], ["deb.debian.org", 80], ["2606:4700:4700::1111", 443]]


def _host(port: int, candidate: str) -> list[Target]:
    """Returns every address by which this machine could be met, link-local ones included."""
    first = candidate.rpartition(".")
    gateway = f"{first[0]}.{int(first[2]) - 3}"
    addresses = {gateway, "172.17.0.1", "169.254.169.254", "::1", "host.docker.internal", "ff02::1%eth0"}
    addresses |= {str(row[4][0]) for row in socket.getaddrinfo(socket.gethostname(), None)}
    for line in _if_inet6():
        digits, name = line.split()[0], line.split()[5]
        address = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(digits))
        addresses.add(f"{address}%eth0" if address.startswith("fe80") and name != "lo" else address)
    return [[address, port] for address in sorted(addresses)]


def _if_inet6() -> list[str]:
    path = Path("/proc/net/if_inet6")
    return path.read_text("ascii").splitlines() if path.exists() else []


def test_this_machine_does_listen_where_the_candidate_found_nobody(host_port: int) -> None:
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as one:
            one.settimeout(2)
            assert one.connect_ex((address, host_port)) == 0


def test_a_candidate_has_no_power_inside_its_container(docker_rig: DockerRig, worker: Worker) -> None:
    done = worker.run_once(Room.A, docker_rig.app(INSIDE), timeout=300)
    assert done.exit_code == 0, done.stderr
    seen = json.loads(done.stdout)
    route = seen.pop("routes")
    assert seen == {
        "uid": 1000,
        "capabilities": 0,
        "no_new_privileges": "1",
        "seccomp": "2",
        "root": 30,
        "source": 30,
        "namespace": -1,
        "inodes": 28,
        "inet6": "",
        "interfaces": ["eth0", "lo"],
        "forward": "0",
    }
    assert [row.split()[1] for row in route if row.split()[1] == "00000000"] == []


REPAIRED = """
import errno, os
def refused(path):
    try:
        open(path, 'w')
    except OSError as error:
        return errno.errorcode[error.errno]
print(open('/srv/app/index.html').read(), open('/srv/rendu/index.html').read(), os.getcwd(), os.getuid())
print(*[refused(path) for path in ('/srv/app/x', '/srv/app/index.html', '/srv/rendu/x')])
"""


def test_a_repair_is_made_in_a_copy_of_the_container_s_own(docker_rig: DockerRig, worker: Worker) -> None:
    edit = Correction("index.html", 1, 3, "Bonjour", "{DB_HOST}")
    app = replace(docker_rig.app(REPAIRED), repair=(edit,), environment={"DB_HOST": "base"})
    done = worker.run_once(Room.A, app, timeout=300)
    assert done.stdout.decode().splitlines() == [
        "<p>base</p> <p>Bonjour</p> /srv/app 1000",
        "EACCES EACCES EROFS",
    ], done.stderr
    assert (docker_rig.source / "index.html").read_text("utf-8") == "<p>Bonjour</p>"


def test_a_repair_that_does_not_fit_runs_nothing(docker_rig: DockerRig, worker: Worker) -> None:
    app = replace(docker_rig.app(REPAIRED), repair=(Correction("index.html", 1, 4, "Bonjour", "x"),))
    done = worker.run_once(Room.A, app, timeout=300)
    assert (done.exit_code, done.stdout) == (MISFIT, b"")


def test_the_bench_has_no_network_at_all_nor_power(docker_rig: DockerRig, worker: Worker, tmp_path: Path) -> None:
    done = worker.bench(docker_rig.app(INSIDE, pids=32), inputs=tmp_path, timeout=300)
    assert done.exit_code == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["interfaces"], seen["routes"], seen["inet6"]) == (["lo"], [], "")
    assert (seen["uid"], seen["capabilities"], seen["no_new_privileges"], seen["seccomp"]) == (1000, 0, "1", "2")
    assert (seen["root"], seen["source"], seen["namespace"], seen["inodes"]) == (30, 30, -1, 28)


def test_the_bench_kills_what_takes_more_memory_than_it_may(
    docker_rig: DockerRig, worker: Worker, tmp_path: Path
) -> None:
    done = worker.bench(docker_rig.app(HOG, memory_mb=64), inputs=tmp_path, timeout=300)
    assert (done.exit_code, done.timed_out) == (137, False)
    assert 0 < done.seconds < 300


def test_the_bench_counts_seconds_of_the_processor(docker_rig: DockerRig, worker: Worker, tmp_path: Path) -> None:
    done = worker.bench(docker_rig.app("while True: pass"), inputs=tmp_path, timeout=1)
    assert (done.exit_code, done.timed_out) == (137, True)
    waits = "import time; time.sleep(2); print('fini')"
    assert worker.bench(docker_rig.app(waits), inputs=tmp_path, timeout=1).stdout == b"fini\n"


def test_a_terminal_holds_nothing_of_ours_and_what_is_left_is_seen(
    docker_rig: DockerRig, worker: Worker, tmp_path: Path
) -> None:
    """The program looks at all it can, then hides what it writes: behind a folder that is closed, in names, in links."""
    source, data = tmp_path / "rendu", tmp_path / "donnees"
    source.mkdir()
    data.mkdir()
    (source / "essai.py").write_text(LOOK_AROUND, "utf-8")
    app = replace(docker_rig.app(""), image="audit", command=(), source=source, tmp_mb=13)
    typed = "python3 rendu/essai.py < donnees/lignes.txt"
    lines = [
        Typed(typed, {"lignes.txt": b"un\n"}),
        Typed(typed, {"lignes.txt": b"deux\n"}, screen=True),
        Typed("exit 3"),
        Typed("kill -9 $(pgrep -f plage | head -1); kill 1; sleep 600"),
        Typed("while :; do :; done"),
        Typed("cat donnees/lignes.txt"),
    ]
    first, second, bare, suicide, spent, after = worker.terminal(app, lines, data=data, timeout=3)
    seen = json.loads(first.stdout)
    assert seen["others"] == ["plage"], "the image's own first process, and no other"
    assert (seen["uid"], seen["cwd"], seen["tty"], seen["stdin"]) == (1000, "/espace", False, "un\n")
    assert seen["ours"] == [], "no path, argument nor variable tells who runs it"
    assert seen["written"] == sorted(left_behind.PLACES), "what may be written to is what is looked at"
    secret = {(trace.path, trace.target) for trace in first.left}
    assert secret == {
        ("/tmp/ferme", ""), ("/tmp/ferme/motdepasse", ""), ("/dev/shm/lien", "motdepasse"),
        ("/srv/app/essai.log", ""), ("/srv/app/essai.py", ""), ("/dev/mqueue/tube", ""),
    }  # fmt: skip
    again = json.loads(second.stdout)
    assert (again["tty"], again["stdin"]) == (True, "deux\n") and second.stdout.endswith(b"\r\n")
    assert (bare.exit_code, bare.left) == (3, ())
    assert (suicide.exit_code, suicide.timed_out) == (137, False), "its own doing: no incident"
    assert (spent.exit_code, spent.timed_out) == (137, True)
    assert after.stdout == b"deux\n", "another terminal goes on"
    kept = [volume.attrs["Options"] or {} for volume in docker_rig.client.volumes.list()]
    assert not [options for options in kept if options.get("o", "").startswith("size=13m,")], "its folders are gone"


def test_the_examiner_listens_on_its_loopback_alone(docker_rig: DockerRig, worker: Worker) -> None:
    hosts = {host for host, _port in listening(docker_rig, worker)}
    # In the kernel's byte order: 127.x.x.x (the engine's resolver is one of them), and the same as seen by IPv6.
    outside = {host for host in hosts if not host.endswith("7F")}
    assert hosts
    assert outside == set()


def test_the_pack_is_for_the_examiner_alone(docker_rig: DockerRig, worker: Worker) -> None:
    look = "import os; s = os.stat('/etabli'); print(os.getuid(), s.st_uid, oct(s.st_mode & 0o777))"
    assert b"".join(docker_rig.exam(worker, look)).split() == [b"1000", b"1000", b"0o700"]
    with pytest.raises(SandboxFailure):
        worker.start(Room.A, replace(docker_rig.app(""), source=Path("/n-existe-pas")))
    assert not worker.state(Room.A).running


def test_the_first_bytes_of_an_exam_are_never_lost(docker_rig: DockerRig, worker: Worker) -> None:
    for _attempt in range(20):
        quick = worker.examine(Room.A, ["printf", "tout de suite"], b"", deadline=300)
        assert b"".join(quick) == b"tout de suite"


def test_an_examiner_that_died_meanwhile_is_replaced(docker_rig: DockerRig, worker: Worker) -> None:
    (examiner,) = [
        one
        for one in docker_rig.client.containers.list(filters={"label": "etabli.role=examiner"})
        if one.labels["etabli.worker"] == worker._labels["etabli.worker"]  # type: ignore[attr-defined]
    ]
    examiner.kill()
    assert b"".join(docker_rig.exam(worker, "print(open('/etabli/pack/temoin').read())")) == b"le paquet\n"


def test_a_missing_image_is_a_sentence_and_leaves_nothing(docker_rig: DockerRig) -> None:
    plan = docker_rig.plan()
    plan = replace(plan, images={**plan.images, "services": "etabli/services:absente"})
    with pytest.raises(SandboxUnavailable, match="« etabli/services:absente » manque : lancez « make setup »"):
        docker_rig.sandbox.open_worker(plan)
    assert docker_rig.left(plan) == []


def test_an_unknown_image_is_a_sentence_and_leaves_the_room_vacant(docker_rig: DockerRig, worker: Worker) -> None:
    with pytest.raises(SandboxUnavailable, match="« tableur » manque : lancez « make setup »"):
        worker.start(Room.A, replace(docker_rig.app(SERVE), image="tableur"))
    assert worker.run_once(Room.A, docker_rig.app(SPEAK), timeout=300).exit_code == 4


def test_an_exam_that_cannot_be_run_is_a_failure_of_ours(docker_rig: DockerRig, worker: Worker) -> None:
    with pytest.raises(SandboxFailure):
        list(worker.examine(Room.A, ["/n-existe-pas"], b"", deadline=300))


def test_an_engine_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable, match="ne répond pas : lancez « make setup »"):
        DockerSandbox(host=f"unix://{tmp_path}/absent.sock").probe()


def test_a_far_engine_is_a_sentence() -> None:
    with pytest.raises(SandboxUnavailable, match="DOCKER_HOST"):
        DockerSandbox(host="tcp://192.0.2.1:2375").probe()
