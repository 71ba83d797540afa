"""The command ``etabli``: parse, call, render."""

from __future__ import annotations

import typer

from etabli.cli.annee import annee
from etabli.cli.apprecier import apprecier
from etabli.cli.badge import badge_app
from etabli.cli.bench import bench
from etabli.cli.check import check
from etabli.cli.classe import classe
from etabli.cli.commission_degres import commission
from etabli.cli.contestation import contestation
from etabli.cli.course import course
from etabli.cli.doctor import doctor
from etabli.cli.donnees import donnees, purge
from etabli.cli.entretien import entretien
from etabli.cli.espaces import espaces
from etabli.cli.exercice import exercice
from etabli.cli.export import export_moodle
from etabli.cli.fiche import fiches
from etabli.cli.grade import grade
from etabli.cli.gradebook import export_gradebook
from etabli.cli.imprimer import imprimer
from etabli.cli.journal import journal
from etabli.cli.keys import keys_app
from etabli.cli.lab_new import new
from etabli.cli.labs import labs
from etabli.cli.ouvrir import ouvrir
from etabli.cli.postes import postes
from etabli.cli.recueil import recueil_app
from etabli.cli.referentiel import referentiel_app
from etabli.cli.regrade import regrade
from etabli.cli.ressemblances import ressemblances
from etabli.cli.run import runs_app
from etabli.cli.salle import salle
from etabli.cli.scheme import export_scheme
from etabli.cli.seal import seal, verify
from etabli.cli.secret import secrets_app
from etabli.cli.specimens import debug, test
from etabli.cli.submit import submit
from etabli.cli.sujet import sujet
from etabli.cli.terminal import terminal
from etabli.cli.trace import traces
from etabli.cli.usage import FrenchGroup, renamed
from etabli.cli.workspace import start, stop_command

app = typer.Typer(
    name="etabli",
    cls=FrenchGroup,
    help="Établi : des travaux pratiques en conteneurs, vérifiés par leur comportement.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": renamed},
)
exports = typer.Typer(help="Exporte des résultats vers d'autres outils.", no_args_is_help=True, rich_markup_mode="rich")
author = typer.Typer(help="Pour les auteurs de TP.", no_args_is_help=True, rich_markup_mode="rich")

app.command()(labs)
app.command()(course)
app.add_typer(referentiel_app, name="referentiel")
traces.command()(ressemblances)
app.add_typer(traces, name="trace")
app.add_typer(recueil_app, name="recueil")
recueil_app.command()(contestation)
app.add_typer(commission, name="commission")
app.command()(imprimer)
app.add_typer(fiches, name="fiche")
app.command()(annee)
app.command()(seal)
app.command()(verify)
app.add_typer(keys_app, name="keys")
app.add_typer(badge_app, name="badge")
app.command()(doctor)
app.command()(sujet)
app.command()(entretien)
app.command()(exercice)
app.command()(grade)
app.command()(apprecier)
app.command()(ouvrir)
app.command()(regrade)
app.add_typer(runs_app, name="run")
app.add_typer(exports, name="export")
exports.command("gradebook")(export_gradebook)
exports.command("moodle")(export_moodle)
exports.command("bareme")(export_scheme)
app.command()(start)
app.command()(check)
app.command()(submit)
app.command()(terminal)
app.command()(journal)
app.command("stop")(stop_command)
app.command()(espaces)
app.command()(postes)
app.add_typer(classe, name="classe")
app.add_typer(salle, name="salle")
app.add_typer(donnees, name="donnees")
app.command()(purge)
app.add_typer(secrets_app, name="secret")
app.add_typer(author, name="lab")
app.command()(bench)
author.command()(new)
author.command()(test)
author.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(debug)

if __name__ == "__main__":
    app()
