"""What a candidate's side can do to us, and the words a student reads about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from etabli.exam.contract.check import Failed
from etabli.exam.contract.words import cut, squeeze


class Cause(StrEnum):
    """Everything that the candidate's side can cause, one test each."""

    SILENT = "silent"  #: nothing listens, or the connection is refused
    CUT = "cut"  #: the connection closes before the answer is whole
    SLOW = "slow"  #: no answer, or no end of it, in time
    BROKEN_ANSWER = "broken-answer"  #: not HTTP, or an encoding that is not what it says
    NO_PAGE = "no-page"  #: an error status or a download with no page to show
    LOOP = "loop"  #: redirects for ever
    ELSEWHERE = "elsewhere"  #: leaves the site: another host, file:, chrome:, data:
    UNREADABLE = "unreadable"  #: bytes that are not the text they claim to be
    TOO_BIG = "too-big"  #: a page too heavy to be read
    UNCOUNTED = "uncounted"  #: a page whose errors the HTML checker does not come to the end of
    DIALOG = "dialog"  #: alert(), confirm(), prompt()
    WINDOW_CLOSED = "window-closed"  #: the page closed its window
    CRASHED = "crashed"  #: the tab or the browser went down with the page
    SCRIPT = "script"  #: the page's JavaScript gets in the way of reading it
    MISSING = "missing"  #: a link, a field, a button or a choice that is not there
    MOVED = "moved"  #: an element went away while it was being used
    UNUSABLE = "unusable"  #: hidden, covered or disabled
    NOTHING_SENT = "nothing-sent"  #: the form was sent and no page came
    DATABASE = "database"  #: the structure refuses an ordinary operation
    CROWDED = "crowded"  #: the application holds all connections of its database
    LOCKED = "locked"  #: the application keeps a lock on the data
    SLOW_BASE = "slow-base"  #: a constraint or a calculated column that takes too long for one row
    HUGE_BASE = "huge-base"  #: a calculated column, or rows, that give more than there is room to read
    DATABASE_FULL = "database-full"  #: the application left the base no room, on its disks or in memory
    WRONG_KIND = "wrong-kind"  #: a document that is not what its name says
    OLD_FORMAT = "old-format"  #: .xls, .doc: the formats of before 2007
    ENCRYPTED = "encrypted"  #: a document or an archive that asks for a password
    BROKEN_FILE = "broken-file"  #: damaged, cut or empty
    TRAPPED_FILE = "trapped-file"  #: XML that declares entities
    TOO_HEAVY = "too-heavy"  #: beyond what a reader spends on one file: bytes, memory, time
    TOO_MANY = "too-many"  #: beyond what a person would read: rows, columns, sheets, cells
    UNREADABLE_TEXT = "unreadable-text"  #: a text file in no encoding that we know
    ENDLESS = "endless"  #: pages or files that our own reading does not come to the end of
    NO_TEXT = "no-text"  #: a document without a word in it
    MACROS = "macros"  #: a workbook with programs in it
    DDE = "dde"  #: a formula or a link that commands another program
    FETCHES = "fetches"  #: a workbook that asks another machine
    HEAVY_FORMULAS = "heavy-formulas"  #: a workbook that takes too long to compute
    LINKED = "linked"  #: a workbook that reads another file
    CLOSED_FILE = "closed-file"  #: an archive that nobody here can search


OF_TIME: Final = frozenset({Cause.SILENT, Cause.SLOW, Cause.NOTHING_SENT, Cause.LOCKED, Cause.SLOW_BASE})
"""What a clock tells: on a busy machine, it may be nobody's doing."""


class Words(NamedTuple):
    """A cause as a student reads it; ``{what}`` is filled in."""

    observed: str
    expected: str
    help: str


