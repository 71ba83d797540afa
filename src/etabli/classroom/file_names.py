"""Names of a learner's files: what may be called how, on Windows too, and the refusals in a person's words."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from etabli.exam.contract.errors import EtabliError, RejectedSubmission
from etabli.reception.sources import checked_path, is_junk, shown
from etabli.workspace.workspace import WORK

DEEPEST = 24
_WINDOWS = '<>:"|?*\\'


class FileRefused(EtabliError):
    """Ce fichier ne peut pas être écrit : choisissez un autre nom."""


class NoSuchFile(FileRefused):
    """Ce fichier n'existe plus : relisez la liste des fichiers."""


class NameTaken(FileRefused):
    """Ce nom est déjà pris : choisissez un autre nom."""


class TooMuch(FileRefused):
    """Le rendu est trop lourd : retirez ce qui n'est pas demandé."""


def path_of(name: str) -> PurePosixPath:
    """Returns the path that a new name means.

    Raises:
        FileRefused: Nothing may be called so: it leaves the folder, Windows refuses it, or intake would leave it out.
    """
    called = shown(name)[:80]
    if any(unicodedata.category(sign) in ("Cc", "Cf") for sign in name):
        raise FileRefused(f"Le nom « {called} » contient un signe invisible : choisissez un nom tapé au clavier.")
    for part in name.split("/"):
        if bad := next((sign for sign in part if sign in _WINDOWS), None):
            raise FileRefused(f"Le nom « {called} » contient « {bad} », que Windows refuse : choisissez un autre nom.")
        if not part or part != part.strip() or part.endswith("."):
            raise FileRefused(
                f"Le nom « {called} » ne convient pas : ni vide, ni espace au bord, ni point à la fin. "
                "Choisissez un autre nom."
            )
    try:
        path = checked_path(name)
    except RejectedSubmission as refused:
        raise FileRefused(f"Le nom « {called} » ne convient pas : choisissez un nom plus simple.") from refused
    if is_junk(path):
        raise FileRefused(f"« {called} » est un nom d'outil, qui n'est jamais remis : choisissez un autre nom.")
    if path.parts[0].casefold() == WORK:
        raise FileRefused(f"Cette liste est déjà le dossier {WORK} : mettez-y vos fichiers, sans autre dossier {WORK}.")
    if len(path.parts) > DEEPEST - 1:
        raise FileRefused(f"« {called} » est dans trop de dossiers : mettez-le plus haut.")
    return path


def parts_of(name: str) -> list[str]:
    """Returns the parts of the path of something that is there, letter by letter as the system has it."""
    parts = name.split("/")
    odd = any(part in ("", ".", "..") for part in parts) or "\0" in name or unreadable(name)
    if odd or len(parts) > 4 * DEEPEST:
        raise NoSuchFile(f"« {shown(name)[:80]} » n'existe pas : relisez la liste des fichiers.")
    return parts


def unreadable(path: str) -> bool:
    """Tells a name that is no text, which no page can send back."""
    return any("\ud800" <= char <= "\udfff" for char in path)
