"""Le site : une fonction par adresse."""

from math import ceil

import pymysql
from flask import Flask, abort, flash, redirect, render_template, request, url_for

import fiches
import formulaire
import jetons

app = Flask(__name__)
app.secret_key = jetons.cle_secrete()
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
app.teardown_appcontext(fiches.fermer)
app.jinja_env.globals.update(jeton=jetons.jeton)


@app.template_filter("prix")
def en_prix(valeur):
    """1234.5 → 1 234,50 €"""
    if valeur is None:
        return @{ words.empty | py }@
    return f"{valeur:,.2f}".replace(",", "\u00a0").replace(".", ",") + "\u00a0€"


@app.template_filter("jour")
def en_jour(valeur):
    return valeur.strftime("%d/%m/%Y")


@app.get("/")
def accueil():
    recherche = request.args.get("recherche", "").strip()
    filtre = request.args.get("filtre", type=int)
    total = fiches.compter(recherche, filtre)
    pages = max(1, ceil(total / fiches.FICHES_PAR_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "accueil.html",
        fiches=fiches.lister(recherche, filtre, page),
        choix=fiches.choix_du_filtre(),
        recherche=recherche,
        filtre=filtre,
        total=total,
        page=page,
        pages=pages,
    )


@app.get("/fiche/<int:numero>")
def fiche(numero):
    return render_template("fiche.html", fiche=fiche_ou_404(numero))


@app.get("/ajouter")
def ajouter():
    return page_formulaire("ajouter.html", formulaire.saisie({}), {}, envoi=jetons.nouvel_envoi())


@app.post("/ajouter")
def enregistrer():
    jetons.verifier_jeton()
    saisie = formulaire.saisie(request.form)
    numero_envoi = request.form.get("envoi", "")
    envoi = jetons.Envoi(numero_envoi)
    if erreurs := formulaire.erreurs(saisie):
        return page_formulaire("ajouter.html", saisie, erreurs, envoi=numero_envoi)
    if not envoi.reserver():
        flash("C'était déjà enregistré.")
        return redirect(url_for("accueil"), 303)
    try:
        numero = fiches.ajouter(formulaire.fiche(saisie))
    except pymysql.MySQLError:
        envoi.liberer()
        raise
    flash("C'est enregistré.")
    return redirect(url_for("fiche", numero=numero), 303)


@app.get("/fiche/<int:numero>/modifier")
def modifier(numero):
    fiche = fiche_ou_404(numero)
    return page_formulaire("modifier.html", formulaire.saisie_de(fiche), {}, fiche=fiche)


@app.post("/fiche/<int:numero>/modifier")
def enregistrer_modification(numero):
    jetons.verifier_jeton()
    fiche = fiche_ou_404(numero)
    saisie = formulaire.saisie(request.form)
    if erreurs := formulaire.erreurs(saisie):
        return page_formulaire("modifier.html", saisie, erreurs, fiche=fiche)
    fiches.modifier(numero, formulaire.fiche(saisie))
    flash("Les changements sont enregistrés.")
    return redirect(url_for("fiche", numero=numero), 303)


@app.post("/fiche/<int:numero>/supprimer")
def supprimer(numero):
    jetons.verifier_jeton()
    fiche = fiche_ou_404(numero)
    fiches.supprimer(numero)
    flash(f"« {fiche['nom']} » est supprimé de la liste.")
    return redirect(url_for("accueil"), 303)


@app.get("/mentions-legales")
def mentions():
    return render_template("mentions.html")


@app.errorhandler(403)
def formulaire_refuse(_erreur):
    return render_template("erreur.html", titre="Formulaire refusé", texte="Rechargez la page précédente et recommencez."), 403


@app.errorhandler(404)
def page_introuvable(_erreur):
    return render_template("erreur.html", titre="Page introuvable", texte="Cette adresse ne mène à rien, ou plus à rien."), 404


@app.errorhandler(pymysql.MySQLError)
def base_en_panne(erreur):
    app.logger.error("base de données : %s", erreur)
    texte = "Nos données ne sont pas accessibles pour le moment. Revenez dans quelques minutes."
    return render_template("erreur.html", titre="Service en pause", texte=texte), 503


def fiche_ou_404(numero):
    return fiches.lire(numero) or abort(404)


def page_formulaire(gabarit, saisie, erreurs, **autres):
    return render_template(
        gabarit,
        saisie=saisie,
        erreurs=erreurs,
        categories=fiches.categories(),
        lieux=fiches.lieux(),
        **autres,
    )
