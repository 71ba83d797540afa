"""Run folders are the truth; the index can always be rebuilt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import make_run, spec

from etabli.exam.contract.errors import RunFolderError
from etabli.runs.evidence import EvidenceStore
from etabli.runs.folder import read_run
from etabli.runs.run import Run, freeze
from etabli.runs.store import FILE, Store

EVENTS = [{"kind": "check_end", "check": "a", "outcome": "passed", "duration_ms": 1.0}]


def frozen(out: Path, run: Run) -> Path:
    target = out / run.candidate / run.id
    freeze(run, out / ".travail" / run.id, target)
    return target


def test_a_frozen_run_reads_back_the_same(tmp_path: Path) -> None:
    run = make_run([spec("a")], EVENTS)
    back = read_run(frozen(tmp_path, run))
    assert back == run
    assert back.events == run.events


@pytest.mark.parametrize("damage", ["{", '{"schema": "etabli/run/99"}', "[]"])
def test_a_damaged_run_folder_is_told(tmp_path: Path, damage: str) -> None:
    folder = frozen(tmp_path, make_run([spec("a")], EVENTS))
    (folder / "run.json").write_text(damage)
    with pytest.raises(RunFolderError, match=r"--fresh|format"):
        read_run(folder)


def test_newest_is_the_last_by_time(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name in ("20261124T100000000Z-a", "20261125T090000000Z-b", "20261124T235959999Z-c"):
        run = make_run([spec("a")], EVENTS, run=name)
        frozen(tmp_path, run)
        store.add(run)
    assert store.newest("sno-01") == tmp_path / "sno-01" / "20261125T090000000Z-b"
    assert store.newest("inconnu") is None
    store.close()


def test_newest_of_one_lab_and_session(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name, facts in (("1-a", {}), ("2-b", {"session": "rattrapage"}), ("3-c", {"lab": "autre"})):
        store.add(make_run([spec("a")], EVENTS, run=name, **facts))
    folder = tmp_path / "sno-01"
    assert store.newest("sno-01") == folder / "3-c"
    assert store.newest("sno-01", lab="essai") == folder / "2-b"
    assert store.newest("sno-01", lab="essai", session="entrainement") == folder / "1-a"
    assert store.newest("sno-01", lab="essai", session="situation") is None
    store.close()


def test_a_run_of_an_older_version_is_read(tmp_path: Path) -> None:
    folder = frozen(tmp_path, make_run([spec("a")], EVENTS, lab_sha256="4" * 64))
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    assert facts.pop("lab_sha256") == "4" * 64
    (folder / "run.json").write_text(json.dumps(facts), "utf-8")
    assert read_run(folder).lab_sha256 is None


@pytest.mark.parametrize("accident", ["removed", "garbage", "stale"])
def test_the_index_is_rebuilt_from_the_folders(tmp_path: Path, accident: str) -> None:
    store = Store(tmp_path)
    store.add(make_run([spec("a")], EVENTS, candidate="fantome"))
    store.close()
    frozen(tmp_path, make_run([spec("a")], EVENTS))
    if accident == "removed":
        (tmp_path / FILE).unlink()
    elif accident == "garbage":
        for path in tmp_path.glob(f"{FILE}*"):
            path.write_bytes(b"not a database at all" * 100)
    rebuilt = Store(tmp_path)
    assert rebuilt.candidates() == ["sno-01"]
    rebuilt.close()


def test_evidence_is_named_by_its_content(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    one = store.keep("text", "un", "text/plain", b"x")
    two = store.keep("text", "deux", "text/plain", b"x")
    assert one.path == two.path
    assert (tmp_path / one.path).read_bytes() == b"x"
    assert json.loads(json.dumps(one.sha256)) in one.path


def test_run_ids_sort_by_time() -> None:
    from datetime import UTC, datetime

    early = run_id(datetime(2026, 11, 24, 9, 59, 59, 999000, tzinfo=UTC), "f" * 64)
    late = run_id(datetime(2026, 11, 24, 10, 0, 0, 1000, tzinfo=UTC), "0" * 64)
    assert early < late
