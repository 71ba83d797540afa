"""Witness hand-ins that no template can be: a candidate's own findings, in the formats of their choice.

`BUILDERS[name](data)` gives the files of a specimen; each mistake changes one thing in a right hand-in. The migration
scripts are plain files beside their specimens.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..vocabulary import SEVERITIES, severity
from ..variant import make
from . import findings, office, texts
from .findings import AUDIT, RIGHTS, Row, action, grid, line, places, report, review

Data = Mapping[str, Any]
Tree = dict[str, bytes]
WRITERS = {".docx": office.docx, ".odt": office.odt, ".pdf": office.pdf, ".txt": str.encode, ".md": str.encode}


@dataclass(frozen=True)
class HandIn:
    """What is written, and in which formats."""

    data: Data
    audit: list[Row]
    rights: list[Row]
    policy: Mapping[str, bytes]
    justification: str
    message: str
    tables: str = ".xlsx"
    texts: str = ".docx"
    more: Mapping[str, bytes] = field(default_factory=dict)

    def tree(self) -> Tree:
        """The files."""
        write = WRITERS[self.texts]
        return {
            f"audit{self.tables}": _table(self.tables, "Audit", grid(self.audit, AUDIT)),
            f"droits{self.tables}": _table(self.tables, "Droits", grid(self.rights, RIGHTS)),
            **self.policy,
            f"justification{self.texts}": write(self.justification),
            f"message{self.texts}": write(self.message),
            **self.more,
        }


def _table(suffix: str, title: str, rows: office.Rows) -> bytes:
    if suffix == ".csv":
        return office.csv_bytes(rows)
    return office.xlsx({title: rows}) if suffix == ".xlsx" else office.ods({title: rows})


# -- policies


def blocked(data: Data, *, without: str = "") -> str:
    """The words to forbid."""
    return " ".join(word for family in data["block_families"] if family["id"] != without for word in family["words"])


def form(data: Data, **answers: str) -> dict[str, bytes]:
    """The supplied form, filled."""
    given = {
        "minimum": "12", "admin_minimum": "16", "classes": "4", "list": "oui", "words": blocked(data),
        "renewal": "jamais", "admin_renewal": "jamais", "factor": "administrateurs", "tries": "10",
    } | answers  # fmt: skip
    rows = [["Politique de mots de passe"], ["Règle", "Votre réponse", "Ce qui est attendu"]]
    rows += [[row["label"], given[row["key"]], row["values"]] for row in data["policy_form"]]
    return {"politique.ods": office.ods({"Politique": rows})}


def conf(data: Data, settings: str = "minlen = 14\nminclass = 3", *, without: str = "", remarks: str = "") -> dict[str, bytes]:
    """A `pwquality.conf`."""
    remarks = remarks or "# renouvellement : jamais\n# second facteur : administrateurs"
    words = blocked(data, without=without)
    return {"pwquality.conf": f"{remarks}\n{settings}\nbadwords = {words}\nusercheck = 1\n".encode()}


# -- right ones


def tableur(data: Data) -> HandIn:
    """A workbook, Word documents, the form."""
    return HandIn(data, report(data), review(data), form(data), texts.justification(data), texts.message(data))


def libre(data: Data) -> HandIn:
    """OpenDocument files and a `pwquality.conf` of the CNIL's example."""
    return replace(tableur(data), policy=conf(data, "minlen = 12\nminclass = 4"), tables=".ods", texts=".odt")


def brut(data: Data) -> HandIn:
    """CSV and plain text, lines in another order."""
    own = tableur(data)
    return replace(own, audit=own.audit[::-1], rights=own.rights[::-1], policy=conf(data), tables=".csv", texts=".txt")


OTHER_WORDS = {"fuite": "Liste de fuites", "reutilise": "RÉUTILISATION", "dormant": "inactif", "parti": "départ",
               "sans-2fa": "sans MFA", "empreinte-faible": "MD5 ou SHA-1", "partage": "compte commun"}  # fmt: skip


def autrement(data: Data) -> Tree:
    """Other words of the vocabulary, titles of one's own, one sheet per system, a PDF."""
    known = {word: kind for kind, word in findings.words(data).items()}
    rows = [row | {"Risque": OTHER_WORDS.get(known[row["Risque"]], row["Risque"].upper())} for row in report(data)]
    titles = ["N°", "Type de risque", "Compte concerné", "SYSTEME", "Gravite", "Preuve trouvée", "Recommandations", "Sources"]
    order = ("Risque", "Compte", "Système", "Gravité", "Preuve", "Recommandation", "Source")
    sheets = {}
    for system in ("Annuaire", "Intranet", "Messagerie"):
        mine = [row for row in rows if row["Système"] == system]
        sheets[system] = [["Audit", system], [], titles, *([str(n), *(row[t] for t in order)] for n, row in enumerate(mine, 1))]
    own = replace(tableur(data), texts=".pdf", policy=form(data, minimum="15", classes="3", factor="tous")).tree()
    return own | {"audit.xlsx": office.xlsx(sheets)}


