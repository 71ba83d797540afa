"""An exercise: an invented class, what its learners handed in as Moodle hands it over, and the worksheet to fill.

Learners are those of ``graders/<lab>/specimens/eleves.csv``, in the order that the class will draw; what each handed
in is the witness submission of the same rank in ``classe.yaml``. Three hand in nothing, one is late; some deposits are
loose files, or several versions.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from etabli.exam.contract.errors import LabError
from etabli.grading.matrix import render_specimens
from etabli.lab.manifest import Lab
from etabli.lab.specimens.specimen import Specimen, load_class, load_specimens
from etabli.lab.variant import TRAINING
from etabli.roster.drawn import place_of
from etabli.roster.learner import Person
from etabli.system.disk import close_to_others
from etabli.system.settings import secret
from etabli.system.temporary import temporary_folder

LISTING = "liste.csv"
DOWNLOAD = "remises.zip"
WORKSHEET = "formulaire.csv"
LEARNERS = "eleves.csv"
DEADLINE = datetime(2026, 11, 20, 18, 0)
ABSENT = 6
"""Whose absence is to be excused."""

_MISSING = frozenset({3, ABSENT, 11})
_LATE = frozenset({5})
_LOOSE = frozenset({4, 12, 20})
_TWICE = frozenset({2, 9})
_FIRST_NUMBER = 48_120
_FORBIDDEN = str.maketrans("", "", "&<>\"`|':\\/")
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True)
class Seated:
    """One learner of the exercise, by rank in the class."""

    rank: int
    person: Person
    alias: str
    specimen: Specimen | None
    """``None`` when nothing is handed in."""

    @property
    def participant(self) -> int:
        """Moodle's number of the learner in this assignment."""
        return _FIRST_NUMBER + 7 * self.rank

    @property
    def submitted(self) -> datetime:
        """When the learner handed in."""
        return DEADLINE + (timedelta(days=1, hours=15) if self.rank in _LATE else -timedelta(minutes=23 * self.rank))

    @property
    def moodle_name(self) -> str:
        """The full name as Moodle writes it in a path."""
        return self.person.name.translate(_FORBIDDEN)


def places(
    lab: Lab, prefix: str, learners: int | None = None, *, people: Sequence[Person] | None = None
) -> list[Seated]:
    """Returns the learners of the exercise.

    Args:
        lab: Whose witness submissions they hand in.
        prefix: What their aliases begin with.
        learners: Only the first so many.
        people: Who they are; by default those of the lab's own invented class.

    Raises:
        LabError: The lab has no invented class.
    """
    key = secret()
    known = people_of(lab) if people is None else people
    ordered = sorted(known[:learners], key=lambda person: place_of(person, prefix, key))
    specimens = load_specimens(lab)
    handed = iter(load_class(lab, specimens).values())
    return [_place(rank, person, prefix, specimens, handed) for rank, person in enumerate(ordered, start=1)]


def _place(rank: int, person: Person, prefix: str, specimens: dict[str, Specimen], handed: Iterator[str]) -> Seated:
    name = None if rank in _MISSING else next(handed, None)
    return Seated(rank, person, f"{prefix}-{rank:02}", specimens[name] if name else None)


def class_size(lab: Lab) -> int:
    """Returns how many learners the lab's invented class has; none when it has no class."""
    return len(people_of(lab)) if (lab.grader / "specimens" / LEARNERS).is_file() else 0


def people_of(lab: Lab) -> list[Person]:
    """Returns the learners of a lab's invented class.

    Raises:
        LabError: The lab has none.
    """
    path = lab.grader / "specimens" / LEARNERS
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter=";"))
    except OSError as error:
        raise LabError(f"{path} manque : écrivez-y une classe inventée, puis relancez.") from error
    return [Person(row["Nom"], row["Prénom"], row["Courriel"]) for row in rows]


def make_exercise(lab: Lab, folder: Path, everyone: Sequence[Seated]) -> None:
    """Writes the list, the download and the worksheet into a folder, made if need be."""
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:  # right works are in it: the teacher's alone
        close_to_others(folder)
    (folder / LISTING).write_bytes(_listing(everyone))
    (folder / WORKSHEET).write_bytes(_worksheet(everyone))
    with temporary_folder() as workshop:
        specimens = {place.alias: place.specimen for place in everyone if place.specimen}
        render_specimens(lab, specimens, secret(), TRAINING, workshop)
        _download(folder / DOWNLOAD, everyone, workshop)


def _listing(everyone: Sequence[Seated]) -> bytes:
    """As PRONOTE writes: family names in capitals, semicolons, a byte order mark."""
    rows = [["Nom", "Prénom", "Courriel"]]
    rows += sorted([place.person.family.upper(), place.person.given, place.person.email or ""] for place in everyone)
    return ("\ufeff" + "".join(";".join(row) + "\r\n" for row in rows)).encode("utf-8")


def _download(path: Path, everyone: Sequence[Seated], rendered: Path) -> None:
    """As Moodle streams it: every member bears the moment of the download, two days after the deadline's week-end."""
    moment = DEADLINE + timedelta(days=2, hours=14)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in everyone:
            if place.specimen is None:
                continue
            moment += timedelta(seconds=2)
            folder = f"{place.moodle_name}_{place.participant}_assignsubmission_file"
            for name, content in _files(place, rendered / place.alias):
                archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", moment.timetuple()[:6]), content)


def _files(place: Seated, work: Path) -> Iterator[tuple[str, bytes]]:
    files = [
        (path.relative_to(work).as_posix(), path.read_bytes()) for path in sorted(work.rglob("*")) if path.is_file()
    ]
    if place.rank in _LOOSE and files:
        yield from files
        return
    if place.rank in _TWICE:
        yield "tp-v1.zip", _zipped(files[:1])
    yield ("tp-v2.zip" if place.rank in _TWICE else "tp.zip"), _zipped(files)


def _zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("tp")
        for name, content in files:
            archive.writestr(f"tp/{name}", content)
    return buffer.getvalue()


def _worksheet(everyone: Sequence[Seated]) -> bytes:
    header = ["Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Note maximale"]
    header += ["La note peut être modifiée", "Dernière modification (travail remis)"]
    header += ["Dernière modification (note)", "Feedback par commentaires"]
    rows = [header, *(_row(place) for place in everyone)]
    return ("\ufeff" + "".join(",".join(map(_cell, row)) + "\n" for row in rows)).encode("utf-8")


def _row(place: Seated) -> list[str]:
    status = "Remis pour évaluation" if place.specimen else "Pas de travail remis"
    when = _moodle_date(place.submitted) if place.specimen else "-"
    identity = [f"Participant{place.participant}", place.person.name, place.person.email or ""]
    return [*identity, status, "", "20,00", "Oui", when, "-", ""]


def _cell(text: str) -> str:
    return f'"{text}"' if any(char in text for char in ' ,"\n') else text


def _moodle_date(moment: datetime) -> str:
    return f"{_DAYS[moment.weekday()]} {moment.day} novembre {moment.year}, {moment:%H:%M}"
