"""The entries that make the gap with the general ledger, listed in a workbook: all of them, and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed, quote, some
from etabli.exam.contract.french import rows as told_rows
from etabli.exam.contract.words import fold

from .extraction import Extraction
from .grid import Grid
from .meaning import as_date, as_key, as_number, as_words
from .places import Spot, letters
from .said import amount
from .shape import Entry

CENT = 0.006
SPARE = 3
"""Filled rows that a list of entries may have beside twice its length: titles, a total."""
LONG = 60
"""A sheet with more filled rows is the ledger itself: the numbers in it are not the candidate's choice."""

_NUMBER = re.compile(r"(?:[A-Za-z]{2})?20\d\d[/-]\d{3,}")
"""How Tryton numbers entries and invoices."""
RECAP = [[word] for word in ("total", "totaux", "ecart", "grand", "synthese", "solde")]
"""First words of a row that recalls what is compared: it is no entry."""


PLUS = {"+", "plus", "en plus", "a ajouter", "credit", "c", "positif"}
MINUS = {"-", "−", "–", "moins", "en moins", "a retirer", "a deduire", "debit", "d", "negatif"}
"""Words of a column that says the sign of each entry."""


class Entries:
    """The list of the entries in a workbook.

    Args:
        grids: Its sheets.
        extraction: Whose cells are not looked at.
        truth: The entries.
    """

    def __init__(self, grids: Sequence[Grid], extraction: Extraction, truth: Sequence[Entry]) -> None:
        self._grids = grids
        self._extraction = extraction
        self._truth = truth

    def expect_listed(self, *, begun: bool = True, gap: str = "") -> None:
        """All entries, and no other, are listed together, each in a row or one per account.

        Args:
            begun: The workbook names the ledger or the gap; where it has nothing of either, `ecart` tells it.
            gap: The workbook's own gap, its cell and what it shows, where it is right.
        """
        entries = required(self._truth)
        best: dict[int, list[set[int]]] = {}
        short: tuple[int, str, list[int]] = (0, "", [])
        beside: list[tuple[Grid, dict[int, dict[int, Any]], list[int], list[int], list[int]]] = []
        off: list[tuple[Grid, dict[int, dict[int, Any]], list[int]]] = []
        for grid in self._grids:
            lines = self._lines(grid)
            found = _told(list(lines.values()), entries)
            best = max(best, found, key=len)
            if len(lines) <= LONG:
                short = max(short, (len(found), grid.name, [*found]))
            if span := _together(found, entries):
                rows = _block(lines, span)
                strangers = _strangers({row: lines[row] for row in rows}, self._truth)
                right = self._makes_the_gap([lines[row] for row in rows])
                again = [] if right else _again({row: lines[row] for row in rows}, self._truth)
                if strangers or again:
                    beside.append((grid, lines, rows, strangers, again))
                elif right:
                    return
                else:
                    off.append((grid, lines, rows))
        expected = (
            "Une liste à part, une ligne par écriture qui fait l'écart : numéro, date, compte, montant et raison."
        )
        if off:
            grid, lines, rows = off[0]
            named = {row: lines[row] for row in rows if _names(lines[row], self._truth)}
            column = _column_of(list(named.values()), self._truth)
            spots = [Spot(row, column) for row in named] if column else [
                spot for spot in grid.spots if spot.row in rows and grid.number(spot) is not None
            ]  # fmt: skip
            sum_told = (
                f" : la colonne {letters(column)} fait {amount(_sum(list(named.values()), column))}" if column else ""
            )
            raise Failed(
                f"Dans la feuille {quote(grid.name)}, les écritures listées ({told_rows(list(named), LONG)}) sont les bonnes, "
                f"mais leur somme n'est pas l'écart{sum_told}.{gap}",
                "Chaque montant a son signe (ou sa colonne, débit ou crédit) : la somme de la liste est l'écart.",
                "Cherchez un signe à l'envers, ou un montant dans l'autre colonne.",
                at=grid.where(*spots),
            )
        if beside:
            # The ledger itself, beside the list, has all of them too, among many others.
            grid, lines, rows, strangers, again = min(beside, key=lambda one: len(one[3]) + len(one[4]))
            raise self._too_many(grid, {row: lines[row] for row in rows}, strangers, again, gap)
        if lost := [entry for rank, entry in enumerate(entries) if rank not in best]:
            told = f"{counted(len(lost), 'écriture')} sur {len(entries)} ne se {'trouve' if len(lost) < 2 else 'trouvent'} pas"
            if len(lost) == len(entries) > 1:
                told = f"Aucune des {len(entries)} écritures qui font l'écart n'est"
            raise Failed(
                f"{told} dans le classeur, avec numéro et montant{self._half_told(lost)}.", expected,
                because=[] if begun or len(lost) < len(entries) else ["ecart"],
            )  # fmt: skip
        if 0 < short[0] < len(entries):
            lack = counted(len(entries) - short[0], "écriture", "écritures")
            told = f"Il manque {lack} à la liste de la feuille {quote(short[1])}, avec numéro et montant."
            raise Failed(
                told, expected, self._kinds_told([one for rank, one in enumerate(entries) if rank not in short[2]])
            )
        raise Failed(
            "Les écritures qui font l'écart sont noyées parmi d'autres.",
            expected,
            "Recopiez-les dans une liste à part : celles-là seules, les unes sous les autres.",
        )

    def _too_many(
        self, grid: Grid, lines: Mapping[int, Mapping[int, Any]], strangers: list[int], again: list[int], gap: str
    ) -> Failed:
        """The failure of a list with rows to take out, whose sum is then the gap or not yet."""
        extra = sorted([*strangers, *again])
        why = []
        if strangers:
            why.append(
                f"{told_rows(strangers)} ({'elle ne fait' if len(strangers) < 2 else 'elles ne font'} pas l'écart)"
            )
        if again:
            why.append(
                f"{told_rows(again)} ({'son écriture est' if len(again) < 2 else 'leurs écritures sont'} déjà dans la liste)"
            )
        kept = [line for row, line in lines.items() if row not in extra and _names(line, self._truth)]
        column = _column_of(kept, self._truth)
        sums, right, those = "", False, "elle" if len(extra) < 2 else "elles"
        if column:
            less = _sum(kept, column)
            every = _sum([*kept, *(lines[row] for row in extra)], column)
            right = _is(less, abs(sum(float(entry.montant) for entry in self._truth)))
            still = "qui est" if right else "qui n'est pas encore"
            sums = (
                f" Avec {those}, la somme de la colonne {letters(column)} est {amount(every)} ; sans {those}, {amount(less)}, "
                f"{still} l'écart."
            )
        return Failed(
            f"{counted(len(extra), 'ligne')} de trop dans la liste de la feuille {quote(grid.name)} : {listed(why)}.{sums}"
            f"{'' if right else gap}",
            "Dans la liste, les écritures qui font l'écart, chacune une fois, et aucune autre : leur somme est l'écart.",
            f"Supprimez {'cette ligne' if len(extra) < 2 else 'ces lignes'} de la liste, puis comparez sa somme à l'écart.",
            at=grid.where(
                *(Spot(row, column if column and column in lines[row] else min(lines[row])) for row in extra)
            ),
        )

    def _makes_the_gap(self, rows: Sequence[Mapping[int, Any]]) -> bool:
        """Whether the entries among some rows add up to the gap, by signs, by columns, by words, or part by part."""
        known = set().union(*(_numbers(entry) for entry in self._truth))
        gap = abs(sum(float(entry.montant) for entry in self._truth))
        told: list[list[Mapping[int, Any]]] = [[]]
        for row in rows:
            if any(as_key(value) in known for value in row.values()):
                told[-1].append(row)
            elif told[-1]:
                told.append([])
        parts = [part for part in told if part]
        every = [row for part in parts for row in part]
        if _adds_up(every, gap):
            return True
        for column in {column for row in every for column in row}:
            amounts = [as_number(row.get(column)) or 0.0 for row in every]
            signs = [_said_sign(row) for row in every]
            if all(signs) and _is(sum(sign * abs(one) for sign, one in zip(signs, amounts, strict=True)), gap):
                return True
            sums = [sum(as_number(row.get(column)) or 0.0 for row in part) for part in parts]
            if len(parts) == 2 and _is(sums[0] - sums[1], gap):
                return True
        return False

    def _kinds_told(self, lost: Sequence[Entry]) -> str | None:
        """Where to look for entries that lack, when all of them are of one kind; None else."""
        whys = {entry.why for entry in lost}
        if whys == {"accounting_date"}:
            return (
                "Vos écritures sans facture y sont toutes. Cherchez une facture à cheval : chaque Numéro de vos lignes parmi les origines "
                "de la période, et l'inverse (séance 6, étape 7)."
            )
        if whys == {"od"}:
            return (
                "Vos factures à cheval y sont toutes. Dans la feuille du grand livre, filtrez la période, puis les lignes dont l'origine "
                "est vide."
            )
        return None

    def _half_told(self, lost: Sequence[Entry]) -> str:
        """The numbers that the candidate listed with another amount: these are no secret."""
        seen: set[str] = set()
        for grid in self._grids:
            spots = [
                spot for spot in grid.spots if not self._extraction.holds(grid, spot) and as_words(grid.value(spot))
            ]
            if len({spot.row for spot in spots}) <= LONG:
                seen |= {as_key(grid.value(spot)) for spot in spots}
        known = [entry.numero for entry in lost if seen & _numbers(entry)]
        return f" ; le montant n'est pas le bon pour {some(known)}" if known else ""

    def _lines(self, grid: Grid) -> dict[int, dict[int, Any]]:
        """What the filled rows of a sheet hold: row → column → value."""
        lines: dict[int, dict[int, Any]] = {}
        for spot in grid.spots:
            if not self._extraction.holds(grid, spot) and (value := grid.value(spot)) not in (None, ""):
                lines.setdefault(spot.row, {})[spot.column] = value
        return lines


