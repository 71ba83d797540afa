"""Right hand-ins: a candidate's own findings, in the formats of their choice.

The migration scripts are plain files beside their specimens.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import unescape

from etabli.lab.specimens import papers

from ..exports import POLICY_FORM
from . import findings, office, texts
from .findings import AUDIT, RIGHTS, Row, grid, report, review

Data = Mapping[str, Any]
Tree = dict[str, bytes]


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

    def ruled(self, policy: Mapping[str, bytes]) -> HandIn:
        """The same with another policy, and the page that justifies it."""
        return replace(self, policy=policy, justification=texts.justification(self.data, rules_of(policy)))

    def tree(self) -> Tree:
        """The files."""
        write = papers.WRITERS[self.texts]
        return {
            f"audit{self.tables}": _table(self.tables, "Audit", grid(self.audit, AUDIT)),
            f"droits{self.tables}": _table(self.tables, "Droits", grid(self.rights, RIGHTS)),
            **self.policy,
            f"justification{self.texts}": write(self.justification),
            f"message{self.texts}": write(self.message),
            "charte.txt": texts.charter(self.data).encode(),
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
        "renewal": "jamais", "admin_renewal": "jamais", "factor": "administrateurs",
        "tries": {1: "aucun", 2: "10"}[data["situation"]["case"]],
    } | answers  # fmt: skip
    rows = [["Politique de mots de passe"], ["Règle", "Votre réponse", "Ce qui est attendu"]]
    rows += [[row["label"], given[row["key"]], row["values"]] for row in data["policy_form"]]
    return {"politique.ods": office.ods({"Politique": rows})}


def conf(
    data: Data,
    settings: str = "minlen = 14\nminclass = 3",
    *,
    without: str = "",
    remarks: str = "",
    words: str = "",
    user: int = 1,
) -> dict[str, bytes]:
    """A `pwquality.conf`."""
    remarks = remarks or "# renouvellement : jamais\n# second facteur : administrateurs"
    words = words or blocked(data, without=without)
    return {"pwquality.conf": f"{remarks}\n{settings}\nbadwords = {words}\nusercheck = {user}\n".encode()}


def rules_of(policy: Mapping[str, bytes]) -> texts.Rules:
    """What a policy asks for, in the words of its file."""
    path, content = next(iter(policy.items()))
    said = _form_answers(content) if path.endswith(".ods") else _conf_answers(content.decode())
    renewal, factor = said.get("renewal", ""), said.get("factor", "")
    return texts.Rules(
        said.get("minimum", ""),
        said.get("classes", ""),
        said.get("signs", ""),
        bool(said.get("words")),
        "" if renewal.casefold().startswith("jamais") else renewal,
        bool(factor) and factor not in ("personne", "non"),
    )


def _form_answers(content: bytes) -> dict[str, str]:
    keys = {row["label"]: row["key"] for row in POLICY_FORM}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("content.xml").decode()
    rows = [
        [unescape(text) for text in re.findall(r"<text:p>([^<]*)</text:p>|<table:table-cell/>", row)]
        for row in re.findall(r"<table:table-row>(.*?)</table:table-row>", xml)
    ]
    return {keys[row[0]]: row[1] for row in rows if len(row) > 1 and row[0] in keys}


def _conf_answers(text: str) -> dict[str, str]:
    names = {
        **{"minlen": "minimum", "minclass": "classes", "badwords": "words"},
        **{"# renouvellement": "renewal", "# second facteur": "factor"},
    }
    found = re.findall(r"^[ ]*(minlen|minclass|badwords|# renouvellement|# second facteur)[ ]*[=:][ ]*(.*)$", text, re.MULTILINE)
    signs = re.findall(r"^ocredit = -(\d)$", text, re.MULTILINE)
    said: dict[str, str] = {}
    for name, value in found:
        said.setdefault(names[name], value.strip())
    return said | {"signs": one for one in signs}


# -- right ones


def tableur(data: Data) -> HandIn:
    """A workbook, Word documents, the form."""
    return HandIn(data, report(data), review(data), {}, "", texts.message(data)).ruled(form(data))


def libre(data: Data) -> HandIn:
    """OpenDocument files and a `pwquality.conf` of the CNIL's example."""
    remarks = "# renouvellement :\n# second facteur : tous les administrateurs, personne d'autre"
    policy = conf(data, "minlen = 12\nminclass = 4", remarks=remarks)
    return replace(tableur(data), tables=".ods", texts=".odt").ruled(policy)


