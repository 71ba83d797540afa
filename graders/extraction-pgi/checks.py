"""What is verified of a workbook made from a Tryton: its lines are Tryton's, its totals are alive, it can be shown.

The extraction is compared with the oracle; everything else with what the candidate's own lines give, so that a mistake
costs once, and `votre-extraction` says that these lines are theirs. Then copies are changed and recalculated.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from etabli.exam import check as declared

from . import note, presentation
from .blame import AFTER, FOLLOW, FORMULAS, NO_SYNTHESIS, TYPED_TOTAL
from .shape import Variant
from .trial import CORRECTED, FOLLOWED
from .work import Work

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.workbook import Workbook

ESSENTIEL, ATTENDU, APPROFONDISSEMENT = "essentiel", "attendu", "approfondissement"
METIER = ["C2.1"]
BUREAUTIQUE = ["C2.2"]
SECURITE = ["C2.3"]
FIGURES = ["mois-justes", "clients-justes", "parts", "rangs", "tva"]
"""Checks of figures: an error that is theirs alone is told by them."""
check = partial(declared, timeout=180.0)
"""Any check may be the first to want the office, which is tried twice on a workbook that brings it down."""


@pytest.fixture(scope="module")
def memo() -> dict[str, Work]:
    """The work, once read; never a verdict."""
    return {}


@pytest.fixture
def work(
    asked: AskedFiles,
    workbook: Workbook,
    documents: Documents,
    variant: Variant,
    draws: Draws,
    memo: dict[str, Work],
) -> Work:
    """What the candidate handed in."""
    if "work" not in memo:
        memo["work"] = Work(asked, workbook, documents, variant, draws)
    return memo["work"]


# ------------------------------------------------------------------ essentiel


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE,
    help="Un seul classeur, avec le nom de l'énoncé, enregistré par le tableur au format que dit son nom.",
)  # fmt: skip
def check_classeur_lisible(work: Work) -> None:
    """Le classeur se lit : un vrai fichier Excel ou LibreOffice, rempli."""
    work.expect_filled()


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["classeur-lisible"],
    help="Une ligne de titres avec les mots de l'énoncé, puis une ligne par ligne de facture.",
)  # fmt: skip
def check_donnees_trouvees(work: Work) -> None:
    """Une feuille contient l'extraction : une ligne de titres, puis des lignes."""
    assert work.contents.extraction.lines


@check(
    points=2, palier=ESSENTIEL, competences=METIER, after=["donnees-trouvees"], decisive=True,
    help="Exportez depuis votre propre Tryton, avec le filtre et la période de l'énoncé.",
)  # fmt: skip
def check_votre_extraction(work: Work) -> None:
    """L'extraction est celle de votre entreprise et de votre période."""
    work.contents.fidelity.expect_own()


@check(
    points=2, palier=ESSENTIEL, competences=METIER, after=["votre-extraction"], blames=["confidentialite"],
    help="Comparez vos titres au tableau des neuf colonnes, et supprimez ce qui n'est pas demandé.",
)  # fmt: skip
def check_colonnes(work: Work) -> None:
    """L'extraction a les neuf colonnes demandées, et aucune autre recopiée."""
    work.expect_columns()


@check(
    points=3, palier=ESSENTIEL, competences=METIER, after=["votre-extraction"],
    help="Comparez le nombre de lignes de votre feuille à celui que Tryton annonce, filtre en place.",
)  # fmt: skip
def check_lignes_completes(work: Work) -> None:
    """Aucune ligne de facture ne manque, hors avoirs, premier et dernier jour."""
    work.contents.fidelity.expect_complete()


@check(
    points=3, palier=ESSENTIEL, competences=METIER, after=["votre-extraction"],
    help="Un avoir rend de l'argent au client : cherchez-les dans Tryton, et regardez leur signe.",
)  # fmt: skip
def check_avoirs(work: Work) -> None:
    """Les avoirs y sont, avec leur signe moins."""
    work.contents.fidelity.expect_credits()


