"""What ``etabli salle doctor`` looks at: one function per thing, each failing one says the next step."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

from etabli.classroom.settings import FILE, Ports
from etabli.exam.contract.errors import EtabliError
from etabli.exam.contract.french import count, listed
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.server.authority import read_certificate
from etabli.server.backup import FILE as BACKUP
from etabli.server.backup import on_same_disk
from etabli.server.host import is_own, own_address
from etabli.server.services import Room
from etabli.system.findings import Finding, Wrong, finding
from etabli.system.settings import repository

DOCUMENT = "docs/salle/installer.md"
_BACKUP_AGE = timedelta(days=3)
_DISK_GB = 10
_FIXED_MB, _LEARNER_MB = 2_000, 190
"""System, services and two exam lanes; then one workspace. Measured: 0.8 + 1.2 GB, and 79 MB, or 190 MB with Tryton
and what the kernel keeps for files."""
_FEWEST, _FULL = 8, 24
_OURS_ENDS = timedelta(days=1)
"""The front signs anew for seven days when two are gone or so: less than this means that it cannot."""
_GIVEN_ENDS = timedelta(days=21)


def findings(room: Room) -> list[Finding]:
    """Looks at everything, in the order in which a person would mend it."""
    looks: tuple[Callable[[Room], Finding], ...] = (
        engine,
        *(services, ports, answers, names, certificate, authority),
        *(memory, disk, clock, time_zone, comes_back, backup),
    )
    return [look(room) for look in looks]


@finding("engine", "Moteur de conteneurs")
def engine(room: Room) -> str:
    """Whether the engine answers."""
    probe = DockerSandbox().probe()
    return f"{probe.engine} {probe.version}, {probe.cpus} CPU, {probe.memory_mb} Mo"


@finding("services", "Services")
def services(room: Room) -> str:
    """Whether the four services run."""
    seen = room.state()
    if not any(state.running for state in seen):
        raise Wrong("la salle est arrêtée : « etabli salle start » l'ouvre.")
    if ill := [state.name for state in seen if not state.well]:
        raise Wrong(f"en difficulté : {listed(ill)} ; « etabli salle journal {ill[0]} » dit pourquoi.")
    again = sum(state.restarts for state in seen)
    said = listed([state.name for state in seen])
    return f"{said} ; {count(again, '{n} redémarrage', '{n} redémarrages')}" if again else said


@finding("ports", "Ports")
def ports(room: Room) -> str:
    """Whether the two ports are the front's, or free for it."""
    wanted = room.settings.ports
    if any(state.running for state in room.state() if state.name == "caddy"):
        return f"{wanted.https} et {wanted.http}, tenus par la salle"
    if taken := taken_ports(wanted):
        raise Wrong(f"{port_taken(taken[0])} dans {room.folder / FILE}.")
    return f"{wanted.https} et {wanted.http}, libres"


def taken_ports(wanted: Ports) -> list[int]:
    """Returns which of a room's ports somebody else has; the room must be down."""
    return [port for port in (wanted.https, wanted.http) if _is_taken(port)]


def port_taken(port: int) -> str:
    """Says what to do about a port that another program has."""
    return (
        f"le port {port} est pris par un autre programme (« ss -ltnp 'sport = :{port}' » dit lequel) : arrêtez-le, ou "
        "choisissez d'autres ports"
    )


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            if error.errno != errno.EACCES:  # below 1024 for an ordinary account: the next line tells
                return True
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@finding("answers", "Réponse")
def answers(room: Room) -> str:
    """Whether the portal answers through the front."""
    begun = time.monotonic()
    try:
        status, _certificate = room.ask("/sante")
    except ssl.SSLError as error:
        raise Wrong(f"le certificat est refusé ({error.reason}) : relancez « etabli salle start ».") from error
    except (OSError, HTTPException) as error:
        raise Wrong("rien ne répond : « etabli salle start » ouvre la salle.") from error
    if status != 200:
        raise Wrong(f"le portail répond {status} : « etabli salle journal portail » dit pourquoi.")
    return f"{room.settings.hosts.origin} en {(time.monotonic() - begun) * 1000:.0f} ms"


