"""What a proof tells of an account, beside what the candidate's own files show of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam.contract.french import listed, quote
from etabli.exam.contract.words import fold

from .exports import MONTHS, RESULTS
from .vocabulary import DORMANT_DAYS, KINDS, SYSTEMS, word

if TYPE_CHECKING:
    from .shape import Account, Variant

WEAK = {32: r"\b32\b|\bmd ?5\b", 40: r"\b40\b|\bsha ?1\b"}
"""What tells each length of a weak hash."""
_LINES = re.compile(r"\blignes? (?:\d+ ?(?:et |a )?)+")
_COMPARES = re.compile(r"\b(?:moins|plus|inf\w*|sup\w*)\b|[<>≤≥]")
_GROUP = re.compile(r"\bg ?(\d+)\b")
_TRIED = {
    "fuite": r"\b(?:listes? (?:de |des )?|essais? (?:de |des |par )?(?:la )?)fuites?\b",
    **{kind: rf"\bessais? (?:de |d |par )?(?:l |la )?{kind}s?\b" for kind in ("identifiant", "organisation", "saison")},
}
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_FRENCH = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(rf"\b(\d{{1,2}})(?:er)? ({'|'.join(map(fold, MONTHS))}) (\d{{4}})\b")
_NAMES = re.compile(r"[a-z][\w.-]*")
IN_EXPORTS = ("empreinte-faible", "partage", "dormant", "sans-2fa")
"""Risks that are seen in the export of the account's own system."""
_COLUMNS = {
    "partage": r"\btitulaires?\b",
    "empreinte-faible": r"\bempreintes?\b|\bmd ?5\b|\bsha ?1\b",
    "dormant": r"\bderniere connexion\b",
    "parti": r"\b(?:date de |colonne )depart\b",
    "sans-2fa": r"\b(?:second|2e|deuxieme) facteur\b|\b2fa\b",
}
"""What only a proof of each of these risks names, of the files."""
_FOUND = r"result|essa|fuite|identifiant|organisation|saison|annee|groupe|trouv|cass|liste|meme|mot de passe|login|nom"
_OWN = {
    "partage": r"titulaire|equipe|partag|plusieurs|personne|generique|collect|service|commun",
    "empreinte-faible": r"empreinte|hash|md ?5|sha|longueur|caracter|signe|\bsel\b|sale|chiffre|hexa|algorithme",
    "dormant": r"conn?exion|connect|dorm|inacti|jour|mois|absence|\d{4}|jamais|servi|utilis",
    "parti": r"depart|parti|quitt|\brh\b|sorti|contrat|plus la|\d{4}",
    "sans-2fa": r"facteur|2fa|double|admin",
} | dict.fromkeys((*RESULTS, "reutilise"), _FOUND)
"""Words by which a proof may be that of its risk."""
_SEEN = re.compile(
    r"\d|\b(?:titulaires?|depart|droits|second facteur|derniere connexion|colonnes?|lignes?|groupes?|resultats?|res|rh|fichiers?|exports?|csv|txt"
    r"|fuites|listes?|essa\w*|test\w*|john|casse\w*|trouve\w*|md ?5|sha|hex\w*|sel|caracteres|lettres|equipe|tous|oui|non|actif|admin\w*|jamais|vide"
    r"|idem|id|pareil|meme chose|dessus|hashcat|hash|condensats?|bcrypt|algorithme|scripts?|dictionnaires?|devine\w*|craqu\w*|generique|capture|login|[am]2?fa|2fa|double authentification|contrat|cdd|annuaire|intranet|messagerie|tableur|mois|ans|jours|semaines|(?:janv|fevr|avr|juil|sept|octo|nove|dece)\w*|mars|mai|juin|aout)\b"
)
"""What a proof names, of what is to be seen: a date, a number, a file, a column, a value of it, a test, or the line above."""
NEAR_LIMIT = 7
"""Days around the limit: some say « depuis six mois »."""


@dataclass(frozen=True)
class Sight:
    """What a proof tells, and what is there to be seen; '' where both are one."""

    told: str
    shown: str = ""


