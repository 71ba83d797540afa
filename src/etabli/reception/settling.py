"""Settling: one work per learner, and a question for whatever only a person can tell. Never a guess.

In this order: what the user answers (``--associer``); the learner found by alias, or by the name, e-mail and number
that Moodle gives; for what a name cannot tell (homonyms, anonymous submissions), the same number in this assignment as
last time. Everything else is a question. Anonymous submissions come with what their own ``rendu.json`` declares: that
is shown for a person to confirm, and one alias declared twice is not even proposed.

:func:`settle` gives a :class:`Settling`. Each reply to one of its questions gives another, until nothing is asked;
then :meth:`Settling.settled` says what will be graded. Nothing here reads a terminal or writes on one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.reception.archives import archive_problem
from etabli.reception.declaration import declared_candidate
from etabli.reception.doubles import sift
from etabli.reception.dropped import Dropped
from etabli.reception.hand_in import HandIns
from etabli.reception.moodle.worksheet import Row
from etabli.reception.recognition import bears_alias, is_respelled, meant_by, remember, shown_name
from etabli.reception.submission import Deposit
from etabli.roster.learner import Learner
from etabli.roster.names import name_key
from etabli.roster.roster import Roster
from etabli.runs.identifier import is_identifier, nearest_identifier

_TOLD = 5

Pairs = tuple[tuple[Dropped, Learner], ...]


@dataclass(frozen=True)
class Question:
    """Something dropped whose learner only a person can tell."""

    dropped: Dropped
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
        return self.dropped.participant if self.shared_title and self.dropped.participant else self.dropped.title


@dataclass(frozen=True)
class Settled:
    """What will be graded, and what a person should know of how it was matched."""

    deposits: tuple[Deposit, ...] = ()
    """One per candidate, sorted."""
    received: Mapping[str, Dropped] = field(default_factory=dict)
    """What they were made of, by candidate."""
    left: tuple[Dropped, ...] = ()
    """What was left aside."""
    twice: tuple[str, ...] = ()
    """Who handed the same in several times."""
    doubtful: tuple[str, ...] = ()
    """Why something was left aside that nobody was asked about (French)."""
    respelled: Pairs = ()
    """What bore a name in another spelling than the class's."""
    forgotten: tuple[tuple[str, str], ...] = ()
    """Spellings that are remembered no more, each with the alias it was remembered for."""


@dataclass(frozen=True)
class Settling:
    """What belongs to whom so far, and what is still to be asked."""

    roster: Roster
    recognised: Pairs = ()
    """By what names say, or by what the user answered beforehand; one thing per learner."""
    questions: tuple[Question, ...] = ()
    """In the order to be asked."""
    withdrawn: tuple[Dropped, ...] = ()
    """What the user said beforehand to leave aside: what was remembered of it is forgotten."""
    twice: tuple[str, ...] = ()
    told: Pairs = ()
    """What was answered so far."""
    left: tuple[Dropped, ...] = ()
    """What was left aside so far."""

    @property
    def declared(self) -> tuple[tuple[Question, Learner], ...]:
        """The questions to which a submission proposes an answer, to be accepted as a whole or not at all."""
        return tuple((question, question.declared) for question in self.questions if question.declared)

    @property
    def taken(self) -> dict[str, str]:
        """What those learners handed in who have something already, by alias."""
        return {learner.alias: dropped.described for dropped, learner in (*self.recognised, *self.told)}

    def choices(self, question: Question) -> Sequence[Learner]:
        """Returns who may be meant: the homonyms, or else everybody of the class who has nothing yet."""
        return question.choices or [one for one in self.roster.learners() if one.alias not in self.taken]

    def read(self, answer: str) -> Learner:
        """Reads an alias, or the number in it: never a place in a list, which is another number.

        Raises:
            UsageProblem: It names nobody, or somebody who has something already.
        """
        learner = self.roster.get(answer)
        if (other := self.taken.get(learner.alias)) is None:
            return learner
        raise UsageProblem(
            f"{learner.alias} {learner.name} a déjà un rendu ici ({other}) : donnez un autre alias, ou rien."
        )

    def give(self, question: Question, learner: Learner | None) -> Settling:
        """Answers a question, which the class remembers so that it is asked once; nobody leaves the thing aside."""
        questions = tuple(other for other in self.questions if other is not question)
        if learner is None:
            return replace(self, questions=questions, left=(*self.left, question.dropped))
        remember(self.roster, question.dropped, learner)
        return replace(self, questions=questions, told=(*self.told, (question.dropped, learner)))

    def settled(self) -> Settled:
        """Says what will be graded; what was met is remembered with the class."""
        pairs = tuple(sorted((*self.recognised, *self.told), key=lambda pair: pair[1].alias))
        for dropped, learner in pairs:
            known = [found.alias for found in self.roster.find(full_name=dropped.name)]
            if known != [learner.alias] and not bears_alias(dropped, learner, self.roster):
                remember(self.roster, dropped, learner)
        return Settled(
            deposits=tuple(_of_learner(dropped, learner) for dropped, learner in pairs),
            received={learner.alias: dropped for dropped, learner in pairs},
            left=(*self.withdrawn, *self.left),
            twice=self.twice,
            respelled=tuple(pair for pair in self.recognised if is_respelled(*pair, self.roster)),
            forgotten=tuple(
                (dropped.name, whose.alias)
                for dropped in self.withdrawn
                if not dropped.blind and (whose := self.roster.forget(dropped.name))
            ),
        )


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

    def of(self, dropped: Dropped) -> str | None:
        """Returns the alias answered for something; empty to leave it aside, ``None`` when nothing was said."""
        for key in (dropped.participant, f"participant {dropped.participant}", dropped.title):
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


