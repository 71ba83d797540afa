"""The file in which a candidate hands in changes of the database's structure."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from etabli.lab.manifest import Lab
from etabli.reception.submission import Submission
from etabli.sandbox.base import Application

_LOOKED_AT = 5_000_000


@dataclass(frozen=True)
class StructureFile:
    """Where it is, and whether it makes tables anew (a dump) or changes those that exist."""

    path: str
    is_dump: bool


def find_structure(lab: Lab, submission: Submission, tables: list[str]) -> StructureFile | None:
    """Finds the structure file of a submission.

    Args:
        lab: Its manifest names the place, such as ``base/modifications.sql``; any other ``.sql`` file
            in the same folder is taken as a dump when that one is absent.
        submission: The fresh tree.
        tables: Names of the lab's own tables; a file that creates one of them is a dump.
    """
    place = lab.manifest.structure
    if place is None:
        return None
    folder = PurePosixPath(place).parent
    others = [
        path
        for path in submission.paths
        if PurePosixPath(path).parent == folder and PurePosixPath(path).suffix.lower() == ".sql"
    ]
    path = place if place in submission.paths else next(iter(others), None)
    if path is None:
        return None
    with open(submission.tree / path, "rb") as stream:
        head = stream.read(_LOOKED_AT)
    return StructureFile(path, is_dump=_creates(head, tables))


def _creates(sql: bytes, tables: list[str]) -> bool:
    names = b"|".join(re.escape(table.encode()) for table in tables)
    pattern = rb"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:`?\w+`?\s*\.\s*)?`?(?:" + names + rb")`?\s*\("
    return bool(names) and re.search(pattern, sql, re.IGNORECASE) is not None


def replay_command(application: Application, structure: StructureFile) -> Application:
    """Returns the candidate-type container that runs the file under the candidate's own account."""
    script = (
        'MYSQL_PWD="$DB_PASSWORD" exec mariadb -h "$DB_HOST" -P "$DB_PORT" -u "$DB_USER" '
        '--default-character-set=utf8mb4 "$DB_NAME" < "$1"'
    )
    command = ("sh", "-c", script, "rejouer", f"/srv/app/{structure.path}")
    return dataclasses.replace(application, command=command)
