"""What is verified of a small dynamic site: behaviour, on rows its author has never seen.

Each check starts at ``/`` like a visitor, changes the database and looks at the page, or acts in
the page and looks at the database. Fixture `site` says it in the words of the brief.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from etabli.exam import Failed
from etabli.exam import check as declared

from . import (
    adding,
    columns,
    deleting,
    doubles,
    editing,
    filters,
    forgery,
    home,
    injection,
    items,
    keeping,
    kinds,
    labels,
    late,
    links,
    lists,
    near_days,
    notice,
    outage,
    paging,
    phone,
    quality,
    queries,
    refusals,
    scripts,
    searches,
    secrecy,
    values,
)
from .shape import Variant
from .visitor import Site

if TYPE_CHECKING:
    from etabli.exam.tools.db import Database
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.files import Files
    from etabli.exam.tools.http import Http
    from etabli.exam.tools.journal import Journal
    from etabli.exam.tools.nu import Nu
    from etabli.exam.tools.page import SitePage

    from .stock import Snapshot

ESSENTIEL, ATTENDU, APPROFONDISSEMENT = "essentiel", "attendu", "approfondissement"
SITE = ["C1.1"]
DONNEES = ["C1.1", "C2.1"]
check = partial(declared, timeout=90.0)
"""The longest but one asks for some fifty pages, which may take a second each."""


@pytest.fixture(scope="module")
def memo() -> dict[str, str]:
    """Addresses found by one check and verified again by the next; never a verdict."""
    return {}


@pytest.fixture(scope="module")
def first() -> Snapshot:
    """The rows that each check finds, read once."""
    return {}


@pytest.fixture
def site(
    page: SitePage,
    http: Http,
    db: Database,
    files: Files,
    journal: Journal,
    variant: Variant,
    memo: dict[str, str],
    draws: Draws,
    first: Snapshot,
) -> Site:
    """The candidate's site, and the database behind it."""
    return Site(page, http, db, files, journal, variant, memo, draws, first)


# ---------------------------------------------------------------- essentiel


@check(
    points=2, palier=ESSENTIEL, competences=SITE,
    help="Ouvrez / dans votre navigateur et lisez ce qui s'affiche ; etabli journal dit le reste.",
)  # fmt: skip
def check_site_repond(site: Site) -> None:
    """Le site répond à l'adresse /, sans fenêtre au chargement."""
    home.expect_answer(site)


@check(
    points=4, palier=ESSENTIEL, competences=SITE, after=["site-repond"],
    help="La page lit-elle la base à chaque affichage ? La vérification y met d'autres lignes que les vôtres.",
)  # fmt: skip
def check_base_jointe(site: Site) -> None:
    """La page d'accueil montre les données de la base."""
    home.expect_joined(site)
    late.keep_filled(site)


@check(
    points=4, palier=ESSENTIEL, competences=SITE, after=["base-jointe"],
    help="Comparez le nombre de lignes affichées et SELECT COUNT(*). Attention aux jointures, à LIMIT et à la dernière page.",
)  # fmt: skip
def check_liste_complete(site: Site) -> None:
    """La liste montre tout le contenu de la base, une fois chaque ligne."""
    lists.expect_all_shown(site)


@check(
    points=3, palier=ESSENTIEL, competences=SITE, after=["base-jointe"],
    help="La requête SELECT doit s'exécuter à chaque affichage de la page.",
)  # fmt: skip
def check_liste_suit_ajout(site: Site) -> None:
    """Une ligne ajoutée dans la base apparaît dans la liste."""
    lists.expect_additions_followed(site)


@check(
    points=3, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["liste-suit-ajout", "liste-colonnes"],
    help="Chaque texte affiché vient de la base, noms des tables liées compris (jointure).",
)  # fmt: skip
def check_liste_suit_modification(site: Site) -> None:
    """Une ligne modifiée dans la base change dans la liste."""
    lists.expect_changes_followed(site)


