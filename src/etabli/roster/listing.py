"""A listing: the people that a file of the school names, each with the line that says so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.headings import WORDS, Columns, Kind, columns_of, columns_without_headings, heading_lines
from etabli.roster.learner import Person
from etabli.roster.names import Cut, name_key, split_name, tidy
from etabli.roster.refusals import ImportProblem
from etabli.system.tables import Sought, TextRow, TextTable, read_tables

# Eleven characters: ten digits and a letter (BEA), or nine digits and two letters (RNIE).
_NATIONAL = re.compile(r"\d{9}[0-9A-Za-z][A-Za-z]")
# Moodle's worksheet: the number of a participant in one assignment, not of a person (mod/assign/gradingtable.php).
_PARTICIPANT = re.compile(r"\D+ \d+|[Pp]articipant\d+")
LIST = Sought(
    readable="une liste lisible",
    whole="une liste de classe",
    the="la liste",
    again="exportez de nouveau la liste de la classe",
    fewer="donnez la liste d'une seule classe",
    cleaned=tidy,
)


@dataclass(frozen=True)
class Listed:
    """One person of a listing."""

    line: int
    person: Person
    cut: Cut | None = None
    """How a name in one column was cut in two; ``None`` when the list has two columns."""

    @property
    def doubtful(self) -> bool:
        """Whether somebody should look where the family name ends."""
        return self.cut is not None and not self.cut.sure


@dataclass(frozen=True)
class Listing:
    """A file, understood."""

    path: Path
    table: TextTable
    columns: Columns
    people: tuple[Listed, ...]
    notes: tuple[str, ...]
    """What was left out and why, in French."""


def read_listing(path: Path, without: Collection[int] = (), content: bytes | None = None) -> Listing:
    """Reads a list of learners.

    Args:
        path: Out of PRONOTE, Moodle or a spreadsheet.
        without: Lines that the user wants left out.
        content: What the file holds, where it was sent and is on no disk: then ``path`` is its name only.

    Raises:
        UsageProblem: It is no list, its columns are not understood, or a line cannot be one person.
    """
    table, columns = _understand(path, read_tables(path, LIST, content))
    unknown = sorted(set(without) - {row.line for row in table.rows})
    if unknown:
        what = f"{path} n'a pas de ligne {unknown[0]} :"
        raise ImportProblem(what, "corrigez « --sauf »", "corrigez « Lignes à écarter »")
    notes: list[str] = []
    rows = [row for row in _people(table, columns) if row.line not in without]
    listed = list(_listed(path, columns, rows, notes))
    if not listed:
        raise UsageProblem(f"{path} ne nomme aucun élève sous ses titres : exportez de nouveau la liste de la classe.")
    kept = tuple(_once(path, listed, notes))
    return Listing(path, table, columns, kept, (*_secrets(columns, rows), *notes, *_cuts(kept)))


def _understand(path: Path, tables: Sequence[TextTable]) -> tuple[TextTable, Columns]:
    readings = [(table, lines) for table in tables if (lines := heading_lines(table))]
    if readings:
        table, lines = max(readings, key=lambda reading: _agreement(*reading))
        return table, _one_heading(path, lines)
    for table in sorted(tables, key=TextTable.width):
        if columns := columns_without_headings(table):
            return table, columns
    raise _no_name(path, max(tables, key=TextTable.width))


def _agreement(table: TextTable, lines: Sequence[Columns]) -> tuple[int, int]:
    """Ranks a reading: columns understood, then rows as wide as the headings."""
    wide = len(lines[0].headings)
    return len(lines[0].at), sum(len(row.cells) == wide for row in table.rows)


def _one_heading(path: Path, lines: Sequence[Columns]) -> Columns:
    first = lines[0]
    other = next((columns for columns in lines if columns.headings != first.headings), None)
    if other is not None:
        raise UsageProblem(
            f"Dans {path}, les lignes {first.line} et {other.line} ressemblent toutes deux à une ligne de titres : "
            "n'en gardez qu'une."
        )
    if first.twice:
        raise UsageProblem(
            f"Dans {path}, plusieurs colonnes disent le nom ({_quoted(first.twice)}) : renommez ou retirez celle qui "
            "n'est pas celle de l'élève."
        )
    return first


def _no_name(path: Path, table: TextTable) -> UsageProblem:
    best = max(table.rows[:10], key=lambda row: len(columns_of(row).at))
    seen = _quoted([cell for cell in best.cells if cell][:8])
    return UsageProblem(
        (
            "{path} n'a pas de colonne de nom reconnue (ligne {line} : {seen}) : nommez les colonnes « Nom » et "
            "« Prénom », ou une seule {words}."
        ).format(path=path, line=best.line, seen=seen, words=_quoted(WORDS[Kind.FULL][:2], "ou"))
    )


def _quoted(words: Sequence[str], last: str = "") -> str:
    shown = [f"« {word} »" for word in words]
    return f" {last} ".join(shown) if last else ", ".join(shown)


def _people(table: TextTable, columns: Columns) -> Iterator[TextRow]:
    """Gives the rows below the headings; headings repeated on each printed page are no people."""
    for row in table.rows:
        if row.line > (columns.line or 0) and row.cells != columns.headings:
            yield row


def _listed(path: Path, columns: Columns, rows: Sequence[TextRow], notes: list[str]) -> Iterator[Listed]:
    for row in rows:
        shown = " ".join(cell for cell in row.cells if cell)
        written = [columns.cell(row, kind) for kind in (Kind.FAMILY, Kind.GIVEN, Kind.FULL)]
        if not any(written) or any(char.isdigit() for cell in written for char in cell):
            notes.append(f"Ligne {row.line} laissée de côté : « {shown[:60]} ».")
            continue
        yield _one(path, columns, row)


def _one(path: Path, columns: Columns, row: TextRow) -> Listed:
    family, given, cut = columns.cell(row, Kind.FAMILY), columns.cell(row, Kind.GIVEN), None
    if Kind.FULL in columns.at:
        family, given, cut = split_name(columns.cell(row, Kind.FULL))
    if not family or not given or not name_key(family) or not name_key(given):
        name, missing = f"{family} {given}".strip(), "de prénom" if family else "de nom de famille"
        raise ImportProblem(
            f"Dans {path}, ligne {row.line}, « {name} » n'a pas {missing} : complétez la ligne, ou",
            f"écartez-la avec « --sauf {row.line} »",
            f"écartez-la en tapant {row.line} sous « Lignes à écarter »",
        )
    email, number = columns.cell(row, Kind.EMAIL), columns.cell(row, Kind.NUMBER)
    person = Person(family, given, email if "@" in email else None, number if _is_number(number) else None)
    return Listed(row.line, person, cut)


def _is_number(text: str) -> bool:
    return bool(text) and not _NATIONAL.fullmatch(text.replace(" ", "")) and not _PARTICIPANT.fullmatch(text)


def _secrets(columns: Columns, rows: Sequence[TextRow]) -> list[str]:
    numbers = [columns.cell(row, Kind.NUMBER) for row in rows]
    notes = []
    if Kind.NATIONAL in columns.at or any(_NATIONAL.fullmatch(number.replace(" ", "")) for number in numbers):
        notes.append("L'identifiant national (INE) n'est ni lu ni gardé : Établi n'en a pas besoin.")
    if any(_PARTICIPANT.fullmatch(number) for number in numbers):
        notes.append(
            f"« {columns.word(Kind.NUMBER)} » est un numéro propre à un devoir de Moodle : il n'est pas gardé."
        )
    return notes


def _cuts(listed: Sequence[Listed]) -> Iterator[str]:
    """Says the rule by which names were cut in two where their writing does not show it."""
    rules = {
        Cut.FIRST_WORD: "Sans capitales ni virgule, le premier mot est pris pour le prénom (lignes {lines}).",
        Cut.LAST_WORD: "Tout en capitales, le dernier mot est pris pour le prénom (lignes {lines}).",
    }
    for cut, rule in rules.items():
        lines = [str(one.line) for one in listed if one.cut is cut]
        if lines:
            yield rule.format(lines=", ".join(lines[:8]) + (", …" if len(lines) > 8 else ""))


def _once(path: Path, listed: Sequence[Listed], notes: list[str]) -> Iterator[Listed]:
    """Gives each person once; two lines with one name must be told apart by an e-mail or a number."""
    seen: list[Listed] = []
    for one in listed:
        for other in (known for known in seen if _same_name(known, one)):
            match _are_one(other.person, one.person):
                case True:
                    notes.append(f"La ligne {one.line} répète la ligne {other.line} : elle compte une fois.")
                    break
                case None:
                    raise _twins(path, other, one)
        else:
            _refuse_shared_number(path, seen, one)
            seen.append(one)
    yield from seen


def _same_name(a: Listed, b: Listed) -> bool:
    return name_key(a.person.listed) == name_key(b.person.listed)


def _are_one(a: Person, b: Person) -> bool | None:
    """Tells whether two people of one name are one: ``None`` when nothing says so."""
    marks = [(a.number, b.number), ((a.email or "").casefold(), (b.email or "").casefold())]
    said = [one == other for one, other in marks if one and other]
    if not said:
        return None
    return all(said)


def _twins(path: Path, a: Listed, b: Listed) -> UsageProblem:
    return ImportProblem(
        f"Dans {path}, les lignes {a.line} et {b.line} portent le même nom (« {b.person.name} ») et rien ne les "
        "distingue : ajoutez une colonne « Courriel » ou « Numéro d'identification », ou",
        f"écartez le doublon avec « --sauf {b.line} »",
        f"écartez le doublon en tapant {b.line} sous « Lignes à écarter »",
    )


def _refuse_shared_number(path: Path, seen: Sequence[Listed], one: Listed) -> None:
    for other in seen:
        if one.person.number and other.person.number == one.person.number:
            raise UsageProblem(
                f"Dans {path}, les lignes {other.line} et {one.line} portent le même numéro d'identification « "
                f"{one.person.number} » : corrigez l'une des deux."
            )
