"""What only the real engine can show: walls that hold, and sentences for what goes wrong there."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conformance.rigs import HOG, SERVE, SPEAK, DockerRig
from docker.models.containers import Container
from helpers import volume

from etabli.exam.contract.errors import MachineBusy, SandboxFailure, SandboxUnavailable
from etabli.exam.contract.repair import Correction
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.sandbox import docker_containers, docker_terminal, left_behind
from etabli.sandbox.base import MISFIT, ExecResult, Room, Worker
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.sandbox.docker_terminal import _WINDOWS
from etabli.sandbox.share import Shares

# Tries each target and prints those that answer; argv[1] is the JSON list of [host, port, "tcp" or "udp"]. Another
# machine that says that nobody listens to UDP there has been reached.
REACH = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
def reached(target):
    host, port, kind = target
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)[0]
        with socket.socket(info[0], info[1]) as one:
            one.settimeout(1.5)
            one.connect(info[4])
            if kind == "udp":
                one.send(b"sonde")
                one.recv(9)
        return True
    except ConnectionRefusedError:
        return kind == "udp" and not host.startswith(("127.", "::1"))
    except OSError:
        return False
targets = json.loads(sys.argv[1])
with ThreadPoolExecutor(64) as pool:
    print(json.dumps([t for t, ok in zip(targets, pool.map(reached, targets)) if ok]))
"""

LISTEN = """
import socket, threading
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("", 8080))
def echo():
    while True:
        udp.sendto(*udp.recvfrom(99))
threading.Thread(target=echo).start()
tcp = socket.create_server(("", 8080))
while True:
    tcp.accept()[0].close()
"""

INSIDE = """
import ctypes, json, os, socket
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
def many():
    files = []
    try:
        while len(files) < 300:
            files.append(os.dup(1))
    finally:
        [*map(os.close, files)]
def unread():
    place = socket.create_server(('127.0.0.1', 0))
    place.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    own = socket.create_connection(place.getsockname())
    own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
    own.setblocking(False)
    sent = 0
    try:
        while True:
            sent += own.send(bytes(65536))
    except BlockingIOError:
        return sent
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
    'netlink': [refused(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, kind)) for kind in (0, 2)],
    'other protocols': [refused(lambda: socket.socket(socket.AF_INET, *kind)) for kind in
                        ((socket.SOCK_SEQPACKET,), (socket.SOCK_DGRAM, socket.IPPROTO_ICMP))],
    'options': [refused(lambda: socket.socket().setsockopt(*option, bytes(16))) for option in ((1, 26), (1, 37), (0, 35))],
    'timer': libc.timerfd_create(1, 0),
    'unread': unread() < 65536,
    'open': refused(many),
    'inodes': refused(fill),
    'inet6': inet6,
    'interfaces': sorted(os.listdir('/sys/class/net')),
    'forward': open('/proc/sys/net/ipv4/ip_forward').read().strip(),
    'routes': open('/proc/net/route').read().splitlines()[1:],
    'ours': [place for place, folders, names in os.walk('/') if place.split('/')[1] not in ('proc', 'sys')
             and {'checks.py', 'variant.py', 'specimen.yaml', 'docker.sock', 'run.json'} & {*names}],
}))
"""

LOOK_AROUND = """
import json, os, sys, time
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
    'young': [path for place in ('/srv/app', '/srv/donnees') for path in (place, *(one.path for one in os.scandir(place)))
              if time.time() - os.stat(path).st_mtime < 3600],
    'shell': [text(f'/proc/{os.getppid()}/cmdline'), *map(os.environ.get, ('HISTFILE', 'OLDPWD', 'PS1'))],
    'uid': os.getuid(), 'cwd': os.getcwd(), 'tty': sys.stdout.isatty(), 'stdin': sys.stdin.read(),
    'alone': os.getpgrp() == os.getpid(), 'rank': os.getpid() - os.getppid(),
    'seat': [os.readlink(f'/proc/{os.getppid()}/fd/{number}')[:9] for number in (0, 1, 2, 127)] + [
        os.tcgetpgrp(2) == os.getpid(), os.getsid(0) == os.getppid(), *os.get_terminal_size(2)] if sys.stderr.isatty() else [],
    'written': sorted(place for place, _, _ in os.walk('/') if place.split('/')[1] not in ('proc', 'sys') and written(place)),
})
if not sys.stdout.isatty():
    os.mkdir('/tmp/ferme')
    open('/tmp/ferme/motdepasse', 'w').close()
    os.chmod('/tmp/ferme', 0)
    os.symlink('motdepasse', '/dev/shm/lien')
    os.utime('/srv/app', ns=(time.time_ns() - 0x5EC2E7, 0))
    open('/srv/app/essai.log', 'w').close()
    open('/srv/app/essai.py', 'a').write('# vu')
    os.utime('/srv/app/essai.py', (0, 0))
    os.mkfifo('/dev/shm/tube')
print(found)
"""

