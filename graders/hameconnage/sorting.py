"""The sorting table against the truth: what is found, who is accused wrongly, which clue is really there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from etabli.exam import Failed
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.french import counted, listed, rows, some
from etabli.exam.contract.words import fold
from etabli.kit import tables

from .decor import CLUES, SEEN
from .shape import Message, Variant

TITLES = ("message", "verdict", "indice", "preuve")
PROOFS = 6
"""Traps whose proof is asked for."""
SPARED = 2
"""Honest messages that may be accused."""
MOB = 0.5
"""Beyond this part of the honest messages, a table accuses everybody: it has found nothing."""
SLIPS = 1
"""Traps of a level, clues and proofs that may be wrong."""
MANY = 5
"""Traps whose clues one proof may not show together: words such as an urgent hour come in several messages."""
WINDOW = 3
"""Words in a row by which a sentence is recognised."""
_TRAP = re.compile(
    r"\b(?:pieg|fraud|hamecon|phishing|arnaque|malveillan|dangereu|danger$|escroquer|usurp|impost|malhonnet|illegitim)"
)
_HONEST = re.compile(
    r"\b(?:honnet|sain|legitime|normal|fiable|authentique|inoffensi|vrai message|rien a signaler|ok$|(?<!pas )sur$)"
)
_NOT = re.compile(r"\b(?:pas|non|aucun|sans|faux(?= pieg))\b")
_FIRST = re.compile(r"(?i)^\W*(?:oui|non)\s*[,:;.–—-]")
"""What answers « est-ce un piège ? » before the verdict says it."""
_SPLIT = re.compile(r"[,;/+\n]|\bet\b")
_NUMBER = re.compile(r"\d{1,4}")
_OTHERS = {
    "reponse": ("repondre", "reply"), "qr": ("qr", "qrcode"), "iban": ("rib", "bancaire"),
    "extension": ("piece", "fichier"), "urgence": ("urgent", "menace", "delai", "pression", "chantage"),
    "direction": ("directeur", "directrice"), "lien": ("url", "hyperlien"), "adresse": ("expediteur", "domaine"),
}  # fmt: skip
"""Words that mean a clue; where several are in one piece (« adresse de réponse »), the first of these clues is meant."""


def judged(text: str) -> bool | None:
    """Whether a verdict says that a message is a trap; None when it is not understood.

    Example:
        >>> judged("Piégé"), judged("pas un piège"), judged("Non, honnête"), judged("?")
        (True, False, False, None)
    """
    words = fold(_FIRST.sub("", text))
    if re.search(r"\bou\b", words) and _TRAP.search(words) and _HONEST.search(words):
        return None
    said = True if _TRAP.search(words) else False if _HONEST.search(words) else None
    return said if said is None or not _NOT.search(words) else not said


def clues_in(text: str) -> tuple[list[str], list[str]]:
    """The clues that a cell names, and what is none."""
    known, odd = [], []
    own = {one.id: fold(one.word) for one in CLUES}
    for piece in filter(None, map(fold, _SPLIT.split(text))):
        words = {form for word in piece.split() for form in (word, word.removesuffix("s"))} | {piece}
        found = next((clue for clue, others in _OTHERS.items() if words & {own[clue], clue, *others}), "")
        known += [found] if found else []
        odd += [] if found else [piece]
    return known, odd  # fmt: skip


SEVEN = 7
"""Digits of an account in a row that tell it from another."""


def shows(text: str, pieces: Sequence[str]) -> bool:
    """Whether a text quotes one of these pieces; of a sentence, three words in a row are enough, of an IBAN seven digits."""
    said = fold(text)
    bare = said.replace(" ", "")
    for piece in pieces:
        words = fold(piece).split()
        if fold(piece).replace(" ", "") in bare:
            return True
        if len(words) > WINDOW and " " in piece.strip() and not piece.startswith("FR00"):
            runs = (" ".join(words[at : at + WINDOW]) for at in range(len(words) - WINDOW + 1))
            if any(f" {run} " in f" {said} " for run in runs):
                return True
        digits = "".join(words)[4:]
        if piece.startswith("FR00") and any(digits[at : at + SEVEN] in bare for at in range(len(digits) - SEVEN + 1)):
            return True
    return False


class Sorting:
    """A candidate's table and the truth about their messages."""

    def __init__(self, table: tables.Table, variant: Variant) -> None:
        self._table = table
        self._by_number = {one.number: one for one in variant.messages}

    @cached_property
    def lines(self) -> Mapping[int, tables.Row]:
        """The last line of each message; one without a verdict, as below a total, is none where another has one."""
        found: dict[int, tables.Row] = {}
        for row in self._table.rows:
            number = _NUMBER.search(row["message"])
            if number and int(number[0]) in self._by_number:
                if int(number[0]) not in found or row["verdict"].strip():
                    found[int(number[0])] = row
        return found

    def expect_whole(self) -> None:
        """Each message has its line and a verdict that is understood."""
        absent = [number for number in self._by_number if number not in self.lines]
        unread = [row for row in self.lines.values() if judged(row["verdict"]) is None]
        many = len(absent) + len(unread) > SLIPS
        if absent:
            raise Failed(
                f"{self._table.path} : {counted(len(absent), 'message', 'messages')} sans ligne : {_numbers(absent)}.",
                f"Une ligne pour chacun des {len(self._by_number)} messages.",
                stops=many,
            )
        if unread:
            raise Failed(
                f"{self._table.path}, {rows([row.number for row in unread])} : le verdict ne se comprend pas "
                f"({unread[0].quoted('verdict', 'case vide')}).",
                "« piège » ou « honnête ».",
                at=tables.place(unread, "verdict"),
                stops=many,
            )

    @cached_property
    def compared(self) -> tables.Compared[tables.Row]:
        """The traps that are told, beside the true ones."""
        told = {str(number): row for number, row in self.lines.items() if judged(row["verdict"])}
        return tables.compare(told, [str(number) for number, one in self._by_number.items() if one.trap])

    def expect_level(self, level: int) -> None:
        """The traps of a level are found; but for the visible ones, one may be missed."""
        honest = sum(not one.trap for one in self._by_number.values())
        if len(self.compared.wrong) > MOB * honest:
            raise Failed(
                f"{counted(len(self.compared.wrong), 'message honnête est dit piégé', 'messages honnêtes sont dits piégés')} : "
                "le tri ne dit plus ce qui est trouvé.",
                "Les pièges, et eux seuls.",
                because=["honnetes-epargnes"],
            )
        missed = [one for one in self.compared.missed if self._by_number[int(one)].level == level]
        if len(missed) > (0 if level == 1 else SLIPS):
            every = sum(one.level == level for one in self._by_number.values())
            raise Failed(
                f"Il manque {counted(len(missed), 'piège')} sur les {every} {SEEN[level - 1]}s.",
                "Tous." if level == 1 else "Tous, sauf un au plus.",
            )

    def expect_spared(self, draw: Draw) -> None:
        """Hardly any honest message is accused; which one is told is drawn, lest one verifies until nothing is left."""
        wrong = self.compared.wrong
        if len(wrong) > SPARED:
            row = wrong[draw.one(sorted(wrong))]
            raise Failed(
                f"{counted(len(wrong), 'message honnête est dit piégé', 'messages honnêtes sont dits piégés')}, dont le "
                f"message {row['message']}.",
                f"Au plus {SPARED} messages honnêtes dits piégés.",
                at=tables.place([row], "verdict"),
            )
        if not self.compared.right:
            raise Failed("Aucun piège n'est trouvé : le tri n'a encore rien écarté.", "Les pièges sont dits piégés.")

    def expect_clues(self) -> None:
        """The clue of each trap is a word of the sheet, and is in that message."""
        self._expect(
            lambda one, row: (
                bool(clues_in(row["indice"])[0])
                and not clues_in(row["indice"])[1]
                and set(clues_in(row["indice"])[0]) <= set(one.clues)
            ),
            "indice",
            ("un indice n'est pas celui de ce message", "les indices ne sont pas ceux de ces messages"),
            f"Un indice que ce message montre vraiment : {listed((one.word for one in CLUES), 'ou')}.",
        )

    def expect_proofs(self) -> None:
        """Six traps have their proof, which is in that message and shows a clue."""
        if self.compared.right and (count := sum(bool(row["preuve"]) for row in self.compared.right.values())) < PROOFS:
            raise Failed(
                f"{self._table.path} : {counted(count, 'piège a sa preuve', 'pièges ont leur preuve')}.",
                f"Une preuve pour {PROOFS} pièges au moins.",
            )
        blocks = [row for row in self.compared.right.values() if self._of_many(row)]
        if len(blocks) > SLIPS:
            raise Failed(
                f"{self._table.path} : {len(blocks)} preuves montrent chacune les indices de plusieurs pièges : "
                "rien n'y est choisi.",
                "Dans chaque preuve, ce qui trahit ce message-là, et lui seul.",
                at=tables.place(blocks, "preuve"),
            )
        self._expect(
            lambda one, row: not row["preuve"] or _shown(row, one),
            "preuve",
            ("une preuve ne montre aucun indice de ce message", "les preuves ne montrent aucun indice de ces messages"),
            "L'adresse, le nom de fichier, l'IBAN ou les mots qui trahissent le piège, recopiés du message.",
        )

    def _of_many(self, row: tables.Row) -> bool:
        """Whether a proof shows the clues of so many traps that it chooses none; of one less, where several traps have it."""
        shown = sum(_shown(row, one) for one in self._by_number.values() if one.trap)
        again = [one["preuve"] for one in self.compared.right.values()].count(row["preuve"])
        return shown >= (MANY if again < 2 else MANY - 1)

    def _expect(
        self, good: Callable[[Message, tables.Row], bool], column: str, told: tuple[str, str], expected: str
    ) -> None:
        right = self.compared.right
        if not right:
            raise Failed("Aucun piège n'est trouvé : il n'y a rien à justifier.", expected)
        wrong = [row for number, row in right.items() if not good(self._by_number[int(number)], row)]
        if len(wrong) > SLIPS:
            cells = some([f"message {row['message']}, {row.quoted(column, 'case vide')}" for row in wrong], 3, " ; ")
            raise Failed(
                f"{self._table.path} : {told[len(wrong) > 1]} : {cells}.", expected, at=tables.place(wrong, column)
            )


def _shown(row: tables.Row, one: Message) -> bool:
    return shows(row["preuve"], [piece for pieces in one.clues.values() for piece in pieces])


def _numbers(numbers: Sequence[int]) -> str:
    return some([str(number) for number in numbers], 6)


def trap_of(variant: Variant, number: int) -> Message | None:
    """The trap of this number, if it is one."""
    return next((one for one in variant.messages if one.number == number and one.trap), None)
