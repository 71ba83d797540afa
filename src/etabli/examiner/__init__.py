"""What runs in the examiner container: a pytest plugin and the fixtures of check authors."""

from __future__ import annotations

from etabli.examiner.command import command

__all__ = ["command"]
