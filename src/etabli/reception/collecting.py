"""Collecting: from the paths of a command to deposits of known candidates and to the roll call of their class.

:func:`collect` reads what was dropped and recognises what it can. Whoever calls it (a terminal, a page) puts the
questions of :attr:`Collection.settling` to a person, and hands the answered :class:`Settling` to
:meth:`Collection.collected`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import some
from etabli.lab.manifest import Lab
from etabli.reception.answers import Answers
from etabli.reception.dropped import Dropped, Gathered
from etabli.reception.gathering import Reading, gather
from etabli.reception.hand_in import FILE as HAND_INS
from etabli.reception.hand_in import HandIn, HandIns, read_hand_ins, write_hand_ins
from etabli.reception.moodle.assignment import refuse_other_assignment
from etabli.reception.moodle.worksheet import Row, Worksheet
from etabli.reception.recognition import meant_by
from etabli.reception.roll_call import Call, call_roll, roster_of
from etabli.reception.settling import Settled, Settling, settle, settle_without_class
from etabli.reception.sources import is_junk
from etabli.roster.names import name_key
from etabli.roster.roster import Roster, class_names, open_roster
from etabli.runs.store import FILE as INDEX
from etabli.runs.store import Apart, bring_together, known_spellings, newest_folders

_OURS = (INDEX, HAND_INS, "resultats.json")
"""What only an output folder holds: the index may be removed, since it can always be made again."""


@dataclass(frozen=True)
class Whom:
    """Who was expected to hand in, and until when."""

    class_name: str | None = None
    deadline: datetime | None = None
    answers: Sequence[str] = ()
    """``NAME=ALIAS`` pairs."""
    worksheet: Worksheet | None = None
    handed_in_at: datetime | None = None
    """When what did not come through Moodle was handed in, if the teacher says."""


@dataclass(frozen=True)
class Collected:
    """What will be graded, and of whom."""

    settled: Settled
    call: Call
    roster: Roster | None = None
    former: HandIns | None = None
    """The hand-ins from before, without those that turned out to be another's."""
    strayed: tuple[HandIn, ...] = ()
    """Hand-ins from before whose runs are still there, though the deposit is no longer that learner's."""
    texts: int = 0
    """How many learners wrote an online text only or besides."""
    passed_over: tuple[str, ...] = ()
    """What was in a download of Moodle under no name of Moodle's."""
    joined: tuple[tuple[str, str], ...] = ()
    """Spellings of an identifier whose runs are now under another case of it."""
    apart: tuple[Apart, ...] = ()
    """Spellings whose runs could not be."""

    def note(self, out: Path) -> HandIns | None:
        """Calls the roll and writes ``remises.json``; ``None`` when neither class nor deadline was ever given."""
        if self.roster is None and self.call.deadline is None and self.former is None:
            return None
        graded = [folder.candidate for folder in newest_folders(out, self.call.lab, self.call.session)]
        hand_ins = call_roll(self.call, self.settled.received, roster=self.roster, former=self.former, graded=graded)
        write_hand_ins(out, hand_ins)
        return hand_ins


@dataclass(frozen=True)
class Collection:
    """What was dropped for one roll call, as far as names and options tell whose it is."""

    call: Call
    out: Path
    settling: Settling | Settled
    """Without a class there is nothing to ask."""
    rows: Mapping[str, Row]
    """Moodle's worksheet, by participant."""
    former: HandIns | None = None
    texts: int = 0
    passed_over: tuple[str, ...] = ()

    def collected(self, settled: Settled) -> Collected:
        """Returns what will be graded, once nothing is asked any more; runs in two spellings are brought together."""
        roster = self.settling.roster if isinstance(self.settling, Settling) else None
        joined, apart = bring_together(self.out, _spellings(self.out, roster, None))
        if roster is None or not isinstance(self.settling, Settling):
            return Collected(settled, self.call, former=self.former, texts=self.texts, joined=joined, apart=apart)
        disowned = {
            number
            for one in self.settling.withdrawn
            if len(meant_by(one, roster, self.rows.get(one.participant or ""))) != 1
            for number in one.numbers
        }
        settled = replace(settled, received=_with_own_rows(settled.received, self.rows.values(), roster))
        former, strayed = _put_right(self.former, settled.received, disowned)
        still = tuple(entry for entry in strayed if (self.out / entry.candidate).is_dir())
        return Collected(settled, self.call, roster, former, still, self.texts, self.passed_over, joined, apart)