@check(
    points=2, palier=ESSENTIEL, competences=METIER, after=["votre-extraction"],
    help="Triez par date : regardez la première et la dernière ligne.",
)  # fmt: skip
def check_bornes(work: Work) -> None:
    """Le premier et le dernier jour de la période y sont ; rien avant, rien après."""
    work.contents.fidelity.expect_edges()


@check(
    points=3, palier=ESSENTIEL, competences=METIER, after=["votre-extraction"],
    help="L'état d'une facture dit si elle compte : filtrez-le avant d'exporter.",
)  # fmt: skip
def check_brouillons(work: Work) -> None:
    """Ni brouillon, ni facture annulée."""
    work.contents.fidelity.expect_no_draft()


@check(
    points=2, palier=ESSENTIEL, competences=METIER, after=["votre-extraction"],
    help="Cherchez les lignes que vous avez deux fois, et celles qui ne sont pas des ventes.",
)  # fmt: skip
def check_lignes_en_trop(work: Work) -> None:
    """Rien d'autre : ni fournisseur, ni doublon, ni ligne ou montant inconnus."""
    work.contents.fidelity.expect_nothing_else()


@check(
    points=1, palier=ESSENTIEL, competences=METIER, after=["votre-extraction"],
    help="Comparez ces cellules à la facture dans Tryton : un tri d'une seule colonne mélange les lignes.",
)  # fmt: skip
def check_lignes_exactes(work: Work) -> None:
    """Date, client, compte, article, quantité et taux sont ceux de Tryton."""
    work.contents.fidelity.expect_exact()


@check(
    points=2, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"],
    help="Une vraie date s'aligne à droite ; à l'importation, choisissez le type de la colonne.",
)  # fmt: skip
def check_dates(work: Work) -> None:
    """Les dates sont de vraies dates."""
    work.contents.kinds.expect_dates()


@check(
    points=2, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"],
    help="Un nombre s'aligne à droite et =SOMME(…) l'additionne ; un nombre écrit comme du texte s'aligne à gauche et vaut 0 dans une somme.",
)  # fmt: skip
def check_nombres(work: Work) -> None:
    """Les montants, les quantités et les taux sont de vrais nombres."""
    work.contents.kinds.expect_numbers()


@check(
    points=2, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"],
    help="Importez de nouveau, avec le type « Texte » pour chaque colonne citée : aucun format ne rend les zéros perdus.",
)  # fmt: skip
def check_codes_texte(work: Work) -> None:
    """Les numéros, les codes client et les comptes sont du texte, zéros compris."""
    work.expect_codes()


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"],
    help="Les totaux vont dans la synthèse ; supprimez les lignes vides.",
)  # fmt: skip
def check_une_table(work: Work) -> None:
    """Une seule ligne de titres, puis des lignes qui se suivent, sans total."""
    work.expect_one_table()


@check(
    points=3, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"], blames=["nombres"],
    help="Vérifiez un mois à la main : filtrez l'extraction, sélectionnez les montants, lisez la somme en bas de l'écran. "
    f"{AFTER['by_month']}",
)  # fmt: skip
def check_mois_justes(work: Work) -> None:
    """La synthèse donne le total HT de chaque mois de la période."""
    work.totals.expect_right(work.contents.synthesis.months)


@check(
    points=3, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["mois-justes"], decisive=True,
    help="Cliquez sur le total : la barre de formule doit montrer une formule qui lit l'extraction.",
)  # fmt: skip
def check_mois_formules(work: Work) -> None:
    """Les totaux par mois sont calculés : formules ou tableau croisé, rien de tapé."""
    work.totals.expect_calculated(work.contents.synthesis.months)


