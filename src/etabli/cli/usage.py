"""What was typed and cannot be understood: Typer's English words become one French sentence."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer import rich_utils
from typer._completion_shared import install
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from etabli.cli.screen import Exit, aside, escape, screen, tell

_SENTENCES = (
    (r"Missing argument '(?P<name>.+?)'", "Il manque « {name} »"),
    (r"Missing option '(?P<name>.+?)'", "Il manque l'option « {name} »"),
    (r"Missing command", "Il manque une commande"),
    (
        r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)",
        "L'option « {name} » n'existe pas (vouliez-vous dire {near} ?)",
    ),
    (r"No such option: (?P<name>\S+)", "L'option « {name} » n'existe pas"),
    (
        r"No such command '(?P<name>.+?)'\. Did you mean (?P<near>.+)\?",
        "La commande « {name} » n'existe pas (vouliez-vous dire {near} ?)",
    ),
    (r"No such command '(?P<name>.+?)'", "La commande « {name} » n'existe pas"),
    (r"Option '(?P<name>.+?)' requires an argument", "L'option « {name} » demande une valeur"),
    (r"Option '(?P<name>.+?)' does not take a value", "L'option « {name} » ne prend pas de valeur"),
    (r"unexpected extra arguments?(?:\(s\))? \((?P<name>.+)\)", "« {name} » est de trop"),
    (r"Invalid value for '(?P<name>.+?)':.*valid integer", "« {name} » attend un nombre entier"),
    (r"Invalid value for '(?P<name>.+?)':.* greater than or equal to (?P<n>\d+)", "« {name} » vaut {n} au moins"),
    (r"Invalid value for '(?P<name>.+?)':.* less than or equal to (?P<n>\d+)", "« {name} » vaut {n} au plus"),
    (
        r"Invalid value for '(?P<name>.+?)':.*?(?P<given>'[^']*') is not one of (?P<near>.+?)\.?$",
        "« {name} » n'accepte pas {given} ; valeurs possibles : {near}",
    ),
    (r"Invalid value for '(?P<name>.+?)': (?P<said>.+)", "« {name} » n'a pas une valeur possible ({said})"),
)
"""Typer's words and ours, the more precise ones first."""

FORMER = {
    "lab": "tp",
    "workers": "postes",
    "fresh": "refaire",
    "out": "sortie",
    "points": "constats",
    "feuille": "formulaire",
}
"""Options that the documentation once had, and what they are called now: nobody's script breaks."""


def renamed(option: str) -> str:
    """Returns what an option is called now, without its dashes."""
    return FORMER.get(option, option)


# Typer reads these when it prints help; it offers no other way to change them.
rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
rich_utils.DEFAULT_STRING = "[par défaut : {}]"

_HELP = {
    "help": "Montre cette aide.",
    "install_completion": "Fait compléter les commandes par la touche Tab.",
    "show_completion": "Montre ce que cette installation écrirait.",
}
"""What Typer's own options do, by their name."""
_params_of = TyperCommand.get_params


def _french_params(command: Any, context: Any) -> list[Any]:
    """Returns the parameters of a command, those that Typer adds told in French."""
    params: list[Any] = _params_of(command, context)
    for param in params:
        param.help = _HELP.get(param.name, getattr(param, "help", None))
        if param.name == "install_completion":
            param.callback = _install_completion
    return params


TyperCommand.get_params = TyperGroup.get_params = _french_params  # type: ignore[assignment, method-assign]


def _install_completion(context: Any, _param: Any, wanted: bool) -> bool:
    if not wanted or context.resilient_parsing:
        return wanted
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # in English
            shell, path = install()
    except typer.Exit:
        tell("Ce terminal ne peut pas compléter les commandes : ouvrez bash, zsh ou fish, puis relancez.")
        sys.exit(Exit.USAGE)
    screen.print(f"Écrit pour {shell} dans {escape(str(path))} : fermez puis rouvrez le terminal.", soft_wrap=True)
    sys.exit(Exit.OK)


class FrenchGroup(TyperGroup):
    """The top command, which says in French what it could not understand."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs the command; ends the process unless ``standalone_mode`` is false, as Typer does."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.Abort:
            aside.print("Abandonné : rien n'a été changé.")
            sys.exit(Exit.INTERRUPTED)
        except TyperException as error:
            _refuse(error)
        sys.exit(code if isinstance(code, int) else Exit.OK)


def _refuse(error: TyperException) -> NoReturn:
    if type(error).__name__ != "NoArgsIsHelpError":  # the help has been printed already
        tell(sentence(error))
    sys.exit(error.exit_code)


def sentence(error: TyperException) -> str:
    """Returns the French sentence for a refusal of Typer's, with the command that shows examples."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "etabli"
    problem = french(error.format_message())
    return f"{problem} : « {command} --help » montre des exemples."


def french(message: str) -> str:
    """Translates one message of Typer's; one that is not known is left as it is, without its full stop."""
    for pattern, words in _SENTENCES:
        if (seen := re.search(pattern, " ".join(message.split()))) is not None:
            facts = {name: re.sub(r"'([^']*)'", r"« \1 »", value) for name, value in seen.groupdict().items()}
            return words.format(**facts)
    return message.rstrip(".")
