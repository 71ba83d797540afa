"""Planning: from what the user asked to a plan and a sandbox."""

from __future__ import annotations

from pathlib import Path

from etabli.grading.plan import Plan, image_names
from etabli.lab.manifest import Lab
from etabli.lab.variant import TRAINING
from etabli.sandbox import images
from etabli.sandbox.base import Sandbox
from etabli.sandbox.docker_provider import DockerSandbox


def make_plan(lab: Lab, out: Path, *, secret: bytes, session: str = TRAINING, shuffle: int | None = None) -> Plan:
    """Makes the plan of a batch.

    Raises:
        SandboxUnavailable: No engine answers, or an image is still to be built.
    """
    needed = image_names(lab)
    images.require(needed)
    return Plan(
        lab=lab,
        checks=lab.checks(),
        secret=secret,
        out=out,
        image_tags={name: images.tag(name) for name in needed},
        image_ids=_identities(needed),
        session=session,
        shuffle=shuffle,
    )


def _identities(names: list[str]) -> dict[str, str]:
    """Ids of the images, and (they have no registry digest) the hash of each one's package list."""
    found: dict[str, str] = {}
    for name in names:
        identity = images.identity(name)
        found |= {name: identity["id"], f"{name}-packages": f"sha256:{identity['packages']}"}
    return found


def default_sandbox() -> Sandbox:
    """Returns the sandbox of this machine: its Docker engine."""
    return DockerSandbox()