def essentiel(data: Data) -> Tree:
    """The report and the review, and nothing else."""
    return {path: content for path, content in brut(data).tree().items() if path.startswith(("audit", "droits"))}


# -- mistakes and cheats


def audited(rows: Callable[[Data], list[Row]]) -> Callable[[Data], Tree]:
    """A right hand-in with another report."""
    return lambda data: replace(brut(data), audit=rows(data)).tree()


def reviewed(rows: Callable[[Data], list[Row]]) -> Callable[[Data], Tree]:
    """A right hand-in with another review of rights."""
    return lambda data: replace(brut(data), rights=rows(data)).tree()


def ruled(policy: Callable[[Data], Mapping[str, bytes]]) -> Callable[[Data], Tree]:
    """A right hand-in with another policy."""
    return lambda data: replace(brut(data), policy=policy(data)).tree()


def written(**make_text: Callable[[Data], str]) -> Callable[[Data], Tree]:
    """A right hand-in with another text."""
    return lambda data: replace(brut(data), **{name: text(data) for name, text in make_text.items()}).tree()


def everyone(data: Data) -> list[Row]:
    """Every account, for every risk."""
    return [
        line(data, account["login"], account["system"], kind, severity(kind, account["admin"]))
        for account in data["accounts"]
        for kind in findings.PROOFS
    ]


def someone_elses(data: Data, rows: Callable[[Data], list[Row]]) -> list[Row]:
    """Another candidate's lines; those that would be true of one's own accounts by chance are left out."""
    seed = hashlib.sha256(str(data["organisation"]).encode()).digest()
    known = set(data["passwords"])
    return [row for row in rows(make(seed, seed)) if f"{row['Compte']}@{row['Système'].lower()}" not in known]


def forgetting(kind: str, action_name: str, count: int) -> Callable[[Data], Tree]:
    """The last accounts of a risk are missed, in the report and in the review."""

    def build(data: Data) -> Tree:
        gone = [(f["account"], f["system"].capitalize()) for f in data["findings"] if f["kind"] == kind][-count:]
        word, todo = findings.words(data)[kind], findings.words(data, "actions")[action_name]
        own = brut(data)
        audit = [r for r in own.audit if r["Risque"] != word or (r["Compte"], r["Système"]) not in gone]
        rights = [r for r in own.rights if r["Action"] != todo or (r["Compte"], r["Système"]) not in gone]
        return replace(own, audit=audit, rights=rights).tree()

    return build


def with_traps(data: Data) -> list[Row]:
    """Four accounts that only look suspicious are accused."""
    wrong = (("gone@intranet", "parti"), ("homonym@annuaire", "parti"), ("absent@annuaire", "dormant"),
             ("copieur@annuaire", "partage"))  # fmt: skip
    return report(data) + [_accused(data, place, kind) for place, kind in wrong]


def too_many(data: Data) -> list[Row]:
    """Eight accounts of whom nothing is to be said are accused."""
    wrong = ("p4@annuaire", "p6@annuaire", "p7@annuaire", "exc2@annuaire", "dup2@intranet", "dup3@intranet",
             "left3@annuaire", "adm3@messagerie")  # fmt: skip
    return report(data) + [_accused(data, place, "saison") for place in wrong]


def _accused(data: Data, place: str, kind: str) -> Row:
    account = places(data)[place]
    return line(data, account["login"], account["system"], kind, severity(kind, account["admin"]))


def changed(column: str, value: str) -> Callable[[Data], list[Row]]:
    """The same words in a column of every line."""
    return lambda data: [row | {column: value} for row in report(data)]


def flat_severity(data: Data) -> list[Row]:
    """The step for administrators is forgotten."""
    base = {term["id"]: term["severity"] for term in data["vocabulary"]}
    return [line(data, f["account"], f["system"], f["kind"], base[f["kind"]]) for f in data["findings"]]


def own_words(data: Data) -> list[Row]:
    """Three lines say a risk in words of one's own."""
    word, left = findings.words(data)["saison"], 3
    rows = []
    for row in report(data):
        if row["Risque"] == word and left:
            row, left = row | {"Risque": "mot de passe pas terrible"}, left - 1
        rows.append(row)
    return rows


