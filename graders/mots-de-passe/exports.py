"""What the candidate receives in ``donnees/``: the exports of the three systems, the HR list, results, lists."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold

from . import plan
from .hashing import make_hash
from .leak import hibp_lines
from .people import FIRST_NAMES, LAST_NAMES, Person
from .shape import Account, Card, Employee, External, Variant

EXTERNALS = 4
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip
RESULTS = {"fuite": "liste de fuites", "identifiant": "identifiant", "organisation": "organisation", "saison": "saison"}
NOT_FOUND = "non trouvé"

COLUMNS = {
    "audit": ("compte", "système", "risque", "gravité", "preuve", "recommandation", "source"),
    "droits": ("compte", "système", "action", "motif"),
}


def _cards(titles: tuple[str, ...], *rows: tuple[str, ...]) -> tuple[Card, ...]:
    return tuple(dict(zip(titles, row, strict=True)) for row in rows)


POLICY_FORM = _cards(
    ("key", "label", "values"),
    ("minimum", "Longueur minimale, utilisateurs", "un nombre de caractères"),
    ("admin_minimum", "Longueur minimale, administrateurs", "un nombre de caractères"),
    ("classes", "Classes de caractères exigées", "de 0 à 4"),
    ("list", "Liste de mots refusés", "oui ou non"),
    ("words", "Mots refusés", "des mots, séparés par des espaces"),
    ("renewal", "Renouvellement forcé, utilisateurs", "jamais, ou un nombre de jours"),
    ("admin_renewal", "Renouvellement forcé, administrateurs", "jamais, ou un nombre de jours"),
    ("factor", "Second facteur", "tous, administrateurs ou personne"),
    ("tries", "Essais avant blocage", "un nombre, ou aucun"),
)
FILES = _cards(
    ("name", "means"),
    ("intranet.csv", "la table des utilisateurs de l'intranet, avec les empreintes"),
    ("annuaire.csv", "l'export de l'annuaire"),
    ("messagerie.csv", "l'export de la messagerie, avec les empreintes"),
    ("rh.csv", "la liste des ressources humaines"),
    ("resultats.csv", "les résultats d'un essai de mots de passe déjà fait, sans aucun mot de passe"),
    ("fuites.txt", "notre liste de fuites, en SHA-1, du même format que Have I Been Pwned"),
    ("mots-frequents.txt", "les mots de passe de cette liste, du plus fréquent au plus rare"),
    ("john-messagerie.txt", "les empreintes de la messagerie, au format de john"),
    ("migration-exemple.jsonl", "trois lignes d'exemple pour le script de migration"),
)
MIGRATION_KINDS = _cards(
    ("word", "example"),
    ("MD5 sans sel", "32 chiffres hexadécimaux"),
    ("SHA-1 sans sel", "40 chiffres hexadécimaux"),
    ("SHA-256 avec sel", "sha256$sel$empreinte, où empreinte = SHA-256 du sel et du mot de passe, collés"),
    ("bcrypt", "$2y$…"),
    ("Argon2id", "$argon2id$v=19$…"),
)


def french(day: date) -> str:
    """A date in words: ``1er mars 2026``."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def employee(person: Person) -> Employee:
    """A line of the HR list."""
    return Employee(
        matricule=person.number,
        nom=person.last,
        prenom=person.first,
        fonction=person.job,
        service=person.service,
        entree=person.entered.isoformat(),
        depart=person.left.isoformat() if person.left else "",
        absence_jusqu_au=person.absent_until.isoformat() if person.absent_until else "",
        habilitations=", ".join(person.administers),
    )


