"""What is verified of an audit: what it finds, what it spares, what it proposes and what it runs.

A line of the report is a claim about an account, compared with the planted truth; the policy is run by libpwquality
on hidden passwords, the migration script on hidden lines. No message tells an account that is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etabli.exam import check

from . import audit, harm, naming, prose, rights, trying
from .shape import Variant
from .work import Work, questions

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.bench import Bench
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.files import Files

ESSENTIEL, ATTENDU, APPROFONDISSEMENT = "essentiel", "attendu", "approfondissement"
SECURITE = ["C2.3"]
SENSIBILISER = ["C3.2"]
HORS_COMPETENCE: list[str] = []
RUNS = 240.0
"""Seconds, by the clock of a busy machine, of a check that runs something on the bench, whose own limit is of the processor."""


@pytest.fixture(scope="module")
def memo() -> dict[str, Work]:
    """The work of this exam: documents read and programs run by one check serve the next; never a verdict."""
    return {}


@pytest.fixture
def work(
    asked: AskedFiles,
    files: Files,
    documents: Documents,
    bench: Bench,
    variant: Variant,
    draws: Draws,
    memo: dict[str, Work],
) -> Work:
    """What the candidate handed in."""
    if "work" not in memo:
        documents.expect(questions(asked, files))
        memo["work"] = Work(asked, files, documents, bench, variant, draws)
    return memo["work"]


# ------------------------------------------------------------------ essentiel


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE,
    help="Les noms de fichiers demandés sont dans l'énoncé : une seule version de chacun, à la racine du rendu.",
)  # fmt: skip
def check_rendu_present(work: Work) -> None:
    """Le rendu contient au moins un des fichiers demandés."""
    work.expect_something()


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"],
    help="Une ligne de titres, puis une ligne par constat ; les titres demandés sont dans l'énoncé.",
)  # fmt: skip
def check_releve_lisible(work: Work) -> None:
    """Le relevé d'audit se lit : un tableau, avec les colonnes demandées."""
    assert work.audit.table.lines


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"],
    help="Comparez vos mots à la liste de l'énoncé, un par un ; une liste déroulante dans le tableur évite les fautes.",
)  # fmt: skip
def check_vocabulaire(work: Work) -> None:
    """Risques, gravités et systèmes sont dits avec les mots de l'énoncé."""
    work.audit.expect_known_words()


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"],
    help="Copiez le compte depuis l'export du système : le même compte n'existe pas partout.",
)  # fmt: skip
def check_comptes_connus(work: Work) -> None:
    """Chaque ligne nomme un compte qui existe dans vos données."""
    work.audit.expect_known_accounts()


@check(
    points=3, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"], decisive=True,
    help="Une preuve dit où l'on a vu le risque, jamais la valeur. Cherchez aussi dans les commentaires et les propriétés.",
)  # fmt: skip
def check_rien_de_secret(work: Work) -> None:
    """Aucun mot de passe ni aucune empreinte, nulle part dans le rendu."""
    harm.expect_no_secret(work)


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"],
    help="Sous « Pour m'engager », écrivez « Lu et accepté le », puis la date ; le terminal d'Établi l'écrit pour vous.",
)  # fmt: skip
def check_charte(work: Work) -> None:
    """La charte porte un engagement daté."""
    prose.expect_signed(work)


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"],
    help="Relisez dans le mandat ce qui est hors du périmètre.",
)  # fmt: skip
def check_perimetre(work: Work) -> None:
    """Rien ne sort du périmètre du mandat."""
    harm.expect_in_scope(work)


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"],
    help="Prenez les risques un par un, et pour chacun les trois systèmes.",
)  # fmt: skip
def check_constats_trouves(work: Work) -> None:
    """Le relevé trouve au moins la moitié de ce qu'il y a à trouver."""
    work.audit.expect_share()


