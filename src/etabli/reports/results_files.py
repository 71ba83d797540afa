"""``resultats.json``, ``resultats.csv`` and ``resultats.xlsx``: the class for programs and for spreadsheets.

The CSV has one row per candidate and check, as a French spreadsheet opens it by double click. A candidate whose
submission was not examined has a row per check of the lab all the same, without an outcome: nobody disappears from a
table. Points are in the JSON only, which is for programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from etabli.reports.class_tables import class_tables, details_table
from etabli.reports.document import render_document
from etabli.reports.payload import RESULTS_SCHEMA, LabMeta, Pace, Payload
from etabli.reports.roll import NO_ROLL, Roll
from etabli.reports.table import FRENCH_EXCEL, as_csv
from etabli.reports.xlsx import workbook


def render_json(payloads: Sequence[Payload], lab: LabMeta, pace: Pace | None, *, generated_at: str) -> str:
    """Renders the document that ``docs/schemas/resultats.schema.json`` describes.

    ``session`` is ``null`` when the payloads come from several sessions.
    """
    sessions = {payload["session"] for payload in payloads}
    facts = {
        "session": sessions.pop() if len(sessions) == 1 else None,
        "generated_at": generated_at,
        "results": list(payloads),
        "bench": pace.block() if pace else None,
    }
    return render_document(RESULTS_SCHEMA, lab, facts)


def render_csv(payloads: Sequence[Payload], lab: LabMeta, roll: Roll = NO_ROLL, *, zone: tzinfo | None = None) -> str:
    """Renders ``resultats.csv``.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class: who has no run has rows too.
        zone: Time zone of the dates; the machine's by default.
    """
    return as_csv(details_table(payloads, lab, roll), FRENCH_EXCEL, zone=zone)


def render_xlsx(
    payloads: Sequence[Payload], lab: LabMeta, roll: Roll = NO_ROLL, *, zone: tzinfo | None = None
) -> bytes:
    """Renders ``resultats.xlsx``: the class, learners × points, one row per check, one row per competence.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class, present or not. Names stay out of the workbook.
        zone: Time zone of the dates; the machine's by default.
    """
    return workbook(class_tables(payloads, lab, roll), lab.title, zone=zone)
