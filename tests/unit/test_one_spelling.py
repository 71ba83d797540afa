"""« sno-07 » one day and « SNO-07 » the next: one person, one row, and no run lost on the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_class import SmallClass

from etabli.cli.collect import collect
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.variant import Purpose, Seat
from etabli.reception.collecting import Collected, Whom
from etabli.reception.gathering import Reading
from etabli.reception.hand_in import HandInState
from etabli.reception.submission import Deposit
from etabli.roster.roster import Roster
from etabli.runs import run as runs
from etabli.runs.folder import read_run_folder
from etabli.runs.run import Run, run_folders
from etabli.runs.store import Store, all_folders, newest_folders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Week(SmallClass):
    """Days on which folders are dropped and graded, each at its hour."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(root)
        self.day, self.patch = 0, patch
        patch.setattr("etabli.grading.record.now", lambda: MONDAY + timedelta(days=self.day))

    def dropped(self, *names: str, page: str = "<?php", whom: Whom | None = None) -> Collected:
        """What came in under these names, one folder each."""
        self.day += 1
        top = self.root / f"jour-{self.day}"
        for name in names:
            (top / name).mkdir(parents=True)
            (top / name / "index.php").write_text(page)
        paths = [top / name for name in names]
        return collect(self.lab, paths, self.plan.out, "entrainement", Reading.ONE, whom or Whom(), self.root)

    def run(self, *names: str, page: str = "<?php", whom: Whom | None = None) -> list[Run]:
        collected = self.dropped(*names, page=page, whom=whom)
        done = self.grade(*collected.settled.deposits)
        collected.note(self.plan.out)
        return [one.graded.run for one in done.done]

    @property
    def counted(self) -> dict[str, str]:
        """Which run counts, by candidate."""
        return {folder.candidate: folder.run.id for folder in newest_folders(self.plan.out) if folder.run}


@pytest.fixture
def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Week:
    return Week(tmp_path, monkeypatch)


def frozen(out: Path) -> dict[str, bytes]:
    """Every byte of every run, by the path in its run folder."""
    folders = [folder for home in out.iterdir() if home.is_dir() for folder in run_folders(home)]
    return {
        f"{folder.name}/{path.relative_to(folder)}": path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def split(week: Week, *, first: int, second: int) -> None:
    """What an older Établi left: runs under « sno-07 », then runs under « SNO-07 », each numbered from 1."""
    with week.patch.context() as older:
        older.setattr("etabli.grading.record.last_number", lambda *_of: 0)
        for name, times in (("sno-07", first), ("SNO-07", second)):
            for _turn in range(times):
                week.day += 1
                folder = week.root / "rendus" / name
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "index.php").write_text(f"<?php // {week.day}")
                week.grade(Deposit(name, folder))


@pytest.mark.parametrize(("first", "second"), [("sno-07", "SNO-07"), ("SNO-07", "sno-07"), ("Zoe", "ZOE")])
def test_another_case_the_next_day_is_the_same_row(week: Week, first: str, second: str) -> None:
    (before,) = week.run(first)
    (after,) = week.run(second, page="<?php echo 2;")
    assert week.counted == {first: after.id} and (before.number, after.number) == (1, 2)
    assert after.seed_fingerprint == before.seed_fingerprint
    assert [path.name for path in week.plan.out.iterdir() if path.is_dir() and path.name.lower() == first.lower()] == [
        first
    ]


def test_the_same_work_in_another_case_stands(week: Week) -> None:
    (before,) = week.run("sno-07")
    collected = week.dropped("SNO-07")
    (done,) = week.grade(*collected.settled.deposits).done
    assert done.graded.reused and done.graded.run.id == before.id


def test_no_seed_has_changed(week: Week) -> None:
    seeds = {Seat(week.lab, name).seed(bytes(32), Purpose.EVALUATION).hex() for name in ("sno-07", "SNO-07")}
    assert len(seeds) == 1


def test_hand_ins_noted_in_one_case_are_found_in_the_other(week: Week) -> None:
    deadline = Whom(deadline=MONDAY + timedelta(days=30))
    week.run("sno-07", whom=deadline)
    week.run("SNO-07", "sno-08", page="<?php echo 2;", whom=deadline)
    hand_ins = week.dropped("sno-08", whom=deadline).note(week.plan.out)
    assert hand_ins is not None and sorted(hand_ins.by_candidate()) == ["sno-07", "sno-08"]


