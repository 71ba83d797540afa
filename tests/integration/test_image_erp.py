"""The ERP image alone: who enters, what they may do, and what a stop or a kill leaves."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import urllib.request
import uuid
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError

import pytest
from erp_client import Refused, Tryton

from etabli.exam.contract.check import import_grader
from etabli.sandbox import images
from etabli.system.settings import repository

PASSWORD = "motdepasse-7"
FENCES = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--tmpfs=/tmp", "--memory=512m")
LATER = "autrechose-8"


def docker(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout + done.stderr


class Server:
    """One container of the image, its volume and the folder of its company."""

    def __init__(self, seed: Path) -> None:
        self.seed, self.name = seed, f"etabli-essai-{uuid.uuid4().hex[:12]}"
        self.tag = images.build("erp") if "erp" in images.missing() else images.tag("erp")

    def run(self, password: str = PASSWORD) -> None:
        mounts = [f"--volume={self.seed}:/srv/entreprise:ro", f"--volume={self.name}:/var/lib/tryton"]
        docker(
            *("run", "--detach", "--name", self.name, *FENCES, *mounts),
            *(f"--env=ETABLI_ERP_PASSWORD={password}", "--publish=127.0.0.1::8080", self.tag),
        )

    @property
    def port(self) -> int:
        return int(docker("port", self.name, "8080/tcp").splitlines()[0].rpartition(":")[2])

    def enter(self, password: str = PASSWORD, login: str = "assistant") -> Tryton:
        return Tryton(self.port, login, password)

    def remove(self) -> None:
        docker("rm", "--force", self.name, check=False)


class Browser:
    """What a browser keeps between two addresses of one machine: its cookies, whatever the port."""

    def __init__(self) -> None:
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def log_in(self, port: int) -> None:
        told = {"id": 0, "method": "common.db.login", "params": ["assistant", {"password": PASSWORD}, "fr"]}
        assert self._post(port, "session/login", told) == 200

    def log_out(self, port: int) -> None:
        assert self._post(port, "session/logout", {}) == 200

    def is_in(self, port: int) -> bool:
        asked = {"id": 0, "method": "model.res.user.get_preferences", "params": [True, {}]}
        return self._post(port, "rpc/", asked) == 200

    def _post(self, port: int, path: str, asked: object) -> int:
        head = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/entreprise/{path}", json.dumps(asked).encode(), head)
        try:
            with self._opener.open(request, timeout=120) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company: a history as it is in the repository."""
    folder = tmp_path_factory.mktemp("entreprise")
    (folder / "entreprise.sqlite").write_bytes(
        import_grader(repository() / "graders" / "extraction-pgi", "company.history").load()
    )
    folder.chmod(0o755)
    (folder / "entreprise.sqlite").chmod(0o644)
    return folder


@pytest.fixture(scope="module")
def server(seed: Path) -> Iterator[Server]:
    server = Server(seed)
    try:
        server.run()
        server.enter()
        yield server
    finally:
        server.remove()
        docker("volume", "rm", "--force", server.name, check=False)


@pytest.fixture(scope="module")
def tryton(server: Server) -> Tryton:
    return server.enter()


def test_it_runs_as_nobody_special_and_changes_only_its_volume(server: Server) -> None:
    assert docker("exec", server.name, "id", "-u").strip() == "1000"
    assert "Read-only file system" in docker("exec", server.name, "touch", "/opt/tryton/x", check=False)
    assert "Read-only file system" in docker("exec", server.name, "touch", "/srv/entreprise/x", check=False)
    assert docker("exec", server.name, "sh", "-c", "ls /var/lib/tryton").split()[0] == "entreprise.sqlite"


@pytest.mark.parametrize(
    ("login", "password"), [("assistant", "devine-9"), ("assistant", ""), ("admin", "admin"), ("admin", PASSWORD)]
)
def test_a_wrong_password_does_not_enter(server: Server, login: str, password: str) -> None:
    with pytest.raises(Refused):
        server.enter(password, login)


def test_the_web_client_is_whole_and_keeps_its_session_over_http(tryton: Tryton) -> None:
    loaded = re.findall(r'(?:src|href)="([\w./-]+\.(?:js|css|png))"', tryton.get("/"))
    assert len(loaded) >= 18
    empty = [path for path in loaded if not tryton.get(f"/{path}")]
    assert empty == ["custom.js", "custom.css"], "Tryton leaves these two to whoever installs it"
    cookie = tryton.cookie()
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie


def test_two_companies_on_one_machine_do_not_log_each_other_out(server: Server, seed: Path) -> None:
    other, browser = Server(seed), Browser()
    try:
        other.run()
        other.enter()
        browser.log_in(server.port)
        assert not browser.is_in(other.port), "one company's session opens no other"
        browser.log_in(other.port)
        assert browser.is_in(server.port) and browser.is_in(other.port)
        assert len(browser.cookies) == 2
        browser.log_out(other.port)
        assert browser.is_in(server.port) and not browser.is_in(other.port)
    finally:
        other.remove()
        docker("volume", "rm", "--force", other.name, check=False)


