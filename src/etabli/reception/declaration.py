"""The declaration: what a submission says of itself in its ``rendu.json``, written by ``etabli submit``.

It proves nothing: it only lets an honest mix-up be seen before an exam. Every key but ``lab`` may be missing,
since a ``rendu.json`` may also be written by hand.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import RejectedSubmission
from etabli.lab.variant import Seat
from etabli.reception.sources import items_of
from etabli.reception.submission import DECLARATION
from etabli.system.zip_errors import UNREADABLE

SCHEMA = "etabli/rendu/1"
MOST_BYTES = 65_536
"""No declaration is read beyond."""
_LOOKED_AT = 5_000
_DEPTH = 4
_SHOWN = 60
_LINES, _LINE = 20, 300
"""Of what a service noted, and signs of a line."""


@dataclass(frozen=True)
class Declaration:
    """Whose work this is, and with what data it was made."""

    lab: str
    session: str | None = None
    candidate: str | None = None
    data_version: int | None = None
    seed_fingerprint: str | None = None
    """The workshop's, see :meth:`etabli.lab.variant.Seat.fingerprint`."""
    noted: dict[str, list[str]] = field(default_factory=dict)
    """What services of the workspace noted of their use, by service."""


def read_declaration(data: bytes) -> Declaration:
    """Reads a ``rendu.json``.

    Raises:
        RejectedSubmission: It is no JSON object, or it has no ``lab``.
    """
    try:
        found = _whole(json.loads(data.decode("utf-8-sig")))
        version = found.get("data_version")
        return Declaration(
            lab=_text(found["lab"]) or "",
            session=_text(found.get("session")),
            candidate=_text(found.get("candidate")),
            data_version=version if isinstance(version, int) else None,
            seed_fingerprint=_text(found.get("seed_fingerprint")),
            noted=_notes(found.get("noted") or {}),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RejectedSubmission(
            "« rendu.json » est illisible ou sans clé « lab » : corrigez-le ou retirez-le, puis déposez à nouveau."
        ) from error


def declared_candidate(source: Path) -> str | None:
    """Returns the candidate that a folder or an archive, not taken in yet, says it is by, if it says so."""
    try:
        with items_of(source) as items:
            found = [item for item in islice(items, _LOOKED_AT) if item.path.name == DECLARATION]
            nearest = min(found, key=lambda item: len(item.path.parts), default=None)
            if nearest is None or len(nearest.path.parts) > _DEPTH:
                return None
            with nearest.open() as stream:
                return read_declaration(stream.read(MOST_BYTES)).candidate
    except (RejectedSubmission, *UNREADABLE):
        return None


def _whole(found: Any) -> Any:
    """Makes « ? » of half a character, wherever it stands: no file and no terminal takes one."""
    return json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _notes(found: Any) -> dict[str, list[str]]:
    return {name: [(_text(line) or "")[:_LINE] for line in list(lines)[:_LINES]] for name, lines in found.items()}


def _cut(text: str) -> str:
    """Cuts what a student wrote for a sentence."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def verify_declaration(said: Declaration, seat: Seat, secret: bytes) -> None:
    """Makes sure that a submission is meant for this seat and was made with this secret's data.

    Raises:
        RejectedSubmission: It is another lab's, session's, candidate's or secret's; the message says the next step.
    """
    sentence = _mix_up(said, seat)
    if sentence is None and said.seed_fingerprint not in (None, seat.fingerprint(secret)):
        sentence = (
            "Ce rendu a été préparé avec un autre secret d'Établi, donc avec d'autres données : donnez le même aux "
            "deux machines (« etabli secret exporter », puis « etabli secret importer »), ou retirez « rendu.json »."
        )
    if sentence is not None:
        raise RejectedSubmission(sentence)


def _mix_up(said: Declaration, seat: Seat) -> str | None:
    if said.lab != seat.lab.id:
        return f"Ce rendu est celui du TP « {_cut(said.lab)} », pas de « {seat.lab.id} » : vérifiez le TP choisi."
    if said.session is not None and said.session != seat.session:
        return (
            f"Ce rendu est celui de la session « {_cut(said.session)} », pas de « {seat.session} » : relancez "
            f"avec « --session {shlex.quote(_cut(said.session))} »."
        )
    if said.candidate is not None and said.candidate.lower() != seat.candidate.lower():
        return (
            f"Ce rendu est celui de « {_cut(said.candidate)} », déposé pour « {seat.candidate} » : demandez qui "
            "l'a fait, puis renommez-le."
        )
    version = seat.lab.manifest.data_version
    if said.data_version not in (None, version):
        return (
            f"Ce rendu a été préparé avec la version {_cut(str(said.data_version))} des données du TP, cette machine "
            f"a la version {version} : mettez les deux machines à la même version d'Établi, puis relancez."
        )
    return None
