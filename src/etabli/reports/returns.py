"""What goes back to Moodle from an output folder: comments for the worksheet, pages for the feedback zip.

The worksheet's column of grades stays as it came, unless the teacher gives a table. Then a mark goes there together
with a comment that calls it *note de formation*, never alone: where a person's own comment stays, so does the grade.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from etabli.exam.contract.french import count
from etabli.exam.contract.outcome import Status
from etabli.reception.hand_in import HandIns, HandInState
from etabli.reception.moodle.naming import feedback_path
from etabli.reception.moodle.worksheet import Column, Filling, Row, Worksheet, read_number
from etabli.reports.comment import Remarked, comment_of
from etabli.reports.html import render_learner
from etabli.reports.marking import OTHER_CHECKS, MarkingScheme, mark_in
from etabli.reports.payload import LabMeta, Payload
from etabli.reports.text import Word
from etabli.roster.roster import Roster

PAGE = "retour.html"
NOTHING = Filling()
T = TypeVar("T")


class Fate(StrEnum):
    """What becomes of one row of the worksheet."""

    FILLED = "filled"
    SAME = "same"  #: the worksheet says it already
    KEPT = "kept"  #: another grade or comment is there, which a person wrote: it stays
    MISSING = "missing"
    EXCUSED = "excused"
    REJECTED = "rejected"
    REVIEW = "review"
    MODIFIED = "modified"  #: the run is no longer what was frozen
    UNVERIFIABLE = "unverifiable"  #: the run was made by a version that kept no hash
    DECISIVE = "decisive"  #: not to be accepted as it is: a comment, and no mark from a table
    OTHER_CHECKS = "other_checks"  #: the run has other checks than the table: a comment, and no mark
    NO_RUN = "no_run"  #: of the class, but nothing was graded
    NO_SCALE = "no_scale"  #: the assignment's greatest grade is not that of the table
    NO_COMMENT = "no_comment"  #: the worksheet has no column of comments
    OTHER_NUMBER = "other_number"  #: the name of a learner whom Moodle knows by another number in this assignment
    STALE = "stale"  #: a mark that Établi wrote once is there, and nothing gives it any more
    UNKNOWN = "unknown"  #: nobody of the class, or nobody knows which of two


_FATE_WORDS = {
    Fate.FILLED: ("ligne remplie", "lignes remplies"),
    Fate.SAME: ("ligne déjà à jour", "lignes déjà à jour"),
    Fate.KEPT: ("note ou commentaire déjà présent, gardé", "notes ou commentaires déjà présents, gardés"),
    Fate.MISSING: ("non rendu, laissé vide", "non rendus, laissés vides"),
    Fate.EXCUSED: ("absent justifié, laissé vide", "absents justifiés, laissés vides"),
    Fate.REJECTED: ("rendu refusé, sans note", "rendus refusés, sans note"),
    Fate.REVIEW: ("rendu à relire par une personne, laissé vide", "rendus à relire, laissés vides"),
    Fate.MODIFIED: (
        "vérification modifiée depuis qu'elle a été figée, aucune note écrite",
        "vérifications modifiées depuis qu'elles ont été figées, aucune note écrite",
    ),
    Fate.UNVERIFIABLE: (
        "vérification non vérifiable (ancienne version), laissée vide",
        "vérifications non vérifiables (ancienne version), laissées vides",
    ),
    Fate.DECISIVE: ("rendu à reprendre avant tout, sans note", "rendus à reprendre avant tout, sans note"),
    Fate.OTHER_CHECKS: (
        "vérification faite avec d'autres points que ceux du barème, sans note",
        "vérifications faites avec d'autres points que ceux du barème, sans note",
    ),
    Fate.NO_RUN: ("élève sans vérification, laissé vide", "élèves sans vérification, laissés vides"),
    Fate.NO_SCALE: (
        "ligne dont la note maximale n'est pas celle du barème, laissée",
        "lignes dont la note maximale n'est pas celle du barème, laissées",
    ),
    Fate.NO_COMMENT: ("ligne sans colonne de commentaires, laissée", "lignes sans colonne de commentaires, laissées"),
    Fate.OTHER_NUMBER: (
        "élève connu de Moodle sous un autre numéro dans ce devoir, laissé",
        "élèves connus de Moodle sous un autre numéro dans ce devoir, laissés",
    ),
    Fate.STALE: ("note déjà présente, à retirer", "notes déjà présentes, à retirer"),
    Fate.UNKNOWN: ("participant hors de la classe, laissé", "participants hors de la classe, laissés"),
}
"""What became of a row, in the singular and in the plural."""
_EXPECTED = ("pas encore rendu, laissé vide", "pas encore rendus, laissés vides")
_UNEXAMINED = {Status.REJECTED.value: Fate.REJECTED, Status.MODIFIED.value: Fate.MODIFIED}
_UNMARKED = {"decisive": Fate.DECISIVE, OTHER_CHECKS.code: Fate.OTHER_CHECKS}
UNMARKED = frozenset(
    {
        *(Fate.MISSING, Fate.EXCUSED, Fate.NO_RUN, Fate.REVIEW, Fate.UNVERIFIABLE),
        *(*_UNEXAMINED.values(), *_UNMARKED.values()),
    }
)
"""The fates of a row that has no mark whatever the table."""
_LEFT = {HandInState.MISSING: Fate.MISSING, HandInState.EXCUSED: Fate.EXCUSED}


@dataclass(frozen=True)
class ReturnLine:
    """One row of the worksheet, and what is written in it."""

    row: Row
    candidate: str | None
    fate: Fate
    filling: Filling = NOTHING
    unmarked: Fate | None = None
    """Of a stale mark: what the fate of the row is without it, which says why."""


@dataclass(frozen=True)
class Wish:
    """What the teacher wants in the worksheet."""

    scheme: MarkingScheme | None = None
    """The teacher's own table; without it nothing is a mark."""
    replace: bool = False
    """Whether what a person wrote may be replaced."""
    remarks: Mapping[str, Sequence[Remarked]] = field(default_factory=dict)
    """What teachers wrote of each candidate's work."""


