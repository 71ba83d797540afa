"""What several tests need to make."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Palier, Status
from etabli.lab.manifest import Lab, Manifest
from etabli.lab.sujet import Sujet
from etabli.runs.run import Run
from etabli.workspace.ports import free_port


def volume(usual: int, whole: int) -> int:
    """Returns how many cases show a property: the usual ones in ``make test``, all of them in ``make test-long``."""
    return whole if os.environ.get("ETABLI_ESSAIS_LONGS") else usual


def spec(check: str, points: int = 1, *, after: tuple[str, ...] = (), palier: Palier = Palier.ESSENTIEL) -> CheckSpec:
    """Makes a check's description."""
    return CheckSpec(check, f"Titre de {check}.", points, palier, ("C1.1",), after, 60.0, "aide du point")


class Done(NamedTuple):
    """What a command left, told as `subprocess` does."""

    returncode: int
    stdout: str
    stderr: str


def here(*arguments: object) -> Done:
    """Runs a command of ours without a terminal, in this process: starting Python for each would take minutes."""
    from etabli.cli.main import app  # all commands, seconds that many processes of tests have no use for

    before = signal.getsignal(signal.SIGTERM)
    try:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def hear(connection: socket.socket) -> bytes:
    """Reads one message as the examiner sends them: whole, however it was cut; nothing when the other side hung up."""
    size = int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "big")
    return connection.recv(size, socket.MSG_WAITALL) if size else b""


@contextlib.contextmanager
def listening(address: str, talk: Callable[[socket.socket], None]) -> Iterator[None]:
    """Listens at a path, or an address of the kernel; each connection is talked to in a thread of its own, until the end."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(address)
    server.listen(4)

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:  # the other side may have gone
            talk(connection)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                threads.append(threading.Thread(target=serve, args=(server.accept()[0],), daemon=True))
                threads[-1].start()

    threads = [threading.Thread(target=listen, daemon=True)]
    threads[0].start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def framed(body: bytes) -> bytes:
    """An answer on its way: its length, then itself."""
    return len(body).to_bytes(8, "big") + body


def make_run(
    checks: Sequence[CheckSpec],
    events: Iterable[dict[str, Any]],
    *,
    status: Status = Status.GRADED,
    candidate: str = "sno-01",
    run: str = "20261124T100000000Z-abcdef",
    **facts: Any,
) -> Run:
    """Makes a run with plausible facts."""
    return Run(
        **{
            "id": run,
            "lab": "essai",
            "lab_version": "1.0",
            "pack_sha256": "1" * 64,
            "session": "entrainement",
            "candidate": candidate,
            "seed_fingerprint": "f" * 16,
            "submission_sha256": "2" * 64,
            "runtime": "php",
            "image_ids": {"web": "sha256:3"},
            "started_at": "2026-11-24T10:00:00.000Z",
            "finished_at": "2026-11-24T10:00:09.000Z",
            "phases_ms": {"examine": 9000.0},
            "status": status,
            "reason": None,
            "checks": tuple(checks),
            "events": tuple({"n": n, **event} for n, event in enumerate(events)),
            **facts,
        }
    )


MANIFEST = {
    "id": "essai",
    "title": "Un essai",
    "summary": "Pour les tests.",
    "version": "1.0",
    "data_version": 1,
    "competences": ["C1.1"],
    "paliers": {"essentiel": {"title": "Essentiel", "hours": 1}},
    "seances": [{"id": "debut", "title": "Une séance", "result": "Une page"}],
    "runtimes": [
        {
            "id": "php",
            "entries": ["index.php", "public/index.php"],
            "image": "web",
            "command": ["servir", "php", "{folder}"],
        },
        {"id": "flask", "entries": ["app.py"], "image": "web", "command": ["servir", "flask"]},
    ],
    "structure": "base/modifications.sql",
    "submission": {"files": 20, "size_mb": 1},
}

CHECKS_PY = '''
from etabli.exam import check

@check(points=2, palier="essentiel", competences=["C1.1"], help="Regardez le journal.")
def check_demarre(page):
    """L'application démarre."""

@check(points=3, palier="essentiel", competences=["C1.1"], after=["demarre"])
def check_liste(page):
    """La liste est là."""
'''

VARIANT_PY = """
import random

def make(atelier, rows):
    return {"tables": {"item": "objets"}, "word": random.Random(atelier).randint(0, 10**9),
            "rows": random.Random(rows).randint(0, 10**9)}

def schema_sql(v): return "CREATE TABLE objets (id INT);"
def rows_sql(v): return "INSERT INTO objets VALUES (1);"
def sujet(v): return {"word": v["word"]}
"""

SHEETS = {
    "seances/debut.md": "## À faire\n\n1. @% if workspace %@Ici@% endif %@ @{ candidate }@.\n",
    "reference.md": "Tout est sur la feuille.\n",
}


def make_lab(root: Path, **changes: Any) -> Lab:
    """Writes a small lab below ``root`` and returns it; one per test folder, so that imports do not mix."""
    grader = root / "graders" / "essai"
    folder = root / "labs" / "essai"
    grader.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (grader / "checks.py").write_text(CHECKS_PY, "utf-8")
    (grader / "variant.py").write_text(VARIANT_PY, "utf-8")
    for name, text in SHEETS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return Lab(Manifest.model_validate(MANIFEST | changes), folder, grader)


READ_MANIFEST = {
    "runtimes": [],
    "structure": None,
    "asked": [
        {"id": "audit", "title": "Relevé", "palier": "essentiel", "names": ["audit.csv", "audit.xlsx"]},
        {"id": "note", "title": "Note", "palier": "essentiel", "names": ["migration/vérifier.py"]},
    ],
    "bench": {"image": "audit", "memory_mb": 128, "pids": 32, "tmp_mb": 8, "command_s": 7},
}
"""What a lab without application says instead of its runtimes."""


def brief_of(sujet: Sujet) -> str:
    """All sheets and the reference, as Markdown."""
    return "\n\n".join(sheet.text for sheet in sujet.sheets)


SECRET = "Lavande1987!"
READ_VARIANT_PY = f"""
def make(atelier, rows):
    return {{"word": "bonjour", "rows": list(rows[:2]), "password": "{SECRET}"}}

def files(v): return {{"comptes.csv": b"login\\n", "annuaire/export.csv": v["word"].encode()}}
def secrets(v): return [v["password"]]
def sujet(v): return {{"word": v["word"]}}
"""


def make_reading_lab(root: Path, **changes: Any) -> Lab:
    """Writes a small lab whose submissions are files to read, with a password that nothing may show."""
    lab = make_lab(root, **(READ_MANIFEST | changes))
    (lab.grader / "variant.py").write_text(READ_VARIANT_PY, "utf-8")
    return lab


def own_port() -> int:
    """A port that nothing else of the suite takes while its workspace is stopped: others choose from 8080 on."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return free_port(18_000 + 500 * worker + os.getpid() % 300)
