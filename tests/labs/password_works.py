"""Hand-ins made here, for the tests of the checks of mots-de-passe: tables, a form, and a place where programs run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import plain
from etabli.exam.contract.values import TypedLine
from etabli.exam.tools.bench import Ran
from etabli.exam.tools.documents import Cell, Sheet
from etabli.system.settings import repository

GRADER = repository() / "graders" / "mots-de-passe"
answers = import_grader(GRADER, "answers")
audit = import_grader(GRADER, "audit")
copied = import_grader(GRADER, "given")
entropy = import_grader(GRADER, "entropy")
exports = import_grader(GRADER, "exports")
handed_in = import_grader(GRADER, "script")
harm = import_grader(GRADER, "harm")
hashing = import_grader(GRADER, "hashing")
lists = import_grader(GRADER, "lists")
migration = import_grader(GRADER, "migration")
naming = import_grader(GRADER, "naming")
pieces = import_grader(GRADER, "pieces")
policy = import_grader(GRADER, "policy")
prose = import_grader(GRADER, "prose")
reading = import_grader(GRADER, "reading")
remedies = import_grader(GRADER, "remedies")
replies = import_grader(GRADER, "replies")
rights = import_grader(GRADER, "rights")
salts = import_grader(GRADER, "salts")
situations = import_grader(GRADER, "situations")
system_log = import_grader(GRADER, "system_log")
testlists = import_grader(GRADER, "testlists")
trying = import_grader(GRADER, "trying")
variant = import_grader(GRADER, "variant")
vocabulary = import_grader(GRADER, "vocabulary")
work = import_grader(GRADER, "work")
findings = import_grader(GRADER, "specimens.findings")
hand_ins = import_grader(GRADER, "specimens.hand_ins")
mistakes = import_grader(GRADER, "specimens.mistakes")
texts = import_grader(GRADER, "specimens.texts")

Rows = list[dict[str, str]]


@cache
def typed() -> Any:
    return variant.make(b"essai", b"essai|evaluation")


@cache
def data() -> dict[str, Any]:
    return plain(typed())


def sheet(rows: Sequence[Sequence[str]], *, name: str = "Feuille", hidden: bool = False) -> Sheet:
    return Sheet(name, hidden, [[Cell(text or None, text) for text in row] for row in rows])


def the_audit(rows: Rows) -> Any:
    table = reading.read_table("audit.csv", [sheet(findings.grid(rows, findings.AUDIT))], "audit", typed())
    return audit.Audit(table, typed())


def the_review(rows: Rows) -> Any:
    table = reading.read_table("droits.csv", [sheet(findings.grid(rows, findings.RIGHTS))], "droits", typed())
    return rights.Review(table, typed())


def shown(account: Any, column: str) -> str:
    return next(
        one[column] for one in typed().results if (one["compte"], one["systeme"]) == (account.login, account.system)
    )


class Bench:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: Ran | Callable[[bytes], bytes | Ran]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Sequence[str], Mapping[str, bytes]]] = []
        self.earlier: list[int] = []

    def run(self, argv: Sequence[str], *, files: Mapping[str, bytes] | None = None, stdin: bytes = b"") -> Ran:
        self.asked.append((argv, files or {}))
        return self.next(stdin)

    def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
        self.earlier = [line.earlier for line in lines]
        self.asked += [(line.text.split(), line.files) for line in lines]
        return [self.next(next(iter(line.files.values()))) for line in lines]

    def next(self, stdin: bytes) -> Ran:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        said = answer if isinstance(answer, Ran) else answer(stdin)
        return said if isinstance(said, Ran) else Ran(0, said)


def charter(text: str | None) -> Any:
    paths = [] if text is None else ["audit.csv", "Charte.txt"]
    documents = SimpleNamespace(text=lambda path: text)
    return SimpleNamespace(files=SimpleNamespace(paths=lambda: paths), documents=documents, variant=typed())


def fails(expectation: Callable[[], None]) -> bool:
    try:
        expectation()
    except Failed:
        return True
    return False
