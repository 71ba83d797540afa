"""The `journal` fixture: what the candidate's application writes instead of showing it.

The journal is in the candidate's container, where the examiner has no way in: it asks the orchestrator on its channel,
as for the bench, and reads the answer in the same folder. It is the candidate's words: to be quoted, never a verdict.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Final

from etabli.exam.runner.recorder import Recorder
from etabli.exam.tools.bench import Asks

MOST: Final = 8
"""Readings of one exam."""
_PATIENCE = 20.0
_PAUSE = 0.005


class Journal:
    """Reads the end of the application's journal.

    Args:
        replies: Where answers come; None where there is no application.
        channel: The way out.
        recorder: Where actions go.
    """

    def __init__(self, replies: Path | None, channel: Asks, recorder: Recorder) -> None:
        self._replies = replies
        self._channel = channel
        self._recorder = recorder
        self._number = 0

    def text(self) -> str:
        """The end of the journal; '' when there is none, or when nobody answers in time: nothing depends on it."""
        if self._replies is None or self._number >= MOST:
            return ""
        self._number += 1
        with self._recorder.action("journal", "text") as note:
            self._channel.ask(number=self._number, journal=True)
            text = self._answer(self._replies / f"journal-{self._number}.json")
            note.result = f"{len(text)} caractères"
        return text

    def _answer(self, path: Path) -> str:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                return str(json.loads(path.read_bytes())["journal"])
            except FileNotFoundError:
                time.sleep(_PAUSE)
        return ""