def test_two_cases_on_one_day_are_one_person(week: Week, roster: Roster) -> None:
    assert [one.candidate for one in week.dropped("sno-07", "SNO-07").settled.deposits] == ["sno-07"]
    week.day += 1
    other = week.root / "autre" / "SNO-01"
    other.mkdir(parents=True)
    (other / "index.php").write_text("<?php echo 'autre';")
    mine = week.root / "rendus" / "sno-01"
    mine.mkdir(parents=True)
    (mine / "index.php").write_text("<?php")
    for whom in (Whom("SNO"), Whom()):
        with pytest.raises(UsageProblem, match="Deux rendus différents"):
            collect(week.lab, [mine, other], week.plan.out, "entrainement", Reading.ONE, whom, week.root)


def test_a_class_finds_the_runs_made_before_it_was_known(
    week: Week, roster: Roster, capsys: pytest.CaptureFixture[str]
) -> None:
    (before,) = week.run("sno-01")
    kept = frozen(week.plan.out)
    week.run("sno-02", whom=Whom("SNO"))
    said = "« sno-01 » et « SNO-01 » sont la même personne : ses vérifications sont réunies sous « SNO-01 »."
    assert said in capsys.readouterr().err
    assert week.counted.keys() == {"SNO-01", "SNO-02"} and week.counted["SNO-01"] == before.id
    hand_ins = week.dropped("SNO-02", whom=Whom("SNO")).note(week.plan.out)
    assert hand_ins is not None and hand_ins.by_candidate()["SNO-01"].state is HandInState.HANDED_IN
    assert "sno-01" not in hand_ins.by_candidate()
    assert kept.items() <= frozen(week.plan.out).items(), "not a byte of a run has changed"
    assert [one.run is not None for one in all_folders(week.plan.out)] == [True, True]


def test_a_class_s_learner_goes_on_where_they_were(week: Week, roster: Roster) -> None:
    (before,) = week.run("sno-01")
    (again,) = week.run("Sno-01", whom=Whom("SNO"))
    assert again.id == before.id, "the same work stands"
    (after,) = week.run("SNO-1", page="<?php echo 2;", whom=Whom("SNO"))
    assert (after.number, week.counted) == (2, {"SNO-01": after.id})
    assert len(list((week.plan.out / "SNO-01" / "rendus").iterdir())) == 2, "kept submissions came along"


def test_two_rows_of_before_become_one(week: Week) -> None:
    split(week, first=1, second=2)
    kept = frozen(week.plan.out)
    assert len(week.counted) == 2
    latest = week.counted["SNO-07"]
    week.run("sno-08")
    assert week.counted["SNO-07"] == latest and week.counted.keys() == {"SNO-07", "sno-08"}
    assert kept.items() <= frozen(week.plan.out).items() and len(run_folders(week.plan.out / "SNO-07")) == 3
    assert not (week.plan.out / "sno-07").exists()


def test_an_older_run_with_a_greater_number_never_hides_the_latest(week: Week) -> None:
    split(week, first=3, second=1)
    kept, before = frozen(week.plan.out), week.counted
    week.run("sno-08")
    assert before.items() <= week.counted.items(), "nothing is moved: the third run of « sno-07 » would come last"
    (after,) = week.run("sno-07", page="<?php echo 'fin';")
    assert (after.candidate, after.number) == ("SNO-07", 4)
    week.run("sno-08")
    assert week.counted["SNO-07"] == after.id and "sno-07" not in week.counted
    assert kept.items() <= frozen(week.plan.out).items()


