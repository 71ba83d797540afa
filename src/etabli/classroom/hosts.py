"""The names of a room's origins: the portal's own, and one for each service of each workspace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

SERVICES = {"site": "application", "adminer": "adminer", "pgi": "pgi", "messagerie": "messagerie"}
"""What begins a host's name → the service of ``docker-compose.yml`` that it shows."""
_HTTPS = 443


class Door(NamedTuple):
    """One service of one workspace, as a host names it."""

    service: str
    token: str


@dataclass(frozen=True)
class Hosts:
    """The names under ``salle.X``.

    Args:
        name: Of the portal, in lower case.
        port: Of HTTPS.
    """

    name: str
    port: int = _HTTPS

    @property
    def origin(self) -> str:
        """The portal's origin, as browsers write it."""
        return self.at(self.name)

    def at(self, host: str) -> str:
        """Returns the origin of a host of the room."""
        return f"https://{host}" if self.port == _HTTPS else f"https://{host}:{self.port}"

    def of(self, door: Door) -> str:
        """Returns the host of a service of a workspace."""
        return f"{door.service}--{door.token}.{self.name}"

    def door(self, host: str) -> Door | None:
        """Returns what a host stands for; ``None`` when it is no service's. A port behind it is not looked at."""
        found = re.fullmatch(rf"([a-z]+)--([a-z0-9]+)\.{re.escape(self.name)}", _bare(host))
        return Door(*found.groups()) if found and found[1] in SERVICES else None

    def is_portal(self, host: str) -> bool:
        """Tells whether a host is the portal's."""
        return _bare(host) == self.name


def _bare(host: str) -> str:
    return host.rsplit(":", 1)[0].lower()
