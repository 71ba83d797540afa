"""Settling: one work per learner, and a question for whatever only a person can tell. Never a guess.

In this order: what the user answers (``--associer``); the learner found by alias, or by the name, e-mail and number
that Moodle gives; for what a name cannot tell (homonyms, anonymous submissions, groups), the same number in this
assignment as last time. Everything else is a question. Anonymous submissions come with what their own ``rendu.json``
declares: that is shown for a person to confirm, and one alias declared twice is not even proposed.

What a group handed in is each member's. A person names the members, all at once; Moodle's worksheet may propose them.
In an assignment where groups hand in only groups do: what bears a learner's name there may be a group's.

:func:`settle` gives a :class:`Settling`. Each reply to one of its questions gives another, until nothing is asked;
then :meth:`Settling.settled` says what will be graded. Nothing here reads a terminal or writes on one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count, listed
from etabli.reception.answers import Answers, aliases_in
from etabli.reception.archives import archive_problem
from etabli.reception.declaration import declared_candidate
from etabli.reception.doubles import Sifted, sift
from etabli.reception.dropped import Dropped
from etabli.reception.groups import data_of, groups_hand_in, is_of_group, members_of, together
from etabli.reception.hand_in import HandIns
from etabli.reception.moodle.worksheet import Row
from etabli.reception.recognition import (
    bears_alias,
    is_respelled,
    meant_by,
    nameless,
    read_name,
    remember,
    resembled,
    shown_name,
)
from etabli.reception.sources import shown
from etabli.reception.submission import Deposit
from etabli.roster.learner import Learner
from etabli.roster.names import name_key
from etabli.roster.roster import Roster
from etabli.runs.identifier import IDENTIFIER, is_identifier, stand_in

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
    members: tuple[Learner, ...] = ()
    """Who is in the group, as the worksheet says."""
    shared_title: bool = False
    """Another question has the same title: only the number tells them apart."""

    @property
    def key(self) -> str:
        """What ``--associer`` calls it."""
        return self.dropped.number if self.shared_title and self.dropped.number else self.dropped.title


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
    together: tuple[tuple[Dropped, str], ...] = ()
    """What several handed in together, with the alias whose data it was made with."""


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
    by_name: tuple[Dropped, ...] = ()
    """What is a learner's by the name alone that Moodle wrote: a group may bear it too."""
    doubtful: tuple[str, ...] = ()
    """Why something was left aside that nobody was asked about (French)."""

    @property
    def declared(self) -> tuple[tuple[Question, Learner], ...]:
        """The questions to which a submission proposes an answer, to be accepted as a whole or not at all."""
        return tuple((question, question.declared) for question in self.questions if question.declared)

    @property
    def taken(self) -> dict[str, str]:
        """What those learners handed in who have something already, by alias."""
        return {alias: dropped.described for alias, dropped in self._owners.items()}

    @property
    def _owners(self) -> dict[str, Dropped]:
        return {learner.alias: dropped for dropped, learner in (*self.recognised, *self.told)}

    def choices(self, question: Question) -> Sequence[Learner]:
        """Returns who may be meant: the homonyms, or else everybody of the class who has nothing yet."""
        return question.choices or [one for one in self.roster.learners() if one.alias not in self.taken]

    def read(self, answer: str) -> tuple[Learner, ...]:
        """Reads an alias, or the number in it: never a place in a list, which is another number. Commas part several.

        Raises:
            UsageProblem: It names nobody, or somebody who has something already.
        """
        learners = _learners(self.roster, aliases_in(answer))
        for learner in learners:
            other = self._owners.get(learner.alias)
            if other and (len(learners) == 1 or other not in self.by_name):
                raise UsageProblem(
                    f"{learner.alias} {learner.name} a déjà un rendu ici ({other.described}) : donnez un autre alias, "
                    "ou rien."
                )
        return learners

    def give(self, question: Question, learners: Sequence[Learner]) -> Settling:
        """Answers a question; nobody leaves the thing aside.

        What is one learner's is remembered with the class, so that it is asked once. Several handed it in together:
        what a name alone gave to one of them is asked, and all that names gave if that shows that groups hand in here.
        """
        dropped = question.dropped
        rest = [other for other in self.questions if other != question]
        if not learners:
            return replace(self, questions=tuple(rest), left=(*self.left, dropped))
        if len(learners) == 1 and dropped.group is None:
            remember(self.roster, dropped, learners[0])
        else:
            dropped = together(dropped, learners, is_name=bool(question.choices))
        told = (*self.told, *((dropped, learner) for learner in learners))
        unknown = sum(not (other.choices or other.dropped.blind) for other in (question, *rest))
        groups = dropped.group != question.dropped.group and len(self.by_name) <= unknown
        if groups:
            rest = [_of_group(one) for one in rest]
        doubtful = [pair for pair in self.recognised if pair[0] in self.by_name and (groups or pair[1] in learners)]
        moved = [Question(one.by_group()) for one, _learner in doubtful]
        return replace(
            self,
            recognised=tuple(pair for pair in self.recognised if pair not in doubtful),
            questions=_told_apart([*rest, *moved]) if moved else tuple(rest),
            told=told,
            by_name=tuple(one for one in self.by_name if one not in [pair[0] for pair in doubtful]),
        )

    def settled(self) -> Settled:
        """Says what will be graded; what was met is remembered with the class."""
        pairs = tuple(sorted((*self.recognised, *self.told), key=lambda pair: pair[1].alias))
        for dropped, learner in pairs:
            known = [found.alias for found in self.roster.find(full_name=dropped.name)]
            if known != [learner.alias] and not bears_alias(dropped, learner, self.roster):
                remember(self.roster, dropped, learner)
        places: dict[Path, Path] = {}
        for dropped, learner in pairs:
            if dropped.source not in places:
                places[dropped.source] = _under_alias(dropped, learner.alias)
        common = {
            dropped: data_of(dropped, places[dropped.source], self.roster)
            for dropped, _learner in pairs
            if dropped.members
        }
        received = {
            learner.alias: replace(self._received(dropped, learner), source=places[dropped.source])
            for dropped, learner in pairs
        }
        groups = dict.fromkeys(dropped for dropped, _learner in pairs if dropped.group is not None)
        return Settled(
            deposits=tuple(
                _of_learner(received[learner.alias], learner, common[dropped] if len(dropped.members) > 1 else None)
                for dropped, learner in pairs
            ),
            received=received,
            left=(*self.withdrawn, *self.left),
            twice=self.twice,
            doubtful=self.doubtful,
            respelled=tuple(pair for pair in self.recognised if is_respelled(*pair, self.roster)),
            forgotten=tuple(
                (dropped.name, whose.alias)
                for dropped in (*self.withdrawn, *groups)
                if not dropped.blind and (whose := self.roster.forget(dropped.name))
            ),
            together=tuple(common.items()),
        )

    def _received(self, dropped: Dropped, learner: Learner) -> Dropped:
        """Returns a thing as one learner's own: of a common one, no file tells a member's name, or another's number."""
        if not dropped.members:
            return dropped
        files = dropped.files
        for alias in dropped.members:
            files = tuple(nameless(name, self.roster.by_alias(alias)) for name in files)
        own = dropped.participant is not None and meant_by(dropped, self.roster, None) == [learner]
        return replace(dropped, files=files, participant=dropped.participant if own else None)


