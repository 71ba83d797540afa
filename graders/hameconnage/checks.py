"""What is verified: thirty verdicts against the truth, three reports, an answer, a page and a quiz that Moodle imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etabli.exam import check

from . import prose, quiz, reports
from .shape import Variant
from .work import Work

if TYPE_CHECKING:
    from etabli.exam.contract.blot import Blot
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.files import Files
    from etabli.exam.tools.page import SitePage

ESSENTIEL, ATTENDU = "essentiel", "attendu"
SECURITE, SENSIBILISER = ["C2.3"], ["C3.2"]
TEXTS = ("signalements", "reponse")


@pytest.fixture(scope="module")
def memo() -> dict[str, Work]:
    """The work of this exam: documents read by one check serve the next; never a verdict."""
    return {}


@pytest.fixture
def work(
    asked: AskedFiles, files: Files, documents: Documents, blot: Blot, variant: Variant, memo: dict[str, Work]
) -> Work:
    """What the candidate handed in."""
    if "work" not in memo:
        known = {path: ["traces"] for path in files.paths()}
        for name, verbs in (("tri", ["tables"]), *((name, ["text", "seen"]) for name in TEXTS)):
            for path in asked.paths(name):
                known[path] += verbs
        documents.expect(known)
        memo["work"] = Work(asked, files, documents, blot, variant)
    return memo["work"]


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE,
    help="Les noms de fichiers demandés sont sur la feuille : une seule version de chacun, en haut du rendu.",
)  # fmt: skip
def check_rendu_present(work: Work) -> None:
    """Le rendu contient au moins un des fichiers demandés."""
    work.expect_something()


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"],
    help="Repartez de dossier/modeles/tri.csv, et gardez ses quatre titres.",
)  # fmt: skip
def check_tri_lisible(work: Work) -> None:
    """Le tri est un tableau, avec les colonnes demandées."""
    assert work.sorting


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["tri-lisible"],
    help="Filtrez la colonne verdict : aucune case vide, deux mots seulement.",
)  # fmt: skip
def check_tri_complet(work: Work) -> None:
    """Chaque message a sa ligne, et un verdict que l'on comprend."""
    work.sorting.expect_whole()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["tri-complet"], blames=["honnetes-epargnes"],
    help="Lisez le nom entier de chaque pièce jointe, et les phrases qui pressent ou menacent.",
)  # fmt: skip
def check_pieges_visibles(work: Work) -> None:
    """Les pièges visibles sont tous trouvés."""
    work.sorting.expect_level(1)


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["tri-complet"], blames=["honnetes-epargnes"],
    help="Comparez chaque IBAN à partenaires.csv, puis regardez où partirait la réponse.",
)  # fmt: skip
def check_pieges_discrets(work: Work) -> None:
    """Les pièges discrets sont trouvés, sauf un au plus."""
    work.sorting.expect_level(2)


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["tri-complet"], blames=["honnetes-epargnes"],
    help="Lisez les domaines de droite à gauche et lettre par lettre ; un QR code a aussi une adresse.",
)  # fmt: skip
def check_pieges_habiles(work: Work) -> None:
    """Les pièges habiles sont trouvés, sauf un au plus."""
    work.sorting.expect_level(3)


@check(
    points=3, palier=ESSENTIEL, competences=SECURITE, after=["tri-complet"],
    help="Un message pressé, laid ou inattendu n'est pas un piège : cherchez un fait.",
)  # fmt: skip
def check_honnetes_epargnes(work: Work, draws: Draws) -> None:
    """Les messages honnêtes ne sont pas accusés, sauf deux au plus."""
    work.sorting.expect_spared(draws.of("message honnête"))


@check(
    points=3, palier=ESSENTIEL, competences=SECURITE, after=["tri-complet"],
    help="Rouvrez le message et montrez l'indice du doigt ; les huit mots sont sur la feuille.",
)  # fmt: skip
def check_indices_vrais(work: Work) -> None:
    """L'indice de chaque piège est vraiment dans ce message."""
    work.sorting.expect_clues()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["tri-complet"],
    help="Recopiez du message ce qui le trahit, sans le raconter.",
)  # fmt: skip
def check_preuves(work: Work) -> None:
    """Pour six pièges au moins, une preuve est recopiée du message."""
    work.sorting.expect_proofs()


@check(
    points=3, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"], decisive=True,
    help="Cherchez dans chaque fichier, commentaires et propriétés compris, les noms et téléphones que citent les messages.",
)  # fmt: skip
def check_rien_de_personnel(work: Work) -> None:
    """Aucune donnée d'une personne extérieure n'est recopiée."""
    prose.expect_nothing_personal(work)


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"],
    help="Trois signalements à la suite ; chacun commence par « À : » et suit la forme de la procédure.",
)  # fmt: skip
def check_signalements_lisibles(work: Work) -> None:
    """Les trois signalements se lisent."""
    reports.expect_readable(work.reports)


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["signalements-lisibles"],
    blames=["pieges-visibles", "pieges-discrets", "pieges-habiles", "honnetes-epargnes"],
    help="Le tableau de la procédure a trois lignes : un piège pour chacune.",
)  # fmt: skip
def check_signalements_cas(work: Work) -> None:
    """Les signalements portent sur trois pièges, un par ligne de la procédure."""
    reports.expect_cases(work.reports, work.variant)


