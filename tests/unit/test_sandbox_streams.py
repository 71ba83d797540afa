"""The conversation with an engine, played by a socket of ours."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers import listening

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox.docker_streams import (
    STDERR,
    STDOUT,
    Capped,
    Conversation,
    Demultiplexer,
    Expired,
    Piece,
    Tail,
)

UPGRADED = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


@contextmanager
def engine(folder: Path, play: Callable[[socket.socket], None]) -> Iterator[str]:
    """Reads the request of a connection, then plays."""

    def answer(connection: socket.socket) -> None:
        head = b""
        while not head.endswith(b"{}"):
            head += connection.recv(4096)
        play(connection)

    with listening(str(folder / "s"), answer):
        yield str(folder / "s")


def talk(path: str, stdin: bytes | None = None, *, seconds: float = 60) -> dict[int, bytes]:
    said = {STDOUT: b"", STDERR: b""}
    conversation = Conversation(path, "/exec/1/start", {}, timeout=60)
    try:
        for piece in conversation.talk(stdin, until=time.monotonic() + seconds):
            said[piece.stream] += piece.data
    finally:
        conversation.close()
    return said


@pytest.mark.parametrize("size", [1, 3, 7, 8, 9, 1000])
def test_frames_are_read_however_they_are_cut(size: int) -> None:
    wire = frame(1, b"bonjour") + frame(2, b"") + frame(2, b"aie") + frame(1, b" tous")
    frames, said = Demultiplexer(), {1: b"", 2: b""}
    for start in range(0, len(wire), size):
        for piece in frames.feed(wire[start : start + size]):
            said[piece.stream] += piece.data
    assert said == {1: b"bonjour tous", 2: b"aie"}


def test_output_in_the_packet_of_the_headers_is_kept(tmp_path: Path) -> None:
    with engine(tmp_path, lambda one: one.sendall(UPGRADED + frame(1, b"vite"))) as path:
        assert talk(path)[STDOUT] == b"vite"


def test_both_directions_flow_together(tmp_path: Path) -> None:
    def echo(one: socket.socket) -> None:
        one.sendall(UPGRADED)
        while data := one.recv(10_000):
            one.sendall(frame(1, data))

    content = bytes(range(256)) * 20_000
    with engine(tmp_path, echo) as path:
        assert talk(path, content)[STDOUT] == content


def test_a_command_that_ends_before_it_has_read_everything_is_heard(tmp_path: Path) -> None:
    with engine(tmp_path, lambda one: one.sendall(UPGRADED + frame(1, b"assez"))) as path:
        assert talk(path, b"x" * 5_000_000)[STDOUT] == b"assez"


def silence(one: socket.socket) -> None:
    one.sendall(UPGRADED)
    one.recv(1)


def chatter(one: socket.socket) -> None:
    one.sendall(UPGRADED)
    while True:
        one.sendall(frame(1, b"encore"))


@pytest.mark.parametrize("play", [silence, chatter])
def test_the_deadline_ends_a_conversation(tmp_path: Path, play: Callable[[socket.socket], None]) -> None:
    with engine(tmp_path, play) as path, pytest.raises(Expired):
        talk(path, seconds=0.2)


def test_a_refusal_says_why(tmp_path: Path) -> None:
    answer = b'HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\n\r\n{"message":"container is not running"}\n'
    with (
        engine(tmp_path, lambda one: one.sendall(answer)) as path,
        pytest.raises(SandboxFailure, match=r"container is not running.*relancez"),
    ):
        talk(path)


def test_an_engine_that_hangs_up_is_an_error(tmp_path: Path) -> None:
    with engine(tmp_path, lambda one: None) as path, pytest.raises(ConnectionError):
        talk(path)


def test_a_tail_keeps_the_end() -> None:
    tail = Tail(5)
    for data in (b"abc", b"defghijklmnop", b"", b"q"):
        tail.add(data)
    assert bytes(tail) == b"mnopq"


def test_a_cap_keeps_the_beginning_of_each_stream_and_counts_all() -> None:
    output = Capped(4)
    for piece in (Piece(1, b"abc"), Piece(2, b"xyz"), Piece(1, b"def")):
        output.add(piece)
    assert (bytes(output.kept[1]), bytes(output.kept[2])) == (b"abcd", b"xyz")
    assert (output.total, output.truncated) == (9, True)


def test_exactly_the_cap_is_not_truncated() -> None:
    output = Capped(3)
    output.add(Piece(1, b"abc"))
    assert not output.truncated


def questioned(path: str, *questions: bytes, seconds: float = 60) -> list[tuple[bytes, bytes]]:
    conversation = Conversation(path, "/containers/1/attach", {}, timeout=60)
    try:
        return [conversation.ask(one, until=time.monotonic() + seconds, limit=20) for one in questions]
    finally:
        conversation.close()


def test_each_question_has_a_line_however_it_is_cut(tmp_path: Path) -> None:
    def play(one: socket.socket) -> None:
        one.sendall(UPGRADED)
        for answer in (b"[]", b'[["a", ""]]'):
            while not one.recv(4096).endswith(b"\n"):
                pass
            wire = frame(1, answer) + frame(1, b"\n")
            for at in range(len(wire)):
                one.sendall(wire[at : at + 1])

    with engine(tmp_path, play) as path:
        assert questioned(path, b"look\n", b"look\n") == [(b"[]\n", b""), (b'[["a", ""]]\n', b"")]


def test_a_program_that_ends_or_says_too_much_has_no_line(tmp_path: Path) -> None:
    for said, heard in ((frame(2, b"Traceback"), b"Traceback"), (frame(1, b"x" * 30), b"")):
        with engine(tmp_path, lambda one, said=said: one.sendall(UPGRADED + said)) as path:  # type: ignore[misc]
            assert questioned(path, b"look\n") == [(b"", heard)]
        (tmp_path / "s").unlink(missing_ok=True)


def test_a_question_waits_for_so_long(tmp_path: Path) -> None:
    def silence(one: socket.socket) -> None:
        one.sendall(UPGRADED)
        while one.recv(4096):
            pass

    with engine(tmp_path, silence) as path, pytest.raises(Expired):
        questioned(path, b"look\n", seconds=0.05)
