"""Attribution: whose is each thing handed in. Known, answered or asked; never guessed.

In this order: what the user answers (``--associer``); the learner found by alias, or by the name, e-mail and number
that Moodle gives; for what a name cannot tell (homonyms, anonymous submissions), the same number in this assignment as
last time. Everything else is a question. Anonymous submissions come with what their own ``rendu.json`` declares: that
is shown for a person to confirm, and one alias declared twice is not even proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.declared import declared_candidate
from etabli.reception.hand_in import HandIns
from etabli.reception.handed import Handed
from etabli.roster.learner import Learner
from etabli.roster.names import name_key
from etabli.roster.roster import Roster


@dataclass(frozen=True)
class Known:
    """What Moodle's worksheet says of one participant."""

    full_name: str | None = None
    email: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class Question:
    """Something handed in whose learner only a person can tell."""

    handed: Handed
    choices: tuple[Learner, ...] = ()
    """Homonyms, if that is the trouble."""
    alike: tuple[Learner, ...] = ()
    """Those whose name has the same words in another order: perhaps the learner, perhaps another."""
    email: str | None = None
    """The e-mail that the worksheet gives."""
    declared: Learner | None = None
    """Whom an anonymous submission says it is by."""
    shared_title: bool = False
    """Another question has the same title: only the number tells them apart."""

    @property
    def key(self) -> str:
        """What ``--associer`` calls it."""
        return self.handed.participant if self.shared_title and self.handed.participant else self.handed.title


@dataclass(frozen=True)
class Attribution:
    """What belongs to whom, and what is still to be asked."""

    owned: tuple[tuple[Handed, Learner], ...] = ()
    questions: tuple[Question, ...] = ()
    left: tuple[Handed, ...] = field(default=())
    """What the user chose to leave aside."""


class Answers:
    """The user's ``NAME=ALIAS`` pairs; an empty alias leaves a thing aside.

    Args:
        pairs: As typed.

    Raises:
        UsageProblem: One of them has no ``=`` or no name.
    """

    def __init__(self, pairs: Sequence[str] = ()) -> None:
        self._by_key: dict[str, str] = {}
        self._unused: dict[str, str] = {}
        for pair in pairs:
            name, sign, alias = pair.rpartition("=")
            if not sign or not name_key(name):
                raise UsageProblem(f'« --associer {pair} » est incomplet : écrivez « --associer "Nom Prénom=SNO-07" ».')
            self._by_key[name_key(name)] = alias.strip()
            self._unused[name_key(name)] = pair

    def of(self, handed: Handed) -> str | None:
        """Returns the alias answered for something; empty to leave it aside, ``None`` when nothing was said."""
        for key in (handed.participant, f"participant {handed.participant}", handed.title):
            if key and (answer := self._by_key.get(name_key(key))) is not None:
                self._unused.pop(name_key(key), None)
                return answer
        return None

    def check_all_used(self) -> None:
        """Makes sure that every answer met something.

        Raises:
            UsageProblem: One did not; nothing was graded yet.
        """
        for pair in self._unused.values():
            raise UsageProblem(
                f"« --associer {pair} » ne correspond à aucun rendu : recopiez le nom tel que Moodle l'écrit."
            )


def attribute(
    handed: Sequence[Handed],
    roster: Roster,
    answers: Answers,
    *,
    known: Mapping[str, Known] | None = None,
    former: HandIns | None = None,
) -> Attribution:
    """Tells whose is each thing handed in.

    Args:
        handed: What was handed in.
        roster: The class.
        answers: What the user said.
        known: What the worksheet says, by participant.
        former: The hand-ins of the same output folder, from before.

    Raises:
        UsageProblem: An answer names no learner of the class, or nothing that was handed in.
    """
    before = {entry.participant: entry.candidate for entry in former.entries if entry.participant} if former else {}
    owned: list[tuple[Handed, Learner]] = []
    open_: list[Question] = []
    left: list[Handed] = []
    for one in handed:
        answer = answers.of(one)
        if answer == "":
            left.append(one)
            continue
        facts = (known or {}).get(one.participant or "")
        found = [roster.get(answer)] if answer else found_by_facts(one, roster, facts)
        unsure = one.blind or len(found) > 1  # an unknown name is asked again, or a wrong answer would never go away
        if unsure and one.participant and (alias := before.get(one.participant)):
            found = [learner for learner in [roster.by_alias(alias)] if learner] or found
        if len(found) == 1:
            owned.append((one, found[0]))
        else:
            open_.append(_question(one, found, roster, facts))
    answers.check_all_used()
    return Attribution(tuple(owned), _told_apart(_declaring(open_, owned, roster)), tuple(left))


def _question(handed: Handed, found: Sequence[Learner], roster: Roster, facts: Known | None) -> Question:
    alike = () if found or handed.blind else roster.resembling(handed.label)
    return Question(handed, tuple(found), tuple(alike), facts.email if facts else None)


def found_by_facts(handed: Handed, roster: Roster, known: Known | None) -> list[Learner]:
    """Returns whom the alias, name, e-mail and number of a thing point to: one, several or nobody."""
    if known is not None:
        label = known.full_name or (None if handed.blind else handed.label)
        if found := roster.find(full_name=label, email=known.email, number=known.number):
            return found
    if handed.blind:
        return []
    alias = roster.by_alias(handed.label) if handed.participant is None else None
    return [alias] if alias else roster.find(full_name=handed.label)


def _declaring(
    questions: Sequence[Question], owned: Sequence[tuple[Handed, Learner]], roster: Roster
) -> list[Question]:
    taken = {learner.alias for _handed, learner in owned}
    said = [_declared(question.handed, roster) if question.handed.blind else None for question in questions]
    counts = Counter(learner.alias for learner in said if learner)
    return [
        replace(question, declared=declared)
        if declared and counts[declared.alias] == 1 and declared.alias not in taken
        else question
        for question, declared in zip(questions, said, strict=True)
    ]


def _declared(handed: Handed, roster: Roster) -> Learner | None:
    alias = declared_candidate(handed.source) if handed.problem is None else None
    return roster.by_alias(alias) if alias else None


def _told_apart(questions: Sequence[Question]) -> tuple[Question, ...]:
    titles = Counter(name_key(question.handed.title) for question in questions)
    return tuple(replace(question, shared_title=titles[name_key(question.handed.title)] > 1) for question in questions)
