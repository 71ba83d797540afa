"""Where things are: the repository's folders and the user's home of Établi."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def repository() -> Path:
    """Returns the folder that holds ``labs/`` and ``graders/`` (``ETABLI_ROOT`` overrides it)."""
    given = os.environ.get("ETABLI_ROOT")
    return Path(given) if given else Path(__file__).resolve().parents[2]


def home() -> Path:
    """Returns ``ETABLI_HOME`` (default ``~/.local/share/etabli``), made at first use, for the user alone."""
    given = os.environ.get("ETABLI_HOME")
    folder = Path(given) if given else Path.home() / ".local" / "share" / "etabli"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret() -> bytes:
    """Returns the secret from which every candidate's data derive: 32 bytes, made once, mode 0600."""
    path = home() / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text("ascii").strip())
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(32))
    return secret()
