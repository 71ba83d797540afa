"""Lays a work where its author's programs may write, then tells what each of them left there.

Its source travels alone: ``python3 -I -S -c`` runs it in a container of ours, which shares a candidate's folders and
nothing else with them (no process, no account), for as long as their terminal is open. It answers each line of its
input, ``lay`` or ``look``, by a line of JSON: what is new since the last one. It imports the standard library only, and
opens nothing that the candidate made: it reads names, targets of links, dates, and what is noted beside a folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Sequence

WORK = "/srv/app"
PLACES = (WORK, "/tmp", "/dev/shm", "/dev/mqueue")
"""All that the program of a candidate may write to."""
ORIGINAL = "/origine"
OWNER = 1000
MOST = 100
"""Traces that are told of one program."""
AGES = 3_600, 3 * 86_400
"""How old each file of a work seems to be, in seconds: its author's programs find no folder that was just made."""
LONGEST = 800
"""Bytes that are told of a name or a target: a byte may take six signs of what is said, and all of it must be heard."""

_NAMED = 200
"""Bytes of a path that are remembered as they are: who writes it decides how long all of them are."""

_DATES = "\0dates"
"""After a path, which has no such sign: the dates of that folder."""
_RECENT_NS = 3_600 * 10**9

Seen = dict[str, str]
"""Path, or the start of a long one and its digest → what changes when it is written."""


def lay(original: str, target: str) -> None:
    """Copies a tree of regular files for the account that will work in it."""
    shutil.copytree(original, target, dirs_exist_ok=True)
    for path in (target, *_below(target)):
        os.chown(path, OWNER, OWNER)
        os.chmod(path, 0o755 if os.path.isdir(path) else 0o644)
        made = time.time() - random.uniform(*AGES)
        os.utime(path, (made, made))


def look(places: Sequence[str], before: Seen) -> tuple[Seen, list[list[str]]]:
    """Returns what there is in some folders, then path and target of what is new, was written or is gone."""
    now: Seen = {}
    changed: list[list[str]] = []
    for path in (path for place in places for path in _below(place)):
        target = dates = ""
        key = _key(path)
        try:
            what = os.lstat(path)
            target = os.readlink(path) if os.path.islink(path) else ""
            if stat.S_ISDIR(what.st_mode):  # it changes with what is in it, which is told for itself
                target, dates = _noted(path), _old_dates(what)
            facts = f"{what.st_ino}.{what.st_mode}.{_digest(target)}"
            if not os.path.isdir(path):
                facts += f".{what.st_size}.{what.st_ctime_ns}"
        except OSError:
            facts = "?"
        now[key], now[key + _DATES] = facts, dates
        if (before.get(key) != facts or _redated(before[key + _DATES], dates)) and len(changed) < MOST:
            changed.append([_shown(path), _shown(target)])
    gone = [[key, ""] for key in before if key not in now and not key.endswith(_DATES)]
    return now, sorted(changed + gone[: MOST - len(changed)])


def _below(place: str) -> Iterator[str]:
    yield place
    for folder, folders, names in os.walk(place):
        yield from (os.path.join(folder, name) for name in (*folders, *names))


def _noted(folder: str) -> str:
    """What is written in the attributes of a folder, where the disk has any that an account may write."""
    try:
        names = [name for name in sorted(os.listxattr(folder)) if name.startswith("user.")]
        return " ".join(f"{name}={os.fsdecode(os.getxattr(folder, name))}" for name in names)
    except OSError:
        return ""


def _old_dates(folder: os.stat_result) -> str:
    """Its dates as they were set: what changes in a folder, or reads it, leaves the hour of now."""
    now = time.time_ns()
    dates = folder.st_mtime_ns, folder.st_atime_ns
    return " ".join(str(one) if abs(now - one) > _RECENT_NS else "" for one in dates)


def _redated(before: str, dates: str) -> bool:
    return any(date and date != former for date, former in zip(dates.split(" "), before.split(" "), strict=False))


def _key(path: str) -> str:
    raw = os.fsencode(path)
    return _shown(path) if len(raw) <= _NAMED else f"{raw[: _NAMED - 50].decode('utf-8', 'replace')}#{_digest(path)}"


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:32]


def _shown(name: str) -> str:
    return os.fsencode(name)[:LONGEST].decode("utf-8", "replace")


if __name__ == "__main__":
    known: Seen = {}
    for verb in sys.stdin:
        if verb == "lay\n":
            lay(ORIGINAL, WORK)
        known, told = look(PLACES, known)
        print(json.dumps(told), flush=True)
