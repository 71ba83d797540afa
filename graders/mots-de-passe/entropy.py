"""Entropy as the CNIL counts it: E = L × log2(N).

CNIL, délibération n° 2022-100 du 21 juillet 2022; its example of 12 characters of four classes (37 signs) gives
79.6 bits and counts as 80, hence the tolerance of half a bit.
"""

from __future__ import annotations

import math
from collections.abc import Collection

ALPHABETS = {"minuscules": 26, "majuscules": 26, "chiffres": 10, "spéciaux": 37}
NO_CLASS = 26
"""Signs counted when a policy asks for no class: people then write small letters."""
TOLERANCE = 0.5


def alphabet(required: Collection[str], classes: int) -> int:
    """How many signs a password must at least draw from: the classes asked for by name, then the smallest others.

    Example:
        >>> alphabet((), 0), alphabet((), 2), alphabet((), 3), alphabet(("spéciaux",), 1), alphabet((), 4)
        (26, 36, 62, 37, 99)
    """
    named = [ALPHABETS[name] for name in required]
    others = sorted(size for name, size in ALPHABETS.items() if name not in required)
    sizes = named + others[: max(0, min(classes, 4) - len(named))]
    return sum(sizes) or NO_CLASS


def bits(length: int, signs: int) -> float:
    """E = L × log2(N).

    Example:
        >>> round(bits(12, 99), 1), round(bits(14, 62), 1)
        (79.6, 83.4)
    """
    return length * math.log2(signs)


def enough(found: float, wanted: int) -> bool:
    """Whether an entropy counts as the wanted one."""
    return found >= wanted - TOLERANCE
