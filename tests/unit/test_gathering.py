"""Which paths are one submission, which are a class."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.reception.gathering import Reading, gather, wrapped
from etabli.reception.settling import settle_without_class
from etabli.reception.submission import Deposit


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "rendus").mkdir()
    return tmp_path / "rendus"


def site(path: Path, entry: str = "index.php") -> Path:
    (path / entry).parent.mkdir(parents=True, exist_ok=True)
    (path / entry).write_text("<?php")
    return path


def found(paths: list[Path], lab: Lab, reading: Reading = Reading.GUESS) -> tuple[Deposit, ...]:
    return settle_without_class(gather(paths, lab, reading, Path("/nulle-part")).dropped).deposits


def names(deposits: tuple[Deposit, ...]) -> list[str]:
    return [deposit.candidate for deposit in deposits]


@pytest.mark.parametrize("entry", ["index.php", "public/index.php", "app.py", "rendu.json", "mon site/index.php"])
def test_a_folder_with_an_entry_is_one_submission(top: Path, lab: Lab, entry: str) -> None:
    assert names(found([site(top / "sno-07", entry)], lab)) == ["sno-07"]


def test_any_other_folder_is_a_class(top: Path, lab: Lab) -> None:
    site(top / "b")
    (top / "a").mkdir()
    with zipfile.ZipFile(top / "c.zip", "w") as made:
        made.writestr("index.php", "<?php")
    (top / "liste.csv").write_text("nom")
    (top / ".git").mkdir()
    assert names(found([top], lab)) == ["a", "b", "c"]


def test_a_folder_that_holds_one_learner_is_a_doubt(top: Path, lab: Lab) -> None:
    site(top / "sno-09")
    assert wrapped(top, lab) == "sno-09" and wrapped(top / "sno-09", lab) is None
    site(top.parent / "sno-07" / "site")
    assert wrapped(top.parent / "sno-07", lab) is None, "a folder of the work itself"
    site(top / "sno-10")
    assert wrapped(top, lab) is None, "two learners are a class"


def test_the_user_may_insist(top: Path, lab: Lab) -> None:
    site(top)
    site(top / "a")
    assert names(found([top], lab)) == ["rendus"]
    assert names(found([top], lab, Reading.CLASS)) == ["a"]
    assert names(found([top / "a"], lab, Reading.ONE)) == ["a"]


def test_an_odd_name_is_a_problem_of_that_deposit_only(top: Path, lab: Lab) -> None:
    site(top / "Léa Martin")
    site(top / "sno-01")
    first, second = found([top], lab)
    assert (first.candidate, second.candidate) == ("Lea-Martin", "sno-01")
    assert first.problem and "n'est pas un identifiant" in first.problem
    assert second.problem is None


def test_what_is_no_identifier_takes_nobody_s_place(top: Path, lab: Lab) -> None:
    site(top / "sno-01")
    for odd in ("sno-01é", "sno-01 ", "sno-01è"):
        (top / odd).mkdir()
        (top / odd / "note.md").write_text(odd)
    deposits = found([top], lab)
    assert [one.source.name for one in deposits if not one.problem] == ["sno-01"]
    assert len({one.candidate for one in deposits}) == 4


def test_one_name_like_moodle_s_makes_no_download_of_a_class(top: Path, lab: Lab) -> None:
    for name in ("sno-01", "sno-02", "x_4711_assignsubmission_file_"):
        site(top / name)
    assert names(found([top], lab, Reading.CLASS)) == ["sno-01", "sno-02", "x_4711_assignsubmission_file_"]
    for number in range(4):
        site(top / f"Léa_{number}_assignsubmission_file_")
    assert gather([top], lab, Reading.CLASS, top.parent).moodle, "most of them: a download, and a latecomer beside"


def test_two_different_ones_with_one_name_are_left_out_and_the_rest_goes_on(top: Path, lab: Lab) -> None:
    site(top / "sno-01")
    (top / "sno-01.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    site(top / "sno-02")
    assert names(found([top], lab)) == ["sno-02"]


def test_the_same_work_twice_counts_once(top: Path, lab: Lab) -> None:
    site(top / "sno-01")
    with zipfile.ZipFile(top / "SNO-01.zip", "w") as made:
        made.writestr("mon site/index.php", "<?php")
    assert len(found([top], lab)) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.rar", "est une archive .rar (WinRAR) : sous Windows, ouvrez-la, puis"),
        ("a.7z", "« a.7z » est une archive .7z (7-Zip)"),
        ("a.xz", "« a.xz » est une archive .xz (xz)"),
        ("a.zst", "« a.zst » est une archive .zst (Zstandard)"),
        ("a.tar.zst", "« a.tar.zst » est une archive .zst (Zstandard)"),
        ("a.TXZ", "« a.TXZ » est une archive .TXZ (xz)"),
        ("a.zip", "n'est pas une archive"),
    ],
)
def test_other_archives_get_advice(top: Path, lab: Lab, name: str, words: str) -> None:
    (top / name).write_bytes(b"Rar!")
    (deposit,) = found([top], lab)
    assert deposit.candidate == "a"
    assert deposit.problem and words in deposit.problem
    assert "Compresser dans un fichier ZIP" in deposit.problem


def test_the_same_path_twice_counts_once(top: Path, lab: Lab) -> None:
    site(top / "a")
    assert names(found([top / "a", top / "a"], lab)) == ["a"]


@pytest.mark.parametrize("path", ["absent", ""])
def test_nothing_there_is_a_usage_problem(top: Path, lab: Lab, path: str) -> None:
    with pytest.raises(UsageProblem):
        found([top / path], lab)


def test_a_double_suffix_belongs_to_the_archive(top: Path, lab: Lab) -> None:
    (top / "sno-07.tar.gz").write_bytes(b"\x1f\x8b")
    assert names(found([top], lab)) == ["sno-07"]
