"""What `operators.yaml` says of hand-ins that no template can be: `OPERATORS[name](specimen, data)` gives the files."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from etabli.lab.specimens import papers
from etabli.lab.specimens.specimen import Specimen

from . import office, texts
from .findings import AUDIT, RIGHTS, Row, action, grid, line, places, words
from .hand_ins import Data, HandIn, Tree, blocked, brut, conf, form, libre, tableur

HANDS: Mapping[str, Callable[[Data], HandIn]] = {"tableur": tableur, "libre": libre, "brut": brut}
Code = Callable[[Specimen, Data], Tree]
Rows = list[Row]
NEVER = 1_000


def remade(change: Callable[[HandIn], HandIn]) -> Code:
    """A right hand-in, changed before it is written; its program stays."""

    def code(specimen: Specimen, data: Data) -> Tree:
        own = HANDS[specimen.name](data)
        kept = {path: content for path, content in specimen.files(data).items() if path not in own.tree()}
        return kept | change(own).tree()

    return code


def files(change: Callable[[Tree, Data], Tree]) -> Code:
    """The files of a right hand-in, changed once written."""
    return lambda specimen, data: change(specimen.files(data), data)


def audit(change: Callable[[Rows, Data], Rows]) -> Code:
    """Another report."""
    return remade(lambda own: replace(own, audit=change(list(own.audit), own.data)))


def rights(change: Callable[[Rows, Data], Rows]) -> Code:
    """Another review."""
    return remade(lambda own: replace(own, rights=change(list(own.rights), own.data)))


def policy(make: Callable[[Data], Mapping[str, bytes]]) -> Code:
    """Another policy."""
    return remade(lambda own: own.ruled(make(own.data)))


def justified(change: Callable[[str, Data], str]) -> Code:
    """Another justification."""
    return remade(lambda own: replace(own, justification=change(own.justification, own.data)))


def told(change: Callable[[str, Data], str]) -> Code:
    """Another message."""
    return remade(lambda own: replace(own, message=change(own.message, own.data)))


# -- lines


def of_kind(data: Data, kind: str, table: str = "vocabulary") -> Callable[[Row], bool]:
    """Whether a line says a risk, or an action."""
    word = words(data, table)[kind]
    return lambda row: row["Risque" if table == "vocabulary" else "Action"] == word


def without(count: int, kind: str, table: str = "vocabulary") -> Callable[[Rows, Data], Rows]:
    """The first lines of a risk, or of an action, are forgotten."""

    def change(rows: Rows, data: Data) -> Rows:
        gone = [row for row in rows if of_kind(data, kind, table)(row)][:count]
        return [row for row in rows if row not in gone]

    return change


def edited(
    column: str, make: Callable[[Row, Data], str], *, step: int = NEVER, start: int = 3
) -> Callable[[Rows, Data], Rows]:
    """Another word in a column of some lines: of a single one, unless a step is given."""

    def change(rows: Rows, data: Data) -> Rows:
        return [
            row | {column: make(row, data)} if number >= start and (number - start) % step == 0 else row
            for number, row in enumerate(rows)
        ]

    return change


def fixed(column: str, value: str, **where: int) -> Callable[[Rows, Data], Rows]:
    """The same word in a column of some lines."""
    return edited(column, lambda row, data: value, **where)


def accused(*wanted: tuple[str, str], table: str = "audit") -> Callable[[Rows, Data], Rows]:
    """Accounts, by their place in the plan, of which something wrong is said."""

    def change(rows: Rows, data: Data) -> Rows:
        known = places(data)
        more = []
        for place, what in wanted:
            account = known[place]
            if table == "audit":
                more.append(line(data, account["login"], account["system"], what, "moyenne"))
            else:
                more.append(action(data, f"{account['login']}@{account['system']}", what))
        return rows + more

    return change


def innocents(data: Data) -> list[Mapping[str, Any]]:
    """Accounts of which nothing is to be said."""
    guilty = {(f["account"], f["system"]) for f in data["findings"]}
    return [a for a in data["accounts"] if (a["login"], a["system"]) not in guilty and a["active"]]


def slandered(share: float) -> Callable[[Rows, Data], Rows]:
    """A share of the innocent accounts is accused, for no reason."""

    def change(rows: Rows, data: Data) -> Rows:
        taken = innocents(data)[: round(len(innocents(data)) * share)]
        return rows + [line(data, a["login"], a["system"], "saison", "moyenne") for a in taken]

    return change


def as_false_as_tenth(rows: Rows, data: Data) -> Rows:
    """Of seven lines, one is false."""
    count = round(len(rows) * 0.17)
    return rows + [line(data, a["login"], a["system"], "saison", "moyenne") for a in innocents(data)[:count]]


def unstepped(rows: Rows, data: Data) -> Rows:
    """The step for administrators is forgotten, for two of them."""
    base = {term["word"]: term["severity"] for term in data["vocabulary"]}
    wrong = [row for row in rows if row["Gravité"] != base[row["Risque"]]][:2]
    return [row | {"Gravité": base[row["Risque"]]} if row in wrong else row for row in rows]


def other_severity(row: Row, data: Data) -> str:
    """The step below, or the one above the lowest."""
    known = list(data["severities"])
    return str(known[abs(known.index(row["Gravité"]) - 1)])


def ordinary(rows: Rows, data: Data) -> Rows:
    """Three ordinary lines have a wrong severity: less than one of ten."""
    base = {term["word"]: term["severity"] for term in data["vocabulary"]}
    wrong = [row for row in rows if row["Gravité"] == base[row["Risque"]]][4:7]
    return [row | {"Gravité": other_severity(row, data)} if row in wrong else row for row in rows]


TWO_WORDS = {"reutilise": "même groupe", "partage": "titulaire commun", "empreinte-faible": "sans sel", "dormant": "vieille connexion",
             "parti": "départ passé", "sans-2fa": "colonne second_facteur"}  # fmt: skip


def two_words(row: Row, data: Data) -> str:
    """A proof of two words, of its risk."""
    return next((said for kind, said in TWO_WORDS.items() if of_kind(data, kind)(row)), "essai réussi")


def merged(rows: Rows, data: Data) -> Rows:
    """The risks of one account are said in one line."""
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row["Compte"], row["Système"])
        seen[key] = seen[key] | {"Risque": f"{seen[key]['Risque']} et {row['Risque']}"} if key in seen else row
    return list(seen.values())


def elsewhere(rows: Rows, data: Data) -> Rows:
    """An account is said to be of a system where it is not."""
    known = {(a["login"], a["system"].capitalize()) for a in data["accounts"]}
    systems = [str(s["word"]) for s in data["systems"]]
    for number, row in enumerate(rows):
        if others := [s for s in systems if (row["Compte"], s) not in known]:
            return [*rows[:number], row | {"Système": others[0]}, *rows[number + 1 :]]
    raise ValueError("every account is everywhere")


def partial(system: str, step: int) -> Callable[[Rows, Data], Rows]:
    """One line of so many is kept of a system."""

    def change(rows: Rows, data: Data) -> Rows:
        mine = [row for row in rows if row["Système"] == system]
        return [row for row in rows if row not in mine or mine.index(row) % step == 0]

    return change


# -- secrets


def a_secret(data: Data) -> str:
    """The password of an account that a candidate can have found."""
    found = next(f for f in data["findings"] if f["kind"] == "organisation")
    return str(data["passwords"][f"{found['account']}@{found['system']}"])


def a_hash(data: Data) -> str:
    """A weak hash."""
    return next(str(stored) for stored in data["hashes"].values() if len(stored) == 32)


def in_proof(make: Callable[[Data], str]) -> Code:
    """Something is shown in the proof of one line."""
    return audit(edited("Preuve", lambda row, data: f"vu pendant l'essai : {make(data)}"))


def alone_with_a_secret(tree: Tree, data: Data) -> Tree:
    """The report is missing, and the message shows a password."""
    kept = {path: content for path, content in tree.items() if not path.startswith("audit")}
    text = texts.message(data, more=f"Par exemple, {a_secret(data)} se devine en une seconde.")
    return kept | {"message.txt": text.encode()}


# -- tables as files


def as_csv(rows: Iterable[Sequence[str]], delimiter: str, encoding: str, end: str = "\r\n") -> bytes:
    """A CSV file in a dialect."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue().encode(encoding)