def _numbers(entry: Entry) -> set[str]:
    """What an entry may be called: its number, or that of the invoice it comes from."""
    return {key for name in (entry.numero, entry.piece) if (key := as_key(name))}


def required(entries: Sequence[Entry]) -> list[Entry]:
    """The entries that a list must have: without those that have no invoice and that another one cancels.

    Both kinds of list add up to the gap.
    """
    kept: list[Entry] = []
    for entry in entries:
        other = next((one for one in kept if _cancel(one, entry)), None)
        if other is None:
            kept.append(entry)
        else:
            kept.remove(other)
    return kept


def _cancel(one: Entry, other: Entry) -> bool:
    return one.why == other.why == "od" and abs(float(one.montant) + float(other.montant)) < CENT


def _is(value: float | None, wanted: float) -> bool:
    return value is not None and abs(abs(value) - wanted) < CENT


def _adds_up(rows: Sequence[Mapping[int, Any]], wanted: float) -> bool:
    """Whether a column of these rows adds up to an amount, or one less another: credits less debits."""
    columns = {column for row in rows for column in row}
    sums = [sum(as_number(row.get(column)) or 0.0 for row in rows) for column in columns]
    return any(_is(one - other, wanted) for one in sums for other in (0.0, *sums) if len(rows) > 1 or other)


