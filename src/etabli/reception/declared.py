"""What a submission declares of itself before it is taken in: the candidate that its ``rendu.json`` names."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission
from etabli.reception.label import read_label
from etabli.reception.sources import UNREADABLE, Item, open_source
from etabli.reception.submission import RECEIPT

_LOOKED_AT = 5_000
_DEPTH = 4
_LIMIT = 65_536


def declared_candidate(source: Path) -> str | None:
    """Returns the candidate that a submission says it is by: the student wrote it, so that it proves nothing."""
    try:
        with closing(open_source(source)) as opened:
            items = [item for item in islice(opened.items(), _LOOKED_AT) if item.path.name == RECEIPT]
            nearest = min(items, key=lambda item: len(item.path.parts), default=None)
            return _read(nearest) if nearest and len(nearest.path.parts) <= _DEPTH else None
    except (RejectedSubmission, *UNREADABLE):
        return None


def _read(item: Item) -> str | None:
    with item.open() as stream:
        return read_label(stream.read(_LIMIT)).candidate