def in_dialect(delimiter: str, encoding: str, end: str = "\r\n") -> Code:
    """Both tables as CSV of a dialect."""

    def code(specimen: Specimen, data: Data) -> Tree:
        own, tree = HANDS[specimen.name](data), specimen.files(data)
        return tree | {
            "audit.csv": as_csv(grid(own.audit, AUDIT), delimiter, encoding, end),
            "droits.csv": as_csv(grid(own.rights, RIGHTS), delimiter, encoding, end),
        }

    return code


def workbook(make: Callable[[list[list[str]]], list[list[str]]]) -> Code:
    """The report's cells, changed, in a workbook."""

    def code(specimen: Specimen, data: Data) -> Tree:
        own = HANDS[specimen.name](data)
        rows = make(grid(own.audit, AUDIT))
        book = office.xlsx({"Audit": rows}) if own.tables == ".xlsx" else office.ods({"Audit": rows})
        return specimen.files(data) | {f"audit{own.tables}": book}

    return code


def without_column(number: int) -> Code:
    """A column is missing."""
    return workbook(lambda rows: [row[:number] + row[number + 1 :] for row in rows])


def renamed(change: Callable[[str], str]) -> Code:
    """Other names of files."""
    return files(lambda tree, data: {change(path): content for path, content in tree.items()})


