"""The way to the reader of documents: another account of this container, on a Unix socket.

It is given the open file and our sources of :mod:`etabli.examiner.reading`, nothing else; what it sends back is
taken as a candidate's word about their own file.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from etabli.examiner.reading.limits import MAX_ANSWER, WALL_S

SOCKET: Final = "\0etabli-lecteur"
PARSERS: Final = 1001
_START_S = 10.0
_PAUSE_S = 0.05


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
        self._address = address
        self._account = account
        self._wall = wall

    def ask(self, verb: str, name: str, document: int) -> Mapping[str, Any]:
        """Returns the answer: ``found`` or ``refused``.

        Args:
            verb: A verb of `etabli.examiner.reading.serve.read`.
            name: The file's path: what it claims to be.
            document: Descriptor of the file.

        Raises:
            ReaderError: There is none.
        """
        until = time.monotonic() + self._wall
        body = json.dumps({**self._sources, "verb": verb, "name": name}).encode()
        message = len(body).to_bytes(8, "big") + body
        try:
            with self._connect() as connection:
                sent = socket.send_fds(connection, [message], [document])
                if sent < len(message):  # even nothing cannot be sent to whom has answered and gone
                    connection.sendall(message[sent:])
                size = int.from_bytes(_exactly(connection, 8, until), "big")
                if size > MAX_ANSWER:
                    raise ReaderError(f"the reader announces {size} bytes")
                answer = json.loads(_exactly(connection, size, until))
        except (OSError, ValueError, RecursionError) as error:
            raise ReaderError(f"the reader did not answer: {error!r}") from error
        if not isinstance(answer, dict) or not {"found", "refused"} & set(answer):
            said = answer.get("error") if isinstance(answer, dict) else None
            raise ReaderError(str(said)[:4000])
        return answer

    @cached_property
    def _sources(self) -> Mapping[str, Any]:
        folder = Path(__file__).parent / "reading"
        texts = {
            "" if path.stem == "__init__" else path.stem: path.read_text("utf-8")
            for path in sorted(folder.glob("*.py"))
        }
        return {"id": sha256(json.dumps(texts).encode()).hexdigest()[:16], "sources": texts}

    def _connect(self) -> socket.socket:
        until = time.monotonic() + _START_S
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(self._address)
            except OSError:
                connection.close()
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_S)  # the container has just started
                continue
            try:
                self._recognise(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _recognise(self, connection: socket.socket) -> None:
        """Nobody else may pass for the reader.

        Raises:
            ReaderError: The account is another.
        """
        _, account, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if account != self._account:
            raise ReaderError(f"account {account} listens in the reader's place")


def _exactly(connection: socket.socket, size: int, until: float) -> bytes:
    """Reads `size` bytes.

    Raises:
        OSError: The other side hung up, or time is over.
    """
    data = bytearray()
    while len(data) < size:
        connection.settimeout(max(0.01, until - time.monotonic()))
        piece = connection.recv(min(size - len(data), 1 << 20))
        if not piece:
            raise ConnectionResetError("hung up")
        data += piece
    return bytes(data)
