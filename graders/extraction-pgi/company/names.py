"""Invented people, places and companies: plausible in French, and nobody's."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from etabli.exam.contract.draw import Draw

FIRST_NAMES = (
    "Aline", "Bastien", "Chloé", "Didier", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Joël", "Karima", "Loïc",
    "Maëlys", "Nadir", "Océane", "Paulin", "Quitterie", "Rachid", "Solène", "Thaïs", "Ulysse", "Violette", "Wassim",
    "Xénia", "Yaëlle", "Zacharie", "Bérénice", "Corentin", "Daphné", "Fabrice", "Gwladys", "Hélori", "Isaure",
    "Jocelyn", "Kenza", "Léonie", "Marius", "Noémie", "Oscar", "Pénélope", "Rémi", "Sidonie", "Tristan", "Ysé",
)  # fmt: skip
_BEGINNINGS = (
    "Aubre", "Bessar", "Brévan", "Capde", "Corbe", "Dorsi", "Drouin", "Escou", "Estiva", "Fauge", "Fontau", "Gardou",
    "Guima", "Hallon", "Isam", "Jala", "Jussan", "Kerva", "Lestré", "Lorme", "Miran", "Moncour", "Noirva", "Ource",
    "Perna", "Pradi", "Quérou", "Rambei", "Rouvre", "Salva", "Sauvi", "Thare", "Tourna", "Tressan", "Valmi", "Vauce",
)  # fmt: skip
_ENDINGS = ("deau", "gnan", "bert", "lin", "sac", "tel", "val", "vier", "dran", "celle", "rac", "tin", "mont")
ALIKE = (
    ("Lefèvre", "Lefebvre"), ("Meunier", "Meûnier"), ("Moreau", "Moreaux"), ("Gauthier", "Gautier"),
    ("Renaud", "Renault"), ("Lemaire", "Lemaître"), ("Blanchard", "Blanchart"), ("Côté", "Cotté"),
    ("Vasseur", "Vavasseur"), ("Bénard", "Besnard"), ("Joly", "Jolly"), ("Rivière", "Rivierre"),
)  # fmt: skip
"""Two surnames that are easily taken for one another."""
_TOWN_HEADS = (
    "Valbrenne", "Fontrouvière", "Belcastaing", "Roquebersac", "Villemarèche", "Montcorvel", "Plessigny", "Orvernay",
    "Chantelouvre", "Brezolac", "Mirevaux", "Saint-Orvain", "Saint-Ambreuil", "Sainte-Ulmine", "Castelmaure",
    "Rochegalbe", "Vernoille", "Auzeville-Blanche", "Pontaubrac", "Grandselve-Neuve", "Kerlédan", "Lanvézec",
    "Hautecombelle", "Marsillane", "Évrinac", "Ôtremont", "Beaurevel", "Cressenac", "Dourvières", "Longepré",
)  # fmt: skip
_TOWN_TAILS = (
    "",
    "",
    "",
    "-sur-Tharse",
    "-le-Haut",
    "-des-Prés",
    "-la-Forêt",
    "-en-Vercel",
    "-sur-Lanthe",
    "-l'Abbaye",
)
_STREETS = (
    "rue des Tanneurs", "rue de l'Abreuvoir", "quai des Saules", "avenue du Verger", "rue du Four à Chaux",
    "impasse des Glycines", "boulevard des Remparts", "place du Marché aux Noix", "rue de la Passerelle",
    "chemin des Vieux Pressoirs", "rue des Trois Fontaines", "allée des Charmilles", "rue de l'Écluse",
    "avenue de la Gare", "rue des Sabotiers", "cours de l'Yser", "sentier des Ajoncs", "rue du Puits-Doré",
)  # fmt: skip
_SITES = ("Dépôt", "Entrepôt", "Annexe", "Site nord", "Réserve", "Atelier", "Quai de livraison")
_KINDS = (
    "Menuiserie", "Boulangerie", "Garage", "Librairie", "Pharmacie", "Plomberie", "Imprimerie", "Épicerie", "Brasserie",
    "Électricité", "Traiteur", "Cabinet", "Maison", "Ateliers", "Transports", "Serrurerie", "Hôtel", "Pépinières",
    "Fromagerie", "Charpentes", "Couverture", "Papeterie", "Établissements", "Domaine", "Métallerie",
)  # fmt: skip
_PUBLIC = ("Mairie de {town}", "Collège de {town}", "Office de tourisme de {town}", "Centre social de {town}",
           "Lycée de {town}", "Médiathèque de {town}")  # fmt: skip
_APOSTROPHE = (
    "L'Îlot d'{thing}", "L'Étal d'{thing}", "L'Atelier d'{thing}", "Les Jardins d'{thing}", "Au Cœur d'{thing}",
    "L'Œuvre d'{thing}", "Aux Délices d'{thing}",
)  # fmt: skip
_THINGS = (
    "Étincelle",
    "Amélie",
    "Émeraude",
    "Artichaut",
    "Aïcha",
    "Élise",
    "Orphée",
    "Ambroisie",
    "Éole",
    "Iroise",
    "Opale",
)
_DIGIT = (
    "3D {name}", "2 Roues {name}", "4 Saisons {name}", "7 à la Maison {name}", "1001 Idées {name}",
    "3 Petits Pas {name}", "5 Sens {name}", "100 % {name}",
)  # fmt: skip
_SUPPLY = ("Comptoir", "Négoce", "Fournitures", "Distribution", "Industries", "Manufacture", "Forges", "Équipements")
_PHONES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")
_MOBILE = "06 39 98"
LEGAL = ("SARL", "SAS", "SCOP", "EURL")


@dataclass(frozen=True)
class Place:
    """A postal address."""

    street: str
    postal_code: str
    town: str


def plain(text: str) -> str:
    """Returns only the letters and digits of a text, without accents, in lower case: for a mail address."""
    text = text.replace("œ", "oe").replace("Œ", "Oe")
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in bare if letter.isalnum())


class Namer:
    """Gives names, never the same twice."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self._surnames = iter(draw.shuffled([head + tail for head in _BEGINNINGS for tail in _ENDINGS]))
        self._first_names = iter(draw.shuffled(FIRST_NAMES * 3))
        self._towns = iter(draw.shuffled([head + tail for head in _TOWN_HEADS for tail in dict.fromkeys(_TOWN_TAILS)]))
        self._phones = iter(draw.some(range(10000), 400))

    def surname(self) -> str:
        """An invented surname."""
        return next(self._surnames)

    def person(self) -> str:
        """A first name and a surname."""
        return f"{next(self._first_names)} {self.surname()}"

    def town(self) -> tuple[str, str]:
        """A postal code (of a number no department has) and an invented town."""
        return f"{self.draw.one((96, 99))}{self.draw.between(10, 98)}0", next(self._towns)

    def place(self, site: bool = False) -> Place:
        """An address; the name of a site comes first when it is a second address."""
        street = f"{self.draw.between(1, 118)} {self.draw.one(_STREETS)}"
        return Place(f"{self.draw.one(_SITES)}, {street}" if site else street, *self.town())

    def phone(self, mobile: bool = False) -> str:
        """A number from the ranges kept for fiction."""
        four = next(self._phones)
        return f"{_MOBILE if mobile else self.draw.one(_PHONES)} {four // 100:02d} {four % 100:02d}"

    def siren(self) -> str:
        """Nine digits whose last one is a Luhn key."""
        digits = str(self.draw.between(3, 8)) + "".join(str(self.draw.below(10)) for _ in range(7))
        return digits + luhn(digits)

    def customers(self, count: int) -> list[str]:
        """Names of customers: first two that are easily confused, then one with a digit, apostrophes, public bodies."""
        kind = self.draw.one(_KINDS)
        names = [f"{kind} {surname}" for surname in self.draw.one(ALIKE)]
        names += [pattern.format(name=self.surname()) for pattern in self.draw.some(_DIGIT, 2)]
        things = self.draw.shuffled(_THINGS)
        names += [p.format(thing=t) for p, t in zip(self.draw.some(_APOSTROPHE, 5), things, strict=False)]
        names += [pattern.format(town=self.town()[1]) for pattern in self.draw.some(_PUBLIC, 4)]
        return names + [f"{self.draw.one(_KINDS)} {self.surname()}" for _ in range(count - len(names))]

    def supplier(self) -> str:
        """The name of a supplier."""
        return f"{self.draw.one(_SUPPLY)} {self.surname()}"


def luhn(digits: str) -> str:
    """Returns the key that makes a number pass Luhn's check."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
