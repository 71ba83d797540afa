"""The pack: what the examiner is given to read, as one tar. What is hashed is what runs."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from etabli import exam
from etabli.digest import files_below, sha256_of

EXAM = Path(exam.__file__).parent
SPECIMENS = "specimens"


def build_pack(*graders: Path, exam: Path = EXAM) -> bytes:
    """Packs our side of an exam: the folder ``exam/`` and graders without their specimens.

    Args:
        graders: Folders of ``graders/``; one, but in our own tests.
        exam: The folder ``exam/``.

    Returns:
        A tar whose members live under ``pack/src/etabli/exam/`` and ``pack/graders/<lab>/``; the same files give the
        same bytes.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, path in files_below(exam):
            _add(tar, path, f"pack/src/etabli/exam/{name}")
        for grader in graders:
            for name, path in files_below(grader, without={SPECIMENS}):
                _add(tar, path, f"pack/graders/{grader.name}/{name}")
    return buffer.getvalue()


def platform_sha256(source: Path = EXAM.parent) -> str:
    """Hashes what prepares, runs and freezes an exam beside the pack.

    That is all of ours but ``exam/``, which is in the pack, and ``reports/`` and ``cli/``, which come after.

    Args:
        source: The folder of the package.
    """
    inside = (
        (name, path) for name, path in files_below(source) if name.split("/")[0] not in {"exam", "reports", "cli"}
    )
    return sha256_of(inside)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    data = path.read_bytes()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o400
    tar.addfile(info, io.BytesIO(data))
