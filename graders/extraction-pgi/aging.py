"""The aged receivables of a workbook: a table of customers by bracket of days, against Tryton's."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, cycle
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.formulas import in_french
from etabli.exam.contract.french import cells, counted, listed, quote, quoted, some
from etabli.exam.tools.scenario import Edit

from .finding import Figures, best_figures, listings
from .formulas import is_calculated
from .grid import Grid
from .labels import BRACKETS, Reader, read_bracket, uncoded
from .places import Spot
from .precedents import Precedents
from .said import amount, at, moved
from .shape import Due

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.tools.book import Book
    from etabli.exam.tools.computed import Values

TOLD = {
    "non_echu": "non échu", "1_30": "1 à 30 jours", "31_60": "31 à 60 jours", "61_90": "61 à 90 jours", "plus_90": "plus de 90 jours",
}  # fmt: skip
FIRST_STEP = (
    "Pas encore fait ? C'est la séance 5. Commencez dans Tryton, Factures client, onglet Comptabilisés : exportez Numéro, Tiers ▸ "
    "Code, Montant à payer et Lignes à payer ▸ Date d'échéance (sans Tryton : donnees/factures-client-comptabilisees.csv).\n"
    "1. Mettez ces lignes dans une feuille « Echeances » : le code en A, le montant en B et l'échéance en C.\n"
    "2. En D2, calculez les jours de retard : {late} (date de situation − échéance). Recopiez vers le bas.\n"
    "3. Dans une autre feuille, écrivez les codes en colonne A, à partir de la ligne 2, et les cinq titres en ligne 1.\n"
    "4. En B2, sous « non échu », écrivez {first}. Sous « 1 à 30 jours », {second}, et de même jusqu'à 90. Sous la dernière "
    "tranche, {last}.\n"
    "5. Recopiez vers le bas, puis ajoutez une ligne Total sous les cinq tranches."
)
CENT = 0.006
BORDERS = {0: "non_echu", 1: "1_30", 30: "1_30", 31: "31_60", 60: "31_60", 61: "61_90", 90: "61_90", 91: "plus_90"}
"""The first and the last day of each bracket, in days late."""
SPARED = 0.1
"""Part of the dues that a table may not read as Tryton has them: two of one customer and day may be one line."""
SWAPPED = (
    "Comparez ces deux codes à l'export de Tryton, ligne par ligne, par le numéro de facture : dans la feuille des échéances, puis "
    "dans la première colonne de la balance. Additionner vos lignes redonne le même chiffre."
)
EXPECTED = "Des formules, ou un tableau croisé, sur l'extraction des échéances."
BY_CUSTOMER = "Aucun nombre tapé dans ces formules : chacune additionne les échéances de son client, dans sa tranche."


@dataclass(frozen=True)
class Aged:
    """The totals of the brackets, and the table that they belong to."""

    totals: Figures
    customers: Mapping[str, Mapping[str, Spot]]
    """Code → bracket → cell."""
    read: Reader
    """What a label of a customer is."""

    @property
    def grid(self) -> Grid:
        """Their sheet."""
        return self.totals.grid

    def told(self) -> dict[tuple[str, str], str]:
        """Sheet and cell of each bracket's total, and what it is."""
        return {(self.grid.name, spot.cell): TOLD[key] for key, spot in self.totals.spots.items()}

    @property
    def spots(self) -> list[Spot]:
        """The cells of the totals, then of the customers' brackets."""
        return [*self.totals.spots.values(), *(spot for one in self.customers.values() for spot in one.values())]


