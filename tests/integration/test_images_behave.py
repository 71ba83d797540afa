"""What the images promise, in containers as hardened as those of a grading and without any network."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etabli.exam.tools.db import _FORGET
from etabli.sandbox import images
from etabli.system.settings import repository

HARD = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=none"]
TMP = "--tmpfs=/tmp:exec,mode=1777"


class Container:
    """A running container of one of our images."""

    def __init__(self, image: str, *words: str, options: tuple[str, ...] = ()) -> None:
        self.name = f"etabli-essai-{secrets.token_hex(4)}"
        argv = [
            "docker",
            "run",
            "--detach",
            "--rm",
            "--name",
            self.name,
            *HARD,
            TMP,
            *options,
            images.tag(image),
            *words,
        ]
        subprocess.run(argv, check=True, capture_output=True, timeout=300)

    def run(self, *argv: str, user: str = "", stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = ["docker", "exec", "--interactive", *([f"--user={user}"] if user else []), self.name, *argv]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=300, check=False)

    def until(self, answer: Callable[[], subprocess.CompletedProcess[str]]) -> str:
        """Asks again until the answer is good, and returns it."""
        end = time.monotonic() + 120
        while (done := answer()).returncode and time.monotonic() < end:
            time.sleep(0.1)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, path: str) -> str:
        """Returns the status and the body of a page of the application."""
        return self.until(lambda: self.run("python3", "-I", "-", path, stdin=GET))

    def remove(self) -> None:
        subprocess.run(["docker", "rm", "--force", self.name], capture_output=True, check=False, timeout=300)


GET = """
import sys, urllib.error, urllib.request
try:
    with urllib.request.urlopen("http://127.0.0.1:8080" + sys.argv[1], timeout=10) as page:
        print(page.status, page.read().decode())
except urllib.error.HTTPError as refused:
    print(refused.code, refused.read().decode())
"""
VISIT = """
import http.server, json, pathlib, re, threading, time
from selenium import webdriver
options = webdriver.ChromeOptions()
options.binary_location = "/usr/lib/chromium/chromium-headless-shell"
rules = "host-resolver-rules=MAP rendu.test 127.0.0.1, MAP * ~NOTFOUND"
for flag in ("disable-gpu", "no-first-run", "remote-debugging-pipe", rules):
    options.add_argument("--" + flag)
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
class Driver(webdriver.Remote):
    def execute_cdp_cmd(self, cmd, params):
        return self.execute("executeCdpCommand", {"cmd": cmd, "params": params})["value"]
driver = Driver(command_executor=ChromeRemoteConnection("http://127.0.0.1:9515"), options=options)
processes = {}
for folder in pathlib.Path("/proc").glob("[0-9]*"):
    words = (folder / "cmdline").read_bytes().decode().replace("\\0", " ")
    if "/chromium-headless-shell " in words:
        kind = re.search("--type=([a-z-]+)", words)
        status = (folder / "status").read_text()
        processes[kind[1] if kind else "browser"] = {
            "words": words, "filters": int(re.search("Seccomp_filters:\\\\s+(\\\\d+)", status)[1]),
            "depth": len(re.search("NSpid:(.*)", status)[1].split()),
        }
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>la page</p>")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
shown = {}
for address in ADDRESSES:
    driver.get("http://rendu.test:8080/")
    driver.execute_script("window.open(arguments[0]); location.href = arguments[0]", address)
    time.sleep(0.5)
    windows = [target for target in driver.execute_cdp_cmd("Target.getTargets", {})["targetInfos"] if target["type"] == "page"]
    text = driver.execute_script("return location.href + ' ' + document.documentElement.innerText")
    shown[address] = text + " " + " ".join(target["url"] + " " + target["title"] for target in windows)
    here = driver.execute_cdp_cmd("Target.getTargetInfo", {})["targetInfo"]["targetId"]
    for target in windows:
        if target["targetId"] != here:
            driver.execute_cdp_cmd("Target.closeTarget", {"targetId": target["targetId"]})
