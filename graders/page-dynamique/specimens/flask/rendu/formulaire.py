"""Lecture et contrôle de ce que le visiteur a tapé."""

import re
from datetime import date

import fiches

CHAMPS = ("nom", "categorie", "lieu", "prix", "jour", "description")


def saisie(formulaire):
    """Les textes envoyés, sans espaces autour."""
    return {champ: formulaire.get(champ, "").replace("\r\n", "\n").strip() for champ in CHAMPS}


def erreurs(saisie):
    """Les messages à afficher : nom du champ → message."""
    messages = {}
    if not 1 <= len(saisie["nom"]) <= 120:
        messages["nom"] = "Indiquez un nom, de 120 caractères au plus."
    if saisie["categorie"] not in fiches.categories():
        messages["categorie"] = "Choisissez une ligne de cette liste."
    if saisie["lieu"] not in fiches.lieux():
        messages["lieu"] = "Choisissez une ligne de cette liste."
    if not re.fullmatch(r"([0-9]{1,6}([.,][0-9]{1,2})?)?", saisie["prix"]):
        messages["prix"] = "Écrivez un nombre sans signe, par exemple 12,50. Vous pouvez laisser vide."
    if not est_une_date(saisie["jour"]):
        messages["jour"] = "Choisissez une date qui existe."
    if len(saisie["description"]) > 2000:
        messages["description"] = "Écrivez 2000 caractères au plus."
    return messages


def est_une_date(texte):
    try:
        return date.fromisoformat(texte).isoformat() == texte
    except ValueError:
        return False


def fiche(saisie):
    """La saisie prête pour la base : ce qui est resté vide devient NULL."""
    return saisie | {
        "prix": saisie["prix"].replace(",", ".") or None,
        "description": saisie["description"] or None,
    }


def saisie_de(fiche):
    """L'inverse : une fiche de la base, comme le visiteur l'aurait tapée."""
    return {
        "nom": fiche["nom"],
        "categorie": str(fiche["categorie_id"]),
        "lieu": str(fiche["lieu_id"]),
        "prix": "" if fiche["prix"] is None else str(fiche["prix"]).replace(".", ","),
        "jour": fiche["jour"].isoformat(),
        "description": fiche["description"] or "",
    }
