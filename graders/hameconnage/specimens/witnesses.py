"""Witness hand-ins: `BUILDERS[name](data)` gives the files of a specimen; a mistake changes one part of a right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .hand_ins import Data, HandIn, Question, Row, Tree, bureau, complet

Change = Callable[[HandIn], HandIn]


def made(change: Change, base: Callable[[Data], HandIn] = complet) -> Callable[[Data], Tree]:
    """A right hand-in but for one change."""
    return lambda data: change(base(data)).tree()


def rows(change: Callable[[list[Row], Any], list[Row]]) -> Change:
    """Another table."""
    return lambda own: replace(own, rows=change([dict(row) for row in own.rows], own.data["messages"]))


def told(change: Callable[[list[Row], Data], list[Row]]) -> Change:
    """Other reports."""
    return lambda own: replace(own, reports=change([dict(one) for one in own.reports], own.data))


def asked(change: Callable[[list[Question]], list[Question]]) -> Change:
    """Another quiz."""
    return lambda own: replace(own, quiz=change(list(own.quiz)))


def paged(old: str, new: str) -> Change:
    """Another page."""
    return lambda own: replace(own, page=_swapped(own.page, old, new))


def _swapped(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new)


def judge(verdict: str, level: int, count: int = 99) -> Callable[[list[Row], Any], list[Row]]:
    """The first messages of a level have another verdict."""

    def change(lines: list[Row], messages: Any) -> list[Row]:
        chosen = [one["number"] for one in messages if one["level"] == level][:count]
        return [row | {"verdict": verdict} if int(row["message"]) in chosen else row for row in lines]

    return change


def cell(column: str, text: str, count: int) -> Callable[[list[Row], Any], list[Row]]:
    """The first traps have another cell."""

    def change(lines: list[Row], messages: Any) -> list[Row]:
        chosen = [one["number"] for one in messages if one["level"]][:count]
        return [row | {column: text} if int(row["message"]) in chosen else row for row in lines]

    return change


def clues_swapped(lines: list[Row], messages: Any) -> list[Row]:
    """The first three traps have a clue that is not theirs."""
    wrong = {one["number"]: "QR code" if "qr" not in one["clues"] else "IBAN" for one in messages if one["level"]}
    chosen = list(wrong)[:3]
    return [row | {"indice": wrong[n]} if (n := int(row["message"])) in chosen else row for row in lines]


def honest_reported(own: HandIn) -> HandIn:
    """A report is about an honest message."""
    honest = next(one for one in own.data["messages"] if not one["level"])
    return replace(own, reports=[own.reports[0] | {"Message": str(honest["number"])}, *own.reports[1:]])


def same_case(own: HandIn) -> HandIn:
    """The three reports are about one message."""
    return replace(own, reports=[own.reports[0]] * 3)


def one_left_out(lines: list[Row], messages: Any) -> list[Row]:
    """An honest message has no line."""
    honest = next(one["number"] for one in messages if not one["level"])
    return [row for row in lines if int(row["message"]) != honest]


def two_of_one_case(own: HandIn) -> HandIn:
    """Two reports are about one message: a line of the procedure has none."""
    return replace(own, reports=[*own.reports[:2], own.reports[1]])


def with_person(own: HandIn) -> HandIn:
    """A report copies a message that speaks of somebody."""
    text = next(one["text"] for one in own.data["messages"] if one["reply"] and one["level"])
    return replace(own, reports=[*own.reports[:2], own.reports[2] | {"Fait": text.replace("\n", " ")}])


def phone_told(own: HandIn) -> HandIn:
    """The answer gives somebody's phone number, without spaces."""
    phone = next(one for one in own.data["private"] if one.startswith("0"))
    return replace(own, answer=f"{own.answer}\nOn peut appeler le {phone.replace(' ', '')}.")


def live_link(own: HandIn) -> HandIn:
    """A report gives a link that can be followed."""
    target = next(one["target"] for one in own.data["messages"] if one["target"] and one["level"])
    return replace(own, reports=[*own.reports[:2], own.reports[2] | {"Fait": f"rien ; le lien était {target}"}])


def other_scene(own: HandIn) -> HandIn:
    """The answer is for what happened to somebody else."""
    scenes = ("motdepasse", "piece", "carte")
    other = scenes[(scenes.index(own.data["scene"]["id"]) + 1) % 3]
    return replace(own, answer=complet({**own.data, "scene": {"id": other}}).answer)


def same_proof(own: HandIn) -> HandIn:
    """The proofs of all traps, in each cell."""
    block = " ; ".join(row["preuve"] for row in own.rows if row["preuve"])
    return replace(own, rows=[row | {"preuve": block if row["preuve"] else ""} for row in own.rows])


def keys_reversed(questions: list[Question]) -> list[Question]:
    """All true-or-false keys are wrong."""
    return [replace(one, right={"T": "F", "F": "T"}.get(one.right, one.right)) for one in questions]


