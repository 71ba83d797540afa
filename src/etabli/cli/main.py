"""The command ``etabli``: parse, call, render.

Only what the command that is typed needs is read: to read all takes longer than most commands do.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer

from etabli.cli.usage import FrenchGroup, renamed

COMMANDS = {
    "labs": "labs:labs",
    "course": "course:course",
    "referentiel": "referentiel:referentiel_app",
    "trace": "trace:traces",
    "trace ressemblances": "ressemblances:ressemblances",
    "recueil": "recueil:recueil_app",
    "recueil contestation": "contestation:contestation",
    "commission": "commission_degres:commission",
    "imprimer": "imprimer:imprimer",
    "fiche": "fiche:fiches",
    "annee": "annee:annee",
    "seal": "seal:seal",
    "verify": "seal:verify",
    "keys": "keys:keys_app",
    "badge": "badge:badge_app",
    "doctor": "doctor:doctor",
    "sujet": "sujet:sujet",
    "entretien": "entretien:entretien",
    "exercice": "exercice:exercice",
    "grade": "grade:grade",
    "apprecier": "apprecier:apprecier",
    "ouvrir": "ouvrir:ouvrir",
    "regrade": "regrade:regrade",
    "run": "run:runs_app",
    "export gradebook": "gradebook:export_gradebook",
    "export moodle": "export:export_moodle",
    "export bareme": "scheme:export_scheme",
    "start": "workspace:start",
    "check": "check:check",
    "submit": "submit:submit",
    "terminal": "terminal:terminal",
    "journal": "journal:journal",
    "stop": "workspace:stop_command",
    "espaces": "espaces:espaces",
    "postes": "postes:postes",
    "classe": "classe:classe",
    "salle": "salle:salle",
    "donnees": "donnees:donnees",
    "purge": "donnees:purge",
    "secret": "secret:secrets_app",
    "lab new": "lab_new:new",
    "lab test": "specimens:test",
    "lab debug": "specimens:debug",
    "bench": "bench:bench",
}
"""What is typed, and where it is in this folder: a function, or a group of commands. In the order of the help."""
GROUPS = {
    "export": "Exporte des résultats vers d'autres outils.",
    "lab": "Pour les auteurs de TP.",
}
"""Groups that no file has for its own, and their help."""
AS_TYPED: dict[str, Any] = {
    "lab debug": {"context_settings": {"allow_extra_args": True, "ignore_unknown_options": True}},
}
"""Commands that take what they do not know."""


@functools.cache
def made(only: str | None = None) -> typer.Typer:
    """Makes the command.

    Args:
        only: The first word of the commands that it must have; all of them when none is given.
    """
    app = typer.Typer(
        name="etabli",
        cls=FrenchGroup,
        help="Établi : des travaux pratiques en conteneurs, vérifiés par leur comportement.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": renamed},
    )
    app.callback()(_nothing)  # a lone command keeps its name
    groups = {"": app}
    for words, place in COMMANDS.items():
        above, _, name = words.rpartition(" ")
        if only not in (None, above or name):
            continue
        if above in GROUPS and above not in groups:
            groups[above] = typer.Typer(help=GROUPS[above], no_args_is_help=True, rich_markup_mode="rich")
            app.add_typer(groups[above], name=above)
        module, _, attribute = place.partition(":")
        found = getattr(import_module(f"etabli.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            groups[name] = found
            app.add_typer(found, name=name)
        elif name not in {one.name for one in groups[above].registered_commands}:
            groups[above].command(name, **AS_TYPED.get(words, {}))(found)
    return app


def _nothing() -> None:
    return None


def first_word(arguments: Sequence[str]) -> str | None:
    """Returns the word that says which command is typed; none when help, or Tab, needs all of them."""
    word = arguments[0] if arguments and "_ETABLI_COMPLETE" not in os.environ else None
    return word if word in {words.split()[0] for words in COMMANDS} else None


def run() -> None:
    """Runs the command that is typed."""
    made(first_word(sys.argv[1:]))()


def __getattr__(name: str) -> Any:
    if name == "app":
        return made()
    raise AttributeError(name)


if __name__ == "__main__":
    run()
