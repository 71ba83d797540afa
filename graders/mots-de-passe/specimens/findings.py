"""Lines of a report and of a review, as a careful candidate writes them from the exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

AUDIT = ("Compte", "Système", "Risque", "Gravité", "Preuve", "Recommandation", "Source")
RIGHTS = ("Compte", "Système", "Action", "Motif")
Row = dict[str, str]

PROOFS = {
    "fuite": (
        "resultats.csv, trouvé par la liste de fuites",
        "Changer le mot de passe dès aujourd'hui",
        "CNIL 2022-100",
    ),
    "identifiant": ("resultats.csv, trouvé par l'identifiant", "Changer le mot de passe", "ANSSI-PG-078"),
    "organisation": ("resultats.csv, trouvé par le nom de l'organisation", "Changer le mot de passe", "ANSSI-PG-078"),
    "saison": ("resultats.csv, trouvé par saison et année", "Changer le mot de passe", "NIST SP 800-63B-4"),
    "reutilise": ("resultats.csv, même groupe qu'un autre compte", "Un mot de passe par compte", "Mandat"),
    "partage": ("colonne titulaire : plusieurs personnes", "Un compte par personne", "Mandat"),
    "empreinte-faible": ("intranet.csv, longueur de l'empreinte, sans sel", "Passer à Argon2id", "OWASP ASVS"),
    "dormant": ("derniere_connexion trop ancienne, aucune absence prévue", "Désactiver le compte", "Mandat"),
    "parti": ("rh.csv, départ passé, compte actif", "Désactiver le compte", "Mandat"),
    "sans-2fa": ("colonne second_facteur : non, droits d'administrateur", "Imposer un second facteur", "Mandat"),
}
REASONS = {
    "desactiver": "personne partie ou compte dormant",
    "second-facteur": "administrateur sans second facteur",
    "reduire": "droits non prévus par la liste RH",
}


def words(data: Mapping[str, Any], table: str = "vocabulary") -> dict[str, str]:
    """The imposed words, by identifier."""
    return {term["id"]: term["word"] for term in data[table]}


def line(data: Mapping[str, Any], account: str, system: str, kind: str, severity: str) -> Row:
    """One line of a report."""
    proof, advice, source = PROOFS[kind]
    cells = (account, system.capitalize(), words(data)[kind], severity, proof, advice, source)
    return dict(zip(AUDIT, cells, strict=True))


def report(data: Mapping[str, Any], *, without: Iterable[str] = ()) -> list[Row]:
    """Every finding, less those of some kinds."""
    left_out = set(without)
    return [
        line(data, f["account"], f["system"], f["kind"], f["severity"])
        for f in data["findings"]
        if f["kind"] not in left_out
    ]


def action(data: Mapping[str, Any], key: str, name: str) -> Row:
    """One line of a review of rights."""
    account, _, system = key.partition("@")
    return dict(zip(RIGHTS, (account, system.capitalize(), words(data, "actions")[name], REASONS[name]), strict=True))


def review(data: Mapping[str, Any]) -> list[Row]:
    """Every account something is to be done for."""
    return [action(data, key, name) for name, keys in data["rights"].items() for key in keys]


def grid(rows: Iterable[Row], titles: Iterable[str]) -> list[list[str]]:
    """Rows of cells under their titles."""
    titles = list(titles)
    return [titles, *([row[title] for title in titles] for row in rows)]


def places(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The accounts by their place in the plan."""
    return {account["place"]: account for account in data["accounts"]}
