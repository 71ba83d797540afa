"""Which assignment a worksheet is of: Moodle numbers each participant anew in every assignment.

The number of « Participant12345 » is the row of ``assign_user_mapping``, which is made per assignment (moodle/moodle,
``mod/assign/locallib.php``, ``get_uniqueid_for_user_static``). The same class has other numbers in another assignment,
so that the numbers of a download tell its worksheet from any other.
"""

from __future__ import annotations

from collections.abc import Collection

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.moodle.worksheet import Worksheet


def refuse_other_assignment(worksheet: Worksheet, numbers: Collection[str]) -> None:
    """Makes sure that a worksheet is the one of the assignment that hand-ins came from.

    Args:
        worksheet: As it was downloaded.
        numbers: The participants' numbers that the hand-ins bear; without any, nothing can be told.

    Raises:
        UsageProblem: None of the numbers, or less than half of them, is in the worksheet.
    """
    known, here = set(numbers), {row.participant for row in worksheet.rows}
    found = len(known & here)
    if 2 * found >= len(known):
        return
    raise UsageProblem(
        f"{worksheet.path} : {_what(found, len(known))} : ce n'est pas celui de ce devoir ; téléchargez le "
        "formulaire du bon devoir."
    )


def _what(found: int, known: int) -> str:
    if found:
        return f"{found} seulement des {known} numéros de ces remises sont dans ce formulaire"
    if known == 1:
        return "le numéro de cette remise n'est pas dans ce formulaire"
    return f"aucun des {known} numéros de ces remises n'est dans ce formulaire"
