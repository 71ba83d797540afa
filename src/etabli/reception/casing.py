"""Names that are the same on Windows and not on the server: upper and lower case.

A pure function of what a submission holds and of what was asked for in vain: by the visitor's browser (requests
answered 404) and by the application itself (its journal). It gives advice for the student; no verdict depends on it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from etabli.exam.contract.transcript import Event
from etabli.reception.sources import is_junk

ADVICE = "casse-du-nom"
LEFT_OUT = "dossier-ecarte"
_ROOT = "/srv/app/"
_MOST = 5
_LOOKED_AT = 100
_LINE = 200


@dataclass(frozen=True)
class MissingFile:
    """A file that was asked for and is not there."""

    name: str
    """As it was asked for, without the leading slash."""
    place: str
    """Where in the submission it would be; its end is enough when the application does not say more."""
    by: str
    """Who asked, for the student: « / », « index.php »."""
    said: str
    """What was seen: the request or the line of the journal."""
    whole: bool = False
    """``place`` is a path from the top of the submission."""


def advices(paths: Sequence[str], entry: str, events: Iterable[Event], journal: str) -> list[Event]:
    """Returns the advice events for the names that differ by case alone, each name once.

    Args:
        paths: What the submission holds.
        entry: The entry file: the site's root is its folder.
        events: The run's events; those of kind ``missing`` count.
        journal: What the application said.
    """
    requested = list(_requested(events, PurePosixPath(entry).parent.as_posix()))
    found: dict[str, Event] = {}
    for asked in _distinct((*requested, *_looked_for(journal))):
        there = near_miss(asked, paths)
        if there is not None:
            means = f" ; le rendu contient « {there} ». Sous Windows c'est le même nom, sous Linux (le serveur) non."
            look = f"Écrivez exactement pareil : « {there} » dans votre code, ou renommez le fichier."
            found.setdefault(there, _advice(ADVICE, asked, means, look))
    return [*list(found.values())[:_MOST], *_left_out(requested)]


def _advice(advice: str, asked: MissingFile, means: str, look: str) -> Event:
    """Returns an advice as an event of the run, with the keys of an explained message."""
    return {
        "kind": "advice",
        "check": None,
        "advice": advice,
        "message": asked.said,
        "means": f"{asked.by} demande « {asked.name} »{means}",
        "look": look,
    }


def _distinct(asked: Iterable[MissingFile]) -> list[MissingFile]:
    """Keeps the first names asked for, each once: a hostile journal may hold thousands, against thousands of files."""
    first: dict[tuple[str, bool], MissingFile] = {}
    for item in asked:
        first.setdefault((item.place, item.whole), item)
    return list(first.values())[:_LOOKED_AT]


def _left_out(asked: Iterable[MissingFile]) -> list[Event]:
    """Advises on the first request for something in a folder that intake leaves out, ``node_modules`` above all."""
    for item in asked:
        folder = next((part for part in PurePosixPath(item.place).parts[:-1] if is_junk(PurePosixPath(part))), None)
        if folder is not None:
            means = f", mais le dossier « {folder} » ne fait pas partie d'un rendu."
            look = "Copiez ce fichier dans un dossier à vous (par exemple « css ») et changez le lien."
            return [_advice(LEFT_OUT, item, means, look)]
    return []


def near_miss(asked: MissingFile, paths: Iterable[str]) -> str | None:
    """Returns the end of the one path that differs from what was asked by case alone, if there is exactly one."""

    def same(path: str, place: str) -> bool:
        return path == place or (not asked.whole and path.endswith(f"/{place}"))

    known = list(paths)
    if any(same(path, asked.place) for path in known):
        return None
    found = [path for path in known if same(path.casefold(), asked.place.casefold())]
    return found[0][-len(asked.name) :] if len(found) == 1 and len(found[0]) >= len(asked.name) else None


def wrong_entry(wanted: Iterable[str], paths: Iterable[str]) -> tuple[str, str] | None:
    """Returns the entry file that was wanted and the one that is there, when they differ by case alone."""
    by_folded = {path.casefold(): path for path in paths}
    return next(((name, by_folded[name.casefold()]) for name in wanted if name.casefold() in by_folded), None)


def _requested(events: Iterable[Event], root: str) -> Iterator[MissingFile]:
    for event in events:
        if event.get("kind") != "missing":
            continue
        name = unquote(str(event.get("path", ""))).lstrip("/")
        if not name:
            continue
        place = posixpath.normpath(posixpath.join(root, name))
        page = str(event.get("page", "/"))
        by = "Un lien du site" if page.lstrip("/") == name else f"La page « {page} »"
        yield MissingFile(name, place, by, f"GET /{name} : 404 Not Found", whole=True)


_PATTERNS = (
    re.compile(r"\w\((?P<name>[^()\n]{1,300})\): Failed to open stream: No such file or directory(?: in (?P<by>\S+))?"),
    re.compile(r"script '(?P<name>[^'\n]{1,300})' not found or unable to stat"),
    re.compile(r"\bTemplateNotFound: (?P<name>\S{1,300})"),
    re.compile(r"No such file or directory: '(?P<name>[^'\n]{1,300})'"),
    re.compile(r"\bModuleNotFoundError: No module named '(?P<module>[\w.]{1,300})'"),
)


def _looked_for(journal: str) -> Iterator[MissingFile]:
    for line in journal.splitlines():
        for pattern in _PATTERNS:
            if (seen := pattern.search(line)) is not None:
                yield _asked(seen, line)


def _asked(seen: re.Match[str], line: str) -> MissingFile:
    said = seen.groupdict()
    name = said.get("name") or f"{(said.get('module') or '').replace('.', '/')}.py"
    clean = posixpath.normpath(name.replace("\\", "/").removeprefix(_ROOT)).lstrip("/")
    while clean.startswith("../"):
        clean = clean[3:]
    by = (said.get("by") or "").removeprefix(_ROOT)
    who = f"Le fichier « {by} »" if by else "Votre application"
    return MissingFile(clean, clean, who, " ".join(line[max(0, seen.start() - 60) :].split())[:_LINE])
