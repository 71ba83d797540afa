"""What a request without the browser sends, read as programs read it."""

from __future__ import annotations

import re
from collections.abc import Sequence


def fields(data: Sequence[tuple[str, str]] | bytes) -> list[tuple[str, str]]:
    """The fields of a body: pairs that are still to be written, several parts, or a plain text."""
    if not isinstance(data, bytes):
        return list(data)
    if not data.startswith(b"--"):
        return [(name, value) for name, _, value in (line.partition("=") for line in data.decode().splitlines())]
    first, *parts, last = (b"\r\n" + data).split(b"\r\n" + data.partition(b"\r\n")[0].removesuffix(b"--"))
    assert (first, last) == (b"", b"--\r\n")
    found = [
        re.fullmatch(rb'\r\nContent-Disposition: form-data; name="([^"]*)"\r\n\r\n(.*)', part, re.DOTALL)
        for part in parts
    ]
    return [(one[1].decode(), one[2].decode()) for one in found if one]
