"""Invented organisations: what they do, where they are, and the word people put in their passwords.

Phone numbers come from the ranges the French regulator keeps for fiction, addresses from `.example`,
postcodes from a department that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold

from .shape import Organisation


@dataclass(frozen=True)
class Decor:
    """One decor."""

    article: str
    name: str
    short: str
    kind: str
    pitch: str


ORGANISATIONS = (
    Decor("la ", "Régie de quartier Solvanne", "Solvanne", "une régie de quartier",
                 "Elle entretient les espaces communs et accueille les habitants."),
    Decor("la ", "Ressourcerie Trémaille", "Tremaille", "une ressourcerie",
                 "Elle collecte, répare et revend des objets qui ont déjà servi."),
    Decor("la ", "Coopérative Bourgelin", "Bourgelin", "une coopérative agricole",
                 "Elle collecte et vend les légumes de ses adhérents."),
    Decor("l'", "Association Passerive", "Passerive", "une association d'aide à domicile",
                 "Elle organise les visites d'auxiliaires chez des personnes âgées."),
    Decor("le ", "Bureau d'études Kervance", "Kervance", "un bureau d'études",
                 "Il dessine des réseaux d'eau pour les communes."),
    Decor("le ", "Centre culturel Orbelune", "Orbelune", "un centre culturel",
                 "Il programme des spectacles et prête ses salles."),
    Decor("les ", "Transports Malvique", "Malvique", "une entreprise de transport",
                 "Elle livre des colis dans trois départements."),
    Decor("la ", "Maison de santé Clairoux", "Clairoux", "une maison de santé",
                 "Elle réunit des soignants et tient leurs rendez-vous."),
)  # fmt: skip

PARTNERS = (
    ("", "Vergnac Conseil"),
    ("les ", "Toitures Delmasse"),
    ("le ", "Cabinet Louvinières"),
    ("l'", "Imprimerie Fauquelle"),
)
"""Article and name."""
TOWNS = ("Valbrenne", "Fontrouviere", "Belcastaing", "Roquebersac", "Villemareche", "Montcorvel", "Plessignac")
ACCENTED = {"Fontrouviere": "Fontrouvière", "Villemareche": "Villemarèche"}
STREETS = ("rue des Tanneurs", "quai des Saules", "avenue du Verger", "rue de la Passerelle", "allée des Charmilles")
PHONES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")


def make_organisation(draw: Draw) -> Organisation:
    """The facts that the brief gives."""
    decor, town = draw.one(ORGANISATIONS), draw.one(TOWNS)
    domain = f"{fold(decor.short)}.example"
    return Organisation(
        name=decor.name,
        with_article=f"{decor.article}{decor.name}",
        short=decor.short,
        kind=decor.kind,
        pitch=decor.pitch,
        street=f"{draw.between(2, 48)} {draw.one(STREETS)}",
        postcode=f"96{draw.between(100, 989)}",
        city=ACCENTED.get(town, town),
        town_word=town,
        phone=f"{draw.one(PHONES)} {draw.below(100):02d} {draw.below(100):02d}",
        email=f"contact@{domain}",
        domain=domain,
    )
