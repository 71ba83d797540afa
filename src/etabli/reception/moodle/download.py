"""« Télécharger tous les travaux remis »: from what Moodle hands over to one thing handed in per learner or group.

What is taken of each:

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
from dataclasses import replace
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission
from etabli.exam.contract.french import count
from etabli.lab.manifest import Lab, SubmissionLimits
from etabli.reception.archives import SUFFIXES
from etabli.reception.dropped import DEFAULT_GROUP, Dropped, Gathered
from etabli.reception.moodle.naming import FILE, is_blind, without_group
from etabli.reception.moodle.pieces import Piece, pieces_of
from etabli.reception.sources import checked_path
from etabli.reception.submission import DECLARATION
from etabli.system.disk import is_full, room_on_disk
from etabli.system.zip_errors import UNREADABLE

_CHUNK = 1 << 20
_MB = 1_000_000
_MARGIN = 6
"""Intake counts files finely (those of « vendor » apart); here only a flood is stopped."""


def read_download(path: Path, lab: Lab, workshop: Path) -> Gathered | None:
    """Reads a download: one thing per learner or group, in Moodle's order; ``None`` for any other folder or zip.

    Args:
        path: The zip, or the folder it was unpacked to.
        lab: Tells entry files and limits.
        workshop: An existing empty folder, for copies of what will be graded.

    Raises:
        UsageProblem: The zip is protected by a password.
        DiskFull: There is no room for the copies.
    """
    with pieces_of(path) as pieces, room_on_disk(workshop):
        owners = _by_owner(pieces.found)
        dropped = [_dropped(found, lab, workshop / str(at), pieces.timed) for at, found in enumerate(owners)]
    if not dropped:
        return None
    shorts = without_group([one.name for one in dropped])
    texts = sum(any(piece.place.plugin != FILE for piece in found) for found in owners)
    named = tuple(_named(one, short) for one, short in zip(dropped, shorts, strict=True))
    return Gathered(named, moodle=True, texts=texts, passed_over=pieces.strange)


def _named(one: Dropped, short: str) -> Dropped:
    if one.group is None and is_blind(short):
        return replace(one, name=short, blind=True)
    return replace(one, short=short) if short != one.name else one


def _by_owner(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """By name and number: the number of a group may also be a learner's."""
    found: dict[tuple[str, str | None], list[Piece]] = defaultdict(list)
    for piece in pieces:
        found[piece.place.name, piece.place.participant].append(piece)
    return list(found.values())


def _dropped(pieces: Sequence[Piece], lab: Lab, target: Path, timed: bool) -> Dropped:
    first = pieces[0].place
    group = DEFAULT_GROUP if first.participant is None else None
    files = [piece for piece in pieces if piece.place.plugin == FILE]
    if not files:
        alone = "Seul un texte en ligne a été remis dans Moodle : demandez un fichier .zip."
        return Dropped(first.name, target, participant=first.participant, group=group, problem=alone)
    files.sort(key=lambda piece: (piece.when.timestamp() if piece.when else 0.0, piece.order))
    chosen, limits = _chosen(files, lab), lab.manifest.submission
    if _is_archive(chosen[0]) and len(chosen) == 1:
        target = target / f"depot{chosen[0].place.inner.suffix.lower()}"
        _size, problem = _copy(chosen[0], target, limits.size_mb, 0)
    else:
        target = target / "depot"
        problem = _copy_all(chosen, target, limits)
    moments = [piece.when for piece in files if piece.when]
    at = max(moments, default=None) if timed else None
    return Dropped(
        first.name,
        target,
        files=_listed(files, chosen),
        at=at,
        dated=at,
        participant=first.participant,
        group=group,
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
    if lab.recognises(names) or DECLARATION in names:
        return files
    archives = [piece for piece in files if _is_archive(piece)]
    zips = [piece for piece in archives if piece.place.inner.suffix.lower() == ".zip"]
    return (zips or archives)[-1:] or files


def _is_archive(piece: Piece) -> bool:
    return piece.place.inner.suffix.lower() in SUFFIXES


def _listed(files: Sequence[Piece], chosen: Sequence[Piece]) -> tuple[str, ...]:
    others = [piece.place.inner.as_posix() for piece in files if piece not in chosen]
    first = chosen[0].place.inner.as_posix()
    if len(chosen) == 1:
        return (*others, first)
    more = count(len(chosen) - 1, "{n} autre fichier", "{n} autres fichiers")
    return (*others, f"{first} et {more}")


def _copy_all(chosen: Sequence[Piece], folder: Path, limits: SubmissionLimits) -> str | None:
    if len(chosen) > limits.files * _MARGIN:
        return f"Le rendu contient plus de {limits.files} fichiers : demandez un rendu sans ce qui n'est pas demandé."
    size = 0
    for piece in chosen:
        try:
            checked_path(piece.place.inner.as_posix())
        except RejectedSubmission as refusal:
            return str(refusal)
        size, problem = _copy(piece, folder / piece.place.inner, limits.size_mb, size)
        if problem:
            return problem
    return None


def _copy(piece: Piece, target: Path, most_mb: int, size: int) -> tuple[int, str | None]:
    """Copies one piece; returns the size so far, and a sentence when the piece is unreadable or too much."""
    heavy = f"Le rendu pèse plus de {most_mb} Mo : demandez un rendu sans ce qui n'est pas demandé."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with piece.open() as stream, open(target, "xb") as copy:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most_mb * _MB:
                    return size, heavy
                copy.write(chunk)
    except UNREADABLE as error:
        if is_full(error):
            raise
        return size, "Le fichier remis est illisible dans ce téléchargement de Moodle : téléchargez-le de nouveau."
    return size, None
