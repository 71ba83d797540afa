"""Run folders are the truth; the index can always be rebuilt."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import make_run, spec

from etabli.exam.contract.errors import RunFolderError, UsageProblem
from etabli.exam.contract.outcome import Status
from etabli.runs.evidence import EvidenceStore
from etabli.runs.folder import FlawKind, RunFolder, read_run, read_run_folder
from etabli.runs.identifier import IDENTIFIER, is_identifier, stand_in
from etabli.runs.run import Run, file_names, folder_name, freeze
from etabli.runs.store import FILE, Store, all_folders, last_number, newest_folders

EVENTS = [{"kind": "check_end", "check": "a", "outcome": "passed", "duration_ms": 1.0}]


def frozen(out: Path, run: Run | None = None, **facts: Any) -> Path:
    """Freezes a run with a picture, of one check unless another is given; returns its folder."""
    run = run or make_run([spec("a")], EVENTS, **facts)
    workshop = out / ".travail" / "run"
    EvidenceStore(workshop).keep("screenshot", "vue", "image/png", b"\x89PNG")
    return out / run.candidate / freeze(run, workshop, out / run.candidate).id


def old(folder: Path, name: str = "20261124T100000000Z-abcdef", **changes: Any) -> Path:
    """Makes a frozen folder what an older version wrote: no hashes, the id inside."""
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    del facts["files"], facts["number"], facts["brief_sha256"], facts["platform_sha256"]
    facts |= {"schema": "etabli/run/1", "id": name, "grader_sha256": facts.pop("pack_sha256")} | changes
    (folder / "run.json").write_text(json.dumps(facts), "utf-8")
    return folder.rename(folder.with_name(name))


def test_a_frozen_run_reads_back_the_same(tmp_path: Path) -> None:
    run = make_run([spec("a")], EVENTS)
    folder = frozen(tmp_path, run)
    back = read_run(folder)
    assert back == replace(run, id=folder.name, number=1, files=back.files)
    assert back.events == run.events
    assert sorted(back.files) == sorted(name for name in file_names(folder) if name != "run.json")
    assert folder.name.startswith("0001-20261124T100000Z-")
    assert not (tmp_path / ".travail" / "run").exists()


@pytest.mark.parametrize("text", ["a\u2028b", "a\u2029b", "a\u0085b", "a\x0bb", "\ud83d", "a\nb\r\nc", "\0"])
def test_whatever_a_file_is_called_its_run_reads_back(tmp_path: Path, text: str) -> None:
    run = make_run([spec("a")], [{**EVENTS[0], "observed": text}, EVENTS[0]], reason=text)
    back = read_run(frozen(tmp_path, run))
    assert (back.events, back.reason) == (run.events, run.reason)


def test_every_byte_of_a_run_counts(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        whole, name = path.read_bytes(), path.relative_to(folder).as_posix()
        for place in range(len(whole)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert [flaw.name for flaw in read_run_folder(folder).flaws] == [name], place
        for other in (b"", whole[:-1], whole + b"\n", whole + whole):
            path.write_bytes(other)
            assert [flaw.name for flaw in read_run_folder(folder).flaws] == [name]
        path.unlink()
        assert [(flaw.name, flaw.change) for flaw in read_run_folder(folder).flaws] == [(name, FlawKind.MISSING)]
        path.write_bytes(whole)
    assert read_run_folder(folder).run


def test_a_transcript_cut_at_a_line_s_end_is_modified(tmp_path: Path) -> None:
    folder = frozen(tmp_path, make_run([spec("a"), spec("b")], [*EVENTS, {**EVENTS[0], "check": "b"}]))
    transcript = folder / "transcript.jsonl"
    transcript.write_bytes(transcript.read_bytes().splitlines(keepends=True)[0])
    assert read_run_folder(folder).status is Status.MODIFIED


@pytest.mark.parametrize("name", ["x.txt", "evidence/x.png", ".x", "vide/", "evidence/lien"])
def test_what_is_added_is_named(tmp_path: Path, name: str) -> None:
    folder = frozen(tmp_path)
    if name.endswith("/"):
        (folder / name).mkdir()
    elif name.endswith("lien"):
        (folder / name).symlink_to("/etc/hostname")
    else:
        (folder / name).touch()
    found = read_run_folder(folder)
    assert [(flaw.name, flaw.change) for flaw in found.flaws] == [(name.rstrip("/"), FlawKind.ADDED)]
    assert "a été ajouté" in found.sentence()


def test_a_file_replaced_by_a_link_to_a_copy_is_modified(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    (folder / "transcript.jsonl").rename(tmp_path / "copie")
    (folder / "transcript.jsonl").symlink_to(tmp_path / "copie")
    assert [flaw.change for flaw in read_run_folder(folder).flaws] == [FlawKind.MODIFIED]


def test_a_folder_that_moved_is_told(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    (tmp_path / "sno-02").mkdir()
    elsewhere = folder.rename(tmp_path / "sno-02" / folder.name)
    assert [flaw.change for flaw in read_run_folder(elsewhere).flaws] == [FlawKind.ELSEWHERE]
    for name in (folder.name.replace("0001", "0007"), "copie", folder.name[:-1] + "g"):
        renamed = elsewhere.rename(folder.parent / name)
        assert [flaw.change for flaw in read_run_folder(renamed).flaws] == [FlawKind.RENAMED]
        renamed.rename(elsewhere)


@pytest.mark.parametrize("facts", [{"schema": "etabli/run/99"}, {"checks": "x"}, {"files": []}, {"number": "un"}])
def test_a_form_that_is_not_ours_is_told_even_when_its_hash_is_right(tmp_path: Path, facts: dict[str, Any]) -> None:
    folder = frozen(tmp_path)
    raw = json.dumps(json.loads((folder / "run.json").read_text("utf-8")) | facts).encode()
    (folder / "run.json").write_bytes(raw)
    folder = folder.rename(folder.with_name(folder_name(1, "2026-11-24T10:00:00.000Z", raw)))
    assert [(flaw.name, flaw.change) for flaw in read_run_folder(folder).flaws] == [("run.json", FlawKind.UNREADABLE)]
    with pytest.raises(RunFolderError, match="illisible"):
        read_run(folder)


def test_later_versions_may_add_facts_and_leave_some_out(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    raw = json.dumps({key: value for key, value in facts.items() if key != "runtime"} | {"plus": 1}).encode()
    (folder / "run.json").write_bytes(raw)
    folder = folder.rename(folder.with_name(folder_name(1, "2026-11-24T10:00:00.000Z", raw)))
    assert read_run(folder).runtime is None


def test_a_run_of_an_older_version_is_read_and_not_verifiable(tmp_path: Path) -> None:
    folder = old(frozen(tmp_path))
    found = read_run_folder(folder)
    assert found.status is Status.UNVERIFIABLE and found.run
    assert (found.run.pack_sha256, found.run.events) == ("1" * 64, make_run([spec("a")], EVENTS).events)


@pytest.mark.parametrize(
    "facts",
    [
        *({"phases_ms": "x"}, {"checks": [{}]}, {"status": "parfait"}, {"started_at": 3}, {"image_ids": []}),
        {"started_at": "hier"},
        {"finished_at": ""},
        {"phases_ms": {"examine": float("nan")}},
        {"lab_version": "\ud800"},
        {"candidate": "sno-01", "session": "\ud800"},
    ],
)
def test_a_wrong_or_implausible_fact_in_an_older_run_is_told(tmp_path: Path, facts: dict[str, Any]) -> None:
    folder = old(frozen(tmp_path), **facts)
    assert [(flaw.name, flaw.change) for flaw in read_run_folder(folder).flaws] == [("run.json", FlawKind.UNREADABLE)]
    assert [item.status for item in newest_folders(tmp_path)] == [Status.MODIFIED]


def verdict(outcome: str, more: str = '"observed": ""') -> str:
    return f'{{"kind": "check_end", "check": "a", "outcome": "{outcome}", {more}}}'


@pytest.mark.parametrize(
    "line",
    [
        *("[]", "{", "3", verdict("bravo")),
        *(verdict("failed", more) for more in ('"blocked_by": [[1]]', '"expected": ["a"]', '"duration_ms": Infinity')),
    ],
)
def test_an_older_transcript_that_is_not_ours_is_told(tmp_path: Path, line: str) -> None:
    folder = old(frozen(tmp_path))
    (folder / "transcript.jsonl").write_text(line, "utf-8")
    assert [flaw.name for flaw in read_run_folder(folder).flaws] == ["transcript.jsonl"]


def test_a_new_run_cannot_pass_for_an_old_one(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    back = old(folder).rename(folder)
    assert read_run_folder(back).status is Status.MODIFIED


# -- which one counts


def newest(out: Path, candidate: str = "sno-01", **wanted: str) -> RunFolder | None:
    store = Store(out)
    try:
        return store.newest(candidate, **wanted)
    finally:
        store.close()


def named(found: RunFolder | None) -> str | None:
    return found.path.name if found else None


def test_the_last_one_frozen_counts_whatever_the_clock_said(tmp_path: Path) -> None:
    moments = ("2026-11-25T09:00:00.000Z", "2030-01-01T00:00:00.000Z", "2026-11-24T10:00:00.000Z")
    folders = [frozen(tmp_path, started_at=at) for at in moments]
    assert [folder.name[:4] for folder in folders] == ["0001", "0002", "0003"]
    assert named(newest(tmp_path)) == folders[-1].name
    assert newest(tmp_path, "inconnu") is None


def test_older_versions_come_before_all_others(tmp_path: Path) -> None:
    dated = [f"20{year}1124T100000000Z-abcdef" for year in (26, 27, 31)]
    for name in dated:
        old(frozen(tmp_path), name)
    assert named(newest(tmp_path)) == dated[-1]
    last = frozen(tmp_path)
    assert named(newest(tmp_path)) == last.name and last.name.startswith("0001-")


def test_newest_of_one_lab_and_session(tmp_path: Path) -> None:
    one, two, three = (frozen(tmp_path, **facts).name for facts in ({}, {"session": "rattrapage"}, {"lab": "autre"}))
    assert named(newest(tmp_path)) == three
    assert named(newest(tmp_path, lab="essai")) == two
    assert named(newest(tmp_path, lab="essai", session="entrainement")) == one
    assert newest(tmp_path, lab="essai", session="situation") is None


@pytest.mark.parametrize("accident", ["cut", "without-facts", "renamed", "removed", "facts"])
@pytest.mark.parametrize("indexed", [True, False])
def test_no_older_run_takes_the_place_of_one_that_changed(tmp_path: Path, accident: str, indexed: bool) -> None:
    frozen(tmp_path)
    last = frozen(tmp_path)
    if indexed or accident == "removed":  # what was never indexed and is gone, nobody can know
        newest(tmp_path)
    if accident == "cut":
        (last / "transcript.jsonl").write_bytes(b"")
    elif accident == "without-facts":
        (last / "run.json").unlink()
    elif accident == "facts":
        (last / "run.json").write_bytes(b"\xff")
    elif accident == "renamed":
        last.rename(last.with_name("0000"))
    else:
        shutil.rmtree(last)
    found = newest(tmp_path, lab="essai", session="entrainement")
    assert found and found.status is Status.MODIFIED and found.candidate == "sno-01"
    again = frozen(tmp_path)
    assert named(newest(tmp_path)) == again.name


def test_a_changed_run_of_another_lab_is_that_lab_s_affair(tmp_path: Path) -> None:
    one = frozen(tmp_path)
    other = frozen(tmp_path, lab="autre")
    (other / "transcript.jsonl").write_bytes(b"")
    assert named(newest(tmp_path, lab="essai")) == one.name
    assert named(newest(tmp_path, lab="autre")) == other.name


def test_a_candidate_taken_away_is_no_longer_known(tmp_path: Path) -> None:
    frozen(tmp_path)
    frozen(tmp_path, candidate="sno-02")
    newest(tmp_path)
    shutil.rmtree(tmp_path / "sno-02")
    assert [folder.candidate for folder in newest_folders(tmp_path)] == ["sno-01"]


@pytest.mark.parametrize("accident", ["removed", "garbage", "stale", "older"])
def test_the_index_is_rebuilt_from_the_folders(tmp_path: Path, accident: str) -> None:
    store = Store(tmp_path)
    store.add(make_run([spec("a")], EVENTS, candidate="fantome"))
    store.close()
    good = frozen(tmp_path)
    bad = frozen(tmp_path, candidate="sno-02")
    (bad / "transcript.jsonl").write_bytes(b"")
    if accident == "removed":
        (tmp_path / FILE).unlink()
    elif accident == "garbage":
        for path in tmp_path.glob(f"{FILE}*"):
            path.write_bytes(b"not a database at all" * 100)
    elif accident == "older":
        (tmp_path / FILE).unlink()
        with closing(sqlite3.connect(tmp_path / FILE)) as base:
            base.execute("CREATE TABLE runs (candidate TEXT, run TEXT, grader_sha256 TEXT)")
    rebuilt = Store(tmp_path)
    assert rebuilt.candidates() == ["sno-01", "sno-02"]
    rebuilt.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as base:
        assert base.execute("SELECT run FROM runs").fetchall() == [(good.name,)]  # intact ones only


# -- what somebody who read the source tried


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("change", [{"lab": "autre"}, {"session": "rattrapage"}, {"lab": ["x"]}, {"session": [1]}])
def test_a_changed_run_is_not_believed_when_it_says_whose_lab_it_is(
    tmp_path: Path, change: dict[str, Any], indexed: bool
) -> None:
    frozen(tmp_path)
    last = frozen(tmp_path)
    if indexed:
        newest(tmp_path)
    facts = json.loads((last / "run.json").read_text("utf-8"))
    (last / "run.json").write_text(json.dumps(facts | change), "utf-8")
    found = newest(tmp_path, lab="essai", session="entrainement")
    assert found and found.status is Status.MODIFIED and found.path == last
    assert [folder.path for folder in newest_folders(tmp_path, "essai", "entrainement")] == [last]


def test_the_index_is_not_believed_over_an_intact_folder(tmp_path: Path) -> None:
    frozen(tmp_path)
    last = frozen(tmp_path)
    newest(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as base, base:
        base.execute("UPDATE runs SET lab = 'autre' WHERE run = ?", (last.name,))
    assert named(newest(tmp_path, lab="essai")) == last.name


def test_grading_again_puts_right_what_is_gone_whatever_the_clock_says(tmp_path: Path) -> None:
    folders = [frozen(tmp_path) for _ in range(3)]
    newest(tmp_path)
    for folder in folders[1:]:
        shutil.rmtree(folder)
    found = newest(tmp_path)
    assert found and [flaw.change for flaw in found.flaws] == [FlawKind.GONE]
    run = make_run([spec("a")], EVENTS, started_at="2020-01-01T00:00:00.000Z")
    again = freeze(run, tmp_path / ".travail" / "run", tmp_path / "sno-01", after=last_number(tmp_path, "sno-01"))
    assert again.number == 4 and named(newest(tmp_path)) == again.id


def test_a_learner_whose_only_run_is_gone_is_still_there(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    newest(tmp_path)
    shutil.rmtree(folder)
    assert [(item.candidate, item.status) for item in newest_folders(tmp_path)] == [("sno-01", Status.MODIFIED)]
    assert [flaw.change for item in all_folders(tmp_path) for flaw in item.flaws] == [FlawKind.GONE]


def test_an_older_run_of_somebody_else_is_theirs(tmp_path: Path) -> None:
    mine = frozen(tmp_path, candidate="sno-02")
    theirs = old(frozen(tmp_path), "20991124T100000000Z-abcdef", candidate="sno-02")
    assert [flaw.change for flaw in read_run_folder(theirs).flaws] == [FlawKind.ELSEWHERE]
    assert named(newest(tmp_path, "sno-02")) == mine.name


@pytest.mark.parametrize("name", ["run.json", "transcript.jsonl"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("kind", ["pipe", "device", "link", "folder"])
def test_what_is_no_file_is_neither_waited_for_nor_followed(tmp_path: Path, name: str, version: int, kind: str) -> None:
    folder = frozen(tmp_path)
    path = (folder if version == 2 else old(folder)) / name
    copy = path.rename(tmp_path / "copie")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(copy if kind == "link" else "/dev/zero")
    found = read_run_folder(path.parent)
    assert [flaw.name for flaw in found.flaws] == [name]


@pytest.mark.parametrize("kind", ["file", "pipe", "link"])
def test_something_called_evidence_is_added_when_there_was_none(tmp_path: Path, kind: str) -> None:
    run = freeze(make_run([spec("a")], EVENTS), tmp_path / ".travail", tmp_path / "sno-01")
    path = tmp_path / "sno-01" / run.id / "evidence"
    {"file": path.touch, "pipe": lambda: os.mkfifo(path), "link": lambda: path.symlink_to("/etc")}[kind]()
    assert [(flaw.name, flaw.change) for flaw in read_run_folder(path.parent).flaws] == [("evidence", FlawKind.ADDED)]


def test_names_that_nobody_can_write_are_shown_otherwise(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    (folder / os.fsdecode(b"\xe9t\xe9.txt")).touch()
    os.mkdir(tmp_path / os.fsdecode(b"\xe9l\xe8ve"))
    found = read_run_folder(folder)
    assert json.dumps([flaw.name for flaw in found.flaws], ensure_ascii=False).encode()
    assert found.sentence().encode() and [item.candidate for item in newest_folders(tmp_path)] == ["sno-01"]


@pytest.mark.parametrize(
    "name", ["0009-20261399T250000Z-0123456789abcdef", "9" * 215 + "-20261124T100000Z-0123456789abcdef", "copie"]
)
def test_odd_names_stop_nobody(tmp_path: Path, name: str) -> None:
    folder = frozen(tmp_path).rename(tmp_path / "sno-01" / name)
    (folder / "run.json").write_text("[" * 200_000, "utf-8")
    found = newest(tmp_path)
    assert found and found.status is Status.MODIFIED
    assert frozen(tmp_path).name in [path.name for path in (tmp_path / "sno-01").iterdir()]


def test_many_changes_are_counted(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    for number in range(200):
        (folder / f"{number}.txt").touch()
    assert len(read_run_folder(folder).sentence()) < 300 and "et 195 autres" in read_run_folder(folder).sentence()


def test_a_number_in_an_older_run_gives_it_no_rank(tmp_path: Path) -> None:
    old(frozen(tmp_path), number=10**30)
    assert [item.run.number for item in newest_folders(tmp_path) if item.run] == [0]


@pytest.mark.parametrize("kind", ["page", "blob", "name", "view"])
def test_an_index_that_is_damaged_inside_is_made_again(tmp_path: Path, kind: str) -> None:
    for number in range(40):
        frozen(tmp_path, candidate=f"sno-{number:02}")
    newest(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as base, base:
        base.execute("PRAGMA journal_mode=DELETE")
        if kind == "blob":
            base.execute("UPDATE runs SET candidate = x'ff', number = 'x' WHERE candidate = 'sno-03'")
        elif kind == "name":
            base.execute("UPDATE runs SET run = x'ff00' WHERE candidate = 'sno-03'")
        elif kind == "view":
            base.execute("ALTER TABLE runs RENAME TO autres")
            base.execute("CREATE VIEW runs AS SELECT * FROM autres")
    if kind == "page":
        with (tmp_path / FILE).open("r+b") as stream:
            stream.seek(4096 * 2)
            stream.write(b"\xff" * 4096)
    assert len(newest_folders(tmp_path)) == 40 and len(all_folders(tmp_path)) == 40


def test_an_index_in_use_is_not_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(tmp_path)
    newest(tmp_path)
    monkeypatch.setattr("etabli.runs.store.WAIT_MS", 50)
    with closing(sqlite3.connect(tmp_path / FILE)) as base:
        base.execute("PRAGMA journal_mode=DELETE")
        base.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UsageProblem, match="attendez sa fin"):
            newest(tmp_path)
    assert newest(tmp_path)


@pytest.mark.parametrize("dead", [True, False])
def test_an_index_that_is_no_file_is_one_sentence(tmp_path: Path, dead: bool) -> None:
    frozen(tmp_path)
    (tmp_path / FILE).unlink(missing_ok=True)
    if dead:
        (tmp_path / FILE).symlink_to(tmp_path / "absent")
    else:
        os.mkfifo(tmp_path / FILE)
    with pytest.raises(UsageProblem, match="n'est pas un fichier"):
        newest(tmp_path)
    assert len(all_folders(tmp_path)) == 1


def test_where_nothing_can_be_written_the_index_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(tmp_path)
    monkeypatch.setattr("etabli.runs.store.os.access", lambda path, mode: False)
    assert newest(tmp_path) and not (tmp_path / FILE).exists()


def test_evidence_is_named_by_its_content(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    one = store.keep("text", "un", "text/plain", b"x")
    two = store.keep("text", "deux", "text/plain", b"x")
    assert one.path == two.path
    assert (tmp_path / one.path).read_bytes() == b"x"
    assert json.loads(json.dumps(one.sha256)) in one.path


@pytest.mark.parametrize(
    "name", ["Index.html", "etabli.sqlite-shm", "ETABLI.sqlite-journal", ".verrou", ".travail", ".."]
)
def test_what_an_output_folder_keeps_for_itself_is_nobodys_name(name: str) -> None:
    assert not is_identifier(name) and is_identifier(f"x{name}")


@pytest.mark.parametrize("name", ["é", "日本", "Léa Martin", "a" * 90])
def test_what_stands_in_for_a_name_is_a_folder_s_and_nobodys_name(name: str) -> None:
    made_up = stand_in(name)
    assert IDENTIFIER.match(made_up) and not is_identifier(made_up) and not is_identifier(made_up.upper())
