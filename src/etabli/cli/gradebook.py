"""``etabli export gradebook``: one row per learner, for a spreadsheet or a program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.hand_ins import roll_changes
from etabli.cli.scheme import SchemeFile, scheme_for, told, zeros
from etabli.cli.screen import Exit, escape, guarded, save, say, screen, show_modified
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.grading.regrade import class_runs
from etabli.lab.manifest import Lab, load_lab
from etabli.reception.hand_in import read_hand_ins
from etabli.reception.roll_call import roster_of
from etabli.reports.class_tables import Standing
from etabli.reports.gradebook import Format, gradebook, rendered
from etabli.reports.results import described, newest_payloads
from etabli.reports.roll import Roll, roll_of
from etabli.reports.table import FRENCH_EXCEL, CsvStyle, Table
from etabli.reports.text import Word
from etabli.roster.learner import Person


@guarded
def export_gradebook(
    folder: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Dossier des résultats, écrit par « etabli grade ».")
    ],
    output: Annotated[Path, typer.Option("-o", "--sortie", help="Fichier à écrire.")],
    form: Annotated[Format | None, typer.Option("--format", help="Forme du fichier (d'après son nom).")] = None,
    separator: Annotated[
        str | None, typer.Option("--separateur", help="Séparateur du CSV : « , », « ; » ou « tab ».")
    ] = None,
    comma: Annotated[bool, typer.Option("--virgule", help="CSV : virgule décimale et dates à la française.")] = False,
    bom: Annotated[bool, typer.Option("--bom", help="CSV : marque d'ordre des octets, pour Excel.")] = False,
    excel: Annotated[
        bool, typer.Option("--excel", help="CSV pour un Excel français : « ; », --virgule et --bom.")
    ] = False,
    names: Annotated[bool, typer.Option("--noms", help="Ajoute le nom et le prénom, pris dans la classe.")] = False,
    checks: Annotated[bool, typer.Option("--constats", help="Ajoute une colonne par point de vérification.")] = False,
    scheme: SchemeFile = None,
    lab: Annotated[str | None, typer.Option("--tp", help="TP, si le dossier en contient plusieurs.")] = None,
) -> None:
    """Exporte le carnet : une ligne par élève de la classe, présent ou non.

    Sans « --noms », le fichier ne contient que des alias. Une case vide n'est pas un zéro : le travail n'a pas été
    rendu, ou n'a pas pu être examiné. Rien n'y est une note, sauf avec votre barème (« --bareme », en entraînement) :
    ce qu'une personne doit d'abord regarder y reste sans note, avec la raison.

    Exemples :

    [bold]etabli export gradebook resultats/lundi -o carnet.xlsx --noms[/]

    [bold]etabli export gradebook resultats/lundi -o carnet.csv --excel[/]

    [bold]etabli export gradebook resultats/lundi -o carnet.xlsx --noms --bareme bareme.yaml[/]

    Codes de sortie : 0 ; 1 une vérification a été modifiée depuis qu'elle a été figée ; 2 commande incorrecte.
    """
    wanted = form or _format_of(output)
    style = _style(wanted, separator, comma, bom, excel)
    chosen = _lab_of(folder, lab)
    roll, meta = roll_of(folder, chosen.id), described(chosen)
    people = _people(folder, roll) if names else None
    payloads = newest_payloads(folder, chosen, roll.session)
    marking = scheme_for(scheme, meta, payloads, roll.session)
    table = gradebook(payloads, meta, roll, people=people, checks=checks, scheme=marking)
    save(output, rendered(table, meta, wanted, style))
    learners = count(len(table.items), "{n} élève", "{n} élèves")
    screen.print(
        f"Carnet : {escape(str(output))} ({learners})",
        soft_wrap=True,
        highlight=False,
    )
    for sentence in (told(marking), *_unmarked(table)) if marking else ():
        say(sentence)
    if changes := roll_changes(roll):
        say(changes)
    if show_modified(payloads):
        raise typer.Exit(Exit.REVIEW)


def _unmarked(table: Table[Standing]) -> Iterator[str]:
    """Lists who has a mark of 0, and who has none, by reason."""
    mark, missing = (next(column for column in table.columns if column.key == key) for key in ("mark", "no_mark"))
    if none := [one.candidate for one in table.items if mark.of(one) == 0]:
        yield zeros(none)
    why: dict[str, list[str]] = {}
    for one in table.items:
        if isinstance(word := missing.of(one), Word):
            why.setdefault(word.text, []).append(one.candidate)
    for reason, names in why.items():
        yield f"Sans note, {reason} : {', '.join(names)}"


def _lab_of(folder: Path, lab_id: str | None) -> Lab:
    """The lab of the hand-ins, when it is not told: there may be no run yet, and everyone has a row all the same."""
    hand_ins = read_hand_ins(folder) if lab_id is None else None
    return load_lab(hand_ins.lab) if hand_ins else class_runs(folder, lab_id).lab


def _people(folder: Path, roll: Roll) -> dict[str, Person]:
    roster = roster_of(roll.hand_ins)
    people = {learner.alias: learner.person for learner in roster.learners(active_only=False)} if roster else {}
    if not people:
        raise UsageProblem(
            f"Aucun nom n'est connu pour « {folder} » : vérifiez les rendus avec « etabli grade … --classe », "
            "ou exportez sans « --noms »."
        )
    return people


def _format_of(output: Path) -> Format:
    suffix = output.suffix.lower().removeprefix(".")
    if suffix in set(Format):
        return Format(suffix)
    raise UsageProblem(
        f"« {output.name} » ne dit pas la forme du carnet : donnez un nom en .csv, .xlsx ou .json, ou ajoutez « "
        "--format »."
    )


def _style(wanted: Format, separator: str | None, comma: bool, bom: bool, excel: bool) -> CsvStyle:
    if wanted is not Format.CSV and (separator is not None or comma or bom or excel):
        raise UsageProblem(
            "« --separateur », « --virgule », « --bom » et « --excel » ne servent qu'au CSV : retirez-les."
        )
    base = FRENCH_EXCEL if excel else CsvStyle()
    return CsvStyle(_delimiter(separator) or base.delimiter, comma or base.french, bom or base.bom)


def _delimiter(given: str | None) -> str | None:
    known = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "\\t": "\t"}
    if given is not None and given not in known:
        raise UsageProblem(f"« --separateur {given} » n'est pas un séparateur : choisissez « , », « ; » ou « tab ».")
    return known[given] if given is not None else None
