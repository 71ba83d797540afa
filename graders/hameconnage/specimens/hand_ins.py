"""Right hand-ins, part by part: what a mistake changes is one of their parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from openpyxl import Workbook

from etabli.lab.specimens import papers

from ..decor import CLUES

Data = Mapping[str, Any]
Tree = dict[str, bytes]
Row = dict[str, str]
TITLES = ("message", "verdict", "indice", "preuve")
WORDS = {one.id: one.word for one in CLUES}


@dataclass(frozen=True)
class Question:
    """One question of the quiz."""

    text: str
    right: str
    """The right answer; ``T`` or ``F`` where it is a true-or-false."""
    wrong: tuple[str, ...] = ()
    feedback: str = ""


@dataclass(frozen=True)
class HandIn:
    """All that is handed in, and in which formats."""

    data: Data
    rows: list[Row]
    reports: list[Row]
    answer: str
    page: str
    quiz: list[Question]
    table: Callable[[list[Row]], Tree]
    texts: str = ".txt"
    written: Callable[[list[Question]], Tree] = field(default=lambda quiz: gift(quiz))

    def tree(self) -> Tree:
        """The files."""
        write = papers.WRITERS[self.texts]
        return {
            **self.table(self.rows),
            f"signalements{self.texts}": write("\n\n".join(map(report, self.reports))),
            f"reponse{self.texts}": write(self.answer),
            "sensibilisation.html": self.page.encode(),
            **self.written(self.quiz),
        }


def safe(text: str) -> str:
    """An address that nobody can follow."""
    return text.replace("http", "hxxp").replace(".", "[.]")


def sort(data: Data) -> list[Row]:
    """The right table: for each trap, its first clue."""
    rows = []
    for one in data["messages"]:
        clue, pieces = next(iter(one["clues"].items()), ("", ("",)))
        verdict = "piège" if one["level"] else "honnête"
        rows.append({"message": str(one["number"]), "verdict": verdict, "indice": WORDS.get(clue, ""), "preuve": pieces[0]})
    return rows  # fmt: skip


def traps(data: Data) -> list[Any]:
    """The traps that are reported: the first of each case."""
    found = {one["case"]: one for one in reversed(data["messages"]) if one["level"]}
    return [found[case["id"]] for case in data["cases"]]


def reports(data: Data) -> list[Row]:
    """The right reports."""
    return [
        {
            "À": f"{data['organisation']['alert']}, {one['contact']}",
            "Objet": "[SIGNALEMENT] message piégé",
            "Message": str(one["number"]),
            "Reçu le": "/".join(reversed(one["sent"][:10].split("-"))),
            "Expéditeur": one["address"],
            "Indice": safe(next(iter(one["clues"].values()))[0]),
            "Fait": "je n'ai rien ouvert, ni répondu ; le message est gardé.",
        }
        for one in traps(data)
    ]


def report(parts: Row) -> str:
    """A report as text."""
    return "\n".join(f"{label} : {text}" for label, text in parts.items())


_DONE = {
    "motdepasse": "Depuis un autre appareil, changez ce mot de passe tout de suite. Changez-le aussi partout où vous l'avez "
    "repris. Nous activerons ensemble le second facteur cet après-midi.",
    "piece": "Débranchez le câble du réseau, ou coupez le Wi-Fi. Laissez le poste allumé : n'éteignez rien. Ne mettez ni clé "
    "ni disque dessus avant mon passage.",
    "carte": "Appelez le numéro d'opposition qui est au dos de la carte. Dites-le ensuite à la banque. Regardez les relevés "
    "de la semaine, une opération après l'autre.",
}


def answer(data: Data) -> str:
    """The right answer."""
    return (
        f"Bonjour {data['colleague']['first']},\n\nMerci de m'avoir écrit si vite : c'est ce qu'il y a de plus utile, et "
        "cela arrive à tout le monde. Le message était très bien imité. Voici par quoi commencer, dans cet ordre. "
        f"{_DONE[data['scene']['id']]} Prévenez aussi l'assistance, à l'adresse {data['organisation']['support']}, et dites "
        "l'heure. Je passe vous voir dans dix minutes, nous ferons le reste ensemble.\n\nÀ tout de suite"
    )


def page(data: Data, style: str = "body{color:#222;background:#fff;max-width:40em}") -> str:
    """The right page."""
    return f"""<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><title>Reconnaître un message piégé</title><style>{style}</style></head>
