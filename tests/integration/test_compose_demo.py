"""The repository's ``docker-compose.yml``, alone: the candidate « demo » on a machine that has Docker and nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from etabli.system.settings import repository
from etabli.workspace.environment import env_file


class Demo:
    """The demonstration, brought up elsewhere than in the repository so that nothing of a user's is touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            **os.environ,
            "ETABLI_PROJECT": f"etabli-demo-essai-{os.getpid()}",
            "ETABLI_ESPACE": str(folder),
            "ETABLI_PORT": "0",  # the engine chooses
            "ETABLI_PORT_ADMINER": "0",
        }

    def compose(self, *arguments: str) -> str:
        done = subprocess.run(
            ["docker", "compose", *arguments],
            cwd=repository(),
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def get(self, service: str) -> requests.Response | None:
        address = self.compose("port", "facade", {"application": "8080", "adminer": "8081"}[service]).strip()
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(f"http://{address}", timeout=60)
            except requests.ConnectionError:
                return None

    def wait(self, service: str, words: str) -> str:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            answer = self.get(service)
            if answer is not None and words in answer.text:
                return answer.text
            time.sleep(0.2)
        raise AssertionError(f"{words!r} not seen on {service}: {answer.text[:500] if answer else answer}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo") / "espace")
    try:
        demo.compose("up", "--detach")
        yield demo
    finally:
        demo.compose("down", "--volumes")


def test_the_site_shows_what_is_in_the_base(demo: Demo) -> None:
    page = demo.wait("application", "Lignes trouvées dans la base")
    assert int(re.findall(r"dans la base : (\d+)", page)[0]) > 40


def test_adminer_asks_for_the_password(demo: Demo) -> None:
    assert "Authentification" in demo.wait("adminer", 'value="eleve"')


def test_an_edited_file_counts_at_once(demo: Demo) -> None:
    page = demo.folder / "rendu" / "index.php"
    page.write_text(page.read_text("utf-8").replace("Bienvenue", "Bonsoir"), "utf-8")
    answer = demo.get("application")
    assert answer is not None and "<h1>Bonsoir</h1>" in answer.text


def test_starting_again_keeps_the_work(demo: Demo) -> None:
    demo.compose("up", "--detach")
    demo.wait("application", "<h1>Bonsoir</h1>")


def test_its_services_have_no_way_out(demo: Demo) -> None:
    # The demonstration's networks are written in the file alone; tests/security attack those of `etabli start`.
    inside = json.loads(demo.compose("ps", "--format", "json", "application"))["ID"]
    told = json.loads(subprocess.run(["docker", "inspect", inside], capture_output=True, check=True).stdout)[0]
    [network] = told["NetworkSettings"]["Networks"]
    argv = ["docker", "network", "inspect", network]
    [found] = json.loads(subprocess.run(argv, capture_output=True, check=True).stdout)
    assert found["Internal"] is True and "inhibit_ipv4" in str(found["Options"])


def test_the_folder_belongs_to_whoever_has_the_repository(demo: Demo) -> None:
    owner = (repository() / "docker-compose.yml").stat().st_uid
    assert {path.stat().st_uid for path in demo.folder.rglob("*")} == {owner}


def test_values_of_an_env_file_reach_compose_as_they_are(tmp_path: Path) -> None:
    odd = {"ETABLI_ESPACE": '/tmp/l\'été $HOME "x" \\n', "ETABLI_CANDIDAT": "a b#c$"}
    (tmp_path / "compose.env").write_text(env_file(odd), "utf-8")
    argv = ["docker", "compose", "--env-file", str(tmp_path / "compose.env"), "config", "--format", "json"]
    done = subprocess.run(argv, cwd=repository(), capture_output=True, text=True, check=True)
    labels = json.loads(done.stdout)["services"]["application"]["labels"]
    assert labels["etabli.espace"].replace("$$", "$") == odd["ETABLI_ESPACE"]
    assert labels["etabli.candidat"].replace("$$", "$") == odd["ETABLI_CANDIDAT"]
