"""What the standard library raises on the bytes of a damaged or hostile zip: one list for whoever reads one."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib

UNREADABLE = (
    *(OSError, EOFError, RuntimeError, NotImplementedError, ValueError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
