"""Invented names: organisations, firms, people. Domains are reserved ones; phone numbers, those kept for fiction."""

from __future__ import annotations

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold

from .shape import Organisation, Partner, Person, Scene, Word

ORGANISATIONS = (
    ("la ", "Médiathèque Aurancelle", "une médiathèque", "Elle prête des livres et aide aux démarches."),
    ("l'", "Association Brindisol", "une association de quartier", "Elle aide aux devoirs et anime un café."),
    ("le ", "Centre Lormandel", "un centre de formation", "Il forme des adultes aux métiers du bois."),
    ("la ", "Menuiserie Castagnol", "une menuiserie", "Elle fabrique des meubles sur mesure."),
    ("les ", "Serres Vaumarin", "une entreprise horticole", "Elles vendent des plants aux communes."),
    ("le ", "Foyer Pierrelune", "un foyer de jeunes travailleurs", "Il loge des apprentis de la région."),
)
FIRMS = (
    ("energie", "électricité", ("Valdor Énergie", "Hélibrise Énergie", "Solmarel Énergie")),
    ("telecom", "téléphone et internet", ("Filambre Télécom", "Ondoral Télécom", "Lumicâble Télécom")),
    ("fournisseur", "fournitures", ("Papeterie Moulinel", "Comptoir Delorval", "Fournitures Malombre")),
    ("banque", "banque", ("Banque Orlanel", "Crédit Malvoisel", "Caisse Dolmaril")),
    ("transport", "livraison de colis", ("Colis Marolle", "Messagerie Volvent", "Transports Palombe")),
)
FIRST_NAMES = (
    "Amandine", "Blaise", "Colombe", "Damien", "Éloi", "Fatou", "Ghislain", "Hanaé", "Ibrahim", "Jeanne", "Karim",
    "Ludivine", "Marceau", "Norine", "Octave", "Perrine", "Romane", "Sofiane", "Tiphaine", "Valère",
)  # fmt: skip
LAST_NAMES = (
    "Aubremont", "Barsivel", "Coudrelle", "Dalmivaux", "Estramont", "Fouchelin", "Garvelle", "Hurtevine", "Jalinoux",
    "Lamberteau", "Mornavelle", "Noircombe", "Orsivelle", "Pontravel", "Rigaumont", "Sauvelade", "Tavernoux", "Vilmorel",
)  # fmt: skip
ROLES = ("Accueil", "Comptabilité", "Secrétariat", "Animation", "Achats", "Technique")
PHONES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")
STREETS = ("rue des Tanneurs", "quai des Saules", "allée du Verger", "rue de la Passerelle", "impasse du Lavoir")
LOOKALIKE = (("l", "1"), ("m", "rn"), ("o", "0"))

SEEN = ("visible", "discret", "habile")
"""How easily a clue is seen, and the traps of which it is the easiest."""
CLUES = (
    Word("urgence", "urgence", "une menace ou un délai pousse à agir sans vérifier", "visible"),
    Word("extension", "extension", "la pièce jointe a une double extension", "visible"),
    Word("reponse", "réponse", "la réponse partirait ailleurs (« Répondre à »)", "discret"),
    Word("iban", "IBAN", "le compte bancaire n'est pas celui de `partenaires.csv`", "discret"),
    Word("adresse", "adresse", "l'adresse de l'expéditeur n'est pas celle de qui il dit être", "habile"),
    Word("direction", "direction", "quelqu'un parle au nom de la direction, sans l'adresse de l'annuaire", "habile"),
    Word("lien", "lien", "le lien mène à un domaine étranger, quel que soit son texte", "habile"),
    Word("qr", "QR code", "le QR code mène à une adresse étrangère", "habile"),
)
LEVELS = {one.id: SEEN.index(one.seen) + 1 for one in CLUES}
CASES = (
    Word("partenaire", "Il imite un partenaire", "le contact de ce partenaire (`partenaires.csv`)"),
    Word("direction", "Il imite la direction", "la direction elle-même (`annuaire.csv`)"),
    Word("compte", "Il vise un ordinateur ou un mot de passe", "l'assistance informatique"),
)
SCENES = (
    Scene("motdepasse", "J'ai cliqué sur un lien et j'ai tapé mon mot de passe de messagerie. La page a disparu."),
    Scene("piece", "J'ai ouvert une pièce jointe. Une fenêtre noire est passée, puis plus rien."),
    Scene("carte", "J'ai scanné un QR code et j'ai donné le numéro de la carte bancaire du service."),
)


def make_organisation(draw: Draw) -> Organisation:
    """The facts that the sheet gives."""
    article, name, kind, pitch = draw.one(ORGANISATIONS)
    short = name.split()[-1]
    domain = f"{fold(short)}.example"
    return Organisation(
        name, f"{article}{name}", short, kind, pitch, domain, f"alerte@{domain}", f"assistance@{domain}"
    )


def make_partners(draw: Draw) -> dict[str, Partner]:
    """One firm of each kind."""
    partners = {}
    for kind, what, names in FIRMS:
        name = draw.one(names)
        domain = f"{fold(name).replace(' ', '-')}.example"
        partners[kind] = Partner(name, what, domain, f"securite@{domain}", make_iban(draw))
    return partners


def make_iban(draw: Draw) -> str:
    """An account that no bank has: the check digits are 00, which none may bear."""
    digits = "".join(str(draw.below(10)) for _ in range(23))
    whole = f"FR00{digits}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def make_people(draw: Draw, domain: str) -> tuple[Person, ...]:
    """The head, then one person of each role."""
    firsts, lasts = draw.some(FIRST_NAMES, len(ROLES) + 1), draw.some(LAST_NAMES, len(ROLES) + 1)
    roles = ("Direction", *ROLES)
    return tuple(
        Person(f"{first} {last}", first, role, f"{fold(first)}.{fold(last)}@{domain}")
        for first, last, role in zip(firsts, lasts, roles, strict=True)
    )


def make_outsiders(draw: Draw, known: tuple[Person, ...]) -> list[dict[str, str]]:
    """People of whom messages speak: what is said of them is personal."""
    taken = {one.first for one in known} | {one.full.split()[-1] for one in known}
    firsts = [name for name in draw.shuffled(FIRST_NAMES) if name not in taken]
    lasts = [name for name in draw.shuffled(LAST_NAMES) if name not in taken]
    return [
        {
            "full": f"{firsts[rank]} {lasts[rank]}",
            "phone": f"{draw.one(PHONES)} {draw.below(100):02d} {draw.below(100):02d}",
            "street": f"{draw.between(2, 98)} {draw.one(STREETS)}",
        }
        for rank in range(3)
    ]


def lookalike(draw: Draw, domain: str) -> str:
    """The same domain but for one letter."""
    name, end = domain.rsplit(".", 1)
    able = [(old, new) for old, new in LOOKALIKE if old in name]
    old, new = draw.one(able)
    return f"{name.replace(old, new, 1)}.{end}"
