"""Clé des sessions, jeton contre les formulaires d'autres sites, envois déjà enregistrés.

Plusieurs processus peuvent servir le site : ce qu'ils partagent est dans le dossier temporaire.
"""

import hmac
import re
import secrets
import tempfile
from pathlib import Path

from flask import abort, request, session

DOSSIER = Path(tempfile.gettempdir()) / "site-jetons"
DOSSIER.mkdir(mode=0o700, exist_ok=True)


def cle_secrete():
    """Une clé tirée au hasard par le premier processus, la même pour tous."""
    fichier = DOSSIER / "cle"
    brouillon = DOSSIER / secrets.token_hex(8)
    brouillon.write_text(secrets.token_hex(32))
    try:
        fichier.hardlink_to(brouillon)
    except FileExistsError:
        pass
    brouillon.unlink()
    return fichier.read_text()


def jeton():
    """Le jeton de cette session, à mettre dans chaque formulaire."""
    return session.setdefault("jeton", secrets.token_hex(16))


def verifier_jeton():
    """Refuse un formulaire qui ne vient pas d'une de nos pages."""
    if not hmac.compare_digest(request.form.get("jeton", "").encode(), jeton().encode()):
        abort(403)


def nouvel_envoi():
    """Un numéro tiré au hasard pour chaque formulaire affiché."""
    return secrets.token_hex(16)


class Envoi:
    """Un formulaire affiché une fois : il n'enregistre qu'une fiche, même envoyé deux fois."""

    def __init__(self, numero):
        if not re.fullmatch(r"[0-9a-f]{32}", numero):
            abort(403)
        self.fichier = DOSSIER / numero

    def reserver(self):
        """Dit si cet envoi est le premier."""
        try:
            self.fichier.touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def liberer(self):
        self.fichier.unlink()
