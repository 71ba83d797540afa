"""Words on screen: French first, English by gettext.

The message identifier *is* the French sentence, so nothing is lost when no catalogue is installed.
"""

from __future__ import annotations

import gettext
import os
import re
from functools import cache
from pathlib import Path

_LOCALE = Path(__file__).parents[2] / "locale"


def language() -> str:
    """Returns the two-letter language asked for by ``ETABLI_LANG`` (default: ``fr``)."""
    return (os.environ.get("ETABLI_LANG") or "fr")[:2].lower()


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    return gettext.translation("etabli", localedir=_LOCALE, languages=[lang], fallback=True)


def _(message: str) -> str:
    """Translates a French sentence into the language of the screen."""
    return message if language() == "fr" else _catalogue(language()).gettext(message)


def count(number: int, one: str, many: str) -> str:
    """Fills ``{n}`` of the singular or of the plural, by the rule of the language on screen."""
    singular = number < 2 if language() == "fr" else number == 1
    return (one if singular else many).format(n=number)


def typeset(text: str) -> str:
    """Keeps French punctuation on the line of its word, by no-break spaces."""
    return re.sub(r"(?<=«) | (?=[»:;?!])", "\u00a0", text)
