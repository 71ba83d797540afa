"""Hostile workbooks in the real examiner: one clear sentence each, before any office suite opens them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping

import book_hostile as hostile
import book_samples as samples
import pytest
from examiner_bench import Bench, verdicts
from helpers import volume

from etabli.exam.contract.causes import WORDS
from etabli.exam.contract.transcript import Event

EVERY = (*hostile.SAME, *hostile.own())
"""Each is refused by the reader that `unit/test_book_refusals.py` asks about all of them."""
KINDS = {hostile.hostile_cause(name) if name in hostile.SAME else name.partition("-")[0]: name for name in EVERY[::-1]}
NAMES = (EVERY, tuple(KINDS.values()))[volume(1, 0)]
OTHERS = {
    "circulaire": hostile.with_formula("B4+1"),
    "voisin": samples.saved(samples.analysis()),
}


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Event]]:
    folder = tmp_path_factory.mktemp("pieges")
    bench = Bench(folder, pages=False)
    files = {name: (file, data) for name, (file, data, _cause) in hostile.hostile().items()}
    for name, (file, data) in {
        **{name: files[name] for name in NAMES},
        **{name: ("analyse.xlsx", data) for name, data in OTHERS.items()},
    }.items():
        (folder / "a" / name).mkdir()
        (folder / "a" / name / file).write_bytes(data)
    found = bench.exam("pieges", only=[*NAMES, *OTHERS])
    following = verdicts(bench.exam("pieges", only=["voisin"]))
    assert following["voisin"]["outcome"] == "passed", "the next candidate's, in an exam of its own"
    yield found
    bench.close()


@pytest.fixture(scope="module")
def seen(events: list[Event]) -> Mapping[str, Event]:
    return verdicts(events)


@pytest.mark.parametrize("name", NAMES)
def test_each_ends_with_the_sentence_of_its_cause(seen: Mapping[str, Event], name: str) -> None:
    verdict, chosen = seen[name], WORDS[hostile.hostile_cause(name)]
    assert verdict["outcome"] == "failed", verdict
    assert verdict["observed"].startswith(chosen.observed.split("{what}")[0]), verdict["observed"]
    assert re.fullmatch(r"L[ea] [^\n{]{15,280}\.", verdict["observed"]), verdict["observed"]
    assert (verdict["expected"], verdict["help"]) == (chosen.expected, chosen.help)


def test_each_is_quick(seen: Mapping[str, Event]) -> None:
    late = {name: verdict["duration_ms"] for name, verdict in seen.items() if verdict["duration_ms"] > 30_000}
    assert late == {}


def test_a_circle_and_a_neighbour_are_computed_after_all_of_them(seen: Mapping[str, Event]) -> None:
    assert [seen[name]["outcome"] for name in OTHERS] == ["passed", "passed"], [seen[name] for name in OTHERS]
    assert set(seen) == {*NAMES, *OTHERS}


def test_no_office_is_asked_about_what_is_refused(events: list[Event]) -> None:
    asked = {
        event["check"]
        for event in events
        if event["kind"] == "action" and event["verb"] == "trials" and re.fullmatch(r"\d+ calculs?", event["result"])
    }
    assert asked == set(OTHERS)


def test_the_author_of_a_workbook_is_advice_once(events: list[Event]) -> None:
    told = [event for event in events if event["kind"] == "advice"]
    assert [(event["advice"], event["check"]) for event in told] == [("auteur-du-fichier", None)]
    assert told[0]["message"].startswith(
        "voisin/analyse.xlsx : auteur « Camille Essai », enregistré par « Dominique Essai », le "
    )


def test_the_orchestrator_loads_nothing_that_reads_workbooks() -> None:
    program = (
        "import sys, etabli.cli, etabli.grading, etabli.sandbox, etabli.reception.submission\n"
        "print(sorted(name for name in sys.modules if name.startswith('etabli.exam.reading')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
