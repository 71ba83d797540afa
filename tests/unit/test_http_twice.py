"""What `Http` sends besides plain requests: a form a second time before its first answer, and bodies that are written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from etabli.exam import Failed
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.request import ExamRequest
from etabli.exam.tools.cookies import Cookie
from etabli.exam.tools.http import Http
from etabli.exam.tools.own_headers import OwnHeaders

OWN_HEADERS = OwnHeaders(*[(("Host", "x"), ("Content-Length", "2"))] * 6)


class Both(BaseHTTPRequestHandler):
    """Answers once as many requests as the barrier waits for are there."""

    got: list[tuple[str, str, bytes]]
    barrier: threading.Barrier

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["Cookie"], self.headers.get("Content-Type", ""), body))
        try:
            self.barrier.wait()
        except threading.BrokenBarrierError:
            return  # cut off
        self.send_response(303)
        self.send_header("Location", "/nowhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said: Any) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Both.got, Both.barrier = [], threading.Barrier(2, timeout=60)
    with ThreadingHTTPServer(("127.0.0.1", 0), Both) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def visitor(server: ThreadingHTTPServer) -> tuple[Http, list[dict[str, Any]]]:
    port, sent = server.server_address[1], list[dict[str, Any]]()
    request = ExamRequest("x", f"http://rendu.test:{port}", "127.0.0.1", port, Path("/r"), {})
    ready: Any = SimpleNamespace(require=lambda: None)
    recorder = Recorder(SimpleNamespace(send=lambda kind, **event: sent.append({"kind": kind, **event})))
    return Http(request, OWN_HEADERS, ready, recorder, [Cookie("session", "abc")]), sent


def test_a_form_is_sent_again_before_its_first_answer_has_come(server: ThreadingHTTPServer) -> None:
    """One after the other, neither would be answered: the server waits for both."""
    http, sent = visitor(server)
    http.post_twice("/ajouter", [("nom", "Été")], 0.01)
    assert Both.got == [("session=abc", "", b"nom=%C3%89t%C3%A9")] * 2
    assert [(one["verb"], one["result"]) for one in sent] == [("post_twice", "303 303")]


def test_a_site_that_cuts_the_line_has_failed_and_not_the_exam(server: ThreadingHTTPServer) -> None:
    Both.barrier.abort()
    http, _sent = visitor(server)
    with pytest.raises(Failed):
        http.post_twice("/ajouter", [("nom", "A")], 0)


def test_a_body_that_is_written_goes_as_it_is(server: ThreadingHTTPServer) -> None:
    Both.barrier = threading.Barrier(1)
    http, _sent = visitor(server)
    http.post("/ajouter", "é\r\n".encode(), headers={"Content-Type": "text/plain"}, redirects=False)
    assert Both.got == [("session=abc", "text/plain", "é\r\n".encode())]