def _said_sign(row: Mapping[int, Any]) -> int:
    """The sign that a cell of a row says in a word; 0 when none does."""
    said = {fold(str(value)) or str(value).strip() for value in row.values() if type(value) is str}
    return 1 if said & PLUS else -1 if said & MINUS else 0


def _told(lines: Sequence[Mapping[int, Any]], entries: Sequence[Entry]) -> dict[int, list[set[int]]]:
    """Entry → where it is told: filled rows, from 0, one with its number and amount, or some that add up to it."""
    found: dict[int, list[set[int]]] = {}
    for rank, entry in enumerate(entries):
        numbers, wanted = _numbers(entry), abs(float(entry.montant))
        rows = [row for row, line in enumerate(lines) if any(as_key(value) in numbers for value in line.values())]
        alone = [{row} for row in rows if any(_is(as_number(value), wanted) for value in lines[row].values())]
        if alone:
            found[rank] = alone
        elif _adds_up([lines[row] for row in rows], wanted):
            found[rank] = [set(rows)]
    return found


def _together(rows: Mapping[int, Sequence[set[int]]], entries: Sequence[Entry]) -> range | None:
    """Filled rows that follow each other and tell all entries, with few others between; None when there are none."""
    if len(rows) < len(entries):
        return None
    size = 2 * sum(min(map(len, places)) for places in rows.values()) + SPARE
    for start in sorted({place for places in rows.values() for one in places for place in one}):
        span = set(range(start, start + size))
        chosen = [next((one for one in places if one <= span), None) for places in rows.values()]
        if None not in chosen:
            return range(start, max(place for one in chosen if one for place in one) + 1)
    return None