def _of_group(question: Question) -> Question:
    """Returns what is asked of a thing where groups hand in."""
    dropped = question.dropped if question.dropped.blind else question.dropped.by_group()
    return question if dropped == question.dropped else replace(question, dropped=dropped, choices=(), alike=())


def _learners(roster: Roster, aliases: Iterable[str]) -> tuple[Learner, ...]:
    return tuple({learner.alias: learner for learner in map(roster.get, aliases)}.values())


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
    rows = rows or {}
    before = _before(former, roster)
    things = [read_name(one, roster, rows.get(one.participant or "")) for one in dropped]
    answered = [answers.of(one) for one in things]
    answers.check_all_used()
    groups = groups_hand_in(things, answered, before, roster, rows)
    pairs: list[tuple[Dropped, Learner]] = []
    questions: list[Question] = []
    withdrawn: list[Dropped] = []
    by_name: list[Dropped] = []
    for thing, answer in zip(things, answered, strict=True):
        one = thing.by_group() if is_of_group(thing, roster, rows, groups=groups) else thing
        if answer == ():
            withdrawn.append(one)
            continue
        row = rows.get(one.participant or "")
        found = meant_by(one, roster, row)
        unsure = one.blind or one.group or len(found) > 1  # an unknown name is asked again, or an error would stay
        known = before.get(one.number or "", ()) if unsure else ()
        whose = _learners(roster, answer) if answer else known or (found if len(found) == 1 else ())
        if len(whose) > 1 or (whose and one.group):
            one = together(one, whose, is_name=bool(found))
        pairs += [(one, learner) for learner in whose]
        if not whose:
            alike = () if found else resembled(one, roster)
            members = members_of(one, roster, rows) if one.group else ()
            questions.append(Question(one, tuple(found), tuple(alike), row.email if row else None, members=members))
        elif one.participant and not answer and not one.blind and not (row and row.name):
            by_name.append(one)
    kept, sifted = one_each(pairs)
    asked = _told_apart(_declaring(questions, pairs, roster))
    return Settling(
        roster,
        kept,
        asked,
        tuple(withdrawn),
        sifted.twice,
        left=tuple(dict.fromkeys(one for one, *_ in sifted.beside)),
        by_name=tuple(by_name),
        doubtful=_beside(sifted),
    )


