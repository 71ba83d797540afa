"""Doubles: several things handed in by one candidate. The same thing again counts once; of two, only a person chooses.

What cannot be examined is no second work: beside one that can, it is left out, and said.

The same means the same files with the same bytes: a wrapping folder, and the dates in a zip, make no other work.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os.path import getsize, isfile, realpath
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import RejectedSubmission
from etabli.reception.archives import archive_problem
from etabli.reception.dropped import Dropped
from etabli.reception.sources import Item, items_of
from etabli.system.zip_errors import UNREADABLE

_MOST_FILES = 5_000
_MOST_BYTES = 200_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Sifted:
    """What was handed in, by candidate."""

    kept: Mapping[str, Dropped]
    """The one thing to grade of each candidate, in order of candidates."""
    twice: tuple[str, ...]
    """Candidates who handed the same in several times."""
    different: Mapping[str, Sequence[Dropped]]
    """What those candidates handed in who have several different things: none of it is kept."""
    beside: tuple[tuple[Dropped, Dropped, str], ...] = ()
    """What cannot be examined and bears the name of what can: it, the other, and why (French)."""


def sift(named: Iterable[tuple[str, Dropped]]) -> Sifted:
    """Keeps one thing per candidate.

    Args:
        named: Candidates and what they handed in; one path given twice is one thing.
    """
    groups: dict[str, dict[str, Dropped]] = defaultdict(dict)
    for candidate, dropped in named:
        groups[candidate].setdefault(realpath(dropped.source), dropped)
    kept: dict[str, Dropped] = {}
    twice: list[str] = []
    different: dict[str, Sequence[Dropped]] = {}
    beside: list[tuple[Dropped, Dropped, str]] = []
    for candidate, found in sorted(groups.items()):
        group = _gradable(list(found.values()))
        why = [_unexaminable(dropped) for dropped in group] if len(group) > 1 else [None]
        one, *others = [dropped for dropped, said in zip(group, why, strict=True) if not said] or group
        beside += [(dropped, one, said) for dropped, said in zip(group, why, strict=True) if said and not all(why)]
        if others and len({fingerprint(same.source) for same in (one, *others)}) > 1:
            different[candidate] = (one, *others)
            continue
        kept[candidate] = one
        twice += [candidate] if others else []
    return Sifted(kept, tuple(twice), different, tuple(beside))


def _gradable(group: list[Dropped]) -> list[Dropped]:
    """Leaves out what holds no file (an online text) beside a file, and puts Moodle's own before the others."""
    real = [dropped for dropped in group if dropped.source.exists()]
    return sorted(real or group[:1], key=lambda dropped: not dropped.from_moodle)


def _unexaminable(dropped: Dropped) -> str | None:
    """Says why a thing can never be examined, as it is; what this account may not read is another matter."""
    name = dropped.files[-1] if dropped.files else dropped.source.name
    if problem := dropped.problem or archive_problem(dropped.source, name):
        return problem
    try:
        with items_of(dropped.source, name) as items:
            return None if sum(1 for _item in items) else f"« {name} » est vide."
    except PermissionError:
        return None
    except RejectedSubmission as refusal:
        return str(refusal)
    except UNREADABLE:
        return f"« {name} » est illisible."


def fingerprint(source: Path) -> str:
    """Returns what two folders or archives with the same files have in common; of what cannot be read, its bytes."""
    try:
        with items_of(source) as items:
            return _of_items(list(items))
    except (RejectedSubmission, *UNREADABLE):
        return _of_bytes(source)


def _of_items(items: Sequence[Item]) -> str:
    if len(items) > _MOST_FILES or sum(item.size for item in items) > _MOST_BYTES:
        raise ValueError("too much to compare file by file")
    paths = _unwrapped([item.path for item in items])
    lines = sorted(f"{path.as_posix()}\0{_digest(item)}" for path, item in zip(paths, items, strict=True))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _unwrapped(paths: Sequence[PurePosixPath]) -> Sequence[PurePosixPath]:
    while paths and all(len(path.parts) > 1 for path in paths) and len({path.parts[0] for path in paths}) == 1:
        paths = [PurePosixPath(*path.parts[1:]) for path in paths]
    return paths


def _digest(item: Item) -> str:
    digest, size = hashlib.sha256(), 0
    with item.open() as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > item.size:  # it announced less: such an archive is compared as it is
                raise ValueError("more than announced")
            digest.update(chunk)
    return digest.hexdigest()


def _of_bytes(source: Path) -> str:
    """Of a pipe, a device, or more than anybody hands in, nothing is read: it is like nothing else."""
    try:
        if not isfile(source) or getsize(source) > _MOST_BYTES:
            return realpath(source)
        with open(source, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return realpath(source)