@check(
    points=3, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], decisive=True,
    help="Gardez les lignes dont vous pouvez montrer la preuve dans un fichier.",
)  # fmt: skip
def check_accusations_fondees(work: Work) -> None:
    """Le relevé n'accuse pas tout le monde."""
    work.audit.expect_no_mob()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["constats-trouves"],
    help="Reprenez chaque ligne signalée avec la règle du risque sous les yeux.", blames=["accusations-fondees"],
)  # fmt: skip
def check_precision(work: Work) -> None:
    """Au plus une ligne sur dix met en cause un compte à tort."""
    work.audit.expect_precision()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["constats-trouves"],
    help="Un compte déjà fermé, une absence prévue, un départ à venir, un autre prénom : croisez les fichiers avant d'accuser.",
)  # fmt: skip
def check_pieges(work: Work) -> None:
    """Les comptes qui paraissent seulement suspects ne sont pas accusés."""
    work.audit.expect_no_trap()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("fuite"),
    help="Filtrez resultats.csv, ou comparez à la liste de fuites.",
)  # fmt: skip
def check_trouve_fuite(work: Work) -> None:
    """Les mots de passe connus d'une fuite sont relevés."""
    work.audit.expect_kind("fuite")


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("identifiant"),
    help="Filtrez la colonne resultat de resultats.csv.",
)  # fmt: skip
def check_trouve_identifiant(work: Work) -> None:
    """Les mots de passe tirés de l'identifiant sont relevés."""
    work.audit.expect_kind("identifiant")


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("organisation"),
    help="Filtrez la colonne resultat de resultats.csv.",
)  # fmt: skip
def check_trouve_organisation(work: Work) -> None:
    """Les mots de passe tirés du nom de l'organisation sont relevés."""
    work.audit.expect_kind("organisation")


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("saison"),
    help="Filtrez la colonne resultat de resultats.csv, et lisez la remarque.",
)  # fmt: skip
def check_trouve_saison(work: Work) -> None:
    """Les mots de passe faits d'une saison et d'une année sont relevés."""
    work.audit.expect_kind("saison")


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("reutilise"),
    help="Triez resultats.csv par groupe : un groupe de deux comptes ou plus a un seul mot de passe.",
)  # fmt: skip
def check_trouve_reutilise(work: Work) -> None:
    """Les mots de passe réutilisés sont relevés."""
    work.audit.expect_kind("reutilise")


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("partage"),
    help="Lisez la colonne titulaire : une équipe, ou une personne ?",
)  # fmt: skip
def check_trouve_partage(work: Work) -> None:
    """Les comptes partagés sont relevés."""
    work.audit.expect_kind("partage")


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("empreinte-faible"),
    help="Dans intranet.csv, mettez =NBCAR(…) de la colonne empreinte dans une colonne vide, puis triez : 32 ou 40 chiffres "
    "hexadécimaux, sans sel.",
)  # fmt: skip
def check_trouve_empreinte_faible(work: Work) -> None:
    """Les empreintes MD5 et SHA-1 sans sel sont relevées."""
    work.audit.expect_kind("empreinte-faible")


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("dormant"),
    help="Comptez les jours depuis derniere_connexion jusqu'à la date de l'état des comptes, puis lisez les absences dans rh.csv.",
)  # fmt: skip
def check_trouve_dormant(work: Work) -> None:
    """Les comptes dormants sont relevés."""
    work.audit.expect_kind("dormant")


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("parti"),
    help=f"Filtrez depart dans rh.csv, puis cherchez chaque personne dans les trois systèmes. {audit.IN_REVIEW}",
)  # fmt: skip
def check_trouve_parti(work: Work) -> None:
    """Les comptes actifs de personnes parties sont tous relevés."""
    work.audit.expect_kind("parti")


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=audit.checks_before("sans-2fa"),
    help=f"Filtrez droits = administrateur, second_facteur = non et actif = oui, dans les trois exports. {audit.IN_REVIEW}",
)  # fmt: skip
def check_trouve_sans_2fa(work: Work) -> None:
    """Les administrateurs sans second facteur sont tous relevés."""
    work.audit.expect_kind("sans-2fa")


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"], blames=[audit.WORDS_FIRST, "constats-trouves"],
    help="Comptez vos lignes par système.",
)  # fmt: skip
def check_trois_systemes(work: Work) -> None:
    """Les constats couvrent les trois systèmes."""
    work.audit.expect_systems()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["constats-trouves"],
    help="Prenez la gravité de base du risque, puis regardez si le compte est administrateur de ce système.",
)  # fmt: skip
def check_gravite(work: Work) -> None:
    """La gravité suit la grille de l'énoncé."""
    work.audit.expect_severity()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"],
    help="Dites dans quel fichier, quelle colonne ou quelle date on voit le risque.",
)  # fmt: skip
def check_preuves(work: Work) -> None:
    """Chaque constat dit sa preuve."""
    work.audit.expect_proofs()


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["releve-lisible"],
    help="Une action à faire, et le texte qui la demande : relisez la fiche des sources.",
)  # fmt: skip
def check_recommandations(work: Work) -> None:
    """Chaque constat a une recommandation et sa source."""
    work.audit.expect_advice()


