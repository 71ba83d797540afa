"""The settings among which each candidate gets one."""

from __future__ import annotations

from .artisans import ARTISANS
from .mediatheque import MEDIATHEQUE
from .ressourcerie import RESSOURCERIE
from .traiteur import TRAITEUR

SETTINGS = (ARTISANS, MEDIATHEQUE, RESSOURCERIE, TRAITEUR)
