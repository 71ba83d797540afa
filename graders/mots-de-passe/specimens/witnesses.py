"""Witness hand-ins that no template can be: `BUILDERS[name](data)` gives the files of a specimen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .. import given
from ..vocabulary import SEVERITIES
from . import mistakes, texts
from .findings import report, review, words
from .hand_ins import Data, Tree, autrement, blocked, brut, conf, essentiel, first_session, form, libre, tableur
from .mistakes import audited, changed, forgetting, reviewed, ruled, showing, written

BUILDERS: dict[str, Callable[[Data], Tree]] = {
    "tableur": lambda data: tableur(data).tree(),
    "libre": lambda data: libre(data).tree(),
    "brut": lambda data: brut(data).tree(),
    "autrement": autrement,
    "essentiel-seul": essentiel,
    "seance-1": first_session,
    "tous-accuses": audited(mistakes.everyone),
    "personne-accuse": audited(lambda data: []),
    "cinq-constats": audited(mistakes.five),
    "releve-d-un-autre": lambda data: replace(
        brut(data), audit=mistakes.someone_elses(data, report), rights=mistakes.someone_elses(data, review)
    ).tree(),
    "mot-de-passe-en-preuve": audited(showing("passwords")),
    "empreinte-en-preuve": audited(showing("hashes")),
    "feuille-masquee": mistakes.with_sheet,
    "suite-masquee": mistakes.half_hidden,
    "notes-codees": mistakes.with_coded_notes,
    "commentaire-code": mistakes.with_comment,
    "auteur-a-l-envers": mistakes.with_property,
    "liste-du-personnel-jointe": mistakes.with_people,
    "export-joint": mistakes.with_notes,
    "parti-oublie": forgetting("parti", "desactiver", 1),
    "admin-oublie": forgetting("sans-2fa", "second-facteur", 1, more=1),
    "dormants-oublies": forgetting("dormant", "desactiver", 3),
    "un-oubli-par-risque": audited(mistakes.one_left_out),
    "tout-est-faible": audited(mistakes.all_weak),
    "secret-sans-releve": mistakes.secret_alone,
    "lignes-masquees": mistakes.half_folded,
    "texte-masque": mistakes.unread_advice,
    "encre-pale": mistakes.pale,
    "pieges-accuses": audited(mistakes.with_traps),
    "utilisateurs-accuses": audited(mistakes.with_users),
    "accusations-en-trop": audited(mistakes.too_many),
    "gravite-unique": audited(changed("Gravité", SEVERITIES[2])),
    "gravite-sans-cran": audited(mistakes.flat_severity),
    "sans-preuve": audited(changed("Preuve", "oui")),
    "preuves-d-un-autre": audited(mistakes.shifted_proofs),
    "remede-d-un-autre-risque": audited(mistakes.other_advice),
    "meme-phrase-partout": audited(
        lambda data: [
            row | {"Preuve": "vu dans le fichier", "Recommandation": "changer le mot de passe"} for row in report(data)
        ]
    ),
    "sans-source": audited(changed("Source", "Internet")),
    "mots-inconnus": audited(mistakes.own_words),
    "messagerie-oubliee": audited(lambda data: [row for row in report(data) if row["Système"] != "Messagerie"]),
    "hors-perimetre": audited(mistakes.outside),
    "deux-releves": mistakes.two_reports,
    "droits-tous-fermes": reviewed(mistakes.everyone_out),
    "homonyme-ferme": reviewed(mistakes.homonym_out),
    "droits-a-voir": reviewed(mistakes.unread_actions),
    "exces-oublies": reviewed(
        lambda data: [r for r in review(data) if r["Action"] != words(data, "actions")["reduire"]]
    ),
    "symboles-seulement": ruled(lambda data: conf(data, "minlen = 16\nocredit = -9")),
    "deux-signes": ruled(lambda data: conf(data, "minlen = 16\nocredit = -2")),
    "mots-longs-refuses": ruled(lambda data: conf(data, "minlen = 14\nminclass = 3\nmaxclassrepeat = 10")),
    "vingt-et-un": ruled(lambda data: conf(data, "minlen = 21\nminclass = 2")),
    "phrases-bloquees": ruled(lambda data: conf(data, "minlen = 14\nminclass = 3\nmaxclassrepeat = 4")),
    "change-tout": ruled(lambda data: conf(data, "minlen = 14\nminclass = 3\ndifok = 99")),
    "trop-court": ruled(lambda data: conf(data, "minlen = 6\nminclass = 3")),
    "entropie-faible": ruled(lambda data: conf(data, "minlen = 10")),
    "sans-liste": ruled(lambda data: form(data, list="non", words="")),
    "liste-sans-organisation": ruled(lambda data: conf(data, without="organisation")),
    "identifiant-permis": ruled(
        lambda data: {"pwquality.conf": conf(data)["pwquality.conf"].replace(b"usercheck = 1", b"usercheck = 0")}
    ),
    "politique-illisible": ruled(lambda data: conf(data, "minlen = douze")),
    "formulaire-vide": ruled(lambda data: form(data, minimum="", classes="", factor="")),
    "fins-connues": ruled(lambda data: conf(data, words=mistakes.KNOWN_ENDS, user=0)),
    "vraie-liste": ruled(lambda data: conf(data, words=f"{blocked(data)} {mistakes.USUAL}")),
    "avertit-seulement": ruled(
        lambda data: conf(data, "minlen = 14\nminclass = 3\nenforcing = 0", remarks=mistakes.EVERY_QUARTER)
    ),
    "quatre-vingt-dix-jours": ruled(lambda data: form(data, renewal="90 jours")),
    "deux-reponses": ruled(
        lambda data: conf(
            data, remarks=f"{mistakes.TWO_ANSWERS}# renouvellement : jamais\n# second facteur : administrateurs"
        )
    ),
    "sans-second-facteur": ruled(lambda data: form(data, factor="personne", admin_minimum="6")),
    "une-source": written(justification=lambda data: texts.justification(data, sources=False)),
    "mauvais-cas": written(justification=mistakes.wrong_case),
    "cas-des-autres": written(justification=mistakes.case_of_others),
    "message-long": written(message=lambda data: texts.message(data, more="Il faut être prudent partout. " * 60)),
    "message-sans-conseil": written(message=lambda data: texts.message(data, advice=False)),
    "nom-a-prevenir": written(
        message=lambda data: f"{texts.message(data)}\nUn doute ? Appelez {data['people'][0]['prenom']}\nLa direction"
    ),
    "noms-mal-ecrits": written(message=mistakes.misspelt),
    "message-accusateur": written(message=mistakes.naming),
    "feuilles-recopiees": written(
        justification=lambda data: f"Justification de la politique\n{given.SOURCES_SHEET[0]}",
        message=lambda data: f"Bonjour,\n{given.ADVICE_TABLE[0]}\nMerci à tous, et bonne semaine.",
    ),
    "charte-sans-date": lambda data: brut(data).tree() | {
        "charte.txt": texts.charter(data, signed="Léa Exemple, SIO 1").encode()
    },
    "mots-contraires": mistakes.contrary,
    "a-peu-pres": mistakes.roughly,
}