_SITE = "Le site répond et affiche ses pages."
_PAGE = "La page s'affiche en entier, sans erreur."
_JOURNAL = "Ouvrez la même adresse dans votre navigateur, puis lisez le journal d'erreurs du serveur."
_SCRIPT = "Ouvrez la page, puis la console du navigateur (touche F12) : les erreurs de script y sont listées."
_OPENS = "Le fichier s'ouvre dans LibreOffice ou dans Excel, sans message."
_ORDINARY = "Un fichier de la taille d'un travail ordinaire."
_ALONE = "Le classeur se calcule seul : toutes ses données sont dans ses feuilles."
_AGAIN = "Ouvrez le fichier chez vous, puis enregistrez-le de nouveau avec « Enregistrer sous »."
WORDS: Final[Mapping[Cause, Words]] = {
    Cause.SILENT: Words(
        "L'application ne répond pas{what}.",
        _SITE,
        "Démarrez le site chez vous et ouvrez l'adresse « / ». Une erreur au démarrage l'arrête peut-être.",
    ),
    Cause.CUT: Words("Le serveur a coupé la connexion avant la fin de la page{what}.", _PAGE, _JOURNAL),
    Cause.SLOW: Words(
        "La page n'est pas arrivée à temps{what}.",
        "Chaque page s'affiche en moins de 15 secondes.",
        "Cherchez une boucle qui ne finit pas, une attente, ou une requête répétée pour chaque ligne.",
    ),
    Cause.BROKEN_ANSWER: Words(
        "La réponse du serveur est mal formée : le navigateur ne peut pas la lire{what}.", _PAGE, _JOURNAL
    ),
    Cause.NO_PAGE: Words(
        "Le serveur n'a envoyé aucune page à afficher{what}.",
        _PAGE,
        "Une page vide vient souvent d'une erreur PHP ou Python : lisez le journal d'erreurs du serveur.",
    ),
    Cause.LOOP: Words(
        "La page redirige sans fin{what}.",
        "Une redirection mène à une page qui s'affiche.",
        "Regardez chaque redirection (header Location, redirect) : l'une d'elles revient à son point de départ.",
    ),
    Cause.ELSEWHERE: Words(
        "La page envoie le visiteur hors du site{what}.",
        "Les liens, formulaires et redirections restent sur le site.",
        "Écrivez des adresses relatives au site, par exemple « /page », sans nom de machine ni « file: ».",
    ),
    Cause.UNREADABLE: Words(
        "Le texte de la page est illisible : son encodage n'est pas celui annoncé{what}.",
        "Les pages sont en UTF-8 et l'annoncent.",
        "Enregistrez les fichiers en UTF-8, demandez utf8mb4 à la base et envoyez « charset=utf-8 ».",
    ),
    Cause.TOO_BIG: Words(
        "La page est trop lourde pour être lue{what}.",
        "Une page pèse moins de 5 Mo.",
        "Affichez les données par pages et cherchez une boucle qui écrit sans fin.",
    ),
    Cause.UNCOUNTED: Words(
        "Le code d'une page a trop d'erreurs pour être comptées{what}.",
        "Le vérificateur HTML lit le code jusqu'au bout, sans erreur.",
        "Regardez le code source de cette page : des balises ou des attributs s'y répètent-ils sans fin ?",
    ),
    Cause.DIALOG: Words(
        "La page ouvre une boîte de dialogue qui bloque le visiteur{what}.",
        "Aucune boîte de dialogue (alert, confirm, prompt) ne bloque le visiteur ; seule une suppression peut demander "
        "une confirmation.",
        "Cherchez où vos pages appellent alert(…), confirm(…) ou prompt(…), et affichez le message dans la page.",
    ),
    Cause.WINDOW_CLOSED: Words("La page a fermé sa fenêtre{what}.", _PAGE, _SCRIPT),
    Cause.CRASHED: Words(
        "La page a fait planter le navigateur{what}.",
        _PAGE,
        "Cherchez un script qui remplit la mémoire ou une page qui grandit sans fin.",
    ),
    Cause.SCRIPT: Words(
        "Le JavaScript de la page empêche de la lire{what}.",
        "Les scripts de la page laissent le navigateur fonctionner.",
        _SCRIPT,
    ),
    Cause.MISSING: Words(
        "Élément introuvable dans la page{what}.",
        "La page contient cet élément, avec les mots de l'énoncé.",
        "Relisez dans l'énoncé les mots demandés et comparez-les à ceux de la page.",
    ),
    Cause.MOVED: Words(
        "Un élément a disparu pendant que le visiteur s'en servait{what}.",
        "La page reste stable pendant qu'on l'utilise.",
        _SCRIPT,
    ),
    Cause.UNUSABLE: Words(
        "Un élément est caché, recouvert ou désactivé : le visiteur ne peut pas s'en servir{what}.",
        "Les liens, champs et boutons sont visibles et utilisables.",
        "Ouvrez la page : l'élément est-il visible ? un autre bloc passe-t-il par-dessus (CSS) ?",
    ),
    Cause.NOTHING_SENT: Words(
        "Le formulaire a été envoyé, mais aucune page n'est arrivée{what}.",
        "Après l'envoi, le visiteur voit une page.",
        "Après le traitement, redirigez vers une page ou affichez-en une.",
    ),
    Cause.DATABASE: Words(
        "La base de données refuse une opération ordinaire{what}.",
        "Les tables du TP gardent leurs colonnes ; une colonne ajoutée accepte NULL ou a une valeur par défaut.",
        "Relisez votre fichier « base/modifications.sql ».",
    ),
    Cause.CROWDED: Words(
        "L'application occupe toutes les connexions à la base de données{what}.",
        "Chaque page ouvre une connexion à la base et la rend : d'autres programmes peuvent s'y connecter.",
        "Cherchez une boucle, ou un programme qui reste en marche, où des connexions s'ouvrent sans être fermées.",
    ),
    Cause.LOCKED: Words(
        "L'application garde un verrou sur les données{what}.",
        "Chaque page termine ses requêtes (commit ou rollback) et rend la main.",
        "Cherchez une transaction ouverte qui n'est jamais terminée.",
    ),
    Cause.SLOW_BASE: Words(
        "La base de données met plus de 30 secondes à lire ou à écrire une ligne{what}.",
        "Lire ou écrire une ligne des tables du TP prend moins d'une seconde.",
        "Cherchez dans « base/modifications.sql » une contrainte ou une colonne calculée qui demande trop de calcul.",
    ),
    Cause.HUGE_BASE: Words(
        "La base de données renvoie trop de données{what}.",
        "Toutes les lignes d'une table du TP se lisent d'un coup : quelques mégaoctets.",
        "Cherchez dans « base/modifications.sql » une colonne calculée, ou dans vos pages une requête, qui remplit les "
        "lignes de longs textes.",
    ),
    Cause.DATABASE_FULL: Words(
        "La base de données n'a plus de place{what}.",
        "Les données du site tiennent dans la base, en quelques mégaoctets.",
        "Cherchez une requête qui garde, copie ou trie toujours plus de données.",
    ),
    Cause.WRONG_KIND: Words(
        "Le fichier n'est pas ce que dit son nom{what}.",
        "L'extension du fichier (.xlsx, .ods, .csv, .docx…) dit ce qu'il contient.",
        "Renommer un fichier ne change pas son format : enregistrez-le dans le bon format, ou exportez-le.",
    ),
    Cause.OLD_FORMAT: Words(
        "Le fichier est dans un ancien format de Microsoft Office (.xls ou .doc){what}.",
        "Un format d'aujourd'hui : .xlsx, .ods, .csv, .docx ou .odt.",
        "Ouvrez-le, puis « Enregistrer sous » et choisissez un format d'aujourd'hui.",
    ),
    Cause.ENCRYPTED: Words(
        "Le fichier est protégé par un mot de passe : personne ne peut le lire{what}.",
        "Le fichier s'ouvre sans mot de passe.",
        "Enlevez le mot de passe d'ouverture, puis enregistrez le fichier.",
    ),
    Cause.BROKEN_FILE: Words("Le fichier est abîmé ou incomplet{what}.", _OPENS, _AGAIN),
    Cause.TRAPPED_FILE: Words(
        "Le fichier contient une déclaration qu'aucune suite bureautique n'écrit{what}.", _OPENS, _AGAIN
    ),
    Cause.TOO_HEAVY: Words(
        "Le fichier est trop lourd pour être lu{what}.",
        _ORDINARY,
        "Ce fichier n'est pas demandé ? Retirez-le du rendu. Sinon, enlevez les images, les styles et les feuilles "
        "inutiles, ou recopiez le travail dans un fichier neuf.",
    ),
    Cause.TOO_MANY: Words(
        "Le tableau est trop grand pour être lu{what}.",
        _ORDINARY,
        "Recopiez les lignes utiles dans un classeur neuf : des cases très loin sont peut-être remplies.",
    ),
    Cause.UNREADABLE_TEXT: Words(
        "Le texte du fichier est illisible : son encodage est inconnu{what}.",
        "Le fichier est enregistré en UTF-8.",
        "Enregistrez-le de nouveau et choisissez l'encodage UTF-8.",
    ),
    Cause.ENDLESS: Words(
        "Ce que le rendu donne à lire est trop long à lire{what}.",
        "La vérification lit chaque page et chaque fichier en moins d'une seconde.",
        "Cherchez dans vos pages et vos fichiers une balise, un signe ou un texte répété des milliers de fois.",
    ),
    Cause.NO_TEXT: Words(
        "Le document ne contient aucun texte{what}.",
        "Le document contient son texte, et pas seulement une image de ce texte.",
        "Une photo ou un scan ne se lit pas : exportez le document depuis le traitement de texte.",
    ),
    Cause.MACROS: Words(
        "Le classeur contient des macros{what}.",
        "Un classeur .xlsx ou .ods sans macro ni commande : des données, des formules et des tableaux croisés.",
        "Enregistrez-le en .xlsx sans macro, ou supprimez-les dans LibreOffice : Outils › Macros › Gérer.",
    ),
    Cause.DDE: Words(
        "Le classeur commande un autre programme par une liaison DDE{what}.",
        _ALONE,
        "Supprimez cette liaison ou cette formule, puis tapez ou recopiez la donnée.",
    ),
    Cause.FETCHES: Words(
        "Le classeur va chercher quelque chose sur le réseau quand on l'ouvre ou qu'on le calcule{what}.",
        _ALONE,
        "Remplacez cette formule ou cette image liée par la donnée elle-même, recopiée dans le classeur.",
    ),
    Cause.HEAVY_FORMULAS: Words(
        "Le classeur demande trop de calcul{what}.",
        "Un classeur de quelques centaines de lignes se recalcule en une seconde.",
        "Cherchez des formules recopiées sur des milliers de cases, ou qui en relisent des milliers chacune.",
    ),
    Cause.LINKED: Words(
        "Le classeur dépend d'un autre fichier, qui n'est pas dans le rendu{what}.",
        _ALONE,
        "Recopiez les données dans le classeur, puis rompez la liaison (Données ou Édition › Liaisons).",
    ),
    Cause.CLOSED_FILE: Words(
        "Le contenu du fichier ne peut pas être examiné{what}.",
        "Tout ce qui est déposé peut être ouvert et relu.",
        "Déposez les fichiers eux-mêmes, ou un simple .zip, sans archive dans l'archive.",
    ),
}
"""Every cause as a student reads it."""


def failed(cause: Cause, what: str = "") -> Failed:
    """Returns the failure of a cause; `what` says where: an address, a name, a message."""
    chosen = WORDS[cause]
    place = f" ({cut(squeeze(what), 200)})" if what.strip() else ""
    failure = Failed(chosen.observed.format(what=place), chosen.expected, chosen.help)
    failure.__dict__["cause"] = cause
    return failure


def cause_of(failure: BaseException) -> Cause | None:
    """Returns the cause behind a failure made by `failed`, None for an author's own."""
    return failure.__dict__.get("cause")


def root_of(failure: BaseException | None) -> Cause | None:
    """Returns the cause behind a failure, also one that an author put their own words on."""
    met: set[int] = set()
    while failure is not None and id(failure) not in met and cause_of(failure) is None:
        met.add(id(failure))  # one that is raised from itself has no end
        failure = failure.__cause__ or failure.__context__
    return None if failure is None else cause_of(failure)
