"""The migration script: its language, the line of it that a failure names, and what it said, for a sentence."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence

from etabli.exam import Line
from etabli.exam.contract.blot import SHORTEST
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.reading.markup import whole

from .shape import Case

MAKERS = "password_hash(", "hashpw(", ".hash("
"""What makes a new hash in a script."""
SAID = 80
"""Characters of what a script wrote that are looked for in it."""
_PHP_SAYS = re.compile(r"\s*(?:PHP )?(?:(?:Fatal|Parse|Recoverable fatal) error|Warning|Deprecated|Notice): ")


class Script:
    """A script that was handed in.

    Args:
        path: In the submission.
        source: Its text, for the lines that a failure names.
    """

    def __init__(self, path: str, source: str = "") -> None:
        self.path = path
        self._source = source

    @property
    def php(self) -> bool:
        return self.path.lower().endswith(".php")

    def where(self, words: str) -> Line | None:
        """The line of the script that an error names, the last one in a Python traceback."""
        named = re.findall(rf"(?:/srv/app|/espace/rendu)/{re.escape(self.path)}(?:\", line | on line |:)(\d+)", words)
        number = whole(named[-1]) if named else 0
        return Line(self.path, number) if number else None

    def handler(self, place: Line | None) -> Line | None:
        """The ``except`` around the line on which a Python program stopped, which is the one to change; else that line."""
        if place is None or self.php:
            return place
        try:
            nodes = list(ast.walk(ast.parse(self._source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return place
        around = [
            node.handlers[0].lineno
            for node in nodes
            if isinstance(node, ast.Try)
            and node.handlers
            and node.body[0].lineno <= place.number <= (node.body[-1].end_lineno or 0)
        ]
        return Line(self.path, max(around)) if around else place

    def one_line(self, *pieces: str) -> Line | None:
        """The line of the script that has one of these pieces, where one line alone does."""
        lines = enumerate(self._source.splitlines(), 1)
        found = [number for number, line in lines if any(piece in line for piece in pieces)]
        return Line(self.path, found[0]) if len(found) == 1 else None

    def said_at(self, words: str) -> Line | None:
        """The line that has the beginning of what the script wrote as a text of its own; None for none, or several."""
        said = squeeze(words.strip().partition("\n")[0])[:SAID].split(" ")
        starts = (" ".join(said[:count]) for count in range(len(said), 0, -1))
        found = (self.one_line(f"'{start}", f'"{start}') for start in starts if any(map(str.isalnum, start)))
        return next(filter(None, found), None)

    @property
    def makes(self) -> Line | None:
        """The line that makes new hashes, where one line alone does."""
        return self.one_line(*MAKERS)


def cleaned(words: str, cases: Sequence[Case]) -> str:
    """What a program said, without what it was given, and with no whole hash; a figure that was given is any figure."""
    words = re.sub(r"(\$[\w-]{1,8}\$)\S{16,}", r"\1…", words)
    for case in cases:
        for hidden in (one for one in (case.mot_de_passe, case.empreinte, case.other) if len(one) >= SHORTEST):
            for written in (hidden, json.dumps(hidden)[1:-1], json.dumps(hidden, ensure_ascii=False)[1:-1]):
                words = words.replace(written, "•••").replace(written.replace("/", "\\/"), "•••")
    return words


def last(words: str) -> str:
    """What matters of what a program said, for the end of a sentence: PHP says it first, Python last."""
    lines = [line for line in words.splitlines() if line.strip()]
    last = next(filter(_PHP_SAYS.match, lines), lines[-1] if lines else "")
    return f" : « {cut(squeeze(last), 140)} »" if last else ""
