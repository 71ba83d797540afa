"""``salle.yaml``: what the person who installs a room has chosen, kept in the room's folder."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import pydantic
import yaml

from etabli.classroom.hosts import Hosts
from etabli.exam.contract.errors import UsageProblem
from etabli.runs.evidence import write_atomically
from etabli.system.disk import unwritable
from etabli.system.yaml_files import Described, read_yaml

FILE = "salle.yaml"
DEFAULT_NAME = "salle.internal"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_LONGEST = 200
"""A service's host begins with some forty characters more, and a host has at most 253."""


def _room_name(given: str) -> str:
    if not re.fullmatch(rf"{_LABEL}(\.{_LABEL})+", given) or given[-1].isdigit() or len(given) > _LONGEST:
        raise ValueError(
            f"« {given} » n'est pas un nom de machine : des lettres sans accent, des chiffres et des tirets, avec un "
            f"point au moins, comme « {DEFAULT_NAME} »"
        )
    if given.endswith(".local"):
        raise ValueError(
            f"« {given} » finit par « .local », que les postes cherchent ailleurs que dans le DNS : prenez par exemple "
            f"« {given.removesuffix('.local')}.internal »"
        )
    return given


def _time_zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"« {given} » n'est pas un fuseau horaire : écrivez par exemple « Europe/Paris » ou « Indian/Reunion »"
        ) from error
    return given


