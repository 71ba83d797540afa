"""The words a report is written with: kinds of risk, severities, systems, actions, sources.

What the brief shows and what the checks accept are the same tables. Rules of age and of severity are
those of the (invented) mandate; the sources are named in the brief's sheet of sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from etabli.exam.contract.words import fold

SEVERITIES = ("faible", "moyenne", "élevée", "critique")
DORMANT_DAYS = 180


@dataclass(frozen=True)
class Term:
    """One word of the vocabulary, what it means, and the other ways of saying it that are accepted."""

    id: str
    word: str
    means: str
    severity: str = ""
    where: str = ""
    others: tuple[str, ...] = ()

    def names(self) -> set[str]:
        """All accepted writings, folded."""
        return {fold(name) for name in (self.id, self.word, *self.others)}


KINDS = (
    Term("fuite", "fuite", "le mot de passe est dans la liste de fuites fournie", "critique",
         "fuites.txt (serveur plage), resultats.csv",
         ("mot de passe en fuite", "liste de fuites", "liste de fuite", "mot de passe compromis", "compromis",
          "mot de passe fuité", "dans la liste de fuites")),
    Term("identifiant", "tiré de l'identifiant", "le mot de passe est fait avec l'identifiant ou le nom", "élevée",
         "resultats.csv", ("identifiant", "mot de passe tiré de l'identifiant", "nom dans le mot de passe")),
    Term("organisation", "tiré de l'organisation", "le mot de passe est fait avec le nom de l'organisation", "élevée",
         "resultats.csv", ("organisation", "mot de passe tiré de l'organisation", "nom de l'organisation")),
    Term("saison", "saison et année", "le mot de passe est fait d'une saison et d'une année", "élevée",
         "resultats.csv", ("saison", "saison + année", "saison année")),
    Term("reutilise", "réutilisé", "le même mot de passe sert à plusieurs comptes ou systèmes", "moyenne",
         "resultats.csv, colonne groupe",
         ("réutilisation", "mot de passe réutilisé", "réutilisée", "mot de passe identique")),
    Term("partage", "compte partagé", "plusieurs personnes se servent du compte", "moyenne",
         "colonne titulaire", ("partagé", "partage", "compte commun", "compte collectif")),
    Term("empreinte-faible", "empreinte faible", "l'empreinte est du MD5 ou du SHA-1 sans sel", "moyenne",
         "intranet.csv, colonne empreinte",
         ("hachage faible", "hash faible", "empreinte md5", "empreinte sha-1", "empreinte sha1", "md5", "sha-1", "sha1",
          "empreinte obsolète", "md5 ou sha-1")),
    Term("dormant", "compte dormant", f"compte actif, sans connexion depuis plus de {DORMANT_DAYS} jours", "faible",
         "colonne derniere_connexion, rh.csv", ("dormant", "compte inactif", "inactif", "compte inutilisé")),
    Term("parti", "personne partie", "la personne est partie et son compte est encore actif", "élevée",
         "rh.csv, colonne depart",
         ("parti", "partie", "départ", "ancien salarié", "compte d'une personne partie", "personne ayant quitté")),
    Term("sans-2fa", "sans second facteur", "un compte administrateur n'a pas de second facteur", "critique",
         "colonnes droits et second_facteur",
         ("sans 2fa", "2fa absent", "pas de second facteur", "sans double authentification", "second facteur absent",
          "administrateur sans second facteur", "sans mfa")),
)  # fmt: skip

SYSTEMS = (
    Term("intranet", "Intranet", "le site de travail de l'organisation ; table des utilisateurs"),
    Term(
        "annuaire", "Annuaire", "les comptes des postes et des dossiers partagés", others=("active directory", "ldap")
    ),
    Term("messagerie", "Messagerie", "les boîtes de courriel", others=("mail", "courriel", "messagerie électronique")),
)

ACTIONS = (
    Term("desactiver", "désactiver", "personnes parties et comptes dormants",
         others=("désactivation", "désactivé", "à désactiver", "désactiver le compte", "fermer", "suspendre")),
    Term("second-facteur", "second facteur", "administrateurs qui n'en ont pas",
         others=("2fa", "mfa", "activer le second facteur", "ajouter un second facteur", "double authentification",
                 "enrôler", "imposer le second facteur")),
    Term("reduire", "réduire", "droits d'administrateur que la liste RH ne prévoit pas",
         others=("réduire les droits", "réduction", "retirer les droits", "retirer administrateur", "retirer")),
)  # fmt: skip

SOURCES = (
    Term("cnil", "CNIL 2022-100", "délibération n° 2022-100 du 21 juillet 2022", others=("cnil",)),
    Term("anssi", "ANSSI-PG-078", "recommandations relatives à l'authentification, 2021", others=("anssi", "pg 078")),
    Term("nist", "NIST SP 800-63B-4", "Digital Identity Guidelines", others=("nist", "800 63b")),
    Term("owasp", "OWASP ASVS", "Application Security Verification Standard 5.0", others=("owasp", "asvs")),
    Term("mandat", "mandat", "le mandat d'audit signé", others=("mandat", "lettre de mission")),
)

FRAMEWORKS = ("cnil", "anssi", "nist")

ADVICE = (
    Term("longueur", "choisir long", "un mot de passe long, ou une phrase de passe de plusieurs mots",
         others=(r"phrases? (?:de )?passe", r"passphrase", r"longu", r"longs?\b", r"allong", r"plusieurs mots",
                 r"(?:\d+|douze|treize|quatorze|quinze|seize|vingt|quinzaine|douzaine|vingtaine) (?:de )?(?:caracteres|signes|lettres)",
                 r"(?:\d|trois|quatre|cinq|six|sept) mots\b(?! de passe)", r"(?:quelques|plusieurs) mots (?:a la|ensemble|qui|sans)",
                 r"phrases? (?:entiere|complete|que)",
                 r"(?:vraie|ecri\w+ une|prenez une|choisissez une|mettez une) phrase\b", r"un seul mot (?:c est|ne suffit)", r"plutot qu un (?:seul )?mot", r"nombre de (?:signes|caracteres|lettres)",
                 r"lettres ne suffis", r"allez jusqu a (?:\d+|quatorze|quinze|seize|vingt)", r"poignee de mots",
                 r"comptez les (?:lettres|signes)", r"mettez en (?:seize|quinze|quatorze|\d+)")),
    Term("unique", "ne pas réutiliser", "un mot de passe différent pour chaque service",
         others=(r"different", r"uniques?\b", r"meme mot de passe", r"reutilis", r"recycl", r"distinct", r"deux fois",
                 r"chaque (?:compte|service|site|appli|outil|systeme|porte|usage)",
                 r"(?:un|propre) (?:mot de passe )?(?:par|a chaque)",
                 r"partout", r"ailleurs", r"(?:autre|plusieurs)s? (?:compte|site|service)", r"un autre (?:pour|a)\b",
                 r"2 fois le", r"pas de doublon",
                 r"un (?:service|compte|site) un (?:mot de passe|mdp|code)",
                 r"ne (?:reprenez|recopiez|copiez|doit servir|sert qu|servez)",
                 r"on ne (?:copie|reprend|recopie)", r"d un (?:service|site|compte) (?:a|sur) (?:l |un )?autre",
                 r"autant de (?:mots de passe|mdp)",
                 r"changez l un des deux", r"chaque (?:acces|logiciel|nouvelle inscription)", r"d un logiciel a l autre",
                 r"il (?:vous )?faut (?:deux|trois|quatre) mots de passe", r"ne se ressemblent pas", r"(?:comme|pour) (?:vos|tes) cles",
                 r"reste au travail", r"ne (?:vous |te )?(?:servez|sers) pas du (?:code|mot de passe)", r"\breserve a\b",
                 r"mot de passe (?:du bureau|de chez vous|prive|personnel|de la maison)",
                 r"meme (?:mdp|code|cle)", r"mm mdp", r"cle de (?:maison|voiture)",
                 r"(?:ouvre|ouvrir) (?:\w+ ){0,2}(?:toutes les portes|tout le reste)")),
    Term("gestionnaire", "se servir d'un gestionnaire", "un gestionnaire de mots de passe",
         others=(r"gestionnaire", r"coffre", r"keepass", r"bitwarden", r"trousseau", r"dashlane", r"1password",
                 r"\b(?:logiciel|application|appli|outil|programme)s? (?:\w+ ){0,3}?(?:qui|pour|prevue? pour|faite? (?:pour|expres)|special|gratuit|peut|s en charge|garde|retient|de (?:stockage|rangement))",
                 r"porte ?cles? (?:numerique|electronique)", r"proton pass", r"(?:logiciel|outil|programme) dedie",
                 r"boite forte",
                 r"(?:appli|application|logiciel|programme|outil)s? (?:\w+ ){0,4}(?:tout a votre place|mots de passe)",
                 r"retenir (?:\w+ ){0,3}a votre place", r"mot de passe (?:principal|maitre)")),
    Term("second-facteur", "activer le second facteur", "le second facteur quand il existe",
         others=(r"facteur", r"(?:double|deuxieme|seconde?) (?:authentification|verification|validation|etape|preuve|cle)",
                 r"(?:deux|2) etapes", r"(?:verification|validation|connexion|authentification) en (?:deux|2) temps", r"\b(?:2fa|mfa|a2f|totp|sms)\b", r"authenticator", r"(?:codes?|affiche) (?:a )?(?:six|6) chiffres",
                 r"codes? (?:recu|a usage|temporaire|sur|par|envoye|en plus|de verification|supplementaire|unique)",
                 r"(?:seconde?|deuxieme|double) (?:protection|serrure|barriere|securite|controle)",
                 r"cles? (?:usb )?de securite",
                 r"(?:confirm|valid)\w* (?:\w+ ){0,3}(?:telephone|tel|portable|mobile|connexion)",
                 r"etape (?:supplementaire|en plus)",
                 r"(?:reliez|lier|associez) (?:\w+ ){0,4}(?:telephone|mobile|portable)", r"notification sur",
                 r"(?:verification|confirmation|validation) (?:sur|par) (?:le |votre |ton )?(?:telephone|mobile|portable)",
                 r"application d auth", r"authentification forte", r"deux preuves")),
    Term("contact", "savoir qui prévenir", "la personne ou le service à prévenir en cas de doute",
         others=(r"contact", r"prevene", r"preveni", r"signal", r"appel", r"ecri(?:ve|re)", r"support", r"informatique",
                 r"alert", r"avert", r"parlez", r"adresse", r"demandez", r"telephon", r"joigne", r"assistance",
                 r"accueil", r"standard", r"technicien", r"(?:service|equipe) technique", r"\bdsi\b", r"coup de fil",
                 r"\binform(?:e|ez|er)\b", r"remonte[rz]", r"transfere",
                 r"dites (?:le|nous)", r"racont", r"au courant",
                 r"(?:pole|service|equipe) (?:numerique|info|concerne|securite)",
                 r"envoyez nous", r"help ?desk", r"faites le savoir", r"responsable des (?:postes|ordinateurs|systemes)", r"petit mail",
                 r"passez (?:nous )?voir", r"\bvenez (?:\w+ ){0,2}(?:voir|parler|demander|dire)")),
)  # fmt: skip
"""What makes a piece of advice recognised, wider than any table: a message is written in one's own words."""


