"""What a small company may make, sell and repair: the words of ten trades, invented series included."""

from __future__ import annotations

from dataclasses import dataclass

from etabli.exam.contract.draw import Draw

Article = tuple[str, float]
"""A name, and about what one costs before tax."""


@dataclass(frozen=True)
class Trade:
    """The words of a trade, by class of article; prices are only orders of magnitude."""

    sign: str
    activity: str
    made: tuple[Article, ...]
    goods: tuple[Article, ...]
    parts: tuple[Article, ...]
    books: tuple[Article, ...]
    service: tuple[Article, ...]
    families: tuple[str, ...]
    tasks: tuple[str, ...]


SERIES = (
    "Alizé", "Boréal", "Cormoran", "Delta", "Écume", "Fjord", "Galion", "Horizon", "Indigo", "Jaspe", "Kéa", "Lynx",
    "Mistral", "Nacre", "Océan", "Paladin", "Quartz", "Rivage", "Safran", "Topaze", "Ultra", "Véga", "Zéphyr", "Ambre",
)  # fmt: skip
TASKS = ("Administration", "Vente et conseil", "Livraison")

TRADES = (
    Trade(
        "Cycles",
        "fabrication, vente et réparation de vélos",
        (("Vélo-cargo biporteur", 2890), ("Triporteur d'artisan", 3450), ("Remorque pliante", 390),
         ("Vélo allongé", 2240)),
        (("Vélo électrique", 1650), ("Vélo tout chemin", 530), ("Casque urbain", 50), ("Antivol en U", 40),
         ("Sacoche étanche", 65), ("Kit d'éclairage", 28), ("Siège enfant", 110), ("Pompe à pied", 35)),
        (("Batterie 500 Wh", 459), ("Moteur central", 612), ("Cadre acier", 348), ("Roue renforcée", 85),
         ("Pneu renforcé", 32), ("Plaquettes de frein", 14), ("Chaîne 9 vitesses", 24)),
        (("L'Entretien du vélo (livre)", 24), ("Itinéraires à vélo (livre)", 18),
         ("Mécanique du cycle (livre)", 31)),
        (("Révision complète", 79), ("Main-d'œuvre d'atelier (heure)", 55),
         ("Formation à l'entretien (heure)", 68)),
        ("Vélos-cargos", "Vélos", "Équipement", "Pièces", "Librairie", "Atelier"),
        ("Fabrication", "Atelier de réparation"),
    ),
    Trade(
        "Lutherie",
        "fabrication, vente et réparation d'instruments à cordes",
        (("Guitare d'étude", 690), ("Mandoline d'atelier", 1180), ("Vielle de concert", 2450),
         ("Violon d'atelier", 1890)),
        (("Ukulélé soprano", 89), ("Étui rigide", 145), ("Pupitre pliant", 32), ("Accordeur à pince", 19),
         ("Métronome mécanique", 48), ("Capodastre", 16), ("Housse matelassée", 58), ("Archet d'étude", 95)),
        (("Table d'harmonie en épicéa", 128), ("Manche en érable", 164), ("Mécaniques dorées", 72),
         ("Jeu de cordes", 14), ("Chevalet ébène", 27), ("Sillet en os", 9), ("Touche ébène", 46)),
        (("Méthode de guitare (livre)", 21), ("L'Âme du violon (livre)", 29), ("Chansons à jouer (livre)", 17)),
        (("Réglage complet", 74), ("Main-d'œuvre de lutherie (heure)", 58), ("Cours collectif (heure)", 46)),
        ("Instruments", "Étude", "Accessoires", "Bois et pièces", "Librairie", "Atelier"),
        ("Fabrication", "Réparation et réglage"),
    ),
    Trade(
        "Ruchers",
        "fabrication et vente de matériel d'apiculture",
        (("Ruche Dadant 10 cadres", 148), ("Extracteur inox 4 cadres", 620), ("Maturateur 100 kg", 285),
         ("Ruchette 6 cadres", 96)),
        (("Enfumoir inox", 42), ("Combinaison intégrale", 96), ("Lève-cadres", 13), ("Gants de cuir", 24),
         ("Nourrisseur couvre-cadres", 17), ("Brosse à abeilles", 8), ("Couteau à désoperculer", 36),
         ("Voile d'apiculteur", 29)),
        (("Planches de peuplier rabotées", 54), ("Cuve inox", 176), ("Robinet à miel", 21),
         ("Pieds réglables", 18), ("Toit tôlé", 19), ("Fil et visserie", 7), ("Grille d'aération", 12)),
        (("L'Année au rucher (livre)", 26), ("Plantes mellifères (livre)", 22),
         ("Soigner les abeilles (livre)", 34)),
        (("Visite de rucher", 85), ("Montage d'atelier (heure)", 44), ("Initiation au rucher (heure)", 39)),
        ("Ruches", "Miellerie", "Tenues", "Bois et pièces", "Librairie", "Conseil"),
        ("Fabrication", "Visites de ruchers"),
    ),
    Trade(
        "Établis",
        "fabrication et vente de mobilier d'atelier",
        (("Établi de menuisier", 1140), ("Servante à outils", 460), ("Banc de scie repliable", 830),
         ("Armoire d'atelier", 690)),
        (("Serre-joint 600 mm", 38), ("Étau parallèle", 129), ("Tréteau réglable", 54), ("Lampe articulée", 67),
         ("Tapis antifatigue", 49), ("Coffret de forets", 43), ("Aspirateur d'établi", 215),
         ("Niveau magnétique", 26)),
        (("Plateau de hêtre", 268), ("Piètement acier", 184), ("Tiroir à glissières", 92),
         ("Presse d'établi", 118), ("Roulettes à frein", 34), ("Quincaillerie d'assemblage", 11),
         ("Vernis mat", 29)),
        (("Assemblages du bois (livre)", 32), ("L'Affûtage à la main (livre)", 19),
         ("Plans d'atelier (livre)", 27)),
        (("Pose sur place", 145), ("Usinage à façon (heure)", 62), ("Stage de menuiserie (heure)", 41)),
        ("Mobilier", "Rangement", "Outillage", "Composants", "Librairie", "Services"),
        ("Menuiserie", "Pose chez les clients"),
    ),
    Trade(
        "Enseignes",
        "fabrication, pose et entretien d'enseignes",
        (("Enseigne lumineuse", 1280), ("Totem d'accueil", 1960), ("Panneau directionnel", 340),
         ("Caisson double face", 870)),
        (("Plaque professionnelle", 78), ("Chevalet de trottoir", 112), ("Cadre affiche A2", 36),
         ("Drapeau publicitaire", 89), ("Porte-menu", 58), ("Vitrophanie au mètre", 23),
         ("Panneau de chantier", 64), ("Kakémono à enrouleur", 98)),
        (("Profilé aluminium", 46), ("Modules de LED", 84), ("Alimentation 24 V", 57), ("Plexiglas opale", 73),
         ("Visserie inox", 9), ("Film adhésif", 31), ("Platine de fixation", 27)),
        (("Lettres et enseignes (livre)", 36), ("Couleurs de vitrine (livre)", 24),
         ("L'Art du pochoir (livre)", 18)),
        (("Étude et relevé", 120), ("Pose en hauteur (heure)", 76), ("Création graphique (heure)", 64)),
        ("Enseignes", "Signalétique", "Affichage", "Matières", "Librairie", "Pose"),
        ("Fabrication", "Pose et entretien"),
    ),
    Trade(
        "Serres",
        "fabrication et vente de serres et de matériel de jardin",
        (("Serre adossée", 1640), ("Châssis de semis", 295), ("Serre tunnel", 980),
         ("Carré potager surélevé", 240)),
        (("Sécateur forgé", 47), ("Arrosoir zingué", 39), ("Composteur 400 l", 86), ("Brouette bois", 158),
         ("Fourche-bêche", 54), ("Récupérateur d'eau", 124), ("Voile d'hivernage", 21), ("Semoir à main", 33)),
        (("Vitrage trempé", 112), ("Profilé de serre", 68), ("Ouvre-lucarne", 49), ("Planche de mélèze", 37),
         ("Joint EPDM", 13), ("Visserie de jardin", 8), ("Ancrage de sol", 26)),
        (("Le Potager d'hiver (livre)", 25), ("Semis et boutures (livre)", 20), ("L'Eau au jardin (livre)", 28)),
        (("Montage de serre", 190), ("Conseil au jardin (heure)", 52), ("Atelier de taille (heure)", 38)),
        ("Serres", "Outils", "Arrosage", "Composants", "Librairie", "Services"),
        ("Fabrication", "Montage"),
    ),
    Trade(
        "Voilerie",
        "fabrication et réparation de voiles et de sellerie",
        (("Grand-voile de croisière", 1890), ("Taud de mouillage", 640), ("Bôme-sac", 480),
         ("Capote de roof", 1120)),
        (("Gilet d'aide à la flottabilité", 96), ("Bout de mouillage 20 m", 48), ("Pare-battage", 27),
         ("Sac étanche 40 l", 52), ("Manille inox", 12), ("Poulie à billes", 66), ("Harnais de quart", 134),
         ("Lampe frontale marine", 41)),
        (("Toile de Dacron au mètre", 38), ("Sangle polyester", 9), ("Latte fibre de verre", 45),
         ("Fermeture marine", 33), ("Œillets laiton", 7), ("Fil tressé", 16), ("Mousse de sellerie", 58)),
        (("Coudre une voile (livre)", 30), ("Nœuds et épissures (livre)", 16), ("L'Abri côtier (livre)", 37)),
        (("Révision de voile", 110), ("Couture d'atelier (heure)", 56), ("Cours de matelotage (heure)", 43)),
        ("Voiles", "Sécurité", "Accastillage", "Matières", "Librairie", "Atelier"),
        ("Coupe et couture", "Réparation"),
    ),
    Trade(
        "Fournils",
        "fabrication et entretien de matériel de boulangerie",
        (("Pétrin à spirale", 2860), ("Chambre de pousse", 3180), ("Chariot à grilles", 540),
         ("Tour réfrigéré", 2490)),
        (("Balance de précision", 168), ("Panneton osier", 19), ("Lame de boulanger", 14),
         ("Toile de couche", 31), ("Plaque perforée", 27), ("Thermomètre à sonde", 44), ("Coupe-pâte inox", 11),
         ("Bac alimentaire", 23)),
        (("Cuve inox", 420), ("Motoréducteur", 365), ("Carte de commande", 148), ("Résistance de four", 92),
         ("Courroie crantée", 26), ("Joint de porte", 18), ("Roulette pivotante", 15)),
        (("Le Levain au quotidien (livre)", 28), ("Viennoiseries (livre)", 33),
         ("L'Histoire du pain (livre)", 21)),
        (("Contrat d'entretien", 210), ("Dépannage sur place (heure)", 72), ("Formation au fournil (heure)", 57)),
        ("Matériel", "Ustensiles", "Mesure", "Pièces", "Librairie", "Entretien"),
        ("Montage", "Dépannage"),
    ),
    Trade(
        "Scènes",
        "fabrication, location et réparation de matériel de scène",
        (("Praticable 2 × 1 m", 398), ("Pont de lumière", 1260), ("Pupitre de régie", 1540),
         ("Fond de scène", 720)),
        (("Projecteur à découpe", 386), ("Micro dynamique", 112), ("Pied de micro", 43), ("Câble XLR 10 m", 22),
         ("Gélatines assorties", 17), ("Casque d'écoute", 89), ("Enceinte amplifiée", 498),
         ("Crochet de sécurité", 13)),
        (("Tube aluminium 50 mm", 58), ("Plateau contreplaqué", 74), ("Connecteur de structure", 29),
         ("Gradateur 4 voies", 236), ("Vis à embase", 6), ("Velours au mètre", 24), ("Fiche étanche", 11)),
        (("Éclairer un spectacle (livre)", 38), ("Le Son en salle (livre)", 27),
         ("L'Œil du plateau (livre)", 22)),
        (("Installation de salle", 230), ("Régie technique (heure)", 59), ("Formation à la régie (heure)", 66)),
        ("Structures", "Lumière", "Son", "Pièces", "Librairie", "Régie"),
        ("Construction", "Régie et réparation"),
    ),
    Trade(
        "Lumen",
        "remise en état et vente de matériel informatique",
        (("Poste bureautique reconditionné", 389), ("Station de travail assemblée", 1180),
         ("Serveur de fichiers", 1490), ("Borne d'accueil", 860)),
        (("Écran 24 pouces", 159), ("Clavier AZERTY", 25), ("Souris optique", 15),
         ("Commutateur 24 ports", 219), ("Câble réseau 5 m", 7), ("Station d'accueil", 138),
         ("Casque micro", 46), ("Onduleur 800 VA", 116)),
        (("Boîtier ATX", 65), ("Carte mère", 110), ("Barrette mémoire 16 Go", 62), ("Disque SSD 500 Go", 58),
         ("Alimentation 550 W", 54), ("Pâte thermique", 6), ("Ventilateur silencieux", 17)),
        (("Premiers pas en réseau (livre)", 29), ("L'Ordinateur réparé (livre)", 24),
         ("Tableurs au bureau (livre)", 19)),
        (("Diagnostic complet", 69), ("Assistance sur site (heure)", 61), ("Formation bureautique (heure)", 72)),
        ("Postes", "Périphériques", "Réseau", "Composants", "Librairie", "Assistance"),
        ("Remise en état", "Assistance"),
    ),
)  # fmt: skip


def make_trade(seed: bytes) -> Trade:
    """Returns the trade of a company."""
    return Draw(b"trade|" + seed).one(TRADES)
