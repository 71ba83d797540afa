"""The cover of every lab, for real: each of its witness submissions gets exactly the verdict it declares.

All of them, whole and on other data: ``make test-long``.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sentences import faults

from etabli.exam.contract.outcome import Outcome
from etabli.grading.matrix import MatrixRow, run_matrix, told
from etabli.grading.matrix.cover import Cover, cover_of, drawn_checks
from etabli.grading.pack import pack_of
from etabli.lab.manifest import lab_ids, load_lab
from etabli.lab.specimens.specimen import Kind, Specimen, load_specimens
from etabli.runs.scoring import results
from etabli.sandbox.docker_provider import DockerSandbox

COVERS: dict[str, Cover] = {lab: cover_of(load_lab(lab), load_specimens(load_lab(lab))) for lab in lab_ids()}
COVERED = [(lab, name) for lab, cover in COVERS.items() for name in (*cover.whole, *cover.shares)]
Graded = Callable[[str], dict[str, MatrixRow]]

HALVES = ((0, None), (1, 20261124))
"""Seeds of the data and of the order of checks, for half of a cover each: none of both changes a verdict."""


def halves(lab: str) -> list[dict[str, Specimen]]:
    """Cuts a cover in two, every other one of each kind."""
    specimens = COVERS[lab].of(load_specimens(load_lab(lab)))
    sides = {
        name: number % 2
        for kind in Kind
        for number, name in enumerate(name for name, one in specimens.items() if one.kind is kind)
    }
    return [{name: one for name, one in specimens.items() if sides[name] == side} for side in range(len(HALVES))]


def half(lab: str, side: int, folder: Path) -> dict[str, MatrixRow]:
    """Grades half of a cover, one after the other; what nothing has changed since the last time stands."""
    seed, shuffle = HALVES[side]
    rows = run_matrix(
        DockerSandbox(keeping=True), load_lab(lab), halves(lab)[side], folder / lab / str(seed), seed=seed,
        workers=1, shuffle=shuffle, only=COVERS[lab].only,
    )  # fmt: skip
    return {row.specimen.name: row for row in rows}


def weight(lab: str, side: int) -> int:
    """Counts the checks that half of a cover runs."""
    everything = len(load_lab(lab).checks().specs)
    return sum(len(COVERS[lab].only.get(name, range(everything))) for name in halves(lab)[side])


@pytest.fixture(scope="module")
def graded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kept_workers: None
) -> Iterator[Graded]:
    """Grades the covers of the labs that are asked about, two halves of any of them at once: no worker waits for the
    other one's last exam."""
    folder = tmp_path_factory.mktemp("temoins")
    own = (item for item in request.session.items if item.path == request.path and isinstance(item, pytest.Function))
    labs = {item.callspec.params["lab"] for item in own if "graded" in item.fixturenames}
    work = sorted(itertools.product(labs, range(len(HALVES))), key=lambda one: (-weight(*one), one))
    with ThreadPoolExecutor(len(HALVES)) as pool:
        jobs = {(lab, side): pool.submit(half, lab, side, folder) for lab, side in work}
        yield lambda lab: {name: row for side in range(len(HALVES)) for name, row in jobs[lab, side].result().items()}
        pool.shutdown(cancel_futures=True)


def deviations(row: MatrixRow) -> list[str]:
    return [f"{gap.check}: {gap.declared} -> {gap.found}: {gap.observed}" for gap in row.deviations]


@pytest.mark.parametrize(("lab", "name"), COVERED)
def test_a_specimen_gets_its_verdict(lab: str, name: str, graded: Graded) -> None:
    row = graded(lab)[name]
    assert deviations(row) == []
    assert Outcome.ERROR not in row.outcomes.values()


@pytest.mark.parametrize("lab", lab_ids())
def test_each_ran_whole_or_what_the_cover_asks(lab: str, graded: Graded, record_property: Callable[..., None]) -> None:
    rows, cover = graded(lab), COVERS[lab]
    record_property("told", "\n".join((f"{lab} : {told(list(rows.values()))}", *cover.lines())))
    everything = [spec.id for spec in load_lab(lab).checks().specs]
    assert [
        name for name, row in rows.items() if not row.outcomes.keys() >= set(cover.only.get(name, everything))
    ] == []


@pytest.mark.parametrize("lab", [lab for lab in lab_ids() if load_lab(lab).manifest.asked])
def test_what_is_told_of_documents_is_french(lab: str, graded: Graded) -> None:
    """What is told of a site quotes its pages, and tools that speak English; of any page, the tags at fault."""
    found = [one for row in graded(lab).values() for one in results(row.run) if one.outcome is Outcome.FAILED]
    said = {text for one in found for text in (one.observed, one.expected, one.help) if text}
    told = sorted(re.sub("<[^<>]+>", "h1", sentence) for sentence in said)
    assert len(said) > 20 and [fault for sentence in told for fault in faults(sentence)] == []


def share(row: MatrixRow) -> float:
    return row.earned / row.possible


@pytest.mark.parametrize("lab", lab_ids())
def test_kinds_earn_what_they_should(lab: str, graded: Graded) -> None:
    rows = graded(lab).values()
    kinds = {kind: [row for row in rows if row.specimen.kind is kind] for kind in Kind}
    assert all(share(row) == 1 for row in kinds[Kind.RIGHT])
    assert all(share(row) == 0 for row in kinds[Kind.EMPTY])
    assert all(share(row) < 0.15 for row in kinds[Kind.STARTER])
    assert all(share(row) < 1 for row in (*kinds[Kind.MISTAKE], *kinds[Kind.CHEAT], *kinds[Kind.PARTIAL]))
    assert kinds[Kind.RIGHT] and kinds[Kind.EMPTY] and kinds[Kind.STARTER] and kinds[Kind.PARTIAL]


@pytest.mark.parametrize("lab", lab_ids())
def test_every_check_is_failed_by_some_specimen_and_each_drawn_one_by_one_of_the_cover(lab: str) -> None:
    loaded, all_of_them = load_lab(lab), load_specimens(load_lab(lab))
    specs = loaded.checks().specs
    assert {spec.id for spec in specs} - failed(all_of_them.values()) == set()
    drawn = drawn_checks(specs, hashlib.sha256(pack_of(loaded)).hexdigest())
    assert drawn - failed(COVERS[lab].of(all_of_them).values()) == set()


def failed(specimens: Iterable[Specimen]) -> set[str]:
    return {check for one in specimens for check, outcome in one.expected.items() if outcome == "failed"}


@pytest.mark.parametrize("lab", lab_ids())
def test_right_and_wrong_ones_run_in_both_orders_on_both_data(lab: str) -> None:
    sides = [Counter(one.kind for one in some.values()) for some in halves(lab)]
    twice = {kind for kind, number in (sides[0] + sides[1]).items() if number > 1}
    assert {Kind.RIGHT, Kind.MISTAKE} <= twice and all(twice <= set(side) for side in sides)
