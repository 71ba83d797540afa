"""The pack: what the examiner is given to read, as one tar. What is hashed is what runs."""

from __future__ import annotations

import functools
import io
import tarfile
from collections.abc import Collection
from pathlib import Path

from etabli import exam
from etabli.grading.reached import KIT, reached
from etabli.lab.manifest import Lab
from etabli.system.digest import files_below

EXAM = Path(exam.__file__).parent
SPECIMENS = "specimens"


def pack_of(lab: Lab) -> bytes:
    """Packs our side of an exam of a lab: what its checks need, neither specimens nor the generator of its data."""
    return build_pack(lab.grader, without={lab.manifest.generator} if lab.manifest.generator else ())


def build_pack(*graders: Path, without: Collection[str] = (), exam: Path = EXAM, kit: Path = KIT) -> bytes:
    """Packs our side of an exam: the folder ``exam/``, graders without their specimens, what these reach of the kit.

    Args:
        graders: Folders of ``graders/``; one, but in our own tests.
        without: Names of folders to leave out at any depth, beside the specimens.
        exam: The folder ``exam/``.
        kit: The folder ``kit/``.

    Returns:
        A tar whose members live under ``pack/src/etabli/exam/``, ``pack/src/etabli/kit/`` and ``pack/graders/<lab>/``;
        the same files give the same bytes.
    """
    own = [
        (f"pack/graders/{grader.name}/{name}", path)
        for grader in graders
        for name, path in files_below(grader, without={SPECIMENS, *without})
    ]
    buffer = io.BytesIO()
    buffer.write(_own_exam() if exam == EXAM else _members(exam))
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path in reached((path for _, path in own if path.suffix == ".py"), kit):
            _add(tar, path, f"pack/src/etabli/kit/{path.name}")
        for name, path in own:
            _add(tar, path, name)
    return buffer.getvalue()


@functools.cache
def _own_exam() -> bytes:
    """Returns the members of the folder ``exam/`` that this process has read, the same in all packs."""
    return _members(EXAM)


def _members(exam: Path) -> bytes:
    """Returns the members of a folder ``exam/``, as a tar begins."""
    buffer = io.BytesIO()
    tar = tarfile.open(fileobj=buffer, mode="w")  # never closed: no end is written
    for name, path in files_below(exam):
        _add(tar, path, f"pack/src/etabli/exam/{name}")
    return buffer.getvalue()


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    data = path.read_bytes()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o400
    tar.addfile(info, io.BytesIO(data))