KEEP_ON = """sleep 600 & python3 -c 'import ctypes; ctypes.CDLL(None).shmget(7, 4096, 0o1600)'"""
QUEUE = """python3 -c 'import ctypes; ctypes.CDLL(None).mq_open(b"/suite", 0o102, 0o600, None)'"""

AHEAD = """
import ctypes, os, shutil, signal, struct
libc, known, opened, last = ctypes.CDLL(None), {}, {}, {}
watch = libc.inotify_init1(0)
def make(place):
    try:
        os.mkdir(place)
    except OSError:
        return
    number = libc.inotify_add_watch(watch, place.encode(), 0x20)
    known[number], opened[number] = place, 0
def grow(place):
    for x in 'abc':
        make(f'{place}/{x}')
        for y in 'abc':
            make(f'{place}/{x}/{y}')
def fill(*_):
    for n in range(20_000):
        try:
            os.mkdir(f'/tmp/{n}')
        except OSError:
            return
parent = os.getpid()
if os.fork():
    signal.pause()
os.setsid()
null = os.open(os.devnull, os.O_RDWR)
for stream in (0, 1, 2):
    os.dup2(null, stream)
signal.signal(signal.SIGUSR1, fill)
os.chdir('/tmp')
for _ in range(1500):
    os.mkdir('a')
    os.chdir('a')
make('z')
grow('z')
os.kill(parent, signal.SIGTERM)
while True:
    read, at = os.read(watch, 65536), 0
    while at < len(read):
        number, what, _, long = struct.unpack_from('iIII', read, at)
        at += 16 + long
        if what & 0x20 and number in known:
            place, times = known[number], opened[number]
            opened[number] = times + 1
            if not times and place.count('/') < 300:
                grow(place)
            if times == 1:
                above = os.path.dirname(place)
                if last.get(above, place) != place:
                    shutil.rmtree(last[above], ignore_errors=True)
                last[above] = place
"""

ASLEEP = "import time; open('/tmp/journal.log', 'w').write('là'); time.sleep(600)"

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
    """A port on which this machine listens, on every address it has, to TCP and to UDP."""
    with (
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100) as server,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as datagrams,
    ):
        port = int(server.getsockname()[1])
        datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        datagrams.bind(("::", port))
        threads = [threading.Thread(target=_accept, args=(server,), daemon=True)]
        threads.append(threading.Thread(target=_echo, args=(datagrams,), daemon=True))
        for thread in threads:
            thread.start()
        yield port
        server.shutdown(socket.SHUT_RDWR)
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("::1", port))
        for thread in threads:
            thread.join(5)


def _accept(server: socket.socket) -> None:
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


def _echo(datagrams: socket.socket) -> None:
    while True:
        said, whom = datagrams.recvfrom(99)
        if not said:
            return
        datagrams.sendto(said, whom)


def both(*places: tuple[str, int]) -> list[Target]:
    """Returns both kinds of targets at each place."""
    return [[host, port, kind] for host, port in places for kind in ("tcp", "udp")]


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
    database = both((here.services, 3306))
    with docker_rig.sandbox.open_worker(docker_rig.plan(pages=True)) as other:
        worker.start(Room.B, docker_rig.app(LISTEN))
        other.start(Room.A, docker_rig.app(LISTEN))
        for one in (worker, other):
            for room in Room:
                assert one.service_exec(room, ["true"]).exit_code == 0
        elsewhere = [other.addresses(Room.A), other.addresses(Room.B)]
        neighbours = [(there.candidate, 8080), (there.services, 3306), (elsewhere[0].candidate, 8080)]
        neighbours += [(one.services, 3306) for one in elsewhere]
        b"".join(docker_rig.exam(worker, "pass"))  # the examiner stands here meanwhile, with all that it listens to
        examiners = [
            (one.examiner, port)
            for one in (here, there, *elsewhere)
            for port in {9515, 8888, *(port for _host, port in listening(docker_rig, worker))}
        ]
        services: list[Target] = [[here.services, port, "tcp"] for port in (22, 80, 8080, 4444, 4567, 33060)]
        host = both(*_host(host_port, here.candidate))
        try:
            found = reached(
                docker_rig,
                worker,
                Room.A,
                [*database, *both(*neighbours), *_tcp(examiners), *services, *host, *both(*_internet())],
            )
        finally:
            worker.stop(Room.B)
    assert found == database