def find_aged(grids: Sequence[Grid], totals: Mapping[str, str], read: Reader, today: date) -> Aged:
    """The table of the aged receivables, wherever it is, brackets across or down; `today`: the day that it is of.

    Raises:
        Failed: No list of the five brackets.
    """
    found = [one for grid in grids for one in listings(grid, read_bracket, lambda _: True, len(BRACKETS))]
    figures = best_figures(found, lambda value, key: abs(value - float(totals[key])) < CENT)
    if figures is None:
        raise Failed(
            "On ne trouve pas de tableau avec les cinq tranches de la balance âgée.",
            f"Les titres {quoted(TOLD.values())}, et les totaux.",
            _first_step(today, calc=any(grid.calc for grid in grids)),
        )
    return Aged(figures, _customers(figures, read), read)


def _first_step(today: date, *, calc: bool) -> str:
    """What to do first, with formulas to be typed as they are."""

    def summed(*conditions: str) -> str:
        tested = "".join(f',Echeances!D:D,"{one}"' for one in conditions)
        return in_french(f"=SUMIFS(Echeances!B:B,Echeances!A:A,$A2{tested})", calc=calc)

    return FIRST_STEP.format(
        late=f"=DATE({today.year};{today.month};{today.day})-C2",
        first=summed("<=0"),
        second=summed(">=1", "<=30"),
        last=summed(">90"),
    )


def _other_column(found: Aged, precedents: Precedents, totals: Mapping[str, str]) -> tuple[str, str] | None:
    """The column of the dues that the brackets add up, where another one of the same lines is right; None elsewhere."""
    due = precedents.dates(found.grid, found.totals.spots.values())
    sheet = max((name for name, _ in due), key=[name for name, _ in due].count, default="")
    rows = sorted({spot.row for name, spot in due if name == sheet})
    shown, right = sum(number or 0.0 for number in found.totals.numbers().values()), sum(map(float, totals.values()))
    both = [precedents.column(sheet, rows, total) if sheet else None for total in (shown, right)]
    if not both[0] or not both[1]:
        return None
    told = [precedents.titled(sheet, min(one)) for one in both if one]
    return told[0], told[1]


def _at_border(
    found: Aged, wrong: Sequence[str], totals: Mapping[str, str], precedents: Precedents, today: date
) -> dict[str, tuple[set[int], set[int]]]:
    """The days on the borders that explain each bracket whose total is wrong, by the dues of the workbook; else nothing."""
    due = precedents.dates(found.grid, found.totals.spots.values())
    sheet = max((name for name, _ in due), key=[name for name, _ in due].count, default="")
    late = {spot.row: (today - day).days for name, spot in due if name == sheet and (day := precedents.day(name, spot))}
    amounts = precedents.column(sheet, sorted(late), sum(float(totals[key]) for key in BRACKETS)) if sheet else None
    by_day = dict.fromkeys(BORDERS, 0.0)
    for spot, number in (amounts or {}).items():
        if late[spot.row] in by_day:
            by_day[late[spot.row]] += number
    numbers = found.totals.numbers()
    known = {key: days for key in wrong if (days := _counted(key, numbers[key] or 0.0, float(totals[key]), by_day))}
    return known if len(known) == len(wrong) else {}