def outside(data: Data) -> list[Row]:
    """The partner's accounts are accused too."""
    return report(data) + [line(data, one["login"], "annuaire", "dormant", "faible") for one in data["externals"]]


def showing(what: str) -> Callable[[Data], list[Row]]:
    """The proof shows the password, or the hash."""

    def rows(data: Data) -> list[Row]:
        kind = "fuite" if what == "passwords" else "empreinte-faible"
        word = findings.words(data)[kind]
        values = {(k.split("@")[0], k.split("@")[1].capitalize()): value for k, value in data[what].items()}
        return [
            row | {"Preuve": f"vu dans le fichier : {values[row['Compte'], row['Système']]}"} if row["Risque"] == word else row
            for row in report(data)
        ]

    return rows


def a_password(data: Data, kind: str = "fuite") -> str:
    """The password of an account that a candidate can have found."""
    found = next(f for f in data["findings"] if f["kind"] == kind)
    return str(data["passwords"][f"{found['account']}@{found['system']}"])


def with_sheet(data: Data) -> Tree:
    """Found passwords wait in a hidden sheet."""
    rows = [["compte", "mdp"], *([key.split("@")[0], word] for key, word in list(data["passwords"].items())[:12])]
    own = tableur(data)
    return own.tree() | {"audit.xlsx": office.xlsx({"Audit": grid(own.audit, AUDIT), "Notes": rows}, hidden=["Notes"])}


def with_comment(data: Data) -> Tree:
    """A password in base64, in the comment of a cell."""
    note = base64.b64encode(a_password(data).encode()).decode()
    own = tableur(data)
    return own.tree() | {"audit.xlsx": office.xlsx({"Audit": grid(own.audit, AUDIT)}, comments={"E3": f"voir {note}"})}


def with_property(data: Data) -> Tree:
    """A password, written backwards, as the author of a document."""
    return tableur(data).tree() | {"message.docx": office.docx(texts.message(data), creator=a_password(data)[::-1])}


def with_notes(data: Data) -> Tree:
    """The export with its hashes is handed in too."""
    lines = [f"{key.split('@')[0]};{stored}" for key, stored in data["hashes"].items()]
    return brut(data).tree() | {"notes/intranet.csv": "\n".join(lines).encode()}


def naming(data: Data) -> str:
    """The message says whose password was found."""
    first = next(row for row in data["people"] if row["nom"])
    return texts.message(data, more=f"Le mot de passe de {first['prenom']} {first['nom']} a été trouvé en une seconde.")


def wrong_case(data: Data) -> str:
    """The other case of the CNIL's."""
    return texts.justification(data, case=3 - data["situation"]["case"])


def unread_actions(data: Data) -> list[Row]:
    """Actions said in other words."""
    return [row | {"Action": "à voir"} for row in review(data)]


def everyone_out(data: Data) -> list[Row]:
    """Every account is to be disabled."""
    kept = [row for row in review(data) if row["Action"] != findings.words(data, "actions")["desactiver"]]
    return kept + [action(data, key, "desactiver") for key in data["passwords"]]


def homonym_out(data: Data) -> list[Row]:
    """Somebody who has the name of a person who left loses their account."""
    one = places(data)["homonym@annuaire"]
    return review(data) + [action(data, f"{one['login']}@annuaire", "desactiver")]


def two_reports(data: Data) -> Tree:
    """An old version stands beside the right one."""
    return brut(data).tree() | {"audit.xlsx": office.xlsx({"Audit": grid(report(data)[:9], AUDIT)})}


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
    "exces-oublies": reviewed(lambda data: [r for r in review(data) if r["Action"] != findings.words(data, "actions")["reduire"]]),
    "symboles-seulement": ruled(lambda data: conf(data, "minlen = 16\nocredit = -9")),
    "phrases-bloquees": ruled(lambda data: conf(data, "minlen = 14\nminclass = 3\nmaxclassrepeat = 4")),
    "trop-court": ruled(lambda data: conf(data, "minlen = 6\nminclass = 3")),
    "entropie-faible": ruled(lambda data: conf(data, "minlen = 10")),
    "sans-liste": ruled(lambda data: form(data, list="non", words="")),
    "liste-sans-organisation": ruled(lambda data: conf(data, without="organisation")),
    "identifiant-permis": ruled(lambda data: {"pwquality.conf": conf(data)["pwquality.conf"].replace(b"usercheck = 1", b"usercheck = 0")}),
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
