"""What an exam could leave behind for the next one."""

from __future__ import annotations

import os
from pathlib import Path

from etabli.exam import Failed, check

SEEN: list[str] = []


@check(points=1, palier="essentiel", competences=["C1.1"])
def check_memoire():
    """Rien ne reste en mémoire d'un examen d'avant."""
    SEEN.append("ici")
    left = [name for name in ("ETABLI_ESSAI",) if name in os.environ]
    os.environ["ETABLI_ESSAI"] = "1"
    if len(SEEN) > 1 or left or list(Path.cwd().iterdir()):
        raise Failed(observed=f"{SEEN} {left} {list(Path.cwd().iterdir())}", expected="rien")
    Path("trace").touch()


@check(points=1, palier="essentiel", competences=["C1.1"])
def check_parent():
    """Le Python qui examine est né d'un autre, déjà prêt."""
    parent = Path(f"/proc/{os.getppid()}/cmdline").read_text()
    if "forkserver" not in parent:
        raise Failed(observed=parent, expected="le serveur")


@check(points=1, palier="essentiel", competences=["C1.1"])
def check_canal():
    """Un seul descripteur mène au canal."""
    ways = [os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink() and path.exists()]
    if ways.count(os.readlink("/proc/self/fd/3")) != 1:
        raise Failed(observed=str(ways), expected="un seul")


@check(points=1, palier="essentiel", competences=["C1.1"])
def check_fin_brutale(variant):
    """Un examen qui meurt n'emporte que lui."""
    if variant["mot"] == "meurs":
        os.kill(os.getpid(), 9)