@check(
    points=3, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["liste-suit-ajout"],
    help="La requête SELECT doit s'exécuter à chaque affichage de la page.",
)  # fmt: skip
def check_liste_suit_suppression(site: Site) -> None:
    """Une ligne supprimée de la base disparaît de la liste."""
    gone, kept = site.listed_items(2, later=True)
    site.stock.remove(gone)
    lists.expect_gone(site, gone, kept, site.page.url)


@check(
    points=2, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["liste-suit-ajout"],
    help="Prévoyez le cas où la requête ne rend aucune ligne : dites-le au visiteur par une phrase.",
)  # fmt: skip
def check_liste_vide(site: Site) -> None:
    """Quand la table est vide, la page le dit par une phrase."""
    lists.expect_empty_sentence(site)


@check(
    points=4, palier=ESSENTIEL, competences=SITE, after=["liste-complete"],
    help="Relisez la clause ORDER BY : première clé, sens, puis clé suivante pour départager.",
)  # fmt: skip
def check_liste_ordre(site: Site) -> None:
    """La liste est dans l'ordre demandé."""
    lists.expect_listed_order(site)


@check(
    points=2, palier=ESSENTIEL, competences=SITE, after=["base-jointe"],
    help="Les titres demandés sont dans l'énoncé : titres de colonnes, ou étiquettes répétées dans chaque bloc.",
)  # fmt: skip
def check_liste_colonnes(site: Site) -> None:
    """Chaque ligne de la liste porte les informations et les titres demandés."""
    columns.expect_columns(site)


@check(
    points=3, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["liste-colonnes"],
    help="En PHP : number_format. En Python : une petite fonction de mise en forme. Deux décimales, virgule, €.",
)  # fmt: skip
def check_prix_format(site: Site) -> None:
    """Les prix sont écrits à la française : 1 234,50 €."""
    values.expect_prices(site)


@check(
    points=3, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["liste-colonnes"],
    help="La base rend AAAA-MM-JJ ; la page montre JJ/MM/AAAA, le jour et le mois sur deux chiffres.",
)  # fmt: skip
def check_date_format(site: Site) -> None:
    """Les dates sont écrites à la française : JJ/MM/AAAA."""
    before = site.stock.by_name()
    values.expect_dates(site)
    near_days.expect_near_days(site, before)


@check(
    points=2, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["liste-colonnes"],
    help="Une valeur absente vaut NULL dans la base : testez-la avant de la mettre en forme.",
)  # fmt: skip
def check_valeurs_absentes(site: Site) -> None:
    """Un prix ou une description qui manque est remplacé par les mots demandés."""
    values.expect_missing_values(site)


@check(
    points=4, palier=ESSENTIEL, competences=SITE, after=["base-jointe"],
    help="La page reçoit un identifiant dans son adresse, lit la ligne qui le porte, et met son nom dans le h1.",
)  # fmt: skip
def check_fiche_complete(site: Site) -> None:
    """Chaque nom mène à une page qui donne toutes les informations."""
    items.expect_item_pages(site)


@check(
    points=1, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["fiche-complete"],
    help="Dans la boucle de la liste, mettez le nom entre <a href=…> et </a>. Un lien de plus à côté (« Voir ») peut rester.",
)  # fmt: skip
def check_fiche_lien(site: Site) -> None:
    """Dans la liste, le nom lui-même est le lien vers sa page."""
    items.expect_openable(site)
    items.expect_named_links(site)


@check(
    points=1, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["fiche-complete"],
    help="L'adresse porte le numéro de la ligne (colonne id), et non son nom, sa place dans la liste ou une session.",
)  # fmt: skip
def check_fiche_adresse(site: Site) -> None:
    """Le nom mène à une adresse qui reste valable quand la liste change."""
    items.expect_openable(site)
    items.expect_stable_address(site)


@check(
    points=2, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["fiche-complete"],
    help="En PHP : http_response_code(404) avant tout affichage. En Flask : abort(404) ; une page d'erreur finit par « return …, 404 ».",
)  # fmt: skip
def check_fiche_inconnue(site: Site) -> None:
    """Une page qui n'existe pas répond par un code 404 et une explication."""
    items.expect_openable(site)
    items.expect_not_found(site)


