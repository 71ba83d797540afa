"""Lays a work where its author's programs may write, then tells what each of them left there.

Its source travels alone: ``python3 -I -S -c`` runs it in a container of ours, which shares a candidate's folders and
nothing else with them (no process, no account), for as long as their terminal is open. It answers each line of its
input, ``lay``, ``put`` with files or ``look``, by a line of JSON: what is new since the last one. It imports the
standard library only. Of what the candidate made, it reads names, targets of links, dates, rights, and what is noted
beside a folder; it opens the files that it laid, and no other.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import random
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

WORK = "/srv/app"
PLACES = (WORK, "/tmp", "/dev/shm")
"""All that the program of a candidate may write to, but ``/dev/mqueue``, whose queues belong to its container."""
OWN = "/tmp"
"""Where a candidate makes lists of their own."""
ORIGINAL = "/origine"
OWNER = 1000
MOST = 100
"""Traces that are told of one program."""
MANY = 1_000
"""New or changed paths after which no more is looked at: who watches what is read can make others ahead of it."""
AGES = 3_600, 3 * 86_400
"""How old each file of a work seems to be, in seconds: its author's programs find no folder that was just made."""
LONGEST = 800
"""Bytes that are told of a name or a target: a byte may take six signs of what is said, and all of it must be heard."""

_NAMED = 200
"""Bytes of a path that are remembered as they are: who writes it decides how long all of them are."""

_FLAGS = 0x80086601
"""FS_IOC_GETFLAGS: what ``chattr`` writes."""


class Facts(NamedTuple):
    """What there is to know of one path."""

    state: str
    """All that changes when it is written to, and when a file's dates or rights are."""
    content: str = ""
    """Of a file that was there first: one that is written to through shared memory keeps its dates."""
    changed: int = 0
    """Of a folder, when it was written to or got other rights or dates, which nobody can set; 0 for a file."""
    written: int = 0
    """When something was put into it or taken away; anybody can set it, which is not the same moment then."""
    read: int = 0
    """When it was read, where the disk does not note it by itself: then somebody has set it."""


Seen = dict[str, Facts]
"""Path, or the start of a long one and its digest → what there is to know."""


def lay(original: str, target: str) -> None:
    """Copies a tree of regular files for the account that will work in it."""
    shutil.copytree(original, target, dirs_exist_ok=True)
    for path in (target, *_below(target)):
        os.chown(path, OWNER, OWNER)
        os.chmod(path, 0o755 if os.path.isdir(path) else 0o644)
        made = time.time() - random.uniform(*AGES)
        os.utime(path, (made, made))


def put(files: Mapping[str, str], folder: str) -> None:
    """Writes lists where the account that will read them may write too.

    What it has under that name goes first; then, where it has filled the folder, all of it. Who hinders even that has
    no list to read.
    """
    for name, coded in files.items():
        path = os.path.join(folder, name)
        for all_of_them in (False, True):
            for place in [entry.path for entry in os.scandir(folder)] if all_of_them else [path]:
                _remove(place)
            with suppress(OSError):
                with open(path, "xb") as file:
                    file.write(base64.b64decode(coded))
                os.chown(path, OWNER, OWNER, follow_symlinks=False)
                break


def _remove(place: str) -> None:
    with suppress(OSError, RecursionError):
        if os.path.isdir(place) and not os.path.islink(place):
            shutil.rmtree(place, ignore_errors=True)
        else:
            os.remove(place)


LOST: Seen = {"": Facts("?")}
"""What is known where too much has changed: whoever comes later, nothing is told of them."""


def look(places: Sequence[str], before: Seen) -> tuple[Seen, list[list[str]]]:
    """Returns what there is in some folders, then path and target of what is new, was written or is gone."""
    if before is LOST:
        return LOST, []
    now: Seen = {}
    changed: list[list[str]] = []
    many = 0
    for path in (path for place in places for path in _below(place)):
        key = _key(path)
        facts, target = _facts(path)
        was = before.get(key)
        if not before or (was and was.content and was.state == facts.state):
            facts = facts._replace(content=_content(path))
        now[key] = facts
        if was is None or _differs(was, facts):
            many += 1
            changed += [[_shown(path), _shown(target)]] * (many <= MOST)
            if before and many > MANY:
                return LOST, sorted(changed)
    gone = [[key, ""] for key in before if key not in now]
    return now, sorted(changed + gone[: MOST - len(changed)])


def _below(place: str) -> Iterator[str]:
    yield place
    for folder, folders, names in os.walk(place):
        yield from (os.path.join(folder, name) for name in (*folders, *names))


def _facts(path: str) -> tuple[Facts, str]:
    """What there is to know of a path, but its content, and what it leads to or has noted beside it."""
    try:
        what = os.lstat(path)
        own = [what.st_ino, what.st_mode, what.st_uid, what.st_gid]
        if not stat.S_ISDIR(what.st_mode):
            target = os.readlink(path) if stat.S_ISLNK(what.st_mode) else ""
            return Facts(_state(*own, what.st_size, what.st_ctime_ns, target)), target
        noted = [(name, os.getxattr(path, name)) for name in _notes(path)]
        said = " ".join(f"{name}={os.fsdecode(value)}" for name, value in noted if name.startswith("user."))
        read = what.st_atime_ns if os.statvfs(path).f_flag & os.ST_NOATIME else 0
        return Facts(_state(*own, _flags(path), noted), "", what.st_ctime_ns, what.st_mtime_ns, read), said
    except OSError:
        return Facts("?"), ""


def _state(*parts: object) -> str:
    return _digest(repr(parts))


def _differs(was: Facts, now: Facts) -> bool:
    """Whether something was changed; what is made in a folder and taken away leaves its two dates at one moment."""
    if was.state != now.state or (was.content and was.content != now.content) or was.read != now.read:
        return True
    return was.changed != now.changed and now.changed != now.written


def _notes(folder: str) -> list[str]:
    """The names of its attributes and lists of rights, where the disk has any."""
    try:
        return sorted(os.listxattr(folder))
    except OSError:
        return []


def _flags(folder: str) -> int:
    """What ``chattr`` wrote, where the disk has any."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        return int.from_bytes(fcntl.ioctl(place, _FLAGS, bytes(8)), sys.byteorder)
    except OSError:
        return 0
    finally:
        os.close(place)


def _content(path: str) -> str:
    """A digest of what a file holds; '' for anything else."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)) as file:
            return hashlib.sha256(file.read()).hexdigest() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else ""
    except OSError:
        return ""


def _key(path: str) -> str:
    raw = os.fsencode(path)
    return _shown(path) if len(raw) <= _NAMED else f"{raw[: _NAMED - 50].decode('utf-8', 'replace')}#{_digest(path)}"


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:32]


def _shown(name: str) -> str:
    return os.fsencode(name)[:LONGEST].decode("utf-8", "replace")


if __name__ == "__main__":
    known: Seen = {}
    for verb, _, files in (line.rstrip("\n").partition(" ") for line in sys.stdin):
        if verb == "lay":
            lay(ORIGINAL, WORK)
        known, told = look(PLACES, known)
        if verb == "put":
            put(json.loads(files), OWN)
            known, _ours = look(PLACES, known)
        print(json.dumps(told), flush=True)