<body>
<main>
<h1>Reconnaître un message piégé</h1>
<p>{escape(data["organisation"]["name"])} reçoit chaque semaine des messages qui imitent nos partenaires. Voici comment nous
les avons reconnus, et comment vous ferez de même sans perdre de temps.</p>
<h2>Avant de cliquer</h2>
<ul>
<li>Lisez l'adresse de l'expéditeur en entier, lettre par lettre, et pas seulement le nom qui s'affiche.</li>
<li>Survolez chaque lien avec la souris : la vraie destination s'affiche en bas de la fenêtre.</li>
<li>Méfiez-vous d'une pièce jointe dont le nom finit par deux extensions, comme un document qui serait un programme.</li>
<li>Devant une demande urgente, respirez : une minute de vérification ne coûte rien à personne.</li>
</ul>
<h2>Quand on parle d'argent</h2>
<p>Un IBAN qui change se vérifie toujours par téléphone, au numéro que nous connaissons déjà.</p>
<h2>Si vous avez un doute</h2>
<p>Signalez le message à {escape(data["organisation"]["alert"])}. Personne ne vous reprochera une fausse alerte.</p>
</main>
</body>
</html>
"""


def hosts(data: Data) -> tuple[list[str], list[str]]:
    """Domains of traps that no partner has, and domains of partners from which no trap comes."""
    trusted = [one["domain"] for one in data["partners"]] + [data["organisation"]["domain"]]
    senders = [one["address"].partition("@")[2] for one in data["messages"] if one["level"]]
    return [one for one in dict.fromkeys(senders) if one not in trusted], [one for one in trusted if one not in senders]


def quiz(data: Data) -> list[Question]:
    """The right quiz."""
    bad, good = hosts(data)
    asked = [
        Question(f"{host} : c'est un piège.", "T", feedback="Ce domaine n'est pas dans notre liste de partenaires.")
        for host in bad[:2]
    ]
    asked += [
        Question(f"{host} : c'est un piège.", "F", feedback="Ce domaine est dans notre liste de partenaires.")
        for host in good[:2]
    ]
    return [
        *asked,
        Question("Où lit-on la vraie adresse d'un lien ?", "en le survolant", ("en cliquant", "dans l'objet"), "Survoler ne déclenche rien."),
        Question("Un fournisseur change d'IBAN. Que faire ?", "l'appeler au numéro connu", ("payer vite", "répondre au message"), "Le message peut être faux, son numéro aussi."),
        Question("Quel fichier est un programme ?", "facture.pdf.exe", ("facture.2026.pdf", "facture.pdf"), "Seule la dernière extension compte."),
        Question("La direction demande le secret et des cartes cadeaux. Que faire ?", "la joindre autrement", ("obéir", "attendre demain"), "Vérifier n'est jamais une faute."),
    ]  # fmt: skip


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "~=#{}:" else sign for sign in text)


def gift(questions: list[Question]) -> Tree:
    """As GIFT."""
    blocks = []
    for rank, one in enumerate(questions, 1):
        after = f"####{_escaped(one.feedback)}" if one.feedback else ""
        if one.right in ("T", "F"):
            inside = f"{one.right}{after}"
        else:
            inside = "\n".join([f"={_escaped(one.right)}", *(f"~{_escaped(text)}" for text in one.wrong)]) + f"\n{after}"
        blocks.append(f"::Question {rank}:: {_escaped(one.text)} {{{inside}}}")
    return {"quiz.gift": ("// Quiz\n\n" + "\n\n".join(blocks) + "\n").encode()}


def xml(questions: list[Question]) -> Tree:
    """As Moodle exports it."""
    made = []
    for rank, one in enumerate(questions, 1):
        boolean = one.right in ("T", "F")
        answers = [("true", 100 * (one.right == "T")), ("false", 100 * (one.right == "F"))] if boolean else [(one.right, 100), *((text, 0) for text in one.wrong)]  # fmt: skip
        inside = "".join(f'<answer fraction="{share}" format="html"><text>{escape(text)}</text><feedback format="html"><text></text></feedback></answer>' for text, share in answers)  # fmt: skip
        made.append(
            f'<question type="{"truefalse" if boolean else "multichoice"}"><name><text>Question {rank}</text></name>'
            f'<questiontext format="html"><text><![CDATA[<p>{escape(one.text)}</p>]]></text></questiontext>'
            f'<generalfeedback format="html"><text>{escape(one.feedback)}</text></generalfeedback>{inside}</question>'
        )
    category = '<question type="category"><category><text>$course$/Quiz</text></category></question>'
    return {"quiz.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{category}{"".join(made)}</quiz>\n'.encode()}


def table_csv(rows: list[Row]) -> Tree:
    """As a spreadsheet saves it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, TITLES, delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return {"tri.csv": text.getvalue().encode("utf-8-sig")}


def table_xlsx(rows: list[Row]) -> Tree:
    """A workbook with a title above the table, and titles of one's own."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tri de la boîte de contact"])
    sheet.append([])
    sheet.append(["N° du message", "Mon verdict", "Indice(s)", "Preuve trouvée", "Remarque"])
    for row in rows:
        sheet.append([int(row["message"]), *(row[title] for title in TITLES[1:]), ""])
    content = io.BytesIO()
    book.save(content)
    return {"tri.xlsx": papers.sealed(content.getvalue())}


def complet(data: Data) -> HandIn:
    """A spreadsheet's CSV, plain text, GIFT."""
    return HandIn(data, sort(data), reports(data), answer(data), page(data), quiz(data), table_csv)


def bureau(data: Data) -> HandIn:
    """Office documents, several clues, other words, Moodle's XML."""
    rows = []
    for row, one in zip(sort(data), data["messages"], strict=True):
        said = {"piège": "Hameçonnage !", "honnête": "Message légitime"}[row["verdict"]]
        clues = " et ".join(WORDS[clue].upper() for clue in one["clues"])
        pieces = [f"« {safe(pieces[-1])} »" for pieces in one["clues"].values()]
        rows.append(row | {"verdict": said, "indice": clues, "preuve": ", puis ".join(pieces)})
    told = []
    for parts in reports(data):
        day, month, year = parts["Reçu le"].split("/")
        first, second = parts["À"].split(", ")
        told.append(
            {"Destinataire": second, "Cc": first, "Sujet": "[Signalement] voir le message", "Message n°": parts["Message"]}
            | {"Date": f"{year}-{month}-{day}", "Expéditeur": parts["Expéditeur"].replace(".", "[.]")}
            | {"Indice": f"on y lit « {parts['Indice']} »", "Fait": "rien."}
        )
    fine = replace(complet(data), rows=rows, table=table_xlsx, texts=".docx", written=xml)
    return replace(fine, reports=told, page=page(data, "h1{font-size:2em}ul{line-height:1.6}"))