@check(
    points=4, palier=ESSENTIEL, competences=SITE, after=["base-jointe"], blames=["liste-complete", "liste-suit-ajout"],
    help="Comparez, pour une valeur, les lignes affichées et celles de la base. Suivez aussi les pages suivantes.",
)  # fmt: skip
def check_filtre(site: Site) -> None:
    """Le filtre montre exactement les lignes de la valeur choisie."""
    filters.expect_all_offered(site)
    filters.expect_filtered(site)


@check(
    points=2, palier=ESSENTIEL, competences=SITE, after=["site-repond"],
    help="Chaque page a une balise <title> remplie et un seul <h1>.",
)  # fmt: skip
def check_titre_h1(site: Site) -> None:
    """Chaque page a un titre et un seul grand titre h1.

    RGAA 8.5 and 8.6 (title), 9.1 (headings); the single h1 is the brief's rule.
    """
    quality.expect_titles(site)


@check(
    points=1, palier=ESSENTIEL, competences=SITE, after=["site-repond"],
    help="Sur chaque page, la balise <html> porte l'attribut lang.",
)  # fmt: skip
def check_langue(site: Site) -> None:
    """Chaque page indique sa langue : le français.

    RGAA 8.3 and 8.4.
    """
    quality.expect_language(site)


# ------------------------------------------------------------------ attendu


@check(
    points=3, palier=ATTENDU, competences=SITE, after=["base-jointe"], blames=["liste-complete"],
    help="Cherchez dans le nom seulement, avec LIKE et des % autour du texte tapé.",
)  # fmt: skip
def check_recherche(site: Site) -> None:
    """La recherche montre exactement les noms qui contiennent le texte."""
    searches.expect_search(site)


@check(
    points=3, palier=ATTENDU, competences=SITE, after=["recherche"],
    help="La base sait comparer sans tenir compte des accents : cherchez dans votre requête ce qui l'en empêche (BINARY, ou un "
    "COLLATE dont le nom contient _bin, _cs ou _as), ou un tri fait hors de la base (strpos en PHP, in en Python). Regardez ensuite l'interclassement de la colonne.",
)  # fmt: skip
def check_recherche_casse_accents(site: Site) -> None:
    """La recherche ignore les majuscules et les accents."""
    searches.expect_writings_found(site)


@check(
    points=4, palier=ATTENDU, competences=DONNEES, after=["base-jointe"], blames=["fiche-complete"],
    help="Après l'envoi du formulaire, regardez la nouvelle ligne dans phpMyAdmin, colonne par colonne.",
)  # fmt: skip
def check_ajout_enregistre(site: Site) -> None:
    """Le formulaire d'ajout enregistre exactement ce qui est tapé."""
    drawn = site.drawn
    with (
        site.trouble.told_by_items(),
        queries.typed_as_sql([drawn.special, drawn.unpriced, drawn.free, drawn.description]),
    ):
        adding.expect_all_added(site)


@check(
    points=3, palier=ATTENDU, competences=DONNEES, after=["ajout-enregistre"],
    help="Vérifiez chaque champ sur le serveur, et placez le message juste à côté du champ.",
)  # fmt: skip
def check_ajout_messages(site: Site) -> None:
    """Une saisie fausse est refusée, avec un message près de chaque champ à corriger.

    RGAA 11.10 and 11.11.
    """
    refusals.expect_all_refused(site)


@check(
    points=2, palier=ATTENDU, competences=DONNEES, after=["ajout-enregistre"], blames=["ajout-messages"],
    help="Remettez dans chaque champ la valeur reçue, liste déroulante comprise.",
)  # fmt: skip
def check_ajout_saisie_conservee(site: Site) -> None:
    """Après une erreur, ce qui a été tapé reste dans le formulaire."""
    keeping.expect_all_kept(site)


@check(
    points=3, palier=ATTENDU, competences=DONNEES, after=["ajout-enregistre"],
    help="Redirigez après l'enregistrement, et reconnaissez un formulaire déjà reçu à sa clé cachée, qui ne sert qu'une fois.",
)  # fmt: skip
def check_ajout_sans_doublon(site: Site) -> None:
    """Un double clic ou un rechargement n'ajoute qu'une ligne."""
    doubles.expect_single_row(site, site.drawn.single)
    late.expect_stored(site)