def test_an_examiner_reaches_the_room_it_examines_and_no_other(docker_rig: DockerRig, worker: Worker) -> None:
    targets = {room: both((worker.addresses(room).candidate, 8080)) for room in Room}
    program = ["python3", "-I", "-c", REACH, json.dumps([*targets[Room.A], *targets[Room.B]])]
    try:
        for room in Room:
            worker.start(room, docker_rig.app(LISTEN))
        for room in (Room.B, Room.A, Room.B):
            found: list[Target] = []
            while len(found) < 2:  # it may not listen yet
                found = json.loads(b"".join(worker.examine(room, program, b"", deadline=300)))
            assert found == targets[room]
    finally:
        for room in Room:
            worker.stop(room)


SEE = """
import glob, json, os, pathlib, subprocess
print(json.dumps({
    'rooms': os.listdir('/rendus'),
    'work': [[path, open(path).read(), oct(os.stat(path).st_mode)] for path in glob.glob('/rendus/*/*')],
    'top': oct(os.stat('/rendus').st_mode & 0o777),
    'mounts': pathlib.Path('/proc/self/mountinfo').read_text(),
}))
"""


def test_an_examiner_has_the_work_it_examines_and_no_path_of_this_machine(
    docker_rig: DockerRig, worker: Worker
) -> None:
    for room in Room:
        (docker_rig.slots / room / "note.txt").write_text(f"salle {room}", "utf-8")
    (docker_rig.slots / "a" / "dehors").symlink_to("/etc/passwd")
    for room in (Room.A, Room.B):
        seen = json.loads(b"".join(worker.examine(room, ["python3", "-I", "-c", SEE], b"", deadline=300)))
        assert (seen["rooms"], seen["top"]) == ([room], "0o700")
        assert seen["work"] == [[f"/rendus/{room}/note.txt", f"salle {room}", "0o100644"]]
        assert str(docker_rig.slots.parent) not in seen["mounts"]
    witness = worker.run_once(Room.A, docker_rig.app("print(open('/proc/self/mountinfo').read())"), timeout=300)
    assert str(docker_rig.source) in witness.stdout.decode(), "such a path would be seen there"


ROOT = """
import json, sys
import pymysql
host, password = json.loads(sys.argv[1])
try:
    pymysql.connect(host=host, user="root", password=password).close()
    print("entré")
except pymysql.err.MySQLError as error:
    print(error.args[0])
"""


def test_root_of_the_database_comes_from_the_examiner_s_address_alone(docker_rig: DockerRig, worker: Worker) -> None:
    worker.service_exec(Room.A, ["true"])
    argv = json.dumps([worker.addresses(Room.A).services, worker.database_password])
    app = replace(docker_rig.app(""), command=("python3", "-c", ROOT, argv))
    assert worker.run_once(Room.A, app, timeout=300).stdout == b"1130\n"  # « Host … is not allowed to connect »
    asked = worker.examine(Room.A, ["python3", "-I", "-c", ROOT, argv], b"", deadline=300)
    assert b"".join(asked).decode() == "entré\n"


