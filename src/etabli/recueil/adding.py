"""Bringing a document in, and taking a trace out. A document is copied and hashed; nothing here opens it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.recueil.kept import PIECES, Kept, put
from etabli.recueil.model import Recueil, Seen, Trace
from etabli.system.digest import open_regular
from etabli.system.disk import why

MOST = 25 * 1024 * 1024
"""Bytes of the largest document."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


def read_document(document: Path) -> tuple[str, bytes]:
    """Returns a document's name and content.

    Raises:
        UsageProblem: It cannot be read.
    """
    try:
        with open_regular(document) as stream:
            return document.name, stream.read(MOST + 1)
    except OSError as error:
        raise UsageProblem(f"« {document} » ne peut pas être lu ({why(error)}) : vérifiez le chemin.") from error


def brought(kept: Kept, name: str, called: str, content: bytes) -> dict[str, str]:
    """Copies a document beside the recueil; returns its name, where its copy is and its SHA-256.

    Args:
        kept: The candidate's file.
        name: The trace's identifier, after which the copy is named: a document's own name may be a person's.
        called: The document's own name.
        content: What is in it.

    Raises:
        UsageProblem: It is too large, or cannot be kept.
    """
    if len(content) > MOST:
        raise UsageProblem(f"« {called} » dépasse 25 Mo : donnez-en une version plus légère.")
    suffix = PurePosixPath(called).suffix.lower()
    copy = f"{PIECES}/{name}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    put(kept.folder / copy, content)
    return {"fichier": called, "copie": copy, "sha256": hashlib.sha256(content).hexdigest()}


def without(kept: Kept, trace: Trace) -> Recueil:
    """Returns the recueil without a trace, and removes the copy of its document; a copied run stays, frozen.

    What went along from the works of a class (« etabli apprecier ») goes with it: it is there still.

    Raises:
        UsageProblem: The document cannot be removed.
    """
    copy = trace.ailleurs.copie if trace.ailleurs else None
    if copy is not None:
        try:
            (kept.folder / copy).unlink(missing_ok=True)
        except OSError as error:
            raise UsageProblem(f"« {kept.folder / copy} » ne peut pas être supprimé ({why(error)}).") from error
    recueil = kept.recueil
    along = [one for one in recueil.observations if one.trace == trace.id and one.regarde is not None]
    seen = tuple(
        _left(one, trace) if one.trace == trace.id else one for one in recueil.observations if one not in along
    )
    left = tuple(one for one in recueil.traces if one.id != trace.id)
    return recueil.model_copy(update={"traces": left, "observations": seen})


def _left(seen: Seen, trace: Trace) -> Seen:
    """What was observed on a trace that is no longer there stays, and says so."""
    said = f"{seen.remarque} (vu sur « {trace.titre} », retirée depuis)".strip()
    return seen.model_copy(update={"trace": None, "remarque": said})
