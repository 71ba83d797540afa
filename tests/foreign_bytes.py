"""Damage to files that are right, from a seed: what hands and networks do to bytes, and what somebody might on purpose."""

from __future__ import annotations

import io
import random
import zipfile

ODD = (b"\0", b"\xff\xfe", b"-", b"1e999", b"99999999999", b"&#x0;", b"<", b"</", b'"', b"\xed\xb3\xbf", "﷐".encode(), b"NaN", b"A1:XFD1048576")  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some pieces changed, doubled, moved or taken away."""
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randint(0, len(data)), chance.choice((1, 2, 8, 40, 400))
        piece = data[at : at + size]
        put = chance.choice((b"", piece * 2, chance.choice(ODD), chance.randbytes(min(size, 8)), piece[::-1]))
        data = data[:at] + put + data[at + size :]
    return data


def damaged_archive(data: bytes, chance: random.Random) -> bytes:
    """The archive with one or two of its parts damaged, renamed or left out; or its own bytes damaged."""
    whole = chance.random() < 0.2
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    for _ in range(0 if whole else chance.randint(1, 2)):
        at = chance.randrange(len(parts))
        name, content = parts[at]
        parts[at] = (name, damaged(content, chance))
        if chance.random() < 0.15:
            parts[at] = (chance.choice((name.upper(), "../" + name, name + "/", "é" + name)), content)
        if chance.random() < 0.1:
            del parts[at]
        if not parts:
            return b""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in dict(parts).items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # its date is always the same
    return damaged(buffer.getvalue(), chance) if whole else buffer.getvalue()


def touched_archive(data: bytes, chance: random.Random) -> bytes:
    """The archive with some letters and digits of its parts exchanged for others: it still opens, and says otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    for _ in range(chance.randint(1, 8)):
        content = parts[chance.choice(list(parts))]
        at = chance.randrange(len(content)) if content else 0
        for kind in (b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"):
            if content[at : at + 1] and content[at] in kind:
                content[at] = chance.choice(kind)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), bytes(content), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
