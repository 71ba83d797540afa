"""What may tell a proposition de note, kept back from what a person is handed until the jury has decided.

It is the centre's choice; by default a session's ``jury`` day decides, and without one nothing is given. The rest of
what was decided, degrees and reasons, is always given.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import IO, Any

import yaml

from etabli.classroom.personal import Folder

_HISTORY, _MARK = "historique", "note"
_FOR_CANDIDATE = "pour-le-candidat"
"""Of a printed set: it has no mark."""
_OPEN = (".jwt",)
"""Of what is among archives, and never tells a mark: attestations de formation."""


def is_kept_back(folder: Folder, marks: bool | None, today: date) -> bool:
    """Tells whether what tells a proposition de note is kept back.

    Args:
        folder: What is about the person.
        marks: The centre's choice; none: by the day of the session's jury.
        today: The day on which it is handed over.
    """
    if not folder.part.archived or marks:
        return False
    return marks is False or not _jury_met(folder.path, today)


def _jury_met(path: Path, today: date) -> bool:
    for above in list(path.parents)[:3]:
        try:
            told = yaml.safe_load((above / "session.yaml").read_text("utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            continue
        day = told.get("jury") if isinstance(told, dict) else None
        return isinstance(day, date) and day < today
    return False


def without_mark(folder: Folder, name: str, content: IO[bytes]) -> IO[bytes] | None:
    """Returns a file without any proposition de note; none where it may tell one and cannot be cut."""
    path = Path(folder.path.name, name)
    if _FOR_CANDIDATE in path.parts or path.suffix in _OPEN:
        return content
    if path.suffix == ".yaml":
        return _cut(content)
    if path.suffix == ".zip" and _sealed_without(content):
        return content
    return None


def _cut(content: IO[bytes]) -> IO[bytes] | None:
    """Takes the marks out of a candidate's history; what has none is given as it is."""
    try:
        told: Any = yaml.safe_load(content)
        history = told.get(_HISTORY, [])
        kept = [one for one in history if one["quoi"] != _MARK]
    except (ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return None
    if len(kept) == len(history):
        content.seek(0)
        return content
    return io.BytesIO(yaml.safe_dump({**told, _HISTORY: kept}, allow_unicode=True, sort_keys=False).encode())


def _sealed_without(content: IO[bytes]) -> bool:
    """Tells whether an archive has traces alone: no decision, and no paper of a commission."""
    try:
        with zipfile.ZipFile(content) as archive:
            names = [Path(name) for name in archive.namelist()]
    except (OSError, zipfile.BadZipFile):
        return False
    finally:
        content.seek(0)
    return any(path.name == "recueil.yaml" for path in names) and not any(
        {"decisions", "pour-la-commission"} & set(path.parts) for path in names
    )