def in_groups(rows: list[list[str]]) -> list[list[str]]:
    """Titles above, an empty line between groups."""
    made: list[list[str]] = [["Relevé d'audit"], [], rows[0]]
    for number, row in enumerate(rows[1:]):
        made += [[]] if number and number % 9 == 0 else []
        made.append(row)
    return made


def columns_back(rows: list[list[str]]) -> list[list[str]]:
    """The columns from the last to the first."""
    return [row[::-1] for row in rows]


# -- policies


def lacking(family: str) -> Callable[[Data], Mapping[str, bytes]]:
    """A word of a family is not in the list."""

    def make(data: Data) -> Mapping[str, bytes]:
        word = next(f["words"][0] for f in data["block_families"] if f["id"] == family)
        own = conf(data)["pwquality.conf"].decode()
        return {"pwquality.conf": own.replace(f" {word}", "").replace(f"= {word} ", "= ").encode()}

    return make


def two_lists(data: Data) -> Mapping[str, bytes]:
    """The words are on two lines: only one counts."""
    first, *rest = blocked(data).split(" ")
    own = conf(data)["pwquality.conf"].decode()
    return {
        "pwquality.conf": own.replace(
            f"badwords = {blocked(data)}", f"badwords = {' '.join(rest)}\nbadwords = {first}"
        ).encode()
    }


def remarked(renewal: str, factor: str) -> Callable[[Data], Mapping[str, bytes]]:
    """Other answers in the comments."""
    return lambda data: conf(data, remarks=f"# renouvellement : {renewal}\n# second facteur : {factor}")


def both_policies(data: Data) -> Mapping[str, bytes]:
    """The form and the settings."""
    return {**conf(data), **form(data)}


# -- texts


def lines_without(text: str, *parts: str) -> str:
    """The lines that hold none of these."""
    return "\n".join(one for one in text.split("\n") if not any(part in one for part in parts))


def case_said(sentence: str) -> Callable[[str, Data], str]:
    """Another sentence for the case; {case}, {bits}, {other} and {others} are replaced."""

    def change(text: str, data: Data) -> str:
        case = data["situation"]["case"]
        bits = {1: 80, 2: 50}
        said = sentence.format(case=case, bits=bits[case], other=3 - case, others=bits[3 - case])
        return "\n".join(said if one.startswith("Chez nous, ") else one for one in text.split("\n"))

    return change


