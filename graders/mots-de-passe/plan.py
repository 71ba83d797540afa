"""What is planted: which account has which weakness, and which only looks as if.

Names, dates, passwords and order change from one candidate to the next, and how many accounts have each weakness: no
learner can tell another what there is to find. All are equally hard: the same filter finds all the accounts of a
risk, each count is one line more or less (two of the ten weak hashes), in all `TOTAL` lines; what makes one think
(accounts that only look suspicious, severities of administrators) never changes. An account is written
``slot@system``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from etabli.exam.contract.draw import Draw

from .people import SLOTS

SYSTEMS = ("annuaire", "intranet", "messagerie")
SHARED = {"accueil": "Équipe accueil", "stagiaires": "Tous les stagiaires", "boutique": "Équipe de la boutique",
          "contact": "Équipe administrative", "planning": "Équipe du planning"}  # fmt: skip
MACHINES = ("sauvegarde", "copieur", "alertes", "site")

_NOT_IN_INTRANET = {"newcomer", "boss"}
_NOT_IN_MAIL = {"left2", "exc1", "adm2", "dup2", "dup3", "dorm2", "dorm5", "p7"}
_OTHERS = {
    "annuaire": ("sauvegarde", "copieur"),
    "intranet": ("sauvegarde", "copieur"),
    "messagerie": ("copieur", "alertes", "site"),
}

_ALWAYS = {
    "fuite": ("p1@annuaire", "dorm2@annuaire", "p2@intranet", "p4@messagerie", "absent@messagerie"),
    "identifiant": ("adm1@annuaire", "p6@intranet", "p1@messagerie"),
    "organisation": ("stagiaires@annuaire", "dorm1@intranet", "p5@messagerie"),
    "saison": ("p3@annuaire", "dorm3@annuaire", "exc2@intranet", "p6@messagerie"),
    "reutilise": (
        "dup1@annuaire",
        "dup1@messagerie",
        "dup2@annuaire",
        "dup3@annuaire",
        "adm3@annuaire",
        "adm3@intranet",
    ),
    "partage": ("accueil@annuaire", "stagiaires@annuaire", "accueil@intranet", "contact@messagerie"),
    "empreinte-faible": tuple(
        f"{slot}@intranet" for slot in ("p2", "p6", "exc2", "p1", "p3", "dorm1", "dup1", "dorm4")
    ),
    "dormant": ("dorm1@annuaire", "dorm2@intranet", "dorm3@messagerie", "dorm5@intranet"),
    "parti": ("left1@annuaire", "left1@intranet", "left2@annuaire", "left3@intranet", "left3@messagerie"),
    "sans-2fa": ("adm2@annuaire", "adm1@intranet", "adm4@messagerie"),
    "reduire": ("exc2@intranet", "exc3@messagerie"),
}
_MAYBE = {
    "fuite": ("p3@intranet", "p3@messagerie"),
    "identifiant": ("p5@annuaire", "p7@annuaire"),
    "organisation": ("p2@annuaire", "dorm4@messagerie"),
    "saison": ("p4@intranet", "exc1@intranet"),
    "reutilise": ("dup1@intranet", "dup2@intranet"),
    "partage": ("boutique@intranet", "planning@messagerie"),
    "empreinte-faible": ("p5@intranet", "p7@intranet", "dorm3@intranet", "exc3@intranet"),
    "dormant": ("dorm4@annuaire", "exc3@annuaire"),
    "parti": ("left1@messagerie", "left3@annuaire"),
    "sans-2fa": ("adm4@intranet", "adm3@intranet"),
    "reduire": ("exc1@annuaire", "adm2@intranet"),
}
"""Of each, as many as are drawn."""
TOTAL, REVIEW = (54, 58), (16, 20)
"""Lines of a report and of a review, at least and at most."""
REVIEWED = ("dormant", "parti", "sans-2fa", "reduire")
PASSWORDS = ("fuite", "identifiant", "organisation", "saison")
"""How weak passwords are made; one account, one way."""
MD5 = ("p2", "p6", "exc2", "p1", "p5", "exc3")
"""Intranet accounts whose weak hash is MD5; it is SHA-1 for the others."""
_GONE = ("gone@annuaire", "gone@intranet", "gone@messagerie", "left2@intranet")
_ADMINS = ("adm1@annuaire", "adm2@annuaire", "adm1@intranet", "adm3@intranet", "adm4@intranet", "adm4@messagerie")


@dataclass(frozen=True)
class Plan:
    """What one candidate's accounts have."""

    places: Mapping[str, tuple[str, ...]]
    """Accounts by risk; ``reduire``: those of administrators by mistake, which is no line of the report."""

    @property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Who has an account where: 36 in the directory, 33 or 34 in the intranet, 28 or 29 in the mail."""
        out = {"annuaire": set[str](), "intranet": _NOT_IN_INTRANET, "messagerie": _NOT_IN_MAIL}
        return {
            system: (
                *(slot for slot in SLOTS if slot not in out[system]),
                *(slot for slot in SHARED if f"{slot}@{system}" in self.places["partage"]),
                *_OTHERS[system],
            )
            for system in SYSTEMS
        }

    @property
    def passwords(self) -> dict[str, tuple[str, ...]]:
        """Accounts by how their weak password is made."""
        return {kind: self.places[kind] for kind in PASSWORDS}

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Accounts that have one and the same password, good in itself."""
        owners = (("dup1",), ("dup2", "dup3"), ("adm3",))
        return tuple(tuple(p for p in self.places["reutilise"] if p.split("@")[0] in group) for group in owners)

    @property
    def admins(self) -> tuple[str, ...]:
        """Administrators, those by mistake included."""
        return (*_ADMINS, *self.places["reduire"])

    @property
    def disabled(self) -> tuple[str, ...]:
        """Accounts that are closed: of people who left."""
        return (*_GONE, *(place for place in _MAYBE["parti"] if place not in self.places["parti"]))


