"""The browser's connections, over a real server: pages asked for without the browser come by them too."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from time import sleep

import pytest

from etabli.exam.tools.relay import Relay, Shared


class Site:
    """A server that tells the place of who asks; it closes a connection, without a word, after so many answers."""

    def __init__(self, most: int = 99) -> None:
        self.most, self.asked = most, list[str]()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, peer = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line, str(peer[1])), daemon=True).start()

    def _answer(self, line: socket.socket, peer: str) -> None:
        with line, line.makefile("rb") as stream:
            for _time in range(self.most):
                asked = stream.readline()
                while stream.readline().strip():
                    pass
                if not asked:
                    return
                self.asked.append(asked.decode().split()[1])
                line.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(peer)}\r\n\r\n{peer}".encode())
            if asked := stream.readline():  # and the next question is not answered
                self.asked.append(f"perdu {asked.decode().split()[1]}")


class Visitor:
    """Who asks for pages by a browser, and without it."""

    def __init__(self, port: int) -> None:
        self.relay = Relay("127.0.0.1", port, "x:8080")
        self.pool = Shared("127.0.0.1", port, relay=self.relay)
        self.lines: list[HTTPConnection] = []

    def by_browser(self, path: str, *, again: bool = False, host: str = "x:8080") -> str:
        if not again:
            self.lines.append(HTTPConnection(self.relay.place, timeout=5))
        self.lines[-1].request("GET", path, headers={"Host": host})
        return self.lines[-1].getresponse().read().decode()

    def without(self, path: str) -> str:
        answer = self.pool.urlopen("GET", path, retries=False)
        self.relay.give_back()
        return answer.data.decode()

    def leave(self) -> None:
        for line in self.lines:
            line.close()
        self.pool.close()
        self.relay.close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.door.close()


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    made = Visitor(site.port)
    yield made
    made.leave()


def test_a_page_comes_by_the_connection_of_its_styles_whoever_asks_for_it(visitor: Visitor) -> None:
    page = visitor.without("/")
    assert page == visitor.by_browser("/style.php") == visitor.by_browser("/image.png", again=True)
    assert page == visitor.without("/")
    [line] = visitor.lines
    assert line.sock is not None and line.sock.recv(1) == b"", "the browser is told that it has this connection no more"
    assert page == visitor.by_browser("/") != visitor.by_browser("/"), "two at once are two connections"


def test_a_connection_on_which_an_answer_is_awaited_is_left_alone(visitor: Visitor) -> None:
    page = visitor.by_browser("/")
    [line] = visitor.lines
    line.send(b"GET /lent HTTP/1.1\r\n") if line.sock else None  # the question is not at its end
    sleep(0.2)
    assert visitor.without("/") != page
    line.send(b"\r\n")
    assert line.sock is not None and line.sock.recv(99).endswith(page.encode())


@pytest.mark.parametrize("most", [1, 2])
def test_what_the_site_was_about_to_close_costs_nobody_an_answer(site: Site, visitor: Visitor, most: int) -> None:
    site.most = most
    for number in range(6):
        asked = visitor.by_browser if number % 2 else visitor.without
        assert asked(f"/{number}").isdigit()
    answered = [path for path in site.asked if not path.startswith("perdu")]
    assert answered == [f"/{number}" for number in range(6)]
    assert len(answered) < len(site.asked), "the site has closed connections on which it was asked"


def test_a_site_that_takes_no_connection_is_told_from_one_that_cuts_it(site: Site, visitor: Visitor) -> None:
    visitor.by_browser("/")
    assert not visitor.relay.silent
    site.door.shutdown(socket.SHUT_RDWR)
    with pytest.raises((HTTPException, OSError)):
        visitor.by_browser("/") and visitor.by_browser("/")
    assert visitor.relay.silent


def test_another_port_of_the_same_name_is_another_place(site: Site, visitor: Visitor) -> None:
    other = Site()
    assert visitor.by_browser("/", host=f"x:{other.port}").isdigit()
    assert (site.asked, other.asked) == ([], ["/"])
    other.door.close()
