"""A repository with one lab that is quick to open and to grade, and the database of a room: for tests of its worker.

The containers are the real ones. ``repository`` makes the lab; ``database`` runs the image's own PostgreSQL, with its
roles and its peer authentication.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import small_repository
from helpers import SHEETS
from small_repository import LAB, PAGE, ROOT, write

from etabli.sandbox import images

ONE_CHECK = '''
from etabli.exam import Failed, check

@check(points=2, palier="essentiel", competences=["C1.1"], help="Ouvrez la page dans votre navigateur.")
def check_titre(page):
    """La page a un titre."""
    page.open("/")
    if page.headings() != ["Bonjour"]:
        raise Failed(observed="Pas de titre.", expected="Bonjour")
'''
"""What the trial of a thousand exams grades."""
SERVICES = ["application", "base", "adminer", "terminal"]
BENCH = {"image": "audit", "memory_mb": 128, "pids": 64, "tmp_mb": 8}
AIDES = "titre: [Un, Deux, Trois]\n"
LIMIT_S = 240.0


def repository(place: Path, checks: str = ONE_CHECK) -> Path:
    """Makes a repository whose lab has these checks, a workspace and a site; returns its folder."""
    workspace = {"starters": {"php": "php"}, "services": SERVICES}
    root = small_repository.repository(
        place, checks, service="mariadb", structure=None, workspace=workspace, bench=BENCH
    )
    write(root / "labs" / LAB, **SHEETS, **{"starter/php/index.php": PAGE})
    (root / "docker-compose.yml").symlink_to(ROOT / "docker-compose.yml")
    return root


def start_worker(
    address: str, folder: Path, said: IO[bytes], *, second: bool = False, lanes: int | None = None
) -> subprocess.Popen[bytes]:
    """Starts a worker.

    Args:
        address: Of the database.
        folder: The room's.
        said: Takes what it says.
        second: Beside another one: it serves no stream, and is told nothing else than these two. Its environment only
            says where this machine's repository is, its temporary files, and what Python compiled.
        lanes: How many exams at once; as many as there are processors, when nobody says.
    """
    argv = [sys.executable, "-m", "etabli.worker", "--base", address, "--dossier", str(folder)]
    argv += ["--postes", str(lanes)] if lanes else []
    kept = ("PATH", "ETABLI_ROOT", "TMPDIR", "DOCKER_HOST", "PYTHONPYCACHEPREFIX")
    bare = {name: os.environ[name] for name in kept if name in os.environ}
    more, environment = (["--sans-flux"], bare) if second else ([], {**os.environ})
    return subprocess.Popen([*argv, *more], stdout=said, stderr=said, env=environment)


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """Runs the PostgreSQL of a room in a folder; gives the address that its worker uses.

    Args:
        folder: The room's, of a short name: its sockets are in it.
    """
    (folder / "salle.yaml").write_text("nom: salle.essai.internal\n", "utf-8")
    tag, name = images.tag("salle"), f"etabli-essai-base-{secrets.token_hex(4)}"
    shared = [
        "--network=none",
        "--env",
        f"ETABLI_SALLE={folder}",
        "--mount",
        f"type=bind,source={folder},target={folder}",
    ]
    (folder / "front").mkdir()
    (folder / "front" / "rien.key").touch()
    subprocess.run(["docker", "run", "--rm", *shared, tag, "preparer"], check=True, capture_output=True)
    run = ["docker", "run", "--detach", "--name", name, "--user", "postgres:postgres", "--tmpfs", "/tmp:mode=1777"]
    subprocess.run([*run, *shared, tag, "base"], check=True, capture_output=True)
    try:
        until = time.monotonic() + LIMIT_S
        ready = ["docker", "exec", name, "pg_isready", "--quiet", "--host", str(folder / "run" / "base")]
        while subprocess.run(ready, check=False).returncode != 0:
            assert time.monotonic() < until, "the database never answered"
            time.sleep(0.1)
        yield f"postgresql://travail@/salle?host={quote(str(folder / 'run' / 'base'))}"
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], check=False, capture_output=True)
