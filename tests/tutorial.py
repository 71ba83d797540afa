"""Reads a tutorial, and types it: its commands, what it says they print, and the steps done by hand in an editor.

In the Markdown of ``docs/tutoriels/``:

* a ``console`` block holds commands (lines that start with ``$ ``), each followed by lines that its output must
  contain, in that order; ``…`` in a line stands for anything;
* a comment ``<!-- étape : NOM -->`` before a block of another language names a step that the reader does by hand:
  the test does it with the text of that block.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^<!-- étape : (?P<step>[\w-]+) -->\n\n?)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Command:
    """One command of a tutorial and the lines that its output must contain, in order."""

    line: str
    shows: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """Something that the reader does by hand with the text of a block."""

    name: str
    text: str


def read_tutorial(path: Path) -> list[Command | Step]:
    """Returns what a tutorial makes its reader do, in order."""
    found: list[Command | Step] = []
    for block in _BLOCK.finditer(path.read_text("utf-8")):
        if block["step"]:
            found.append(Step(block["step"], block["text"]))
        elif block["language"] == "console":
            found += _commands(block["text"])
    return found


def _commands(text: str) -> list[Command]:
    commands: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(Command(line[2:], ()))
        elif line.strip():
            last = commands.pop()
            commands.append(Command(last.line, (*last.shows, line.strip())))
    return commands


def missing(output: str, shows: tuple[str, ...]) -> str | None:
    """Returns the first promised line that an output does not contain after the ones before it."""
    flat, place = " ".join(output.split()), 0
    for line in shows:
        pattern = ".*?".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        found = re.compile(pattern).search(flat, place)
        if found is None:
            return line
        place = found.end()
    return None


class Terminal:
    """A terminal with bash, as a person opens it on this machine: what runs the tests is not on its PATH."""

    def __init__(self, folder: Path, commands: Path, variables: Mapping[str, str], left: Sequence[int] = ()) -> None:
        """Opens it in a folder; that of commands comes before those of the machine, and may need files that are left."""
        ours = str(Path(sys.executable).parent)
        usual = [one for one in os.environ["PATH"].split(os.pathsep) if one != ours]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        self.folder, self._left = folder, left
        self._environment = {**kept, "PATH": os.pathsep.join([str(commands), *usual]), "COLUMNS": "120", **variables}

    def type(self, line: str, timeout: float = 300) -> tuple[int, str]:
        """Types a line; returns how it ended and all that it printed.

        Where it leaves, the next one begins; it sees the labs that this one names by ``ETABLI_LABS``.
        """
        done = subprocess.run(
            ["bash", "-c", f"trap 'echo; echo \"${{ETABLI_LABS-}}\"; pwd' EXIT; {line}"],
            cwd=self.folder,
            env=self._environment,
            pass_fds=self._left,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        said, named, left = done.stdout.rstrip("\n").rsplit("\n", 2)
        self.folder, self._environment["ETABLI_LABS"] = Path(left), named
        return done.returncode, f"{said}\n{done.stderr}"
