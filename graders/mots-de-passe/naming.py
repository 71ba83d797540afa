"""The message names nobody: neither as the HR list does, nor nearly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, some
from etabli.exam.contract.words import are_near, contains_words, fold, normal, squeeze, without_homoglyphs

from .prose import MESSAGE_WORDS, STOPS, is_pasted

if TYPE_CHECKING:
    from .shape import Variant

_SIGNED, _SIGNATURE = 3, 6
"""Last lines of a message that may only say who writes, and their words."""


_LETTERS = 6
"""Of a family name, and of a word, from which one may be the other nearly written: shorter ones could be anything."""
_WORD = re.compile(r"[^\W\d_]+")
_CIVILITY = re.compile(r"\b(?:m|mm|mr|mme|mlle|monsieur|messieurs|madame|mesdames|mademoiselle)\.?\s+$", re.IGNORECASE)
_ENDS = (".", "!", "?", ":")
_BEGINS = re.compile(r"(?:^|[.!?…])[\s«\"'’“(*•–—-]*$")
_OTHERS = frozenset(
    "orvale sauvignon estival estivale estivales tressage ovales orales "
    "halloville allonville pontaubert gradignan miradoux escoublac capdeville sauvagnat salvagnac estivals vauclin".split()
)
"""Words of the language (of 346 000) and towns (of 35 000) that are near one of `people.LAST_NAMES`."""


def expect_nobody(text: str, variant: Variant) -> None:
    """The message names no person and no account, hidden text included."""
    if not text.strip():
        raise Failed("Le message est vide.", "Un message d'une demi-page.", "Écrivez le message, puis enregistrez-le.")
    written, text = text, without_homoglyphs(text)
    unsigned = "\n".join(_unsigned(text, lambda line: not line.rstrip().endswith(_ENDS)))
    named = [
        f"{one.prenom} {one.nom}"
        for one in variant.people
        if any(contains_words(unsigned, half) for half in one.nom.split("-"))
        or any(_speaks_of(line, one.nom, one.prenom) for line in text.splitlines())
    ]
    named += [one for one in dict.fromkeys(person.prenom for person in variant.people) if _calls(text, one)]
    named += [
        f"{name} (écrit « {word} »)" for word, name in _nearly(text, unsigned, variant) if name not in " ".join(named)
    ]
    named += [
        login
        for login in sorted({account.login for account in variant.accounts})
        if "." in login and re.search(rf"(?<![\w.-]){re.escape(login)}(?![\w-])", text.casefold())
    ]
    if named:
        told = list(dict.fromkeys(named))
        first = told[0].partition("« ")[2].removesuffix(" »)") or told[0]
        said = next((one for one in STOPS.split(f"{unsigned}\n\n{text}") if fold(first) in fold(one)), "")
        where = f" : {quote(squeeze(said).rstrip('. '), 120)}" if said else ""
        plainly = any(contains_words(written, part) for part in re.split(r"[\s-]", first))
        how = "" if plainly else ", en lettres d'un autre alphabet"
        raise Failed(
            f"Le message nomme {some(told, 3)}{how}{where}.",
            "Un message à tous ne montre personne du doigt : seule une signature porte un nom.",
        )
    few = len(text.split()) < MESSAGE_WORDS[0] // 2
    if few or is_pasted(text):
        raise Failed(
            f"Le message n'a que {counted(len(text.split()), 'mot')} : trop peu pour dire à qui il parle."
            if few
            else "Le message est le tableau de la feuille, recopié : il ne parle à personne.",
            "Un message d'une demi-page, qui ne montre personne du doigt.",
            because=["message-longueur"],
        )


COMMON = frozenset({"violette", "colombe", "romane", "octave", "oceane", "daphne", "nadir"})
"""First names of these lists that are words of the language too: in small letters they name nobody."""
_BETWEEN = frozenset(
    "et ou a est ont avait avaient sont qui que de du des d le la les l un une en au aux pour par avec sans dans chez ne n se".split()
)


_TO = (
    r"(?:a|chez|avec|appel\w+|prevenez|prevenir|contact\w+|demand\w+|signal\w+|voyez|voir|ecrivez|ecrire|joign\w+|remercions)"
    r"(?: a)?(?: (?:m|mme|monsieur|madame|notre collegue|votre collegue))?"
)
_DOES = r"(?:est|sont|ont|avait|avaient|etait|s est|n a|a (?:ete|eu|perdu|donne|laisse|choisi|mis|garde|note|ecrit|partage|change|oublie|clique|deja))"


def _speaks_of(line: str, name: str, before: str = "") -> bool:
    """Whether a line calls somebody, or says what they did: no signature does.

    Args:
        line: Of a message.
        name: Theirs.
        before: What may stand before it, as a first name does.
    """
    wanted, said = fold(name), fold(line)
    return wanted in said and bool(re.search(rf"\b{_TO} (?:{fold(before)} )?{wanted}\b|\b{wanted} {_DOES}\b", said))


def _calls(text: str, first: str) -> bool:
    """Whether a first name is somebody's in a sentence, whatever its case and accents; with another family name, or alone at the end, it signs."""
    wanted = fold(first)
    for line in _unsigned(normal("NFC", text), lambda line: not _speaks_of(line, first)):
        for word in re.finditer(r"\w+(?:-\w+)*", line):
            if fold(word[0]) == wanted and not (word[0].islower() and wanted in COMMON):
                family = re.match(r"[ \t]+([A-ZÀ-Ý][\w'’-]*)", line[word.end() :])
                if line.isupper() or not family or fold(family[1]) in _BETWEEN:
                    return True
    return False


