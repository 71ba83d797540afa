"""The cover: the fewest mistakes in which every check fails, and the checks that each of them runs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping

import pytest
from helpers import spec

from etabli.exam.contract.outcome import Outcome
from etabli.grading.matrix.cover import DRAWN, fewest, make_cover
from etabli.lab.specimens.specimen import Kind, Specimen

SPECS = [spec("start"), *(spec(f"c{n:02}", after=("start",)) for n in range(1, 21)), spec("deep", after=("c01",))]


def sets(**given: str) -> dict[str, frozenset[str]]:
    """Makes sets of one-letter items."""
    return {name: frozenset(items) for name, items in given.items()}


@pytest.mark.parametrize(
    ("given", "least"),
    [
        (sets(), ()),
        (sets(a="", b=""), ()),
        (sets(a="x", b="x", c="x"), ("a",)),
        (sets(a="x", b="xy", c="y"), ("b",)),
        (sets(a="xyz", b="uvw", c="xu", d="yv", e="zw"), ("a", "b")),
        (sets(a="uvwx", b="uvp", c="wxq", d="pq"), ("b", "c")),  # the largest one first would take three
    ],
)
def test_the_fewest_sets(given: Mapping[str, frozenset[str]], least: tuple[str, ...]) -> None:
    assert tuple(sorted(fewest(given))) == least


@pytest.mark.parametrize("seed", range(60))
def test_no_smaller_cover_exists_and_it_is_always_the_same(seed: int) -> None:
    draw = random.Random(seed)
    names = [f"m{n}" for n in range(draw.randint(4, 10))]
    given = {name: frozenset(draw.sample("abcdefghij", draw.randint(1, 4))) for name in names}
    whole = frozenset().union(*given.values())
    found = fewest(given)
    assert frozenset().union(*(given[name] for name in found)) == whole
    smaller = itertools.combinations(given.values(), len(found) - 1)
    assert not any(frozenset().union(*some) == whole for some in smaller)
    shuffled = draw.sample(names, len(names))
    assert set(fewest({name: given[name] for name in shuffled})) == set(found)


def specimen(name: str, kind: Kind, *failed: str, blocked: tuple[str, ...] = ()) -> Specimen:
    verdict = dict.fromkeys(failed, Outcome.FAILED) | dict.fromkeys(blocked, Outcome.BLOCKED)
    return Specimen(name, name, kind, "", {one.id: verdict.get(one.id, Outcome.PASSED) for one in SPECS}, {})


ALL = [
    specimen("right", Kind.RIGHT),
    specimen("cheat", Kind.CHEAT, "c20"),
    specimen("empty", Kind.EMPTY, "start"),
    specimen("one", Kind.MISTAKE, "c01", blocked=("deep",)),
    specimen("same", Kind.MISTAKE, "c02"),
    specimen("both", Kind.MISTAKE, "c02", "c03"),
    specimen("deep", Kind.MISTAKE, "deep"),
]
SPECIMENS = {one.name: one for one in ALL}


def test_all_but_mistakes_run_whole() -> None:
    cover = make_cover(SPECIMENS, SPECS, "1" * 64)
    assert cover.whole == ("right", "cheat", "empty")
    assert list(cover.shares) == ["both", "deep", "one"]
    assert list(cover.of(SPECIMENS)) == ["right", "cheat", "empty", "one", "both", "deep"]


def test_a_mistake_runs_what_it_declares_and_eight_others() -> None:
    share = make_cover(SPECIMENS, SPECS, "1" * 64).shares["one"]
    assert share.declared == ("c01", "deep")
    assert len(set(share.drawn)) == DRAWN
    assert not {"start", "c01", "deep"} & set(share.drawn)
    assert make_cover(SPECIMENS, SPECS, "1" * 64).only["one"] == share.checks


def test_the_draw_changes_with_the_pack_and_the_mistake_alone() -> None:
    first, again, other = (make_cover(SPECIMENS, SPECS, pack * 64) for pack in "112")
    assert first == again
    assert first.shares["one"].drawn != other.shares["one"].drawn
    assert first.shares["one"].drawn != first.shares["deep"].drawn


def test_what_runs_is_said() -> None:
    first, *shares = make_cover(SPECIMENS, SPECS, "1" * 64).lines()
    assert "3 rendus témoins entiers, 3 erreurs" in first
    drawn = make_cover(SPECIMENS, SPECS, "1" * 64).shares["one"].drawn
    assert shares[2] == f"  one + {', '.join(drawn)}"
