"""A learner found by alias in whichever class they are; no table of names is made for it."""

from __future__ import annotations

from typing import NamedTuple

from etabli.roster.learner import Learner
from etabli.roster.namebook import names_path
from etabli.roster.roster import Roster, class_names, open_roster


class Found(NamedTuple):
    """A learner, and their class."""

    roster: Roster
    learner: Learner


def known_classes() -> list[str]:
    """Returns the classes of the table of names; where there is none yet, none is made."""
    return class_names() if names_path().is_file() else []


def learner_called(alias: str) -> Found | None:
    """Returns the learner who bears an alias, present or gone; nobody where no class knows it."""
    for name in known_classes():
        roster = open_roster(name)
        if learner := roster.by_alias(alias):
            return Found(roster, learner)
    return None
