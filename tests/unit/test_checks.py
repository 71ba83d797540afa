"""The author's decorator and the list a lab fixes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers import CHECKS_PY, make_lab

from etabli.exam import Palier, check
from etabli.exam.contract.causes import root_of
from etabli.exam.contract.check import import_grader, load_checks
from etabli.exam.contract.errors import LabError


def test_a_check_is_described_by_its_function(tmp_path: Path) -> None:
    checks = make_lab(tmp_path).checks()
    first, second = checks.specs
    assert (first.id, first.title, first.help) == ("demarre", "L'application démarre.", "Regardez le journal.")
    assert (second.after, second.palier, checks.possible) == (("demarre",), Palier.ESSENTIEL, 5)


@pytest.mark.parametrize("name", ["liste", "check_"])
def test_a_function_that_is_no_check_is_refused(name: str) -> None:
    def function() -> None: ...

    function.__name__ = name
    with pytest.raises(LabError):
        check(points=1, palier="essentiel", competences=["C1.1"])(function)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CHECKS_PY.replace('after=["demarre"]', 'after=["jamais"]'), "jamais"),
        (
            CHECKS_PY + CHECKS_PY.replace("check_demarre", "check_autre").replace("check_liste", "check_de-marre"),
            "importé",
        ),
        ("x = 1", "aucun point"),
        (CHECKS_PY.replace('after=["demarre"]', 'blames=["jamais"]'), r"« liste » \(blames jamais\)"),
        (CHECKS_PY.replace('after=["demarre"]', 'blames=["liste"]'), r"« liste » \(blames liste\)"),
        (CHECKS_PY.replace('after=["demarre"]', 'decisive=True, blames=["demarre"]'), "decisive"),
    ],
)
def test_a_wrong_list_names_the_check(tmp_path: Path, text: str, words: str) -> None:
    lab = make_lab(tmp_path)
    (lab.grader / "checks.py").write_text(text, "utf-8")
    with pytest.raises(LabError, match=words):
        load_checks(lab.grader)


def test_two_labs_never_mix(tmp_path: Path) -> None:
    one = make_lab(tmp_path / "un")
    two = make_lab(tmp_path / "deux")
    (two.grader / "checks.py").write_text(CHECKS_PY.replace("points=2", "points=7"), "utf-8")
    assert (one.checks().possible, two.checks().possible, one.checks().possible) == (5, 10, 5)


def test_lanes_that_need_a_grader_at_once_all_get_it_whole(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    (lab.grader / "variant.py").write_text("import time\ntime.sleep(0.3)\n\ndef make(): ...\n", "utf-8")
    start = threading.Barrier(4)

    def first_use(_lane: int) -> bool:
        start.wait()
        return hasattr(import_grader(lab.grader, "variant"), "make")

    with ThreadPoolExecutor(4) as lanes:
        assert list(lanes.map(first_use, range(4))) == [True] * 4


def test_a_failure_that_is_raised_from_itself_has_no_cause_and_an_end() -> None:
    failure = ValueError("a")
    failure.__cause__ = failure
    assert root_of(failure) is None
