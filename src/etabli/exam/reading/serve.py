"""One request, one process: limits first, then the file, then an answer in one piece.

The reader of the container calls `serve` in a new process, the guard, which touches no byte of the file. Behind it
a first process keeps the namespaces (the kernel spares a first process most signals, those of its limits too), and
behind that one the worker may be ended by its limits or by the file: the guard then says how.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from . import book, delimited, outline, pdf, prose, traces
from .archive import Archive, Budget
from .grid import Book
from .kinds import BY_SUFFIX, decode, kind, require
from .limits import CPU_S, MAX_ANSWER, MAX_FILE, MAX_PROSE, MEMORY, Refused
from .relations import outgoing
from .told import BlockTold

_VERBS = ("tables", "book", "text", "seen", "outline", "traces", "about")
_ALONE = 0x10000000 | 0x40000000 | 0x20000000 | 0x08000000
"""CLONE_NEWUSER, NEWNET, NEWPID, NEWIPC: no network, and no process in sight to send a signal to."""
_DIE_WITH_PARENT = 1
_BROKEN = 99
"""How a process of ours ends that could not even answer."""
_BLAMED = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)
_TABLES = ("xlsx", "ods", "text")
_BOOKS = ("xlsx", "ods")
_TEXTS = ("docx", "odt", "pdf", "text", "xlsx", "ods")
_OUTLINED = ("docx", "odt", "pdf", "text", "html")


def serve(request: Mapping[str, Any], document: int, answer: int) -> None:
    """Answers one request; where the machine allows no walls, nothing is read.

    Args:
        request: ``verb`` and ``name``; or ``verbs``, each then has its own answer, found or refused.
        document: Descriptor of the file.
        answer: Descriptor that takes the answer: its length on 8 bytes, then JSON; ``spent`` in it is what it took of
            the processor, in seconds.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_ALONE):
        _send(answer, {"unwalled": True})
        return
    first = _fork(lambda: _wait(_fork(lambda: _work(request, document, answer))), libc)
    ended = _wait(first)
    if ended:
        _send(answer, _ended_by(ended))


def _fork(task: Callable[[], int], libc: ctypes.CDLL | None = None) -> int:
    """Runs a task in a new process, which ends with its result and, with the library, with its parent."""
    child = os.fork()
    if child:
        return child
    code = _BROKEN
    try:
        if libc is not None:
            libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        code = task()
    finally:
        os._exit(code)


def _wait(child: int) -> int:
    """Returns how a process ended: 0, the number of a signal, or what a wait behind it returned."""
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _ended_by(number: int) -> dict[str, Any]:
    if number == signal.SIGXCPU:
        return {**_refusal(Refused("too-heavy", "time", limit=CPU_S)), "spent": CPU_S}
    if number in _BLAMED:
        return _refusal(Refused("broken-file"))
    return {"error": f"the reader ended: {number}"}


def _work(request: Mapping[str, Any], document: int, answer: int) -> int:
    _limit()
    try:
        found: dict[str, Any] = _found(request, _content(document))
    except Refused as refusal:
        found = _refusal(refusal)
    except MemoryError:
        found = _refusal(Refused("too-heavy", "memory"))
    try:
        _send(answer, found)
    except MemoryError:
        _send(answer, _refusal(Refused("too-heavy", "memory")))
    return 0


def _found(request: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    name = request["name"]
    if "verbs" not in request:
        return _answer(request["verb"], name, data)
    return {"found": [_answer(verb, name, data) for verb in request["verbs"]]}


def _answer(verb: str, name: str, data: bytes) -> dict[str, Any]:
    if verb not in _VERBS:
        return {"error": f"no such question: {verb}"}
    try:
        return {"found": read(verb, name, data)}
    except Refused as refusal:
        return _refusal(refusal)
    except MemoryError:
        raise
    except Exception as error:  # what nobody foresaw is in this file: who handed it in can save it otherwise
        place = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}, {os.path.basename(place.filename)}:{place.lineno}"
        return _refusal(Refused("broken-file", "unforeseen", name=told))


def _refusal(refusal: Refused) -> dict[str, Any]:
    return {"refused": {"cause": refusal.cause, "detail": refusal.detail, "values": refusal.values}}


