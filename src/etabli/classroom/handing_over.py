"""Handing over: one person's data as a zip, with an index that they can read and the rows as JSON."""

from __future__ import annotations

import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO, Any, Protocol

import jinja2

from etabli.appreciation.kept import folder_of, said_of
from etabli.classroom.before_jury import is_kept_back, without_mark
from etabli.classroom.elsewhere import rows_of
from etabli.classroom.personal import TITLES, Folder, Holding, Part, facts
from etabli.classroom.zips import date_of
from etabli.roster.learner import Learner
from etabli.system.digest import open_regular

INDEX, DATA = "lisez-moi.html", "donnees.json"
_PRIVATE = frozenset({".etabli/compose.env", ".etabli/compose.yml"})
"""Of a workspace, for the machine alone: they hold the password of its services."""
_PARTS = {
    Part.WORKSPACE: "Espaces de travail : fichiers, vérifications, énoncés",
    Part.VERSIONS: "Anciennes versions des fichiers",
    Part.HAND_INS: "Dépôts et reçus",
    Part.RESULTS: "Résultats : vérifications figées, pages, rendus examinés",
    Part.RECUEIL: "Recueil de traces : ce que la personne a choisi et écrit, ce qui a été observé, documents",
    Part.FORMS: "Fiches envoyées au tuteur d'une PFMP",
    Part.YEAR: "Pages de l'année",
    Part.COMMISSIONS: "Commission : ce qui a été décidé, et les feuilles imprimées",
    Part.ARCHIVES: "Archives scellées",
    Part.BOUND: "Recueil préparé : page, PDF, documents",
}


_HEADINGS = {
    **{"at": "quand", "by": "par", "who": "qui", "what": "quoi", "about": "sur", "text": "texte", "lab": "TP"},
    **{"login": "identifiant", "shown": "nom affiché", "role": "rôle", "active": "compte ouvert"},
    **{"once": "code à usage unique", "wrong": "essais manqués", "wait_until": "attente jusqu'à"},
    **{"host": "site", "path": "page", "address": "adresse du poste", "well": "réussie", "session": "session"},
    **{"closes_at": "échéance", "begun_at": "début", "seen_at": "vu pour la dernière fois", "ended_at": "fin"},
    **{"ends_at": "fin", "saved_at": "enregistré", "asked_at": "demandé", "asked": "aide demandée", "said": "bilan"},
    **{"check": "point", "title": "intitulé", "outcome": "constat", "number": "numéro", "sha256": "SHA-256"},
    **{"size": "octets", "files": "fichiers", "late": "en retard", "warnings": "à savoir"},
}
"""What the index calls a column; what only ties rows together is in the JSON alone."""
_OUTCOMES = {"passed": "réussi", "failed": "à revoir", "blocked": "non observé", "error": "incident"}


@dataclass(frozen=True)
class Written:
    """What a zip holds."""

    rows: int
    files: int
    kept_back: tuple[str, ...] = ()
    """Files that may tell a proposition de note: left out, or given without it."""


class Timed(Protocol):
    """What knows the hour: a room, or a centre that has none."""

    @property
    def zone(self) -> tzinfo | None:
        """The time zone of every hour that a person reads."""

    def now(self) -> datetime:
        """Returns this instant."""


def hand_over(
    room: Timed, held: Holding, named: Learner | None, target: IO[bytes], marks: bool | None = None
) -> Written:
    """Writes all that is held of a person as a zip.

    Args:
        room: Whose hour it is.
        held: What it holds.
        named: The person's row in the table of names, if there is one.
        target: Where to write.
        marks: Whether propositions de note go along; none: of a session whose jury has met.
    """
    at = room.now().astimezone(room.zone)
    rows = {kind: [facts(row, room.zone) for row in found] for kind, found in held.rows.items() if found}
    files: dict[Part, list[str]] = {}
    kept_back: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, root in _placed(held.folders):
            cut = is_kept_back(folder, marks, at.date())
            for name, opened, moment in _files(folder.path):
                if folder.part is Part.WORKSPACE and name in _PRIVATE:
                    continue
                path = f"{folder.part}/{root}/{name}"
                content = without_mark(folder, name, opened) if cut else opened
                if content is not opened:
                    kept_back.append(path)
                if content is None:
                    continue
                _add(archive, path, content, moment)
                files.setdefault(folder.part, []).append(path)
        document: dict[str, Any] = {
            "schema": "etabli/donnees/1",
            "at": at.isoformat(timespec="seconds"),
            "login": held.person.login,
            "nom": asdict(named) if named else None,
            "appreciations": [one for folder in _results_of(held) for one in said_of(folder, held.person.shown)],
            **{kind.value: told for kind, told in rows.items()},
        }
        told = {str(path): rows_of(path, held.person.shown) for path in held.shared}
        document["sessions"] = told
        archive.writestr(DATA, json.dumps(document, ensure_ascii=False, indent=1, default=str))
        archive.writestr(INDEX, _index(held, named, rows, files, at, told, kept_back))
    return Written(sum(map(len, rows.values())), sum(map(len, files.values())), tuple(kept_back))