def _nearly(text: str, unsigned: str, variant: Variant) -> Iterator[tuple[str, str]]:
    """Words that are a name nearly written, as a reader knows who is meant, and that name.

    A first name is so only where somebody is called by it: « prévenez Hélory ».
    """
    halves = {half: one.nom for one in variant.people for half in one.nom.split("-")}
    known, body = {*map(fold, halves)}, normal("NFC", unsigned).splitlines()
    halves = {half: name for half, name in halves.items() if len(half) >= _LETTERS}
    called = {fold(one.prenom): one.prenom for one in variant.people}
    heads = [line for line in body if line.strip()][:_SIGNED]
    heads = [line for line in heads if len(line.split()) <= _SIGNATURE and not line.rstrip().endswith(_ENDS)]
    for line in normal("NFC", text).splitlines():
        for word in _WORD.finditer(line):
            if len(word[0]) < _LETTERS or fold(word[0]) in known:
                continue
            for name in [name for half, name in halves.items() if are_near(word[0], half)][:1]:
                firsts = {fold(one.prenom) for one in variant.people if one.nom == name}
                if _is_meant(line, word, firsts, inside=line in body and line not in heads):
                    yield word[0], name
            if word[0][0].isupper() and fold(word[0]) not in called and _speaks_of(line, word[0]):
                yield from ((word[0], name) for name in called.values() if _as_heard(word[0]) == _as_heard(name))


def _as_heard(first: str) -> str:
    """A first name without what another way to write it changes: y, h and doubled letters."""
    return re.sub(r"(.)\1", r"\1", fold(first).replace("y", "i").replace("h", ""))


def _is_meant(line: str, word: re.Match[str], firsts: Set[str], *, inside: bool) -> bool:
    """Whether a word that is nearly a name stands where names of people do.

    After a civility or beside a first name of theirs; else with a capital that begins no sentence, and beside no other
    name, which would be somebody else's.

    Args:
        line: Of a message.
        word: Of that line.
        firsts: First names of who has that name.
        inside: Whether the line is neither a heading nor a signature: those say who writes.
    """
    before, after = line[: word.start()], line[word.end() :]
    if fold(word[0]) in _OTHERS:
        return inside and bool(_CIVILITY.search(before))
    if _speaks_of(line, word[0]):
        return True
    beside = map(fold, _WORD.findall(before)[-1:] + _WORD.findall(after)[:1])
    if _CIVILITY.search(before) or not firsts.isdisjoint(beside):
        return inside
    begins, first = _BEGINS.search(before), re.search(r"[A-ZÀ-Ý][\w'’-]*\s+$", before)
    another = re.match(r"\s+[A-ZÀ-Ý]", after) or (first and not _BEGINS.search(before[: first.start()]))
    capital = word[0][0].isupper() and not line.isupper()
    return bool(inside and capital and not another and (not begins or re.match(r"\s*[:(,]", after)))


def _unsigned(text: str, signs: Callable[[str], bool] = lambda _line: True) -> list[str]:
    """The lines without those, short and last, that may be who writes."""
    lines = [line for line in text.splitlines() if line.strip()]
    for _line in range(_SIGNED):
        if lines and len(lines[-1].split()) <= _SIGNATURE and signs(lines[-1]):
            lines.pop()
    return lines
