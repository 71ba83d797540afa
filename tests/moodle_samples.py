"""Downloads and worksheets shaped as Moodle makes them; every name in them is invented."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from deposit_samples import zipped

from etabli.roster.learner import Learner, Person
from etabli.roster.roster import Roster, new_roster

DOWNLOADED = datetime(2026, 11, 23, 8, 30, 0)
PEOPLE = (
    Person("MARTIN", "Léa", "lea.martin@lycee.example", "A001"),
    Person("d'Almeida", "Inès", "ines@lycee.example"),
    Person("DUPONT LEROY", "Anne-Sophie"),
    Person("PETIT", "Jean", "jean.petit@lycee.example"),
    Person("PETIT", "Jean", "jean2.petit@lycee.example"),
    Person("KONÉ", "Awa"),
)


def sno(people: Iterable[Person] = PEOPLE) -> Roster:
    """Makes the class SNO in the table of names of ``ETABLI_HOME``."""
    roster = new_roster("SNO")
    roster.add(list(people))
    return roster


def learner(alias: str) -> Learner:
    return new_roster("SNO").get(alias)


def spellings(roster: Roster) -> dict[str, str]:
    """Which alias each spelling that was remembered is for."""
    return {known: one.alias for one in roster.learners(active_only=False) for known in one.spellings}


def packed(**files: str) -> bytes:
    """A learner's own zip; ``__`` stands for a dot."""
    return zipped({name.replace("__", "."): content.encode() for name, content in files.items()})


SITE = packed(index__php="<?php echo 1;")


def download(
    path: Path, members: Iterable[tuple[str, bytes | str]], *, dates: Iterable[datetime] | None = None
) -> Path:
    """Writes what « Télécharger tous les travaux remis » gives: by default with the dates of the download."""
    moments = iter(dates) if dates is not None else (DOWNLOADED + timedelta(seconds=2 * at) for at in range(10_000))
    with zipfile.ZipFile(path, "w") as archive:
        for (name, content), moment in zip(members, moments, strict=False):
            info = zipfile.ZipInfo(name, moment.timetuple()[:6])
            archive.writestr(info, content)
    return path


FR = (
    '\ufeffIdentifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale","La note peut être modifiée",'
    '"Dernière modification (travail remis)","Dernière modification (note)","Feedback par commentaires"\n'
    'Participant101,"Léa Martin",lea.martin@lycee.example,"Remis pour évaluation",,"20,00",Oui,'
    '"vendredi 20 novembre 2026, 18:02",-,\n'
    'Participant102,"Inès d\'Almeida",ines@lycee.example,"Remis pour évaluation - En retard de 2 jours","8,50","20,00",'
    'Oui,"dimanche 22 novembre 2026, 09:15","lundi 23 novembre 2026, 08:00","Déjà lu, ""bien"".\nÀ revoir."\n'
    'Participant103,"Anne-Sophie Dupont Leroy",,"Pas de travail remis",,"20,00",Oui,-,-,\n'
    'Participant199,"Zoé Inconnue",zoe@lycee.example,"Remis pour évaluation",,"20,00",Oui,'
    '"vendredi 20 novembre 2026, 07:00",-,\n'
)
EN = (
    'Identifier,"Full name","ID number",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\r\n'
    '"Participant 101","Léa Martin",A001,"Submitted for grading",,100.00,Yes,"Friday, 20 November 2026, 6:02 PM",-,\r\n'
    '"Participant 102","Inès d\'Almeida",,"Submitted for grading",,100.00,Yes,"Sunday, 22 November 2026, 9:15 AM",-,\r\n'
)


def worksheet(path: Path, text: str = FR) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path
