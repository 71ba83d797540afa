"""A worker's examiner on Docker: warm from one exam to the next, fresh after one that went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from docker.errors import NotFound
from docker.models.containers import Container

from etabli.exam.contract.errors import ExamTimeout, SandboxFailure
from etabli.sandbox.base import MAX_CHANNEL, MAX_NOISE, ExamCrashed, ExamEnd
from etabli.sandbox.docker_engine import Engine, last_line, remove
from etabli.sandbox.docker_errors import translated
from etabli.sandbox.docker_streams import STDOUT, Expired, Tail

_ACCOUNT = "examiner"
_ENVIRONMENT = {"HOME": "/tmp"}
_NOT_RUN = (126, 127)
_UNPACK = ("tar", "-x", "-C", "/etabli")


class Examiner:
    """Runs exams, one at a time.

    Args:
        engine: The engine.
        make: Creates the container; called again whenever a fresh one is needed.
        pack: The tar that each container is given.
    """

    def __init__(self, engine: Engine, make: Callable[[], Container], pack: bytes) -> None:
        self.last_exam: ExamEnd | None = None
        self._engine = engine
        self._make = make
        self._pack = pack
        self._container: Container | None = None
        self._busy: Container | None = None

    def ready(self) -> Container:
        """Returns a running container; a fresh one when the last exam took it down.

        Raises:
            SandboxFailure: The container does not start or does not take the pack.
        """
        if self._container is not None:
            if _running(self._container):
                return self._container
            remove(self._container)
        container = self._make()
        try:
            self._furnish(container)
        except BaseException:
            remove(container)
            raise
        self._container = container
        return container

    def _furnish(self, container: Container) -> None:
        container.start()
        unpacked = self._engine.run(container, _UNPACK, user=_ACCOUNT, stdin=self._pack, timeout=60)
        if unpacked.exit_code:
            raise SandboxFailure(
                "L'examinateur n'a pas reçu ses points de vérification "
                f"({last_line(unpacked.stderr + unpacked.stdout)}) : relancez la vérification."
            )

    def exam(self, argv: Sequence[str], request: bytes, *, deadline: float) -> Generator[bytes, None, None]:
        """Runs an exam and yields what it writes on its channel as it comes."""
        if self._busy is not None:
            # Whoever read the last exam went away without closing it.
            self._discard(self._busy)
        self.last_exam = None
        with translated("préparer l'examinateur"):
            container = self._busy = self.ready()
        noise = Tail(MAX_NOISE)
        code: int | None = None
        try:
            with translated("examiner un rendu"):
                code = yield from self._channel(container, argv, request, noise, time.monotonic() + deadline)
        except Expired:
            raise ExamTimeout from None
        finally:
            self.last_exam = ExamEnd(code, bytes(noise))
            if code is None:
                self._discard(container)
            elif self._busy is container:
                self._busy = None
        if code in _NOT_RUN:
            raise ExamCrashed(
                f"L'examinateur n'a pas pu être lancé ({last_line(bytes(noise))}) : lancez « make setup »."
            )

    def _channel(
        self, container: Container, argv: Sequence[str], request: bytes, noise: Tail, until: float
    ) -> Generator[bytes, None, int]:
        """Yields the channel, keeps the end of the noise, returns the exit code."""
        identifier, pieces = self._engine.converse(
            container, argv, user=_ACCOUNT, environment=_ENVIRONMENT, stdin=request, until=until
        )
        total = 0
        # Hanging up comes first: the engine waits long for a container whose output nobody takes.
        with closing(pieces):
            for piece in pieces:
                if piece.stream != STDOUT:
                    noise.add(piece.data)
                    continue
                total += len(piece.data)
                if total > MAX_CHANNEL:
                    raise ExamCrashed("L'examinateur a écrit plus de 64 Mio : relancez la vérification.")
                yield piece.data
        code = self._engine.exit_code(identifier)
        if code and not _running(container):
            raise ExamCrashed
        return code

    def _discard(self, container: Container) -> None:
        """Ends an exam with its container: nothing else ends a command there, nor what it has started."""
        if self._container is container:
            self._container = None
        if self._busy is container:
            self._busy = None
        with translated("remplacer l'examinateur"):
            remove(container)


def _running(container: Container) -> bool:
    try:
        container.reload()
    except NotFound:
        return False
    return bool(container.attrs["State"]["Running"])
