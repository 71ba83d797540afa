"""Rooms as Docker networks: internal, without a gateway, each a /29 of a block of ours.

``internal`` alone leaves the host reachable at the bridge's address; ``inhibit_ipv4`` takes that address away.
A worker has two networks, whatever the number of submissions.
"""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import docker
from docker.errors import APIError
from docker.models.networks import Network
from docker.types import IPAMConfig, IPAMPool

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox.base import Addresses

BLOCK = ipaddress.IPv4Network("10.83.0.0/16")
_PREFIX = 29
_ATTEMPTS = 50
_OPTIONS = {
    "com.docker.network.bridge.inhibit_ipv4": "true",
    "com.docker.network.bridge.enable_ip_masquerade": "false",
}


def create(client: docker.DockerClient, name: str, labels: Mapping[str, str]) -> tuple[Network, Addresses]:
    """Creates a room's network on a block that nobody has.

    Several processes choose at the same time: the engine decides, and the loser tries another block.

    Raises:
        SandboxFailure: No free block was found.
        APIError: The engine refused for another reason.
    """
    for subnet in _candidates(_taken(client).values()):
        try:
            return _create(client, name, subnet, labels), addresses_of(subnet)
        except APIError as error:
            if "overlap" not in str(error).lower():
                raise
    raise _no_block()


def subnets(client: docker.DockerClient, names: Sequence[str]) -> dict[str, str]:
    """Returns a subnet for each network that somebody else is about to create: its own, where it is already there.

    Raises:
        SandboxFailure: No free block was found.
    """
    taken = _taken(client)
    own = {name: str(subnet) for name in names for subnet in taken.get(name, [])}
    others = [name for name in names if name not in own]
    free = _candidates(taken.values())
    if len(free) < len(others):
        raise _no_block()
    return own | {name: str(block) for name, block in zip(others, free, strict=False)}


def _no_block() -> SandboxFailure:
    return SandboxFailure(
        f"Aucune plage d'adresses libre dans {BLOCK} : fermez d'autres vérifications ou d'autres espaces de travail "
        "(« etabli espaces »), puis relancez."
    )


def _create(
    client: docker.DockerClient, name: str, subnet: ipaddress.IPv4Network, labels: Mapping[str, str]
) -> Network:
    pool = IPAMPool(subnet=str(subnet), gateway=str(subnet[1]))
    return client.networks.create(
        name,
        driver="bridge",
        internal=True,
        enable_ipv6=False,
        options=_OPTIONS,
        ipam=IPAMConfig(pool_configs=[pool]),
        labels=dict(labels),
    )


def addresses_of(block: str | ipaddress.IPv4Network) -> Addresses:
    """Returns who is where in a room."""
    subnet = ipaddress.IPv4Network(block)
    return Addresses(examiner=str(subnet[2]), services=str(subnet[3]), candidate=str(subnet[4]))


def _candidates(taken: Iterable[Sequence[ipaddress.IPv4Network]]) -> list[ipaddress.IPv4Network]:
    """Returns some blocks at random among those that overlap with none of `taken`."""
    count = 2 ** (_PREFIX - BLOCK.prefixlen)
    size = 2 ** (32 - _PREFIX)
    drawn = random.SystemRandom().sample(range(count), count)
    first = int(BLOCK.network_address)
    others = [(int(subnet[0]), int(subnet[-1])) for subnets in taken for subnet in subnets]
    starts = (first + index * size for index in drawn)
    free = (start for start in starts if not any(low < start + size and start <= high for low, high in others))
    return [ipaddress.IPv4Network((start, _PREFIX)) for start in islice(free, _ATTEMPTS)]


def _taken(client: docker.DockerClient) -> dict[str, list[ipaddress.IPv4Network]]:
    """Returns the IPv4 subnets of the engine's networks, by name."""
    found: dict[str, list[ipaddress.IPv4Network]] = {}
    for network in client.api.networks():
        pools = (network.get("IPAM") or {}).get("Config") or []
        given = [ipaddress.ip_network(pool["Subnet"], strict=False) for pool in pools if pool.get("Subnet")]
        ours = found.setdefault(str(network.get("Name")), [])
        ours += [subnet for subnet in given if isinstance(subnet, ipaddress.IPv4Network)]
    return found