@check(
    points=1, palier=ESSENTIEL, competences=SECURITE, after=["rendu-present"],
    help="Colonnes compte, système, action, motif ; l'action est un des trois mots de l'énoncé.",
)  # fmt: skip
def check_droits_lisible(work: Work) -> None:
    """La revue des droits se lit : comptes, systèmes et actions connus."""
    work.review.expect_understood()


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["droits-lisible"], blames=rights.checks_before("desactiver"),
    help="Filtrez dans votre relevé les personnes parties et les comptes dormants, puis recopiez chaque compte dans la revue, avec "
    "son système.",
)  # fmt: skip
def check_droits_desactiver(work: Work) -> None:
    """Les comptes à désactiver y sont tous."""
    work.review.expect_all("desactiver", work.overlooked(rights.FOLLOWS["desactiver"]))


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["droits-lisible"], blames=rights.checks_before("second-facteur"),
    help="Dans chaque export, filtrez droits = administrateur, second_facteur = non et actif = oui, puis recopiez ces comptes dans la revue.",
)  # fmt: skip
def check_droits_second_facteur(work: Work) -> None:
    """Les comptes à doter d'un second facteur y sont tous."""
    work.review.expect_all("second-facteur", work.overlooked(rights.FOLLOWS["second-facteur"]))


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["droits-lisible"], blames=rights.checks_before("reduire"),
    help="Comparez la colonne droits de chaque export aux habilitations de la liste RH.",
)  # fmt: skip
def check_droits_reduire(work: Work) -> None:
    """Les droits à réduire y sont tous."""
    work.review.expect_all("reduire")


@check(
    points=2, palier=ESSENTIEL, competences=SECURITE, after=["droits-lisible"],
    help="Pour chaque ligne, relisez la date de départ, l'absence prévue et les habilitations.",
    blames=["accusations-fondees", "precision", "pieges"],
)  # fmt: skip
def check_droits_justes(work: Work) -> None:
    """La revue ne demande aucune action sans raison."""
    work.review.expect_nothing_else(work.accused, work.wrong_claims)


# -------------------------------------------------------------------- attendu


@check(
    points=1, palier=ATTENDU, competences=SECURITE, after=["rendu-present"], timeout=RUNS,
    help="Essayez-la dans le terminal de l'espace de travail : libpwquality dit la ligne qu'il ne comprend pas.",
)  # fmt: skip
def check_politique_lue(work: Work) -> None:
    """La politique se lit : libpwquality la comprend, ou le formulaire est rempli."""
    assert work.tried.refusals


@check(
    points=3, palier=ATTENDU, competences=SECURITE, after=["politique-lue"],
    help="Cherchez la règle qui gêne les longues phrases : répétitions, suites d'une même classe ou signes exigés.",
)  # fmt: skip
def check_politique_accepte_phrases(work: Work) -> None:
    """La politique accepte de longues phrases de passe."""
    work.tried.expect_accepted("phrases")


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["politique-lue"], blames=["politique-accepte-phrases"],
    help="Un gestionnaire tire 16 à 20 caractères de quatre classes : quelle règle les refuse ?",
)  # fmt: skip
def check_politique_accepte_gestionnaire(work: Work) -> None:
    """La politique accepte les mots de passe d'un gestionnaire."""
    work.tried.expect_accepted("gestionnaire")


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["politique-accepte-gestionnaire"],
    help="Augmentez la longueur minimale de votre politique (minlen, ou la case du formulaire), sans dépasser 16. La fiche des "
    "sources la donne, d'après le cas qui s'applique.",
)  # fmt: skip
def check_politique_refuse_courts(work: Work) -> None:
    """La politique refuse les mots de passe trop courts."""
    work.expect_short_refused()


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["politique-accepte-gestionnaire"],
    help="Ajoutez les saisons à la ligne badwords de votre politique (formulaire : « Mots refusés »), telles que l'énoncé les écrit.",
)  # fmt: skip
def check_politique_refuse_saisons(work: Work) -> None:
    """La politique refuse les saisons, quoi qu'il y ait autour."""
    work.tried.expect_refused("saisons")


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["politique-accepte-gestionnaire"],
    help="Ajoutez à la ligne badwords de votre politique (formulaire : « Mots refusés ») le nom de l'organisation et celui de sa "
    "ville, sans accents.", blames=trying.checks_before("organisation"),
)  # fmt: skip
def check_politique_refuse_organisation(work: Work) -> None:
    """La politique refuse le nom de l'organisation et de sa ville."""
    work.tried.expect_refused("organisation")


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["politique-accepte-gestionnaire"],
    help="L'énoncé donne les mots à interdire : comparez-les un par un.", blames=trying.checks_before("frequents"),
)  # fmt: skip
def check_politique_refuse_frequents(work: Work) -> None:
    """La politique refuse les mots les plus fréquents des fuites."""
    work.tried.expect_refused("frequents")


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["politique-accepte-gestionnaire"],
    help="Ouvrez dossier/modeles/pwquality.conf : la ligne usercheck y est expliquée. Écrivez-la dans votre politique avec sa valeur, sans le signe #.",
)  # fmt: skip
def check_politique_refuse_identifiant(work: Work) -> None:
    """La politique refuse un mot de passe fait de l'identifiant."""
    work.tried.expect_refused("identifiant")


