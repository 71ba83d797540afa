"""Kept submissions: taken in again, they are the same submission to the byte."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from deposit_samples import folder, zipped
from helpers import make_run, spec

from etabli.grading.scratch import scratch_folder
from etabli.lab.manifest import Lab
from etabli.reception.intake import take_in
from etabli.reception.kept_submissions import forget_unused, keep, kept_path
from etabli.reception.submission import Submission
from etabli.runs.evidence import write_atomically
from etabli.runs.run import freeze


def tree(root: Path, files: dict[str, bytes], lab: Lab) -> Submission:
    """What intake makes of a folder with these files."""
    return take_in(folder(root, files), lab, root.with_name("arbre"))


PLAIN = {"index.php": b"<?php\r\n", "style/été.css": b"\xef\xbb\xbfbody{}", "data.bin": bytes(range(256))}


@pytest.mark.parametrize(
    "files",
    [
        PLAIN,
        {},
        {f"a/b/c/d/e/f/g/h/{name}": data for name, data in PLAIN.items()},
        {"notes/lisez-moi.txt": b"sans fichier d'entree"},
        {"vendor/autoload.php": b"<?php", "index.php": b"<?php", "vide.txt": b""},
        {"travail/index.php": b"<?php", "travail/[Content_Types].xml": b"<Types/>", "travail/C:/brouillon.txt": b"x"},
        {"vendor/index.php": b"<?php", **{f"vendor/{number}.txt": b"" for number in range(25)}},
    ],
)
def test_what_was_kept_is_taken_in_as_the_same_submission(tmp_path: Path, lab: Lab, files: dict[str, bytes]) -> None:
    submission = tree(tmp_path / "rendu", files, lab)
    path = keep(submission, tmp_path / "out", "SNO-01")
    assert path == kept_path(tmp_path / "out", "SNO-01", submission.sha256)
    again = take_in(path, lab, tmp_path / "relu", as_is=True)
    assert (again.sha256, again.paths) == (submission.sha256, submission.paths)


def test_an_ordinary_one_can_also_be_handed_in_as_it_is(tmp_path: Path, lab: Lab) -> None:
    submission = tree(tmp_path / "rendu", PLAIN, lab)
    path = keep(submission, tmp_path / "out", "SNO-01")
    assert path and take_in(path, lab, tmp_path / "relu").sha256 == submission.sha256


def test_a_zip_that_is_the_work_itself_is_not_opened_the_second_time(tmp_path: Path, lab: Lab) -> None:
    middle = zipped({"dedans.zip": zipped({"index.php": b"<?php"})})
    submission = tree(tmp_path / "rendu", {"milieu.zip": middle}, lab)
    assert submission.paths == ("dedans.zip",)
    path = keep(submission, tmp_path / "out", "SNO-01")
    assert path and take_in(path, lab, tmp_path / "relu", as_is=True).sha256 == submission.sha256


def test_the_same_tree_gives_the_same_bytes_and_is_written_once(tmp_path: Path, lab: Lab) -> None:
    submission = tree(tmp_path / "rendu", PLAIN, lab)
    first = keep(submission, tmp_path / "un", "SNO-01")
    for path in submission.tree.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    second = keep(submission, tmp_path / "deux", "SNO-02")
    assert first and second and first.read_bytes() == second.read_bytes()
    before = first.stat().st_ino
    assert keep(submission, tmp_path / "un", "SNO-01") == first
    assert first.stat().st_ino == before
    assert not list(tmp_path.rglob("*.part"))


def test_a_name_of_another_encoding_is_kept_as_it_was_read(tmp_path: Path, lab: Lab) -> None:
    submission = tree(tmp_path / "rendu", {"index.php": b"<?php", os.fsdecode(b"caf\xe9.txt"): b"x"}, lab)
    again = take_in(keep(submission, tmp_path / "out", "SNO-01"), lab, tmp_path / "encore", as_is=True)
    assert again.paths == ("café.txt", "index.php") and again.sha256 == submission.sha256


def test_what_no_run_examined_is_forgotten(tmp_path: Path, lab: Lab) -> None:
    out = tmp_path / "out"
    kept = [kept_path(out, "SNO-01", digit * 64) for digit in "ab"]
    for path in kept:
        write_atomically(path, b"zip")
    run = make_run([spec("a")], [], candidate="SNO-01")
    freeze(replace(run, submission_sha256="a" * 64), tmp_path / "atelier", out / "SNO-01")
    other = kept_path(out, "SNO-02", "c" * 64)
    write_atomically(other, b"zip")
    with scratch_folder(out, "suivante"):
        assert [path.is_file() for path in (*kept, other)] == [True, False, False], "a killed batch kept the others"


def test_what_an_unreadable_run_may_have_examined_is_kept(tmp_path: Path, lab: Lab) -> None:
    out, path = tmp_path / "out", kept_path(tmp_path / "out", "SNO-01", "b" * 64)
    write_atomically(path, b"zip")
    frozen = freeze(make_run([spec("a")], [], candidate="SNO-01"), tmp_path / "atelier", out / "SNO-01")
    next(iter(out.glob("SNO-01/*/run.json"))).write_text("{", "utf-8")
    forget_unused(out, "SNO-01")
    assert path.is_file() and frozen
