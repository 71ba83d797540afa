"""English words of each document and the French beginnings that render them; the trade's usual words, all accepted."""

from __future__ import annotations

from .shape import Term


def _terms(table: str) -> tuple[Term, ...]:
    """One term a line: English | French beginnings, with commas between | those of false friends."""
    rows = [[*line.strip().split(" | "), ""][:3] for line in table.strip().splitlines()]
    return tuple(
        Term(english, *(tuple(rf"\b{one}" for one in told.split(", ") if one) for told in (french, wrong)))
        for english, french, wrong in rows
    )


TERMS = {
    "courrier": _terms(
        """
        script | script, programme, liste, fichier de regles, texte de regles, suite de regles, ensemble de regles, recette, petit texte, texte que, texte de consignes, instructions | scenario, ecriture, manuscrit
        rule | regle, consigne, instruction
        test | test, condition, verif, question, critere, controle, comparaison
        inbox | boite de reception, reception, courrier entrant, boite d'arrivee, boite d'entree, arrivee, courrier recu, boite principale, boite ou arrivent
        keep | garde, conserv, laisse, maintien, maintenir, rest | donjon
        folder | dossier, repertoire, sous-dossier, classeur | depliant, prospectus
        extension | extension, fonction, module, ajout, option, complement, capacite, supplement, greffon, possibilite | rallonge
        flag | marqu, drapeau, etoile, indicateur, signe, repere, fanion, etiquette, signal | pavillon, dalle
        subject | objet, sujet, titre du message, titre d'un message, intitule | matiere
        newsletter | lettre, infolettre, bulletin, actualites, circulaire
        """
    ),
    "sauvegarde": _terms(
        """
        backup | sauvegarde, copie de secours, copie de securite, copie de sauvegarde, copie de precaution | renfort
        repository | depot, coffre, reserve, espace de stockage, entrepot, lieu de stockage, stockage, emplacement, lieu ou | repertoire
        archive | archive, copie, sauvegarde, cliche, image, photo, instantane, version, etat du
        deduplication | deduplic, de-duplic, dedoublonn, sans doublon, doublons, eviter les doubl, une seule fois, ce qui a change, suppression des doubl, pas de doublon
        encryption | chiffr, crypt, encod, codage, mise en code, protection par
        passphrase | phrase de passe, phrase secrete, phrase-cle, mot de passe, phrase de mots, phrase cle, phrase d'acces, phrase de securite
        pattern | motif, modele, forme, joker, expression, filtre, masque, schema, gabarit, canevas | patron
        retention | conserv, retention, garde, duree, maintien | retenue
        to prune | supprim, elag, purg, elimin, efface, nettoy, enlev, tri, retir, menage, eclairc, taill | pruneau
        to restore | restaur, retour, recuper, remettre, retrouv, retabl, restit, reprendre, revenir, ressort
        """
    ),
    "site": _terms(
        """
        static site | statique, site fixe, pages fixes, site sans programme, pages toutes faites, pages toutes pretes, site fige, prepar
        generator | generat, fabri, programme qui, logiciel qui, outil qui, createur, producteur | dynamo, groupe electrogene
        theme | theme, habillage, apparence, presentation, couleurs, style, modele graphique, aspect, decor, charte
        configuration file | config, reglage, parametr
        key | cle, clef, reglage, parametre, intitule, rubrique, nom d, mot-cle, etiquette | touche
        to publish | publi, mettre en ligne, mise en ligne, diffus, mettre les pages en ligne, rendre visible, mettre sur le site
        navigation | menu, navigation, sommaire, barre de liens
        to build | constru, fabriqu, gener, produ, creer, cree, creation, assembl, faire les pages, fabrication, compil | batiment, immeuble
        link | lien, hyperlien, renvoi | maillon, chainon
        browser | navigateur, explorateur, fureteur, butineur, navigation, programme pour, logiciel pour
        """
    ),
    "partage": _terms(
        """
        owner | proprietaire, possesseur, responsable, a qui appartient, detenteur, titulaire
        permissions | droit, autorisation, permission, acces
        group | groupe, equipe, ensemble de personnes, ensemble d'utilisateurs
        others | autre, tout le monde, reste du monde, tous les gens, le reste
        access control list | liste, acl
        entry | entree, ligne, article de la liste, element de la liste, inscription, enregistrement, regle de la liste
        recursive | recursi, tout ce qu, sous-dossiers, tout le contenu, contenu, jusqu'au fond, en profondeur, toute l'arborescence
        default | par defaut, d'office, herit, a venir, automatique, nouveaux fichiers, predefini, d'avance, initia, defaut | faute
        mask | masque, limite, plafond, maximum, filtre | deguisement
        effective | reel, vraiment, en vigueur, appliqu, effectivement, effectif, effective, vrai | efficace
        """
    ),
}
