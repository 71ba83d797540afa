"""The justification and the message: what a machine can state of them; people read the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed, quote, quoted, some
from etabli.exam.contract.words import contains_words, fold

from .vocabulary import ADVICE, FRAMEWORKS, SOURCES, Term

if TYPE_CHECKING:
    from .shape import Situation
    from .work import Work

MESSAGE_WORDS = (80, 300)
JUSTIFICATION_WORDS = (120, 600)
LEAST_ADVICE, LEAST_SOURCES = 4, 2
_APPLIES = re.compile(r"\b(?:appliqu\w*|reten\w*|retien\w*|notre|concern\w*|correspond\w*)\b")
_STOPS = re.compile(r"(?<=[.!?;])\s")
_LINE_ENDS = re.compile(r"(?<=[.!?;])\s|\n")
"""A PDF gives lines as they stand on the page: a sentence then goes over several."""
_OTHERS = {"1": ("1", "un", "premier"), "2": ("2", "deux", "deuxieme", "second")}


def words(text: str) -> int:
    """How many words a text has."""
    return len(re.findall(r"\w+(?:['’]\w+)?", text))


def expect_length(text: str, bounds: tuple[int, int], what: str) -> None:
    """A text has the length asked for, in words."""
    low, high = bounds
    if not low <= (found := words(text)) <= high:
        look = "Le traitement de texte compte les mots (LibreOffice : Outils, Statistiques)."
        look = f"{'Il en manque' if found < low else 'Coupez ce qui ne sert pas au lecteur'}. {look}"
        raise Failed(f"{what} a {counted(found, 'mot')}.", f"Entre {low} et {high} mots.", look)


def expect_sources(text: str) -> None:
    """At least two of the three texts are named, in a page."""
    expect_length(text, JUSTIFICATION_WORDS, "La justification")
    named = [term.word for term in SOURCES if term.id in FRAMEWORKS and _says(text, term)]
    if len(named) < LEAST_SOURCES:
        told = f"ne cite que {quote(named[0])}" if named else "ne cite aucun texte de la fiche"
        texts = [term.word for term in SOURCES if term.id in FRAMEWORKS]
        raise Failed(f"La justification {told}.", f"Au moins deux de ces textes : {listed(texts)}.")


def expect_situation(text: str, situation: Situation) -> None:
    """The page says which case applies, and how many bits it asks for."""
    case, other = ("1", "2") if situation.case == 1 else ("2", "1")
    expected = "Une phrase qui dit quel cas de la CNIL s'applique à votre organisation, et son nombre de bits."
    by_line, by_stop = (_kept_cases(_sentences(text, ends)) for ends in (_LINE_ENDS, _STOPS))
    if not by_line + by_stop:
        raise Failed(
            "La justification ne dit pas quel cas de la CNIL s'applique ici.",
            expected,
            "Écrivez une phrase comme « Le cas … s'applique à notre organisation », avec son numéro.",
        )
    if not any(_keeps(said, case, other) for said in (by_line, by_stop)):
        wrong = next(one for one in by_line + by_stop if _names(one, other))
        raise Failed(
            "La justification retient un cas de la CNIL qui n'est pas celui de la situation : "
            f"{quote(_original(text, wrong).rstrip('. '), 120)}.",
            expected,
        )
    if not re.search(rf"\b{situation.bits} bits?\b", fold(text)):
        raise Failed(
            "La justification ne donne pas le nombre de bits que demande ce cas.",
            expected,
            "La fiche des sources donne, pour chaque cas, son nombre de bits : écrivez-le suivi du mot « bits ».",
        )


def _original(text: str, folded: str) -> str:
    """The sentence of a text that :func:`fold` made this one."""
    pieces = (piece for ends in (_LINE_ENDS, _STOPS) for piece in ends.split(text))
    return next((piece.strip() for piece in pieces if fold(piece) == folded), folded)


def expect_advice(text: str) -> None:
    """The message gives at least four of the five pieces of advice."""
    folded = fold(text)
    lacking = [term.means for term in ADVICE if not any(re.search(pattern, folded) for pattern in term.others)]
    if len(ADVICE) - len(lacking) < LEAST_ADVICE:
        given = len(ADVICE) - len(lacking)
        told = f"ne donne que {counted(given, 'conseil')}" if given else "ne donne aucun des conseils"
        raise Failed(
            f"Le message {told} : il manque {quoted(lacking)}.",
            f"Au moins {LEAST_ADVICE} des {len(ADVICE)} conseils de l'énoncé.",
        )


def expect_nobody(work: Work) -> None:
    """The message names no person and no account."""
    text, lowered = work.message, work.message.casefold()
    if not text.strip():
        raise Failed("Le message est vide.", "Un message d'une demi-page.", "Écrivez le message, puis enregistrez-le.")
    named = [f"{one.prenom} {one.nom}" for one in work.variant.people if contains_words(text, one.nom)]
    named += [
        login
        for login in sorted({account.login for account in work.variant.accounts})
        if "." in login and re.search(rf"(?<![\w.-]){re.escape(login)}(?![\w-])", lowered)
    ]
    if named:
        raise Failed(
            f"Le message nomme {some(list(dict.fromkeys(named)), 3)}.",
            "Un message à tous ne montre personne du doigt.",
        )


def _says(text: str, term: Term) -> bool:
    return any(contains_words(text, name) for name in term.names())


def _sentences(text: str, ends: re.Pattern[str]) -> list[str]:
    return [fold(piece) for piece in ends.split(text) if piece.strip()]


def _kept_cases(sentences: Sequence[str]) -> list[str]:
    """The sentences that say which case is kept."""
    return [s for s in sentences if _APPLIES.search(s) and any(_names(s, case) for case in _OTHERS)]


def _keeps(sentences: Sequence[str], case: str, other: str) -> bool:
    mine = any(_names(sentence, case) for sentence in sentences)
    return mine and not any(_names(sentence, other) and not _names(sentence, case) for sentence in sentences)


def _names(sentence: str, case: str) -> bool:
    names = "|".join(_OTHERS[case])
    return bool(re.search(rf"\bcas (?:n |no |numero )?(?:{names})\b|\b(?:{names}) cas\b", sentence))