@check(
    points=3, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["mois-formules"],
    help="Changez vous-même un montant de l'extraction dans une copie : que fait le total du mois ?",
)  # fmt: skip
def check_mois_suivent(work: Work) -> None:
    """Quand une ligne change, le total du bon mois suit, du bon montant."""
    work.totals.expect_automatic()
    work.totals.expect_follows(work.contents.synthesis.months, *CORRECTED)


@check(
    points=3, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"], blames=["nombres", "mois-justes"],
    help="Filtrez l'extraction sur le code de ce client, sélectionnez les montants, lisez la somme en bas de l'écran. Deux clients ont "
    f"presque le même nom : sa formule doit lire le code. {AFTER['by_customer']}",
)  # fmt: skip
def check_clients_justes(work: Work) -> None:
    """La synthèse donne le total HT de chaque client."""
    work.totals.expect_right(work.contents.synthesis.customers)


@check(
    points=3, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["clients-justes"], decisive=True,
    help="Cliquez sur le total : la barre de formule doit montrer une formule qui lit l'extraction.",
)  # fmt: skip
def check_clients_formules(work: Work) -> None:
    """Les totaux par client sont calculés : formules ou tableau croisé, rien de tapé."""
    work.totals.expect_calculated(work.contents.synthesis.customers)


@check(
    points=3, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["clients-formules"], blames=["mois-suivent"],
    help="Donnez une ligne à un autre client dans une copie : les deux totaux doivent changer.",
)  # fmt: skip
def check_clients_suivent(work: Work) -> None:
    """Quand une ligne change, le total du bon client suit, du bon montant."""
    work.totals.expect_automatic(FOLLOW["by_month"])
    work.totals.expect_follows(work.contents.synthesis.customers, *CORRECTED)


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"],
    help="La somme des mois, la somme des clients et la somme des lignes sont le même nombre. La note cite-t-elle ce total, ou l'écart ? "
    "Ils peuvent changer : relisez-la ensuite.",
    blames=["nombres", *NO_SYNTHESIS, *FORMULAS.values(), *FOLLOW.values()],
)  # fmt: skip
def check_total(work: Work) -> None:
    """Le total général est juste, et suit les lignes."""
    work.totals.expect_total()
    work.totals.expect_automatic(*FOLLOW.values())


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"], blames=NO_SYNTHESIS,
    help="Sélectionnez les étiquettes et les totaux, puis Insertion, Graphique.",
)  # fmt: skip
def check_graphique(work: Work) -> None:
    """Un graphique montre la synthèse."""
    work.contents.charts.expect_one(work.contents.synthesis.absence)


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["graphique"],
    help="Cliquez sur le graphique : le tableur encadre les cellules qu'il montre.",
)  # fmt: skip
def check_graphique_plage(work: Work) -> None:
    """Le graphique montre les bons totaux : toute la plage, et rien d'autre."""
    work.display.expect_right_chart()


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["graphique"],
    help="Cliquez sur le graphique, puis donnez-lui un titre, et un titre à chaque axe, avec l'unité. Il doit se lire seul.",
)  # fmt: skip
def check_graphique_lisible(work: Work) -> None:
    """Le graphique se lit seul : un titre, des axes ou des étiquettes, une forme simple."""
    work.display.expect_readable_chart()


@check(
    points=1, palier=ESSENTIEL, competences=BUREAUTIQUE, after=["votre-extraction"], blames=FIGURES,
    help="Cliquez sur la cellule : le tableur dit ce que sa formule ne trouve pas.",
)  # fmt: skip
def check_erreurs(work: Work) -> None:
    """Aucune cellule ne montre une erreur."""
    work.display.expect_no_error()


# -------------------------------------------------------------------- attendu


@check(
    points=3, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"], blames=["clients-justes", *TYPED_TOTAL],
    help="La part d'un client est son total divisé par le total général, calculé lui aussi : fixez sa cellule avec des $.",
)  # fmt: skip
def check_parts(work: Work) -> None:
    """Chaque client a sa part du total, calculée."""
    work.totals.expect_right(work.contents.synthesis.shares)
    work.totals.expect_calculated(work.contents.synthesis.shares)
    work.totals.expect_follows(work.contents.synthesis.shares, *FOLLOWED)


