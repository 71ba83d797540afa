"""Which paths are one submission, which are a class."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from deposit_samples import zipped

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.reception.gathering import Reading, gather
from etabli.reception.settling import settle_without_class
from etabli.reception.shape import doubt
from etabli.reception.submission import Deposit
from etabli.runs.identifier import nearest_identifier, stand_in


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
    said = doubt(top, lab)
    assert said and "ne contient que « sno-09 »" in said and "« --dossier-de-classe »" in said
    assert not doubt(top / "sno-09", lab)
    site(top.parent / "sno-07" / "site")
    assert not doubt(top.parent / "sno-07", lab), "a folder of the work itself"
    site(top / "sno-10")
    assert not doubt(top, lab), "two learners are a class"


@pytest.mark.parametrize("other", ["sno-01/index.php", "sno-01/mon site/index.php", "sno-01/rendu.json", "sno-01.rar"])
@pytest.mark.parametrize("top_of_all", ["", "classe/"])
def test_no_learner_s_name_makes_one_submission_of_a_class(top: Path, lab: Lab, other: str, top_of_all: str) -> None:
    """A folder called as that of an entry file, beside others' works: nothing is examined before somebody says."""
    where = top / top_of_all
    site(where / "public")
    site(where, other)
    with pytest.raises(UsageProblem, match=f"relancez sur « {where} » avec « --dossier-de-classe »") as asked:
        found([top], lab)
    assert doubt(top, lab) is None, "nothing is taken for anything"
    assert "« public/index.php »" in str(asked.value) and "« --un-seul »" in str(asked.value)
    assert f"« {other.partition('/')[0]} »" in str(asked.value)
    assert names(found([where], lab, Reading.CLASS)) == ["public", "sno-01"]
    assert len(found([top], lab, Reading.ONE)) == 1


def test_one_submission_that_may_be_a_class_is_said_to_be_taken_for_one(top: Path, lab: Lab) -> None:
    site(top, "public/index.php")
    assert not doubt(top, lab)
    site(top, "src/outils.php")
    assert "contient aussi « src »" in (doubt(top, lab) or ""), (
        "works that are none of this lab, or a folder of the work"
    )
    assert names(found([top], lab)) == ["rendus"]
    own = site(top.parent / "sno-07")
    (own / "inc").mkdir()
    (own / "inc" / "base.php").write_text("<?php")
    assert not doubt(own, lab) and not doubt(own.parent / "sno-07", lab), "an ordinary site"
    said = doubt(site(own, "admin/index.php"), lab)
    assert said and "contient aussi « admin »" in said and "rangez d'abord « index.php »" in said
    assert names(found([own], lab)) == ["sno-07"]
    wrapped = site(top.parent / "sno-08" / "site")
    (wrapped / "inc").mkdir()
    (wrapped / "inc" / "base.php").write_text("<?php")
    assert not doubt(top.parent / "sno-08", lab)
    (top.parent / "sno-08" / "sno-09").mkdir()
    assert "« site » et « sno-09 »" in (doubt(top.parent / "sno-08", lab) or ""), "who handed in an empty folder"


def test_a_link_to_all_the_disk_is_not_looked_through(top: Path, lab: Lab) -> None:
    site(top / "sno-01")
    (top / "sno-02").symlink_to("/")
    assert "« sno-01 » et « sno-02 »" in (doubt(top, lab) or ""), "as an empty folder"


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
    assert (first.candidate.rpartition("-")[0], second.candidate) == ("Lea-Martin-a-renommer", "sno-01")
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


@pytest.mark.parametrize("odd", ["日本", "Léa Martin", "sno-01é"])
def test_a_name_that_is_made_up_is_nobody_s_whoever_bears_what(top: Path, lab: Lab, odd: str) -> None:
    made_up = {"Sno-01", stand_in(odd), stand_in(odd).upper(), nearest_identifier(odd), stand_in(stand_in(odd))}
    for name in (odd, *made_up):
        site(top / name)
        (top / name / "note.md").write_text(name)
    together = found([top], lab)
    assert len({one.candidate.lower() for one in together}) == len(made_up) + 1
    assert {one.source.name for one in together} == {odd, *made_up}
    (alone,) = found([top / odd], lab)
    assert alone in together, "the same name whoever is there, so that it never takes the place of a former run"


def test_one_name_like_moodle_s_makes_no_download_of_a_class(top: Path, lab: Lab) -> None:
    for name in ("sno-01", "sno-02", "x_4711_assignsubmission_file_"):
        site(top / name)
    assert names(found([top], lab, Reading.CLASS)) == ["sno-01", "sno-02", "x_4711_assignsubmission_file_"]
    for number in range(4):
        site(top / f"Léa_{number}_assignsubmission_file_")
    assert gather([top], lab, Reading.CLASS, top.parent).moodle, "most of them: a download, and a latecomer beside"


def test_two_different_ones_with_one_name_are_left_out_and_the_rest_goes_on(top: Path, lab: Lab) -> None:
    site(top / "sno-01")
    with zipfile.ZipFile(top / "sno-01.zip", "w") as made:
        made.writestr("index.php", "<?php // plus tard")
    site(top / "sno-02")
    assert names(found([top], lab)) == ["sno-02"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("sno-01.tar.gz", b"\x1f\x8b", "est une archive .gz (gzip)"),
        ("SNO-01.zip", b"bonjour", "n'est pas une archive .zip lisible"),
        ("sno-01-essai.zip", b"PK\x05\x06" + bytes(18), "est vide"),
        ("sno-01.zip", zipped({"../index.php": b"<?php"}), "le chemin dangereux « ../index.php »"),
    ],
)
def test_what_cannot_be_examined_costs_its_neighbour_nothing(
    top: Path, lab: Lab, name: str, content: bytes, why: str
) -> None:
    site(top / "sno-01")
    (top / name).write_bytes(content)
    settled = settle_without_class(gather([top], lab, Reading.GUESS, Path("/nulle-part")).dropped)
    assert [one.source.name for one in settled.deposits] == ["sno-01"]
    assert [one.source.name for one in settled.left] == [name]
    (said,) = settled.doubtful
    assert f"« {name} » est laissé de côté" in said and "« sno-01 », du même élève" in said and why in said


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
