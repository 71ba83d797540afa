"""Pages that the site has sent in this exam, to be asked for once while nothing can have changed them.

Every check finds the base as the first one did. What it is sent before anybody acts (:attr:`Recorder.acts`) is that of
the first state, once the next cleaning has found the base untouched: the same visitor, who has no cookie, need not ask
for it in another check. A drawn share is asked for all the same, and a page that then differs is not kept, nor is any
other of its kind: it shows more than what the base holds.
"""

from __future__ import annotations

from random import Random
from typing import Final, NamedTuple

from etabli.exam.contract.values import Response
from etabli.exam.tools.still import kind_of

SHARE: Final = 1 / 6
"""Of what could be taken from here, so much is asked for again."""
MOST: Final = 8_000_000
"""Bytes of pages that are kept."""


class Asking(NamedTuple):
    """All by which one visitor without cookies asks otherwise than another."""

    address: str
    sent_from: str


class Received:
    """What one exam has received.

    Args:
        drawn: What the site cannot know; the share that is asked for again follows from it.
    """

    def __init__(self, drawn: str) -> None:
        self._draw = Random(f"{drawn}|redemander")
        self._pages: dict[Asking, Response] = {}
        self._new: dict[Asking, Response] = {}
        self._changing: set[str] = set()
        self._size = 0
        self._known = False
        """In this check, only pages that are here were asked for, and nothing was done."""
        self.afresh = False
        """Nothing is taken from here for now."""

    def begin(self, *, untouched: bool) -> None:
        """A check begins.

        Args:
            untouched: The base was found as it must be, so that the check before has only looked at it.
        """
        if untouched:
            self._pages |= self._new
        self._new = {}
        self._known = untouched

    def act(self) -> None:
        """Something was asked for that may change what the site shows, until the next check begins."""
        self._known = False

    def of(self, asking: Asking) -> Response | None:
        """What came of the same before, None when it is to be asked for."""
        found = self._pages.get(asking) if self._known and not self.afresh else None
        return None if found is None or self._draw.random() < SHARE else found

    def had(self, asking: Asking, answer: Response) -> None:
        """Takes what was asked for by itself, in a check in which nothing was done."""
        kind, before = kind_of(asking.address), self._pages.get(asking)
        if before is None:
            self._known = False  # a link may do something
            if kind not in self._changing and self._size + len(answer.body) <= MOST:
                self._size += len(answer.body)
                self._new[asking] = answer
        elif (before.status, before.body) != (answer.status, answer.body):
            self._changing.add(kind)
            for kept in (self._pages, self._new):
                for one in [one for one in kept if kind_of(one.address) == kind]:
                    del kept[one]
