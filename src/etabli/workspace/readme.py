"""``LISEZMOI.txt``: what a student finds at the top of a workspace."""

from __future__ import annotations

from etabli.lab.manifest import KEEPING, Lab, Service
from etabli.lab.sujet import DOCUMENTS

_DATABASE = """\
La base ne répond pas

  - « etabli start » la redémarre.
  - Le site doit lire DB_HOST, DB_PORT, DB_NAME, DB_USER et DB_PASSWORD, comme le point de départ.
  - Une table a disparu ? « etabli start --base-neuve » remet les données de départ."""
_ERP = """\
Le PGI ne répond pas, ou refuse votre mot de passe

  - « etabli start » le redémarre et redonne son adresse et votre mot de passe.
  - Trop d'essais manqués le bloquent : « etabli stop » puis « etabli start » le débloquent.
  - Pour retrouver l'entreprise comme au premier jour : « etabli start --base-neuve »."""


def readme(lab: Lab) -> str:
    """Returns the text, which names only what this lab has."""
    needs = lab.manifest.workspace
    services = needs.services if needs else ()
    parts = [f"Espace de travail : {lab.manifest.title}", _files(lab, services), _commands(services)]
    if Service.DATABASE in services:
        parts.append(_DATABASE)
    if Service.ERP in services:
        parts.append(_ERP)
    return "\n\n".join(parts) + "\n"


def _files(lab: Lab, services: tuple[Service, ...]) -> str:
    lines = [
        "Ouvrez d'abord enonce.html dans un navigateur.",
        "",
        "  enonce.html        l'énoncé, avec vos données",
        "  rendu/             votre travail : tout ce qui est là sera rendu, et rien d'autre",
        "  verification.html  votre dernière vérification (« etabli check » l'écrit)",
    ]
    if Service.DATABASE in services:
        lines.insert(4, "  donnees/           le SQL de vos données ; elles sont déjà dans la base")
    if Service.TERMINAL in services:
        lines.insert(4, "  donnees/           les fichiers sur lesquels vous travaillez")
    if (lab.folder / DOCUMENTS).is_dir():
        lines.insert(4, "  dossier/           les documents à lire ou à remplir")
    return "\n".join(lines)


def _commands(services: tuple[Service, ...]) -> str:
    lines = ["Dans ce dossier, tapez :", "", "  etabli start       reprend le travail et donne les adresses"]
    if Service.APPLICATION in services:
        lines.append("  etabli journal     ce que dit votre application (les erreurs qu'elle n'affiche pas)")
    if Service.TERMINAL in services:
        lines.append("  etabli terminal    ouvre les outils du TP, sans réseau (« exit » en sort)")
    if Service.ERP in services:
        lines.append("  etabli journal     ce que dit le PGI quand il ne répond pas")
    lines += [
        "  etabli check       vérifie rendu/ comme le fera votre enseignant, sans rien noter",
        "  etabli submit      fait le fichier .zip à déposer",
        "  etabli stop        arrête tout ; vos fichiers et votre base sont gardés"
        if KEEPING & set(services)
        else "  etabli stop        arrête tout ; vos fichiers sont gardés",
    ]
    if Service.APPLICATION in services:
        lines += ["", "Modifiez rendu/ avec votre éditeur, enregistrez, rechargez la page : le changement est là."]
    return "\n".join(lines)
