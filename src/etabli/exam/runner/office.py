"""The way to the office suite: another account of this container, one office for the whole exam.

It is given open files and our sources of :mod:`etabli.exam.office`, nothing else. The office starts when the
first message is sent, and ends with the connection.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from etabli.exam.office.limits import MAX_ANSWER
from etabli.exam.runner.peer import PARSERS, Peer, PeerError, send, sources

SOCKET: Final = "\0etabli-bureau"
WALL_S: Final = 240.0
"""The service gives up earlier: an office to start, and twice its own limit for a workbook that brings two down."""
_ANSWERS: Final = frozenset({"found", "refused", "unable", "ended"})


class OfficeError(Exception):
    """The office service did not answer: our error. The noise of the examiner tells why."""


class Office:
    """Asks questions about workbooks.

    Args:
        address: Where the service listens.
        account: The account under which it must run.
        wall: Seconds until it is given up.
    """

    def __init__(self, address: str = SOCKET, account: int = PARSERS, wall: float = WALL_S) -> None:
        self._peer = Peer(address, account, "the office")
        self._wall = wall
        self._connection: socket.socket | None = None

    def prepare(self) -> None:
        """Lets an office start meanwhile."""
        with contextlib.suppress(OSError, PeerError):  # the first question will tell
            self._open()

    def ask(self, document: int, **job: Any) -> Mapping[str, Any]:
        """Returns the answer: ``found``, ``refused``, ``unable`` or ``ended``.

        Args:
            document: Descriptor of the file.
            job: See `etabli.exam.office.serve.serve`.

        Raises:
            OfficeError: There is none.
        """
        whole = False
        try:
            answer = self._peer.ask(self._open(), job, document, time.monotonic() + self._wall, MAX_ANSWER)
            whole = True
        except (OSError, ValueError, RecursionError, PeerError) as error:
            raise OfficeError(f"the office did not answer: {error!r}") from error
        finally:
            if not whole:  # a late answer must not be taken for that of the next question
                self.close()
        if not _ANSWERS & set(answer):
            raise OfficeError(str(answer.get("error"))[:4000])
        return answer

    def close(self) -> None:
        """Lets the office go, with all that it knows."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> socket.socket:
        if self._connection is None:
            connection = self._peer.connect()
            self._connection = connection
            send(connection, sources(Path(__file__).parents[1] / "office"))
        return self._connection