def shown(term: Term) -> dict[str, str]:
    """A term as the brief prints it."""
    return {"id": term.id, "word": term.word, "means": term.means, "severity": term.severity, "where": term.where}


def understood(text: str, terms: tuple[Term, ...]) -> Term | None:
    """The term that a cell means, whatever its case, accents, article and punctuation; None when unknown.

    Example:
        >>> understood("Mot de passe réutilisé.", KINDS).id
        'reutilise'
    """
    folded = re.sub(r"^(?:le |la |l |les |un |une )", "", fold(text))
    return _by_name(terms).get(folded)


@cache
def _by_name(terms: tuple[Term, ...]) -> dict[str, Term]:
    """The terms by each of their accepted writings; the first one has it where two do."""
    return {name: term for term in reversed(terms) for name in term.names()}


def word(terms: tuple[Term, ...], identifier: str) -> str:
    """The word of a term."""
    return next(term.word for term in terms if term.id == identifier)


def severity(kind: str, privileged: bool) -> str:
    """The severity of the mandate's grid: one step more on an administrator's account, never above the last.

    Example:
        >>> severity("saison", True), severity("sans-2fa", True), severity("dormant", False)
        ('critique', 'critique', 'faible')
    """
    base = SEVERITIES.index(next(term.severity for term in KINDS if term.id == kind))
    return SEVERITIES[min(base + privileged, len(SEVERITIES) - 1)]
