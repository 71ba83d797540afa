"""What the sheets give word for word, and what is left of a text without it: one's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etabli.exam.contract.words import fold

from .vocabulary import ADVICE

SOURCES_RUN, ADVICE_RUN = 8, 16
"""Words in a row from which they are copied: any short rule is quoted, and a piece of advice (13 words at most) is often said as it is written."""
EXAMPLES = (
    "phrase de passe, long, longue, longueur, 12 caractères",
    "différent, unique, réutiliser, même mot de passe, un mot de passe par",
    "gestionnaire, coffre-fort, KeePass, Bitwarden",
    "second facteur, deuxième facteur, double authentification, 2FA, MFA, code reçu, code à usage unique",
    "prévenez, prévenir, contactez, signalez, appelez, écrivez, support, informatique",
)
"""The second column of the table of advice (`labs/mots-de-passe/seances/explication.md`)."""
_TITLES = [term.means for term in ADVICE]
ADVICE_TABLE = (
    " ".join(f"{title} {example}" for title, example in zip(_TITLES, EXAMPLES, strict=True)),
    " ".join(_TITLES),
    " ".join(EXAMPLES),
)
"""The table, row by row, then each column."""
SOURCES_SHEET = (
    """# Fiche des sources

Quatre textes parlent de mots de passe. **Ils ne disent pas la même chose**, et c'est normal : ils ne parlent ni des mêmes lieux, ni des mêmes risques. À vous de trouver quel cas s'applique à votre organisation. Une justification cite la source qui s'applique et dit pourquoi.

Cette fiche résume avec nos mots ; elle ne remplace pas les textes. La colonne de droite dit où chaque fait a été lu.

## CNIL, délibération n° 2022-100 du 21 juillet 2022

Elle remplace la délibération 2017-012.

| Fait | Où il a été lu |
|---|---|
| Cas 1, le mot de passe est la seule protection : au moins **80 bits** d'entropie. | avocatspi.com ; faceaurisque.com ; delsolavocats |
| Cas 2, l'accès est en plus restreint (blocage ou attente après des échecs) : au moins **50 bits**. | les mêmes |
| Cas 3, il déverrouille un matériel que la personne détient (carte, téléphone) : au moins **13 bits**. | les mêmes |
| Exemples du cas 1 : 12 caractères avec les 4 classes (37 signes ou plus possibles) ; 14 caractères avec majuscules, minuscules et chiffres ; une phrase de 7 mots. | les mêmes |
| Entropie : **E = L × log2(N)**, avec L la longueur et N le nombre de signes possibles. | saas-production.com |
| Pas de changement périodique obligatoire pour les utilisateurs ordinaires. | avocatspi.com ; delsolavocats |
| On peut aussi mesurer si un mot de passe est *devinable*, comme le fait zxcvbn. | delsolavocats |
| Un mot de passe n'est jamais gardé en clair. | delsolavocats |

**Compter soi-même.** 26 minuscules, 26 majuscules, 10 chiffres, 37 signes : N = 99 avec les quatre classes. 12 × log2(99) = 79,6, que la CNIL compte pour 80. 14 × log2(62) = 83,4. 8 × log2(99) = 53,0. Dans un tableur : `=12*LOG(99;2)`. Les mots d'une phrase comptent autrement : une liste de 7 776 mots donne log2(7776) = 12,9 bits par mot tiré au sort, donc 90,5 bits pour sept.

## ANSSI, guide ANSSI-PG-078, version 2.0 du 8 octobre 2021

| Fait | Où il a été lu |
|---|---|
| 42 recommandations, 52 pages. | guide ANSSI-PG-078 |
| Commencer par une analyse des risques. | guide ANSSI-PG-078 |
| Préférer plusieurs facteurs, dont un que l'on possède. | guide ANSSI-PG-078 |
| Adapter la force du mot de passe au contexte. | guide ANSSI-PG-078 |
| Ne pas forcer le changement périodique des mots de passe ordinaires. | guide ANSSI-PG-078 |
| Réglage proposé par MonServiceSécurisé, de l'ANSSI : 12 caractères pour les utilisateurs, 16 pour les administrateurs, 4 classes ; les classes peuvent disparaître au-delà de 20 caractères. | aide.monservicesecurise |

Source : ANSSI, guide ANSSI-PG-078, version 2.0, 8 octobre 2021, sous **Licence Ouverte 2.0** (réutilisation permise en citant la source).

## NIST, SP 800-63B-4 (États-Unis)

| Fait | Où il a été lu |
|---|---|
| Un mot de passe seul a au moins **15 caractères** ; avec un second facteur, au moins **8**. | dépôt OWASP/ASVS, discussion 3242 |
| La révision 3 (SP 800-63B) : aucune règle de composition, aucun changement périodique, comparaison à une liste de mots de passe connus, au moins 64 caractères acceptés. | NIST SP 800-63B, révision 3 |

## OWASP

| Fait | Où il a été lu |
|---|---|
| ASVS 5.0, point 6.2.1 : 8 caractères au moins ; 15 fortement conseillés. | dépôt OWASP/ASVS |
| Garder un mot de passe : **Argon2id** avec 19 Mio (19 456 Kio), 2 passages, 1 fil ; à défaut scrypt (N = 2^17, r = 8, p = 1). | OWASP, Password Storage Cheat Sheet |
| Pour un système ancien : **bcrypt**, coût 10 ou plus. Il ne regarde que les 72 premiers octets. | le même |
| Si la norme FIPS est imposée : PBKDF2-HMAC-SHA-256, 600 000 tours ou plus. | le même |

## La liste de fuites

Le service connu (Have I Been Pwned) reçoit les **5 premiers caractères** de l'empreinte SHA-1 et renvoie toutes les fins connues, avec leur nombre : `FIN:NOMBRE`. La comparaison se fait sur votre poste, donc le service n'apprend pas le mot de passe. Ici, un petit serveur fait de même, sans réseau, avec une liste inventée pour ce TP.
""",
)
"""`labs/mots-de-passe/dossier/sources.md`."""


CHARTER = (
    "Je ne travaille que sur les fichiers remis, pendant la période du mandat.",
    "Je ne note, ne montre et ne rends aucun mot de passe ni aucune empreinte.",
    "Je n'essaie un mot de passe sur aucun service.",
    "Je ne parle des personnes qu'à qui doit le savoir, sans me moquer ni accuser : un compte a un risque, une personne n'est pas "
    "coupable.",
    "J'efface les données à la fin de l'audit.",
)
"""The rules of `labs/mots-de-passe/starter/audit/charte.txt`."""


def own_words(text: str, given: tuple[str, ...], run: int) -> str:
    """A text without its runs of so many words, or more, that stand in what was given.

    Example:
        >>> own_words("Notre choix : un deux trois quatre. Voilà.", ("un, deux, trois, quatre",), 4).split()
        ['Notre', 'choix', ':', 'Voilà.']
    """
    known = {cut for one in given for cut in _runs(fold(one).split(), run)}
    words = [word for token in text.split() for word in fold(token).split()]
    copied = {at + more for at, cut in enumerate(_runs(words, run)) if cut in known for more in range(run)}
    ranks = iter(range(len(words)))

    def kept(token: re.Match[str]) -> str:
        mine = [next(ranks) for _word in fold(token[0]).split()]
        return "\n\n" if mine and copied.issuperset(mine) else token[0]

    return re.sub(r"\S+", kept, text)


def _runs(words: list[str], run: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + run]) for at in range(len(words) - run + 1))
