"""What `operators.yaml` says of hand-ins: `OPERATORS[name](specimen, data)` gives the files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from openpyxl import load_workbook
from openpyxl.comments import Comment

from etabli.lab.specimens import papers
from etabli.lab.specimens.specimen import Specimen

from . import witnesses as w
from .hand_ins import Data, HandIn, Question, Row, Tree, bureau, complet, gift, table_csv, xml

HANDS: Mapping[str, Callable[[Data], HandIn]] = {"complet": complet, "bureau": bureau}
Code = Callable[[Specimen, Data], Tree]


def remade(change: w.Change) -> Code:
    """A right hand-in, changed before it is written."""
    return lambda specimen, data: change(HANDS[specimen.name](data)).tree()


def files(change: Callable[[Tree], Tree]) -> Code:
    """The files of a right hand-in, changed once written."""
    return lambda specimen, data: change(dict(specimen.files(data)))


def each_report(**parts: str) -> w.Change:
    """Each report has other parts; an empty one goes."""
    labels = {"a": "À", "objet": "Objet", "message": "Message", "recu": "Reçu le", "de": "Expéditeur", "indice": "Indice"}
    other = {labels[name]: text for name, text in parts.items()}

    def change(own: HandIn) -> HandIn:
        changed = [{k: v for k, v in (one | other).items() if v} for one in own.reports]
        return replace(own, reports=changed)

    return change


def contacts_swapped(own: HandIn) -> HandIn:
    """Two reports have each other's addresses."""
    first, second, third = own.reports
    return replace(own, reports=[first | {"À": second["À"]}, second | {"À": first["À"]}, third])


def contact_only(own: HandIn) -> HandIn:
    """One report goes to the common address alone."""
    first, *others = own.reports
    return replace(own, reports=[first | {"À": first["À"].split(", ")[0]}, *others])


def person_in(part: str) -> w.Change:
    """Somebody's name is in a part that is no report."""

    def change(own: HandIn) -> HandIn:
        name = next(one for one in own.data["private"] if not any(map(str.isdigit, one)))
        if part == "page":
            return replace(own, page=own.page.replace("</main>", f"<p>Comme {name}.</p></main>"))
        if part == "tri":
            rows = [own.rows[0] | {"preuve": f"il parle de {name.upper()}"}, *own.rows[1:]]
            return replace(own, rows=rows)
        if part == "fait":
            return replace(own, reports=[*own.reports[:2], own.reports[2] | {"Fait": f"rien ; Mme {name.split()[-1]} n'a pas répondu."}])
        street = next(one for one in own.data["private"] if one[0] in "123456789")
        return replace(own, answer=f"{own.answer}\nVoir le {street}.")

    return change


def link_in(part: str) -> w.Change:
    """A link of a trap that can be followed."""

    def change(own: HandIn) -> HandIn:
        target = next(one["target"] for one in own.data["messages"] if one["target"] and one["level"])
        if part == "page":
            return replace(own, page=own.page.replace("</main>", f'<p><a href="{target}">un exemple</a></p></main>'))
        return replace(own, quiz=[replace(own.quiz[0], feedback=f"Voir {target} par exemple."), *own.quiz[1:]])

    return change


def noted(tree: Tree, text: str) -> Tree:
    """A text is in the comment of a cell."""
    book = load_workbook(io.BytesIO(tree["tri.xlsx"]))
    book.worksheets[0]["C14"].comment = Comment(text, "")
    book.save(stream := io.BytesIO())
    return dict(tree) | {"tri.xlsx": papers.sealed(stream.getvalue())}


def date_in_words(own: HandIn) -> HandIn:
    """Days are said in words."""
    months = ("mars", "avril", "mai", "juin", "juillet")

    def said(day: str) -> str:
        number, month, year = day.split("/")
        return f"le {int(number)} {months[int(month) - 3]} {year} au matin"

    return replace(own, reports=[one | {"Reçu le": said(one["Reçu le"])} for one in own.reports])


def by_answer(questions: list[Question]) -> Tree:
    """Feedback after each answer, comments and formats: another way of the same quiz."""
    text = gift(questions)["quiz.gift"].decode()
    blocks = ["// Pour Moodle\n$CATEGORY: $course$/Sécurité"]
    for block in text.split("\n\n")[1:]:
        inside, _, feedback = block.rstrip("}\n").partition("####")
        if "{T" in inside or "{F" in inside:
            blocks.append(f"{inside.replace('{T', '{TRUE').replace('{F', '{FALSE')}#{feedback}#Oui. {feedback}}}")
        else:
            blocks.append("\n".join(f"{line}#{feedback}" if line[:1] in "~=" else line for line in inside.splitlines()) + "\n}")
    return {"quiz.txt": "\r\n\r\n".join(blocks).replace("::Question", "::  Question").encode("utf-8-sig")}  # fmt: skip


