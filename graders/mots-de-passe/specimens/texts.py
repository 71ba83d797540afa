"""What witnesses write: the justification of a policy, and the message to colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from etabli.exam.contract.french import of

from ..entropy import alphabet, bits, enough

CLASSES = {"2": "de deux classes", "3": "de trois classes", "4": "des quatre classes"}


@dataclass(frozen=True)
class Rules:
    """What a policy asks for, as its author wrote it: a justification says the same."""

    minimum: str = "14"
    classes: str = "3"
    signs: str = ""
    """How many signs, where their number is asked for."""
    words: bool = True
    """Whether it has words to refuse."""
    renewal: str = ""
    """What it says of forced changes, where it forces some."""
    factor: bool = True

    def told(self, wanted: int) -> str:
        """The sentences on length and classes, with the bits where they are enough; '' when it has no length."""
        if not self.minimum:
            return ""
        kinds = CLASSES.get(self.classes, "sans classe imposée")
        asked = f"Nous demandons {self.minimum} caractères au moins, {f'dont {self.signs} signes' if self.signs else kinds}"
        signs = alphabet(("spéciaux",) if self.signs else (), int(self.classes) if self.classes.isdigit() else 0)
        found = bits(int(self.minimum), signs) if self.minimum.isdigit() else 0.0
        if not enough(found, wanted):
            return f"{asked}."
        figure = f"{found:.1f}".replace(".", ",")
        beside = "que la CNIL compte pour" if found < wanted else "plus que"
        return (
            f"{asked}, soit {figure} bits, {beside} les {wanted} bits demandés. Le calcul est E = L × log2(N), avec N = {signs} signes "
            "possibles."
        )


def justification(
    data: Mapping[str, Any], rules: Rules = Rules(), *, case: int = 0, sources: bool = True, own_words: bool = False
) -> str:
    """A page on a policy, for the case that applies unless told otherwise."""
    case = case or data["situation"]["case"]
    wanted = {1: 80, 2: 50}[case]
    why = {
        1: "le mot de passe est la seule protection et l'on peut essayer autant de fois que l'on veut",
        2: "les essais sont ralentis puis bloqués, ce qui restreint l'accès",
    }[case]
    name = data["organisation"]["name"]
    said = (
        f"Le cas {case} de la délibération CNIL 2022-100 s'applique donc à notre organisation, et ce cas demande "
        f"{wanted} bits."
    )
    if own_words:
        said = f"C'est le cas {case} de la CNIL : {wanted}bits. Le cas {3 - case} ne s'applique pas."
    lines = [
        f"Justification de la politique de mots de passe : {name}",
        f"Chez nous, {why}. {said}",
        rules.told(wanted),
        "Une longue phrase de passe reste permise, car la longueur compte plus que les signes rares.",
        "La liste de mots interdits vient de l'audit : le nom de l'organisation, celui de la ville, les saisons et les "
        "mots les plus fréquents des fuites. Ils se devinent en quelques secondes."
        if rules.words
        else "",
        f"Le renouvellement est imposé ({rules.renewal}), car un mot de passe s'use."
        if rules.renewal
        else "Aucun changement n'est imposé à date fixe aux utilisateurs : on change un mot de passe quand il a fuité ou quand "
        "un doute existe, car un changement forcé pousse à compter les saisons.",
        "Les administrateurs ont un second facteur, parce que leur compte ouvre tous les autres." if rules.factor else "",
    ]
    lines = [line for line in lines if line]
    if sources:
        lines += [
            "Le guide ANSSI-PG-078 dit aussi de ne pas forcer le renouvellement des mots de passe ordinaires et de préférer "
            "plusieurs facteurs.",
            "Le texte américain NIST SP 800-63B-4 demande 15 caractères au moins pour un mot de passe seul et 8 avec un "
            "second facteur. Les textes ne disent pas la même chose : nous suivons la CNIL, dont dépendent nos données.",
        ]
    return "\n".join(lines)


def charter(data: Mapping[str, Any], *, signed: str | None = None) -> str:
    """The charter, as the terminal signs it on the first day of the mandate unless told otherwise."""
    if signed is None:
        signed = f"Lu et accepté le {date.fromisoformat(data['period']['from']):%d/%m/%Y} à 09:14."
    lines = [
        "CHARTE DE L'AUDIT",
        f"Je suis chargé(e) de l'audit {of(data['organisation']['with_article'])}, par le mandat que j'ai lu.",
        "1. Je ne travaille que sur les fichiers remis, pendant la période du mandat.",
        "2. Je ne note, ne montre et ne rends aucun mot de passe ni aucune empreinte.",
        "3. Je n'essaie un mot de passe sur aucun service.",
        "4. Je ne parle des personnes qu'à qui doit le savoir, sans me moquer ni accuser.",
        "5. J'efface les données à la fin de l'audit.",
        "Pour m'engager, j'ajoute sous cette ligne : « Lu et accepté le », puis la date.",
    ]
    return "\n".join([*lines, signed])


def message(data: Mapping[str, Any], *, more: str = "", advice: bool = True) -> str:
    """Half a page to all colleagues."""
    whose, phone = of(data["organisation"]["with_article"]), data["organisation"]["phone"]
    lines = [
        "Bonjour à toutes et à tous,",
        f"L'audit des comptes {whose} est terminé. Il ne vise personne : il montre des habitudes que nous pouvons changer "
        "ensemble, dès cette semaine.",
    ]
    if advice:
        lines += [
            "Choisissez une phrase de passe longue, faite de plusieurs mots sans rapport entre eux.",
            "Prenez un mot de passe différent pour chaque service : si l'un fuite, les autres tiennent.",
            "Laissez un gestionnaire de mots de passe les retenir à votre place ; il est installé sur tous les postes.",
            "Quand un second facteur est proposé, activez-le : un code en plus arrête presque toutes les attaques.",
            f"Un doute, un message étrange ? Prévenez l'accueil au {phone}, même si vous avez déjà cliqué.",
        ]
    else:
        lines += [
            "Les mots de passe sont importants pour nous tous. Nous comptons sur votre sérieux et sur votre vigilance de "
            "chaque instant. Chacun est responsable. Une charte sera bientôt affichée dans les bureaux, et une réunion "
            "se tiendra le mois prochain. Merci de la lire, de la garder et de venir nombreux à cette réunion.",
            "Nous restons à votre écoute pendant toute la durée de ce travail, qui se poursuit.",
        ]
    lines += [more] if more else []
    return "\n".join(
        [*lines, "Personne ne vous demandera jamais votre mot de passe.", "Merci de votre attention, et bonne semaine."]
    )


def own_words(data: Mapping[str, Any]) -> str:
    """The same advice in other words than the sheet's, signed by somebody with a colleague's first name."""
    lines = [
        "Chères et chers collègues,",
        f"Nous avons regardé comment sont tenus les comptes {of(data['organisation']['with_article'])}. Voici de quoi "
        "être tranquilles, en cinq minutes.",
        "Prenez une suite de six mots sans lien, plus facile à retenir qu'un seul mot tordu.",
        "N'employez jamais deux fois la même : un site volé n'ouvrira pas les autres.",
        "Un trousseau, comme celui de votre téléphone, les garde toutes pour vous.",
        "Quand on vous propose une validation en deux étapes, acceptez.",
        f"Une hésitation ? Passez nous voir ou téléphonez au {data['organisation']['phone']}.",
        "Merci, et à bientôt autour d'un café.",
        f"{data['people'][0]['prenom']} Durandeau, qui mène l'audit",
    ]
    return "\n".join(lines)
