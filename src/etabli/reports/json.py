"""``resultats.json``: one payload per candidate, for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from etabli.reports.payload import RESULTS_SCHEMA, LabMeta, Pace, Payload


def results_document(
    payloads: Sequence[Payload], lab: LabMeta, pace: Pace | None, *, generated_at: str
) -> dict[str, Any]:
    """Builds the document that ``docs/schemas/resultats.schema.json`` describes.

    ``session`` is ``null`` when the payloads come from several sessions.
    """
    sessions = {payload["session"] for payload in payloads}
    return {
        "schema": RESULTS_SCHEMA,
        "lab": {"id": lab.id, "title": lab.title, "version": lab.version},
        "session": sessions.pop() if len(sessions) == 1 else None,
        "generated_at": generated_at,
        "results": list(payloads),
        "bench": pace.block() if pace else None,
    }


def render_json(payloads: Sequence[Payload], lab: LabMeta, pace: Pace | None, *, generated_at: str) -> str:
    """Renders ``resultats.json``."""
    document = results_document(payloads, lab, pace, generated_at=generated_at)
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
