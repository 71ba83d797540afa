"""What ``etabli doctor`` looks at: one function per thing, each failing one says the next step."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from etabli.cli.postes import told
from etabli.exam.contract.french import listed
from etabli.sandbox import images, kept
from etabli.sandbox.docker_provider import SOCKET, DockerSandbox
from etabli.system.findings import Finding, Wrong, finding
from etabli.system.settings import home, repository, runtime_folder

_DISK_GB = 3
_MEMORY_MB = 2_000
_CLASSES = "classes.sqlite"


def findings() -> list[Finding]:
    """Looks at everything, in the order in which a person would mend it."""
    looks = (python, engine, right, compose, built, walls, memory, disk, clock, own_folder, class_list, waiting)
    return [look() for look in looks]


@finding("python", "Python")
def python() -> str:
    """Whether Python is recent enough: a formality, since it runs us."""
    return platform.python_version()


@finding("engine", "Moteur de conteneurs")
def engine() -> str:
    """Whether the engine answers."""
    probe = DockerSandbox().probe()
    return f"{probe.engine} {probe.version}, {probe.cpus} CPU, {probe.memory_mb} Mo"


@finding("right", "Droit d'utiliser le moteur")
def right() -> str:
    """Whether this account may use the engine's socket."""
    path = Path(os.environ.get("DOCKER_HOST", SOCKET).removeprefix("unix://"))
    if os.access(path, os.R_OK | os.W_OK):
        return str(path)
    if not os.path.lexists(path):
        raise Wrong(f"{path} manque : lancez « make setup ».")
    account = os.environ.get("USER") or os.environ.get("LOGNAME") or str(os.getuid())
    raise Wrong(
        f"ce compte n'a pas accès à {path} : demandez à l'administrateur de la machine de lancer "
        f"« usermod -aG docker {account} », puis rouvrez la session."
    )


@finding("compose", "Docker Compose")
def compose() -> str:
    """Whether workspaces can be started."""
    argv = ["docker", "compose", "version", "--short"]
    try:
        return subprocess.run(argv, capture_output=True, text=True, timeout=20, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError) as absent:
        raise Wrong("il manque (les espaces de travail en ont besoin) : lancez « make setup ».") from absent


@finding("images", "Images")
def built() -> str:
    """Whether every image is there and up to date."""
    if absent := images.missing():
        raise Wrong(f"à construire : {listed(absent)} ; lancez « make setup ».")
    return ", ".join(images.names())


_REMEDIES = {
    "namespaces": (
        "les espaces de noms d'utilisateur sont fermés ; réglez « sysctl -w user.max_user_namespaces=15000 », sous "
        "Ubuntu aussi « kernel.apparmor_restrict_unprivileged_userns=0 », sous Debian « "
        "kernel.unprivileged_userns_clone=1 »"
    ),
    "landlock": (
        "Landlock manque ; il faut Linux 5.13 ou plus : mettez le système à jour, et ajoutez « landlock » à l'option "
        "« lsm= » du démarrage si elle y est"
    ),
}


@finding("walls", "Cloisons")
def walls() -> str:
    """Whether what opens hand-ins can be walled in, as an examiner is: nothing is opened where it cannot."""
    if "examiner" in images.missing():
        raise Wrong("à essayer quand les images sont construites : lancez « make setup ».")
    if missing := DockerSandbox().missing_walls():
        raise Wrong(f"{' ; '.join(_REMEDIES[name] for name in missing)}.")
    return "espaces de noms et Landlock"


@finding("memory", "Mémoire")
def memory() -> str:
    """Whether one examiner fits in the memory that is free."""
    free = _free_mb()
    said = f"{free} Mo libres ({_MEMORY_MB} Mo au moins)"
    if free < _MEMORY_MB:
        raise Wrong(f"{said} : fermez d'autres programmes, puis vérifiez avec « --postes 1 ».")
    return said


def _free_mb() -> int:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") // 1_000_000
    kib = {name: int(rest.split()[0]) for name, rest in (line.split(":", 1) for line in lines)}
    return kib["MemAvailable"] * 1024 // 1_000_000


@finding("disk", "Disque")
def disk() -> str:
    """Whether results fit on the disk of the current folder."""
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    said = f"{free:.0f} Go libres ({_DISK_GB} Go au moins)"
    if free < _DISK_GB:
        raise Wrong(f"{said} : libérez de la place (« docker system df » montre ce que Docker occupe).")
    return said


@finding("clock", "Horloge")
def clock() -> str:
    """Whether the clock can be right: not before this copy of Établi was written; deadlines depend on it."""
    now = datetime.now(UTC)
    written = datetime.fromtimestamp((repository() / "pyproject.toml").stat().st_mtime, UTC)
    local = now.astimezone()
    said = f"{local:%d/%m/%Y %H:%M}, fuseau {local.tzname()} (les échéances sont lues dans ce fuseau)"
    if now < written:
        raise Wrong(f"{said} : l'horloge retarde ; mettez-la à l'heure (« timedatectl set-ntp true »).")
    return said


@finding("home", "Dossier personnel")
def own_folder() -> str:
    """Whether the folder that holds the secret is ours alone."""
    folder = home()
    if not os.access(folder, os.W_OK):
        raise Wrong(f"{folder} ne peut pas être écrit ; réglez ETABLI_HOME sur un dossier à vous.")
    return _private(folder, folder / "secret")


@finding("classes", "Liste des classes")
def class_list() -> str:
    """Whether the list of names can be read by its owner only."""
    path = home() / _CLASSES
    return _private(path) if path.exists() else "aucune classe importée"


@finding("kept", "Postes gardés")
def waiting() -> str:
    """Whether workers are kept from one command to the next: nothing fails without, each check only starts later."""
    if not kept.minutes():
        return f"aucun, car {kept.MINUTES}=0 : chaque vérification ouvre le sien"
    if runtime_folder() is None:
        return "aucun : le dossier où ils se retrouvent n'est pas à ce compte seul ; chaque vérification ouvre le sien"
    found = kept.running()
    return f"{told(found)} ; « etabli postes --fermer » les ferme" if found else "aucun en ce moment"


def _private(*paths: Path) -> str:
    for path in paths:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Wrong(f"d'autres comptes peuvent ouvrir {path} : lancez « chmod go= '{path}' ».")
    return str(paths[0])