@check(
    points=2, palier=ATTENDU, competences=SITE, after=["base-jointe"], blames=["ajout-enregistre"],
    help="Reliez chaque champ à une balise <label> ; un texte grisé dans le champ ne suffit pas.",
)  # fmt: skip
def check_etiquettes(site: Site) -> None:
    """Chaque champ de formulaire a une étiquette.

    RGAA 11.1: a placeholder is no label.
    """
    try:
        labels.expect_labels(site, kinds.further_pages(site))
    except Failed as failed:
        failed.because = ("ajout-enregistre",)
        raise


@check(
    points=3, palier=ATTENDU, competences=SITE, after=["base-jointe"],
    help="L'extension axe DevTools donne la même liste dans votre navigateur.", blames=["etiquettes", "langue", "fiche-complete", "ajout-enregistre"],
)  # fmt: skip
def check_accessibilite(site: Site) -> None:
    """Pas de défaut d'accessibilité grave sur la liste, une fiche et le formulaire.

    axe-core, serious and critical; it names the criteria of the RGAA 4.1.
    """
    quality.expect_accessible(site)


@check(
    points=2, palier=ATTENDU, competences=SITE, after=["base-jointe"],
    help="Le validateur du W3C (validator.w3.org) montre les mêmes erreurs.", blames=["etiquettes"],
)  # fmt: skip
def check_html_valide(site: Site, nu: Nu) -> None:
    """Le code HTML est valide.

    RGAA 8.2; the Nu HTML checker, errors only.
    """
    quality.expect_valid(site, nu)


@check(
    points=2, palier=ATTENDU, competences=SITE, after=["base-jointe"],
    help="Outils du navigateur, mode mobile, 360 px de large : cherchez ce qui dépasse (tableau, image, largeur fixe, mot très long).",
)  # fmt: skip
def check_mobile(site: Site) -> None:
    """Sur un téléphone, rien ne manque et aucune page ne défile de côté.

    RGAA 10.11 (reflow); 360 px is the brief's width.
    """
    quality.expect_no_overflow(site, 360)


@check(
    points=2, palier=ATTENDU, competences=SITE, after=["site-repond"],
    help="Recopiez les informations de l'énoncé dans une page « Mentions légales », avec un lien depuis l'accueil.",
)  # fmt: skip
def check_mentions_legales(site: Site) -> None:
    """La page des mentions légales donne les informations obligatoires.

    LCEN (loi n° 2004-575), the publisher's and the host's identity.
    """
    notice.expect_legal_notice(site)


@check(
    points=3, palier=ATTENDU, competences=SITE, after=["recherche"], blames=["fiche-complete"],
    help="Requêtes préparées : la valeur ne se colle jamais dans le texte SQL.",
)  # fmt: skip
def check_injection_sql(site: Site) -> None:
    """Ce que tape un visiteur ne devient jamais du SQL.

    OWASP Top 10, injection; search, addresses of the filter, of pages and of items.
    """
    with site.trouble.told_by_items(), queries.read_as_sql():
        injection.expect_no_injection(site)


@check(
    points=3, palier=ATTENDU, competences=SITE, after=["base-jointe"], blames=["fiche-complete"],  # which is asked before
    help="Échappez chaque valeur au moment de l'afficher : htmlspecialchars en PHP ; un modèle .html de Flask le fait seul, sans |safe.",
)  # fmt: skip
def check_echappement(site: Site) -> None:
    """Un texte qui contient du HTML est affiché, jamais exécuté.

    OWASP: cross-site scripting, stored and reflected, in text and in attributes.
    """
    injection.expect_stored_text_inert(site)
    scripts.expect_search_inert(site)
    injection.expect_filter_inert(site)
    adding.expect_form_inert(site)


# --------------------------------------------------------- approfondissement


@check(
    points=2, palier=APPROFONDISSEMENT, competences=SITE, after=["liste-complete"],
    help="LIMIT donne le nombre de lignes par page, OFFSET la première.",
)  # fmt: skip
def check_pagination_taille(site: Site) -> None:
    """La liste est découpée en pages de la taille demandée."""
    paging.expect_page_size(site)


