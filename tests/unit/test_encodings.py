"""Bodies that come compressed, in each way that browsers accept."""

from __future__ import annotations

import base64
import gzip
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import DecodeError

from etabli.exam.tools.encodings import decoded

TEXT = "été ".encode() * 20_000
ZSTD = base64.b64decode("KLUv/QRodQAAMMOpdMOpIAEAt9TJSxF+GKGc")
BROTLI = base64.b64decode("W7/UgV8ahC51WNwWB6BjDjgP")


def read(body: bytes, told: str, size: int = 1 << 16) -> bytes:
    return b"".join(decoded((body[at : at + size] for at in range(0, len(body), size)), told))


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    ("told", "body"),
    [
        ("", TEXT[:100]),
        ("gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT) + b"and more"),
        ("gzip", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:])),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("X-GZip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("zstd", ZSTD),
        ("zstd", ZSTD + ZSTD),
        ("br", BROTLI),
        ("br, gzip", gzip.compress(BROTLI)),
        ("klingon", TEXT[:100]),
        ("klingon, br", BROTLI),
    ],
)
def test_a_body_is_read_as_it_says(told: str, body: bytes, size: int) -> None:
    kept = "klingon" in told or not told
    assert read(body, told, size) == (body if kept else TEXT * (2 if body == ZSTD + ZSTD else 1))


@pytest.mark.parametrize("told", ["gzip", "deflate", "br", "zstd", "zstd, br"])
def test_one_that_is_not_what_it_says_is_broken(told: str) -> None:
    with pytest.raises(DecodeError):
        read(b"ceci n'est pas compresse", told)


def test_one_that_breaks_off_in_the_middle_is_not_read_in_another_way() -> None:
    body = bytearray(zlib.compress(bytes(range(256)) * 999))
    body[len(body) // 2] ^= 255
    with pytest.raises(DecodeError):
        read(bytes(body) + b"x" * 99, "deflate", 7)


def test_more_ways_than_anybody_needs_are_none() -> None:
    with pytest.raises(DecodeError):
        read(b"", ",".join(["gzip"] * 3000))


def test_what_is_packed_twice_never_stands_there_whole() -> None:
    made = gzip.compress(gzip.compress(b"\0" * 200_000_000, 9), 9)
    tracemalloc.start()
    assert len(made) < 2_000 and next(filter(None, decoded(iter([made]), "gzip, gzip"))) == b"\0" * (1 << 16)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


@given(st.lists(st.binary(max_size=60)), st.sampled_from(["gzip", "deflate", "br", "zstd", "br, gzip"]))
def test_any_bytes_are_read_or_broken(chunks: list[bytes], told: str) -> None:
    with suppress(DecodeError):
        assert isinstance(b"".join(decoded(iter(chunks), told)), bytes)


@pytest.mark.parametrize(("told", "body"), [("br", BROTLI), ("zstd", ZSTD), ("gzip", gzip.compress(b"\0" * 9_999_999))])
def test_what_unpacks_without_end_is_read_as_far_as_one_likes(told: str, body: bytes) -> None:
    assert 0 < len(next(piece for piece in decoded(iter([body]), told) if piece)) <= 1 << 16
