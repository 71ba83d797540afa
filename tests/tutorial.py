"""Reads a tutorial: the commands it gives, what it says they print, and the steps done by hand in an editor.

In the Markdown of ``docs/tutoriels/``:

* a ``console`` block holds commands (lines that start with ``$ ``), each followed by lines that its output must
  contain, in that order; ``…`` in a line stands for anything;
* a comment ``<!-- étape : NOM -->`` before a block of another language names a step that the reader does by hand:
  the test does it with the text of that block.
"""

from __future__ import annotations

import re
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