def somebody(data: Data) -> Mapping[str, Any]:
    """A colleague."""
    return next(one for one in data["people"] if one["nom"])


ADVICE = ("phrase de passe", "différent pour", "gestionnaire", "second facteur", "Prévenez")


KINDS = ("fuite", "identifiant", "organisation", "saison", "reutilise", "empreinte-faible")

OPERATORS: dict[str, Code] = {
    # -- séance 1
    "charte-absente": files(lambda tree, data: {path: one for path, one in tree.items() if path != "charte.txt"}),
    "noms-de-fichiers": renamed(lambda path: f"mon-{path}"),
    "colonne-gravite-absente": without_column(AUDIT.index("Gravité")),
    "colonne-systeme-absente": without_column(AUDIT.index("Système")),
    "sans-titres": workbook(lambda rows: rows[1:]),
    "risques-sur-une-ligne": audit(merged),
    "risque-a-soi": audit(fixed("Risque", "mot de passe nul")),
    "systeme-a-soi": audit(fixed("Système", "Serveur de fichiers")),
    "compte-mal-ecrit": audit(edited("Compte", lambda row, data: row["Compte"] + "x")),
    "compte-ailleurs": audit(elsewhere),
    "un-parti-oublie": audit(without(1, "parti")),
    "un-admin-oublie": audit(without(1, "sans-2fa")),
    "deux-dormants-oublies": audit(without(2, "dormant")),
    "deux-partages-oublies": audit(without(2, "partage")),
    "absent-accuse": audit(accused(("absent@annuaire", "dormant"))),
    "homonyme-accuse": audit(accused(("homonym@annuaire", "parti"))),
    "depart-a-venir-accuse": audit(accused(("leaving@annuaire", "parti"))),
    "nouveau-accuse": audit(accused(("newcomer@annuaire", "dormant"))),
    "machine-accusee": audit(accused(("copieur@annuaire", "partage"))),
    "limite-accusee": audit(accused(("quiet@annuaire", "dormant"))),
    "deux-admins-sans-cran": audit(unstepped),
    "une-gravite-sur-cinq": audit(edited("Gravité", other_severity, step=5, start=0)),
    "gravite-mot-inconnu": audit(fixed("Gravité", "grave", step=3)),
    "preuve-vide": audit(fixed("Preuve", "")),
    "preuve-qui-repete": audit(edited("Preuve", lambda row, data: row["Risque"])),
    "recommandation-vide": audit(fixed("Recommandation", "")),
    "source-inconnue": audit(fixed("Source", "mon cours de BTS")),
    "partenaire-dans-les-droits": rights(
        lambda rows, data: [*rows, action(data, f"{data['externals'][0]['login']}@annuaire", "desactiver")]
    ),
    "partenaire-dans-le-message": told(
        lambda text, data: f"{text}\nLe compte {data['externals'][0]['login']} dort depuis un an."
    ),
    # -- séance 2
    "secret-dans-le-message": told(
        lambda text, data: f"{text}\nPar exemple, {a_secret(data)} se devine en une seconde."
    ),
    "secret-a-l-envers": justified(lambda text, data: f"{text}\nUn exemple : {a_secret(data)[::-1]}."),
    "secret-espace": in_proof(lambda data: " ".join(a_secret(data))),
    "secret-en-majuscules": in_proof(lambda data: a_secret(data).upper()),
    "secret-code": rights(
        edited("Motif", lambda row, data: f"personne partie, {base64.b64encode(a_secret(data).encode()).decode()}")
    ),
    "secret-sans-releve": files(alone_with_a_secret),
    "empreinte-entiere": in_proof(a_hash),
    "empreinte-presque-entiere": in_proof(lambda data: a_hash(data)[:31]),
    "donnees-jointes": files(
        lambda tree, data: (
            tree
            | {
                "copie/messagerie.csv": "\n".join(
                    f"{key};{stored}" for key, stored in data["hashes"].items() if key.endswith("messagerie")
                ).encode()
            }
        )
    ),
    "quatre-innocents-sur-dix": audit(slandered(0.4)),
    "autant-de-faux": audit(slandered(1.0)),
    "un-faux-sur-sept": audit(as_false_as_tenth),
    "quatre-constats-sur-dix": audit(lambda rows, data: [row for n, row in enumerate(rows) if n % 5 in (0, 2)]),
    "intranet-au-tiers": audit(partial("Intranet", 3)),
    **{f"deux-oublis-{kind}": audit(without(2, kind)) for kind in KINDS},
    "action-inconnue": rights(fixed("Action", "surveiller", start=1)),
    "droits-sans-systeme": remade(lambda own: replace(own, rights=[row | {"Système": ""} for row in own.rights])),
    "un-compte-pas-ferme": rights(without(1, "desactiver", "actions")),
    "un-admin-pas-protege": rights(without(1, "second-facteur", "actions")),
    "un-droit-pas-reduit": rights(without(1, "reduire", "actions")),
    "machine-fermee": rights(accused(("sauvegarde@annuaire", "desactiver"), table="droits")),
    "absent-ferme": rights(accused(("absent@annuaire", "desactiver"), table="droits")),
    "admin-legitime-reduit": rights(accused(("adm1@annuaire", "reduire"), table="droits")),
    # -- séance 3
    "deux-politiques": policy(both_policies),
    "reglage-faux": policy(lambda data: conf(data, "minlen = 14\nminclass = trois")),
    "formulaire-sans-liste": policy(lambda data: form(data, list="")),
    "phrases-trop-longues": policy(lambda data: conf(data, "minlen = 64\nminclass = 3")),
    "suites-de-lettres-refusees": policy(lambda data: conf(data, "minlen = 14\nminclass = 3\nmaxclassrepeat = 3")),
    "gestionnaire-refuse": policy(lambda data: form(data, minimum="21")),
    "sept-caracteres": policy(lambda data: conf(data, "minlen = 7\nminclass = 4")),
    "credits": policy(lambda data: conf(data, "minlen = 12\nlcredit = 2\nucredit = 2\ndcredit = 2\nocredit = 2")),
    "un-mot-manque-organisation": policy(lacking("organisation")),
    "un-mot-manque-saisons": policy(lacking("saisons")),
    "un-mot-manque-frequents": policy(lacking("frequents")),
    "deux-listes": policy(two_lists),
    "identifiant-accepte": policy(
        lambda data: {"pwquality.conf": conf(data)["pwquality.conf"].replace(b"usercheck = 1", b"usercheck = 0")}
    ),
    "bits-manquants": policy(lambda data: conf(data, "minlen = 10\nminclass = 1")),
    "tous-les-trois-mois": policy(remarked("tous les trois mois, sans exception", "administrateurs")),
    "chaque-annee": policy(lambda data: form(data, renewal="chaque année")),
    "sauf-la-direction": policy(remarked("jamais", "administrateurs, sauf la direction")),
    "facteur-facultatif": policy(lambda data: form(data, factor="non")),
    # -- séance 4
    "cnil-et-owasp": justified(
        lambda text, data: (
            lines_without(text, "ANSSI", "NIST")
            + "\nLe texte OWASP ASVS dit aussi de préférer la longueur, et de laisser coller un mot de passe dans le champ."
        )
    ),
    "justification-courte": justified(lambda text, data: "\n".join(text.split("\n")[:3])),
    "justification-longue": justified(
        lambda text, data: text + "\nNous avons relu chaque règle avec toute l'équipe, ligne par ligne." * 50
    ),
    "cas-inverse": justified(
        case_said(
            "Le cas {other} de la CNIL s'applique à notre organisation, car c'est écrit. Il demande {others} bits."
        )
    ),
    "bits-inverses": justified(
        case_said("Le cas {case} de la CNIL s'applique à notre organisation, et il demande {others} bits.")
    ),
    "message-court": told(
        lambda text, data: (
            "Bonjour,\nChoisissez une phrase de passe longue et un gestionnaire. Activez le second facteur. Prenez un mot de passe unique. Prévenez l'accueil en cas de doute.\nMerci."
        )
    ),
    "message-trop-long": told(
        lambda text, data: text + "\nPrenons le temps de bien faire les choses, un jour après l'autre." * 25
    ),
    "deux-conseils": told(
        lambda text, data: (
            lines_without(text, *ADVICE[:3])
            + "\nNous en parlerons ensemble pendant la réunion de rentrée, et chacun pourra poser ses questions. Prenez le temps de lire ces quelques lignes avant de venir."
        )
    ),
    "nom-dans-le-message": told(
        lambda text, data: (
            f"{text}\nMerci à {somebody(data)['prenom']} {somebody(data)['nom']}, qui a déjà changé le sien."
        )
    ),
    "identifiant-dans-le-message": told(
        lambda text, data: (
            f"{text}\nLe compte {next(a['login'] for a in data['accounts'] if '.' in a['login'])} a été le plus facile à ouvrir."
        )
    ),
    # -- ways
    "csv-virgules": in_dialect(",", "utf-8", "\n"),
    "csv-windows": in_dialect(";", "cp1252"),
    "csv-tabulations": in_dialect("\t", "utf-8-sig"),
    "noms-en-majuscules": renamed(lambda path: path if "/" in path else path.upper()),
    "groupes": workbook(in_groups),
    "colonnes-a-l-envers": workbook(columns_back),
    "mots-en-majuscules": audit(
        lambda rows, data: [
            row
            | {"Risque": row["Risque"].upper(), "Gravité": row["Gravité"].upper(), "Système": row["Système"].lower()}
            for row in rows
        ]
    ),
    "un-oubli-dans-trois-risques": audit(
        lambda rows, data: without(1, "dormant")(without(1, "partage")(without(1, "saison")(rows, data), data), data)
    ),
    "gravites-tolerees": audit(ordinary),
    "preuves-de-deux-mots": audit(edited("Preuve", two_words, step=1, start=0)),
    "sources-en-phrase": audit(
        edited("Source", lambda row, data: f"Règle lue dans « {row['Source']} », page 3.", step=1, start=0)
    ),
    "ordre-des-comptes": remade(
        lambda own: replace(
            own,
            audit=sorted(own.audit, key=lambda row: row["Compte"]),
            rights=sorted(own.rights, key=lambda row: row["Compte"]),
        )
    ),
    "longueur-et-deux-classes": policy(lambda data: conf(data, "# longueur\nminlen=16\n  minclass   =  2\n")),
    "jamais-en-phrase": policy(lambda data: form(data, renewal="Jamais.", factor="Tous les comptes", minimum="14")),
    "phrase-complete": justified(
        case_said(
            "Le cas n° {case} de la CNIL s'applique à notre organisation, car c'est ainsi que l'on entre. Il demande {bits} bits."
        )
    ),
    "phrase-des-deux-cas": justified(
        case_said(
            "C'est le cas {case}, et non le cas {other}, qui s'applique ici ; il demande {bits} bits au lieu de {others} bits."
        )
    ),
    "conseils-autrement": told(
        lambda text, data: "\n".join(
            [
                lines_without(text, *ADVICE),
                "Douze caractères au moins, c'est bien ; une longue suite de mots, c'est mieux.",
                "Ne réutilisez pas celui de votre boîte personnelle.",
                "KeePass garde tout cela dans un coffre-fort, et il est gratuit.",
                "Acceptez la double authentification dès qu'un site la propose.",
                "Une question ? Écrivez au service informatique, qui répond dans la journée.",
            ]
        )
    ),
    "textes-en-markdown": remade(
        lambda own: replace(own, texts=".md", message=f"# Nos mots de passe\n\n{own.message}")
    ),
    "message-en-pdf": lambda specimen, data: (
        {path: content for path, content in specimen.files(data).items() if not path.startswith("message")}
        | {"message.pdf": papers.pdf(texts.message(data))}
    ),
}
