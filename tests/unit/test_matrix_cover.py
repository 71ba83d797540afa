"""The cover: what runs whole, the fewest mistakes in which every check fails, and the checks that each other runs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping

import pytest
from helpers import spec, volume

from etabli.exam.contract.outcome import Outcome
from etabli.grading.matrix.cover import (
    DRAWN,
    DRAWN_CHEATS,
    DRAWN_CHECKS,
    DRAWN_PARTIALS,
    DRAWN_RIGHTS,
    drawn_checks,
    fewest,
    make_cover,
)
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


@pytest.mark.parametrize("seed", range(volume(12, 60)))
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


def specimen(name: str, kind: Kind, *failed: str, blocked: tuple[str, ...] = (), base: str | None = None) -> Specimen:
    verdict = dict.fromkeys(failed, Outcome.FAILED) | dict.fromkeys(blocked, Outcome.BLOCKED)
    expected = {one.id: verdict.get(one.id, Outcome.PASSED) for one in SPECS}
    return Specimen(name, name, kind, "", expected, {}, base=base)


ALL = [
    specimen("right", Kind.RIGHT),
    specimen("its-way", Kind.RIGHT, base="right"),
    specimen("cheat", Kind.CHEAT, "c20", base="right"),
    *(specimen(f"same-cheat-{n}", Kind.CHEAT, "c20") for n in range(1, 6)),
    specimen("empty", Kind.EMPTY, "start"),
    specimen("one", Kind.MISTAKE, "c01", blocked=("deep",)),
    specimen("same", Kind.MISTAKE, "c02"),
    specimen("both", Kind.MISTAKE, "c02", "c03"),
    specimen("deep", Kind.MISTAKE, "deep"),
    specimen("as-the-cheat", Kind.MISTAKE, "c20"),
]
SPECIMENS = {one.name: one for one in ALL}


def test_what_stands_for_nothing_else_runs_whole() -> None:
    """A right one made from another does not, nor a mistake whose failures a cheat has too."""
    cover = make_cover(SPECIMENS, SPECS, "1" * 64, 1)
    assert cover.whole == ("right", "empty")
    assert {name for name in cover.shares if not name.startswith("same-cheat")} == {
        "its-way", "cheat", "both", "deep", "one"
    }  # fmt: skip
    assert list(cover.of(SPECIMENS)) == [*cover.whole, *cover.shares]


def test_each_check_fails_that_a_mistake_or_a_cheat_fails() -> None:
    shares = make_cover(SPECIMENS, SPECS, "1" * 64, 1).shares.values()
    assert {check for share in shares for check in share.declared} == {"c01", "c02", "c03", "c20", "deep"}


def test_a_drawn_part_of_them_which_changes_with_the_pack() -> None:
    some, other = (drawn_checks(SPECS, pack * 64) for pack in "12")
    assert len(some) == -(-len(SPECS) // DRAWN_CHECKS) and some != other
    declared = {check for share in make_cover(SPECIMENS, SPECS, "1" * 64).shares.values() for check in share.declared}
    assert {"c01", "c02", "c03", "c20", "deep"} & some <= declared
    assert frozenset().union(*(drawn_checks(SPECS, f"{n:064}") for n in range(60))) == {one.id for one in SPECS}


def test_a_few_right_ones_of_many_are_drawn_which_change_with_the_pack() -> None:
    more = {
        name: specimen(name, Kind.RIGHT, base=base)
        for base in (None, "right")
        for name in map(f"{base}-{{}}".format, range(7))
    }
    covers = [make_cover(SPECIMENS | more, SPECS, pack * 64, 1) for pack in "123456"]
    for names in (
        [set(cover.whole) - {"empty"} for cover in covers],
        [{*cover.shares} & {*more, "its-way"} for cover in covers],
    ):
        assert {len(drawn) for drawn in names} == {DRAWN_RIGHTS}
        assert len({*map(frozenset, names)}) > 1


def test_without_one_that_is_made_from_another_two_right_ones_run_whole() -> None:
    alone = {name: one for name, one in SPECIMENS.items() if name != "its-way"}
    more = {name: specimen(name, Kind.RIGHT) for name in ("own", "its-own")}
    whole = {*make_cover(alone | more, SPECS, "1" * 64, 1).whole}
    assert len(whole - {"empty"}) == 2 * DRAWN_RIGHTS


def test_a_partial_one_is_drawn_which_changes_with_the_pack() -> None:
    more = {name: specimen(name, Kind.PARTIAL, "c05") for name in ("half", "third", "quarter")}
    drawn = [{*make_cover(SPECIMENS | more, SPECS, pack * 64, 1).whole} & {*more} for pack in "123456"]
    assert {len(names) for names in drawn} == {DRAWN_PARTIALS}
    assert len({*map(frozenset, drawn)}) > 1


def test_another_cheat_is_drawn_which_changes_with_the_pack() -> None:
    covers = [make_cover(SPECIMENS, SPECS, pack * 64, 1) for pack in "123456"]
    drawn = [{name for name in cover.shares if name.startswith("same-cheat")} for cover in covers]
    assert {len(names) for names in drawn} == {DRAWN_CHEATS}
    assert len({*map(frozenset, drawn)}) > 1


def test_a_mistake_and_a_cheat_run_what_they_declare_and_a_mistake_a_drawn_one() -> None:
    cover = make_cover(SPECIMENS, SPECS, "1" * 64, 1)
    assert cover.shares["one"].declared == ("c01", "deep") and cover.shares["cheat"].declared == ("c20",)
    for name in ("one", "cheat"):
        share = cover.shares[name]
        assert len(set(share.drawn)) == DRAWN[SPECIMENS[name].kind] == (name == "one")
        assert not {"start", *share.declared} & set(share.drawn)
        assert cover.only[name] == share.checks


def test_a_right_one_made_from_another_runs_what_is_drawn_and_comes_first() -> None:
    name, share = next(iter(make_cover(SPECIMENS, SPECS, "1" * 64, 1).shares.items()))
    assert (name, share.declared, len(set(share.drawn))) == ("its-way", (), 6)


def test_the_draw_changes_with_the_pack_and_the_mistake_alone() -> None:
    first, again, other = (make_cover(SPECIMENS, SPECS, pack * 64, 1) for pack in "112")
    assert first == again
    assert first.shares["its-way"].drawn != other.shares["its-way"].drawn
    assert len({share.drawn for share in first.shares.values()}) > 2


def test_what_runs_is_said() -> None:
    first, *shares = make_cover(SPECIMENS, SPECS, "1" * 64, 1).lines()
    assert "2 rendus témoins entiers, 6 autres, chacun" in first
    drawn = make_cover(SPECIMENS, SPECS, "1" * 64, 1).shares["one"].drawn
    assert f"  one + {', '.join(drawn)}" in shares
