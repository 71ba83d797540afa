"""A student's evening, as the student types it: start, work, check, submit, stop; and the teacher's grade of the zip."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from command_line import command, etabli, said
from helpers import own_port, volume

from etabli.grading.matrix import render_specimens
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import TRAINING
from etabli.sandbox import images
from etabli.system.settings import repository, secret

LAB = "page-dynamique"
WHO = "sno-07"


pytestmark = pytest.mark.usefixtures("module_home", "kept_workers")


def get(address: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(address, timeout=120)


class Evening:
    """One workspace and what its student does in it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / f"{LAB}-{WHO}"
        self.facts = self.start(at=root, arguments=(LAB, "--candidat", WHO, "--port", own_port()))

    def start(self, *, at: Path | None = None, arguments: tuple[object, ...] = ()) -> dict[str, Any]:
        done = etabli("start", *arguments, "--json", at=at or self.folder)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def sql(self, statement: str) -> str:
        project = json.loads((self.folder / ".etabli" / "workspace.json").read_text("utf-8"))["project"]
        argv = ["docker", "exec", f"{project}-base-1", "mariadb", "-N", "-B", "atelier", "-e", statement]
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()

    def compose(self, *arguments: str, **environment: str) -> None:
        project = json.loads((self.folder / ".etabli" / "workspace.json").read_text("utf-8"))["project"]
        argv = ["docker", "compose", "-p", project, "-f", str(repository() / "docker-compose.yml")]
        argv += ["--env-file", str(self.folder / ".etabli" / "compose.env"), *arguments]
        subprocess.run(argv, capture_output=True, check=True, env={**os.environ, **environment})


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory, module_home: None, kept_workers: None) -> Iterator[Evening]:
    evening = Evening(tmp_path_factory.mktemp("soir"))
    try:
        yield evening
    finally:
        etabli("stop", "--effacer", "--oui", evening.folder)


# The tests of this evening follow one another, as the student does.


def test_the_starter_is_served_with_the_student_s_data(evening: Evening) -> None:
    page = get(evening.facts["site"])
    assert page.status_code == 200
    rows = re.search(r"Lignes trouvées dans la base : (\d+)", page.text)
    assert rows and int(rows.group(1)) > 40
    assert (evening.folder / "enonce.html").is_file()


def test_the_addresses_and_the_next_steps_are_printed(evening: Evening) -> None:
    words = said(etabli("start", at=evening.folder))
    for part in (evening.facts["site"], evening.facts["adminer"], evening.facts["db_password"], "enonce.html"):
        assert part in words
    assert all(f"etabli {verb}" in words for verb in ("check", "submit", "stop"))


def test_adminer_opens_the_base_and_no_other_site_may(evening: Evening) -> None:
    with requests.Session() as browser:
        browser.trust_env = False
        form = browser.get(evening.facts["adminer"], timeout=120)
        assert form.status_code == 200 and 'value="eleve"' in form.text and "Authentification" in form.text
        fields = {"driver": "server", "server": "base", "username": "eleve", "db": "atelier"}
        auth = {f"auth[{name}]": value for name, value in fields.items()}
        password = {"auth[password]": evening.facts["db_password"]}
        inside = browser.post(evening.facts["adminer"], data=auth | password, timeout=120)
        assert inside.status_code == 200
        assert all(table in inside.text for table in evening.sql("SHOW TABLES").split())
        assert browser.get(evening.facts["adminer"], headers={"Host": "mechant.test"}, timeout=120).status_code == 403


def test_an_edited_file_counts_at_once_and_an_error_is_shown(evening: Evening) -> None:
    page = evening.folder / "rendu" / "index.php"
    text = page.read_text("utf-8")
    text = text.replace("Bienvenue", "Bonsoir")
    page.write_text(text, "utf-8")
    assert "<h1>Bonsoir</h1>" in get(evening.facts["site"]).text
    page.write_text(text.replace("<?php", "<?php nope(;", 1), "utf-8")
    broken = get(evening.facts["site"])
    assert "Parse error" in broken.text and "index.php" in broken.text
    assert "Parse error" in said(etabli("journal", at=evening.folder / "rendu"))


def test_check_says_what_a_broken_site_answers(evening: Evening) -> None:
    (evening.folder / "rendu" / ".htaccess").write_text("Nope", "utf-8")
    done = etabli("check", at=evening.folder)
    words = said(done)
    assert done.returncode == 0
    assert "✗ Le site répond à l'adresse /," in words and "500" in words
    assert "À reprendre d'abord 1. Le site répond" in words and "non observés" in words
    page = (evening.folder / "verification.html").read_text("utf-8")
    links = re.findall(r'href="(\.etabli/[^"]+)"', page)
    assert links and all((evening.folder / link).exists() for link in links)


def test_check_sees_progress(evening: Evening) -> None:
    page = evening.folder / "rendu" / "index.php"
    page.write_text(page.read_text("utf-8").replace("<?php nope(;", "<?php", 1), "utf-8")
    (evening.folder / "rendu" / ".htaccess").unlink()
    words = said(etabli("check", evening.folder))
    assert re.search(r"Depuis la dernière fois : \d+ points réussis de plus", words)
    assert "Essentiel : montrer les données — 3 sur 19 réussis" in words
    assert not list(evening.folder.glob("resultats*"))


