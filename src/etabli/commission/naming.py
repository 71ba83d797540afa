"""How a candidate is called on papers: the table of names knows, the session's files do not."""

from __future__ import annotations

from etabli.roster.anywhere import learner_called


def called(candidate: str) -> str:
    """Returns a candidate's name, or their identifier where no class knows them."""
    found = learner_called(candidate)
    return found.learner.name if found else candidate
