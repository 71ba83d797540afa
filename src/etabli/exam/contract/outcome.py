"""The vocabularies of a verdict: outcomes of checks, status of runs, paliers."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What became of one check."""

    PASSED = "passed"  #: the behaviour was observed
    FAILED = "failed"  #: something else was observed, by the candidate's doing
    BLOCKED = "blocked"  #: could not be observed, because a named other check failed
    ERROR = "error"  #: our own fault; a person looks; never a point won or lost


class Palier(StrEnum):
    """The three steps of a lab, from the first session to the last."""

    ESSENTIEL = "essentiel"
    ATTENDU = "attendu"
    APPROFONDISSEMENT = "approfondissement"


class Status(StrEnum):
    """What became of one run; the last two are said of a run that is read back."""

    GRADED = "graded"  #: every check has a verdict
    NEEDS_REVIEW = "needs_review"  #: some check is still an error after retries
    REJECTED = "rejected"  #: not examined: unreadable, unsafe, another lab's
    MODIFIED = "modified"  #: never frozen: its folder is no longer what was, and nothing of it is believed
    UNVERIFIABLE = "unverifiable"  #: never frozen: made by a version that kept no hash of it