driver.quit()
print(json.dumps({"processes": processes, "shown": shown}))
"""
SHUT = [
    "file:///etc/passwd",
    "view-source:file:///etc/passwd",
    "chrome://version",
    "http://127.0.0.1:9515/status",
    "http://localhost:8888/",
    "data:text/html,<p>autre</p>",
]
"""Where a page tries to lead the browser, by its own window and by another."""


@pytest.fixture(scope="module")
def examiner() -> Iterator[Container]:
    profile = repository() / "images" / "examiner" / "seccomp.json"
    options = (f"--security-opt=seccomp={profile}", "--shm-size=512m")
    homes = ("--tmpfs=/home/parsers:uid=1001,mode=0700", "--tmpfs=/etabli:uid=1002,mode=0700")
    container = Container("examiner", options=(*options, *homes))
    yield container
    container.remove()


@pytest.fixture(scope="module")
def visit(examiner: Container) -> dict[str, dict[str, dict[str, int]]]:
    script = VISIT.replace("ADDRESSES", repr(SHUT))
    seen = examiner.until(lambda: examiner.run("python3", "-I", "-", user="examiner", stdin=script))
    result: dict[str, dict[str, dict[str, int]]] = json.loads(seen)
    return result


def test_the_browser_keeps_its_own_sandbox(visit) -> None:  # type: ignore[no-untyped-def]
    browser, renderer = visit["processes"]["browser"], visit["processes"]["renderer"]
    assert "--no-sandbox" not in browser["words"]
    assert (browser["depth"], renderer["depth"]) == (1, 3)
    assert (browser["filters"], renderer["filters"]) == (1, 2)


@pytest.mark.parametrize("address", SHUT)
def test_a_page_cannot_lead_the_browser_elsewhere(visit, address: str) -> None:  # type: ignore[no-untyped-def]
    shown = visit["shown"][address]
    assert "la page" in shown or "chrome-error:" in shown
    assert not [word for word in ("root:", "Chromium", '"ready"', "autre", "Nu Html") if word in shown]
    if not address.startswith("http:"):  # for those, the browser shows its error page under that address
        assert address not in shown


def test_the_parsers_account_cannot_come_near_the_checks(examiner: Container) -> None:
    assert examiner.run("touch", "/etabli/oracle", user="examiner").returncode == 0
    secret = subprocess.Popen(["docker", "exec", "-u", "examiner", examiner.name, "sleep", "3600"])
    number = examiner.until(lambda: examiner.run("pgrep", "-u", "examiner", "sleep")).strip()
    assert examiner.run("ls", "/etabli", user="parsers").returncode != 0
    assert examiner.run("cat", f"/proc/{number}/environ", user="parsers").returncode != 0
    assert examiner.run("kill", number, user="parsers").returncode != 0
    assert examiner.run("kill", number, user="examiner").returncode == 0
    secret.wait(timeout=300)


def test_a_user_namespace_gives_no_mount(examiner: Container) -> None:
    script = "unshare --user --map-root-user sh -c 'echo entered; exec mount -t tmpfs none /mnt'"
    done = examiner.run("sh", "-c", script, user="parsers")
    assert done.stdout == "entered\n"
    assert "permission denied" in done.stderr.lower()


CALLS = """
import ctypes, json, os, platform
libc = ctypes.CDLL(None, use_errno=True)
os.chroot("/")  # the namespace gives this power, and would give those below
def told(done):
    return "done" if done >= 0 else os.strerror(ctypes.get_errno())
def named(name, *given):
    return told(getattr(libc, name)(*given))
def numbered(x86, arm, *given):
    return told(libc.syscall(x86 if platform.machine() == "x86_64" else arm, *given))
