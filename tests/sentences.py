"""What no sentence that a learner reads may have: one list of faults, for every lab."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etabli.exam.contract.formulas import ERRORS, names

_VOWEL = "AEIOUYÉÈÊËÀÂÎÏÔÛŒaeiouéèêëàâîïôûœ"
_ENGLISH = "|".join(sorted(map(re.escape, names().keys() - set(names().values())), key=len, reverse=True))
_FORMULA = r"(?<![\w)])=(?:\"[^\"]*\"|\"[^\"]*?…|'[^']*'|\[[^\]]*\]|[^\s\"\[])+"
_CODE = re.compile(rf"`[^`]*`|\{{[^}}]*\}}|{_FORMULA}|#[A-Z/0]+[?!]?|\b\d+(?:\.\d+){{2,}}\b", re.DOTALL)
"""What is quoted from a program: marks, JSON, formulas, versions."""
_QUOTED = re.compile(r"« [^»]* »")
_FAULTS = {
    "elision": re.compile(
        rf"\b(?:de|que|[Jj]usque|[Ll]orsque|[Pp]uisque) (?!onze\b|oui\b|un à\b|[Yy][aeéëiou]|[A-Z]{{1,3}}-?\d|[A-Z]\b)(?=[{_VOWEL}])"
    ),
    "article": re.compile(r"\b(?:l[ea] (?=[AEIOUÉÈÊÎÔŒ][a-zé])|de les? (?=[A-ZÉ][a-zé])|à les? (?=[A-ZÉ][a-zé]))"),
    "one of many": re.compile(
        r"(?<!\d )(?<![\w,.-])[01] (?!(?:mois|fois|cas|avis|accès|dans|sans|sous|plus|pas|vers|tous)\b)\w+s\b"
    ),
    "many of one": re.compile(
        r"(?<![\w,.])(?:[2-9]|[1-9]\d+) (?:ligne|colonne|cellule|client|montant|compte|constat|fichier|mot|chiffre|avoir|"
        r"facture|feuille|tranche|écriture|autre|page|bouton|champ|lien|titre|erreur)\b"
    ),
    "doubled": re.compile(
        r",,|\.\.(?!\.)|(?<!\.)\.\.$| ,|\s\.(?!\w)|: :|« »|\( |\( ?\)|;;|\bde de\b|\ble le\b|\bdu du\b"
    ),
    "straight quotes": re.compile(r'"'),
    "not set in French": re.compile(r"\w[!?;](?= |$)|\w:(?= )|(?<!partie )(?<!RGAA )\b\d+\.\d(?!\d* dans la base)"),
    "English function": re.compile(rf"\b(?:{_ENGLISH})\((?!\*)"),
    "English error": re.compile("|".join(map(re.escape, ERRORS))),
}
_IN_QUOTES = ("English function", "English error", "doubled")
"""Faults that stay faults within a quotation or a formula."""


def faults(sentence: str) -> list[str]:
    """What is wrong in a sentence: the kind, and where."""
    bare = _QUOTED.sub("« x »", _CODE.sub("x", sentence))
    found = [
        f"{kind}: {match[0]!r} in {sentence!r}"
        for kind, pattern in _FAULTS.items()
        if (match := pattern.search(sentence if kind in _IN_QUOTES[:2] else bare))
    ]
    return [*found, *_glued(bare)]


def _glued(sentence: str) -> Iterator[str]:
    """A list after a colon that commas alone hold together."""
    for tail in re.findall(r"(?<=: )[^:;()]+?(?=\. |\.$|\)|$)", sentence):
        parts = tail.split(", ")
        short = all(len(part.split()) <= 6 for part in parts)
        if len(parts) > 2 and short and not re.search(r"\b(?:et|ou|ni|puis)\b|…", tail):
            yield f"glued list: {tail!r} in {sentence!r}"
