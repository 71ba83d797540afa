"""What a recommendation of the audit changes, beside the risk of its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam.contract.french import quote
from etabli.exam.contract.words import fold

if TYPE_CHECKING:
    from .reading import TableLine

PASSWORDS = frozenset({"fuite", "identifiant", "organisation", "saison", "reutilise"})
"""Risks that are seen in resultats.csv."""
REMEDIES = (PASSWORDS | {"empreinte-faible"}, {"partage"}, {"dormant", "parti"}, {"sans-2fa"})
"""Risks by what is to be changed: the password, who has the account, whether it is open, how one signs in."""
MOST_REMEDIES = 2
"""One advice may do for so many of them (« changer le mot de passe » of a shared account too), and for a line of others."""
_SUCH = r"(?:tel(?:le)?s? quel(?:le)?s?|en l etat|comme (?:il|elle|c) est|comme (?:ca|cela|avant)|inchangee?|ouverte?|actif|active)"
_NOTHING = r"(?:rien|aucune? (?:action|mesure|changement|modification)|pas (?:d action|de (?:changement|modification)))"
_ITS = r"(?: (?:le |la |l |ce |cet |son |au |a ce |a cet |sur ce )?(?:compte|mot de passe|acces|empreinte))?"
_IDLE = re.compile(
    rf"(?:il )?(?:ne |n )?(?:(?:faut|y a|change\w*|faites|modifi\w+|touche\w*) )?{_NOTHING}(?: (?:de particulier|de special))?"
    r"(?: (?:a |d )?(?:changer|faire|modifier|toucher|corriger|prevoir|prevue?|signaler|recommander))?"
    rf"{_ITS}(?: (?:pour l instant|pour le moment|du tout|ici))?"
    rf"|(?:(?:le|la) )?(?:laisse[rz]|garde[rz]|conserve[rz]){_ITS} (?:le |la )?{_SUCH}"
    rf"|(?:surtout )?ne (?:surtout )?(?:pas |jamais )?(?:chang|ferm|desactiv|suspend|modifi|touch|bloqu)(?:er|ez|re)(?: pas| jamais)?{_ITS}"
    r"|(?:surtout )?ne? (?:surtout )?(?:(?:pas|jamais) (?:impos|activ|ajout)er|(?:impos|activ|ajout)ez (?:pas|jamais))"
    r" (?:de |le |un )?second facteur"
)
"""Advice to leave all as it is, as a whole cell says it: « Ne rien changer », « Ne pas fermer le compte »."""


def suits_any(lines: Sequence[TableLine]) -> bool:
    """Whether one advice is that of risks to which different things are to be done, on several lines of each."""
    met = [sum(line.kind.id in kinds for line in lines if line.kind) > 1 for kinds in REMEDIES]
    return sum(met) > MOST_REMEDIES


def leaves(text: str) -> bool:
    """Whether advice is to change nothing."""
    return _IDLE.fullmatch(fold(text)) is not None


_ITSELF = r"(?:(?:le|la|l|ce|cet|cette|son|du|de|d) ?)*"
_SOON = r"(?: (?:immediatement|maintenant|aussitot|rapidement|vite|sans (?:attendre|delai)|tout de suite|des que possible))?"
_CLOSES = rf"(?:desactiv|ferm|supprim|clotur)\w* {_ITSELF}(?:compte|acces)"
_RENEWS = rf"(?:chang|modifi|renouvel|reinitialis)\w* {_ITSELF}mot de passe"
_DOUBLES = (
    r"(?:activ|ajout|impos|exig|demand|mettre|mise)\w* (?:en place )?"
    rf"{_ITSELF}(?:un |une )?(?:second facteur|deuxieme facteur|double (?:facteur|authentification)|2fa)"
)
_FACTOR = re.compile(
    r"facteur|\b(?:2fa|a2f|mfa|[th]?otp|sms|badge|token|jeton|passkey|mobile|privileges?|simple)\b|doubl|deuxieme|seconde?\b|deux (?:temps|etapes)|yubi|fido|biometr|digital|confirm|verif|notif|preuve|protection"
    r"|en plus du|autre chose|conten?ter|\bcodes? (?:par|recu|unique|a )|\bcles?\b|\bdroits?\b|administration|retir|enlev|\boter|retrograd|reduir|limit|bloqu|suspend|desactiv|ferm|supprim|telephone|smartphone|\bappli\b|application"
)
"""What a recommendation has that answers an administrator without a second factor."""
_PASSWORD = re.compile(r"\b(?:mot de passe|mdp|phrase de passe|code plus long)\b")
_MISPLACED = (
    (_CLOSES, PASSWORDS | {"empreinte-faible", "sans-2fa"}),
    (_RENEWS, {"dormant", "parti", "sans-2fa"}),
    (_DOUBLES, {"dormant", "parti"}),
)
"""What a whole cell says, and the risks that stay as they are by it."""


def of_another_risk(lines: Sequence[TableLine]) -> list[tuple[list[TableLine], str]]:
    """Lines whose recommendation, a whole cell of one usual act, is that of other risks, and what is told of them.

    One such line is a slip. An account that another line has for that risk too may be closed, or have its password changed.
    """
    found: list[tuple[list[TableLine], str]] = []
    for act, others in _MISPLACED:
        said = re.compile(act + _SOON)
        wrong = [
            line
            for line in lines
            if line.kind and line.kind.id in others and said.fullmatch(fold(line["recommandation"]))
        ]
        meant = {line.key for line in lines if line.kind and line.kind.id not in others}
        if wrong := [line for line in wrong if line.key not in meant]:
            words = quote(wrong[0]["recommandation"])
            found.append((wrong, f"dont la recommandation répond à un autre risque, {words}"))
    known = {line.key for line in lines if line.kind and line.kind.id in PASSWORDS | {"empreinte-faible"}}
    told = [
        (line, fold(line["recommandation"]))
        for line in lines
        if line.kind and line.kind.id == "sans-2fa" and line.key not in known
    ]
    longer = [line for line, advice in told if _PASSWORD.search(advice) and not _FACTOR.search(advice)]
    if longer := [line for line in longer if not any(line in wrong for wrong, _what in found)]:
        words = quote(longer[0]["recommandation"])
        found.append((longer, f"dont la recommandation ne parle que du mot de passe, {words}"))
    return found if sum(len(wrong) for wrong, _what in found) > 1 else []
