"""Établi: practical labs in containers, graded by behaviour, reported as evidence of competence.

What a check author may rely on is listed in ``__all__``; everything else may change.
"""

from __future__ import annotations

from etabli.check import CheckSpec, Failed, check
from etabli.outcome import Outcome, Palier

__all__ = ["CheckSpec", "Failed", "Outcome", "Palier", "check"]
__version__ = "0.1.0"
