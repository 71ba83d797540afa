"""Whose is it? The questions that only a person can answer, on a terminal or as options to add."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from etabli.cli.ask import YES
from etabli.cli.screen import aside, escape
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count, listed
from etabli.reception.settling import Question, Settling
from etabli.roster.learner import Learner
from etabli.roster.refusals import typed
from etabli.roster.roster import Roster

_SEVERAL = (
    "Pour un rendu de groupe, nommez tous les membres, d'abord celui dont les données ont servi : « --associer "
    '"Équipe 1=SNO-01,SNO-04" ».'
)


def ask_whose(settling: Settling, read: Callable[[], str] | None = None) -> Settling:
    """Asks whose each thing is, and returns what then belongs to whom, with no question left.

    Args:
        settling: What is unknown.
        read: Reads one answer; the terminal by default.

    Raises:
        UsageProblem: Nobody is there to answer; the message gives the options to add.
    """
    if settling.questions and read is None and not sys.stdin.isatty():
        raise UsageProblem(to_add(settling.questions, settling.roster, settling.taken))
    answer = _answers(read or input)
    if settling.declared and _agreed(settling, answer):
        for question, learner in settling.declared:
            settling = settling.give(question, [learner])
    while settling.questions:
        question = settling.questions[0]
        settling = settling.give(question, _whose(question, settling, answer))
    return settling


def to_add(questions: Sequence[Question], roster: Roster, taken: Mapping[str, str] = MappingProxyType({})) -> str:
    """Returns what to add to the command, one option per question.

    Args:
        questions: What is unknown.
        roster: The class.
        taken: What those learners handed in who have something already, by alias: they are not proposed.
    """
    unsure = count(len(questions), "{n} rendu à attribuer", "{n} rendus à attribuer")
    said = f"Classe {roster.name}, {unsure} : complétez et ajoutez ce qui suit."
    lines = [f'  --associer "{one.key}={_guess(one, taken)}"{_why(one, taken)}' for one in questions]
    end = (
        f'« etabli classe liste {typed(roster.name)} » donne les alias ; « --associer "Nom=" » laisse un rendu de côté.'
        " Une réponse sur le nom d'un élève est retenue pour la prochaine fois."
    )
    grouped = [_SEVERAL] if any(not (question.choices or question.dropped.blind) for question in questions) else []
    return "\n".join([said, *lines, *grouped, end])


def _guess(question: Question, taken: Mapping[str, str]) -> str:
    if question.dropped.group is not None:
        return ",".join(one.alias for one in _free(question, taken)) or "ALIAS,ALIAS"
    return question.declared.alias if question.declared else "ALIAS"


def _free(question: Question, taken: Mapping[str, str]) -> list[Learner]:
    return [one for one in question.members if one.alias not in taken]


def _not_free(question: Question, taken: Mapping[str, str]) -> list[str]:
    return [
        f"le formulaire dit aussi {one.alias} {one.name}, qui a déjà un rendu ici ({taken[one.alias]})"
        for one in question.members
        if one.alias in taken
    ]


def _why(question: Question, taken: Mapping[str, str]) -> str:
    said = [_marks(question)]
    if question.declared:
        said.append(f"selon son rendu.json : {question.declared.name}")
    said += _near(question)
    if free := _free(question, taken):
        said.append(f"selon le formulaire : {listed(one.name for one in free)}")
    said += _not_free(question, taken)
    return "   ← " + " ; ".join(said)


def _marks(question: Question) -> str:
    """What else is known of a deposit than the name it came under."""
    return ", ".join([question.dropped.described, *([question.email] if question.email else [])])


def _near(question: Question) -> list[str]:
    if question.choices:
        return ["peut être {who}".format(who=listed((_told(one) for one in question.choices), "ou"))]
    if question.alike:
        who = listed((f"{one.alias} {one.listed}" for one in question.alike), "ou")
        return [f"presque le nom de {who}, est-ce bien la même personne ?"]
    return []


def _told(learner: Learner, name: str = "") -> str:
    """A learner among homonyms: only the e-mail and the number tell them apart."""
    number = f"n° {learner.number}" if learner.number else None
    marks = [mark for mark in (learner.email, number, None if learner.active else "parti") if mark]
    shown = f"{learner.alias} {name}".strip()
    return f"{shown} ({', '.join(marks) or 'ni courriel ni numéro connus'})"


def _answers(read: Callable[[], str]) -> Callable[[], str]:
    def answer() -> str:
        try:
            return read().strip()
        except EOFError:
            return ""

    return answer


def _agreed(settling: Settling, answer: Callable[[], str]) -> bool:
    aside.print("Remises anonymes : voici ce que les fichiers « rendu.json » déclarent eux-mêmes.")
    for question, learner in settling.declared:
        aside.print(f"  {escape(question.dropped.title)} → {learner.alias} {escape(learner.name)}")
    aside.print(r"Acceptez-vous ces déclarations ? [bold]\[o/N][/]", end=" ")
    return answer().casefold() in YES


def _whose(question: Question, settling: Settling, answer: Callable[[], str]) -> Sequence[Learner]:
    """Asks about one thing until an alias, or those of a group, are confirmed; nobody when nothing is answered."""
    if question.dropped.group is None:
        _say(f"À qui est le rendu de « {question.dropped.title} » ({_marks(question)}) ?")
    else:
        _say(
            f"Rendu de groupe « {question.dropped.title} » ({_marks(question)}) : qui en sont les membres, d'abord "
            "celui dont les données ont servi ?"
        )
    for line in _not_free(question, settling.taken):
        _say(f"  {line}")
    if free := _free(question, settling.taken):
        _say(f"  selon le formulaire : {listed(f'{one.alias} {one.name}' for one in free)}")
        aside.print(r"Est-ce bien cela ? [bold]\[o/N][/]", end=" ")
        if answer().casefold() in YES:
            return free
    for line in () if question.choices else _near(question):
        _say(f"  {line}")
    for learner in settling.choices(question):
        _say(f"  {_told(learner, learner.name) if question.choices else f'{learner.alias} {learner.name}'}")
    while True:
        aside.print("Alias (plusieurs pour un groupe : 1, 4 ; vide : laisser de côté) :", end=" ")
        if not (alias := answer()):
            return ()
        try:
            chosen = settling.read(alias)
        except UsageProblem as error:
            _say(str(error))
            continue
        who = listed(f"{one.alias} {one.name}" + ("" if one.active else " (parti)") for one in chosen)
        aside.print(f"→ {escape(who)} ? [bold]\\[o/N][/]", end=" ", highlight=False)
        if answer().casefold() in YES:
            return chosen


def _say(line: str) -> None:
    aside.print(escape(line), highlight=False, soft_wrap=True)
