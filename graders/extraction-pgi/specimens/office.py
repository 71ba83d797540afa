"""LibreOffice, as a candidate uses it: it opens a workbook, a few things are done in it, it saves.

It is the one of the examiner's image, started once per file; what it saved is kept in `.cache/temoins`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox import images
from etabli.system.settings import repository

from . import archive

Act = tuple[str, dict[str, Any]]
SCRIPT = Path(__file__).with_name("in_office.py")
_TIMEOUT = 180


def saved(content: bytes, acts: Sequence[Act] = (), *, suffix: str = ".xlsx", save: str = ".xlsx") -> bytes:
    """What LibreOffice saves after some acts.

    Raises:
        SandboxFailure: It does not.
    """
    order = {"file": base64.b64encode(content).decode(), "suffix": suffix, "save": save, "acts": list(acts)}
    text = json.dumps(order, ensure_ascii=False, sort_keys=True)
    image, script = images.tag("examiner"), SCRIPT.read_text("utf-8")
    key = hashlib.sha256(f"{image}\n{script}\n{text}".encode()).hexdigest()
    kept = repository() / ".cache" / "temoins" / f"{key[:32]}{save}"
    if not kept.is_file():
        _keep(kept, archive.sealed(base64.b64decode(_run(image, script, text))))
    return kept.read_bytes()


def _run(image: str, script: str, order: str) -> str:
    argv = ["docker", "run", "--rm", "--interactive", "--network=none", "--cap-drop=ALL", "--entrypoint=python3"]
    argv += ["--env=HOME=/tmp", image, "-c", script]
    try:
        done = subprocess.run(argv, input=order, capture_output=True, text=True, timeout=_TIMEOUT, check=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxFailure(f"LibreOffice : {error}") from error
    except subprocess.CalledProcessError as error:
        raise SandboxFailure(f"LibreOffice : {error.stderr.strip()[-600:]}") from error
    return done.stdout


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)