def test_what_is_gone_is_not_forgotten_by_a_move(week: Week) -> None:
    split(week, first=2, second=3)
    (gone, _other) = run_folders(week.plan.out / "sno-07")
    for path in sorted(gone.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    gone.rmdir()
    week.run("sno-08")
    assert (week.plan.out / "sno-07").is_dir()


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("number", "leurs numéros ne suivent pas leurs dates, et la réunion cacherait la plus récente"),
        ("gone", "« sno-07 » a perdu 1 vérification, ce que la réunion cacherait"),
        ("link", "« sno-07 » est un lien"),
        ("file", "« note.txt » est dans les deux dossiers"),
    ],
)
def test_two_rows_that_stay_two_are_said_and_why(
    week: Week, capsys: pytest.CaptureFixture[str], case: str, why: str
) -> None:
    split(week, first=3 if case == "number" else 2, second=1 if case == "number" else 3)
    old, new = week.plan.out / "sno-07", week.plan.out / "SNO-07"
    if case == "gone":
        shutil.rmtree(run_folders(old)[0])
    elif case == "link":
        old.rename(week.root / "ailleurs")
        old.symlink_to(week.root / "ailleurs")
    elif case == "file":
        for home in (old, new):
            (home / "note.txt").write_text(home.name)
    before = everything(week.plan.out)
    capsys.readouterr()
    week.dropped("sno-08")
    said = " ".join(capsys.readouterr().err.split())
    assert f"« sno-07 » et « SNO-07 » sont la même personne, mais font encore deux lignes : {why}. Gardez" in said
    assert "sortez l'autre dossier de" in said and "sont réunies" not in said
    assert everything(week.plan.out) == before


def everything(folder: Path) -> dict[str, bytes]:
    """All but the index, which only reading makes anew."""
    paths = [path for path in folder.rglob("*") if not path.name.startswith("etabli.sqlite")]
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in paths}


@pytest.mark.parametrize("after", [1, 3, "rmdir"])
def test_a_move_that_fails_half_way_is_undone(week: Week, capsys: pytest.CaptureFixture[str], after: int | str) -> None:
    split(week, first=2, second=3)
    for name in ("sno-07", "SNO-07"):  # both kept the same once
        (week.plan.out / name / "rendus" / f"{'a' * 16}.zip").write_text("le même")
    before, moved = everything(week.plan.out), []

    def replace(path: Path, target: Path, real: Callable[[Path, Path], None] = os.replace) -> None:
        if "SNO-07" in target.parts:
            moved.append(path)
            if len(moved) == after:
                raise PermissionError(path)
        real(path, target)

    def rmdir(path: Path, real: Callable[[Path], None] = Path.rmdir) -> None:
        if path.name == "sno-07" and after == "rmdir":
            raise PermissionError(path)
        real(path)

    with week.patch.context() as broken:
        broken.setattr("etabli.runs.store.os.replace", replace)
        broken.setattr(Path, "rmdir", rmdir)
        week.dropped("sno-08")
    assert "deux lignes : l'un des deux dossiers ne se laisse pas écrire." in " ".join(capsys.readouterr().err.split())
    assert moved and everything(week.plan.out) == before
    week.dropped("sno-08")
    assert not (week.plan.out / "sno-07").exists() and len(run_folders(week.plan.out / "SNO-07")) == 5


def test_a_disk_on_which_both_cases_are_one_folder_keeps_no_row_of_the_former(
    week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WSL's /mnt/c: after the rename, « sno-07 » is still found, and is the same folder."""
    (before,) = week.run("sno-07")
    (week.plan.out / "sno-07").rename(week.plan.out / "SNO-07")
    real = Path.is_dir
    monkeypatch.setattr(Path, "is_dir", lambda path: real(path) or (path.name == "sno-07" and real(path.parent)))
    assert [(one.candidate, one.run and one.run.id) for one in newest_folders(week.plan.out)] == [("SNO-07", before.id)]
    assert [one.candidate for one in all_folders(week.plan.out)] == ["SNO-07"]
    store = Store(week.plan.out)
    assert store.candidates() == ["SNO-07"]
    store.close()


def test_a_run_that_was_changed_is_told_after_a_move_too(week: Week, roster: Roster) -> None:
    week.run("sno-01")
    (folder,) = run_folders(week.plan.out / "sno-01")
    (folder / "transcript.jsonl").write_text("{}")
    week.run("sno-02", whom=Whom("SNO"))
    (moved,) = run_folders(week.plan.out / "SNO-01")
    assert read_run_folder(moved).run is None
    assert "SNO-01" not in week.counted


def test_the_run_of_another_is_still_another_s(week: Week) -> None:
    week.run("sno-07")
    (folder,) = run_folders(week.plan.out / "sno-07")
    (week.plan.out / "SNO-08").mkdir()
    folder.rename(week.plan.out / "SNO-08" / folder.name)
    found = read_run_folder(week.plan.out / "SNO-08" / folder.name)
    assert found.run is None and "est la vérification de « sno-07 »" in found.sentence()
    assert runs.name_of(folder).known