def expect_totals(
    found: Aged, totals: Mapping[str, str], precedents: Precedents | None = None, today: date | None = None
) -> None:
    """Every bracket's total is Tryton's; the right figure is not told.

    Args:
        found: The table.
        totals: Tryton's, by bracket.
        precedents: What the table depends on: it tells which column or which days are not read rightly.
        today: The day of the accounts.
    """
    numbers, spots = found.totals.numbers(), found.totals.spots
    wrong = [key for key in BRACKETS if found.grid.differs(spots[key], float(totals[key]))]
    if wrong:
        told = [
            f"« {TOLD[key]} » ({found.grid.told(spots[key])} montre {found.grid.amount(spots[key])})" for key in wrong
        ]
        sums = sum(number or 0 for number in numbers.values()), sum(float(totals[key]) for key in BRACKETS)
        whole = abs(sums[0] - sums[1]) < CENT and not any(map(found.grid.fails, spots.values()))
        said = "mais leur somme est juste" if whole else "et leur somme est fausse aussi"
        if precedents and today and (known := _at_border(found, wrong, totals, precedents, today)):
            raise _borders_told(
                found,
                known,
                f"{counted(len(wrong), 'tranche')} sur {len(BRACKETS)} sans le bon total",
            )
        five = {key: one for key, one in totals.items() if key in BRACKETS}
        if precedents and not whole and (other := _other_column(found, precedents, five)):
            spots_of = [spot for one in found.customers.values() for spot in one.values() if found.grid.formula(spot)]
            raise Failed(
                f"Vos cinq tranches additionnent {other[0]} ; le bon total est celui de {other[1]}.",
                "Ce que les clients doivent à la date de situation, règlements partiels et avoirs déduits.",
                "Dans les formules de la balance, remplacez la première colonne par la seconde. Votre note cite-t-elle un de ces totaux ? "
                "Reprenez-la aussi.",
                at=found.grid.where(*(spots_of or [spots[key] for key in wrong])),
            )
        raise Failed(
            f"{counted(len(wrong), 'tranche')} sur {len(BRACKETS)} sans le bon total, {said} : {some(told, 5)}.",
            "Ce que les clients doivent à la date de situation, règlements partiels et avoirs déduits.",
            None
            if whole
            else "Dans la feuille des échéances, additionnez la colonne « Montant à payer ». C'est la somme de vos cinq tranches ? "
            "Refaites l'export : il y manque des factures, des avoirs ou des règlements. Sinon, une formule oublie des lignes, ou lit une "
            "autre colonne. Votre note cite-t-elle un de ces totaux ? Reprenez-la aussi.",
            at=found.grid.where(*(spots[key] for key in wrong)),
        )