def brut(data: Data) -> HandIn:
    """CSV and plain text, lines in another order."""
    own = tableur(data)
    return replace(own, audit=own.audit[::-1], rights=own.rights[::-1], tables=".csv", texts=".txt").ruled(conf(data))


NEVER_BUT = "jamais pour les utilisateurs, tous les 90 jours pour les administrateurs"
OTHER_WORDS = {"fuite": "Liste de fuites", "reutilise": "RÉUTILISATION", "dormant": "inactif", "parti": "départ",
               "sans-2fa": "sans MFA", "empreinte-faible": "MD5 ou SHA-1", "partage": "compte commun"}  # fmt: skip


def one_word(data: Data, kind: str, row: Row) -> Row:
    """Cells of one word: the kind of a hash, a group, an action."""
    key = f"{row['Compte']}@{row['Système'].lower()}"
    if kind == "empreinte-faible":
        return {"Preuve": "MD5" if len(data["hashes"][key]) == 32 else "SHA-1"}
    if kind == "reutilise":
        return {"Preuve": next(one["groupe"] for one in data["results"] if f"{one['compte']}@{one['systeme']}" == key)}
    return {"Recommandation": "désactiver"} if kind == "parti" else {}


def autrement(data: Data) -> Tree:
    """Other words of the vocabulary, titles of one's own, a system merged on each sheet, proofs of one word, a PDF."""
    known = {word: kind for kind, word in findings.words(data).items()}
    rows = [
        row
        | one_word(data, known[row["Risque"]], row)
        | {"Risque": OTHER_WORDS.get(known[row["Risque"]], row["Risque"].upper())}
        for row in report(data)
    ]
    titles = ["N°", "Type de risque", "Compte concerné", "SYSTEME", "Gravite", "Preuve trouvée", "Recommandations",
              "Sources"]  # fmt: skip
    order = ("Risque", "Compte", "Système", "Gravité", "Preuve", "Recommandation", "Source")
    sheets = {}
    for system in ("Annuaire", "Intranet", "Messagerie"):
        mine = [row for row in rows if row["Système"] == system]
        sheets[system] = [
            ["Audit", system],
            [],
            titles,
            *([str(n), *(row[t] for t in order)] for n, row in enumerate(mine, 1)),
        ]
    policy = form(data, minimum="15", classes="3", factor="tous, sauf les comptes de machine", renewal=NEVER_BUT)
    own = replace(
        tableur(data),
        texts=".pdf",
        policy=policy,
        justification=texts.justification(data, rules_of(policy), own_words=True),
        message=texts.own_words(data),
    ).tree()
    merged = {system: f"D4:D{len(rows)}" for system, rows in sheets.items()}
    return own | {"audit.xlsx": office.xlsx(sheets, merged=merged)}


def essentiel(data: Data) -> Tree:
    """The report and the review, and nothing else."""
    return {path: content for path, content in brut(data).tree().items() if path.startswith(("audit", "droits", "charte"))}


SECOND_SESSION = ("fuite", "identifiant", "organisation", "saison", "reutilise", "empreinte-faible")
"""The risks that the second sheet teaches."""


def first_session(data: Data) -> Tree:
    """All that the first sheet asks for, and nothing else."""
    own = replace(brut(data), audit=report(data, without=SECOND_SESSION)).tree()
    return {path: content for path, content in own.items() if path.startswith(("audit", "charte"))}