LEAVE = {
    "fichiers": """
import os
for place, size in (("/tmp", 300), ("/dev/shm", 300), ("/home/parsers", 100)):
    with open(f"{place}/reste", "wb") as stream:
        stream.write(bytes(size << 20))
os.makedirs("/tmp/reste-d/e/f")
open("/tmp/reste-d/e/f/g", "w").close()
os.chmod("/tmp/reste-d/e", 0)
os.chmod("/tmp/reste-d", 0)
os.symlink("/etabli", "/tmp/reste-l")
os.mkdir("/home/parsers/.cache-reste")
for n in range(6000):
    open(f"/home/parsers/.cache-reste/{n}", "w").close()
import ctypes
libc = ctypes.CDLL(None)
assert libc.shmget(1, 1 << 20, 0o1666) >= 0 and libc.msgget(1, 0o1666) >= 0 and libc.semget(1, 3, 0o1666) >= 0
open("/dev/mqueue/reste", "w").close()
""",
    "processus": "import os, time\nfor _ in range(300):\n    if not os.fork(): os.setsid(); time.sleep(9999)",
    "bombe": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "lecteur": """
import os, signal, socket, time
false = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
while True:
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(number) != os.getpid() and b"/lecteur" in open(f"/proc/{number}/cmdline", "rb").read():
                os.kill(int(number), signal.SIGKILL)
        except OSError:
            pass
    try:
        false.bind(chr(0) + "etabli-lecteur")
        break
    except OSError:
        pass
false.listen()
if os.fork(): os._exit(0)
time.sleep(9999)
""",
    "validateur": "import os\nos.system('pkill -STOP java')",
}
"""What an exam could leave under the account of who reads hostile bytes, once taken over."""

STATE = """
import json, os
def running():
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{number}").st_uid == 1001:
                yield open(f"/proc/{number}/comm").read().strip()
        except OSError:
            pass
print(json.dumps({
    "files": {place: sorted(os.listdir(place)) for place in ("/tmp", "/dev/shm")},
    "used": [os.statvfs(place).f_blocks - os.statvfs(place).f_bavail for place in ("/tmp", "/dev/shm", "/home/parsers")],
    "sysv": [line for kind in ("shm", "msg", "sem") for line in open(f"/proc/sysvipc/{kind}").read().splitlines()[1:]],
    "queues": os.listdir("/dev/mqueue"),
    "programs": sorted(set(running())),
    "processes": len(list(running())),
}))
"""
CHECKER = bool(volume(0, 1))
"""Whether the HTML checker, three seconds of a processor, runs beside what is left."""
HELPERS = {"tini", "assistants", "lecteur", "bureau", "chromedriver", "java", "sleep", "python3", "timeout"}
WAKE = """
import socket, time, urllib.request
try:
    socket.create_connection(("127.0.0.1", 8887)).close()
except OSError:
    pass
page = urllib.request.Request("http://127.0.0.1:8888/?out=json", b"<title>t</title>", {"Content-Type": "text/html"})
while True:
    try:
        print(urllib.request.urlopen(page, timeout=300).status)
        break
    except OSError:
        time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def examining(docker_rig: DockerRig) -> Iterator[Worker]:
    with docker_rig.sandbox.open_worker(replace(docker_rig.plan(pages=True), services=False)) as made:
        if CHECKER:
            assert b"".join(docker_rig.exam(made, WAKE)) == b"200\n"
        yield made


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(what, marks=pytest.mark.long if what in ("bombe", "validateur", "processus") else ())
        for what in LEAVE
    ],
)
def test_what_an_exam_leaves_is_gone_before_the_next_one(docker_rig: DockerRig, examining: Worker, what: str) -> None:
    worker = examining
    examiner = _examiner(docker_rig, worker)
    forks = what in ("bombe", "processus")
    left = examiner.exec_run(["python3", "-I", "-c", LEAVE[what]], user="parsers", detach=forks)
    assert forks or left.exit_code == 0, left.output
    b"".join(docker_rig.exam(worker, WAKE if CHECKER and what == "lecteur" else "import time; time.sleep(1)"))
    seen = json.loads(b"".join(docker_rig.exam(worker, STATE)))
    empty = {"files": {"/tmp": [], "/dev/shm": []}, "used": [0, 0, 0], "sysv": [], "queues": []}
    assert {name: seen[name] for name in empty} == empty
    assert set(seen["programs"]) <= HELPERS
    assert seen["processes"] < 16, seen["programs"]
    if CHECKER:
        assert b"".join(docker_rig.exam(worker, WAKE)) == b"200\n", "the checker answers"


def _examiner(rig: DockerRig, worker: Worker) -> Container:
    (found,) = [
        one
        for one in rig.client.containers.list(filters={"label": "etabli.role=examiner"})
        if one.labels["etabli.worker"] == worker._labels["etabli.worker"]  # type: ignore[attr-defined]
    ]
    assert isinstance(found, Container)
    return found


def _tcp(places: list[tuple[str, int]]) -> list[Target]:
    """Returns targets of which UDP would only say that the machine is there."""
    return [[host, port, "tcp"] for host, port in places]


def _internet() -> list[tuple[str, int]]:
    return [("1.1.1.1", 443), ("8.8.8.8", 53), ("deb.debian.org", 80), ("2606:4700:4700::1111", 443)]


def _host(port: int, candidate: str) -> list[tuple[str, int]]:
    """Returns every address by which this machine could be met, link-local ones included."""
    first = candidate.rpartition(".")
    gateway = f"{first[0]}.{int(first[2]) - 3}"
    addresses = {gateway, "172.17.0.1", "169.254.169.254", "::1", "host.docker.internal", "ff02::1%eth0"}
    addresses |= {str(row[4][0]) for row in socket.getaddrinfo(socket.gethostname(), None)}
    for line in _if_inet6():
        digits, name = line.split()[0], line.split()[5]
        address = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(digits))
        addresses.add(f"{address}%eth0" if address.startswith("fe80") and name != "lo" else address)
    return [(address, port) for address in sorted(addresses)]


def _if_inet6() -> list[str]:
    path = Path("/proc/net/if_inet6")
    return path.read_text("ascii").splitlines() if path.exists() else []


def test_this_machine_does_listen_where_the_candidate_found_nobody(host_port: int) -> None:
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as one:
            one.settimeout(2)
            assert one.connect_ex((address, host_port)) == 0
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            one.settimeout(60)
            one.connect((address, host_port))
            one.send(b"sonde")
            assert one.recv(9) == b"sonde"


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
        "netlink": [97, 97],
        "other protocols": [38, 38],
        "options": [38, 38, 38],
        "timer": -1,
        "unread": True,
        "open": 24,
        "inodes": 28,
        "inet6": "",
        "interfaces": ["eth0", "lo"],
        "forward": "0",
        "ours": [],
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


JOURNALS = """
import os, sys, time
journal, path, kind = '/tmp/journal.log', '/tmp/autre', sys.argv[1]
with open(journal, 'w') as made:
    made.write('journal')
