"""The quiz as Moodle imports it: GIFT, or Moodle's XML.

Sources: the GIFT page of Moodle's documentation and ``question/format/gift/format.php`` (questions are parted by blank
lines, of a true-or-false the first comment is for a wrong answer); « Moodle XML format » for the other one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, some
from etabli.exam.contract.words import fold, squeeze
from etabli.exam.reading.limits import Refused
from etabli.exam.reading.markup import END, START, TEXT, unescape, walk

from .shape import Variant

QUESTIONS, ABOUT_ADDRESSES, PAIRS = 8, 4, 2
_RANK = re.compile(r"^(?:question )?(?:n )?\d{1,2} ")
"""What only numbers a question."""
CHOICE, BOOLEAN, SHORT, MATCH, NUMBER, ESSAY = "choix", "vrai ou faux", "courte", "association", "nombre", "rédaction"
_MOODLE = {"multichoice": CHOICE, "truefalse": BOOLEAN, "shortanswer": SHORT, "matching": MATCH, "numerical": NUMBER, "essay": ESSAY}  # fmt: skip
_ESCAPED = re.compile(r"\\([~=#{}:])")
_HIDDEN = {sign: chr(0xE000 + rank) for rank, sign in enumerate("~=#{}:")}
_SHOWN = str.maketrans({mark: sign for sign, mark in _HIDDEN.items()})
_FORMAT = re.compile(r"\[(?:html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,7})?)%")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_GIVEN = (["question", "answer"], ["question", "subquestion"])
"""Where an answer of Moodle's XML is, or a pair of an association."""
_IMPORTS = "Un fichier que Moodle importe sans message d'erreur : format GIFT, ou XML Moodle."


@dataclass
class Answer:
    """One answer of a question."""

    text: str
    share: float
    """Percent of the points."""
    feedback: str = ""


@dataclass
class Question:
    """One question."""

    name: str
    kind: str
    text: str
    answers: list[Answer] = field(default_factory=list)
    feedback: str = ""
    refused: str = ""
    """Why Moodle does not take it."""
    holds: int = 1
    """How many questions it is: two touch each other, or a piece of one is none."""

    @property
    def told(self) -> str:
        """How a sentence names it."""
        return quote(self.name or self.text, 40)


def read_quiz(path: str, text: str) -> list[Question]:
    """The questions of a file, those that only describe left out.

    Raises:
        Failed: There is none, or Moodle could not read the file at all.
    """
    found = _xml(path, text) if path.lower().endswith(".xml") or text.lstrip().startswith("<?xml") else _gift(text)
    if not found:
        raise Failed(f"{path} : Moodle n'y trouverait aucune question.", _IMPORTS)
    return found


def _gift(text: str) -> list[Question]:
    lines = ["" if line.lstrip().startswith("//") else line for line in text.replace("\r\n", "\n").split("\n")]
    shown = "\n".join(line for line in lines if not line.lstrip().startswith("$CATEGORY:"))
    marked = _ESCAPED.sub(lambda match: _HIDDEN[match[1]], shown)
    return [one for block in re.split(r"\n[ \t]*\n", marked) if block.strip() and (one := _question(block.strip()))]


def _question(block: str) -> Question | None:
    name, rest = "", block
    if block.startswith("::"):
        name, closed, rest = block[2:].partition("::")
        if not closed:
            return _refused(block, "le titre commence par :: et ne finit pas par ::")
    before, opened, inside = rest.partition("{")
    inside, closed, after = inside.partition("}")
    if "}" in before:
        return _refused(block, "une accolade se ferme sans s'être ouverte")
    if opened and (not closed or "{" in inside):
        return _refused(block, "une accolade n'est pas fermée, ou une ligne vide manque avant la question suivante")
    if not opened:
        return None
    if "{" in after or "}" in after:
        return _refused(block, "deux questions se touchent : mettez une ligne vide entre elles")
    text = _plain(f"{before} _____ {after}" if after.strip() else before)
    answers, _, general = inside.partition("####")
    kind, made = _answers(answers.strip(), block)
    return Question(_plain(name), kind, text, made, _plain(general))


def _answers(text: str, block: str) -> tuple[str, list[Answer]]:
    head = text.partition("#")[0].strip().upper()
    if not text:
        return ESSAY, []
    if head in ("T", "TRUE", "F", "FALSE"):
        right = head.startswith("T")
        wrong, good = ([*map(_plain, text.split("#")[1:3]), "", ""])[:2]
        return BOOLEAN, [Answer("true", 100.0 * right, good if right else wrong), Answer("false", 100.0 * (not right), wrong if right else good)]  # fmt: skip
    if text.startswith("#"):
        pieces = [f"={one}" for one in re.split(r"(?:^|\s)=", text[1:]) if one.strip()]
        return NUMBER, [_answer(one) for one in pieces]
    choice = "~" in text
    pieces = [piece.strip() for piece in (text.replace("=", "~=").split("~") if choice else text.split("="))]
    made = [_answer(piece if choice else f"={piece}") for piece in pieces if piece]
    return (CHOICE if choice else MATCH if "->" in text else SHORT), made


