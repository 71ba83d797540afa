"""In which order checks run, and what blocks one."""

from __future__ import annotations

import pytest

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Palier
from etabli.exam.runner.order import Verdict, blockers, cause, plan, selection


def spec(identifier: str, *after: str, blames: tuple[str, ...] = ()) -> CheckSpec:
    return CheckSpec(identifier, identifier, 1, Palier.ESSENTIEL, ("C1.1",), after, 10, "", blames=blames)


SPECS = [spec("a"), spec("b", "a"), spec("c"), spec("d", "b", "c"), spec("e")]


def test_the_order_of_definition_is_kept() -> None:
    assert plan(SPECS) == ["a", "b", "c", "d", "e"]


def test_a_check_stands_behind_what_it_needs() -> None:
    assert plan([spec("b", "a"), spec("a")]) == ["a", "b"]


@pytest.mark.parametrize("seed", range(20))
def test_shuffled_they_still_stand_behind(seed: int) -> None:
    order = plan(SPECS, shuffle=seed)
    assert sorted(order) == ["a", "b", "c", "d", "e"]
    assert all(order.index(need) < order.index(one.id) for one in SPECS for need in one.after)


def test_shuffling_changes_something() -> None:
    assert len({tuple(plan(SPECS, shuffle=seed)) for seed in range(20)}) > 5


def test_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="each other"):
        plan([spec("a", "b"), spec("b", "a")])


def test_only_some_and_what_they_need() -> None:
    assert [one.id for one in selection(SPECS, ["d"])] == ["a", "b", "c", "d"]
    assert selection(SPECS, None) == SPECS
    with pytest.raises(ValueError, match="unknown check: z"):
        selection(SPECS, ["z"])


def test_blockers_are_the_roots() -> None:
    known = {"a": Verdict(Outcome.FAILED), "b": Verdict(Outcome.BLOCKED, ("a",)), "c": Verdict(Outcome.ERROR)}
    assert blockers(SPECS[3], known) == ("a", "c")
    assert blockers(SPECS[3], {"b": Verdict(Outcome.PASSED), "c": Verdict(Outcome.PASSED)}) == ()
    assert blockers(SPECS[1], {}) == ("a",)
    beside = {"a": Verdict(Outcome.FAILED, stops=False), "b": Verdict(Outcome.PASSED), "c": Verdict(Outcome.PASSED)}
    assert blockers(SPECS[1], beside) == blockers(SPECS[3], beside) == ()


BLAMING = [spec("a", blames=("c", "b")), spec("b"), spec("c"), spec("d", "a")]


@pytest.mark.parametrize("seed", [None, *range(10)])
def test_a_check_runs_after_those_that_it_may_blame(seed: int | None) -> None:
    order = plan(BLAMING, shuffle=seed)
    assert max(order.index("b"), order.index("c")) < order.index("a") < order.index("d")
    assert [one.id for one in selection(BLAMING, ["d"])] == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="each other"):
        plan([spec("a", blames=("b",)), spec("b", "a")])


def test_the_cause_is_the_first_named_that_did_fail() -> None:
    known = {"a": Verdict(Outcome.PASSED), "b": Verdict(Outcome.FAILED), "c": Verdict(Outcome.FAILED)}
    one = spec("d", blames=("a", "b", "c"))
    assert cause(one, ["a", "c", "b"], known) == "c"
    assert cause(one, ["a"], known) is None
    assert cause(one, [], known) is None
    assert cause(one, ["b"], {"b": Verdict(Outcome.BLOCKED, ("a",))}) is None
    assert cause(one, ["b"], {}) is None
    assert cause(spec("d"), ["b"], known) is None, "what is not declared may not have run yet"
