"""What holds a room together when somebody inside it pushes: tickets, codes, files, containers, and sheer number."""

from __future__ import annotations

import io
import json
import os
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from helpers import volume
from room_lesson import COLLEAGUE, FORM, LEARNER, MATE, OTHER, SITE, TEACHER, Lesson, lesson, said, until
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from websockets.exceptions import ConnectionClosed

from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.state import PORTAL_ROLE
from etabli.classroom.tables import DiaryRow, TicketRow, VerificationRow, WorkspaceRow
from etabli.lab.manifest import shown_lab
from etabli.portal.following import MOST as FOLLOWED
from etabli.server.services import Room
from etabli.server.visitor import Refused, Reply, Visitor
from etabli.system.settings import repository
from etabli.worker.stream import JOURNALS

JSON = {"Content-Type": "application/json"}
HUGE = 60_000_000


@pytest.fixture(scope="module")
def room(one_room: Room) -> Iterator[Lesson]:
    with lesson(one_room, "TCI", "TCE") as found:
        found.tokens[LEARNER] = found.open(LEARNER, found.site)
        found.tokens[MATE] = found.open(MATE, found.terminal)
        found.tokens[OTHER] = found.open(OTHER, found.elsewhere)
        yield found


@pytest.fixture(scope="module")
def mine(room: Lesson) -> Visitor:
    return room.visitor(LEARNER)


def with_cookie(room: Lesson, host: str, value: str) -> Visitor:
    """A PC on which somebody put a cookie."""
    found = room.visitor()
    found._cookies[host] = {COOKIE: value}
    return found


def ticket_of(room: Lesson, pc: Visitor, token: str) -> str:
    """A ticket that the portal gives somebody for the site of a workspace."""
    sent = pc.get(f"/entrer?hote={room.host(token)}")
    assert sent.status == 303, sent.body
    return sent.headers["location"].rsplit("ticket=", 1)[1]


def spent(room: Lesson, host: str, ticket: str) -> Reply:
    return room.visitor().request("GET", host, f"/.etabli/entrer?ticket={ticket}")


# --- sign-ins


def test_a_ticket_serves_once_at_once_and_on_its_own_host(room: Lesson, mine: Visitor) -> None:
    host, other = room.host(room.tokens[LEARNER]), room.host(room.tokens[OTHER])
    used = ticket_of(room, mine, room.tokens[LEARNER])
    assert spent(room, host, used).status == 303
    assert spent(room, host, used).status == 403
    assert spent(room, other, ticket_of(room, mine, room.tokens[LEARNER])).status == 403
    assert (
        spent(room, room.host(room.tokens[LEARNER], "adminer"), ticket_of(room, mine, room.tokens[LEARNER])).status
        == 403
    )
    late = ticket_of(room, mine, room.tokens[LEARNER])
    with room.state.work() as db:
        db.query(TicketRow).update({TicketRow.ends_at: room.state.now() - timedelta(seconds=1)})
    assert spent(room, host, late).status == 403
    assert mine.get(f"/entrer?hote={other}").status == 403, "nobody is given one for a site that is not theirs"


def test_a_ticket_that_somebody_else_spends_opens_that_host_alone(room: Lesson, mine: Visitor) -> None:
    """A learner's page could keep back the teacher's ticket: it opens the learner's own site, and nothing else."""
    token = room.tokens[LEARNER]
    mine.post(f"/api/espace/{token}/aide", b'{"text": "?"}')
    thief, host = room.visitor(), room.host(token)
    assert (
        thief.request("GET", host, f"/.etabli/entrer?ticket={ticket_of(room, room.visitor(TEACHER), token)}").status
        == 303
    )
    stolen = room.cookie(thief, host)
    assert with_cookie(room, room.room.settings.nom, stolen).get("/classes").status == 303
    for elsewhere in (room.host(token, "adminer"), room.host(room.tokens[OTHER])):
        assert with_cookie(room, elsewhere, stolen).request("GET", elsewhere, "/").status == 303