@check(
    points=3, palier=ATTENDU, competences=SECURITE, after=["politique-lue"], blames=["politique-refuse-courts"],
    help="Calculez E = longueur × log2(signes) pour le mot de passe le plus simple qui passe, et comparez au cas de la situation.",
)  # fmt: skip
def check_politique_entropie(work: Work) -> None:
    """L'entropie de la politique, en bits, atteint celle du cas qui s'applique.

    CNIL, délibération n° 2022-100: 80 bits for a password alone, 50 with a restriction of access.
    """
    work.expect_entropy()


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["rendu-present"], blames=["politique-lue"],
    help="Les sources disent ce qu'elles pensent du changement forcé pour des utilisateurs ordinaires.",
)  # fmt: skip
def check_politique_renouvellement(work: Work) -> None:
    """La politique n'impose pas de renouvellement aux utilisateurs ordinaires.

    CNIL 2022-100 and ANSSI-PG-078: no periodic renewal of ordinary passwords.
    """
    work.answered("renewal", "politique-lue").expect_no_renewal(work.announced_renewal)


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["rendu-present"], blames=["politique-lue"],
    help="Qui a le plus de pouvoir sur les systèmes ? C'est par là qu'un second facteur commence.",
)  # fmt: skip
def check_politique_second_facteur(work: Work) -> None:
    """La politique demande un second facteur aux administrateurs."""
    work.answered("factor", "politique-lue").expect_second_factor()


@check(
    points=2, palier=ATTENDU, competences=SECURITE, after=["rendu-present"],
    help="Citez le texte et ce qu'il demande ; dites où ils ne sont pas d'accord.",
)  # fmt: skip
def check_justification_sources(work: Work) -> None:
    """La justification s'appuie sur au moins deux textes, en une page."""
    prose.expect_sources(work.justification)


@check(
    points=3, palier=ATTENDU, competences=SECURITE, after=["rendu-present"], blames=["justification-sources"],
    help="Relisez comment on se connecte dans l'organisation, puis la fiche des sources : cas 1 ou cas 2 ?",
)  # fmt: skip
def check_justification_situation(work: Work) -> None:
    """La justification donne les bits du cas de la CNIL qui s'applique."""
    work.expect_page(told_by="justification-sources")
    organisation = work.variant.organisation
    prose.expect_situation(work.justification, work.variant.situation, (organisation.name, organisation.short))


@check(
    points=2, palier=ATTENDU, competences=SENSIBILISER, after=["rendu-present"],
    help="Une demi-page se lit en une minute.",
)  # fmt: skip
def check_message_longueur(work: Work) -> None:
    """Le message aux collègues tient en une demi-page."""
    prose.expect_message(work.message)


@check(
    points=3, palier=ATTENDU, competences=SENSIBILISER, after=["rendu-present"], blames=["message-longueur"],
    help="Relisez la liste des conseils de l'énoncé : un collègue saurait-il quoi faire demain ?",
)  # fmt: skip
def check_message_conseils(work: Work) -> None:
    """Le message parle des conseils demandés."""
    work.expect_message(told_by="message-longueur")
    prose.expect_advice(work.message)


