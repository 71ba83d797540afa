"""What Typer refuses, and what foreign text may not do to the screen."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from etabli.cli.main import app
from etabli.cli.screen import escape
from etabli.cli.usage import french

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
