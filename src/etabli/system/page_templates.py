"""The templates of pages: one way to set Jinja up, so that none forgets to escape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jinja2


def page_templates(folder: Path, finalize: Callable[[object], object] | None = None) -> jinja2.Environment:
    """Returns what renders the templates of a folder: all is escaped, a name that is unknown is refused.

    Args:
        folder: Where the templates are.
        finalize: The last word on each value before it is escaped.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