def all_of(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(own: HandIn) -> HandIn:
        for one in changes:
            own = one(own)
        return own

    return change


BAD_ROWS = (judge("honnête", 1, 1), judge("honnête", 2, 2), judge("honnête", 3, 2), judge("piège", 0, 3))
BAD_CELLS = (cell("indice", "bizarre", 99), cell("preuve", "c'est faux", 99))


def bad_reports(lines: list[Row], _data: Data) -> list[Row]:
    """One person alone, and a subject of one's own."""
    return [one | {"À": one["À"].split(", ")[1], "Objet": "À lire"} for one in lines]


def bad_quiz(questions: list[Question]) -> list[Question]:
    """Seven questions, a wrong key, no feedback on one, and no wrong answer to another."""
    first, *others = questions[:6]
    return [replace(first, right="F", feedback=""), *others, Question("Que faire ?", "vérifier", ("vérifier",), "Oui.")]


def bad_page(own: HandIn) -> HandIn:
    """Another language, a pale text, and three reflexes."""
    page = own.page.replace('lang="fr"', 'lang="en"').replace("color:#222", "color:#bbb")
    for word, other in (("lien", "texte"), ("Survolez", "Voyez"), ("destination", "suite"), ("IBAN", "contrat"), ("pièce jointe", "image"), ("extensions", "mots"), ("cliquer", "lire")):
        page = page.replace(word, other)
    return replace(own, page=page)  # fmt: skip


BUILDERS: dict[str, Callable[[Data], Tree]] = {
    "complet": made(lambda own: own),
    "bureau": made(lambda own: own, bureau),
    "seulement-tri": lambda data: {name: text for name, text in complet(data).tree().items() if name.startswith("tri")},
    "tri-sans-titres": made(lambda own: replace(own, table=lambda lines: {"tri.csv": b"1;piege\n2;honnete\n"})),
    "tri-incomplet": made(rows(lambda lines, _: lines[:24])),
    "presque-tout": made(all_of(rows(one_left_out), two_of_one_case)),
    "visible-oublie": made(rows(judge("honnête", 1, 1))),
    "discrets-oublies": made(rows(judge("honnête", 2, 2))),
    "habiles-oublies": made(rows(judge("honnête", 3, 2))),
    "trois-accuses": made(rows(judge("piège", 0, 3))),
    "tout-piege": made(rows(lambda lines, _: [row | {"verdict": "piège"} for row in lines])),
    "indice-invente": made(rows(cell("indice", "bizarre", 2))),
    "preuves-de-tous": made(same_proof),
    "preuve-racontee": made(rows(cell("preuve", "l'adresse n'est pas la bonne", 3))),
    "message-recopie": made(with_person),
    "telephone-colle": made(phone_told),
    "deux-signalements": made(told(lambda lines, _: lines[:2])),
    "honnete-signale": made(honest_reported),
    "un-seul-cas": made(same_case),
    "date-fausse": made(told(lambda lines, _: [*lines[:2], lines[2] | {"Reçu le": "01/01/2026"}])),
    "lien-vivant": made(live_link),
    "reponse-breve": made(lambda own: replace(own, answer="Changez tout, prévenez l'assistance, et n'ayez pas peur.")),
    "page-courte": made(lambda own: replace(own, page=own.page[: own.page.index("<h2>")] + "</main></body></html>")),
    "tout-de-travers": made(
        all_of(*map(rows, (*BAD_ROWS, *BAD_CELLS)), told(bad_reports), live_link, other_scene, phone_told, bad_page, asked(bad_quiz))
    ),
    "page-trois-reflexes": made(lambda own: replace(own, page=own.page.replace("lien", "texte").replace("Survolez", "Regardez").replace("destination", "suite").replace("IBAN", "contrat").replace("pièce jointe", "image").replace("extensions", "mots").replace("cliquer", "lire"))),
    "page-anglaise": made(paged('lang="fr"', 'lang="en"')),
    "page-pale": made(paged("color:#222", "color:#bbb")),
    "image-muette": made(paged("<h2>Avant", '<img src="affiche.png"><h2>Avant')),
    "accolade-ouverte": made(lambda own: replace(own, written=lambda _: {"quiz.gift": own.tree()["quiz.gift"].replace(b"}", b"", 1)})),
    "sept-questions": made(asked(lambda questions: questions[:7])),
    "meme-question": made(asked(lambda questions: [questions[0]] * 8)),
    "sans-retour": made(asked(lambda questions: [*questions[:6], *(replace(one, feedback="") for one in questions[6:])])),
    "sans-mauvaise": made(asked(lambda questions: [*questions[:7], Question("Que faire ?", "vérifier", ("vérifier",), "Oui.")])),
    "cles-fausses": made(asked(keys_reversed)),
}  # fmt: skip
