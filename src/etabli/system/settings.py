"""Where things are: the repository's folders and the user's home of Établi."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import string
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.system.disk import room_on_disk, why
from etabli.system.held import unfinished

_EASY = string.ascii_lowercase + string.digits


def repository() -> Path:
    """Returns the folder that holds ``labs/`` and ``graders/`` (``ETABLI_ROOT`` overrides it)."""
    given = os.environ.get("ETABLI_ROOT")
    return Path(given) if given else Path(__file__).resolve().parents[3]


def home() -> Path:
    """Returns ``ETABLI_HOME`` (default ``~/.local/share/etabli``), made at first use, for the user alone.

    Raises:
        UsageProblem: It cannot be made.
        DiskFull: There is no room for it.
    """
    folder = home_path()
    try:
        with room_on_disk(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageProblem(
            f"Le dossier personnel d'Établi « {folder} » ne peut pas être créé ({why(error)}) : réglez ETABLI_HOME "
            "sur un dossier à vous, puis relancez."
        ) from error
    return folder


def runtime_folder() -> Path | None:
    """Returns a folder for what lives as long as processes do, this account's alone; ``None`` where there is none.

    It is below ``XDG_RUNTIME_DIR``, else in ``/tmp``, where its name may be somebody else's: then it is not used.
    """
    given = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(given) / "etabli" if given and Path(given).is_dir() else Path("/tmp") / f"etabli-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        seen = folder.lstat()
    except OSError:
        return None
    own = stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid() and not stat.S_IMODE(seen.st_mode) & 0o077
    return folder if own else None


def database_password() -> str:
    """Draws the password of one candidate's database: of one kind in a workspace and at an exam, easy to type."""
    return "".join(secrets.choice(_EASY) for _n in range(10))


def home_path() -> Path:
    """Returns where ``ETABLI_HOME`` is, made or not."""
    given = os.environ.get("ETABLI_HOME")
    return Path(given) if given else Path.home() / ".local" / "share" / "etabli"


def secret() -> bytes:
    """Returns the secret from which every candidate's data derive: 32 bytes, made once, mode 0600.

    Raises:
        UsageProblem: What is kept is damaged.
        DiskFull: There is no room to keep it.
    """
    path = home() / "secret"
    if not path.exists():
        _make_secret(path)
    return _read_secret(path)


def _make_secret(path: Path) -> None:
    """Writes a secret aside, then links it into place: it is whole, and of two processes the first one wins."""
    with room_on_disk(path), _written_aside(path, secrets.token_hex(32)) as temporary, suppress(FileExistsError):
        os.link(temporary, path)


@contextmanager
def _written_aside(path: Path, text: str) -> Iterator[Path]:
    """Writes a secret beside its place, for this account alone; gives where, until the end of the block."""
    with unfinished(path.parent) as (descriptor, temporary):
        with open(descriptor, "w", closefd=False) as stream:
            stream.write(text)
        yield temporary


def _read_secret(path: Path) -> bytes:
    try:
        value = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        value = b""
    if not value:
        raise UsageProblem(
            f"Le secret d'Établi « {path} » est abîmé : remettez-en une copie à cette place, ou supprimez ce "
            "fichier pour en refaire un (les données des élèves changeront), puis relancez."
        )
    return value


def secret_fingerprint(value: bytes) -> str:
    """Returns 8 hexadecimal digits by which people compare two secrets without showing them."""
    return hashlib.sha256(b"etabli" + value).hexdigest()[:8]


def known_secret() -> bytes | None:
    """Returns the secret if this machine already has one; makes none."""
    return secret() if (home() / "secret").exists() else None


def replace_secret(value: bytes) -> None:
    """Puts another secret in the place of this machine's; the former one stays beside it, dated.

    At no moment is there none: whoever asked then would make a third one.

    Raises:
        DiskFull: There is no room for it; the former one is still in place.
    """
    path = home() / "secret"
    with room_on_disk(path), _written_aside(path, value.hex()) as temporary:
        if path.exists():
            os.link(path, path.with_name(f"secret.{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"))
        os.replace(temporary, path)
