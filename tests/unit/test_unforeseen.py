"""What no sentence was written for never becomes a traceback on a teacher's screen."""

from __future__ import annotations

import errno
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import OperationalError

import pytest
import typer

from etabli.cli.screen import Exit, guarded
from etabli.exam.contract.errors import EtabliError, UsageProblem
from etabli.system.disk import is_full


@pytest.fixture(autouse=True)
def handler_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("ETABLI_DEBUG", raising=False)
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


def end(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Runs a command that raises; returns the exit code and what was said."""

    @guarded
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        command()
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return ended.value.exit_code, " ".join(said.split())


def test_a_mistake_of_ours_is_one_sentence_and_a_file(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, said = end(KeyError("prix"), capsys)
    (kept,) = (home / "journaux").iterdir()
    assert code == Exit.UNFORESEEN == 70
    assert said.startswith("✗ Erreur inattendue d'Établi (KeyError : 'prix')")
    assert str(kept) in said.replace(" ", "") or str(kept) in said
    assert "Traceback" in kept.read_text("utf-8") and "raise error" in kept.read_text("utf-8")
    assert "Python" in kept.read_text("utf-8").splitlines()[0]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "journaux").stat().st_mode) == 0o700


def test_markup_and_control_characters_in_it_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    _code, said = end(ValueError("[bold]\x1b[2J"), capsys)
    assert "\x1b" not in said and "[bold]" in said


def test_only_the_last_ones_are_kept(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    for number in range(23):
        end(ValueError(str(number)), capsys)
    assert len(list((home / "journaux").iterdir())) == 20


def test_the_arguments_which_may_name_people_are_not_kept(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["etabli", "--json", "grade", "Martin-Lea.zip"])
    end(ValueError("x"), capsys)
    facts = next((home / "journaux").iterdir()).read_text("utf-8").splitlines()[0]
    assert "« grade »" in facts and "Martin" not in facts


def test_a_developer_gets_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_DEBUG", "1")

    @guarded
    def command() -> None:
        raise KeyError("prix")

    with pytest.raises(KeyError):
        command()


def test_without_a_place_to_write_it_the_sentence_says_how_to_see_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ETABLI_HOME", "/proc/nulle-part")
    code, said = end(ValueError("x"), capsys)
    assert code == 70 and "ETABLI_DEBUG=1" in said


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
HIDDEN = RuntimeError("rename")
HIDDEN.__cause__ = FULL


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (OSError(errno.ENOSPC, "full", "/media/cle/resultats"), "Le disque de « /media/cle/resultats » est plein"),
        (OSError(errno.EDQUOT, "quota", "/media/cle/resultats"), "Le disque de « /media/cle/resultats » est plein"),
        (OperationalError("database or disk is full"), "Le disque est plein"),
        (HIDDEN, "Le disque est plein"),
    ],
)
def test_a_full_disk_is_said(capsys: pytest.CaptureFixture[str], error: Exception, named: str) -> None:
    code, said = end(error, capsys)
    assert code == Exit.MACHINE and f"{named} : libérez de la place" in said


def test_the_words_of_a_full_disk_in_the_name_of_a_file_fill_no_disk() -> None:
    assert not is_full(EtabliError("Le fichier « notes/database or disk is full.txt » est deux fois dans le rendu."))
    assert not is_full(ValueError("database or disk is full"))


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EACCES, "accès interdit à ce compte"), (errno.EROFS, "disque en lecture seule")]
)
def test_a_path_that_is_refused_is_named(capsys: pytest.CaptureFixture[str], number: int, words: str) -> None:
    code, said = end(OSError(number, os.strerror(number), "/mnt/ecole"), capsys)
    assert code == Exit.USAGE
    assert f"« /mnt/ecole » ne peut pas être lu ou écrit ({words})" in said


def test_a_file_of_ours_that_is_missing_is_our_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert end(FileNotFoundError(errno.ENOENT, "No such file", "style.css"), capsys)[0] == 70


def test_sentences_of_ours_and_the_will_of_the_user_pass_through(capsys: pytest.CaptureFixture[str]) -> None:
    assert end(UsageProblem("Non."), capsys) == (2, "✗ Non.")
    assert end(EtabliError("Non."), capsys) == (1, "✗ Non.")
    assert end(typer.Exit(4), capsys) == (4, "")
    assert end(KeyboardInterrupt(), capsys)[0] == 130
