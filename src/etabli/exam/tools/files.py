"""The `files` fixture: what the candidate handed in, read only and never followed out of its folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.masks import masked
from etabli.exam.contract.places import Line, extract
from etabli.exam.contract.values import Hit
from etabli.exam.contract.words import cut
from etabli.exam.runner.recorder import Recorder

MAX_FILE: Final = 1024 * 1024
MAX_HITS: Final = 200
_AROUND: Final = 2
"""Lines that are kept before and after the one a failure names."""


class Files:
    """The tree of the submission; paths are relative, with ``/``.

    Args:
        root: Its folder.
        recorder: Where actions go.
        repaired: What runs is a copy of it, repaired as a check had said.
    """

    def __init__(self, root: Path, recorder: Recorder, *, repaired: bool = False) -> None:
        self._root = root
        self._recorder = recorder
        self.repaired = repaired

    def paths(self, *suffixes: str) -> list[str]:
        """All regular files, sorted; with suffixes (``".php"``) only those."""
        with self._recorder.action("files", "paths", " ".join(suffixes)) as note:
            found = [path for path in self._all if not suffixes or path.lower().endswith(suffixes)]
            note.result = str(len(found))
            return found

    def exists(self, path: str) -> bool:
        """Whether the submission has this file."""
        return path in self._all

    def text(self, path: str) -> str:
        """The text of a file (UTF-8, else Windows' cp1252), cut at 1 MiB.

        Raises:
            Failed: There is no such file.
        """
        with self._recorder.action("files", "text", path):
            if path not in self._all:
                raise failed(Cause.MISSING, f"fichier « {path} »")
            return self._text(path)

    def search(self, pattern: str | re.Pattern[str], suffixes: Sequence[str] = ()) -> list[Hit]:
        """The lines that match, 200 at most.

        Example:
            for hit in files.search(r"localhost", [".php"]): ...
        """
        expression = re.compile(pattern)
        with self._recorder.action("files", "search", expression.pattern) as note:
            hits = [
                Hit(path, number, cut(line.strip(), 300))
                for path in self._all
                if not suffixes or path.lower().endswith(tuple(suffixes))
                for number, line in enumerate(self._text(path).splitlines(), 1)
                if expression.search(line[:2000])
            ][:MAX_HITS]
            note.result = str(len(hits))
            return hits

    def show(self, place: Line) -> None:
        """Keeps as evidence the line that a failure names, among its neighbours.

        Args:
            place: A line of a file of the submission; nothing is kept of one that is not there.
        """
        if place.path in self._all:
            first = max(1, place.number - _AROUND)
            whole = masked(self._recorder.blot.clean(self._text(place.path))).splitlines()
            around = whole[first - 1 : place.number + _AROUND]
            lines = [f"{number} : {cut(line, 300)}" for number, line in enumerate(around, first)]
            caption = f"{place.told}{extract(first, len(around), len(whole))}"
            self._recorder.evidence("text", caption, "text/plain", "\n".join(lines).encode("utf-8", "replace"))

    @cached_property
    def _all(self) -> list[str]:
        found = []
        for folder, _folders, names in os.walk(self._root, onerror=_raise, followlinks=False):
            for name in names:
                path = Path(folder, name)
                if path.is_file() and not path.is_symlink():
                    found.append(path.relative_to(self._root).as_posix())
        return sorted(found)

    def _text(self, path: str) -> str:
        descriptor = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as stream:
            data = stream.read(MAX_FILE)
        if b"\0" in data[:1024]:
            return ""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")


def _raise(error: OSError) -> None:
    """A folder that we cannot list is our error, not an empty submission."""
    raise error
