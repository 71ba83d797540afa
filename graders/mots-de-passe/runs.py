"""The runs of a migration script, each list in a terminal of a candidate-type container, and what it answered."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.french import counted

from .hashing import BCRYPT_BYTES, OLDER, OTHER_COSTS, OTHERS, confuses, make_hash, scheme_of, unread
from .lists import APART, APART_MADE, AT_ONCE, EXAMPLE, NOWHERE, OWN, SHOWN, SOME, TOGETHER, TWICE, Lists
from .replies import Answer, rightly, unreadable, verified
from .script import Script, cleaned, last
from .shape import Case
from .testlists import nearly

if TYPE_CHECKING:
    from etabli.exam.tools.bench import Bench, Ran

SHAPE = (
    'Une ligne JSON par ligne reçue, dans le même ordre : {"ok": true ou false, "nouvelle_empreinte": texte ou null}.'
)
_READ = "Lisez l'erreur et la ligne nommée, puis relancez le programme sur donnees/migration-exemple.jsonl."
DAMAGED = "une empreinte abîmée (vide, inconnue ou coupée)"
TRY_DAMAGED = (
    "Essayez une empreinte Argon2id qui a tous ses champs et dont la fin manque, comme "
    "$argon2id$v=19$m=19456,t=2,p=1$c2VsZGV0ZXN0$Y291 : la réponse est false, et la ligne suivante est traitée."
)
UNENDED = (
    "Une réponse par ligne, la dernière comprise, même si aucun retour à la ligne ne la suit.",
    "Un éditeur enregistre parfois ainsi. fgets (PHP) et « for ligne in sys.stdin » (Python) rendent aussi cette ligne : ne comptez pas "
    "les retours à la ligne, et n'enlevez rien d'autre qu'eux à la fin d'une ligne.",
)
BY_NAME = (
    "Une réponse par ligne que la commande envoie, quels que soient le nom et le dossier du fichier après « < ».",
    "Le programme ne doit ouvrir aucun fichier : cherchez-y migration-exemple.jsonl, et retirez ce qui l'ouvre. Lisez STDIN (PHP) ou "
    "sys.stdin (Python), où la commande envoie les lignes.",
)
_RAISED = re.compile(r"^(?:\w+\.)*(\w+(?:Error|Exception|Invalid\w*))(?=:|$)", re.MULTILINE)
"""What a Python program stopped on."""


class Runs:
    """A script and what it said of each list.

    Args:
        script: What was handed in.
        lists: What it is given.
        bench: Where it runs.
    """

    def __init__(self, script: Script, lists: Lists, bench: Bench) -> None:
        self.script = script
        self.lists = lists
        self.bench = bench
        self._path = script.path
        self._read: dict[str, list[Answer]] = {}
        self._unended: Failed | None = None

    @cached_property
    def _ran(self) -> dict[str, Ran]:
        """The runs of all batches, in one terminal or two."""
        odd = {batch: self.lists.batches[batch] for batch in APART}
        cases = [case for cases in odd.values() for case in cases]
        together: dict[str, list[Case]] = {TOGETHER: [], SOME: []}
        for at, case in enumerate(cases):
            together[SOME if at in self.lists.few_odd else TOGETHER].append(case)
        ran = self._typed({batch: cases for batch, cases in self.lists.batches.items() if batch not in odd} | together)
        if NOWHERE in ran:  # on a terminal too, all that is shown is said in excess
            ran[NOWHERE] = replace(beside(ran[NOWHERE]), stdout=b"")
        whole, few = ran.pop(TOGETHER), ran.pop(SOME)
        return ran | (self._parted(whole, few, odd) or self._apart(whole, few, odd))

    def _apart(self, whole: Ran, few: Ran, odd: Mapping[str, Sequence[Case]]) -> dict[str, Ran]:
        """Each batch of odd lines alone, given as the run that leaves a doubt was: to the same places, by the same name.

        What is said there in excess is best read behind a pipe; on a terminal, where nothing is said but there.
        """
        count = sum(map(len, odd.values())) - len(self.lists.few_odd)
        at_fault = SOME if _clean(whole, count) and not _clean(few, len(self.lists.few_odd)) else TOGETHER
        self.lists.like |= dict.fromkeys(APART, at_fault)
        ran = self._typed(odd)
        if at_fault in self.lists.on_screen and all(_clean(one, len(odd[batch])) for batch, one in ran.items()):
            self.lists.on_screen |= {*APART}
            ran = {batch: beside(one) for batch, one in self._typed(odd).items()}
        return ran

    def _typed(self, batches: Mapping[str, Sequence[Case]]) -> dict[str, Ran]:
        turns = [batch for batch in self.lists.earlier if batch in batches]
        typed = [self.lists.typed_line(batch, batches[batch]) for batch in turns]
        return dict(zip(turns, self.bench.type(typed), strict=True))

    def _parted(self, ran: Ran, few: Ran, batches: Mapping[str, Sequence[Case]]) -> dict[str, Ran]:
        """What each batch would have been answered; nothing when one of the two runs leaves any doubt."""
        said, said_few = map(_lines, (ran, few))
        cases = [case for batch in batches.values() for case in batch]
        doubt = any(one.exit_code or one.timed_out or one.truncated or one.stderr or one.left for one in (ran, few))
        if doubt or len(said_few) != len(self.lists.few_odd) or len(said) + len(said_few) != len(cases):
            return {}
        rest, first = iter(said), iter(said_few)
        lines = [next(first if at in self.lists.few_odd else rest) for at in range(len(cases))]
        try:
            for case, line in zip(cases, lines, strict=True):
                self._answer(case, line, 1, cases)
        except Failed:
            return {}
        parts = iter(lines)
        return {
            batch: replace(ran, stdout="\n".join(islice(parts, len(own))).encode()) for batch, own in batches.items()
        }

    @property
    def all(self) -> Mapping[str, Sequence[Case]]:
        """All batches, that of its own new hashes too where it can be made."""
        with suppress(Failed):
            self.given_back()
        return self.lists.batches

    def ran(self, batch: str = "principal") -> Ran:
        """The run of a batch."""
        return self._ran[batch]

    def given_back(self, *roles: str) -> list[Answer]:
        """What it says of its own new hashes, those that hold: a short password and a long one, each right, then wrong.

        The short one may have accents, or white signs at its ends.
        A wrong password stands with an Argon2id hash of other settings too, as the sheet has one made, and a right one with
        such a hash, or with bcrypt of another cost.

        Raises:
            Failed: It stopped, took too long, or wrote something else.
        """
        if OWN not in self.lists.batches:
            short = self.lists.draw.one((self.right, self._limits)) or self.right
            cases = [*self._returned("court", short), *self._returned("long", self._long)]
            if not cases:
                return []
            cases += [*self._of_other_settings(cases[0]), *self.lists.not_yet]
            self.lists.earlier[OWN] = self.lists.draw.between(*AT_ONCE)
            self.lists.batches[OWN] = self.lists.draw.shuffled(cases)
            self._ran.update(self._typed({OWN: self.lists.batches[OWN]}))
        return self._answers(*roles, batch=OWN)

    def _of_other_settings(self, case: Case) -> list[Case]:
        right, salt = case.mot_de_passe, bytes(self.lists.draw.below(256) for _ in range(16))
        stored = make_hash("argon2id", right, salt, argon=self.lists.draw.one((*OTHERS, *OLDER)))
        made = replace(case, role=APART_MADE, scheme="argon2id", empreinte=stored, ok=True, other="")
        wrong = replace(made, mot_de_passe=nearly(right)[0], ok=False, other=right)
        apart = Draw(f"réglages|{self.lists.hand}".encode())
        if apart.below(2) and len(right.encode()) <= BCRYPT_BYTES:
            stored = make_hash("bcrypt", right, salt, cost=apart.one(OTHER_COSTS))
            made = replace(made, scheme="bcrypt", empreinte=stored)
        return [made, wrong]

    def _returned(self, role: str, answers: Sequence[Answer]) -> list[Case]:
        """A right password with the new hash that it was given, and an almost right one with the same; none when none holds."""
        for answer in self.lists.draw.shuffled(answers):
            stored, case = answer.new or "", answer.case
            wrong = case.other if role == "long" else self.lists.draw.one(nearly(case.mot_de_passe))
            if case.ok and answer.ok and verified(answer) and not confuses(case.mot_de_passe, wrong, stored):
                made = replace(case, role=role, scheme=scheme_of(stored), empreinte=stored, other="")
                return [made, replace(made, mot_de_passe=wrong, ok=False, other=case.mot_de_passe)]
        return []

    def expect_each_answered(self) -> None:
        """Each line of the main lists is answered.

        Raises:
            Failed: It is not; where only a last line without an end has no answer, what was said of the others can be read.
        """
        self.answers()
        if self._unended:
            raise self._unended

    def answers(self, *roles: str, batch: str = "principal") -> list[Answer]:
        """What it said of the lines of some roles; of the main ones, on a terminal, a few and many at a time too.

        Raises:
            Failed: It stopped, took too long, or wrote something else.
        """
        batches = SHOWN if batch == "principal" else (batch,)
        return [answer for one in batches for answer in self._answers(*roles, batch=one)]

    def _answers(self, *roles: str, batch: str) -> list[Answer]:
        """What it said of the lines of some roles in one run.

        Raises:
            Failed: It stopped, took too long, or wrote something else.
        """
        if batch in self._read:
            return [answer for answer in self._read[batch] if not roles or answer.case.role in roles]
        cases, ran = self.lists.batches[batch], self.ran(batch)
        lines = _lines(ran)
        if ran.timed_out:
            raise Failed(
                f"{self._path} n'a pas fini dans le temps accordé.",
                "Quelques lignes par seconde au moins.",
                "Le programme s'arrête-t-il à la fin de l'entrée ? Une boucle attend peut-être une ligne de plus.",
            )
        if ran.exit_code:
            words = cleaned(ran.words or ran.text, cases)
            raised = _RAISED.findall(words)
            caught = (
                f" Attrapez aussi {raised[-1]} autour de la vérification : une autre exception n'y suffit pas."
                if raised
                else ""
            )
            damaged = batch == "abimes"
            stopper = self._stopper(lines) if damaged else DAMAGED
            if "Argon2id" not in stopper and stopper is not DAMAGED:
                tried = f"Essayez-la dans une ligne : la réponse est false, et la ligne suivante est traitée.{caught}"
            else:
                tried = f"{TRY_DAMAGED}{caught}"
            stops = f"{self._path} s'arrête sur une erreur (code {ran.exit_code}){last(words)}."
            self._expect_whatever(batch, stops)
            given = {"abimes": f"Avec {stopper}, ", OWN: "Avec ses propres nouvelles empreintes, "}
            raise Failed(
                f"{given.get(batch, '')}{stops}",
                SHAPE,
                _READ if batch in SHOWN else tried if damaged else None,
                at=self.script.handler(self.script.where(words)) if damaged else self.script.where(words),
            )
        if batch in self.lists.on_screen and any(
            self.ran(one).stderr.strip() for one in SHOWN
        ):  # what it says there stands among the answers
            lines = [line for line in lines if line.lstrip().startswith("{")]
        if len(lines) != len(cases) and ran.truncated:
            raise Failed(
                f"{self._path} écrit plus d'un mégaoctet : ses réponses se perdent dans ce qu'il affiche d'autre.",
                SHAPE,
                "Retirez tout ce qu'il affiche en plus de ses réponses, sur l'erreur standard aussi.",
            )
        if len(lines) != len(cases):
            few = f"{self._path} reçoit {counted(len(cases), 'ligne')} et en écrit {len(lines)}."
            if not (len(lines) == len(cases) - 1 and self._lacks_the_end(batch, few)):
                self._expect_whatever(batch, few)
                raise Failed(few, SHAPE)
            cases = cases[:-1]
        self._read[batch] = [
            self._answer(case, line, number, cases)
            for number, (case, line) in enumerate(zip(cases, lines, strict=True), 1)
        ]
        return self._answers(*roles, batch=batch)

    def _answer(self, case: Case, line: str, number: int, cases: Sequence[Case]) -> Answer:
        """What it says of a line.

        Raises:
            Failed: It is not what is asked for.
        """

        def where() -> str:  # nearly no line is told, and it takes as long as all lines together to clean one
            return f"ligne {number} de la réponse{last(cleaned(line, cases))}"

        made = "json_encode" if self.script.php else "json.dumps"
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise Failed(
                f"Le programme écrit du texte à la place du JSON : {where()}.",
                SHAPE,
                f"Écrivez chaque réponse avec {made}, et rien d'autre sur sa ligne.",
                at=self.script.said_at(cleaned(line, cases)),
            ) from None
        try:
            ok, new = said["ok"], said["nouvelle_empreinte"]
        except (TypeError, KeyError, IndexError):
            raise Failed(
                f"Le programme écrit du JSON, mais sans « ok » ou sans « nouvelle_empreinte » : {where()}.", SHAPE
            ) from None
        if not isinstance(ok, bool) or not (new is None or isinstance(new, str)):
            told = "« ok » doit être true ou false, et « nouvelle_empreinte » un texte ou null"
            raise Failed(f"{told} : {where()}.", SHAPE)
        return Answer(case, ok, new)

    def _expect_whatever(self, batch: str, told: str) -> None:
        """That a list is not answered has another reason than its last line, which has no end, or the name of its file.

        Raises:
            Failed: All lists that are not so are answered, and none of those that are.
        """
        missed = {
            one
            for one in SHOWN
            if (ran := self.ran(one)).exit_code or ran.text.count("{") != len(self.lists.batches[one])
        }
        size = {one: len(cases) for one, cases in self.lists.batches.items()}
        lengths = Counter(size.values())
        ways = (
            (self.lists.bare & {*SHOWN}, "finit sans retour à la ligne", UNENDED, None),
            (self.lists.own_lists & {*SHOWN}, f"n'est pas donnees/{EXAMPLE}", BY_NAME, self.script.one_line(EXAMPLE)),
        )
        for odd, so, (expected, look), at in ways:
            # What comes again may have stood there before, and so may a list of as many lines.
            if batch in odd and missed <= odd and all(one in TWICE or lengths[size[one]] > 1 for one in odd - missed):
                raise Failed(f"Quand le fichier {so}, {told}", expected, look, at=at)

    def _lacks_the_end(self, batch: str, told: str) -> bool:
        """Whether what is not answered in a list is its last line alone, which has no end; that costs once."""
        if batch not in SHOWN:
            with suppress(Failed):
                self.answers()
            return self._unended is not None and self.lists.like.get(batch, batch) in self.lists.bare
        try:
            self._expect_whatever(batch, told)
        except Failed as failed:
            if failed.expected == UNENDED[0]:
                failed.stops = False
                self._unended = self._unended or failed
                return True
        return False

    def _stopper(self, lines: Sequence[str]) -> str:
        """The kind of damaged hash on which a program stops, when it has answered the lines before; else all kinds."""
        cases = self.lists.batches["abimes"]
        case = cases[len(lines)] if 0 < len(lines) < len(cases) else None
        return unreadable(case) if case and case.role == "abime" else DAMAGED

    @property
    def right(self) -> list[Answer]:
        """What it said of right passwords, in the main batches."""
        return [answer for answer in self.answers("bon", "jumeaux", "releve") if answer.case.ok]

    @property
    def back(self) -> list[Answer]:
        """What it said of its own new hashes; nothing where it stopped, which `expect_wrong_refused` tells."""
        try:
            return self.given_back()
        except Failed:
            return []

    @property
    def migrated(self) -> list[Answer]:
        """What it said of right passwords that were migrated, with a new hash; who gives none there does as well."""
        return [answer for answer in self.back if answer.ok and answer.case.ok and answer.new]

    @property
    def _long(self) -> list[Answer]:
        """What it said of long passwords; nothing where it stopped, which its own check tells."""
        return self.said_of("longs")

    @property
    def _limits(self) -> list[Answer]:
        """What it said of accents and spaces that are right; nothing where it is wrong of any, which its own check tells."""
        answers = self.said_of("limites")
        return [answer for answer in answers if answer.ok] if all(map(rightly, answers)) else []

    @property
    def odd(self) -> list[Answer]:
        """What it said of long passwords, accents and spaces that are right, with a new hash that can be read."""
        answers = [*self.said_of("longs"), *self.said_of("limites")]
        return [answer for answer in answers if answer.ok and answer.case.ok and not unread(answer.new or "")]

    def said_of(self, batch: str) -> list[Answer]:
        try:
            return self.answers(batch=batch)
        except Failed:
            return []


def _lines(ran: Ran) -> list[str]:
    """What was said, but for blank lines."""
    return [line for line in ran.text.splitlines() if line.strip()]


def _clean(ran: Ran, count: int) -> bool:
    """Whether a run went to its end, and said and left nothing but its answers."""
    odd = ran.exit_code or ran.timed_out or ran.truncated or ran.stderr or ran.left
    return not odd and len(_lines(ran)) == count


def beside(ran: Ran) -> Ran:
    """A run on a terminal, what stands beside its answers being what it says of errors."""
    lines = ran.stdout.splitlines(keepends=True)
    answers = [line for line in lines if line.lstrip().startswith(b"{")]
    said = b"".join(line for line in lines if line.strip() and line not in answers)
    return replace(ran, stdout=b"".join(answers), stderr=said + ran.stderr)
