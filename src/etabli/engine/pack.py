"""The pack: what the examiner is given to read, as one tar; never a specimen, never the whole platform."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from etabli.lab import Lab

_BOTTOM = ("__init__", "blot", "check", "draw", "errors", "evidence", "i18n", "outcome", "transcript")
_SOURCE = Path(__file__).resolve().parents[1]


def build_pack(lab: Lab) -> bytes:
    """Packs the bottom nouns, the examiner and one lab's checks.

    Returns:
        A tar whose members live under ``pack/src/etabli/`` and ``pack/graders/<lab>/``.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in _BOTTOM:
            _add(tar, _SOURCE / f"{name}.py", f"pack/src/etabli/{name}.py")
        _add_tree(tar, _SOURCE / "examiner", "pack/src/etabli/examiner")
        _add_tree(tar, lab.grader, f"pack/graders/{lab.id}")
    return buffer.getvalue()


def _add_tree(tar: tarfile.TarFile, root: Path, prefix: str) -> None:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not {"specimens", "__pycache__"} & set(inside.parts):
            _add(tar, path, f"{prefix}/{inside.as_posix()}")


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    data = path.read_bytes()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o400
    tar.addfile(info, io.BytesIO(data))