def make_externals(draw: Draw, today: date) -> tuple[External, ...]:
    """Accounts of the partner in the directory: they look neglected, and are out of the mandate's scope."""
    rows = []
    for first, last in zip(draw.some(FIRST_NAMES, EXTERNALS), draw.some(LAST_NAMES, EXTERNALS), strict=True):
        login = f"ext-{fold(first)[0]}{fold(last).replace(' ', '')}"
        seen = today - timedelta(days=draw.between(210, 400))
        made = today - timedelta(days=draw.between(900, 1400))
        rows.append(External(login, f"{first} {last}", seen.isoformat(), made.isoformat()))
    return tuple(rows)


def make_results(draw: Draw, own: plan.Plan, accounts: Sequence[Account]) -> tuple[Card, ...]:
    """The supplied run: one line per account, which test found its password, and which have the same."""
    found = {place: RESULTS[kind] for kind, places in own.passwords.items() for place in places}
    groups = {place: f"G{rank}" for rank, group in enumerate(draw.shuffled(own.groups), 1) for place in group}
    return tuple(
        {
            "compte": account.login,
            "systeme": account.system,
            "resultat": found.get(account.place, NOT_FOUND),
            "groupe": groups.get(account.place, ""),
            "remarque": plan.REMARKS.get(account.place, ""),
        }
        for account in accounts
    )


def make_files(variant: Variant) -> dict[str, bytes]:
    """All files, by name."""
    accounts = {name: [a for a in variant.accounts if a.system == name] for name in plan.SYSTEMS}
    words = [word for word, _ in variant.leak]
    mail = [f"{account.login}:{account.hash}" for account in accounts["messagerie"]]
    return {
        "intranet.csv": _csv([_web_row(account) for account in accounts["intranet"]]),
        "annuaire.csv": _csv(_directory(variant, accounts["annuaire"])),
        "messagerie.csv": _csv([_web_row(account) for account in accounts["messagerie"]]),
        "rh.csv": _csv(sorted(map(asdict, variant.people), key=lambda row: row["nom"])),
        "resultats.csv": _csv(variant.results),
        "fuites.txt": _lines(hibp_lines(variant.leak)),
        "mots-frequents.txt": _lines(words),
        "john-messagerie.txt": _lines(mail),
        "migration-exemple.jsonl": _lines(examples()),
    }


def _web_row(account: Account) -> dict[str, str]:
    return {
        "compte": account.login,
        "titulaire": account.holder,
        "courriel": account.email,
        **_state(account),
        "empreinte": account.hash,
    }


def _state(account: Account) -> dict[str, str]:
    return {
        "droits": "administrateur" if account.admin else "utilisateur",
        "actif": "oui" if account.active else "non",
        "derniere_connexion": account.last_login,
        "second_facteur": "oui" if account.second_factor else "non",
        "cree_le": account.created,
    }


def _directory(variant: Variant, accounts: Sequence[Account]) -> list[dict[str, str]]:
    rows = [
        {
            "compte": account.login,
            "titulaire": account.holder,
            "service": account.service,
            "groupes": "Administrateurs" if account.admin else account.service,
            **_state(account),
        }
        for account in accounts
    ]
    rows += [
        {
            "compte": external.login,
            "titulaire": external.holder,
            "service": variant.partner["name"],
            "groupes": "Partenaires",
            "droits": "utilisateur",
            "actif": "oui",
            "derniere_connexion": external.last_login,
            "second_facteur": "non",
            "cree_le": external.created,
        }
        for external in variant.externals
    ]
    return sorted(rows, key=lambda row: row["compte"])


def examples() -> list[str]:
    """Three lines of nobody, the same for all."""
    lines = (
        ("exemple1", "tournevis-ardoise-12", "md5"),
        ("exemple2", "tournevis-ardoise-12", "sha256"),
        ("exemple3", "rideau-9", "bcrypt"),
    )
    return [
        json.dumps({"login": login, "mot_de_passe": word, "empreinte": make_hash(scheme, word, bytes(16), cost=5)})
        for login, word, scheme in lines
    ]


def _csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """As a French spreadsheet opens it with a double click: semicolons, UTF-8 with its mark, CRLF."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def _lines(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