def collect(
    lab: Lab, paths: Sequence[Path], out: Path, session: str, reading: Reading, whom: Whom, workshop: Path
) -> Collection:
    """Finds what was dropped and whose it is, as far as nobody needs to be asked.

    Raises:
        UsageProblem: Something is not where it was said to be, or the options do not fit what is there; or results
            would be written among what was handed in.
    """
    for path in paths:
        _keep_apart(path, out)
    _refuse_a_folder_of_others(out)
    former = read_hand_ins(out)
    former = former if former and (former.lab, former.session) == (lab.id, session) else None
    roster = _roster(out, whom, former)
    known = _spellings(out, roster, former)
    former = _respelled(former, known) if former else None
    answers = Answers(whom.answers)
    gathered = gather(paths, lab, reading, workshop)
    rows = {row.participant: row for row in whom.worksheet.rows} if whom.worksheet else {}
    if whom.worksheet:
        refuse_other_assignment(whom.worksheet, _learners_numbers(gathered.dropped, rows))
    dropped = _dated(gathered.dropped, rows, whom.handed_in_at)
    if roster is None:
        _need_no_class(gathered, whom)
    settling = (
        settle(dropped, roster, answers, rows=rows, former=former) if roster else settle_without_class(dropped, known)
    )
    call = Call(lab.id, session, whom.deadline)
    return Collection(call, out, settling, rows, former, gathered.texts, gathered.passed_over)


def _keep_apart(path: Path, out: Path) -> None:
    """Keeps results and hand-ins apart: what a learner puts into their work must never be read as a run of ours.

    Raises:
        UsageProblem: The output folder is the path, holds it or lies in it, whatever links or spellings lead there.
    """
    given, results = _way(path), _way(out)
    if given[0] == results[0]:
        how = "est aussi le dossier des rendus"
    elif given[0] in results:
        how = f"est dans « {path} », avec les rendus"
    elif results[0] in given:
        how = f"contient les rendus (« {path} »)"
    else:
        return
    raise UsageProblem(
        f"Le dossier des résultats « {out} » {how} : un fichier d'élève y passerait pour un résultat. Donnez un "
        "dossier à part avec « --sortie », hors des rendus."
    )


def _refuse_a_folder_of_others(out: Path) -> None:
    """Keeps results out of a folder that holds other things: it may be a class's hand-ins, of which one is given now.

    Raises:
        UsageProblem: The output folder is there, is not empty, and none of the files that we write is in it.
    """
    if not out.is_dir() or any((out / name).is_file() for name in _OURS):
        return
    others = sorted(name for name in os.listdir(out) if not name.startswith(".") and not is_junk(PurePosixPath(name)))
    if others:
        raise UsageProblem(
            f"Le dossier des résultats « {out} » existe déjà et n'a pas été écrit par Établi (on y trouve : "
            f"{some(others)}) : un fichier d'élève y passerait pour un résultat. Donnez un dossier vide ou nouveau "
            "avec « --sortie »."
        )


def _way(path: Path) -> list[Path | tuple[int, int]]:
    """A path and the folders that it is in, by identity where they exist: links and upper case lead to the same."""
    places = (path.resolve(), *path.resolve().parents)
    return [(facts.st_dev, facts.st_ino) if (facts := _facts(place)) else place for place in places]


def _facts(place: Path) -> os.stat_result | None:
    try:
        return place.stat()
    except OSError:
        return None


def _roster(out: Path, whom: Whom, former: HandIns | None) -> Roster | None:
    if whom.class_name is None:
        return roster_of(former)
    roster = open_roster(whom.class_name)
    if former and former.class_name not in (None, roster.name):
        raise UsageProblem(
            f"« {out} » garde déjà les remises de la classe {former.class_name} : donnez un autre dossier avec « "
            "--sortie »."
        )
    return roster


