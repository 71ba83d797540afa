"""The grid of the checks of page-dynamique, and the French of all their sentences."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from helpers import volume

from etabli.exam.contract.check import import_grader, load_checks
from etabli.exam.contract.french import counted
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
variant = import_grader(GRADER, "variant")


def test_only_checks_that_can_be_seen_alone_need_nothing() -> None:
    assert [spec.id for spec in load_checks(GRADER).specs if not spec.after] == ["site-repond"]


def test_every_sentence_counts_in_french() -> None:
    assert counted(0, "ligne") == "0 ligne"
    assert counted(1, "autre nom", "autres noms") == "1 autre nom"
    assert counted(2, "autre nom", "autres noms") == "2 autres noms"
    for path in GRADER.glob("*.py"):
        assert not re.search(r"\w\(e?s\)", path.read_text("utf-8")), path.name


def test_a_student_reads_no_word_of_specialists() -> None:
    for path in GRADER.glob("*.py"):
        strings = " ".join(re.findall(r'"[^"\n]*"', path.read_text("utf-8")))
        assert not re.search(r"collation|gabarit|RGAA \d", strings), path.name


class Sentences(ast.NodeVisitor):
    """The f-strings of a module, with a candidate's words between ⟨ ⟩ and « X » for the rest."""

    def __init__(self, words: Any) -> None:
        self.words = words
        self.found: list[str] = []

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.found.append("".join(map(self._part, node.values)))
        self.generic_visit(node)

    def _part(self, part: ast.expr) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        named = re.fullmatch(r"(?:site|self)\.words\.(\w+)", ast.unparse(part.value))  # type: ignore[attr-defined]
        return f"⟨{getattr(self.words, named[1])}⟩" if named else "X"


TREES = [ast.parse(path.read_text("utf-8")) for path in GRADER.glob("*.py") if path.name not in ("nouns.py", "sql.py")]


@pytest.mark.parametrize("seed", range(volume(15, 60)))
def test_no_sentence_joins_words_that_french_contracts(seed: int) -> None:
    words = variant.make(b"%d" % seed, b"%d" % seed).words
    found = []
    for tree in TREES:
        sentences = Sentences(words)
        sentences.visit(tree)
        found += sentences.found
    assert any(f"La page ⟨{words.of_the_item}⟩" in sentence for sentence in found)
    wrong = r"\b(?:de|à) ⟨?les? |\b(?:de|que) ⟨une? |\b(?:de|le|la|ce|que) ⟨[aeiouéèê]"
    assert not [text for text in found if re.search(wrong, text)]


def test_the_words_of_a_variant_are_contracted() -> None:
    for setting in variant.SETTINGS:
        for noun in (*setting.items, *setting.categories, *setting.places):
            assert not re.match(r"de les? ", noun.of_the()), noun
