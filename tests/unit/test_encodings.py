"""Bodies that come compressed, in each way that browsers accept."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest
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


@pytest.mark.parametrize(("told", "body"), [("br", BROTLI), ("zstd", ZSTD)])
def test_what_unpacks_without_end_is_read_as_far_as_one_likes(told: str, body: bytes) -> None:
    assert 0 < len(next(piece for piece in decoded(iter([body]), told) if piece)) <= 1 << 16
