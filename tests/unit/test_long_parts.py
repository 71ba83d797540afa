"""The parts of ``make test-long``: disjoint, complete, as long as each other; which are green for what the code is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import helpers
import pytest

from etabli.grading.matrix.fairness import Count, Fairness

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import essais_longs

    monkeypatch.setattr(essais_longs, "made_of", lambda lab: {"pack": f"pack de {lab}"})
    monkeypatch.setattr(essais_longs, "made_of_tests", lambda: "tests")
    yield essais_longs


@pytest.fixture(scope="module")
def work() -> list[Any]:
    """The real work, read once: a new Python reads it the same."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import essais_longs

    sys.path.pop(0)
    return essais_longs.jobs()


@pytest.mark.parametrize("among", [1, 2, 3, 4])
def test_parts_are_disjoint_complete_and_balanced(long: Any, work: list[Any], among: int) -> None:
    parts = long.cut(work, among)
    assert [job for part in parts for job in part.jobs] == work
    assert len(set(work)) == len(work)
    lengths = [sum(job.seconds for job in part.jobs) for part in parts]
    longest = max(job.seconds for job in work)
    assert max(lengths) - min(lengths) <= 2 * longest
    assert parts == long.cut(list(work), among)


def test_each_part_takes_less_than_an_hour_and_tries_every_seed_of_a_lab(long: Any, work: list[Any]) -> None:
    parts = long.cut(work, long.PARTS)
    assert all(sum(job.seconds for job in part.jobs) < 3600 for part in parts)
    assert [folder for part in parts for folder in part.others] == [*long.FOLDERS_SECONDS]
    whole = {(*batch, name) for part in parts for batch, names in part.batches.items() for name in names}
    assert whole == {
        (lab, seed, name)
        for lab in long.SECONDS
        for seed in long.SEEDS
        for name in long.load_specimens(long.load_lab(lab))
    }
    again = [(lab, number) for lab in long.SECONDS for number in range(1, long.REPETITIONS + 1)]
    assert sorted(again) == sorted(one for part in parts for one in part.repetitions)
    assert sorted(lab for part in parts for lab in part.tables) == sorted(long.SECONDS)


def test_who_is_killed_beside_busy_cores_leaves_nothing_at_work() -> None:
    inside = "import essais_longs, os\nwith essais_longs.busy_cores():\n  os.kill(os.getpid(), 9)"
    argv = [sys.executable, "-c", inside]
    ended = subprocess.run(argv, cwd=ROOT / "scripts", stdout=subprocess.PIPE, timeout=60, check=False)
    assert ended.returncode == -9, "and what it had started has closed our pipe too"


def test_every_lab_has_a_measured_cost(long: Any, work: list[Any]) -> None:
    assert {job.lab for job in work} == {long.OTHERS, *long.SECONDS}