def _hour(given: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", given):
        raise ValueError(f"« heure: {given} » n'est pas une heure : écrivez par exemple « 02:30 »")
    return given


Port = Annotated[int, pydantic.Field(ge=1, le=65535)]


class Ports(Described):
    """Where the front listens."""

    https: Port = 443
    http: Port = 80

    @pydantic.model_validator(mode="after")
    def _unlike(self) -> Ports:
        if self.https == self.http:
            raise ValueError(f"« https » et « http » ne peuvent pas être tous deux {self.http}")
        return self


def _day_of_year(given: object) -> object:
    """Reads « 31/08 »: a day and a month, every year."""
    found = re.fullmatch(r"([0-3]?\d)/([01]?\d)", given) if isinstance(given, str) else None
    try:
        if found is None:
            raise ValueError
        date(2027, int(found[2]), int(found[1]))
    except ValueError as error:
        raise ValueError(f"« {given} » n'est pas un jour de l'année : écrivez par exemple « 31/08 »") from error
    return given


DayOfYear = Annotated[str, pydantic.BeforeValidator(_day_of_year)]


class Retention(Described):
    """How long what is kept about people stays: what a room notes, and three clocks."""

    connexions_jours: Annotated[int, pydantic.Field(ge=1, le=3650)] = 180
    """Who signed in, when and from where."""
    fin_annee: DayOfYear = "31/08"
    """End of the school year: what is formative goes then."""
    fin_session: DayOfYear = "15/07"
    """End of an exam's session: traces and sheets stay until the next one is over."""
    dossiers: tuple[Path, ...] = ()
    """Folders outside the room that purges and exports always look into: results, recueils, commissions, archives."""

    @pydantic.field_validator("dossiers")
    @classmethod
    def _whole(cls, dossiers: tuple[Path, ...]) -> tuple[Path, ...]:
        if wrong := [path for path in dossiers if not path.is_absolute()]:
            raise ValueError(f"« dossiers: {wrong[0]} » n'est pas un chemin entier : il commence par « / »")
        return dossiers

    def runs_before(self, today: date) -> date:
        """Returns the day from which on formative work stays: the day after the last end of a school year."""
        return _last(self.fin_annee, today) + timedelta(days=1)

    def traces_before(self, today: date) -> date:
        """Returns the day from which on traces stay: those of the session before the last one that is over are due."""
        last = _last(self.fin_session, today)
        return last.replace(year=last.year - 1) + timedelta(days=1)

    @property
    def connections(self) -> timedelta:
        """The same, as a duration."""
        return timedelta(days=self.connexions_jours)


def _last(day: str, today: date) -> date:
    """Returns the last such day that is over."""
    number, month = map(int, day.split("/"))
    this = date(today.year, month, number)
    return this if this < today else this.replace(year=today.year - 1)


class Limits(Described):
    """How much of the disk learners may take."""

    espace_mo: Annotated[int, pydantic.Field(ge=100, le=1_000_000)] = 2000
    """Of one workspace: its files with its databases, and its hand-ins together."""
    libre_mo: Annotated[int, pydantic.Field(ge=0, le=1_000_000)] = 1000
    """What stays free: below, nothing heavy is taken any more."""


class Backups(Described):
    """Where backups go by themselves, when, and how many are kept."""

    vers: Path
    """A folder of another disk, a stick or a share; the repository is below it."""
    heure: Annotated[str, pydantic.AfterValidator(_hour)] = "02:30"
    """In the room's time zone."""
    jours: Annotated[int, pydantic.Field(ge=1, le=400)] = 14
    semaines: Annotated[int, pydantic.Field(ge=0, le=100)] = 8
    mois: Annotated[int, pydantic.Field(ge=0, le=60)] = 12

    @pydantic.field_validator("heure", mode="before")
    @classmethod
    def _not_a_number(cls, heure: object) -> object:
        """YAML reads 12:30 as 750, in base sixty."""
        return f"{heure // 60:02}:{heure % 60:02}" if isinstance(heure, int) else heure

    @pydantic.field_validator("vers")
    @classmethod
    def _whole(cls, vers: Path) -> Path:
        if not vers.is_absolute():
            raise ValueError(f"« vers: {vers} » n'est pas un chemin entier : il commence par « / »")
        return vers

    @property
    def longest(self) -> timedelta:
        """How long something may stay in the backups once the room no longer has it."""
        return timedelta(days=max(self.jours, 7 * self.semaines, 31 * self.mois))


class RoomSettings(Described):
    """What ``salle.yaml`` says."""

    nom: Annotated[str, pydantic.AfterValidator(_room_name)] = DEFAULT_NAME
    """The portal's name; those of the services are below it."""
    ports: Ports = Ports()
    fuseau: Annotated[str, pydantic.AfterValidator(_time_zone)] = "Europe/Paris"
    """Of every hour that a person reads."""
    conservation: Retention = Retention()
    limites: Limits = Limits()
    sauvegarde: Backups | None = None
    """Without it, backups are made when somebody asks."""
    certificat: Path | None = None
    """A certificate chain that PCs trust already, for the name and all names below it; without it, ours."""
    cle: Path | None = None
    """Its private key."""

    @pydantic.model_validator(mode="after")
    def _a_pair(self) -> RoomSettings:
        if (self.certificat is None) != (self.cle is None):
            raise ValueError("« certificat » et « cle » vont ensemble : donnez les deux fichiers, ou aucun")
        if not all(path is None or path.is_absolute() for path in (self.certificat, self.cle)):
            raise ValueError("« certificat » et « cle » sont des chemins entiers : ils commencent par « / »")
        return self

    @property
    def hosts(self) -> Hosts:
        """The names of the room's origins."""
        return Hosts(self.nom, self.ports.https)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of every hour that a person reads."""
        return ZoneInfo(self.fuseau)


def read_settings(folder: Path) -> RoomSettings:
    """Returns what a room's ``salle.yaml`` says.

    Raises:
        LabError: The file says something that it may not; all of it is told.
        UsageProblem: There is no room in this folder, or its file cannot be read.
    """
    path = folder / FILE
    try:
        return read_yaml(path, RoomSettings)
    except FileNotFoundError as error:
        raise UsageProblem(
            f"« {folder} » n'est pas une salle : donnez son dossier avec « --dossier », ou lancez « etabli salle "
            "start », qui en fait une."
        ) from error
    except OSError as error:
        raise UsageProblem(
            f"« {path} » ne peut pas être lu : relancez avec le compte qui a installé la salle."
        ) from error


CLOCKS = "conservation.yaml"
"""Of a centre without a room, in ETABLI_HOME: what `conservation` says in ``salle.yaml``."""


def read_retention(home: Path) -> Retention:
    """Returns how long a centre without a room keeps things; ours, where it says nothing.

    Raises:
        LabError: The file says something that it may not.
    """
    path = home / CLOCKS
    return read_yaml(path, Retention) if path.is_file() else Retention()


def write_settings(folder: Path, settings: RoomSettings) -> None:
    """Writes ``salle.yaml``, whole.

    Raises:
        UsageProblem: It cannot be written.
        DiskFull: There is no room for it.
    """
    told = settings.model_dump(mode="json", exclude_none=True)
    try:
        write_atomically(folder / FILE, yaml.safe_dump(told, allow_unicode=True, sort_keys=False).encode())
    except OSError as error:
        raise unwritable(folder, error, "choisissez un autre dossier avec « --dossier »") from error
