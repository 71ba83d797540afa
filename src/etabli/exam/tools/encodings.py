"""Answers that come compressed, in all the ways that the browser accepts: whoever asks anew is no browser.

What :mod:`zlib` does not read is left to the libraries of Chromium, which are installed with it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from ctypes import CDLL, Structure, addressof, byref, c_char_p, c_int, c_size_t, c_void_p, create_string_buffer
from functools import cache, partial
from itertools import chain
from typing import Final

from urllib3.exceptions import DecodeError

_PIECE: Final = 64 * 1024
_MOST: Final = 5
"""Ways, one in another, as in :mod:`urllib3`."""
_WINDOW: Final = (100, 23)
"""The setting of zstd, and the power of two, of the memory that the browser spends (RFC 9659)."""
_BROKEN, _DONE, _HUNGRY = range(3)
"""What brotli says, but for 3: there is more to be had."""


def decoded(chunks: Iterable[bytes], told: str) -> Iterator[bytes]:
    """What chunks of a body hold, in pieces, some of which may be empty.

    Args:
        chunks: As they come.
        told: What ``Content-Encoding`` says; as in the browser, a word that nobody knows leaves them as they are.

    Raises:
        DecodeError: They are not compressed so.
    """
    names = [name.strip() for name in told.lower().split(",") if name.strip()]
    if len(names) > _MOST:
        raise DecodeError(f"{len(names)} encodings")
    for name in reversed(names if set(names) <= _WAYS.keys() else ()):
        chunks = _WAYS[name](chunks)
    yield from chunks


def _by_zlib(window: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """As much at a time as the others: what unpacks to gigabytes is never there at once."""
    reader, ended = zlib.decompressobj(window), False
    read: bytes | None = b""
    """As long as nothing has come of it."""
    for chunk in chunks:
        full = True
        while chunk or full:
            try:
                piece = reader.decompress(chunk, _PIECE)
            except zlib.error as error:
                if ended:
                    return  # after a whole one, browsers heed nothing
                if window != zlib.MAX_WBITS or read is None:
                    raise DecodeError(*error.args) from error
                yield from _by_zlib(-window, chain([read, chunk], chunks))  # « deflate » without its head
                return
            read = None if piece or read is None else read + chunk
            yield piece
            chunk, full = reader.unconsumed_tail, len(piece) == _PIECE
            if reader.eof:
                chunk, full, ended, reader = reader.unused_data, False, True, zlib.decompressobj(window)


class _Buffer(Structure):
    _fields_ = (("place", c_void_p), ("size", c_size_t), ("done", c_size_t))


@cache
def _library(name: str, maker: str, *others: str) -> CDLL:
    library = CDLL(name)  # its functions are kept by attribute alone
    getattr(library, maker).restype = c_void_p
    for other in others:
        getattr(library, other).restype = c_size_t
    return library


def _zstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    library = _library("libzstd.so.1", "ZSTD_createDCtx", "ZSTD_decompressStream")
    reader, room = c_void_p(library.ZSTD_createDCtx()), create_string_buffer(_PIECE)
    library.ZSTD_DCtx_setParameter(reader, *map(c_int, _WINDOW))
    try:
        for chunk in chunks:
            given, full = _Buffer(addressof(held := create_string_buffer(chunk, len(chunk))), len(held)), True
            while full or given.done < given.size:
                had = _Buffer(addressof(room), _PIECE)
                said = library.ZSTD_decompressStream(reader, byref(had), byref(given))
                if library.ZSTD_isError(c_size_t(said)):
                    raise DecodeError("zstd")
                full = had.done == _PIECE
                yield room.raw[: had.done]
    finally:
        library.ZSTD_freeDCtx(reader)


def _brotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    library = _library("libbrotlidec.so.1", "BrotliDecoderCreateInstance")
    reader, room = c_void_p(library.BrotliDecoderCreateInstance(None, None, None)), create_string_buffer(_PIECE)
    try:
        for chunk in chunks:
            left, at, said = c_size_t(len(chunk)), c_char_p(chunk), -1
            while said != _HUNGRY:
                free, to = c_size_t(_PIECE), c_void_p(addressof(room))
                said = library.BrotliDecoderDecompressStream(
                    reader, byref(left), byref(at), byref(free), byref(to), None
                )
                if said == _BROKEN:
                    raise DecodeError("brotli")
                yield room.raw[: _PIECE - free.value]
                if said == _DONE:
                    return
    finally:
        library.BrotliDecoderDestroyInstance(reader)


_WAYS: Final[dict[str, Callable[[Iterable[bytes]], Iterator[bytes]]]] = {
    "gzip": partial(_by_zlib, zlib.MAX_WBITS | 16),
    "x-gzip": partial(_by_zlib, zlib.MAX_WBITS | 16),
    "deflate": partial(_by_zlib, zlib.MAX_WBITS),
    "br": _brotli,
    "zstd": _zstd,
}
