"""What the repository's ``docker-compose.yml`` is told of one workspace: names, an env file, nothing of a grader."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from etabli.exam.contract.errors import LabError
from etabli.lab.libraries import MANIFEST
from etabli.lab.manifest import EntryFile, Lab
from etabli.lab.services import FRONT, Service, declared
from etabli.lab.variant import Seat
from etabli.sandbox import images
from etabli.sandbox.docker_containers import NO_RESOLVER, sysctls
from etabli.sandbox.docker_networks import addresses_of
from etabli.workspace.files import NOBODY_S_UID, work_paths
from etabli.workspace.ports import published
from etabli.workspace.workspace import Workspace, services_of

_HOME = "interne"
_SITE = {"application", "base"}
_INSIDE = 8080
"""Where the front listens for the first service; for the second, one port further."""


class _Instead(list[str]):
    """Takes the place of the list in ``docker-compose.yml``, where Compose would add to it."""


class _Reset:
    """Takes a service of ``docker-compose.yml`` away."""


class _Compose(yaml.SafeDumper):
    """Knows the tags by which a Compose file is overridden (Compose specification, « Merge and override »)."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Compose.add_representer(_Instead, lambda dumper, one: dumper.represent_sequence("!override", one))
_Compose.add_representer(_Reset, lambda dumper, _: dumper.represent_scalar("!reset", "null"))


def project_name(seat: Seat, folder: Path) -> str:
    """Returns a Compose project's name: readable, and another one for each seat and folder."""
    facts = "\0".join([seat.lab.id, seat.session, seat.candidate, str(folder.resolve())])
    digits = hashlib.sha256(facts.encode()).hexdigest()[:8]
    name = re.sub(r"[^a-z0-9_-]+", "-", f"{seat.lab.id}-{seat.candidate}".lower())[:48]
    return f"etabli-{name}-{digits}"


def entry_served(lab: Lab, workspace: Workspace) -> EntryFile | None:
    """Returns the entry file of the work folder, or the one that its starter would have had; none without a site."""
    found = lab.entry(work_paths(workspace.work))
    if found is not None or not lab.manifest.runtimes:
        return found
    chosen = {runtime.id: runtime for runtime in lab.manifest.runtimes}[workspace.memo.runtime]
    return EntryFile(chosen.entries[0], chosen)


def needed_images(lab: Lab, entry: EntryFile | None) -> list[str]:
    """Returns the names of the images that a workspace runs."""
    found = set()
    for name, service in services_of(lab).items():
        image = _image(service, lab, entry)
        if image is None:
            raise LabError(
                f"{lab.folder / MANIFEST} : le service « {name} » demande « {service.told.image_of} ». Ajoutez cette "
                "clé puis relancez."
            )
        found.add(image)
        if service.answers:
            found.add(FRONT)
    return sorted(found)


def _image(service: Service, lab: Lab, entry: EntryFile | None) -> str | None:
    """Returns the name of the image of a service; none when the lab does not say it."""
    if service.told.image_of == "runtimes":
        return entry.runtime.image if entry else None
    if service.told.image_of == "bench":
        return lab.manifest.bench.image if lab.manifest.bench else None
    return service.built


def environment(workspace: Workspace, lab: Lab) -> dict[str, str]:
    """Returns the variables of ``docker-compose.yml`` for a workspace."""
    memo, limits = workspace.memo, lab.manifest.limits
    entry = entry_served(lab, workspace)
    found = {
        "ETABLI_PROJECT": memo.project,
        "ETABLI_ESPACE": str(workspace.folder),
        "ETABLI_LAB": memo.lab,
        "ETABLI_CANDIDAT": memo.candidate,
        "ETABLI_SESSION": memo.session,
        "ETABLI_UID": str(workspace.folder.stat().st_uid or NOBODY_S_UID),
        "ETABLI_PULL": "never",
        "ETABLI_IMAGE_FACADE": images.tag(FRONT),
        "ETABLI_MEMORY": f"{limits.memory_mb}m",
        "ETABLI_PIDS": str(limits.pids),
        "ETABLI_DB_PASSWORD": memo.db_password,
        "ETABLI_ERP_PASSWORD": memo.db_password,
        "ETABLI_NOM_SALLE": os.environ.get("ETABLI_NOM_SALLE", ""),
    }
    if entry is not None:
        found["ETABLI_COMMAND"] = shlex.join(entry.runtime.serve(entry.path, in_workspace=True))
    for service in declared().values():
        image = _image(service, lab, entry)
        if service.image_variable and image:
            found[service.image_variable] = images.tag(image)
    return found


def networks_of(workspace: Workspace) -> dict[str, str]:
    """Returns the networks of the Compose file, and what the engine calls those of a workspace."""
    return {name: f"{workspace.memo.project}_{name}" for name in (_HOME, "outils", FRONT)}


def override(workspace: Workspace, subnets: Mapping[str, str]) -> str:
    """Writes what is another in each workspace and no variable can say: its ports, for any number of services.

    Those that an exam has too are where an exam has them, and called the same.

    Args:
        workspace: Whose ports are chosen.
        subnets: Of its networks, by what the engine calls them.
    """
    networks, services = networks_of(workspace), workspace.services()
    pools = {name: {"ipam": {"config": [{"subnet": subnets[called]}]}} for name, called in networks.items()}
    told: dict[str, dict[str, Any]] = {}
    if names := published(services):
        ports = workspace.memo.ports or {}
        pairs = _Instead(f"127.0.0.1:{ports[name]}:{inside}" for inside, name in enumerate(names, _INSIDE))
        told[FRONT] = {"command": names, "ports": pairs}
    if _SITE <= services.keys():
        home = addresses_of(subnets[networks[_HOME]])
        for name, address in {FRONT: home.examiner, "base": home.services, "application": home.candidate}.items():
            told.setdefault(name, {})["networks"] = {_HOME: {"ipv4_address": address}}
        hosts = {"base": home.services, FRONT: home.examiner}
        resolver = {"type": "bind", "source": str(NO_RESOLVER), "target": "/etc/resolv.conf", "read_only": True}
        told["application"] |= {"extra_hosts": hosts, "sysctls": sysctls(), "volumes": [resolver]}
    absent: dict[str, Any] = {}
    if not names:  # Compose would make the networks of all that is never started
        absent = {name: _Reset() for name in (FRONT, *declared()) if name not in services}
    return yaml.dump({"networks": pools, "services": told | absent}, Dumper=_Compose, sort_keys=False)


def env_file(variables: Mapping[str, str]) -> str:
    """Writes an env file as Compose reads it; every value comes out as it went in."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in variables.items())


def _quoted(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"  # taken letter for letter
    escaped = re.sub(r'([\\"$])', r"\\\1", value)
    return f'"{escaped}"'
