"""Blocks while they are read, whatever the format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..told import BlockTold

_MONO = re.compile(
    r"mono|courier|consol|menlo|typewriter|fixed|lucida sans t|cascadia|source ?code|fira ?code|cmtt", re.I
)


def is_mono(fonts: str) -> bool:
    """Whether names of fonts are those of one whose signs are all as wide."""
    return bool(_MONO.search(fonts))


@dataclass
class Blocks:
    """Blocks while they are read."""

    told: list[BlockTold] = field(default_factory=list)
    kind: str = "text"
    _pieces: list[tuple[str, bool]] = field(default_factory=list)
    _unseen: list[str] = field(default_factory=list)
    _steps: int = 0

    @property
    def empty(self) -> bool:
        """Whether the current block holds nothing yet."""
        return not any(text.strip() for text, _ in self._pieces)

    def add(self, text: str, mono: bool = False, unseen: bool = False) -> None:
        """Adds a piece of the current block."""
        if unseen:
            self._unseen.append(text)
        elif text:
            self._pieces.append((text, mono))

    @property
    def passage(self) -> bool:
        """Whether the current block is a passage in monospace that may go on with another line."""
        return bool(self._pieces) and self._pieces[-1][1] and self._pieces[-1][0].endswith("\n")

    @property
    def listing(self) -> bool:
        """Whether the lines of the current block are kept apart: one of them has ended with a colon."""
        text = "".join(piece for piece, _ in self._pieces)
        return text.rstrip().endswith(":") or "\n" in text

    def step(self) -> None:
        """Adds the number that a list gives to a cell: its row is a step as if it had been typed."""
        self._steps += 1
        self.add(f"{self._steps}. ")

    def part(self) -> None:
        """What is in monospace before is one thing, what comes after another."""
        self._pieces.append(("", False))

    def picture(self, words: str) -> None:
        """Adds a picture, with its text alternative."""
        self.told.append(BlockTold("picture", " ".join(words.split()), []))

    def end(self, kind: str = "text") -> None:
        """Ends the current block; the next one is of that kind."""
        text = "".join(piece for piece, _ in self._pieces).strip("\n")
        if self.kind == "row":
            lines = ([" ".join(line.split()) for line in cell.splitlines()] for cell in text.split("|"))
            text = " | ".join("\n".join(filter(None, cell)) for cell in lines).strip(" |")
        if text.strip():
            self.told.append(BlockTold(self.kind, text.replace("\r", ""), list(_runs(self._pieces))))
        if unseen := "".join(self._unseen).strip():
            self.told.append(BlockTold("hidden", unseen, []))
        self._pieces.clear()
        self._unseen.clear()
        self.kind = kind


def _runs(pieces: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """The texts in monospace, those that follow each other joined."""
    current = ""
    for text, mono in [*pieces, ("", False)]:
        if mono or (current and text and not text.strip(" \n")):
            current += text
            continue
        if current.strip():
            yield current.strip("\n").rstrip()
        current = ""
