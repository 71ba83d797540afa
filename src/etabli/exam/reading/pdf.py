"""PDF files, by Poppler's own programs: each runs alone, on an open descriptor, within this process's limits."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import zlib
from collections.abc import Iterator

from .archive import Budget
from .limits import MAX_TEXT, Refused

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_PASSWORD = "Incorrect password"
_DAMAGED = ("May not be a PDF", "Couldn't find trailer", "Couldn't read xref", "Couldn't read page catalog")
_WAIT_S = 60


def text(data: bytes) -> str:
    """Returns the text of all pages, invisible text included.

    Raises:
        Refused: It is encrypted, damaged or too heavy.
    """
    return _run("pdftotext", "-enc", "UTF-8", "-nopgbrk", data=data, output="-")


def properties(data: bytes) -> str:
    """Returns title, author, keywords and the rest of what the file says of itself, one per line.

    Raises:
        Refused: As `text`.
    """
    return "\n".join((_run("pdfinfo", "-enc", "UTF-8", data=data), _run("pdfinfo", "-meta", data=data)))


def streams(data: bytes, budget: Budget) -> Iterator[bytes]:
    """Yields what the file's compressed streams hold: attachments, annotations, what no page shows."""
    for match in _STREAM.finditer(data):
        try:
            yield from _inflated(match.group(1), budget)
        except zlib.error:
            continue  # an image, or another compression: its raw bytes are searched with the rest


def _inflated(piece: bytes, budget: Budget) -> Iterator[bytes]:
    machine = zlib.decompressobj()
    found = machine.decompress(piece, MAX_TEXT)
    budget.take(len(found))
    if machine.unconsumed_tail:
        raise Refused("too-heavy", "unpacked", limit=MAX_TEXT)
    yield found


def _run(program: str, *options: str, data: bytes, output: str = "") -> str:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as result, tempfile.TemporaryFile() as errors:
        source.write(data)
        source.flush()
        place = f"/dev/fd/{source.fileno()}"
        argv = [program, *options, place, *([output] if output else [])]
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=result,
            stderr=errors,
            pass_fds=(source.fileno(),),
            timeout=_WAIT_S,
            check=False,
        )
        said = _start(errors.fileno(), 4000).decode("utf-8", "replace")
        if done.returncode < 0:
            # The parent ends the same way, so that whoever watches it gives the same words.
            os.kill(os.getpid(), -done.returncode)
        if done.returncode:
            _refuse(program, said)
        raw = _start(result.fileno(), MAX_TEXT + 1)
    if len(raw) > MAX_TEXT:
        raise Refused("too-heavy", "text")
    return raw.decode("utf-8", "replace")


def _start(descriptor: int, size: int) -> bytes:
    return os.pread(descriptor, size, 0)


def _refuse(program: str, said: str) -> None:
    if _PASSWORD in said:
        raise Refused("encrypted")
    if any(mark in said for mark in _DAMAGED) or "Syntax" in said:
        raise Refused("broken-file")
    raise RuntimeError(f"{program}: {said}")
