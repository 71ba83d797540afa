"""The way to what works for the examiner under the other account: a Unix socket, a message, an open file.

A message is its length on 8 bytes, then JSON. Each side knows the other by its account. What comes back is taken
as a candidate's word about their own file.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

PARSERS: Final = 1001
_START_S = 10.0
_PAUSE_S = 0.05


class Unwalled(Exception):
    """This machine cannot wall in who opens what was handed in: nothing was opened, and a person is told what to do."""

    def __init__(self) -> None:
        super().__init__(
            "Cette machine n'isole pas les programmes qui ouvrent les fichiers rendus : lancez « etabli doctor », qui "
            "dit quoi faire, puis relancez"
        )


class PeerError(Exception):
    """Nobody answers, or somebody else: our error."""


class Peer:
    """One of them, where it listens.

    Args:
        address: An abstract Unix socket.
        account: The account under which it must run.
        who: Its name, for our own errors.
    """

    def __init__(self, address: str, account: int, who: str) -> None:
        self._address = address
        self._account = account
        self._who = who

    def connect(self) -> socket.socket:
        """Returns a connection to it; the container may have just started.

        Raises:
            OSError: There is nobody.
            PeerError: Somebody else is there.
        """
        until = time.monotonic() + _START_S
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(self._address)
            except OSError:
                connection.close()
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_S)
                continue
            try:
                self._recognise(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _recognise(self, connection: socket.socket) -> None:
        _, account, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if account != self._account:
            raise PeerError(f"account {account} listens in {self._who}'s place")

    def ask(
        self, connection: socket.socket, message: Mapping[str, Any], document: int, until: float, limit: int
    ) -> Mapping[str, Any]:
        """Returns the answer to one message.

        Args:
            connection: Open.
            message: What is asked.
            document: Descriptor of the file.
            until: When it is given up (monotonic).
            limit: Bytes of the longest answer.

        Raises:
            OSError: It does not answer in time.
            ValueError, RecursionError: The answer is no JSON.
            PeerError: The answer is too long, or is none.
            Unwalled: Nothing was opened.
        """
        send(connection, message, [document])
        size = int.from_bytes(_exactly(connection, 8, until), "big")
        if size > limit:
            raise PeerError(f"{self._who} announces {size} bytes")
        answer = json.loads(_exactly(connection, size, until))
        if not isinstance(answer, dict):
            raise PeerError(f"{self._who} answers with a {type(answer).__name__}")
        if answer.get("unwalled"):
            raise Unwalled
        return answer


def send(connection: socket.socket, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Sends a message, with open files beside it.

    Raises:
        OSError: Nobody takes it.
    """
    body = json.dumps(message).encode()
    data = len(body).to_bytes(8, "big") + body
    sent = socket.send_fds(connection, [data], descriptors)
    if sent < len(data):  # even nothing cannot be sent to whom has answered and gone
        connection.sendall(data[sent:])


def sources(folder: Path) -> Mapping[str, Any]:
    """Returns what the other side runs for us: the modules below a folder, and a name for their content."""
    texts = {}
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).with_suffix("").parts
        texts[".".join(inside).removesuffix("__init__").rstrip(".")] = path.read_text("utf-8")
    return {"id": sha256(json.dumps(texts).encode()).hexdigest()[:16], "sources": texts}


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
