"""``etabli export``: results in the forms that others take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from etabli.classroom.remarks import written
from etabli.classroom.state import connect
from etabli.cli.hand_ins import roll_changes
from etabli.cli.room import room_here
from etabli.cli.scheme import SchemeFile, scheme_for, told, zeros
from etabli.cli.screen import Exit, guarded, print_json, save, say, show_modified
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, load_lab
from etabli.reception.hand_in import HandIns, read_hand_ins
from etabli.reception.moodle.assignment import refuse_other_assignment
from etabli.reception.moodle.worksheet import Worksheet, read_worksheet
from etabli.reception.roll_call import roster_of
from etabli.reports.comment import Remarked
from etabli.reports.marking import MarkingScheme, french
from etabli.reports.payload import Payload
from etabli.reports.results import described, newest_payloads
from etabli.reports.returns import Fate, ReturnLine, Wish, feedback_zip, lines_of, told_lines
from etabli.reports.roll import roll_of
from etabli.roster.roster import Roster
from etabli.runs.folder import lab_ids_of
from etabli.runs.store import newest_folders
from etabli.server.backup import database
from etabli.server.services import Room

_SETTLED = frozenset({Fate.FILLED, Fate.SAME, Fate.MISSING, Fate.EXCUSED})


@guarded
def export_moodle(
    results: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier des résultats (« etabli grade »).")],
    sheet: Annotated[Path, typer.Option("--formulaire", help="Formulaire d'évaluation (.csv) téléchargé du devoir.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--sortie", help="Fichier rempli (par défaut : <nom>-rempli.csv).")
    ] = None,
    returns: Annotated[
        Path | None, typer.Option("--retours", help="Écrit aussi le zip des pages de retour, une par élève.")
    ] = None,
    scheme: SchemeFile = None,
    replace: Annotated[
        bool, typer.Option("--remplacer", help="Remplace aussi les notes et commentaires déjà présents.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Écrit ce qui a été fait en JSON.")] = False,
) -> None:
    """Remplit le formulaire d'évaluation téléchargé de Moodle, et prépare le zip des retours.

    Seuls les commentaires sont écrits : rien n'est une note. Avec votre barème (« --bareme », en entraînement), une
    note de formation va dans la colonne de la note, et le commentaire le dit ; relisez-la avant de déposer. Un non
    rendu, un rendu refusé, à relire ou à reprendre avant tout reste sans note, jamais zéro, et la liste dit pourquoi.
    Une note ou un commentaire déjà présents ne sont pas remplacés ; une note d'Établi qui ne vaut plus est signalée.

    Exemples :

    [bold]etabli export moodle resultats/page-dynamique --formulaire Notes.csv[/]

    [bold]etabli export moodle resultats/page-dynamique --formulaire Notes.csv --retours retours.zip[/]

    [bold]etabli export moodle resultats/page-dynamique --formulaire Notes.csv --bareme bareme.yaml[/]

    Codes de sortie : 0 ; 1 des lignes demandent un regard ; 2 fichier ou commande incorrects.
    """
    filled = fill(results, sheet, out, returns, scheme, replace=replace)
    if as_json:
        print_json(_facts(filled))
    else:
        _show(filled)
    modified = show_modified(filled.payloads)
    raise typer.Exit(Exit.OK if not modified and all(line.fate in _SETTLED for line in filled.lines) else Exit.REVIEW)


@dataclass(frozen=True)
class Filled:
    """What was written for Moodle."""

    lines: tuple[ReturnLine, ...]
    worksheet: Worksheet
    target: Path
    returns: Path | None
    pages: int
    scheme: MarkingScheme | None = None
    """The teacher's table, if marks were asked for."""
    changes: str | None = None
    """Who left the class and who came since the hand-ins were noted."""
    payloads: tuple[Payload, ...] = ()
    """The runs that count, one per candidate."""
    early: bool = False
    """Whether the deadline is still to come."""

    @property
    def zeros(self) -> tuple[str, ...]:
        """Those to whom a mark of 0 was written: a site that did not start, perhaps."""
        return tuple(line.candidate for line in self.lines if line.candidate and line.filling.grade == 0)


def fill(
    results: Path,
    sheet: Path,
    out: Path | None,
    returns: Path | None,
    scheme_file: Path | None = None,
    *,
    replace: bool = False,
) -> Filled:
    """Fills a worksheet from an output folder, and makes the zip of pages if it is wanted.

    Args:
        results: What ``etabli grade`` wrote.
        sheet: The worksheet, which stays as it is.
        out: Where to write; beside the worksheet by default.
        returns: Where to write the zip, if at all.
        scheme_file: The teacher's table; without it nothing is a mark.
        replace: Whether what a person wrote may be replaced.

    Raises:
        UsageProblem: A file or folder is not what it should be.
        LabError: The teacher's table is wrong.
    """
    target = out or sheet.with_name(f"{sheet.stem}-rempli{sheet.suffix}")
    lab = _lab_of(results)
    roll = roll_of(results)
    hand_ins = roll.hand_ins
    worksheet = read_worksheet(sheet)
    _refuse_same(target, sheet)
    roster = _somebody_known(results, hand_ins)
    refuse_other_assignment(worksheet, numbers_of(hand_ins))
    payloads, meta = newest_payloads(results, lab, roll.session), described(lab)
    scheme = scheme_for(scheme_file, meta, payloads, roll.session)
    remarks = _remarks(results, {check.id: check.title for check in meta.checks})
    lines = lines_of(worksheet, payloads, meta, Wish(scheme, replace, remarks), roster=roster, hand_ins=hand_ins)
    pages = 0
    save(target, worksheet.filled({line.row.participant: line.filling for line in lines}))
    if returns:
        data, pages = feedback_zip(lines, payloads, meta, results, hand_ins, remarks)
        save(returns, data)
    changes = roll_changes(roll)
    return Filled(lines, worksheet, target, returns, pages, scheme, changes, tuple(payloads), roll.early)