@check(
    points=2, palier=APPROFONDISSEMENT, competences=SITE, after=["pagination-taille"],
    help="Calculez OFFSET pour les pages 1, 2 et la dernière ; essayez un numéro de page trop grand.",
)  # fmt: skip
def check_pagination_parcours(site: Site) -> None:
    """De page en page, on voit chaque ligne une fois et une seule."""
    paging.expect_full_walk(site)
    phone.expect_pages(site)


@check(
    points=3, palier=APPROFONDISSEMENT, competences=DONNEES, after=["base-jointe"],
    blames=["fiche-complete", "fiche-adresse", "ajout-messages"],  # the last one is asked before, and what it tells is not told again
    help="La requête UPDATE porte WHERE avec l'identifiant de la ligne.",
)  # fmt: skip
def check_modification(site: Site) -> None:
    """Le formulaire de modification, déjà rempli, change la bonne ligne et elle seule."""
    items.expect_openable(site)
    with queries.typed_as_sql([site.drawn.corrected, site.drawn.corrected_description]):
        editing.expect_edit(site)


@check(
    points=3, palier=APPROFONDISSEMENT, competences=DONNEES, after=["base-jointe"], blames=["fiche-complete", "fiche-adresse"],
    help="La suppression part d'un formulaire POST ; la requête DELETE porte WHERE avec l'identifiant.",
)  # fmt: skip
def check_suppression(site: Site) -> None:
    """La suppression, par un formulaire, retire la bonne ligne et elle seule."""
    items.expect_openable(site)
    deleting.expect_delete(site)


@check(
    points=2, palier=APPROFONDISSEMENT, competences=SITE, after=["base-jointe"], blames=["suppression", "fiche-complete"], timeout=180.0,
    help="Sur la page nommée, remplacez ce lien par un petit formulaire en POST, et refusez GET dans le programme qui change la base.",
)  # fmt: skip
def check_get_sans_effet(site: Site) -> None:
    """Suivre tous les liens du site ne change rien dans la base.

    RFC 9110, safe methods.
    """
    links.expect_links_harmless(site)


@check(
    points=2, palier=APPROFONDISSEMENT, competences=SITE, after=["modification", "suppression"],
    help="Mettez dans chaque formulaire un jeton propre à la session, et vérifiez-le avant d'agir.",
)  # fmt: skip
def check_csrf(site: Site) -> None:
    """Un formulaire envoyé depuis un autre site est refusé.

    OWASP: cross-site request forgery.
    """
    forgery.expect_forgery_refused(site)


@check(
    points=2, palier=APPROFONDISSEMENT, competences=SITE, after=["pagination-taille"], blames=["liste-suit-ajout", "liste-ordre"],
    help="Laissez la base trier et couper (ORDER BY, LIMIT) au lieu de tout lire.",
)  # fmt: skip
def check_mille_lignes(site: Site) -> None:
    """Avec mille lignes, l'accueil montre vite les premières, et elles seules."""
    paging.expect_large_list(site)


@check(
    points=2, palier=APPROFONDISSEMENT, competences=SITE, after=["base-jointe"], blames=["fiche-complete"],
    help="Attrapez l'erreur de connexion, écrivez-la dans un journal et montrez une page simple.",
)  # fmt: skip
def check_base_en_panne(site: Site) -> None:
    """Quand la base est en panne, le visiteur voit une page correcte."""
    outage.expect_decent_outage(site)


@check(
    points=2, palier=APPROFONDISSEMENT, competences=SITE, after=["base-jointe"],
    help="Supprimez d'abord les copies et les sauvegardes. Ce qui doit rester va dans un sous-dossier fermé par un .htaccess placé "
    "dedans. À la racine, ce fichier fermerait tout le site : nommez-y les fichiers à fermer.",
)  # fmt: skip
def check_rien_de_secret(site: Site) -> None:
    """Aucun fichier secret n'est accessible depuis le Web.

    OWASP: security misconfiguration.
    """
    secrecy.expect_nothing_secret(site)
