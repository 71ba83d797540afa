"""The `journal` fixture: what the candidate's application writes instead of showing it.

The journal is in the candidate's container, where the examiner has no way in: it asks the orchestrator on its channel,
as for the bench, and is answered likewise. It is the candidate's words: to be quoted, never a verdict.
"""

from __future__ import annotations

from typing import Final

from etabli.exam.runner.recorder import Recorder
from etabli.exam.tools.bench import Asks

MOST: Final = 8
"""Readings of one exam."""
_PATIENCE = 20.0


class Journal:
    """Reads the end of the application's journal.

    Args:
        there: Whether there is an application.
        channel: Carries questions and answers.
        recorder: Where actions go.
    """

    def __init__(self, there: bool, channel: Asks, recorder: Recorder) -> None:
        self._there = there
        self._channel = channel
        self._recorder = recorder
        self._number = 0

    def text(self) -> str:
        """The end of the journal; '' when there is none, or when nobody answers in time: nothing depends on it."""
        if not self._there or self._number >= MOST:
            return ""
        self._number += 1
        with self._recorder.action("journal", "text") as note:
            self._channel.ask(number=self._number, journal=True)
            answer = self._channel.answer(f"journal-{self._number}", _PATIENCE)
            text = str(answer["journal"]) if answer else ""
            note.result = f"{len(text)} caractères"
        return text
