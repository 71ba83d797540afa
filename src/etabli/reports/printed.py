"""What an application printed, out of a frozen run: the texts in which known error messages are looked for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.transcript import Event
from etabli.lab.messages import Explained, explain
from etabli.reception.asking import ADVICE as ASKING
from etabli.reception.unread import ADVICE as UNREAD
from etabli.reports.payload import MessageItem
from etabli.runs.run import Run
from etabli.runs.scoring import Result

TEXT_CAP = 200_000
"""Bytes read of one piece of evidence."""
RUN_CAP = 2_000_000
"""Bytes read of one run."""
_TEXT_KINDS = frozenset({"text", "response", "journal"})
"""Rows that were compared are ours, and hold hidden values: no message is looked for in them."""
ASIDE = frozenset({"auteur-du-fichier", ASKING, UNREAD})
"""Advice that explains no failure."""
_OWN_PLACE = re.compile(r"(?<=dans )[^\s,]+, ligne \d+")
"""The place that a check tells itself, as of a connection written in the code."""
_PLACE = re.compile(r" Endroit signalé : [^,]{1,80}, ligne \d+(?:, appelé par [^,]{1,80}, ligne \d+)?\.$")
_MOMENT = re.compile(r"\b\d\d:(\d\d:\d\d)\b")
"""The hour of a line is that of the application's own time zone: its minute and second say enough."""
_HEAD = 100
_AROUND = 0.5
"""Seconds: the application writes a moment after it was refused."""
SENT = (
    "sql-empty",
    "sql-null",
    "sql-date",
    "sql-number",
    "sql-too-long",
    "sql-out-of-range",
    "sql-truncated",
    "sql-parent-missing",
)
"""Messages of a base that refuses a value: the program sent it without having looked at it."""
PLAYED = "La vérification a joué une panne de la base : ce message en vient, et vos réglages n'y sont pour rien."
"""What the message of an outage that an exam plays means: it goes once the page is right."""
_TO_LOG = (
    "La panne est voulue : ce qui compte est la page que voit le visiteur. Le message technique va dans un journal, "
    "pas dans la page."
)


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
    reader, players = EvidenceReader(folder), {str(event.get("check")) for event in _switches(run)}
    failed = [item for item in items if item.outcome is Outcome.FAILED]
    found = [message for item in failed for message in _of_check(item, reader, item.spec.id in players)]
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


def _of_check(item: Result, reader: EvidenceReader, plays: bool) -> list[MessageItem]:
    """Those of a failed check, without another place than its own.

    Args:
        item: The check.
        reader: Its evidence.
        plays: It cut the base off itself, so a refused account says nothing of settings.
    """
    texts = [item.observed, *(reader.text(proof.kind, proof.path) for proof in item.evidence)]
    found = explain(filter(None, texts))
    if plays:
        found = tuple(replace(one, means=PLAYED, look=_TO_LOG) if one.played else one for one in found)
    if own := _OWN_PLACE.search(item.observed or ""):
        found = tuple(one if own[0] in one.look else replace(one, look=_PLACE.sub("", one.look)) for one in found)
    return [_message(one, item.spec.id) for one in found]


def _of_journal(run: Run, reader: EvidenceReader) -> list[MessageItem]:
    journals = [
        reader.text("journal", str(event["path"]))
        for event in run.events
        if event.get("kind") == "evidence" and event.get("evidence_kind") == "journal" and not event.get("check")
    ]
    cut_off = _cut_off(run)
    texts = [_outside(text, cut_off) for text in filter(None, journals)]
    return [_message(found, None) for found in explain(texts) if not (cut_off and found.played)]


def _switches(run: Run) -> list[Event]:
    """Where the exam cut the application off its base, and let it back."""
    return [event for event in run.events if event.get("fixture") == "db" and event.get("verb") in ("down", "up")]


def _cut_off(run: Run) -> set[str]:
    """The minutes and seconds in which the exam kept the application off its base: ``27:59``."""
    moments = [float(event.get("t", 0)) for event in _switches(run)]
    if not moments:
        return set()
    first = datetime.fromisoformat(run.started_at) + timedelta(seconds=min(moments) - _AROUND)
    length = max(moments) - min(moments) + 2 * _AROUND
    return {f"{first + timedelta(seconds=second):%M:%S}" for second in range(int(length) + 2)}


def _outside(text: str, seconds: Collection[str]) -> str:
    """A journal without what was written in these seconds; a line without its time belongs to the one above."""
    kept, inside = [], False
    for line in text.splitlines():
        moment = _MOMENT.search(line, 0, _HEAD)
        inside = moment[1] in seconds if moment else inside
        kept += [] if inside else [line]
    return "\n".join(kept)


def _message(found: Explained, check: str | None) -> MessageItem:
    return {"id": found.id, "message": found.message, "means": found.means, "look": found.look, "check": check}