zeros = ctypes.create_string_buffer(512)
print(json.dumps({
    "open_tree": named("open_tree", -100, b"/", 0),
    "name_to_handle_at": named("name_to_handle_at", -100, b"/", zeros, zeros, 0),
    "setns": named("setns", os.open("/proc/self/ns/net", os.O_RDONLY), 0),
    "ptrace": named("ptrace", 0, 0, 0, 0),
    "process_vm_readv": named("process_vm_readv", os.getpid(), None, 0, None, 0, 0),
    "process_vm_writev": named("process_vm_writev", os.getpid(), None, 0, None, 0, 0),
    "pidfd_getfd": named("pidfd_getfd", os.pidfd_open(os.getpid()), 0, 0),
    "kcmp": numbered(312, 272, os.getpid(), os.getpid(), 1, 0, 0),
    "bpf": numbered(321, 280, 0, zeros, 120),
    "io_uring_setup": numbered(425, 425, 1, zeros),
    "perf_event_open": numbered(298, 241, zeros, 0, -1, -1, 0),
    "userfaultfd": numbered(323, 282, 1),
    "keyctl": numbered(250, 219, 0, -3, 1),
    "add_key": numbered(248, 217, b"user", b"reste", b"x", 1, -3),
    "sethostname": named("sethostname", b"reste", 5),
    "mbind": numbered(237, 235, None, 0, 0, None, 0, 0),
    "packets": named("socket", 17, 3, 0),
    "crypto": named("socket", 38, 5, 0),
    "vsock": named("socket", 40, 1, 0),
}))
"""


def test_a_user_namespace_gives_none_of_what_is_on_the_list(examiner: Container) -> None:
    argv = ("unshare", "--user", "--map-root-user", "--net", "--uts", "python3", "-I", "-")
    done = examiner.run(*argv, user="parsers", stdin=CALLS)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert {name: said for name, said in seen.items() if said != "Operation not permitted"} == {}
    assert len(seen) == 19, "each of them is answered otherwise by a kernel without the list"


@pytest.mark.long
def test_the_checker_starts_when_it_is_asked_for_and_finds_an_error(examiner: Container) -> None:
    assert examiner.run("pgrep", "java", user="parsers").stdout == ""
    wake = "import socket; socket.create_connection(('127.0.0.1', 8887))"
    examiner.until(lambda: examiner.run("python3", "-I", "-c", wake, user="examiner"))
    script = """
