"""Rooms as Docker networks: internal, without a gateway, each a /29 of a block of ours.

``internal`` alone leaves the host reachable at the bridge's address; ``inhibit_ipv4`` takes that address away.
A worker has two networks, whatever the number of submissions.
"""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Mapping

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
    for subnet in _candidates(_taken(client)):
        try:
            return _create(client, name, subnet, labels), _addresses(subnet)
        except APIError as error:
            if "overlap" not in str(error).lower():
                raise
    raise SandboxFailure(
        f"Aucune plage d'adresses libre dans {BLOCK} : fermez les autres vérifications, puis relancez."
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


def _addresses(subnet: ipaddress.IPv4Network) -> Addresses:
    return Addresses(examiner=str(subnet[2]), services=str(subnet[3]), candidate=str(subnet[4]))


def _candidates(taken: list[ipaddress.IPv4Network]) -> list[ipaddress.IPv4Network]:
    """Returns some blocks at random among those that overlap with none of `taken`."""
    count = 2 ** (_PREFIX - BLOCK.prefixlen)
    size = 2 ** (32 - _PREFIX)
    drawn = random.SystemRandom().sample(range(count), count)
    first = int(BLOCK.network_address)
    blocks = (ipaddress.IPv4Network((first + index * size, _PREFIX)) for index in drawn)
    free = (block for block in blocks if not any(block.overlaps(other) for other in taken))
    return [block for block, _nth in zip(free, range(_ATTEMPTS), strict=False)]


def _taken(client: docker.DockerClient) -> list[ipaddress.IPv4Network]:
    """Returns the IPv4 subnets of the engine's networks."""
    pools = [(network.get("IPAM") or {}).get("Config") or [] for network in client.api.networks()]
    given = [config["Subnet"] for configs in pools for config in configs if config.get("Subnet")]
    subnets = [ipaddress.ip_network(subnet, strict=False) for subnet in given]
    return [subnet for subnet in subnets if isinstance(subnet, ipaddress.IPv4Network)]
