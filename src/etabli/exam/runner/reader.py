"""The way to the reader of documents: another account of this container, one process per request.

It is given the open file and, once, our sources of :mod:`etabli.exam.reading`, nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from etabli.exam.reading.limits import CPU_S, MAX_ANSWER, WALL_S
from etabli.exam.runner.peer import PARSERS, Peer, PeerError, sources

SOCKET: Final = "\0etabli-lecteur"


class ReaderError(Exception):
    """The reader did not answer: our error. The noise of the examiner tells why."""


class Reader:
    """Asks questions, one file at a time.

    Args:
        address: Where it listens.
        account: The account under which it must run.
        wall: Seconds until it is given up.
    """

    def __init__(self, address: str = SOCKET, account: int = PARSERS, wall: float = WALL_S) -> None:
        self._peer = Peer(address, account, "the reader")
        self._wall = wall
        self.spent = 0.0
        """Seconds of the processor that its answers took in all."""

    def ask(self, verb: str, name: str, document: int) -> Mapping[str, Any]:
        """Returns the answer: ``found`` or ``refused``.

        Args:
            verb: A verb of `etabli.exam.reading.serve.read`.
            name: The file's path: what it claims to be.
            document: Descriptor of the file.

        Raises:
            ReaderError: There is none.
        """
        return self._ask({"verb": verb, "name": name}, document)

    def ask_all(self, verbs: Sequence[str], name: str, document: int) -> Sequence[Mapping[str, Any]]:
        """Returns the answers to several questions about one file, read by one process.

        Args:
            verbs: As `ask`.
            name: As `ask`.
            document: Descriptor of the file.

        Returns:
            One answer per question; none when there is something wrong: whoever asks each alone is told what.
        """
        try:
            found = self._ask({"verbs": list(verbs), "name": name}, document).get("found")
        except ReaderError:
            return ()
        if not isinstance(found, list) or len(found) != len(verbs):
            return ()
        return found if all(isinstance(one, dict) for one in found) else ()

    def _ask(self, question: Mapping[str, Any], document: int) -> Mapping[str, Any]:
        until = time.monotonic() + self._wall
        message = {"id": self._sources["id"], **question}
        try:
            answer = self._exchange(message, document, until)
            if answer.get("unknown"):
                answer = self._exchange({**message, "sources": self._sources["sources"]}, document, until)
        except PeerError as error:
            raise ReaderError(str(error)) from error
        except (OSError, ValueError, RecursionError) as error:
            raise ReaderError(f"the reader did not answer: {error!r}") from error
        spent = answer.get("spent")
        self.spent += min(max(0.0, spent), CPU_S) if isinstance(spent, int | float) else 0.0
        if not {"found", "refused"} & set(answer):
            raise ReaderError(str(answer.get("error"))[:4000])
        return answer

    def _exchange(self, message: Mapping[str, Any], document: int, until: float) -> Mapping[str, Any]:
        with self._peer.connect() as connection:
            return self._peer.ask(connection, message, document, until, MAX_ANSWER)

    @cached_property
    def _sources(self) -> Mapping[str, Any]:
        return sources(Path(__file__).parents[1] / "reading")