@check(
    points=2, palier=ATTENDU, competences=SENSIBILISER, after=["rendu-present"], blames=["message-longueur"],
    help="Parlez d'habitudes, pas de personnes.",
)  # fmt: skip
def check_message_sans_nom(work: Work) -> None:
    """Le message ne montre personne du doigt."""
    work.expect_message(told_by="message-longueur")
    naming.expect_nobody(work.message_in_full, work.variant)


# ---------------------------------------------------------- approfondissement


@check(
    points=2, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["rendu-present"], timeout=RUNS,
    help="Essayez avec donnees/migration-exemple.jsonl : autant de lignes en sortie qu'en entrée, en JSON.",
)  # fmt: skip
def check_migration_repond(work: Work) -> None:
    """Le programme de migration répond une ligne JSON par ligne reçue."""
    work.migration.runs.expect_each_answered()


@check(
    points=3, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-repond"],
    help="Reconnaissez chaque format à sa forme. Pour SHA-256, le sel se place devant le mot de passe.",
)  # fmt: skip
def check_migration_bons(work: Work) -> None:
    """Les bons mots de passe sont reconnus, pour chaque ancienne empreinte."""
    work.migration.expect_right_accepted()


@check(
    points=3, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-repond"], blames=["migration-bons"],
    timeout=RUNS,
    help="Comparez toute l'empreinte, et jamais l'empreinte au mot de passe tel quel ; ne donnez rien quand la comparaison échoue.",
)  # fmt: skip
def check_migration_mauvais(work: Work) -> None:
    """Les mauvais mots de passe sont refusés."""
    work.migration.expect_wrong_refused()


@check(
    points=3, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-repond"], blames=["migration-bons"],
    timeout=RUNS,
    help="password_hash en PHP, argon2 ou bcrypt en Python : le sel est tiré pour chaque compte.",
)  # fmt: skip
def check_migration_empreintes(work: Work) -> None:
    """Chaque nouvelle empreinte vérifie le mot de passe, et lui seul."""
    work.migration.expect_new_hashes()


@check(
    points=2, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-empreintes"],
    help="La fiche des sources donne l'algorithme et ses réglages.",
)  # fmt: skip
def check_migration_parametres(work: Work) -> None:
    """L'algorithme et ses réglages sont au niveau demandé."""
    work.migration.expect_parameters()


@check(
    points=2, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-repond"], timeout=RUNS,
    help="Essayez un mot de passe de 80 lettres, puis le même avec une autre dernière lettre : le premier doit être accepté, le second "
    "refusé. Cherchez ce qui coupe le mot de passe (bcrypt n'en lit que 72 octets).",
    blames=["migration-bons", "migration-empreintes"],
)  # fmt: skip
def check_migration_longs(work: Work) -> None:
    """Un mot de passe de plus de 72 octets compte en entier."""
    work.migration.expect_long()


@check(
    points=2, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-repond"], timeout=RUNS,
    help="Essayez un mot de passe vide, puis un mot de passe accentué, puis un qui finit par un espace.",
    blames=["migration-bons", "migration-empreintes"],
)  # fmt: skip
def check_migration_vides_unicode(work: Work) -> None:
    """Un mot de passe vide est refusé ; accents et espaces d'un mot de passe comptent."""
    work.migration.expect_limits()


@check(
    points=1, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-repond"], timeout=RUNS,
    help="Donnez à votre programme une ligne dont l'empreinte est vide, une où elle est coupée au début, une où elle est coupée à la "
    "fin, puis une bonne. Il répond aux quatre.", blames=["migration-bons", "migration-mauvais"],
)  # fmt: skip
def check_migration_robuste(work: Work) -> None:
    """Une empreinte illisible est refusée, et la suite est traitée."""
    work.migration.expect_robust()


@check(
    points=2, palier=APPROFONDISSEMENT, competences=HORS_COMPETENCE, after=["migration-repond"], timeout=RUNS,
    help="Retirez les affichages d'essai et les journaux : un programme de migration ne laisse aucune trace.",
)  # fmt: skip
def check_migration_silence(work: Work) -> None:
    """Le programme n'écrit rien d'autre que ses réponses."""
    work.expect_silent()
