"""Intake: from a folder or zip of unknown origin to a fresh tree of regular files.

Files are hashed, measured and copied by the standard library under limits; none is parsed or rendered, and their
bytes (line ends, byte order marks) stay what they were. Ordinary clumsiness (wrapping folders, a zip in a zip,
``__MACOSX``, ``Thumbs.db``, lock files, ``.git``, ``node_modules``) is accepted; links, devices, paths that leave
the tree and bombs are refused with one sentence.

Composer's ``vendor`` is part of the work, for the application may load it. Its many small files are not the
student's: they count apart, up to :data:`VENDOR_TIMES` the limit of files; the limit of size is common. Folders are
counted as files are, and as many may be there: each takes as much room in an examiner.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import RejectedSubmission
from etabli.lab.manifest import Lab, SubmissionLimits
from etabli.reception.archives import is_zip, refuse_other_archive, unreadable
from etabli.reception.sources import Item, items_of
from etabli.reception.submission import DECLARATION, Submission
from etabli.system.disk import room_on_disk, why
from etabli.system.zip_errors import UNREADABLE

VENDOR = "vendor"
VENDOR_TIMES = 5
_WRAPPINGS = 5
_CHUNK = 1 << 20


def without_wrapping(items: list[Item], lab: Lab) -> dict[PurePosixPath, Item]:
    """Drops the single top folder(s) that wrap a submission; keeps everything else as it is."""
    placed = {item.path: item for item in items}
    for _level in range(_WRAPPINGS):
        names = [path.as_posix() for path in placed]
        tops = {path.parts[0] for path in placed}
        alone = len(tops) == 1 and all(len(path.parts) > 1 for path in placed)
        if not alone or lab.recognises(names) or DECLARATION in names:
            break
        placed = {PurePosixPath(*path.parts[1:]): item for path, item in placed.items()}
    return placed


def take_in(path: Path, lab: Lab, target: Path, *, as_is: bool = False) -> Submission:
    """Builds the fresh tree of a deposit.

    Args:
        path: A folder or a zip; when it holds nothing but one zip, that one is opened.
        lab: Tells the entry files (to see through a wrapping folder) and the limits.
        target: A folder that does not exist yet.
        as_is: For a submission that intake has made before: nothing is unwrapped or opened a second time, and what was
            accepted is not refused for its names, or counted otherwise, now that it has no wrapping folder.

    Raises:
        RejectedSubmission: Unreadable, unsafe, or over the limits.
        DiskFull: There is no room for the tree.
    """
    shutil.rmtree(target, ignore_errors=True)
    inner = target.with_name(f"{target.name}.zip")
    try:
        with ExitStack() as stack, room_on_disk(target):
            target.mkdir(parents=True)
            found = stack.enter_context(items_of(path, again=as_is))
            items = list(found if as_is else limited(found, lab.manifest.submission))
            if not as_is and (lone := _lone_archive(items)) is not None:
                stack.callback(inner.unlink, missing_ok=True)
                _unpack(lone, inner, lab.manifest.submission)
                found = stack.enter_context(items_of(inner, lone.path.name))
                items = list(limited(found, lab.manifest.submission))
            placed = {item.path: item for item in items} if as_is else without_wrapping(items, lab)
            return _copy(placed, target, lab.manifest.submission)
    except PermissionError as error:
        raise RejectedSubmission(_forbidden(path, error)) from error
    except UNREADABLE as error:
        problem = why(error) if isinstance(error, OSError) else "l'archive est abîmée"
        raise RejectedSubmission(f"« {path.name} » est illisible ({problem}) : demandez un nouveau dépôt.") from error


def _forbidden(path: Path, error: PermissionError) -> str:
    return (
        f"« {path.name} » ne peut pas être lu : ce compte n'a pas le droit d'ouvrir « {error.filename or path} ». "
        "Donnez-lui ce droit (« chmod -R u+rwX »), puis relancez."
    )


def _lone_archive(items: list[Item]) -> Item | None:
    """Returns the one file of a deposit when it is itself a zip.

    Raises:
        RejectedSubmission: It is an archive of another kind.
    """
    if len(items) != 1:
        return None
    (item,) = items
    with item.open() as stream:
        refuse_other_archive(item.path.name, stream.read(512))
    return item if item.path.suffix.lower() == ".zip" else None


def _unpack(item: Item, place: Path, limits: SubmissionLimits) -> None:
    total = 0
    with item.open() as stream, open(place, "wb") as copy:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            _light(limits, total)
            copy.write(chunk)
    if not is_zip(place):
        raise RejectedSubmission(unreadable(item.path.name, place))


def limited(items: Iterator[Item], limits: SubmissionLimits) -> Iterator[Item]:
    """Gives the files of a deposit as long as they stay under the limits, by the sizes that are announced.

    Raises:
        RejectedSubmission: They are too many, or too heavy, or lie in too many folders.
    """
    size = own = foreign = 0
    folders: set[PurePosixPath] = set()
    for item in items:
        size += item.size
        if VENDOR in item.path.parts[:-1]:
            foreign += 1
        else:
            own += 1
        _few(limits, own, foreign)
        folders.update(item.path.parents[:-1])
        if len(folders) > (most := limits.files * (1 + VENDOR_TIMES * (foreign > 0))):
            raise RejectedSubmission(
                f"Le rendu contient plus de {most} dossiers : mettez ses fichiers dans moins de dossiers."
            )
        _light(limits, size)
        yield item


def _few(limits: SubmissionLimits, own: int, foreign: int) -> None:
    if own > limits.files:
        raise RejectedSubmission(
            f"Le rendu contient plus de {limits.files} fichiers : retirez ce qui n'est pas demandé."
        )
    if foreign > limits.files * VENDOR_TIMES:
        raise RejectedSubmission(
            f"Le dossier « vendor » contient plus de {limits.files * VENDOR_TIMES} fichiers : gardez seulement ce qui "
            "sert (« composer install --no-dev »)."
        )


def _light(limits: SubmissionLimits, size: int) -> None:
    if size > limits.size_mb * 1_000_000:
        raise RejectedSubmission(
            f"Le rendu pèse plus de {limits.size_mb} Mo une fois ouvert : retirez ce qui n'est pas demandé."
        )


def _copy(placed: dict[PurePosixPath, Item], target: Path, limits: SubmissionLimits) -> Submission:
    digest = hashlib.sha256()
    total = 0
    for path, item in sorted(placed.items()):
        destination = target / path
        destination.parent.mkdir(parents=True, exist_ok=True)
        file_digest = hashlib.sha256()
        with item.open() as stream, open(destination, "xb") as copy:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                _light(limits, total)
                file_digest.update(chunk)
                copy.write(chunk)
        destination.chmod(0o644)
        digest.update(os.fsencode(path.as_posix()) + b"\0" + file_digest.digest())
    for folder in [target, *(item for item in target.rglob("*") if item.is_dir())]:
        folder.chmod(0o755)
    return Submission(target, tuple(path.as_posix() for path in sorted(placed)), digest.hexdigest())
