"""What the services of workspaces keep in volumes of the engine: a learner's database is their work.

A service that runs is held still while its volume is copied, for as long as that takes: what is copied is what a power
cut would leave, which MariaDB and SQLite take up again by themselves.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etabli.exam.contract.errors import SandboxFailure, UsageProblem
from etabli.sandbox import images
from etabli.server.services import Room
from etabli.server.vault import Mount, container
from etabli.system.disk import disk_full
from etabli.workspace.compose import run
from etabli.workspace.environment import project_name
from etabli.workspace.opening import remembered
from etabli.workspace.workspace import Workspace, is_workspace, read_workspace

_PROJECT, _VOLUME = "com.docker.compose.project", "com.docker.compose.volume"
_PASSING = "etabli.passager"
"""The label of a volume in which nothing is kept: a container's own terminals."""
_HOLD = """
held=$1; shift
if [ -n "$held" ]; then
  trap "docker unpause $held >/dev/null 2>&1" EXIT
  docker pause $held >/dev/null 2>&1
fi
"$@"
"""
"""A shell of its own group does it, so that no service is left held when somebody stops the command."""


@dataclass(frozen=True)
class Volume:
    """One volume of a workspace."""

    project: str
    name: str
    """As ``docker-compose.yml`` calls it."""
    passing: bool = False
    """Whether nothing is kept there."""

    @property
    def full(self) -> str:
        """As the engine calls it."""
        return f"{self.project}_{self.name}"


def workspaces(room: Room) -> Iterator[Workspace]:
    """Gives the workspaces of a room whose files are there; what is damaged is left to its learner's next opening."""
    folder = room.folder / "espaces"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if is_workspace(path):
            try:
                yield read_workspace(path)
            except UsageProblem:
                continue


def volumes_by_project() -> dict[str, list[Volume]]:
    """Returns the volumes of this machine by Compose project."""
    found: dict[str, list[Volume]] = {}
    shown = "\t".join(f'{{{{.Label "{label}"}}}}' for label in (_PROJECT, _VOLUME, _PASSING)) + "\t{{.Name}}"
    for line in run(["docker", "volume", "ls", "--format", shown]).splitlines():
        project, name, passing, full = line.split("\t")
        if project and name and full == f"{project}_{name}":
            found.setdefault(project, []).append(Volume(project, name, bool(passing)))
    return found


def copy_out(volume: Volume, folder: Path) -> None:
    """Copies what is in a volume into a folder.

    Raises:
        SandboxError: It could not be copied, or the disk is full.
    """
    mounts = [*_volume(volume, "/de", ",readonly"), *Mount(folder, "/vers", read_only=False).words()]
    users = _users(volume)
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _copy(mounts, users, folder)
        if not (fresh := [user for user in _users(volume) if user not in users]):
            return
        users = fresh  # it began to run meanwhile


def _users(volume: Volume) -> list[str]:
    """Returns the containers that run on a volume."""
    filters = ["--filter", f"volume={volume.full}", "--filter", "status=running"]
    return run(["docker", "ps", "--quiet", *filters]).split()


def copy_in(volume: Volume, folder: Path) -> None:
    """Makes a volume that holds what is in a folder.

    Raises:
        SandboxError: It could not be made, or the disk is full.
    """
    labels = [f"--label={_PROJECT}={volume.project}", f"--label={_VOLUME}={volume.name}"]
    run(["docker", "volume", "create", *labels, volume.full])
    _copy([*Mount(folder, "/de").words(), *_volume(volume, "/vers", "")], [], folder)


def forget(workspace: Workspace) -> None:
    """Removes the services of a workspace, and the volumes that they kept.

    Raises:
        SandboxError: The engine cannot.
    """
    project = workspace.memo.project
    run(["docker", "compose", "--project-name", project, "down", "--volumes", "--remove-orphans"])
    if left := [volume.full for volume in volumes_by_project().get(project, ())]:
        run(["docker", "volume", "rm", "--force", *left])


def moved(room: Room, workspace: Workspace) -> Workspace:
    """Makes a workspace that comes from elsewhere this folder's own: no other one has its project."""
    project, known = project_name(workspace.seat(), workspace.folder), volumes_by_project()
    while project in known:  # of a room that was here before
        project = f"{project_name(workspace.seat(), workspace.folder)}-{secrets.token_hex(2)}"
    return remembered(workspace, project=project, folder=str(workspace.folder))


def _volume(volume: Volume, target: str, more: str) -> list[str]:
    return ["--mount", f"type=volume,source={volume.full},target={target}{more}"]


def _copy(mounts: list[str], held: list[str], folder: Path) -> None:
    words = [*container(), *mounts, images.tag("salle"), "cp", "--archive", "--sparse=always", "/de/.", "/vers/"]
    done = subprocess.run(
        ["sh", "-c", _HOLD, "sh", " ".join(held), *words], capture_output=True, check=False, start_new_session=True
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace")
        if "no space left on device" in said.lower():
            raise disk_full(folder)
        last = (said.strip().splitlines() or ["?"])[-1][:300]
        raise SandboxFailure(f"La base d'un espace n'a pas pu être copiée ({last}) : relancez la sauvegarde.")
