"""Ports of this machine, on 127.0.0.1: which are free."""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.services import Service

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
        f"Aucun port n'est libre de {start} à {start + _TRIED - 1} : fermez d'autres programmes, ou choisissez avec "
        "« --port »."
    )


def must_be_free(port: int) -> None:
    """Makes sure that nobody listens on the port that the user insists on.

    Raises:
        UsageProblem: Another program does.
    """
    if not is_free(port):
        raise UsageProblem(
            f"Le port {port} est déjà pris par un autre programme : fermez-le, ou relancez sans « --port » pour en "
            "prendre un libre."
        )


def published(services: Mapping[str, Service]) -> list[str]:
    """Returns the names of those that answer on a port of this machine; the first one is « --port »."""
    return [name for name, service in services.items() if service.answers]


def choose_ports(
    services: Mapping[str, Service], wanted: int | None, former: Mapping[str, int] | None
) -> dict[str, int]:
    """Chooses the ports of a workspace that is about to start.

    Args:
        services: Those of the lab.
        wanted: The port of the first service that has one, if the user insists.
        former: Those of last time, taken again when they are free.

    Raises:
        UsageProblem: The wanted port is in use, or none is free.
    """
    if wanted is not None:
        must_be_free(wanted)
    chosen: dict[str, int] = {}
    for name in published(services):
        again = (former or {}).get(name)
        if not chosen and wanted is not None:
            chosen[name] = wanted
        elif again is not None and again not in chosen.values() and is_free(again):
            chosen[name] = again
        else:
            chosen[name] = free_port(max(chosen.values(), default=FIRST - 1) + 1)
    return chosen