if kind == 'tube':
    os.mkfifo(path)
elif kind == 'boucle':
    os.symlink(journal, path)
elif kind == 'sans fin':
    os.symlink('/dev/zero', path)
elif kind == 'ailleurs':
    with open('/tmp/cible', 'w') as made:
        made.write('ailleurs')
    os.symlink('/tmp/cible', path)
elif kind == 'creux':
    with open(path, 'wb') as made:
        made.truncate(50 << 20)
        made.seek(0, 2)
        made.write(b'fin')
unread = os.stat(journal).st_atime_ns
while os.stat(journal).st_atime_ns == unread:
    time.sleep(0.05)
time.sleep(1)
os.rename(path, journal)
time.sleep(3600)
"""


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        *(("tube", ""), ("sans fin", ""), ("ailleurs", "ailleurs")),
        *(pytest.param(kind, read, marks=pytest.mark.long) for kind, read in (("boucle", ""), ("creux", "fin"))),
    ],
)
def test_a_journal_may_be_anything(docker_rig: DockerRig, worker: Worker, kind: str, read: str) -> None:
    """What is read is a little text of the candidate's own container, soon; or nothing."""
    app, said = docker_rig.app(JOURNALS), ["journal"]
    worker.start(Room.A, replace(app, command=(*app.command, kind)))
    try:
        while said[-1] == "journal" or "journal" not in said[1:]:
            assert worker.state(Room.A).running
            said.append(worker.logs(Room.A, limit=1000))
            time.sleep(0.1)
    finally:
        worker.stop(Room.A)
    assert said[-1].strip("\0\n ") == read and len(said[-1]) <= 1000


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


