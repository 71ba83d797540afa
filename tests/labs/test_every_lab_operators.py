"""What the mutants and ways of every lab keep: each operator still applies, and every demand has its mutants.

Nothing is graded here (``etabli lab test LAB --tableau``). A new lab has no line here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from unittest import mock

import pytest
from helpers import volume
from seats import HOUSE, handed_in, specimens_of, sujet

from etabli.exam.contract.errors import SandboxFailure
from etabli.lab.demands import demands_of
from etabli.lab.specimens.operators import Derived, load_derived

MUTANTS, WAYS = 30, 12
"""At least so many of each."""


@cache
def derived_of(lab: str) -> Mapping[str, Derived]:
    return load_derived(HOUSE[lab], specimens_of(lab), demands_of(HOUSE[lab], sujet(lab).sheets))


def base_of(one: Derived) -> str:
    """The specimen whose name stands after the operator's."""
    return one.specimen.name.removeprefix(f"{one.operator}.").partition(".")[0]


@pytest.mark.parametrize("lab", HOUSE)
def test_each_still_applies_and_changes_what_is_handed_in(lab: str) -> None:
    """A ninth of the operators on one specimen each in ``make test``; all on all that they fit in ``make test-long``."""
    same, kept = [], 0
    on = Counter[str]()
    tried = sorted({one.operator for one in derived_of(lab).values()})[:: volume(9, 1)]
    with mock.patch.dict(os.environ, DOCKER_HOST="unix:///nowhere"):  # what the office saves is seen by the table
        for name, one in derived_of(lab).items():
            if one.operator not in tried:
                continue
            on[one.operator] += 1
            if on[one.operator] > volume(1, len(derived_of(lab))):
                continue
            try:
                files = one.specimen.files(sujet(lab).context)
            except SandboxFailure:
                continue
            kept += 1
            same += [name] if files == handed_in(lab, base_of(one)) else []
    assert same == [] and kept > volume(len(on), len(derived_of(lab))) * 0.9


@pytest.mark.parametrize("lab", HOUSE)
def test_there_are_enough_of_each(lab: str) -> None:
    ways = [one.way for one in derived_of(lab).values()]
    assert ways.count(False) >= MUTANTS and ways.count(True) >= WAYS


@pytest.mark.parametrize("lab", HOUSE)
def test_each_demand_that_checks_look_at_has_a_mutant(lab: str) -> None:
    touched = {anchor for one in derived_of(lab).values() if not one.way for anchor in one.demands}
    demands = demands_of(HOUSE[lab], sujet(lab).sheets)
    assert [anchor for anchor, one in demands.items() if one.checks and anchor not in touched] == []


@pytest.mark.parametrize("lab", HOUSE)
def test_titles_tell_operators_apart(lab: str) -> None:
    titles = {one.operator: one.specimen.title for one in derived_of(lab).values()}
    assert len(set(titles.values())) == len(titles)
