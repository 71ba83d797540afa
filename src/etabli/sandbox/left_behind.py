"""Lays a work where its author's programs may write, then tells what each of them left there.

Its source travels alone: it is given to ``python3 -I -c`` in a container of ours, which shares a candidate's folders
and nothing else with them (no process, no account). It imports the standard library only, and opens nothing that the
candidate made: it reads names, targets of links and dates.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

WORK = "/srv/app"
PLACES = (WORK, "/tmp", "/dev/shm", "/dev/mqueue")
"""All that the program of a candidate may write to."""
ORIGINAL = "/origine"
MEMORY = "/memoire/vu.json"
OWNER = 1000
MOST = 100
"""Traces that are told of one program."""
LONGEST = 1000
"""Bytes that are told of a name or a target."""

Seen = dict[str, list[str | int]]


def lay(original: str, target: str) -> None:
    """Copies a tree of regular files for the account that will work in it."""
    shutil.copytree(original, target, dirs_exist_ok=True)
    for path in (target, *_below(target)):
        os.chown(path, OWNER, OWNER)
        os.chmod(path, 0o755 if os.path.isdir(path) else 0o644)


def look(places: Sequence[str]) -> Seen:
    """Returns what there is in some folders: path → target of a link, then what changes when it is written."""
    seen: Seen = {}
    for path in (path for place in places for path in _below(place)):
        try:
            what = os.lstat(path)
            target = os.readlink(path) if os.path.islink(path) else ""
        except OSError:
            target, what = "", None
        seen[_shown(path)] = [_shown(target), *((what.st_ino, what.st_mode) if what else ())]
        if what and not os.path.isdir(path):  # a folder changes with what is in it, which is told for itself
            seen[_shown(path)] += [what.st_size, what.st_ctime_ns]
    return seen


def changes(before: Seen, after: Seen) -> list[list[str]]:
    """Returns path and target of what is new or was written, and the path of what is gone."""
    new = [[path, str(facts[0])] for path, facts in after.items() if before.get(path) != facts]
    return sorted(new + [[path, ""] for path in before if path not in after])[:MOST]


def _below(place: str) -> Iterator[str]:
    for folder, folders, names in os.walk(place):
        yield from (os.path.join(folder, name) for name in (*folders, *names))


def _shown(name: str) -> str:
    return os.fsencode(name)[:LONGEST].decode("utf-8", "replace")


if __name__ == "__main__":
    memory = Path(MEMORY)
    if sys.argv[1:] == ["lay"]:
        lay(ORIGINAL, WORK)
        memory.write_text(json.dumps(look(PLACES)), "utf-8")
    else:
        now = look(PLACES)
        print(json.dumps(changes(json.loads(memory.read_text("utf-8")), now)))
        memory.write_text(json.dumps(now), "utf-8")
