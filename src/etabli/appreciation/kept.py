"""Where appreciations are: plain files beside results, which people may edit.

::

    appreciations.yaml            what is said now, learner by learner
    appreciations.journal.jsonl   every change, one per line, only ever added to
    remarques.yaml                the bank that a teacher brought

In a room, whose results the portal may only read, they are beside the hand-ins of the same opening.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import yaml

from etabli.appreciation.model import NOTHING, Appreciation, Appreciations, Bank, bank_misfits, misfits
from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import Lab
from etabli.referentiel.model import Referentiel
from etabli.runs.evidence import write_results
from etabli.system.account import acting_as
from etabli.system.disk import close_to_others, unwritable, why
from etabli.system.yaml_files import read_yaml

FILE, JOURNAL, BANK = "appreciations.yaml", "appreciations.journal.jsonl", "remarques.yaml"
_HEAD = """\
# Appréciations du TP {lab} : ce que des personnes ont vu dans les travaux (« etabli apprecier {lab} »).
# Vous pouvez corriger ce fichier : ce qui change est noté dans {journal}, qui garde tout.
"""
_ELSEWHERE = "choisissez un dossier où ce compte peut écrire"


class Means(StrEnum):
    """How something was said."""

    COMMAND = "commande"
    PAGE = "page"
    WORKBOOK = "classeur"
    FILE = "fichier"  #: somebody edited it


@dataclass(frozen=True)
class Place:
    """Where what is said of the works of one output folder is kept."""

    folder: Path
    lab: Lab
    referentiel: Referentiel

    def read(self) -> Appreciations:
        """Reads what is said; nothing is, where there is no file.

        Raises:
            LabError: It says something that it may not; all that is wrong is told, with file, line and key.
        """
        path = self.folder / FILE
        try:
            with _as_owner(self.folder):
                if not path.is_file():
                    return Appreciations(format="etabli/appreciations/1", tp=self.lab.id)
                return read_yaml(path, Appreciations, misfits(self.lab, self.referentiel))
        except OSError as error:
            raise _unreadable(path, error) from error

    def bank(self) -> Bank | None:
        """Reads the bank that was brought; none where nobody brought one.

        Raises:
            LabError: It cannot be read, or says something that it may not.
        """
        path = self.folder / BANK
        try:
            with _as_owner(self.folder):
                return read_bank(path, self.lab) if path.is_file() else None
        except OSError as error:
            raise _unreadable(path, error) from error

    def bring(self, bank: Path) -> Bank:
        """Keeps a bank in the place of the former one, once it is found right.

        Raises:
            LabError: It cannot be read, or says something that it may not.
            UsageProblem: It cannot be kept there.
        """
        found = read_bank(bank, self.lab)
        try:
            content = bank.read_bytes()
            with _as_owner(self.folder):
                write_results(self.folder / BANK, content)
        except OSError as error:
            raise unwritable(self.folder / BANK, error, _ELSEWHERE) from error
        return found

    def say(self, said: Iterable[Appreciation], means: Means) -> tuple[Appreciations, int]:
        """Puts appreciations in the place of former ones; one with neither degree nor remark takes its former away.

        What somebody changed in the file meanwhile is noted first. The same words again change nothing, nor does who
        says them.

        Returns:
            All that is said now, and how many changed.

        Raises:
            LabError: What is there is wrong: nothing is changed.
            UsageProblem: It cannot be written.
        """
        try:
            with _as_owner(self.folder), self._alone() as journal:
                former = self.read()
                kept = {one.key: one for one in former.appreciations}
                by_hand = list(_by_hand(journal, former.appreciations, datetime.now().astimezone()))
                changes = list(_put(kept, said, means))
                now = former.model_copy(update={"appreciations": tuple(kept[key] for key in sorted(kept))})
                if changes:
                    write_results(self.folder / FILE, self._text(now).encode())
                journal.writelines(f"{json.dumps(line, ensure_ascii=False)}\n" for line in [*by_hand, *changes])
        except OSError as error:
            raise unwritable(self.folder / FILE, error, _ELSEWHERE) from error
        return now, len(changes)

    @contextmanager
    def _alone(self) -> Iterator[IO[str]]:
        """Opens the journal, held so that two people who save at once do not undo each other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(self.folder / JOURNAL, flags, 0o640), "r+", encoding="utf-8", errors="replace") as journal:
            fcntl.flock(journal, fcntl.LOCK_EX)
            close_to_others(self.folder / JOURNAL)
            yield journal

    def _text(self, said: Appreciations) -> str:
        facts = said.model_dump(exclude_none=True, exclude_defaults=True)
        facts["appreciations"] = [
            one | {"le": one["le"].isoformat(timespec="seconds")} for one in facts.get("appreciations", ())
        ]
        text = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, width=110)
        return _HEAD.format(lab=self.lab.id, journal=JOURNAL) + text