def _remarks(results: Path, titles: Mapping[str, str]) -> Mapping[str, Sequence[Remarked]]:
    """Returns what teachers wrote of each work in the room that an output folder is of; nothing outside a room."""
    place, number = room_here(), results.resolve().name
    if place is None or not number.isdecimal() or results.resolve() != place.results(int(number)):
        return {}
    if not place.sockets("base").is_dir():
        return {}  # a room that was never opened
    room = Room.at(place.folder)
    with database(room):
        engine = connect(room.database)
        try:
            with Session(engine) as db:
                return written(db, int(number), lambda _row: titles)
        finally:
            engine.dispose()


def _lab_of(results: Path) -> Lab:
    if not results.is_dir():
        raise UsageProblem(
            f"« {results} » n'est pas un dossier de résultats : donnez celui que « etabli grade » a écrit."
        )
    hand_ins = read_hand_ins(results)
    labs = {hand_ins.lab} if hand_ins else lab_ids_of(newest_folders(results))
    if len(labs) != 1:
        raise UsageProblem(
            f"« {results} » ne contient pas les résultats d'un TP, et d'un seul : lancez d'abord « etabli grade … "
            f"--sortie {results} »."
        )
    return load_lab(labs.pop())


def _refuse_same(target: Path, sheet: Path) -> None:
    if target.exists() and target.samefile(sheet):
        raise UsageProblem(
            f"« {target} » est le fichier téléchargé, qui doit rester comme il est : choisissez un autre « -o »."
        )


def _somebody_known(results: Path, hand_ins: HandIns | None) -> Roster | None:
    roster = roster_of(hand_ins)
    if roster is None and not any(entry.participant for entry in (hand_ins.entries if hand_ins else ())):
        raise UsageProblem(
            f"Rien dans « {results} » ne dit quel élève de Moodle a quel alias : relancez « etabli grade » sur le "
            f"téléchargement de Moodle avec « --classe NOM --sortie {results} »."
        )
    return roster


def numbers_of(hand_ins: HandIns | None) -> set[str]:
    """Returns Moodle's numbers that these hand-ins bear."""
    return {entry.participant for entry in (hand_ins.entries if hand_ins else ()) if entry.participant}


def _facts(filled: Filled) -> dict[str, Any]:
    return {
        "worksheet": str(filled.target),
        "returns": str(filled.returns) if filled.returns else None,
        "pages": filled.pages,
        "lines": [
            {
                "participant": line.row.participant,
                "candidate": line.candidate,
                "fate": line.fate.value,
                "grade": None if line.filling.grade is None else filled.worksheet.number(line.filling.grade),
                "withdrawn": line.filling.blank,
                "unmarked": line.unmarked and line.unmarked.value,
                "commented": line.filling.comment is not None,
            }
            for line in filled.lines
        ],
    }


def _show(filled: Filled) -> None:
    for sentence in told_lines(filled.lines, early=filled.early):
        say(sentence)
    for sentence in _advice(filled):
        say(sentence)


def _advice(filled: Filled) -> Iterator[str]:
    fates = {line.fate for line in filled.lines}
    if filled.scheme:
        yield told(filled.scheme)
    if Fate.KEPT in fates:
        yield "Pour remplacer ce qui est déjà présent, ajoutez « --remplacer »."
    stale = [line for line in filled.lines if line.fate is Fate.STALE]
    if any(not line.filling.blank for line in stale):
        yield "Pour ôter du formulaire une note à retirer, ajoutez « --remplacer »."
    if stale:
        yield (
            "Une case vide n'efface rien dans Moodle : pour une note à retirer, ouvrez aussi l'évaluation de l'élève "
            "dans Moodle, videz la note et enregistrez."
        )
    if filled.zeros:
        yield zeros(filled.zeros)
    if filled.changes:
        yield filled.changes
    if filled.scheme and Fate.NO_SCALE in fates:
        yield (
            f"La note maximale de ce devoir n'est pas {french(filled.scheme.out_of)}, comme dans votre barème : "
            "changez « sur » dans le barème ou la note maximale dans Moodle. Sans « --bareme », seuls les commentaires "
            "partent."
        )
    if Fate.NO_COMMENT in fates:
        yield (
            "Ce formulaire n'a pas de colonne de commentaires, et une note n'y serait pas dite « de formation » : dans "
            "les paramètres du devoir, cochez « Feedback par commentaires », puis téléchargez-le de nouveau."
        )
    yield f"Formulaire rempli : {filled.target}"
    yield (
        "Dans Moodle, ouvrez le devoir, puis « Action d'évaluation » (ou « Actions ») : « Déposer un formulaire "
        "d'évaluation », et choisissez ce fichier. Si Moodle saute des notes déjà données, cochez « Autorise la "
        "modification de données modifiées plus récemment dans Moodle »."
    )
    if filled.returns:
        yield f"Pages de retour ({filled.pages}) : {filled.returns}"
        yield "Dans le même menu : « Déposer plusieurs fichiers de feedback dans un ZIP », et choisissez ce zip."
