"""Framing of the examiner's channel."""

from __future__ import annotations

import struct

import pytest

from etabli.exam.contract.errors import ExaminerSilent
from etabli.exam.contract.transcript import MAX_FRAME, Decoder, encode


def test_events_come_back_whatever_the_pieces() -> None:
    events = [{"n": 0, "kind": "open"}, {"n": 1, "kind": "check_end", "observed": "é\n"}, {"n": 2, "kind": "close"}]
    stream = b"".join(map(encode, events))
    decoder = Decoder()
    got = [event for byte in stream for event in decoder.feed(bytes([byte]))]
    assert got == events
    assert decoder.closed


def test_an_unfinished_stream_is_not_closed() -> None:
    decoder = Decoder()
    assert decoder.feed(encode({"n": 0, "kind": "open"}) + b"\0\0") == [{"n": 0, "kind": "open"}]
    assert not decoder.closed


@pytest.mark.parametrize(
    "stream",
    [
        encode({"n": 1, "kind": "open"}),  # the first number is missing
        encode({"n": 0, "kind": "close"}) + encode({"n": 1, "kind": "check_end"}),  # after the closing record
        struct.pack(">I", MAX_FRAME + 1),  # a frame too long
        struct.pack(">I", 3) + b"{]}",  # not JSON
        struct.pack(">I", 2) + b"[]",  # not an event
        b"PASSED 100/100\n",  # what a candidate might print
    ],
)
def test_a_malformed_stream_is_our_error(stream: bytes) -> None:
    with pytest.raises(ExaminerSilent):
        Decoder().feed(stream)


def test_an_event_too_large_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="limit"):
        encode({"data": "x" * (MAX_FRAME + 1)})
