"""Services: what a workspace can run, as the repository's ``docker-compose.yml`` declares it."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import pydantic
from pydantic_core import PydanticCustomError

from etabli.exam.contract.errors import LabError
from etabli.system.settings import repository
from etabli.system.yaml_files import Described, read_yaml

FILE = "docker-compose.yml"
FRONT = "facade"
"""The service that answers on this machine's ports and passes connections on to the others."""
_WORK = "/srv/app"


class Told(Described):
    """The key ``x-etabli`` of a service: what Compose does not need and Établi does; its words are the student's."""

    image_of: Literal["runtimes", "bench"] | None = None
    """The key of ``lab.yaml`` that names its image; without it, the image that Compose builds."""
    title: str = ""
    """Before its address, to which its port 8080 answers; without a title it has no address."""
    page: str = ""
    """Where one enters, after its address."""
    user: str | None = None
    """Who logs in, with the password of the workspace."""
    ready: tuple[str, ...] = ()
    """The command that succeeds once it is ready, for one that answers no browser."""
    called: str = ""
    """What a sentence that it begins calls it."""
    commands: dict[str, str] = pydantic.Field(default={})
    """Commands that are about it → what each does."""
    entire_journal: bool = False
    """Its journal says nothing of the student's files, so that their last change cuts nothing off."""
    noted: str = ""
    """What reports call the notes of its use that a hand-in repeats (:mod:`etabli.workspace.notes`); '' has none."""
    shown_files: bool = False
    """The student opens ``dossier/`` and ``donnees/`` to work with it."""
    data: str = ""
    """What ``donnees/`` is for it."""
    reloads: bool = False
    """A change of the student's files is seen when the page is loaded again."""
    help: str = ""
    """What to do when it does not answer."""


class _Read(pydantic.BaseModel):
    """What is read of a Compose file; Compose itself validates the rest."""

    model_config = pydantic.ConfigDict(frozen=True)


class _Build(_Read):
    context: str


class _Bind(_Read):
    target: str
    read_only: bool = False


class Service(_Read):
    """A service of the Compose file."""

    image: str
    build: _Build
    profiles: tuple[str, ...] = ()
    volumes: tuple[_Bind | str, ...] = ()
    told: Told = pydantic.Field(default=Told(), alias="x-etabli")

    @property
    def built(self) -> str:
        """Name of the image that is built for it."""
        return PurePosixPath(self.build.context).name

    @property
    def image_variable(self) -> str | None:
        """The variable that says which image it runs."""
        return _variable(self.image)

    @property
    def answers(self) -> bool:
        """Whether one enters it at an address of this machine."""
        return bool(self.told.title)

    @property
    def keeps(self) -> bool:
        """Whether it has a named volume, which outlives a stop; what is bound is written in the long form."""
        return any(isinstance(one, str) for one in self.volumes)

    @property
    def writes(self) -> bool:
        """Whether the student's files are changed from inside."""
        return any(isinstance(one, _Bind) and one.target == _WORK and not one.read_only for one in self.volumes)


class _ComposeFile(_Read):
    services: dict[str, Service]


def _variable(text: str) -> str | None:
    found = re.search(r"\$\{(\w+):-", text)
    return found.group(1) if found else None


def declared() -> dict[str, Service]:
    """Returns the services that a lab may name, by name, in the order of the Compose file: those with ``x-etabli``.

    Raises:
        LabError: The file is not there, or what Établi reads of it is wrong.
    """
    return _declared(repository() / FILE)


@cache
def _declared(path: Path) -> dict[str, Service]:
    try:
        found = read_yaml(path, _ComposeFile).services
    except FileNotFoundError as error:
        raise LabError(f"{path} manque : récupérez de nouveau le dépôt d'Établi.") from error
    return {name: service for name, service in found.items() if "told" in service.model_fields_set}


def chosen(names: Collection[str]) -> dict[str, Service]:
    """Returns the services of these names, in the order of the Compose file."""
    return {name: service for name, service in declared().items() if name in names}


def _must_be_declared(name: str) -> str:
    known = list(declared())
    if name not in known:
        raise PydanticCustomError("enum", "no such service among {expected}", {"expected": ", ".join(known)})
    return name


ServiceName = Annotated[str, pydantic.AfterValidator(_must_be_declared)]
"""How a description file names a service."""
