"""What a script said of a line, and what is wrong with it, for a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .hashing import shape, verifies
from .shape import Case

SCHEMES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256 avec sel", "bcrypt": "bcrypt", "argon2id": "Argon2id"}
LENGTHS = {"md5": 32, "sha1": 40, "sha256": 88, "bcrypt": 60, "argon2id": 97}
"""Of whole hashes of the exports' forms."""
LOOSE = {
    "hash": "l'ancienne empreinte elle-même, donnée comme mot de passe",
    "zeros": "un mot de passe dont l'empreinte commence par 0e, comme celle du bon",
    "other": "un autre mot de passe que le bon",
    "turned": "le bon mot de passe, majuscules et minuscules échangées",
    "letter": "le bon mot de passe, dont une seule lettre a changé entre majuscule et minuscule",
    "cut": "le bon mot de passe sans un de ses signes",
    "longer": "le bon mot de passe avec un signe de trop",
    "moved": "le bon mot de passe, dont deux signes sont échangés ou un chiffre a changé",
}
"""The wrong passwords, by what takes them for the right one."""
_ZEROS = re.compile(r"0+e\d+")
_MARK = re.compile(r"[!*]+|\{[A-Z0-9-]+\}")
UNREADABLE_ITSELF = "une empreinte qui est le texte même du mot de passe"


@dataclass(frozen=True)
class Answer:
    """What the script said of one line."""

    case: Case
    ok: bool
    new: str | None

    @property
    def scheme(self) -> str:
        """The old hash, for a sentence."""
        return SCHEMES.get(self.case.scheme, "une empreinte illisible" if self.case.empreinte else "une empreinte vide")


def verified(answer: Answer) -> bool:
    return verifies(answer.case.mot_de_passe, answer.new or "")


def rightly(answer: Answer) -> bool:
    """Whether a line is answered as it must be, its new hash too."""
    return answer.ok is answer.case.ok and (not answer.ok or verified(answer))


def mistaken(answer: Answer) -> str:
    """What a wrong password that is accepted is, a key of `LOOSE`."""
    if answer.case.mot_de_passe == answer.case.empreinte:
        return "hash"
    if _ZEROS.fullmatch(answer.case.empreinte):
        return "zeros"
    typed, right = answer.case.mot_de_passe, answer.case.other
    if not right:
        return "other"
    if typed.lower() == right.lower():
        return "turned" if typed == right.swapcase() else "letter"
    if len(typed) == len(right):
        return "moved"
    return "cut" if len(typed) < len(right) else "longer"


def marked(case: Case) -> str:
    """What stands before a whole hash, of a known kind, that nobody can read for it: « ! »; '' for nothing."""
    mark = _MARK.match(case.empreinte) if case.scheme else None
    return mark[0] if mark else ""


def unreadable(case: Case) -> str:
    """What a hash that nobody can read is, without the hash."""
    stored = case.empreinte
    if mark := marked(case):
        return f"une empreinte {SCHEMES[case.scheme].removesuffix(' avec sel')} précédée de « {mark} »"
    if case.scheme:
        ends = "trop longue" if len(stored) > LENGTHS.get(case.scheme, len(stored)) else "coupée"
        return f"une empreinte {SCHEMES[case.scheme].removesuffix(' avec sel')} {ends}"
    if stored and stored == case.mot_de_passe:
        return UNREADABLE_ITSELF
    if stored.startswith("$argon2id$"):
        return "une empreinte Argon2id dont la fin ne se décode pas"
    if re.fullmatch(r"[A-Za-z]+(?:-\w+)+", stored):
        return "une empreinte faite de mots"
    return f"une empreinte d'une sorte inconnue ({shape(stored)})" if stored else "une empreinte vide"
