"""Facts about the organisation: invented places and people, fiction-only numbers.

Phone numbers come from the ranges the French regulator keeps for fiction, mail
addresses from `.example`, postcodes from a department that does not exist.
"""

from __future__ import annotations

from etabli.exam.contract.draw import Draw

from .nouns import Setting, fold
from .shape import Host, Organisation

PHONES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")
STREETS = (
    "rue des Tanneurs", "rue de l'Abreuvoir", "quai des Saules", "avenue du Verger", "rue du Four à Chaux",
    "impasse des Glycines", "boulevard des Remparts", "place du Marché aux Noix", "rue de la Passerelle",
    "chemin des Vieux Pressoirs", "rue des Trois Fontaines", "allée des Charmilles",
)  # fmt: skip
TOWNS = (
    "Valbrenne", "Saint-Orvain-sur-Lanthe", "Fontrouvière", "Belcastaing", "Plessigny-le-Haut", "Roquebersac",
    "Villemarèche", "Orgeval-sur-Tharse", "Saint-Ambreuil-des-Prés", "Montcorvel",
)  # fmt: skip
FIRST_NAMES = (
    "Aline", "Bastien", "Chloé", "Didier", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Joël", "Karima", "Loïc",
    "Maëlys", "Nadir", "Océane", "Thaïs",
)  # fmt: skip
LAST_NAMES = (
    "Tharelle", "Moncourtel", "Brévanière", "Dorsivaux", "Escoublas", "Faugerelle", "Guimarault", "Hallonville",
    "Jussandeau", "Kervadran", "Lestrémont", "Orvalès", "Pernadeau", "Quérouvel",
)  # fmt: skip
HOSTS = (
    "Nuage des Monts", "Hébergis", "Baie Numérique", "Les Serveurs du Val", "Octopont", "Lanterne Hébergement",
)  # fmt: skip


def _phone(draw: Draw, prefix: str) -> str:
    return f"{prefix} {draw.below(100):02d} {draw.below(100):02d}"


def _postcode(draw: Draw) -> str:
    return f"96{draw.between(100, 989)}"


def _slug(text: str) -> str:
    kept = [c if c.isascii() and c.isalnum() else "-" for c in fold(text)]
    return "-".join(part for part in "".join(kept).split("-") if part)


def make_organisation(setting: Setting, draw: Draw) -> Organisation:
    """The facts that the brief gives and the legal notice repeats."""
    name = draw.one(setting.organisations)
    town, host_town = draw.some(TOWNS, 2)
    street, host_street = draw.some(STREETS, 2)
    prefix, host_prefix = draw.some(PHONES, 2)
    host = draw.one(HOSTS)
    return Organisation(
        name=name,
        kind=setting.kind,
        pitch=setting.pitch,
        street=f"{draw.between(2, 48)} {street}",
        postcode=_postcode(draw),
        city=town,
        phone=_phone(draw, prefix),
        email=f"contact@{_slug(name)}.example",
        director=f"{draw.one(FIRST_NAMES)} {draw.one(LAST_NAMES)}",
        host=Host(
            name=host,
            street=f"{draw.between(50, 98)} {host_street}",
            postcode=_postcode(draw),
            city=host_town,
            phone=_phone(draw, host_prefix),
        ),
    )
