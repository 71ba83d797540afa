"""What an application printed, out of a frozen run: the texts in which known error messages are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from etabli.exam.contract.outcome import Outcome
from etabli.lab.messages import Explained, explain
from etabli.reports.payload import MessageItem
from etabli.runs.run import Run
from etabli.runs.scoring import Result

TEXT_CAP = 200_000
"""Bytes read of one piece of evidence."""
RUN_CAP = 2_000_000
"""Bytes read of one run."""
_TEXT_KINDS = frozenset({"text", "response", "journal"})
"""Rows that were compared are ours, and hold hidden values: no message is looked for in them."""
ASIDE = frozenset({"auteur-du-fichier"})
"""Advice that explains no failure."""


@dataclass
class EvidenceReader:
    """Reads the text evidence of one run folder, under size caps.

    Args:
        folder: The run folder.
    """

    folder: Path
    _left: int = RUN_CAP

    def text(self, kind: str, relative: str) -> str | None:
        """Returns the text of a piece of evidence, cut to size; ``None`` for what is no text, absent or too much."""
        pure = PurePosixPath(relative)
        if kind not in _TEXT_KINDS or pure.suffix != ".txt" or pure.is_absolute() or ".." in pure.parts:
            return None
        try:
            with (self.folder / pure).open("rb") as stream:
                data = stream.read(min(TEXT_CAP, self._left))
        except OSError:
            return None
        self._left -= len(data)
        return data.decode("utf-8", "replace") or None


def messages_of(run: Run, items: tuple[Result, ...], folder: Path) -> list[MessageItem]:
    """Finds the known messages that the application printed: check by check, then in its journal.

    Args:
        run: The run.
        items: Its results.
        folder: The run folder, for the evidence.
    """
    reader = EvidenceReader(folder)
    found = [message for item in items if item.outcome is Outcome.FAILED for message in _of_check(item, reader)]
    known = {message["id"] for message in found}
    return [*found, *(message for message in _of_journal(run, reader) if message["id"] not in known)]


def advice_of(run: Run) -> list[MessageItem]:
    """Returns the advice that the engine gave in a run, in the shape of explained messages."""
    return [
        {
            "id": str(event["advice"]),
            "message": str(event["message"]),
            "means": str(event["means"]),
            "look": str(event["look"]),
            "check": None,
        }
        for event in run.events
        if event.get("kind") == "advice"
    ]


def _of_check(item: Result, reader: EvidenceReader) -> list[MessageItem]:
    texts = [item.observed, *(reader.text(proof.kind, proof.path) for proof in item.evidence)]
    return [_message(found, item.spec.id) for found in explain(filter(None, texts))]


def _of_journal(run: Run, reader: EvidenceReader) -> list[MessageItem]:
    journals = [
        reader.text("journal", str(event["path"]))
        for event in run.events
        if event.get("kind") == "evidence" and event.get("evidence_kind") == "journal" and not event.get("check")
    ]
    return [_message(found, None) for found in explain(filter(None, journals)) if not found.played]


def _message(found: Explained, check: str | None) -> MessageItem:
    return {"id": found.id, "message": found.message, "means": found.means, "look": found.look, "check": check}