def settle(
    dropped: Sequence[Dropped],
    roster: Roster,
    answers: Answers,
    *,
    rows: Mapping[str, Row] | None = None,
    former: HandIns | None = None,
) -> Settling:
    """Tells whose is each thing dropped.

    Args:
        dropped: What was dropped.
        roster: The class.
        answers: What the user said.
        rows: Moodle's worksheet, by participant.
        former: The hand-ins of the same output folder, from before.

    Raises:
        UsageProblem: An answer names no learner of the class, or nothing that was dropped; or a learner has two
            different things.
    """
    before = {entry.participant: entry.candidate for entry in former.entries if entry.participant} if former else {}
    pairs: list[tuple[Dropped, Learner]] = []
    questions: list[Question] = []
    withdrawn: list[Dropped] = []
    for one in dropped:
        answer = answers.of(one)
        if answer == "":
            withdrawn.append(one)
            continue
        row = (rows or {}).get(one.participant or "")
        found = [roster.get(answer)] if answer else meant_by(one, roster, row)
        unsure = one.blind or len(found) > 1  # an unknown name is asked again, or a wrong answer would never go away
        if unsure and one.participant and (alias := before.get(one.participant)):
            found = [learner for learner in [roster.by_alias(alias)] if learner] or found
        if len(found) == 1:
            pairs.append((one, found[0]))
        else:
            alike = () if found or one.blind else roster.resembling(one.name)
            questions.append(Question(one, tuple(found), tuple(alike), row.email if row else None))
    answers.check_all_used()
    kept, twice = one_each(pairs)
    return Settling(roster, kept, _told_apart(_declaring(questions, pairs, roster)), tuple(withdrawn), twice)


def _declaring(
    questions: Sequence[Question], pairs: Iterable[tuple[Dropped, Learner]], roster: Roster
) -> list[Question]:
    said = [_declared(question.dropped, roster) for question in questions]
    counts = Counter(learner.alias for learner in said if learner)
    counts.update(learner.alias for _dropped, learner in pairs)
    return [
        replace(question, declared=declared) if declared and counts[declared.alias] == 1 else question
        for question, declared in zip(questions, said, strict=True)
    ]


def _declared(dropped: Dropped, roster: Roster) -> Learner | None:
    alias = declared_candidate(dropped.source) if dropped.blind and dropped.problem is None else None
    return roster.by_alias(alias) if alias else None


def _told_apart(questions: Sequence[Question]) -> tuple[Question, ...]:
    titles = Counter(name_key(question.dropped.title) for question in questions)
    return tuple(replace(question, shared_title=titles[name_key(question.dropped.title)] > 1) for question in questions)


