"""Texts under the codes that any converter opens: hexadecimal, entities, percent signs, escapes, numbers, base32, ROT13.

Each gives the text, or its coded parts alone, as a reader of them sees it; a secret is then looked for there. What is no code
gives nothing, or signs in which no password stands.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from etabli.exam.reading.markup import unescape

LEAST = 4
"""Signs of a password, at least: of fewer codes in a row none is made."""
_HEX = re.compile(rf"(?:(?:0x|\\x|U\+00)?[0-9a-f]{{2}}[\s,:;.|-]{{0,2}}){{{LEAST},}}", re.IGNORECASE)
_WIDE = re.compile(rf"(?:(?:0x|U\+)?00[0-9a-f]{{2}}[\s,:;.|-]{{0,2}}){{{LEAST},}}", re.IGNORECASE)
_ESCAPES = re.compile(r"\\(?:x([0-9a-f]{2})|u\{?([0-9a-f]{2,4})\}?|([0-3]?[0-7]{2}))", re.IGNORECASE)
_NUMBERS = re.compile(rf"(?:(?<!\d)\d{{2,3}}(?:[\s,;.|-]{{1,2}}|$|(?=\D))){{{LEAST},}}")
_BITS = re.compile(rf"(?:[01]{{8}}[\s,:;.|-]{{0,2}}){{{LEAST},}}")
_BASE32 = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z2-7]{7,}|[a-z2-7]{7,})=*")


def decoded(text: str) -> Iterator[tuple[str, str]]:
    """Yields the name of each code that a text may be written in, in French, and what it then says."""
    for name, decode in _CODES:
        made = decode(text)
        if made and made != text:
            yield name, made


def _hex(text: str) -> str:
    runs = [re.sub(r"0x|\\x|U\+00|[^0-9a-fA-F]", "", run, flags=re.IGNORECASE) for run in _HEX.findall(text)]
    runs += [re.sub(r"0x|U\+|[^0-9a-fA-F]", "", run, flags=re.IGNORECASE) for run in _WIDE.findall(text)]
    return "\n".join(bytes.fromhex(run[: len(run) // 2 * 2]).decode(errors="replace").replace("\0", "") for run in runs)


def _escapes(text: str) -> str:
    return _ESCAPES.sub(lambda one: chr(int(one[1] or one[2], 16) if one[1] or one[2] else int(one[3], 8)), text)


def _numbers(text: str) -> str:
    return "\n".join("".join(chr(int(one)) for one in re.findall(r"\d+", run)) for run in _NUMBERS.findall(text))


def _bits(text: str) -> str:
    runs = [re.sub(r"\D", "", run) for run in _BITS.findall(text)]
    return "\n".join(
        bytes(int(run[at : at + 8], 2) for at in range(0, len(run), 8)).decode(errors="replace") for run in runs
    )


def _base32(text: str) -> str:
    runs = [run.rstrip("=").upper() for run in _BASE32.findall(text)]
    whole = [run[: len(run) - (len(run) % 8 in (1, 3, 6))] for run in runs]
    return "\n".join(base64.b32decode(run + "=" * (-len(run) % 8)).decode(errors="replace") for run in whole)


_CODES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("en hexadécimal", _hex),
    ("en entités HTML", unescape),
    ("en codes pour cent", unquote),
    ("en codes d'échappement", _escapes),
    ("en numéros de lettres", _numbers),
    ("en binaire", _bits),
    ("en base32", _base32),
    ("en ROT13", lambda text: codecs.encode(text, "rot13")),
)
