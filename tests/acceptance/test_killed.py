"""Pulling the plug costs nothing but typing the command again: ten kills, of every kind; 200 drawn ones in the long tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from killing import Kill, chain, drawn, make_class

from etabli.system.digest import files_below, sha256_of
from etabli.system.settings import repository

KILLS = [
    Kill("ouverture", delay=0.4),
    Kill("réception"),
    Kill("démarrage"),
    Kill("épreuve", "examiner"),
    Kill("épreuve", "services"),
    Kill("épreuve", "navigateur"),
    Kill("épreuve", delay=0.1),
    Kill("gel"),
    Kill("rangement"),
    Kill("rapports"),
]
"""One of each kind, in the order of a batch."""
LONG, EACH = 20, 10
"""Chains of the long test, and kills of each."""


UNDISTURBED = {
    **{name: [("graded", "passed", "passed")] for name in ("bon", "autre", "encore", "dernier")},
    "sans-titre": [("graded", "passed", "failed")],
    "vide": [("graded", "failed", "blocked")],
    "refuse": [("rejected",)],
}
"""What a batch finds, killed or not."""


@pytest.mark.long
def test_a_batch_that_nobody_disturbs(tmp_path: Path) -> None:
    plug = make_class(tmp_path)
    plug.start()
    assert plug.until("épreuve"), "another one that is started meanwhile says so, and disturbs nothing"
    other = replace(plug, process=None)
    assert other.finish() == 2 and "attendez sa fin" in plug.said()
    assert plug.finish() == 1, plug.said()
    assert plug.verdicts() == UNDISTURBED


def test_a_batch_that_is_killed_again_and_again_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    assert list(chain(tmp_path, KILLS, UNDISTURBED)) == []


def state() -> str:
    """A digest of all that these chains try: one that went well need not be made again."""
    folders = ("images", "src", "tests")
    inside = ((f"{folder}/{name}", path) for folder in folders for name, path in files_below(repository() / folder))
    return sha256_of(list(inside))[:16]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(LONG))
def test_many_kills_at_drawn_moments(tmp_path: Path, seed: int, record_property: Callable[..., None]) -> None:
    kept = repository() / ".cache" / "long" / f"coupures-{state()}" / str(seed)
    if kept.exists():
        pytest.skip("went well for what the code is now")
    kills = drawn(seed, EACH)
    record_property("told", f"{seed} : {', '.join(map(str, kills))}")
    assert list(chain(tmp_path, kills, UNDISTURBED)) == []
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch()


@pytest.mark.long
def test_where_every_examiner_dies_the_worker_pauses_says_so_and_the_next_batch_does_the_rest(
    tmp_path: Path,
) -> None:
    plug = make_class(tmp_path)
    process = plug.start()
    assert plug.until("épreuve")
    while "repart à neuf" not in plug.said():
        assert process.poll() is None, plug.said()
        plug.strike("examiner")
        time.sleep(0.05)
    assert plug.finish() == 1, plug.said()
    broken = [name for name, runs in plug.verdicts().items() if runs[-1][0] == "needs_review"]
    assert broken, plug.said()
    assert plug.finish() == 1, plug.said()
    found = plug.verdicts()
    assert {name: runs[-1:] for name, runs in found.items()} == UNDISTURBED
    assert {name for name, runs in found.items() if len(runs) > 1} == set(broken)
    assert plug.leftovers() == []
