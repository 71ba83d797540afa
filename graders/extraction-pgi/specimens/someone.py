"""Another candidate: their data, their workbook."""

from __future__ import annotations

import hashlib

from ..variant import make
from .work import Data


def beside(data: Data) -> Data:
    """The data of who sits beside."""
    seed = hashlib.sha256(str(data["company"]).encode()).digest()
    other = make(seed, seed)
    assert isinstance(other, dict)
    return other
