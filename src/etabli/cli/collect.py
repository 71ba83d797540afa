"""From the paths of ``etabli grade`` to deposits under their candidates' identifiers, and to the roll of the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from etabli.cli.remarks import handed_twice, is_alias, matched, runs_left
from etabli.cli.screen import aside, escape
from etabli.cli.whose import ask_whose, remember
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.reception.attribution import Answers, Known, attribute, found_by_facts
from etabli.reception.deposits import Reading, gather, named_deposits, one_per_label, same_name
from etabli.reception.hand_in import HandIns, read_hand_ins, write_hand_ins
from etabli.reception.handed import Handed
from etabli.reception.moodle.assignment import refuse_other_assignment
from etabli.reception.moodle.worksheet import Worksheet
from etabli.reception.owned import Owned, one_each, owned_deposits
from etabli.reception.roll_call import Call, call_roll, without_participants
from etabli.reception.submission import Deposit
from etabli.reports.roll import Roll, roll_from, roster_of
from etabli.roster.roster import Roster, class_names, open_roster
from etabli.runs.store import newest_folders


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

    deposits: list[Deposit]
    received: Mapping[str, Handed]
    call: Call
    roster: Roster | None = None
    former: HandIns | None = None
    left: Sequence[Handed] = ()
    """What was left aside."""
    texts: int = 0
    """How many learners wrote an online text only or besides."""


def collect(
    lab: Lab, paths: Sequence[Path], out: Path, session: str, reading: Reading, whom: Whom, workshop: Path
) -> Collected:
    """Finds what was handed in and whose it is.

    Raises:
        UsageProblem: Something is not where it was said to be, or nobody can tell whose it is.
    """
    former = _former(out, lab, session)
    roster = _roster(out, whom, former)
    answers = Answers(whom.answers)
    gathered = gather(paths, lab, reading, workshop)
    if whom.worksheet:
        refuse_other_assignment(whom.worksheet, {one.participant for one in gathered.handed if one.participant})
    handed = _dated_by_hand([_dated(one, whom.worksheet) for one in gathered.handed], whom.handed_in_at)
    call = Call(lab.id, session, whom.deadline)
    if roster is None:
        _need_no_class(gathered.moodle, whom)
        return _without_class(handed, call, former)
    found = attribute(handed, roster, answers, known=_known(whom.worksheet), former=former)
    taken = {learner.alias: one.described for one, learner in one_each(found.owned).pairs}
    told, put_aside = ask_whose(found.questions, roster, taken)
    owned = one_each([*found.owned, *told])
    _tell(matched(one_each(found.owned).pairs, roster), handed_twice(owned.twice))
    _learn(owned, found.left, roster)
    received = {learner.alias: one for one, learner in owned.pairs}
    return Collected(
        owned_deposits(owned),
        received,
        call,
        roster,
        _put_right(former, received, _disowned(found.left, roster, whom.worksheet), out),
        left=(*found.left, *put_aside),
        texts=gathered.texts,
    )


def _without_class(handed: Sequence[Handed], call: Call, former: HandIns | None) -> Collected:
    sifted = one_per_label(handed)
    kept = list(sifted.kept.values())
    _tell(handed_twice([one.label for name, one in sifted.kept.items() if name in sifted.twice]))
    doubtful = [same_name(group) for group in sifted.different.values()]
    if doubtful and not kept:
        raise UsageProblem(doubtful[0])
    _tell(*doubtful)
    received = {deposit.candidate: one for one in kept for deposit in named_deposits([one])}
    left = tuple(one for group in sifted.different.values() for one in group)
    return Collected(named_deposits(kept), received, call, former=former, left=left)


def _tell(*sentences: str | None) -> None:
    for sentence in sentences:
        if sentence:
            aside.print(escape(sentence), soft_wrap=True, highlight=False)


def _learn(owned: Owned, left: Sequence[Handed], roster: Roster) -> None:
    """Remembers whose names were met, and forgets what was said of those now left aside."""
    for one, learner in owned.pairs:
        known = [found.alias for found in roster.find(full_name=one.label)]
        if known != [learner.alias] and not is_alias(one, learner, roster):
            remember(roster, one, learner)
    for one in left:
        if not one.blind and (whose := roster.forget(one.label)):
            sentence = "« {name} » n'est plus retenu comme un autre nom de {alias}."
            _tell(sentence.format(name=one.label, alias=whose.alias))


def _disowned(left: Sequence[Handed], roster: Roster, worksheet: Worksheet | None) -> set[str]:
    """Moodle's numbers of what was left aside and bears no name of a learner: no answer from before stands."""
    known = _known(worksheet)
    return {
        one.participant
        for one in left
        if one.participant and len(found_by_facts(one, roster, known.get(one.participant))) != 1
    }


def _put_right(former: HandIns | None, received: Mapping[str, Handed], disowned: set[str], out: Path) -> HandIns | None:
    owners = {one.participant: alias for alias, one in received.items() if one.participant}
    entries = former.entries if former else ()
    moved = {
        entry.participant
        for entry in entries
        if entry.participant
        and (entry.participant in disowned or owners.get(entry.participant, entry.candidate) != entry.candidate)
    }
    _tell(*runs_left(former, sorted(moved), sorted(received), out))
    return without_participants(former, disowned) if former else None


def _former(out: Path, lab: Lab, session: str) -> HandIns | None:
    former = read_hand_ins(out)
    return former if former and (former.lab, former.session) == (lab.id, session) else None


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


def _need_no_class(moodle: bool, whom: Whom) -> None:
    if moodle:
        classes = ", ".join(f"« {name} »" for name in class_names())
        known = f"classes connues : {classes}" if classes else "aucune classe n'est connue"
        raise UsageProblem(
            f"Ce sont des travaux remis dans Moodle, sous le nom des élèves : ajoutez « --classe NOM » ({known} ; "
            "« etabli classe import LISTE.csv --classe NOM » en crée une)."
        )
    if whom.answers:
        raise UsageProblem("« --associer » demande une classe : ajoutez « --classe NOM ».")


def _dated(handed: Handed, worksheet: Worksheet | None) -> Handed:
    rows = {row.participant: row for row in worksheet.rows} if worksheet else {}
    row = rows.get(handed.participant or "")
    return replace(handed, at=row.submitted) if row and row.submitted else handed


def _dated_by_hand(handed: Sequence[Handed], at: datetime | None) -> list[Handed]:
    if at is None:
        return list(handed)
    if all(one.participant for one in handed):
        raise UsageProblem(
            "« --rendu-le » dit l'heure des rendus donnés hors de Moodle, et il n'y en a pas ici : pour ceux de "
            "Moodle, ajoutez « --feuille »."
        )
    return [replace(one, at=one.at or (None if one.participant else at)) for one in handed]


def _known(worksheet: Worksheet | None) -> dict[str, Known]:
    rows = worksheet.rows if worksheet else ()
    return {row.participant: Known(row.name, row.email, row.number) for row in rows}


def note_roll(collected: Collected, out: Path) -> Roll | None:
    """Writes ``remises.json`` and returns the roll; ``None`` when neither class nor deadline was ever given."""
    if collected.roster is None and collected.call.deadline is None and collected.former is None:
        return None
    graded = [folder.candidate for folder in newest_folders(out, collected.call.lab, collected.call.session)]
    hand_ins = call_roll(
        collected.call, collected.received, roster=collected.roster, former=collected.former, graded=graded
    )
    write_hand_ins(out, hand_ins)
    return roll_from(hand_ins, collected.roster)