@check(
    points=3, palier=ESSENTIEL, competences=SECURITE, after=["signalements-cas"],
    help="Relisez la procédure : une adresse est la même pour tous, l'autre dépend du piège.",
)  # fmt: skip
def check_signalements_destinataires(work: Work) -> None:
    """Chaque signalement part aux bonnes personnes, et à elles seules."""
    reports.expect_addresses(work.reports, work.variant)


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["signalements-cas"],
    help="Comparez ligne à ligne avec la forme que donne la procédure.",
)  # fmt: skip
def check_signalements_forme(work: Work) -> None:
    """Chaque signalement dit l'objet, la date, l'expéditeur et l'indice."""
    reports.expect_form(work.reports, work.variant)


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["signalements-lisibles"],
    help="Écrivez hxxps et [.] ; dans un document, enlevez aussi le lien que le logiciel a fait.",
)  # fmt: skip
def check_liens_neutralises(work: Work) -> None:
    """Aucun lien de piège ne peut être suivi, le tableau du tri mis à part."""
    prose.expect_no_link(work, work.variant, work.asked.paths("tri"))


# ------------------------------------------------------------------ attendu


@check(
    points=1, palier=ATTENDU, competences=SENSIBILISER, after=["rendu-present"],
    help="Le nombre de mots est en bas de la fenêtre du traitement de texte.",
)  # fmt: skip
def check_reponse_longueur(work: Work) -> None:
    """La réponse au collègue a la longueur demandée."""
    prose.expect_answer_length(work.answer)


@check(
    points=3, palier=ATTENDU, competences=SENSIBILISER, after=["reponse-longueur"],
    help="Que lui est-il arrivé ? La fiche des réflexes donne quatre gestes pour chaque cas.",
)  # fmt: skip
def check_reponse_gestes(work: Work) -> None:
    """La réponse donne les gestes de ce cas-là."""
    prose.expect_gestures(work.answer, work.variant.scene.id)


@check(
    points=1, palier=ATTENDU, competences=SENSIBILISER, after=["rendu-present"],
    help="Un titre <h1>, puis des phrases : ouvrez la page dans un navigateur.",
)  # fmt: skip
def check_page_lisible(work: Work, leaf: SitePage) -> None:
    """La page se lit : un titre et assez de texte."""
    prose.expect_page(work.show(leaf))


@check(
    points=2, palier=ATTENDU, competences=SENSIBILISER, after=["page-lisible"],
    help="La fiche des réflexes en donne six : lesquels servent à vos collègues ?",
)  # fmt: skip
def check_page_reflexes(work: Work, leaf: SitePage) -> None:
    """La page donne au moins quatre réflexes."""
    prose.expect_reflexes(work.show(leaf).text)


@check(
    points=1, palier=ATTENDU, competences=SENSIBILISER, after=["page-lisible"],
    help="La langue se dit dans la première balise de la page ; les phrases sont dans cette langue.",
)  # fmt: skip
def check_page_langue(work: Work, leaf: SitePage) -> None:
    """La page est en français, et le dit."""
    prose.expect_french(work.show(leaf))


@check(
    points=2, palier=ATTENDU, competences=SENSIBILISER, after=["page-lisible"],
    help="L'extension axe DevTools montre le même défaut dans votre navigateur.",
)  # fmt: skip
def check_page_accessible(work: Work, leaf: SitePage) -> None:
    """La page n'a aucun défaut d'accessibilité grave."""
    prose.expect_accessible(work.show(leaf))


@check(
    points=2, palier=ATTENDU, competences=SENSIBILISER, after=["rendu-present"],
    help="Importez le fichier dans Moodle (Banque de questions, Importer), ou comparez-le à l'exemple de la référence.",
)  # fmt: skip
def check_quiz_importe(work: Work) -> None:
    """Moodle importe le quiz."""
    quiz.expect_import(work.questions)


@check(
    points=1, palier=ATTENDU, competences=SENSIBILISER, after=["quiz-importe"],
    help="Une ligne vide sépare deux questions : sans elle, Moodle n'en voit qu'une.",
)  # fmt: skip
def check_quiz_huit(work: Work) -> None:
    """Le quiz a huit questions différentes."""
    quiz.expect_enough(work.questions)


@check(
    points=2, palier=ATTENDU, competences=SENSIBILISER, after=["quiz-importe"],
    help="Après une réponse, le signe # introduit un retour ; #### vaut pour toute la question.",
)  # fmt: skip
def check_quiz_retours(work: Work) -> None:
    """Chaque question a un retour."""
    quiz.expect_feedback(work.questions)


@check(
    points=2, palier=ATTENDU, competences=SENSIBILISER, after=["quiz-importe"],
    help="Le signe = est devant la bonne réponse, ~ devant chaque mauvaise.",
)  # fmt: skip
def check_quiz_reponses(work: Work) -> None:
    """Chaque question a sa bonne réponse, et Moodle peut la corriger."""
    quiz.expect_answers(work.questions)


@check(
    points=3, palier=ATTENDU, competences=SENSIBILISER, after=["quiz-importe"],
    help="Relisez partenaires.csv avant d'écrire la clé : T si c'est un piège, F sinon.",
)  # fmt: skip
def check_quiz_cles(work: Work) -> None:
    """Quatre vrais ou faux portent sur vos adresses, et leur clé est juste."""
    quiz.expect_keys(work.questions, work.variant)