def lines_of(
    worksheet: Worksheet,
    payloads: Sequence[Payload],
    lab: LabMeta,
    wish: Wish,
    *,
    roster: Roster | None,
    hand_ins: HandIns | None,
) -> tuple[ReturnLine, ...]:
    """Decides what is written in each row; a row without a verdict is left empty, never a zero.

    Without the teacher's table there are comments only.

    Args:
        worksheet: As it was downloaded.
        payloads: The newest run of each candidate.
        lab: What the lab says of itself.
        wish: What the teacher wants.
        roster: The class, if it is known.
        hand_ins: The hand-ins of the output folder, which remember Moodle's numbers.
    """
    runs = {payload["candidate"]: payload for payload in payloads}
    states = hand_ins.by_candidate() if hand_ins else {}
    lines = []
    for row, candidate in _whose(worksheet, roster, hand_ins):
        entry = states.get(candidate) if candidate else None
        if candidate is None:
            lines.append(ReturnLine(row, None, Fate.UNKNOWN))
        elif entry and entry.participant not in (None, row.participant):
            lines.append(ReturnLine(row, candidate, Fate.OTHER_NUMBER))
        elif (payload := runs.get(candidate)) is None:
            fate = _LEFT.get(entry.state, Fate.NO_RUN) if entry else Fate.NO_RUN
            lines.append(_withdrawn(ReturnLine(row, candidate, fate), wish))
        elif Column.COMMENT not in worksheet.columns:
            lines.append(ReturnLine(row, candidate, Fate.NO_COMMENT))
        else:
            lines.append(_withdrawn(_line(row, candidate, payload, lab, wish), wish))
    return tuple(lines)


def _whose(worksheet: Worksheet, roster: Roster | None, hand_ins: HandIns | None) -> Iterator[tuple[Row, str | None]]:
    """Tells each row's learner: by Moodle's number, else by name, unless another row is that learner's already."""
    numbers = {entry.participant: entry.candidate for entry in hand_ins.entries} if hand_ins else {}
    by_number = {row.at: numbers.get(row.participant) for row in worksheet.rows}
    by_name = {row.at: _found(row, roster) for row in worksheet.rows if by_number[row.at] is None}
    claims = Counter([*by_number.values(), *by_name.values()])
    for row in worksheet.rows:
        named = by_name.get(row.at)
        yield row, by_number[row.at] or (named if claims[named] == 1 else None)


def _found(row: Row, roster: Roster | None) -> str | None:
    found = roster.find(full_name=row.name, email=row.email, number=row.number) if roster else []
    return found[0].alias if len(found) == 1 else None