def _answer(piece: str) -> Answer:
    share = 100.0 if piece.startswith("=") else 0.0
    piece = piece.removeprefix("=").strip()
    if weight := _WEIGHT.match(piece):
        share, piece = float(weight[1]), piece[weight.end() :]
    said, _, feedback = piece.partition("#")
    return Answer(_plain(said), share, _plain(feedback))


def _plain(text: str) -> str:
    return squeeze(unescape(_TAG.sub(" ", _FORMAT.sub("", text))).translate(_SHOWN))


def _refused(block: str, why: str) -> Question:
    return Question("", "", _plain(block), refused=why, holds=block.count("{"))


def _xml(path: str, text: str) -> list[Question]:
    made: list[Question] = []
    try:
        for kind, places, words in _texts(text):
            if places == ["question"]:
                made.append(Question("", _MOODLE.get(kind, ""), ""))
            elif places in _GIVEN:
                made[-1].answers.append(Answer("", float(kind or 0)))
            else:
                _take(made[-1], places, words)
    except (Refused, ValueError, IndexError) as broken:
        raise Failed(f"{path} : Moodle ne peut pas lire ce XML.", _IMPORTS) from broken
    return [one for one in made if one.kind]


def _take(one: Question, places: Sequence[str], words: str) -> None:
    if places[:2] in _GIVEN and one.answers:
        if "feedback" in places:
            one.answers[-1].feedback += _plain(words)
        else:
            one.answers[-1].text += _plain(words)
    elif places[1:2] == ["name"]:
        one.name += _plain(words)
    elif places[1:2] == ["questiontext"]:
        one.text += _plain(words)
    elif places[1:2] == ["generalfeedback"]:
        one.feedback += _plain(words)


def _texts(text: str) -> Iterator[tuple[str, list[str], str]]:
    """Where each question and answer begins, with its kind or share; and each text, with the elements around it."""
    around: list[str] = []
    for event in walk(text.encode(), "quiz.xml"):
        if event.kind == START:
            around.append(event.name)
            if around[0] != "quiz":
                raise ValueError(around[0])
            places = around[1:]
            if places in (["question"], *_GIVEN):
                yield event.attributes.get("type" if len(places) < 2 else "fraction", ""), places, ""
        elif event.kind == END:
            around.pop()
        elif event.kind == TEXT and around[-1:] == ["text"] and len(around) > 2 and around[1] == "question":
            yield "", around[1:], event.text


# -- what is asked of it


def expect_import(questions: Sequence[Question]) -> None:
    """Moodle takes each of them; where one is refused, the others are looked at all the same."""
    refused = [one for one in questions if one.refused]
    if refused:
        more = f", et {counted(len(refused) - 1, 'autre')}" if len(refused) > 1 else ""
        raise Failed(
            f"Moodle refuserait la question {refused[0].told}{more} : {refused[0].refused}.",
            _IMPORTS,
            stops=len(_sound(questions)) < QUESTIONS // 2,
        )


def _sound(questions: Sequence[Question]) -> list[Question]:
    return [one for one in questions if not one.refused]


def expect_enough(questions: Sequence[Question]) -> None:
    """There are eight, all different."""
    sound, held = _sound(questions), sum(one.holds for one in questions if one.refused)
    different = len({_RANK.sub("", fold(one.text)) for one in sound} - {""}) + held
    if different < QUESTIONS:
        told = ("question différente", "questions différentes") if different < len(sound) + held else ("question",)
        raise Failed(f"Le quiz a {counted(different, *told)}.", f"Au moins {QUESTIONS} questions.")


def expect_feedback(questions: Sequence[Question]) -> None:
    """Each explains something to who answers."""
    mute = [
        one
        for one in _sound(questions)
        if not re.search(r"\w", one.feedback + "".join(a.feedback for a in one.answers))
    ]
    if mute:
        raise Failed(
            f"{counted(len(mute), 'question est sans retour', 'questions sont sans retour')} : "
            f"{some([one.told for one in mute], 3)}.",
            "Un retour pour chaque question : sur une réponse, ou sur toute la question.",
        )


def expect_answers(questions: Sequence[Question]) -> None:
    """Each has one right answer, and a choice has a wrong one beside it."""
    for one in _sound(questions):
        shares = [answer.share for answer in one.answers]
        spelt = one.kind == SHORT  # « à » and « a » are two spellings of it
        texts = [answer.text.strip() if spelt else fold(answer.text) for answer in one.answers]
        why = ""
        if one.kind == ESSAY:
            why = "Moodle ne peut pas la corriger seul"
        elif one.kind == CHOICE and sum(share for share in shares if share > 0) not in (100, 99.99999):
            rights = sum(share > 0 for share in shares)
            why = "elle n'a aucune bonne réponse" if not rights else "ses bonnes réponses ne font pas 100 % des points"
        elif one.kind == CHOICE and all(share > 0 for share in shares):
            why = "elle n'a aucune mauvaise réponse"
        elif one.kind in (CHOICE, SHORT) and len(set(texts)) < len(texts):
            why = "deux de ses réponses sont les mêmes"
        elif one.kind == MATCH and len(texts) < PAIRS:
            why = f"une association a au moins {PAIRS} paires"
        elif not any(share > 0 for share in shares) and one.kind != MATCH:
            why = "elle n'a aucune bonne réponse"
        if why:
            raise Failed(f"Question {one.told} : {why}.", "Une bonne réponse par question, et au moins une mauvaise.")