def _spellings(out: Path, roster: Roster | None, former: HandIns | None) -> dict[str, str]:
    """How candidates are written, by their identifiers in lower case: as the class does, else as they were before."""
    aliases = [learner.alias for learner in roster.learners(active_only=False)] if roster else []
    noted = [entry.candidate for entry in former.entries] if former else []
    return {
        **{name.lower(): name for name in noted},
        **known_spellings(out),
        **{alias.lower(): alias for alias in aliases},
    }


def _respelled(former: HandIns, known: Mapping[str, str]) -> HandIns:
    """Writes the hand-ins from before as candidates are written now, one each."""
    entries = {known[entry.candidate.lower()]: entry for entry in former.entries}
    return replace(former, entries=tuple(replace(entry, candidate=name) for name, entry in entries.items()))


def _need_no_class(gathered: Gathered, whom: Whom) -> None:
    if gathered.moodle:
        classes = ", ".join(f"« {name} »" for name in class_names())
        known = f"classes connues : {classes}" if classes else "aucune classe n'est connue"
        raise UsageProblem(
            f"Ce sont des travaux remis dans Moodle, sous le nom des élèves : ajoutez « --classe NOM » ({known} ; "
            "« etabli classe import LISTE.csv --classe NOM » en crée une)."
        )
    if whom.answers:
        raise UsageProblem("« --associer » demande une classe : ajoutez « --classe NOM ».")


def _learners_numbers(dropped: Sequence[Dropped], rows: Mapping[str, Row]) -> set[str]:
    """The numbers that may be learners': where a worksheet knows these groups, those of what bears a learner's name."""
    names = {name_key(row.name) for row in rows.values() if row.name}
    groups = {name_key(row.group) for row in rows.values() if row.group}
    numbered = {one.participant: name_key(one.name) for one in dropped if one.participant}
    teams = bool(groups) and any(name in names | groups for name in numbered.values())
    return {number for number, name in numbered.items() if not teams or name in names}


def _with_own_rows(received: Mapping[str, Dropped], rows: Iterable[Row], roster: Roster) -> dict[str, Dropped]:
    """Gives each member of a group what the worksheet says in their own row: their number, and the hour."""
    own: dict[str, Row] = {}
    for row in rows:
        found = roster.find(full_name=row.name, email=row.email, number=row.number)
        own |= {learner.alias: row for learner in found if len(found) == 1}
    return {
        alias: replace(one, participant=own[alias].participant, at=own[alias].submitted or one.at)
        if one.group is not None and alias in own
        else one
        for alias, one in received.items()
    }


def _dated(dropped: Sequence[Dropped], rows: Mapping[str, Row], by_hand: datetime | None) -> list[Dropped]:
    """Gives each thing its hour: the worksheet's, which is sure, or the one that the teacher says."""
    if by_hand and all(one.from_moodle for one in dropped):
        raise UsageProblem(
            "« --rendu-le » dit l'heure des rendus donnés hors de Moodle, et il n'y en a pas ici : pour ceux de "
            "Moodle, ajoutez « --formulaire »."
        )
    return [replace(one, at=_hour(one, rows) or one.at or (None if one.from_moodle else by_hand)) for one in dropped]


def _hour(dropped: Dropped, rows: Mapping[str, Row]) -> datetime | None:
    row = rows.get(dropped.participant or "")
    return row.submitted if row else None


def _put_right(
    former: HandIns | None, received: Mapping[str, Dropped], disowned: set[str]
) -> tuple[HandIns | None, list[HandIn]]:
    """Forgets the hand-ins noted under disowned numbers of Moodle, and those of who is no member: no answer stands.

    Returns:
        The hand-ins that are left, and those whose deposit turned out to be another's or nobody's while nothing else
        came from that learner.
    """
    if former is None:
        return None, []
    owners = {one.participant: alias for alias, one in received.items() if one.participant}
    groups = {number for one in received.values() if one.group is not None for number in one.numbers}
    strayed = [
        entry
        for entry in former.entries
        if entry.number
        and entry.candidate not in received
        and (
            entry.number in disowned | groups
            or (entry.group is None and owners.get(entry.participant or "", entry.candidate) != entry.candidate)
        )
    ]
    gone = [entry for entry in strayed if entry.number in groups]
    left = tuple(entry for entry in former.entries if entry.number not in disowned and entry not in gone)
    return replace(former, entries=left), strayed
