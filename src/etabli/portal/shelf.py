"""Files of a folder as pages: sheets, verifications, reports. Nothing outside the folder, and no link followed."""

from __future__ import annotations

import mimetypes
import os
import stat
from pathlib import Path, PurePosixPath

from markupsafe import escape
from starlette.exceptions import HTTPException
from starlette.responses import Response

from etabli.exam.contract.french import typeset

_SHOWN = {".html", ".css", ".png", ".jpg", ".jpeg", ".svg", ".pdf", ".txt", ".json", ".csv"}
_OURS = "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'; base-uri 'none'; form-action 'none'"
"""Pages of Établi say more themselves: their own style sheet by its hash."""
_ENCLOSED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""For what a candidate may have written: it is shown, and nothing in it runs or asks for anything."""
_LARGEST = 64_000_000
_MAIN = '<main id="contenu" tabindex="-1">'
"""Where a page of ours begins."""


def is_shown(path: Path) -> bool:
    """Tells whether a page is there to be read; what the worker is still writing is not there yet."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def read_below(folder: Path, name: str) -> bytes:
    """Reads a file below a folder, which is opened folder after folder, without following a link.

    Raises:
        HTTPException: 404: it is not there, or is no ordinary file.
    """
    parts = PurePosixPath(name).parts
    if not parts or any(part in ("", ".", "..", "/") or "\0" in part for part in parts):
        raise HTTPException(404)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        place = os.open(folder, os.O_DIRECTORY | os.O_RDONLY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                inside = os.open(part, flags | os.O_DIRECTORY, dir_fd=place)
                os.close(place)
                place = inside
            descriptor = os.open(parts[-1], flags | os.O_NONBLOCK, dir_fd=place)
        finally:
            os.close(place)
        with open(descriptor, "rb") as stream:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LARGEST:
                raise HTTPException(404)
            return stream.read()
    except OSError as error:
        raise HTTPException(404) from error


def policy(*, ours: bool, embedded: bool) -> str:
    """Returns the content security policy of a page: Établi's own, or one that a candidate may have written."""
    frame = "'self'" if embedded else "'none'"
    return f"{_OURS if ours else _ENCLOSED}; frame-ancestors {frame}"


def leading_back(html: str, address: str, bar: str) -> str:
    """Adds the way back into the room to a page that works without one."""
    return html.replace(_MAIN, f'{_MAIN}<p class="back"><a href="{address}">{escape(typeset(bar))}</a></p>', 1)


def shown(folder: Path, name: str, *, ours: bool, embedded: bool = False) -> Response:
    """Answers with a file below a folder.

    Args:
        folder: Where.
        name: Its path there.
        ours: Établi made this page; anything else is enclosed.
        embedded: May stand in a frame of the portal.
    """
    content = read_below(folder, name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Content-Security-Policy": policy(ours=ours, embedded=embedded)}
    if PurePosixPath(name).suffix.lower() not in _SHOWN:
        headers["Content-Disposition"] = "attachment"
    return Response(content, media_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, headers=headers)
