"""Which case of the CNIL's a page applies to the organisation that writes it, sentence by sentence.

A page may give the right number of bits as what others need, and say that one needs fewer. It is told only where a
sentence surely applies another case to us and none applies the right one; who compares cases does both.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from etabli.exam.contract.words import fold, squeeze

if TYPE_CHECKING:
    from .shape import Situation

_CASES = {
    1: (80, "1|1er|un|premier", "80|quatre vingts?|quatre vingtaine de"),
    2: (50, "2|2e|2eme|deux|deuxieme|second", "50|cinquante|cinquantaine de"),
    3: (13, "3|3e|3eme|trois|troisieme", "13|treize"),
}
"""Case → its bits, how it is named, how they are written."""
_STOPS = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n(?=[A-ZÀ-Ý•–-])")
_US = r"nous|notre|nos|ici|(?:l|cette|la) (?:organisation|entreprise|association|structure|societe)"
_APPLIES = re.compile(
    r"\b(?:relev(?:e|ons)|appliqu(?:e|ons)|depend(?:ons)?|tomb(?:e|ons)|retenons|retenu|suivons|sommes|concerne|correspond|entr(?:e|ons) dans)\b"
)
_SO = re.compile(r"\b(?:s applique|donc|alors|retenons|c est|voila)\b")
_ENOUGH = re.compile(r"\b(?:suffi\w*|besoin|faut|relev(?:e|ons)|s applique)\b")
_NEXT = re.compile(r"\b(?:cas (?:suivant|precedent|d (?:a cote|apres|avant))|autre cas)\b")
_OTHERS = re.compile(
    r"\b(?:organisations?|entreprises?|structures?|associations?|societes?|services?|sites?|comptes?|personnes|gens|endroits) (?:ou|qui|dont|sans)\b"
    r"|\b(?:ceux|celles|celui|celle|autrui|ailleurs|(?:d|les|aux|des) autres)\b"
)
"""Who else a sentence may speak of."""
_UNSURE = re.compile(
    r"\b(?:ne|n(?! \d)|pas|non|ni|jamais|rien|aucune?|exclu\w*|ecart\w*|contraire\w*|sauf|mais|or|si|quand|lorsque|des que|croire|penser"
    r"|alors que|tandis que|avant|demain|bientot|jour|\w+(?:rai[st]|raient|rions|riez|era|eront|erons)|\w{4,}aient|(?:suffis|relev|appliqu|depend)ait)\b"
)
"""What is denied, compared, was or would be: such a sentence applies nothing."""


def elsewhere(text: str, situation: Situation, names: Collection[str]) -> str:
    """The sentence that applies another case to us, where no other applies the right one; ''.

    Args:
        text: A justification.
        situation: How people sign in at the organisation.
        names: What it is called.
    """
    us = re.compile(rf"\b(?:{'|'.join([_US, *(fold(name) for name in names if fold(name))])})\b")
    sentences = [(squeeze(one).rstrip(". "), fold(one)) for one in _STOPS.split(text)]
    mine = [one for _, one in sentences if _names(one, situation.case) or _counts(one, situation.case)]
    for said, one in sentences:
        if one in mine or said.endswith("?") or _UNSURE.search(one) or not us.search(one):
            continue
        others = [case for case in _CASES if case != situation.case]
        counted = [case for case in others if _counts(one, case)]
        named = any(_names(one, case) for case in others) or (counted and _NEXT.search(one))
        if named and _APPLIES.search(one):
            if not any(_is_kept(each, situation.case, us) and _is_ours(each, situation.case, us) for each in mine):
                return said
        elif any(_CASES[case][0] < situation.bits for case in counted) and _ENOUGH.search(one):
            if not any(_is_kept(each, situation.case, us) for each in mine):
                return said
    return ""


def points_at(text: str, situation: Situation) -> bool:
    """Whether a sentence names the right case by the one beside it: « le cas suivant : 50 bits »."""
    sentences = map(fold, _STOPS.split(text))
    return any(_NEXT.search(one) and _counts(one, situation.case) for one in sentences)


def _names(sentence: str, case: int) -> bool:
    """Whether a sentence names a case."""
    names = _CASES[case][1]
    return bool(
        re.search(rf"\bcas (?:de figure |de la cnil |cnil |no? |numero )*(?:{names})\b|\b(?:{names}) cas\b", sentence)
    )


def _counts(sentence: str, case: int) -> bool:
    """Whether a sentence gives the bits of a case."""
    return bool(re.search(rf"\b(?:{_CASES[case][2]}) ?bits?\b", sentence))


def _is_kept(sentence: str, case: int, us: re.Pattern[str]) -> bool:
    """Whether a sentence on the right case neither denies it nor speaks of others alone."""
    names = _CASES[case][1]
    denied = re.search(
        rf"\bpas (?:le |du |dans le |au |de )*cas (?:{names})\b|\bcas (?:{names})(?: de la cnil)? (?:ne|n) ", sentence
    )
    return not denied and bool(us.search(sentence) or not _OTHERS.search(sentence))


def _is_ours(sentence: str, case: int, us: re.Pattern[str]) -> bool:
    """Whether it says that the case is ours, and not how much our policy gives alone."""
    measured = not _names(sentence, case) and re.search(r"\b(?:caracteres|classes|log2)\b", sentence)
    return not measured and bool(us.search(sentence) or _SO.search(sentence))
