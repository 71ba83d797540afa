"""What a `doctor` finds: one thing looked at, and the next step when it is not well."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

from etabli.exam.contract.errors import EtabliError

P = ParamSpec("P")


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    id: str
    """Stable, for programs."""
    what: str
    ok: bool
    said: str
    """What was found; when it is not well, the next step."""


class Wrong(Exception):
    """What was looked at is not well; the message says the next step."""


def finding(name: str, what: str) -> Callable[[Callable[P, str]], Callable[P, Finding]]:
    """Makes a finding of what a function says, or of the trouble that it raises."""

    def of(look: Callable[P, str]) -> Callable[P, Finding]:
        @functools.wraps(look)
        def found(*args: P.args, **kwargs: P.kwargs) -> Finding:
            try:
                return Finding(name, what, True, look(*args, **kwargs))
            except (EtabliError, Wrong) as trouble:
                return Finding(name, what, False, str(trouble))

        return found

    return of
