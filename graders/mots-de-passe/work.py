"""What was handed in, in the words of the brief; each document is read, and each program run, once per exam."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed

from . import prose, system_log
from .audit import Audit
from .migration import Migration
from .policy import Policy, answers_of, read_policy
from .reading import LearnerTable, read_table
from .rights import Review
from .testlists import migration_cases, policy_tests
from .trying import Tried, try_policy

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.bench import Bench
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.files import Files

    from .shape import Variant


_ASKED = "audit", "droits", "politique", "justification", "message", "migration"
_TABLES, _TEXTS = ("audit", "droits"), ("justification", "message")


def questions(asked: AskedFiles, files: Files) -> dict[str, list[str]]:
    """What this lab asks of each document."""
    known = {path: ["traces"] for path in files.paths()}
    for names, verbs in ((_TABLES, ["tables"]), (_TEXTS, ["seen", "text"])):
        for path in (path for name in names for path in asked.paths(name) if path in known):
            known[path] += verbs
    return known


@dataclass
class Work:
    """A candidate's hand-in."""

    asked: AskedFiles
    """Which file answers what."""
    files: Files
    documents: Documents
    bench: Bench
    """Where policy and script run."""
    variant: Variant
    draws: Draws
    """Where hidden tests come from."""

    @cached_property
    def audit(self) -> Audit:
        """The report."""
        return Audit(self._table("audit"), self.variant)

    @property
    def accused(self) -> Collection[str]:
        """Accounts that only look suspicious and that the report accuses; none when it cannot be read."""
        try:
            return self.audit.caught
        except Failed:
            return ()

    def overlooked(self, kinds: Sequence[str]) -> Mapping[str, str]:
        """The accounts whose risk the report does not tell, with the risk; none when it cannot be read."""
        try:
            return self.audit.overlooked(kinds)
        except Failed:
            return {}

    @property
    def wrong_claims(self) -> Collection[str]:
        """What the report says wrongly; nothing when it cannot be read."""
        try:
            return self.audit.wrong
        except Failed:
            return ()

    @cached_property
    def review(self) -> Review:
        """The review of rights."""
        return Review(self._table("droits"), self.variant)

    @cached_property
    def policy(self) -> Policy:
        """The policy."""
        return read_policy(self.asked.path("politique"), self.files, self.documents)

    @cached_property
    def tried(self) -> Tried:
        """What libpwquality says of hidden passwords under the policy."""
        own = self.variant
        logins = sorted({account.login for account in own.accounts})
        tests = policy_tests(self.draws.of("politique"), own.block_families, logins, own.situation.bits)
        return try_policy(self.policy, self.bench, tests, own.block_families)

    def expect_short_refused(self) -> None:
        """Short passwords are refused; where they are not, the bits of the policy say by how much."""
        self.policy.expect_enforced()
        try:
            self.tried.expect_refused("courts")
        except Failed as short:
            try:
                self._expect_entropy()
            except Failed as weak:
                raise Failed(f"{short.observed} {weak.observed}", short.expected, weak.help, at=weak.at) from None
            raise

    def expect_entropy(self) -> None:
        """The policy has the bits of the case; passwords that are too short with any signs are told by their own check."""
        short = "" in self.tried.refusals["courts"] and self.policy.enforced
        self._expect_entropy(["politique-refuse-courts"] if short else [])

    def _expect_entropy(self, told_by: Sequence[str] = ()) -> None:
        bits = self.variant.situation.bits
        self.policy.expect_entropy(bits, self.announced, self.announced_length, told_by)

    @cached_property
    def migration(self) -> Migration:
        """The migration script and its runs."""
        cases = migration_cases(self.draws.of("migration"), self.variant, self.draws.of("migration, à part"))
        path = self.asked.path("migration")
        return Migration(path, self.bench, cases, self.draws.of("terminal"), self.files.text(path))

    def expect_silent(self) -> None:
        """The script writes nothing but its answers, nor do the programs beside it, to the log of the system either."""
        self.migration.expect_silent()
        folder = PurePosixPath(self.asked.path("migration")).parent
        beside = [path for path in self.files.paths(".php", ".py") if PurePosixPath(path).parent == folder]
        system_log.expect_none({path: self.files.text(path) for path in beside})

    @cached_property
    def justification(self) -> str:
        """What is seen of the text that justifies the policy."""
        return self._seen("justification", "Justification de la politique")

    @property
    def announced(self) -> Sequence[int]:
        """The numbers of bits that the justification gives; none when there is no such text."""
        return prose.bits_in(self._justified)

    @property
    def announced_length(self) -> str:
        """The sentence with which the justification says how many characters it asks for; '' when it has none."""
        return prose.length_in(self._justified)

    @property
    def announced_renewal(self) -> str:
        """The sentence with which the justification says that no change is imposed; '' when it has none."""
        return prose.no_renewal_in(self._justified)

    @property
    def _justified(self) -> str:
        try:
            return self.documents.seen(self.asked.path("justification"))
        except Failed:
            return ""

    @cached_property
    def message(self) -> str:
        """What is seen of the message to colleagues."""
        return self._seen("message", "Message aux collègues")

    def answered(self, name: Literal["renewal", "factor"], told_by: str) -> Policy:
        """The policy, for one of its answers: be others of the form empty, where this one is not; nothing is told by another check."""
        try:
            own = answers_of(self.asked.path("politique"), self.files, self.documents)
            return own if getattr(own, name) else self.policy
        except Failed as absent:
            raise Failed(absent.observed, absent.expected, absent.help, because=[told_by]) from None

    def expect_message(self, told_by: str) -> None:
        """There is one message; that there is none, or more than one, is told by another check."""
        try:
            self.asked.path("message")
        except Failed as absent:
            raise Failed(absent.observed, absent.expected, absent.help, because=[told_by]) from None

    def expect_page(self, told_by: str) -> None:
        """There is one justification, long enough to be one; what lacks is told by another check."""
        try:
            prose.expect_written(self.justification)
        except Failed as short:
            raise Failed(short.observed, short.expected, short.help, because=[told_by]) from None

    @cached_property
    def message_in_full(self) -> str:
        """The message with what is hidden in it."""
        return self.documents.text(self.asked.path("message"))

    @property
    def answering(self) -> set[str]:
        """The files that answer what was asked for."""
        return {path for name in _ASKED for path in self.asked.paths(name)}

    def expect_something(self) -> None:
        """At least one thing that was asked for is there."""
        if not any(name in self.asked for name in _ASKED):
            self.asked.path(_ASKED[0])

    def _seen(self, name: str, caption: str) -> str:
        """A person reads it too: it is kept as evidence, with what is hidden in it."""
        path = self.asked.path(name)
        self.documents.keep(path, caption)
        return self.documents.seen(path)

    def _table(self, name: str) -> LearnerTable:
        try:
            path = self.asked.path(name)
        except Failed as failed:
            failed.observed += self._counts(name)
            raise
        return read_table(path, self.documents.tables(path), name, self.variant)

    def _counts(self, name: str) -> str:
        """The lines of each of several files for one, in a sentence: the learner then knows which is the whole one; ''."""
        if name not in self._several:
            told = []
            for path in self.asked.paths(name):
                with suppress(Failed):
                    lines = len(read_table(path, self.documents.tables(path), name, self.variant).lines)
                    told.append(f"« {path} » a {counted(lines, 'ligne remplie', 'lignes remplies')}")
            self._several[name] = f" {listed(told)}." if len(told) > 1 else ""
        return self._several[name]

    @cached_property
    def _several(self) -> dict[str, str]:
        """What is said of several tables for one, read once: many checks ask for the report in vain."""
        return {}
