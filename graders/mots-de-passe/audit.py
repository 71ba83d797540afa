"""The report against the truth: what is found, what is missed, who is accused wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, some
from etabli.exam.contract.words import fold

from .reading import LearnerTable, TableLine
from .said import account, by_system
from .vocabulary import KINDS, SEVERITIES, SOURCES, SYSTEMS, word

if TYPE_CHECKING:
    from .shape import Variant

NO_MISS = ("parti", "sans-2fa")
"""Risks of which every finding counts: a door left open, not a habit."""
LEAST_SHARE = 0.5
WRONG_SHARE = 0.1
MOB_SHARE = 0.25
"""Beyond this part of the accounts nothing is to be said of, a report accuses everyone."""


class Audit:
    """A candidate's report and the truth about their accounts."""

    def __init__(self, table: LearnerTable, variant: Variant) -> None:
        self.table = table
        self._variant = variant
        self._truth = {finding.claim: finding for finding in variant.findings}
        self._tolerated = set(variant.tolerated)

    # -- the words

    def expect_known_words(self) -> None:
        """Every risk, severity and system is one of the vocabulary's."""
        odd = [problem for line in self.table.lines if (problem := _odd_word(line))]
        if odd:
            raise Failed(
                f"{counted(len(odd), 'mot')} hors du vocabulaire : {some(odd)}.",
                "Les mots de l'énoncé ; majuscules et accents sont libres.",
            )

    def expect_known_accounts(self) -> None:
        """Every line names an account of the system it says."""
        odd = [f"{quote(line['compte'])} ({line.where})" for line in self.table.lines if line.system and not line.key]
        if odd:
            raise Failed(
                f"{counted(len(odd), 'ligne')} sur un compte qui n'existe pas dans ce système : {some(odd)}.",
                "Des comptes de vos fichiers donnees/, écrits comme dans la colonne compte.",
            )

    # -- what is found

    @property
    def right(self) -> dict[str, TableLine]:
        """Claims that are true."""
        return {claim: line for claim, line in self.table.risks.items() if claim in self._truth}

    @property
    def wrong(self) -> dict[str, TableLine]:
        """Claims that are neither true nor tolerated."""
        known = self._truth.keys() | self._tolerated
        return {claim: line for claim, line in self.table.risks.items() if claim not in known}

    def expect_share(self) -> None:
        """At least half of all there is to find."""
        if len(self.right) < LEAST_SHARE * len(self._truth):
            raise Failed(
                f"Le relevé trouve {counted(len(self.right), 'constat')} sur {len(self._truth)}.",
                "Au moins la moitié de ce qu'il y a à trouver.",
            )

    def expect_kind(self, kind: str) -> None:
        """All findings of a risk, or all but one where a slip is no open door."""
        wanted = [claim for claim, finding in self._truth.items() if finding.kind == kind]
        missed = [claim for claim in wanted if claim not in self.table.risks]
        if len(missed) > (kind not in NO_MISS):
            raise Failed(
                f"Il manque {counted(len(missed), 'constat')} {quote(word(KINDS, kind))} sur {len(wanted)} ({by_system(missed)}).",
                "Tous les comptes de ce risque, un par ligne.",
            )

    def expect_systems(self) -> None:
        """At least half of what there is to find in each system."""
        for term in SYSTEMS:
            wanted = [claim for claim, finding in self._truth.items() if finding.system == term.id]
            found = [claim for claim in wanted if claim in self.table.risks]
            if len(found) < LEAST_SHARE * len(wanted):
                raise Failed(
                    f"Pour le système {term.word}, le relevé trouve {counted(len(found), 'constat')} sur {len(wanted)}.",
                    "Les trois systèmes sont audités.",
                )

    # -- who is accused

    def expect_no_mob(self) -> None:
        """Something is found, and those of whom nothing is to be said are left alone."""
        if not self.right:
            told = (
                "n'est un constat vrai de vos données"
                if self.table.risks
                else "ne se comprend : compte ou risque inconnus"
            )
            raise Failed(f"Aucune ligne du relevé {told}.", "Des constats vérifiés, un par ligne.")
        innocent = set(self._variant.passwords) - {claim.partition(":")[0] for claim in self._truth}
        named = {claim.partition(":")[0] for claim in self.wrong} & innocent
        if len(named) > MOB_SHARE * len(innocent) or len(self.wrong) > len(self.right):
            raise Failed(
                f"Le relevé met en cause {counted(len(named), 'compte')} sans rien à leur reprocher, et "
                f"{counted(len(self.wrong), 'ligne est fausse', 'lignes sont fausses')} sur {len(self.table.risks)}.",
                "Un compte n'est mis en cause que sur une preuve.",
            )

    def expect_precision(self) -> None:
        """At most one claim in ten is wrong."""
        wrong = self.wrong
        if len(wrong) > WRONG_SHARE * len(self.table.risks):
            named = [f"{account(claim)}, {line.where}" for claim, line in wrong.items()]
            raise Failed(
                f"{counted(len(wrong), 'ligne accuse', 'lignes accusent')} à tort, sur {len(self.table.risks)} : "
                f"{some(named)}.",
                "Au plus une ligne fausse sur dix.",
            )

    def expect_no_trap(self) -> None:
        """Accounts that only look suspicious are not accused."""
        traps = self._variant.traps
        caught: dict[str, str] = {}
        for claim, line in self.wrong.items():
            if (key := claim.partition(":")[0]) in traps:
                caught.setdefault(key, f"{account(key)}, {line.where} ({traps[key]})")
        if caught:
            raise Failed(
                f"{counted(len(caught), 'compte paraît seulement suspect', 'comptes paraissent seulement suspects')} : "
                f"{some(list(caught.values()), 3)}.",
                "Avant d'accuser, croiser l'export, la liste RH et les remarques du relevé d'essais.",
            )

    # -- each line

    def expect_severity(self) -> None:
        """Severities follow the grid, on administrators' accounts too."""
        wrong = {
            claim: line
            for claim, line in self.right.items()
            if fold(line["gravite"]) != fold(self._truth[claim].severity)
        }
        admins = [claim for claim in wrong if self._truth[claim].admin]
        if len(wrong) > WRONG_SHARE * len(self.right) or len(admins) > 1:
            told = [f"{line.where} ({line['gravite'] or 'vide'})" for line in wrong.values()]
            more = f", dont {len(admins)} sur un compte administrateur" if admins else ""
            raise Failed(
                f"{counted(len(wrong), 'gravité ne suit', 'gravités ne suivent')} pas la grille{more} : {some(told)}.",
                "La gravité de base du risque ; un cran de plus sur un compte administrateur.",
            )

    def expect_proofs(self) -> None:
        """Each line says its proof, which is more than its risk."""
        bare = [
            line.where
            for line in self.table.lines
            if len(fold(line["preuve"]).split()) < 2 or fold(line["preuve"]) == fold(line["risque"])
        ]
        if bare:
            raise Failed(
                f"{counted(len(bare), 'ligne')} sans preuve : {some(bare)}.",
                "Une preuve par ligne : le fichier, la colonne, la date ou le groupe ; jamais le mot de passe.",
            )

    def expect_advice(self) -> None:
        """Each line has a recommendation and names its source."""
        bare = [line.where for line in self.table.lines if len(fold(line["recommandation"]).split()) < 2]
        if bare:
            raise Failed(
                f"{counted(len(bare), 'ligne')} sans recommandation : {some(bare)}.",
                "Une recommandation par ligne.",
            )
        names = {f" {name} " for term in SOURCES for name in term.names()}
        lost = [
            f"{line.where} ({line.quoted('source', 'vide')})"
            for line in self.table.lines
            if not any(name in f" {fold(line['source'])} " for name in names)
        ]
        if lost:
            raise Failed(
                f"{counted(len(lost), 'ligne')} sans source connue : {some(lost)}.",
                f"Une de ces sources : {', '.join(term.word for term in SOURCES)}.",
            )


def _odd_word(line: TableLine) -> str:
    """The first word of a line that is not in the vocabulary, and where; '' when all are."""
    for column, known in (("systeme", line.system), ("risque", line.kind)):
        if known is None:
            return f"{line.quoted(column)} ({column}, {line.where})"
    if fold(line["gravite"]) not in {fold(word) for word in SEVERITIES}:
        return f"{line.quoted('gravite')} (gravité, {line.where})"
    return ""