def test_a_portal_s_cookie_is_worth_nothing_on_another_host(room: Lesson, mine: Visitor) -> None:
    host = room.host(room.tokens[LEARNER])
    assert with_cookie(room, host, room.cookie(mine)).request("GET", host, "/").status == 303
    with pytest.raises(Exception, match="403"), room.line(f"/flux/{room.tokens[LEARNER]}/journal", "rien"):
        pass
    mine.visit(f"/entrer?hote={host}&chemin=/")
    with (
        pytest.raises(Exception, match="403"),
        room.line(f"/flux/{room.tokens[LEARNER]}/journal", room.cookie(mine, host)),
    ):
        pass


def test_signing_out_ends_every_origin(room: Lesson) -> None:
    pc, host = room.visitor(LEARNER), room.host(room.tokens[LEARNER])
    assert pc.visit(f"/entrer?hote={host}&chemin=/").status == 200
    kept, there = room.cookie(pc), room.cookie(pc, host)
    waiting = ticket_of(room, pc, room.tokens[LEARNER])
    assert pc.post("/deconnexion").status == 303
    assert with_cookie(room, room.room.settings.nom, kept).get("/").status == 303
    assert with_cookie(room, host, there).request("GET", host, "/").status == 303
    assert spent(room, host, waiting).status == 403


def test_another_code_ends_all_sign_ins_of_who_had_the_first(room: Lesson) -> None:
    pc, host = room.visitor(OTHER), room.host(room.tokens[OTHER])
    assert pc.visit(f"/entrer?hote={host}&chemin=/").status == 200
    petit, number = room.visitor(COLLEAGUE), room.person(OTHER)
    given = petit.post(f"/classes/{number.class_id}/codes", urlencode({"eleve": number.id}).encode(), FORM)
    assert given.status == 303
    assert pc.get("/api/espace/" + room.tokens[OTHER]).status == 401
    assert pc.request("GET", host, "/").status == 303
    with pytest.raises(Refused):
        room.visitor(OTHER)  # the former code


def test_wrong_codes_make_one_wait_even_with_the_right_one(room: Lesson) -> None:
    wrong = urlencode({"identifiant": room.logins[OTHER], "code": "aaaa-bbbb-cccc"}).encode()
    answers = [room.visitor().post("/connexion", wrong, FORM).status for _try in range(7)]
    assert answers[0] == 403 and answers[-1] == 429
    assert room.visitor(LEARNER).get("/").status == 200, "the others still sign in"


# --- files


