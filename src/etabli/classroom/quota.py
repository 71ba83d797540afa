"""Quotas: how much of the disk one learner may take, and what must stay free for the others.

All hand-ins are kept, so it is the next one that is refused, in time to ask a teacher; what is small is always saved.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from etabli.classroom.settings import Limits
from etabli.classroom.tables import HandInRow, WorkspaceRow
from etabli.exam.contract.errors import UsageProblem
from etabli.system.beneath import entered, walk

_MB = 1_000_000
_LAST_MB = 100
"""What hand-ins may still take of what others may not: they are small, and they are what counts."""


def expect_room(db: Session, limits: Limits, folder: Path, row: WorkspaceRow) -> None:
    """Makes sure that one more hand-in may be kept.

    Raises:
        UsageProblem: Those of the workspace are beyond the limit already, or the disk is nearly full.
    """
    kept = int(db.scalar(select(func.coalesce(func.sum(HandInRow.size), 0)).where(HandInRow.token == row.token)) or 0)
    if kept >= limits.espace_mo * _MB:
        raise UsageProblem(
            f"Vos dépôts pèsent déjà {kept // _MB} Mo, plus que la limite de {limits.espace_mo} Mo : tous sont gardés "
            "et le dernier compte. Demandez à votre enseignant avant d'en faire un autre."
        )
    if free_mb(folder) < min(limits.libre_mo, _LAST_MB):
        raise UsageProblem(
            "Le disque de la salle est presque plein : votre dépôt n'est pas fait. Prévenez votre enseignant ; vos "
            "fichiers et vos dépôts d'avant sont gardés."
        )


def full(limits: Limits, folder: Path) -> str | None:
    """Says why nothing heavy may be sent now; ``None`` when it may."""
    if free_mb(folder) >= limits.libre_mo:
        return None
    return "Le disque de la salle est presque plein : rien n'a été envoyé. Prévenez votre enseignant."


def free_mb(folder: Path) -> int:
    """Returns what is free on the disk of a folder."""
    return shutil.disk_usage(folder).free // _MB


def occupied(folder: Path) -> int:
    """Returns the bytes that a folder takes of the disk; of a file with holes, what is really there."""
    try:
        with entered(folder) as top:
            return sum(found.facts.st_blocks * 512 for found in walk(top) if not found.is_folder)
    except OSError:
        return 0