READABLE = (
    "party.party product.product sale.sale sale.line account.invoice account.invoice.line account.invoice.tax "
    "account.move account.move.line account.account account.tax stock.move production timesheet.line company.employee"
).split()


@pytest.mark.parametrize("model", READABLE)
def test_the_assistant_reads_what_the_work_needs(server: Server, tryton: Tryton, model: str) -> None:
    with sqlite3.connect(f"file:{server.seed / 'entreprise.sqlite'}?mode=ro&immutable=1", uri=True) as base:
        [there] = base.execute(f"SELECT count(*) FROM {model.replace('.', '_')}").fetchone()
    assert 0 < tryton.model(model, "search_count", []) <= there


@pytest.mark.parametrize("model", ["purchase.purchase", "account.payment", "sale.opportunity"])
def test_the_rest_is_closed(tryton: Tryton, model: str) -> None:
    with pytest.raises(Refused, match="pas autorisé"):
        tryton.model(model, "search_count", [])


def test_the_assistant_writes_nothing_of_the_company(server: Server, tryton: Tryton) -> None:
    stored = tryton.model("ir.model", "search_read", [], 0, None, None, ["name"])
    with sqlite3.connect(f"file:{server.seed / 'entreprise.sqlite'}?mode=ro&immutable=1", uri=True) as base:
        tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    names = [fact["name"] for fact in stored if fact["name"].replace(".", "_") in tables]
    assert len(names) > 150
    access = tryton.model("ir.model.access", "get_access", names)
    writable = {name for name, rights in access.items() if rights["write"] or rights["create"] or rights["delete"]}
    assert writable <= {
        "ir.ui.menu.favorite",
        "ir.ui.view_search",
        "ir.ui.view_tree_optional",
        "ir.ui.view_tree_state",
        "ir.ui.view_tree_width",
        "res.user.device",
    }


@pytest.mark.parametrize(
    ("model", "verb", "domain"),
    [
        ("account.invoice", "post", [("state", "=", "draft")]),
        ("account.invoice", "cancel", [("state", "=", "draft")]),
        ("account.invoice", "delete", []),
        ("account.move", "delete", []),
        ("sale.sale", "quote", [("state", "=", "draft")]),
        ("party.party", "delete", []),
    ],
)
def test_the_assistant_posts_and_deletes_nothing(
    tryton: Tryton, model: str, verb: str, domain: list[tuple[str, str, str]]
) -> None:
    [one] = tryton.model(model, "search", domain, 0, 1)
    with pytest.raises(Refused, match="pas autorisé"):
        tryton.model(model, verb, [one])


def test_the_assistant_gives_nobody_more_rights(tryton: Tryton) -> None:
    for model, values in (
        ("res.user", {"groups": [("add", [1])]}),
        ("res.group", {"name": "x"}),
        ("ir.module", {"state": "to activate"}),
        ("ir.model.access", {"perm_write": True}),
    ):
        [one] = tryton.model(model, "search", [], 0, 1)
        with pytest.raises(Refused, match="pas autorisé"):
            tryton.model(model, "write", [tryton.user if model == "res.user" else one], values)


@pytest.mark.long
def test_a_kill_and_a_newer_container_lose_nothing_and_the_password_may_change(server: Server) -> None:
    tryton = server.enter()
    tryton.model("ir.ui.menu.favorite", "set", tryton.model("ir.ui.menu", "search", [("name", "=", "Ventes")])[0])
    docker("kill", server.name)
    server.remove()
    shutil.copy(server.seed / "entreprise.sqlite", server.seed / "gardee")
    (server.seed / "entreprise.sqlite").write_bytes(b"une autre entreprise")
    try:
        server.run(LATER)
        again = server.enter(LATER)
        assert again.model("ir.ui.menu.favorite", "get") != []
        with pytest.raises(Refused):
            server.enter(PASSWORD)
    finally:
        (server.seed / "gardee").replace(server.seed / "entreprise.sqlite")
    docker("stop", "--time=60", server.name)
    ended = docker("inspect", "--format={{.State.ExitCode}}", server.name).strip()
    assert ended != "137", "it stops when it is asked to, and need not be killed"
    docker("start", server.name)
    assert server.enter(LATER).model("ir.ui.menu.favorite", "get") != []


@pytest.mark.parametrize(
    ("password", "with_seed", "words"),
    [("court", True, "huit caractères au moins"), (PASSWORD, False, "n'a pas été donnée")],
)
def test_what_it_cannot_start_from_is_one_sentence(
    server: Server, tmp_path: Path, password: str, with_seed: bool, words: str
) -> None:
    folder = server.seed if with_seed else tmp_path
    folder.chmod(0o755)
    done = subprocess.run(
        [
            *("docker", "run", "--rm", *FENCES, f"--volume={folder}:/srv/entreprise:ro"),
            *("--tmpfs=/var/lib/tryton:uid=1000", f"--env=ETABLI_ERP_PASSWORD={password}", server.tag),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in {64, 66}
    assert words in done.stderr and len(done.stderr.splitlines()) == 1
