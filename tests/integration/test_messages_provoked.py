"""Each message of the catalogue is printed by the real tool, in our images, and recognised."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from messages_scripts import COMMON, DRIVER, PHP, PYTHON, SCHEMA, SQL, VISITOR

from etabli.lab.messages import catalogue, explain
from etabli.sandbox import images

PRINTED = [f"{name}.php" for name in PHP] + [f"{name}+{way}.php" for name in SQL for way in ("pdo", "mysqli")]
PROGRAMS = PYTHON | {
    f"{name}+pymysql": "import os, pymysql\nb = pymysql.connect(host='127.0.0.1', user='root', database='serre', "
    f"password=os.environ['ETABLI_DB_ROOT'])\nb.cursor().execute({statement!r})"
    for name, statement in SQL.items()
}
ALSO = {"flask-form-key": ["py-key"], "http-500": ["py-zero"], "flask-app-missing": ["py-attribute"]}
"""What the same mistake prints besides."""

APACHE = {"http-404": "absente.php", "http-403": "ferme/page.php", "http-500": "casse/page.php"}


def docker(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *words], input=stdin, capture_output=True, text=True, timeout=300, check=False)


def write_site(root: Path) -> None:
    """One page per mistake, a forbidden folder and one that Apache cannot serve."""
    pages = PHP | {"fin": "error_log($_SERVER['QUERY_STRING']);"}
    for name, statement in SQL.items():
        pages[f"{name}+pdo"] = f"base()->query({_php(statement)});"
        pages[f"{name}+mysqli"] = f"lien()->query({_php(statement)});"
    for name, code in pages.items():
        (root / f"{name}.php").write_text(COMMON + code, "utf-8")
    for folder, rule in (("ferme", "Require all denied"), ("casse", "Absurde")):
        (root / folder).mkdir()
        (root / folder / ".htaccess").write_text(rule, "utf-8")
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _php(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A web container that shares the network of a database, and nothing else."""
    site, name = tmp_path_factory.mktemp("site"), f"etabli-essai-{secrets.token_hex(4)}"
    write_site(site)
    secret = f"ETABLI_DB_ROOT=essai-{secrets.token_hex(8)}"
    hard = ["--detach", "--rm", "--read-only", "--cap-drop=ALL", "--env", secret, "--tmpfs=/tmp:mode=1777"]
    stores = ["--tmpfs=/var/lib/mysql", "--tmpfs=/run/mysqld", "--network=none"]
    shared = [f"--network=container:{name}-base", f"--volume={site}:/srv/app:ro"]
    try:
        docker("run", *hard, *stores, f"--name={name}-base", images.tag("services"))
        docker("run", *hard, *shared, f"--name={name}", images.tag("web"), "servir", "php")
        end = time.monotonic() + 120
        while (filled := docker("exec", "-i", f"{name}-base", "mariadb", stdin=SCHEMA)).returncode:
            assert time.monotonic() < end, filled.stderr
            time.sleep(0.1)
        yield name
    finally:
        docker("rm", "--force", name, f"{name}-base")


def ask(web: str, program: str, given: object) -> dict[str, object]:
    done = docker("exec", "-i", web, "python3", "-I", "-c", program, stdin=json.dumps(given))
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def pages(web: str) -> dict[str, object]:
    return ask(web, VISITOR, [*PRINTED, *APACHE.values()])


@pytest.fixture(scope="module")
def programs(web: str) -> dict[str, object]:
    return ask(web, DRIVER, PROGRAMS)


def entry(name: str) -> str:
    return name.removesuffix(".php").split("+")[0]


def ids(text: object) -> list[str]:
    assert isinstance(text, str)
    return [found.id for found in explain([text])]


@pytest.mark.parametrize("name", PRINTED)
def test_php_in_the_page_and_in_the_journal(pages: dict[str, object], name: str) -> None:
    body, journal = pages[name]  # type: ignore[misc]
    assert ids(body) == [entry(name)], body
    assert ids(journal) == [entry(name)], journal


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_python_and_flask(programs: dict[str, object], name: str) -> None:
    assert entry(name) in ids(programs[name]), programs[name]
    assert set(ids(programs[name])) == {entry(name), *ALSO.get(name, ())}


@pytest.mark.parametrize("name", list(APACHE))
def test_apache(pages: dict[str, object], name: str) -> None:
    body, _journal = pages[APACHE[name]]  # type: ignore[misc]
    assert ids(body) == [name], body


def test_every_entry_but_those_of_spreadsheets_is_provoked() -> None:
    provoked = {entry(name) for name in (*PRINTED, *PROGRAMS, *APACHE)}
    assert {known.id for known in catalogue() if known.technology != "Tableur"} == provoked