def _limit() -> None:
    with open("/proc/self/statm", "rb") as stream:
        used = int(stream.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_ANSWER, MAX_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.setrecursionlimit(400)


def _content(document: int) -> bytes:
    size = os.fstat(document).st_size
    if size > MAX_FILE:
        raise Refused("too-heavy", "size", limit=MAX_FILE)
    data = bytearray()
    while piece := os.pread(document, 1 << 20, len(data)):
        data += piece
    return bytes(data)


def _send(answer: int, found: Mapping[str, Any]) -> None:
    spent: dict[str, Any] = {"spent": time.process_time()}
    body = json.dumps({**spent, **found}, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    if len(body) > MAX_ANSWER:
        body = json.dumps({**spent, **_refusal(Refused("too-heavy", "text"))}).encode()
    view = memoryview(len(body).to_bytes(8, "big") + body)
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more
        while view:
            view = view[os.write(answer, view) :]


# -- what can be asked


def read(verb: str, name: str, data: bytes) -> Any:
    """Returns the answer to one question about a file, as JSON has it.

    Args:
        verb: ``tables``, ``book``, ``text``, ``seen``, ``outline``, ``traces`` or ``about``.
        name: Its path: what it claims to be.
        data: Its bytes.

    Raises:
        Refused: The file is why there is no answer.
    """
    budget = Budget()
    if verb == "tables":
        return [grid.plain for grid in _tables(data, name, budget).grids]
    if verb == "book":
        form = BY_SUFFIX[require(data, name, _BOOKS, budget)]
        return book.read(Archive(data, budget), form, name)
    if verb in ("text", "seen"):
        found = _text(data, name, budget, seen=verb == "seen")
        if not found.strip():
            raise Refused("no-text")
        if len(found) > MAX_PROSE:
            raise Refused("too-heavy", "text")
        return found
    if verb == "outline":
        return _outline(data, name, budget)
    if verb == "traces":
        return traces.read(data, name, budget)
    if verb == "about":
        return _about(data, name, budget)
    raise ValueError(verb)


def _tables(data: bytes, name: str, budget: Budget) -> Book:
    form = BY_SUFFIX[require(data, name, _TABLES, budget)]
    if form == "text":
        return delimited.read(data, name)
    found = book.sheets(Archive(data, budget), form)
    for grid in found.grids:
        grid.spread()
    return found


def _text(data: bytes, name: str, budget: Budget, *, seen: bool) -> str:
    form = BY_SUFFIX[require(data, name, _TEXTS, budget)]
    if form == "text":
        return decode(data)
    if form == "pdf":
        return pdf.seen(data) if seen else pdf.text(data)
    archive = Archive(data, budget)
    if form in ("docx", "odt"):
        return prose.docx(archive, seen=seen) if form == "docx" else prose.odt(archive, seen=seen)
    return "\n".join(_lines(book.sheets(archive, form)))


def _outline(data: bytes, name: str, budget: Budget) -> list[BlockTold]:
    form = BY_SUFFIX[require(data, name, _OUTLINED, budget)]
    if form in outline.ARCHIVED:
        found = outline.ARCHIVED[form](Archive(data, budget))
    elif form == "pdf":
        found = outline.paper(data)
    else:
        found = (outline.html if form == "html" else outline.markdown)(decode(data))
    if not any(one.kind not in ("picture", "hidden") for one in found):
        raise Refused("no-text")
    if sum(len(one.text) for one in found) > MAX_PROSE:
        raise Refused("too-heavy", "text")
    return found


def _lines(sheets: Book) -> list[str]:
    lines: dict[tuple[int, int], list[str]] = {}
    for number, grid in enumerate(sheets.grids):
        for row, _column, box in grid.cells():
            lines.setdefault((number, row), []).append(box.text)
    return ["\t".join(words) for words in lines.values()]


def _about(data: bytes, name: str, budget: Budget) -> dict[str, Any]:
    found = kind(data, budget)
    about: dict[str, Any] = {"kind": found, "size": len(data), "macros": False, "external": []}
    if found == "text" and name.lower().endswith(".csv"):
        about["kind"] = "csv"
    elif found == "ole":
        about["macros"] = "_VBA_PROJECT".encode("utf-16-le") in data
    elif found == "pdf":
        about["macros"] = b"/JavaScript" in data
    elif found in ("xlsx", "docx", "ods", "odt", "odf", "ooxml"):
        archive = Archive(data, budget)
        names = [info.filename for info in archive.members]
        about["macros"] = any(one.endswith("vbaProject.bin") or one.startswith(("Basic/", "Scripts/")) for one in names)
        about["external"] = sorted({address[:500] for address in outgoing(archive)})
    return about
