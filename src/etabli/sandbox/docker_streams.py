"""Both ends of a command in a container: bytes in, bytes out, as they come, until a deadline.

We speak the engine's documented « hijacked » connection ourselves, in a few lines. The SDK's ``socket=True``
hands out the raw socket *behind* a buffered reader that has just read the HTTP headers: output that arrived in
the same packet stays in that buffer and is lost, now and then. The ``docker`` program would be sound, but it is
another package to install and another process to start for each exam. Bind mounts need a local engine anyway,
so a Unix socket is all there is to support.
"""

from __future__ import annotations

import json
import selectors
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from etabli.exam.contract.errors import SandboxFailure

STDOUT, STDERR = 1, 2
_HEADER = struct.Struct(">BxxxL")
_CHUNK = 64 * 1024
_MAX_HEAD = 64 * 1024


class Piece(NamedTuple):
    """Some bytes of one of the two output streams."""

    stream: int
    data: bytes


class Expired(Exception):
    """The deadline of a conversation went by."""


class Demultiplexer:
    """Splits the engine's frames (a stream number and a length, then bytes) however they are cut."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._stream = 0
        self._left = 0

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Yields the pieces that `data` holds; a frame need not be complete to be yielded in part."""
        view = memoryview(data)
        while view:
            if self._left:
                taken = view[: self._left]
                self._left -= len(taken)
                view = view[len(taken) :]
                yield Piece(self._stream, bytes(taken))
            else:
                wanted = _HEADER.size - len(self._head)
                self._head += view[:wanted]
                view = view[wanted:]
                self._open()

    def _open(self) -> None:
        if len(self._head) == _HEADER.size:
            self._stream, self._left = _HEADER.unpack(self._head)
            self._head.clear()