def test_what_is_submitted_is_graded(evening: Evening, tmp_path: Path) -> None:
    """Graded here in the long tests; an audit is in `make test` (``test_workspace_audit.py``)."""
    done = etabli("submit", evening.folder, "-o", tmp_path)
    assert done.returncode == 0
    assert "Rien n'a changé" not in said(done)
    zipped = tmp_path / f"{WHO}-{LAB}.zip"
    assert zipped.is_file() and re.search(r"Code ([0-9A-F]{4} ){4}", said(done))
    if not volume(0, 1):
        return
    graded = etabli("grade", zipped, "--tp", LAB, "--out", tmp_path / "out", "--json")
    assert graded.returncode == 0
    (payload,) = json.loads(graded.stdout)["results"]
    assert payload["candidate"] == WHO and payload["score"]["earned"] == 5


def test_running_workspaces_are_listed(evening: Evening) -> None:
    (mine,) = [
        space for space in json.loads(etabli("espaces", "--json").stdout) if space["folder"] == str(evening.folder)
    ]
    assert (mine["lab"], mine["candidate"], mine["session"]) == (LAB, WHO, TRAINING)
    assert evening.facts["site"] in mine["addresses"]


def test_work_survives_stop_kill_and_an_upgrade(evening: Evening) -> None:
    table = evening.sql("SHOW TABLES").split()[0]
    evening.sql(f"CREATE TABLE a_moi AS SELECT * FROM {table}")
    if volume(0, 1):  # as an audit's and an ERP's are
        assert etabli("stop", at=evening.folder).returncode == 0
        assert evening.start()["site"] == evening.facts["site"]
        assert "a_moi" in evening.sql("SHOW TABLES")
    evening.compose("kill")
    evening.start()
    assert "a_moi" in evening.sql("SHOW TABLES")
    other = f"etabli/services:essai-{uuid.uuid4().hex[:12]}"
    subprocess.run(["docker", "tag", images.tag("services"), other], check=True)
    try:
        evening.compose("up", "-d", "--no-deps", "--no-build", "base", ETABLI_IMAGE_SERVICES=other)
        evening.start()
    finally:
        subprocess.run(["docker", "image", "rm", other], capture_output=True, check=False)
    assert "a_moi" in evening.sql("SHOW TABLES")
    assert "<h1>Bonsoir</h1>" in get(evening.facts["site"]).text


def test_the_base_goes_back_to_the_start_only_when_one_is_sure(evening: Evening) -> None:
    evening.sql("CREATE TABLE IF NOT EXISTS a_moi (id INT)")
    asked = etabli("start", "--base-neuve", at=evening.folder)
    assert asked.returncode == 2 and "--oui" in said(asked)
    assert "a_moi" in evening.sql("SHOW TABLES")
    evening.start(arguments=("--base-neuve", "--oui"))
    assert "a_moi" not in evening.sql("SHOW TABLES")


def test_a_copy_of_a_running_workspace_is_noticed(evening: Evening, tmp_path: Path) -> None:
    shutil.copytree(evening.folder, tmp_path / "copie")
    refused = etabli("start", at=tmp_path / "copie")
    assert refused.returncode == 2 and "est une copie de" in said(refused)


# Clear sentences


def test_a_port_in_use_is_named(evening: Evening) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = etabli("start", "--port", port, at=evening.folder)
    assert refused.returncode == 2 and f"Le port {port} est déjà pris" in said(refused)
    assert get(evening.facts["site"]).status_code == 200, "what runs was left alone"


def test_an_image_to_build_is_named(tmp_path: Path) -> None:
    for name in ("labs", "graders", "course", "docker-compose.yml"):
        (tmp_path / name).symlink_to(repository() / name)
    shutil.copytree(repository() / "images", tmp_path / "images")
    (tmp_path / "images" / "adminer" / "nouveau").write_text("x", "utf-8")
    done = etabli(
        "start", LAB, "--candidat", "a", "--dossier", tmp_path / "e", environment={"ETABLI_ROOT": str(tmp_path)}
    )
    assert done.returncode == 3 and "l'image adminer : lancez « make setup »" in said(done)


# One point after the other


@pytest.mark.long
def test_a_right_submission_is_told_point_by_point(tmp_path: Path) -> None:
    lab = load_lab(LAB)
    render_specimens(lab, {WHO: load_specimens(lab)["pdo"]}, secret(), TRAINING, tmp_path)
    argv = command("check", WHO, "--tp", LAB, "--candidat", WHO)
    with subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout
        seen = []
        for line in process.stdout:
            running = not (tmp_path / f"verification-{WHO}" / "verification.html").exists()
            seen.append((line.replace("\u00a0", " "), running))
    assert process.returncode == 0
    assert any(line.startswith("✓") and running for line, running in seen)
    told = "".join(line for line, _running in seen)
    assert "Rien à reprendre : tout est réussi." in told
    assert re.search(r"Vérifié en \d+,\d s, premier constat après \d+,\d s\.", told)
    assert (tmp_path / f"verification-{WHO}" / "verification.html").is_file()
