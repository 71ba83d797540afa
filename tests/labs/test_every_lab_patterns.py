"""A pattern reads a candidate's bytes once: what they repeat for ever costs nobody minutes, nor ends as an incident."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest
from helpers import volume
from seats import HOUSE

import etabli.exam
import etabli.grading
import etabli.reception
import etabli.recueil
import etabli.sandbox
from etabli.exam.contract.check import import_grader

SIGNS = volume(8_000, 60_000)
PATIENCE_S = SIGNS / 11_000
"""Of the processor, for one pattern: what the slowest one takes that reads its inputs once, and half of what
one needs that reads 8,000 signs 8,000 times."""
BEGINNING = 24
"""Signs of a pattern of which each beginning is tried."""
MOST = 6
"""Signs that are taken of a pattern."""
WHOLE = {
    "_ASKED", "_GROWS", "_HERE", "_LANGUAGE", "_PART", "_PARTICIPANT", "_PHP_SAYS", "_PLAIN", "_PYTHON_LINE", "_SETTING", "_SHEET_NEXT", "_ZEROS",
}  # fmt: skip
"""Patterns that are tried at the start of a text, and never searched for in it."""


class TooLong(Exception):
    """A pattern took far more than one reading of its input."""


def examiner() -> list[ModuleType]:
    found = pkgutil.walk_packages(etabli.exam.__path__, "etabli.exam.")
    return [importlib.import_module(one.name) for one in found if not one.name.endswith("__main__")]


def host() -> list[ModuleType]:
    """What reads a candidate's texts outside of the examiner."""
    rooms = (etabli.grading, etabli.sandbox, etabli.reception, etabli.recueil)
    found = (one.name for room in rooms for one in pkgutil.walk_packages(room.__path__, f"{room.__name__}."))
    return [importlib.import_module(name) for name in found if not name.endswith("__main__")]


def grader(lab: str) -> list[ModuleType]:
    folder = HOUSE[lab].grader
    return [import_grader(folder, path.stem) for path in sorted(folder.glob("[a-z]*.py")) if path.stem != "checks"]


def patterns(value: Any) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value of a module."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from patterns(one)


def signs(parsed: Any) -> Iterator[str]:
    """The signs of which a pattern speaks, in its order."""
    for op, what in parsed:
        if op is ops.LITERAL:
            yield chr(what)
        elif op is ops.RANGE:
            yield from map(chr, what)
        elif op is ops.CATEGORY:
            yield {ops.CATEGORY_DIGIT: "1", ops.CATEGORY_SPACE: " "}.get(what, "x")
        elif op in (ops.ANY, ops.NOT_LITERAL, ops.NEGATE):
            yield "x"
        elif op in (ops.IN, ops.ATOMIC_GROUP):
            yield from signs(what)
        elif op is ops.BRANCH:
            for one in what[1]:
                yield from signs(one)
        elif op in (ops.SUBPATTERN, ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT, ops.ASSERT, ops.ASSERT_NOT):
            yield from signs(what[-1])


def inputs(pattern: re.Pattern[Any]) -> Iterator[Any]:
    """Long texts of few signs: one of the pattern's, or its first ones, again and again; between others too."""
    spoken = "".join(signs(_parser.parse(pattern.pattern, pattern.flags)))[:BEGINNING]
    known = list(dict.fromkeys(spoken))
    starts = ["".join(known[:count]) for count in (0, 1, 3)]
    texts = [fill * (SIGNS // len(fill)) for fill in (*known[:MOST], starts[-1]) if fill]
    texts += [f"{start}{fill * SIGNS}{end}" for start in starts for fill in known[:MOST] for end in ("!", *known[-2:])]
    texts += [spoken[:end] * (SIGNS // end) for end in range(4, len(spoken))]  # what begins again and never ends
    return (text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text for text in texts)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Raises `TooLong` after so many seconds of the processor, which no other process can take away."""

    def stop(*_: object) -> None:
        raise TooLong

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def reads_once(pattern: re.Pattern[Any], *, whole: bool = False) -> bool:
    try:
        with patience(PATIENCE_S):
            for text in inputs(pattern):
                for _ in [pattern.match(text)] if whole else pattern.finditer(text):
                    pass
    except TooLong:
        return False
    return True


@pytest.mark.parametrize("modules", [examiner(), host(), *map(grader, HOUSE)], ids=["examiner", "host", *HOUSE])
def test_no_pattern_reads_what_repeats_again_and_again(modules: list[ModuleType]) -> None:
    found = {
        (f"{module.__name__}.{name}", pattern)
        for module in modules
        for name, value in vars(module).items()
        for pattern in patterns(value)
    }
    assert found
    slow = [
        f"{where}: {one.pattern!r}"
        for where, one in found
        if not reads_once(one, whole=where.rpartition(".")[2] in WHOLE)
    ]
    assert slow == []


def test_one_that_does_is_caught() -> None:
    assert not reads_once(re.compile(r"[^\W\d][\w.]*(?!\s*[\w.(])"))
    assert reads_once(re.compile(r"(?<![\w.])[^\W\d][\w.]*+(?!\s*+[(])"))