@pytest.mark.parametrize("name", ["0/5", "6/5", "2", "a/b", "1/5/2", ""])
def test_a_part_that_is_none_is_told(long: Any, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert long.main([name]) == 2
    assert f"« {name} » n'est pas une partie" in capsys.readouterr().err


@pytest.fixture
def parts(long: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Two small parts, of which the second one has no other tests, with their summaries in a place of their own."""
    jobs = [
        long.Job(long.OTHERS, 0, "unité", 2.0),
        *(long.Job("essai", 10, name, 0.5) for name in ("juste", "faux")),
        long.Job("essai", 0, long.TABLE, 1.0),
        *(long.Job("essai", number, long.AGAIN, 0.5) for number in (1, 2)),
    ]
    monkeypatch.setattr(long, "repository", lambda: tmp_path)
    monkeypatch.setattr(long, "jobs", lambda: jobs)
    monkeypatch.setattr(long, "PARTS", 2)
    monkeypatch.setattr(long, "matrix", lambda lab, seed, names: [])
    monkeypatch.setattr(long, "again", lambda lab, number: [])
    monkeypatch.setattr(long, "table", lambda lab: Fairness(lab, (), Count(19, 20), Count(49, 50), ()))
    monkeypatch.setattr(long, "other_tests", lambda folder: True)
    return list(long.cut(jobs, 2))


def test_the_release_gate_wants_every_part(long: Any, parts: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert long.main(["1/2"]) == 0
    assert long.main(["--bilan"]) == 4
    said = capsys.readouterr().err
    assert "✓ 1/2 verte le" in said and "✗ 2/2 manque" in said
    assert "Il manque : make test-long PARTIE=2/2" in said
    assert long.main([]) == long.main(["--bilan"]) == 0
    assert "Toutes les parties sont vertes" in capsys.readouterr().err


def test_a_part_is_green_for_one_state_only(long: Any, parts: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert long.main([]) == 0
    monkeypatch.setattr(long, "made_of_tests", lambda: "autres tests")
    assert [long.verdict(part).green for part in parts] == [False, True]
    monkeypatch.setattr(long, "made_of", lambda lab: {"pack": "autre"})
    assert [long.verdict(part).green for part in parts] == [False, False]
    assert long.verdict(parts[1]).words.startswith("à refaire, quelque chose a changé depuis le ")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"deviations": ["essai, faux : liste"]}, "essai, faux : liste"),
        ({"failures": ["tests/unit"]}, "des essais de tests/unit ont"),
        ({"tables": ["essai : 18/20 mutants"]}, "essai : 18/20 mutants"),
    ],
)
def test_what_is_wrong_is_told(long: Any, parts: list[Any], facts: dict[str, Any], words: str) -> None:
    long.main([])
    path = parts[0].file
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | facts), "utf-8")
    green, said = long.verdict(parts[0])
    assert not green and words in said
    assert long.main(["--bilan"]) == 4


def test_a_table_below_its_bounds_is_red(long: Any, parts: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert parts[1].tables == ["essai"] and long.main(["2/2"]) == 0
    monkeypatch.setattr(long, "table", lambda lab: Fairness(lab, (), Count(19, 20), Count(48, 50), ()))
    assert long.main(["2/2"]) == 4
    assert "essai : En tout, 19/20 mutants sont vus" in long.verdict(parts[1]).words


def test_a_verdict_that_is_another_once_in_a_repetition_is_red(
    long: Any, parts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (gap, run) = (SimpleNamespace(check="liste"), SimpleNamespace(lab="essai"))
    row = SimpleNamespace(reused=False, run=run, specimen=SimpleNamespace(name="juste"), deviations=(gap,))
    monkeypatch.setattr(long, "again", lambda lab, number: [row] if number == 2 else [])
    assert parts[1].repetitions[-1] == ("essai", 2) and long.main(["2/2"]) == 4
    assert "essai, juste : liste" in long.verdict(parts[1]).words


def test_a_part_that_is_stopped_says_how_to_go_on(
    long: Any, parts: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(folder: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(long, "other_tests", stopped)
    assert long.main(["1/2"]) == 130
    assert "relancez la commande pour la suite" in capsys.readouterr().err
    assert not parts[0].file.exists()


def test_other_tests_run_whole_with_what_make_test_leaves_out_and_once(
    long: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ETABLI_ESSAIS_LONGS", raising=False)
    monkeypatch.setattr(long, "repository", lambda: tmp_path)
    asked: list[tuple[list[str], dict[str, str]]] = []
    codes = dict.fromkeys(long.FOLDERS_SECONDS, 1)

    def run(argv: list[str], *, env: dict[str, str], **_options: Any) -> SimpleNamespace:
        asked.append((argv, env))
        return SimpleNamespace(returncode=next(code for folder, code in codes.items() if folder in argv))

    monkeypatch.setattr(long.subprocess, "run", run)
    assert not any(long.other_tests(folder) for folder in long.FOLDERS_SECONDS)
    assert helpers.volume(1, 9) == 1
    for argv, env in asked:
        assert argv[-2:] == ["-m", ""] and argv[:3] == [sys.executable, "-m", "pytest"]
        monkeypatch.setenv("ETABLI_ESSAIS_LONGS", env["ETABLI_ESSAIS_LONGS"])
        assert helpers.volume(1, 9) == 9
    folders = {word for argv, _env in asked for word in argv if word.startswith("tests/")}
    assert folders == {f"tests/{path.parent.name}" for path in ROOT.glob("tests/*/test_*.py")} - {"tests/matrix"}
    codes["tests/unit"] = 0
    assert long.other_tests("tests/unit") and long.other_tests("tests/unit")
    assert len(asked) == len(codes) + 1, "what passed is not run again"
    monkeypatch.setattr(long, "made_of_tests", lambda: "others")
    assert long.other_tests("tests/unit") and len(asked) == len(codes) + 2
