"""What the company of the history is: its name, what it sells, whom it knows. A candidate's copy renames all of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Product:
    """One article: its kind decides its account and its VAT rate (see :data:`CATEGORIES`)."""

    code: str
    name: str
    kind: str
    family: str
    price: Decimal
    cost: Decimal


@dataclass(frozen=True)
class Customer:
    """A customer; the second address, when there is one, is where goods are delivered."""

    name: str
    town: tuple[str, str]
    street: str
    second: tuple[str, tuple[str, str]] | None = None


COMPANY = {
    "name": "Cycles du Ponant",
    "legal": "SARL",
    "siren": "852096379",
    "street": "14 quai de l'Armorique",
    "town": ("29200", "Brest"),
}

# kind: (name, type, revenue account, expense account, customer tax, supplier tax): XML ids of account_fr
CATEGORIES = {
    "made": ("Fabrication", "goods", "7011", "6011", "tva_vente_biens_taux_normal", "tva_achat_biens_taux_normal"),
    "goods": ("Négoce", "goods", "7071", "6071", "tva_vente_biens_taux_normal", "tva_achat_biens_taux_normal"),
    "parts": ("Pièces", "goods", "7072", "6072", "tva_vente_biens_taux_normal", "tva_achat_biens_taux_normal"),
    "books": ("Librairie", "goods", "7071", "6071", "tva_vente_biens_5_5", "tva_achat_biens_5_5"),
    "service": (
        "Prestations",
        "service",
        "706",
        "611",
        "tva_vente_services_taux_normal",
        "tva_achat_services_taux_normal",
    ),
    "carriage": ("Port", "service", "706", "6242", "tva_vente_services_taux_normal", "tva_achat_services_taux_normal"),
}


def _product(code: str, name: str, kind: str, family: str, price: str, cost: str) -> Product:
    return Product(code, name, kind, family, Decimal(price), Decimal(cost))


PRODUCTS = [
    _product("VC-220", "Vélo-cargo biporteur", "made", "Vélos-cargos", "2890", "1640"),
    _product("VC-340", "Triporteur d'artisan", "made", "Vélos-cargos", "3450", "2015"),
    _product("REM-100", "Remorque pliante", "made", "Remorques", "389.90", "214.50"),
    _product("VAE-28", "Vélo électrique 28 pouces", "goods", "Vélos", "1649", "1120"),
    _product("VTC-26", "Vélo tout chemin 26 pouces", "goods", "Vélos", "529.90", "348"),
    _product("CSQ-M", "Casque urbain", "goods", "Équipement", "49.95", "24.60"),
    _product("ANT-U", "Antivol en U", "goods", "Équipement", "39.90", "18.75"),
    _product("SAC-20", "Sacoche étanche 20 l", "goods", "Équipement", "64.50", "33.20"),
    _product("GRD-B", "Garde-boue bois", "goods", "Équipement", "42.30", "19.90"),
    _product("SIE-E", "Siège enfant", "goods", "Équipement", "118.60", "67.45"),
    _product("ECL-K", "Kit d'éclairage", "goods", "Équipement", "27.85", "12.40"),
    _product("BAT-500", "Batterie 500 Wh", "parts", "Pièces", "459", "302"),
    _product("MOT-C", "Moteur central", "parts", "Pièces", "612.40", "418"),
    _product("CAD-A", "Cadre acier", "parts", "Pièces", "348", "196.30"),
    _product("ROU-20", "Roue renforcée 20 pouces", "parts", "Pièces", "84.60", "47.10"),
    _product("PNE-20", "Pneu renforcé 20 pouces", "parts", "Pièces", "32.45", "15.90"),
    _product("PLA-D", "Plaquettes de frein", "parts", "Pièces", "14.35", "5.80"),
    _product("LIV-ENT", "L'Entretien du vélo (livre)", "books", "Librairie", "23.70", "14.20"),
    _product("LIV-ITI", "Itinéraires à vélo (livre)", "books", "Librairie", "18.48", "10.90"),
    _product("LIV-ATE", "L'Atelier participatif (livre)", "books", "Librairie", "29.36", "17.80"),
    _product("LIV-ENF", "Mon premier vélo (livre)", "books", "Librairie", "12.23", "7.15"),
    _product("REVIS", "Révision complète", "service", "Atelier", "79", "41"),
    _product("DIAG", "Diagnostic électrique", "service", "Atelier", "46.75", "24"),
    _product("MONT", "Montage et réglage", "service", "Atelier", "37.90", "19.50"),
    _product("MO-H", "Main-d'œuvre d'atelier (heure)", "service", "Atelier", "54.60", "28"),
    _product("FORM-J", "Formation à l'entretien (heure)", "service", "Formation", "68.25", "36"),
    _product("PORT", "Frais de port", "carriage", "Port", "18.90", "11.50"),
]

# What a finished product is made of: product, quantity for one.
RECIPES = {
    "VC-220": [("CAD-A", 1), ("MOT-C", 1), ("BAT-500", 1), ("ROU-20", 2), ("PNE-20", 2), ("PLA-D", 2)],
    "VC-340": [("CAD-A", 2), ("MOT-C", 1), ("BAT-500", 1), ("ROU-20", 3), ("PNE-20", 3), ("PLA-D", 3)],
    "REM-100": [("CAD-A", 1), ("ROU-20", 2), ("PNE-20", 2)],
}

TOWNS = [
    ("29200", "Brest"),
    ("29000", "Quimper"),
    ("35000", "Rennes"),
    ("44000", "Nantes"),
    ("56100", "Lorient"),
    ("22000", "Saint-Brieuc"),
    ("49000", "Angers"),
    ("17000", "La Rochelle"),
    ("01000", "Bourg-en-Bresse"),
    ("06400", "Cannes"),
]

_CUSTOMER_NAMES = [
    "L'Îlot d'Ébène",
    "3D Atelier",
    "Menuiserie Lefèvre",
    "Menuiserie Lefebvre",
    "Boulangerie du Pont-l'Évêque",
    "Les Paniers d'Aïcha",
    "Mairie de Plougonvelin",
    "Collège Saint-Exupéry",
    "Épicerie Chez Noël",
    "Garage Le Goff",
    "Fleurs & Façades",
    "SCOP L'Établi partagé",
    "Librairie Dialogue(s)",
    "Cabinet Guézennec",
    "Association Vélo-Cité",
    "Hôtel de l'Océan",
    "Camping des Abers",
    "Pharmacie Trébaol",
    "Ferme du Moulin-Neuf",
    "Traiteur Cœur d'Artichaut",
    "Imprimerie Œdipe",
    "Plomberie Kervella",
    "2 Roues Services",
    "Crèche Les Petits Goélands",
    "Office de tourisme du Léon",
    "Primeurs Jaouen",
    "Brasserie du Ménez",
    "Électricité Quéré",
    "Coursiers du Ponant",
    "Maison Le Bris",
    "Ateliers d'Armor",
    "Studio Ñandú",
    "Résidence Ty-Gwenn",
    "Lycée de l'Élorn",
    "Poissonnerie Séité",
    "Chocolaterie Haüy",
    "Centre social de Kerourien",
    "La Petite Reine d'Iroise",
    "Jardins de l'Aulne",
    "Torréfaction Rozenn",
    "Théâtre du Grain de sel",
    "Société Nautique de l'Aber",
    "Communauté de communes d'Iroise",
    "Cidrerie de l'Argoat",
    "Messagerie Express d'Ouest",
]
_STREETS = [
    "rue de la Gare",
    "rue des Écoles",
    "place de l'Église",
    "quai du Léon",
    "allée des Ajoncs",
    "rue d'Aiguillon",
]
_SECOND = {6: "Centre technique, route du Conquet", 15: "Annexe, 3 rue de la Grève", 28: "Dépôt, zone de Kergaradec"}

CUSTOMERS = [
    Customer(
        name,
        TOWNS[(index * 7) % len(TOWNS)],
        f"{1 + (index * 13) % 90} {_STREETS[index % len(_STREETS)]}",
        (_SECOND[index], TOWNS[(index * 3 + 1) % len(TOWNS)]) if index in _SECOND else None,
    )
    for index, name in enumerate(_CUSTOMER_NAMES)
]

SUPPLIERS = [
    "Cadres et Soudures de l'Ouest",
    "Moteurs Électra",
    "Accus de France",
    "Roues Gauthier",
    "Pneumatiques Dufour",
    "Éditions du Guidon",
    "Équipements Urbains",
    "Vélodis Distribution",
    "Freins & Transmissions",
    "Transports Abgrall",
]

EMPLOYEES = [
    "Maëlle Kerdoncuff",
    "Yann Le Roux",
    "Inès Belkacem",
    "Théo Guillou",
    "Chloé L'Hostis",
    "Hugo Pérennès",
    "Nolwenn Abiven",
    "Samuel Diallo",
]

ACTIVITIES = ["Fabrication", "Atelier de réparation", "Vente et conseil", "Administration", "Livraison", "Formation"]