def make_plan(draw: Draw) -> Plan:
    """Draws how many accounts have each weakness, and which."""
    while True:
        drawn = {name: draw.below(len(maybe) + 1) for name, maybe in _MAYBE.items()}
        sizes = {name: len(_ALWAYS[name]) + number for name, number in drawn.items()}
        whole, review = sum(sizes.values()) - sizes["reduire"], sum(sizes[name] for name in REVIEWED)
        if TOTAL[0] <= whole <= TOTAL[1] and REVIEW[0] <= review <= REVIEW[1]:
            return Plan({name: (*_ALWAYS[name], *draw.some(_MAYBE[name], number)) for name, number in drawn.items()})


def bounds(name: str) -> tuple[int, int]:
    """How many accounts have a weakness, at least and at most."""
    return len(_ALWAYS[name]), len(_ALWAYS[name]) + len(_MAYBE[name])


LONG_AGO = {"quiet@annuaire": (150, 174), "absent@annuaire": (230, 300), "absent@intranet": (230, 300),
            "absent@messagerie": (230, 300)}  # fmt: skip
"""Days since a last login that looks too old and is not."""
NEVER = ("newcomer@annuaire", "newcomer@messagerie")
REMARKS = {
    "quiet@intranet": "contient le mot « hiver », mais c'est une phrase de 38 caractères",
    "homonym@messagerie": "commence par le nom de l'organisation, puis 24 caractères tirés au hasard",
}
"""What the supplied run says of good passwords that match a rule all the same."""

_LOOKS_SUSPICIOUS = {
    "personne partie, mais compte déjà fermé": _GONE,
    "départ prévu plus tard": ("leaving@annuaire", "leaving@intranet", "leaving@messagerie"),
    "même nom qu'une personne partie et autre prénom": ("homonym@annuaire", "homonym@intranet"),
    "long mot de passe tiré au hasard": ("homonym@messagerie",),
    "absence prévue par la liste RH": ("absent@annuaire", "absent@intranet", "absent@messagerie"),
    "compte créé depuis peu": ("newcomer@annuaire", "newcomer@messagerie"),
    "connexion assez récente, après la date limite": ("quiet@annuaire",),
    "longue phrase de passe": ("quiet@intranet",),
    "fonction importante, droits ordinaires": ("boss@annuaire", "boss@messagerie"),
    "compte d'une machine": (
        "sauvegarde@annuaire", "sauvegarde@intranet", "copieur@annuaire", "copieur@intranet", "copieur@messagerie",
        "alertes@messagerie", "site@messagerie",
    ),
}  # fmt: skip
SUSPECTED = {
    "personne partie, mais compte déjà fermé": ("parti", "dormant"),
    "départ prévu plus tard": ("parti",),
    "même nom qu'une personne partie et autre prénom": ("parti",),
    "long mot de passe tiré au hasard": ("organisation",),
    "absence prévue par la liste RH": ("dormant",),
    "compte créé depuis peu": ("dormant",),
    "connexion assez récente, après la date limite": ("dormant",),
    "longue phrase de passe": ("saison",),
    "fonction importante, droits ordinaires": ("sans-2fa",),
    "compte d'une machine": ("partage",),
}
"""The risks of which such an account only looks guilty: why it is good answers these and no other."""
TRAPS = {place: why for why, places in _LOOKS_SUSPICIOUS.items() for place in places}
"""Good accounts that only look suspicious, and why they are good."""
