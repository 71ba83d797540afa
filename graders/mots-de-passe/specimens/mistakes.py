"""Mistakes and cheats: each changes one thing in a right hand-in."""

from __future__ import annotations

import base64
import codecs
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from etabli.exam.contract.plain import plain
from etabli.lab.specimens import papers

from ..variant import make
from ..vocabulary import severity
from . import findings, office, texts
from .findings import AUDIT, RIGHTS, Row, action, grid, line, places, report, review
from .hand_ins import Data, Tree, brut, tableur

KNOWN_ENDS = "-bureau. -bois! galet% %tulipe"
"""What once stood around every word that must be refused, in each exam alike; the demanded words are not there."""


USUAL = (
    "avec pour mais nous vous sont tout plus sans sous vers chez comme petit grand vieux blanc noir rouge vert bleu maison "
    "jardin table chaise porte route ville train avion bateau camion lune etoile ciel terre vent pluie neige sable plage "
    "montagne riviere arbre chien cheval vache mouton poule lapin souris oiseau poisson pomme poire pain lait beurre "
    "fromage sucre gateau soupe livre papier crayon lampe bureau cuisine salle bain savon robe chapeau chemise travail"
)
"""Usual words: who refuses them refuses nearly every phrase that people make."""
EVERY_QUARTER = "# renouvellement : tous les trois mois, sans exception\n# second facteur : administrateurs"


def audited(rows: Callable[[Data], list[Row]]) -> Callable[[Data], Tree]:
    """A right hand-in with another report."""
    return lambda data: replace(brut(data), audit=rows(data)).tree()


def reviewed(rows: Callable[[Data], list[Row]]) -> Callable[[Data], Tree]:
    """A right hand-in with another review of rights."""
    return lambda data: replace(brut(data), rights=rows(data)).tree()


def ruled(policy: Callable[[Data], Mapping[str, bytes]]) -> Callable[[Data], Tree]:
    """A right hand-in with another policy."""
    return lambda data: brut(data).ruled(policy(data)).tree()


def written(**make_text: Callable[[Data], str]) -> Callable[[Data], Tree]:
    """A right hand-in with another text."""

    def build(data: Data) -> Tree:
        texts_: dict[str, Any] = {name: text(data) for name, text in make_text.items()}
        return replace(brut(data), **texts_).tree()

    return build


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
    return [row for row in rows(plain(make(seed, seed))) if f"{row['Compte']}@{row['Système'].lower()}" not in known]


def forgetting(kind: str, action_name: str, count: int, more: int = 0) -> Callable[[Data], Tree]:
    """The last accounts of a risk are missed, in the report and in the review; so many `more` in the review alone."""

    def build(data: Data) -> Tree:
        found = [(f["account"], f["system"].capitalize()) for f in data["findings"] if f["kind"] == kind]
        gone, lost = found[-count:], found[-count - more :]
        word, todo = findings.words(data)[kind], findings.words(data, "actions")[action_name]
        own = brut(data)
        audit = [r for r in own.audit if r["Risque"] != word or (r["Compte"], r["Système"]) not in gone]
        rights = [r for r in own.rights if r["Action"] != todo or (r["Compte"], r["Système"]) not in lost]
        return replace(own, audit=audit, rights=rights).tree()

    return build


def with_traps(data: Data) -> list[Row]:
    """Four accounts that only look suspicious are accused."""
    wrong = (("gone@intranet", "parti"), ("homonym@annuaire", "parti"), ("absent@annuaire", "dormant"),
             ("copieur@annuaire", "partage"))  # fmt: skip
    return report(data) + [_accused(data, place, kind) for place, kind in wrong]


def with_users(data: Data) -> list[Row]:
    """Ordinary users and a closed account are told to lack a second factor."""
    wrong = (("p1@annuaire", "sans-2fa"), ("p4@intranet", "sans-2fa"), ("p6@messagerie", "sans-2fa"), ("gone@annuaire", "sans-2fa"))
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


def other_advice(data: Data) -> list[Row]:
    """An account without a second factor is to be closed, one that sleeps changes its password."""
    wrong = {"sans-2fa": "Désactiver le compte.", "dormant": "Changer le mot de passe"}
    known = {findings.words(data)[kind]: advice for kind, advice in wrong.items()}
    return [row | {"Recommandation": known.get(row["Risque"], row["Recommandation"])} for row in report(data)]


def shifted_proofs(data: Data) -> list[Row]:
    """Days, groups and lengths of hashes are those of another account."""
    accounts = {(a["login"], a["system"].capitalize()): a for a in data["accounts"]}
    groups = {(one["compte"], one["systeme"].capitalize()): one["groupe"] for one in data["results"]}
    seen = {
        "dormant": {key: f"connexion du {a['last_login'] or a['created']}" for key, a in accounts.items()},
        "reutilise": groups,
        "empreinte-faible": {key: f"{len(a['hash'])} caractères" for key, a in accounts.items()},
    }
    made, known = report(data), findings.words(data)
    for kind, proofs in seen.items():
        mine = [row for row in made if row["Risque"] == known[kind]]
        own = [proofs[row["Compte"], row["Système"]] for row in mine]
        for at, row in enumerate(mine):
            row["Preuve"] = next(one for one in own[at + 1 :] + own[:at] if one != own[at])
    return made