def asks(room: Lesson, pc: Visitor, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
    told = {key.replace("_", "-"): value for key, value in headers.items()}
    return pc.request(method, room.room.settings.nom, path, body, told)


@pytest.mark.parametrize(
    "name",
    ["../../salle.yaml", "..", "/etc/passwd", "a/../../x", "a\0b", "..\\..\\x", "./x", "a//b", "\u202efdp.php",
     "l\u200bien", "a\nb", "x" * 5000, "/".join("a" * 90)],
)  # fmt: skip
def test_a_name_that_leaves_the_work_or_hides_is_refused(room: Lesson, mine: Visitor, name: str) -> None:
    base = f"/api/espace/{room.tokens[LEARNER]}"
    raw = quote(name.encode("utf-8", "surrogateescape"))
    before = sorted(str(path) for path in room.room.place.folder.joinpath("espaces").rglob("*"))
    for method, path, body in (
        ("GET", f"{base}/fichier?chemin={raw}", None),
        ("PUT", f"{base}/fichier?chemin={raw}", b"x"),
        ("DELETE", f"{base}/fichier?chemin={raw}", b""),
        ("GET", f"{base}/version?chemin={raw}&sha256=..%2f..%2findex.sqlite", None),
        ("POST", f"{base}/dossier?chemin={raw}", b""),
        ("POST", f"{base}/renommer", json.dumps({"de": "index.php", "vers": name}).encode()),
        ("POST", f"{base}/renommer", json.dumps({"de": name, "vers": "y"}).encode()),
        ("GET", f"/espace/{room.tokens[LEARNER]}/enonce/{raw}", None),
        ("GET", f"/espace/{room.tokens[LEARNER]}/enonce/documents/{raw}", None),
        ("GET", f"/espace/{room.tokens[LEARNER]}/verification/.etabli/verifications/{raw}", None),
    ):
        reply = asks(room, mine, method, path, body, **{"If-None-Match": "*"})
        assert 400 <= reply.status < 500, (method, path[:120], reply.status, reply.body[:200])
    after = sorted(str(path) for path in room.room.place.folder.joinpath("espaces").rglob("*"))
    assert [path for path in {*before} ^ {*after} if "/rendu/" not in path and ".etabli" not in path] == []


def shell(room: Lesson, token: str, service: str, script: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Runs a script in a container of a workspace, as whoever works there would."""
    folder = room.room.place.workspace(token)
    told = ["docker", "ps", "--quiet", "--filter", f"label=etabli.espace={folder}"]
    told += ["--filter", f"label=com.docker.compose.service={service}"]
    found = subprocess.run(told, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    argv = ["docker", "exec", "--interactive", found[0], "sh", "-c", script, "sh", *more]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)


def test_what_a_terminal_leaves_in_the_work_is_never_followed(room: Lesson) -> None:
    token, place = room.tokens[MATE], room.room.place
    secret = place.workspace(room.tokens[LEARNER]) / "rendu" / "index.php"
    made = shell(
        room, token, "terminal",
        "cd /srv/app && ln -s /etc/passwd lien && ln -s \"$1\" voisin && ln -s \"$2\" dossier && mkfifo tube && "
        "ln -s /srv/app/boucle boucle && truncate -s 300G creux && mkdir -p a && ln -s ../.. a/haut && ls",
        str(secret), str(place.workspace(room.tokens[LEARNER])),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    pc, base = room.visitor(MATE), f"/api/espace/{token}"
    names = (
        "lien",
        "voisin",
        "dossier",
        "dossier/rendu/index.php",
        "tube",
        "boucle",
        "creux",
        "a/haut",
        "a/haut/salle.yaml",
    )
    for name in names:
        assert 400 <= asks(room, pc, "GET", f"{base}/fichier?chemin={name}").status < 500, name
        if name not in ("tube", "creux"):
            put = asks(room, pc, "PUT", f"{base}/fichier?chemin={name}", b"pris", **{"If-None-Match": "*"})
            assert 400 <= put.status < 500, (name, put.body)
    listed = said(asks(room, pc, "GET", f"{base}/fichiers").body)
    assert {entry["kind"] for entry in listed["files"] if entry["path"] in ("lien", "voisin", "dossier", "tube")} == {
        "other"
    }
    assert asks(room, pc, "POST", f"{base}/depots", b"{}").status == 409
    assert b"root:" not in asks(room, pc, "GET", f"{base}/tout.zip").body
    assert "pris" not in secret.read_text()
    for name in ("lien", "voisin", "dossier", "tube", "boucle", "creux", "a"):
        assert asks(room, pc, "DELETE", f"{base}/fichier?chemin={name}", b"").status == 200, name
    assert secret.is_file(), "a link goes, not what it leads to"


def multipart(name: str, content: bytes) -> tuple[bytes, dict[str, str]]:
    head = f'--b\r\nContent-Disposition: form-data; name="fichiers"; filename="{name}"\r\n\r\n'.encode()
    return head + content + b"\r\n--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


def test_an_archive_that_explodes_or_leaves_writes_nothing(room: Lesson, mine: Visitor) -> None:
    token = room.tokens[LEARNER]
    before = sorted(path.name for path in room.work(token).rglob("*"))

    def zipped(**members: bytes) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return kept.getvalue()

    link = zipfile.ZipInfo("lien")
    link.external_attr = 0o120777 << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    bombs = {
        "lourd": zipped(**{"a.bin": b"\0" * 80_000_000}),
        "nombreux": zipped(**{f"n{number}.txt": b"" for number in range(4000)}),
        "dehors": zipped(**{"../../dehors.php": b"x"}),
        "absolu": zipped(**{"/etc/cron.d/x": b"x"}),
        "lien": linked.getvalue(),
        "tordu": b"PK\x03\x04" + os.urandom(400),
    }
    for name, content in bombs.items():
        body, kind = multipart(f"{name}.zip", content)
        reply = mine.post(f"/api/espace/{token}/televerser?ouvrir=1", body, kind)
        assert 400 <= reply.status < 500, (name, reply.status, reply.body[:200])
    assert sorted(path.name for path in room.work(token).rglob("*")) == before


def refused(send: Callable[[], Reply], *statuses: int) -> bool:
    """Whether something heavy is refused; whoever still sends it all may be hung up on before they hear why."""
    try:
        return send().status in statuses
    except OSError:
        return True


def test_what_is_too_heavy_is_refused(room: Lesson, mine: Visitor) -> None:
    base, nobody, teacher = f"/api/espace/{room.tokens[LEARNER]}", room.visitor(), room.visitor(TEACHER)
    before = sorted(path.name for path in room.work(room.tokens[LEARNER]).rglob("*"))
    assert refused(lambda: asks(room, mine, "PUT", f"{base}/fichier?chemin=gros", b"x" * HUGE, If_None_Match="*"), 413)
    assert refused(lambda: mine.post(f"{base}/televerser", *multipart("gros.bin", b"x" * HUGE)), 413)
    assert refused(lambda: nobody.post("/connexion", b"identifiant=" + b"x" * 100_000, FORM), 413)
    assert refused(lambda: nobody.post("/classes/importer", *multipart("liste.csv", b"x" * 100_000)), 401)
    assert refused(lambda: teacher.post("/classes/importer", *multipart("liste.csv", b"x" * 7_000_000)), 413)
    assert sorted(path.name for path in room.work(room.tokens[LEARNER]).rglob("*")) == before
    assert mine.state(room.tokens[LEARNER])["state"] == "ready"


@pytest.mark.parametrize(
    "path",
    ["/espace/a%00b", "/api/espace/a%00b", "/ouvertures/99999999999999999999", "/classes/99999999999",
     f"/classes/{'9' * 4301}", f"/ouvertures/1/resultats/{'9' * 4301}", f"/espace/x/depots/{'9' * 4301}",
     "/api/verifications/99999999999/suite", "/espace/%ff%fe", "/api/espace/a%00b/fichiers"],
)  # fmt: skip
def test_an_address_without_sense_is_not_there(room: Lesson, path: str) -> None:
    assert room.visitor(TEACHER).get(path).status == 404


def test_nor_a_body_without_sense(room: Lesson, mine: Visitor) -> None:
    token = room.tokens[LEARNER]
    for body in (b'{"text": "a\\u0000b"}', b'{"text": "\\ud800"}', b"[" * 60_000, b"\xff", b'{"text": 1'):
        assert mine.post(f"/api/espace/{token}/aide", body, JSON).status == 400, body[:40]
    assert mine.post(f"/api/espace/{token}/renommer", b"[" * 200_000, JSON).status == 400
    assert room.visitor().post("/connexion", b"identifiant=%00&code=x", FORM).status in (400, 403)


# --- containers

PROBE = r"""
import json, os, socket, sys
told = json.loads(sys.argv[1])
seen = {"sockets": [], "paths": [path for path in told["paths"] if os.path.exists(path)]}
for host, port in told["targets"]:
    try:
        socket.create_connection((host, port), timeout=2).close()
        seen["sockets"].append([host, port])
    except OSError:
        pass
try:
    seen["names"] = socket.gethostbyname("deb.debian.org")
except OSError:
    seen["names"] = None
print(json.dumps(seen))
"""
PHP_PROBE = r"""<?php
$told = json_decode(file_get_contents('php://input'), true); $seen = ['sockets' => [], 'paths' => []];
foreach ($told['paths'] as $path) if (@file_exists($path)) $seen['paths'][] = $path;
foreach ($told['targets'] as [$host, $port]) if ($line = @fsockopen($host, $port, $code, $why, 1)) $seen['sockets'][] = [$host, $port];
$seen['unix'] = array_values(array_filter($told['paths'], fn($path) => @stream_socket_client("unix://$path", $code, $why, 1)));
$seen['names'] = gethostbyname('deb.debian.org') === 'deb.debian.org' ? null : 'found';
echo json_encode($seen);
"""


def secrets_of(room: Lesson) -> list[str]:
    """Paths that nobody but the worker, or nobody at all, may see."""
    place, root = room.room.place, repository()
    paths = [root / "graders", room.room.authority.root_key, place.home, place.home / "secret", "/var/run/docker.sock"]
    paths += [place.sockets("base") / ".s.PGSQL.5432", place.sockets("flux") / "flux.sock"]
    return [str(path) for path in paths]


def test_a_learner_s_program_reaches_its_database_and_nothing_else(room: Lesson, mine: Visitor) -> None:
    token, place = room.tokens[LEARNER], room.room.place
    mine.save(token, "sonde.php", PHP_PROBE.encode(), None)
    with room.state.work() as db:
        rows = [db.get_one(WorkspaceRow, one) for one in room.tokens.values()]
        ports = sorted({port for row in rows for port in row.ports.values()})
    addresses = ["127.0.0.1", "172.17.0.1", "host.docker.internal", *own_addresses()]
    targets = [(host, port) for host in addresses for port in (*ports[:4], room.room.settings.ports.https, 22)]
    itself = ("127.0.0.1", shown_lab(SITE).manifest.port)  # as a port of ours may be called, on a quiet machine
    targets = [one for one in targets if one != itself]
    targets += [
        ("1.1.1.1", 53),
        (f"site--{room.tokens[OTHER]}.{room.room.settings.nom}", room.room.settings.ports.https),
    ]
    targets += [(address, 8080) for address in addresses_of(room, room.tokens[OTHER])]
    paths = [*secrets_of(room), str(place.sockets("portail") / "portail.sock"), str(place.folder), str(repository())]
    asked = json.dumps({"paths": paths, "targets": [("base", 3306), *targets]}).encode()
    host = room.host(token)
    mine.visit(f"/entrer?hote={host}&chemin=/")
    seen = said(mine.request("POST", host, "/sonde.php", asked).body)
    assert seen == {"sockets": [["base", 3306]], "paths": [], "unix": [], "names": None}


def own_addresses() -> list[str]:
    told = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    return [address for address in told if ":" not in address][:3]


def addresses_of(room: Lesson, token: str) -> list[str]:
    """Where the containers of a workspace are."""
    told = ["docker", "ps", "--quiet", "--filter", f"label=etabli.espace={room.room.place.workspace(token)}"]
    found = subprocess.run(told, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    shown = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    argv = ["docker", "inspect", "--format", shown, *found]
    return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout.split()


def test_a_terminal_has_no_network_and_none_of_our_files(room: Lesson) -> None:
    facts = {"paths": secrets_of(room), "targets": [("1.1.1.1", 53), ("127.0.0.1", room.room.settings.ports.https)]}
    told = shell(room, room.tokens[MATE], "terminal", f"python3 -c '{PROBE}' \"$1\"", json.dumps(facts))
    if told.returncode == 127:
        told = shell(room, room.tokens[MATE], "terminal", "ls -d $1; cat /proc/net/dev", " ".join(secrets_of(room)))
        assert "eth0" not in told.stdout and not any(path in told.stdout for path in secrets_of(room))
    else:
        assert said(told.stdout.encode()) == {"sockets": [], "paths": [], "names": None}, told.stderr


def test_the_portal_has_no_network_no_engine_no_grader_no_secret(room: Lesson) -> None:
    hidden = [path for path in secrets_of(room) if not path.endswith(".s.PGSQL.5432")]  # the database is its own to ask
    hidden += [str(room.room.folder / "autorite"), str(room.room.front), str(room.room.place.folder / "caddy")]
    facts = json.dumps({"paths": hidden, "targets": [("1.1.1.1", 53), ("127.0.0.1", room.room.settings.ports.https)]})
    argv = ["docker", "exec", f"{room.room.project}-portail-1", "python3", "-c", PROBE, facts]
    told = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(told.stdout) == {"sockets": [], "paths": [], "names": None}
    status = subprocess.run(
        [*argv[:3], "sh", "-c", "id -u; grep -E 'Cap(Eff|Bnd)|NoNewPrivs' /proc/1/status"],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout.split()  # fmt: skip
    assert status == ["1000", "CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"]


# --- what root does where the portal is


TAMPER = r"""
import json, os, sys
done, errors = [], set()
def tried(what, act):
    try:
        act()
        done.append(what)
    except OSError as error:
        errors.add(type(error).__name__)
for path in json.loads(sys.argv[1]):
    here, aside = os.path.dirname(path), path + ".ote"
    tried(f"written {path}", lambda: os.close(os.open(path, os.O_WRONLY)))
    tried(f"renamed {path}", lambda: os.rename(path, aside))
    tried(f"removed {path}", lambda: (os.rmdir if os.path.isdir(path) else os.unlink)(path))
    tried(f"replaced by a link {path}", lambda: (os.symlink("/tmp/x", path + ".lien"), os.rename(path + ".lien", path)))
    tried(f"replaced by another {path}", lambda: os.replace("/tmp/x", path))
    tried(f"made beside {path}", lambda: os.mkdir(path + ".neuf"))
    tried(f"opened to all {path}", lambda: os.chmod(path, 0o777))
    tried(f"taken {path}", lambda: os.chown(path, 1000, 1000))
    tried(f"linked {path}", lambda: os.link(path, os.path.join(sys.argv[2], "dur")))
print(json.dumps(done))
"""
FLIP = r"""
import os, sys, time
place, target = sys.argv[1:]
ends = time.monotonic() + 240
while time.monotonic() < ends and not os.path.lexists(place + ".fini"):
    for make in (lambda: os.symlink(target, place), lambda: (os.mkdir(place), open(place + "/secret", "w").close())):
        try:
            make()
        except OSError:
            pass
        try:
            os.unlink(place)
        except OSError:
            try:
                os.unlink(place + "/secret")
            except OSError:
                pass
            try:
                os.rmdir(place)
            except OSError:
                pass
"""


def in_portal(room: Lesson, script: str, *words: str) -> list[str]:
    return ["docker", "exec", f"{room.room.project}-portail-1", "python3", "-c", script, *words]


def test_who_has_the_portal_changes_nothing_that_root_obeys(room: Lesson, mine: Visitor) -> None:
    token, place = room.tokens[LEARNER], room.room.place
    space = place.workspace(token)
    hidden = space / ".etabli"
    paths = [hidden / "compose.yml", hidden / "compose.env", hidden / "workspace.json", hidden, space / "donnees"]
    paths += [space / "donnees" / "schema.sql", space / "enonce.html", space / "rendu", space, place.folder / "espaces"]
    before = {path: (path.lstat().st_uid, path.lstat().st_mode, path.lstat().st_ino) for path in paths}
    told = in_portal(room, TAMPER, json.dumps([*map(str, paths)]), str(space / "rendu"))
    done = subprocess.run(told, capture_output=True, text=True, check=True, timeout=120).stdout
    work = str(space / "rendu")  # its own: it may write in it, never move it
    mine_alone = {f"opened to all {work}", f"taken {work}"}
    assert set(json.loads(done)) <= mine_alone
    os.chmod(work, 0o755)
    assert {path: (path.lstat().st_uid, path.lstat().st_mode, path.lstat().st_ino) for path in paths if str(path) != work} == {
        path: facts for path, facts in before.items() if str(path) != work
    }  # fmt: skip
    for path in (hidden / "compose.yml", hidden / "compose.env"):
        assert path.lstat().st_uid == 0 and path.lstat().st_mode & 0o077 == 0
    woken(mine, token)
    assert {path.lstat().st_uid for path in paths if str(path) != work} == {0}


def woken(pc: Visitor, token: str) -> None:
    """Has a workspace opened again."""
    assert pc.post(f"/espace/{token}/reveil").status == 303
    until(lambda: pc.state(token)["state"] in ("ready", "failed"))
    assert pc.state(token)["state"] == "ready", pc.state(token)["error"]


def test_links_in_the_work_lead_root_nowhere_though_they_change_all_the_time(room: Lesson) -> None:
    mine, token, home = room.visitor(MATE), room.tokens[MATE], room.room.place.home
    work, secret = room.work(token), home / "secret"
    facts = [(path.lstat().st_uid, path.lstat().st_mode) for path in (home, secret, room.room.place.folder)]
    told = in_portal(room, FLIP, str(work / "dossier"), str(home))
    with subprocess.Popen(told) as flipping:
        for _again in range(volume(1, 6)):
            woken(mine, token)
            number = mine.verify(token)
            until(lambda number=number: over(room, number))
        (work / "dossier.fini").touch()
        flipping.wait(60)
    (work / "dossier.fini").unlink()
    assert [(path.lstat().st_uid, path.lstat().st_mode) for path in (home, secret, room.room.place.folder)] == facts
    content = secret.read_bytes()
    below = room.room.place.workspace(token) / ".etabli" / "verifications"
    for path in below.rglob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            assert content not in [archive.read(name) for name in archive.namelist()]


def over(room: Lesson, number: int) -> bool:
    with room.state.work() as db:
        return db.get_one(VerificationRow, number).state.over


@pytest.mark.parametrize(
    "statement",
    ["UPDATE diary SET who = 'x'", "DELETE FROM diary", "TRUNCATE diary", "SET ROLE travail", "SET SESSION AUTHORIZATION travail",
     "ALTER TABLE diary DISABLE TRIGGER kept", "DROP TABLE diary", "CREATE TABLE piege (n int)", "CREATE ROLE piege",
     "COPY diary TO PROGRAM 'id'", "COPY diary FROM '/etc/passwd'", "SELECT pg_read_file('/etc/passwd')",
     "CREATE OR REPLACE FUNCTION diary_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
     "ALTER ROLE portail SUPERUSER"],
)  # fmt: skip
def test_the_portal_s_account_cannot_rewrite_the_diary_nor_become_another(room: Lesson, statement: str) -> None:
    with room.state.work() as db:
        before = db.query(DiaryRow).count()
    words = ["psql", "-qtAX", "-v", "ON_ERROR_STOP=1", "-h", str(room.room.place.sockets("base")), "-U"]
    argv = ["docker", "exec", "-i", f"{room.room.project}-portail-1", *words]
    told = subprocess.run([*argv, PORTAL_ROLE, "salle"], input=statement, capture_output=True, text=True, timeout=60)
    assert told.returncode != 0 and ("permission denied" in told.stderr or "must be" in told.stderr), told.stderr
    other = subprocess.run([*argv, "travail", "salle"], input="SELECT 1", capture_output=True, text=True, timeout=60)
    assert other.returncode != 0 and "authentication failed" in other.stderr
    with room.state.work() as db:
        assert db.query(DiaryRow).count() == before


def test_the_diary_is_kept_from_the_worker_s_account_too(room: Lesson) -> None:
    with pytest.raises(DBAPIError, match="never changed"), room.state.work() as db:
        db.execute(text("UPDATE diary SET who = 'x'"))


# --- sheer number


def born(room: Lesson) -> list[str]:
    """When each service last started: one that was ended by lack of memory has started again."""
    return [one.since for one in room.room.state()]


def test_many_requests_at_once_leave_an_answer_for_the_others(room: Lesson, mine: Visitor) -> None:
    before = born(room)
    wrong = urlencode({"identifiant": "personne", "code": "aaaa-bbbb-cccc"}).encode()
    slow: list[object] = []
    with ExitStack() as stack:
        for _n in range(volume(80, 200)):  # who begins a request and does not end it
            pc = room.visitor()
            line = stack.enter_context(closing_line(pc, room))
            line.putrequest("POST", "/connexion")  # type: ignore[attr-defined]
            line.putheader("Content-Length", "60000")  # type: ignore[attr-defined]
            line.putheader("Content-Type", FORM["Content-Type"])  # type: ignore[attr-defined]
            line.putheader("Origin", room.room.settings.hosts.origin)  # type: ignore[attr-defined]
            line.endheaders(b"identifiant=")  # type: ignore[attr-defined]
            slow.append(line)
        with ThreadPoolExecutor(60) as pool:  # and who tries codes
            tries = [
                pool.submit(lambda: room.visitor().post("/connexion", wrong, FORM).status)
                for _n in range(volume(40, 200))
            ]
            assert mine.state(room.tokens[LEARNER])["state"] == "ready"
            assert {one.result() for one in tries} == {403}
        assert mine.state(room.tokens[LEARNER])["state"] == "ready"
    assert born(room) == before


class closing_line:
    """A line of one's own, closed at the end."""

    def __init__(self, pc: Visitor, room: Lesson) -> None:
        self.line = pc._new_line(room.room.settings.nom)

    def __enter__(self) -> object:
        return self.line

    def __exit__(self, *_: object) -> None:
        self.line.close()


def test_sixty_streams_are_asked_for_and_a_few_are_given(room: Lesson, mine: Visitor) -> None:
    token = room.tokens[LEARNER]
    with room.state.work() as db:  # one that nobody makes: its streams stay open
        row = VerificationRow(token=token, asked_at=room.state.now())
        db.add(row)
        db.flush()
        number = row.id
    heard, refused = threading.Semaphore(0), threading.Semaphore(0)
    pcs = [room.visitor() for _n in range(60)]
    for pc in pcs:
        pc._cookies = mine._cookies

    def follow(pc: Visitor) -> list[str]:
        names = []
        try:
            for name, _facts in pc.follow(number):
                names.append(name)
                heard.release()
        except Refused as error:
            assert error.status == 429, error
            refused.release()
        return names

    with ThreadPoolExecutor(60) as pool:
        streams = [pool.submit(follow, pc) for pc in pcs]
        for _n in range(FOLLOWED):
            assert heard.acquire(timeout=120)
        for _n in range(60 - FOLLOWED):
            assert refused.acquire(timeout=120)
        assert mine.state(token)["state"] == "ready"
        assert [mine.verify(token) for _press in range(50)] == [number] * 50, "pressed again, it is the same one"
        with room.state.work() as db:
            db.get_one(VerificationRow, number).state = "failed"  # type: ignore[assignment]
        ends = [one.result()[-1:] for one in streams]
        assert ends.count(["end"]) == FOLLOWED and ends.count([]) == 60 - FOLLOWED
    assert [name for name, _facts in mine.follow(number)][-1] == "end", "once they are over, one follows again"


def test_a_terminal_that_floods_and_journals_without_number(room: Lesson, mine: Visitor) -> None:
    mate, token = room.visitor(MATE), room.tokens[MATE]
    with room.line(f"/flux/{token}/terminal", room.cookie(mate)) as line:
        line.send(b"oui\nyes\n")  # the charter is agreed to first
        until(lambda: b"y\r\ny\r\n" in line.recv(60))
        assert mine.state(room.tokens[LEARNER])["state"] == "ready"
        path = f"/flux/{room.tokens[LEARNER]}/journal"
        with ExitStack() as stack:
            lines = [stack.enter_context(room.line(path, room.cookie(mine))) for _n in range(JOURNALS + 4)]
            refused = 0
            for one in lines[JOURNALS:]:
                with pytest.raises(ConnectionClosed):
                    while True:
                        one.recv(60)
                refused += one.close_code == 4429
            assert refused == 4
        until(lambda: no_more_journals(room, path, room.cookie(mine)))


def no_more_journals(room: Lesson, path: str, cookie: str) -> bool:
    """Whether another journal opens, now that the first ones are closed."""
    with room.line(path, cookie) as line:
        try:
            line.recv(1)
        except TimeoutError:
            return True
        except ConnectionClosed:
            return False
        return True
