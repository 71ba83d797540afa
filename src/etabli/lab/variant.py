"""A candidate's own data: derived from a secret, the same everywhere for the same seed."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from enum import StrEnum
from types import ModuleType
from typing import Any

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import plain
from etabli.lab.manifest import Lab

TRAINING = "entrainement"


class Purpose(StrEnum):
    """What a variant serves."""

    ATELIER = "atelier"  #: what the student works with
    EVALUATION = "evaluation"  #: the same schema and rules, other rows


@dataclass(frozen=True)
class Seat:
    """Whose data: a candidate in a session of a lab."""

    lab: Lab
    candidate: str
    session: str = TRAINING

    def seed(self, secret: bytes, purpose: Purpose) -> bytes:
        """Returns HMAC-SHA256(secret, canonical JSON [session, lab, data_version, candidate, purpose]): 32 bytes.

        The candidate is taken in lower case: ``sno-07`` typed by a student and the alias ``SNO-07`` are one person.
        """
        fields = [self.session, self.lab.id, self.lab.manifest.data_version, self.candidate.lower(), purpose.value]
        message = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        return hmac.new(secret, message, hashlib.sha256).digest()

    def fingerprint(self, secret: bytes, purpose: Purpose = Purpose.ATELIER) -> str:
        """Returns 16 hexadecimal digits that tell the seed without giving it.

        The one of the workshop (the default) goes with the student: ``sujet.json``, ``workspace.json`` and
        ``rendu.json`` hold it, so that work made with another secret is recognised.
        """
        seeds = self.seed(secret, Purpose.ATELIER) + self.seed(secret, purpose)
        return hashlib.sha256(seeds).hexdigest()[:16]


@dataclass(frozen=True)
class Variant:
    """The data of one seat for one purpose, as the lab's own generator made them."""

    made: Any
    """What the generator gave: a dataclass of the lab, or a dictionary."""
    data: dict[str, Any]
    """The same as plain JSON: for templates, and for the examiner."""
    fingerprint: str
    """16 hexadecimal digits that tell the seed without giving it."""
    module: ModuleType
    atelier: bytes = field(default=b"", repr=False)
    """The workshop's seed, for what is made when it is asked for."""

    @property
    def has_database(self) -> bool:
        """Whether the lab's generator makes a database."""
        return hasattr(self.module, "schema_sql")

    def schema_sql(self) -> str:
        """Returns the SQL that makes the tables."""
        return str(self.module.schema_sql(self.made))

    def rows_sql(self) -> str:
        """Returns the SQL that fills the tables."""
        return str(self.module.rows_sql(self.made))

    def files(self) -> dict[str, bytes]:
        """Returns what the candidate finds in ``donnees/``, by path; nothing when the generator makes no files."""
        return dict(self._made("files", self.made) or {})

    def csv_files(self) -> dict[str, bytes]:
        """Returns the same data as CSV files, by path, for a learner who has neither the database nor the ERP."""
        make = getattr(self.module, "csv_files", None)
        return dict(make(self.made, self.atelier)) if make else {}

    def erp(self) -> bytes | None:
        """Returns the SQLite database of the candidate's company; nothing when the generator makes none."""
        made: bytes | None = self._made("erp", self.atelier)
        return made

    def secrets(self) -> tuple[str, ...]:
        """Returns values that nothing of ours may show, in any event, evidence, journal or report."""
        return tuple(map(str, self._made("secrets", self.made) or ()))

    def _made(self, what: str, source: object) -> Any:
        make = getattr(self.module, what, None)
        return make(source) if make else None

    def sujet(self) -> dict[str, Any]:
        """Returns what ``sujet.json`` holds: nothing hidden."""
        return dict(self.module.sujet(self.made))


def make_variant(seat: Seat, secret: bytes, purpose: Purpose) -> Variant:
    """Makes the data of a seat: settings from the workshop's seed, rows from the purpose's own."""
    atelier = seat.seed(secret, Purpose.ATELIER)
    rows = seat.seed(secret, purpose)
    module = import_grader(seat.lab.grader, "variant")
    made = module.make(atelier, rows)
    return Variant(made, plain(made), seat.fingerprint(secret, purpose), module, atelier)


def hides_values(lab: Lab) -> bool:
    """Tells whether a lab's generator names values that nothing may show."""
    return hasattr(import_grader(lab.grader, "variant"), "secrets")