@pytest.mark.long
def test_who_others_keep_from_the_processor_is_told_from_who_sleeps(
    docker_rig: DockerRig, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All may use one processor only, of which another room has nearly all."""
    weight, made = 1024, docker_containers.candidate
    monkeypatch.setattr(
        docker_containers, "candidate", lambda *given: made(*given) | {"cpuset_cpus": "0", "cpu_shares": weight}
    )
    spins = docker_rig.app("while True: pass")

    def look(others: Shares) -> Shares:
        now = worker.shares(Room.A)
        return Shares({name: share for name, share in now.of.items() if name not in others.of}, now.at)

    others = worker.shares(Room.A)
    try:
        worker.start(Room.A, docker_rig.app(ASLEEP))
        while not worker.logs(Room.A):
            time.sleep(0.1)
        worker.start(Room.B, spins)
        before = look(others)
        time.sleep(3)
        assert len(before.of) == 1 and not before.starved(look(others))
        worker.stop(Room.A)
        weight = 16
        worker.start(Room.A, spins)
        before, until = look(others), time.monotonic() + 300
        while not before.starved(look(others)) and time.monotonic() < until:
            time.sleep(0.2)
        assert before.starved(look(others))
        worker.stop(Room.A)
        with pytest.raises(MachineBusy, match="trop chargée"):
            worker.run_once(Room.A, spins, timeout=5)
    finally:
        worker.stop(Room.A)
        worker.stop(Room.B)


def test_a_terminal_holds_nothing_of_ours_and_what_is_left_is_seen(
    docker_rig: DockerRig, worker: Worker, tmp_path: Path
) -> None:
    """The program looks at all it can, then hides what it writes: behind a folder that is closed, in names, in links."""
    source, data = tmp_path / "rendu", tmp_path / "donnees"
    source.mkdir()
    data.mkdir()
    (source / "essai.py").write_text(LOOK_AROUND, "utf-8")
    size = 13 + os.getpid() % 50  # nobody else's, though they try the same at the same time
    app = replace(docker_rig.app(""), image="audit", command=(), source=source, tmp_mb=size)
    typed = "python3 rendu/essai.py < donnees/lignes.txt"
    lines = [
        TypedLine(typed, {"lignes.txt": b"un\n"}),
        TypedLine(typed, {"lignes.txt": b"deux\n"}, screen=1, earlier=40),
        TypedLine("exit 3"),
        TypedLine("kill -9 $(pgrep -f plage | head -1); kill 1; sleep 600"),
    ]
    first, second, bare, suicide = worker.terminal(app, lines, data=data, timeout=60)  # the clock is not what they show
    lines = [TypedLine("while :; do :; done"), TypedLine("cat donnees/lignes.txt"), TypedLine(KEEP_ON)]
    spent, after, kept_on = worker.terminal(app, lines, data=data, timeout=2)
    start = time.monotonic()
    waited = worker.terminal(app, [TypedLine("sleep 600")] * 40, data=data, timeout=0.2)
    assert {one.timed_out for one in waited} == {True} and time.monotonic() - start < 30, (
        "three of them were waited for"
    )
    start = time.monotonic()
    in_time, late, *never = worker.terminal(
        app, [TypedLine("sleep 4"), *[TypedLine("sleep 60")] * 40], data=data, timeout=60, within=20
    )
    assert (in_time.exit_code, late.exit_code, {one.timed_out for one in never}) == (0, 137, {True})
    assert time.monotonic() - start < 60, "all of them together have an end"
    seen = json.loads(first.stdout)
    assert seen["others"] == ["plage"], "the image's own first process, and no other"
    assert (seen["uid"], seen["cwd"], seen["tty"], seen["stdin"]) == (1000, "/espace", False, "un\n")
    assert seen["ours"] == [], "no path, argument nor variable tells who runs it"
    *shell, prompt = seen["shell"]
    assert shell == ["bash\0--norc\0", "/dev/null", "/espace"] and "audit" in prompt, "as `etabli terminal` opens it"
    assert seen["young"] == [], "nothing was made a moment ago, by the dates of files"
    assert seen["written"] == sorted([*left_behind.PLACES, "/dev/mqueue"]), (
        "what may be written to is what is looked at"
    )
    secret = {(trace.path, trace.target) for trace in first.left}
    assert secret == {
        ("/tmp/ferme", ""), ("/tmp/ferme/motdepasse", ""), ("/dev/shm/lien", "motdepasse"),
        ("/srv/app", ""), ("/srv/app/essai.log", ""), ("/srv/app/essai.py", ""), ("/dev/shm/tube", ""),
    }  # fmt: skip
    again = json.loads(second.stdout)
    assert again["shell"] == seen["shell"] and seen["alone"] and again["alone"], (
        "in a group of its own, as for who types"
    )
    assert 0 < seen["rank"] < 15 and 40 < again["rank"] < 55, "its shell has begun others before it"
    assert (again["tty"], again["stdin"]) == (True, "deux\n") and second.stdout.endswith(b"}\r\n")
    *seat, columns, rows = again["seat"]
    assert seat == [*["/dev/pts/"] * 4, True, True] and (rows, columns) in _WINDOWS, "its shell reads a keyboard"
    assert (bare.exit_code, bare.left) == (3, ())
    assert (suicide.exit_code, suicide.timed_out) == (137, False), "its own doing: no incident"
    assert (spent.exit_code, spent.timed_out) == (137, True)
    assert (after.stdout, after.left) == (b"deux\n", ()), "another terminal goes on"
    assert [one.path for one in kept_on.left] == ["un programme qui continue", "de la mémoire partagée"]
    copied = TypedLine("cat /tmp/mienne.txt && cp /tmp/mienne.txt /tmp/autre", {"mienne.txt": b"trois\n"}, own=True)
    own, again_own, queue = worker.terminal(app, [copied, copied, TypedLine(QUEUE)], data=data, timeout=60)
    assert (own.stdout, own.left) == (b"trois\n", (Leftover("/tmp/autre"),)) == (again_own.stdout, again_own.left)
    assert [one.path for one in queue.left] == ["de la mémoire partagée"]
    kept = [volume.attrs["Options"] or {} for volume in docker_rig.client.volumes.list()]
    assert not [options for options in kept if options.get("o", "").startswith(f"size={size}m,")], (
        "its folders are gone"
    )


TAKE_SCREENS = """
import os, subprocess, sys
held = []
try:
    while True:
        held.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
except OSError as error:
    print(len(held), error.errno, flush=True)
sys.stdin.read()
"""


def test_what_a_line_left_may_end_the_terminal_before_the_next_one(
    docker_rig: DockerRig, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next line is typed in a new terminal: it is no mistake of ours, and no other line's."""
    types = docker_terminal.Terminal.type

    def later(terminal: docker_terminal.Terminal, line: TypedLine, until: float) -> ExecResult:
        time.sleep(3 * line.text.startswith("echo"))
        return types(terminal, line, until)

    monkeypatch.setattr(docker_terminal.Terminal, "type", later)
    (tmp_path / "donnees").mkdir()
    app = replace(docker_rig.app(""), image="audit", command=(), source=tmp_path)
    lines = [TypedLine("(sleep 1; kill -9 $(pgrep -f plage | head -1)) & disown"), TypedLine("echo encore")]
    first, second = worker.terminal(app, lines, data=tmp_path / "donnees", timeout=60)
    assert (first.exit_code, second.stdout) == (0, b"encore\n")


def test_no_candidate_takes_the_terminals_of_the_machine(docker_rig: DockerRig, worker: Worker, tmp_path: Path) -> None:
    """Nor any other thing that the kernel counts by account: the examiner has one that no candidate has."""
    (tmp_path / "donnees").mkdir()
    (tmp_path / "essai.py").write_text(TAKE_SCREENS, "utf-8")
    app = replace(docker_rig.app(""), image="audit", command=(), source=tmp_path)
    lines = [TypedLine("sleep 600 | python3 rendu/essai.py & sleep 2"), TypedLine("tty", screen=1)]
    took, own = worker.terminal(app, lines, data=tmp_path / "donnees", timeout=60)
    assert (took.stdout, own.stdout.strip()) == (b"0 13\n", b"/dev/pts/0"), "the engine alone makes them"
    with open(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY), "rb"):
        pass  # those of the machine are not


