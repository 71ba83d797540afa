"""Documents: the JSON files of a class, each with its schema and the lab at its head."""

from __future__ import annotations

import json
from collections.abc import Mapping

from etabli.reports.payload import LabMeta


def render_document(schema: str, lab: LabMeta, facts: Mapping[str, object], *, indent: int = 2) -> str:
    """Writes a document.

    Args:
        schema: What it follows (``docs/schemas/``).
        lab: What the lab says of itself.
        facts: All the rest, in order.
        indent: Spaces by level.
    """
    head = {"schema": schema, "lab": {"id": lab.id, "title": lab.title, "version": lab.version}}
    return json.dumps({**head, **facts}, ensure_ascii=False, indent=indent, allow_nan=False) + "\n"