def _block(lines: Mapping[int, Mapping[int, Any]], span: range) -> list[int]:
    """The rows of a list, and those that touch it."""
    numbers = list(lines)
    first, last = span.start, span.stop - 1
    while first > 0 and numbers[first - 1] == numbers[first] - 1:
        first -= 1
    while last + 1 < len(numbers) and numbers[last + 1] == numbers[last] + 1:
        last += 1
    return numbers[first : last + 1]


def _amounts(line: Mapping[int, Any]) -> dict[int, float]:
    """The numbers of a row that are no date, by column."""
    return {
        column: number
        for column, value in line.items()
        if as_date(value) is None and (number := as_number(value)) is not None
    }


def _names(line: Mapping[int, Any], entries: Sequence[Entry]) -> list[Entry]:
    """The entries that a row names."""
    keys = {as_key(value) for value in line.values()}
    return [entry for entry in entries if keys & _numbers(entry)]


def _strangers(lines: Mapping[int, Mapping[int, Any]], entries: Sequence[Entry]) -> list[int]:
    """Dated or numbered rows of a list, or that touch it, that are none of the entries."""
    return [
        row
        for row, line in lines.items()
        if fold(as_words(line[min(line)])).split()[:1] not in RECAP
        and any(as_date(value) or _NUMBER.fullmatch(str(value).strip()) for value in line.values())
        and _amounts(line)
        and not _names(line, entries)
    ]


def _again(lines: Mapping[int, Mapping[int, Any]], entries: Sequence[Entry]) -> list[int]:
    """Rows of a list with an entry that another row, with its whole amount, has already."""
    whole = {
        row: entry
        for row, line in lines.items()
        for entry in _names(line, entries)
        if any(_is(number, abs(float(entry.montant))) for number in _amounts(line).values())
    }
    firsts = {entry.numero: row for row, entry in reversed(whole.items())}
    return [
        row
        for row, line in lines.items()
        if row not in firsts.values() and _amounts(line) and any(one.numero in firsts for one in _names(line, entries))
    ]


def _column_of(rows: Sequence[Mapping[int, Any]], entries: Sequence[Entry]) -> int | None:
    """The column that has the amounts of some rows, all of them; None where they are in two, or elsewhere."""
    wanted = [abs(float(entry.montant)) for entry in entries]
    found = {
        column: sum(any(_is(_amounts(row).get(column), one) for one in wanted) for row in rows)
        for column in {column for row in rows for column in _amounts(row)}
        if all(column in _amounts(row) for row in rows)
    }
    best = max(found, key=lambda column: (found[column], column), default=None)
    return best if best and found[best] else None


def _sum(rows: Sequence[Mapping[int, Any]], column: int) -> float:
    return sum(as_number(row.get(column)) or 0.0 for row in rows)
