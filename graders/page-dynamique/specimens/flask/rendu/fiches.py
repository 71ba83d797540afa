"""Toutes les requêtes SQL du site."""

import pymysql
from flask import g

from config import BASE

FICHES_PAR_PAGE = @{ rules.page_size }@

SELECTION = """
    SELECT o.@{ columns.item.id }@ AS id, o.@{ columns.item.name }@ AS nom,
           o.@{ columns.item.description }@ AS description, o.@{ columns.item.price }@ AS prix,
           o.@{ columns.item.date }@ AS jour, o.@{ columns.item.category }@ AS categorie_id,
           o.@{ columns.item.place }@ AS lieu_id,
           c.@{ columns.category.name }@ AS categorie, l.@{ columns.place.name }@ AS lieu
    FROM @{ tables.item }@ o
    JOIN @{ tables.category }@ c ON c.@{ columns.category.id }@ = o.@{ columns.item.category }@
    JOIN @{ tables.place }@ l ON l.@{ columns.place.id }@ = o.@{ columns.item.place }@
"""
ORDRE = " ORDER BY @% for cle, sens in rules.order %@@% if cle == "price" %@o.@{ columns.item.price }@ IS NULL, @% endif %@o.@{ columns.item[cle] }@ @{ sens | upper }@, @% endfor %@o.@{ columns.item.id }@"


def executer(sql, valeurs=()):
    """Exécute une requête préparée et rend son curseur."""
    if "connexion" not in g:
        g.connexion = pymysql.connect(
            **BASE, charset="utf8mb4", autocommit=True, cursorclass=pymysql.cursors.DictCursor
        )
    curseur = g.connexion.cursor()
    curseur.execute(sql, valeurs)
    return curseur


def fermer(_erreur=None):
    """Ferme la connexion à la fin de chaque page."""
    if "connexion" in g:
        g.pop("connexion").close()


def conditions(recherche, filtre):
    """La fin de la requête selon la recherche et le filtre, et ses valeurs."""
    morceaux, valeurs = [], []
    if recherche:
        morceaux.append("o.@{ columns.item.name }@ LIKE %s ESCAPE '!'")
        for signe in "!%_":
            recherche = recherche.replace(signe, "!" + signe)
        valeurs.append(f"%{recherche}%")
    if filtre is not None:
        morceaux.append("o.@{ columns.item[rules.filter] }@ = %s")
        valeurs.append(filtre)
    return (" WHERE " + " AND ".join(morceaux) if morceaux else ""), valeurs


def compter(recherche, filtre):
    condition, valeurs = conditions(recherche, filtre)
    return executer(f"SELECT COUNT(*) AS total FROM @{ tables.item }@ o{condition}", valeurs).fetchone()["total"]


def lister(recherche, filtre, page):
    condition, valeurs = conditions(recherche, filtre)
    valeurs += [FICHES_PAR_PAGE, (page - 1) * FICHES_PAR_PAGE]
    return executer(SELECTION + condition + ORDRE + " LIMIT %s OFFSET %s", valeurs).fetchall()


def lire(numero):
    """La fiche demandée, ou None."""
    return executer(SELECTION + " WHERE o.@{ columns.item.id }@ = %s", [numero]).fetchone()


def ajouter(fiche):
    """Enregistre une fiche et rend son identifiant."""
    return executer(
        """INSERT INTO @{ tables.item }@
               (@{ columns.item.name }@, @{ columns.item.category }@, @{ columns.item.place }@,
                @{ columns.item.price }@, @{ columns.item.date }@, @{ columns.item.description }@)
           VALUES (%(nom)s, %(categorie)s, %(lieu)s, %(prix)s, %(jour)s, %(description)s)""",
        fiche,
    ).lastrowid


def modifier(numero, fiche):
    executer(
        """UPDATE @{ tables.item }@
           SET @{ columns.item.name }@ = %(nom)s, @{ columns.item.category }@ = %(categorie)s,
               @{ columns.item.place }@ = %(lieu)s, @{ columns.item.price }@ = %(prix)s,
               @{ columns.item.date }@ = %(jour)s, @{ columns.item.description }@ = %(description)s
           WHERE @{ columns.item.id }@ = %(numero)s""",
        fiche | {"numero": numero},
    )


def supprimer(numero):
    executer("DELETE FROM @{ tables.item }@ WHERE @{ columns.item.id }@ = %s", [numero])


def categories():
    """Les choix possibles : identifiant (texte) → nom."""
    lignes = executer("SELECT @{ columns.category.id }@ AS id, @{ columns.category.name }@ AS nom FROM @{ tables.category }@ ORDER BY nom")
    return {str(ligne["id"]): ligne["nom"] for ligne in lignes}


def lieux():
    lignes = executer("SELECT @{ columns.place.id }@ AS id, @{ columns.place.name }@ AS nom FROM @{ tables.place }@ ORDER BY nom")
    return {str(ligne["id"]): ligne["nom"] for ligne in lignes}


choix_du_filtre = @{ "categories" if rules.filter == "category" else "lieux" }@