@check(
    points=2, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"], blames=["clients-justes"],
    help="La fonction RANG donne une place dans une liste ; le plus grand total a le rang 1.",
)  # fmt: skip
def check_rangs(work: Work) -> None:
    """Chaque client a son rang, calculé."""
    work.totals.expect_ranks()


@check(
    points=4, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"], blames=["nombres", "mois-justes", *FOLLOW.values()],
    help="Deux taux, donc deux bases : la somme des montants de chaque taux, puis base × taux. Votre note les cite-t-elle ? Reprenez-la aussi.",
)  # fmt: skip
def check_tva(work: Work) -> None:
    """La TVA est donnée par taux : base et montant, calculés."""
    work.totals.expect_vat()


@check(
    points=4, palier=ATTENDU, competences=METIER, after=["votre-extraction"],
    help="Dans la feuille de ces lignes, filtrez la période (et l'état, s'il y en a un), sélectionnez les nombres, puis comparez à "
    "votre chiffre la somme en bas de l'écran. Votre note le cite-t-elle ? Reprenez-la aussi.",
)  # fmt: skip
def check_chiffre(work: Work) -> None:
    """Le chiffre demandé (RH, stock ou production) est juste, et calculé."""
    work.exports.expect_figure()


@check(
    points=2, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"],
    help="Excel : Insertion, Tableau. LibreOffice : Données, Définir la plage. Titres et dernière ligne compris.",
)  # fmt: skip
def check_tableau_nomme(work: Work) -> None:
    """Les lignes de l'extraction forment un tableau ou une plage nommée."""
    presentation.expect_table(work.contents.book, work.contents.extraction)


@check(
    points=3, palier=ATTENDU, competences=BUREAUTIQUE, after=["mois-suivent", "clients-suivent"],
    help="Une formule ou un tableau croisé qui lit un tableau ou des colonnes entières prend les lignes nouvelles.",
)  # fmt: skip
def check_ligne_ajoutee(work: Work) -> None:
    """Une ligne ajoutée sous la dernière entre dans tous les totaux."""
    work.totals.expect_takes_in()


@check(
    points=2, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"], blames=NO_SYNTHESIS,
    help="Format de cellule : date, nombre à deux décimales ou monétaire, pourcentage.",
)  # fmt: skip
def check_formats(work: Work) -> None:
    """Les dates, les montants et les parts déjà écrits ont un format qui se lit."""
    work.display.expect_formats()


@check(
    points=2, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"], blames=NO_SYNTHESIS,
    help="Regardez l'aperçu avant impression : les colonnes tiennent-elles, les titres reviennent-ils à chaque page ?",
)  # fmt: skip
def check_impression(work: Work) -> None:
    """L'extraction et la synthèse sont prêtes à imprimer."""
    work.display.expect_printable()


@check(
    points=2, palier=ATTENDU, competences=METIER, after=["votre-extraction"],
    help="Dans six mois, saura-t-on d'où viennent ces chiffres et de quel jour ils datent ?",
)  # fmt: skip
def check_source(work: Work) -> None:
    """La source et la date de l'extraction sont écrites."""
    work.display.expect_source()


@check(
    points=4, palier=ATTENDU, competences=SECURITE, after=["votre-extraction"], decisive=True,
    help="Relisez la consigne de confidentialité ; cherchez aussi dans les autres feuilles et dans les commentaires.",
)  # fmt: skip
def check_confidentialite(work: Work) -> None:
    """Aucune donnée personnelle de trop dans les fichiers rendus."""
    work.expect_private()


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["votre-extraction"], blames=["confidentialite"],
    help="Affichez toutes les feuilles et toutes les colonnes, enlevez les filtres, supprimez ce qui ne sert pas.",
)  # fmt: skip
def check_rien_de_cache(work: Work) -> None:
    """Rien n'est caché : ni feuille, ni colonne, ni ligne."""
    work.expect_shown()


