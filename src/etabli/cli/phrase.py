"""The passphrase of the centre's key: typed without being shown, or read from a file."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from etabli.exam.contract.errors import UsageProblem
from etabli.server.backup import read_phrase

PhraseFile = Annotated[
    Path | None,
    typer.Option("--phrase-fichier", help="Fichier qui contient la phrase, et elle seule, au lieu de la taper."),
]


def passphrase(given: Path | None, *, new: bool = False) -> str:
    """Returns the passphrase of the centre's key.

    Args:
        given: A file that holds it; else it is typed.
        new: Whether it is chosen now, and typed twice.

    Raises:
        UsageProblem: There is none, or both times differ.
    """
    if given is not None:
        return read_phrase(given)
    if not sys.stdin.isatty():
        raise UsageProblem("Il manque la phrase de la clé du centre : donnez-la dans un fichier, « --phrase-fichier ».")
    told = getpass.getpass("Phrase de la clé du centre : ").strip()
    if new and getpass.getpass("La même, encore une fois : ").strip() != told:
        raise UsageProblem("Les deux phrases ne sont pas les mêmes : relancez la commande.")
    return told