def _before(former: HandIns | None, roster: Roster) -> dict[str, tuple[Learner, ...]]:
    """Whose a number of Moodle was last time, as far as all of them are still known."""
    numbers: dict[str, tuple[str, ...]] = {}
    for entry in former.entries if former else ():
        if entry.group is not None:
            numbers[f"groupe {entry.group}"] = entry.members or (entry.candidate,)
        elif entry.participant:
            numbers[entry.participant] = (entry.candidate,)
    found = {number: [roster.by_alias(alias) for alias in aliases] for number, aliases in numbers.items()}
    return {number: tuple(filter(None, ones)) for number, ones in found.items() if None not in ones}


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


def one_each(pairs: Iterable[tuple[Dropped, Learner]]) -> tuple[Pairs, Sifted]:
    """Keeps one thing per learner.

    Returns:
        What is whose, by alias; and what else was found of it.

    Raises:
        UsageProblem: A learner has two different things; which one is theirs is not ours to guess, and to refuse
            both would put a refusal in the place of what was graded before.
    """
    pairs = list(pairs)
    learners = {learner.alias: learner for _dropped, learner in pairs}
    sifted = sift((learner.alias, dropped) for dropped, learner in pairs)
    if sifted.different:
        raise UsageProblem(_several(sifted.different))
    return tuple((dropped, learners[alias]) for alias, dropped in sifted.kept.items()), sifted


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
    return f"Deux rendus différents pour un même élève, rien n'est encore vérifié ni retenu : {listed(told)} ; {way}."


def _keys(group: Sequence[Dropped]) -> list[str]:
    """What leaves each of these aside without the others; nothing when they go by one name and number."""
    titles = Counter(name_key(one.title) for one in group)
    keys = [one.title if titles[name_key(one.title)] == 1 else one.number or "" for one in group]
    return keys if len(set(keys)) == len(group) and all(keys) else []


def _of_learner(dropped: Dropped, learner: Learner, data_of: str | None) -> Deposit:
    """Makes a deposit under the alias: no sentence about it holds a person's name."""
    shown = shown_name(dropped, learner)
    problem = dropped.problem or archive_problem(dropped.source, shown or learner.alias)
    return Deposit(learner.alias, dropped.source, problem, shown=shown, data_of=data_of)


def _under_alias(dropped: Dropped, alias: str) -> Path:
    """Renames our own copy of what came through Moodle; what is the user's keeps its name."""
    if not dropped.from_moodle or not dropped.source.exists():
        return dropped.source
    suffix = "" if dropped.source.is_dir() else dropped.source.suffix
    return dropped.source.rename(dropped.source.with_name(alias + suffix))


def settle_without_class(dropped: Iterable[Dropped], known: Mapping[str, str] | None = None) -> Settled:
    """Settles what bears the candidates' own identifiers: upper and lower case are one person.

    Two different things that bear one identifier are left aside: a run that refuses both would stand in the place of
    what was graded before, so a person is told instead and the others go on.

    Args:
        dropped: What was dropped.
        known: How candidates are written already, by their identifiers in lower case.

    Raises:
        UsageProblem: Nothing else is left.
    """
    sifted = sift((_candidate(one).lower(), one) for one in dropped)
    doubtful = tuple(_same_name(group) for group in sifted.different.values())
    if doubtful and not sifted.kept:
        raise UsageProblem(doubtful[0])
    named = [_named(one) for one in sifted.kept.values()]
    written = known or {}
    deposits = tuple(replace(one, candidate=written.get(one.candidate.lower(), one.candidate)) for one in named)
    return Settled(
        deposits,
        {deposit.candidate: one for deposit, one in zip(deposits, sifted.kept.values(), strict=True)},
        left=(*(one for group in sifted.different.values() for one in group), *(one for one, *_ in sifted.beside)),
        twice=tuple(sifted.kept[name].name for name in sifted.twice),
        doubtful=(*doubtful, *_beside(sifted)),
    )


def _same_name(group: Iterable[Dropped]) -> str:
    names = ", ".join(f"« {one.source} »" for one in group)
    return f"Deux rendus différents portent le même nom ({names}) : gardez-en un, puis relancez."


def _beside(sifted: Sifted) -> tuple[str, ...]:
    return tuple(
        f"{one.described} est laissé de côté, car il ne peut pas être examiné, et {other.described}, du même élève, "
        f"le peut : {why}"
        for one, other, why in sifted.beside
    )


def _candidate(dropped: Dropped) -> str:
    return dropped.name if is_identifier(dropped.name) else stand_in(dropped.name)


def _named(dropped: Dropped) -> Deposit:
    """Names a deposit; one whose name is no identifier is refused alone, under a name that nobody else bears."""
    if is_identifier(dropped.name):
        return Deposit(dropped.name, dropped.source, archive_problem(dropped.source, dropped.source.name))
    sentence = f"« {shown(dropped.name)} » " + (
        "est un nom qu'Établi garde pour ses propres fichiers : donnez au rendu celui de l'élève."
        if IDENTIFIER.match(dropped.name)
        else "n'est pas un identifiant : renommez le rendu avec des lettres sans accent, "
        "chiffres, « . », « _ » ou « - » (64 au plus)."
    )
    return Deposit(_candidate(dropped), dropped.source, sentence)