@check(
    points=1, palier=ATTENDU, competences=BUREAUTIQUE, after=["classeur-lisible"],
    help="Une note se lit en une minute, et commence par le nom de la personne qui la reçoit.",
)  # fmt: skip
def check_note_longueur(work: Work) -> None:
    """La note est courte et dit à qui elle parle."""
    note.expect_length(work.note.text, work.contents.variant.manager.name, work.contents.variant.names.values())


@check(
    points=1, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"], blames=note.TOLD_BY_LENGTH,
    help="Triez la liste des clients par total, du plus grand au plus petit.",
)  # fmt: skip
def check_note_clients(work: Work) -> None:
    """La note nomme les premiers clients, et ceux qui dépassent le seuil."""
    work.note.expect_named()


@check(
    points=3, palier=ATTENDU, competences=BUREAUTIQUE, after=["votre-extraction"], blames=note.TOLD_BY_LENGTH,
    help="Relisez chaque chiffre de la note, le classeur ouvert à côté.",
)  # fmt: skip
def check_note_chiffres(work: Work) -> None:
    """Les chiffres cités dans la note sont ceux du classeur."""
    work.note.expect_quoted()


# ---------------------------------------------------------- approfondissement


@check(
    points=3, palier=APPROFONDISSEMENT, competences=METIER, after=["votre-extraction"],
    help="Dans la feuille des échéances, relisez la colonne des jours de retard (date de situation − échéance), puis les limites "
    "des tranches : 30 va dans « 1 à 30 jours », et 31 dans « 31 à 60 jours ». Votre note cite-t-elle un de ces totaux ? Reprenez-la aussi.",
)  # fmt: skip
def check_balance_totaux(work: Work) -> None:
    """La balance âgée donne le total de chaque tranche."""
    work.exports.expect_aged_totals()


@check(
    points=3, palier=APPROFONDISSEMENT, competences=METIER, after=["balance-totaux"],
    help="Dans la feuille des échéances, filtrez le client, et comparez à l'export de Tryton le code, le montant et l'échéance de chaque ligne. "
    "Tout y est juste ? Alors sa formule de la balance en oublie une.",
)  # fmt: skip
def check_balance_clients(work: Work) -> None:
    """La balance âgée est juste pour chaque client."""
    work.exports.expect_aged_customers()


@check(
    points=2, palier=APPROFONDISSEMENT, competences=BUREAUTIQUE, after=["balance-totaux"],
    help="Cliquez sur la cellule signalée, et écrivez-y une formule (SOMME.SI.ENS) qui lit la feuille des échéances.",
)  # fmt: skip
def check_balance_calculee(work: Work) -> None:
    """La balance âgée est calculée, rien n'y est tapé."""
    work.exports.expect_aged_calculated()


@check(
    points=3, palier=APPROFONDISSEMENT, competences=METIER, after=["votre-extraction"], blames=TYPED_TOTAL,
    help="Dans la feuille du grand livre, filtrez la date comptable sur la période. La somme des crédits moins celle des "
    "débits est le total attendu. Votre note cite-t-elle l'écart ? Reprenez-la aussi.",
)  # fmt: skip
def check_ecart(work: Work) -> None:
    """L'écart avec la comptabilité est donné, et calculé."""
    work.exports.expect_gap()


@check(
    points=4, palier=APPROFONDISSEMENT, competences=METIER, after=["votre-extraction"], blames=["ecart"],
    help="Dans la feuille du grand livre, filtrez la période, puis les lignes dont l'origine est vide. Recopiez-les dans une liste "
    "à part. Cherchez ensuite les factures à cheval (séance 6, étape 7).",
)  # fmt: skip
def check_ecart_ecritures(work: Work) -> None:
    """Les écritures qui font l'écart sont listées, avec leur montant."""
    work.exports.expect_entries()
