"""``grade --suivi json``: what a program reads of a batch while it goes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers import here
from small_class import SmallClass

from etabli.cli.follow import Follow, Form
from etabli.cli.grade import grade_paths
from etabli.cli.screen import Exit
from etabli.exam.contract.errors import SandboxFailure
from etabli.grading.batch import Batch, grade_many
from etabli.lab.manifest import Lab
from etabli.reception.submission import Deposit
from etabli.system.settings import repository

SCHEMA = json.loads((repository() / "docs" / "schemas" / "suivi.schema.json").read_text("utf-8"))


@pytest.fixture
def small(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> SmallClass:
    made = SmallClass(tmp_path)

    def grade(
        _lab: Lab, deposits: list[Deposit], _out: Path, _session: str, _workers: int, fresh: bool, _followed: Form
    ) -> Batch:
        with Follow(len(deposits)) as follow:
            return grade_many(
                made.sandbox, made.plan, deposits, workers=1, fresh=fresh, progress=follow, tell=follow.tell
            )

    monkeypatch.setattr("etabli.cli.grade._grade", grade)
    return made


def follow(small: SmallClass, capsys: pytest.CaptureFixture[str]) -> tuple[Exit, list[dict[str, Any]]]:
    code = grade_paths(small.lab, [small.root / "rendus"], small.plan.out, followed=Form.JSON)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        jsonschema.validate(line, SCHEMA)
    return code, lines


def test_each_line_is_an_object_and_nothing_else_is_on_standard_output(
    small: SmallClass, capsys: pytest.CaptureFixture[str]
) -> None:
    small.deposit("sno-01")
    small.deposit("sno-02", {"index.php": "<?php", "rendu.json": '{"lab": "autre"}'})
    small.sandbox.fail("open_worker", SandboxFailure("le moteur s'est tu"))
    code, (begin, notice, *runs, end) = follow(small, capsys)
    assert (begin["event"], begin["lab"], begin["total"]) == ("begin", "essai", 2)
    assert notice["message"] == "Poste 1 : le moteur s'est tu ; il repart à neuf dans 0 s."
    found = {run["candidate"]: (run["status"], run["earned"], run["possible"], run["reused"]) for run in runs}
    assert found == {"sno-01": ("graded", 5, 5, False), "sno-02": ("rejected", None, None, False)}
    assert [run["n"] for run in runs] == [1, 2] and "TP « autre »" in {r["candidate"]: r for r in runs}["sno-02"][
        "reason"
    ]
    assert all((small.plan.out / run["candidate"] / run["run"] / "run.json").is_file() for run in runs)
    assert (code, end["exit_code"], end["done"], end["interrupted"]) == (Exit.REVIEW, 1, 2, False)
    assert Path(end["results"]).is_file()
    (again,) = [line for line in follow(small, capsys)[1] if line.get("candidate") == "sno-01"]
    assert again["reused"] and again["run"] == {run["candidate"]: run["run"] for run in runs}["sno-01"]


def test_an_interruption_is_told(small: SmallClass, capsys: pytest.CaptureFixture[str]) -> None:
    small.deposit("sno-01")

    def interrupt(_request: bytes) -> bytes:
        raise KeyboardInterrupt

    small.sandbox.on_exam = interrupt
    code, lines = follow(small, capsys)
    assert code is Exit.INTERRUPTED
    assert (lines[-1]["event"], lines[-1]["interrupted"], lines[-1]["exit_code"]) == ("end", True, 130)


def test_a_program_that_hangs_up_stops_nothing() -> None:
    told = "from etabli.cli.follow import write_line\nfor n in range(2000): write_line('notice', message='x' * 999)\n"
    alive = "import sys; print('jusqu au bout', file=sys.stderr)"
    argv = [sys.executable, "-c", told + alive]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == "jusqu au bout\n"
    assert process.returncode == 0


def test_two_things_on_one_output_contradict_each_other(tmp_path: Path) -> None:
    done = here("grade", tmp_path, "--tp", "page-dynamique", "--json", "--suivi", "json")
    assert done.returncode == 2 and "écrivent tous deux sur la sortie : gardez-en un." in done.stderr
