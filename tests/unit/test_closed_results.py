"""Results are their user's alone: the folder is closed, and what lies beside other things too."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_class import GOOD, SmallClass

from etabli.cli.screen import save
from etabli.grading.scratch import LOCK
from etabli.reports.results import publish
from etabli.runs.store import FILE
from etabli.system.disk import close_to_others

NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def small(tmp_path: Path) -> SmallClass:
    made = SmallClass(tmp_path)
    made.says(*GOOD)
    return made


def graded(small: SmallClass) -> Path:
    small.one()
    publish(small.plan.out, small.plan.lab, None)
    return small.plan.out


def test_what_grading_makes_is_closed(small: SmallClass) -> None:
    out = graded(small)
    assert mode(out) == 0o700
    inside = [path for path in out.iterdir() if path.name != LOCK and not path.name.startswith(f"{FILE}-")]
    assert [oct(mode(path)) for path in inside] == [oct(0o700 if path.is_dir() else 0o600) for path in inside]


def test_results_that_were_open_are_closed_by_the_next_run(small: SmallClass) -> None:
    out = graded(small)
    for path in (out, out / "sno-01"):
        path.chmod(0o755)
    graded(small)
    assert (mode(out), mode(out / "sno-01")) == (0o700, 0o700)


def test_a_folder_that_held_other_things_stays_as_it_was_and_what_is_made_in_it_is_closed(small: SmallClass) -> None:
    out = small.plan.out
    out.mkdir()
    out.chmod(0o755)
    graded(small)
    assert mode(out) == 0o755
    assert {mode(path) for path in out.iterdir() if path.is_dir()} == {0o700}
    assert mode(out / "resultats.json") == mode(out / FILE) == 0o600


def test_a_folder_shared_with_a_group_stays_open_to_it(small: SmallClass) -> None:
    out = graded(small)
    out.chmod(0o2775)
    graded(small)
    assert (mode(out), mode(out / "resultats.json")) == (0o2770, 0o640)
    shutil.rmtree(out / "sno-01")
    graded(small)
    assert mode(out / "sno-01") & 0o2007 == 0o2000 and mode(out / "sno-01") & 0o050


def test_a_folder_where_anybody_writes_is_not_ours_to_close(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    close_to_others(tmp_path)
    assert mode(tmp_path) == 0o1777


def test_under_sudo_what_is_closed_is_given_to_who_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[Path, int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda *change: given.append(change))
    monkeypatch.setenv("SUDO_UID", "1234")
    save(tmp_path / "carnet.csv", b"a")
    assert given == [(tmp_path / "carnet.csv", 1234, -1)]


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every account of this machine may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_another_account_reads_nothing(public: Path) -> None:
    small = SmallClass(public)
    small.says(*GOOD)
    out = graded(small)
    (public / "ouvert.txt").write_text("x")
    (public / "ouvert.txt").chmod(0o644)
    look = ["find", str(public), "-type", "f", "-readable", "-printf", "%P\\n"]
    seen = subprocess.run(look, user=NOBODY, group=NOBODY, capture_output=True, text=True, check=False).stdout.split()
    assert "ouvert.txt" in seen
    assert [path for path in seen if path.startswith(f"{out.relative_to(public)}/")] == []
