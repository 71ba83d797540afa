"""``LISEZMOI.txt``: what a student finds at the top of a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from etabli.lab.manifest import Lab
from etabli.lab.services import Service, Told
from etabli.lab.sujet import DOCUMENTS
from etabli.workspace.workspace import services_of


def readme(lab: Lab) -> str:
    """Returns the text, which names only what this lab has."""
    services = services_of(lab)
    told = [service.told for service in services.values()]
    parts = [f"Espace de travail : {lab.manifest.title}", _files(lab, told), _commands(services)]
    return "\n\n".join([*parts, *(one.help for one in told if one.help)]) + "\n"


def _files(lab: Lab, told: Sequence[Told]) -> str:
    lines = [
        "Ouvrez d'abord enonce.html dans un navigateur.",
        "",
        "  enonce.html        l'énoncé, avec vos données",
        "  rendu/             votre travail : tout ce qui est là sera rendu, et rien d'autre",
        "  verification.html  votre dernière vérification (« etabli check » l'écrit)",
    ]
    for one in told:
        if one.data:
            lines.insert(4, f"  donnees/           {one.data}")
    if not told:  # nothing but files to work on
        lines.insert(4, "  donnees/           vos données, à lire sans les changer")
    if (lab.folder / DOCUMENTS).is_dir():
        lines.insert(4, "  dossier/           les documents à lire ou à remplir")
    return "\n".join(lines)


def _commands(services: Mapping[str, Service]) -> str:
    lines = ["Dans ce dossier, tapez :", "", "  etabli start       reprend le travail et donne les adresses"]
    for service in services.values():
        lines += [f"  etabli {command:<12}{what}" for command, what in service.told.commands.items()]
    lines += [
        "  etabli check       vérifie rendu/ comme le fera votre enseignant, sans rien noter",
        "  etabli submit      fait le fichier .zip à déposer",
        "  etabli stop        arrête tout ; vos fichiers et votre base sont gardés"
        if any(service.keeps for service in services.values())
        else "  etabli stop        arrête tout ; vos fichiers sont gardés",
    ]
    if any(service.told.reloads for service in services.values()):
        lines += ["", "Modifiez rendu/ avec votre éditeur, enregistrez, rechargez la page : le changement est là."]
    return "\n".join(lines)
