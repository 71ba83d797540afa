"""The command ``etabli``: parse, call, render."""

from __future__ import annotations

import typer

from etabli.cli.doctor import doctor
from etabli.cli.grade import grade
from etabli.cli.labs import labs, sujet
from etabli.cli.specimens import debug, test

app = typer.Typer(
    help="Établi : des travaux pratiques en conteneurs, vérifiés par leur comportement.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
author = typer.Typer(help="Pour les auteurs de TP.", no_args_is_help=True, rich_markup_mode="rich")

app.command()(labs)
app.command()(doctor)
app.command()(sujet)
app.command()(grade)
app.add_typer(author, name="lab")
author.command()(test)
author.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(debug)

if __name__ == "__main__":
    app()