def other_columns(rows: list[Row]) -> Tree:
    """Columns in another order, with others beside, and numbers as file names."""
    lines = ["Indice;Date;Verdict final;N° message;Preuve (copiée)"]
    lines += [f"{r['indice']};;{r['verdict'].upper()};message-{int(r['message']):02d}.eml;{r['preuve']}" for r in rows]
    return {"tri.csv": "\r\n".join(lines).encode("cp1252")}


def one_key(questions: list[Question]) -> list[Question]:
    """The first key is wrong."""
    return [replace(questions[0], right="F"), *questions[1:]]


def two_rights(questions: list[Question]) -> Tree:
    """A question has two whole right answers."""
    return {"quiz.gift": gift(questions)["quiz.gift"].replace(b"\n~", b"\n=", 1)}


_AGAINST = {
    "motdepasse": "Ne changez pas ce mot de passe, même s'il sert partout. Inutile d'activer le second facteur.",
    "piece": "Laissez le réseau branché. Éteignez le poste tout de suite, puis branchez une clé USB pour sauver vos documents.",
    "carte": "Ne faites pas opposition, inutile de prévenir la banque, et ce n'est pas la peine de surveiller les relevés.",
}
AGAINST = {scene: f"Bonjour, {'merci de votre message. ' * 12} {text} Ne prévenez pas l'assistance." for scene, text in _AGAINST.items()}
ENGLISH = "Check the address of the sender, letter by letter. Hover over a link before you click on it. Beware of files with a double extension. When it is urgent, take your time. If an IBAN has changed, call them. " * 3
LONG = "Ne vous inquiétez pas, tout ira bien, nous allons regarder cela ensemble dès que possible. "
OPERATORS: dict[str, Code] = {
    "titres-absents": files(lambda tree: tree | {"tri.csv": tree["tri.csv"].split(b"\n", 1)[1]}),
    "colonne-absente": remade(lambda own: replace(own, table=lambda rows: {"tri.csv": table_csv(rows)["tri.csv"].replace(b"preuve", b"note", 1)})),
    "message-absent": remade(w.rows(lambda rows, _: rows[:11] + rows[12:])),
    "verdict-absent": remade(w.rows(w.judge("", 3, 1))),
    "un-visible-oublie": remade(w.rows(w.judge("honnête", 1, 1))),
    "deux-discrets-oublies": remade(w.rows(w.judge("honnête", 2, 2))),
    "deux-habiles-oublies": remade(w.rows(w.judge("honnête", 3, 2))),
    "trois-honnetes-accuses": remade(w.rows(w.judge("piège", 0, 3))),
    "tous-accuses": remade(w.rows(w.judge("piège", 0))),
    "indices-d-un-autre": remade(w.rows(w.clues_swapped)),
    "indices-vides": remade(w.rows(w.cell("indice", "", 2))),
    "indices-flous": remade(w.rows(w.cell("indice", "louche", 3))),
    "preuves-vides": remade(w.rows(w.cell("preuve", "", 7))),
    "preuves-racontees": remade(w.rows(w.cell("preuve", "le domaine est faux", 4))),
    "deux-signalements-seuls": remade(w.told(lambda reports, _: reports[1:])),
    "signalement-d-un-honnete": remade(w.honest_reported),
    "trois-fois-le-meme": remade(w.same_case),
    "sans-numero": remade(each_report(message="")),
    "tout-le-monde": remade(each_report(a="alerte@tous.example")),
    "contacts-echanges": remade(contacts_swapped),
    "contact-oublie": remade(contact_only),
    "objet-libre": remade(each_report(objet="message bizarre")),
    "date-absente": remade(each_report(recu="")),
    "expediteur-absent": remade(lambda own: replace(own, reports=[one | {"Expéditeur": "un inconnu", "Indice": "il est faux"} for one in own.reports])),
    "indice-non-copie": remade(lambda own: replace(own, reports=[one | {"Expéditeur": "", "Indice": "on voit bien que c'est faux"} for one in own.reports])),
    "nom-dans-la-page": remade(person_in("page")),
    "nom-dans-le-tri": remade(person_in("tri")),
    "rue-dans-la-reponse": remade(person_in("reponse")),
    "nom-seul": remade(person_in("fait")),
    "telephone-en-commentaire": lambda specimen, data: noted(specimen.files(data), next(one for one in data["private"] if one[0] == "0").replace(" ", ".")),
    "lien-dans-la-page": remade(link_in("page")),
    "lien-dans-le-quiz": remade(link_in("quiz")),
    "lien-dans-un-signalement": remade(w.live_link),
    "trois-lignes": remade(lambda own: replace(own, answer=own.answer[:120])),
    "reponse-fleuve": remade(lambda own: replace(own, answer=own.answer + LONG * 16)),
    "gestes-d-un-autre-cas": remade(w.other_scene),
    "gestes-deconseilles": remade(lambda own: replace(own, answer=AGAINST[own.data["scene"]["id"]])),
    "titre-absent": remade(w.paged("h1>", "p>")),
    "deux-titres": remade(w.paged("h2>", "h1>")),
    "page-vide": remade(lambda own: replace(own, page=own.page[: own.page.index("<p>")] + "</main></body></html>")),
    "langue-absente": remade(w.paged('<html lang="fr">', "<html>")),
    "page-en-anglais": remade(lambda own: replace(own, page=re.sub(r"<p>.*</p>", f"<p>{ENGLISH}</p>", own.page, flags=re.S))),
    "gris-clair": remade(w.paged("<style>", "<style>li{color:#999}")),
    "onglet-sans-titre": remade(w.paged("<title>Reconnaître un message piégé</title>", "")),
    "accolade-oubliee": remade(lambda own: replace(own, written=lambda quiz: {"quiz.gift": gift(quiz)["quiz.gift"].replace(b"}", b"", 2)})),
    "questions-collees": remade(lambda own: replace(own, written=lambda quiz: {"quiz.gift": gift(quiz)["quiz.gift"].replace(b"}\n\n", b"}\n")})),
    "six-questions": remade(w.asked(lambda quiz: quiz[:6])),
    "sans-aucun-retour": remade(w.asked(lambda quiz: [replace(one, feedback="") for one in quiz])),
    "deux-bonnes": remade(lambda own: replace(own, written=two_rights)),
    "une-cle-fausse": remade(w.asked(one_key)),
    "pas-d-adresse": remade(w.asked(lambda quiz: [*quiz[4:], *quiz[4:6], replace(quiz[6], text="Et celui-ci ?"), replace(quiz[7], text="Et elle ?")])),
    # ways
    "ordre-inverse": remade(lambda own: replace(own, rows=own.rows[::-1], reports=own.reports[::-1], quiz=own.quiz[::-1])),
    "autres-colonnes": remade(lambda own: replace(own, table=other_columns)),
    "dates-en-lettres": remade(date_in_words),
    "en-odt": remade(lambda own: replace(own, texts=".odt")),
    "en-markdown": remade(lambda own: replace(own, texts=".md")),
    "en-docx": remade(lambda own: replace(own, texts=".docx")),
    "retour-par-reponse": remade(lambda own: replace(own, written=by_answer)),
    "quiz-en-xml": remade(lambda own: replace(own, written=xml)),
    "un-oubli-permis": remade(lambda own: w.rows(w.judge("honnête", 2, 1))(w.rows(w.judge("honnête", 3, 1))(own))),
    "deux-accuses-permis": remade(w.rows(w.judge("piégé", 0, 2))),
    "un-indice-faux-permis": remade(w.rows(w.cell("indice", "louche", 1))),
    "six-preuves": remade(w.rows(w.cell("preuve", "", 6))),
    "page-avec-slogan": remade(w.paged("<h2>Quand", "<p>Think before you click on it. Do not trust the name of the sender.</p><h2>Quand")),
    "page-en-tableau": remade(lambda own: replace(own, page=own.page.replace("<ul>", "<ol>").replace("</ul>", "</ol>").replace('lang="fr"', "lang=fr-FR").replace("<main>", '<main id="contenu">'))),
    "neuf-questions": remade(w.asked(lambda quiz: [*quiz, Question("Un collègue se trompe. Que lui dire ?", "merci de l'avoir dit", ("rien",), "Il parlera plus tôt.")])),
    "fins-de-ligne": files(lambda tree: {name: text.replace(b"\n", b"\r\n") if name.endswith((".gift", ".html", ".txt")) else text for name, text in tree.items()}),
}  # fmt: skip