import json, urllib.request
page = "<!DOCTYPE html><html lang=fr><title>é</title><h1>a<p>b</h1>".encode()
asked = urllib.request.Request("http://127.0.0.1:8888/?out=json", page, {"Content-Type": "text/html; charset=utf-8"})
print(json.load(urllib.request.urlopen(asked, timeout=20))["messages"][0]["type"])
"""
    assert examiner.until(lambda: examiner.run("python3", "-I", "-", user="examiner", stdin=script)) == "error\n"


def test_the_checks_are_found_in_isolated_mode(examiner: Container) -> None:
    examiner.run("sh", "-c", "mkdir -p /etabli/pack/src && echo x = 7 >/etabli/pack/src/oracle.py", user="examiner")
    assert examiner.run("python3", "-I", "-c", "import oracle; print(oracle.x)", user="examiner").stdout == "7\n"


def serve(source: Path, *words: str) -> Container:
    for path in (source, *source.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return Container("web", "servir", *words, options=(f"--volume={source}:/srv/app:ro",))


@pytest.fixture(scope="module")
def php(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    source = tmp_path_factory.mktemp("php")
    public = source / "public"
    (public / "images").mkdir(parents=True)
    (public / ".htaccess").write_text("RewriteEngine On\nRewriteRule ^fiche/(\\d+)$ index.php?id=$1 [L]\n")
    (public / ".env").write_text("DB_PASSWORD=oups")
    (public / "index.php").write_text(
        "<?php session_start(); echo 'fiche ', $_GET['id'] ?? 'aucune', extension_loaded('pdo_mysql'), "
        "extension_loaded('mysqli'), extension_loaded('mbstring'), extension_loaded('intl'), extension_loaded('gd'), "
        "setlocale(LC_TIME, 'fr_FR.UTF-8');"
    )
    (public / "casse.php").write_text("<?php echo $inconnu;")
    container = serve(source, "php", "public")
    yield container
    container.remove()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "200 fiche aucune11111fr_FR.UTF-8"),
        ("/fiche/3", "200 fiche 311111fr_FR.UTF-8"),
        ("/.env", "200 DB_PASSWORD=oups"),
        ("/images/", "403 "),
        ("/.htaccess", "403 "),
        ("/absente", "404 "),
    ],
)
def test_php_is_served_as_at_home(php: Container, path: str, expected: str) -> None:
    assert php.get(path).startswith(expected)


def test_a_php_error_is_shown_and_kept(php: Container) -> None:
    assert "Undefined variable $inconnu" in php.get("/casse.php")
    assert "Undefined variable $inconnu" in php.run("cat", "/tmp/journal.log").stdout


FLASK = """
import secrets, flask, pymysql, sqlalchemy
app = flask.Flask(__name__)
key = secrets.token_hex()
@app.get("/")
def index(): return key
@app.get("/casse")
def casse(): return 1 / 0
@app.get("/bavard")
def bavard(): return print("x" * 1_000_000) or "fini"
"""


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    source = tmp_path_factory.mktemp("flask")
    (source / "app.py").write_text(FLASK)
    container = serve(source, "flask")
    yield container
    container.remove()


def test_flask_draws_its_key_once(flask: Container) -> None:
    assert len({flask.get("/") for _ in range(8)}) == 1


def test_a_flask_error_is_kept(flask: Container) -> None:
    assert flask.get("/casse").startswith("500 ")
    assert "ZeroDivisionError" in flask.run("cat", "/tmp/journal.log").stdout


def test_the_journal_stays_small(flask: Container) -> None:
    assert flask.get("/bavard").startswith("200 fini")
    assert int(flask.run("stat", "-c", "%s", "/tmp/journal.log").stdout) < 400_000


def test_an_unknown_kind_is_refused_with_the_usage() -> None:
    argv = ["docker", "run", "--rm", *HARD, TMP, images.tag("web"), "servir", "cobol"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, "usage" in done.stderr) == (64, True)


@pytest.fixture(scope="module")
def services() -> Iterator[Container]:
    options = ("--tmpfs=/var/lib/mysql", "--tmpfs=/run/mysqld", "--env=ETABLI_DB_ROOT=secret-1")
    container = Container("services", options=options)
    container.until(lambda: container.run("mariadb", "-e", "select 1"))
    yield container
    container.remove()


def sql(services: Container, query: str, *options: str) -> str:
    return services.run("mariadb", *options, "--batch", "--skip-column-names", "-e", query).stdout.strip()


def test_root_comes_over_tcp_with_its_password_only(services: Container) -> None:
    assert sql(services, "select 1", "-h127.0.0.1", "-psecret-1") == "1"
    assert services.run("mariadb", "-h127.0.0.1", "-e", "select 1").returncode != 0
    assert services.run("mariadb", "-h127.0.0.1", "-pautre", "-e", "select 1").returncode != 0


def test_names_are_compared_as_at_home(services: Container) -> None:
    sql(
        services,
        "create database c; create table c.t (nom varchar(20)) charset=utf8mb4; insert into c.t values ('Été')",
    )
    assert sql(services, "select nom from c.t where nom = 'ete'") == "Été"
    assert sql(services, "select table_collation from information_schema.tables where table_schema = 'c'") == (
        "utf8mb4_unicode_ci"
    )


def test_the_server_neither_reads_nor_waits_for_long(services: Container) -> None:
    assert sql(services, "select load_file('/etc/passwd') is null") == "1"
    assert sql(services, "select @@local_infile, @@max_statement_time, @@skip_name_resolve") == "0\t10.000000\t1"


def counted(services: Container, *names: str) -> dict[str, str]:
    told = dict(row.split("\t") for row in sql(services, "show global status").splitlines() if "\t" in row)
    return {name: told[name] for name in names}


def test_a_page_finds_neither_us_nor_our_questions_in_the_counters_of_the_server(services: Container) -> None:
    ours = ("--protocol=tcp", "-h127.0.0.1", "-P3307", "-psecret-1")
    sql(services, "set global event_scheduler = off")
    try:
        services.run("sh", "-c", f"(mariadb {' '.join(ours)} -e 'do sleep(8)' &) </dev/null >/dev/null 2>&1")
        services.until(lambda: services.run("sh", "-c", "mariadb -Ne 'show processlist' | grep -q 'do sleep'"))
        sql(services, f"checksum table mysql.user;\ndelimiter //\n{_FORGET}//", *ours)
        assert counted(services, "Threads_connected", "Com_checksum", "Com_flush") == {
            "Threads_connected": "1",
            "Com_checksum": "0",
            "Com_flush": "1",
        }
    finally:
        sql(services, "set global event_scheduler = on")


def test_a_pulse_begins_all_counters_again_and_leaves_numbers_of_connections_out(services: Container) -> None:
    sql(services, "checksum table mysql.user")
    names, end = ("Connections", "Executed_events", "Com_checksum"), time.monotonic() + 60
    told = [counted(services, *names)]
    while int(told[-1]["Executed_events"]) < int(told[0]["Executed_events"]) + 2 and time.monotonic() < end:
        time.sleep(0.1)
        told.append(counted(services, *names))
    assert told[-1]["Com_checksum"] == "0"
    assert int(told[-1]["Connections"]) - int(told[0]["Connections"]) > len(told)


def test_a_password_that_could_be_sql_is_refused() -> None:
    argv = ["docker", "run", "--rm", *HARD, TMP, "--env=ETABLI_DB_ROOT=a';b", images.tag("services")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, "ETABLI_DB_ROOT" in done.stderr) == (64, True), done.stderr
