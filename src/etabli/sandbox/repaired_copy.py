"""Copies a work inside the candidate's container, makes a repair in the copy, then becomes the application.

Its source travels alone: it is given to ``python3 -I -c`` in the container, and imports the standard library only.
Nothing of the work is run before the copy is whole, and the copy is closed to writing as the work itself is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ORIGINAL = "/srv/rendu"
COPY = "/srv/app"
MISFIT = 65
"""Exit code when a file is not what the repair says: nothing was started."""


def repair(text: str, edits: Sequence[Mapping[str, Any]], environment: Mapping[str, str]) -> str:
    """Returns a text with its edits made, from its end to its start.

    Raises:
        ValueError: The text is not what an edit says.
    """
    for edit in sorted(edits, key=lambda one: -int(one["start"])):
        start, was = int(edit["start"]), str(edit["was"])
        if text[start : start + len(was)] != was:
            raise ValueError(edit["path"])
        value = re.sub(r"\{(\w+)\}", lambda name: environment.get(name[1], ""), str(edit["becomes"]))
        text = text[:start] + value + text[start + len(was) :]
    return text


def repair_file(path: Path, edits: Sequence[Mapping[str, Any]], environment: Mapping[str, str]) -> None:
    """Makes the edits of one file, in the encoding in which it is read elsewhere: UTF-8, else one byte a letter."""
    data = path.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    encoding = "utf-8"
    try:
        text = data[len(mark) :].decode()
    except UnicodeDecodeError:
        mark, encoding = b"", "latin-1"
        text = data.decode(encoding)
    path.write_bytes(mark + repair(text, edits, environment).encode(encoding))


def copy(original: Path, target: Path, edits: Sequence[Mapping[str, Any]], environment: Mapping[str, str]) -> None:
    """Fills an empty folder with a repaired copy of a tree of regular files."""
    shutil.copytree(original, target, dirs_exist_ok=True, copy_function=shutil.copyfile)
    for path in sorted({str(edit["path"]) for edit in edits}):
        repair_file(target / path, [edit for edit in edits if edit["path"] == path], environment)
    for folder, _folders, names in os.walk(target):
        for name in names:
            os.chmod(os.path.join(folder, name), 0o444)
        os.chmod(folder, 0o555)


if __name__ == "__main__":
    try:
        copy(Path(ORIGINAL), Path(COPY), json.loads(sys.argv[1]), os.environ)
    except (OSError, ValueError):
        sys.exit(MISFIT)
    os.chdir(COPY)
    os.execvp(sys.argv[2], sys.argv[2:])
