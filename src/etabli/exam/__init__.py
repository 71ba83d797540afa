"""All that the examiner receives of the platform: this folder, and nothing else.

It is shipped whole, with one lab's grader, as the *pack* (:mod:`etabli.grading.pack`), whose hash says with what a run
was made. So nothing here imports the rest of ``etabli``. From the bottom up::

    contract    the words that a check and the host share: check, outcome, causes, values, transcript …
    reading     readers of hostile files; travels alone to the account that opens them
    office      what the office suite is asked; travels alone too
    runner      how an exam goes: request, channel, order, time, recorder, the ways to the reader and the office
    tools       what the fixtures of a check are: page, http, db, documents, workbook …
    kit, plugin the fixtures themselves, for pytest

The author of a check imports :data:`__all__` from here; everything else may change.
"""

from __future__ import annotations

from etabli.exam.contract.check import CheckSpec, Failed, check
from etabli.exam.contract.outcome import Outcome, Palier
from etabli.exam.contract.places import Answer, Cells, Line, Page, Rows

__all__ = ["Answer", "Cells", "CheckSpec", "Failed", "Line", "Outcome", "Page", "Palier", "Rows", "check"]
