"""The short answers of a policy, read clause by clause: who changes a password at fixed dates, who has a second factor.

An answer that says two things is judged by what it says of those whom the demand is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etabli.exam.contract.words import fold

_CLAUSES = re.compile(r"[,;.()\n–—]|\b(?:et|mais|puis|sauf|hormis|excepté|à l'exception|tandis que)\b", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\b(?:sauf|hormis|excepte\w*|(?<!sans )exception|hors)\b")
_EVERYBODY = re.compile(r"\btou(?:s|tes|te|t)\b|\bchaque\b|\bensemble\b|\boui\b|\bobligatoire")
_ADMINS = re.compile(r"\badmin|\bprivile")
_NUMBER = (
    r"(?:[1-9]\d*|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|trente|soixante|cent\w*|vingt\w*)"
)
_PERIOD = re.compile(
    rf"\b{_NUMBER} (?:jours?|semaines?|mois|trimestres?|semestres?|ans?|annees?)\b|^ *[1-9]\d* *j?$"
    r"|\b(?:tous|toutes) les\b|\bchaque (?:jour|semaine|mois|trimestre|semestre|an|annee|rentree)\b"
    r"|\bpar (?:semaine|mois|trimestre|semestre|an)\b|\b(?:hebdomad|mensuel|trimestr|semestr|annuel|periodiq)"
)
_BOUND = re.compile(
    r"\b(?:jamais|aucune?|pas|point|ni|sans|ne|n)\b(?: (?!(?:de plus|apres|depuis|meme (?:apres|si|pour|au))\b)\w+)*? "
    rf"(?:(?:plus(?: \w+)? (?:de|d|que)|au dela (?:de|d)|depass\w+|exced\w+|attendre)(?: les)?)(?: pas)? {_NUMBER} "
    r"(?:jours?|semaines?|mois|trimestres?|semestres?|ans?|annees?)\b"
)
"""A password that is never older than so much: « jamais plus de 90 jours », « ne dépasse pas trois mois »."""
_NEVER = re.compile(
    r"\b(?:jamais|aucune?s?|non|pas|(?<!au )plus(?! tard\b)|sans|ni|zero|nul|0|facultati|supprim\w*|desactiv\w*|libre\w*)"
)
_OLD = re.compile(r"\banci|\bavant\b|\b2014\b|\bau lieu\b|\bfini")
_EVENT = re.compile(
    r"\bfui|\bfuit|\bcompromi|\bincident|\bdoute|\bsoupcon|\bvol\b|\bvole|\bseulement\b|\buniquement\b|\ben cas\b|\bsi\b"
    r"|\bbesoin\b|\bdemande\b|\balerte"
)
_NOBODY = re.compile(r"\b(?:pas|aucune?|jamais|sans|ni|facultati\w*|personne)\b")
_OFFERED = re.compile(
    r"\bpropos(?:ee?s?|able)\b|(?<!le )(?<!que )\b(?:recommande|conseille|encourage)e?s?\b(?! par\b)|\boptionnel|\bvolont(?:air|ariat)"
    r"|\b(?:qui|s ils?|si ils?|s elles?) (?:le |la |l |en )?(?:veul|veut|souhait|desir|demand|accept)"
)
"""What is offered is no rule: « proposé aux administrateurs qui le veulent »."""
_MUST = re.compile(r"\bobligatoire|\bimpos|\bexig")
_ALONE = re.compile(
    r"(?:(?:c|est|reste|seulement|simplement|fortement|vivement) ){0,4}(?:facultati\w{0,4}|[a-z]{1,30}ee?s?|optionnel\w{0,4})"
)
"""A clause that speaks of the one before it: « administrateurs (recommandé) »."""


def renews(answer: str) -> bool:
    """Whether ordinary users must change their password at fixed dates.

    Example:
        >>> renews("jamais pour les utilisateurs, 90 jours pour les administrateurs"), renews("tous les trois mois")
        (False, True)
    """
    clauses = [clause for clause in _clauses(answer) if not _ADMINS.search(clause) or "utilisateur" in clause]
    said = [clause for clause in clauses if not _OLD.search(clause)]
    if any(_PERIOD.search(clause) and (not _NEVER.search(clause) or _BOUND.search(clause)) for clause in said):
        return True
    return bool(said) and not any(_NEVER.search(clause) or _EVENT.search(clause) for clause in said)


def covers_admins(answer: str) -> bool:
    """Whether administrators have a second factor.

    Example:
        >>> covers_admins("tous, sauf les stagiaires"), covers_admins("tous sauf les administrateurs")
        (True, False)
        >>> covers_admins("obligatoire pour les administrateurs, proposé aux autres"), covers_admins("proposé à tous")
        (True, False)
    """
    whom, *left_out = _LEFT_OUT.split(fold(answer))
    if any(_ADMINS.search(part) for part in left_out) or (left_out and _ADMINS.search(whom)):
        return False  # all of them, or some
    clauses: list[str] = []
    for clause in _clauses(answer):
        if clauses and (_OFFERED.search(clause) or "facultati" in clause) and _ALONE.fullmatch(clause):
            clauses[-1] += f" {clause}"
        else:
            clauses.append(clause)
    said = [clause for clause in clauses if _ADMINS.search(clause) or _EVERYBODY.search(clause)]
    refused = [clause for clause in said if _NOBODY.search(clause) and "sans exception" not in clause]
    offered = [clause for clause in said if _OFFERED.search(clause) and not _MUST.search(clause)]
    of_admins = any(_ADMINS.search(clause) for clause in offered)
    return not refused and not of_admins and len(said) > len(offered)


def _clauses(answer: str) -> Iterator[str]:
    return (clause for piece in _CLAUSES.split(answer) if (clause := fold(piece)))
