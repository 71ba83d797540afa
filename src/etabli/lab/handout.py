"""What is given out: a class's sujets with sheets to print, and the zip that a learner takes home."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted
from etabli.lab.pdf import as_pdf, layout
from etabli.lab.sheets import Sheet, page
from etabli.lab.sujet import STARTER, Sujet, make_sujet, write_sujet
from etabli.lab.variant import Seat
from etabli.runs.evidence import write_atomically
from etabli.system.disk import writable
from etabli.system.temporary import temporary_folder

if TYPE_CHECKING:
    from weasyprint import Document

PRINTED = "a-imprimer"
COVER = "professeur"
PAPER = "enonce.pdf"
HOME_LIMIT_MB = 15


def write_class(
    name: str, seats: Sequence[Seat], secret: bytes, out: Path, *, pdf: bool, done: Callable[[Seat], None]
) -> dict[str, int]:
    """Writes a class's sujets, one folder per learner, what to print in one go, and the teacher's cover.

    Args:
        name: The class's name.
        seats: The learners, in the order of the pile of paper.
        secret: From :func:`etabli.system.settings.secret`.
        out: A folder; files of former sujets in it are replaced, others are left alone.
        pdf: Write PDF beside HTML: each learner's, and in ``a-imprimer/`` one per session with everybody's sheets.
        done: Told of each learner whose sujet is written.

    Returns:
        What is to be printed: path in ``out`` → pages.

    Raises:
        UsageProblem: ``out`` cannot be written.
        DiskFull: There is no room for it.
    """
    cover = page(f"{seats[0].lab.manifest.title} : pour l'enseignant", "", (cover_of(name, seats, pdf=pdf),))
    papers: dict[str, list[Document]] = defaultdict(list)
    with writable(out, "-o"):
        write_atomically(out / f"{COVER}.html", cover.encode())
        if pdf:
            papers[f"{COVER}.pdf"] = [layout(cover)]
        for seat in seats:
            sujet = make_sujet(seat, secret)
            write_sujet(sujet, out / seat.candidate)
            if pdf:
                printed = write_paper(sujet, out / seat.candidate)
                for name, document in printed.items():
                    papers[f"{PRINTED}/{name}.pdf"].append(document)
            done(seat)
        for path, documents in papers.items():
            write_atomically(out / path, as_pdf(documents))
    return {path: sum(len(document.pages) for document in documents) for path, documents in papers.items()}


def write_paper(sujet: Sujet, out: Path) -> dict[str, Document]:
    """Writes ``enonce.pdf``, all sheets of one candidate, and returns each as it was laid out."""
    printed = {sheet.id: layout(page(sheet.title, sujet.facts, (sheet,))) for sheet in sujet.sheets}
    write_atomically(out / PAPER, as_pdf(list(printed.values())))
    return printed


def cover_of(name: str, seats: Sequence[Seat], *, pdf: bool = True) -> Sheet:
    """One page: what each session needs, what is seen at its end, what to look at while walking round."""
    lab, session = seats[0].lab, seats[0].session
    lines = [
        f"# {lab.manifest.title} : pour l'enseignant",
        "",
        f"Classe {name}, TP {lab.id}, version {lab.manifest.version}, session {session}. "
        f"{counted(len(seats), 'élève')}, {counted(len(lab.manifest.seances), 'séance')} de deux heures. Les données "
        "de chaque élève sont à lui seul.",
        "",
        "| Séance | Ce qu'il faut | À la fin, on voit | En passant dans les rangs |",
        "|---|---|---|---|",
    ]
    for number, seance in enumerate(lab.manifest.seances, 1):
        needs, watch = " ".join(map(_sentence, seance.needs)), " ".join(map(_sentence, seance.watch))
        lines.append(f"| **{number}. {seance.title}** | {needs} | {seance.result} | {watch} |")
    printed = (
        f"À imprimer en recto verso : `{PRINTED}/seance-1.pdf` et les suivants, une feuille par élève, dans l'ordre de "
        "la classe. "
    )
    lines += [
        "",
        f"{printed if pdf else ''}À donner : le dossier de chacun. Pour la maison : `etabli sujet {lab.id} --classe "
        f"{name} --maison`.",
    ]
    return Sheet(COVER, lines[0].removeprefix("# "), "\n".join(lines) + "\n")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def home_zip(seat: Seat, secret: bytes, work: Mapping[str, bytes], *, pdf: bool) -> bytes:
    """Makes what a learner takes home: sheets, aides, data as CSV and SQL, starter, and their work so far.

    Args:
        seat: Whose.
        secret: From :func:`etabli.system.settings.secret`.
        work: The work so far, by path in ``rendu/``; nothing for a fresh start.
        pdf: Put the sheets in as PDF too.

    Raises:
        UsageProblem: It would weigh more than 15 MB.
    """
    sujet = make_sujet(seat, secret)
    contents = sujet.contents() | {f"rendu/{name}": content for name, content in work.items()}
    contents["LISEZMOI.txt"] = _readme(sujet, work=bool(work), pdf=pdf).encode("utf-8-sig")
    with temporary_folder() as folder:
        sujet.write_starter(folder / STARTER)
        if pdf:
            write_paper(sujet, folder)
        contents |= dict(_files(folder))
    packed = _zipped(contents)
    if len(packed) > HOME_LIMIT_MB * 1_000_000:
        heaviest = max(contents, key=lambda name: len(contents[name]))
        raise UsageProblem(
            f"Le fichier pour la maison pèserait {len(packed) / 1e6:.0f} Mo, pour {HOME_LIMIT_MB} Mo au plus : "
            f"retirez ou allégez « {heaviest} », puis recommencez."
        )
    return packed


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            archive.writestr(name, contents[name])
    return buffer.getvalue()


def _readme(sujet: Sujet, *, work: bool, pdf: bool) -> str:
    lab = sujet.seat.lab
    there = [("enonce.html", "les feuilles de chaque séance, avec vos données")]
    there += [("enonce.pdf", "les mêmes feuilles, à imprimer")] if pdf else []
    there += [("aides.html", "des aides, à ouvrir l'une après l'autre")] if "aides.html" in sujet.texts else []
    there += [("donnees/", "vos données")] if sujet.files else []
    there += [("dossier/", "les documents à lire ou à remplir")] if sujet.documents else []
    there += [("rendu/", "votre travail, dans l'état où il était")] if work else []
    there += [("depart/", "le point de départ, si vous voulez recommencer")]
    return "\r\n".join(
        [
            f"{lab.manifest.title} : pour travailler à la maison",
            "",
            "Ouvrez d'abord enonce.html dans un navigateur. Rien d'Établi n'est à installer.",
            "",
            *(f"  {name:<13}{what}" for name, what in there),
            "",
            f"Pour rendre : mettez votre travail dans un dossier « {sujet.seat.candidate} », compressez ce dossier en",
            "zip (clic droit, « Compresser »), puis déposez le zip là où votre enseignant l'a demandé.",
            "",
        ]
    )
