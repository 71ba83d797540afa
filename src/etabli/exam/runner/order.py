"""In which order checks run, and what stands in the way of one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome


def selection(specs: Sequence[CheckSpec], only: Iterable[str] | None) -> list[CheckSpec]:
    """The checks asked for and all that they need or may blame, in order of definition.

    Raises:
        ValueError: One asked for does not exist.
    """
    known = {spec.id: spec for spec in specs}
    if only is None:
        return list(specs)
    wanted: set[str] = set()
    todo = list(only)
    while todo:
        identifier = todo.pop()
        if identifier not in known:
            raise ValueError(f"unknown check: {identifier}")
        if identifier not in wanted:
            wanted.add(identifier)
            todo += known[identifier].after + known[identifier].blames
    return [spec for spec in specs if spec.id in wanted]


def plan(specs: Sequence[CheckSpec], *, shuffle: int | None = None) -> list[str]:
    """Identifiers so that each check stands behind those it needs or may blame.

    Without `shuffle` the order of definition is kept as far as that allows; with it, any other order.

    Raises:
        ValueError: Checks need each other in a circle, or need an unknown one.
    """
    left = list(specs)
    if shuffle is not None:
        random.Random(shuffle).shuffle(left)
    done: dict[str, None] = {}
    while left:
        ready = next((spec for spec in left if done.keys() >= {*spec.after, *spec.blames}), None)
        if ready is None:
            raise ValueError(f"checks need each other or an unknown one: {', '.join(spec.id for spec in left)}")
        done[ready.id] = None
        left.remove(ready)
    return list(done)


class Verdict:
    """What is known of one check: its outcome, the checks at the root of it, whether others wait for its failure."""

    def __init__(self, outcome: Outcome, roots: tuple[str, ...] = (), *, stops: bool = True) -> None:
        self.outcome = outcome
        self.roots = roots
        self.stops = stops


def blockers(spec: CheckSpec, verdicts: Mapping[str, Verdict]) -> tuple[str, ...]:
    """The failed checks (or errors) because of which `spec` cannot be observed; empty when it can."""
    found: dict[str, None] = {}
    for need in spec.after:
        verdict = verdicts.get(need)
        if verdict is None or (verdict.outcome in (Outcome.FAILED, Outcome.ERROR) and verdict.stops):
            found[need] = None
        elif verdict.outcome is Outcome.BLOCKED:
            found.update(dict.fromkeys(verdict.roots))
    return tuple(found)


def cause(spec: CheckSpec, because: Iterable[str], verdicts: Mapping[str, Verdict]) -> str | None:
    """The first failed check that a failure of `spec` names as its cause, and `spec` declares; None without one."""
    failed = (name for name in because if name in spec.blames and name in verdicts)
    return next((name for name in failed if verdicts[name].outcome is Outcome.FAILED), None)