class Sights:
    """A candidate's files, by account."""

    def __init__(self, variant: Variant) -> None:
        self._variant = variant

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        return {account.key: account for account in self._variant.accounts}

    def compare(self, key: str, kind: str, proof: str) -> Sight | None:
        """What a proof of a true finding tells that can be found again; None where it tells nothing of the kind."""
        if elsewhere := self._elsewhere(key, kind, proof) or _of_another(kind, proof):
            return elsewhere
        if kind in RESULTS or kind == "reutilise":
            found = next(one for one in self._variant.results if f"{one['compte']}@{one['systeme']}" == key)
            return _grouped(found["groupe"], proof) if kind == "reutilise" else _tried(kind, found["resultat"], proof)
        if kind == "empreinte-faible":
            return _long(len(self._accounts[key].hash), proof)
        return self._dated(self._accounts[key], kind, proof) if kind in ("dormant", "parti") else None

    def _elsewhere(self, key: str, kind: str, proof: str) -> Sight | None:
        """Somebody else's login without its own, or the export of other systems alone; who shares a password names others."""
        login, _, system = key.partition("@")
        told = {one.strip(".-") for one in _NAMES.findall(proof.casefold())}
        others = {one for one in told if "." in one and one in self._logins} - {login}
        if kind not in ("reutilise", "partage") and others and login not in told:
            return Sight(min(others), f"la ligne est celle de {login}")
        files = {term.id for term in SYSTEMS if f"{term.id}.csv" in told}
        if kind in IN_EXPORTS and files and system not in files:
            return Sight(f"{min(files)}.csv", f"ce compte est dans {system}.csv")
        return None

    @cached_property
    def _logins(self) -> set[str]:
        return {account.login for account in self._variant.accounts}

    def _dated(self, account: Account, kind: str, proof: str) -> Sight | None:
        """Full dates, of which one is of the account or of its person, or the limit; those from the mandate on are of whoever writes."""
        start, today = (date.fromisoformat(f"{self._variant.period[name]}") for name in ("from", "today"))
        limit = today - timedelta(days=DORMANT_DAYS)
        told = {day: said for said, days in _dates(proof) for day in days}
        if not told or any(day >= start or abs((day - limit).days) <= NEAR_LIMIT for day in told):
            return Sight(next(iter(told.values()))) if told else None
        own = {
            day for one in self._variant.accounts if one.login == account.login for day in (one.last_login, one.created)
        }
        person = next((one for one in self._variant.people if one.matricule == account.person), None)
        own |= {person.entree, person.depart, person.absence_jusqu_au} if person else set()
        if {day.isoformat() for day in told} & own:
            return Sight(next(iter(told.values())))
        seen = account.last_login or "rien"
        shown = f"derniere_connexion est {seen} dans {account.system}.csv"
        if kind == "parti" and person:
            shown = f"depart est {person.depart} dans rh.csv"
        return Sight(next(iter(told.values())), shown)


def is_seen(proof: str) -> bool:
    """Whether a proof names anything that is to be seen; it may else be its risk, in other words."""
    return _SEEN.search(fold(proof)) is not None


def _of_another(kind: str, proof: str) -> Sight | None:
    """A column of another risk's, and nothing of its own: one that is filled down too far."""
    said = fold(proof)
    if kind not in _OWN or re.search(_OWN[kind], said):
        return None
    seen = (found[0] for other, pattern in _COLUMNS.items() if other != kind and (found := re.search(pattern, said)))
    told = next(seen, "")
    return Sight(told, f"le risque de la ligne est {quote(word(KINDS, kind))}") if told else None


def _grouped(group: str, proof: str) -> Sight | None:
    told = _GROUP.findall(fold(proof))
    shown = f"resultats.csv dit {group}" if group else "resultats.csv n'a pas de groupe"
    return Sight(f"G{told[0]}", "" if group[1:] in told else shown) if told else None


def _tried(kind: str, result: str, proof: str) -> Sight | None:
    told = [name for name, pattern in _TRIED.items() if re.search(pattern, fold(proof))]
    shown = "" if kind in told else f"resultats.csv dit {quote(result)}"
    return Sight(listed(RESULTS[name] for name in told), shown) if told else None


def _long(length: int, proof: str) -> Sight | None:
    said = _LINES.sub(" ", fold(proof))
    told = [number for number, pattern in WEAK.items() if re.search(pattern, said)]
    if not told or _COMPARES.search(proof.casefold()):
        return None
    shown = "" if length in told else f"l'empreinte a {length} caractères"
    found = re.search(WEAK[told[0]], said)
    return Sight(found[0].upper() if found else "", shown)


def _dates(text: str) -> Iterator[tuple[str, list[date]]]:
    """Each full date of a text, as it is written, and the days that it may be."""
    for found in _ISO.finditer(text):
        yield found[0], [*_day(found[1], found[2], found[3])]
    for found in _FRENCH.finditer(text):
        year = found[3] if len(found[3]) > 2 else f"20{found[3]}"
        yield found[0], [*_day(year, found[2], found[1]), *_day(year, found[1], found[2])]
    for found in _WORDS.finditer(fold(text)):
        month = [fold(name) for name in MONTHS].index(found[2]) + 1
        yield f"{found[1]} {MONTHS[month - 1]} {found[3]}", [*_day(found[3], str(month), found[1])]


def _day(year: str, month: str, day: str) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:
        return
