"""What a workspace remembers: ``DIR/.etabli/workspace.json``, so that no command has to be told twice."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import pydantic

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, WorkspaceNeeds, load_lab, shown_lab
from etabli.lab.services import Service, chosen
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import Seat
from etabli.runs.evidence import write_atomically
from etabli.runs.identifier import is_identifier

SCHEMA: Final = "etabli/espace/1"
HIDDEN = ".etabli"
FILE = "workspace.json"
WORK = "rendu"


def _identifier(name: str) -> str:
    if not is_identifier(name):
        raise ValueError(name)
    return name


Port = Annotated[int, pydantic.Field(ge=1, le=65535)]


_SITE: Final = {"application": "site"}
"""Service → its key in ``ports``, where that is another name."""


class Memo(pydantic.BaseModel):
    """The facts of a workspace; a folder that came from elsewhere may hold anything, so names are verified."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal["etabli/espace/1"] = pydantic.Field(default=SCHEMA, alias="schema")
    lab: str
    lab_version: str
    """The version of the lab that the énoncé was written with."""
    data_version: int
    session: str
    candidate: Annotated[str, pydantic.AfterValidator(_identifier)]
    runtime: str
    """The way of working chosen at first, whose starter was copied."""
    surroundings: Surroundings = Surroundings.COMMANDS
    """Where its learner works, which its énoncé speaks of."""
    seed_fingerprint: str
    """The workshop's, see :meth:`etabli.lab.variant.Seat.fingerprint`."""
    project: Annotated[str, pydantic.Field(pattern=r"^etabli-[a-z0-9_-]+$")]
    """Name of the Compose project; the database's volume is found by it."""
    db_password: Annotated[str, pydantic.Field(pattern=r"^[A-Za-z0-9._~-]+$")]
    ports: dict[str, Port] | None = None
    """Service → where it answers, on 127.0.0.1 alone; of those that have an address."""
    folder: str | None = None
    """Where it was when its services last ran: elsewhere now, it was moved or copied."""
    starter: dict[str, str] = {}
    """Path → SHA-256 of the files that the starter put into the work folder."""
    created_at: str
    began_at: datetime | None = None
    """When the time of a rehearsal began, with a time zone."""
    minutes: Annotated[int, pydantic.Field(ge=1)] | None = None
    """How long the rehearsal is; it is counted, and nothing ends it."""

    @pydantic.field_validator("ports", mode="before")
    @classmethod
    def _by_service(cls, told: object) -> object:
        if not isinstance(told, dict):
            return told
        services = {key: service for service, key in _SITE.items()}
        return {services.get(key, key): port for key, port in told.items() if port is not None}

    @pydantic.field_serializer("ports")
    def _by_key(self, ports: dict[str, int] | None) -> dict[str, int] | None:
        return ports and {_SITE.get(service, service): port for service, port in ports.items()}

    def is_of(self, seat: Seat) -> bool:
        """Tells whether this is a seat's workspace; « sno-07 » and « SNO-07 » are one person."""
        mine, theirs = (self.lab, self.session, self.candidate), (seat.lab.id, seat.session, seat.candidate)
        return mine[:2] == theirs[:2] and mine[2].lower() == theirs[2].lower()


