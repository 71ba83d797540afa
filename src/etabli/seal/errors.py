"""What a sealed archive is refused for, as a list: every part that is not what was sealed."""

from __future__ import annotations

from dataclasses import dataclass

from etabli.exam.contract.errors import EtabliError


class SealError(EtabliError):
    """Cette archive scellée ne peut pas être crue : « etabli verify » dit ce qui a changé."""


@dataclass(frozen=True)
class Flaw:
    """One part of an archive that is not what was sealed."""

    name: str
    """Path in the archive."""
    what: str
    """What happened to it (French, without a full stop)."""

    def sentence(self) -> str:
        """Says it."""
        return f"« {self.name} » {self.what}."
