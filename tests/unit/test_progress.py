"""The progress of a batch: no estimate before it means something, and where an interruption leaves things."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from helpers import make_run
from rich.console import Console

from etabli.cli import progress
from etabli.cli.grade import grade_paths
from etabli.cli.progress import Show, interrupted
from etabli.cli.screen import Exit
from etabli.grading.batch import Batch
from etabli.grading.one import Graded
from etabli.grading.works import Done
from etabli.lab.manifest import load_lab
from etabli.reception.collecting import Collected
from etabli.reception.roll_call import Call
from etabli.reception.settling import Settled
from etabli.reception.submission import Deposit

LAB = "page-dynamique"


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


def done(name: str, *, reused: bool = False) -> Done:
    run = make_run((), [], candidate=name, lab=LAB)
    return Done(Graded(run, reused), 1.0)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(progress, "aside", Console(file=stream, width=200))
    return stream


def test_the_first_round_foretells_nothing(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    with Show(6, workers=2) as show:
        clock.now = 40.0
        show(done("a", reused=True))
        show(done("b"))
        assert "reste" not in lines.getvalue()
        show(done("c"))
        assert "reste environ 60 s" in lines.getvalue()  # two in 40 s, three to go
        for name in "def":
            show(done(name))
    assert "reste" not in lines.getvalue().splitlines()[-1]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((3, 14), "Interrompu : 3 vérifiés, 11 restent ; relancez la même commande."),
        ((0, 1), "Interrompu : 0 vérifié, 1 reste ; relancez la même commande."),
    ],
)
def test_an_interruption_says_what_is_left(numbers: tuple[int, int], words: str) -> None:
    assert interrupted(*numbers) == words


def test_an_interrupted_command_shows_no_empty_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deposits = tuple(Deposit(name, tmp_path) for name in ("SNO-01", "SNO-02"))
    collected = Collected(Settled(deposits), Call(LAB, "entrainement"))
    monkeypatch.setattr("etabli.cli.grade.collect", lambda *arguments: collected)
    monkeypatch.setattr("etabli.cli.grade._grade", lambda *arguments: Batch((), 1.0, 1, interrupted=True))
    assert grade_paths(load_lab(LAB), [tmp_path], tmp_path / "out") is Exit.INTERRUPTED
    said = capsys.readouterr()
    assert "Rapport de la classe" not in said.out and "Points" not in said.out
    assert "Interrompu : 0 vérifié, 2 restent ; relancez la même commande." in " ".join(said.err.split())