def _line(row: Row, candidate: str, payload: Payload, lab: LabMeta, wish: Wish) -> ReturnLine:
    remarks = wish.remarks.get(candidate, ())
    if fate := _UNEXAMINED.get(payload["status"]):
        comment = comment_of(payload, lab, remarks=remarks)
        return ReturnLine(row, candidate, fate, Filling(comment=_new(comment, row.comment, row.comment, wish)))
    if payload["status"] == Status.UNVERIFIABLE:
        return ReturnLine(row, candidate, Fate.UNVERIFIABLE)
    if payload["status"] != Status.GRADED or payload["score"] is None:
        return ReturnLine(row, candidate, Fate.REVIEW)
    mark = wish.scheme.mark(payload) if wish.scheme else None
    if wish.scheme and row.maximum != wish.scheme.out_of:
        return ReturnLine(row, candidate, Fate.NO_SCALE)
    grade, known = mark if isinstance(mark, Decimal) else None, read_number(row.grade)
    another = grade is not None and grade != known and bool(row.grade) and not wish.replace
    said = wish.scheme.said(grade) if wish.scheme and grade is not None and not another else None
    comment = comment_of(payload, lab, mark=said, remarks=remarks)
    written = _new(comment, row.comment, row.comment, wish)
    kept = written is None and comment != row.comment
    filling = Filling(None if another or kept else _new(grade, known, row.grade, wish), written)
    if isinstance(mark, Word):
        return ReturnLine(row, candidate, _UNMARKED[mark.code], filling)
    fate = Fate.KEPT if another or kept else Fate.FILLED if filling != NOTHING else Fate.SAME
    return ReturnLine(row, candidate, fate, filling)


def _withdrawn(line: ReturnLine, wish: Wish) -> ReturnLine:
    """Takes a mark of Établi's away where nothing gives it any more, with the comment that says it; or only tells it.

    It is recognised by that comment: a grade that a person typed, or changed since, stays.
    """
    known, comment = read_number(line.row.grade), line.filling.comment
    ours = known is not None and mark_in(line.row.comment) == known
    if not ours or not (line.fate in UNMARKED or (comment is not None and mark_in(comment) is None)):
        return line
    filling = Filling(comment=comment or "", blank=True) if wish.replace else line.filling
    return ReturnLine(line.row, line.candidate, Fate.STALE, filling, line.fate)


def _new(wanted: T, known: T, written: str, wish: Wish) -> T | None:
    """Returns what to write in a cell; nothing when it says so already, or when a person wrote something else."""
    return wanted if wanted != known and (wish.replace or not written) else None


def feedback_zip(
    lines: Sequence[ReturnLine],
    payloads: Sequence[Payload],
    lab: LabMeta,
    out: Path,
    hand_ins: HandIns | None = None,
    remarks: Mapping[str, Sequence[Remarked]] | None = None,
) -> tuple[bytes, int]:
    """Makes the zip that Moodle takes under « Déposer plusieurs fichiers de feedback dans un ZIP ».

    Each learner who has a verdict, or whose submission was rejected, gets their own page, which needs no other file;
    folders bear the alias and Moodle's number, by which alone Moodle matches.

    Returns:
        The zip, and how many pages are in it.
    """
    runs: Mapping[str, Payload] = {payload["candidate"]: payload for payload in payloads}
    states = hand_ins.by_candidate() if hand_ins else {}
    buffer, sent = io.BytesIO(), 0
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for line in lines:
            payload = runs.get(line.candidate or "")
            if payload is None or line.candidate is None or not _is_sent(line, payload):
                continue
            page = render_learner(
                payload,
                lab,
                out=out,
                alone=True,
                hand_in=states.get(line.candidate),
                remarks=(remarks or {}).get(line.candidate, ()),
            )
            archive.writestr(feedback_path(line.candidate, line.row.participant, PAGE), page)
            sent += 1
    return buffer.getvalue(), sent


def _is_sent(line: ReturnLine, payload: Payload) -> bool:
    return payload["status"] in (Status.GRADED, Status.REJECTED) and line.fate is not Fate.OTHER_NUMBER


def told_lines(lines: Sequence[ReturnLine], *, early: bool = False) -> Iterator[str]:
    """Says what became of each row, by fate; ``early`` while the deadline is still to come."""
    words = _FATE_WORDS | ({Fate.MISSING: _EXPECTED} if early else {})
    for fate in Fate:
        mine = [line for line in lines if line.fate is fate]
        if mine:
            names = ", ".join(map(_named, mine))
            yield f"{len(mine)} {count(len(mine), *words[fate])} : {names}"


def _named(line: ReturnLine) -> str:
    """Names a row; and where no mark is written, says which one is there and why, or that it stays."""
    who = line.candidate or f"n° {line.row.participant}"
    if line.unmarked:
        why = _FATE_WORDS[line.unmarked][0].rpartition(",")[0] or "sans barème"  # without « sans note »
        return f"{who} ({line.row.grade} ; {why})"
    return f"{who} (note {line.row.grade} déjà présente, gardée)" if line.row.grade and line.fate in UNMARKED else who
