"""Witness hand-ins that no template can be: `BUILDERS[name](data)` gives the files of a specimen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..vocabulary import SEVERITIES
from . import texts
from .findings import report, review, words
from .hand_ins import Data, Tree, autrement, brut, conf, essentiel, form, libre, tableur
from .mistakes import (
    audited,
    changed,
    everyone,
    everyone_out,
    flat_severity,
    forgetting,
    homonym_out,
    naming,
    outside,
    own_words,
    reviewed,
    ruled,
    showing,
    someone_elses,
    too_many,
    two_reports,
    unread_actions,
    with_comment,
    with_notes,
    with_property,
    with_sheet,
    with_traps,
    written,
    wrong_case,
)

BUILDERS: dict[str, Callable[[Data], Tree]] = {
    "tableur": lambda data: tableur(data).tree(),
    "libre": lambda data: libre(data).tree(),
    "brut": lambda data: brut(data).tree(),
    "autrement": autrement,
    "essentiel-seul": essentiel,
    "tous-accuses": audited(everyone),
    "personne-accuse": audited(lambda data: []),
    "cinq-constats": audited(lambda data: report(data)[::11][:5]),
    "releve-d-un-autre": lambda data: replace(
        brut(data), audit=someone_elses(data, report), rights=someone_elses(data, review)
    ).tree(),
    "mot-de-passe-en-preuve": audited(showing("passwords")),
    "empreinte-en-preuve": audited(showing("hashes")),
    "feuille-masquee": with_sheet,
    "commentaire-code": with_comment,
    "auteur-a-l-envers": with_property,
    "export-joint": with_notes,
    "parti-oublie": forgetting("parti", "desactiver", 1),
    "admin-oublie": forgetting("sans-2fa", "second-facteur", 1),
    "dormants-oublies": forgetting("dormant", "desactiver", 3),
    "pieges-accuses": audited(with_traps),
    "accusations-en-trop": audited(too_many),
    "gravite-unique": audited(changed("Gravité", SEVERITIES[2])),
    "gravite-sans-cran": audited(flat_severity),
    "sans-preuve": audited(changed("Preuve", "oui")),
    "sans-source": audited(changed("Source", "Internet")),
    "mots-inconnus": audited(own_words),
    "messagerie-oubliee": audited(lambda data: [row for row in report(data) if row["Système"] != "Messagerie"]),
    "hors-perimetre": audited(outside),
    "deux-releves": two_reports,
    "droits-tous-fermes": reviewed(everyone_out),
    "homonyme-ferme": reviewed(homonym_out),
    "droits-a-voir": reviewed(unread_actions),
    "exces-oublies": reviewed(
        lambda data: [r for r in review(data) if r["Action"] != words(data, "actions")["reduire"]]
    ),
    "symboles-seulement": ruled(lambda data: conf(data, "minlen = 16\nocredit = -9")),
    "phrases-bloquees": ruled(lambda data: conf(data, "minlen = 14\nminclass = 3\nmaxclassrepeat = 4")),
    "trop-court": ruled(lambda data: conf(data, "minlen = 6\nminclass = 3")),
    "entropie-faible": ruled(lambda data: conf(data, "minlen = 10")),
    "sans-liste": ruled(lambda data: form(data, list="non", words="")),
    "liste-sans-organisation": ruled(lambda data: conf(data, without="organisation")),
    "identifiant-permis": ruled(
        lambda data: {"pwquality.conf": conf(data)["pwquality.conf"].replace(b"usercheck = 1", b"usercheck = 0")}
    ),
    "politique-illisible": ruled(lambda data: conf(data, "minlen = douze")),
    "formulaire-vide": ruled(lambda data: form(data, minimum="", classes="", factor="")),
    "quatre-vingt-dix-jours": ruled(lambda data: form(data, renewal="90 jours")),
    "sans-second-facteur": ruled(lambda data: form(data, factor="personne")),
    "une-source": written(justification=lambda data: texts.justification(data, sources=False)),
    "mauvais-cas": written(justification=wrong_case),
    "message-long": written(message=lambda data: texts.message(data, more="Il faut être prudent partout. " * 60)),
    "message-sans-conseil": written(message=lambda data: texts.message(data, advice=False)),
    "message-accusateur": written(message=naming),
}
