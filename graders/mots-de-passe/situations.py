"""How people sign in at the organisation: which case of the CNIL's recommendation applies is for the student to tell.

CNIL, délibération n° 2022-100 du 21 juillet 2022: a password alone, 80 bits; with a restriction of access, 50 bits.
"""

from __future__ import annotations

from .shape import Situation

SITUATIONS = (
    Situation(
        id="seul",
        case=1,
        bits=80,
        short="mot de passe seul",
        text="Pour entrer, on donne son identifiant et son mot de passe, et rien d'autre. Après une erreur, on "
        "recommence autant de fois que l'on veut : ni attente, ni blocage, ni image à recopier.",
    ),
    Situation(
        id="blocage",
        case=2,
        bits=50,
        short="mot de passe avec restriction d'accès",
        text="Pour entrer, on donne son identifiant et son mot de passe. Après chaque erreur, il faut attendre de "
        "plus en plus longtemps. À la dixième, le compte est bloqué et il faut appeler l'accueil.",
    ),
)
