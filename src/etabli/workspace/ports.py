"""Ports of this machine, on 127.0.0.1: which are free."""

from __future__ import annotations

import socket
from collections.abc import Collection

from etabli.errors import UsageProblem
from etabli.i18n import _
from etabli.workspace.memo import Ports

FIRST = 8080
_TRIED = 200


def is_free(port: int) -> bool:
    """Tells whether nobody listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(start: int = FIRST, taken: Collection[int] = ()) -> int:
    """Returns the first free port from ``start`` on.

    Raises:
        UsageProblem: None of the next two hundred is free.
    """
    for port in range(start, start + _TRIED):
        if port not in taken and is_free(port):
            return port
    raise UsageProblem(
        _(
            "Aucun port n'est libre de {first} à {last} : fermez d'autres programmes, ou choisissez avec « --port »."
        ).format(first=start, last=start + _TRIED - 1)
    )


def must_be_free(port: int) -> None:
    """Makes sure that nobody listens on the port that the user insists on.

    Raises:
        UsageProblem: Another program does.
    """
    if not is_free(port):
        raise UsageProblem(
            _(
                "Le port {port} est déjà pris par un autre programme : fermez-le, ou relancez sans « --port » pour en "
                "prendre un libre."
            ).format(port=port)
        )


def choose_ports(wanted: int | None, former: Ports | None) -> Ports:
    """Chooses the ports of a workspace that is about to start.

    Args:
        wanted: The site's port, if the user insists.
        former: Those of last time, taken again when they are free.

    Raises:
        UsageProblem: The wanted port is in use, or none is free.
    """
    if wanted is not None:
        must_be_free(wanted)
    site = wanted or _again(former.site if former else None) or free_port()
    adminer = _again(former.adminer if former else None)
    if adminer is None or adminer == site:
        adminer = free_port(site + 1)
    return Ports(site=site, adminer=adminer)


def _again(port: int | None) -> int | None:
    return port if port is not None and is_free(port) else None