def read_bank(path: Path, lab: Lab) -> Bank:
    """Reads a bank of remarks.

    Raises:
        LabError: It cannot be read, or says something that it may not.
    """
    try:
        return read_yaml(path, Bank, bank_misfits(lab))
    except OSError as error:
        raise LabError(f"« {path} » ne peut pas être lu ({why(error)}) : vérifiez le chemin.") from error


def folder_of(out: Path) -> Path:
    """Returns where what is said of an output folder's works is: there, or beside hand-ins in a room."""
    results = out.resolve()
    room = results.parent.parent
    is_room = results.parent.name == "resultats" and (room / "salle.yaml").is_file()
    return room / "depots" / results.name if is_room else out


def _unreadable(path: Path, error: OSError) -> LabError:
    return LabError(f"« {path} » ne peut pas être lu ({why(error)}) : vérifiez ses droits.")


@contextmanager
def _as_owner(folder: Path) -> Iterator[None]:
    """Gives root the rights of a folder's owner for the time of the block: in a room it is the portal's."""
    known = next((path for path in (folder, *folder.parents) if path.is_dir()), folder)
    facts = known.stat()
    with acting_as(facts.st_uid, facts.st_gid):
        yield


def forget(folder: Path, candidates: Iterable[str]) -> None:
    """Erases what is said of candidates, and its history; what cannot be read as ours goes whole.

    Raises:
        OSError: It cannot be done there.
    """
    gone = {one.lower() for one in candidates}
    with _as_owner(folder):
        path = folder / FILE
        if path.is_file() and not path.is_symlink():
            try:
                told = yaml.safe_load(path.read_text("utf-8"))
                left = [one for one in told["appreciations"] if str(one["eleve"]).lower() not in gone]
                text = yaml.safe_dump(told | {"appreciations": left}, allow_unicode=True, sort_keys=False, width=110)
                write_results(path, text.encode())
            except (yaml.YAMLError, ValueError, KeyError, TypeError, RecursionError):
                path.unlink()
        journal = folder / JOURNAL
        if journal.is_file() and not journal.is_symlink():
            lines = [one for one in history(folder) if str(one["eleve"]).lower() not in gone]
            write_results(journal, "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in lines).encode())


def said_of(folder: Path, candidate: str) -> list[dict[str, Any]]:
    """Returns every change of what is said of a candidate, for who asks for their data."""
    with _as_owner(folder):
        return [one for one in history(folder) if str(one["eleve"]).lower() == candidate.lower()]


def history(folder: Path) -> list[dict[str, Any]]:
    """Reads every change, the first one first; a line that is damaged is left out."""
    path = folder / JOURNAL
    return _lines(path.read_text("utf-8", "replace").splitlines()) if path.is_file() else []


def _lines(lines: Iterable[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in lines:
        with suppress(ValueError, RecursionError):
            told = json.loads(line)
            if isinstance(told, dict) and {"eleve", "critere", "apres"} <= set(told):
                found.append(told)
    return found


def _put(
    kept: dict[tuple[str, str], Appreciation], said: Iterable[Appreciation], means: Means
) -> Iterator[dict[str, Any]]:
    """Puts appreciations among those that are kept; gives a line for each that changes something."""
    for one in said:
        before = kept.get(one.key)
        if (before.said, before.rendu) == (one.said, one.rendu) if before else one.said == NOTHING:
            continue
        yield _line(_told(before), one, means)
        kept.pop(one.key, None)
        if one.said != NOTHING:
            kept[one.key] = one


def _by_hand(journal: IO[str], said: Sequence[Appreciation], now: datetime) -> Iterator[dict[str, Any]]:
    """Gives a line for each thing that the file says and the journal does not know, or the other way round."""
    journal.seek(0)
    known = {(str(line["eleve"]).lower(), str(line["critere"])): line for line in _lines(journal)}
    here = {one.key: one for one in said}
    for key in sorted(here.keys() | known.keys()):
        one, line = here.get(key), known.get(key, {"eleve": key[0], "apres": None})
        if line["apres"] != _told(one):
            who = one or Appreciation(eleve=line["eleve"], critere=key[1], par="?", le=now)
            yield _line(line["apres"], who.model_copy(update={"le": now}), Means.FILE)


def _line(before: dict[str, Any] | None, one: Appreciation, means: Means) -> dict[str, Any]:
    return {
        "le": one.le.isoformat(timespec="seconds"),
        "par": one.par,
        "eleve": one.eleve,
        "critere": one.critere,
        "avant": before,
        "apres": _told(one),
        "moyen": means.value,
    }


def _told(one: Appreciation | None) -> dict[str, Any] | None:
    if one is None or one.said == NOTHING:
        return None
    return {"degre": one.degre, "remarque": one.remarque, "rendu": one.rendu}
