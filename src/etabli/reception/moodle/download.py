"""« Télécharger tous les travaux remis »: from what Moodle hands over to one thing handed in per learner.

What is taken of each learner:

- files that are a submission together (an entry file of the lab is among them) are one folder;
- else, of several archives the newest ``.zip`` is graded; all are listed. With the same hours, or with none that can
  be believed, it is the last in Moodle's order, which is said to be unknown: a number in a name (« v2 ») is no proof;
- else, loose files are one folder, such as they are;
- an online text is listed and not graded.

The archive handed in is copied as it is; looking into it is the work of intake, under its own limits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etabli.exam.contract.french import count
from etabli.lab.manifest import Lab
from etabli.reception.handed import Handed
from etabli.reception.moodle.dates import are_dates_of_deposits
from etabli.reception.moodle.naming import FILE, is_blind, without_group
from etabli.reception.moodle.pieces import Piece, Pieces, holds_pieces, pieces_of
from etabli.reception.sources import UNREADABLE
from etabli.reception.submission import RECEIPT
from etabli.system.disk import is_full, room_on_disk

ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
_CHUNK = 1 << 20
_MB = 1_000_000
_MARGIN = 6
"""Intake counts files finely (those of « vendor » apart); here only a flood is stopped."""


@dataclass(frozen=True)
class Download:
    """What a download held."""

    handed: tuple[Handed, ...]
    """One per learner, in Moodle's order."""
    texts: int
    """How many learners wrote an online text, which is not graded."""
    timed: bool
    """Whether its dates are those of the deposits."""


def is_download(path: Path) -> bool:
    """Tells Moodle's download, a zip or a folder already unpacked, from any other folder or zip."""
    return holds_pieces(path)


def read_download(path: Path, lab: Lab, workshop: Path) -> Download:
    """Reads a download.

    Args:
        path: The zip, or the folder it was unpacked to.
        lab: Tells entry files and limits.
        workshop: An existing empty folder, for copies of what will be graded.

    Raises:
        UsageProblem: The zip is protected by a password.
        DiskFull: There is no room for the copies.
    """
    with pieces_of(path) as pieces, room_on_disk(workshop):
        timed = pieces.dated and are_dates_of_deposits([piece.when for piece in pieces.found])
        groups = _by_participant(pieces.found)
        handed = [_handed(group, pieces, lab, workshop / number, timed) for number, group in groups.items()]
    names = without_group([one.label for one in handed])
    texts = sum(any(piece.place.plugin != FILE for piece in group) for group in groups.values())
    return Download(tuple(_named(one, name, timed) for one, name in zip(handed, names, strict=True)), texts, timed)


def _named(handed: Handed, name: str, timed: bool) -> Handed:
    return replace(handed, label=name, blind=is_blind(name), at=handed.at if timed else None)


def _by_participant(pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
    found: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        found[piece.place.participant].append(piece)
    return found


def _handed(group: Sequence[Piece], pieces: Pieces, lab: Lab, target: Path, timed: bool) -> Handed:
    first = group[0].place
    files = [piece for piece in group if piece.place.plugin == FILE]
    if not files:
        alone = "Seul un texte en ligne a été remis dans Moodle : demandez un fichier .zip."
        return Handed(first.name, target, participant=first.participant, problem=alone)
    files.sort(key=lambda piece: (piece.when.timestamp() if piece.when else 0.0, piece.order))
    chosen = _chosen(files, lab)
    problem: str | None
    if _is_archive(chosen[0]) and len(chosen) == 1:
        target = target / f"depot{chosen[0].place.inner.suffix.lower()}"
        problem = _copy_one(chosen[0], pieces, target, lab)
    else:
        problem = _copy_all(chosen, pieces, target / "depot", lab)
        target = target / "depot"
    moments = [piece.when for piece in files if piece.when]
    return Handed(
        first.name,
        target,
        files=_listed(files, chosen),
        at=max(moments, default=None),
        participant=first.participant,
        ordered=_is_newest(chosen, files, timed),
        problem=problem,
    )


def _is_newest(chosen: Sequence[Piece], files: Sequence[Piece], timed: bool) -> bool:
    """Tells whether the hours say that the graded archive is the newest of its kind; what has no rival needs none."""
    graded, kind = chosen[0], _kind(chosen[0])
    rivals = [piece for piece in files if piece not in chosen and _kind(piece) == kind]
    if len(chosen) > 1 or not rivals:
        return True
    return timed and all(piece.when and graded.when and piece.when < graded.when for piece in rivals)


def _kind(piece: Piece) -> tuple[bool, bool]:
    return _is_archive(piece), piece.place.inner.suffix.lower() == ".zip"


def _chosen(files: list[Piece], lab: Lab) -> list[Piece]:
    names = [piece.place.inner.as_posix() for piece in files]
    if lab.recognises(names) or RECEIPT in names:
        return files
    archives = [piece for piece in files if _is_archive(piece)]
    zips = [piece for piece in archives if piece.place.inner.suffix.lower() == ".zip"]
    return (zips or archives)[-1:] or files


def _is_archive(piece: Piece) -> bool:
    return piece.place.inner.suffix.lower() in ARCHIVES


def _listed(files: Sequence[Piece], chosen: Sequence[Piece]) -> tuple[str, ...]:
    others = [piece.place.inner.as_posix() for piece in files if piece not in chosen]
    first = chosen[0].place.inner.as_posix()
    if len(chosen) == 1:
        return (*others, first)
    more = count(len(chosen) - 1, "{n} autre fichier", "{n} autres fichiers")
    return (*others, f"{first} et {more}")


def _copy_one(piece: Piece, pieces: Pieces, target: Path, lab: Lab) -> str | None:
    return _copy(piece, pieces, target, lab.manifest.submission.size_mb, 0)[1]


def _copy_all(chosen: Sequence[Piece], pieces: Pieces, folder: Path, lab: Lab) -> str | None:
    size, limits = 0, lab.manifest.submission
    if len(chosen) > limits.files * _MARGIN:
        return f"Le rendu contient plus de {limits.files} fichiers : demandez un rendu sans ce qui n'est pas demandé."
    for piece in chosen:
        size, problem = _copy(piece, pieces, folder / piece.place.inner, limits.size_mb, size)
        if problem:
            return problem
    return None


def _copy(piece: Piece, pieces: Pieces, target: Path, most_mb: int, size: int) -> tuple[int, str | None]:
    """Copies one piece; returns the size so far, and a sentence when the piece is unreadable or too much."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with pieces.open(piece) as stream, open(target, "xb") as copy:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most_mb * _MB:
                    return size, _too_heavy(most_mb)
                copy.write(chunk)
    except UNREADABLE as error:
        if is_full(error):
            raise
        return size, "Le fichier remis est illisible dans ce téléchargement de Moodle : téléchargez-le de nouveau."
    return size, None


def _too_heavy(most_mb: int) -> str:
    return f"Le rendu pèse plus de {most_mb} Mo : demandez un rendu sans ce qui n'est pas demandé."