def one_each(pairs: Iterable[tuple[Dropped, Learner]]) -> tuple[Pairs, tuple[str, ...]]:
    """Keeps one thing per learner.

    Returns:
        What is whose, by alias; and the aliases of those who handed the same in several times.

    Raises:
        UsageProblem: A learner has two different things; which one is theirs is not ours to guess, and to refuse
            both would put a refusal in the place of what was graded before.
    """
    pairs = list(pairs)
    learners = {learner.alias: learner for _dropped, learner in pairs}
    sifted = sift((learner.alias, dropped) for dropped, learner in pairs)
    if sifted.different:
        raise UsageProblem(_several(sifted.different))
    return tuple((dropped, learners[alias]) for alias, dropped in sifted.kept.items()), sifted.twice


def _several(different: Mapping[str, Sequence[Dropped]]) -> str:
    told = [
        f"{alias} ({' ; '.join(f'« {one.title} » : {one.described}' for one in group)})"
        for alias, group in list(different.items())[:_TOLD]
    ]
    if len(different) > _TOLD:
        told.append(count(len(different) - _TOLD, "{n} autre élève", "{n} autres élèves"))
    aside = " ou ".join(f'« --associer "{key}=" »' for key in _keys(next(iter(different.values()))))
    way = (
        f"corrigez l'alias, ou laissez de côté celui qui n'est pas le bon : {aside}"
        if aside
        else "gardez-en un, puis relancez"
    )
    return (
        f"Deux rendus différents pour un même élève, rien n'est encore vérifié ni retenu : {', '.join(told)} ; {way}."
    )


def _keys(group: Sequence[Dropped]) -> list[str]:
    """What leaves each of these aside without the others; nothing when they go by one name and number."""
    titles = Counter(name_key(one.title) for one in group)
    keys = [one.title if titles[name_key(one.title)] == 1 else one.participant or "" for one in group]
    return keys if len(set(keys)) == len(group) and all(keys) else []


def _of_learner(dropped: Dropped, learner: Learner) -> Deposit:
    """Makes a deposit under the alias: no sentence about it holds a person's name."""
    shown = shown_name(dropped, learner)
    source = _under_alias(dropped, learner.alias)
    problem = dropped.problem or archive_problem(source, shown or learner.alias)
    return Deposit(learner.alias, source, problem, shown=shown)


def _under_alias(dropped: Dropped, alias: str) -> Path:
    """Renames our own copy of what came through Moodle; what is the user's keeps its name."""
    if dropped.participant is None or not dropped.source.exists():
        return dropped.source
    suffix = "" if dropped.source.is_dir() else dropped.source.suffix
    return dropped.source.rename(dropped.source.with_name(alias + suffix))


def settle_without_class(dropped: Iterable[Dropped]) -> Settled:
    """Settles what bears the candidates' own identifiers: upper and lower case are one person.

    Two different things that bear one identifier are left aside: a run that refuses both would stand in the place of
    what was graded before, so a person is told instead and the others go on.

    Raises:
        UsageProblem: Nothing else is left.
    """
    sifted = sift((_named(one).candidate.lower(), one) for one in dropped)
    doubtful = tuple(_same_name(group) for group in sifted.different.values())
    if doubtful and not sifted.kept:
        raise UsageProblem(doubtful[0])
    deposits = tuple(_named(one) for one in sifted.kept.values())
    return Settled(
        deposits,
        {deposit.candidate: one for deposit, one in zip(deposits, sifted.kept.values(), strict=True)},
        left=tuple(one for group in sifted.different.values() for one in group),
        twice=tuple(sifted.kept[name].name for name in sifted.twice),
        doubtful=doubtful,
    )


def _same_name(group: Iterable[Dropped]) -> str:
    names = ", ".join(f"« {one.source} »" for one in group)
    return f"Deux rendus différents portent le même nom ({names}) : gardez-en un, puis relancez."


def _named(dropped: Dropped) -> Deposit:
    if is_identifier(dropped.name):
        return Deposit(dropped.name, dropped.source, archive_problem(dropped.source, dropped.source.name))
    sentence = (
        f"« {dropped.name} » n'est pas un identifiant : renommez le rendu avec des lettres sans accent, "
        "chiffres, « . », « _ » ou « - » (64 au plus)."
    )
    return Deposit(nearest_identifier(dropped.name), dropped.source, sentence)