def expect_keys(questions: Sequence[Question], variant: Variant) -> None:
    """Four true-or-false questions say of an address whether it is a trap's, and their keys are right.

    One of them that Moodle refuses may be one of the four: that costs its point only.
    """
    traps, honest = hosts(variant)
    traps += [".".join(host.split(".")[-2:]) for host in traps]  # a subdomain is anybody's, its domain is the trap's
    told = [
        (one, truth)
        for one in _sound(questions)
        if _key(one) is not None and (truth := _truth(one, variant, (traps, honest))) is not None
    ]
    different = len({_RANK.sub("", fold(one.text)) for one, _ in told})
    held = sum(one.holds for one in questions if one.refused and _truth(one, variant, (traps, honest)) is not None)
    if different + held < ABOUT_ADDRESSES:
        raise Failed(
            f"On ne reconnaît que {counted(different, 'vrai ou faux', 'vrais ou faux')} sur une adresse de vos messages."
            if different
            else "On ne reconnaît aucun vrai ou faux sur une adresse de vos messages.",
            f"Au moins {ABOUT_ADDRESSES}, de la forme « adresse : c'est un piège ».",
        )
    wrong = [one for one, truths in told if _key(one) not in truths]
    if wrong:
        raise Failed(
            f"{counted(len(wrong), 'clé est fausse', 'clés sont fausses')}, dont celle de la question {wrong[0].told}.",
            "Vrai si l'adresse est celle d'un piège, faux sinon.",
        )


def _key(one: Question) -> bool | None:
    """What a question holds for true, whether Moodle calls it so or it has these two answers; None when it is another."""
    shares = {fold(answer.text): answer.share > 0 for answer in one.answers}
    for yes, no in (("true", "false"), ("vrai", "faux"), ("oui", "non")):
        if shares.keys() == {yes, no}:
            return shares[yes]
    return one.answers[0].share > 0 if one.kind == BOOLEAN and one.answers else None


_SAYS = re.compile(r"\b(?:pieg|fraud|hamecon|arnaque)")
_TRUSTS = re.compile(r"\b(?:fiable|honnete|legitime|confiance|vraie adresse)\b")
_NOT = re.compile(r"\b(?:n est pas|pas un(?! doute)|aucun(?! doute))\b")


def _truth(one: Question, variant: Variant, known: tuple[list[str], list[str]]) -> set[bool] | None:
    """What the key of a question may be, by the hosts of the mailbox; None when it is not about one of its addresses."""
    text = fold(one.text)
    traps, honest = known
    clauses = [part for part in map(fold, re.split(r"[,;] ", one.text)) if _SAYS.search(part) or _TRUSTS.search(part)]
    if not clauses:
        return None
    says = bool(_SAYS.search(clauses[0])) is not bool(_NOT.search(clauses[0]))
    if any(f" {fold(host)} " in f" {text} " for host in traps):
        return {says}
    about = [one for one in honest if f" {fold(one)} " in f" {text} "]
    unsure = {address.partition("@")[2] for address in both(variant)}
    return None if not about else {True, False} if set(about) & unsure else {not says}


def genuine(host: str, variant: Variant) -> bool:
    """Whether a host belongs to the organisation or to a partner."""
    own = [variant.organisation.domain, *(one.domain for one in variant.partners)]
    return any(host == one or host.endswith(f".{one}") for one in own)


def hosts(variant: Variant) -> tuple[list[str], list[str]]:
    """The hosts of traps, and those that are trusted; the longest first."""
    shown = {
        host: one
        for one in variant.messages
        for host in (one.address.partition("@")[2], one.reply.partition("@")[2], _host(one.target), _host(one.qr))
        if host and (one.trap or genuine(host, variant))
    }
    own = [variant.organisation.domain, *(one.domain for one in variant.partners)]
    traps = sorted((host for host in shown if not genuine(host, variant)), key=len, reverse=True)
    return traps, sorted({*own, *(host for host in shown if genuine(host, variant))}, key=len, reverse=True)


def both(variant: Variant) -> list[str]:
    """Addresses from which a trap and honest messages come: the sender was forged."""
    return [one.address for one in variant.messages if one.trap and genuine(one.address.partition("@")[2], variant)]


def _host(address: str) -> str:
    return address.partition("//")[2].partition("/")[0]
