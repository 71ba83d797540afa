"""``etabli secret``: gives the training secret to the machines that must draw the same data."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.screen import escape, guarded, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.system.disk import unwritable, write_new
from etabli.system.settings import known_secret, replace_secret, secret, secret_fingerprint

SCHEMA = "etabli/secret/1"
_BYTES = 32
_MOST_BYTES = 4_096
"""Nothing is read beyond: what is longer is no secret of ours."""

secrets_app = typer.Typer(
    help="Le secret d'où viennent les données des élèves : le même sur toutes les machines de la classe.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@secrets_app.command("exporter")
@guarded
def exporter(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier à écrire, par exemple secret-sno.json.")],
) -> None:
    """Écrit le secret de cette machine dans un fichier, à importer sur les postes des élèves.

    Ce secret sert à l'entraînement : qui l'a peut retrouver les données de la vérification. Gardez celui d'un
    examen sur la seule machine du centre.

    Exemple : [bold]etabli secret exporter secret-sno.json[/]
    """
    value = secret()
    made_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    facts = {"schema": SCHEMA, "secret": value.hex(), "exported_at": made_at}
    try:
        write_new(file, json.dumps(facts, indent=1) + "\n")
    except OSError as error:
        raise unwritable(file, error, "choisissez un autre fichier") from error
    screen.print(
        (
            f"Secret {secret_fingerprint(value)} écrit dans {escape(str(file))}. Sur chaque poste d'élève : etabli "
            f"secret importer {escape(shlex.quote(file.name))}"
        ),
        soft_wrap=True,
        highlight=False,
    )


@secrets_app.command("importer")
@guarded
def importer(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier reçu de l'enseignant.")],
    remplacer: Annotated[bool, typer.Option("--remplacer", help="Remplace le secret de cette machine.")] = False,
) -> None:
    """Donne à cette machine le secret d'une autre : les mêmes élèves y auront les mêmes données.

    Exemple : [bold]etabli secret importer secret-sno.json[/]
    """
    value = read_secret(file)
    former = known_secret()
    if former == value:
        screen.print(f"Cette machine a déjà ce secret ({secret_fingerprint(value)}).")
        return
    if former is not None and not remplacer:
        raise UsageProblem(
            f"Cette machine a déjà un autre secret ({secret_fingerprint(former)}) : le remplacer change les données "
            "de tous les candidats, et les espaces déjà préparés ici ne pourront plus être vérifiés. Ajoutez « "
            "--remplacer » pour le faire."
        )
    replace_secret(value)
    screen.print(f"Secret {secret_fingerprint(value)} importé.")
    if former is not None:
        screen.print("L'ancien secret est gardé, daté, dans le dossier d'Établi.")


def read_secret(file: Path) -> bytes:
    """Reads an exported secret.

    Raises:
        UsageProblem: The file is missing or is no secret.
    """
    try:
        with open(file, "rb") as stream:
            facts = json.loads(stream.read(_MOST_BYTES).decode("utf-8-sig"))
        value = bytes.fromhex(facts["secret"])
        if facts["schema"] != SCHEMA or len(value) != _BYTES:
            raise ValueError("schema")
    except FileNotFoundError as error:
        raise UsageProblem(f"« {file} » n'existe pas : vérifiez le chemin.") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageProblem(
            f"« {file} » n'est pas un secret d'Établi : demandez le fichier écrit par « etabli secret exporter »."
        ) from error
    return value
