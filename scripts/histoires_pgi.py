"""What ``make histoires-pgi`` runs: makes the companies' histories again, with Tryton in its image.

::

    python scripts/histoires_pgi.py [NAME …]

A history that does not hold (books, invoices, reconciliations, FEC) stops the run, and the kept one stays.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.errors import EtabliError, SandboxFailure
from etabli.sandbox import images
from etabli.system.settings import repository

FOLDER: Path = import_grader(repository() / "graders" / "extraction-pgi", "company.history").FOLDER
NAMES = ("ponant",)
MOST = 5_000_000


def main(names: list[str]) -> int:
    try:
        for name in names or NAMES:
            begun = time.monotonic()
            packed = keep(name, *made(name))
            print(f"✓ {name} : {packed} octets, {time.monotonic() - begun:.0f} s")
        _weigh()
    except EtabliError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


def made(name: str) -> tuple[bytes, dict[str, Any]]:
    """Makes one history in a container that reaches nothing; returns its database, and what was counted in it."""
    if "erp" in images.missing():
        images.build("erp")
    with tempfile.TemporaryDirectory(prefix="etabli-histoire-") as place:
        _live(name, Path(place))
        content = (Path(place) / f"{name}.sqlite").read_bytes()
        facts = json.loads((Path(place) / f"{name}.json").read_text(encoding="utf-8"))
    return content, facts | {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def keep(name: str, content: bytes, facts: dict[str, Any]) -> int:
    """Packs a history and its notice into the repository; returns its packed size."""
    packed = lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.sqlite.xz").write_bytes(packed)
    (FOLDER / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return len(packed)


def _live(name: str, place: Path) -> None:
    source = repository() / "images" / "erp" / "history"
    options = ["--rm", "--network", "none", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    options += ["--user", f"{os.getuid()}:{os.getgid()}", "--workdir", "/srv/history"]
    # The order of a set of words decides that of some rows: one order for all runs.
    options += ["--env", "PYTHONHASHSEED=0", "--env", "HOME=/tmp"]
    options += ["--volume", f"{source}:/srv/history/history:ro", "--volume", f"{place}:/sortie"]
    command = ["docker", "run", *options, images.tag("erp"), "python3", "-m", "history", "/sortie", name]
    if subprocess.run(command, check=False).returncode:
        raise SandboxFailure(f"L'histoire « {name} » n'a pas pu être faite : lisez ce que Tryton en dit ci-dessus.")


def _weigh() -> None:
    total = sum(path.stat().st_size for path in FOLDER.iterdir())
    if total > MOST:
        raise SandboxFailure(f"Les histoires pèsent {total} octets, plus que {MOST} : gardez-en moins.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
