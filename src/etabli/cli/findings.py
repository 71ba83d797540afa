"""What ``etabli doctor`` looks at: one function per thing, each failing one says the next step."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from etabli.exam.contract.errors import EtabliError, SandboxError
from etabli.sandbox import images
from etabli.sandbox.docker_provider import SOCKET, DockerSandbox
from etabli.system.settings import home, repository

_DISK_GB = 3
_MEMORY_MB = 2_000
_CLASSES = "classes.sqlite"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    id: str
    """Stable, for programs."""
    what: str
    ok: bool
    said: str
    """What was found; when it is not well, the next step."""


def findings() -> list[Finding]:
    """Looks at everything, in the order in which a person would mend it."""
    looks = (python, engine, right, compose, built, memory, disk, clock, own_folder, class_list)
    return [look() for look in looks]


def python() -> Finding:
    """Whether Python is recent enough: a formality, since it runs us."""
    return Finding("python", "Python", True, platform.python_version())


def engine() -> Finding:
    """Whether the engine answers."""
    what = "Moteur de conteneurs"
    try:
        probe = DockerSandbox().probe()
    except SandboxError as error:
        return Finding("engine", what, False, str(error))
    said = "{engine} {version}, {cpus} CPU, {memory} Mo"
    return Finding("engine", what, True, said.format(**vars(probe), memory=probe.memory_mb))


def right() -> Finding:
    """Whether this account may use the engine's socket."""
    what = "Droit d'utiliser le moteur"
    path = Path(os.environ.get("DOCKER_HOST", SOCKET).removeprefix("unix://"))
    if os.access(path, os.R_OK | os.W_OK):
        return Finding("right", what, True, str(path))
    if not os.path.lexists(path):
        return Finding("right", what, False, f"{path} manque : lancez « make setup ».")
    return Finding(
        "right",
        what,
        False,
        (
            f"ce compte n'a pas accès à {path} : demandez à l'administrateur de la machine de lancer "
            f"« usermod -aG docker {_account()} », puis rouvrez la session."
        ),
    )


def _account() -> str:
    return os.environ.get("USER") or os.environ.get("LOGNAME") or str(os.getuid())


def compose() -> Finding:
    """Whether workspaces can be started."""
    what = "Docker Compose"
    try:
        done = subprocess.run(["docker", "compose", "version", "--short"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode:
        return Finding(
            "compose", what, False, "il manque (les espaces de travail en ont besoin) : lancez « make setup »."
        )
    return Finding("compose", what, True, done.stdout.strip())


def built() -> Finding:
    """Whether every image is there and up to date."""
    what = "Images"
    try:
        absent = images.missing()
    except SandboxError as error:
        return Finding("images", what, False, str(error))
    if absent:
        said = "à construire : {names} ; lancez « make setup ».".format(names=", ".join(absent))
        return Finding("images", what, False, said)
    return Finding("images", what, True, ", ".join(images.names()))


def memory() -> Finding:
    """Whether one examiner fits in the memory that is free."""
    free = _free_mb()
    said = f"{free} Mo libres ({_MEMORY_MB} Mo au moins)"
    if free < _MEMORY_MB:
        said += " : fermez d'autres programmes, puis vérifiez avec « --workers 1 »."
    return Finding("memory", "Mémoire", free >= _MEMORY_MB, said)


def _free_mb() -> int:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") // 1_000_000
    kib = {name: int(rest.split()[0]) for name, rest in (line.split(":", 1) for line in lines)}
    return kib["MemAvailable"] * 1024 // 1_000_000


def disk() -> Finding:
    """Whether results fit on the disk of the current folder."""
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    said = f"{free:.0f} Go libres ({_DISK_GB} Go au moins)"
    if free < _DISK_GB:
        said += " : libérez de la place (« docker system df » montre ce que Docker occupe)."
    return Finding("disk", "Disque", free >= _DISK_GB, said)


def clock() -> Finding:
    """Whether the clock can be right: not before this copy of Établi was written; deadlines depend on it."""
    now = datetime.now(UTC)
    written = datetime.fromtimestamp((repository() / "pyproject.toml").stat().st_mtime, UTC)
    local = now.astimezone()
    said = f"{local:%d/%m/%Y %H:%M}, fuseau {local.tzname()} (les échéances sont lues dans ce fuseau)"
    if now < written:
        said += " : l'horloge retarde ; mettez-la à l'heure (« timedatectl set-ntp true »)."
    return Finding("clock", "Horloge", now >= written, said)


def own_folder() -> Finding:
    """Whether the folder that holds the secret is ours alone."""
    what = "Dossier personnel"
    try:
        folder = home()
    except EtabliError as error:
        return Finding("home", what, False, str(error))
    if not os.access(folder, os.W_OK):
        said = "{path} ne peut pas être écrit ; réglez ETABLI_HOME sur un dossier à vous."
        return Finding("home", what, False, said.format(path=folder))
    return _private("home", what, (folder, folder / "secret"))


def class_list() -> Finding:
    """Whether the list of names can be read by its owner only."""
    what = "Liste des classes"
    try:
        path = home() / _CLASSES
    except EtabliError as error:
        return Finding("classes", what, False, str(error))
    if not path.exists():
        return Finding("classes", what, True, "aucune classe importée")
    return _private("classes", what, (path,))


def _private(name: str, what: str, paths: tuple[Path, ...]) -> Finding:
    for path in paths:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            said = f"d'autres comptes peuvent ouvrir {path} : lancez « chmod go= '{path}' »."
            return Finding(name, what, False, said)
    return Finding(name, what, True, str(paths[0]))
