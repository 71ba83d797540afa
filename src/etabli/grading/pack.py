"""The pack: what the examiner is given to read, as one tar. What is hashed is what runs."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from etabli import exam
from etabli.system.digest import files_below

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


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    data = path.read_bytes()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o400
    tar.addfile(info, io.BytesIO(data))
