"""A bench for the examiner: a real worker whose candidate is a web server that misbehaves on demand."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from etabli.exam.contract.transcript import Decoder, Event
from etabli.exam.runner.command import command
from etabli.grading.pack import build_pack
from etabli.sandbox import images
from etabli.sandbox.base import Application, Room, WorkerPlan
from etabli.sandbox.docker_provider import DockerSandbox

LABS = Path(__file__).parent / "examiner_labs"
STRUCTURE = """
CREATE TABLE rayons (id INT AUTO_INCREMENT PRIMARY KEY, nom VARCHAR(80) NOT NULL) ENGINE=InnoDB;
CREATE TABLE objets (id INT AUTO_INCREMENT PRIMARY KEY, nom VARCHAR(120) NOT NULL, prix DECIMAL(8,2), rayon_id INT NOT NULL,
  FOREIGN KEY (rayon_id) REFERENCES rayons (id)) ENGINE=InnoDB;
INSERT INTO rayons VALUES (1, 'Jouets'), (2, 'Été & jardin');
INSERT INTO objets VALUES (1, 'Lampe', 12.50, 1), (4, 'Théière', NULL, 2), (9, 'Vélo', 80, 2);
"""


class Bench:
    """One worker, one server, one database.

    Args:
        folder: A scratch folder.
        pages: There are pages to visit; without, neither server, database nor browser.
    """

    def __init__(self, folder: Path, *, pages: bool = True) -> None:
        folder.chmod(0o755)
        (folder / "a").mkdir()
        (folder / "b").mkdir()
        (folder / "a" / "index.php").write_text("<?php\n$hote = 'localhost';\n", "utf-8")
        (folder / "a" / "vieux.txt").write_bytes("caf\xe9".encode("latin-1"))
        self.sandbox = DockerSandbox()
        tags = {name: images.tag(name) for name in images.names()}
        self.worker = self.sandbox.open_worker(
            WorkerPlan(
                secrets.token_hex(6),
                0,
                build_pack(*sorted(path for path in LABS.iterdir() if path.is_dir())),
                folder,
                tags,
                services=pages,
                pages=pages,
            )
        )
        if pages:
            command = ("python3", "-B", "/srv/app/serveur.py", "0.0.0.0", "8080")
            self.worker.start(Room.A, Application("web", command, LABS))
        self.database = self._database() if pages else None
        self.events: list[Event] = []

    def exam(self, lab: str, *, deadline: float = 600, **asked: Any) -> list[Event]:
        """Runs a lab of `examiner_labs` and returns its events."""
        places = self.worker.addresses(Room.A)
        request = {
            **{"lab": lab, "origin": "http://127.0.0.1:8080", "address": places.candidate, "port": 8080},
            **{"database": self.database, "submission": "/rendus/a", "variant": {"mot": "bonjour"}, "only": None},
            **{"shuffle": None, "ready_timeout": 120, **asked},
        }
        decoder = Decoder()
        self.events = events = []
        for data in self.worker.examine(Room.A, command(lab), json.dumps(request).encode(), deadline=deadline):
            events += decoder.feed(data)
        assert events, self.noise
        return events

    @property
    def noise(self) -> str:
        """What the last exam wrote on its standard error."""
        end = self.worker.last_exam
        return end.stderr.decode("utf-8", "replace") if end else ""

    def close(self) -> None:
        """Removes everything."""
        self.worker.close()
        self.sandbox.close()

    def _database(self) -> dict[str, Any]:
        places = self.worker.addresses(Room.A)
        base = {
            "name": "c_essai",
            "reference": "r_essai",
            "candidate_user": "u_essai",
            "candidate_password": "x",
            "candidate_host": "%",
        }
        sql = "".join(f"CREATE DATABASE {base[name]}; USE {base[name]};{STRUCTURE}" for name in ("name", "reference"))
        sql += "CREATE USER 'u_essai'@'%' IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 40;"
        command = ["mariadb", "-u", "root", "--default-character-set=utf8mb4"]
        done = self.worker.service_exec(Room.A, command, stdin=sql.encode())
        assert done.exit_code == 0, done.stderr
        secret = self.worker.database_password
        return {"host": places.services, "port": 3306, "user": "root", "password": secret, **base}


def verdicts(events: list[Event]) -> dict[str, Event]:
    """The ends of checks by identifier."""
    return {str(event["check"]): event for event in events if event["kind"] == "check_end"}
