"""An output folder of grading, as files to take away: those of ``etabli export``, made from the same folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, shown_lab
from etabli.reception.hand_in import read_hand_ins
from etabli.reception.moodle.assignment import refuse_other_assignment
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.reception.roll_call import roster_of
from etabli.reports.comment import Remarked
from etabli.reports.gradebook import Format, gradebook, rendered
from etabli.reports.results import described_by, newest_payloads
from etabli.reports.returns import Wish, feedback_zip, lines_of, told_lines
from etabli.reports.roll import Roll, roll_of
from etabli.runs.folder import lab_ids_of
from etabli.runs.store import newest_folders

LARGEST = 5_000_000
CLASS_PAGES = ("index.html", "a-relancer.html", "differences.html")
_KINDS = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}
_HOW = """\
Dans Moodle, ouvrez le devoir, puis « Action d'évaluation » : « Déposer un formulaire d'évaluation » (le .csv), puis
« Déposer plusieurs fichiers de feedback dans un ZIP » (retours.zip). Rien n'y est une note : vous décidez.
"""


def is_ours(name: str) -> bool:
    """Tells a page that Établi wrote from what a candidate did: a page of the class, or a learner's own."""
    parts = PurePosixPath(name).parts
    return name in CLASS_PAGES or (len(parts) == 2 and parts[1] == "index.html")


def lab_of(results: Path) -> Lab:
    """Returns the lab of an output folder.

    Raises:
        UsageProblem: It holds no lab's results, or those of several.
    """
    hand_ins = read_hand_ins(results)
    labs = {hand_ins.lab} if hand_ins else lab_ids_of(newest_folders(results)) if results.is_dir() else set()
    if len(labs) != 1:
        raise UsageProblem("Ce dossier n'a pas les résultats d'un TP, et d'un seul : vérifiez d'abord les rendus.")
    return shown_lab(labs.pop())


def gradebook_of(results: Path, form: str, *, named: bool) -> Response:
    """Gives the gradebook of a class.

    Raises:
        HTTPException: 404: there is no such form.
        UsageProblem: There is nothing to tell.
    """
    if form not in set(Format):
        raise HTTPException(404)
    lab = lab_of(results)
    roll = roll_of(results, lab.id)
    payloads = newest_payloads(results, lab, roll.session)
    meta, wanted = described_by(lab, payloads), Format(form)
    roster = roster_of(roll.hand_ins) if named else None
    people = {one.alias: one.person for one in roster.learners(active_only=False)} if roster else None
    table = gradebook(payloads, meta, roll, people=people)
    who = "avec-noms" if people else "alias"
    return download(f"carnet-{_name(lab, roll)}-{who}.{wanted}", _KINDS[wanted], rendered(table, meta, wanted))


def moodle_of(
    results: Path,
    name: str,
    content: bytes,
    *,
    replace: bool,
    remarks: Mapping[str, Sequence[Remarked]] | None = None,
) -> Response:
    """Gives a worksheet of Moodle filled, the pages for learners, and a word on each row, in one zip.

    What teachers wrote of each work goes with it; not who wrote it.

    Raises:
        UsageProblem: It is no worksheet of Moodle, or one of another assignment.
    """
    if len(content) > LARGEST:
        raise UsageProblem("Ce fichier dépasse 5 Mo : ce n'est sans doute pas un formulaire d'évaluation de Moodle.")
    path = Path(PurePosixPath(name.replace("\\", "/")).name[:100])
    lab = lab_of(results)
    roll, worksheet = roll_of(results, lab.id), read_worksheet(path, content)
    hand_ins, roster = roll.hand_ins, roster_of(roll.hand_ins)
    numbers = {entry.participant for entry in (hand_ins.entries if hand_ins else ()) if entry.participant}
    if roster is None and not numbers:
        raise UsageProblem("Rien ne dit quel élève de Moodle a quel alias : la classe n'est pas connue.")
    refuse_other_assignment(worksheet, numbers)
    payloads = newest_payloads(results, lab, roll.session)
    meta = described_by(lab, payloads)
    lines = lines_of(worksheet, payloads, meta, Wish(None, replace, remarks or {}), roster=roster, hand_ins=hand_ins)
    returns, _pages = feedback_zip(lines, payloads, meta, results, hand_ins, remarks)
    told = "\n".join([*told_lines(lines, early=roll.early), "", _HOW])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            f"{path.stem}-rempli.csv", worksheet.filled({one.row.participant: one.filling for one in lines})
        )
        archive.writestr("retours.zip", returns)
        archive.writestr("a-lire.txt", told)
    return download(f"moodle-{_name(lab, roll)}.zip", "application/zip", buffer.getvalue())


def _name(lab: Lab, roll: Roll) -> str:
    of_class = roll.hand_ins.class_name if roll.hand_ins else None
    return f"{lab.id}-{of_class}" if of_class else lab.id


def download(name: str, kind: str, content: bytes) -> Response:
    """Answers with a file to keep."""
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}"}
    return Response(content, media_type=kind, headers=headers)
