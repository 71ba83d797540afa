"""Secrets that a sheet writes: passwords under their names, and private phone numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .words import FRENCH, bare

_PLACES = r"(?:session|poste|ordinateur|compte|porte|alarme|d[ée]p[ôo]t|sauvegarde|wi-?fi|r[ée]seau|bo[iî]te|accueil)"
_NAMED = (
    r"(?i:mots? de passe|\bmdp\b|phrase (?:de passe|secrète)|pass(?:word|phrase)|\bjeton\b|\btoken\b|"
    r"cl[ée]f? (?:(?:d[eu] |d')?(?:la |l')?(?:wi-?fi|r[ée]seau|api)|secrète)|"
    rf"code (?:d'(?:accès|entrée|ouverture)|de déverrouillage|secret|pin|(?:de|du) (?:la |l'|votre |ce )?{_PLACES}|(?:wi-?fi|pin)))"
)
_ACCOUNT = (
    r"(?i:\bsession\b|identifiant|\blogin\b|\bconne(?:xion|ct)|\bcompte\b|\baccès\b|\bmdp\b|mots? de passe|\bcodes?\b)"
)
_IS = r"[^.\n:|=«“\"]{0,30}(?:\best\b|[:=|→])"
_SECRETS = [
    re.compile(one, re.M)
    for one in (
        # a word with figures or signs
        rf"{_NAMED}(?:{_IS})?[\s|:]*[«“\"'`]?\s*(?![-~/<$])(?!\d+ ?h)(?=[^\s/]*[^\W\d_])(?=[^\s/]*(?:\d|[!@#$%&*_+?]\w))([^\s/«»“”\"'`<>|]{{5,}})",
        rf"(?:{_ACCOUNT}[^\n]{{0,60}}?|(?i:tapez|entrez|saisissez) )(?<![\w./~-])(?=[^\s/.]*[^\W\d_])(?=[^\s/]*[A-Z][^\s/]*\d{{2}}|[^\s/]*\w[!#$%&*?]\w?)([^\s/«»“”\"'`<>|(){{}}\[\]:;,~]{{7,}})(?<![.])",
        # figures alone
        rf"{_NAMED}(?:{_IS})\s*[«“\"'`]?(\d[\d ]{{2,9}}\d)(?![\w/:-]|\.\d)(?!\s*(?:caract|lettre|mot|signe|chiffre|fois|jour|h\b|%))",
        # what stands between quotation marks
        rf"{_NAMED}{_IS}\s*[«“\"`]\s*(?![^»”\"`]*{_NAMED})([^»”\"`<>$\n]{{3,40}})[»”\"`]",
        r"(?i:passphrase|password)\s?=\s?'([^'<>$\n]{3,40})'",
        rf"{_NAMED}[^\n]{{0,120}}(?:\bc'est|\b(?i:tapez|entrez|saisissez|répondez|voici))(?: alors)?\s*:?\s*[«“\"`]\s*(?![^»”\"`]*[~/-])((?:[^\W_]+ ){{2,7}}[^\W_]+)\s*[»”\"`]",
        # words after a colon
        rf"{_NAMED}\s*(?:\best\b|[:=|→])[\s|]*(?!(?i:voir|voyez|demand|donn|not|chez|au|à|en|dans|un|une|le|la|des?)\b)((?:[^\W\d_]+ ){{2,6}}\d{{1,4}})(?=\s*(?:[.»|,;]|$))",
        rf"{_NAMED}\s*(?:\best\b|[:=|→])[\s|]*((?:[^\W\d_]{{3,}}[ -]){{3,6}}[^\W\d_]{{3,}})(?=\s*(?:[.»|,;]|$))",
        rf"{_NAMED}\s*[:=→]\s*([^\W\d_]{{4,}})(?=\s*(?:\.|$))",
    )
]
_MOBILE = re.compile(
    r"(?<![\d.])(?:0|(?:\+|00)33 ?(?:\(0\))? ?)[67](?:([ ./-]?)\d\d(?:\1\d\d){3}|(?: ?\d{3}){2} ?\d\d| ?\d{3} \d\d \d{3})(?!\d)"
)
_NO_SECRET = re.compile(
    r"votre|aucun|rien|idem|voir|voyez|secret|inconnu|personnel|habituel|inutile|vide|necessaire|complexe|celui|celle|pret|oui|non|chang|"
    r"x+\b|a{3,}|nom|mot|passw|passphrase|automatique|obligatoire|facultatif|confidentiel|introuvable|demande|donne"
)
"""How what only stands in the place of a secret begins."""
_SAYS = re.compile(r"(?:ée?s?|ies|ez|er|ir|ment|fois|mots?|oubli\w*|fourni\w*)$")


def password(text: str, known: Sequence[str]) -> str:
    """The beginning of a password that a text writes, under its name; empty when there is none."""
    for at, pattern in enumerate(_SECRETS):
        for found in pattern.finditer(text.replace("’", "'")):
            given = bare(found[1]).strip()
            words = given.split()
            if given in known or _NO_SECRET.match(given):
                continue
            if at >= len(_SECRETS) - 2 and any(
                one in FRENCH or _SAYS.search(one) for one in re.split("[ -]", found[1].casefold())
            ):
                continue  # a sentence, or a participle
            if words:
                return found[0][:12].strip()
    return ""


def is_phone(text: str) -> bool:
    """Whether a text gives the number of somebody's own telephone."""
    return bool(_MOBILE.search(text))
