"""What is said of the second look: where a work stands once the few words that hid the rest are repaired in a copy."""

from __future__ import annotations

from dataclasses import dataclass

from etabli.exam.contract.french import count, listed
from etabli.exam.contract.outcome import Outcome
from etabli.reports.payload import CheckResult, Payload, RepairedBlock
from etabli.reports.text import visible
from etabli.reports.views import Tally, tallies

INCIDENT = "Le second regard n'a pas pu se faire, à cause d'un incident technique de notre côté."


@dataclass(frozen=True)
class RepairedView:
    """The second look at one work."""

    title: str
    """« Si cette ligne était corrigée »."""
    corrected: str
    """« cette ligne corrigée »."""
    lead: str
    """Where, what was done, and that points stay those of what was handed in."""
    found: str
    """What is then seen, in a sentence."""
    tallies: tuple[Tally, ...]
    left: tuple[CheckResult, ...]
    """What would still have to be taken up again."""

    @property
    def short(self) -> str:
        """All of it in one line, without a word of the candidate's."""
        return f"Essai sur une copie, {self.corrected} : {self.found[:1].lower()}{self.found[1:]}"


def repaired_view(payload: Payload) -> RepairedView | None:
    """Works out what is said of a second look; most often there was none."""
    block = payload.get("repaired")
    if block is None:
        return None
    lines = sum(len(place["lines"]) for place in block["places"])
    these = count(lines, "cette ligne", "ces lignes")
    left = tuple(check for check in block["checks"] if check["outcome"] == Outcome.FAILED)
    return RepairedView(
        title=count(lines, "Si cette ligne était corrigée", "Si ces lignes étaient corrigées"),
        corrected=count(lines, "cette ligne corrigée", "ces lignes corrigées"),
        lead=f"{where(block)} : dans une copie, nous avons changé {these} pour voir le reste, puis regardé tout une "
        "seconde fois. Les points restent ceux du travail rendu : le reste comptera quand la faute dite plus haut sera "
        "corrigée chez vous.",
        found=_found(block),
        tallies=tuple(tally for tally in tallies(block["checks"]) if tally.number),
        left=left,
    )


def where(block: RepairedBlock) -> str:
    """Names the lines that were repaired: « config.php, lignes 3, 6 et 9 »."""
    places = (
        f"{visible(place['path'])}, {count(len(place['lines']), 'ligne', 'lignes')} {listed(map(str, place['lines']))}"
        for place in block["places"]
    )
    return " ; ".join(places)


def still_hidden(block: RepairedBlock) -> bool:
    """Whether something else hides the rest too, so that the repair alone shows nothing."""
    return any(check["id"] == block["check"] and check["outcome"] == Outcome.FAILED for check in block["checks"])


def _found(block: RepairedBlock) -> str:
    if not block["checks"]:
        return INCIDENT
    if still_hidden(block):
        return "Le reste ne se verrait pas encore."
    counts = (tally for tally in tallies(block["checks"]) if tally.number)
    return f"{listed(f'{tally.number} {tally.word.counted(tally.number)}' for tally in counts)}."