class Unframed:
    """Passes on what a command writes to its terminal."""

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Yields the data, if there are some."""
        if data:
            yield Piece(STDOUT, data)


class Conversation:
    """A hijacked connection to the engine.

    Args:
        path: The engine's Unix socket.
        url: What is asked, ``/v1.41/exec/…/start`` or ``/v1.41/containers/…/attach?…``.
        body: JSON of the request.
        timeout: Seconds that the engine has to accept.

    Raises:
        SandboxFailure: The engine refused; its words are in the message.
        OSError: The socket is not there or does not answer in time.
    """

    def __init__(self, path: str, url: str, body: Mapping[str, Any] | None = None, *, timeout: float = 30) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(timeout)
            self._socket.connect(path)
            self._early = self._ask(url, json.dumps(body or {}).encode())
        except BaseException:
            self._socket.close()
            raise

    def _ask(self, url: str, body: bytes) -> bytes:
        head = (
            f"POST {url} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode("ascii") + body)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            data = self._socket.recv(_CHUNK)
            if not data or len(received) > _MAX_HEAD:
                raise ConnectionResetError("the engine closed the connection before it answered")
            received += data
        status, rest = bytes(received[:end]).split(b"\r\n")[0], bytes(received[end + 4 :])
        if status.split()[1:2] not in ([b"101"], [b"200"]):
            raise self._refusal(rest)
        return rest

    def _refusal(self, rest: bytes) -> SandboxFailure:
        """Returns the error that says why the engine refused."""
        if not rest:
            rest = self._socket.recv(_CHUNK)
        text = rest.decode("utf-8", "replace").strip()
        with suppress(ValueError, KeyError):
            text = str(json.loads(text[text.find("{") : text.rfind("}") + 1])["message"])
        return SandboxFailure(f"Le moteur de conteneurs a refusé une commande ({text}) : relancez la vérification.")

    def talk(
        self, stdin: bytes | None = None, *, until: float, framed: bool = True, more: bool = False
    ) -> Iterator[Piece]:
        """Sends `stdin`, then its end, and meanwhile yields what comes back, until the other side closes.

        Both directions are served together: a command that answers before it has read everything would
        otherwise wait for us while we wait for it.

        Args:
            stdin: What to send; None leaves the sending side alone.
            until: The :func:`time.monotonic` at which to give up.
            framed: False for a command on a terminal, whose only stream comes as it is.
            more: The end is not sent: :meth:`add` may follow.

        Raises:
            Expired: That moment came.
            OSError: The connection broke.
        """
        frames = Demultiplexer() if framed else Unframed()
        yield from frames.feed(self._early)
        self._early = b""
        self._socket.setblocking(False)
        with selectors.DefaultSelector() as selector:
            sending = stdin is not None
            selector.register(self._socket, selectors.EVENT_READ | (selectors.EVENT_WRITE if sending else 0))
            pending = memoryview(stdin or b"")
            while True:
                ready = self._wait(selector, until)
                if ready & selectors.EVENT_WRITE:
                    pending = self._send(pending)
                    if not pending:
                        selector.modify(self._socket, selectors.EVENT_READ)
                        if not more:
                            self._end()
                if ready & selectors.EVENT_READ:
                    data = self._receive()
                    if data == b"":
                        return
                    yield from frames.feed(data or b"")

    def add(self, data: bytes, *, until: float) -> None:
        """Sends more, from between two pieces of :meth:`talk`.

        Raises:
            Expired: Nobody took it in time.
        """
        pending = memoryview(data)
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_WRITE)
            while pending:
                if self._wait(selector, until):
                    pending = self._send(pending)

    def ask(self, question: bytes, *, until: float, limit: int) -> tuple[bytes, bytes]:
        """Sends a question to a program that answers each by one line.

        Args:
            question: What it reads.
            until: The :func:`time.monotonic` at which to give up.
            limit: Bytes of the longest line.

        Returns:
            The line, empty when there is none (the program ended, or says too much), and what it wrote on its standard
            error meanwhile.

        Raises:
            Expired: That moment came.
            OSError: The connection broke.
        """
        heard = Capped(limit)
        for piece in self.talk(question, until=until, more=True):
            heard.add(piece)
            if heard.truncated:
                break
            if heard.kept[STDOUT].endswith(b"\n"):
                return bytes(heard.kept[STDOUT]), b""
        return b"", bytes(heard.kept[STDERR])

    def _wait(self, selector: selectors.BaseSelector, until: float) -> int:
        left = until - time.monotonic()
        ready = selector.select(left) if left > 0 else []
        if not ready:
            if time.monotonic() < until:
                return 0
            raise Expired
        return ready[0][1]

    def _send(self, pending: memoryview) -> memoryview:
        """Sends what goes and returns the rest, which is nothing when nobody reads."""
        try:
            return pending[self._socket.send(pending[:_CHUNK]) :] if pending else pending
        except BlockingIOError:
            return pending
        except (BrokenPipeError, ConnectionResetError):
            return memoryview(b"")

    def _end(self) -> None:
        """Closes our half."""
        with suppress(OSError):  # the other side has gone
            self._socket.shutdown(socket.SHUT_WR)

    def _receive(self) -> bytes | None:
        """Returns what came, b'' at the end, None when nothing had come after all."""
        try:
            return self._socket.recv(_CHUNK)
        except BlockingIOError:
            return None
        except ConnectionResetError:
            # A command that ends before it has read all of its input: the kernel says so after the last byte.
            return b""

    def hand_over(self) -> tuple[socket.socket, bytes]:
        """Returns the connection itself, for another loop to use and to close, and what has come already."""
        early, self._early = self._early, b""
        return self._socket, early

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()


class Tail:
    """Keeps the last bytes of what it is given."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = bytearray()

    def add(self, data: bytes) -> None:
        """Takes some bytes and forgets the oldest ones over the limit."""
        self._kept += data
        if len(self._kept) > 2 * self._limit:
            del self._kept[: -self._limit]

    def __bytes__(self) -> bytes:
        return bytes(self._kept[-self._limit :])


class Capped:
    """Keeps the first bytes of both streams, and counts all of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.kept = {STDOUT: bytearray(), STDERR: bytearray()}
        self.total = 0
        self.truncated = False

    def add(self, piece: Piece) -> None:
        """Takes a piece, keeps what fits."""
        kept = self.kept.setdefault(piece.stream, bytearray())
        self.total += len(piece.data)
        room = self._limit - len(kept)
        self.truncated |= len(piece.data) > room
        kept += piece.data[:room]
