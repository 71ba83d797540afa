"""English words of each document and the French beginnings that render them; the trade's usual words, all accepted."""

from __future__ import annotations

from .shape import Term


def _terms(table: str) -> tuple[Term, ...]:
    """One term a line: English | French beginnings, with commas between."""
    rows = [line.strip().partition(" | ") for line in table.strip().splitlines()]
    return tuple(Term(english, tuple(rf"\b{one}" for one in french.split(", "))) for english, _, french in rows)


TERMS = {
    "courrier": _terms(
        """
        script | script, programme, liste, fichier de regles, texte de regles, suite de regles, liste de regles
        rule | regle, consigne
        test | test, condition, verification, question
        inbox | boite de reception, courrier entrant, boite d'arrivee, boite d'entree
        keep | garde, conserv, laisse, maintien, rest
        folder | dossier, repertoire
        extension | extension, fonction, module, ajout, option
        flag | marqu, drapeau, etoile, indicateur, signe
        subject | objet, titre du message, sujet du message
        newsletter | lettre d'information, lettre d'actualit, infolettre, bulletin, lettres d'information
        """
    ),
    "sauvegarde": _terms(
        """
        backup | sauvegarde, copie de secours, copie de securite
        repository | depot, coffre, reserve, espace de stockage, entrepot
        archive | archive, copie, sauvegarde, cliche, copie datee, photo, image
        deduplication | deduplic, sans doublon, doublons, eviter les doubl, une seule fois
        encryption | chiffr, crypt, code
        passphrase | phrase de passe, phrase secrete, mot de passe, phrase de mots
        pattern | motif, modele, forme, joker, expression, filtre, masque
        retention | conserv, retention, garde, duree
        to prune | supprim, elag, purg, elimin, efface, nettoy, enlev, tri, retir
        to restore | restaur, retour, recuper, remettre, retrouv, retabl
        """
    ),
    "site": _terms(
        """
        static site | site statique, statique, site fixe, pages fixes, site sans programme, pages toutes faites
        generator | generat, fabrique, programme qui fait, programme qui fabrique, logiciel qui
        theme | theme, habillage, apparence, presentation, couleurs, style, modele graphique
        configuration file | fichier de config, reglage, parametr
        key | cle, reglage, parametre, intitule, rubrique
        to publish | publi, mettre en ligne, mise en ligne, diffus
        navigation | menu, navigation, sommaire
        to build | construi, fabriqu, gener, produi, creer les pages, cree les pages
        link | lien
        browser | navigateur, explorateur web
        """
    ),
    "partage": _terms(
        """
        owner | proprietaire, possesseur, responsable, a qui appartient
        permissions | droit, autorisation, permission
        group | groupe
        others | autres, tout le monde, reste du monde, toute autre personne
        access control list | liste de controle d'acces, liste d'acces, liste de droits, liste des droits, acl, liste de controle des acces
        entry | entree, ligne, article de la liste
        recursive | recursi, tout ce qu'il contient, sous-dossiers, tout le contenu, contenu
        default | par defaut, d'office, herit, a venir, automatique, nouveaux fichiers
        mask | masque, limite, plafond, maximum
        effective | reel, vraiment, en vigueur, applique, effectivement, effectif
        """
    ),
}
