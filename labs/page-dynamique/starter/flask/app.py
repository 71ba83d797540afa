"""Le site : une fonction par page."""

import pymysql
from flask import Flask, render_template

import config

NOM_DU_SITE = @{ organisation.name | py }@

app = Flask(__name__)


def ouvrir_base():
    """Ouvre la base de données. À fermer après usage : « with ouvrir_base() as base: » le fait."""
    return pymysql.connect(
        host=config.HOTE,
        port=config.PORT,
        database=config.BASE,
        user=config.UTILISATEUR,
        password=config.MOT_DE_PASSE,
        charset="utf8mb4",
        cursorclass=pymysql.cursors.DictCursor,  # une ligne = un dictionnaire « colonne : valeur »
        autocommit=True,
    )


@app.context_processor
def valeurs_communes():
    """Ce que tous les modèles connaissent."""
    return {"nom_du_site": NOM_DU_SITE}


@app.errorhandler(pymysql.MySQLError)
def base_en_panne(erreur):
    """La base ne répond pas : le détail va dans le journal, pas dans la page."""
    app.logger.error("base de données : %s", erreur)
    return render_template("panne.html"), 503  # 503 : service indisponible pour le moment


@app.route("/")
def accueil():
    """La page d'accueil."""
    with ouvrir_base() as base, base.cursor() as curseur:
        curseur.execute("SELECT COUNT(*) AS nombre FROM @{ tables.item }@")
        nombre = curseur.fetchone()["nombre"]
    return render_template("accueil.html", nombre=nombre)


if __name__ == "__main__":
    app.run(debug=True)
