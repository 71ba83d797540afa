"""Who a workbook says made it: advice for the student, proof of nothing; no verdict depends on it."""

from __future__ import annotations

import datetime
from typing import Final

from etabli.exam.runner.recorder import Recorder
from etabli.exam.tools.book import Book

ADVICE: Final = "auteur-du-fichier"
_PROGRAMS: Final = ("openpyxl", "xlsxwriter", "python", "libreoffice", "microsoft office user", "utilisateur")
"""What programs write when nobody gave a name."""


def advise(recorder: Recorder, path: str, book: Book) -> None:
    """Tells the names that the properties of a workbook carry, if there are any.

    Args:
        recorder: Blots, cuts, and tells each once per exam.
        path: The file.
        book: What was read in it.
    """
    author, last = (_name(name) for name in (book.author, book.last_author))
    if not author and not last:
        return
    said = [f"auteur « {author} »"] if author else []
    if last and last != author:
        said.append(f"enregistré par « {last} »")
    if day := _day(book.modified):
        said.append(f"le {day}")
    recorder.advise(
        ADVICE,
        message=f"{path} : {', '.join(said)}",
        means=(
            "Les propriétés du fichier portent ce nom : toute personne qui le reçoit peut le lire. "
            "C'est une indication, rien de plus : aucun point n'en dépend."
        ),
        look="Est-ce bien le vôtre ? Voyez Fichier › Propriétés (LibreOffice) ou Fichier › Informations (Excel).",
    )


def _name(text: str | None) -> str:
    name = (text or "").strip()
    return "" if name.casefold().startswith(_PROGRAMS) else name


def _day(text: str | None) -> str:
    try:
        return datetime.date.fromisoformat((text or "")[:10]).strftime("%d/%m/%Y")
    except ValueError:
        return ""
