"""What the repository's ``docker-compose.yml`` is told of one workspace: names, an env file, nothing of a grader."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import MANIFEST, EntryFile, Lab
from etabli.lab.services import Service, declared
from etabli.lab.variant import Seat
from etabli.sandbox import images
from etabli.workspace.files import NOBODY_S_UID, work_paths
from etabli.workspace.workspace import Workspace, services_of


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
    ports = memo.ports or {}
    found = {
        "ETABLI_PROJECT": memo.project,
        "ETABLI_ESPACE": str(workspace.folder),
        "ETABLI_LAB": memo.lab,
        "ETABLI_CANDIDAT": memo.candidate,
        "ETABLI_SESSION": memo.session,
        "ETABLI_UID": str(workspace.folder.stat().st_uid or NOBODY_S_UID),
        "ETABLI_PULL": "never",
        "ETABLI_MEMORY": f"{limits.memory_mb}m",
        "ETABLI_PIDS": str(limits.pids),
        "ETABLI_DB_PASSWORD": memo.db_password,
        "ETABLI_ERP_PASSWORD": memo.db_password,
    }
    if entry is not None:
        found["ETABLI_COMMAND"] = shlex.join(entry.runtime.serve(entry.path))
    for name, service in declared().items():
        image = _image(service, lab, entry)
        if service.image_variable and image:
            found[service.image_variable] = images.tag(image)
        if service.port_variable and name in ports:
            found[service.port_variable] = str(ports[name])
    return found


def env_file(variables: Mapping[str, str]) -> str:
    """Writes an env file as Compose reads it; every value comes out as it went in."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in variables.items())


def _quoted(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"  # taken letter for letter
    escaped = re.sub(r'([\\"$])', r"\\\1", value)
    return f'"{escaped}"'