def showing(what: str) -> Callable[[Data], list[Row]]:
    """The proof shows the password, or the hash."""

    def rows(data: Data) -> list[Row]:
        kind = "fuite" if what == "passwords" else "empreinte-faible"
        word = findings.words(data)[kind]
        values = {(k.split("@")[0], k.split("@")[1].capitalize()): value for k, value in data[what].items()}
        return [
            row | {"Preuve": f"vu dans le fichier : {values[row['Compte'], row['Système']]}"}
            if row["Risque"] == word
            else row
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


def half_hidden(data: Data) -> Tree:
    """An account of each risk, and the last of each action, wait in a hidden sheet."""
    own, seen = tableur(data), one_left_out(data)
    last = {row["Action"]: at for at, row in enumerate(own.rights)}
    shown = [row for at, row in enumerate(own.rights) if at not in last.values()]
    audit, rights = [row for row in own.audit if row not in seen], [row for row in own.rights if row not in shown]
    return own.tree() | {
        "audit.xlsx": office.xlsx({"Audit": grid(seen, AUDIT), "Suite": grid(audit, AUDIT)}, hidden=["Suite"]),
        "droits.xlsx": office.xlsx({"Droits": grid(shown, RIGHTS), "Suite": grid(rights, RIGHTS)}, hidden=["Suite"]),
    }


def half_folded(data: Data) -> Tree:
    """The same wait in rows that are hidden: one for each risk, of the small system only where no other has it."""
    own = tableur(data)
    ordered = sorted(enumerate(own.audit), key=lambda one: one[1]["Système"] != "Messagerie")
    audit = [at + 2 for at in {row["Risque"]: at for at, row in ordered}.values()]
    rights = [at + 2 for at in {row["Action"]: at for at, row in enumerate(own.rights)}.values()]
    return own.tree() | {
        "audit.xlsx": office.xlsx({"Audit": grid(own.audit, AUDIT)}, folded={"Audit": audit}),
        "droits.xlsx": office.xlsx({"Droits": grid(own.rights, RIGHTS)}, folded={"Droits": rights}),
    }


def with_comment(data: Data) -> Tree:
    """A password in base64, in the comment of a cell."""
    note = base64.b64encode(a_password(data).encode()).decode()
    own = tableur(data)
    return own.tree() | {"audit.xlsx": office.xlsx({"Audit": grid(own.audit, AUDIT)}, comments={"E3": f"voir {note}"})}


def with_coded_notes(data: Data) -> Tree:
    """Passwords in notes: in hexadecimal, as HTML entities, in ROT13."""
    words = list(data["passwords"].values())[:3]
    lines = [words[0].encode().hex(" "), "".join(f"&#{ord(one)};" for one in words[1]), codecs.encode(words[2], "rot13")]
    return brut(data).tree() | {"notes.txt": "\n".join(lines).encode()}


def with_property(data: Data) -> Tree:
    """A password, written backwards, as the author of a document."""
    return tableur(data).tree() | {"message.docx": papers.docx(texts.message(data), creator=a_password(data)[::-1])}


def with_notes(data: Data) -> Tree:
    """The export with its hashes is handed in too."""
    lines = [f"{key.split('@')[0]};{stored}" for key, stored in data["hashes"].items()]
    return brut(data).tree() | {"notes/intranet.csv": "\n".join(lines).encode()}


def with_people(data: Data) -> Tree:
    """The list of the staff is handed in too."""
    rows = [list(data["people"][0]), *([*one.values()] for one in data["people"])]
    return brut(data).tree() | {"donnees/rh.csv": office.csv_bytes(rows)}


def naming(data: Data) -> str:
    """The message says whose password was found, by the first name."""
    first = data["people"][0]["prenom"]
    return texts.message(data, more=f"Le mot de passe de notre collègue {first} a été trouvé en une seconde.")


def misspelt(data: Data) -> str:
    """The message points at four people by their family names, a letter left out."""
    names = list(dict.fromkeys(one["nom"] for one in data["people"]))[:4]
    heard = [f"{name[:2]}{name[3:]}" for name in names]
    more = f"Ne faites pas comme madame {heard[0]} ni monsieur {heard[1]}, qui ont une saison. {heard[2]} et {heard[3]} non plus."
    return texts.message(data, more=more)


def unread_advice(data: Data) -> Tree:
    """All that the message says is in hidden text, and nobody signed the charter."""
    short = "Bonjour,\nVoici quelques nouvelles de l'audit.\nMerci de votre attention, et bonne semaine."
    mine = {"message.docx": papers.docx(short, hidden=texts.message(data))}
    return tableur(data).tree() | mine | {"charte.txt": texts.charter(data, signed="").encode()}


def pale(data: Data) -> Tree:
    """What the message says is nearly white; the justification is a PDF whose text is drawn invisibly."""
    short = "Bonjour,\nVoici quelques nouvelles de l'audit.\nMerci de votre attention, et bonne semaine."
    own = {path: content for path, content in tableur(data).tree().items() if not path.startswith("justification")}
    return own | {
        "message.docx": papers.docx(short, hidden=texts.message(data), unseen='<w:color w:val="FEFEFE"/>'),
        "justification.pdf": papers.pdf(tableur(data).justification, drawn="3 Tr"),
    }


TWO_ANSWERS = "# renouvellement : tous les 90 jours\n# second facteur : personne\n" + "#\n" * 200
"""What is read first; far below, the contrary."""


def secret_alone(data: Data) -> Tree:
    """There is no report yet, and the message shows a password that was found."""
    own = replace(brut(data), message=texts.message(data, more=f"Ne prenez pas « {a_password(data)} ».")).tree()
    return {path: content for path, content in own.items() if not path.startswith("audit")}


def one_left_out(data: Data) -> list[Row]:
    """One account is missed for each risk."""
    last = {row["Risque"]: at for at, row in enumerate(report(data))}
    return [row for at, row in enumerate(report(data)) if at not in last.values()]


def five(data: Data) -> list[Row]:
    """Five findings, of each system at least one, and never all of a risk."""
    rows = one_left_out(data)
    last = {row["Système"]: at for at, row in enumerate(rows)}.values()
    return [rows[at] for at in [*last, *(at for at in range(0, len(rows), 11) if at not in last)][:5]]


def all_weak(data: Data) -> list[Row]:
    """Every bcrypt is called weak, and whoever left dormant too."""
    more = [(key, "empreinte-faible") for key, stored in data["hashes"].items() if stored.startswith("$2y$")]
    more += [(f"{f['account']}@{f['system']}", "dormant") for f in data["findings"] if f["kind"] == "parti"]
    return report(data) + [line(data, *key.split("@"), kind, severity(kind, False)) for key, kind in more]


def wrong_case(data: Data) -> str:
    """The other case of the CNIL's."""
    return texts.justification(data, case=3 - data["situation"]["case"])


def case_of_others(data: Data) -> str:
    """The right case and its bits are told as what others need; the organisation is said to come under the other case."""
    page, case = texts.justification(data), data["situation"]["case"]
    start, end = page.index("Chez nous, "), page.index(" bits.") + len(" bits.")
    others = f"Le cas {case} concerne les organisations qui ont moins de chance : il demande {data['situation']['bits']} bits."
    said = f"{data['organisation']['name']} relève plutôt du cas {3 - case}, comme la plupart."
    return f"{page[:start]}{others} {said}{page[end:]}"


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


CONTRARY = """Bonjour à toutes et à tous,
L'audit de nos comptes est fini. Voici ce que chacun doit faire cette semaine, à la lettre.
Choisissez un mot de passe court : la longueur ne sert à rien, cinq lettres suffisent.
Utilisez le même mot de passe pour tous les services, vous ne l'oublierez plus.
Pas besoin de gestionnaire de mots de passe : un papier dans un tiroir fait aussi bien.
On vous propose un second facteur ? Un second facteur fait perdre du temps, refusez-le toujours.
Un message étrange, une hésitation ? Ne prévenez personne, car l'informatique a déjà beaucoup à faire.
Nous vous remercions de suivre ces conseils, et vous souhaitons une bonne semaine à tous.
"""
"""The contrary of each piece of advice, in its own words."""


def contrary(data: Data) -> Tree:
    """The charter is refused, advice is to change nothing, the message says the contrary of what is asked for."""
    audit = [row | {"Recommandation": ("Ne rien changer", "Laisser tel quel")[at % 2]} for at, row in enumerate(report(data))]
    own = replace(brut(data), audit=audit, message=CONTRARY).tree()
    return own | {"charte.txt": texts.charter(data, signed="Lu et refusé le 13/09/2026.").encode()}


def roughly(data: Data) -> Tree:
    """Proofs say the risk again, one a password in two pieces; an earlier version is pasted below; colleagues in capitals."""
    word = a_password(data)
    audit = [row | {"Preuve": f"{row['Risque']} : constaté"} for row in report(data)]
    audit[0]["Preuve"] = f"le mot de passe commence par « {word[:5]} » et finit par « {word[5:]} »"
    again = [row | {"Gravité": "critique" if row["Gravité"] == "faible" else "faible"} for row in audit]
    one, other = (person["prenom"].upper() for person in data["people"][:2])
    more = f"Les mots de passe de {one} et de {other} ont été trouvés en une seconde."
    return replace(brut(data), audit=[*audit, *again], message=texts.message(data, more=more)).tree()