@dataclass(frozen=True)
class Workspace:
    """A folder and what it remembers."""

    folder: Path
    memo: Memo

    @property
    def work(self) -> Path:
        """The work folder: what is served, checked and handed in."""
        return self.folder / WORK

    def present_work(self) -> Path:
        """Returns the work folder, once sure that it is there.

        Raises:
            UsageProblem: It is gone.
        """
        if not self.work.is_dir():
            raise UsageProblem(
                f"Le dossier « {self.work} » manque : relancez « etabli start » pour retrouver le point de départ."
            )
        return self.work

    def original(self) -> Path | None:
        """Returns the folder that this one is a copy of, if that is still there: both would use the same database."""
        place = Path(self.memo.folder) if self.memo.folder else self.folder
        if place == self.folder or not is_workspace(place):
            return None
        return place if read_workspace(place).memo.project == self.memo.project else None

    @property
    def hidden(self) -> Path:
        """What Établi keeps for itself."""
        return self.folder / HIDDEN

    def lab(self) -> Lab:
        """Loads the lab; raises UnknownLab when it is no longer there."""
        return load_lab(self.memo.lab)

    def services(self) -> dict[str, Service]:
        """Returns the services of the lab, by name; raises UsageProblem when it no longer has workspaces."""
        return chosen(needs_of(shown_lab(self.memo.lab)).services)

    def seat(self) -> Seat:
        """Whose workspace this is."""
        return Seat(self.lab(), self.memo.candidate, self.memo.session)

    def verified_seat(self, secret: bytes) -> Seat:
        """Returns the seat, once sure that this machine still gives it the same data.

        Raises:
            UsageProblem: The secret or the lab's data have changed; the message says the next step.
        """
        seat = self.seat()
        version = seat.lab.manifest.data_version
        if version != self.memo.data_version:
            raise UsageProblem(
                f"« {self.folder} » a été préparé avec la version {self.memo.data_version} des données du TP, qui en "
                f"est à la {version} : préparez un autre espace (« etabli start {seat.lab.id} --candidat "
                f"{seat.candidate} --dossier AUTRE ») et recopiez-y « rendu »."
            )
        if self.memo.seed_fingerprint != seat.fingerprint(secret):
            raise UsageProblem(
                f"« {self.folder} » a été préparé avec un autre secret d'Établi, donc avec d'autres données : demandez "
                "le fichier du secret à votre enseignant, puis lancez « etabli secret importer FICHIER »."
            )
        return seat


def needs_of(lab: Lab) -> WorkspaceNeeds:
    """Returns what a workspace of a lab needs.

    Raises:
        UsageProblem: The lab has no workspace.
    """
    if lab.manifest.workspace is None:
        raise UsageProblem(
            f"Le TP « {lab.id} » n'a pas d'espace de travail : lancez « etabli sujet {lab.id} --candidat IDENTIFIANT "
            "-o DOSSIER » pour son énoncé."
        )
    return lab.manifest.workspace


def services_of(lab: Lab) -> dict[str, Service]:
    """Returns the services of a lab, by name; none without a workspace."""
    return chosen(lab.manifest.workspace.services if lab.manifest.workspace else ())


def write_workspace(workspace: Workspace) -> None:
    """Writes ``workspace.json``, whole or not at all."""
    facts = workspace.memo.model_dump(mode="json", by_alias=True)
    shared = workspace.folder.stat().st_mode & stat.S_ISGID  # a room's: the portal tells the learner the password
    write_private(
        workspace, FILE, json.dumps(facts, ensure_ascii=False, indent=1) + "\n", mode=0o640 if shared else 0o600
    )


def write_private(workspace: Workspace, name: str, text: str, *, mode: int = 0o600) -> None:
    """Writes a file that holds the database's password, for the owner of the workspace alone (even with « sudo »)."""
    path = workspace.hidden / name
    facts = workspace.folder.stat()
    owner = (facts.st_uid, facts.st_gid) if os.geteuid() == 0 else None
    write_atomically(path, text.encode(), mode=mode, owner=owner)
    if owner is not None:
        os.chown(workspace.hidden, *owner, follow_symlinks=False)


def is_workspace(folder: Path) -> bool:
    """Tells whether a folder is a workspace."""
    return (folder / HIDDEN / FILE).is_file()


def read_workspace(folder: Path) -> Workspace:
    """Reads the workspace of a folder.

    Raises:
        UsageProblem: The folder is not a workspace, or its ``workspace.json`` is damaged or of another version.
    """
    if not is_workspace(folder):
        raise UsageProblem(
            f"« {folder} » n'est pas un espace de travail : allez dans le vôtre, ou préparez-en un avec "
            "« etabli start TP --candidat IDENTIFIANT »."
        )
    path = folder / HIDDEN / FILE
    try:
        return Workspace(folder.resolve(), Memo.model_validate_json(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"« {path} » est illisible ou vient d'une autre version d'Établi : mettez Établi à jour, ou relancez "
            "« etabli start TP --candidat IDENTIFIANT --dossier AUTRE » et recopiez-y « rendu »."
        ) from error


def find_workspace(folder: Path | None) -> Workspace:
    """Reads the workspace of a folder; without one, that of the current folder or of one above it.

    Raises:
        UsageProblem: There is none.
    """
    if folder is not None:
        return read_workspace(folder)
    here = Path.cwd()
    return read_workspace(next((place for place in (here, *here.parents) if is_workspace(place)), here))
