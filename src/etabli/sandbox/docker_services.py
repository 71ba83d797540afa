"""The services of one room on Docker: started when first needed, warm from one submission to the next."""

from __future__ import annotations

import re
from collections.abc import Callable

from docker.errors import NotFound
from docker.models.containers import Container

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox.base import ServiceState
from etabli.sandbox.docker_engine import Engine, app_state, last_line, remove
from etabli.sandbox.docker_errors import translated

_READY = 30.0
_WAIT = ("sh", "-c", "until mariadb -e 'DO 1' 2>/dev/null; do sleep 0.02; done")
_LINES = 2_000
"""Of the server's own words, as many are read again: those of a crash are a hundred."""
_FULL = re.compile(rb"No space left on device|\b(?:Errcode|errno|error)(?: code| number)?:? 28\b", re.IGNORECASE)


class Services:
    """Keeps a container for whoever is in the room; one that died stays as it is until :meth:`end`.

    Args:
        engine: The engine.
        make: Creates the container; called again whenever a fresh one is needed.
    """

    def __init__(self, engine: Engine, make: Callable[[], Container]) -> None:
        self._engine = engine
        self._make = make
        self._container: Container | None = None

    def ready(self) -> Container:
        """Returns the container, started if there was none.

        Raises:
            SandboxFailure: It does not start.
        """
        if self._container is None:
            with translated("ouvrir les services"):
                container = self._make()
                try:
                    self._start(container)
                except BaseException:
                    remove(container)
                    raise
            self._container = container
        return self._container

    def _start(self, container: Container) -> None:
        container.start()
        if self._engine.run(container, _WAIT, timeout=_READY).exit_code:
            raise SandboxFailure(
                f"La base de données ne démarre pas ({last_line(container.logs(tail=5))}) : relancez, puis « "
                "etabli doctor »."
            )

    def take(self, container: str) -> None:
        """Takes a container that waits; one that has stopped is removed, for a fresh one.

        Raises:
            NotFound: It is gone.
        """
        self._container = self._engine.client.containers.get(container)
        if not app_state(self._container).running:
            self.end()

    @property
    def container(self) -> Container | None:
        """The container, if it was started."""
        return self._container

    def state(self) -> ServiceState:
        """Tells how the container is, and whether its server said that a disk was full."""
        if self._container is None:
            return ServiceState(running=False)
        try:
            state = app_state(self._container)
            said = self._container.logs(tail=_LINES)
        except NotFound:
            return ServiceState(running=False)
        return ServiceState(state.running, state.exit_code, state.oom_killed, full=bool(_FULL.search(said)))

    def end(self) -> None:
        """Removes the container, if there is one."""
        container, self._container = self._container, None
        if container is not None:
            remove(container)
