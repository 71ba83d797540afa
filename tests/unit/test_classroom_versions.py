"""Former contents: what was there an hour ago can be had back, and they never fill the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etabli.classroom.versions import Versions, thinned_out

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def versions(tmp_path: Path, clock: Clock) -> Versions:
    return Versions(tmp_path / "versions", cap=1000, now=clock)


def keep(versions: Versions, content: bytes, path: str = "a.php") -> None:
    with versions.writing() as keeping:
        keeping.keep(path, content)


def contents(versions: Versions, path: str = "a.php") -> list[bytes | None]:
    return [versions.read(path, one.sha256) for one in versions.of(path)]


def test_an_hour_ago_is_kept_whole(versions: Versions, clock: Clock) -> None:
    for number in range(12):
        keep(versions, b"%d" % number)
        clock.later(minutes=5)
    assert contents(versions) == [b"%d" % number for number in reversed(range(12))]


def test_the_day_keeps_one_of_each_ten_minutes_and_before_it_one_a_day(versions: Versions, clock: Clock) -> None:
    for number in range(40):
        keep(versions, b"%d" % number)
        clock.later(minutes=4)
    found = contents(versions)
    assert found[0] == b"39" and 15 + 9 <= len(found) <= 15 + 11
    assert found[-1] == b"2"
    clock.later(days=3)
    keep(versions, b"fin")
    assert contents(versions) == [b"fin", b"39"]
    assert len(list((versions.folder / "contenus").iterdir())) == 2


def test_the_same_content_again_is_no_version(versions: Versions, clock: Clock) -> None:
    keep(versions, b"un")
    clock.later(minutes=1)
    keep(versions, b"un")
    keep(versions, b"deux")
    clock.later(minutes=1)
    keep(versions, b"un")
    assert contents(versions) == [b"un", b"deux", b"un"]


def test_over_the_cap_the_oldest_go_and_the_last_of_each_file_stays(versions: Versions, clock: Clock) -> None:
    keep(versions, b"seul" * 10, "b.php")
    for number in range(20):
        clock.later(minutes=1)
        keep(versions, b"%02d" % number * 50)
    found = contents(versions)
    assert found[0] == b"19" * 50 and len(found) == 9
    assert contents(versions, "b.php") == [b"seul" * 10]
    assert sum(path.stat().st_size for path in (versions.folder / "contenus").iterdir()) <= 1000


def test_what_would_fill_it_alone_is_not_kept(versions: Versions) -> None:
    with versions.writing() as keeping:
        assert keeping.keep("gros.xlsx", b"x" * 501) is None
    assert versions.of("gros.xlsx") == []


def test_a_content_is_given_for_its_own_file_only(versions: Versions) -> None:
    keep(versions, b"secret", "a.php")
    assert versions.read("b.php", sha256(b"secret").hexdigest()) is None
    assert versions.read("a.php", "../index.sqlite") is None


def test_nothing_kept_yet_is_no_version(versions: Versions) -> None:
    assert versions.of("a.php") == [] and versions.read("a.php", "0" * 64) is None
    assert not versions.folder.exists()


def test_what_was_kept_before_a_refusal_stays(versions: Versions) -> None:
    with pytest.raises(RuntimeError), versions.writing() as keeping:
        keeping.keep("a.php", b"avant")
        raise RuntimeError
    assert contents(versions) == [b"avant"]


def test_a_name_that_begins_like_a_folder_does_not_follow_it(versions: Versions) -> None:
    keep(versions, b"1", "a/x")
    keep(versions, b"2", "ab/x")
    keep(versions, b"3", "a%/x")
    with versions.writing() as keeping:
        keeping.rename("a", "z")
    assert contents(versions, "z/x") == [b"1"] and contents(versions, "ab/x") == [b"2"]
    assert contents(versions, "a%/x") == [b"3"]


ages = st.lists(st.floats(0, 40 * 86_400), min_size=1, max_size=80, unique=True).map(sorted)


@given(ages)
def test_thinning_out_keeps_what_is_promised(ages: list[float]) -> None:
    now = NOON.timestamp()
    rows = [(now - age, f"{number}") for number, age in enumerate(ages)]
    gone = set(thinned_out(rows, now))
    kept = [row for row in rows if row not in gone]
    assert rows[0] in kept
    assert all(row in kept for row in rows if now - row[0] <= 3600)
    for at, _sha in gone:
        width = 600 if now - at <= 86_400 else 86_400
        assert any(0 <= other - at < width for other, _one in kept), "a newer one of the same time stays"
    assert not thinned_out(kept, now), "what is thinned out stays so"