SEND_UNTIL_REFUSED = """
import errno, resource, socket, time
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
pairs, sent, told = [], 0, ""
while not told and sent < 2_000_000:
    pairs.append(socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
    pairs[-1][0].setblocking(False)
    try:
        while True:
            socket.send_fds(pairs[-1][0], [b"x"], [0] * 253)
            sent += 253
    except BlockingIOError:
        pass
    except OSError as error:
        told = errno.errorcode[error.errno]
print(told, flush=True)
time.sleep(20)
"""
SEND_ONE = """
import os, socket
one, other = socket.socketpair()
socket.send_fds(one, [b"x"], [0] * 5)
print("sent", os.getuid() not in (0, 1000))
"""


def test_no_candidate_takes_what_the_examiner_needs_of_its_account(
    docker_rig: DockerRig, worker: Worker, tmp_path: Path
) -> None:
    """Descriptors in flight are counted for each account of the machine, whatever container it is in."""
    (tmp_path / "donnees").mkdir()
    (tmp_path / "essai.py").write_text(SEND_UNTIL_REFUSED, "utf-8")
    app = replace(docker_rig.app(""), image="audit", command=(), source=tmp_path)
    found: list[bytes] = []

    def hold() -> None:
        lines = [TypedLine("python3 rendu/essai.py")]
        found.extend(one.stdout for one in worker.terminal(app, lines, data=tmp_path / "donnees", timeout=60))

    holder = threading.Thread(target=hold)
    holder.start()
    time.sleep(10)
    heard = b"".join(docker_rig.exam(worker, SEND_ONE))
    holder.join()
    assert found == [b"ENOSYS\n"], "it may give none away"
    assert heard == b"sent True\n"


