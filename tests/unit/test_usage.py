"""What Typer refuses, and what foreign text may not do to the screen."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console
from typer.main import get_command
from typer.testing import CliRunner

from etabli.cli import usage
from etabli.cli.main import app, first_word, made
from etabli.cli.screen import escape, say
from etabli.cli.usage import french

ETABLI = get_command(app)
REFUSALS = [
    (("grade",), "Il manque « paths »"),
    (("grade", "x"), "Il manque l'option « --tp » : « etabli grade --help » montre des exemples."),
    (("grade", "--nope"), "L'option « --nope » n'existe pas"),
    (("start", "--sesion", "x"), "L'option « --sesion » n'existe pas (vouliez-vous dire --json, --session ?)"),
    (("grade", "--tp"), "L'option « --tp » demande une valeur"),
    (("labs", "--json=3"), "L'option « --json » ne prend pas de valeur"),
    (("grad",), "La commande « grad » n'existe pas (vouliez-vous dire « grade »"),
    (("zzz",), "La commande « zzz » n'existe pas : « etabli --help »"),
    (("start", "--port", "abc"), "« --port » attend un nombre entier"),
    (("start", "--port", "3"), "« --port » vaut 1024 au moins"),
    (("start", "--port", "99999"), "« --port » vaut 65534 au plus"),
    (("check", "--palier", "x"), "« --palier » n'accepte pas « x » ; valeurs possibles : « essentiel »"),
    (("stop", "a", "b"), "« b » est de trop"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSALS, ids=[" ".join(arguments) for arguments, _words in REFUSALS])
def test_every_refusal_is_one_french_sentence(arguments: tuple[str, ...], words: str) -> None:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [(), ("classe",)])
def test_without_a_command_the_help_is_enough(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 2 and "Commandes" in done.stdout + done.stderr and "✗" not in done.stderr


def commands(command: Any = ETABLI, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command and group, by the words that name it."""
    return [
        path,
        *(one for name, sub in getattr(command, "commands", {}).items() for one in commands(sub, (*path, name))),
    ]


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_help_speaks_french_alone(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0 and "Montre cette aide." in done.stdout
    told = re.sub(r"--\S+|« exit »", "", done.stdout)
    assert not re.findall(r"\b(?:show|exit|the|install|shell|default|required)\b", told, re.IGNORECASE)


@pytest.mark.parametrize("refused", [False, True])
def test_what_completion_installs_is_told_in_french(refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def install() -> tuple[str, Path]:
        print("English")
        if refused:
            raise typer.Exit(1)
        return "bash", Path("/home/lea/.bash_completions/etabli.sh")

    monkeypatch.setattr(usage, "install", install)
    done = CliRunner().invoke(app, ["--install-completion"])
    assert "English" not in done.output
    assert (done.exit_code, done.output) == (
        (2, "✗ Ce terminal ne peut pas compléter les commandes : ouvrez bash, zsh ou fish, puis relancez.\n")
        if refused
        else (0, "Écrit pour bash dans /home/lea/.bash_completions/etabli.sh : fermez puis rouvrez le terminal.\n")
    )


def test_words_that_are_not_known_are_passed_on() -> None:
    assert french("Something else.") == "Something else"


@pytest.mark.parametrize(
    "text",
    ["[red]", "[/]", r"\[/x]", r"\\[bold red]", "[link=file:///etc/passwd]x", ":warning:", "fin\\", "a[b", "[[/]]"],
)
def test_foreign_text_is_never_markup(text: str) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", emoji=False, width=200)
    console.print(f"[bold]{escape(text)}[/]", highlight=False)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert shown.startswith("\x1b[1m") and shown.count("\x1b") == 2
    assert shown.removeprefix("\x1b[1m").removesuffix("\x1b[0m\n").replace("\\", "") == text.replace("\\", "")


def test_control_characters_are_shown() -> None:
    assert escape("a\x1b]0;x\x07\x9b1m\u202eb\n") == "a�]0;x��1m�b\n"


@pytest.mark.parametrize(
    ("former", "now"), [("--lab", "--tp"), ("--workers", "--postes"), ("--fresh", "--refaire"), ("--out", "--sortie")]
)
def test_english_options_still_mean_what_they_meant_and_are_shown_nowhere(former: str, now: str) -> None:
    shown = CliRunner().invoke(app, ["grade", "--help"]).stdout
    assert now in shown and former not in shown
    words = {"--lab": "page-dinamique", "--workers": "17"}.get(former, "")
    told = [CliRunner().invoke(app, ["grade", "absent", option, *words.split()]).stderr for option in (former, now)]
    assert told[0] == told[1] and "n'existe pas (vouliez" not in told[0]


def test_what_is_no_file_no_folder_or_no_text_is_refused(tmp_path: Path, home: Path) -> None:
    os.mkfifo(tmp_path / "tube")
    (tmp_path / "boucle").symlink_to(tmp_path / "boucle")
    odd = {"tube": "ni un fichier ordinaire", "boucle": "une boucle de liens", "x\udcff": "pas un texte lisible"}
    for name, words in odd.items():
        for command in (
            ("grade", "--tp", "mots-de-passe"),
            ("classe", "import", "--classe", "SNO"),
            ("secret", "importer"),
        ):
            done = CliRunner().invoke(app, [*command, str(tmp_path / name)])
            assert done.exit_code == 2 and words in " ".join(done.stderr.split()), (command, name)


def test_a_folder_may_be_called_like_markup(capsys: pytest.CaptureFixture[str]) -> None:
    say("Rapport de la classe : res[/]/index.html")
    assert "res[/]/index.html" in capsys.readouterr().out


@pytest.mark.parametrize("words", ["check", "lab test", "trace ressemblances", "export moodle"])
def test_a_command_that_is_made_alone_says_what_it_says_among_all(words: str) -> None:
    alone, among = (CliRunner().invoke(one, [*words.split(), "--help"]) for one in (made(words.split()[0]), app))
    assert alone.exit_code == 0 and alone.stdout == among.stdout


def test_what_is_typed_says_which_commands_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [first_word(typed) for typed in (["grade", "-h"], ["chek"], ["-h"], [])] == ["grade", None, None, None]
    monkeypatch.setenv("_ETABLI_COMPLETE", "complete_bash")
    assert first_word(["grade"]) is None, "Tab is told all commands"
