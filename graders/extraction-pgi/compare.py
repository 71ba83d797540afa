"""A candidate's lines against the oracle's: which are there, which are missing, which should not be, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from etabli.exam.contract.words import fold

from .extraction import ExtractLine
from .meaning import as_key, as_number, as_rate, as_words, cents
from .shape import Period, Row, Stray


@dataclass
class Compared:
    """Lines paired with the oracle's rows, and what is left on both sides."""

    paired: list[tuple[ExtractLine, Row]] = field(default_factory=list)
    """Same invoice, same amount."""
    flipped: list[tuple[ExtractLine, Row]] = field(default_factory=list)
    """Same invoice, opposite amount."""
    altered: list[tuple[ExtractLine, Row]] = field(default_factory=list)
    """Same invoice and article, another amount."""
    extra: list[ExtractLine] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)

    @property
    def found(self) -> int:
        """How many of the oracle's rows are there, whatever their sign."""
        return len(self.paired) + len(self.flipped)


def compare(lines: Sequence[ExtractLine], rows: Sequence[Row]) -> Compared:
    """Pairs lines with rows, the most alike first."""
    result = Compared(extra=list(lines), missing=list(rows))
    _pair(result, result.paired, lambda line, row: _same_amount(line, row) and not differences(line, row))
    _pair(result, result.paired, _same_amount)
    _pair(result, result.flipped, lambda line, row: line.cents == -_cents(row) and line.cents != 0)
    _pair(result, result.altered, lambda line, row: _same_article(line, row))
    return result


def differences(line: ExtractLine, row: Row, *, signed: bool = True, names: Collection[str] = ()) -> list[str]:
    """The columns in which a line says something else than the row, whatever the type of its cells.

    Args:
        line: The candidate's.
        row: The oracle's.
        signed: Whether the sign of the quantity counts: not where the amount has lost its own already.
        names: Of all articles and customers, folded: one that is another's is no way to say the row's.
    """
    cells = line.cells

    def is_other(name: str, *own: str) -> bool:
        said = fold(as_words(cells[name]))
        return said in names and said not in map(fold, own)

    told: dict[str, Callable[[], bool]] = {
        "date": lambda: line.date is not None and line.date.isoformat() == row.date,
        "code_client": lambda: line.code == as_key(row.code_client),
        "client": lambda: _same_name(as_words(cells["client"]), row) and not is_other("client", row.client),
        "compte": lambda: as_key(cells["compte"]) == as_key(row.compte),
        "article": lambda: _same_article(line, row) and not is_other("article", row.article, row.article_code),
        "quantite": lambda: _same_number(as_number(cells["quantite"]), float(row.quantite), signed=signed),
        "taux": lambda: _same_number(as_rate(cells["taux"]), float(row.taux)),
    }
    return [name for name, same in told.items() if name in cells and not same()]


class Outside:
    """What is in the candidate's Tryton and must not be in the extraction: why a line is too many.

    Args:
        outside: Kind → lines (``outside`` of the variant).
        rows: The oracle's rows.
        period: ``from`` and ``to``.
    """

    def __init__(self, outside: Mapping[str, Sequence[Stray]], rows: Sequence[Row], period: Period) -> None:
        self._numbers = {kind: {as_key(row.numero) for row in known if row.numero} for kind, known in outside.items()}
        self._contents = {kind: {_content(row) for row in known} for kind, known in outside.items()}
        self._known = {(as_key(row.numero), _cents(row)) for row in rows}
        self._period = period

    def why(self, line: ExtractLine) -> str:
        """``draft``, ``cancelled``, ``supplier``, ``before``, ``after``, ``twice``, ``numberless`` or ``unknown``."""
        if (line.numero, line.cents) in self._known:
            return "twice"
        for kind in ("cancelled", "draft", "supplier"):
            if self._holds(kind, line):
                return kind
        if line.date and line.date.isoformat() < self._period["from"]:
            return "before"
        if line.date and line.date.isoformat() > self._period["to"]:
            return "after"
        return "unknown" if line.numero else "numberless"

    def _holds(self, kind: str, line: ExtractLine) -> bool:
        if line.numero and line.numero in self._numbers.get(kind, ()):
            return True
        day = line.date.isoformat() if line.date else ""
        return not line.numero and (day, line.code, abs(line.cents)) in self._contents.get(kind, ())


def why_missing(row: Row, period: Period) -> str:
    """``credit``, ``edge`` (first or last day of the period) or ``ordinary``."""
    if row.credit:
        return "credit"
    return "edge" if row.date in (period["from"], period["to"]) else "ordinary"


def _pair(result: Compared, into: list[tuple[ExtractLine, Row]], alike: Callable[[ExtractLine, Row], bool]) -> None:
    """Takes from what is left the pairs that are alike."""
    waiting: dict[str, list[Row]] = {}
    for row in result.missing:
        waiting.setdefault(as_key(row.numero), []).append(row)
    left = []
    for line in result.extra:
        same = waiting.get(line.numero, [])
        match = next((row for row in same if alike(line, row)), None)
        if match is None:
            left.append(line)
        else:
            into.append((line, match))
            same.remove(match)
    result.extra = left
    kept = {id(row) for rows in waiting.values() for row in rows}
    result.missing = [row for row in result.missing if id(row) in kept]


def _cents(row: Row | Stray) -> int:
    return cents(float(row.montant))


def _content(row: Stray) -> tuple[str, str, int]:
    return (row.date, as_key(row.code_client), abs(_cents(row)))


def _same_amount(line: ExtractLine, row: Row) -> bool:
    return line.cents == _cents(row)


def _same_article(line: ExtractLine, row: Row) -> bool:
    said = fold(as_words(line.cells.get("article")))
    names = [fold(row.article), fold(row.article_code)]
    return bool(said) and any(name and (said == name or f" {name} " in f" {said} ") for name in names)


def _same_name(said: str, row: Row) -> bool:
    name = fold(row.client)
    return fold(said) == name or f" {name} " in f" {fold(said)} "


def _same_number(said: float | None, true: float, *, signed: bool = True) -> bool:
    return said is not None and abs((said if signed else abs(said)) - (true if signed else abs(true))) < 0.0005
