"""What people read of a digest: a short form to compare by eye, and a QR code, for screens and printed sheets."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

import segno

from etabli.seal.manifest import manifest_of

DIGITS, GROUP = 24, 4


class Printable(NamedTuple):
    """What a printed sheet shows of a sealed archive."""

    root: str
    short: str
    """Of the root."""
    key: str
    """Short form of the fingerprint of the centre's key."""
    qr: str
    """SVG with both in whole, to stand in a page as it is."""


def short(digest: str) -> str:
    """Returns the first 96 bits of a digest, as people compare them: ``7F3A-91C2-04DE-5B60-A817-33CF``."""
    digits = digest[:DIGITS].upper()
    return "-".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def qr_svg(root: str, key: str, scale: float = 2.5) -> str:
    """Returns a QR code with the whole root and the key's short form: text that any telephone shows, no address.

    Args:
        root: The root, in hexadecimal.
        key: The fingerprint of the centre's key, in hexadecimal.
        scale: Side of a module, in pixels.
    """
    text = f"ETABLI SCELLE RACINE {root.upper()} CLE {short(key)}"
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", scale=scale, xmldecl=False, svgns=True, title=text)
    return drawn.getvalue().decode()


def printable(archive: Path) -> Printable:
    """Returns what a sheet shows of an archive that was sealed here; only its manifest is read, nothing is verified.

    Raises:
        SealError: It is no sealed archive.
    """
    manifest = manifest_of(archive)
    return Printable(manifest.root, short(manifest.root), short(manifest.key), qr_svg(manifest.root, manifest.key))