@finding("names", "Noms")
def names(room: Room) -> str:
    """Whether the portal's name, and any name below it, lead to this machine."""
    name = room.settings.nom
    for one in (name, f"site--essai.{name}"):
        if not (found := _addresses(one)):
            raise Wrong(f"« {one} » ne mène nulle part : {_name_remedy(name)}")
        if strange := [address for address in found if not is_own(address)]:
            raise Wrong(f"« {one} » mène à {strange[0]}, qui n'est pas cette machine : {_name_remedy(name)}")
        if all(address.startswith("127.") or address == "::1" for address in found):
            raise Wrong(
                f"« {one} » mène à {found[0]}, que les postes ne peuvent pas joindre : ôtez-le de /etc/hosts ; "
                f"{_name_remedy(name)}"
            )
    return f"{name} et *.{name} mènent à cette machine"


def _addresses(name: str) -> list[str]:
    try:
        return sorted({str(one[4][0]) for one in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except OSError:
        return []


def _name_remedy(name: str) -> str:
    where = own_address() or "l'adresse de cette machine"
    return f"dans le DNS de l'établissement, « {name} » et « *.{name} » doivent donner {where} ({DOCUMENT})."


@finding("certificate", "Certificat")
def certificate(room: Room) -> str:
    """Whether the certificate that PCs are shown lasts."""
    try:
        told = str(room.ask("/sante")[1]["notAfter"])
    except (OSError, KeyError, HTTPException) as error:
        raise Wrong("à voir quand la salle répond : « etabli salle start » l'ouvre.") from error
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(told), UTC)
    left, said = ends - datetime.now(UTC), f"jusqu'au {_shown(room, ends)}"
    if room.settings.certificat is not None:
        if left < _GIVEN_ENDS:
            raise Wrong(
                f"{said} : demandez le suivant, remplacez {room.settings.certificat} et sa clé, puis relancez « etabli "
                "salle start »."
            )
        return said
    if left < _OURS_ENDS:
        raise Wrong(f"{said}, et il n'est pas renouvelé : « etabli salle journal caddy » dit pourquoi.")
    return f"{said}, renouvelé tout seul"


@finding("authority", "Autorité")
def authority(room: Room) -> str:
    """Whether what PCs have installed lasts."""
    if room.settings.certificat is not None:
        return "celle du certificat donné"
    root, signs = (read_certificate(path) for path in (room.authority.root, room.authority.intermediate))
    now = datetime.now(UTC)
    if root.not_valid_after_utc - now < timedelta(days=180):
        raise Wrong(
            f"elle finit le {_shown(room, root.not_valid_after_utc)} : aux vacances, supprimez "
            f"{room.authority.folder}, relancez « etabli salle start », et installez le nouveau certificat sur les "
            "postes."
        )
    if signs.not_valid_after_utc - now < timedelta(days=330):
        raise Wrong("son certificat de serveur finit bientôt : relancez « etabli salle start », qui le renouvelle.")
    return f"jusqu'au {_shown(room, root.not_valid_after_utc)} ; elle ne vaut que pour {room.settings.nom}"


@finding("memory", "Mémoire")
def memory(room: Room) -> str:
    """For how many learners there is memory."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    learners = max(0, (total - _FIXED_MB) // _LEARNER_MB)
    said = f"{total} Mo : " + ("plus de 48 élèves" if learners > 2 * _FULL else f"{learners} élèves à la fois")
    if learners < _FEWEST:
        needed = _FIXED_MB + _FEWEST * _LEARNER_MB
        raise Wrong(f"{said} ; il en faut {needed} pour {_FEWEST} élèves : ajoutez-en ({DOCUMENT} donne les tailles).")
    return said


@finding("disk", "Disque")
def disk(room: Room) -> str:
    """Whether there is space for hand-ins and runs, and who takes most of it."""
    free = shutil.disk_usage(room.folder).free / 1e9
    said = f"{free:.0f} Go libres ({_DISK_GB} Go au moins)"
    name, size = "", 0
    with suppress(EtabliError):  # the engine's own line says so
        name, size = room.heaviest()
    if name:
        said += f" ; le plus lourd : {name}, {size / 1e6:.0f} Mo"
    most = room.settings.limites.espace_mo
    if size > most * 1_000_000:
        raise Wrong(
            f"{said}, plus que les {most} Mo d'un espace : demandez à cet élève ce qu'il garde, ou changez « limites: "
            "{espace_mo: …} » dans salle.yaml."
        )
    if free < _DISK_GB:
        raise Wrong(
            f"{said} : libérez de la place (« docker system df » montre ce que Docker occupe), ou déplacez la salle."
        )
    return said


@finding("clock", "Horloge")
def clock(room: Room) -> str:
    """Whether the clock can be right: not before this copy of Établi was written; deadlines depend on it."""
    now = datetime.now(UTC)
    said = f"{now.astimezone(room.settings.zone):%d/%m/%Y %H:%M}"
    if now < datetime.fromtimestamp((repository() / "pyproject.toml").stat().st_mtime, UTC):
        raise Wrong(f"{said} : l'horloge retarde ; mettez-la à l'heure (« timedatectl set-ntp true »).")
    return said


@finding("time_zone", "Fuseau horaire")
def time_zone(room: Room) -> str:
    """Whether this machine counts hours as the room does: commands typed here show them too."""
    year = datetime.now(UTC).year
    for month in (1, 7):
        when = datetime(year, month, 15, 12, tzinfo=UTC)
        if when.astimezone().utcoffset() != when.astimezone(room.settings.zone).utcoffset():
            raise Wrong(
                f"cette machine n'est pas à l'heure de {room.settings.fuseau}, que la salle montre : lancez "
                f"« timedatectl set-timezone {room.settings.fuseau} » (sans systemd : « ln -sf "
                f"/usr/share/zoneinfo/{room.settings.fuseau} /etc/localtime »)."
            )
    return room.settings.fuseau


@finding("comes_back", "Retour après une coupure")
def comes_back(room: Room) -> str:
    """Whether the engine, and so the room, starts with the machine."""
    if not Path("/run/systemd/system").is_dir():
        return "par Docker ; sans systemd, vérifiez que la machine lance Docker à son démarrage"
    done = subprocess.run(
        ["systemctl", "is-enabled", "docker"], capture_output=True, text=True, check=False, timeout=20
    )
    if done.stdout.strip() not in ("enabled", "enabled-runtime", "static", "alias", "indirect", "generated"):
        raise Wrong("Docker ne démarre pas avec la machine : lancez « systemctl enable docker ».")
    return "Docker démarre avec la machine, et la salle avec lui"


@finding("backup", "Sauvegarde")
def backup(room: Room) -> str:
    """Whether there is a recent backup, on another disk than the room's."""
    _look_where_backups_go(room)
    told = _last_backup(room)
    if told is None:
        raise Wrong(
            "aucune : un disque en panne emporterait tout. Branchez un autre disque, puis lancez « etabli salle "
            "sauvegarde /media/cle » (docs/salle/sauvegarde.md)."
        )
    last, where = told
    said = f"la dernière est du {_shown(room, last)}"
    if where is not None and on_same_disk(where, room.folder):
        raise Wrong(
            f"{said}, dans « {where} », sur le disque de la salle : elle partirait avec lui. Branchez un autre disque, "
            "puis lancez « etabli salle sauvegarde /media/cle »."
        )
    if datetime.now(UTC) - last > _BACKUP_AGE:
        raise Wrong(
            f"{said} : branchez un autre disque, puis lancez « etabli salle sauvegarde /media/cle » "
            "(docs/salle/sauvegarde.md)."
        )
    return said


def _look_where_backups_go(room: Room) -> None:
    if (kept := room.settings.sauvegarde) is None:
        return
    where = f"« vers: {kept.vers} », dans {room.folder / FILE},"
    if not kept.vers.is_dir():
        raise Wrong(f"{where} n'existe pas : branchez ce disque, ou corrigez.")
    if on_same_disk(kept.vers, room.folder):
        raise Wrong(f"{where} est sur le disque de la salle, et partirait avec lui : donnez un autre disque.")
    if not Path("/run/systemd/system").is_dir():
        raise Wrong(f"sans systemd, rien ne la fait à {kept.heure} : mettez « etabli salle sauvegarde » dans cron.")


def _last_backup(room: Room) -> tuple[datetime, Path | None] | None:
    """Returns when the last backup was made, and where if it says so."""
    try:
        told = json.loads((room.folder / BACKUP).read_text("utf-8"))
        where = Path(told["to"]) if "to" in told else None
        return datetime.fromisoformat(told["at"]).astimezone(UTC), where
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Wrong(f"{room.folder / BACKUP} n'est pas lisible : refaites une sauvegarde.") from error


def _shown(room: Room, when: datetime) -> str:
    return f"{when.astimezone(room.settings.zone):%d/%m/%Y}"
