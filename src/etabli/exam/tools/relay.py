"""The browser's connections to the site, which pages asked for without it come by too.

A browser asks for a page and for its styles by the same connection. So it reaches the site through a relay of ours,
which carries bytes and reads none: while nothing is on its way, `Http` takes a connection, asks for a page, and leaves
it to what the browser asks for next.
"""

from __future__ import annotations

import re
import select
import socket
import struct
import threading
import time
from contextlib import suppress
from http.client import RemoteDisconnected
from typing import Any, Final

from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.connection import HTTPConnection

_MOST = 64 * 1024
_FRESH: Final = 0.8
"""Seconds that an unused connection is good for: servers of workspaces close it after one."""
_CONNECTING: Final = 15.0
_HOST: Final = re.compile(rb"\r\nHost: ([^\r\n]+)\r\n", re.IGNORECASE)
_SECURE: Final = b"\x16"
"""With this, a connection by ``https`` begins."""
_RESET = struct.pack("ii", 1, 0)


class _Pair:
    """A connection of the browser, and the one to the site that is its own as long as it stands."""

    def __init__(self, near: socket.socket) -> None:
        self.near, self.far = near, near
        self.quiet = self.taken = False
        self.last = 0.0


class Relay:
    """Listens on this machine for one browser.

    Args:
        address: Of the site.
        port: The same.
        name: Its name and port in addresses of pages; others of this name lead to no relay of ours, but to that port.
    """

    def __init__(self, address: str, port: int, name: str) -> None:
        self._site, self._name = (address, port), name
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.place = f"127.0.0.1:{self._door.getsockname()[1]}"
        """Where the browser finds it."""
        self.silent = False
        """The site took no connection when the browser last wanted one."""
        self._closed = False
        self._lock = threading.Lock()
        self._pairs: list[_Pair] = []
        self._free: list[tuple[float, socket.socket]] = []
        self.borrower: _Borrowed | None = None
        """By which pages are asked for without the browser."""
        threading.Thread(target=self._listen, name="relay", daemon=True).start()

    def close(self) -> None:
        """Lets no browser in any more, and lets all connections go that nothing is awaited on."""
        self._closed = True
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        while far := self.take():
            far.close()

    def take(self) -> socket.socket | None:
        """The connection by which something came last, if there is one and no answer is awaited there.

        The browser finds the others closed too, and has them again when it asks for more.
        """
        with self._lock:
            for pair in sorted((one for one in self._pairs if one.quiet), key=lambda one: one.last):
                self._pairs.remove(pair)
                self._free.append((pair.last, pair.far))
                pair.taken = True
                with suppress(OSError):
                    pair.near.shutdown(socket.SHUT_RDWR)
        return self._unused()

    def give_back(self) -> None:
        """What the browser asks for next goes by the connection of the last request, if that still stands."""
        far = self.borrower.sock if self.borrower else None
        if self.borrower and far:
            self.borrower.sock = None
            with self._lock:
                self._free.append((time.monotonic(), far))

    def _unused(self) -> socket.socket | None:
        """The last one of those that nobody uses, if the site has not closed it."""
        now = time.monotonic()
        with self._lock:
            for old in [one for one in self._free if now - one[0] > _FRESH]:
                self._free.remove(old)
                old[1].close()
            while self._free:
                _last, far = self._free.pop()
                if not select.select([far], [], [], 0)[0]:
                    return far
                far.close()
        return None

    def _listen(self) -> None:
        while not self._closed:
            with suppress(OSError, RuntimeError):  # too much of something: the next one may fare better
                near, _peer = self._door.accept()
                threading.Thread(target=self._carry, args=(_Pair(near),), daemon=True).start()

    def _carry(self, pair: _Pair) -> None:
        far: socket.socket | None = None
        try:
            pair.near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not (asked := pair.near.recv(_MOST)):  # opened beforehand, and never used
                return
            if (other := self._elsewhere(asked)) is not None:
                far = pair.far = socket.create_connection((self._site[0], other), timeout=_CONNECTING)
                self._exchanged(pair, asked)
                return
            far = self._unused()
            used = far is not None
            far = pair.far = far or self._connected()
            with self._lock:
                self._pairs.append(pair)
            if not self._exchanged(pair, asked) and used:  # the site was about to close it: as browsers do, once more
                far.close()
                far = pair.far = self._connected()
                self._exchanged(pair, asked)
        except (OSError, ValueError):  # the second one: its connection was taken, and closed
            with suppress(OSError):
                pair.near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        finally:
            with self._lock:
                if pair in self._pairs:
                    self._pairs.remove(pair)
            if far is not None and not pair.taken:
                far.close()
            pair.near.close()

    def _elsewhere(self, asked: bytes) -> int | None:
        """The port that was wanted, where it is not the site's."""
        if asked[:1] == _SECURE:
            return 443
        found = _HOST.search(asked)
        name = found[1].decode("latin-1") if found else self._name
        port = name.rpartition(":")[2]
        return None if name == self._name else int(port) if port.isdigit() else 80

    def _exchanged(self, pair: _Pair, asked: bytes) -> bool:
        """Carries what is said until one of both has nothing more to say, or it is taken.

        False when the site has answered nothing at all, and the browser still waits.
        """
        near, far, answered = pair.near, pair.far, False
        try:
            far.sendall(asked)
        except OSError:
            return False
        while True:
            ready, _, _ = select.select([near, far], [], [])
            came = far in ready
            with self._lock:
                if pair.taken:
                    return True
                try:
                    said = (far if came else near).recv(_MOST)
                except OSError:
                    if answered or not came:
                        raise
                    return False
                pair.quiet, pair.last = came, time.monotonic()
            if not said:
                return answered or not came
            answered = answered or came
            (near if came else far).sendall(said)

    def _connected(self) -> socket.socket:
        self.silent = True
        far = socket.create_connection(self._site, timeout=_CONNECTING)
        self.silent = False
        far.settimeout(None)
        far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return far


class _Borrowed(HTTPConnection):
    """A connection of the browser's, or a new one; it goes back by `Relay.give_back`."""

    def __init__(self, *args: Any, relay: Relay, **more: Any) -> None:
        super().__init__(*args, **more)
        self._relay, self._used = relay, False
        self._asked: tuple[tuple[Any, ...], dict[str, Any]] = (), {}
        relay.borrower = self

    def connect(self) -> None:
        """Takes the browser's, if there is one."""
        far = self._relay.take()
        self._used = far is not None
        if far is None:
            super().connect()
        else:
            far.settimeout(_CONNECTING)
            self.sock = far

    def request(self, *asked: Any, **more: Any) -> None:
        """Sends a request."""
        self._asked = asked, more
        super().request(*asked, **more)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        """Its answer; when the site was about to close the connection, that of the same request by a new one."""
        try:
            return super().getresponse()
        except (ConnectionError, RemoteDisconnected):
            if not self._used:
                raise
            self.close()
            self._used = False
            super().connect()
            asked, more = self._asked
            super().request(*asked, **more)
            return super().getresponse()


class Shared(HTTPConnectionPool):
    """Asks for pages by the browser's own connections."""

    ConnectionCls = _Borrowed
