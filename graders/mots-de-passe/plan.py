"""What is planted, the same for every candidate: which account has which weakness, and which only looks as if.

Names, dates, passwords and order change from one candidate to the next; the numbers of each kind never do, so that
all have as much to find. An account is written ``slot@system``.
"""

from __future__ import annotations

from .people import SLOTS

SHARED = {"accueil": "Équipe accueil", "stagiaires": "Tous les stagiaires", "boutique": "Équipe de la boutique",
          "contact": "Équipe administrative"}  # fmt: skip
MACHINES = ("sauvegarde", "copieur", "alertes", "site")

_NOT_IN_INTRANET = {"newcomer", "boss"}
_NOT_IN_MAIL = {"left2", "exc1", "adm2", "dup2", "dup3", "dorm2", "dorm5", "p7"}

MEMBERS = {
    "annuaire": (*SLOTS, "accueil", "stagiaires", "sauvegarde", "copieur"),
    "intranet": (*(s for s in SLOTS if s not in _NOT_IN_INTRANET), "accueil", "boutique", "sauvegarde", "copieur"),
    "messagerie": (*(s for s in SLOTS if s not in _NOT_IN_MAIL), "contact", "copieur", "alertes", "site"),
}
"""Who has an account where: 36 + 34 + 28 = 98."""

PASSWORDS = {
    "fuite": ("p1@annuaire", "dorm2@annuaire", "p2@intranet", "p3@intranet", "p4@messagerie", "absent@messagerie"),
    "identifiant": ("adm1@annuaire", "p5@annuaire", "p6@intranet", "p1@messagerie"),
    "organisation": ("p2@annuaire", "stagiaires@annuaire", "dorm1@intranet", "p5@messagerie"),
    "saison": ("p3@annuaire", "dorm3@annuaire", "exc2@intranet", "p4@intranet", "p6@messagerie"),
}
"""How weak passwords are made; one account, one way."""

GROUPS = (
    ("dup1@annuaire", "dup1@intranet", "dup1@messagerie"),
    ("dup2@annuaire", "dup3@annuaire"),
    ("adm3@annuaire", "adm3@intranet"),
)
"""Accounts that have one and the same password, good in itself."""

MD5 = ("p2", "p6", "exc2", "p1", "p5")
SHA1 = ("p3", "dorm1", "dup1", "p7", "dorm4")
"""Intranet accounts whose hash has no salt."""

DORMANT = ("dorm1@annuaire", "dorm2@intranet", "dorm3@messagerie", "dorm4@annuaire", "dorm5@intranet")
DISABLED = ("gone@annuaire", "gone@intranet", "gone@messagerie", "left2@intranet", "left3@annuaire")
ADMINS = ("adm1@annuaire", "adm2@annuaire", "exc1@annuaire", "adm1@intranet", "adm3@intranet", "adm4@intranet",
          "exc2@intranet", "adm4@messagerie", "exc3@messagerie")  # fmt: skip
ADMINS_WITHOUT = ("adm2@annuaire", "adm1@intranet", "adm4@intranet", "adm4@messagerie")

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
    "personne partie, mais compte déjà fermé": ("gone@annuaire", "gone@intranet", "gone@messagerie"),
    "départ prévu plus tard": ("leaving@annuaire", "leaving@intranet", "leaving@messagerie"),
    "homonyme d'une personne partie": ("homonym@annuaire", "homonym@intranet"),
    "long mot de passe tiré au hasard": ("homonym@messagerie",),
    "absence prévue par la liste RH": ("absent@annuaire", "absent@intranet"),
    "compte créé depuis peu": ("newcomer@annuaire", "newcomer@messagerie"),
    "dernière connexion avant la limite": ("quiet@annuaire",),
    "longue phrase de passe": ("quiet@intranet",),
    "fonction importante, droits ordinaires": ("boss@annuaire", "boss@messagerie"),
    "compte d'une machine": (
        "sauvegarde@annuaire", "sauvegarde@intranet", "copieur@annuaire", "copieur@intranet", "copieur@messagerie",
        "alertes@messagerie", "site@messagerie",
    ),
}  # fmt: skip
TRAPS = {place: why for why, places in _LOOKS_SUSPICIOUS.items() for place in places}
"""Good accounts that only look suspicious, and why they are good."""
