"""``etabli badge``: an attestation de formation that travels alone, on the centre's decision."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.phrase import PhraseFile, passphrase
from etabli.cli.screen import Exit, guarded, print_json, save, say, tell
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.lab.manifest import load_lab
from etabli.lab.parcours import read_year
from etabli.referentiel.kept import in_force
from etabli.roster.anywhere import learner_called
from etabli.seal import keys
from etabli.seal.badge import Attested, attestation, read_attestation
from etabli.seal.opening import read_archive

badge_app = typer.Typer(
    help="Une attestation de formation (Open Badges 3.0) : une formation suivie, jamais une unité ni une note.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@badge_app.command("creer")
@guarded
def creer(
    who: Annotated[str, typer.Option("--candidat", help="Identifiant ou alias, comme SNO-07.")],
    by: Annotated[str, typer.Option("--par", help="Qui le décide, au centre.")],
    centre: Annotated[str, typer.Option("--centre", help="Nom du centre, comme il signe.")],
    out: Annotated[Path, typer.Option("-o", "--sortie", help="Fichier à écrire, par exemple SNO-07.badge.jwt.")],
    lab: Annotated[str | None, typer.Option("--tp", help="Le TP suivi.")] = None,
    module: Annotated[str | None, typer.Option("--module", help="Ou le module de l'année (« etabli course »).")] = None,
    name: Annotated[str | None, typer.Option("--nom", help="Nom (par défaut : celui de la table des noms).")] = None,
    day: Annotated[
        datetime | None, typer.Option("--le", formats=["%Y-%m-%d"], help="Jour de la décision (par défaut : ce jour).")
    ] = None,
    phrase_file: PhraseFile = None,
) -> None:
    """Écrit l'attestation d'une formation suivie, signée par le centre, que son titulaire garde et montre.

    C'est une décision du centre : Établi n'en propose pas, et ne regarde aucun résultat. Elle n'atteste ni une unité,
    ni un bloc, ni une note du diplôme. Le nom n'y est que sous forme d'empreinte : qui le connaît le vérifie.

    Exemple :

    [bold]etabli badge creer --candidat SNO-07 --tp page-dynamique --par "Mme Essai" --centre "Lycée Essai" -o a.jwt[/]

    Codes de sortie : 0 ; 2 le TP, le module, le nom ou la clé manque.
    """
    if (lab is None) == (module is None):
        raise UsageProblem("Dites quelle formation : « --tp » et un TP, ou « --module » et un module.")
    if out.exists():
        raise UsageProblem(f"« {out} » existe déjà : donnez un autre nom avec « -o ».")
    person = name or _name_of(checked_candidate(who))
    title, code = (load_lab(lab).manifest.title, f"tp:{lab}") if lab else (_module(module or ""), f"module:{module}")
    decided = day.date() if day else date.today()
    if decided > date.today():
        raise UsageProblem(f"Le {decided:%d/%m/%Y} est un jour à venir : donnez avec « --le » celui de la décision.")
    keys.present()
    told = Attested(person, title, code, centre, by, decided)
    save(out, attestation(told, keys.opened(passphrase(phrase_file))).encode() + b"\n")
    say(f"Attestation de formation « {title} » écrite dans {out}, pour {person}.")
    say(f'Pour la vérifier : etabli badge verifier {out} --nom "{person}"')


def _name_of(candidate: str) -> str:
    found = learner_called(candidate)
    if found is None:
        raise UsageProblem(f"Aucune classe ne connaît « {candidate} » : donnez son nom avec « --nom ».")
    return found.learner.name


def _module(wanted: str) -> str:
    steps = {step.id: step.title for step in read_year(in_force().referentiel).steps if step.weeks is None}
    if wanted not in steps:
        raise UsageProblem(f"« {wanted} » n'est pas un module de l'année : il y a {quoted(steps)}.")
    return steps[wanted]


@badge_app.command("verifier")
@guarded
def verifier(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Attestation écrite par « etabli badge creer ».")],
    name: Annotated[
        str | None, typer.Option("--nom", help="Dit aussi si elle est bien celle de cette personne.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--cle", help="Clé publique du centre (par défaut : celle de cette machine).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Dit si une attestation de formation est bien celle que le centre a signée, sans réseau.

    Exemple : [bold]etabli badge verifier SNO-07.badge.jwt --cle centre.pub --nom "Inès Bouvard"[/]

    Codes de sortie : 0 elle est du centre (et de cette personne) ; 1 elle ne l'est pas ; 2 commande incorrecte.
    """
    trusted = [keys.read_public(key)] if key else keys.known()
    if not trusted:
        raise UsageProblem("Donnez la clé publique du centre avec « --cle » : cette machine n'en connaît pas.")
    found = read_attestation(read_archive(file), trusted)
    theirs = found is not None and (name is None or found.is_of(name))
    if as_json:
        print_json({"valid": found is not None, "subject": theirs if name else None, "told": found and found.told})
    elif found is None:
        tell(f"« {file} » n'est pas une attestation signée par le centre, ou a été changée : n'en retenez rien.")
    else:
        say(f"✓ Signée par le centre, clé {found.key.short}.")
        for line in found.told:
            say(line)
        if not theirs:
            tell(f"Cette attestation n'est pas celle de « {name} » (le nom doit être écrit comme sur la liste).")
        elif name:
            say(f"✓ C'est celle de {name}.")
    if not theirs:
        raise typer.Exit(Exit.REVIEW)
