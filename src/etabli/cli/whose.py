"""Whose is it? The questions that only a person can answer, on a terminal or as options to add."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from etabli.cli.ask import YES
from etabli.cli.screen import aside, escape
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.reception.attribution import Question
from etabli.reception.handed import Handed
from etabli.roster.learner import Learner
from etabli.roster.names import name_key
from etabli.roster.roster import Roster
from etabli.roster.unknown import typed

Owned = list[tuple[Handed, Learner]]


def ask_whose(
    questions: Sequence[Question], roster: Roster, taken: Mapping[str, str], read: Callable[[], str] | None = None
) -> tuple[Owned, list[Handed]]:
    """Asks whose each thing is; an answer is remembered with the class, so that it is asked once.

    Args:
        questions: What is unknown.
        roster: The class.
        taken: What those learners handed in who have something already, by alias.
        read: Reads one answer; the terminal by default.

    Returns:
        What belongs to whom, and what is left aside.

    Raises:
        UsageProblem: Nobody is there to answer; the message gives the options to add.
    """
    if not questions:
        return [], []
    if read is None and not sys.stdin.isatty():
        raise UsageProblem(to_add(questions, roster))
    return _Interview(roster, taken, read or input).run(questions)


def to_add(questions: Sequence[Question], roster: Roster) -> str:
    """Returns what to add to the command, one option per question."""
    unsure = count(len(questions), "{n} rendu à attribuer", "{n} rendus à attribuer")
    said = f"Classe {roster.name}, {unsure} : complétez et ajoutez ce qui suit."
    lines = [f'  --associer "{question.key}={_guess(question)}"{_why(question)}' for question in questions]
    end = (
        f'« etabli classe liste {typed(roster.name)} » donne les alias ; « --associer "Nom=" » laisse un rendu de côté.'
        " Une réponse sur le nom d'un élève est retenue pour la prochaine fois."
    )
    return "\n".join([said, *lines, end])


def _guess(question: Question) -> str:
    return question.declared.alias if question.declared else "ALIAS"


def _why(question: Question) -> str:
    said = [_marks(question)]
    if question.declared:
        said.append(f"selon son rendu.json : {question.declared.name}")
    said += _near(question)
    return "   ← " + " ; ".join(said)


def _marks(question: Question) -> str:
    """What else is known of a deposit than the name it came under."""
    return ", ".join([question.handed.described, *([question.email] if question.email else [])])


def _near(question: Question) -> list[str]:
    if question.choices:
        return ["peut être {who}".format(who=", ".join(_told(one) for one in question.choices))]
    if question.alike:
        who = ", ".join(f"{one.alias} {one.listed}" for one in question.alike)
        return [f"presque le nom de {who}, est-ce bien la même personne ?"]
    return []


def _told(learner: Learner, name: str = "") -> str:
    """A learner among homonyms: only the e-mail and the number tell them apart."""
    number = f"n° {learner.number}" if learner.number else None
    marks = [mark for mark in (learner.email, number, None if learner.active else "parti") if mark]
    shown = f"{learner.alias} {name}".strip()
    return f"{shown} ({', '.join(marks) or 'ni courriel ni numéro connus'})"


class _Interview:
    """The questions, one after the other."""

    def __init__(self, roster: Roster, taken: Mapping[str, str], read: Callable[[], str]) -> None:
        self._roster = roster
        self._taken = dict(taken)
        self._read = read
        self._owned: Owned = []
        self._left: list[Handed] = []

    def run(self, questions: Sequence[Question]) -> tuple[Owned, list[Handed]]:
        declared = [question for question in questions if question.declared]
        agreed = bool(declared) and self._agreed(declared)
        for question in declared if agreed else ():
            assert question.declared is not None
            self._own(question, question.declared)
        for question in questions:
            if not (agreed and question.declared):
                self._one(question)
        return self._owned, self._left

    def _agreed(self, declared: Sequence[Question]) -> bool:
        aside.print("Remises anonymes : voici ce que les fichiers « rendu.json » déclarent eux-mêmes.")
        for question in declared:
            assert question.declared is not None
            aside.print(
                f"  {escape(question.handed.title)} → {question.declared.alias} {escape(question.declared.name)}"
            )
        aside.print("Acceptez-vous ces déclarations ?" + r" [bold]\[o/N][/]", end=" ")
        return self._answer().casefold() in YES

    def _one(self, question: Question) -> None:
        name, marks = escape(question.handed.title), escape(_marks(question))
        self._say(f"À qui est le rendu de « {name} » ({marks}) ?")
        for line in () if question.choices else _near(question):
            self._say(f"  {escape(line)}")
        for learner in question.choices:
            self._say(f"  {escape(_told(learner, learner.name))}")
        for learner in () if question.choices else self._free():
            self._say(f"  {learner.alias} {escape(learner.name)}")
        while True:
            aside.print("Alias (vide : laisser de côté) :", end=" ")
            answer = self._answer()
            if not answer:
                self._left.append(question.handed)
                return
            if (chosen := self._learner(answer)) is not None and self._confirmed(chosen):
                self._own(question, chosen)
                return

    def _free(self) -> list[Learner]:
        return [one for one in self._roster.learners() if one.alias not in self._taken]

    def _learner(self, answer: str) -> Learner | None:
        """Reads an alias, or the number in it: never a place in the list, which is another number."""
        try:
            learner = self._roster.get(answer)
        except UsageProblem as error:
            self._say(escape(str(error)))
            return None
        if (other := self._taken.get(learner.alias)) is None:
            return learner
        self._say(
            f"{learner.alias} {escape(learner.name)} a déjà un rendu ici ({escape(other)}) : donnez un autre alias, "
            "ou rien."
        )
        return None

    def _confirmed(self, learner: Learner) -> bool:
        who = f"{learner.alias} {learner.name}" + ("" if learner.active else " (parti)")
        aside.print(f"→ {escape(who)} ? [bold]\\[o/N][/]", end=" ", highlight=False)
        return self._answer().casefold() in YES

    @staticmethod
    def _say(line: str) -> None:
        aside.print(line, highlight=False, soft_wrap=True)

    def _own(self, question: Question, learner: Learner) -> None:
        self._owned.append((question.handed, learner))
        self._taken[learner.alias] = question.handed.described
        remember(self._roster, question.handed, learner)

    def _answer(self) -> str:
        try:
            return self._read().strip()
        except EOFError:
            return ""


def remember(roster: Roster, handed: Handed, learner: Learner) -> None:
    """Keeps an answer with the class, if what was asked about bears a person's name.

    Moodle writes one, unless submissions are anonymous. A file's own name is one when it holds a word of this
    learner's name alone: what was said of « tp.zip » must not settle whose the next « tp.zip » is.
    """
    if _names_them(handed, learner, roster) if handed.participant is None else not handed.blind:
        roster.remember(handed.label, learner.alias)


def _names_them(handed: Handed, learner: Learner, roster: Roster) -> bool:
    others = {
        word
        for one in roster.learners(active_only=False)
        if one.alias != learner.alias
        for word in name_key(one.listed).split()
    }
    return bool((set(name_key(learner.listed).split()) - others) & set(name_key(handed.label).split()))
