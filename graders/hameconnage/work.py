"""What was handed in, in the words of the brief; each document is read once per exam."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.kit import tables

from .quiz import Question, read_quiz
from .reports import Report, read_reports
from .sorting import TITLES, Sorting

if TYPE_CHECKING:
    from etabli.exam.contract.blot import Blot
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.documents import Documents, Trace
    from etabli.exam.tools.files import Files
    from etabli.exam.tools.page import SitePage

    from .shape import Variant

_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
"""What nobody reads of Markdown."""
_ASKED = ("tri", "signalements", "reponse", "page", "quiz")


@dataclass
class Work:
    """A candidate's hand-in."""

    asked: AskedFiles
    files: Files
    documents: Documents
    blot: Blot
    """What is personal in the messages."""
    variant: Variant

    def expect_something(self) -> None:
        """At least one thing that was asked for is there."""
        if not any(name in self.asked for name in _ASKED):
            self.asked.path(_ASKED[0])

    @cached_property
    def sorting(self) -> Sorting:
        """The table."""
        path = self.asked.path("tri")
        return Sorting(tables.read(path, self.documents.tables(path), TITLES), self.variant)

    @cached_property
    def reports(self) -> list[Report]:
        """The reports."""
        return read_reports(self._seen("signalements", "Signalements"))

    @cached_property
    def answer(self) -> str:
        """The answer to the colleague."""
        return self._seen("reponse", "Réponse au collègue")

    @cached_property
    def questions(self) -> list[Question]:
        """The quiz."""
        path = self.asked.path("quiz")
        return read_quiz(path, self.files.text(path))

    def show(self, leaf: SitePage) -> SitePage:
        """The page, in the browser."""
        path = self.asked.path("page")
        text = self.files.text(path)
        if "<" not in text:
            raise Failed(f"{path} n'est pas une page HTML.", "Une page HTML, avec ses balises.")
        leaf.put(text)
        return leaf

    def traces(self) -> Iterator[tuple[str, Trace]]:
        """Every piece of text of every file."""
        yield from ((path, trace) for path in self.files.paths() for trace in self.documents.traces(path))

    def _seen(self, name: str, caption: str) -> str:
        path = self.asked.path(name)
        self.documents.keep(path, caption)
        text = self.documents.seen(path)
        return _COMMENT.sub("", text) if path.endswith(".md") else text
