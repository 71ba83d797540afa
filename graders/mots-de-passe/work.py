"""What was handed in, in the words of the brief; each document is read, and each program run, once per exam."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from . import harm, policy, prose, trying
from .audit import Audit
from .migration import Migration
from .reading import read_table
from .rights import Review

if TYPE_CHECKING:
    from etabli.exam.tools.asked import Asked
    from etabli.exam.tools.bench import Bench
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.files import Files

    from .shape import Variant

T = TypeVar("T")
CAPTIONS = {"justification": "Justification de la politique", "message": "Message aux collègues"}
"""What a person reads of these, beside what a machine can state."""


class Work:
    """A candidate's hand-in.

    Args:
        asked: Which file answers what.
        files: The tree.
        documents: Its reader.
        bench: Where policy and script run.
        variant: The candidate's data and truth.
        memo: What earlier checks have read; never a verdict.
    """

    def __init__(
        self,
        asked: Asked,
        files: Files,
        documents: Documents,
        bench: Bench,
        variant: Variant,
        memo: dict[str, Any],
    ) -> None:
        self.asked = asked
        self.files = files
        self.documents = documents
        self.bench = bench
        self.variant = variant
        self._memo = memo

    @property
    def audit(self) -> Audit:
        """The report."""
        return self._once("audit", lambda: Audit(self._table("audit"), self.variant))

    @property
    def review(self) -> Review:
        """The review of rights."""
        return self._once("droits", lambda: Review(self._table("droits"), self.variant))

    @property
    def policy(self) -> policy.Policy:
        """The policy."""
        path = self.asked.path("politique")
        return self._once("politique", lambda: policy.read_policy(path, self.files, self.documents))

    @property
    def tried(self) -> trying.Tried:
        """What libpwquality says of hidden passwords under the policy."""
        tests = self.variant.policy_tests
        return self._once("essais", lambda: trying.try_policy(self.policy, self.bench, tests))

    @property
    def migration(self) -> Migration:
        """The migration script and its runs."""
        path, cases = self.asked.path("migration"), self.variant.migration.cases
        return self._once("migration", lambda: Migration(path, self.bench, cases))

    def text(self, name: str) -> str:
        """The text of a document, whose words a person will read too: it is kept as evidence."""
        return self._once(name, lambda: self.documents.keep(self.asked.path(name), CAPTIONS[name]))

    def expect_something(self) -> None:
        """At least one thing that was asked for is there."""
        names = ("audit", "droits", "politique", "justification", "message", "migration")
        if not any(name in self.asked for name in names):
            self.asked.path(names[0])

    def expect_no_secret(self) -> None:
        """Neither password nor hash anywhere."""
        harm.expect_no_secret(self.files, self.documents, self.variant)

    def expect_in_scope(self) -> None:
        """Nobody out of the mandate."""
        harm.expect_in_scope(self.files, self.documents, self.variant)

    def expect_nobody_named(self) -> None:
        """The message names nobody."""
        logins = sorted({account.login for account in self.variant.accounts})
        prose.expect_nobody(self.text("message"), self.variant.people, logins)

    def _table(self, name: str) -> Any:
        path = self.asked.path(name)
        return read_table(path, self.documents.tables(path), name, self.variant)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._memo:
            self._memo[name] = make()
        found: T = self._memo[name]
        return found
