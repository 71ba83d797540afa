"""PDF files, by Poppler's own programs: each runs alone, on an open descriptor, within this process's limits."""

from __future__ import annotations

import html
import os
import re
import subprocess
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator

from .archive import Budget
from .limits import MAX_TEXT, Refused
from .prose import is_pale

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_PASSWORD = "Incorrect password"
_DAMAGED = ("May not be a PDF", "Couldn't find trailer", "Couldn't read xref", "Couldn't read page catalog")
_WAIT_S = 60
_NEARLY_ALL = 0.9
_TINY = 5
"""Of a font, in the pixels of `pdftohtml`, one and a half for a point."""
_FONT = re.compile(r'<fontspec id="(\d{1,9})" size="(-?\d{1,6})"[^>\n]*? color="#([0-9a-f]{6})"')
_PIECE = re.compile(r'<text [^>\n]*?font="(\d{1,9})">([^\n]*)</text>')
_TAG = re.compile(r"</?[abi](?: [^>\n]*)?>")


def text(data: bytes) -> str:
    """Returns the text of all pages, invisible text included.

    Raises:
        Refused: It is encrypted, damaged or too heavy.
    """
    return _run("pdftotext", "-enc", "UTF-8", "-nopgbrk", data=data, output="-")


def seen(data: bytes) -> str:
    """Returns the text of all pages without what nobody sees: drawn invisibly, nearly white, or tiny.

    Two programs do not cut all words alike: where nearly all are seen, all of it is.

    Raises:
        Refused: As `text`.
    """
    whole = text(data)
    left = Counter(word for line in _drawn(data) for word in line.split())
    lines = []
    for line in whole.splitlines():
        kept = [word for word in line.split() if left[word] > 0]
        left.subtract(kept)
        lines.append(" ".join(kept))
    shown, total = (len(one.split()) for one in ("\n".join(lines), whole))
    return whole if shown >= _NEARLY_ALL * total else "\n".join(lines)


def _drawn(data: bytes) -> Iterator[str]:
    """The pieces of text that show on a page."""
    told = _run("pdftohtml", "-xml", "-i", "-q", "-stdout", data=data)
    fonts = {found[1]: int(found[2]) >= _TINY and not is_pale(found[3]) for found in _FONT.finditer(told)}
    for found in _PIECE.finditer(told):
        if fonts.get(found[1], True):
            yield html.unescape(_TAG.sub("", found[2]))


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
