"""Removing what is ours, found by its labels rather than by what we remember.

A worker that is half made, a run that was killed: the labels tell the same story in both cases.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker
from docker.errors import APIError, NotFound

from etabli.sandbox.owner import Owner, current

Labels = Mapping[str, str]

OURS = "etabli"
RUN = "etabli.runs.run"
WORKER = "etabli.worker"
OWNER = "etabli.owner"
ROLE = "etabli.role"

_PATIENCE = 20.0
_PAUSE = 0.1
_HANDS = 4


def labels(token: str, worker: str, owner: str | None = None) -> dict[str, str]:
    """Returns the labels of everything that a worker makes.

    Args:
        token: Names the run.
        worker: Names the worker, and no other one.
        owner: Whose it is; this process's, when absent.
    """
    return {OURS: "1", RUN: token, WORKER: worker, OWNER: owner or str(current())}


def orphaned(found: Labels) -> bool:
    """Tells whether the run that made an object is dead; what we cannot read is left alone."""
    owner = Owner.parse(found.get(OWNER, ""))
    return owner is not None and not owner.alive()


def sweep(client: docker.DockerClient, wanted: Labels, doomed: Callable[[Labels], bool] = lambda _found: True) -> int:
    """Removes the containers, then the networks, that carry `wanted` and are `doomed`.

    Another process may be removing the same ones, and a container being created may join a network meanwhile:
    we look again until nothing is left, or patience is.

    Returns:
        How many objects we removed.

    Raises:
        APIError: The engine refused to the end.
    """
    until = time.monotonic() + _PATIENCE
    filters = {"label": [f"{key}={value}" for key, value in wanted.items()]}
    removed = 0
    api = client.api
    while True:
        containers = _ids(api.containers(all=True, filters=filters), doomed)
        removed += _each(containers, lambda one: api.remove_container(one, v=True, force=True))
        networks = _ids(api.networks(filters=filters), doomed)
        removed += _each(networks, api.remove_network)
        if not containers and not networks:
            return removed
        if time.monotonic() > until:
            raise APIError(f"{len(containers) + len(networks)} objects of ours are still there")
        if _ids(api.networks(filters=filters), doomed):
            time.sleep(_PAUSE)


def _ids(found: Iterable[Mapping[str, Any]], doomed: Callable[[Labels], bool]) -> list[str]:
    return [str(one["Id"]) for one in found if doomed(one.get("Labels") or {})]


def _each(ids: list[str], remove: Callable[[str], object]) -> int:
    """Removes several objects at a time; what is in use or on its way out is for the next look."""
    if not ids:
        return 0
    with ThreadPoolExecutor(_HANDS, "etabli-sweep") as pool:
        return sum(pool.map(lambda one: _gone(one, remove), ids))


def _gone(one: str, remove: Callable[[str], object]) -> bool:
    try:
        remove(one)
    except NotFound:
        return False
    except APIError as error:
        if error.status_code not in (403, 409):
            raise
        return False
    return True
