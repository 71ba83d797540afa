"""`make test`: every folder of tests is in one phase, every phase runs, and the end says what failed and how long it took."""

from __future__ import annotations

import runpy
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
A_TEST = """
import pytest
def test_passes(): pass
@pytest.mark.parametrize("cas", ["é"])
def test_fails(cas): assert not cas
@pytest.fixture
def broken(): raise OSError
def test_errs(broken): pass
@pytest.mark.skip
def test_waits(): pass
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # none of them is needed, and they are long to read
    return runpy.run_path(str(ROOT / "scripts" / "suite.py"))


def test_every_folder_of_tests_is_in_one_phase(suite: dict[str, Any]) -> None:
    told = sorted(word for words in suite["PHASES"].values() for word in words if word.startswith("tests/"))
    assert told == sorted(
        {f"tests/{path.relative_to(ROOT / 'tests').parts[0]}" for path in ROOT.glob("tests/*/test_*.py")}
    )
    assert not list(ROOT.glob("tests/test_*.py"))


def test_every_phase_runs_and_the_end_tells_all(
    suite: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_un.py").write_text(A_TEST, "utf-8")
    (tmp_path / "test_deux.py").write_text("def test_passes(): pass\n", "utf-8")
    phases = suite["PHASES"]
    phases.clear()
    suite["BESIDE"].clear()
    phases["relecture"] = [sys.executable, "-c", "raise SystemExit(2)"]
    for name in ("un", "deux"):
        phases[name] = [sys.executable, "-m", "pytest", f"test_{name}.py", "-o", "junit_family=xunit1"]
    clock = iter([100.0, 100.0, 107.9, 200.0, 325.0, 400.0, 401.0, 402.5])
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: next(clock))
        assert suite["main"](39.0) == 1
    end = capfd.readouterr().out.replace("\u00a0", " ").splitlines()[-9:]
    assert end[:2] == ["FAILED test_un.py::test_fails[\\xe9]", "ERROR test_un.py::test_errs"]
    assert end[2:8] == [
        "Où les minutes sont passées :",
        "  préparation   1 min 01 s",
        "  relecture     0 min 07 s   en échec",
        "  un            2 min 05 s   en échec",
        "  deux          0 min 01 s",
        "  en tout       6 min 03 s",
    ]
    assert end[8].strip("= ") == "1 failed, 2 passed, 1 skipped, 1 error in 363.50s"


def test_what_a_process_compiled_serves_the_next_one(
    suite: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "pris.py").write_text("")
    subprocess.run([sys.executable, "-c", "import pris"], env=suite["environment"]("unité"), check=True)
    assert [path.name.partition(".")[0] for path in suite["COMPILED"].rglob("pris.*")] == ["pris"]
    assert not (tmp_path / "__pycache__").exists()


def test_what_runs_beside_another_phase_is_told_after_it_and_counts(
    suite: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    phases, beside = suite["PHASES"], suite["BESIDE"]
    phases.clear()
    wait = "import pathlib, time\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.01)\n"
    phases["un"] = [sys.executable, "-c", wait.format("deux") + "print('un'); open('un', 'w'); raise SystemExit(2)"]
    phases["deux"] = [sys.executable, "-c", "open('deux', 'w')\n" + wait.format("un") + "print('deux')"]
    beside.clear()
    beside["deux"] = {19: ["un"]}
    assert suite["main"](time.time()) == 1
    told = capfd.readouterr().out.splitlines()
    assert told[:2] == ["deux", "un"]
    assert [line.split()[0] for line in told if "à côté" in line and "en échec" in line] == ["un"]


@pytest.mark.parametrize(("times", "code", "word"), [(1, 0, "UNSTEADY"), (2, 1, "FAILED")])
@pytest.mark.parametrize("phase", ["conteneurs", "unité"])
def test_what_fails_once_beside_others_is_run_again_and_named(
    suite: dict[str, Any],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    phase: str,
    times: int,
    code: int,
    word: str,
) -> None:
    (tmp_path / "test_un.py").write_text(
        "from pathlib import Path\n"
        "def test_late():\n"
        "    with open('fois', 'a') as made: made.write('.')\n"
        f"    assert len(Path('fois').read_text()) > {times}\n"
    )
    phases = suite["PHASES"]
    phases.clear()
    suite["BESIDE"].clear()
    phases[phase] = [sys.executable, "-m", "pytest", "test_un.py", "-o", "junit_family=xunit1"]
    assert suite["main"](time.time()) == code
    told = capfd.readouterr().out
    assert f"{word} test_un.py::test_late" in told and "  encore " in told
    values = code and phase in suite["ALONE"]
    assert (tmp_path / "fois").read_text() == ".." + "." * values


def test_what_fails_beside_others_tells_its_values_at_the_end(
    suite: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_un.py").write_text("def test_fails(): assert sum((20, 3)) == 24\n")
    phases = suite["PHASES"]
    assert suite["PLAIN"] in phases["unité"] and suite["PLAIN"] not in phases["conteneurs"]
    phases.clear()
    suite["BESIDE"].clear()
    phases["unité"] = [sys.executable, "-m", "pytest", "test_un.py", suite["PLAIN"], "-o", "junit_family=xunit1"]
    assert suite["main"](time.time()) == 1
    told = capfd.readouterr().out
    assert "assert 23 == 24" in told and "FAILED test_un.py::test_fails" in told.splitlines()