def _owing(aged: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """The customers who owe something, or to whom something is owed."""
    return {code: sums for code, sums in aged.items() if any(abs(float(sums[key])) >= CENT for key in BRACKETS)}


def expect_customers(found: Aged, aged: Mapping[str, Mapping[str, str]]) -> None:
    """Every customer's brackets are Tryton's; of a few that are not, what it gives is told: a sum would give the same again."""
    owing = _owing(aged)
    expected = "Une ligne par client qui doit quelque chose, avec son code et ses cinq tranches."
    absent = [code for code in owing if code not in found.customers]
    if absent:
        missing = counted(len(absent), "client")
        raise Failed(
            f"Dans la feuille {quote(found.grid.name)}, il manque {missing} sur les {len(owing)} qui doivent quelque chose.",
            expected,
            "Comptez les codes de l'extraction des échéances et ceux de la balance ; un avoir seul compte aussi.",
        )
    firsts = {code: next(iter(found.customers[code].values())) for code in owing}
    if bare := uncoded(found.grid, firsts, down=not found.totals.listing.down):
        raise Failed(
            f"Dans la feuille {quote(found.grid.name)}, {counted(len(bare), 'ligne')} de la balance sans le code de son client : "
            f"{some([firsts[code].cell for code in bare], 3)}.",
            expected,
            "Ajoutez une colonne avec les codes, zéros compris : deux noms se ressemblent.",
            at=found.grid.where(*(firsts[code] for code in bare)),
        )
    wrong = [
        (code, key, spot)
        for code, spots in found.customers.items()
        for key, spot in spots.items()
        if found.grid.differs(spot, float(owing.get(code, {}).get(key, 0)))
    ]
    if wrong:
        told = [
            f"{code}, {TOLD[key]} ({spot.cell}) : on lit {found.grid.amount(spot)}, Tryton donne "
            f"{amount(float(owing.get(code, {}).get(key, 0)))}"
            for code, key, spot in wrong
        ]
        swapped = _swapped(found, owing, list(dict.fromkeys(code for code, _, _ in wrong)))
        said = f"Les clients {listed(swapped)} sont échangés : chacun a les montants de l'autre. " if swapped else ""
        raise Failed(
            f"{counted(len(wrong), 'montant faux', 'montants faux')} dans la feuille {quote(found.grid.name)}. "
            f"{said}{some(told, 3, ' ; ')}.",
            "Pour chaque client, les cinq tranches que donne Tryton.",
            SWAPPED if swapped else None,
            at=found.grid.where(*(spot for _, _, spot in wrong)),
        )


def _swapped(found: Aged, owing: Mapping[str, Mapping[str, str]], codes: Sequence[str]) -> list[str]:
    """The first two customers who have each other's amounts; nothing where none have."""

    def has(one: str, other: str) -> bool:
        shown = found.customers[one].items()
        return not any(found.grid.differs(spot, float(owing.get(other, {}).get(key, 0))) for key, spot in shown)

    return next(([*pair] for pair in combinations(codes, 2) if has(*pair) and has(*pair[::-1])), [])


def expect_calculated(found: Aged, precedents: Precedents, book: Book, dues: Sequence[Due] = ()) -> None:
    """Formulas or a pivot give the totals and the customers' brackets, and do more than show a typed number again.

    Args:
        found: The table.
        precedents: What it depends on.
        book: For tables and names.
        dues: Tryton's lines: the amounts that the table reads are these, but for what is paid in part.
    """
    grid = found.grid
    filled = [spot for spot in found.spots if grid.number(spot) is not None]
    typed = [spot for spot in filled if not is_calculated(grid, spot, book) or precedents.copied(grid, spot)]
    if typed:
        told = counted(len(typed), "montant tapé, collé ou recopié", "montants tapés, collés ou recopiés")
        where = cells([spot.cell for spot in typed])
        raise Failed(f"{told} dans la feuille {quote(grid.name)} : {where}.", EXPECTED, at=grid.where(*typed))
    whole = [float(due.montant) for due in dues if not float(due.paye)]
    lost = precedents.lacking(grid, found.spots, whole)
    if lost > len(whole) * SPARED:
        raise Failed(
            f"La balance de la feuille {quote(grid.name)} ne lit pas les lignes des échéances de Tryton : "
            f"{counted(lost, 'montant')} sur {len(whole)} n'y {'est' if lost < 2 else 'sont'} pas.",
            EXPECTED,
            "Collez toutes les lignes de l'export, telles quelles : une par facture, sans les additionner.",
            at=grid.where(*found.totals.spots.values()),
        )


def trials(found: Aged, precedents: Precedents, today: date) -> list[list[Edit]]:
    """Another number wherever the table reads one, itself or through others; then all due a month later.

    Raises:
        Failed: No list of dates is behind the table.
    """
    due = precedents.dates(found.grid, found.totals.spots.values())
    if not due:
        spots = list(found.totals.spots.values())
        raise Failed(
            f"Dans la feuille {quote(found.grid.name)}, les totaux des tranches ({cells([spot.cell for spot in spots])}) "
            "ne lisent, même de loin, aucune liste d'échéances.",
            EXPECTED,
            at=found.grid.where(*spots),
        )
    amounts = precedents.edits(precedents.numbers(found.grid, found.spots))
    return [amounts, precedents.dated(due, today + timedelta(days=30))]


@dataclass(frozen=True)
class OtherDues:
    """A copy with other dues, and what the table then is."""

    edits: Sequence[Edit]
    sums: Mapping[str, float]
    """What each bracket adds up to."""
    customers: Mapping[str, Mapping[str, float]]
    """Code → bracket → what is due, of the customers whose lines are surely known."""
    told: str
    """What was changed, in French."""
    more: str = ""
    """What else was changed, as the end of a sentence."""
    by_day: Mapping[int, float] = field(default_factory=dict)
    """What is due on each border; nothing where the dates are as they were."""


def other_dues(
    found: Aged, precedents: Precedents, today: date, draw: Draw, days_of: Draw | None = None
) -> list[OtherDues]:
    """Due dates on the first or the last day of a bracket, and elsewhere, one of the amounts owed to its customer; then one amount changed alone.

    Which line has which of these days, how far from today others are due and whether that amount rises come from `days_of`;
    without it, only the borders are, in their order. The dates of some lines that are drawn, then those of the others: a table that wakes when a line that somebody knew is
    another one sleeps through one of them. Nothing when no column beside the dates adds up to what the table shows:
    which amount is due when is then unknown.
    """
    due = precedents.dates(found.grid, found.totals.spots.values())
    sheet = max((name for name, _ in due), key=[name for name, _ in due].count, default="")
    rows = sorted({spot.row for name, spot in due if name == sheet})
    shown = sum(number or 0.0 for number in found.totals.numbers().values())
    amounts = precedents.column(sheet, rows, shown) if sheet else None
    if amounts is None:
        return []
    late = {spot.row: (today - day).days for name, spot in due if name == sheet and (day := precedents.day(name, spot))}
    whose = _whose(found, precedents, sheet, amounts, late)
    sure = _right(found, _by_customer(amounts, late, whose))
    drawn = draw.shuffled(rows)
    read = precedents.behind(found.grid, found.spots)
    mine = draw.shuffled([spot for spot, number in amounts.items() if number and (sheet, spot) in read])
    owed = [spot for spot in mine if amounts[spot] > 0]
    made = []
    border = cycle(_late_days(days_of) if days_of else BORDERS)
    for some_rows in (drawn[::2], drawn[1::2]):
        days = {row: next(border) for row in some_rows}
        edits = [
            edit
            for name, spot in due
            if name == sheet and spot.row in days
            for edit in precedents.dated([(name, spot)], today - timedelta(days=days[spot.row]))
        ]
        back = {spot: -amounts[spot] for spot in owed[:1]}
        edits += [Edit(sheet, spot.cell, number) for spot, number in back.items()]
        sums, by_day = dict.fromkeys(BRACKETS, 0.0), dict.fromkeys(BORDERS, 0.0)
        now, then = {**amounts, **back}, {**late, **days}
        for spot, amount_due in now.items():
            sums[_bracket(then[spot.row])] += amount_due
            if then[spot.row] in by_day:
                by_day[then[spot.row]] += amount_due
        more = " et un avoir à rembourser" if back else ""
        made.append(OtherDues(edits, sums, _by_customer(now, then, whose, sure), "d'autres échéances", more, by_day))
    for spot in mine[:1]:
        step = math.copysign(draw.between(101, 99_999) / 100, amounts[spot])
        new = {spot: round(amounts[spot] + (-step if days_of and days_of.below(2) else step), 2)}
        now = {**amounts, **new}
        sums = dict.fromkeys(BRACKETS, 0.0)
        for place, amount_due in now.items():
            sums[_bracket(late[place.row])] += amount_due
        edit = Edit(sheet, spot.cell, new[spot])
        told = f"un autre montant dans {at(sheet, spot.cell)}"
        made.append(OtherDues([edit], sums, _by_customer(now, late, whose, sure), told))
    return made


def _late_days(draw: Draw) -> list[int]:
    """Days late: the borders, one far from each end, and some in between."""
    return draw.shuffled(
        [*BORDERS, -draw.between(1, 200), draw.between(92, 900), *(draw.between(2, 89) for _ in range(3))]
    )


def _whose(
    found: Aged, precedents: Precedents, sheet: str, amounts: Mapping[Spot, float], late: Mapping[int, int]
) -> dict[int, str]:
    """The customer of each due, by its row, as one column of its sheet says; nothing where none surely does.

    That is the column by which the most customers, and half of those who owe something, have what the table shows of them.
    """
    owing = [code for code, spots in found.customers.items() if any(map(found.grid.number, spots.values()))]
    rows = [spot.row for spot, number in amounts.items() if number]
    best, most = dict[int, str](), len(owing) // 2
    for values in precedents.columns(sheet, rows):
        codes = {row: code for row, value in values.items() if (code := found.read(value))}
        right = set(owing).intersection(_right(found, _by_customer(amounts, late, codes)))
        if len(right) > most:
            best, most = codes, len(right)
    return best


def _by_customer(
    amounts: Mapping[Spot, float],
    late: Mapping[int, int],
    whose: Mapping[int, str],
    codes: Collection[str] | None = None,
) -> dict[str, dict[str, float]]:
    """What is due by customer, of some, and by bracket."""
    wanted = whose.values() if codes is None else codes
    found = {code: dict.fromkeys(BRACKETS, 0.0) for code in wanted}
    for spot, amount_due in amounts.items():
        if (code := whose.get(spot.row)) in found:
            found[code][_bracket(late[spot.row])] += amount_due
    return found


def _right(found: Aged, customers: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The customers of the table who have there what is due, in its order."""
    return [
        code
        for code, spots in found.customers.items()
        if code in customers and not any(found.grid.differs(spot, customers[code][key]) for key, spot in spots.items())
    ]


def _bracket(late: int) -> str:
    """The bracket of a number of days late."""
    return BORDERS[max((day for day in BORDERS if day <= late), default=0)]


def expect_borders(
    found: Aged, values: Values, sums: Mapping[str, float], more: str = "", by_day: Mapping[int, float] | None = None
) -> None:
    """With dues on the borders of the brackets, each bracket has its own.

    Args:
        found: The table.
        values: Computed after `other_dues`.
        sums: What each bracket adds up to.
        more: What else was changed, as the end of a sentence.
        by_day: What is due on each border: it tells which days are in no bracket, or in another.
    """
    after = found.totals.again(found.grid.under(values), read_bracket)
    spots = after.spots
    wrong = [key for key in BRACKETS if key in spots and after.grid.differs(spots[key], sums[key])]
    if wrong:
        counted_in = {
            key: _counted(key, after.grid.number(spots[key]) or 0.0, sums[key], by_day or {}) for key in wrong
        }
        if known := {key: days for key, days in counted_in.items() if days is not None}:
            if len(known) == len(wrong):
                raise _borders_told(found, known)
        told = [
            f"« {TOLD[key]} » ({after.grid.told(spots[key])}) donne {after.grid.amount(spots[key])} au lieu de {amount(sums[key])}"
            for key in wrong
        ]
        days = ", ".join(str(day) for day in [*BORDERS][:-1])
        raise Failed(
            f"Dans une copie, avec des échéances mises à {days} et {[*BORDERS][-1]} jours de retard, ou ailleurs{more}, "
            f"{some(told, 5)}.",
            "0 jour va dans « Non échu », 30 dans « 1 à 30 jours », 31 dans « 31 à 60 jours » ; un avoir compte en moins.",
            "Regardez les signes de vos conditions : < ou <=, > ou >=. Une condition sur le montant (> 0) oublie les avoirs.",
            at=after.grid.where(*(spots[key] for key in wrong)),
        )


def _counted(key: str, seen: float, wanted: float, by_day: Mapping[int, float]) -> tuple[set[int], set[int]] | None:
    """The days of its own that a bracket leaves out, and those of others that it takes: the fewest that explain its total."""
    rank = BRACKETS.index(key)
    near = [day for day, one in BORDERS.items() if by_day.get(day) and abs(BRACKETS.index(one) - rank) < 2]
    near = [day for day in near if BORDERS[day] == key or any(BORDERS.get(day + step) == key for step in (1, -1))]
    for size in range(1, len(near) + 1):
        for days in combinations(near, size):
            moved = sum(by_day[day] * (-1 if BORDERS[day] == key else 1) for day in days)
            if abs(seen - wanted - moved) < CENT:
                own = {day for day in days if BORDERS[day] == key}
                return own, {*days} - own
    return None


def _borders_told(
    found: Aged,
    known: Mapping[str, tuple[set[int], set[int]]],
    begins: str = "Vos totaux d'aujourd'hui sont justes, mais pas ceux d'une copie où des échéances sont au bord d'une tranche",
) -> Failed:
    """The days that the brackets' conditions put nowhere, or in another bracket; their cells are the customers'."""
    lost = {day: key for key, (own, _) in known.items() for day in own}
    taken = {day: key for key, (_, others) in known.items() for day in others}
    nowhere = [str(day) for day in sorted(lost) if day not in taken]
    told = [f"une échéance à {listed(nowhere, 'ou')} jours de retard n'est dans aucune tranche"] if nowhere else []
    told += [
        f"une échéance à {day} jours de retard est dans « {TOLD[key]} » {'au lieu de' if day in lost else 'en plus de'} « {TOLD[BORDERS[day]]} »"
        for day, key in sorted(taken.items())
    ]
    grid = found.grid
    spots = [spot for key in known for one in found.customers.values() if (spot := one.get(key)) and grid.formula(spot)]
    first = next(iter(spots), next(iter(found.totals.spots.values())))
    where = (
        f"Les conditions à reprendre sont dans {cells([spot.cell for spot in spots])}"
        if spots
        else "Reprenez les conditions"
    )
    return Failed(
        f"{begins} : {' ; '.join(told)}.",
        "0 jour va dans « Non échu », 30 dans « 1 à 30 jours », 31 dans « 31 à 60 jours ».",
        f"{where}, pas dans la ligne Total. Regardez les signes : >= prend le jour même, > le laisse (<= et < de même).",
        at=grid.where(*(spots or [first])),
    )


def expect_moved(found: Aged, amounts: Values, dates: Values) -> None:
    """After other amounts, every amount of the table is another one; after other dates, every total and overdue amount.

    Those that were nothing may stay so.

    Args:
        found: The table.
        amounts: Computed after other amounts.
        dates: Computed after other dates.
    """
    _expect_moved(found, found.spots, amounts, "les montants qu'elle lit")
    overdue = [
        spot
        for spots in found.customers.values()
        for key, spot in spots.items()
        if key != BRACKETS[0] and not found.grid.in_pivot(spot)
    ]
    _expect_moved(found, [*found.totals.spots.values(), *overdue], dates, "les échéances")


def expect_customers_follow(
    found: Aged, aged: Mapping[str, Mapping[str, str]], values: Values, other: OtherDues
) -> None:
    """With other dues, the customers' amounts add up to each bracket whose total is right, and each is its customer's.

    As they did before; what is in a pivot may have changed places. Where a customer lacks, nothing adds up.

    Args:
        found: The table.
        aged: What Tryton gives.
        values: Computed after `other_dues`.
        other: What was changed, and what the table then is.
    """
    after = found.grid.under(values)
    judged, whole = [], found.customers.keys() >= _owing(aged).keys()
    for key, total in found.totals.spots.items():
        spots = [spot for one in found.customers.values() if (spot := one.get(key))]
        if any(found.grid.in_pivot(spot) for spot in (total, *spots)) or after.differs(total, other.sums[key]):
            continue
        judged.append(key)
        before, now = (sum(grid.number(spot) or 0.0 for spot in spots) for grid in (found.grid, after))
        if whole and not found.grid.differs(total, before) and abs(now - other.sums[key]) >= CENT:
            first = next((spot for spot in spots if found.grid.formula(spot)), spots[0])
            raise Failed(
                f"Dans une copie, avec {other.told}, les clients de la colonne « {TOLD[key]} » font {amount(now)} au lieu de "
                f"{amount(other.sums[key])} : {found.grid.told(first)}, {found.grid.said(first)}, par exemple.",
                EXPECTED,
                BY_CUSTOMER,
                at=found.grid.where(*spots),
            )
    moved_to = _customers_again(found, after)
    wrong = [
        (code, key, place)
        for code, spots in found.customers.items()
        for key in judged
        if code in other.customers
        and after.differs(place := moved_to.get(code, spots)[key], other.customers[code][key])
    ]
    if wrong:
        code, key, place = wrong[0]
        became = moved(
            found.grid.amount(found.customers[code][key]), after.amount(place), amount(other.customers[code][key])
        )
        others = f" ; de même {cells([one.cell for *_, one in wrong[1:]])}" if wrong[1:] else ""
        said = f", {found.grid.said(place)}," if found.grid.formula(place) else ""
        raise Failed(
            f"Dans une copie, avec {other.told}{other.more}, {found.grid.told(place)} ({code}, {TOLD[key]}){said} {became}{others}.",
            EXPECTED,
            BY_CUSTOMER,
            at=found.grid.where(*(one for *_, one in wrong)),
        )


def _customers_again(found: Aged, after: Grid) -> Mapping[str, Mapping[str, Spot]]:
    """Where the customers' brackets are in another recalculation: a list that sorts itself may have another order."""
    again = found.totals.again(after, read_bracket)
    return _customers(again, found.read) if again.spots == found.totals.spots else found.customers


def _expect_moved(found: Aged, spots: Sequence[Spot], values: Values, what: str) -> None:
    grid, after = found.grid, found.grid.under(values)
    still = [
        spot
        for spot in spots
        if abs(grid.number(spot) or 0) >= CENT and not _moved(grid.number(spot), after.number(spot))
    ]
    if still:
        first = still[0]
        others = f" ; de même {cells([spot.cell for spot in still[1:]])}" if still[1:] else ""
        told = f"{grid.told(first)}, {grid.said(first)}, ne bouge pas quand {what} changent"
        raise Failed(f"{told}{others}.", EXPECTED, at=grid.where(*still))
    broken = [spot for spot in spots if after.fails(spot) and not grid.fails(spot)]
    if broken:
        others = f" ; de même {cells([spot.cell for spot in broken[1:]])}" if broken[1:] else ""
        told = f"{grid.told(broken[0])}, {grid.said(broken[0])}, montre {after.amount(broken[0])} quand {what} changent"
        raise Failed(f"{told}{others}.", EXPECTED, at=grid.where(*broken))


def _moved(before: float | None, after: float | None) -> bool:
    return after is None or abs(after - (before or 0)) >= CENT


def _customers(totals: Figures, read: Reader) -> Mapping[str, Mapping[str, Spot]]:
    """The lines of the table that bear a customer's label, before the brackets' cells."""
    grid, labels = totals.grid, totals.listing.labels
    across = not totals.listing.down
    first = min(spot.column if across else spot.row for spot in labels.values())
    start = next(iter(labels.values()))
    last = grid.height if across else grid.width
    lines = [line for line in range((start.row if across else start.column) + 1, last + 1) if line != totals.line]
    columns = [_codes(grid, read, [Spot(line, place) if across else Spot(place, line) for line in lines], across)
               for place in range(first - 1, 0, -1)]  # fmt: skip
    worded = max((codes for words, codes in columns if words), key=len, default={})
    # Bare numbers are codes when they say what words say, and more: two customers of one name have two codes.
    agreed = [codes for _, codes in columns if worded.items() <= codes.items()]
    best = max(agreed, key=len, default=worded)
    return {
        code: {key: Spot(line, spot.column) if across else Spot(spot.row, line) for key, spot in labels.items()}
        for code, line in best.items()
    }


def _codes(grid: Grid, read: Reader, spots: Sequence[Spot], across: bool) -> tuple[bool, dict[str, int]]:
    """Whether a line of labels has words, and customer → place along it: a bare number among words is a rank."""
    found = [(spot, key) for spot in spots if (key := read(grid.value(spot)))]
    worded = [(spot, key) for spot, key in found if grid.number(spot) is None]
    codes: dict[str, int] = {}
    for spot, key in worded or found:
        codes.setdefault(key, spot.row if across else spot.column)
    return bool(worded), codes