def _results_of(held: Holding) -> list[Path]:
    """Returns where what was said of the person's works is, of each output folder that holds some."""
    outs = dict.fromkeys(folder.path.parent for folder in held.folders if folder.part is Part.RESULTS)
    return [folder_of(out) for out in outs]


def _placed(folders: Any) -> Iterator[tuple[Folder, str]]:
    """Gives each folder its place: two of one name stay apart."""
    seen: dict[tuple[Part, str], int] = {}
    for folder in folders:
        name = re.sub(r"[^\w.-]+", "-", folder.name).strip("-.") or "dossier"
        again = seen[folder.part, name] = seen.get((folder.part, name), 0) + 1
        yield folder, name if again == 1 else f"{name}-{again}"


def _files(root: Path) -> Iterator[tuple[str, IO[bytes], float]]:
    """Gives the regular files below a folder, opened; a learner may have put links there, which lead nowhere here."""
    if not root.is_dir():
        with suppress(OSError), open_regular(root) as content:
            yield root.name, content, root.stat().st_mtime
        return
    for folder, folders, names, descriptor in os.fwalk(root, follow_symlinks=False):
        folders.sort()
        for name in sorted(names):
            try:
                opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=descriptor)
            except OSError:
                continue
            with open(opened, "rb") as content:
                seen = os.fstat(opened)
                if stat.S_ISREG(seen.st_mode):
                    yield str((Path(folder) / name).relative_to(root)), content, seen.st_mtime


def _add(archive: zipfile.ZipFile, path: str, content: IO[bytes], moment: float) -> None:
    info = zipfile.ZipInfo(path.encode("utf-8", "replace").decode(), date_of(moment))
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as written:
        while block := content.read(1 << 20):
            written.write(block)


def _index(
    held: Holding,
    named: Learner | None,
    rows: dict[Any, list[dict[str, Any]]],
    files: dict[Part, list[str]],
    at: datetime,
    shared: Mapping[str, Any],
    kept_back: Sequence[str],
) -> str:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("handing_over.html.j2").render(
        who=held.person,
        named=named,
        at=at,
        parts=[(TITLES[kind], [_in_french(row) for row in told]) for kind, told in rows.items()],
        shared=[(path, [_in_words(row) for row in told]) for path, told in shared.items()],
        kept_back=kept_back,
        files=[(_PARTS[part], part.value, names) for part, names in files.items()],
    )


def _in_french(row: dict[str, Any]) -> dict[str, str]:
    """Returns a row as a person reads it, by the headings of its columns."""
    return {heading: _value(key, row[key]) for key, heading in _HEADINGS.items() if key in row}


def _in_words(row: Any) -> str:
    """Returns a row of a file as a person reads it: its keys are French already."""
    if isinstance(row, dict):
        return " ; ".join(
            f"{key} : {_in_words(value)}" for key, value in row.items() if value not in (None, "", [], {})
        )
    return ", ".join(map(_in_words, row)) if isinstance(row, list) else str(row)


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value and (key in ("at", "wait_until") or key.endswith("_at")):
        return f"{datetime.fromisoformat(value):%d/%m/%Y %H:%M}"
    if isinstance(value, dict):
        return ", ".join(f"{name} : {told}" for name, told in value.items())
    if isinstance(value, list):
        return " ".join(map(str, value))
    return _OUTCOMES.get(value, value) if key == "outcome" else "" if value is None else str(value)
