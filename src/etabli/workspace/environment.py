"""What the repository's ``docker-compose.yml`` is told of one workspace: names, an env file, nothing of a grader."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import EntryFile, Lab, Service
from etabli.lab.variant import Seat
from etabli.sandbox import images
from etabli.workspace.files import NOBODY_S_UID, work_paths
from etabli.workspace.workspace import Workspace

DB_NAME = "atelier"
DB_USER = "eleve"
ERP_DATABASE = "entreprise"
ERP_USER = "assistant"
_SERVED_BY = {Service.DATABASE: "services", Service.ADMINER: "adminer", Service.ERP: "erp"}
_PORTS = {
    Service.APPLICATION: "ETABLI_PORT",
    Service.ADMINER: "ETABLI_PORT_ADMINER",
    Service.ERP: "ETABLI_PORT_PGI",
}


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
    needs = lab.manifest.workspace
    return sorted({_image(service, lab, entry) for service in (needs.services if needs else ())})


def _image(service: Service, lab: Lab, entry: EntryFile | None) -> str:
    if service is Service.APPLICATION and entry is not None:
        return entry.runtime.image
    if service is Service.TERMINAL and lab.manifest.bench is not None:
        return lab.manifest.bench.image
    if service in _SERVED_BY:
        return _SERVED_BY[service]
    raise LabError(
        "{path} : le service « {service} » demande « {key} ». Ajoutez cette clé puis relancez.".format(
            path=lab.folder / "lab.yaml", service=service, key="bench" if service is Service.TERMINAL else "runtimes"
        )
    )


def environment(workspace: Workspace, lab: Lab) -> dict[str, str]:
    """Returns the variables of ``docker-compose.yml`` for a workspace."""
    memo, limits = workspace.memo, lab.manifest.limits
    entry = entry_served(lab, workspace)
    bench, ports = lab.manifest.bench, memo.ports
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
        "ETABLI_DB_NAME": DB_NAME,
        "ETABLI_DB_USER": DB_USER,
        "ETABLI_DB_PASSWORD": memo.db_password,
        "ETABLI_ERP_PASSWORD": memo.db_password,
    }
    found |= {f"ETABLI_IMAGE_{name.upper()}": images.tag(name) for name in sorted(_SERVED_BY.values())}
    if entry is not None:
        found |= {
            "ETABLI_IMAGE_APPLICATION": images.tag(entry.runtime.image),
            "ETABLI_COMMAND": shlex.join(entry.runtime.serve(entry.path)),
        }
    if bench is not None:
        found["ETABLI_IMAGE_TERMINAL"] = images.tag(bench.image)
    for service, name in _PORTS.items():
        if ports is not None and (port := ports.of(service)) is not None:
            found[name] = str(port)
    return found


def env_file(variables: Mapping[str, str]) -> str:
    """Writes an env file as Compose reads it; every value comes out as it went in."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in variables.items())


def _quoted(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"  # taken letter for letter
    escaped = re.sub(r'([\\"$])', r"\\\1", value)
    return f'"{escaped}"'