def test_who_fills_folders_ahead_of_whoever_opens_them_is_told_and_hinders_nobody(
    docker_rig: DockerRig, worker: Worker, tmp_path: Path
) -> None:
    """Told of each folder that we open, a program makes three more in it: neither our look nor our lists wait for it."""
    source, data = tmp_path / "rendu", tmp_path / "donnees"
    source.mkdir()
    data.mkdir()
    (source / "essai.py").write_text(AHEAD, "utf-8")
    app = replace(docker_rig.app(""), image="audit", command=(), source=source)
    lines = [
        TypedLine("python3 rendu/essai.py"),
        TypedLine("pkill -USR1 -f essai.py; while ! test -e /tmp/999; do :; done"),
        TypedLine("cat /tmp/mienne.txt", {"mienne.txt": b"trois\n"}, own=True),
    ]
    first, _filled, own = worker.terminal(app, lines, data=data, timeout=60)
    assert len(first.left) == left_behind.MOST
    assert own.stdout == b"trois\n", "its list is laid where it had filled the folder"
    assert [one.path for one in own.left] == ["un programme qui continue"]


def test_what_a_line_leaves_running_stands_still_where_we_are_long_in_its_folders(
    docker_rig: DockerRig, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[str] = []
    pause = Container.pause

    def paused(container: Container) -> None:
        pause(container)
        container.reload()
        states.append(container.status)

    monkeypatch.setattr(docker_terminal, "_PROMPT", 0.0)
    monkeypatch.setattr(Container, "pause", paused)
    app = replace(docker_rig.app(""), image="audit", command=(), source=tmp_path)
    (tmp_path / "donnees").mkdir()
    lines = [TypedLine("sleep 600 &"), TypedLine("echo encore")]
    _first, second = worker.terminal(app, lines, data=tmp_path / "donnees", timeout=60)
    assert set(states) == {"paused"}
    assert (second.stdout, [one.path for one in second.left]) == (b"encore\n", ["un programme qui continue"])


def test_the_examiner_listens_on_its_loopback_alone(docker_rig: DockerRig, worker: Worker) -> None:
    hosts = {host for host, _port in listening(docker_rig, worker)}
    # In the kernel's byte order: 127.x.x.x (the engine's resolver is one of them), and the same as seen by IPv6.
    outside = {host for host in hosts if not host.endswith("7F")}
    assert hosts
    assert outside == set()


def test_the_pack_is_for_the_examiner_alone(docker_rig: DockerRig, worker: Worker) -> None:
    look = "import os; s = os.stat('/etabli'); print(os.getuid(), s.st_uid, oct(s.st_mode & 0o777))"
    assert b"".join(docker_rig.exam(worker, look)).split() == [b"1002", b"1002", b"0o700"]
    with pytest.raises(SandboxFailure):
        worker.start(Room.A, replace(docker_rig.app(""), source=Path("/n-existe-pas")))
    assert not worker.state(Room.A).running


def test_the_first_bytes_of_an_exam_are_never_lost(docker_rig: DockerRig, worker: Worker) -> None:
    for _attempt in range(volume(8, 20)):
        quick = worker.examine(Room.A, ["printf", "tout de suite"], b"", deadline=300)
        assert b"".join(quick) == b"tout de suite"


def test_an_examiner_that_died_meanwhile_is_replaced(docker_rig: DockerRig, worker: Worker) -> None:
    examiner = _examiner(docker_rig, worker)
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
