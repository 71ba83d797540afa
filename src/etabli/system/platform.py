"""The platform: the code of ours that is no pack, by hash."""

from __future__ import annotations

import functools
from pathlib import Path

import etabli
from etabli.system.digest import files_below, sha256_of

PACKAGE = Path(etabli.__file__).parent


def platform_sha256(source: Path = PACKAGE) -> str:
    """Hashes what prepares, runs and freezes an exam beside the pack.

    That is all of ours but ``exam/`` and ``kit/``, which are in packs, and ``reports/`` and ``cli/``, which come after.

    Args:
        source: The folder of the package.
    """
    return _own_sha256() if source == PACKAGE else _sha256(source)


@functools.cache
def _own_sha256() -> str:
    """Hashes what this process runs: it has read it, whatever becomes of the files."""
    return _sha256(PACKAGE)


def _sha256(source: Path) -> str:
    apart = {"exam", "kit", "reports", "cli"}
    return sha256_of((name, path) for name, path in files_below(source) if name.split("/")[0] not in apart)
