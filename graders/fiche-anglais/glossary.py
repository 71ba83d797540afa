"""The glossary of a sheet: the entry of each English term, and whether it says what that means in this document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, quoted

from . import words

if TYPE_CHECKING:
    from .shape import Variant
    from .sheet import Sheet

TERMS = 4
_SHOWN = 3
_PARTED = re.compile(r"[|:=–—(]|->|→| - ")
_SEGMENTS = re.compile(r"[|:=–—(),;/→«»“”\"]|->| - |\. ")
_COLUMNS, _EARLY = 2, 60
_WRONG_WITHIN = 25
"""Signs at the beginning of an entry, where its French word is."""
_SAME = 3
"""Words of the glossary that may not have one line together, of as many words."""


class Glossary:
    """A sheet's glossary.

    Args:
        sheet: Where it stands.
        variant: The document's own terms.
    """

    def __init__(self, sheet: Sheet, variant: Variant) -> None:
        self._sheet, self._variant = sheet, variant

    @cached_property
    def entries(self) -> Mapping[str, str]:
        """The entries of the glossary, by the English term of the document that they have."""
        source = words.bare(self._variant.document["title"])
        rows = [
            (self._sheet.bare[number], self._sheet.blocks[number].kind)
            for number in self._sheet.glossary
            if source not in " ".join(self._sheet.bare[number].split())
        ]
        lines = [
            line for text, kind in rows for line in ([" ".join(text.split())] if kind == "row" else text.splitlines())
        ]
        lines = [
            f"{line} : {lines[at + 1]}"
            if len(line.split()) <= 4 and not _PARTED.search(line) and at + 1 < len(lines)
            else line
            for at, line in enumerate(lines)
        ]
        found = {}
        named = {
            term: rf"\b{re.escape(words.bare(term).removeprefix('to '))}s?\b"
            for term in self._variant.vocabulary or self._own_terms(lines)
        }
        parts = (
            re.compile(rf"(?<![:=→–—|>(-]) (?=(?:to )?(?:{'|'.join(named.values())}) ?(?:[:=→–—]|->))")
            if named
            else None
        )
        lines = [part for line in lines for part in (parts.split(line) if parts else [line])]
        ranks = [
            {term: rank for term, one in named.items() if (rank := _rank(line, one)) is not None} for line in lines
        ]
        for term, one in named.items():
            own = [
                (rank[term], at) for at, rank in enumerate(ranks) if term in rank and rank[term] == min(rank.values())
            ]
            if own:
                found[term] = re.sub(one, " ", lines[min(own)[1]], count=1)
        return found

    def _own_terms(self, lines: Sequence[str]) -> Iterator[str]:
        """What lines of a glossary begin with that is in a text which the team brought."""
        document = " ".join(words.words("\n".join(self._variant.text)))
        for line in lines:
            term = " ".join(words.words(_PARTED.split(line)[0]))
            if _PARTED.search(line) and 1 <= len(term.split()) <= 4 and re.search(rf"\b{re.escape(term)}", document):
                yield term

    def expect_enough(self) -> None:
        """Enough terms of the document have their entry."""
        if not self._sheet.glossary:
            raise Failed(
                "La fiche n'a pas de glossaire.", f"Un titre « Glossaire », puis au moins {TERMS} mots du document."
            )
        if len(self.entries) < TERMS:
            told = f"n'a que {counted(len(self.entries), 'mot')}" if self.entries else "n'a aucun mot"
            raise Failed(
                f"Le glossaire {told} {'de la liste' if self._variant.replay else 'du document'}.",
                f"Au moins {TERMS} mots anglais {'de `termes.csv`' if self._variant.replay else 'du document'}, chacun sur sa ligne.",
                stops=len(self.entries) < TERMS / 2,
            )

    def expect_right(self) -> None:
        """Each entry says what the word means in this document."""
        terms = {term.english: term for term in self._variant.truth.terms}
        said = [" ".join(words.words(entry)) for entry in self.entries.values()]
        if same := next((one for one in said if said.count(one) >= _SAME and len(one.split()) >= _SAME), ""):
            raise Failed(
                f"{said.count(same)} mots du glossaire ont la même ligne : {quote(same, 60)}.",
                "Pour chaque mot anglais, son mot français.",
            )
        wrong = [
            term for term, entry in self.entries.items()
            if (right := _first(terms[term].french, entry)) is None
            or ((other := _first(terms[term].wrong, entry)) is not None and other < min(right, _WRONG_WITHIN))
            or _one_is_wrong(terms[term].wrong, entry)
        ]  # fmt: skip
        if wrong:
            raise Failed(
                f"L'équivalent français de {quoted(wrong[:_SHOWN])} n'est pas reconnu.",
                "Le mot français du métier, dans le sens que le mot anglais a dans ce document.",
            )


def _first(patterns: Sequence[str], text: str) -> int | None:
    """Where the first of these words begins."""
    return min((found.start() for one in patterns if (found := re.search(one, text))), default=None)


def _one_is_wrong(wrong: Sequence[str], entry: str) -> bool:
    """Whether one of several French words, with commas between, is a false friend."""
    field = next((one for one in re.split(r"[|:=–—(→>.]| - ", entry) if re.search(r"\w", one)), "")
    given = [
        re.sub(r"^(?:le |la |les |l'|une? |des )", "", one.strip(" «»“”\"'*")) for one in re.split(r"[,;/]| ou ", field)
    ]
    return len(given) > 1 and any(len(one.split()) <= 2 and re.match(bad, one) for one in given for bad in wrong)


def _rank(line: str, named: str) -> int | None:
    """How far from the beginning of a line of a glossary its term stands by itself; None where the line is about another."""
    alone = re.compile(
        rf"(?:(?:en anglais|anglais|angl|en|ou|to|the|an?|le|la|les|une?) )*{named}(?: (?:en anglais|anglais))?"
    )
    segments = [one.strip(" «»“”\"'*.,;°") for one in _SEGMENTS.split(line)]
    if (own := next((at for at, one in enumerate(filter(None, segments)) if alone.fullmatch(one)), 9)) <= _COLUMNS:
        return own
    place = re.search(named, line)
    return _COLUMNS + 1 if place and not _PARTED.search(line[: place.start()]) and place.start() <= _EARLY else None
